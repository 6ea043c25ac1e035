//! What an organisation received and gave, opened with its own key. Here lives reading only: rows are written by the close
//! of a session, in its one transaction (R7). Here never lives who may read them (`akkoord::session::may_in_house`).

mod sql;

use akkoord::accountability::Report;
use akkoord::dossier::{DossierItem, DossierLine, KeptMotivation, RegisterEntry};
use akkoord::ids::{PartyId, ReleaseId, SessionId};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::journal::{JournalError, bytes_of};
use crate::vault::{Label, OrganisationKey, Store, VaultError};

/// Why something in a dossier was not read.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// The store or the keys did not answer, or a seal did not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database did not answer.
    #[error("the store is not available: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// What was sealed is not what was expected. The cause is not kept: it could quote what it read.
    #[error("an item cannot be read back")]
    Damaged,
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

    /// What an organisation received, the latest first.
    pub async fn received(&self, party: PartyId, now: DateTime<Utc>) -> Result<Vec<DossierLine>, DossierError> {
        let items: Vec<DossierItem> = self.all(sql::DOSSIER, party, now, Label::dossier).await?;
        Ok(items.iter().map(DossierItem::line).collect())
    }

    /// One item of it.
    pub async fn item(
        &self,
        party: PartyId,
        release: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<DossierItem>, DossierError> {
        self.one(sql::DOSSIER_ITEM, party, release, now, Label::dossier).await
    }

    /// What an organisation gave, the latest first.
    pub async fn given(&self, party: PartyId, now: DateTime<Utc>) -> Result<Vec<DossierLine>, DossierError> {
        let entries: Vec<RegisterEntry> = self.all(sql::REGISTER, party, now, Label::register).await?;
        Ok(entries.iter().map(RegisterEntry::line).collect())
    }

    /// One entry of it.
    pub async fn entry(
        &self,
        party: PartyId,
        release: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<RegisterEntry>, DossierError> {
        self.one(sql::REGISTER_ENTRY, party, release, now, Label::register)
            .await
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
        let kept: Vec<KeptMotivation> = opened(&key, Label::record(session), &row.try_get::<Vec<u8>, _>(0)?)?;
        for deviation in &mut report.deviations {
            let own = kept.iter().find(|kept| kept.text == deviation.text);
            deviation.motivation = own.map(|kept| kept.motivation.clone());
        }
        Ok(())
    }

    async fn all<T: DeserializeOwned>(
        &self,
        statement: &'static str,
        party: PartyId,
        now: DateTime<Utc>,
        label: fn(ReleaseId) -> Label,
    ) -> Result<Vec<T>, DossierError> {
        let rows = sqlx::query(statement)
            .bind(party.bytes().to_vec())
            .bind(now.timestamp_micros())
            .fetch_all(self.store.journal.pool())
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.store.vault.organisation_key(party).await?;
        rows.iter().map(|row| opened_row(&key, label, row)).collect()
    }

    async fn one<T: DeserializeOwned>(
        &self,
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
            .fetch_optional(self.store.journal.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key = self.store.vault.organisation_key(party).await?;
        opened_row(&key, label, &row).map(Some)
    }
}

/// A row of release and seal.
fn opened_row<T: DeserializeOwned>(
    key: &OrganisationKey,
    label: fn(ReleaseId) -> Label,
    row: &SqliteRow,
) -> Result<T, DossierError> {
    let release = ReleaseId::from_bytes(bytes_of(row, 0)?);
    opened(key, label(release), &row.try_get::<Vec<u8>, _>(1)?)
}

fn opened<T: DeserializeOwned>(key: &OrganisationKey, label: Label, sealed: &[u8]) -> Result<T, DossierError> {
    let plain = key.open_for(label, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| DossierError::Damaged)
}
