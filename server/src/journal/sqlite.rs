//! What is different about SQLite: how a file is opened, how a transaction begins, and how deleted bytes leave the disk.
//!
//! What `delete` does not do here: with `secure_delete` the bytes are overwritten in the page, but the old page stays in the
//! write-ahead log until a checkpoint that truncates it. So nothing is destroyed before [`truncate`] has said so.
//!
//! And what `secure_delete` does not do: when rows go, the remaining ones are moved together, and now and then a copy stays
//! behind in the slack of a page, to outlive its row. So a wrapped key is never deleted but overwritten where it stands, and
//! the small file of session keys is rewritten whole ([`rewrite`]). Sealed words without a key do no harm.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Row};

use super::fault::Faults;

/// Waits for no writer, and takes the lock before the first read: no later statement can find that it lost the race.
pub(crate) const BEGIN: &str = "begin immediate";
/// Nothing of it happened.
pub(crate) const ROLLBACK: &str = "rollback";
/// Returns when the bytes are on the disk (`synchronous = full`).
pub(crate) const COMMIT: &str = "commit";

/// Makes the folder (0700) and the file (0600) if they are not there. SQLite gives its `-wal` and `-shm` files the
/// permissions of the file itself.
pub(crate) fn make_private(folder: &Path, file: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Opening without truncating: an existing store keeps its contents.
    OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    std::fs::set_permissions(file, Permissions::from_mode(0o600))
}

/// How every connection to a store is opened, for reading and for writing.
pub(crate) fn options(file: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit returns after the sync: "acknowledged" means "on the disk".
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(patience)
        .pragma("secure_delete", "on")
        // Nothing sorted or spilled ever reaches a file of its own.
        .pragma("temp_store", "memory")
        .pragma("trusted_schema", "off")
        // Statements are no secret, but slow ones would be logged with timing per party.
        .disable_statement_logging()
}

/// Moves what it can from the log to the file without hindering anybody, so that [`truncate`] has little left to do.
pub(crate) async fn checkpoint_in_passing(
    connection: &mut SqliteConnection,
    faults: &Faults,
) -> Result<(), sqlx::Error> {
    faults.call("checkpoint_in_passing")?;
    sqlx::query("pragma wal_checkpoint(passive)")
        .execute(connection)
        .await
        .map(|_| ())
}

/// Empties the write-ahead log into the file and cuts it to nothing. False when a reader or another writer was in the way:
/// try again.
pub(crate) async fn truncate(connection: &mut SqliteConnection, faults: &Faults) -> Result<bool, sqlx::Error> {
    faults.call("truncate")?;
    let row = sqlx::query("pragma wal_checkpoint(truncate)")
        .fetch_one(connection)
        .await?;
    let busy: i64 = row.try_get(0)?;
    Ok(busy == 0)
}

/// Rewrites the whole file, so that no copy of a deleted row lingers in the slack of a page. For small files.
pub(crate) async fn rewrite(connection: &mut SqliteConnection, faults: &Faults) -> Result<(), sqlx::Error> {
    faults.call("rewrite")?;
    sqlx::query("vacuum").execute(connection).await.map(|_| ())
}

/// How long this connection waits for others from now on.
pub(crate) async fn set_patience(connection: &mut SqliteConnection, patience: Duration) -> Result<(), sqlx::Error> {
    let text = format!("pragma busy_timeout = {}", patience.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(text))
        .execute(connection)
        .await
        .map(|_| ())
}

/// The file will not grow past this many pages; 0 means the database's own limit.
pub(crate) async fn set_size_limit(connection: &mut SqliteConnection, pages: u32) -> Result<(), sqlx::Error> {
    let pages = if pages == 0 { u32::MAX - 1 } else { pages };
    let text = format!("pragma max_page_count = {pages}");
    sqlx::query(sqlx::AssertSqlSafe(text))
        .execute(connection)
        .await
        .map(|_| ())
}
