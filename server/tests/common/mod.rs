//! What tests over the wire share: the real program on a port of its own over a folder of its own, fictional
//! organisations, people who sign in and join a session. They use only the wire, as a browser does.
//!
//! Every wait ends after [`LONGEST_WAIT`], so that a test that would hang fails and says where.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests, each of which uses its part"
)]

pub mod commands;
pub mod participant;
pub mod random;
pub mod server;
pub mod user;

use std::time::Duration;

/// How long anything may take before a test gives up. Nothing is measured by it.
pub const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Waits for this, but not for ever.
pub async fn in_time<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONGEST_WAIT, waiting)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
