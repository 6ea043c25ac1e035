//! What a participant with a program of their own could try, over real sockets: other people's ids, old sockets, broken
//! frames, floods, and listening to what is not theirs; and what the world could do: cut lines, full disks. Each file is one
//! kind of attack.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::map_entry,
    reason = "they draw ids and look at the clock themselves"
)]

#[path = "../common/mod.rs"]
mod common;

mod clock;
mod confinement;
mod cuts;
mod frames;
mod guessing;
mod ids;
mod pace;
mod stale;
mod storage;
