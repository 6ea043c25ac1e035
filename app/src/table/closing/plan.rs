//! What many cells at once would mean, before anything is asked: plain data, tested without a page.

use std::collections::BTreeMap;

use akkoord::ground::{GroundStatus, StatutoryTask};
use akkoord::ids::{ContributionId, PartyId};
use akkoord::session::command::{CellDecision, Purpose, Verdict};
use akkoord::session::view::{ActionView, CardView, SeatView, VerdictView};

/// Many cells, decided with one confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Bulk {
    /// One contribution for all recipients.
    Row {
        /// Which.
        card: ContributionId,
        /// Yes or no.
        approve: bool,
    },
    /// All contributions for one recipient.
    Column {
        /// For whom.
        recipient: PartyId,
        /// Yes or no.
        approve: bool,
    },
    /// Yes to what was asked for, no to everything else.
    Requested,
}

/// Somebody who can receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipient {
    pub(super) id: PartyId,
    /// Whether the ground asks for a sentence of motivation (C2).
    pub(super) contested: bool,
    pub(super) tasks: Vec<StatutoryTask>,
}

impl Recipient {
    /// Everybody at the table but the owner.
    pub(super) fn all(seats: &[SeatView], own: Option<PartyId>) -> Vec<Self> {
        let others = seats.iter().filter(|seat| Some(seat.party.id) != own);
        others
            .map(|seat| Self {
                id: seat.party.id,
                contested: is_contested(seat),
                tasks: seat.tasks.clone(),
            })
            .collect()
    }
}

/// Whether giving to this seat asks for a sentence of motivation (C2).
pub(super) fn is_contested(seat: &SeatView) -> bool {
    seat.ground.as_ref().is_some_and(|ground| match ground.status {
        GroundStatus::Undisputed => false,
        GroundStatus::Contested | GroundStatus::None => true,
    })
}

/// What one would say it is for: what was asked; else the recipient's action, if it has exactly one; else its first
/// statutory task. The owner still decides.
pub(super) fn usual_purpose(
    asked: Option<&Purpose>,
    recipient: PartyId,
    tasks: &[StatutoryTask],
    actions: &[ActionView],
) -> Option<Purpose> {
    let fits = |purpose: &&Purpose| match purpose {
        Purpose::Action(id) => actions.iter().any(|action| action.id == *id),
        Purpose::Task(code) => tasks.iter().any(|task| task.code == *code),
    };
    let mut own = actions.iter().filter(|action| action.performer == recipient);
    let only_action = own
        .next()
        .filter(|_| own.next().is_none())
        .map(|action| Purpose::Action(action.id));
    let first_task = || tasks.first().map(|task| Purpose::Task(task.code.clone()));
    asked.filter(fits).cloned().or(only_action).or_else(first_task)
}

/// A cell as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    /// Not decided, which at close means: not released (R4).
    Empty,
    /// Yes.
    Approved,
    /// No.
    Declined,
}

/// How a cell stands.
pub(super) fn decided(card: &CardView, recipient: PartyId) -> Decided {
    match card
        .cells
        .iter()
        .find(|cell| cell.recipient == recipient)
        .map(|cell| &cell.verdict)
    {
        None => Decided::Empty,
        Some(VerdictView::Approved { .. }) => Decided::Approved,
        Some(VerdictView::Declined { .. }) => Decided::Declined,
    }
}

/// What would be decided. Cells that were decided before stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    approve: Vec<(ContributionId, u32, PartyId, Purpose, bool)>,
    decline: Vec<(ContributionId, u32, PartyId)>,
    /// Cells for which there is no purpose to give for; they stay undecided.
    pub(super) without_purpose: usize,
    /// Cells that were decided before.
    pub(super) kept: usize,
}

impl Plan {
    /// What `bulk` means for these own cards.
    pub(super) fn of(bulk: Bulk, cards: &[CardView], recipients: &[Recipient], actions: &[ActionView]) -> Self {
        let mut plan = Self::default();
        for card in cards.iter().filter(|card| card.mine && card.withdrawn_at.is_none()) {
            for recipient in recipients {
                let request = card.requests.iter().find(|request| request.party == recipient.id);
                let approve = match bulk {
                    Bulk::Row { card: only, .. } if only != card.id => continue,
                    Bulk::Column { recipient: only, .. } if only != recipient.id => continue,
                    Bulk::Row { approve, .. } | Bulk::Column { approve, .. } => approve,
                    Bulk::Requested => request.is_some(),
                };
                if decided(card, recipient.id) != Decided::Empty {
                    plan.kept += 1;
                    continue;
                }
                if !approve {
                    plan.decline.push((card.id, card.revision, recipient.id));
                    continue;
                }
                let asked = request.and_then(|request| request.purpose.as_ref());
                match usual_purpose(asked, recipient.id, &recipient.tasks, actions) {
                    Some(purpose) => {
                        plan.approve
                            .push((card.id, card.revision, recipient.id, purpose, recipient.contested));
                    }
                    None => plan.without_purpose += 1,
                }
            }
        }
        plan
    }

    /// Whether nothing would change.
    pub(super) fn is_empty(&self) -> bool {
        self.approve.is_empty() && self.decline.is_empty()
    }

    /// Whether a sentence of motivation is asked (C2).
    pub(super) fn asks_motivation(&self) -> bool {
        self.approve.iter().any(|(_, _, _, _, contested)| *contested)
    }

    /// How many contributions would go to whom.
    pub(super) fn approved(&self) -> BTreeMap<PartyId, usize> {
        count(self.approve.iter().map(|(_, _, recipient, _, _)| *recipient))
    }

    /// How many contributions would not go to whom.
    pub(super) fn declined(&self) -> BTreeMap<PartyId, usize> {
        count(self.decline.iter().map(|(_, _, recipient)| *recipient))
    }

    /// The command's cells; the motivation goes only where it is asked.
    pub(super) fn cells(self, motivation: &str) -> Vec<CellDecision> {
        let motivation = Some(motivation.trim().to_owned()).filter(|words| !words.is_empty());
        let approve = self
            .approve
            .into_iter()
            .map(|(contribution, revision, recipient, purpose, contested)| {
                let motivation = motivation.clone().filter(|_| contested);
                let verdict = Verdict::Approve {
                    purpose,
                    excerpt: None,
                    condition: None,
                    motivation,
                };
                CellDecision {
                    contribution,
                    revision,
                    recipient,
                    verdict,
                }
            });
        let decline = self
            .decline
            .into_iter()
            .map(|(contribution, revision, recipient)| CellDecision {
                contribution,
                revision,
                recipient,
                verdict: Verdict::Decline { reason: None },
            });
        approve.chain(decline).collect()
    }
}

fn count(recipients: impl Iterator<Item = PartyId>) -> BTreeMap<PartyId, usize> {
    let mut counts = BTreeMap::new();
    for recipient in recipients {
        *counts.entry(recipient).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use akkoord::ids::DerivedId;
    use akkoord::moment::Name;
    use akkoord::party::{Party, PartyKind};
    use akkoord::session::command::ContributionKind;
    use akkoord::session::view::{CellView, RequestView};
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    const OM: PartyId = PartyId(Uuid::from_u128(1));
    const POLICE: PartyId = PartyId(Uuid::from_u128(2));

    fn task(code: &str) -> StatutoryTask {
        StatutoryTask {
            party: PartyKind::Police,
            code: code.into(),
            name: Name {
                nl: String::new(),
                en: String::new(),
            },
            retention_days: None,
        }
    }

    fn recipients() -> Vec<Recipient> {
        vec![
            Recipient {
                id: OM,
                contested: true,
                tasks: vec![task("om_afdoening")],
            },
            Recipient {
                id: POLICE,
                contested: false,
                tasks: vec![task("politie_taak"), task("other")],
            },
        ]
    }

    fn action(number: u128, performer: PartyId) -> ActionView {
        ActionView {
            id: DerivedId(Uuid::from_u128(number)),
            text: String::new(),
            performer,
            due: None,
            by: performer,
            based_on: Vec::new(),
            to_open: Vec::new(),
            may_drop: false,
        }
    }

    fn card(number: u128, asked_by: &[PartyId]) -> CardView {
        CardView {
            id: ContributionId(Uuid::from_u128(number)),
            owner: Party {
                id: PartyId(Uuid::nil()),
                kind: PartyKind::VeiligThuis,
                name: String::new(),
            },
            mine: true,
            author: String::new(),
            kind: ContributionKind::Fact,
            subjects: Vec::new(),
            audience: None,
            revision: 3,
            text: Some(String::new()),
            shared_at: DateTime::<Utc>::UNIX_EPOCH,
            revised_at: None,
            withdrawn_at: None,
            requests: asked_by
                .iter()
                .map(|party| RequestView {
                    party: *party,
                    purpose: None,
                    reason: None,
                    at: DateTime::UNIX_EPOCH,
                })
                .collect(),
            cells: Vec::new(),
            answer: None,
        }
    }

    #[test]
    fn r13_nothing_but_what_was_requested_decides_every_open_cell_once() {
        let mut first = card(1, &[POLICE]);
        first.cells.push(CellView {
            recipient: OM,
            verdict: VerdictView::Declined { reason: None },
        });
        let mut gone = card(3, &[OM]);
        gone.withdrawn_at = Some(DateTime::UNIX_EPOCH);
        let plan = Plan::of(Bulk::Requested, &[first, card(2, &[OM]), gone], &recipients(), &[]);
        assert_eq!(plan.kept, 1, "what was decided stays");
        assert_eq!(plan.approved(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
        assert_eq!(plan.declined(), BTreeMap::from([(POLICE, 1)]));
        assert!(plan.asks_motivation());
        let cells = plan.cells(" nodig voor de veiligheid ");
        assert_eq!(cells.len(), 3);
        for cell in &cells {
            assert_eq!(cell.revision, 3, "R5: on the revision that was read");
            match (&cell.verdict, cell.recipient) {
                (Verdict::Approve { motivation, .. }, OM) => {
                    assert_eq!(motivation.as_deref(), Some("nodig voor de veiligheid"));
                }
                (Verdict::Approve { motivation, .. }, _) => assert_eq!(*motivation, None),
                _ => {}
            }
        }
    }

    #[test]
    fn r5_the_purpose_is_what_was_asked_else_the_only_action_else_the_first_task() {
        let tasks = [task("politie_taak"), task("other")];
        let purpose = |asked: Option<&Purpose>, actions: &[ActionView]| usual_purpose(asked, POLICE, &tasks, actions);
        let the_task = Some(Purpose::Task("politie_taak".into()));
        assert_eq!(purpose(None, &[]), the_task);
        assert_eq!(
            purpose(None, &[action(1, POLICE), action(2, OM)]),
            Some(Purpose::Action(action(1, POLICE).id))
        );
        assert_eq!(
            purpose(None, &[action(1, POLICE), action(2, POLICE)]),
            the_task,
            "two actions are a choice"
        );
        let asked = Purpose::Action(action(2, OM).id);
        assert_eq!(purpose(Some(&asked), &[action(2, OM)]), Some(asked.clone()));
        assert_eq!(purpose(Some(&asked), &[]), the_task, "the action was dropped since");
        assert_eq!(usual_purpose(None, POLICE, &[], &[]), None);
    }

    #[test]
    fn a_row_or_a_column_touches_nothing_else() {
        let cards = [card(1, &[]), card(2, &[])];
        let row = Plan::of(
            Bulk::Row {
                card: cards[0].id,
                approve: false,
            },
            &cards,
            &recipients(),
            &[],
        );
        assert_eq!(row.declined(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
        assert!(row.cells("").iter().all(|cell| cell.contribution == cards[0].id));
        let column = Plan::of(
            Bulk::Column {
                recipient: POLICE,
                approve: true,
            },
            &cards,
            &recipients(),
            &[],
        );
        assert_eq!(column.approved(), BTreeMap::from([(POLICE, 2)]));
        assert!(!column.asks_motivation() && !column.is_empty());
    }
}
