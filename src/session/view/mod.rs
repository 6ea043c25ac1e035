//! The one way out: what one viewer sees of a session, and how that changes with an event.
//!
//! Everything that leaves the server about a living session is a [`SessionView`] or a [`ViewEvent`]. `model` has the types,
//! `project` makes them of a state, `diff` of an event, `apply` is the browser's half. Never lives here: who sees what
//! (`visibility`) and who may what (`permissions`).

mod apply;
mod diff;
mod model;
mod project;

pub use diff::view_event;
pub use model::*;
pub use project::view_for;

use super::state::State;
use crate::text::Texts;

/// A state with the texts it names.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What is so.
    pub state: State,
    /// The words that still exist.
    pub texts: Texts,
}
