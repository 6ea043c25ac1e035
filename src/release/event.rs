//! What happened to a release. An event never holds the words of the item or of a reason: those are sealed with the
//! copies (C4).
//!
//! Events are stored as JSON and read again for years. Their stored form is therefore older than their names here: the
//! field is called `fact`, and so is the tag inside it. The tests at the end hold lines as they were stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::session::command::Actor;

/// One thing that happened to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseEvent {
    /// When it happened, by the server's clock.
    pub at: DateTime<Utc>,
    /// Who did it; `None` where the program itself kept an end date (C5).
    pub by: Option<Actor>,
    /// What happened.
    #[serde(rename = "fact")]
    pub kind: ReleaseEventKind,
}

/// The kinds of event in the life of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum ReleaseEventKind {
    /// The giver corrected the words (R9).
    Rectified,
    /// The giver took the item back; the recipient's words are destroyed (R9).
    Withdrawn,
    /// The giver recorded whether the subject was informed (C6).
    InformedSubject {
        /// Whether the subject was informed.
        how: InformedStatus,
    },
    /// The recipient opened the item for the first time since it last changed.
    Opened,
    /// The recipient confirmed the latest change (R9).
    Confirmed,
    /// The recipient has the item in a system of its own, so that this copy ends earlier (C5).
    TakenOver {
        /// The new end of the recipient's copy.
        until: DateTime<Utc>,
    },
    /// The recipient's copy reached its end date and was destroyed (C5). The giver's register entry remains, without
    /// words.
    Ended,
    /// The giver's register entry reached its own end date and was destroyed too (C5).
    Forgotten,
}

/// Whether the subject was informed of a release (C6), without the words of a reason (C4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InformedStatus {
    /// The subject was informed.
    Yes,
    /// The subject was not informed, and it is not planned.
    No,
    /// The subject will be informed later; the reason is in the giver's register entry.
    Postponed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ParticipantId, PartyId};
    use uuid::Uuid;

    /// Lines as the program of November 2026 stored them. They must be read, and written the same, by every later one.
    const STORED: [(&str, ReleaseEventKind); 10] = [
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"rectified"}}"#,
            ReleaseEventKind::Rectified,
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"withdrawn"}}"#,
            ReleaseEventKind::Withdrawn,
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"informed_subject","how":"yes"}}"#,
            ReleaseEventKind::InformedSubject {
                how: InformedStatus::Yes,
            },
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"informed_subject","how":"no"}}"#,
            ReleaseEventKind::InformedSubject {
                how: InformedStatus::No,
            },
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"informed_subject","how":"postponed"}}"#,
            ReleaseEventKind::InformedSubject {
                how: InformedStatus::Postponed,
            },
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"opened"}}"#,
            ReleaseEventKind::Opened,
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"confirmed"}}"#,
            ReleaseEventKind::Confirmed,
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":{"party":"00000000-0000-0000-0000-000000000001","participant":"00000000-0000-0000-0000-000000000002"},"fact":{"fact":"taken_over","until":"1970-01-01T00:00:00Z"}}"#,
            ReleaseEventKind::TakenOver {
                until: DateTime::UNIX_EPOCH,
            },
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":null,"fact":{"fact":"ended"}}"#,
            ReleaseEventKind::Ended,
        ),
        (
            r#"{"at":"2026-11-20T09:00:00Z","by":null,"fact":{"fact":"forgotten"}}"#,
            ReleaseEventKind::Forgotten,
        ),
    ];

    #[test]
    fn c4_stored_events_are_read_and_written_as_they_always_were() {
        for (line, kind) in STORED {
            let by_program = matches!(kind, ReleaseEventKind::Ended | ReleaseEventKind::Forgotten);
            let event = ReleaseEvent {
                at: "2026-11-20T09:00:00Z".parse().expect("a time"),
                by: (!by_program).then_some(Actor {
                    party: PartyId(Uuid::from_u128(1)),
                    participant: ParticipantId(Uuid::from_u128(2)),
                }),
                kind,
            };
            assert_eq!(serde_json::from_str::<ReleaseEvent>(line).expect(line), event);
            assert_eq!(serde_json::to_string(&event).expect("written"), line);
        }
    }
}
