//! Looking for words in the own dossier or register, and what goes first. What is looked for travels in the body of a request
//! and stands in no address: it can be a name.

use akkoord::access::LONGEST_SEARCH;
use akkoord::dossier::DossierLine;
use akkoord::ids::ReleaseId;
use chrono::{DateTime, Utc};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ask;
use crate::backend::{Problem, Search};
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::ui::{Button, time, view, words};

/// What was found, by the ids of the lines; nothing while nobody looks for anything.
pub(super) type Found = RwSignal<Option<Vec<ReleaseId>>>;

/// The field, and how many lines have what stands in it.
#[component]
pub(super) fn Find(
    /// In the register of what was given.
    given: bool,
    /// Where the answer goes.
    found: Found,
) -> impl IntoView {
    let i18n = use_i18n();
    let wanted = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let look = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let words = wanted.get_untracked();
        if words.trim().is_empty() {
            found.set(None);
            return;
        }
        spawn_local(async move {
            match ask::search(Search { words, given }).await {
                Ok(lines) => {
                    problem.set(None);
                    found.set(Some(lines.iter().map(|line| line.release).collect()));
                }
                Err(why) => problem.set(Some(why)),
            }
        });
    };
    let all = move |_| {
        wanted.set(String::new());
        found.set(None);
    };
    let said = move || match (problem.get(), found.with(|found| found.as_ref().map(Vec::len))) {
        (Some(problem), _) => words::problem(i18n.get_locale(), &problem).0.to_owned(),
        (None, None) => String::new(),
        (None, Some(0)) => t_string!(i18n, access.found_none).to_owned(),
        (None, Some(1)) => t_string!(i18n, access.found_one).to_owned(),
        (None, Some(number)) => t_string!(i18n, access.found, number = number).to_string(),
    };
    view! {
        <form class="row" role="search" on:submit=look>
            <label class="row">
                {t!(i18n, access.find)}
                // Without a name: before the page wakes, nothing of it can get into an address.
                <input
                    class="utrecht-textbox"
                    type="search"
                    maxlength=LONGEST_SEARCH.to_string()
                    prop:value=move || wanted.get()
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
            </label>
            <Button submit=true>{t!(i18n, access.find_act)}</Button>
            {move || {
                found
                    .with(Option::is_some)
                    .then(|| view! { <Button on:click=all>{t!(i18n, access.find_all)}</Button> })
            }}
            <span role="status">{move || said()}</span>
        </form>
    }
}

/// The day on which the next copies are destroyed, and how many (C5); nothing where none is left.
pub(super) fn next_end(lines: &[DossierLine]) -> Option<(DateTime<Utc>, usize)> {
    let is_held = |line: &&DossierLine| line.life.is_none_or(|life| life.ended_at.is_none());
    let held = || lines.iter().filter(is_held).map(|line| line.retain_until);
    let first = held().min()?;
    let day = |at| time::date(Locale::nl, at);
    Some((first, held().filter(|until| day(*until) == day(first)).count()))
}

/// That day in words.
#[component]
pub(super) fn Next(
    /// What [`next_end`] found.
    next: Option<(DateTime<Utc>, usize)>,
) -> impl IntoView {
    let i18n = use_i18n();
    next.map(|(first, number)| {
        let said = move || {
            let day = time::date(i18n.get_locale(), first);
            match number {
                1 => t_string!(i18n, access.next_one, day = day).to_string(),
                number => t_string!(i18n, access.next, day = day, number = number).to_string(),
            }
        };
        view! { <p class="soft">{move || said()}</p> }
    })
}
