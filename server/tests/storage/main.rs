//! The stores on real files: what they promise, what happens when the disk does not cooperate, and what is left when
//! something must be gone. One program for all of it, because linking is what costs time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod backup;
mod binding;
mod contract;
mod destruction;
mod failure;
mod help;
mod scan;
