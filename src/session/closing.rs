//! What becomes a release, and what is destroyed (R4, R7, R8).
//!
//! `plan` says which cells leave; `copies` makes the dossier items and register entries, with their words and their
//! provenance (R10). Nothing else in the program turns a contribution into something that outlives its session.

use alloc::{string::String, vec::Vec};

use super::command::Purpose;
use super::event::{Event, Fact};
use super::state::{Action, Cell, State};
use crate::dossier::{Copies, DossierItem, ItemKind, ItemSubject, KeptMotivation, PurposeText, RegisterEntry};
use crate::ids::{ContributionId, DerivedId, ParticipantId, PartyId, ReleaseId, TextId};
use crate::party::Party;
use crate::text::Texts;

/// What would leave if the session closed now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Contribution, revision, recipient.
    pub releases: Vec<(ContributionId, u32, PartyId)>,
    /// Action and the performer who takes it along.
    pub agreements: Vec<(DerivedId, PartyId)>,
}

/// R4: only approved cells leave; undecided, declined and withdrawn ones do not.
pub(crate) fn plan(state: &State) -> Plan {
    let mut plan = Plan::default();
    for contribution in state.contributions.values().filter(|it| it.withdrawn_at.is_none()) {
        for (recipient, cell) in &contribution.cells {
            if matches!(cell, Cell::Approved(_)) {
                plan.releases.push((contribution.id, contribution.revision, *recipient));
            }
        }
    }
    for (id, action) in &state.actions {
        if takes_along(state, action.performer, action) {
            plan.agreements.push((*id, action.performer));
        }
    }
    plan
}

/// R11 at close: the text of an action goes along with a party that sees it, unless it rests on something of another
/// party that was not released to it.
fn takes_along(state: &State, party: PartyId, action: &Action) -> bool {
    state.sees_action(party, action)
        && action.basis.based_on.iter().all(|id| {
            state
                .contributions
                .get(id)
                .is_some_and(|it| it.owner == party || matches!(it.cells.get(&party), Some(Cell::Approved(_))))
        })
}

/// The dossier items and register entries of a closing, made from the state just before it and its texts.
/// `events` are those the close decided on. Empty if there is no `Closed` among them.
pub fn copies(before: &State, texts: &Texts, events: &[Event]) -> Copies {
    let Some((event, releases, agreements)) = events.iter().find_map(|event| match &event.fact {
        Fact::Closed { releases, agreements } => Some((event, releases, agreements)),
        _ => None,
    }) else {
        return Copies::default();
    };
    let making = Making {
        before,
        texts,
        at: event.at,
    };
    let mut copies = Copies::default();
    for released in releases {
        if let Some(item) = making.item(released.release, released.contribution, released.recipient) {
            // The giver keeps the purpose in the words that the giver may keep, the recipient in its own (R11).
            let giver = item.giver.id;
            let mut entry = item.clone();
            entry.purpose = making.purpose_of(released.contribution, released.recipient, giver);
            copies.register.push(RegisterEntry {
                giver,
                recipient: making.party(released.recipient),
                item: entry,
                not_told_yet: None,
                keep_until: making.retain_until(giver, None).max(item.retain_until),
            });
            copies.dossier.push((released.recipient, item));
        }
    }
    for agreement in agreements {
        if let Some(item) = making.agreement(agreement.release, agreement.action) {
            copies.dossier.push((agreement.performer, item));
        }
    }
    for deviation in &before.deviations {
        let text = deviation.motivation.id;
        if let Some(motivation) = texts.words(text) {
            for party in before.parties().into_iter().filter(|party| before.is_full(*party)) {
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

struct Making<'a> {
    before: &'a State,
    texts: &'a Texts,
    at: chrono::DateTime<chrono::Utc>,
}

impl Making<'_> {
    fn party(&self, id: PartyId) -> Party {
        self.before.seats.get(&id).map_or_else(
            || Party {
                id,
                kind: crate::party::PartyKind::Other,
                name: String::new(),
            },
            |seat| seat.party.clone(),
        )
    }

    fn person(&self, id: ParticipantId) -> String {
        self.before
            .people
            .get(&id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    }

    fn words(&self, id: Option<TextId>) -> Option<String> {
        id.and_then(|id| self.texts.words(id))
    }

    /// For what a recipient got something, in words that `keeper` may keep.
    fn purpose_of(&self, id: ContributionId, recipient: PartyId, keeper: PartyId) -> Option<PurposeText> {
        match self.before.contributions.get(&id)?.cells.get(&recipient)? {
            Cell::Approved(approval) => Some(self.purpose(recipient, keeper, &approval.purpose)),
            Cell::Declined { .. } => None,
        }
    }

    fn purpose(&self, recipient: PartyId, keeper: PartyId, purpose: &Purpose) -> PurposeText {
        match purpose {
            Purpose::Action(id) => {
                let action = self.before.actions.get(id);
                let kept = action.filter(|action| takes_along(self.before, keeper, action));
                let text = kept.and_then(|action| self.texts.words(action.text));
                PurposeText::Action {
                    text: text.unwrap_or_default(),
                }
            }
            Purpose::Task(code) => {
                let tasks = self
                    .before
                    .seats
                    .get(&recipient)
                    .map(|seat| seat.tasks.as_slice())
                    .unwrap_or_default();
                let name = tasks
                    .iter()
                    .find(|task| task.code == *code)
                    .map(|task| task.name.clone());
                PurposeText::Task {
                    code: code.clone(),
                    name,
                }
            }
        }
    }

    /// C5: per organisation, and where it has a term for the task it was received for, per purpose.
    fn retain_until(&self, holder: PartyId, purpose: Option<&Purpose>) -> chrono::DateTime<chrono::Utc> {
        let seat = self.before.seats.get(&holder);
        let own_term = seat.zip(purpose).and_then(|(seat, purpose)| match purpose {
            Purpose::Task(code) => seat.tasks.iter().find(|task| task.code == *code)?.retention_days,
            Purpose::Action(_) => None,
        });
        let days = own_term.unwrap_or_else(|| seat.map_or(0, |seat| seat.retention_days));
        let end = self.at.checked_add_signed(chrono::TimeDelta::days(i64::from(days)));
        end.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
    }

    fn item(&self, release: ReleaseId, id: ContributionId, recipient: PartyId) -> Option<DossierItem> {
        let contribution = self.before.contributions.get(&id)?;
        let Some(Cell::Approved(approval)) = contribution.cells.get(&recipient) else {
            return None;
        };
        let table = self.before.table.as_ref()?;
        let words = self.texts.words(approval.excerpt.unwrap_or(contribution.text))?;
        let subjects = contribution
            .subjects
            .iter()
            .filter_map(|id| self.before.subjects.get(id));
        Some(DossierItem {
            release,
            case_reference: table.case_reference.clone(),
            moment: table.moment.name.clone(),
            giver: self.party(contribution.owner),
            author: self.person(contribution.author),
            kind: ItemKind::Contribution(contribution.kind),
            subjects: subjects
                .map(|subject| ItemSubject {
                    role: subject.role,
                    label: self.texts.words(subject.label).unwrap_or_default(),
                })
                .collect(),
            text: words,
            is_excerpt: approval.excerpt.is_some(),
            revision: contribution.revision,
            shared_at: contribution.revised_at.unwrap_or(contribution.shared_at),
            approved_by: self.person(approval.by.participant),
            approved_at: approval.at,
            purpose: Some(self.purpose(recipient, recipient, &approval.purpose)),
            ground: Some(approval.ground.clone()),
            motivation: self.words(approval.motivation),
            condition: self.words(approval.condition),
            received_at: self.at,
            retain_until: self.retain_until(recipient, Some(&approval.purpose)),
            corrections: Vec::new(),
        })
    }

    fn agreement(&self, release: ReleaseId, id: DerivedId) -> Option<DossierItem> {
        let action = self.before.actions.get(&id)?;
        let table = self.before.table.as_ref()?;
        Some(DossierItem {
            release,
            case_reference: table.case_reference.clone(),
            moment: table.moment.name.clone(),
            giver: self.party(action.by.party),
            author: self.person(action.by.participant),
            kind: ItemKind::Agreement { due: action.due },
            subjects: Vec::new(),
            text: self.texts.words(action.text)?,
            is_excerpt: false,
            revision: 1,
            shared_at: action.agreed_at,
            approved_by: self.person(action.by.participant),
            approved_at: action.agreed_at,
            purpose: None,
            ground: None,
            motivation: None,
            condition: None,
            received_at: self.at,
            retain_until: self.retain_until(action.performer, None),
            corrections: Vec::new(),
        })
    }
}
