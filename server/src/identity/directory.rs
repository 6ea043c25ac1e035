//! What a session is told of the organisations: a client never supplies kind, name, tasks or grounds.

use std::collections::BTreeSet;
use std::sync::Arc;

use akkoord::ground::{Grounds, StatutoryTask, standard_tasks};
use akkoord::ids::PartyId;
use akkoord::moment::{self, Moment};
use akkoord::party::{Party, PartyKind};
use akkoord::session::command::{GroundBetween, NewSeat, SeatLevel};
use sqlx::sqlite::SqlitePool;

use super::accounts::organisation;
use super::{IdentityError, Organisation, sql};

/// The organisations, with the moments, grounds and tasks in force; cheap to clone.
#[derive(Clone)]
pub struct Directory {
    pool: SqlitePool,
    data: Arc<Data>,
}

struct Data {
    moments: Vec<Moment>,
    tasks: Vec<StatutoryTask>,
    grounds: Grounds,
}

impl Directory {
    pub(super) fn new(pool: SqlitePool) -> Result<Self, IdentityError> {
        let data = Data {
            moments: moment::standard()?,
            tasks: standard_tasks()?,
            grounds: Grounds::standard()?,
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
        Ok(Some(NewSeat {
            party: known.party(),
            level,
            tasks: self
                .data
                .tasks
                .iter()
                .filter(|task| task.party == known.kind)
                .cloned()
                .collect(),
            retention_days: known.retention_days,
        }))
    }

    /// The grounds between all kinds of organisation known here: everybody who can be given a seat later is among them (C2).
    pub async fn grounds(&self) -> Result<Vec<GroundBetween>, IdentityError> {
        let kinds: BTreeSet<PartyKind> = self.organisations().await?.iter().map(|known| known.kind).collect();
        let pairs = kinds
            .iter()
            .flat_map(|giver| kinds.iter().map(|receiver| (*giver, *receiver)));
        Ok(pairs
            .map(|(giver, receiver)| GroundBetween {
                giver,
                receiver,
                ground: self.data.grounds.find(giver, receiver),
            })
            .collect())
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
