//! What many cells at once would mean, before anything is asked: plain data, tested without a page.

use std::collections::{BTreeMap, BTreeSet};

use akkoord::ground::{GroundStatus, LegalGround, StatutoryTask};
use akkoord::ids::{ContributionId, PartyId};
use akkoord::session::command::{CellDecision, Purpose, Verdict};
use akkoord::session::view::{ActionView, CardView, SeatView, VerdictView};
use akkoord::watch::{Special, special};

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

/// Everybody at the table but the owner: who can receive.
pub(super) fn recipients(seats: &[SeatView], own: Option<PartyId>) -> Vec<SeatView> {
    let others = seats.iter().filter(|seat| Some(seat.party.id) != own);
    others.cloned().collect()
}

/// Whether giving on this ground asks for a sentence of motivation (C2).
pub(super) fn asks_sentence(ground: Option<&LegalGround>) -> bool {
    ground.is_some_and(|ground| match ground.status {
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

/// One cell that would be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Yes {
    contribution: ContributionId,
    revision: u32,
    recipient: PartyId,
    purpose: Purpose,
    /// The law it would rest on, for this purpose.
    ground: Option<LegalGround>,
}

/// What would be decided. Cells that were decided before stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    approve: Vec<Yes>,
    decline: Vec<(ContributionId, u32, PartyId)>,
    /// Cells for which there is no purpose to give for; they stay undecided.
    pub(super) without_purpose: usize,
    /// Cells that were decided before.
    pub(super) kept: usize,
    /// How many of the contributions that would leave point to data that the law guards more closely, by its article.
    pub(super) guarded: BTreeMap<u8, usize>,
}

impl Plan {
    /// What `bulk` means for these own cards.
    pub(super) fn of(bulk: Bulk, cards: &[CardView], recipients: &[SeatView], actions: &[ActionView]) -> Self {
        let mut plan = Self::default();
        for card in cards.iter().filter(|card| card.mine && card.withdrawn_at.is_none()) {
            let before = plan.approve.len();
            for seat in recipients {
                let to = seat.party.id;
                let request = card.requests.iter().find(|request| request.party == to);
                let approve = match bulk {
                    Bulk::Row { card: only, .. } if only != card.id => continue,
                    Bulk::Column { recipient: only, .. } if only != to => continue,
                    Bulk::Row { approve, .. } | Bulk::Column { approve, .. } => approve,
                    Bulk::Requested => request.is_some(),
                };
                if decided(card, to) != Decided::Empty {
                    plan.kept += 1;
                    continue;
                }
                if !approve {
                    plan.decline.push((card.id, card.revision, to));
                    continue;
                }
                let asked = request.and_then(|request| request.purpose.as_ref());
                match usual_purpose(asked, to, &seat.tasks, actions) {
                    Some(purpose) => plan.approve.push(Yes {
                        contribution: card.id,
                        revision: card.revision,
                        recipient: to,
                        ground: seat.ground_for(Some(&purpose)).cloned(),
                        purpose,
                    }),
                    None => plan.without_purpose += 1,
                }
            }
            if plan.approve.len() > before {
                let found = special(card.text.as_deref().unwrap_or_default());
                let articles: BTreeSet<u8> = found.into_iter().map(Special::article).collect();
                for article in articles {
                    *plan.guarded.entry(article).or_default() += 1;
                }
            }
        }
        plan
    }

    /// Whether nothing would change.
    pub(super) fn is_empty(&self) -> bool {
        self.approve.is_empty() && self.decline.is_empty()
    }

    /// Grounds that ask for a sentence of motivation, each once, with whom it would be given to (C2).
    pub(super) fn doubtful(&self) -> Vec<(PartyId, LegalGround)> {
        let mut doubtful = Vec::new();
        for yes in &self.approve {
            let ground = yes.ground.as_ref().filter(|ground| asks_sentence(Some(ground)));
            if let Some(one) = ground.map(|ground| (yes.recipient, ground.clone()))
                && !doubtful.contains(&one)
            {
                doubtful.push(one);
            }
        }
        doubtful
    }

    /// How many contributions would go to whom.
    pub(super) fn approved(&self) -> BTreeMap<PartyId, usize> {
        count(self.approve.iter().map(|yes| yes.recipient))
    }

    /// How many contributions would not go to whom.
    pub(super) fn declined(&self) -> BTreeMap<PartyId, usize> {
        count(self.decline.iter().map(|(_, _, recipient)| *recipient))
    }

    /// The command's cells; the motivation goes only where it is asked.
    pub(super) fn cells(self, motivation: &str) -> Vec<CellDecision> {
        let motivation = Some(motivation.trim().to_owned()).filter(|words| !words.is_empty());
        let approve = self.approve.into_iter().map(|yes| CellDecision {
            contribution: yes.contribution,
            revision: yes.revision,
            recipient: yes.recipient,
            verdict: Verdict::Approve {
                purpose: yes.purpose,
                excerpt: None,
                condition: None,
                motivation: motivation.clone().filter(|_| asks_sentence(yes.ground.as_ref())),
            },
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

/// Takes back what was decided at once, as far as it still stands as it was decided then (R6). What was decided otherwise
/// since, or is gone, is left alone.
pub(super) fn undo(step: &[CellDecision], cards: &[CardView], recipients: &[SeatView]) -> Vec<CellDecision> {
    let stands = |cell: &&CellDecision| {
        let card = cards.iter().find(|card| card.id == cell.contribution);
        let now = card.filter(|card| card.revision == cell.revision && card.withdrawn_at.is_none());
        let same = match cell.verdict {
            Verdict::Approve { .. } => Decided::Approved,
            Verdict::Decline { .. } => Decided::Declined,
            Verdict::Undecide => Decided::Empty,
        };
        recipients.iter().any(|seat| seat.party.id == cell.recipient)
            && now.is_some_and(|card| same != Decided::Empty && decided(card, cell.recipient) == same)
    };
    let back = step.iter().filter(stands).map(|cell| CellDecision {
        verdict: Verdict::Undecide,
        ..cell.clone()
    });
    back.collect()
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
    use akkoord::session::command::{ContributionKind, SeatLevel};
    use akkoord::session::view::{CellView, RequestView, TaskGround};
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

    fn ground(status: GroundStatus) -> LegalGround {
        LegalGround {
            article: format!("{status:?}"),
            status,
        }
    }

    fn seat(id: PartyId, status: GroundStatus, tasks: Vec<StatutoryTask>) -> SeatView {
        SeatView {
            party: Party {
                id,
                kind: PartyKind::Police,
                name: String::new(),
            },
            level: SeatLevel::Full,
            people: Vec::new(),
            ready: false,
            undecided: None,
            tasks,
            ground: Some(ground(status)),
            task_grounds: Vec::new(),
        }
    }

    fn both() -> Vec<SeatView> {
        vec![
            seat(OM, GroundStatus::Contested, vec![task("om_afdoening")]),
            seat(
                POLICE,
                GroundStatus::Undisputed,
                vec![task("politie_taak"), task("other")],
            ),
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
        let plan = Plan::of(Bulk::Requested, &[first, card(2, &[OM]), gone], &both(), &[]);
        assert_eq!(plan.kept, 1, "what was decided stays");
        assert_eq!(plan.approved(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
        assert_eq!(plan.declined(), BTreeMap::from([(POLICE, 1)]));
        assert_eq!(plan.doubtful(), [(OM, ground(GroundStatus::Contested))]);
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
            &both(),
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
            &both(),
            &[],
        );
        assert_eq!(column.approved(), BTreeMap::from([(POLICE, 2)]));
        assert!(column.doubtful().is_empty() && !column.is_empty());
    }
    #[test]
    fn c2_what_is_asked_follows_the_ground_of_the_purpose_and_not_the_recipient() {
        let column = Bulk::Column {
            recipient: POLICE,
            approve: true,
        };
        for (general, own, asks) in [
            (GroundStatus::Undisputed, Some(GroundStatus::Contested), true),
            (GroundStatus::Undisputed, Some(GroundStatus::None), true),
            (GroundStatus::Contested, Some(GroundStatus::Undisputed), false),
            (GroundStatus::Contested, None, true),
            (GroundStatus::Undisputed, None, false),
        ] {
            let mut police = seat(POLICE, general, vec![task("politie_taak")]);
            police.task_grounds.extend(own.map(|status| TaskGround {
                task: "politie_taak".into(),
                ground: ground(status),
            }));
            let plan = Plan::of(column, &[card(1, &[])], &[police], &[]);
            assert_eq!(!plan.doubtful().is_empty(), asks, "{general:?} {own:?}");
            let cells = plan.cells("nodig");
            assert!(
                matches!(&cells[0].verdict, Verdict::Approve { motivation, .. } if motivation.is_some() == asks),
                "{general:?} {own:?}"
            );
        }
    }

    #[test]
    fn r6_a_step_is_taken_back_as_far_as_it_still_stands() {
        let mut cards = [card(1, &[POLICE]), card(2, &[]), card(3, &[])];
        let step = Plan::of(Bulk::Requested, &cards, &both(), &[]).cells("nodig");
        assert_eq!(step.len(), 6);
        assert!(undo(&step, &cards, &both()).is_empty(), "nothing is decided yet");
        for cell in &step {
            let verdict = match &cell.verdict {
                Verdict::Approve { purpose, .. } => VerdictView::Approved {
                    purpose: purpose.clone(),
                    ground: LegalGround::none(),
                    excerpt: None,
                    condition: None,
                    motivation: None,
                },
                _ => VerdictView::Declined { reason: None },
            };
            let card = cards.iter_mut().find(|card| card.id == cell.contribution).unwrap();
            card.cells.push(CellView {
                recipient: cell.recipient,
                verdict,
            });
        }
        let back = undo(&step, &cards, &both());
        assert_eq!(back.len(), 6);
        assert!(back.iter().all(|cell| cell.verdict == Verdict::Undecide));
        // One was decided otherwise since, one was revised, and the OM left the table.
        cards[0].cells.retain(|cell| cell.recipient == OM);
        cards[1].revision += 1;
        let left = undo(&step, &cards, &both()[1..]);
        let left: Vec<_> = left.iter().map(|cell| (cell.contribution, cell.recipient)).collect();
        assert_eq!(left, [(cards[2].id, POLICE)]);
    }

    #[test]
    fn what_the_law_guards_is_counted_once_a_contribution_and_only_of_what_leaves() {
        let mut sick = card(1, &[OM, POLICE]);
        sick.text = Some("Vader is verdachte en verslaafd; moeder is zwanger.".into());
        let mut stays = card(2, &[]);
        stays.text = Some("Zoon heeft adhd.".into());
        let plan = Plan::of(Bulk::Requested, &[sick, stays], &both(), &[]);
        assert_eq!(plan.guarded, BTreeMap::from([(9, 1), (10, 1)]));
    }
}
