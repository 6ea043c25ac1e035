//! What happened to a release. Never what it said, nor why: those words are sealed with the copies (C4).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::session::command::Actor;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, by the server.
    pub at: DateTime<Utc>,
    /// Who; nobody where the program itself kept an end date (C5).
    pub by: Option<Actor>,
    /// What.
    pub fact: Fact,
}

/// The facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum Fact {
    /// The giver corrected it (R9).
    Rectified,
    /// The giver took it back; the recipient's words are destroyed (R9).
    Withdrawn,
    /// The giver recorded whether the subject was told (C6).
    InformedSubject {
        /// How it stands.
        how: InformedHow,
    },
    /// The recipient read it for the first time.
    Opened,
    /// The recipient confirmed the latest change (R9).
    Confirmed,
    /// The recipient has it in a system of its own; this copy ends then.
    TakenOver {
        /// The new end of the recipient's copy.
        until: DateTime<Utc>,
    },
    /// The recipient's copy came to its end and was destroyed (C5). The giver's line remains, without words.
    Ended,
    /// The giver's line came to its own end and was destroyed too (C5).
    Forgotten,
}

/// Whether the subject was told, without the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InformedHow {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Postponed; the reason stands in the giver's register entry.
    Postponed,
}
