//! The head of the table: which case, which moment, who leads, and where the table is. The chair moves it by clicking
//! a step.

use akkoord::moment::Phase;
use akkoord::session::CommandKind;
use leptos::prelude::*;

use super::clocks::Clocks;
use super::closing::{CloseButton, LastCallButton};
use super::live;
use super::more_time::MoreTime;
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::view;
use crate::ui::words;

/// The bar that stays in sight.
#[component]
pub(super) fn Bar() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let reference = move || seen.about.with(|about| about.case_reference.clone());
    let moment = move || {
        seen.about
            .with(|about| words::name(i18n.get_locale(), &about.moment_name))
    };
    let chair = move || {
        let party = seen.party(seen.about.with(|about| about.chair));
        let person = seen
            .progress
            .with(|progress| progress.gavel)
            .and_then(|who| seen.person(who));
        let who = person.map_or(party.clone(), |person| format!("{party}, {person}"));
        t_string!(i18n, table.bar.chair, who = who).to_string()
    };
    view! {
        <header class="table-bar">
            <div class="table-bar-case">
                <h1 class="table-title">
                    {t!(i18n, table.bar.case)} " " <span class="digits">{move || reference()}</span>
                </h1>
                <span class="tag">{move || moment()}</span>
                <span class="table-chair">{move || chair()}</span>
                <Steps />
            </div>
            <div class="table-bar-clocks">
                <Clocks />
                <div class="table-bar-act">
                    <LastCallButton />
                    <CloseButton />
                    <MoreTime />
                </div>
            </div>
        </header>
    }
}

/// The phases. What can be clicked stays a button when it is done, so that the focus stays where it was.
#[component]
fn Steps() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let phases = seen.about.with_untracked(|about| about.phases.clone());
    let place = {
        let phases = phases.clone();
        move |phase: Phase| phases.iter().position(|it| *it == phase)
    };
    let here = Memo::new(move |_| seen.progress.with(|progress| progress.phase));
    let at = Memo::new(move |_| place(here.get()));
    let leads = Memo::new(move |_| seen.may.with(|may| may.lead));
    let step = move |(number, phase): (usize, Phase)| {
        let name = move || words::phase(i18n.get_locale(), phase).0;
        let allowed = Memo::new(move |_| seen.may.with(|may| may.phases.contains(&phase)));
        let go = move |_| {
            if allowed.get_untracked() {
                live.want(CommandKind::MoveTo { phase });
            }
        };
        view! {
            <li
                class="step"
                title=move || words::phase(i18n.get_locale(), phase).1
                aria-current=move || (here.get() == phase).then_some("step")
                data-done=move || at.get().is_some_and(|at| at > number).then_some("true")
            >
                {move || {
                    if leads.get() {
                        view! {
                            <button
                                type="button"
                                aria-disabled=move || (!allowed.get()).then_some("true")
                                on:click=go
                            >
                                {move || name()}
                            </button>
                        }
                    } else {
                        view! { <span>{move || name()}</span> }
                    }
                }}
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=move || t_string!(i18n, table.bar.phases)>
            {phases.into_iter().enumerate().map(step).collect_view()}
        </ol>
    }
}
