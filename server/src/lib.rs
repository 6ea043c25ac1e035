//! The server.

pub mod journal;
pub mod vault;
