//! R4 to R7, R12, R13: requests, the closing matrix, and the close.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{Making, texts_of_cell};
use crate::ground::GroundStatus;
use crate::ids::{ContributionId, PartyId, ReleaseId};
use crate::session::closing;
use crate::session::command::{CellDecision, Purpose, Verdict};
use crate::session::event::{Agreement, Fact, Released};
use crate::session::may::Deed;
use crate::session::refusal::Refusal;
use crate::session::view::knows_party;
use crate::text::LONGEST_CONTRIBUTION;

/// The most cells one command decides.
const MOST_CELLS: usize = 5_000;

/// R13: a request is no pressure: the owner sees it while deciding, nobody else does.
pub(super) fn request(
    making: &mut Making<'_>,
    id: ContributionId,
    purpose: Option<Purpose>,
    reason: Option<&str>,
) -> Result<(), Refusal> {
    making.may(Deed::RequestRelease(id))?;
    if let Some(purpose) = &purpose {
        // Whether the owner sees the action too is not the asker's to learn: it is left out of the owner's view (R11).
        let asker = making.actor.party;
        purpose_fits(making, asker, asker, purpose)?;
    }
    let contribution = making.seen(id)?;
    let reason = making.note(reason)?;
    making.destroy(
        contribution
            .requests
            .get(&making.actor.party)
            .and_then(|request| request.reason),
    );
    making.happens(Fact::ReleaseRequested {
        contribution: id,
        purpose,
        reason,
    });
    Ok(())
}

pub(super) fn drop_request(making: &mut Making<'_>, id: ContributionId) -> Result<(), Refusal> {
    making.may(Deed::DropRequest(id))?;
    let contribution = making.seen(id)?;
    making.destroy(
        contribution
            .requests
            .get(&making.actor.party)
            .and_then(|request| request.reason),
    );
    making.happens(Fact::RequestDropped { contribution: id });
    Ok(())
}

/// R5, R6: cells of the matrix, all of them or none.
pub(super) fn decide_cells(making: &mut Making<'_>, cells: Vec<CellDecision>) -> Result<(), Refusal> {
    let mut named = BTreeSet::new();
    if cells.is_empty()
        || cells.len() > MOST_CELLS
        || !cells
            .iter()
            .all(|cell| named.insert((cell.contribution, cell.recipient)))
    {
        // An empty command still tells nobody more than a full one.
        making.may(Deed::Share)?;
        return Err(Refusal::CellsDoNotFit);
    }
    cells.into_iter().try_for_each(|cell| decide_cell(making, cell))
}

fn decide_cell(making: &mut Making<'_>, cell: CellDecision) -> Result<(), Refusal> {
    let CellDecision {
        contribution: id,
        revision,
        recipient,
        verdict,
    } = cell;
    // R6: taking back is possible until the close, also when the table went back to an earlier phase.
    making.may(match verdict {
        Verdict::Undecide => Deed::TakeBackCell(id),
        Verdict::Approve { .. } | Verdict::Decline { .. } => Deed::DecideCell(id),
    })?;
    let contribution = making.seen(id)?;
    if contribution.revision != revision {
        return Err(Refusal::OtherRevision);
    }
    let owner = making.actor.party;
    // R2: a restricted seat does not learn by deciding who else sits here. What it decided once it can decide again.
    let known = knows_party(making.state, owner, recipient) || contribution.cells.contains_key(&recipient);
    if recipient == owner || making.state.seat(recipient).is_none() || !known {
        return Err(Refusal::NoSuchRecipient);
    }
    let fact = match verdict {
        Verdict::Approve {
            purpose,
            excerpt,
            condition,
            motivation,
        } => {
            purpose_fits(making, owner, recipient, &purpose)?;
            let ground = making.state.ground(owner, recipient, Some(&purpose));
            let motivation = making.note(motivation.as_deref())?;
            match ground.status {
                GroundStatus::Contested | GroundStatus::None if motivation.is_none() => {
                    return Err(Refusal::MotivationNeeded);
                }
                GroundStatus::Undisputed | GroundStatus::Contested | GroundStatus::None => {}
            }
            let excerpt = excerpt
                .map(|words| making.words(&words, LONGEST_CONTRIBUTION))
                .transpose()?;
            let condition = making.note(condition.as_deref())?;
            Fact::Approved {
                contribution: id,
                revision,
                recipient,
                purpose,
                ground,
                excerpt,
                condition,
                motivation,
            }
        }
        Verdict::Decline { reason } => {
            let reason = making.note(reason.as_deref())?;
            Fact::Declined {
                contribution: id,
                recipient,
                reason,
            }
        }
        Verdict::Undecide => Fact::Undecided {
            contribution: id,
            recipient,
        },
    };
    making.destroy(contribution.cells.get(&recipient).into_iter().flat_map(texts_of_cell));
    making.happens(fact);
    Ok(())
}

fn purpose_fits(making: &Making<'_>, giver: PartyId, recipient: PartyId, purpose: &Purpose) -> Result<(), Refusal> {
    if making.state.purpose_holds(giver, recipient, purpose) {
        Ok(())
    } else {
        Err(Refusal::PurposeDoesNotFit)
    }
}

/// R7: the only event that lets anything into a dossier.
pub(super) fn close(making: &mut Making<'_>) -> Result<(), Refusal> {
    making.may(Deed::Close)?;
    let plan = closing::plan(making.state);
    let releases = plan
        .releases
        .into_iter()
        .map(|(contribution, revision, recipient)| Released {
            release: ReleaseId(making.draw()),
            contribution,
            revision,
            recipient,
        })
        .collect();
    let agreements = plan
        .agreements
        .into_iter()
        .map(|(action, performer)| Agreement {
            release: ReleaseId(making.draw()),
            action,
            performer,
        })
        .collect();
    making.happens(Fact::Closed { releases, agreements });
    Ok(())
}
