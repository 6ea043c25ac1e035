//! What is so of a release, after everything that happened to it.

use chrono::{DateTime, Utc};

use super::event::{Event, Fact, InformedHow};
use crate::ids::PartyId;

/// As it left its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who gave, and answers for it.
    pub giver: PartyId,
    /// Who received.
    pub recipient: PartyId,
    /// When.
    pub at: DateTime<Utc>,
    /// The end of the recipient's copy (C5).
    pub until: DateTime<Utc>,
}

/// The life of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub(super) given: Given,
    pub(super) version: u32,
    pub(super) last_at: DateTime<Utc>,
    pub(super) rectified_at: Option<DateTime<Utc>>,
    pub(super) withdrawn_at: Option<DateTime<Utc>>,
    pub(super) unconfirmed: bool,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    pub(super) opened_at: Option<DateTime<Utc>>,
    pub(super) taken_over_at: Option<DateTime<Utc>>,
    pub(super) informed: Option<(InformedHow, DateTime<Utc>)>,
    pub(super) until: DateTime<Utc>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) forgotten_at: Option<DateTime<Utc>>,
}

impl State {
    /// A release to which nothing has happened yet.
    pub fn new(given: Given) -> Self {
        Self {
            given,
            version: 0,
            last_at: given.at,
            rectified_at: None,
            withdrawn_at: None,
            unconfirmed: false,
            confirmed_at: None,
            opened_at: None,
            taken_over_at: None,
            informed: None,
            until: given.until,
            ended_at: None,
            forgotten_at: None,
        }
    }

    /// How often the words changed since they were released.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whether the recipient has still to confirm a change (R9).
    pub fn is_unconfirmed(&self) -> bool {
        self.unconfirmed
    }

    /// When the recipient's copy ends (C5).
    pub fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// As it left its session.
    pub fn given(&self) -> Given {
        self.given
    }

    /// Whether the recipient has a copy at all: also one without words, that tells of a withdrawal.
    pub fn has_copy(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether the giver's line is gone too.
    pub fn is_forgotten(&self) -> bool {
        self.forgotten_at.is_some()
    }

    /// Whether the recipient still holds words.
    pub fn is_held(&self) -> bool {
        self.withdrawn_at.is_none() && self.ended_at.is_none()
    }

    /// The end of a copy that is made anew at this time: it stands as long as the first.
    fn anew(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let length = self.given.until - self.given.at;
        at.checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The state after one more event. Total: it believes what `decide` let through.
#[must_use]
pub fn evolve(mut state: State, event: &Event) -> State {
    state.last_at = state.last_at.max(event.at);
    match event.fact {
        Fact::Rectified => {
            state.version += 1;
            state.rectified_at = Some(event.at);
            state.unconfirmed = true;
            // What was corrected is delivered anew, also where the older copy had ended: who used it must be able to
            // mend it (AVG art. 19).
            state.opened_at = None;
            state.taken_over_at = None;
            state.ended_at = None;
            state.until = state.anew(event.at);
        }
        Fact::Withdrawn => {
            state.version += 1;
            state.withdrawn_at = Some(event.at);
            state.unconfirmed = true;
            // Whose copy had ended gets one without words, that tells of it: what was used or taken over is to be mended
            // there too (AVG art. 19).
            if state.ended_at.take().is_some() {
                state.until = state.anew(event.at);
            }
        }
        Fact::InformedSubject { how } => state.informed = Some((how, event.at)),
        Fact::Opened => state.opened_at = Some(event.at),
        Fact::Confirmed => {
            state.unconfirmed = false;
            state.confirmed_at = Some(event.at);
        }
        Fact::TakenOver { until } => {
            state.taken_over_at = Some(event.at);
            state.until = until;
        }
        // Nobody confirms what nobody has any more.
        Fact::Ended => {
            state.ended_at = Some(event.at);
            state.unconfirmed = false;
        }
        Fact::Forgotten => state.forgotten_at = Some(event.at),
    }
    state
}
