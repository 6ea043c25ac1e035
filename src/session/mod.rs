//! The aggregate: one overleg.
//!
//! ```text
//! decide(state, actor, stamp, command) -> Decision { events, texts, destroyed } | Refusal
//! evolve(state, event)                 -> state
//! view_for(state, texts, viewer)       -> SessionView        the one way out
//! view_event(before, event, after, viewer) -> ViewEvent?
//! SessionView::apply(event)                                   the browser's half
//! ```
//!
//! Lives here: everything that is true of a session, and who may make it so. Never lives here: a clock, a socket, a
//! store. Read in this order: `command`, `event`, `state`, `decide`, `may`, `view`, `closing`.

pub mod clock;
pub mod closing;
pub mod command;
pub mod decide;
pub mod event;
pub mod may;
pub mod refusal;
pub mod state;
pub mod view;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod table_for_tests;

pub use command::{Actor, Command, Stamp, Wish};
pub use decide::{Decision, decide};
pub use event::{Event, Fact};
pub use may::{Deed, HouseDeed, HouseRoles, may, may_in_house};
pub use refusal::Refusal;
pub use state::{State, evolve};
pub use view::{SessionView, Snapshot, ViewEvent, Viewer, view_event, view_for};

impl Snapshot {
    /// This snapshot after one more event. The texts a decision brings are put in before its events.
    #[must_use]
    pub fn after(&self, event: &Event) -> Self {
        Self {
            state: evolve(self.state.clone(), event),
            texts: self.texts.clone(),
        }
    }
}
