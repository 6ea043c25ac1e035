//! The closing round: owners decide what leaves the table, cell by cell (R4 to R6), and the chair closes (R7).
//!
//! Lives here: the matrix and its dialogs. What many cells at once would mean, and what is usual for one, says
//! `akkoord::session::closing::proposal`; the files here show it and ask. Nothing is decided here: a decision is one command,
//! and the rules answer it.

mod bulk;
mod cell;
mod chair_button;
mod close;
mod detail;
mod last_call;
mod matrix;
mod outcome;
mod subjects;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod words;

use akkoord::ids::{ItemId, PartyId};
use akkoord::moment::Phase;
use akkoord::session::CommandKind;
use akkoord::session::closing::proposal;
use akkoord::session::command::{CellDecision, Verdict};
use akkoord::session::view::{ItemView, SeatView};
use leptos::prelude::*;

use super::{Desk, dom};
use crate::live::Live;
use crate::live::seen::Seen;
use crate::ui::view;

pub(super) use close::CloseButton;
pub(super) use last_call::{LastCall, LastCallButton};
pub(super) use matrix::Round;
pub(super) use outcome::Outcome;

/// Whether the table is in its closing round.
pub(super) fn is_round(live: Live) -> bool {
    live.seen
        .progress
        .with(|progress| progress.phase == Phase::ClosingRound)
}

/// The matrix opens when the round begins, unless somebody is writing in the picture under it.
pub(super) fn open_with_round(live: Live, desk: Desk) {
    Effect::new(move |was: Option<bool>| {
        let is = is_round(live);
        if was == Some(false) && is && !dom::focus_is_in(".table-flow-cards form") {
            if dom::focus_is_in(".table-flow-cards") {
                dom::focus_soon(".matrix [data-cell][tabindex='0']".to_owned());
            }
            desk.matrix.set(true);
        }
        is
    });
}

/// The dialogs of the round, one of each for the whole page.
#[component]
pub(super) fn Dialogs() -> impl IntoView {
    view! {
        <detail::CellDialog />
        <bulk::BulkDialog />
        <close::CloseDialog />
    }
}

/// One cell, decided on the revision that its owner has read (R5).
fn decide(live: Live, desk: Desk, read: (ItemId, u32), recipient: PartyId, verdict: Verdict) {
    let (item, revision) = read;
    desk.step.update(Vec::clear);
    live.want(CommandKind::Decide {
        cells: vec![CellDecision {
            item,
            revision,
            recipient,
            verdict,
        }],
    });
}

/// An item with the revision that is on the screen now.
fn as_shown(seen: Seen, item: ItemId) -> Option<(ItemId, u32)> {
    let card = untrack(|| seen.card(item))?;
    Some((item, card.view.with_untracked(|view| view.revision)))
}

/// The rows of the matrix: every own item with words.
fn rows(seen: Seen) -> Vec<ItemView> {
    seen.own_rows().into_iter().map(|card| card.view.get()).collect()
}

/// The columns: who can receive.
fn columns(seen: Seen) -> Vec<SeatView> {
    let you = seen.you();
    seen.seats.with(|seats| proposal::recipients(seats, you))
}

/// The follow-up actions, on which the purposes of a cell depend.
fn actions(seen: Seen) -> Vec<ItemView> {
    let actions = seen.actions.get().into_iter();
    actions.map(|card| card.view.get()).collect()
}

/// The cells that are still undecided, row by row.
fn open_cells(seen: Seen) -> Vec<(ItemId, PartyId)> {
    let columns = columns(seen);
    let mut open = Vec::new();
    for item in &rows(seen) {
        let cells = columns.iter().map(|seat| seat.party.id);
        let undecided = cells.filter(|to| proposal::decided(item, *to) == proposal::Decided::Empty);
        open.extend(undecided.map(|to| (item.id, to)));
    }
    open
}

/// What taking back the last step would undo now.
fn undoable(live: Live, desk: Desk) -> Vec<CellDecision> {
    desk.step.with(|step| {
        if step.is_empty() {
            return Vec::new();
        }
        proposal::undo(step, &rows(live.seen), &columns(live.seen))
    })
}

/// Takes back what was decided at once (R6). True when there was something.
pub(super) fn undo(live: Live, desk: Desk) -> bool {
    let cells = untrack(|| undoable(live, desk));
    let some = !cells.is_empty();
    if some {
        desk.step.update(Vec::clear);
        live.want(CommandKind::Decide { cells });
        dom::focus_soon(".matrix [data-cell][tabindex='0']".to_owned());
    }
    some
}
