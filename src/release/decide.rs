//! Whether it may be, and what follows (R3, R9, C5, C6).

use alloc::{borrow::ToOwned, string::String};
use chrono::{DateTime, TimeDelta, Utc};

use super::command::{Command, Informed, Wish};
use super::event::{Event, Fact, InformedHow};
use super::state::State;
use crate::session::Refusal;
use crate::session::command::Actor;
use crate::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE, Text};

/// How long a copy still stands after its recipient has it in a system of its own: long enough to undo a mistake (C5).
pub const AFTER_TAKING_OVER: TimeDelta = TimeDelta::days(7);

/// What was decided.
#[derive(Debug)]
pub struct Decision {
    /// What happens now.
    pub event: Event,
    /// What becomes of the words in both copies.
    pub words: Words,
}

/// What becomes of the words. Only whoever reseals the copies looks at this.
#[derive(Debug)]
pub enum Words {
    /// They stay as they are.
    Stay,
    /// Others take their place at both holders; the older are destroyed (R9).
    Replaced {
        /// The words now.
        text: Text,
        /// What was wrong.
        reason: Text,
    },
    /// The recipient's are destroyed; the giver's entry keeps that it was given and taken back (R9).
    Withdrawn {
        /// Why.
        reason: Text,
    },
    /// The giver's entry gets a reason why the subject is not told yet (C6).
    NotToldYet {
        /// Why.
        reason: Text,
    },
}

impl Words {
    /// The giver's reason not to tell the subject yet, for the giver's own entry (C6).
    #[expect(
        clippy::disallowed_methods,
        reason = "the giver's own words for the giver's own entry"
    )]
    pub(crate) fn reason_not_told(&self) -> Option<String> {
        match self {
            Self::NotToldYet { reason } => Some(reason.open().to_owned()),
            Self::Stay | Self::Replaced { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

/// Decides. `at` is the server's time; it never runs backwards within a release.
pub fn decide(state: &State, actor: Actor, at: DateTime<Utc>, command: &Command) -> Result<Decision, Refusal> {
    may(state, actor, &command.wish)?;
    if command.version != state.version {
        return Err(Refusal::OtherRevision);
    }
    let at = at.max(state.last_at);
    let note = |words: &str| Text::new(words, LONGEST_NOTE);
    let (fact, words) = match &command.wish {
        Wish::Rectify { text, reason } => (
            Fact::Rectified,
            Words::Replaced {
                text: Text::new(text, LONGEST_CONTRIBUTION)?,
                reason: note(reason)?,
            },
        ),
        Wish::Withdraw { reason } => (Fact::Withdrawn, Words::Withdrawn { reason: note(reason)? }),
        Wish::Inform(informed) => {
            let (how, words) = match informed {
                Informed::Yes => (InformedHow::Yes, Words::Stay),
                Informed::No => (InformedHow::No, Words::Stay),
                Informed::Postponed { reason } => (InformedHow::Postponed, Words::NotToldYet { reason: note(reason)? }),
            };
            (Fact::InformedSubject { how }, words)
        }
        Wish::Open => (Fact::Opened, Words::Stay),
        Wish::Confirm => (Fact::Confirmed, Words::Stay),
        Wish::TakeOver => {
            let until = at.checked_add_signed(AFTER_TAKING_OVER).unwrap_or(state.until);
            (
                Fact::TakenOver {
                    until: until.min(state.until),
                },
                Words::Stay,
            )
        }
    };
    Ok(Decision {
        event: Event {
            at,
            by: Some(actor),
            fact,
        },
        words,
    })
}

/// What the program itself does when a copy comes to its end (C5). Nothing while it has not, or has already.
pub fn end(state: &State, at: DateTime<Utc>) -> Option<Event> {
    (state.ended_at.is_none() && state.until <= at).then_some(Event {
        at: at.max(state.last_at),
        by: None,
        fact: Fact::Ended,
    })
}

/// What the program itself does when the giver's line comes to its end (C5); never before the recipient's copy is gone,
/// so that nothing is held for which nobody answers (R9).
pub fn forget(state: &State, line_until: DateTime<Utc>, at: DateTime<Utc>) -> Option<Event> {
    let due = state.forgotten_at.is_none() && state.ended_at.is_some() && line_until <= at;
    due.then_some(Event {
        at: at.max(state.last_at),
        by: None,
        fact: Fact::Forgotten,
    })
}

/// The one place that answers. Who is neither giver nor recipient gets the answer for what is not there (R2), and so does
/// a holder for what does not wait for it; nobody overrules the giver (R3).
pub fn may(state: &State, actor: Actor, wish: &Wish) -> Result<(), Refusal> {
    let given = &state.given;
    let is_giver = actor.party == given.giver;
    let is_recipient = actor.party == given.recipient;
    if (!is_giver && !is_recipient) || state.forgotten_at.is_some() {
        return Err(Refusal::NotFound);
    }
    match wish {
        Wish::Rectify { .. } | Wish::Withdraw { .. } | Wish::Inform(_) if !is_giver => Err(Refusal::NotOwner),
        Wish::Open | Wish::Confirm | Wish::TakeOver if !is_recipient => Err(Refusal::NotFound),
        Wish::Rectify { .. } | Wish::Withdraw { .. } | Wish::TakeOver if state.withdrawn_at.is_some() => {
            Err(Refusal::Withdrawn)
        }
        Wish::Confirm if !state.unconfirmed => Err(Refusal::NotFound),
        Wish::Open if state.ended_at.is_some() || state.opened_at.is_some() => Err(Refusal::NotFound),
        Wish::TakeOver if state.ended_at.is_some() || state.taken_over_at.is_some() => Err(Refusal::NotFound),
        Wish::Rectify { .. }
        | Wish::Withdraw { .. }
        | Wish::Inform(_)
        | Wish::Open
        | Wish::Confirm
        | Wish::TakeOver => Ok(()),
    }
}
