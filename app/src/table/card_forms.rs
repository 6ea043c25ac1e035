//! The forms inside a card: the owner's own, and the request of others. They open in place and keep what is being
//! typed, whatever happens to the card meanwhile.

use std::collections::BTreeSet;

use akkoord::session::Wish;
use akkoord::session::command::{Audience, Purpose};
use akkoord::session::view::CardView;
use akkoord::text::LONGEST_CONTRIBUTION;
use leptos::ev;
use leptos::prelude::*;

use super::card::{Mode, purpose_words};
use super::live;
use super::note::NoteLine;
use super::pick::{PickAudience, PickKind, PickSubjects};
use super::watchful::Watchful;
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Look, view};

/// A new text in place of the old one (R6).
#[component]
pub(super) fn Revise(view: RwSignal<CardView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let was = view.get_untracked();
    let id = was.id;
    let kind = RwSignal::new(was.kind);
    let subjects = RwSignal::new(was.subjects.into_iter().collect::<BTreeSet<_>>());
    let text = RwSignal::new(was.text.unwrap_or_default());
    let save = move || {
        let text = text.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        live.want(Wish::Revise {
            contribution: id,
            kind: kind.get_untracked(),
            subjects: subjects.get_untracked(),
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
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}

/// Who sees it, from now on.
#[component]
pub(super) fn ChangeAudience(view: RwSignal<CardView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let was = view.with_untracked(|view| {
        let named = view.audience.as_ref().map(|it| Audience {
            table: it.table,
            named: it.named.iter().copied().collect(),
        });
        named.unwrap_or_else(Audience::table)
    });
    let audience = RwSignal::new(was);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        live.want(Wish::SetAudience {
            contribution: id,
            audience: audience.get_untracked(),
        });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <PickAudience value=audience />
            <p class="note">{t!(i18n, table.card.audience_note)}</p>
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}

/// Withdrawing destroys the text: asked once.
#[component]
pub(super) fn ConfirmWithdraw(view: RwSignal<CardView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        live.want(Wish::Withdraw { contribution: id });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <p class="note">{t!(i18n, table.card.withdraw_note)}</p>
            <Foot mode label=Signal::derive(move || t_string!(i18n, table.card.withdraw).to_owned()) />
        </form>
    }
}

/// "I need this in my dossier, for this" (R13).
#[component]
pub(super) fn AskRelease(view: RwSignal<CardView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let id = view.with_untracked(|view| view.id);
    let purpose = RwSignal::new(None::<Purpose>);
    let reason = RwSignal::new(String::new());
    // Own actions first: they are why one usually asks.
    let purposes = Memo::new(move |_| {
        let you = seen.you();
        let mut actions = seen.actions.get();
        actions.sort_by_key(|action| Some(action.performer) != you);
        let tasks = you.and_then(|you| {
            seen.seats.with(|seats| {
                seats
                    .iter()
                    .find(|seat| seat.party.id == you)
                    .map(|seat| seat.tasks.clone())
            })
        });
        let actions = actions.into_iter().map(|action| Purpose::Action(action.id));
        actions
            .chain(tasks.into_iter().flatten().map(|task| Purpose::Task(task.code)))
            .collect::<Vec<_>>()
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reason = Some(reason.get_untracked()).filter(|reason| !reason.trim().is_empty());
        live.want(Wish::RequestRelease {
            contribution: id,
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
            <Foot mode label=Signal::derive(move || t_string!(i18n, table.request.ask).to_owned()) />
        </form>
    }
}

/// Do it, or not.
#[component]
fn Foot(mode: RwSignal<Mode>, #[prop(into)] label: Signal<String>) -> impl IntoView {
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
