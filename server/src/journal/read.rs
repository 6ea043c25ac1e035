//! Reading, beside the writer: every query sees whole transactions only.

use std::collections::BTreeMap;

use akkoord::ids::{ParticipantId, PartyId, SessionId, TextId};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};

use super::sql::{self, Statement};
use super::{Journal, JournalError, SealedText, SessionRow, StoredEvent};

type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

impl Journal {
    /// The events of a session after a number, in order; none for a session that does not exist.
    pub async fn read(&self, session: SessionId, after: u64) -> Result<Vec<StoredEvent>, JournalError> {
        let after = i64::try_from(after).map_err(|_| JournalError::Damaged("an event number past all numbers"))?;
        self.rows(sql::READ_EVENTS, |query| {
            query.bind(session.bytes().to_vec()).bind(after)
        })
        .await?
        .iter()
        .map(|row| {
            Ok(StoredEvent {
                seq: number(row, 0)?,
                bytes: row.try_get(1)?,
                link: bytes(row, 2)?,
            })
        })
        .collect()
    }

    /// The texts of a session that can still be opened, by id.
    pub async fn texts(&self, session: SessionId) -> Result<Vec<SealedText>, JournalError> {
        self.rows(sql::READ_TEXTS, |query| query.bind(session.bytes().to_vec()))
            .await?
            .iter()
            .map(|row| {
                Ok(SealedText {
                    id: TextId::from_bytes(bytes(row, 0)?),
                    sealed: row.try_get(1)?,
                    wrapped: row.try_get(2)?,
                })
            })
            .collect()
    }

    /// A person's sealed draft in a session.
    pub async fn draft(&self, session: SessionId, participant: ParticipantId) -> Result<Option<Vec<u8>>, JournalError> {
        let rows = self
            .rows(sql::READ_DRAFT, |query| {
                query.bind(session.bytes().to_vec()).bind(participant.bytes().to_vec())
            })
            .await?;
        Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
    }

    /// One session, if it exists.
    pub async fn session(&self, session: SessionId) -> Result<Option<SessionRow>, JournalError> {
        let id = session.bytes().to_vec();
        let sessions = self.sessions(sql::READ_SESSION, sql::READ_SEATS, Some(id)).await?;
        Ok(sessions.into_iter().next())
    }

    /// The sessions at which this party has or had a seat, open and closed, the newest first.
    pub async fn sessions_of(&self, party: PartyId) -> Result<Vec<SessionRow>, JournalError> {
        self.sessions(sql::READ_SESSIONS_OF, sql::READ_SEATS_OF, Some(party.bytes().to_vec()))
            .await
    }

    /// The sessions that are not closed, the newest first.
    pub async fn sessions_open(&self) -> Result<Vec<SessionRow>, JournalError> {
        self.sessions(sql::READ_OPEN_SESSIONS, sql::READ_OPEN_SEATS, None).await
    }

    /// The sessions that somebody must look at, at this time or before, because they may expire (R14): also those of which
    /// it is not known when. The longest overdue first.
    pub async fn sessions_due(&self, now: DateTime<Utc>) -> Result<Vec<SessionId>, JournalError> {
        self.rows(sql::READ_DUE_SESSIONS, |query| query.bind(now.timestamp_micros()))
            .await?
            .iter()
            .map(|row| Ok(SessionId::from_bytes(bytes(row, 0)?)))
            .collect()
    }

    async fn sessions(
        &self,
        statement: Statement,
        seats: Statement,
        about: Option<Vec<u8>>,
    ) -> Result<Vec<SessionRow>, JournalError> {
        let ask = |query: Query| match &about {
            Some(id) => query.bind(id.clone()),
            None => query,
        };
        let rows = self.rows(statement, ask).await?;
        let mut parties: BTreeMap<[u8; 16], Vec<PartyId>> = BTreeMap::new();
        for row in &self.rows(seats, ask).await? {
            parties
                .entry(bytes(row, 0)?)
                .or_default()
                .push(PartyId::from_bytes(bytes(row, 1)?));
        }
        rows.iter()
            .map(|row| {
                let id = bytes(row, 0)?;
                let closed_at: Option<i64> = row.try_get(3)?;
                Ok(SessionRow {
                    session: SessionId::from_bytes(id),
                    head: number(row, 1)?,
                    convened_at: moment(row.try_get(2)?)?,
                    closed_at: closed_at.map(moment).transpose()?,
                    parties: parties.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }

    async fn rows(&self, statement: Statement, bind: impl Fn(Query) -> Query) -> Result<Vec<SqliteRow>, JournalError> {
        self.faults.call(statement.name)?;
        Ok(bind(sqlx::query(statement.text)).fetch_all(&self.pool).await?)
    }
}

/// Bytes of a known length: an id or a digest.
pub(crate) fn bytes<const N: usize>(row: &SqliteRow, column: usize) -> Result<[u8; N], JournalError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes
        .try_into()
        .map_err(|_| JournalError::Damaged("an id or digest of the wrong length"))
}

/// A count.
fn number(row: &SqliteRow, column: usize) -> Result<u64, JournalError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|_| JournalError::Damaged("a count below zero"))
}

/// Microseconds since 1970.
fn moment(micros: i64) -> Result<DateTime<Utc>, JournalError> {
    DateTime::from_timestamp_micros(micros).ok_or(JournalError::Damaged("a moment outside all calendars"))
}
