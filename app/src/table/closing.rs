//! The closing round: owners decide what leaves the table, cell by cell (R4 to R6), and the chair closes (R7).
//!
//! Lives here: the matrix and its dialogs. `plan` says what many cells at once would mean, as plain data; the rest
//! shows it and asks. Nothing is decided here: a decision is one command, and the rules answer it.

mod bulk;
mod chair_button;
mod close;
mod detail;
mod last_call;
mod matrix;
mod outcome;
mod plan;

use akkoord::ids::{ContributionId, PartyId};
use akkoord::moment::Phase;
use akkoord::session::Wish;
use akkoord::session::command::{CellDecision, Verdict};
use akkoord::session::view::{CardView, SeatView};
use leptos::prelude::*;

use super::{Desk, dom};
use crate::live::Live;
use crate::live::seen::Seen;
use crate::ui::view;

pub(super) use close::CloseButton;
pub(super) use last_call::{LastCall, LastCallButton};
pub(super) use matrix::Round;
pub(super) use outcome::Outcome;
pub(super) use plan::Bulk;

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

/// One cell, decided on the revision that is on the screen (R5).
fn decide(live: Live, desk: Desk, contribution: ContributionId, recipient: PartyId, verdict: Verdict) {
    let revision = live
        .seen
        .card(contribution)
        .map(|card| card.view.with_untracked(|view| view.revision));
    if let Some(revision) = revision {
        desk.step.update(Vec::clear);
        live.want(Wish::Decide {
            cells: vec![CellDecision {
                contribution,
                revision,
                recipient,
                verdict,
            }],
        });
    }
}

/// What the owner can decide on now: its contributions, and who can receive them.
fn field(seen: Seen) -> (Vec<CardView>, Vec<SeatView>) {
    let cards = seen.own_live().into_iter().map(|card| card.view.get()).collect();
    let you = seen.you();
    (cards, seen.seats.with(|seats| plan::recipients(seats, you)))
}

/// The cells that are still undecided, row by row.
fn open_cells(seen: Seen) -> Vec<(ContributionId, PartyId)> {
    let (cards, recipients) = field(seen);
    let mut open = Vec::new();
    for card in &cards {
        let cells = recipients.iter().map(|seat| seat.party.id);
        let undecided = cells.filter(|to| plan::decided(card, *to) == plan::Decided::Empty);
        open.extend(undecided.map(|to| (card.id, to)));
    }
    open
}

/// What taking back the last step would undo now.
fn undoable(live: Live, desk: Desk) -> Vec<CellDecision> {
    desk.step.with(|step| {
        if step.is_empty() {
            return Vec::new();
        }
        let (cards, recipients) = field(live.seen);
        plan::undo(step, &cards, &recipients)
    })
}

/// Takes back what was decided at once (R6). True when there was something.
pub(super) fn undo(live: Live, desk: Desk) -> bool {
    let cells = untrack(|| undoable(live, desk));
    let some = !cells.is_empty();
    if some {
        desk.step.update(Vec::clear);
        live.want(Wish::Decide { cells });
        dom::focus_soon(".matrix [data-cell][tabindex='0']".to_owned());
    }
    some
}
