//! What a participant with a program of their own could try, over real sockets: other people's ids, old sockets, broken
//! frames, floods, and listening to what is not theirs; and what the world could do: cut lines, full disks. Each file is one
//! kind of attack.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::duration_suboptimal_units,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::map_entry,
    clippy::default_trait_access,
    clippy::range_plus_one,
    clippy::format_push_string,
    clippy::doc_markdown,
    reason = "tests from outside draw ids and look at the clock themselves; long ones tell one story"
)]

#[path = "../common/mod.rs"]
mod common;

mod clock;
mod confinement;
mod cuts;
mod frames;
mod ids;
mod pace;
mod stale;
mod storage;
