//! Accountable without remembering content (C4).
//!
//! Lives here: the hash chain over a session's events, the report by which a party proves what happened, and the file in
//! which it takes both along. Never lives here: a word of what was said; the motivations of deviations are filled in from
//! the party's own sealed record (T3).

mod account;
mod chain;
mod report;
#[cfg(test)]
mod tests;

pub use account::{Account, FORMAT, NotWhole, Verified, account, verify_account};
pub use chain::{Broken, Link, verify};
pub use report::{
    Report, ReportCount, ReportDestroyed, ReportDeviation, ReportRelease, ReportSeat, ReportTime, WhyDestroyed, report,
};
