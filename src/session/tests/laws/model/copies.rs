//! What leaves at the close, and to whom (R4, R5, R7, R10, R11).

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Approval, Content, Item, Model, Place};
use crate::dossier::{DossierItem, ItemKind, ItemSubject, NamedAssignee, PurposeText, RegisterEntry};
use crate::ids::{ItemId, PartyId, ReleaseId, SubjectId};
use crate::party::Party;
use crate::session::command::SeatLevel;
use crate::session::item::{Assignee, Purpose};

/// Everything that must leave; every release without its name, which is drawn at the close.
#[derive(Clone, Default)]
pub(in super::super) struct Left {
    pub dossier: Vec<(PartyId, DossierItem)>,
    pub register: Vec<RegisterEntry>,
    /// The words of deviations, for every full seat, also one that was there and left.
    pub motivations: Vec<(PartyId, String)>,
    /// Approvals that stay behind because what the item rests on does not go along.
    pub held_back: usize,
}

pub(in super::super) const NO_NAME: ReleaseId = ReleaseId(Uuid::nil());

impl Model {
    /// What must leave if the session closes at this time.
    pub(in super::super) fn left(&self, at: DateTime<Utc>) -> Left {
        let mut left = Left::default();
        for (id, item) in &self.items {
            let approved = item.cells.iter().filter_map(|(to, cell)| Some((*to, cell.approval()?)));
            for (to, approval) in approved.filter(|_| item.is_row()) {
                if !self.goes_along(item, to) {
                    left.held_back += 1;
                    continue;
                }
                let (copy, entry) = self.release(*id, item, to, approval, at);
                left.dossier.push((to, copy));
                left.register.push(entry);
            }
            left.dossier.extend(self.kept(*id, item, at));
        }
        for (party, seat) in &self.seats {
            let full = seat.given.level == SeatLevel::Full;
            let saw = |at: DateTime<Utc>| match seat.place {
                Place::Sits => full,
                Place::Left(left) => full && at <= left,
                Place::Taken => false,
            };
            let words = self.deviations.iter().filter(|it| saw(it.at));
            left.motivations.extend(words.map(|it| (*party, it.motivation.clone())));
        }
        left
    }

    /// R11: each basis is the keeper's own, or the item owner's, or was approved for the keeper too.
    fn goes_along(&self, item: &Item, keeper: PartyId) -> bool {
        item.rests_on.iter().all(|id| {
            let basis = &self.items[id];
            let approved = basis.cells.get(&keeper).is_some_and(|cell| cell.approval().is_some());
            basis.owner == keeper || (basis.is_live() && (basis.owner == item.owner || approved))
        })
    }

    fn release(
        &self,
        id: ItemId,
        item: &Item,
        to: PartyId,
        approval: &Approval,
        at: DateTime<Utc>,
    ) -> (DossierItem, RegisterEntry) {
        assert_eq!(
            approval.revision, item.revision,
            "an approval of the revision that stands"
        );
        let copy = DossierItem {
            kind: self.kind_for(id, item, to),
            subjects: self.labels(&approval.subjects, to),
            text: approval.excerpt.clone().or(item.words.clone()).expect("a row"),
            is_excerpt: approval.excerpt.is_some(),
            approved_by: self.name_of(approval.by.participant),
            approved_at: approval.at,
            purpose: Some(self.purpose(to, to, &approval.purpose)),
            ground: Some(approval.ground.clone()),
            motivation: approval.motivation.clone(),
            condition: approval.condition.clone(),
            retain_until: self.end(to, Some(&approval.purpose), at),
            ..self.from_table(id, item, at)
        };
        let giver = item.owner;
        let entry = RegisterEntry {
            giver,
            recipient: self.party(to),
            not_told_yet: None,
            keep_until: self.end(giver, None, at).max(copy.retain_until),
            item: DossierItem {
                kind: self.kind_for(id, item, giver),
                purpose: Some(self.purpose(to, giver, &approval.purpose)),
                ..copy.clone()
            },
        };
        (copy, entry)
    }

    /// What a party keeps of its own: an action of its own that it performs; that it committed to a measure (T5).
    fn kept(&self, id: ItemId, item: &Item, at: DateTime<Utc>) -> Option<(PartyId, DossierItem)> {
        let keeper = item.assignee()?.answering_party();
        let own = item.owner == keeper;
        let committed = item.committed_until().is_some() && self.is_member(keeper);
        let performs = own && item.is_action() && item.is_row() && !item.is_refused() && self.goes_along(item, keeper);
        (committed || performs).then(|| {
            let copy = DossierItem {
                kind: self.kind_for(id, item, keeper),
                subjects: if own {
                    self.labels(&item.subjects, keeper)
                } else {
                    Vec::new()
                },
                text: item.words.clone().filter(|_| own).unwrap_or_default(),
                retain_until: self.end(keeper, None, at),
                ..self.from_table(id, item, at)
            };
            (keeper, copy)
        })
    }

    fn from_table(&self, id: ItemId, item: &Item, at: DateTime<Utc>) -> DossierItem {
        let convening = self.convening.as_ref().expect("a session");
        let shared_at = item.revised_at.unwrap_or(item.shared_at);
        let author = self.name_of(item.author);
        DossierItem {
            release: NO_NAME,
            case_reference: convening.case_reference.clone(),
            moment: convening.moment.name.clone(),
            giver: self.party(item.owner),
            approved_by: author.clone(),
            author,
            kind: self.kind_for(id, item, item.owner),
            subjects: Vec::new(),
            text: String::new(),
            is_excerpt: false,
            revision: item.revision,
            shared_at,
            approved_at: shared_at,
            purpose: None,
            ground: None,
            motivation: None,
            condition: None,
            received_at: at,
            retain_until: at,
            corrections: Vec::new(),
        }
    }

    fn kind_for(&self, id: ItemId, item: &Item, keeper: PartyId) -> ItemKind {
        match &item.content {
            Content::Contribution(kind) => ItemKind::Contribution(*kind),
            Content::Action { performer, due } => ItemKind::Agreement {
                due: *due,
                number: Some(self.action_number(keeper, id)),
                performer: Some(self.assignee_name(*performer)),
            },
            Content::Measure { power, holder } => {
                let powers = &self.convening.as_ref().expect("a session").powers;
                let row = powers.iter().find(|row| row.code == *power).expect("a power");
                ItemKind::Measure {
                    power: row.name.clone(),
                    holder: self.assignee_name(*holder),
                    until: item.committed_until(),
                }
            }
            Content::Disposition { kind, .. } => ItemKind::Disposition(*kind),
        }
    }

    fn assignee_name(&self, assignee: Assignee) -> NamedAssignee {
        match assignee {
            Assignee::Seat(party) => NamedAssignee::Party(self.party(party)),
            Assignee::Absent { kind, via } => NamedAssignee::Absent {
                kind,
                via: self.party(via),
            },
        }
    }

    /// R16: a label goes along only to a recipient that could see it.
    fn labels(&self, subjects: &BTreeSet<SubjectId>, to: PartyId) -> Vec<ItemSubject> {
        let known = subjects.iter().filter(|id| self.knows_subject(to, **id));
        known
            .map(|id| ItemSubject {
                role: self.subjects[id].role,
                label: self.subjects[id].label.clone(),
            })
            .collect()
    }

    fn purpose(&self, to: PartyId, keeper: PartyId, purpose: &Purpose) -> PurposeText {
        match purpose {
            Purpose::Action(id) => {
                let Content::Action { performer, due } = self.items[id].content.clone() else {
                    panic!("a purpose that is no action");
                };
                PurposeText::FollowUp {
                    number: self.action_number(keeper, *id),
                    performer: self.assignee_name(performer),
                    due,
                }
            }
            Purpose::Task(code) => {
                let tasks = &self.seats[&to].given.tasks;
                PurposeText::Task {
                    code: code.clone(),
                    name: tasks.iter().find(|it| it.code == *code).map(|it| it.name.clone()),
                }
            }
        }
    }

    /// C5: how long a party keeps something, by purpose where it has a term for that.
    fn end(&self, holder: PartyId, purpose: Option<&Purpose>, at: DateTime<Utc>) -> DateTime<Utc> {
        let seat = &self.seats[&holder].given;
        let of_task = purpose.and_then(|purpose| match purpose {
            Purpose::Task(code) => seat.tasks.iter().find(|it| it.code == *code)?.retention_days,
            Purpose::Action(_) => None,
        });
        at + TimeDelta::days(i64::from(of_task.unwrap_or(seat.retention_days)))
    }

    fn party(&self, id: PartyId) -> Party {
        self.seats[&id].given.party.clone()
    }
}
