//! What an organisation received and gave, opened with its own key, and what becomes of it afterwards (R9, C5). Here lives
//! reading, and the one way in which a copy changes after its session: `life`. Rows are made by the close of a session, in its
//! one transaction (R7). Here never lives who may do it (`akkoord::session::permissions`, `akkoord::release`).
//!
//! 2026-11-23: why each copy has a key of its own under its holder's. Under the organisation's key alone, what was
//! corrected or ended could still be read in an older page, log or backup of the file; overwriting seventy-three bytes
//! ends that everywhere at once.

mod due;
mod life;
mod retention;
mod sql;

pub use due::{AGREED_AFTER, DueOf, USUAL, USUAL_PART};
pub use retention::Kept;

use std::collections::BTreeMap;

use akkoord::access::{AccessOrder, AccessReport, access_report};
use akkoord::accountability::Report;
use akkoord::dossier::{AnsweredEntry, DossierItem, DossierLine, HeldItem, KeptMotivation, RegisterEntry};
use akkoord::ids::{PartyId, ReleaseId, SessionId};
use akkoord::release::{ReleaseState, view_for};
use akkoord::session::Refusal;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use crate::journal::{AppendError, JournalError, SealedCopy, bytes_of};
use crate::vault::{Label, OrganisationKey, Store, VaultError};

/// Why something in a dossier was not read or not changed.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// The store or the keys did not answer, or a seal did not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database did not answer.
    #[error("the store is not available: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// It was not written, or its fate is unknown.
    #[error("the change was not written: {0}")]
    NotWritten(AppendError),
    /// What was sealed is not what was expected. The cause is not kept: it could quote what it read.
    #[error("an item cannot be read back")]
    Damaged,
    /// The rules say no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
}

impl From<JournalError> for DossierError {
    fn from(error: JournalError) -> Self {
        Self::Vault(error.into())
    }
}

/// The dossiers and registers; cheap to clone.
#[derive(Clone)]
pub struct Dossiers {
    store: Store,
}

impl Dossiers {
    /// Reads from this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// What an organisation received, the latest first, and how each stands now.
    pub async fn received(&self, party: PartyId, now: DateTime<Utc>) -> Result<Vec<DossierLine>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let items: Vec<DossierItem> = self
            .all(&mut snapshot, sql::DOSSIER, party, now, Label::dossier)
            .await?;
        self.lines(&mut snapshot, party, items.iter().map(DossierItem::line))
            .await
    }

    /// One item of it.
    pub async fn item(
        &self,
        party: PartyId,
        release: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<HeldItem>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let item = self
            .one(&mut snapshot, sql::DOSSIER_ITEM, party, release, now, Label::dossier)
            .await?;
        let life = Self::view_of(&mut snapshot, party, release).await?;
        Ok(item.zip(life).map(|(item, life)| HeldItem {
            item,
            life,
            delivery: None,
        }))
    }

    /// All of a case that an organisation holds now, in the order in which it was approved: what goes into one package.
    pub async fn of_case(
        &self,
        party: PartyId,
        case_reference: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<HeldItem>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let mut items: Vec<DossierItem> = self
            .all(&mut snapshot, sql::DOSSIER, party, now, Label::dossier)
            .await?;
        items.retain(|item| item.case_reference == case_reference);
        items.sort_by_key(|item| (item.received_at, item.shared_at, item.release));
        let states = Self::lives(&mut snapshot, party).await?;
        let held = items.into_iter().filter_map(|item| {
            let life = states.get(&item.release).and_then(|life| view_for(life, party))?;
            Some(HeldItem {
                item,
                life,
                delivery: None,
            })
        });
        Ok(held.collect())
    }

    /// What an organisation gave, the latest first, and how each stands now.
    pub async fn given(&self, party: PartyId, now: DateTime<Utc>) -> Result<Vec<DossierLine>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let entries: Vec<RegisterEntry> = self
            .all(&mut snapshot, sql::REGISTER, party, now, Label::register)
            .await?;
        self.lines(&mut snapshot, party, entries.iter().map(RegisterEntry::line))
            .await
    }

    /// One entry of it.
    pub async fn entry(
        &self,
        party: PartyId,
        release: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<AnsweredEntry>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let entry = self
            .one(&mut snapshot, sql::REGISTER_ENTRY, party, release, now, Label::register)
            .await?;
        let life = Self::view_of(&mut snapshot, party, release).await?;
        Ok(entry.zip(life).map(|(entry, life)| AnsweredEntry { entry, life }))
    }

    /// Those of its lines in which every word that is looked for stands: in what it gave, or in what it received. All is
    /// opened to look, nothing of it or of the question is kept: an index would be a second copy under no key.
    pub async fn search(
        &self,
        party: PartyId,
        wanted: &str,
        given: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<DossierLine>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        if given {
            let entries: Vec<RegisterEntry> = self
                .all(&mut snapshot, sql::REGISTER, party, now, Label::register)
                .await?;
            let found = entries
                .iter()
                .filter(|entry| entry.item.has(wanted) || entry.recipient.name.to_lowercase() == wanted.to_lowercase());
            return self.lines(&mut snapshot, party, found.map(RegisterEntry::line)).await;
        }
        let items: Vec<DossierItem> = self
            .all(&mut snapshot, sql::DOSSIER, party, now, Label::dossier)
            .await?;
        let found = items.iter().filter(|item| item.has(wanted));
        self.lines(&mut snapshot, party, found.map(DossierItem::line)).await
    }

    /// What a party holds and gave in the case of one item of its own; nothing, if that item is not its own (C6).
    pub async fn access(
        &self,
        party: PartyId,
        release: ReleaseId,
        order: AccessOrder,
        now: DateTime<Utc>,
    ) -> Result<Option<AccessReport>, DossierError> {
        let mut snapshot = self.snapshot().await?;
        let items: Vec<DossierItem> = self
            .all(&mut snapshot, sql::DOSSIER, party, now, Label::dossier)
            .await?;
        let entries: Vec<RegisterEntry> = self
            .all(&mut snapshot, sql::REGISTER, party, now, Label::register)
            .await?;
        let given = entries.iter().map(|entry| &entry.item);
        let mut own = items.iter().chain(given);
        let Some(case) = own.find(|it| it.release == release).map(|it| it.case_reference.clone()) else {
            return Ok(None);
        };
        let lives = Self::lives(&mut snapshot, party).await?;
        let life = |release: ReleaseId| lives.get(&release).and_then(|life| view_for(life, party));
        let received: Vec<_> = items
            .into_iter()
            .filter_map(|item| {
                life(item.release).map(|life| HeldItem {
                    item,
                    life,
                    delivery: None,
                })
            })
            .collect();
        let given: Vec<_> = entries
            .into_iter()
            .filter_map(|entry| life(entry.item.release).map(|life| AnsweredEntry { entry, life }))
            .collect();
        Ok(Some(access_report(&case, &received, &given, order, now)))
    }

    /// How many of a party's received items were corrected or taken back and wait for its confirmation (R9).
    pub async fn unconfirmed(&self, party: PartyId) -> Result<usize, DossierError> {
        let count: i64 = sqlx::query_scalar(sql::UNCONFIRMED)
            .bind(party.bytes().to_vec())
            .fetch_one(self.store.journal.pool())
            .await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Fills in the motivations of deviations from the party's own record (T3).
    pub async fn fill_in(&self, report: &mut Report, session: SessionId) -> Result<(), DossierError> {
        if report.deviations.is_empty() {
            return Ok(());
        }
        let row = sqlx::query(sql::RECORD)
            .bind(report.party.bytes().to_vec())
            .bind(session.bytes().to_vec())
            .fetch_optional(self.store.journal.pool())
            .await?;
        let Some(row) = row else { return Ok(()) };
        let key = self.store.vault.organisation_key(report.party).await?;
        let plain = key.open_for(Label::record(session), &row.try_get::<Vec<u8>, _>(0)?)?;
        let kept: Vec<KeptMotivation> = serde_json::from_slice(&plain).map_err(|_| DossierError::Damaged)?;
        for deviation in &mut report.deviations {
            let own = kept.iter().find(|kept| kept.text == deviation.text);
            deviation.motivation = own.map(|kept| kept.motivation.clone());
            deviation.proof = own.and_then(|kept| kept.proof);
        }
        Ok(())
    }

    /// One moment of the store: whatever is read in it belongs together, whoever changes it meanwhile.
    async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, DossierError> {
        Ok(self.store.journal.pool().begin().await?)
    }

    /// Lines, each with how it stands.
    async fn lines(
        &self,
        snapshot: &mut SqliteConnection,
        party: PartyId,
        lines: impl Iterator<Item = DossierLine>,
    ) -> Result<Vec<DossierLine>, DossierError> {
        let states: BTreeMap<ReleaseId, ReleaseState> = Self::lives(snapshot, party).await?;
        Ok(lines
            .map(|mut line| {
                line.life = states.get(&line.release).and_then(|life| view_for(life, party));
                line
            })
            .collect())
    }

    async fn all<T: DeserializeOwned>(
        &self,
        snapshot: &mut SqliteConnection,
        statement: &'static str,
        party: PartyId,
        now: DateTime<Utc>,
        label: fn(ReleaseId) -> Label,
    ) -> Result<Vec<T>, DossierError> {
        let rows = sqlx::query(statement)
            .bind(party.bytes().to_vec())
            .bind(now.timestamp_micros())
            .fetch_all(&mut *snapshot)
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.store.vault.organisation_key(party).await?;
        rows.iter().map(|row| opened(&key, label, row)).collect()
    }

    async fn one<T: DeserializeOwned>(
        &self,
        snapshot: &mut SqliteConnection,
        statement: &'static str,
        party: PartyId,
        release: ReleaseId,
        now: DateTime<Utc>,
        label: fn(ReleaseId) -> Label,
    ) -> Result<Option<T>, DossierError> {
        let row = sqlx::query(statement)
            .bind(party.bytes().to_vec())
            .bind(now.timestamp_micros())
            .bind(release.bytes().to_vec())
            .fetch_optional(&mut *snapshot)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key = self.store.vault.organisation_key(party).await?;
        opened(&key, label, &row).map(Some)
    }
}

/// A row of release, seal and wrapped key.
fn opened<T: DeserializeOwned>(
    key: &OrganisationKey,
    label: fn(ReleaseId) -> Label,
    row: &SqliteRow,
) -> Result<T, DossierError> {
    let release = ReleaseId::from_bytes(bytes_of(row, 0)?);
    let copy = SealedCopy {
        sealed: row.try_get(1)?,
        wrapped: row.try_get(2)?,
    };
    let plain = key.open_copy(label(release), &copy)?;
    serde_json::from_slice(&plain).map_err(|_| DossierError::Damaged)
}
