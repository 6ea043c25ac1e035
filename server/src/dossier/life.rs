//! What giver and recipient still do with a release: the rules decide, both copies are sealed anew, one transaction writes it
//! all, and only when the older words are out of every file is anybody told (R9).

use std::collections::BTreeMap;

use akkoord::dossier::{DossierItem, RegisterEntry};
use akkoord::ids::{PartyId, ReleaseId};
use akkoord::release::{
    ReleaseCommand, ReleaseEvent, ReleaseOrigin, ReleaseState, ReleaseView, WordChange, decide, evolve, view_for,
};
use akkoord::session::{Actor, Refusal};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use zeroize::Zeroizing;

use super::{DossierError, Dossiers, sql};
use crate::journal::{AppendError, CopyChange, JournalError, ReleaseChange, SealedCopy, bytes_of};
use crate::vault::{Label, OrganisationKey, VaultError};

/// How often a decision is taken again because somebody else was first.
const TRIES: u32 = 4;

/// The end of time: for reading a copy whatever its day.
const EVER: DateTime<Utc> = DateTime::<Utc>::MIN_UTC;

/// A release as it stands in the store.
pub(super) struct Life {
    pub(super) state: ReleaseState,
    /// The number of its last event.
    pub(super) head: u64,
}

impl Dossiers {
    /// Does what a giver or a recipient asks, for the person of this name. Returns how it stands then, when the older words
    /// are in no file any more.
    pub async fn answer(
        &self,
        actor: Actor,
        name: &str,
        release: ReleaseId,
        at: DateTime<Utc>,
        command: &ReleaseCommand,
    ) -> Result<ReleaseView, DossierError> {
        for _ in 0..TRIES {
            let life = self.life_now(release).await?.ok_or(Refusal::NotFound)?;
            let decision = decide(&life.state, actor, at, command)?;
            match self.write(release, &life, &decision.event, name, &decision.words).await {
                Err(DossierError::NotWritten(AppendError::Conflict)) => {}
                Err(error) => return Err(error),
                Ok(after) => return Ok(view_for(&after, actor.party).ok_or(Refusal::NotFound)?),
            }
        }
        Err(DossierError::NotWritten(AppendError::Conflict))
    }

    /// Writes one event and what it does to both copies.
    pub(super) async fn write(
        &self,
        release: ReleaseId,
        life: &Life,
        event: &ReleaseEvent,
        by: &str,
        words: &WordChange,
    ) -> Result<ReleaseState, DossierError> {
        let after = evolve(life.state, event);
        let ReleaseOrigin { giver, recipient, .. } = after.origin();
        let mut change = ReleaseChange {
            release,
            expected: life.head,
            event: serde_json::to_vec(event).map_err(|_| DossierError::Damaged)?,
            until: after.has_copy().then(|| after.until()),
            waits: after.is_unconfirmed(),
            deliver: (after.version() != life.state.version()).then(|| i64::from(after.version())),
            at: event.at,
            dossier: None,
            register: None,
        };
        let mut snapshot = self.snapshot().await?;
        let entry: Option<RegisterEntry> = match self
            .one(
                &mut snapshot,
                sql::REGISTER_ENTRY,
                giver,
                release,
                EVER,
                Label::register,
            )
            .await
        {
            // A line that nobody can read keeps no copy beyond its day. It stays as it is until its own.
            Err(error @ (DossierError::Damaged | DossierError::Vault(VaultError::Unopenable))) if !after.has_copy() => {
                tracing::error!(%release, %error, "a giver's line cannot be read back");
                None
            }
            entry => entry?,
        };
        if after.has_copy() {
            let held: Option<DossierItem> = self
                .one(
                    &mut snapshot,
                    sql::DOSSIER_ITEM,
                    recipient,
                    release,
                    EVER,
                    Label::dossier,
                )
                .await?;
            // One that had ended is made anew from the giver's.
            let made_anew = || entry.clone().map(|entry| entry.item.for_recipient());
            if let Some(item) = held.clone().or_else(made_anew) {
                let item = item.after(&after, event, by, words);
                // A receipt changes no copy: sealing it anew would only cost.
                if held.as_ref() != Some(&item) {
                    let key = self.store.vault.organisation_key(recipient).await?;
                    change.dossier = Some(CopyChange::Put {
                        retain_until: item.retain_until,
                        copy: sealed(&key, Label::dossier(release), &item)?,
                    });
                }
            }
        } else {
            change.dossier = Some(CopyChange::Destroy);
        }
        // A reader in the middle would keep the log from being emptied.
        drop(snapshot);
        change.register = match entry {
            _ if after.is_forgotten() => Some(CopyChange::Destroy),
            Some(was) => {
                let entry = was.clone().after(&after, event, by, words);
                if entry == was {
                    None
                } else {
                    let key = self.store.vault.organisation_key(giver).await?;
                    Some(CopyChange::Put {
                        retain_until: entry.keep_until,
                        copy: sealed(&key, Label::register(release), &entry)?,
                    })
                }
            }
            None => None,
        };
        let destroys = change.dossier.is_some() || change.register.is_some();
        self.store
            .journal
            .change_release(change)
            .await
            .map_err(DossierError::NotWritten)?;
        if destroys {
            self.store.journal.checkpoint().await?;
        }
        Ok(after)
    }

    /// How a release stands, to one of its holders.
    pub(super) async fn view_of(
        snapshot: &mut SqliteConnection,
        party: PartyId,
        release: ReleaseId,
    ) -> Result<Option<ReleaseView>, DossierError> {
        let life = Self::life(snapshot, release).await?;
        Ok(life.and_then(|life| view_for(&life.state, party)))
    }

    pub(super) async fn life_now(&self, release: ReleaseId) -> Result<Option<Life>, DossierError> {
        Self::life(&mut *self.snapshot().await?, release).await
    }

    async fn life(snapshot: &mut SqliteConnection, release: ReleaseId) -> Result<Option<Life>, DossierError> {
        let row = sqlx::query(sql::RELEASE)
            .bind(release.bytes().to_vec())
            .fetch_optional(&mut *snapshot)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let given = ReleaseOrigin {
            giver: PartyId::from_bytes(bytes_of(&row, 0)?),
            recipient: PartyId::from_bytes(bytes_of(&row, 1)?),
            at: moment(row.try_get(2)?)?,
            until: moment(row.try_get(3)?)?,
        };
        let rows = sqlx::query(sql::RELEASE_EVENTS)
            .bind(release.bytes().to_vec())
            .fetch_all(&mut *snapshot)
            .await?;
        let mut state = ReleaseState::new(given);
        for row in &rows {
            state = evolve(state, &event(&row.try_get::<Vec<u8>, _>(0)?)?);
        }
        let head = rows.len() as u64;
        Ok(Some(Life { state, head }))
    }

    /// Every release of which this party holds a copy.
    pub(super) async fn lives(
        snapshot: &mut SqliteConnection,
        party: PartyId,
    ) -> Result<BTreeMap<ReleaseId, ReleaseState>, DossierError> {
        let rows = sqlx::query(sql::LIVES)
            .bind(party.bytes().to_vec())
            .fetch_all(&mut *snapshot)
            .await?;
        let mut lives = BTreeMap::new();
        for row in &rows {
            let release = ReleaseId::from_bytes(bytes_of(row, 0)?);
            let state = match lives.remove(&release) {
                Some(state) => state,
                None => ReleaseState::new(ReleaseOrigin {
                    giver: PartyId::from_bytes(bytes_of(row, 1)?),
                    recipient: PartyId::from_bytes(bytes_of(row, 2)?),
                    at: moment(row.try_get(3)?)?,
                    until: moment(row.try_get(4)?)?,
                }),
            };
            let state = match row.try_get::<Option<Vec<u8>>, _>(5)? {
                Some(bytes) => evolve(state, &event(&bytes)?),
                None => state,
            };
            lives.insert(release, state);
        }
        Ok(lives)
    }
}

fn sealed(key: &OrganisationKey, label: Label, copy: &impl Serialize) -> Result<SealedCopy, DossierError> {
    let bytes = Zeroizing::new(serde_json::to_vec(copy).map_err(|_| DossierError::Damaged)?);
    Ok(key.seal_copy(label, &bytes)?)
}

fn event(bytes: &[u8]) -> Result<ReleaseEvent, DossierError> {
    serde_json::from_slice(bytes).map_err(|_| DossierError::Damaged)
}

pub(super) fn moment(micros: i64) -> Result<DateTime<Utc>, DossierError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or(JournalError::Damaged("a moment outside all calendars"))
        .map_err(DossierError::from)
}
