//! The answer to a person who asks what an organisation holds and gave about them (C6, AVG art. 15), and searching in
//! what it holds.
//!
//! Lives here: which items belong in an answer, and what it says about each. Never lives here: whether the answer is
//! handed over. A person reads it first, because the rights of others can oppose a part of it (AVG art. 15 lid 4, UAVG
//! art. 41).

use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dossier::{AnsweredEntry, DossierItem, HeldItem, ItemKind, ItemSubject, PurposeText};
use crate::ground::LegalGround;
use crate::ids::ReleaseId;
use crate::party::Party;
use crate::release::{InformedStatus, ReleaseView};
use crate::text::TextFault;

/// The most characters that somebody can search for. A search opens every sealed item, once, and looks for each word.
pub const LONGEST_SEARCH: usize = 100;

/// Whether these words can be searched for. Refused with [`TextFault::TooLong`] beyond [`LONGEST_SEARCH`].
pub fn may_look_for(wanted: &str) -> Result<(), TextFault> {
    if wanted.chars().count() > LONGEST_SEARCH {
        return Err(TextFault::TooLong);
    }
    Ok(())
}

/// What an organisation received and gave about a case, or about one person in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReport {
    /// The reference of the case.
    pub case_reference: String,
    /// When the answer was made.
    pub at: DateTime<Utc>,
    /// Every person that an item of this case is about, each once, by role and label.
    pub subjects: Vec<ItemSubject>,
    /// The person this answer is about, by index in `subjects`; `None` where it is about everybody.
    pub about: Option<usize>,
    /// What the organisation received, the earliest first. In an answer about one person: only the items about that person.
    pub received: Vec<AccessLine>,
    /// What the organisation gave, chosen and ordered in the same way.
    pub given: Vec<AccessLine>,
    /// In an answer about one person: the agreements of the case and the items that name nobody, the earliest first, as far
    /// as they are not listed above. They can be about that person without saying so, so that somebody must look at them by
    /// hand. Empty in an answer about everybody, which lists them above.
    pub to_check: Vec<AccessLine>,
}

/// One item in the answer, with what AVG art. 15 lid 1 asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// The release.
    pub release: ReleaseId,
    /// Whether the organisation received or gave it.
    pub direction: AccessDirection,
    /// What the item claims to be.
    pub kind: ItemKind,
    /// The source of what was received (art. 15 lid 1 g), or the recipient of what was given (c).
    pub other: Party,
    /// The persons it is about, as far as its owner named them.
    pub subjects: Vec<ItemSubject>,
    /// When it was received or given.
    pub at: DateTime<Utc>,
    /// The purpose (art. 15 lid 1 a); an agreement has none.
    pub purpose: Option<PurposeText>,
    /// The legal ground; an agreement has none.
    pub ground: Option<LegalGround>,
    /// The condition on which it was released.
    pub condition: Option<String>,
    /// When the recipient's copy is destroyed (art. 15 lid 1 d).
    pub until: DateTime<Utc>,
    /// Whether the subject was informed before, as the giver recorded it, and when that was recorded.
    pub informed: Option<(InformedStatus, DateTime<Utc>)>,
    /// When its owner last corrected it.
    pub rectified_at: Option<DateTime<Utc>>,
    /// When its owner took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The words, where they were asked for and still exist.
    pub words: Option<String>,
}

/// On which side of a release the answering organisation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessDirection {
    /// It received the item.
    Received,
    /// It gave the item.
    Given,
}

/// Which answer somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct AccessOrder {
    /// An answer about one person only, by index in [`AccessReport::subjects`]; `None` for everybody.
    #[serde(default)]
    pub about: Option<usize>,
    /// With the words of the items (AVG art. 15 lid 3).
    #[serde(default)]
    pub words: bool,
}

/// The answer for one case, out of everything that the organisation holds. An `about` that is no index of a person makes
/// an answer without items, rather than one about everybody.
pub fn access_report(
    case_reference: &str,
    received: &[HeldItem],
    given: &[AnsweredEntry],
    order: AccessOrder,
    at: DateTime<Utc>,
) -> AccessReport {
    let received = received
        .iter()
        .filter(|held| held.item.case_reference == case_reference)
        .map(|held| {
            let source = held.item.giver.clone();
            line(AccessDirection::Received, &held.item, source, &held.life, order.words)
        });
    let given = given
        .iter()
        .filter(|held| held.entry.item.case_reference == case_reference)
        .map(|held| {
            let recipient = held.entry.recipient.clone();
            line(
                AccessDirection::Given,
                &held.entry.item,
                recipient,
                &held.life,
                order.words,
            )
        });
    let mut lines: Vec<_> = received.chain(given).collect();
    lines.sort_by_key(|line| (line.at, line.release));
    let mut subjects: Vec<ItemSubject> = Vec::new();
    for subject in lines.iter().flat_map(|line| &line.subjects) {
        if !subjects.contains(subject) {
            subjects.push(subject.clone());
        }
    }
    subjects.sort_by(|one, other| (one.role, &one.label).cmp(&(other.role, &other.label)));
    let mut to_check = Vec::new();
    if let Some(about) = order.about {
        let person = subjects.get(about);
        let (listed, others): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|line| person.is_some_and(|person| line.subjects.contains(person)));
        lines = listed;
        to_check = others;
        to_check.retain(|line| person.is_some() && line.may_be_about_anybody());
    }
    let (received, given) = lines
        .into_iter()
        .partition(|line| line.direction == AccessDirection::Received);
    AccessReport {
        case_reference: case_reference.into(),
        at,
        subjects,
        about: order.about,
        received,
        given,
        to_check,
    }
}

impl AccessLine {
    /// Whether the persons named with this item do not tell whom it is about: nobody is named, or it is an agreement, whose
    /// words can be about anybody of the case.
    fn may_be_about_anybody(&self) -> bool {
        self.subjects.is_empty() || matches!(self.kind, ItemKind::Agreement { .. })
    }
}

fn line(direction: AccessDirection, item: &DossierItem, other: Party, life: &ReleaseView, words: bool) -> AccessLine {
    AccessLine {
        release: item.release,
        direction,
        kind: item.kind.clone(),
        other,
        subjects: item.subjects.clone(),
        at: item.received_at,
        purpose: item.purpose.clone(),
        ground: item.ground.clone(),
        condition: item.condition.clone(),
        until: item.retain_until,
        informed: life.informed,
        rectified_at: life.rectified_at,
        withdrawn_at: life.withdrawn_at,
        words: Some(item.text.clone()).filter(|text| words && !text.is_empty()),
    }
}

impl DossierItem {
    /// Whether this item has every word of `wanted`: in its text, in the labels of its subjects, in the case reference or in
    /// the giver's name. Capitals make no difference, and a word is also found inside a longer one. Without a word nothing
    /// is found.
    pub fn has(&self, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        let mut places: Vec<String> = [&self.text, &self.case_reference, &self.giver.name]
            .into_iter()
            .map(|place| place.to_lowercase())
            .collect();
        places.extend(self.subjects.iter().map(|subject| subject.label.to_lowercase()));
        let mut words = wanted.split_whitespace().peekable();
        words.peek().is_some() && words.all(|word| places.iter().any(|place| place.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::dossier::RegisterEntry;
    use crate::ids::PartyId;
    use crate::moment::Name;
    use crate::party::PartyKind;
    use crate::release::{ReleaseOrigin, ReleaseState, view_for};
    use crate::session::command::SubjectRole;
    use crate::session::item::ContributionKind;

    fn party(number: u128, kind: PartyKind) -> Party {
        Party {
            id: PartyId(Uuid::from_u128(number)),
            kind,
            name: alloc::format!("Partij {number}"),
        }
    }

    fn subject(label: &str) -> ItemSubject {
        ItemSubject {
            role: SubjectRole::Victim,
            label: label.into(),
        }
    }

    fn item(number: u128, case: &str, subjects: &[&str], text: &str) -> DossierItem {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(i64::try_from(number).unwrap_or_default());
        DossierItem {
            release: ReleaseId(Uuid::from_u128(number)),
            case_reference: case.into(),
            moment: Name {
                nl: "ZSM-overleg".into(),
                en: "ZSM session".into(),
            },
            giver: party(1, PartyKind::VeiligThuis),
            author: "Bakker".into(),
            kind: ItemKind::Contribution(ContributionKind::Fact),
            subjects: subjects.iter().map(|label| subject(label)).collect(),
            text: text.into(),
            is_excerpt: false,
            revision: 1,
            shared_at: at,
            approved_by: "Bakker".into(),
            approved_at: at,
            purpose: None,
            ground: None,
            motivation: None,
            condition: None,
            received_at: at,
            retain_until: at + TimeDelta::days(365),
            corrections: vec![],
        }
    }

    fn life(item: &DossierItem) -> ReleaseView {
        let given = ReleaseOrigin {
            giver: item.giver.id,
            recipient: PartyId(Uuid::from_u128(2)),
            at: item.received_at,
            until: item.retain_until,
        };
        view_for(&ReleaseState::new(given), item.giver.id).unwrap_or_else(|| unreachable!("the giver sees it"))
    }

    fn held(item: DossierItem) -> HeldItem {
        let life = life(&item);
        HeldItem {
            item,
            life,
            delivery: None,
        }
    }

    fn gave(item: DossierItem) -> AnsweredEntry {
        let life = life(&item);
        let entry = RegisterEntry {
            giver: item.giver.id,
            recipient: party(2, PartyKind::Police),
            keep_until: item.retain_until,
            item,
            not_told_yet: None,
        };
        AnsweredEntry { entry, life }
    }

    fn numbers(lines: &[AccessLine]) -> Vec<u128> {
        lines.iter().map(|line| line.release.0.as_u128()).collect()
    }

    fn agreement(number: u128, subjects: &[&str]) -> DossierItem {
        DossierItem {
            kind: ItemKind::Agreement {
                due: None,
                number: None,
                performer: None,
            },
            ..item(number, "26-1", subjects, "Politie hoort vader.")
        }
    }

    /// G21: a case with an agreement, and with items that name nobody or somebody else.
    fn answer_with_untagged(about: Option<usize>) -> AccessReport {
        let received = [
            held(item(1, "26-1", &["moeder"], "een")),
            held(item(2, "26-1", &["vader"], "twee")),
            held(item(3, "26-1", &[], "drie")),
            held(agreement(4, &[])),
            held(agreement(5, &["vader"])),
            held(agreement(6, &["moeder"])),
            held(item(7, "26-2", &[], "van een andere zaak")),
        ];
        let given = [gave(item(8, "26-1", &[], "acht")), gave(agreement(9, &["vader"]))];
        access_report(
            "26-1",
            &received,
            &given,
            AccessOrder { about, words: true },
            DateTime::UNIX_EPOCH,
        )
    }

    #[test]
    fn g21_c6_about_one_person_agreements_and_what_names_nobody_are_listed_to_be_looked_at() {
        let all = answer_with_untagged(None);
        assert_eq!(numbers(&all.received), [1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers(&all.given), [8, 9]);
        assert_eq!(
            numbers(&all.to_check),
            [],
            "about everybody they are in the usual lists"
        );

        let mother = answer_with_untagged(Some(0));
        assert_eq!(mother.subjects[0].label, "moeder");
        assert_eq!(numbers(&mother.received), [1, 6]);
        assert_eq!(numbers(&mother.given), []);
        assert_eq!(numbers(&mother.to_check), [3, 4, 5, 8, 9]);
        assert_eq!(mother.to_check[0].direction, AccessDirection::Received);
        assert_eq!(mother.to_check[3].direction, AccessDirection::Given);
        assert_eq!(
            mother.to_check[3].other.kind,
            PartyKind::Police,
            "the recipient of what was given"
        );
        assert_eq!(
            mother.to_check[0].words.as_deref(),
            Some("drie"),
            "who looks at it can read it"
        );

        let father = answer_with_untagged(Some(1));
        assert_eq!(
            (numbers(&father.received), numbers(&father.given)),
            (vec![2, 5], vec![9])
        );
        assert_eq!(numbers(&father.to_check), [3, 4, 6, 8]);

        let nobody = answer_with_untagged(Some(2));
        assert!(nobody.received.is_empty() && nobody.given.is_empty() && nobody.to_check.is_empty());
    }

    fn answer(order: AccessOrder) -> AccessReport {
        let received = [
            held(item(5, "26-1", &["dochter", "moeder"], "vijf")),
            held(item(3, "26-1", &["moeder"], "drie")),
            held(item(4, "26-2", &["moeder"], "vier")),
        ];
        let given = [
            gave(item(6, "26-1", &["vader"], "zes")),
            gave(item(7, "26-1", &["dochter"], "")),
        ];
        access_report("26-1", &received, &given, order, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn c6_an_answer_has_everything_of_the_case_and_nothing_of_another() {
        let all = answer(AccessOrder::default());
        assert_eq!(numbers(&all.received), [3, 5]);
        assert_eq!(numbers(&all.given), [6, 7]);
        let labels: Vec<_> = all.subjects.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["dochter", "moeder", "vader"]);
        assert_eq!(all.received[0].other.kind, PartyKind::VeiligThuis);
        assert_eq!(all.given[0].other.kind, PartyKind::Police);
        assert!(all.received.iter().chain(&all.given).all(|line| line.words.is_none()));
    }

    #[test]
    fn c6_about_one_person_only_what_names_them_and_about_nobody_nothing() {
        let about = |about| {
            let answer = answer(AccessOrder {
                about: Some(about),
                words: true,
            });
            (numbers(&answer.received), numbers(&answer.given))
        };
        assert_eq!(about(0), (vec![5], vec![7]));
        assert_eq!(about(1), (vec![3, 5], vec![]));
        assert_eq!(about(2), (vec![], vec![6]));
        assert_eq!(about(3), (vec![], vec![]));
    }

    #[test]
    fn c6_words_only_where_they_were_asked_for_and_still_exist() {
        let answer = answer(AccessOrder {
            about: None,
            words: true,
        });
        assert_eq!(answer.received[0].words.as_deref(), Some("drie"));
        assert_eq!(answer.given[1].words, None);
    }

    #[test]
    fn a_search_finds_every_word_whatever_its_capitals() {
        let item = item(1, "26-0417", &["Moeder"], "De buren hoorden glas breken.");
        for (wanted, found) in [
            ("GLAS", true),
            ("glas moeder", true),
            ("26-0417", true),
            ("partij", true),
            ("glas vader", false),
            ("", false),
            ("   ", false),
        ] {
            assert_eq!(item.has(wanted), found, "{wanted:?}");
        }
    }
}
