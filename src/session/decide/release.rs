//! R4 to R7, R12, R13: requests, the closing matrix, and the close.

use alloc::{collections::BTreeSet, vec::Vec};

use super::DecisionBuilder;
use super::items::revision_fits;
use crate::ground::GroundStatus;
use crate::ids::{ItemId, PartyId, ReleaseId, SubjectId};
use crate::session::closing;
use crate::session::command::{CellDecision, SubjectRole, Verdict};
use crate::session::event::{EventKind, Kept, Released};
use crate::session::item::{Item, Purpose};
use crate::session::permissions::Permission;
use crate::session::refusal::Refusal;
use crate::session::visibility::{knows_party, purpose_holds, sees_item};
use crate::text::LONGEST_CONTRIBUTION;

/// The most cells one command decides.
const MOST_CELLS: usize = 5_000;

/// R13: a request is no pressure: the owner sees it while deciding, nobody else does.
pub(super) fn request(
    builder: &mut DecisionBuilder<'_>,
    id: ItemId,
    revision: u32,
    purpose: Option<Purpose>,
    reason: Option<&str>,
) -> Result<(), Refusal> {
    builder.check(Permission::RequestRelease(id))?;
    revision_fits(builder.item(id)?, revision)?;
    if let Some(purpose) = &purpose {
        // Whether the owner sees the action too is not the asker's to learn: it is left out of the owner's view (R11).
        let asker = builder.actor.party;
        purpose_fits(builder, asker, asker, purpose)?;
    }
    let reason = builder.note(reason)?;
    builder.happens(EventKind::ReleaseRequested {
        item: id,
        purpose,
        reason,
    });
    Ok(())
}

/// R5, R6: cells of the matrix, all of them or none.
pub(super) fn decide_cells(builder: &mut DecisionBuilder<'_>, cells: Vec<CellDecision>) -> Result<(), Refusal> {
    let mut named = BTreeSet::new();
    if cells.is_empty()
        || cells.len() > MOST_CELLS
        || !cells.iter().all(|cell| named.insert((cell.item, cell.recipient)))
    {
        // An empty command still tells nobody more than a full one.
        builder.check(Permission::SetReady)?;
        return Err(Refusal::CellsDoNotFit);
    }
    cells.into_iter().try_for_each(|cell| decide_cell(builder, cell))
}

fn decide_cell(builder: &mut DecisionBuilder<'_>, cell: CellDecision) -> Result<(), Refusal> {
    let CellDecision {
        item: id,
        revision,
        recipient,
        verdict,
    } = cell;
    // R6: taking back is possible until the close, also when the table went back to an earlier phase.
    builder.check(match verdict {
        Verdict::Undecide {} => Permission::TakeBackCell(id),
        Verdict::Approve { .. } | Verdict::Decline { .. } => Permission::DecideCell(id),
    })?;
    let item = builder.item(id)?;
    revision_fits(item, revision)?;
    let owner = builder.actor.party;
    // R2: a restricted seat does not learn by deciding who else sits here.
    let known = knows_party(builder.state, owner, recipient);
    if recipient == owner || builder.state.seat(recipient).is_none() || !known {
        return Err(Refusal::NoSuchRecipient);
    }
    let kind = match verdict {
        Verdict::Approve {
            purpose,
            subjects,
            excerpt,
            condition,
            motivation,
        } => {
            purpose_fits(builder, owner, recipient, &purpose)?;
            let ground = builder.state.ground(owner, recipient, Some(&purpose));
            let motivation = builder.note(motivation.as_deref())?;
            match ground.status {
                GroundStatus::Contested | GroundStatus::None if motivation.is_none() => {
                    return Err(Refusal::MotivationNeeded);
                }
                GroundStatus::Undisputed | GroundStatus::Contested | GroundStatus::None => {}
            }
            let subjects = subjects_of(builder, item, subjects, excerpt.is_some())?;
            let excerpt = excerpt
                .map(|words| builder.words(&words, LONGEST_CONTRIBUTION))
                .transpose()?;
            let condition = builder.note(condition.as_deref())?;
            EventKind::Approved {
                item: id,
                revision,
                recipient,
                purpose,
                ground,
                subjects,
                excerpt,
                condition,
                motivation,
            }
        }
        Verdict::Decline { reason } => EventKind::Declined {
            item: id,
            recipient,
            reason: builder.note(reason.as_deref())?,
        },
        Verdict::Undecide {} => EventKind::Undecided { item: id, recipient },
    };
    builder.happens(kind);
    Ok(())
}

/// R5: whom a copy names. An excerpt starts with nobody; a reporter is never among them unless the owner puts it there.
fn subjects_of(
    builder: &DecisionBuilder<'_>,
    item: &Item,
    chosen: Option<BTreeSet<SubjectId>>,
    is_excerpt: bool,
) -> Result<BTreeSet<SubjectId>, Refusal> {
    let known = &builder.state.subjects;
    match chosen {
        Some(chosen) if chosen.is_subset(&item.subjects) => Ok(chosen),
        Some(_) => Err(Refusal::NotFound),
        None if is_excerpt => Ok(BTreeSet::new()),
        None => {
            let is_reporter = |id: &SubjectId| known.get(id).is_some_and(|it| it.role == SubjectRole::Reporter);
            Ok(item.subjects.iter().filter(|id| !is_reporter(id)).copied().collect())
        }
    }
}

fn purpose_fits(
    builder: &DecisionBuilder<'_>,
    giver: PartyId,
    recipient: PartyId,
    purpose: &Purpose,
) -> Result<(), Refusal> {
    // A party that left the table keeps what it chose there, and chooses from now on among what it still sees (R2).
    let seen = match purpose {
        Purpose::Action(id) => builder
            .state
            .items
            .get(id)
            .is_some_and(|it| sees_item(builder.state, giver, it)),
        Purpose::Task(_) => true,
    };
    if seen && purpose_holds(builder.state, giver, recipient, purpose) {
        Ok(())
    } else {
        Err(Refusal::PurposeDoesNotFit)
    }
}

pub(super) fn set_ready(builder: &mut DecisionBuilder<'_>, ready: bool) -> Result<(), Refusal> {
    builder.check(Permission::SetReady)?;
    let seat = builder.state.seats.get(&builder.actor.party);
    if seat.is_some_and(|seat| seat.ready != ready) {
        builder.happens(EventKind::ReadySet { ready });
    }
    Ok(())
}

/// R7: the only event that lets anything into a dossier.
pub(super) fn close(builder: &mut DecisionBuilder<'_>) -> Result<(), Refusal> {
    builder.check(Permission::Close)?;
    let plan = closing::plan(builder.state);
    let releases = plan.releases.into_iter().map(|(item, revision, recipient)| Released {
        release: ReleaseId(builder.draw()),
        item,
        revision,
        recipient,
    });
    let releases = releases.collect();
    let kept = plan.kept.into_iter().map(|(item, keeper)| Kept {
        release: ReleaseId(builder.draw()),
        item,
        keeper,
    });
    let kept = kept.collect();
    builder.happens(EventKind::Closed { releases, kept });
    Ok(())
}
