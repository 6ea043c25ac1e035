//! Who and what kind: a word with a colour or a shape, never a colour or a shape alone (R1, C7).

use akkoord::party::PartyKind;
use akkoord::session::item::ContributionKind;
use leptos::prelude::*;

use crate::i18n::{Locale, td_string, use_i18n};
use crate::ui::view;
use crate::ui::words;

/// The class that gives everything inside it a party's colour.
pub(crate) fn party_class(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::VeiligThuis => "party party--vt",
        PartyKind::Prosecution => "party party--om",
        PartyKind::Police => "party party--politie",
        PartyKind::Probation => "party party--reclassering",
        PartyKind::ChildProtection => "party party--rvdk",
        PartyKind::VictimSupport => "party party--shn",
        PartyKind::Halt => "party party--halt",
        PartyKind::Municipality => "party party--gemeente",
        PartyKind::Care => "party party--hulpverlening",
        PartyKind::Other => "party party--overig",
    }
}

/// The full name of a kind of organisation.
pub(crate) fn party_word(locale: Locale, kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::VeiligThuis => td_string!(locale, words.party.veilig_thuis),
        PartyKind::Prosecution => td_string!(locale, words.party.prosecution),
        PartyKind::Police => td_string!(locale, words.party.police),
        PartyKind::Probation => td_string!(locale, words.party.probation),
        PartyKind::ChildProtection => td_string!(locale, words.party.child_protection),
        PartyKind::VictimSupport => td_string!(locale, words.party.victim_support),
        PartyKind::Halt => td_string!(locale, words.party.halt),
        PartyKind::Municipality => td_string!(locale, words.party.municipality),
        PartyKind::Care => td_string!(locale, words.party.care),
        PartyKind::Other => td_string!(locale, words.party.other),
    }
}

/// The tag of a party: its short word in its own colour, its full name for those who point or listen.
#[component]
pub(crate) fn PartyTag(
    /// What the organisation is by law.
    kind: PartyKind,
    /// Its own name, when the kind alone does not say who.
    #[prop(optional, into)]
    name: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let full = move || {
        name.clone()
            .unwrap_or_else(|| party_word(i18n.get_locale(), kind).to_owned())
    };
    view! {
        <abbr class=format!("tag-party {}", party_class(kind)) title=move || full()>
            {kind.tag()}
        </abbr>
    }
}

/// What a contribution claims to be: a word in a shape of its own (C7). What it is worth follows in plain words.
#[component]
pub(crate) fn KindTag(
    /// What it claims to be.
    kind: ContributionKind,
) -> impl IntoView {
    let i18n = use_i18n();
    let word = move || words::kind(i18n.get_locale(), kind).0;
    let means = move || words::kind(i18n.get_locale(), kind).1;
    view! {
        <span class=format!("tag-kind {}", kind_class(kind))>{move || word()}</span>
        <span class="card-means">{move || means()}</span>
    }
}

/// The class that gives a tag or a card the outline of its kind.
pub(crate) fn kind_class(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Fact => "kind kind--fact",
        ContributionKind::Statement => "kind kind--statement",
        ContributionKind::Suspicion => "kind kind--suspicion",
        ContributionKind::Assessment => "kind kind--assessment",
        ContributionKind::Advice => "kind kind--advice",
        ContributionKind::Question => "kind kind--question",
    }
}
