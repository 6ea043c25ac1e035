//! The journal: what happened in every session, in order, on a disk. Here lives everything that reads or writes
//! `akkoord.db` on behalf of sessions; keys live in the vault, rules in the core, and nothing here knows what an event means.
//!
//! What is promised:
//! - **Durable before visible.** [`Journal::append`] returns after the commit, and a commit returns after the sync. Nobody
//!   may be shown or told anything before that.
//! - **One order.** The session's head row is compared and set: an append names the number of the last event it has seen,
//!   and is a [`AppendError::Conflict`] if there are newer ones or the session is closed. Numbers have no gaps.
//! - **All or nothing.** Events, sealed texts, destroyed texts, seats and everything a close writes stand in one
//!   transaction.
//! - **Group commit.** One task owns the only writing connection and puts whatever waits into one transaction, at most one
//!   append per session, so that a thousand rooms share a sync. A conflict touches its own room only. When the transaction
//!   fails nobody in it is acknowledged: each gets [`AppendError::Unavailable`], which says that the fate is unknown and the
//!   room must read on from the head it knew. The writer goes on by itself when space or the lock returns.
//! - **Destroyed is destroyed after a checkpoint.** A deleted row is overwritten in its page at once, but the write-ahead log
//!   still holds the old page. [`Journal::checkpoint`] empties and cuts the log; after a withdrawal the writer does that by
//!   itself as soon as nobody waits. A close may be acknowledged only after it: `vault::Store::close` keeps that order.
//!
//! A statement is added in `sql.rs`, with what it promises, and run by a test in `tests/storage_contract.rs`, which fails if
//! one is never run.
//!
//! 2026-11-23: why one task writes. SQLite has one writer whatever we do; a queue before it turns waiting for a lock into
//! sharing one sync, which is what a thousand rooms need.

mod fault;
mod read;
mod rows;
pub mod sql;
pub(crate) mod sqlite;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use akkoord::ids::{ParticipantId, SessionId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

pub use fault::Faults;
pub use rows::{
    Append, Closing, CopyChange, DossierRow, NewEvent, RecordRow, RegisterRow, ReleaseChange, SealedCopy, SealedText,
    SessionRow, StoredEvent,
};

pub(crate) use read::bytes as bytes_of;
use writer::{Job, Writer};

/// The schema of akkoord.db, in the program itself.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Requests that may wait for the writer; who comes after that waits before the queue.
const QUEUE: usize = 4096;
/// Connections for reading. Reads are short, and more of them would only keep checkpoints waiting.
const READERS: u32 = 4;
/// How often a checkpoint is tried before it is an error, and the pause between: about two seconds in all.
const CHECKPOINT_TRIES: u32 = 40;
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(50);

/// How a store is opened.
#[derive(Clone)]
pub struct Settings {
    /// How long a write waits for another process that holds the lock.
    pub patience: Duration,
    /// Planned failures; none in the product.
    pub faults: Faults,
}

impl Default for Settings {
    fn default() -> Self {
        // Longer than a checkpoint or a backup step, shorter than what a table would take for a hang.
        Self {
            patience: Duration::from_millis(1500),
            faults: Faults::none(),
        }
    }
}

/// Why a store could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The folder or file cannot be made or opened as ours alone.
    #[error("{} cannot be opened: {cause}", path.display())]
    Unopenable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The schema is not the one this program knows, or could not be brought up to it.
    #[error("the store's schema cannot be brought up to date: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// The database did not answer; trying again later may help.
    #[error("the store is not available: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// A row holds something no version of this program wrote.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// Bytes that must go from the disk are still there, because a reader or another process keeps the log in use.
    #[error("the write-ahead log is in use and still holds what must be destroyed")]
    StillInUse,
}

/// Why something was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The session has moved on, is closed, or (for a draft) does not exist: read on and decide again.
    #[error("the session is not where the writer thought it was")]
    Conflict,
    /// The transaction failed and its fate is unknown: read on from the head you knew before you decide again.
    #[error("the store is not available: {cause}")]
    Unavailable {
        /// For the operator's log; never holds content.
        cause: Arc<str>,
    },
}

/// A handle to the journal; cheap to clone. The writer stops when the last handle is dropped.
#[derive(Clone)]
pub struct Journal {
    pool: SqlitePool,
    jobs: mpsc::Sender<Job>,
    faults: Faults,
}

impl Journal {
    /// Opens or makes `akkoord.db` in this folder, with the schema of this program. Needs a running tokio runtime.
    pub async fn open(folder: &Path) -> Result<Self, JournalError> {
        Self::open_with(folder, Settings::default()).await
    }

    /// As [`Journal::open`], with settings.
    pub async fn open_with(folder: &Path, settings: Settings) -> Result<Self, JournalError> {
        let file = folder.join("akkoord.db");
        sqlite::make_private(folder, &file).map_err(|cause| JournalError::Unopenable {
            path: file.clone(),
            cause,
        })?;
        let options = sqlite::options(&file, settings.patience);
        let mut connection = options.connect().await?;
        MIGRATIONS.run_direct(None, &mut connection, false).await?;
        connection.close().await?;
        let pool = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.clone())
            .await?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(Writer::new(options, settings.patience, settings.faults.clone()).run(queue));
        Ok(Self {
            pool,
            jobs,
            faults: settings.faults,
        })
    }

    /// For the queries of identity and dossier, which keep their own statements.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The planned failures of this journal, for statements that are run beside the writer.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Writes it down, durably, and returns the session's new head. Exactly the promise of this module.
    pub async fn append(&self, append: Append) -> Result<u64, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Job::Append(Box::new(append), answer), answered).await?
    }

    /// Writes down what happened to a release and what becomes of its copies; the promise is that of [`Journal::append`].
    /// What was replaced or destroyed is out of every file only after a [`Journal::checkpoint`].
    pub async fn change_release(&self, change: ReleaseChange) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Job::Release(Box::new(change), answer), answered).await?
    }

    /// Keeps this as the person's draft in this session, in place of an earlier one. The bytes must have been sealed under the
    /// session's key. A [`AppendError::Conflict`] if the session is closed or unknown.
    pub async fn save_draft(
        &self,
        session: SessionId,
        participant: ParticipantId,
        sealed: &[u8],
    ) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let draft = writer::Draft {
            session,
            participant,
            sealed: Some(sealed.to_vec()),
        };
        self.ask(Job::Draft(draft, answer), answered).await?
    }

    /// Forgets the person's draft in this session, if there is one.
    pub async fn drop_draft(&self, session: SessionId, participant: ParticipantId) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let draft = writer::Draft {
            session,
            participant,
            sealed: None,
        };
        self.ask(Job::Draft(draft, answer), answered).await?
    }

    /// Returns when the write-ahead log is empty and cut: what was deleted before the call is in no file of the store.
    /// [`JournalError::StillInUse`] if somebody kept the log in use for two seconds.
    pub async fn checkpoint(&self) -> Result<(), JournalError> {
        // The bulk of the work is done beside the writer, so that the other rooms do not wait for it.
        let mut reader = self.pool.acquire().await?;
        sqlite::checkpoint_in_passing(&mut reader, &self.faults).await?;
        drop(reader);
        for attempt in 0..CHECKPOINT_TRIES {
            if attempt > 0 {
                tokio::time::sleep(CHECKPOINT_PAUSE).await;
            }
            let (answer, answered) = oneshot::channel();
            let done = self.ask(Job::Truncate(answer), answered).await;
            if done.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed))? {
                return Ok(());
            }
        }
        Err(JournalError::StillInUse)
    }

    /// Keeps the file from growing past this many pages of 4 KiB, so that the machine keeps room for everything else; 0 lifts
    /// the limit. At the limit appends are [`AppendError::Unavailable`] and reading goes on.
    pub async fn limit_size(&self, pages: u32) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Job::Limit(pages, answer), answered).await
    }

    /// Writes what was asked for before, lets go of the file and returns: for a tidy end. Nothing is lost without it. Whoever
    /// asks for a write afterwards gets [`AppendError::Unavailable`].
    pub async fn shut(&self) {
        let (answer, answered) = oneshot::channel();
        // When the writer is gone already there is nothing to wait for.
        let _ = self.ask(Job::Stop(answer), answered).await;
        self.pool.close().await;
    }

    async fn ask<T>(&self, job: Job, answered: oneshot::Receiver<T>) -> Result<T, AppendError> {
        let gone = || AppendError::Unavailable {
            cause: "the writer has stopped".into(),
        };
        self.jobs.send(job).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}
