//! The end dates, kept (C5): what a recipient holds too long is destroyed and leaves the giver's line, without words; the line
//! goes on its own day. What is past its day is not shown meanwhile either. Nothing goes on one reading of the clock: see
//! `due`.

use std::time::Duration;

use akkoord::ids::ReleaseId;
use akkoord::release::decide::{expire_copy, expire_register_entry};
use akkoord::release::{ReleaseEvent, WordChange};
use chrono::{DateTime, Utc};
use sqlx::Row;

use super::due::DueOf;
use super::life::{Life, moment};
use super::{DossierError, Dossiers, sql};
use crate::clock;
use crate::journal::{AppendError, bytes_of};
use crate::vault::VaultError;

/// What a round destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Recipients' copies.
    pub copies: usize,
    /// Givers' lines.
    pub lines: usize,
    /// What is due and cannot be read back; it is tried again. Each is in the log.
    pub unreadable: usize,
}

/// How long after one round the next begins.
const PAUSE: Duration = Duration::from_mins(15);

impl Dossiers {
    /// Looks what is due, every quarter of an hour. Never returns; stopping it in the middle loses nothing.
    pub async fn keep_end_dates_always(self) {
        let mut before = clock::steady();
        loop {
            // Also before the first: a start by itself neither marks nor destroys anything.
            tokio::time::sleep(PAUSE).await;
            let steady = clock::steady();
            let ran = steady.saturating_sub(before);
            // Also after a round that failed: counting too little only makes the second reading later.
            before = steady;
            match self.keep_end_dates(clock::now(), ran).await {
                Ok(kept) if kept == Kept::default() => {}
                Ok(Kept {
                    copies,
                    lines,
                    unreadable,
                }) => tracing::info!(copies, lines, unreadable, "came to their end and were destroyed"),
                Err(error) => tracing::error!(%error, "what is due was not destroyed; it is tried again"),
            }
            self.tell_what_is_held().await;
        }
    }

    /// Says in the log for which organisations nothing is destroyed because so much is due at once.
    async fn tell_what_is_held(&self) {
        match self.due_by_organisation().await {
            Ok(all) => {
                for due in all.iter().filter(|due| due.held > 0) {
                    let DueOf {
                        organisation, held, of, ..
                    } = due;
                    tracing::warn!(%organisation, held, of, "far more than usual is due for destruction; nothing of it is destroyed until `akkoord retention --confirm`");
                }
            }
            Err(error) => tracing::error!(%error, "what is due was not counted"),
        }
    }

    /// Destroys whatever is past its day, and returns when none of it is in any file. A round that was interrupted is
    /// finished by the next. What cannot be read back keeps nothing else beyond its day.
    ///
    /// `now` is one reading of the clock and `ran` how long the program has run since the one before: what this reading is the
    /// first to find past its day is marked, and destroyed by a later one.
    pub async fn keep_end_dates(&self, now: DateTime<Utc>, ran: Duration) -> Result<Kept, DossierError> {
        let mut kept = Kept::default();
        let marked = self.mark_due(now, ran).await?;
        for row in self.due(sql::ENDED, now, marked).await? {
            let release = ReleaseId::from_bytes(bytes_of(&row, 0)?);
            let ended = self.ends(release, |life| expire_copy(&life.state, now)).await;
            count(release, ended, &mut kept.copies, &mut kept.unreadable)?;
        }
        for row in self.due(sql::LINES_ENDED, now, marked).await? {
            let release = ReleaseId::from_bytes(bytes_of(&row, 0)?);
            let line_until = moment(row.try_get(1)?)?;
            let forgotten = self
                .ends(release, |life| expire_register_entry(&life.state, line_until, now))
                .await;
            count(release, forgotten, &mut kept.lines, &mut kept.unreadable)?;
        }
        // Also what somebody else's change, or an earlier round, could not get out of the log.
        self.store.journal.checkpoint().await?;
        Ok(kept)
    }

    async fn due(
        &self,
        statement: &'static str,
        now: DateTime<Utc>,
        marked: i64,
    ) -> Result<Vec<sqlx::sqlite::SqliteRow>, DossierError> {
        let due = sqlx::query(statement).bind(now.timestamp_micros()).bind(marked);
        Ok(due.fetch_all(self.store.journal.pool()).await?)
    }

    async fn ends(
        &self,
        release: ReleaseId,
        what: impl Fn(&Life) -> Option<ReleaseEvent>,
    ) -> Result<usize, DossierError> {
        let Some(life) = self.life_now(release).await? else {
            return Ok(0);
        };
        let Some(event) = what(&life) else { return Ok(0) };
        match self.write(release, &life, &event, "", &WordChange::Unchanged).await {
            Ok(_) => Ok(1),
            // Somebody did something with it just now: it is looked at again in the next round.
            Err(DossierError::NotWritten(AppendError::Conflict)) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// One that was done, or that cannot be. Whatever may pass ends the round.
fn count(
    release: ReleaseId,
    done: Result<usize, DossierError>,
    kept: &mut usize,
    unreadable: &mut usize,
) -> Result<(), DossierError> {
    match done {
        Ok(number) => *kept += number,
        Err(error @ (DossierError::Damaged | DossierError::Vault(VaultError::Unopenable))) => {
            tracing::error!(%release, %error, "a release past its day cannot be read back");
            *unreadable += 1;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
