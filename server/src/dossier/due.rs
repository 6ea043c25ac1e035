//! What is due for destruction, and whether two readings of the clock agree on it. Here live the marks; what is then destroyed,
//! and how, is `retention`.
//!
//! A machine's clock can be years ahead for a moment, and what is destroyed does not come back. So:
//!
//! - The first reading that finds something past its end date only marks it, with the time of that reading.
//! - It is destroyed when another reading says the same after the program has run for at least [`AGREED_AFTER`], counted on a
//!   steady clock and added up over restarts. Time in which the machine was off or asleep does not count.
//! - A reading that says it is not due, or that lies before the one that marked it, takes the mark away or makes it anew.
//! - When far more than usual is due at once ([`USUAL`], [`USUAL_PART`]) for one organisation, nothing of that is
//!   destroyed until an operator has looked and confirmed it (`akkoord retention --confirm`).

use std::time::Duration;

use akkoord::ids::PartyId;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row;

use super::life::moment;
use super::{DossierError, Dossiers, sql};
use crate::journal::{bytes_of, sqlite};

/// How long the program must have run between the first reading and the one that destroys.
pub const AGREED_AFTER: TimeDelta = TimeDelta::hours(24);
/// As many copies and entries as an organisation may lose at once without anybody being asked.
pub const USUAL: i64 = 50;
/// And one in this many of all it holds.
pub const USUAL_PART: i64 = 10;

/// What one organisation has that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueOf {
    /// Whose.
    pub organisation: PartyId,
    /// Its name; empty if it is not known here any more.
    pub name: String,
    /// How many copies it received and register entries of its own are due.
    pub due: u64,
    /// How many of those wait for an operator's word.
    pub held: u64,
    /// How many copies and entries it has in all, the due ones included.
    pub of: u64,
    /// When the first of them was marked.
    pub since: DateTime<Utc>,
}

impl Dossiers {
    /// Takes in one reading of the clock: adds up how long the program has run, marks what is due at `now`, and takes away the
    /// marks with which this reading does not agree. Returns the running time before which a mark must have been made for
    /// its subject to be destroyed, in microseconds.
    ///
    /// `ran` is how long the program has run, on a steady clock, since the last call of this process.
    pub(super) async fn mark_due(&self, now: DateTime<Utc>, ran: Duration) -> Result<i64, DossierError> {
        let now = now.timestamp_micros();
        let ran = i64::try_from(ran.as_micros()).unwrap_or(i64::MAX);
        let mut transaction = self.store.journal.pool().begin_with(sqlite::BEGIN).await?;
        let running: i64 = sqlx::query_scalar(sql::ADD_RUNNING_TIME)
            .bind(ran)
            .fetch_one(&mut *transaction)
            .await?;
        sqlx::query(sql::UNMARK).bind(now).execute(&mut *transaction).await?;
        for statement in [sql::MARK_COPIES, sql::MARK_ENTRIES] {
            sqlx::query(statement)
                .bind(now)
                .bind(running)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(sql::HOLD_UNUSUAL)
            .bind(USUAL)
            .bind(USUAL_PART)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(running.saturating_sub(AGREED_AFTER.num_microseconds().unwrap_or(i64::MAX)))
    }

    /// What is due, by organisation, as the last reading left it.
    pub async fn due_by_organisation(&self) -> Result<Vec<DueOf>, DossierError> {
        let rows = sqlx::query(sql::DUE_BY_ORGANISATION)
            .fetch_all(self.store.journal.pool())
            .await?;
        let count = |row: &sqlx::sqlite::SqliteRow, column: usize| -> Result<u64, DossierError> {
            Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
        };
        rows.iter()
            .map(|row| {
                Ok(DueOf {
                    organisation: PartyId::from_bytes(bytes_of(row, 0)?),
                    name: row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
                    due: count(row, 2)?,
                    held: count(row, 3)?,
                    since: moment(row.try_get(4)?)?,
                    of: count(row, 5)?,
                })
            })
            .collect()
    }

    /// An operator has looked at what is held back, and it may be destroyed once both readings agree. Returns how much that
    /// is. What becomes due later is held back anew if it is much.
    pub async fn confirm_due(&self) -> Result<u64, DossierError> {
        let done = sqlx::query(sql::CONFIRM_HELD)
            .execute(self.store.journal.pool())
            .await?;
        Ok(done.rows_affected())
    }
}
