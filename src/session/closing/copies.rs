//! The dossier items and register entries of a closing, with their words and their provenance (R5, R7, R10).

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};

use crate::dossier::{
    Copies, DossierItem, ItemKind, ItemSubject, KeptMotivation, NamedAssignee, PurposeText, RegisterEntry,
};
use crate::ids::{PartyId, ReleaseId, SubjectId, TextId};
use crate::moment::Name;
use crate::party::{Party, PartyKind};
use crate::session::event::{Event, EventKind};
use crate::session::item::{Approval, Assignee, Cell, Content, Item, Purpose};
use crate::session::state::State;
use crate::session::visibility::{action_number, knows_subject, name_of};
use crate::text::Texts;

/// The dossier items and register entries of a closing, made from the state just before it and its texts. `events` are those
/// the close decided on. Of a session that expired only the motivations of deviations are kept (R14, T3). Empty if nothing
/// among the events ends the session.
pub fn copies(before: &State, texts: &Texts, events: &[Event]) -> Copies {
    let ending = events.iter().find_map(|event| match &event.kind {
        EventKind::Closed { releases, kept } => Some((event, releases.as_slice(), kept.as_slice())),
        EventKind::Expired => Some((event, [].as_slice(), [].as_slice())),
        _ => None,
    });
    let Some((event, releases, kept)) = ending else {
        return Copies::default();
    };
    let maker = Copier {
        before,
        texts,
        at: event.at,
    };
    let mut copies = Copies::default();
    for released in releases {
        if let Some((copy, entry)) = maker.release(released.release, released.item, released.recipient) {
            copies.dossier.push((released.recipient, copy));
            copies.register.push(entry);
        }
    }
    for kept in kept {
        if let Some(item) = before.items.get(&kept.item) {
            copies.dossier.extend(
                maker
                    .kept(kept.release, item, kept.keeper)
                    .map(|copy| (kept.keeper, copy)),
            );
        }
    }
    for deviation in &before.deviations {
        let text = deviation.motivation.id;
        if let Some(motivation) = texts.words(text) {
            let saw = |party: &PartyId| before.saw_from_full_seat(*party, deviation.at);
            for party in before.members().into_iter().filter(saw) {
                let kept = KeptMotivation {
                    text,
                    motivation: motivation.clone(),
                    proof: texts.proof(text),
                };
                copies.motivations.push((party, kept));
            }
        }
    }
    copies
}

struct Copier<'a> {
    before: &'a State,
    texts: &'a Texts,
    at: DateTime<Utc>,
}

impl Copier<'_> {
    /// The recipient's copy and the giver's entry. Each refers to an action by the number under which that party knows it.
    fn release(
        &self,
        release: ReleaseId,
        item: crate::ids::ItemId,
        recipient: PartyId,
    ) -> Option<(DossierItem, RegisterEntry)> {
        let item = self.before.items.get(&item)?;
        let Some(Cell::Approved(approval)) = item.cells.get(&recipient) else {
            return None;
        };
        let text = self.texts.words(approval.excerpt.or(item.text)?)?;
        let copy = DossierItem {
            kind: self.kind(item, recipient),
            subjects: self.subjects(&approval.subjects, recipient),
            text,
            is_excerpt: approval.excerpt.is_some(),
            approved_by: name_of(self.before, approval.by.participant),
            approved_at: approval.at,
            purpose: Some(self.purpose(recipient, recipient, &approval.purpose)),
            ground: Some(approval.ground.clone()),
            motivation: self.words(approval.motivation),
            condition: self.words(approval.condition),
            retain_until: self.retain_until(recipient, Some(&approval.purpose)),
            ..self.provenance(release, item)?
        };
        let giver = item.owner;
        let entry = RegisterEntry {
            giver,
            recipient: self.party(recipient),
            not_told_yet: None,
            keep_until: self.retain_until(giver, None).max(copy.retain_until),
            item: self.entry(item, approval, recipient, copy.clone()),
        };
        Some((copy, entry))
    }

    fn entry(&self, item: &Item, approval: &Approval, recipient: PartyId, copy: DossierItem) -> DossierItem {
        DossierItem {
            kind: self.kind(item, item.owner),
            purpose: Some(self.purpose(recipient, item.owner, &approval.purpose)),
            ..copy
        }
    }

    /// What a party keeps of its own (R5, T5). Of another party's measure it keeps that it committed, and no words.
    fn kept(&self, release: ReleaseId, item: &Item, keeper: PartyId) -> Option<DossierItem> {
        let own = item.owner == keeper;
        let text = self.words(item.text).filter(|_| own).unwrap_or_default();
        let subjects = if own {
            self.subjects(&item.subjects, keeper)
        } else {
            Vec::new()
        };
        Some(DossierItem {
            kind: self.kind(item, keeper),
            subjects,
            text,
            retain_until: self.retain_until(keeper, None),
            ..self.provenance(release, item)?
        })
    }

    /// What every copy of an item has: where it comes from, without words, labels, purpose or ground.
    fn provenance(&self, release: ReleaseId, item: &Item) -> Option<DossierItem> {
        let table = self.before.table.as_ref()?;
        let shared_at = item.revised_at.unwrap_or(item.shared_at);
        let author = name_of(self.before, item.author);
        Some(DossierItem {
            release,
            case_reference: table.case_reference.clone(),
            moment: table.moment.name.clone(),
            giver: self.party(item.owner),
            approved_by: author.clone(),
            author,
            kind: self.kind(item, item.owner),
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
            received_at: self.at,
            retain_until: self.at,
            corrections: Vec::new(),
        })
    }

    fn kind(&self, item: &Item, keeper: PartyId) -> ItemKind {
        match &item.content {
            Content::Contribution { kind } => ItemKind::Contribution(*kind),
            Content::Action { performer, due } => ItemKind::Agreement {
                due: *due,
                number: Some(action_number(self.before, keeper, item.id)),
                performer: Some(self.assignee(*performer)),
            },
            Content::Measure { power, holder } => ItemKind::Measure {
                power: self
                    .before
                    .power(power)
                    .map_or_else(Name::default, |row| row.name.clone()),
                holder: self.assignee(*holder),
                until: item.committed_until(),
            },
            Content::Disposition { kind, .. } => ItemKind::Disposition(*kind),
        }
    }

    fn assignee(&self, assignee: Assignee) -> NamedAssignee {
        match assignee {
            Assignee::Seat(party) => NamedAssignee::Party(self.party(party)),
            Assignee::Absent { kind, via } => NamedAssignee::Absent {
                kind,
                via: self.party(via),
            },
        }
    }

    /// R16: a label goes along only to a recipient that could see it at the table.
    fn subjects(&self, chosen: &BTreeSet<SubjectId>, recipient: PartyId) -> Vec<ItemSubject> {
        let known = chosen.iter().filter(|id| knows_subject(self.before, recipient, **id));
        let subjects = known.filter_map(|id| self.before.subjects.get(id));
        subjects
            .map(|subject| ItemSubject {
                role: subject.role,
                label: self.texts.words(subject.label).unwrap_or_default(),
            })
            .collect()
    }

    /// R5: where the purpose is an action, the copy refers to it by number, performer and date.
    fn purpose(&self, recipient: PartyId, keeper: PartyId, purpose: &Purpose) -> PurposeText {
        match purpose {
            Purpose::Action(id) => {
                let action = self.before.items.get(id).map(|item| &item.content);
                let (performer, due) = match action {
                    Some(Content::Action { performer, due }) => (self.assignee(*performer), *due),
                    _ => (NamedAssignee::Party(self.party(recipient)), None),
                };
                PurposeText::FollowUp {
                    number: action_number(self.before, keeper, *id),
                    performer,
                    due,
                }
            }
            Purpose::Task(code) => {
                let seat = self.before.seats.get(&recipient);
                let tasks = seat.map(|seat| seat.tasks.as_slice()).unwrap_or_default();
                let task = tasks.iter().find(|task| task.code == *code);
                PurposeText::Task {
                    code: code.clone(),
                    name: task.map(|task| task.name.clone()),
                }
            }
        }
    }

    /// C5: per organisation, and where it has a term for the task it was received for, per purpose.
    fn retain_until(&self, holder: PartyId, purpose: Option<&Purpose>) -> DateTime<Utc> {
        let seat = self.before.seats.get(&holder);
        let own_term = seat.zip(purpose).and_then(|(seat, purpose)| match purpose {
            Purpose::Task(code) => seat.tasks.iter().find(|task| task.code == *code)?.retention_days,
            Purpose::Action(_) => None,
        });
        let days = own_term.unwrap_or_else(|| seat.map_or(0, |seat| seat.retention_days));
        let end = self.at.checked_add_signed(TimeDelta::days(i64::from(days)));
        end.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    fn party(&self, id: PartyId) -> Party {
        let unnamed = || Party {
            id,
            kind: PartyKind::Other,
            name: String::new(),
        };
        self.before
            .seats
            .get(&id)
            .map_or_else(unnamed, |seat| seat.party.clone())
    }

    fn words(&self, id: Option<TextId>) -> Option<String> {
        id.and_then(|id| self.texts.words(id))
    }
}
