//! The rules by which Dutch organisations share, keep and release what they say about a case.
//!
//! Lives here: every rule of the policy, as pure functions. Never lives here: I/O, async, a clock, randomness, logging.
//! The crate is `no_std`, so reading a clock or a file does not compile; server and browser run the same code.
//!
//! | rule | where |
//! |---|---|
//! | R1 owner, R3 control | [`session::may`], `session/decide/ownership.rs` |
//! | R2 shared view | [`session::view`] |
//! | R4 nothing leaves by default, R7 release at close, R8 destruction, R10 provenance | [`session::closing`] |
//! | R5 specific approval, R6 reversible, R13 requests | `session/decide/release.rs` |
//! | R11 derived texts | [`session::state`] (`sees_derived`), [`session::closing`] |
//! | T1, T2, T3, T4, T5 | `session/decide/time.rs`, [`session::may`] |
//! | T6 clock | [`session::clock`] |
//! | C2 grounds | [`ground`] |
//! | C4 chain, report, account | [`accountability`] |
//! | R9 answering for a release, C5 its end, C6 telling the subject | [`release`], [`dossier`] |
//! | C6 answering an access request | [`access`] |
//! | C7 accuracy | [`session::command::ContributionKind`], [`session::view::CardView`] |
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod access;
pub mod accountability;
pub mod dossier;
pub mod ground;
pub mod hex;
pub mod house;
pub mod ids;
pub mod moment;
pub mod party;
pub mod protocol;
pub mod release;
pub mod session;
pub mod text;
pub mod watch;
