//! Words of the closing round: what a row is, why an approval lapsed, who else must say yes.

use std::collections::BTreeSet;

use akkoord::ids::PartyId;
use akkoord::session::item::LapseReason;
use akkoord::session::view::{ContentView, ItemView};

use crate::i18n::{Locale, td_string};
use crate::live::seen::Seen;
use crate::table::lapses::lapse_words;
use crate::table::names;
use crate::table::pick::shortened;
use crate::ui::words;

/// What a row is, in a word, and what tells it apart from other rows of that kind.
pub(super) fn row_kind(locale: Locale, seen: Seen, item: &ItemView) -> (String, String) {
    match &item.content {
        ContentView::Contribution { kind } => {
            let (word, means) = words::kind(locale, *kind);
            (word.to_owned(), means.to_owned())
        }
        ContentView::Action { performer, .. } => {
            let kind = td_string!(locale, words.content.action);
            let word = seen.action_number(item.id).map_or_else(
                || kind.to_owned(),
                |number| td_string!(locale, dossier.numbered, kind = kind, number = number).to_string(),
            );
            (word, names::assignee(locale, seen, *performer))
        }
        ContentView::Measure { power, .. } => {
            let word = td_string!(locale, words.content.measure).to_owned();
            (word, names::power(locale, seen, power))
        }
        ContentView::Disposition { kind, .. } => (
            td_string!(locale, words.content.disposition).to_owned(),
            words::disposition(locale, *kind).to_owned(),
        ),
    }
}

/// That an approval no longer holds, and why (R6).
pub(super) fn lapsed(locale: Locale, seen: Seen, recipient: PartyId, because: LapseReason) -> String {
    let because = lapse_words(locale, seen, recipient, because);
    td_string!(locale, closing.lapsed, because = because).to_string()
}

/// That an item leaves only with the yes of others too, because it rests on theirs (R11).
pub(super) fn needs_yes_of(locale: Locale, seen: Seen, owners: &BTreeSet<PartyId>) -> Option<String> {
    let owners: Vec<_> = owners.iter().copied().collect();
    let parties = seen.parties(&owners);
    match owners.len() {
        0 => None,
        1 => Some(td_string!(locale, closing.needs_yes, party = parties).to_string()),
        _ => Some(td_string!(locale, closing.needs_yes_of_all, parties = parties).to_string()),
    }
}

/// The beginning of the words of a row.
pub(super) fn beginning(item: &ItemView, characters: usize) -> String {
    shortened(item.text.as_deref().unwrap_or_default(), characters)
}
