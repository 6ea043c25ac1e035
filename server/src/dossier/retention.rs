//! The end dates, kept (C5): what a recipient holds too long is destroyed and leaves the giver's line, without words; the line
//! goes on its own day. What is past its day is not shown meanwhile either.

use std::time::Duration;

use akkoord::ids::ReleaseId;
use akkoord::release::decide::{end, forget};
use akkoord::release::{Event, Words};
use chrono::{DateTime, Utc};
use sqlx::Row;

use super::life::{Life, moment};
use super::{DossierError, Dossiers, sql};
use crate::clock;
use crate::journal::{AppendError, bytes_of};

/// What a round destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Recipients' copies.
    pub copies: usize,
    /// Givers' lines.
    pub lines: usize,
}

/// How long after one round the next begins.
const PAUSE: Duration = Duration::from_mins(15);

impl Dossiers {
    /// Looks what is due, now and every quarter of an hour. Never returns; stopping it in the middle loses nothing.
    pub async fn keep_end_dates_always(self) {
        let mut rounds = tokio::time::interval(PAUSE);
        loop {
            rounds.tick().await;
            match self.keep_end_dates(clock::now()).await {
                Ok(Kept { copies: 0, lines: 0 }) => {}
                Ok(Kept { copies, lines }) => tracing::info!(copies, lines, "came to their end and were destroyed"),
                Err(error) => tracing::error!(%error, "what is due was not destroyed; it is tried again"),
            }
        }
    }

    /// Destroys whatever is past its day, and returns when none of it is in any file. A round that was interrupted is
    /// finished by the next.
    pub async fn keep_end_dates(&self, now: DateTime<Utc>) -> Result<Kept, DossierError> {
        let mut kept = Kept::default();
        for row in self.due(sql::ENDED, now).await? {
            let release = ReleaseId::from_bytes(bytes_of(&row, 0)?);
            kept.copies += self.ends(release, |life| end(&life.state, now)).await?;
        }
        for row in self.due(sql::LINES_ENDED, now).await? {
            let release = ReleaseId::from_bytes(bytes_of(&row, 0)?);
            let line_until = moment(row.try_get(1)?)?;
            kept.lines += self.ends(release, |life| forget(&life.state, line_until, now)).await?;
        }
        Ok(kept)
    }

    async fn due(
        &self,
        statement: &'static str,
        now: DateTime<Utc>,
    ) -> Result<Vec<sqlx::sqlite::SqliteRow>, DossierError> {
        let due = sqlx::query(statement).bind(now.timestamp_micros());
        Ok(due.fetch_all(self.store.journal.pool()).await?)
    }

    async fn ends(&self, release: ReleaseId, what: impl Fn(&Life) -> Option<Event>) -> Result<usize, DossierError> {
        let Some(life) = self.life(release).await? else {
            return Ok(0);
        };
        let Some(event) = what(&life) else { return Ok(0) };
        match self.write(release, &life, &event, "", &Words::Stay).await {
            Ok(_) => Ok(1),
            // Somebody did something with it just now: it is looked at again in the next round.
            Err(DossierError::NotWritten(AppendError::Conflict)) => Ok(0),
            Err(error) => Err(error),
        }
    }
}
