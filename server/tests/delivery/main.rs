//! What leaves the house for an organisation's own system: packages that a person takes along, and deliveries that go by
//! themselves. Each export is opened by programs that did not make it; the other system is made up, and fails when told to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod exactly_once;
mod fixture;
#[allow(dead_code, reason = "the door's tests use the rest")]
#[path = "../door/house.rs"]
mod house;
mod outbox;
mod package;
mod readers;
mod settings;
mod shown;
mod zgw;
