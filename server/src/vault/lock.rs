//! One server in one folder. Two would each have rooms of their own for the same sessions, and what is said in one would not be
//! seen in the other. Tasks that are done beside the running program (import, grounds, retention, backup) take no lock.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use super::VaultError;
use crate::journal::JournalError;

/// The file that is locked. It stays when the program ends; the system takes the lock away, however the program ends.
const NAME: &str = "akkoord.lock";

/// The lock on a folder, until the last handle is dropped.
#[derive(Clone, Debug)]
pub struct FolderLock {
    _file: Arc<File>,
}

impl FolderLock {
    /// Locks the folder, which is made if it is not there. [`VaultError::InUse`] if another program has it.
    pub fn take(folder: &Path) -> Result<Self, VaultError> {
        let path = folder.join(NAME);
        let unopenable = |cause| JournalError::Unopenable {
            path: path.clone(),
            cause,
        };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(unopenable)?;
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        let file = file.map_err(unopenable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Arc::new(file) }),
            Err(TryLockError::WouldBlock) => Err(VaultError::InUse(folder.to_owned())),
            Err(TryLockError::Error(cause)) => Err(unopenable(cause).into()),
        }
    }
}
