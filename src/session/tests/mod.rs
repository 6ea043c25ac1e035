//! Tests of the session, apart from the code that they try.
//!
//! Lives here: `fixture`, a session with people at it; a table of cases for each chapter of the rules, every test named after
//! the rule it holds or the fault (`g01_` to `g25_`, `s2_`, `s3_`) that it keeps out; `rights`, who may do what; `golden`,
//! whole sessions as they are stored and shown; `laws`, what holds whatever people do. Never lives here: a rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

pub(crate) mod fixture;

mod bounds;
mod expiry;
mod golden;
mod items;
mod lapse;
#[allow(clippy::all, clippy::pedantic, reason = "random sessions, not code that is shipped")]
mod laws;
mod measures;
mod proposal;
mod release;
mod rights;
mod seats;
mod subjects;
mod time;
mod visibility;
mod wire;
