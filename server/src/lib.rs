//! The server.

pub mod clock;
pub mod journal;
pub mod rooms;
pub mod vault;
