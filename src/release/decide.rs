//! Whether a command may be carried out, and what then happens (R3, R9, C5, C6).

use alloc::{borrow::ToOwned, string::String};
use chrono::{DateTime, TimeDelta, Utc};

use super::command::{Informed, ReleaseCommand, ReleaseCommandKind};
use super::event::{InformedStatus, ReleaseEvent, ReleaseEventKind};
use super::permissions::{ReleasePermission, ReleaseViewer, permits};
use super::state::ReleaseState;
use crate::session::Refusal;
use crate::session::command::Actor;
use crate::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE, Text};

/// How long a copy is kept after its recipient took it over into a system of its own: long enough to undo a mistake
/// (C5). Never longer than the copy would have been kept otherwise.
pub const AFTER_TAKING_OVER: TimeDelta = TimeDelta::days(7);

/// What follows from a command.
#[derive(Debug)]
pub struct ReleaseDecision {
    /// The event to store.
    pub event: ReleaseEvent,
    /// What changes in the words of both copies.
    pub words: WordChange,
}

/// What an event changes in the words of the two copies. It goes beside the event, because an event holds no words (C4);
/// only the code that seals the copies again reads it.
#[derive(Debug)]
pub enum WordChange {
    /// No words change.
    Unchanged,
    /// New words replace the older ones in both copies; the older ones are destroyed (R9).
    Replaced {
        /// The new words.
        text: Text,
        /// What was wrong.
        reason: Text,
    },
    /// The words in the recipient's copy are destroyed. The giver's register entry keeps what was given (R9).
    Withdrawn {
        /// Why it was taken back.
        reason: Text,
    },
    /// The giver's register entry gets the reason why the subject is informed later (C6).
    InformingPostponed {
        /// Why.
        reason: Text,
    },
}

impl WordChange {
    /// The reason why the subject is informed later, for the giver's register entry (C6).
    #[expect(
        clippy::disallowed_methods,
        reason = "the giver's own words for the giver's own entry"
    )]
    pub(crate) fn reason_for_postponing(&self) -> Option<String> {
        match self {
            Self::InformingPostponed { reason } => Some(reason.open().to_owned()),
            Self::Unchanged | Self::Replaced { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

/// Decides on a command. `at` is the server's time; an event is never earlier than the one before it.
///
/// Refused as [`permits`] says, with [`Refusal::OtherRevision`] where the words changed since the person looked, and
/// with [`Refusal::Text`] where words are no text.
pub fn decide(
    state: &ReleaseState,
    actor: Actor,
    at: DateTime<Utc>,
    command: &ReleaseCommand,
) -> Result<ReleaseDecision, Refusal> {
    let viewer = ReleaseViewer::of(state, actor.party);
    permits(state, viewer, ReleasePermission::of(&command.kind))?;
    if command.version != state.version {
        return Err(Refusal::OtherRevision);
    }
    let at = at.max(state.last_at);
    let note = |words: &str| Text::new(words, LONGEST_NOTE);
    let (kind, words) = match &command.kind {
        ReleaseCommandKind::Rectify { text, reason } => (
            ReleaseEventKind::Rectified,
            WordChange::Replaced {
                text: Text::new(text, LONGEST_CONTRIBUTION)?,
                reason: note(reason)?,
            },
        ),
        ReleaseCommandKind::Withdraw { reason } => (
            ReleaseEventKind::Withdrawn,
            WordChange::Withdrawn { reason: note(reason)? },
        ),
        ReleaseCommandKind::Inform(informed) => {
            let (how, words) = match informed {
                Informed::Yes {} => (InformedStatus::Yes, WordChange::Unchanged),
                Informed::No {} => (InformedStatus::No, WordChange::Unchanged),
                Informed::Postponed { reason } => (
                    InformedStatus::Postponed,
                    WordChange::InformingPostponed { reason: note(reason)? },
                ),
            };
            (ReleaseEventKind::InformedSubject { how }, words)
        }
        ReleaseCommandKind::Open {} => (ReleaseEventKind::Opened, WordChange::Unchanged),
        ReleaseCommandKind::Confirm {} => (ReleaseEventKind::Confirmed, WordChange::Unchanged),
        ReleaseCommandKind::TakeOver {} => {
            let until = at.checked_add_signed(AFTER_TAKING_OVER).unwrap_or(state.until);
            (
                ReleaseEventKind::TakenOver {
                    until: until.min(state.until),
                },
                WordChange::Unchanged,
            )
        }
    };
    Ok(ReleaseDecision {
        event: ReleaseEvent {
            at,
            by: Some(actor),
            kind,
        },
        words,
    })
}

/// The event with which the program destroys the recipient's copy on its end date (C5). `None` before that date, and
/// where the copy is gone already.
pub fn expire_copy(state: &ReleaseState, at: DateTime<Utc>) -> Option<ReleaseEvent> {
    (state.has_copy() && state.until <= at).then_some(ReleaseEvent {
        at: at.max(state.last_at),
        by: None,
        kind: ReleaseEventKind::Ended,
    })
}

/// The event with which the program destroys the giver's register entry on its end date, `keep_until` (C5). `None`
/// before that date, and as long as the recipient has a copy: somebody must answer for every copy (R9).
pub fn expire_register_entry(
    state: &ReleaseState,
    keep_until: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Option<ReleaseEvent> {
    let due = !state.is_forgotten() && !state.has_copy() && keep_until <= at;
    due.then_some(ReleaseEvent {
        at: at.max(state.last_at),
        by: None,
        kind: ReleaseEventKind::Forgotten,
    })
}
