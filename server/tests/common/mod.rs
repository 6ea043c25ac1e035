//! What tests over the wire share: the real program on a port of its own over a folder of its own, fictional
//! organisations, people who sign in and sit down. They speak only the wire, as a browser does, so they would also test
//! an old client against a new server.
//!
//! Every wait has an end ([`PATIENCE`]), so that a test that would hang fails and says where.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests, each of which uses its part"
)]

pub mod chance;
pub mod house;
pub mod person;
pub mod visitor;
pub mod wishes;

use std::time::Duration;

/// How long anything may take before a test gives up. Nothing is measured by it.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Waits, but not for ever.
pub async fn soon<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
