//! The commuting square: folding what is sent equals viewing what is so, for everybody, at every step (R2).

use alloc::{boxed::Box, string::String};

use super::faults::all_noticed;
use super::play::{Law, Play, Tried};
use crate::session::event::EventKind;
use crate::session::tests::fixture::Rules;
use crate::session::view::{ViewEvent, view_event};

pub(super) struct Square;

impl Law for Square {
    fn name(&self) -> &'static str {
        "commuting square (R2)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        if tried.happened() { play.run.square() } else { Ok(()) }
    }
}

/// A frame that leaves a section out.
macro_rules! forgets {
    ($forget:expr) => {
        Rules {
            event: |before, event, after, viewer| {
                let mut change = view_event(before, event, after, viewer)?;
                let forget: fn(&mut ViewEvent) = $forget;
                forget(&mut change);
                Some(change)
            },
            ..Rules::TRUE
        }
    };
}

#[test]
fn r2_the_square_notices_a_forgotten_section() {
    let faults = [
        ("what the viewer may do", forgets!(|change| change.may = None)),
        ("seats", forgets!(|change| change.seats = None)),
        ("items that went", forgets!(|change| change.gone.clear())),
        ("items", forgets!(|change| change.items.clear())),
        ("what was taken back", forgets!(|change| change.taken_back = None)),
        ("when was decided", forgets!(|change| change.decided_at = None)),
        ("deviations", forgets!(|change| change.deviations = None)),
        ("newcomers", forgets!(|change| change.newcomers = None)),
        ("the clocks", forgets!(|change| change.time = None)),
        ("the phase", forgets!(|change| change.progress = None)),
        ("persons", forgets!(|change| change.subjects = None)),
        ("the whole, at the end", forgets!(|change| change.whole = None)),
        // An event about one item changes others: what rests on it, and cells whose purpose it was.
        (
            "items that another item changed",
            Rules {
                event: |before, event, after, viewer| {
                    let mut change = view_event(before, event, after, viewer)?;
                    if let EventKind::AudienceSet { item: id, .. } | EventKind::Withdrawn { item: id } = &event.kind {
                        change.items.retain(|item| item.id == *id);
                    }
                    Some(change)
                },
                ..Rules::TRUE
            },
        ),
    ];
    all_noticed(|| Box::new(Square), &faults);
}
