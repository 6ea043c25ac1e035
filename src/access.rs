//! Answering a person who asks what an organisation holds and gave about them (C6, AVG art. 15).
//!
//! Lives here: which items an answer is about, and what of each belongs in it. Never lives here: whether to hand it over; a
//! person reads it first, because the rights of others can stand against a part of it (AVG art. 15 lid 4, UAVG art. 41).

use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dossier::{AnsweredEntry, DossierItem, HeldItem, ItemKind, ItemSubject, PurposeText};
use crate::ground::LegalGround;
use crate::ids::ReleaseId;
use crate::party::Party;
use crate::release::{InformedHow, ReleaseView};
use crate::text::TextFault;

/// The longest thing somebody looks for, in characters. Every item is opened to look for each of its words.
pub const LONGEST_SEARCH: usize = 100;

/// Whether so many words may be looked for.
pub fn may_look_for(wanted: &str) -> Result<(), TextFault> {
    if wanted.chars().count() > LONGEST_SEARCH {
        return Err(TextFault::TooLong);
    }
    Ok(())
}

/// What an organisation received and gave about a case, or about one person in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReport {
    /// The case.
    pub case_reference: String,
    /// When this was looked up.
    pub at: DateTime<Utc>,
    /// Everybody whom items of this case are about, each once.
    pub subjects: Vec<ItemSubject>,
    /// The one this answer is about, by their place in `subjects`; absent where it is about all.
    pub about: Option<usize>,
    /// What the organisation received, the earliest first.
    pub received: Vec<AccessLine>,
    /// What it gave.
    pub given: Vec<AccessLine>,
}

/// One item in the answer: what AVG art. 15 lid 1 asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// Which.
    pub release: ReleaseId,
    /// What it claims to be.
    pub kind: ItemKind,
    /// The source (art. 15 lid 1 g) of what was received, the recipient (c) of what was given.
    pub other: Party,
    /// Whom it is about.
    pub subjects: Vec<ItemSubject>,
    /// When it was received or given.
    pub at: DateTime<Utc>,
    /// What for (a).
    pub purpose: Option<PurposeText>,
    /// On what law.
    pub ground: Option<LegalGround>,
    /// On what condition.
    pub condition: Option<String>,
    /// When it is destroyed (d).
    pub until: DateTime<Utc>,
    /// Whether the subject was told before, and when that was recorded; the giver's to say.
    pub informed: Option<(InformedHow, DateTime<Utc>)>,
    /// When its owner corrected it.
    pub rectified_at: Option<DateTime<Utc>>,
    /// When its owner took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The words, where they were asked for and still exist.
    pub words: Option<String>,
}

/// Which answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct AccessOrder {
    /// About one person only, by their place among the subjects of the case.
    #[serde(default)]
    pub about: Option<usize>,
    /// With the words of the items (AVG art. 15 lid 3).
    #[serde(default)]
    pub words: bool,
}

/// The answer for one case.
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
        .map(|held| line(&held.item, held.item.giver.clone(), &held.life, order.words));
    let given = given
        .iter()
        .filter(|held| held.entry.item.case_reference == case_reference)
        .map(|held| line(&held.entry.item, held.entry.recipient.clone(), &held.life, order.words));
    let (mut received, mut given): (Vec<_>, Vec<_>) = (received.collect(), given.collect());
    let mut subjects: Vec<ItemSubject> = Vec::new();
    for subject in received.iter().chain(&given).flat_map(|line| &line.subjects) {
        if !subjects.contains(subject) {
            subjects.push(subject.clone());
        }
    }
    subjects.sort_by(|one, other| (one.role, &one.label).cmp(&(other.role, &other.label)));
    // A place that nobody has is about nobody: better an empty answer than one about everybody.
    if let Some(about) = order.about {
        let is_about = |line: &AccessLine| subjects.get(about).is_some_and(|it| line.subjects.contains(it));
        received.retain(is_about);
        given.retain(is_about);
    }
    received.sort_by_key(|line| (line.at, line.release));
    given.sort_by_key(|line| (line.at, line.release));
    AccessReport {
        case_reference: case_reference.into(),
        at,
        subjects,
        about: order.about,
        received,
        given,
    }
}

fn line(item: &DossierItem, other: Party, life: &ReleaseView, words: bool) -> AccessLine {
    AccessLine {
        release: item.release,
        kind: item.kind,
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
    /// Whether every word that is looked for stands in this item: in its words, in how it names people, in the case or in the
    /// giver's name. Capitals make no difference. Looking for nothing finds nothing.
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
    use crate::release::{Given, State, view_for};
    use crate::session::command::{ContributionKind, SubjectRole};

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
        let given = Given {
            giver: item.giver.id,
            recipient: PartyId(Uuid::from_u128(2)),
            at: item.received_at,
            until: item.retain_until,
        };
        view_for(&State::new(given), item.giver.id).unwrap_or_else(|| unreachable!("the giver sees it"))
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
    fn what_is_looked_for_is_found_whatever_its_capitals_and_only_whole() {
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
