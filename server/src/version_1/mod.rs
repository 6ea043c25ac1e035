//! What version 1 of this program left behind, as far as it is stored in another form than today: the events of its
//! sessions, and the accountability files that parties took along.
//!
//! Version 1 is the program as it stood until 25 November 2026. A session that closed under it keeps its board row and its
//! report: its events are read as the events of today that mean the same ([`LogReader`]). A session that was still open is
//! not continued: which rule held for each of its approvals cannot be told from its events. Whoever has a seat there is told
//! that an older version began it, and it expires like any other session (R14). Dossiers and registers of version 1 need
//! nothing here: the types of [`akkoord::dossier`] and [`akkoord::release`] still read them.
//!
//! The head of the whole chain is the same as version 1 gave it, because it is made of the bytes as they are stored. The
//! head of what one party saw is not: it depends on the form of a view, which has changed. Whoever kept such a head on paper
//! checks the file of that time with it ([`verify_account`]).

mod account;
mod event;
mod log;
#[cfg(test)]
mod tests;

pub use account::{FORMAT, verify_account};
pub(crate) use log::LogReader;
