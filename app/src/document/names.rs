//! The names of what an organisation keeps, in the reader's language: what it is, who does it, what it is for. Pages, lists
//! and paper use the same ones.

use akkoord::dossier::{ItemKind, NamedAssignee, PurposeText};
use akkoord::party::Party;
use akkoord::session::item::ContentKind;
use chrono::{DateTime, Utc};

use crate::i18n::{Locale, td_string};
use crate::ui::tag::party_word;
use crate::ui::{time, words};

/// What an item is, as a word and what that word means.
pub(crate) fn content_kind(locale: Locale, kind: ContentKind) -> (&'static str, &'static str) {
    match kind {
        ContentKind::Contribution(kind) => words::kind(locale, kind),
        ContentKind::Action => (
            td_string!(locale, words.content.action),
            td_string!(locale, words.kind_means.action),
        ),
        ContentKind::Measure => (
            td_string!(locale, words.content.measure),
            td_string!(locale, words.kind_means.measure),
        ),
        ContentKind::Disposition => (
            td_string!(locale, words.content.disposition),
            td_string!(locale, words.kind_means.disposition),
        ),
    }
}

/// What a copy is, without what differs from one to the next.
pub(crate) fn content_of(kind: &ItemKind) -> ContentKind {
    match kind {
        ItemKind::Contribution(kind) => ContentKind::Contribution(*kind),
        ItemKind::Agreement { .. } => ContentKind::Action,
        ItemKind::Measure { .. } => ContentKind::Measure,
        ItemKind::Disposition(_) => ContentKind::Disposition,
    }
}

/// What a copy is, as a word: an action with the number under which its holder knew it at the table.
pub(crate) fn item_word(locale: Locale, kind: &ItemKind) -> String {
    let word = content_kind(locale, content_of(kind)).0;
    match kind {
        ItemKind::Agreement {
            number: Some(number), ..
        } => td_string!(locale, dossier.numbered, kind = word, number = *number).to_string(),
        _ => word.to_owned(),
    }
}

/// What stands beside that word in a list: who does it and when, which power, what was decided.
pub(crate) fn item_means(locale: Locale, kind: &ItemKind) -> String {
    let before = |due: DateTime<Utc>| {
        let time = time::full(locale, due);
        td_string!(locale, dossier.before, time = time).to_string()
    };
    match kind {
        ItemKind::Contribution(kind) => words::kind(locale, *kind).1.to_owned(),
        ItemKind::Agreement { due, performer, .. } => {
            let performer = performer.as_ref().map(|it| assignee(locale, it));
            let parts: Vec<_> = performer.into_iter().chain(due.map(before)).collect();
            if parts.is_empty() {
                content_kind(locale, ContentKind::Action).1.to_owned()
            } else {
                parts.join(", ")
            }
        }
        ItemKind::Measure { power, holder, until } => {
            let until = until.map(|until| {
                let time = time::full(locale, until);
                td_string!(locale, dossier.until, time = time).to_string()
            });
            let parts = [words::name(locale, power), assignee(locale, holder)];
            parts.into_iter().chain(until).collect::<Vec<_>>().join(", ")
        }
        ItemKind::Disposition(kind) => words::disposition(locale, *kind).to_owned(),
    }
}

/// What only some kinds of item have, each with its name.
pub(crate) fn particulars(locale: Locale, kind: &ItemKind) -> Vec<(&'static str, String)> {
    match kind {
        ItemKind::Contribution(_) => Vec::new(),
        ItemKind::Agreement { due, number, performer } => {
            let number = number.map(|number| (td_string!(locale, dossier.field.number), number.to_string()));
            let performer = performer
                .as_ref()
                .map(|it| (td_string!(locale, dossier.field.performer), assignee(locale, it)));
            let due = due.map(|due| (td_string!(locale, dossier.field.due), time::full(locale, due)));
            [number, performer, due].into_iter().flatten().collect()
        }
        ItemKind::Measure { power, holder, until } => {
            let until = until.map(|until| {
                (
                    td_string!(locale, dossier.field.committed_until),
                    time::full(locale, until),
                )
            });
            [
                (td_string!(locale, dossier.field.measure), words::name(locale, power)),
                (td_string!(locale, dossier.field.holder), assignee(locale, holder)),
            ]
            .into_iter()
            .chain(until)
            .collect()
        }
        ItemKind::Disposition(kind) => vec![(
            td_string!(locale, dossier.field.decided),
            words::disposition(locale, *kind).to_owned(),
        )],
    }
}

/// Who performs an action or holds a power.
pub(crate) fn assignee(locale: Locale, assignee: &NamedAssignee) -> String {
    match assignee {
        NamedAssignee::Party(party) => party_name(locale, party),
        NamedAssignee::Absent { kind, via } => {
            let (kind, via) = (party_word(locale, *kind), party_name(locale, via));
            td_string!(locale, dossier.absent, kind = kind, via = via).to_string()
        }
    }
}

fn party_name(locale: Locale, party: &Party) -> String {
    if party.name.is_empty() {
        party_word(locale, party.kind).to_owned()
    } else {
        party.name.clone()
    }
}

/// What a copy is for. One without a purpose is kept by the party that took it on itself.
pub(crate) fn purpose(locale: Locale, purpose: Option<&PurposeText>) -> String {
    match purpose {
        None => td_string!(locale, dossier.purpose.kept).to_owned(),
        Some(PurposeText::FollowUp { number, performer, due }) => {
            follow_up(locale, *number, assignee(locale, performer), *due)
        }
        Some(PurposeText::Action { text }) if text.is_empty() => {
            td_string!(locale, dossier.field.purpose_hidden).to_owned()
        }
        Some(PurposeText::Action { text }) => text.clone(),
        Some(PurposeText::Task { code, name }) => name
            .as_ref()
            .map_or_else(|| code.clone(), |name| words::name(locale, name)),
    }
}

/// A follow-up action by reference, as a purpose: its words are not part of it (R5).
pub(super) fn follow_up(locale: Locale, number: u32, who: String, due: Option<DateTime<Utc>>) -> String {
    match due {
        Some(due) => {
            let time = time::full(locale, due);
            td_string!(
                locale,
                dossier.purpose.follow_up_before,
                number = number,
                who = who,
                time = time
            )
            .to_string()
        }
        None => td_string!(locale, dossier.purpose.follow_up, number = number, who = who).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use akkoord::ids::PartyId;
    use akkoord::moment::Name;
    use akkoord::party::PartyKind;
    use akkoord::session::item::DispositionKind;
    use uuid::Uuid;

    fn party(kind: PartyKind, name: &str) -> Party {
        Party {
            id: PartyId(Uuid::nil()),
            kind,
            name: name.into(),
        }
    }

    fn due() -> DateTime<Utc> {
        "2026-12-01T11:00:00Z".parse().unwrap_or_default()
    }

    #[test]
    fn r5_an_action_is_named_by_number_performer_and_date_and_not_by_its_words() {
        let police = NamedAssignee::Party(party(PartyKind::Police, "Politie Voorbeeldstad"));
        let absent = NamedAssignee::Absent {
            kind: PartyKind::Municipality,
            via: party(PartyKind::VeiligThuis, "Veilig Thuis Voorbeeldstad"),
        };
        for (performer, due, said) in [
            (
                police.clone(),
                Some(due()),
                "voor actie 3: Politie Voorbeeldstad, vóór 1 december 2026 12:00",
            ),
            (police, None, "voor actie 3: Politie Voorbeeldstad"),
            (
                absent,
                None,
                "voor actie 3: Gemeente (geen plaats aan tafel, via Veilig Thuis Voorbeeldstad)",
            ),
        ] {
            let number = 3;
            let follow_up = PurposeText::FollowUp { number, performer, due };
            assert_eq!(purpose(Locale::nl, Some(&follow_up)), said);
        }
    }

    #[test]
    fn r10_a_purpose_of_a_copy_of_version_1_is_still_shown() {
        let old = |text: &str| purpose(Locale::nl, Some(&PurposeText::Action { text: text.into() }));
        assert_eq!(old("De politie rijdt extra rond."), "De politie rijdt extra rond.");
        assert_eq!(
            old(""),
            "Een afgesproken actie. De tekst ervan is niet mee vrijgegeven."
        );
    }

    #[test]
    fn r10_every_kind_of_copy_says_what_it_is() {
        let police = NamedAssignee::Party(party(PartyKind::Police, "Politie Voorbeeldstad"));
        let cases = [
            (
                ItemKind::Agreement {
                    due: Some(due()),
                    number: Some(3),
                    performer: Some(police.clone()),
                },
                "vervolgactie 3",
                "Politie Voorbeeldstad, vóór 1 december 2026 12:00",
                3,
            ),
            (
                ItemKind::Agreement {
                    due: None,
                    number: None,
                    performer: None,
                },
                "vervolgactie",
                "wie doet wat, en vóór wanneer",
                0,
            ),
            (
                ItemKind::Measure {
                    power: Name {
                        nl: "tijdelijk huisverbod".into(),
                        en: "exclusion order".into(),
                    },
                    holder: police,
                    until: Some(due()),
                },
                "maatregel",
                "tijdelijk huisverbod, Politie Voorbeeldstad, tot 1 december 2026 12:00",
                3,
            ),
            (
                ItemKind::Disposition(DispositionKind::Summons),
                "afdoening",
                "dagvaarding",
                1,
            ),
        ];
        for (kind, word, means, facts) in cases {
            assert_eq!(item_word(Locale::nl, &kind), word);
            assert_eq!(item_means(Locale::nl, &kind), means);
            assert_eq!(particulars(Locale::nl, &kind).len(), facts, "{word}");
        }
    }
}
