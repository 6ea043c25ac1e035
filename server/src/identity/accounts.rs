//! Organisations and the people in them, as rows.

use std::collections::BTreeMap;

use akkoord::directory::Colleague;
use akkoord::ids::{ParticipantId, PartyId};
use akkoord::party::{Party, PartyKind};
use akkoord::session::Roles;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::password::Hash;
use super::{Identity, IdentityError, sql};
use crate::journal::bytes_of;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Which.
    pub id: PartyId,
    /// Its name in the import file; never changes.
    pub code: String,
    /// What it is by law.
    pub kind: PartyKind,
    /// Its own name.
    pub name: String,
    /// How many days it keeps what it received (C5).
    pub retention_days: u32,
    /// Other terms for what it received for some of its tasks, in days by the task's code (C5).
    pub task_retention: BTreeMap<String, u32>,
}

impl Organisation {
    /// As the others know it.
    pub fn party(&self) -> Party {
        Party {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
        }
    }
}

/// A person of an organisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: ParticipantId,
    /// Of which organisation.
    pub organisation: PartyId,
    /// The name with which they sign in.
    pub account: String,
    /// Their own name, as the table sees it.
    pub name: String,
    /// What they are in their organisation.
    pub roles: Roles,
    /// The hash of their password.
    pub password: Hash,
    /// Whether they can no longer come in.
    pub disabled: bool,
}

/// The one way to write an account's name: nobody should have to remember its capitals.
pub fn account_name(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// What a kind of organisation is called in the import file and in the store.
pub fn kind_code(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::VeiligThuis => "veilig_thuis",
        PartyKind::Prosecution => "prosecution",
        PartyKind::Police => "police",
        PartyKind::Probation => "probation",
        PartyKind::ChildProtection => "child_protection",
        PartyKind::VictimSupport => "victim_support",
        PartyKind::Halt => "halt",
        PartyKind::Municipality => "municipality",
        PartyKind::Care => "care",
        PartyKind::Other => "other",
    }
}

/// The kind with this code.
pub fn kind_named(code: &str) -> Option<PartyKind> {
    PartyKind::ALL.into_iter().find(|kind| kind_code(*kind) == code)
}

impl Identity {
    /// Every organisation, by name.
    pub async fn organisations(&self) -> Result<Vec<Organisation>, IdentityError> {
        sqlx::query(sql::ORGANISATIONS)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(organisation)
            .collect()
    }

    /// Every account, by account name.
    pub async fn accounts(&self) -> Result<Vec<Account>, IdentityError> {
        sqlx::query(sql::ACCOUNTS)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(account)
            .collect()
    }

    /// The participants of an organisation who can sign in, by name (R18).
    pub async fn colleagues(&self, organisation: PartyId) -> Result<Vec<Colleague>, IdentityError> {
        let rows = sqlx::query(sql::COLLEAGUES)
            .bind(organisation.bytes().to_vec())
            .fetch_all(&self.pool)
            .await?;
        let colleague = |row: &SqliteRow| {
            Ok(Colleague {
                participant: ParticipantId::from_bytes(bytes_of(row, 0)?),
                name: row.try_get(1)?,
            })
        };
        rows.iter().map(colleague).collect()
    }

    /// One account.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, IdentityError> {
        let row = sqlx::query(sql::ACCOUNT)
            .bind(name.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(account).transpose()
    }
}

pub(super) fn organisation(row: &SqliteRow) -> Result<Organisation, IdentityError> {
    let retention_days: i64 = row.try_get(4)?;
    Ok(Organisation {
        id: PartyId::from_bytes(bytes_of(row, 0)?),
        code: row.try_get(1)?,
        kind: kind(row, 2)?,
        name: row.try_get(3)?,
        retention_days: u32::try_from(retention_days)
            .map_err(|_| IdentityError::Damaged("a retention of no length"))?,
        task_retention: serde_json::from_str(row.try_get(5)?)
            .map_err(|_| IdentityError::Damaged("terms that cannot be read"))?,
    })
}

pub(super) fn kind(row: &SqliteRow, column: usize) -> Result<PartyKind, IdentityError> {
    kind_named(row.try_get(column)?).ok_or(IdentityError::Damaged("an unknown kind of organisation"))
}

/// Four columns, in the order of the table.
pub(super) fn roles(row: &SqliteRow, first: usize) -> Result<Roles, IdentityError> {
    let truth = |column: usize| -> Result<bool, sqlx::Error> { Ok(row.try_get::<i64, _>(column)? == 1) };
    Ok(Roles {
        participant: truth(first)?,
        dossier_reader: truth(first + 1)?,
        administrator: truth(first + 2)?,
        prosecutor: truth(first + 3)?,
    })
}

fn account(row: &SqliteRow) -> Result<Account, IdentityError> {
    Ok(Account {
        id: ParticipantId::from_bytes(bytes_of(row, 0)?),
        organisation: PartyId::from_bytes(bytes_of(row, 1)?),
        account: row.try_get(2)?,
        name: row.try_get(3)?,
        roles: roles(row, 4)?,
        password: Hash::stored(row.try_get(8)?),
        disabled: row.try_get::<i64, _>(9)? == 1,
    })
}

/// Writes an organisation, new or changed.
pub(crate) async fn put_organisation(
    connection: &mut SqliteConnection,
    organisation: &Organisation,
) -> Result<(), IdentityError> {
    sqlx::query(sql::PUT_ORGANISATION)
        .bind(organisation.id.bytes().to_vec())
        .bind(organisation.code.clone())
        .bind(kind_code(organisation.kind))
        .bind(organisation.name.clone())
        .bind(i64::from(organisation.retention_days))
        .bind(serde_json::json!(organisation.task_retention).to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes an account, new or changed.
pub(crate) async fn put_account(connection: &mut SqliteConnection, account: &Account) -> Result<(), IdentityError> {
    sqlx::query(sql::PUT_ACCOUNT)
        .bind(account.id.bytes().to_vec())
        .bind(account.organisation.bytes().to_vec())
        .bind(account.account.clone())
        .bind(account.name.clone())
        .bind(i64::from(account.roles.participant))
        .bind(i64::from(account.roles.dossier_reader))
        .bind(i64::from(account.roles.administrator))
        .bind(i64::from(account.roles.prosecutor))
        .bind(account.password.as_str().to_owned())
        .bind(i64::from(account.disabled))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code_and_called_as_in_the_data() {
        for kind in PartyKind::ALL {
            assert_eq!(kind_named(kind_code(kind)), Some(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind_code(kind).into()));
        }
        assert_eq!(kind_named("bakker"), None);
    }
}
