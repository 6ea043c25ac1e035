//! How the table calls a party, who must do something, and a power (T5).

use akkoord::ids::PartyId;
use akkoord::session::item::Assignee;
use leptos::prelude::*;

use super::live;
use crate::i18n::{Locale, t_string, td_string, use_i18n};
use crate::live::seen::{Seen, called};
use crate::ui::tag::party_word;
use crate::ui::{PartyTag, view, words};

/// A party in a sentence: "Veilig Thuis" instead of "VT".
pub(super) fn in_full(locale: Locale, seen: Seen, id: PartyId) -> String {
    seen.seats.with(|seats| {
        let party = seats.iter().map(|seat| &seat.party).find(|party| party.id == id);
        party.map_or_else(
            || "—".to_owned(),
            |party| match called(seats, party) {
                short if short == party.kind.tag() => party_word(locale, party.kind).to_owned(),
                own_name => own_name,
            },
        )
    })
}

/// Who must do something: "politie", or "gemeente, via politie" for a party without a seat.
pub(super) fn assignee(locale: Locale, seen: Seen, who: Assignee) -> String {
    match who {
        Assignee::Seat(party) => seen.party(party),
        Assignee::Absent { kind, via } => {
            td_string!(locale, table.pick.via, kind = kind.tag(), party = seen.party(via)).to_string()
        }
    }
}

/// A power with its article. A restricted seat has no table of powers and reads that it is a measure.
pub(super) fn power(locale: Locale, seen: Seen, code: &str) -> String {
    seen.about.with(|about| {
        let power = about.powers.iter().find(|power| power.code == code);
        power.map_or_else(
            || td_string!(locale, words.content.measure).to_owned(),
            |power| words::name_and_article(locale, &power.name, power.article.as_deref()),
        )
    })
}

/// The tag of who must do something, and through whom where it has no seat.
#[component]
pub(super) fn AssigneeTag(who: Assignee) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    match who {
        Assignee::Seat(party) => {
            let tag = move || {
                seen.seat(party)
                    .map(|seat| view! { <PartyTag kind=seat.party.kind name=seat.party.name /> })
            };
            view! { <span>{move || tag()}</span> }
        }
        Assignee::Absent { kind, via } => {
            let through = move || t_string!(i18n, table.pick.through, party = seen.party(via)).to_string();
            view! {
                <span data-absent>
                    <PartyTag kind />
                    {move || through()}
                </span>
            }
        }
    }
}
