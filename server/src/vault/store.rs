//! Both files of a node together, and the one order in which a session may die.

use std::path::Path;

use akkoord::ids::SessionId;

use super::binding::Found;
use super::{Vault, VaultError};
use crate::journal::{Append, AppendError, Journal, Settings};

/// The journal and the keys to it.
#[derive(Clone)]
pub struct Store {
    /// What happened.
    pub journal: Journal,
    /// What it can be read with.
    pub vault: Vault,
}

/// How far a close came.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Nothing was closed; or this was no closing append, and the error means what it means for any append.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The session is closed for good, or its fate is unknown, and what must be destroyed may still be on the disk. Do not
    /// acknowledge the close: call [`Store::finish_interrupted_closes`] until it succeeds, and only then read on and tell what is
    /// so.
    #[error("the close is not finished: {0}")]
    Unfinished(String),
}

impl Store {
    /// Opens both files in a folder and finishes what a crash interrupted, before anybody is let in.
    pub async fn open(folder: &Path) -> Result<Self, VaultError> {
        Self::open_with(folder, Settings::default()).await
    }

    /// As [`Store::open`], with settings.
    pub async fn open_with(folder: &Path, settings: Settings) -> Result<Self, VaultError> {
        let store = Self::files(folder, settings, true).await?;
        store.finish(true).await?;
        Ok(store)
    }

    /// Opens both files as they are, for a task that is done while the program may be running. It finishes nothing: what
    /// looks interrupted from here may be the program's work of this moment, such as a session that is being convened.
    pub async fn open_beside(folder: &Path) -> Result<Self, VaultError> {
        Self::files(folder, Settings::default(), false).await
    }

    /// Opens both files, if they belong together. `starting`: to serve from them.
    async fn files(folder: &Path, settings: Settings, starting: bool) -> Result<Self, VaultError> {
        let found = Found::look(folder);
        // Opening makes what is not there, so what must be there is looked for before.
        let (journal, vault) = if found.data {
            let journal = Journal::open_with(folder, settings.clone()).await?;
            found.keys_are_there(&journal, folder).await?;
            (journal, Vault::open_with(folder, settings).await?)
        } else {
            let vault = Vault::open_with(folder, settings.clone()).await?;
            found.data_are_there(&vault, folder).await?;
            (Journal::open_with(folder, settings).await?, vault)
        };
        found.agree(&journal, &vault, folder, starting).await?;
        Ok(Self { journal, vault })
    }

    /// Appends the events that close a session and destroys what was not released. Returns the new head when nothing of it is
    /// left in any file: only now may anybody be told.
    ///
    /// The append must have its `closing` filled; without it this is an ordinary append.
    pub async fn close(&self, append: Append) -> Result<u64, CloseError> {
        let session = append.session;
        if append.closing.is_none() {
            return Ok(self.journal.append(append).await?);
        }
        let unfinished = |error: &dyn std::fmt::Display| CloseError::Unfinished(error.to_string());
        let head = match self.journal.append(append).await {
            Ok(head) => head,
            Err(AppendError::Conflict) => return Err(AppendError::Conflict.into()),
            // It may have been written after all, and then the key must die before anybody is told.
            Err(error @ AppendError::Unavailable { .. }) => return Err(unfinished(&error)),
        };
        self.destroy(&[session]).await.map_err(|error| unfinished(&error))?;
        Ok(head)
    }

    /// Every session that is closed in the journal but still has a key: destroys the key and empties both logs. Returns
    /// which they were.
    pub async fn finish_interrupted_closes(&self) -> Result<Vec<SessionId>, VaultError> {
        self.finish(false).await
    }

    /// While the program starts, a key without a session is one whose first append never came, and goes too; later it may
    /// belong to a session that is being convened.
    async fn finish(&self, starting: bool) -> Result<Vec<SessionId>, VaultError> {
        let mut over = Vec::new();
        for session in self.vault.sessions_with_keys().await? {
            if self
                .journal
                .session(session)
                .await?
                .map_or(starting, |row| row.closed_at.is_some())
            {
                over.push(session);
            }
        }
        // Even when no key is left: the crash may have come between the key's death and the emptying of a log.
        self.destroy(&over).await?;
        Ok(over)
    }

    /// Lets go of both files: for a tidy end, and before they are opened again.
    pub async fn shut(&self) {
        self.journal.shut().await;
        self.vault.shut().await;
    }

    async fn destroy(&self, sessions: &[SessionId]) -> Result<(), VaultError> {
        self.vault.destroy_sessions(sessions).await?;
        self.journal.checkpoint().await.map_err(VaultError::Keys)
    }
}
