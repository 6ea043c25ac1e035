//! Follow-up actions: who does what, before when. Whoever wrote one owns its words; its performer accepts or refuses it.

use std::collections::BTreeSet;

use akkoord::ids::ItemId;
use akkoord::session::CommandKind;
use akkoord::session::command::NewAnswer;
use akkoord::session::item::{Assignee, Audience, NewContent};
use akkoord::session::view::{AnswerView, ContentView, ItemView};
use chrono::{DateTime, Utc};
use leptos::ev;
use leptos::prelude::*;

use super::card_forms::{Foot, revision_of, words_now};
use super::item::{Acts, Bases, Marks, Mode, OpenForm, Requests, escape, focus_with};
use super::names::AssigneeTag;
use super::note::NoteLine;
use super::opener::Opener;
use super::pick::{PickAssignee, PickAudience, PickBasis, PickTime, include_assignee, reached};
use super::stale::Stale;
use super::{desk, live, local_time};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::seen::Card;
use crate::ui::{Button, Each, Look, time, view};

/// The list and the form.
#[component]
pub(super) fn Actions() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let desk = desk();
    let may_share = Memo::new(move |_| seen.may.with(|may| may.share_actions));
    // What somebody typed outlives the form: it goes when the table enters the closing round, and comes back with it.
    let new = Sharing {
        draft: Draft::default(),
        audience: RwSignal::new(Audience::table()),
        based_on: RwSignal::default(),
    };
    let empty = Memo::new(move |_| seen.actions.with(Vec::is_empty));
    view! {
        <h2 class="table-heading" id="table-agreements">
            {t!(i18n, table.action.heading)}
        </h2>
        <ol class="agreements">
            <Each each=move || seen.actions.get() key=|card| card.id let:card>
                <Action card />
            </Each>
        </ol>
        {move || empty.get().then(|| view! { <p class="note">{t!(i18n, table.action.none)}</p> })}
        {move || {
            may_share
                .get()
                .then(|| {
                    let label = Signal::derive(move || t_string!(i18n, table.action.add).to_owned());
                    view! {
                        <Opener name="action" open=desk.action_form key="a" label>
                            <NewAction new />
                        </Opener>
                    }
                })
        }}
    }
}

/// Who does it before when, and what the performer said.
fn parts(view: &ItemView) -> (Option<Assignee>, Option<DateTime<Utc>>, Option<AnswerView>) {
    match &view.content {
        ContentView::Action { performer, due, answer } => (Some(*performer), *due, answer.clone()),
        _ => (None, None, None),
    }
}

#[component]
fn Action(card: Card) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let id = card.id;
    let view = RwSignal::from(card.view);
    let mode = RwSignal::new(Mode::Reading);
    focus_with(mode, id);
    let number = move || seen.action_number(id);
    let content = Memo::new(move |_| view.with(parts));
    let text = Memo::new(move |_| view.with(|view| view.text.clone()));
    let owner = view.with_untracked(|view| view.owner.id);
    let performer = Memo::new(move |_| content.with(|(performer, ..)| *performer));
    let due = move || {
        let due = content.with(|(_, due, _)| *due)?;
        let when = time::moment(i18n.get_locale(), due, live.now.get_untracked());
        Some(t_string!(i18n, table.action.before, time = when).to_string())
    };
    let basis = move || match view.with(|view| view.based_on.len()) {
        0 => None,
        1 => Some(t_string!(i18n, table.action.one_basis).to_owned()),
        number => Some(t_string!(i18n, table.action.bases, number = number).to_string()),
    };
    let answer = move || match content.with(|(.., answer)| answer.clone()) {
        Some(AnswerView::Accepted {}) => t_string!(i18n, table.action.accepted).to_owned(),
        Some(AnswerView::Refused { reason: Some(reason) }) => {
            t_string!(i18n, table.action.refused_because, reason = reason).to_string()
        }
        Some(AnswerView::Refused { reason: None }) => t_string!(i18n, table.action.refused).to_owned(),
        Some(AnswerView::Committed { .. }) | None => t_string!(i18n, table.action.no_answer).to_owned(),
    };
    let state = move || match content.with(|(.., answer)| answer.clone()) {
        Some(AnswerView::Accepted {} | AnswerView::Committed { .. }) => "accepted",
        Some(AnswerView::Refused { .. }) => "refused",
        None => "open",
    };
    let may_answer = Memo::new(move |_| view.with(|view| view.may.answer));
    let revise = move || (mode.get() == Mode::Revising).then(|| view! { <ReviseAction view mode /> });
    view! {
        <li
            class="agreement"
            tabindex="-1"
            data-action=id.to_string()
            data-item=id.to_string()
            data-state=move || state()
            on:keydown=move |event| escape(&event, mode)
        >
            <span class="agreement-number">{move || number()}</span>
            <span class="agreement-text">{move || text.get()}</span>
            <span class="agreement-meta">
                {move || performer.get().map(|who| view! { <AssigneeTag who /> })}
                {move || due().map(|text| view! { <span>{text}</span> })}
                {move || basis().map(|text| view! { <span>{text}</span> })}
                <span data-answer>{move || answer()}</span>
            </span>
            {move || may_answer.get().then(|| view! { <Answer view /> })}
            {move || revise()}
            <OpenForm view mode />
            <Bases view />
            <div class="agreement-meta">
                <span>
                    {move || t_string!(i18n, table.action.written_by, party = seen.party(owner)).to_string()}
                </span>
                <Marks view />
                <Requests view />
                <Acts view mode />
            </div>
        </li>
    }
}

/// The performer accepts, or refuses with a reason that may be left out.
#[component]
fn Answer(view: RwSignal<ItemView>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let refusing = RwSignal::new(false);
    let accepted = Memo::new(move |_| view.with(|view| matches!(view.answer(), Some(AnswerView::Accepted {}))));
    let refuse = Signal::derive(move || t_string!(i18n, table.action.refuse).to_owned());
    // One press answers what is on the screen.
    let accept = move |_| {
        live.want(CommandKind::Answer {
            item: id,
            revision: view.with_untracked(|view| view.revision),
            answer: NewAnswer::Accept {},
        });
    };
    view! {
        <div class="row">
            {move || {
                (!accepted.get()).then(|| view! { <Button on:click=accept>{t!(i18n, table.action.accept)}</Button> })
            }}
            <Opener
                name=format!("refuse-{id}")
                open=refusing
                look=Look::Subtle
                label=refuse
            >
                <RefuseForm view open=refusing label=refuse />
            </Opener>
        </div>
    }
}

/// Why not: read by the owner of the item and by who refuses.
#[component]
pub(super) fn RefuseForm(
    view: RwSignal<ItemView>,
    open: RwSignal<bool>,
    /// What the button says.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let opened = revision_of(view);
    let reason = RwSignal::new(String::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(revision) = opened.to_send() else { return };
        let reason = Some(reason.get_untracked()).filter(|reason| !reason.trim().is_empty());
        live.want(CommandKind::Answer {
            item: id,
            revision,
            answer: NewAnswer::Refuse { reason },
        });
        open.set(false);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <label>
                {t!(i18n, table.bridge.why_not)}
                <NoteLine value=reason />
            </label>
            <p class="note">{t!(i18n, table.action.reason_note)}</p>
            <Stale opened />
            <Button submit=true>{move || label.get()}</Button>
        </form>
    }
}

/// What an action is made of, for a new one and for another text.
#[derive(Clone, Copy, Default)]
struct Draft {
    text: RwSignal<String>,
    performer: RwSignal<Option<Assignee>>,
    due: RwSignal<String>,
}

impl Draft {
    /// The content and the words; nothing while something is missing or a time does not exist.
    fn filled_in(self) -> Option<(NewContent, String)> {
        let (performer, text, due) = (
            self.performer.get_untracked()?,
            self.text.get_untracked(),
            self.due.get_untracked(),
        );
        let due = if due.is_empty() {
            None
        } else {
            Some(local_time::read(&due)?)
        };
        (!text.trim().is_empty()).then_some((NewContent::Action { performer, due }, text))
    }
}

#[component]
fn Fields(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <label>
            {t!(i18n, table.action.what)}
            <NoteLine value=draft.text required=true />
        </label>
        <PickAssignee value=draft.performer label=Signal::derive(move || t_string!(i18n, table.action.who).to_owned()) />
        <PickTime value=draft.due label=Signal::derive(move || t_string!(i18n, table.action.due).to_owned()) />
    }
}

/// What is being shared.
#[derive(Clone, Copy)]
struct Sharing {
    draft: Draft,
    audience: RwSignal<Audience>,
    based_on: RwSignal<BTreeSet<ItemId>>,
}

impl Sharing {
    /// It was sent.
    fn clear(self) {
        self.draft.text.set(String::new());
        self.draft.performer.set(None);
        self.draft.due.set(String::new());
        self.audience.set(Audience::table());
        self.based_on.update(BTreeSet::clear);
    }
}

#[component]
fn NewAction(new: Sharing) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let Sharing {
        draft,
        audience,
        based_on,
    } = new;
    if draft.performer.with_untracked(Option::is_none) {
        let you = live.seen.about.with_untracked(|about| about.you);
        draft.performer.set(you.map(Assignee::Seat));
    }
    include_assignee(live.seen, audience, draft.performer.into());
    let includes = Signal::derive(move || draft.performer.get().map(Assignee::answering_party));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some((content, text)) = draft.filled_in() else {
            return;
        };
        live.want(CommandKind::Share {
            content,
            subjects: BTreeSet::new(),
            audience: untrack(|| reached(live.seen, &audience.get(), draft.performer.get())),
            based_on: based_on.get_untracked(),
            text,
        });
        desk.action_form.set(false);
        new.clear();
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <Fields draft />
            <PickAudience value=audience includes />
            <PickBasis value=based_on />
            <Button submit=true>{t!(i18n, table.action.agree)}</Button>
        </form>
    }
}

/// Another text, performer or date. Whoever accepted it must answer again.
#[component]
fn ReviseAction(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let opened = revision_of(view);
    let was = view.get_untracked();
    let (id, subjects) = (was.id, was.subjects.iter().copied().collect::<BTreeSet<_>>());
    let (performer, due, _) = parts(&was);
    let draft = Draft {
        text: RwSignal::new(was.text.unwrap_or_default()),
        performer: RwSignal::new(performer),
        due: RwSignal::new(due.map(local_time::write).unwrap_or_default()),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(revision), Some((content, text))) = (opened.to_send(), draft.filled_in()) else {
            return;
        };
        live.want(CommandKind::Revise {
            item: id,
            revision,
            content,
            subjects: subjects.clone(),
            text,
        });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <Fields draft />
            <p class="note">{t!(i18n, table.action.revise_note)}</p>
            <Stale opened now=words_now(view) />
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}
