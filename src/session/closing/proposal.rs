//! What an owner may want to decide: the usual purpose of a cell, and what many cells at once would mean before anything is
//! asked. It works on a view, so that a browser shows what it is about to send; it decides nothing by itself (R4).

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::ground::{GroundStatus, LegalGround};
use crate::ids::{ItemId, PartyId, SubjectId};
use crate::privacy_hints::{Special, special};
use crate::session::command::{CellDecision, SeatLevel, SubjectRole, Verdict};
use crate::session::item::{Assignee, Purpose};
use crate::session::view::{AnswerView, ContentView, ItemView, SeatView, SubjectView, VerdictView};

/// Many cells, decided with one confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkDecision {
    /// One item for all recipients.
    Row {
        /// Which item.
        item: ItemId,
        /// Yes or no.
        approve: bool,
    },
    /// All items for one recipient.
    Column {
        /// For whom.
        recipient: PartyId,
        /// Yes or no.
        approve: bool,
    },
    /// Yes to what was asked for, no to everything else.
    Requested,
}

/// Everybody at the table but the owner: who can receive. Who left the table cannot (R15).
pub fn recipients(seats: &[SeatView], own: Option<PartyId>) -> Vec<SeatView> {
    let others = seats
        .iter()
        .filter(|seat| Some(seat.party.id) != own && seat.left_at.is_none());
    others.cloned().collect()
}

/// Whether giving on this ground asks for a sentence of motivation (C2).
pub fn asks_sentence(ground: Option<&LegalGround>) -> bool {
    ground.is_some_and(|ground| match ground.status {
        GroundStatus::Undisputed => false,
        GroundStatus::Contested | GroundStatus::None => true,
    })
}

/// Whether a party sees an item as far as its audience goes.
pub fn is_in_audience(seat: &SeatView, item: &ItemView) -> bool {
    let audience = item.audience();
    let party = seat.party.id;
    item.owner.id == party || audience.named.contains(&party) || (audience.table && seat.level == SeatLevel::Full)
}

/// Whether a party sees an item, as far as that can be told from what stands on this screen: it is in the audience of the item
/// and of everything the item rests on (R11). Cells are decided all or none, so what is uncertain is not proposed.
fn sees(seat: &SeatView, item: &ItemView, items: &[ItemView]) -> bool {
    let mut bases = items.iter().filter(|basis| item.based_on.contains(&basis.id));
    item.owner.id == seat.party.id || (is_in_audience(seat, item) && bases.all(|basis| sees(seat, basis, items)))
}

/// The purposes for which an item can be given to a party: follow-up actions that it sees and that nobody refused, then its
/// statutory tasks (R5).
pub fn purposes(seat: &SeatView, items: &[ItemView]) -> Vec<Purpose> {
    let actions = items
        .iter()
        .filter(|item| matches!(item.content, ContentView::Action { .. }));
    let standing = actions.filter(|item| {
        let refused = matches!(item.answer(), Some(AnswerView::Refused { .. }));
        item.withdrawn_at.is_none() && !refused && sees(seat, item, items)
    });
    let actions = standing.map(|item| Purpose::Action(item.id));
    let tasks = seat.tasks.iter().map(|task| Purpose::Task(task.code.clone()));
    actions.chain(tasks).collect()
}

/// What one would say an item is for: what was asked; an action that its performer must know, itself; else the recipient's
/// action, if it has exactly one; else its first statutory task. The owner still decides.
pub fn usual_purpose(asked: Option<&Purpose>, item: &ItemView, seat: &SeatView, items: &[ItemView]) -> Option<Purpose> {
    let possible = purposes(seat, items);
    let performs = |it: &&ItemView| {
        let performer = match &it.content {
            ContentView::Action { performer, .. } => Some(*performer),
            _ => None,
        };
        performer == Some(Assignee::Seat(seat.party.id)) && possible.contains(&Purpose::Action(it.id))
    };
    let itself = Some(item).filter(performs);
    let mut own = items.iter().filter(performs);
    let only_action = own.next().filter(|_| own.next().is_none());
    let action = itself.or(only_action).map(|action| Purpose::Action(action.id));
    let first_task = || seat.tasks.first().map(|task| Purpose::Task(task.code.clone()));
    asked
        .filter(|purpose| possible.contains(purpose))
        .cloned()
        .or(action)
        .or_else(first_task)
}

/// Whom a copy names before its owner chose (R5): everybody that the item is about but reporters; nobody where an excerpt
/// goes. The rules choose the same for an approval that names nobody.
pub fn usual_subjects(item: &ItemView, subjects: &[SubjectView], is_excerpt: bool) -> BTreeSet<SubjectId> {
    let is_reporter = |id: &SubjectId| {
        let mut reporters = subjects.iter().filter(|it| it.role == SubjectRole::Reporter);
        reporters.any(|it| it.id == *id)
    };
    let named = item.subjects.iter().filter(|id| !is_excerpt && !is_reporter(id));
    named.copied().collect()
}

/// The other owners without whose yes for the same recipient an item does not leave, because it rests on theirs (R11).
/// A recipient needs no yes of its own.
pub fn yes_needed_of(item: &ItemView, items: &[ItemView], recipient: PartyId) -> BTreeSet<PartyId> {
    let (mut seen, mut owners) = (BTreeSet::from([item.id]), BTreeSet::new());
    let mut next: Vec<ItemId> = item.based_on.clone();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Some(basis) = items.iter().find(|it| it.id == id) {
            owners.insert(basis.owner.id);
            next.extend(&basis.based_on);
        }
    }
    owners.remove(&item.owner.id);
    owners.remove(&recipient);
    owners
}

/// Whether and how a cell is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Not decided, which at close means: not released (R4).
    Empty,
    /// Yes.
    Approved,
    /// No.
    Declined,
}

/// How a cell stands.
pub fn decided(item: &ItemView, recipient: PartyId) -> Decided {
    match item
        .cells
        .iter()
        .find(|cell| cell.recipient == recipient)
        .map(|cell| &cell.verdict)
    {
        None | Some(VerdictView::Lapsed { .. }) => Decided::Empty,
        Some(VerdictView::Approved { .. }) => Decided::Approved,
        Some(VerdictView::Declined { .. }) => Decided::Declined,
    }
}

/// One cell that would be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Yes {
    item: ItemId,
    revision: u32,
    recipient: PartyId,
    purpose: Purpose,
    /// The law it would rest on, for this purpose.
    ground: Option<LegalGround>,
}

/// What would be decided. Cells that were decided before stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    approve: Vec<Yes>,
    decline: Vec<(ItemId, u32, PartyId)>,
    /// Cells for which there is no purpose to give for; they stay undecided.
    pub without_purpose: usize,
    /// Cells that were decided before.
    pub kept: usize,
    /// How many of the approvals would be for a party that does not see the item at the table.
    pub unseen: usize,
    /// How many of the items that would leave point to data that the law guards more closely, by its article.
    pub guarded: BTreeMap<u8, usize>,
}

impl Proposal {
    /// What `bulk` means for the own rows among these items.
    pub fn of(bulk: BulkDecision, items: &[ItemView], recipients: &[SeatView]) -> Self {
        let mut proposal = Self::default();
        for item in items.iter().filter(|item| item.is_row()) {
            let before = proposal.approve.len();
            for seat in recipients {
                let to = seat.party.id;
                let request = item.requests.iter().find(|request| request.party == to);
                let approve = match bulk {
                    BulkDecision::Row { item: only, .. } if only != item.id => continue,
                    BulkDecision::Column { recipient: only, .. } if only != to => continue,
                    BulkDecision::Row { approve, .. } | BulkDecision::Column { approve, .. } => approve,
                    BulkDecision::Requested => request.is_some(),
                };
                if decided(item, to) != Decided::Empty {
                    proposal.kept += 1;
                    continue;
                }
                if !approve {
                    proposal.decline.push((item.id, item.revision, to));
                    continue;
                }
                let asked = request.and_then(|request| request.purpose.as_ref());
                match usual_purpose(asked, item, seat, items) {
                    Some(purpose) => {
                        proposal.unseen += usize::from(!is_in_audience(seat, item));
                        proposal.approve.push(Yes {
                            item: item.id,
                            revision: item.revision,
                            recipient: to,
                            ground: seat.ground_for(Some(&purpose)).cloned(),
                            purpose,
                        });
                    }
                    None => proposal.without_purpose += 1,
                }
            }
            if proposal.approve.len() > before {
                let found = special(item.text.as_deref().unwrap_or_default());
                let articles: BTreeSet<u8> = found.into_iter().map(Special::article).collect();
                for article in articles {
                    *proposal.guarded.entry(article).or_default() += 1;
                }
            }
        }
        proposal
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.approve.is_empty() && self.decline.is_empty()
    }

    /// Grounds that ask for a sentence of motivation, each once, with whom it would be given to (C2).
    pub fn doubtful(&self) -> Vec<(PartyId, LegalGround)> {
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

    /// How many items would go to whom.
    pub fn approved(&self) -> BTreeMap<PartyId, usize> {
        count(self.approve.iter().map(|yes| yes.recipient))
    }

    /// How many items would not go to whom.
    pub fn declined(&self) -> BTreeMap<PartyId, usize> {
        count(self.decline.iter().map(|(_, _, recipient)| *recipient))
    }

    /// The command's cells; the motivation goes only where it is asked.
    pub fn cells(self, motivation: &str) -> Vec<CellDecision> {
        let motivation = Some(motivation.trim().to_owned()).filter(|words| !words.is_empty());
        let approve = self.approve.into_iter().map(|yes| CellDecision {
            item: yes.item,
            revision: yes.revision,
            recipient: yes.recipient,
            verdict: Verdict::Approve {
                purpose: yes.purpose,
                subjects: None,
                excerpt: None,
                condition: None,
                motivation: motivation.clone().filter(|_| asks_sentence(yes.ground.as_ref())),
            },
        });
        let decline = self
            .decline
            .into_iter()
            .map(|(item, revision, recipient)| CellDecision {
                item,
                revision,
                recipient,
                verdict: Verdict::Decline { reason: None },
            });
        approve.chain(decline).collect()
    }
}

/// Takes back what was decided at once, as far as it still stands as it was decided then (R6). What was decided otherwise
/// since, or is gone, is left alone.
pub fn undo(step: &[CellDecision], items: &[ItemView], recipients: &[SeatView]) -> Vec<CellDecision> {
    let stands = |cell: &&CellDecision| {
        let item = items.iter().find(|item| item.id == cell.item);
        let now = item.filter(|item| item.revision == cell.revision && item.withdrawn_at.is_none());
        let same = match cell.verdict {
            Verdict::Approve { .. } => Decided::Approved,
            Verdict::Decline { .. } => Decided::Declined,
            Verdict::Undecide {} => Decided::Empty,
        };
        recipients.iter().any(|seat| seat.party.id == cell.recipient)
            && now.is_some_and(|item| same != Decided::Empty && decided(item, cell.recipient) == same)
    };
    let back = step.iter().filter(stands).map(|cell| CellDecision {
        verdict: Verdict::Undecide {},
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
