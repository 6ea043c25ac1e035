//! Whether the file of data and the file of keys belong together. Each carries a random id of its own and that of the other, and
//! the number of starts. Without the right keys nothing can be read back, and a file of keys that is made anew would take
//! closes that can never be opened: so what does not belong together is not opened at all.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, Sqlite};

use super::{Vault, VaultError};
use crate::clock;
use crate::journal::sql::{self, Statement};
use crate::journal::{Journal, JournalError, bytes_of};

type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// Which files were there before any was opened.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) data: bool,
    keys: bool,
}

/// What one file says.
#[derive(Clone, Copy)]
struct Bound {
    own: [u8; 16],
    other: [u8; 16],
    starts: i64,
}

impl Bound {
    fn read(row: &SqliteRow) -> Result<Self, JournalError> {
        Ok(Self {
            own: bytes_of(row, 0)?,
            other: bytes_of(row, 1)?,
            starts: row.try_get(2)?,
        })
    }

    fn bind(self, query: Query) -> Query {
        query
            .bind(self.own.to_vec())
            .bind(self.other.to_vec())
            .bind(self.starts)
    }
}

impl Found {
    pub(super) fn look(folder: &Path) -> Self {
        // A file of no bytes is one that somebody began to make.
        let there =
            |name: &str| std::fs::metadata(folder.join(name)).is_ok_and(|file| file.is_file() && file.len() > 0);
        Self {
            data: there("akkoord.db"),
            keys: there("keys.db"),
        }
    }

    /// Before a file of keys is made where there is none: nothing must wait for one.
    pub(super) async fn keys_are_there(self, journal: &Journal, folder: &Path) -> Result<(), VaultError> {
        if self.keys {
            return Ok(());
        }
        let waits = data(journal).await?.is_some() || !rows(journal, sql::READ_HOLDERS).await?.is_empty();
        if waits {
            return Err(VaultError::KeysMissing(folder.to_owned()));
        }
        Ok(())
    }

    /// Before a file of data is made where there is none: no key must wait for one.
    pub(super) async fn data_are_there(self, vault: &Vault, folder: &Path) -> Result<(), VaultError> {
        if self.keys && self.opens_anything(vault).await? {
            return Err(VaultError::DataMissing(folder.to_owned()));
        }
        Ok(())
    }

    /// Whether both belong together. A folder of a program that did not know of ids gets them now. `starting` counts a start.
    pub(super) async fn agree(
        self,
        journal: &Journal,
        vault: &Vault,
        folder: &Path,
        starting: bool,
    ) -> Result<(), VaultError> {
        // In this order: a start beside us counts the keys first.
        let data = data(journal).await?;
        let keys = vault.run(sql::READ_KEYS_ID, |query| query).await?;
        let keys = keys.first().map(Bound::read).transpose()?;
        let (mut data_now, mut keys_now) = match (data, keys) {
            (None, None) => {
                let [own, other] = [clock::random_id(), clock::random_id()].map(uuid::Uuid::into_bytes);
                let bound = |own, other| Bound { own, other, starts: 0 };
                (bound(own, other), bound(other, own))
            }
            // Put back from a copy that had no ids, or the first start was cut short.
            (None, Some(keys)) => {
                let data = Bound {
                    own: keys.other,
                    other: keys.own,
                    starts: keys.starts,
                };
                (data, keys)
            }
            (Some(_), None) => return Err(VaultError::KeysOlder(folder.to_owned())),
            (Some(data), Some(keys)) if data.other != keys.own || keys.other != data.own => {
                return Err(VaultError::KeysForeign(folder.to_owned()));
            }
            (Some(data), Some(keys)) if keys.starts < data.starts => {
                return Err(VaultError::KeysOlder(folder.to_owned()));
            }
            (Some(data), Some(keys)) => (data, keys),
        };
        if starting {
            let owners: BTreeSet<Vec<u8>> = vault
                .run(sql::READ_ORGANISATIONS_WITH_KEYS, |query| query)
                .await?
                .iter()
                .map(|row| row.try_get(0))
                .collect::<Result<_, _>>()?;
            for row in rows(journal, sql::READ_HOLDERS).await? {
                if !owners.contains(&row.try_get::<Vec<u8>, _>(0)?) {
                    return Err(VaultError::KeysOlder(folder.to_owned()));
                }
            }
            let starts = data_now.starts.max(keys_now.starts) + 1;
            (data_now.starts, keys_now.starts) = (starts, starts);
        }
        if starting || keys.is_none() {
            vault.run(sql::PUT_KEYS_ID, |query| keys_now.bind(query)).await?;
        }
        if starting || data.is_none() {
            run(journal, sql::PUT_DATA_ID, |query| data_now.bind(query)).await?;
        }
        Ok(())
    }

    async fn opens_anything(self, vault: &Vault) -> Result<bool, VaultError> {
        let organisations = vault.run(sql::READ_ORGANISATIONS_WITH_KEYS, |query| query).await?;
        Ok(!organisations.is_empty() || !vault.sessions_with_keys().await?.is_empty())
    }
}

async fn data(journal: &Journal) -> Result<Option<Bound>, VaultError> {
    let found = rows(journal, sql::READ_DATA_ID).await?;
    Ok(found.first().map(Bound::read).transpose()?)
}

async fn rows(journal: &Journal, statement: Statement) -> Result<Vec<SqliteRow>, VaultError> {
    run(journal, statement, |query| query).await
}

async fn run(
    journal: &Journal,
    statement: Statement,
    bind: impl FnOnce(Query) -> Query,
) -> Result<Vec<SqliteRow>, VaultError> {
    journal.faults().call(statement.name).map_err(JournalError::from)?;
    let rows = bind(sqlx::query(statement.text)).fetch_all(journal.pool()).await;
    Ok(rows.map_err(JournalError::from)?)
}
