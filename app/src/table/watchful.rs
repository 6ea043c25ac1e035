//! A hint beside a text that somebody writes: what people regret having shared. It stops nobody and is kept nowhere.

use akkoord::privacy_hints::{Hint, Special, hints, special};
use akkoord::session::command::SubjectRole;
use leptos::prelude::*;

use super::live;
use crate::i18n::{Locale, td_string, use_i18n};
use crate::ui::shown;

/// What is about to happen with the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Goes {
    /// Part of the table will see them.
    #[default]
    Somewhere,
    /// The whole table will see them.
    ToTheTable,
    /// They leave for a dossier.
    Away,
}

/// The hint, when there is one; it follows the text.
#[component]
pub(super) fn Watchful(
    /// What is being written.
    #[prop(into)]
    text: Signal<String>,
    /// What is about to happen with it.
    #[prop(optional, into)]
    goes: Signal<Goes>,
) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let found = Memo::new(move |_| {
        let reporters: Vec<String> = seen.subjects.with(|subjects| {
            let reporters = subjects.iter().filter(|it| it.role == SubjectRole::Reporter);
            reporters.map(|it| it.label.clone()).collect()
        });
        text.with(|text| hints(text, &reporters))
    });
    let guarded = Memo::new(move |_| match goes.get() {
        Goes::Somewhere => Vec::new(),
        Goes::ToTheTable => text.with(|text| {
            let found = special(text).into_iter();
            found.filter(|it| *it != Special::Criminal).collect()
        }),
        Goes::Away => text.with(|text| special(text)),
    });
    let words = move || {
        let locale = i18n.get_locale();
        let mut said = Vec::new();
        let what: Vec<_> = found.get().into_iter().map(|hint| named(locale, hint)).collect();
        if !what.is_empty() {
            said.push(td_string!(locale, table.watch.ask, what = what.join(", ")).to_string());
        }
        let guarded = guarded.get();
        let ninth = guarded.iter().filter(|it| it.article() == 9);
        let what: Vec<_> = ninth.map(|it| guarded_word(locale, *it)).collect();
        if !what.is_empty() {
            let what = what.join(", ");
            said.push(if goes.get() == Goes::Away {
                td_string!(locale, table.watch.special_away, what = what).to_string()
            } else {
                td_string!(locale, table.watch.special_table, what = what).to_string()
            });
        }
        if guarded.contains(&Special::Criminal) {
            said.push(td_string!(locale, table.watch.criminal_away).to_owned());
        }
        said.join(" ")
    };
    let any = move || !found.with(Vec::is_empty) || !guarded.with(Vec::is_empty);
    view! {
        <p
            class="watchful"
            role="status"
            data-found=move || any().then_some("true")
        >
            {shown(words)}
        </p>
    }
    .into_any()
}

fn guarded_word(locale: Locale, special: Special) -> &'static str {
    match special {
        Special::Health => td_string!(locale, table.watch.health),
        Special::Sexual => td_string!(locale, table.watch.sexual),
        Special::Origin => td_string!(locale, table.watch.origin),
        Special::Criminal => td_string!(locale, table.watch.criminal),
    }
}

fn named(locale: Locale, hint: Hint) -> &'static str {
    match hint {
        Hint::Bsn => td_string!(locale, table.watch.bsn),
        Hint::ShelterAddress => td_string!(locale, table.watch.shelter),
        Hint::Address => td_string!(locale, table.watch.address),
        Hint::Telephone => td_string!(locale, table.watch.telephone),
        Hint::Reporter => td_string!(locale, table.watch.reporter),
    }
}
