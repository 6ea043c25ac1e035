//! Which cells leave, and what parties keep of their own.

use alloc::vec::Vec;

use crate::ids::{ItemId, PartyId};
use crate::session::item::{Answer, Cell, Content, Item};
use crate::session::state::State;

/// What would leave if the session closed now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Item, revision, recipient.
    pub releases: Vec<(ItemId, u32, PartyId)>,
    /// What a party keeps of its own: an action that it performs itself, a measure to which it committed.
    pub kept: Vec<(ItemId, PartyId)>,
}

/// R4: only approved cells leave; undecided, lapsed, declined and withdrawn ones do not. R11: an item that rests on another
/// owner's leaves only with that owner's yes for the same recipient.
pub(crate) fn plan(state: &State) -> Plan {
    let mut plan = Plan::default();
    for item in state.items.values() {
        if item.is_row() {
            for (recipient, cell) in &item.cells {
                if matches!(cell, Cell::Approved(_)) && basis_goes_along(state, item, *recipient) {
                    plan.releases.push((item.id, item.revision, *recipient));
                }
            }
        }
        plan.kept.extend(keeper(state, item).map(|keeper| (item.id, keeper)));
    }
    plan
}

/// R11: whether a party may keep an item as far as what it rests on is concerned: each basis is its own, is the item owner's,
/// or was approved for that party too.
fn basis_goes_along(state: &State, item: &Item, keeper: PartyId) -> bool {
    item.rests_on.iter().all(|id| {
        state.items.get(id).is_some_and(|basis| {
            let approved = matches!(basis.cells.get(&keeper), Some(Cell::Approved(_)));
            basis.owner == keeper || (basis.is_live() && (basis.owner == item.owner || approved))
        })
    })
}

/// T5: a holder keeps what it committed to. An owner keeps its own action that it performs itself, if it may keep what that
/// rests on (R11).
fn keeper(state: &State, item: &Item) -> Option<PartyId> {
    let party = item.content.assignee()?.answering_party();
    let answer = item.answer.as_ref().map(|given| given.answer);
    match (&item.content, answer) {
        (Content::Measure { .. }, Some(Answer::Committed { .. })) => state.is_member(party).then_some(party),
        (_, Some(Answer::Refused { .. })) => None,
        (Content::Action { .. }, _) if item.owner == party && item.is_row() => {
            basis_goes_along(state, item, party).then_some(party)
        }
        _ => None,
    }
}
