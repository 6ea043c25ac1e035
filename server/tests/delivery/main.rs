//! What leaves the server for an organisation's own system: packages that a person takes along, and deliveries that go by
//! themselves. Each export is opened by programs that did not make it; the other system is made up, and fails when told to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod exactly_once;
mod fixture;
mod outbox;
mod package;
mod readers;
#[allow(dead_code, reason = "the tests of the HTTP interface use the rest")]
#[path = "../http/server.rs"]
mod server;
mod settings;
mod shown;
mod zgw;
