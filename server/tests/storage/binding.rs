//! Data and keys that do not belong together are not opened, and one server works in a folder.

use std::path::{Path, PathBuf};

use akkoord_server::journal::{Append, Faults};
use akkoord_server::vault::{FolderLock, Store, VaultError, back_up, restore};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::help::*;

/// A folder in which something was released, and somewhere to put files.
struct Folders {
    all: tempfile::TempDir,
}

impl Folders {
    async fn open() -> Self {
        let all = tempfile::tempdir().unwrap();
        released(&all.path().join("data"), 1).await;
        Self { all }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.all.path().join(name)
    }

    fn keys(&self) -> PathBuf {
        self.at("data").join("keys.db")
    }
}

/// Opens the folder, closes a session in it with a release, and lets go of both files.
async fn released(folder: &Path, number: u32) {
    let store = open(folder, &Faults::none()).await;
    convene(&store, number, 0, &["words".to_owned()]).await;
    let closing = closing(&store, number, "released").await;
    let close = store.close(Append {
        closing: Some(closing),
        ..append(number, 1, &["closed"])
    });
    close.await.unwrap();
    store.shut().await;
}

/// Why the folder does not open: to serve from it, and beside a running program.
async fn refused(folder: &Path) -> [VaultError; 2] {
    let serving = Store::open_with(folder, settings(&Faults::none())).await;
    let beside = Store::open_beside(folder).await;
    [serving, beside].map(|opened| opened.err().expect("it does not open"))
}

#[tokio::test]
async fn a_missing_file_of_keys_is_not_made_anew() {
    let folders = Folders::open().await;
    std::fs::remove_file(folders.keys()).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::KeysMissing(_)), "{why}");
        assert!(why.to_string().contains("akkoord restore --keys-from"), "{why}");
    }
    assert!(!folders.keys().exists(), "none was made");
}

#[tokio::test]
async fn a_foreign_file_of_keys_is_refused() {
    let folders = Folders::open().await;
    released(&folders.at("other"), 1).await;
    std::fs::copy(folders.at("other").join("keys.db"), folders.keys()).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::KeysForeign(_)), "{why}");
    }
}

#[tokio::test]
async fn an_older_file_of_keys_is_refused() {
    let folders = Folders::open().await;
    std::fs::copy(folders.keys(), folders.at("older")).unwrap();
    released(&folders.at("data"), 2).await;
    std::fs::copy(folders.at("older"), folders.keys()).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::KeysOlder(_)), "{why}");
    }
}

#[tokio::test]
async fn a_file_of_keys_without_the_key_of_who_holds_something_is_refused() {
    let folders = Folders::open().await;
    statement(&folders.keys(), "delete from organisation_key").await;
    let why = Store::open_with(&folders.at("data"), settings(&Faults::none()))
        .await
        .err();
    assert!(matches!(why, Some(VaultError::KeysOlder(_))), "{why:?}");
}

#[tokio::test]
async fn keys_without_data_are_refused_and_an_older_file_of_data_is_not() {
    let folders = Folders::open().await;
    let data = folders.at("data").join("akkoord.db");
    std::fs::copy(&data, folders.at("older")).unwrap();
    released(&folders.at("data"), 2).await;
    std::fs::remove_file(&data).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::DataMissing(_)), "{why}");
    }
    assert!(!data.exists(), "none was made");
    std::fs::copy(folders.at("older"), &data).unwrap();
    let store = open(&folders.at("data"), &Faults::none()).await;
    store.shut().await;
    released(&folders.at("data"), 3).await;
}

#[tokio::test]
async fn a_folder_of_before_gets_its_ids_and_keeps_them() {
    let folders = Folders::open().await;
    for file in [folders.keys(), folders.at("data").join("akkoord.db")] {
        statement(&file, "delete from store_id").await;
    }
    let store = Store::open_beside(&folders.at("data")).await.unwrap();
    store.shut().await;
    released(&folders.at("data"), 2).await;
    // A first start that was cut short between the two files.
    statement(&folders.at("data").join("akkoord.db"), "delete from store_id").await;
    released(&folders.at("data"), 3).await;
    std::fs::remove_file(folders.keys()).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::KeysMissing(_)), "{why}");
    }
}

#[tokio::test]
async fn what_is_put_back_belongs_together_and_with_the_keys_that_are_there() {
    let folders = Folders::open().await;
    let now = at(100);
    back_up(&folders.at("data"), &folders.at("copy"), &folders.at("safe"), now)
        .await
        .unwrap();
    restore(&folders.at("copy"), Some(&folders.at("safe")), &folders.at("new"))
        .await
        .unwrap();
    released(&folders.at("new"), 7).await;
    // The data are lost, the keys are there and newer.
    released(&folders.at("data"), 2).await;
    for log in ["akkoord.db", "akkoord.db-wal", "akkoord.db-shm"] {
        let _ = std::fs::remove_file(folders.at("data").join(log));
    }
    restore(&folders.at("copy"), None, &folders.at("data")).await.unwrap();
    released(&folders.at("data"), 3).await;
    // The keys of the copy fit the data of today no more.
    std::fs::copy(folders.at("safe").join("keys.db"), folders.keys()).unwrap();
    for why in refused(&folders.at("data")).await {
        assert!(matches!(why, VaultError::KeysOlder(_)), "{why}");
    }
}

#[tokio::test]
async fn one_server_works_in_a_folder_and_tasks_beside_it_may() {
    let folders = Folders::open().await;
    let lock = FolderLock::take(&folders.at("data")).unwrap();
    assert!(matches!(
        FolderLock::take(&folders.at("data")),
        Err(VaultError::InUse(_))
    ));
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_akkoord"))
        .args([
            "serve",
            "--direct",
            "--origin",
            "https://akkoord.example",
            "--listen",
            "127.0.0.1:0",
        ])
        .arg("--data")
        .arg(folders.at("data"))
        .output()
        .unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("werkt al een akkoord"), "{said}");
    let store = Store::open_beside(&folders.at("data")).await.unwrap();
    store.shut().await;
    back_up(&folders.at("data"), &folders.at("copy"), &folders.at("safe"), at(100))
        .await
        .unwrap();
    drop(lock);
    assert!(FolderLock::take(&folders.at("data")).is_ok());
}

async fn statement(file: &Path, text: &'static str) {
    use sqlx::Connection as _;
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query(text).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
