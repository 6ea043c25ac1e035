//! Choosing about whom and for whom, in few clicks: subjects as buttons, the audience as a short list behind one.

use std::collections::BTreeSet;

use akkoord::ids::{ContributionId, PartyId, SubjectId};
use akkoord::session::command::{Audience, ContributionKind, SeatLevel};
use leptos::prelude::*;

use super::live;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::seen::Seen;
use crate::ui::words;
use crate::ui::{Each, view};

/// What a contribution claims to be (C7).
#[component]
pub(super) fn PickKind(value: RwSignal<ContributionKind>) -> impl IntoView {
    let i18n = use_i18n();
    let option = move |(number, kind): (usize, ContributionKind)| {
        view! {
            <option
                value=number.to_string()
                title=move || words::kind(i18n.get_locale(), kind).1
                prop:selected=move || value.get() == kind
            >
                {move || words::kind(i18n.get_locale(), kind).0}
            </option>
        }
    };
    view! {
        <label>
            {t!(i18n, table.pick.kind)} " "
            <select
                class="utrecht-select"
                on:change=move |event| {
                    let number = event_target_value(&event).parse::<usize>().ok();
                    if let Some(kind) = number.and_then(|number| ContributionKind::ALL.get(number)) {
                        value.set(*kind);
                    }
                }
            >
                {ContributionKind::ALL.into_iter().enumerate().map(option).collect_view()}
            </select>
        </label>
    }
}

/// About whom: a button for each person of the case.
#[component]
pub(super) fn PickSubjects(value: RwSignal<BTreeSet<SubjectId>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, table.pick.about)>
            <Each each=move || seen.subjects.get() key=|subject| subject.id let:subject>
                {
                    let id = subject.id;
                    let role = subject.role;
                    view! {
                        <button
                            type="button"
                            class="choice"
                            title=move || words::role(i18n.get_locale(), role)
                            aria-pressed=move || value.with(|chosen| chosen.contains(&id)).to_string()
                            on:click=move |_| toggle(value, id)
                        >
                            {subject.label}
                        </button>
                    }
                }
            </Each>
        </div>
    }
}

fn toggle<T: Ord + Send + Sync + 'static>(set: RwSignal<BTreeSet<T>>, it: T) {
    set.update(|set| {
        if !set.remove(&it) {
            set.insert(it);
        }
    });
}

/// Who may see it: the whole table unless chosen otherwise; a restricted seat only by name.
#[component]
pub(super) fn PickAudience(value: RwSignal<Audience>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let others = Memo::new(move |_| {
        let you = seen.you();
        seen.seats.with(|seats| {
            let others = seats.iter().filter(|seat| Some(seat.party.id) != you);
            others.map(|seat| (seat.party.id, seat.level)).collect::<Vec<_>>()
        })
    });
    let summary =
        move || value.with(|audience| audience_words(i18n.get_locale(), seen, audience.table, &audience.named));
    let party = move |(id, level): (PartyId, SeatLevel)| {
        let by_table = move || level == SeatLevel::Full && value.with(|audience| audience.table);
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || by_table() || value.with(|audience| audience.named.contains(&id))
                    prop:disabled=move || by_table()
                    on:change=move |_| {
                        value
                            .update(|audience| {
                                if !audience.named.remove(&id) {
                                    audience.named.insert(id);
                                }
                            });
                    }
                />
                {move || seen.party(id)}
                {(level == SeatLevel::Restricted)
                    .then(|| view! { <span class="note">{move || words::seat(i18n.get_locale(), level)}</span> })}
            </label>
        }
    };
    view! {
        <details class="pick" data-narrow=move || value.with(|audience| !audience.table).then_some("true")>
            <summary class="choice">{t!(i18n, table.pick.audience)} " " <span>{move || summary()}</span></summary>
            <fieldset class="pick-body">
                <legend class="visually-hidden">{t!(i18n, table.pick.audience)}</legend>
                <label class="check">
                    <input
                        type="checkbox"
                        class="utrecht-checkbox"
                        prop:checked=move || value.with(|audience| audience.table)
                        on:change=move |event| {
                            let table = event_target_checked(&event);
                            value.update(|audience| audience.table = table);
                        }
                    />
                    {t!(i18n, table.pick.whole_table)}
                </label>
                <Each each=move || others.get() key=|other| *other children=party />
            </fieldset>
        </details>
    }
}

/// An audience in words, its owner apart.
pub(super) fn audience_words<'a>(
    locale: Locale,
    seen: Seen,
    table: bool,
    named: impl IntoIterator<Item = &'a PartyId>,
) -> String {
    let named: Vec<_> = named.into_iter().copied().collect();
    let parties = seen.parties(&named);
    match (table, named.is_empty()) {
        (true, true) => td_string!(locale, table.pick.to_table).to_owned(),
        (true, false) => td_string!(locale, table.pick.to_table_and, parties = parties).to_string(),
        (false, true) => td_string!(locale, table.pick.to_owner).to_owned(),
        (false, false) => td_string!(locale, table.pick.to_only, parties = parties).to_string(),
    }
}

/// On which contributions something rests (R11).
#[component]
pub(super) fn PickBasis(value: RwSignal<BTreeSet<ContributionId>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let summary = move || match value.with(BTreeSet::len) {
        0 => t_string!(i18n, table.pick.no_basis).to_owned(),
        number => number.to_string(),
    };
    let cards = move || {
        let readable = |card: &crate::live::seen::Card| card.view.with(|view| view.text.is_some());
        seen.cards
            .with(|cards| cards.iter().filter(|card| readable(card)).cloned().collect::<Vec<_>>())
    };
    let card = move |card: crate::live::seen::Card| {
        let id = card.id;
        let text = move || {
            card.view.with(|view| {
                let words = view.text.as_deref().unwrap_or_default();
                format!("{}: {}", seen.party(view.owner.id), shortened(words, 60))
            })
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || value.with(|chosen| chosen.contains(&id))
                    on:change=move |_| toggle(value, id)
                />
                {move || text()}
            </label>
        }
    };
    view! {
        <details class="pick">
            <summary class="choice">{t!(i18n, table.pick.basis)} " " <span>{move || summary()}</span></summary>
            <fieldset class="pick-body">
                <legend class="visually-hidden">{t!(i18n, table.pick.basis)}</legend>
                <Each each=cards key=|card| card.id children=card />
            </fieldset>
        </details>
    }
}

/// One of the parties at the table.
#[component]
pub(super) fn PickParty(
    /// Which; nobody until somebody is chosen.
    value: RwSignal<Option<PartyId>>,
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let seen = live().seen;
    let parties = Memo::new(move |_| {
        seen.seats
            .with(|seats| seats.iter().map(|seat| seat.party.id).collect::<Vec<_>>())
    });
    view! {
        <label>
            {move || label.get()} " "
            <select
                class="utrecht-select"
                required
                on:change=move |event| value.set(event_target_value(&event).parse().ok())
            >
                <option value="" prop:selected=move || value.get().is_none()></option>
                <Each each=move || parties.get() key=|id| *id let:id>
                    <option value=id.to_string() prop:selected=move || value.get() == Some(id)>
                        {move || seen.party(id)}
                    </option>
                </Each>
            </select>
        </label>
    }
}

/// The beginning of a text, for where there is no room for all of it.
pub(super) fn shortened(words: &str, characters: usize) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= characters {
        return line;
    }
    let mut short: String = line.chars().take(characters).collect();
    short.truncate(short.trim_end().len());
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_text_is_shortened_between_letters() {
        assert_eq!(shortened("één\nregel", 20), "één regel");
        assert_eq!(shortened("moeder één twee", 7), "moeder…");
    }
}
