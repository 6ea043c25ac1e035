//! A copy of what outlives sessions, and the way back. Here lives what `akkoord backup` and `akkoord restore` do.
//!
//! The copy holds what closed: dossiers, registers, records, logs, and who may come in. It never holds a session that lives:
//! what is said at a table must not outlive it by a copy, so a lost machine loses the meetings of that hour. And the keys are a
//! file of their own, in a folder of its own, without the key of any session: so no copy, however old, brings back a word
//! that was not released (R8).
//!
//! 2026-11-23: why live sessions are left out. A copy of them would be opened only with their keys, and a copy of those would be
//! a way around their destruction. Continuing a meeting after a disaster was judged worth less than that promise.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{MIGRATIONS, Store, VaultError};

/// The file of the copy, and of the stores.
const DATA: &str = "akkoord.db";
/// The file of the keys.
const KEYS: &str = "keys.db";
/// What says which bytes belong to the copy.
const MANIFEST: &str = "backup.json";

/// Why there is no copy, or nothing was put back. In every case the stores and the copies are as they were.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already and is not written over.
    #[error("{} bestaat al; er is niets overschreven", .0.display())]
    InTheWay(PathBuf),
    /// Keys beside what they open would be no protection.
    #[error("bewaar de sleutels in een andere map dan de gegevens; er is niets gekopieerd")]
    NotApart,
    /// There are no stores to copy.
    #[error("in {} staan geen gegevens van Akkoord", .0.display())]
    NothingHere(PathBuf),
    /// A file is not the one that was copied: cut short, changed, or of another copy.
    #[error("{} is niet heel of hoort niet bij deze kopie; er is niets teruggezet", .0.display())]
    Broken(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The database did not do it.
    #[error("de opslag werkt niet mee: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema of the keys could not be made.
    #[error("de opslag werkt niet mee: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// What was put back does not open.
    #[error("wat is teruggezet gaat niet open: {0}")]
    Unopenable(#[from] VaultError),
}

/// Which bytes belong together.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// When the copy was made.
    made_at: DateTime<Utc>,
    /// SHA-256 of the data.
    data: String,
    /// SHA-256 of the keys.
    keys: String,
}

/// Copies what closed to one folder and the keys to another. The program may be running. When it does not succeed, nothing of
/// it is left.
pub async fn back_up(data: &Path, to: &Path, keys_to: &Path, now: DateTime<Utc>) -> Result<(), BackupError> {
    if to == keys_to || keys_to == data || to == data {
        return Err(BackupError::NotApart);
    }
    if !data.join(DATA).is_file() || !data.join(KEYS).is_file() {
        return Err(BackupError::NothingHere(data.to_owned()));
    }
    let (copy, keys) = (to.join(DATA), keys_to.join(KEYS));
    for new in [&copy, &keys] {
        nothing_there(new)?;
    }
    let path = to.join(MANIFEST);
    if path.exists() {
        return Err(BackupError::InTheWay(path));
    }
    for folder in [to, keys_to] {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|cause| at(folder, cause))?;
    }
    let new = New(vec![copy.clone(), keys.clone(), path.clone()]);
    copy_data(&data.join(DATA), &copy).await?;
    copy_keys(&data.join(KEYS), &keys).await?;
    let manifest = Manifest {
        made_at: now,
        data: digest(&copy)?,
        keys: digest(&keys)?,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|cause| at(&path, cause.into()))?;
    write_private(&path, &json)?;
    new.stays();
    Ok(())
}

/// Puts a copy back where there is nothing yet, and opens it. With `keys_from` the keys too; without it the keys that are
/// there are used. When it does not succeed, nothing of it is left.
pub async fn restore(from: &Path, keys_from: Option<&Path>, data: &Path) -> Result<(), BackupError> {
    let path = from.join(MANIFEST);
    let json = fs::read(&path).map_err(|cause| at(&path, cause))?;
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| BackupError::Broken(path))?;
    let mut files = vec![(from.join(DATA), data.join(DATA), manifest.data)];
    if let Some(keys_from) = keys_from {
        files.push((keys_from.join(KEYS), data.join(KEYS), manifest.keys));
    }
    for (source, target, expected) in &files {
        nothing_there(target)?;
        if digest(source)? != *expected {
            return Err(BackupError::Broken(source.clone()));
        }
    }
    if keys_from.is_none() && !data.join(KEYS).is_file() {
        return Err(BackupError::NothingHere(data.to_owned()));
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.map_err(|cause| at(data, cause))?;
    let new = New(files.iter().map(|(_, target, _)| target.clone()).collect());
    for (source, target, expected) in &files {
        let bytes = fs::read(source).map_err(|cause| at(source, cause))?;
        write_private(target, &bytes)?;
        if digest(target)? != *expected {
            return Err(BackupError::Broken(source.clone()));
        }
    }
    Store::open(data).await?.shut().await;
    new.stays();
    Ok(())
}

/// A file and the logs a database keeps beside it: a log of another file would be read as if it were of this one.
fn with_logs(file: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm", "-journal"].into_iter().map(|log| {
        let mut path = file.as_os_str().to_owned();
        path.push(log);
        path.into()
    })
}

fn nothing_there(file: &Path) -> Result<(), BackupError> {
    match with_logs(file).find(|path| path.exists()) {
        Some(path) => Err(BackupError::InTheWay(path)),
        None => Ok(()),
    }
}

/// Files that are being made; gone again, with their logs, unless all of them are whole.
struct New(Vec<PathBuf>);

impl New {
    fn stays(mut self) {
        self.0.clear();
    }
}

impl Drop for New {
    fn drop(&mut self) {
        for path in self.0.iter().flat_map(|file| with_logs(file)) {
            // What was not made yet is not there. What cannot be taken away is found in the way the next time.
            let _ = fs::remove_file(path);
        }
    }
}

/// Everything but what lives: no session that is not closed, no words, no drafts, nobody signed in.
async fn copy_data(source: &Path, copy: &Path) -> Result<(), BackupError> {
    // Before there is a byte in it: the database would let everybody on the machine read along.
    write_private(copy, &[])?;
    let mut from = SqliteConnectOptions::new().filename(source).connect().await?;
    sqlx::query("vacuum into $1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(&mut from)
        .await?;
    from.close().await?;
    let mut connection = alone(copy).await?;
    for statement in [
        "delete from draft",
        "delete from text_key",
        "delete from sealed_text",
        "delete from sign_in",
        "delete from event where session in (select id from session where closed_at is null)",
        "delete from seat where session in (select id from session where closed_at is null)",
        "delete from session where closed_at is null",
        "vacuum",
    ] {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

/// The keys of organisations and nothing else: the key of a session never leaves its file.
async fn copy_keys(source: &Path, copy: &Path) -> Result<(), BackupError> {
    write_private(copy, &[])?;
    let mut connection = alone(copy).await?;
    MIGRATIONS.run_direct(None, &mut connection, false).await?;
    sqlx::query("attach database $1 as source")
        .bind(source.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    let copy = "insert into organisation_key (party, secret) select party, secret from source.organisation_key";
    sqlx::query(copy).execute(&mut connection).await?;
    // A file of keys that no program of today has opened yet has no ids; those that are put back get them then.
    let ids = "select 1 from source.sqlite_master where name = 'store_id'";
    if sqlx::query(ids).fetch_optional(&mut connection).await?.is_some() {
        let copy = "insert into store_id (id, own, other, starts) select id, own, other, starts from source.store_id";
        sqlx::query(copy).execute(&mut connection).await?;
    }
    sqlx::query("detach database source").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// One file and no log beside it.
async fn alone(file: &Path) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Delete)
        .pragma("secure_delete", "on");
    Ok(options.connect().await?)
}

fn digest(file: &Path) -> Result<String, BackupError> {
    let bytes = fs::read(file).map_err(|cause| at(file, cause))?;
    Ok(akkoord::hex::encode(&Sha256::digest(&bytes)))
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|cause| at(path, cause))
}

fn at(path: &Path, cause: io::Error) -> BackupError {
    BackupError::File {
        path: path.to_owned(),
        cause,
    }
}
