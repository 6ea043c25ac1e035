//! The HTTP interface, tried on a real server at a random port: who gets in, what each may ask, what every answer says about
//! itself, what is exported, and what an import takes or refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod answering;
mod connections;
mod demo;
mod exports;
mod headers;
mod health;
mod import;
mod markup;
mod origins;
mod retention;
mod rights;
mod server;
mod sign_in;
mod socket;
mod throttle;
