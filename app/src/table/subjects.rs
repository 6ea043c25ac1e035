//! Persons of the case: adding one, and correcting or removing those that the own party named (R16).

use akkoord::ids::{CommandId, SubjectId};
use akkoord::session::command::{NewSubject, SubjectRole};
use akkoord::session::{CommandKind, Made};
use akkoord::text::LONGEST_LABEL;
use leptos::ev;
use leptos::prelude::*;

use super::live;
use super::note::NoteLine;
use super::opener::Opener;
use super::stale::{Opened, Stale};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::outbox::Outbox;
use crate::ui::{Button, Each, Look, changing, view, words};

/// The roles, in the order a person chooses from.
const ROLES: [SubjectRole; 5] = [
    SubjectRole::Suspect,
    SubjectRole::Victim,
    SubjectRole::Child,
    SubjectRole::Reporter,
    SubjectRole::Other,
];

/// Adds a person to the case, and chooses them for what is being written.
#[component]
pub(super) fn AddSubject(
    /// What is told when the person is there.
    #[prop(into)]
    added: Callback<SubjectId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let open = RwSignal::new(false);
    let label = RwSignal::new(String::new());
    let role = RwSignal::new(SubjectRole::Other);
    let sent = RwSignal::new(None::<CommandId>);
    Effect::new(move |_| {
        if let Some((command, Made::Subject(subject))) = live.made.get()
            && sent.get_untracked() == Some(command)
        {
            sent.set(None);
            added.run(subject);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        event.stop_propagation();
        let subject = NewSubject {
            role: role.get_untracked(),
            label: label.get_untracked(),
        };
        if !subject.label.trim().is_empty() {
            sent.set(Some(live.submit(CommandKind::AddSubject { subject })));
            label.set(String::new());
            open.set(false);
        }
    };
    view! {
        <Opener
            name="add-subject"
            open
            look=Look::Subtle
            label=Signal::derive(move || t_string!(i18n, table.subject.add).to_owned())
        >
            <form class="table-form row" on:submit=submit>
                <Fields label role />
                <Button submit=true>{t!(i18n, common.act.add)}</Button>
            </form>
        </Opener>
    }
}

#[component]
fn Fields(label: RwSignal<String>, role: RwSignal<SubjectRole>) -> impl IntoView {
    let i18n = use_i18n();
    let option = move |(number, it): (usize, SubjectRole)| {
        view! {
            <option value=number.to_string() prop:selected=move || role.get() == it>
                {move || words::role(i18n.get_locale(), it)}
            </option>
        }
    };
    view! {
        <label>
            {t!(i18n, table.subject.label)} " "
            <NoteLine value=label longest=LONGEST_LABEL required=true />
        </label>
        <label>
            {t!(i18n, table.subject.role)} " "
            <select
                class="utrecht-select"
                on:change=move |event| {
                    let number = event_target_value(&event).parse::<usize>().ok();
                    if let Some(it) = number.and_then(|number| ROLES.get(number)) {
                        role.set(*it);
                    }
                }
            >
                {ROLES.into_iter().enumerate().map(option).collect_view()}
            </select>
        </label>
    }
}

/// The persons that the own party named, each with a form of its own. Nothing is shown where there are none.
#[component]
pub(super) fn OwnSubjects() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let own = Memo::new(move |_| {
        seen.subjects.with(|subjects| {
            let own = subjects.iter().filter(|subject| subject.may_change);
            own.map(|subject| subject.id).collect::<Vec<_>>()
        })
    });
    let any = Memo::new(move |_| !own.with(Vec::is_empty));
    let open = RwSignal::new(false);
    changing(move || {
        any.get().then(|| {
            view! {
                <Opener
                    name="own-subjects"
                    open
                    look=Look::Subtle
                    label=Signal::derive(move || t_string!(i18n, table.subject.own).to_owned())
                >
                    <div class="table-form stack">
                        <p class="note">{t!(i18n, table.subject.own_note)}</p>
                        <Each each=move || own.get() key=|id| *id let:id>
                            <Correct id />
                        </Each>
                    </div>
                </Opener>
            }
        })
    })
}

/// Another label or role for one person; or the person goes.
#[component]
fn Correct(id: SubjectId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let subject = Memo::new(move |_| {
        seen.subjects
            .with(|subjects| subjects.iter().find(|subject| subject.id == id).cloned())
    });
    let was = subject.get_untracked();
    let opened = Opened::on(Memo::new(move |_| {
        subject.with(|subject| subject.as_ref().map(|subject| subject.revision))
    }));
    let label = RwSignal::new(was.as_ref().map(|it| it.label.clone()).unwrap_or_default());
    let role = RwSignal::new(was.map_or(SubjectRole::Other, |it| it.role));
    let removing = RwSignal::new(false);
    let now = Signal::derive(move || {
        subject.with(|subject| {
            let subject = subject.as_ref()?;
            let role = words::role(i18n.get_locale(), subject.role);
            Some(format!("{}, {role}", subject.label))
        })
    });
    // What this form itself changed is no surprise to who sent it.
    let sent = RwSignal::new(None::<CommandId>);
    Effect::new(move |_| {
        let is_own = |outbox: &Outbox| {
            let mut waiting = outbox.iter();
            waiting.any(|it| it.seen && Some(it.command.id) == sent.get_untracked())
        };
        if opened.is_stale() && live.outbox.with_untracked(is_own) {
            sent.set(None);
            opened.catch_up();
        }
    });
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        event.stop_propagation();
        let Some(revision) = opened.to_send().flatten() else {
            return;
        };
        let label = label.get_untracked();
        if !label.trim().is_empty() {
            let command = CommandKind::CorrectSubject {
                subject: id,
                revision,
                role: role.get_untracked(),
                label,
            };
            sent.set(Some(live.submit(command)));
        }
    };
    let remove = move |_| {
        if let Some(revision) = opened.to_send().flatten() {
            live.want(CommandKind::RemoveSubject { subject: id, revision });
        }
    };
    view! {
        <form class="row" data-subject=id.to_string() on:submit=save>
            <Fields label role />
            <Button submit=true>{t!(i18n, common.act.save)}</Button>
            <Button
                look=Look::Subtle
                attr:aria-expanded=move || removing.get().to_string()
                on:click=move |_| removing.update(|removing| *removing = !*removing)
            >
                {t!(i18n, table.subject.remove)}
            </Button>
            {move || {
                removing
                    .get()
                    .then(|| {
                        view! {
                            <p>{t!(i18n, table.subject.remove_note)}</p>
                            <Button look=Look::Danger on:click=remove>
                                {t!(i18n, table.subject.remove_now)}
                            </Button>
                        }
                    })
            }}
            <Stale opened now />
        </form>
    }
}
