//! The rules.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod hex;
pub mod ids;
pub mod party;
pub mod text;
