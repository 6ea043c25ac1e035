//! From a dossier into a system of the recipient's own. Here lives the outbox (what is on its way, tried again until it is
//! there) and what another system is to us ([`DossierTarget`]). Here never lives what an item says or how it looks: that is
//! `akkoord_app::document` and `export`; nor who may read a dossier.
//!
//! What is promised:
//! - **Nothing is forgotten.** A row of the outbox is made in the transaction that made the words (a close, a correction, a
//!   withdrawal). A worker tries it until it is delivered, refused, or the copy ends (C5); a restart loses nothing.
//! - **Exactly once.** What is delivered bears a name of ours, made of its release and the version of its words. A target
//!   looks for that name before it makes anything, so that trying again after a lost answer finds what is there. At most one
//!   worker has a release at a time.
//! - **The words stay sealed.** No row, log line or error holds any. They are opened with the organisation's key when they
//!   go, and only as they are then: an older version that did not go in time never goes (R9).
//! - **Nobody else's.** Whatever is opened for a system is opened as its organisation (R2).
//!
//! 2026-11-23: why what a system refuses is not tried again. A wrong secret that is shown to a door every minute locks
//! that door; a person must look. Importing the settings again tries it anew.

mod outbox;
mod sql;
mod zgw;

use std::path::PathBuf;

use akkoord::dossier::NotDelivered;
use akkoord::ids::PartyId;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use zeroize::Zeroizing;

use crate::identity::IdentityError;
use crate::journal::bytes_of;

pub use outbox::{Deliveries, DeliveryError, Round};
pub use zgw::{Confidentiality, ZgwSettings};

/// Another system, as its organisation set it up in the import file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Target {
    /// ZGW Documenten API 1.5, and Zaken API where cases are to be found.
    Zgw(ZgwSettings),
}

impl Target {
    /// Where the secret is: never in the database.
    pub fn secret_file(&self) -> &PathBuf {
        match self {
            Self::Zgw(settings) => &settings.secret_file,
        }
    }
}

/// One document for another system. Lives in memory, for as long as it is on its way.
pub struct Parcel {
    /// Our name for it: the same release and version always has the same, and nothing else ever does.
    pub identifier: String,
    /// What it is, without a word of what it says.
    pub title: String,
    /// Where it comes from, in a sentence or two.
    pub description: String,
    /// Whose it was.
    pub author: String,
    /// The case, by the reference the table used.
    pub case_reference: String,
    /// Of what day these words are.
    pub created: NaiveDate,
    /// On what condition it was released.
    pub condition: Option<Zeroizing<String>>,
    /// The document, in PDF/A.
    pub pdf: Zeroizing<Vec<u8>>,
}

/// A system to which a dossier can be delivered.
pub trait DossierTarget: Send + Sync {
    /// Delivers it, unless it is there already under this name; returns what that system calls it.
    fn deliver<'a>(&'a self, parcel: &'a Parcel, now: DateTime<Utc>) -> BoxFuture<'a, Result<String, NotDelivered>>;
}

/// The settings of every organisation that has a system of its own.
pub(crate) async fn targets(pool: &SqlitePool) -> Result<Vec<(PartyId, Target)>, IdentityError> {
    let rows = sqlx::query(sql::TARGETS).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            use sqlx::Row as _;
            let settings: String = row.try_get(1)?;
            let target = serde_json::from_str(&settings)
                .map_err(|_| IdentityError::Damaged("settings of a delivery no version of this program wrote"))?;
            Ok((PartyId::from_bytes(bytes_of(row, 0)?), target))
        })
        .collect()
}

/// Puts these settings in place of an organisation's own. What was refused is tried again; without settings whatever is not
/// delivered stays here.
pub(crate) async fn put_target(
    connection: &mut SqliteConnection,
    organisation: PartyId,
    target: Option<&Target>,
    now: DateTime<Utc>,
) -> Result<(), IdentityError> {
    let id = || organisation.bytes().to_vec();
    let Some(target) = target else {
        for statement in [sql::DROP_TARGET, sql::DROP_UNDELIVERED] {
            sqlx::query(statement).bind(id()).execute(&mut *connection).await?;
        }
        return Ok(());
    };
    let settings =
        serde_json::to_string(target).map_err(|_| IdentityError::Damaged("settings that cannot be written"))?;
    sqlx::query(sql::PUT_TARGET)
        .bind(id())
        .bind(settings)
        .execute(&mut *connection)
        .await?;
    sqlx::query(sql::TRY_REFUSED)
        .bind(id())
        .bind(now.timestamp_micros())
        .execute(connection)
        .await?;
    Ok(())
}
