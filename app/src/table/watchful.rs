//! A hint beside a text that somebody writes: what people regret having shared. It stops nobody and is kept nowhere.

use akkoord::session::command::SubjectRole;
use akkoord::watch::{Hint, hints};
use leptos::prelude::*;

use super::live;
use crate::i18n::{Locale, t_string, td_string, use_i18n};
use crate::ui::shown;

/// The hint, when there is one; it follows the text.
#[component]
pub(super) fn Watchful(
    /// What is being written.
    #[prop(into)]
    text: Signal<String>,
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
    let words = move || {
        let found = found.get();
        if found.is_empty() {
            return String::new();
        }
        let what: Vec<_> = found.into_iter().map(|hint| named(i18n.get_locale(), hint)).collect();
        t_string!(i18n, table.watch.ask, what = what.join(", ")).to_string()
    };
    view! {
        <p
            class="watchful"
            role="status"
            data-found=move || (!found.with(Vec::is_empty)).then_some("true")
        >
            {shown(words)}
        </p>
    }
    .into_any()
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
