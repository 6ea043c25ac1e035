//! The door, tried on a real server at a random port: who gets in, what each may ask, what every answer says about itself, and
//! what an import takes or refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod answering;
mod demo;
mod headers;
mod house;
mod import;
mod origins;
mod rights;
mod sign_in;
mod socket;
mod taken_along;
