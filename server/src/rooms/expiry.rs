//! The round that looks which sessions expire (R14): those in which nothing happened for their moment's term.
//!
//! Each session says in the journal when somebody must look at it next, so that a round starts a room only for a session
//! that is due, and opens no words of the others. What is due is done by the room in the ordinary way: the event is durable
//! before anybody is told.

use std::time::Duration;

use akkoord::directory::board_row;
use akkoord::ids::SessionId;
use akkoord::session::State;
use akkoord::session::state::EXPIRY_WARNING;
use chrono::{DateTime, Utc};

use super::{Expiry, Input, RoomError, Rooms};
use crate::clock;
use crate::journal::JournalError;

/// How long after one round the next begins.
const PAUSE: Duration = Duration::from_mins(1);

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiryRound {
    /// Sessions of which it was announced that they expire.
    pub announced: usize,
    /// Sessions that expired.
    pub expired: usize,
    /// Sessions that are due and could not be read or written. They are tried again in the next round.
    pub failed: usize,
}

impl Rooms {
    /// Looks now and every minute. Never returns; stopping it in the middle loses nothing.
    pub async fn expire_always(self) {
        let mut rounds = tokio::time::interval(PAUSE);
        loop {
            rounds.tick().await;
            match self.expire_due(clock::now()).await {
                Ok(round) if round == ExpiryRound::default() => {}
                Ok(ExpiryRound {
                    announced,
                    expired,
                    failed,
                }) => tracing::info!(announced, expired, failed, "looked which sessions expire"),
                Err(error) => tracing::error!(%error, "which sessions expire could not be read; it is tried again"),
            }
        }
    }

    /// One round at this time: announces what expires in a day, and lets expire what was announced. Returns when everything
    /// that expired is destroyed. A session that cannot be read holds up no other.
    pub async fn expire_due(&self, now: DateTime<Utc>) -> Result<ExpiryRound, JournalError> {
        let mut round = ExpiryRound::default();
        for session in self.0.store.journal.sessions_due(now).await? {
            match self.expire(session, now).await {
                Ok(Expiry::NotDue) => {}
                Ok(Expiry::Announced) => round.announced += 1,
                Ok(Expiry::Expired) => round.expired += 1,
                Err(error) => {
                    tracing::error!(%session, %error, "a session that is due was not looked at");
                    round.failed += 1;
                }
            }
        }
        Ok(round)
    }

    async fn expire(&self, session: SessionId, at: DateTime<Utc>) -> Result<Expiry, RoomError> {
        self.ask(session, |answer| Input::Expire { at, answer }).await?
    }
}

/// When somebody must look at this session next: when its expiry must be announced, or when it expires. Nothing, once it is
/// over.
pub(super) fn due_at(state: &State, session: SessionId) -> Option<DateTime<Utc>> {
    let expires_at = state.expires_at()?;
    let member = state.members().first().copied();
    let row = member.and_then(|party| board_row(state, session, party));
    Some(match row.and_then(|row| row.expires_at) {
        Some(announced) => announced,
        None => expires_at.checked_sub_signed(EXPIRY_WARNING).unwrap_or(expires_at),
    })
}
