//! The state of a release: what follows from all events since it left its session.

use chrono::{DateTime, Utc};

use super::event::{InformedStatus, ReleaseEvent, ReleaseEventKind};
use crate::ids::PartyId;

/// A release as it left its session. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseOrigin {
    /// The party that gave, and that remains answerable for it (R9).
    pub giver: PartyId,
    /// The party that received.
    pub recipient: PartyId,
    /// When the session closed.
    pub at: DateTime<Utc>,
    /// When the recipient's copy was to be destroyed (C5).
    pub until: DateTime<Utc>,
}

/// The state of one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseState {
    pub(super) origin: ReleaseOrigin,
    pub(super) version: u32,
    pub(super) last_at: DateTime<Utc>,
    pub(super) rectified_at: Option<DateTime<Utc>>,
    pub(super) withdrawn_at: Option<DateTime<Utc>>,
    pub(super) unconfirmed: bool,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    pub(super) opened_at: Option<DateTime<Utc>>,
    pub(super) taken_over_at: Option<DateTime<Utc>>,
    pub(super) informed: Option<(InformedStatus, DateTime<Utc>)>,
    pub(super) until: DateTime<Utc>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) forgotten_at: Option<DateTime<Utc>>,
}

impl ReleaseState {
    /// A release to which nothing has happened yet.
    pub fn new(origin: ReleaseOrigin) -> Self {
        Self {
            origin,
            version: 0,
            last_at: origin.at,
            rectified_at: None,
            withdrawn_at: None,
            unconfirmed: false,
            confirmed_at: None,
            opened_at: None,
            taken_over_at: None,
            informed: None,
            until: origin.until,
            ended_at: None,
            forgotten_at: None,
        }
    }

    /// How often the giver changed the words since the release: each correction and a withdrawal count.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whether the recipient has still to confirm a change (R9).
    pub fn is_unconfirmed(&self) -> bool {
        self.unconfirmed
    }

    /// When the recipient's copy is destroyed (C5).
    pub fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// The release as it left its session.
    pub fn origin(&self) -> ReleaseOrigin {
        self.origin
    }

    /// Whether the recipient has a copy. One without words, which only tells of a withdrawal, counts.
    pub fn has_copy(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether the giver's register entry was destroyed too (C5).
    pub fn is_forgotten(&self) -> bool {
        self.forgotten_at.is_some()
    }

    /// Whether the recipient has a copy with words.
    pub fn has_words(&self) -> bool {
        self.withdrawn_at.is_none() && self.has_copy()
    }

    /// The end date of a copy that is made again at this time: it is kept as long as the first one was to be.
    fn until_of_new_copy(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let length = self.origin.until - self.origin.at;
        at.checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The state after one more event. It cannot fail: what must not happen was refused by `decide`.
#[must_use]
pub fn evolve(mut state: ReleaseState, event: &ReleaseEvent) -> ReleaseState {
    state.last_at = state.last_at.max(event.at);
    match event.kind {
        ReleaseEventKind::Rectified => {
            state.version += 1;
            state.rectified_at = Some(event.at);
            state.unconfirmed = true;
            // The recipient gets a new copy, also where the older one had been destroyed: whoever used the older words
            // must be able to correct that (AVG art. 19).
            state.opened_at = None;
            state.taken_over_at = None;
            state.ended_at = None;
            state.until = state.until_of_new_copy(event.at);
        }
        ReleaseEventKind::Withdrawn => {
            state.version += 1;
            state.withdrawn_at = Some(event.at);
            state.unconfirmed = true;
            // A recipient whose copy had been destroyed gets one without words, which tells of the withdrawal: what was
            // used or taken over must be mended there too (AVG art. 19).
            if state.ended_at.take().is_some() {
                state.until = state.until_of_new_copy(event.at);
            }
        }
        ReleaseEventKind::InformedSubject { how } => state.informed = Some((how, event.at)),
        ReleaseEventKind::Opened => state.opened_at = Some(event.at),
        ReleaseEventKind::Confirmed => {
            state.unconfirmed = false;
            state.confirmed_at = Some(event.at);
        }
        ReleaseEventKind::TakenOver { until } => {
            state.taken_over_at = Some(event.at);
            state.until = until;
        }
        ReleaseEventKind::Ended => {
            state.ended_at = Some(event.at);
            // The recipient cannot confirm a change of a copy that is gone.
            state.unconfirmed = false;
        }
        ReleaseEventKind::Forgotten => state.forgotten_at = Some(event.at),
    }
    state
}
