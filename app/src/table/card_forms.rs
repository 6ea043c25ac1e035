//! The forms inside an item: the owner's own, and the request of others. They open in place and keep what is being
//! typed, whatever happens to the item meanwhile. Each sends what it was opened on, so that nothing is overwritten unseen.

use std::collections::BTreeSet;

use akkoord::session::CommandKind;
use akkoord::session::closing::proposal;
use akkoord::session::item::{Assignee, ContributionKind, NewContent, Purpose};
use akkoord::session::view::{ContentView, ItemView};
use akkoord::text::LONGEST_CONTRIBUTION;
use leptos::ev;
use leptos::prelude::*;

use super::card::{contribution_kind, purpose_words};
use super::item::Mode;
use super::live;
use super::note::NoteLine;
use super::pick::{PickAudience, PickKind, PickSubjects, still_there};
use super::stale::{Opened, Stale};
use super::watchful::Watchful;
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Look, view};

/// The revision of an item, for a form that is opened on it.
pub(super) fn revision_of(view: RwSignal<ItemView>) -> Opened<u32> {
    Opened::on(Memo::new(move |_| view.with(|view| view.revision)))
}

/// The words of an item as they are now, to be read in a form that covers them.
pub(super) fn words_now(view: RwSignal<ItemView>) -> Signal<Option<String>> {
    Signal::derive(move || view.with(|view| view.text.clone()))
}

/// A new text for a contribution in place of the old one (R6).
#[component]
pub(super) fn Revise(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let opened = revision_of(view);
    let was = view.get_untracked();
    let id = was.id;
    let kind = RwSignal::new(contribution_kind(&was.content).unwrap_or(ContributionKind::Fact));
    let subjects = RwSignal::new(was.subjects.into_iter().collect::<BTreeSet<_>>());
    let text = RwSignal::new(was.text.unwrap_or_default());
    let save = move || {
        let text = text.get_untracked();
        let Some(revision) = opened.to_send().filter(|_| !text.trim().is_empty()) else {
            return;
        };
        live.want(CommandKind::Revise {
            item: id,
            revision,
            content: NewContent::Contribution {
                kind: kind.get_untracked(),
            },
            subjects: still_there(live.seen, &subjects.get_untracked()),
            text,
        });
        mode.set(Mode::Reading);
    };
    view! {
        <form
            class="table-form stack"
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                save();
            }
        >
            <textarea
                class="utrecht-textarea composer-text"
                aria-label=move || t_string!(i18n, table.card.new_text)
                maxlength=LONGEST_CONTRIBUTION.to_string()
                required
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        save();
                    }
                }
            ></textarea>
            <Watchful text />
            <div class="composer-fields">
                <PickKind value=kind />
                <PickSubjects value=subjects />
            </div>
            <p class="note">{t!(i18n, table.card.revise_note)}</p>
            <Stale opened now=words_now(view) />
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}

/// Who sees it, from now on.
#[component]
pub(super) fn ChangeAudience(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    // R11: every full seat reads a disposition.
    let table_stays = view.with_untracked(|view| matches!(view.content, ContentView::Disposition { .. }));
    let opened = Opened::on(Memo::new(move |_| view.with(ItemView::audience)));
    let audience = RwSignal::new(view.with_untracked(ItemView::audience));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(was) = opened.to_send() else { return };
        live.want(CommandKind::SetAudience {
            item: id,
            was,
            audience: audience.get_untracked(),
        });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <PickAudience value=audience table_stays />
            <p class="note">{t!(i18n, table.card.audience_note)}</p>
            <Stale opened />
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}

/// Withdrawing destroys the text: asked once.
#[component]
pub(super) fn ConfirmWithdraw(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let opened = revision_of(view);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(revision) = opened.to_send() else { return };
        live.want(CommandKind::Withdraw { item: id, revision });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <p class="note">{t!(i18n, table.card.withdraw_note)}</p>
            <Stale opened />
            <Foot mode label=Signal::derive(move || t_string!(i18n, table.card.withdraw).to_owned()) />
        </form>
    }
}

/// "I need this in my dossier, for this" (R13).
#[component]
pub(super) fn AskRelease(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let id = view.with_untracked(|view| view.id);
    let opened = revision_of(view);
    let purpose = RwSignal::new(None::<Purpose>);
    let reason = RwSignal::new(String::new());
    // Own actions first: they are why one usually asks.
    let purposes = Memo::new(move |_| {
        let Some(seat) = seen.you().and_then(|you| seen.seat(you)) else {
            return Vec::new();
        };
        let items = seen.views();
        let own = |purpose: &Purpose| match purpose {
            Purpose::Action(action) => items.iter().any(|item| {
                let performer = match &item.content {
                    ContentView::Action { performer, .. } => Some(performer),
                    _ => None,
                };
                item.id == *action && performer == Some(&Assignee::Seat(seat.party.id))
            }),
            Purpose::Task(_) => false,
        };
        let (mut first, rest): (Vec<_>, Vec<_>) = proposal::purposes(&seat, &items).into_iter().partition(own);
        first.extend(rest);
        first
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(revision) = opened.to_send() else { return };
        let reason = Some(reason.get_untracked()).filter(|reason| !reason.trim().is_empty());
        live.want(CommandKind::RequestRelease {
            item: id,
            revision,
            purpose: purpose.get_untracked(),
            reason,
        });
        mode.set(Mode::Reading);
    };
    let option = move |(number, it): (usize, Purpose)| {
        let shown = it.clone();
        let text = move || match seen.you() {
            Some(you) => purpose_words(i18n.get_locale(), seen, you, &shown),
            None => String::new(),
        };
        view! {
            <option value=number.to_string() prop:selected=move || purpose.with(|chosen| chosen.as_ref() == Some(&it))>
                {move || text()}
            </option>
        }
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <label>
                {t!(i18n, table.request.purpose)} " "
                <select
                    class="utrecht-select"
                    on:change=move |event| {
                        let number = event_target_value(&event).parse::<usize>().ok();
                        purpose.set(number.and_then(|number| purposes.with(|all| all.get(number).cloned())));
                    }
                >
                    <option value="">{t!(i18n, table.request.no_purpose)}</option>
                    {move || purposes.get().into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
            <label>
                {t!(i18n, table.request.reason)}
                <NoteLine value=reason />
            </label>
            <p class="note">{t!(i18n, table.request.note)}</p>
            <Stale opened />
            <Foot mode label=Signal::derive(move || t_string!(i18n, table.request.ask).to_owned()) />
        </form>
    }
}

/// Do it, or not.
#[component]
pub(super) fn Foot(mode: RwSignal<Mode>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="row">
            <Button submit=true>{move || label.get()}</Button>
            <Button look=Look::Subtle on:click=move |_| mode.set(Mode::Reading)>
                {t!(i18n, common.act.cancel)}
            </Button>
        </div>
    }
}
