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
//! store. Read in this order: `item`, `command`, `event`, `state`, `visibility`, `permissions`, `decide`, `view`,
//! `closing`.

pub mod clock;
pub mod closing;
pub mod command;
pub mod decide;
pub mod event;
pub mod item;
pub mod permissions;
pub mod refusal;
pub mod sent;
pub mod state;
pub mod view;
pub mod visibility;

#[cfg(test)]
pub(crate) mod tests;

pub use command::{Actor, Command, CommandKind, Stamp};
pub use decide::{Decision, decide};
pub use event::{Event, EventKind};
pub use permissions::{OrganisationPermission, Permission, Roles, check, check_in_organisation};
pub use refusal::Refusal;
pub use state::{Made, State, evolve};
pub use view::{SessionView, Snapshot, ViewEvent, view_event, view_for};
pub use visibility::Viewer;

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
