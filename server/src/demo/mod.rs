//! The demonstration: invented organisations, invented people and three sessions, one of them halfway, so that somebody
//! can sit in every chair at once without installing or importing anything.
//!
//! Lives here: the story (as data, `*.toml`), reading it, and playing it through the rooms as if people did it. Never
//! lives here: a rule, a statement, a way around a room. What cannot be done by a person at a table is not in the story.
//!
//! Whoever opens a seat's address is signed in as that seat without a password (`http/pages.rs`). That is why it listens on
//! this machine alone: [`open`] refuses any other address.

mod cast;
mod fault;
mod hours;
mod play;
mod script;
mod seats;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::clock;
use crate::http::{AppState, Config, Place};
use crate::identity::Identity;
use crate::import;
use crate::rooms::Rooms;
use crate::vault::{FolderLock, Store};

pub use fault::DemoFault;
pub use seats::{SEATS, at_port, on_this_machine};

use cast::Cast;
use hours::Hours;
use script::Script;

/// The organisations and accounts of the demonstration, as `akkoord import` reads them.
const ORGANISATIONS: &str = include_str!("organisations.toml");

/// The sessions, in the order in which they are played, each with the name of its file.
const STORIES: [(&str, &str); 3] = [
    ("closed.toml", include_str!("closed.toml")),
    ("zsm.toml", include_str!("zsm.toml")),
    ("actieoverleg.toml", include_str!("actieoverleg.toml")),
];

/// Opens the demonstration in an empty folder, for an address on this machine.
pub async fn open(data: &Path, site: PathBuf, address: SocketAddr) -> Result<AppState, DemoFault> {
    on_this_machine(address)?;
    let lock = FolderLock::take(data)?;
    let store = Store::open(data).await?;
    let identity = Identity::new(&store).await?;
    let rooms = Rooms::new(store.clone());
    fill(&identity, &rooms, clock::now()).await?;
    let place = Place::Demo(at_port(address.port()));
    let config = Config {
        place,
        site,
        behind_proxy: 0,
    };
    Ok(AppState::new(&store, rooms, identity, config).holding(lock))
}

/// Brings everybody in and plays every story, as it would have gone by `start`. Refused in a house where anybody lives.
pub async fn fill(identity: &Identity, rooms: &Rooms, start: DateTime<Utc>) -> Result<(), DemoFault> {
    if !identity.organisations().await?.is_empty() {
        return Err(DemoFault::NotEmpty);
    }
    import::import(identity, ORGANISATIONS, Path::new(".")).await?;
    let cast = Cast::of(identity).await?;
    for (file, text) in STORIES {
        let script = Script::read(file, text)?;
        play::play(rooms, &identity.directory, &cast, &Hours::new(start), file, &script).await?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
mod tests;
