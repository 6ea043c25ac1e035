//! The vault: the keys, and everything that is sealed or opened with them. Here lives `keys.db` and the cipher; rows and
//! transactions live in the journal, and who may read a text is decided by the projection, not here.
//!
//! Two kinds of key, each a row in a file of its own that is never part of a backup:
//! - one per **session**. Each text is sealed under a random key of its own, and that key is wrapped under the session's key
//!   (the wrapped key is a row of the journal's table `text_key`). Destroying a wrapped key destroys one text; destroying the
//!   session's key destroys all that was not released, in every copy of the journal that exists anywhere (R8).
//! - one per **organisation**, for its dossier, its register and its records.
//!
//! What is sealed is bound to its place: session, text, purpose and owner are authenticated with it, so a row that is moved
//! or swapped does not open. Lengths are rounded up to steps of 64 bytes, so that sizes tell little.
//!
//! **How a session dies** ([`Store::close`]), in this order and no other:
//! 1. the journal commits the closing append: events, dossiers, registers and records are in; texts and drafts are deleted
//!    and wrapped keys overwritten, all in one transaction;
//! 2. the session's key is destroyed;
//! 3. both files are checkpointed and their write-ahead logs cut;
//! 4. only then is the close acknowledged.
//!
//! A crash in between leaves a session that is closed but still has a key: [`Store::open`] finishes it before anybody is let
//! in. A crash before 1 leaves a live session. There is no state in which a key is gone and the session is not closed.
//!
//! Both files carry each other's id (`binding`): a file of keys that is missing, of another installation or older than the data is
//! refused. One server at a time works in a folder (`lock`).
//!
//! What this cannot reach: copies of `keys.db` made by somebody else, snapshots of the file system, spare blocks of an SSD.

mod backup;
mod binding;
mod keys;
mod lock;
mod seal;
mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use akkoord::ids::{PartyId, SessionId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::journal::sql::{self, Statement};
use crate::journal::{Faults, JournalError, Settings, bytes_of, sqlite};

pub use backup::{BackupError, back_up, restore};
pub use keys::{OrganisationKey, SessionKey};
pub use lock::FolderLock;
pub use seal::{Label, OpenedText};
pub use store::{CloseError, Store};

use keys::Secret;

/// The schema of keys.db, in the program itself.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/keys");

/// How often cutting the log is tried before it is an error, and the pause between: about two seconds in all.
const CHECKPOINT_TRIES: u32 = 40;
const CHECKPOINT_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Why a key was not had, or something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The file of keys did not open or answer.
    #[error("the keys are not available: {0}")]
    Keys(#[from] JournalError),
    /// There are data that wait for keys, and no file of keys.
    #[error("in {} ontbreekt keys.db; zet dat bestand terug (akkoord restore --keys-from), want zonder die sleutels is niets te lezen", .0.display())]
    KeysMissing(PathBuf),
    /// The file of keys is of another installation.
    #[error("keys.db in {} hoort bij een andere akkoord.db; zet de sleutels terug die bij deze gegevens horen", .0.display())]
    KeysForeign(PathBuf),
    /// The file of keys is an older copy: what was sealed since would not open.
    #[error("keys.db in {} is ouder dan akkoord.db; zet de laatste sleutels terug, of zet gegevens en sleutels van dezelfde kopie terug", .0.display())]
    KeysOlder(PathBuf),
    /// There are keys, and nothing that they open.
    #[error("in {} staat keys.db zonder akkoord.db; zet de gegevens terug (akkoord restore), of neem een lege map", .0.display())]
    DataMissing(PathBuf),
    /// Another program serves from this folder.
    #[error("in {} werkt al een akkoord; stop die eerst, of neem een andere map", .0.display())]
    InUse(PathBuf),
    /// The system gave no randomness, without which nothing may be sealed.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// What was sealed does not open with this key at this place: it was moved, swapped or damaged, or the key is another.
    #[error("what was sealed does not open with this key at this place")]
    Unopenable,
    /// Too long for the cipher. The rules refuse such a text long before.
    #[error("too long to be sealed")]
    TooLong,
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        Self::Keys(error.into())
    }
}

type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// A handle to the keys; cheap to clone. Holds no key itself.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    faults: Faults,
    /// One connection for everybody: keys are asked for when a room starts, not for each text. None after a failure.
    connection: Mutex<Option<SqliteConnection>>,
}

impl Vault {
    /// Opens or makes `keys.db` in this folder.
    pub async fn open(folder: &Path) -> Result<Self, VaultError> {
        Self::open_with(folder, Settings::default()).await
    }

    /// As [`Vault::open`], with settings.
    pub async fn open_with(folder: &Path, settings: Settings) -> Result<Self, VaultError> {
        let file = folder.join("keys.db");
        sqlite::make_private(folder, &file).map_err(|cause| JournalError::Unopenable {
            path: file.clone(),
            cause,
        })?;
        let options = sqlite::options(&file, settings.patience);
        let mut connection = options.connect().await?;
        MIGRATIONS
            .run_direct(None, &mut connection, false)
            .await
            .map_err(JournalError::from)?;
        Ok(Self(Arc::new(Inner {
            options,
            faults: settings.faults,
            connection: Mutex::new(Some(connection)),
        })))
    }

    /// Makes the key of a new session and returns when it is on the disk: before the session's first append, so that nothing is
    /// ever sealed under a key that a crash can take away. Asking again returns the same key.
    pub async fn begin_session(&self, session: SessionId) -> Result<SessionKey, VaultError> {
        let secret = Secret::random()?;
        let bind = |query: Query| query.bind(session.bytes().to_vec()).bind(secret.bytes().to_vec());
        self.run(sql::MAKE_SESSION_KEY, bind).await?;
        self.session_key(session)
            .await?
            .ok_or(VaultError::Keys(JournalError::Damaged(
                "a key that was just made is gone",
            )))
    }

    /// The key of a session; none once it is closed.
    pub async fn session_key(&self, session: SessionId) -> Result<Option<SessionKey>, VaultError> {
        let rows = self
            .run(sql::READ_SESSION_KEY, |query| query.bind(session.bytes().to_vec()))
            .await?;
        rows.first()
            .map(|row| Ok(SessionKey::new(session, Secret::from(bytes_of(row, 0)?))))
            .transpose()
    }

    /// Destroys the key of a session. Returns when its bytes are in no file of the vault any more; destroying what is already
    /// gone still empties the log, so that a second attempt finishes a first.
    pub async fn destroy_session(&self, session: SessionId) -> Result<(), VaultError> {
        self.destroy_sessions(&[session]).await
    }

    /// As [`Vault::destroy_session`], for several at once.
    pub async fn destroy_sessions(&self, sessions: &[SessionId]) -> Result<(), VaultError> {
        for session in sessions {
            self.run(sql::DESTROY_SESSION_KEY, |query| query.bind(session.bytes().to_vec()))
                .await?;
        }
        self.clean().await
    }

    /// The sessions that can still be opened.
    pub async fn sessions_with_keys(&self) -> Result<Vec<SessionId>, VaultError> {
        let rows = self.run(sql::READ_SESSIONS_WITH_KEYS, |query| query).await?;
        rows.iter()
            .map(|row| Ok(SessionId::from_bytes(bytes_of(row, 0)?)))
            .collect()
    }

    /// The key of an organisation, made and on the disk at first use.
    pub async fn organisation_key(&self, party: PartyId) -> Result<OrganisationKey, VaultError> {
        let read = |query: Query| query.bind(party.bytes().to_vec());
        let mut rows = self.run(sql::READ_ORGANISATION_KEY, read).await?;
        if rows.is_empty() {
            let secret = Secret::random()?;
            let make = |query: Query| query.bind(party.bytes().to_vec()).bind(secret.bytes().to_vec());
            self.run(sql::MAKE_ORGANISATION_KEY, make).await?;
            // Somebody else may have been first: the row decides.
            rows = self.run(sql::READ_ORGANISATION_KEY, read).await?;
        }
        let row = rows
            .first()
            .ok_or(JournalError::Damaged("a key that was just made is gone"))?;
        Ok(OrganisationKey::new(party, Secret::from(bytes_of(row, 0)?)))
    }

    /// The key for the cookies by which a browser is known again, made and on the disk at first use.
    pub(crate) async fn device_key(&self) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let read = |query: Query| query.bind("device");
        let mut rows = self.run(sql::READ_OWN_KEY, read).await?;
        if rows.is_empty() {
            let secret = Secret::random()?;
            let make = |query: Query| query.bind("device").bind(secret.bytes().to_vec());
            self.run(sql::MAKE_OWN_KEY, make).await?;
            rows = self.run(sql::READ_OWN_KEY, read).await?;
        }
        let row = rows
            .first()
            .ok_or(JournalError::Damaged("a key that was just made is gone"))?;
        Ok(Zeroizing::new(bytes_of(row, 0)?))
    }

    /// Rewrites the file and cuts its log, so that no copy of a destroyed key lingers in the slack of a page.
    async fn clean(&self) -> Result<(), VaultError> {
        for attempt in 0..CHECKPOINT_TRIES {
            if attempt > 0 {
                tokio::time::sleep(CHECKPOINT_PAUSE).await;
            }
            let mut held = self.0.connection.lock().await;
            let mut connection = self.connect(held.take()).await?;
            let outcome = match attempt {
                0 => sqlite::rewrite(&mut connection, &self.0.faults).await,
                _ => Ok(()),
            };
            let outcome = match outcome {
                Ok(()) => sqlite::truncate(&mut connection, &self.0.faults).await,
                Err(error) => Err(error),
            };
            let done = put_back(&mut held, connection, outcome).await?;
            if done {
                return Ok(());
            }
        }
        Err(JournalError::StillInUse.into())
    }

    async fn run(&self, statement: Statement, bind: impl FnOnce(Query) -> Query) -> Result<Vec<SqliteRow>, VaultError> {
        let mut held = self.0.connection.lock().await;
        // Taken out while it is used: after a failure it is closed, and the next call opens another.
        let mut connection = self.connect(held.take()).await?;
        let outcome = match self.0.faults.call(statement.name) {
            Ok(()) => bind(sqlx::query(statement.text)).fetch_all(&mut connection).await,
            Err(error) => Err(error),
        };
        Ok(put_back(&mut held, connection, outcome).await?)
    }

    async fn connect(&self, held: Option<SqliteConnection>) -> Result<SqliteConnection, sqlx::Error> {
        match held {
            Some(connection) => Ok(connection),
            None => self.0.options.connect().await,
        }
    }

    /// Lets go of the file: for a tidy end. Nothing is lost without it.
    pub async fn shut(&self) {
        if let Some(connection) = self.0.connection.lock().await.take() {
            // What is acknowledged is on the disk already.
            let _ = connection.close().await;
        }
    }
}

/// Keeps a connection that did what was asked. One in doubt is closed, and waited for, so that it holds no lock when the next is
/// opened.
async fn put_back<T>(
    held: &mut Option<SqliteConnection>,
    connection: SqliteConnection,
    outcome: Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    match outcome {
        Ok(value) => {
            *held = Some(connection);
            Ok(value)
        }
        Err(error) => {
            // The first error is the one that tells what happened.
            let _ = connection.close().await;
            Err(error)
        }
    }
}
