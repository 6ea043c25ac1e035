//! The closing round: owners decide what leaves the table, cell by cell (R4 to R6), and the chair closes (R7).
//!
//! Lives here: the matrix and its dialogs. `plan` says what many cells at once would mean, as plain data; the rest
//! shows it and asks. Nothing is decided here: a decision is one command, and the rules answer it.

mod bulk;
mod close;
mod detail;
mod matrix;
mod outcome;
mod plan;

use akkoord::ids::{ContributionId, PartyId};
use akkoord::moment::Phase;
use akkoord::session::Wish;
use akkoord::session::command::{CellDecision, Verdict};
use leptos::prelude::*;

use super::{Desk, dom};
use crate::live::Live;
use crate::ui::view;

pub(super) use close::CloseButton;
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
fn decide(live: Live, contribution: ContributionId, recipient: PartyId, verdict: Verdict) {
    let revision = live
        .seen
        .card(contribution)
        .map(|card| card.view.with_untracked(|view| view.revision));
    if let Some(revision) = revision {
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
