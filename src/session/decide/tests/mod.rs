//! The rules, case by case. Every test is named after the rule it holds; `refusals` has one case for every refusal.
//!
//! Lives here: what a participant does and what must then be so. Never lives here: random scripts (`laws.rs`), and who
//! may do what, cell by cell (`rights.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod ownership;
mod refusals;
mod release;
mod table;
mod time;
