//! What a session is told of the organisations: a client never supplies kind, name, tasks or grounds.

use std::collections::BTreeSet;
use std::sync::Arc;

use akkoord::deadline::{self, Term};
use akkoord::ground::{GroundBetween, Grounds, StatutoryTask, standard_tasks};
use akkoord::ids::PartyId;
use akkoord::measure::{self, Power};
use akkoord::moment::{self, Moment};
use akkoord::party::{Party, PartyKind};
use akkoord::session::command::{NewSeat, SeatLevel};
use chrono::{DateTime, Utc};
use chrono_tz::Europe::Amsterdam;
use sqlx::sqlite::SqlitePool;

use super::accounts::organisation;
use super::{IdentityError, Organisation, sql};

/// The organisations, with the moments, grounds, tasks, powers and terms in force; cheap to clone.
#[derive(Clone)]
pub struct Directory {
    pool: SqlitePool,
    data: Arc<Data>,
}

struct Data {
    moments: Vec<Moment>,
    tasks: Vec<StatutoryTask>,
    powers: Vec<Power>,
    terms: Vec<Term>,
}

impl Directory {
    pub(super) fn new(pool: SqlitePool) -> Result<Self, IdentityError> {
        let data = Data {
            moments: moment::standard()?,
            tasks: standard_tasks()?,
            powers: measure::standard()?,
            terms: deadline::standard()?,
        };
        Ok(Self {
            pool,
            data: Arc::new(data),
        })
    }

    /// The kinds of session there are.
    pub fn moments(&self) -> &[Moment] {
        &self.data.moments
    }

    /// The powers with which measures can be proposed (T5).
    pub fn powers(&self) -> &[Power] {
        &self.data.powers
    }

    /// The statutory terms whose end an officer can set (T4).
    pub fn terms(&self) -> &[Term] {
        &self.data.terms
    }

    /// Every organisation, in the order in which a table shows its kinds.
    pub async fn parties(&self) -> Result<Vec<Party>, IdentityError> {
        let mut parties: Vec<Party> = self.organisations().await?.iter().map(Organisation::party).collect();
        parties.sort_by_key(|party| PartyKind::ALL.iter().position(|kind| *kind == party.kind));
        Ok(parties)
    }

    /// A seat for an organisation; none, if it is not known here.
    pub async fn seat(&self, party: PartyId, level: SeatLevel) -> Result<Option<NewSeat>, IdentityError> {
        let row = sqlx::query(sql::ORGANISATION)
            .bind(party.bytes().to_vec())
            .fetch_optional(&self.pool)
            .await?;
        let Some(known) = row.as_ref().map(organisation).transpose()? else {
            return Ok(None);
        };
        let own = |task: &StatutoryTask| StatutoryTask {
            retention_days: known.task_retention.get(&task.code).copied(),
            ..task.clone()
        };
        let tasks = self.data.tasks.iter().filter(|task| task.party == known.kind);
        Ok(Some(NewSeat {
            party: known.party(),
            level,
            tasks: tasks.map(own).collect(),
            retention_days: known.retention_days,
        }))
    }

    /// The grounds between all kinds of organisation known here, as they are in force on this day in the Netherlands:
    /// everybody who can be given a seat later is among them (C2).
    pub async fn grounds(&self, now: DateTime<Utc>) -> Result<Vec<GroundBetween>, IdentityError> {
        let kinds: BTreeSet<PartyKind> = self.organisations().await?.iter().map(|known| known.kind).collect();
        let kinds: Vec<_> = kinds.into_iter().collect();
        let table = sqlx::query_scalar::<_, String>(sql::GROUND_TABLE)
            .fetch_optional(&self.pool)
            .await?;
        let grounds = match table {
            Some(toml) => Grounds::read_stored(&toml)?,
            None => Grounds::standard()?,
        };
        let today = now.with_timezone(&Amsterdam).date_naive();
        Ok(grounds.between(&kinds, &self.data.tasks, today))
    }

    /// Puts another table in place of the one in force; sessions that stand keep theirs. Refused whole if it is none.
    pub async fn put_grounds(&self, toml: &str, now: DateTime<Utc>) -> Result<(), IdentityError> {
        Grounds::read(toml)?;
        sqlx::query(sql::PUT_GROUND_TABLE)
            .bind(now.timestamp_micros())
            .bind(toml.to_owned())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn organisations(&self) -> Result<Vec<Organisation>, IdentityError> {
        sqlx::query(sql::ORGANISATIONS)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(organisation)
            .collect()
    }
}
