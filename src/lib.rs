//! The rules by which Dutch organisations share, keep and release what they say about a case.
//!
//! Lives here: every rule of the policy, as pure functions. Never lives here: I/O, async, a clock, randomness, logging.
//! The crate is `no_std`, so reading a clock or a file does not compile; server and browser run the same code.
//!
//! | rule | where |
//! |---|---|
//! | R1 an item has one owner | [`session::item`] |
//! | R2 the shared view | [`session::visibility`], [`session::view`] |
//! | R3 only the owner decides | [`session::permissions`] |
//! | R4 nothing leaves by default | [`session::closing`] (`plan`) |
//! | R5 an approval is specific | `session/decide/release.rs`, [`session::closing`] (`copies`) |
//! | R6 reversible until the close; approvals lapse with their reasons | `session/state/lapse.rs` |
//! | R7 release at the close, R8 destruction | [`session::closing`], [`session::decide`] (`Decision::destroyed`) |
//! | R9 the owner still answers for a release | [`release`] |
//! | R10 provenance | [`dossier`], [`session::closing`] (`copies`) |
//! | R11 what rests on something inherits | [`session::visibility`], [`session::closing`] (`plan`) |
//! | R12 released to the OM can become a document in the case | [`session::view`] (the recipient's kind stands in each cell's seat) |
//! | R13 requests | `session/decide/release.rs`, [`session::view`] |
//! | R14 a session ends | `session/decide/table.rs` (`warn_of_expiry`, `expire`), [`moment`] |
//! | R15 seats are no lever | [`session::permissions`], [`session::visibility`] (`newcomers`) |
//! | R16 persons are named by somebody | `session/decide/care.rs`, [`session::visibility`] (`knows_subject`) |
//! | R17 nothing new in the closing round | [`session::permissions`] |
//! | R18 who may come in | [`session::state`] (`admits`), [`session::permissions`] |
//! | T1 VT's signal at any time, T2 respected | [`session::permissions`], `session/decide/time.rs` |
//! | T3 the deviation | `session/decide/time.rs`, [`accountability`] |
//! | T4 statutory terms | [`deadline`], `session/decide/time.rs` |
//! | T5 measures | [`measure`], `session/decide/items.rs`, [`session::view`] (`is_custody_end_covered`) |
//! | T6 the clock is arithmetic | [`session::clock`], `session/state/evolve.rs` |
//! | C1 VT's own test, C3 intake | not there yet |
//! | C2 grounds | [`ground`] |
//! | C4 accountable without content | [`session::event`], [`accountability`], [`moment`] (form of a case reference) |
//! | C5 retention | [`release`], [`session::closing`] (`copies`) |
//! | C6 rights of the people concerned | [`access`], [`release`] |
//! | C7 accuracy | [`text`], [`session::item`] |
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod access;
pub mod accountability;
pub mod deadline;
pub mod directory;
pub mod dossier;
pub mod ground;
pub mod hex;
pub mod ids;
pub mod measure;
pub mod moment;
pub mod party;
pub mod privacy_hints;
pub mod protocol;
pub mod release;
pub mod session;
pub mod text;
