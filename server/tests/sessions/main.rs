//! Sessions on the running program, over real sockets and a real database: seats that are left, taken back and named; a
//! session that expires; and a data folder that an older version left behind.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "they draw ids and look at the clock themselves"
)]

#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code, reason = "the tests of the HTTP interface use the rest")]
#[path = "../http/server.rs"]
mod in_process;
#[path = "../storage/scan.rs"]
mod scan;

mod expiry;
mod newcomers;
mod seats;
mod version_1;
