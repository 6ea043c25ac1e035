//! The life of a release after its session closed: its giver still answers for it (R9), it is destroyed on its end date
//! (C5), and it is recorded whether the subject was informed (C6).
//!
//! ```text
//! decide(state, actor, at, command) -> ReleaseDecision { event, words } | Refusal
//! evolve(state, event)              -> ReleaseState
//! view_for(state, party)            -> ReleaseView
//! ```
//!
//! Lives here: what giver and recipient may still do with something that was released, and what follows from it. Never
//! lives here: the close that made the release (`session::closing`, R7), the sealing of the copies, the job that looks
//! which end dates have come.
//!
//! A release has two holders and two copies: the recipient's dossier item and the giver's register entry. Both follow
//! every change. An event says that there was a change, never what the words were (C4).
//!
//! 2026-11-23: why a correction makes a new copy where the older one had been destroyed. Whoever used the older words
//! elsewhere must be able to mend that (AVG art. 19), and cannot without the new ones. The new copy gets a full term of
//! its own.

pub mod command;
pub mod decide;
pub mod event;
pub mod permissions;
pub mod state;
pub mod view;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use command::{Informed, ReleaseCommand, ReleaseCommandKind};
pub use decide::{ReleaseDecision, WordChange, decide};
pub use event::{InformedStatus, ReleaseEvent, ReleaseEventKind};
pub use permissions::{ReleasePermission, ReleasePermissions, ReleaseViewer, permits};
pub use state::{ReleaseOrigin, ReleaseState, evolve};
pub use view::{ReleaseView, view_for};
