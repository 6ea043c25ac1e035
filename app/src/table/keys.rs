//! The keys of the table. They do nothing while somebody types, and all of them stand in the help (`?`).

use akkoord::session::closing::proposal::BulkDecision;
use leptos::ev;
use leptos::prelude::*;

use super::closing;
use super::{Desk, dom, more_time};
use crate::live::Live;
use crate::ui::keys::{Keys, command_key};

/// Listens while the table is open.
pub(super) fn listen(live: Live, desk: Desk) {
    let keys = expect_context::<Keys>();
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            let Some(key) = command_key(&event, keys) else { return };
            if event.default_prevented() {
                return;
            }
            // T1 holds everywhere, behind an open dialog too.
            if key == "t" {
                more_time::ask(live);
                return;
            }
            if dom::dialog_is_open() {
                return;
            }
            let known = match key.as_str() {
                "n" => {
                    dom::focus(".composer-text");
                    true
                }
                "a" => {
                    desk.action_form.set(true);
                    true
                }
                "c" => to_matrix(live, desk),
                "r" => ask_requested(live, desk),
                "u" => closing::undo(live, desk),
                "v" => {
                    desk.following.update(|following| *following = !*following);
                    true
                }
                "j" => step(1),
                "k" => step(-1),
                _ => false,
            };
            if known {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// To the matrix, wherever one is; from the matrix back to the picture under it.
fn to_matrix(live: Live, desk: Desk) -> bool {
    if !closing::is_round(live) {
        return false;
    }
    let inside = dom::focus_is_in(".matrix-round");
    desk.matrix.set(!inside);
    dom::focus_soon(
        if inside {
            ".table-flow"
        } else {
            ".matrix [data-cell][tabindex='0']"
        }
        .to_owned(),
    );
    true
}

/// Everything that was asked for, and nothing else: asks once.
fn ask_requested(live: Live, desk: Desk) -> bool {
    let may = desk.matrix.get_untracked() && live.seen.may.with_untracked(|may| may.decide);
    if may {
        desk.bulk.set(Some(BulkDecision::Requested));
    }
    may
}

/// The next card, or the one before.
fn step(by: isize) -> bool {
    let cards = dom::all_data("data-card");
    let here = dom::focused_data("data-card").and_then(|id| cards.iter().position(|card| *card == id));
    let next = match here {
        Some(at) => at.checked_add_signed(by),
        None => {
            if by > 0 {
                Some(0)
            } else {
                cards.len().checked_sub(1)
            }
        }
    };
    if let Some(id) = next.and_then(|at| cards.get(at)) {
        dom::focus(&format!("[data-card='{id}']"));
    }
    true
}
