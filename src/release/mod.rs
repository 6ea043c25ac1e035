//! The life of a release after its session closed: its owner still answers for it (R9), it ends (C5), and the subject
//! has a right to know (C6).
//!
//! ```text
//! decide(state, actor, at, command) -> Decision { events, words } | Refusal
//! evolve(state, event)              -> state
//! view_for(state, party)            -> ReleaseView      the one way out
//! ```
//!
//! Lives here: what giver and recipient may still do with something that was released, and what follows from it. Never
//! lives here: the close itself (`session::closing`, R7), the words (each holder's copy is sealed by the vault), the job
//! that looks what is due.
//!
//! A release has two holders and two copies: the recipient's item and the giver's register entry. Both follow every
//! change; an event says that there was one, never what it said (C4).
//!
//! 2026-11-23: why a copy that had ended comes back with a correction. Who used the older words elsewhere must be able to
//! mend that (AVG art. 19), and cannot without the new ones; it gets a full term of its own.

pub mod command;
pub mod decide;
pub mod event;
pub mod state;
pub mod view;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use command::{Command, Informed, Wish};
pub use decide::{Decision, Words, decide};
pub use event::{Event, Fact, InformedHow};
pub use state::{Given, State, evolve};
pub use view::{ReleaseView, view_for};
