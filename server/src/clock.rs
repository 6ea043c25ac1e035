//! The only place that reads the time or draws randomness. Everything else is handed both.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The server's time, to the microsecond: what a store keeps is what was said.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// How long this process has run, by a clock that nobody can set and that stands still while the machine sleeps: for whatever
/// must have elapsed. Counted from the first call.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn steady() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

/// Thirty-two fresh random bytes.
#[expect(clippy::disallowed_methods, reason = "this is the source of randomness")]
pub fn salt() -> [u8; 32] {
    rand::random()
}

/// A fresh random id.
pub fn random_id() -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&salt()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
