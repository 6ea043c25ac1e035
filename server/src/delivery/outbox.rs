//! The outbox: takes what is due, opens it, hands it to its organisation's system, and writes down what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use akkoord::dossier::{Delivery, HeldItem, NotDelivered};
use akkoord::ids::{PartyId, ReleaseId};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::zgw::Zgw;
use super::{DossierTarget, Parcel, Target, sql};
use crate::clock;
use crate::dossier::{DossierError, Dossiers};
use crate::export::package;
use crate::identity::{Directory, IdentityError};
use crate::journal::{JournalError, bytes_of};
use crate::vault::Store;

/// How long after one round the next begins.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a worker has a row. Nothing it does takes longer than [`LONGEST`].
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// The longest one delivery may take, all its questions together.
const LONGEST: Duration = Duration::from_mins(4);
/// How long a round begins with new rows of one system: with [`LONGEST`] no longer than a worker has them.
const TURN: TimeDelta = TimeDelta::minutes(1);
/// How long one question to another system may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// After the first attempt in vain; twice as long after each next.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// And never longer than this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

/// Why a round was not made, or a state not read.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The database did not answer.
    #[error("the store is not available: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// An item could not be opened.
    #[error(transparent)]
    Dossier(#[from] DossierError),
    /// The organisations could not be read.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A document could not be set. The cause names no words.
    #[error(transparent)]
    Document(#[from] package::PackageError),
    /// The client with which other systems are asked cannot be made here.
    #[error("no client for other systems can be made here")]
    NoClient,
}

impl From<JournalError> for DeliveryError {
    fn from(error: JournalError) -> Self {
        Self::Dossier(error.into())
    }
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Items that are there now.
    pub delivered: usize,
    /// Items that are tried again later.
    pub later: usize,
    /// Items that will not be had.
    pub refused: usize,
    /// Rows that had nothing to deliver any more: replaced by later words, or past their end.
    pub gone: usize,
}

impl std::ops::AddAssign for Round {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.later += other.later;
        self.refused += other.refused;
        self.gone += other.gone;
    }
}

/// The outbox and its worker; cheap to clone.
#[derive(Clone)]
pub struct Deliveries {
    store: Store,
    dossiers: Dossiers,
    directory: Directory,
    patience: Duration,
}

/// A row of the outbox that is due.
struct Due {
    organisation: PartyId,
    release: ReleaseId,
    version: i64,
    attempts: i64,
}

impl Due {
    fn read(row: &SqliteRow) -> Result<Self, DeliveryError> {
        Ok(Self {
            organisation: PartyId::from_bytes(bytes_of(row, 0)?),
            release: ReleaseId::from_bytes(bytes_of(row, 1)?),
            version: row.try_get(2)?,
            attempts: row.try_get(3)?,
        })
    }
}

/// What became of one row.
enum Became {
    Delivered(String),
    Not(NotDelivered),
    Gone,
}

impl Deliveries {
    /// Delivers from this store.
    pub fn new(store: Store, directory: Directory) -> Self {
        Self {
            dossiers: Dossiers::new(store.clone()),
            store,
            directory,
            patience: PATIENCE,
        }
    }

    /// With another patience for one question to another system.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Looks every few seconds what is due. Never returns; stopping it in the middle loses nothing.
    pub async fn deliver_always(self) {
        let mut rounds = tokio::time::interval(PAUSE);
        loop {
            rounds.tick().await;
            match self.round(clock::now()).await {
                Ok(round) if round == Round::default() => {}
                Ok(Round {
                    delivered,
                    later,
                    refused,
                    gone,
                }) => tracing::info!(delivered, later, refused, gone, "a round of deliveries"),
                Err(error) => tracing::error!(%error, "what is on its way was not delivered; it is tried again"),
            }
        }
    }

    /// Tries everything that is due now. A system that does not answer is asked once a round, and holds up nobody else's.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<Round, DeliveryError> {
        let rows = sqlx::query(sql::DUE)
            .bind(now.timestamp_micros())
            .fetch_all(self.store.journal.pool())
            .await?;
        let mut systems: BTreeMap<PartyId, (Result<Target, NotDelivered>, Vec<Due>)> = BTreeMap::new();
        for row in &rows {
            let due = Due::read(row)?;
            let settings: String = row.try_get(4)?;
            let target = serde_json::from_str(&settings).map_err(|_| NotDelivered::NotSetUp);
            let (_, all) = systems.entry(due.organisation).or_insert_with(|| (target, Vec::new()));
            all.push(due);
        }
        if systems.is_empty() {
            return Ok(Round::default());
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(self.patience)
            .no_proxy()
            .build()
            .map_err(|_| DeliveryError::NoClient)?;
        let mut round = Round::default();
        let systems = systems
            .into_values()
            .map(|(target, all)| self.to_one_system(client.clone(), target, all, now));
        for part in join_all(systems).await {
            round += part?;
        }
        Ok(round)
    }

    /// How each of an organisation's items stands that is, or was, on its way.
    pub async fn states(&self, party: PartyId) -> Result<BTreeMap<ReleaseId, Delivery>, DeliveryError> {
        let rows = sqlx::query(sql::STATES)
            .bind(party.bytes().to_vec())
            .fetch_all(self.store.journal.pool())
            .await?;
        states(&rows)
    }

    /// How one of them stands.
    pub async fn state(&self, party: PartyId, release: ReleaseId) -> Result<Option<Delivery>, DeliveryError> {
        let rows = sqlx::query(sql::STATE)
            .bind(party.bytes().to_vec())
            .bind(release.bytes().to_vec())
            .fetch_all(self.store.journal.pool())
            .await?;
        Ok(states(&rows)?.remove(&release))
    }

    async fn to_one_system(
        &self,
        client: reqwest::Client,
        target: Result<Target, NotDelivered>,
        all: Vec<Due>,
        now: DateTime<Utc>,
    ) -> Result<Round, DeliveryError> {
        let target: Result<Box<dyn DossierTarget>, _> =
            target.map(|Target::Zgw(settings)| Box::new(Zgw::new(client, settings)) as _);
        let mut round = Round::default();
        let begun = clock::now();
        for due in all {
            // Whoever takes a row has it from when the round began; what is left waits for the next round.
            if clock::now() - begun > TURN {
                break;
            }
            if !self.take(&due, now).await? {
                continue;
            }
            let became = match self.parcel(&due, now).await {
                // A copy that does not open, or of which no document is made, is tried again, and holds up no other.
                Err(error) => {
                    tracing::error!(release = %due.release, %error, "an item that is on its way cannot be made ready");
                    Became::Not(NotDelivered::NotReadable)
                }
                Ok(None) => Became::Gone,
                Ok(Some(parcel)) => match &target {
                    Err(cause) => Became::Not(*cause),
                    Ok(target) => match tokio::time::timeout(LONGEST, target.deliver(&parcel, now)).await {
                        Ok(Ok(name)) => Became::Delivered(name),
                        Ok(Err(cause)) => Became::Not(cause),
                        Err(_) => Became::Not(NotDelivered::TooSlow),
                    },
                },
            };
            self.put_back(&due, &became, now).await?;
            match became {
                Became::Delivered(_) => round.delivered += 1,
                Became::Gone => round.gone += 1,
                Became::Not(cause) if cause.may_pass() => round.later += 1,
                Became::Not(_) => round.refused += 1,
            }
            // What keeps one from being delivered keeps the next: nobody knocks two hundred times at a closed door.
            if let Became::Not(cause) = became
                && !matches!(
                    cause,
                    NotDelivered::CaseUnknown | NotDelivered::NotAccepted | NotDelivered::NotReadable
                )
            {
                break;
            }
        }
        Ok(round)
    }

    async fn take(&self, due: &Due, now: DateTime<Utc>) -> Result<bool, DeliveryError> {
        let taken = sqlx::query(sql::TAKE)
            .bind(due.release.bytes().to_vec())
            .bind(due.version)
            .bind(due.attempts)
            .bind(now.timestamp_micros())
            .bind((now + LEASE).timestamp_micros())
            .execute(self.store.journal.pool())
            .await?;
        Ok(taken.rows_affected() == 1)
    }

    async fn put_back(&self, due: &Due, became: &Became, now: DateTime<Utc>) -> Result<(), DeliveryError> {
        let attempts = due.attempts + 1;
        let (state, at, cause, name) = match became {
            Became::Delivered(name) => ("delivered", now, None, Some(name.as_str())),
            Became::Gone => ("replaced", now, None, None),
            Became::Not(cause) if cause.may_pass() => ("waiting", now + pause(attempts), Some(cause.code()), None),
            Became::Not(cause) => ("refused", now, Some(cause.code()), None),
        };
        sqlx::query(sql::PUT_BACK)
            .bind(due.release.bytes().to_vec())
            .bind(due.version)
            .bind(attempts)
            .bind(state)
            .bind(at.timestamp_micros())
            .bind(cause)
            .bind(name)
            .execute(self.store.journal.pool())
            .await?;
        Ok(())
    }

    /// What there is to deliver, opened as its recipient; nothing when the copy has ended or other words took its place.
    async fn parcel(&self, due: &Due, now: DateTime<Utc>) -> Result<Option<Parcel>, DeliveryError> {
        let held = self.dossiers.item(due.organisation, due.release, now).await?;
        let Some(held) = held.filter(|held| i64::from(held.life.version) == due.version) else {
            return Ok(None);
        };
        let organisations = self.directory.parties().await?;
        let own = organisations.iter().find(|party| party.id == due.organisation);
        let name = own.map(|party| party.name.clone()).unwrap_or_default();
        let made = last_change(&held);
        Ok(Some(package::parcel(held, name, made).await?))
    }
}

/// When the words became as they are: a document of them bears this time, whenever it goes.
fn last_change(held: &HeldItem) -> DateTime<Utc> {
    let corrected = held.item.corrections.last().map(|correction| correction.at);
    corrected.unwrap_or(held.item.received_at)
}

/// One minute, two, four, … at most six hours.
fn pause(attempts: i64) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).clamp(0, 16);
    FIRST_PAUSE
        .checked_mul(1 << doublings)
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE)
}

/// The latest row of each release is how it stands.
fn states(rows: &[SqliteRow]) -> Result<BTreeMap<ReleaseId, Delivery>, DeliveryError> {
    let mut states = BTreeMap::new();
    for row in rows {
        let release = ReleaseId::from_bytes(bytes_of(row, 0)?);
        let state: String = row.try_get(1)?;
        let attempts: i64 = row.try_get(2)?;
        let at = DateTime::from_timestamp_micros(row.try_get(3)?)
            .ok_or(JournalError::Damaged("a moment outside all calendars"))?;
        let cause: Option<String> = row.try_get(4)?;
        let cause = cause.as_deref().and_then(NotDelivered::of);
        let name: Option<String> = row.try_get(5)?;
        let delivery = match (state.as_str(), cause) {
            ("delivered", _) => Delivery::Delivered {
                at,
                name: name.unwrap_or_default(),
            },
            ("refused", cause) => Delivery::Refused {
                at,
                cause: cause.unwrap_or(NotDelivered::NotAccepted),
            },
            ("waiting", Some(cause)) if attempts > 0 => Delivery::Again { at, cause },
            ("replaced", _) => {
                states.remove(&release);
                continue;
            }
            _ => Delivery::Waiting,
        };
        states.insert(release, delivery);
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_twice_the_one_before_and_none_is_longer_than_six_hours() {
        let minutes: Vec<_> = (1..=12).map(|attempts| pause(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
        assert_eq!(pause(i64::MAX), LONGEST_PAUSE);
    }
}
