//! What a giver or a recipient still wants of a release.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// What is wanted, and of which words: whoever looked at older ones is told so instead of overruling a colleague, or
/// confirming what it never saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// How often the words had changed when this was decided on: [`super::ReleaseView::version`].
    pub version: u32,
    /// What is wanted.
    pub wish: Wish,
}

/// What somebody wants. Words are plain strings; `decide` makes texts of them or refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "wish")]
pub enum Wish {
    /// The giver corrects what it gave (R9, AVG art. 16).
    Rectify {
        /// The words as they should have been.
        text: String,
        /// What was wrong; the recipient reads it.
        reason: String,
    },
    /// The giver takes back what it gave (R9, AVG art. 17).
    Withdraw {
        /// Why; the recipient reads it.
        reason: String,
    },
    /// The giver records whether the subject was told of the release (C6).
    Inform(Informed),
    /// The recipient opened it: a receipt in the giver's register.
    Open,
    /// The recipient has seen a correction or a withdrawal and acted on it (AVG art. 19).
    Confirm,
    /// The recipient has it in a system of its own now, so that this copy can go earlier (C5).
    TakeOver,
}

/// Whether the subject was told of the release (C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "informed")]
pub enum Informed {
    /// Yes.
    Yes,
    /// No, and it is not planned.
    No,
    /// Not yet.
    Postponed {
        /// Why; kept with the giver's register entry.
        reason: String,
    },
}
