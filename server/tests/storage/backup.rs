//! A copy brings back what outlives a session, and never a word that does not (R8).

use std::path::Path;

use akkoord_server::dossier::Dossiers;
use akkoord_server::journal::{Append, Faults};
use akkoord_server::vault::{BackupError, Label, back_up, restore};
use sqlx::Row as _;

use crate::help::*;

/// One closed session, with a release; and one that lives.
async fn one_closed_and_one_living_session(data: &Path) {
    let store = open(data, &Faults::none()).await;
    convene(&store, 1, 0, &["Waterhoenlied".to_owned()]).await;
    convene(&store, 2, 10, &["Zilverreiger".to_owned()]).await;
    let closing = closing(&store, 1, "vrijgegeven").await;
    let closed = store.close(Append {
        closing: Some(closing),
        ..append(1, 1, &["closed"])
    });
    closed.await.unwrap();
    store.shut().await;
}

#[tokio::test]
async fn r8_a_copy_holds_what_closed_and_no_key_of_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    one_closed_and_one_living_session(&at("data")).await;
    back_up(&at("data"), &at("copy"), &at("safe"), crate::help::at(100))
        .await
        .unwrap();
    assert!(!at("copy").join("keys.db").exists());
    restore(&at("copy"), Some(&at("safe")), &at("new")).await.unwrap();

    let store = open(&at("new"), &Faults::none()).await;
    assert!(store.vault.sessions_with_keys().await.unwrap().is_empty());
    assert!(store.journal.session(session(1)).await.unwrap().is_some());
    assert!(
        store.journal.session(session(2)).await.unwrap().is_none(),
        "what lives is not copied"
    );
    let row = sqlx::query("select sealed, wrapped from dossier join copy_key on holder = recipient")
        .fetch_one(store.journal.pool())
        .await
        .unwrap();
    let copy = akkoord_server::journal::SealedCopy {
        sealed: row.get(0),
        wrapped: row.get(1),
    };
    let key = store.vault.organisation_key(party(2)).await.unwrap();
    assert_eq!(
        **key.open_copy(Label::dossier(release(1)), &copy).unwrap(),
        *b"vrijgegeven"
    );
    assert_eq!(Dossiers::new(store.clone()).unconfirmed(party(2)).await.unwrap(), 0);
}

#[tokio::test]
async fn r8_a_copy_from_before_a_close_brings_nothing_unreleased_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let store = open(&at("data"), &Faults::none()).await;
    let key = convene(&store, 1, 0, &["Waterhoenlied".to_owned()]).await;
    assert!(
        !store.journal.texts(session(1)).await.unwrap().is_empty(),
        "it is there while it lives"
    );
    back_up(&at("data"), &at("copy"), &at("safe"), crate::help::at(100))
        .await
        .unwrap();
    drop(key);
    store.shut().await;
    for name in ["copy", "safe"] {
        for file in std::fs::read_dir(at(name)).unwrap() {
            let path = file.unwrap().path();
            let connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            if path.extension().is_none_or(|it| it != "db") {
                continue;
            }
            let pool = sqlx::SqlitePool::connect_with(connection).await.unwrap();
            let tables = sqlx::query(
                "select name from sqlite_master where name in ('sealed_text', 'text_key', 'session_key', 'draft')",
            );
            for table in tables.fetch_all(&pool).await.unwrap() {
                let query = format!("select count(*) from {}", table.get::<String, _>(0));
                let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
                    .fetch_one(&pool)
                    .await
                    .unwrap();
                assert_eq!(count, 0, "{} in {}", table.get::<String, _>(0), path.display());
            }
        }
    }
}

#[tokio::test]
async fn a_copy_cut_short_or_changed_is_refused_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    one_closed_and_one_living_session(&at("data")).await;
    let now = crate::help::at(100);
    assert!(matches!(
        back_up(&at("data"), &at("copy"), &at("copy"), now).await,
        Err(BackupError::NotApart)
    ));
    assert!(matches!(
        back_up(&at("nowhere"), &at("copy"), &at("safe"), now).await,
        Err(BackupError::NothingHere(_))
    ));
    back_up(&at("data"), &at("copy"), &at("safe"), now).await.unwrap();
    assert!(matches!(
        back_up(&at("data"), &at("copy"), &at("safe"), now).await,
        Err(BackupError::InTheWay(_))
    ));
    assert!(matches!(
        restore(&at("copy"), Some(&at("safe")), &at("data")).await,
        Err(BackupError::InTheWay(_))
    ));
    let data = at("copy").join("akkoord.db");
    let whole = std::fs::read(&data).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for broken in [whole[..whole.len() / 2].to_vec(), changed, Vec::new()] {
        std::fs::write(&data, broken).unwrap();
        let refused = restore(&at("copy"), Some(&at("safe")), &at("new")).await;
        assert!(matches!(refused, Err(BackupError::Broken(_))));
        assert!(!at("new").exists());
    }
    std::fs::write(&data, &whole).unwrap();
    std::fs::write(at("copy").join("backup.json"), "{").unwrap();
    assert!(restore(&at("copy"), Some(&at("safe")), &at("new")).await.is_err());
}

#[tokio::test]
async fn a_log_of_another_file_is_not_read_as_if_it_were_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    one_closed_and_one_living_session(&at("data")).await;
    back_up(&at("data"), &at("copy"), &at("safe"), crate::help::at(100))
        .await
        .unwrap();
    for left in ["akkoord.db-wal", "akkoord.db-shm", "akkoord.db-journal", "keys.db-wal"] {
        std::fs::create_dir_all(at("new")).unwrap();
        std::fs::write(at("new").join(left), "left behind").unwrap();
        let refused = restore(&at("copy"), Some(&at("safe")), &at("new")).await;
        assert!(matches!(refused, Err(BackupError::InTheWay(path)) if path.ends_with(left)));
        let there: Vec<_> = names(&at("new"));
        assert_eq!(there, [left], "nothing was put beside it");
        std::fs::remove_dir_all(at("new")).unwrap();
    }
}

#[tokio::test]
async fn a_copy_or_a_return_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    one_closed_and_one_living_session(&at("data")).await;
    let now = crate::help::at(100);
    let keys = std::fs::read(at("data").join("keys.db")).unwrap();
    std::fs::write(at("data").join("keys.db"), "no keys at all").unwrap();
    assert!(back_up(&at("data"), &at("copy"), &at("safe"), now).await.is_err());
    assert!(names(&at("copy")).is_empty() && names(&at("safe")).is_empty());

    std::fs::write(at("data").join("keys.db"), keys).unwrap();
    back_up(&at("data"), &at("copy"), &at("safe"), now).await.unwrap();
    // The keys that are there are no keys: what is put back does not open.
    std::fs::create_dir_all(at("new")).unwrap();
    std::fs::write(at("new").join("keys.db"), "no keys at all").unwrap();
    assert!(restore(&at("copy"), None, &at("new")).await.is_err());
    assert_eq!(names(&at("new")), ["keys.db"]);
}

#[tokio::test]
async fn r2_nobody_else_on_the_machine_reads_a_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    one_closed_and_one_living_session(&at("data")).await;
    // Folders that were there already, open to all: a share, a disk that was mounted.
    for name in ["copy", "safe"] {
        std::fs::create_dir_all(at(name)).unwrap();
        std::fs::set_permissions(at(name), std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    back_up(&at("data"), &at("copy"), &at("safe"), crate::help::at(100))
        .await
        .unwrap();
    restore(&at("copy"), Some(&at("safe")), &at("new")).await.unwrap();
    for name in ["copy", "safe", "new"] {
        for file in names(&at(name)) {
            let mode = std::fs::metadata(at(name).join(&file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}/{file}");
        }
    }
}

/// What stands in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
