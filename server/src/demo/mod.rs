//! The demonstration: invented organisations, invented people and three sessions, one of them halfway, so that somebody
//! can sit in every chair at once without installing or importing anything.
//!
//! Lives here: the story (as data, `*.toml`), reading it, and playing it through the rooms as if people did it. Never
//! lives here: a rule, a statement, a way around a room. What cannot be done by a person at a table is not in the story.
//!
//! Whoever opens a seat's address is signed in as that seat without a password. That is why it listens on this machine
//! alone: [`on_this_machine`].

mod cast;
mod fault;
mod hours;
mod play;
mod script;
mod seats;

use chrono::{DateTime, Utc};

use crate::rooms::Rooms;

pub use cast::{Cast, Person};
pub use fault::DemoFault;
pub use seats::{HOST, SEATS, on_this_machine, seat_of_host};

use hours::Hours;
use script::Script;

/// The organisations and accounts of the demonstration, in the form that `akkoord import` reads.
pub const ORGANISATIONS: &str = include_str!("organisations.toml");

/// The sessions, in the order in which they are played, each with the name of its file.
const STORIES: [(&str, &str); 3] = [
    ("closed.toml", include_str!("closed.toml")),
    ("zsm.toml", include_str!("zsm.toml")),
    ("actieoverleg.toml", include_str!("actieoverleg.toml")),
];

/// Plays every story, as it would have gone by `start`. The organisations must have been imported.
pub async fn fill(rooms: &Rooms, cast: &Cast, start: DateTime<Utc>) -> Result<(), DemoFault> {
    for (file, text) in STORIES {
        let script = Script::read(file, text)?;
        play::play(rooms, cast, &Hours::new(start), file, &script).await?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
mod tests;
