//! The gate: what becomes of an item when the session closes (R4, R5, R7, R8).
//!
//! Lives here: `plan` says which approved cells leave; `copies` makes the dossier items and register entries, with their
//! words and their provenance (R10); `proposal` says what an owner may want to decide, which decides nothing by itself.
//! Nothing else in the program turns an item into something that outlives its session.

mod copies;
mod plan;
pub mod proposal;
#[cfg(test)]
mod tests;

pub use copies::copies;
pub(crate) use plan::plan;
