//! Writing a contribution. What is typed stays a draft of its author alone until Delen: on this device at once, and
//! sealed on the server a moment later.

use std::collections::BTreeSet;
use std::time::Duration;

use akkoord::ids::SubjectId;
use akkoord::protocol::{FromClient, Presence};
use akkoord::session::CommandKind;
use akkoord::session::item::{Audience, ContributionKind, NewContent};
use akkoord::text::LONGEST_CONTRIBUTION;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::live;
use super::pick::{PickAudience, PickKind, PickSubjects, still_seated, still_there};
use super::subjects::{AddSubject, OwnSubjects};
use super::watchful::{Goes, Watchful};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::{Live, store};
use crate::ui::{Button, Look, view};

/// How long after the last letter the draft goes to the server.
const SETTLED: Duration = Duration::from_secs(1);
/// How long after the last letter somebody is no longer typing.
const PAUSED: Duration = Duration::from_secs(4);
/// From here on the room that is left is counted, in characters.
const NEARLY_FULL: usize = 500;

/// The form at the foot of the picture.
#[component]
pub(super) fn Composer() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let field = NodeRef::<html::Textarea>::new();
    let kind = RwSignal::new(ContributionKind::Fact);
    let subjects = RwSignal::new(BTreeSet::new());
    let audience = RwSignal::new(Audience::table());
    let typing = Typing {
        live,
        shown: StoredValue::new(false),
        timer: StoredValue::new(None),
    };
    keep_draft(live);
    follow_draft(live, field);
    let length = Memo::new(move |_| live.draft.with(|words| words.trim().chars().count()));
    let left = Memo::new(move |_| LONGEST_CONTRIBUTION.checked_sub(length.get()));
    let share = move || {
        if length.get_untracked() == 0 || left.get_untracked().is_none() {
            if let Some(field) = field.get_untracked() {
                // It fails only for what cannot be focused.
                let _ = field.focus();
            }
            return;
        }
        live.want(CommandKind::Share {
            content: NewContent::Contribution {
                kind: kind.get_untracked(),
            },
            subjects: still_there(seen, &subjects.get_untracked()),
            audience: still_seated(seen, &audience.get_untracked()),
            based_on: BTreeSet::new(),
            text: live.draft.get_untracked(),
        });
        live.draft.set(String::new());
        typing.stopped();
    };
    let state = move || match (length.get(), left.get()) {
        (0, _) => String::new(),
        (_, None) => t_string!(i18n, table.composer.too_long).to_owned(),
        (_, Some(left)) if left < NEARLY_FULL => t_string!(i18n, table.composer.left, number = left).to_string(),
        _ => t_string!(i18n, table.composer.draft).to_owned(),
    };
    let goes = Signal::derive(move || audience.with(|it| if it.table { Goes::ToTheTable } else { Goes::Somewhere }));
    let may_share = Memo::new(move |_| seen.may.with(|may| may.share));
    let may_add = Memo::new(move |_| seen.may.with(|may| may.add_subject));
    let restricted = Memo::new(move |_| seen.about.with(|about| !about.full_seat));
    // R17: the words stay where they are, and can be shared once the table goes back a phase.
    let in_round = Memo::new(move |_| super::closing::is_round(live));
    let chosen = Callback::new(move |subject: SubjectId| {
        subjects.update(|subjects| {
            subjects.insert(subject);
        });
    });
    view! {
        <div
            class="composer"
            hidden=move || !may_share.get() && !in_round.get()
            role="group"
            aria-label=move || t_string!(i18n, table.composer.label)
        >
            <p class="note" hidden=move || may_share.get() data-nothing-new>
                {t!(i18n, table.composer.nothing_new)}
            </p>
            <div class="composer-fields" hidden=move || !may_share.get()>
                <PickKind value=kind />
                <span>{t!(i18n, table.pick.about)}</span>
                <PickSubjects value=subjects />
                {move || may_add.get().then(|| view! { <AddSubject added=chosen /> })}
                <OwnSubjects />
                {move || (!restricted.get()).then(|| view! { <PickAudience value=audience /> })}
            </div>
            <textarea
                class="utrecht-textarea composer-text"
                hidden=move || !may_share.get()
                node_ref=field
                aria-label=move || t_string!(i18n, table.composer.text)
                aria-keyshortcuts="n"
                aria-invalid=move || left.get().is_none().then_some("true")
                placeholder=move || t_string!(i18n, table.composer.placeholder)
                on:input=move |event| {
                    live.draft.set(event_target_value(&event));
                    typing.goes_on();
                }
                on:keydown=move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        share();
                    }
                }
            ></textarea>
            <Watchful text=live.draft goes />
            <div class="composer-foot" hidden=move || !may_share.get()>
                <span class="composer-state" role="status">{move || state()}</span>
                <Button look=Look::Primary key="Ctrl ⏎" on:click=move |_| share()>
                    {t!(i18n, table.composer.share)}
                </Button>
            </div>
        </div>
    }
}

/// The field follows the draft when the draft changes elsewhere; a letter just typed leaves the caret alone.
fn follow_draft(live: Live, field: NodeRef<html::Textarea>) {
    Effect::new(move |awake: Option<()>| {
        let Some(field) = field.get() else { return };
        if awake.is_none() && !field.value().is_empty() {
            // Somebody typed before the page woke.
            live.draft.set(field.value());
        }
        let words = live.draft.get();
        if field.value() != words {
            field.set_value(&words);
        }
    });
}

/// Keeps the draft: on the device at each letter, on the server when the letters settle.
fn keep_draft(live: Live) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |awake: Option<()>| {
        let key = live.draft_key();
        if awake.is_none()
            && live.draft.with_untracked(String::is_empty)
            && let Some(words) = store::read(store::Where::Device, &key)
        {
            live.draft.set(words);
        }
        live.draft.with(|words| {
            if words.is_empty() {
                store::forget(store::Where::Device, &key);
            } else {
                store::write(store::Where::Device, &key, words);
            }
        });
        if awake.is_none() {
            return;
        }
        let settled = move || {
            if let Some(words) = live.draft.try_get_untracked() {
                live.say(FromClient::Draft { words });
            }
        };
        restart(timer, settled, SETTLED);
    });
}

/// Others see that somebody types, never what.
#[derive(Clone, Copy)]
struct Typing {
    live: Live,
    shown: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Typing {
    fn goes_on(self) {
        if !self.shown.get_value() {
            self.shown.set_value(true);
            self.live.say(FromClient::Presence { how: Presence::Typing });
        }
        restart(self.timer, move || self.stopped(), PAUSED);
    }

    fn stopped(self) {
        if self.shown.try_get_value() == Some(true) {
            self.shown.set_value(false);
            self.live.say(FromClient::Presence { how: Presence::Here });
        }
    }
}

/// Starts a timer in place of the one before.
fn restart(timer: StoredValue<Option<TimeoutHandle>>, then: impl FnOnce() + 'static, after: Duration) {
    let next = set_timeout_with_handle(then, after).ok();
    if let Some(earlier) = timer.try_update_value(|timer| std::mem::replace(timer, next)).flatten() {
        earlier.clear();
    }
}
