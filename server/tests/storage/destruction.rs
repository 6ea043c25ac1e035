//! What is left when something must be gone: nothing, in any dress, in any file.

use std::path::Path;

use akkoord_server::journal::{Append, Faults, SealedText};
use akkoord_server::vault::{Label, VaultError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::help::*;
use crate::scan;

const NOTHING: [String; 0] = [];

/// The thirty-two bytes of the keys of these sessions, as they stand in keys.db.
async fn secrets(folder: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("keys.db"))
        .connect()
        .await
        .unwrap();
    let rows = sqlx::query("select session, secret from session_key")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn words(session: u32, number: u32) -> String {
    format!("kanarie {session}/{number}: de blauwe fiets staat bij de achterdeur")
}

/// Sealed words and wrapped key, by themselves.
fn bytes_of(texts: &[SealedText]) -> Vec<Vec<u8>> {
    texts
        .iter()
        .flat_map(|text| [text.sealed.clone(), text.wrapped.clone()])
        .collect()
}

#[tokio::test]
async fn r8_a_withdrawn_text_leaves_no_byte_after_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let all: Vec<_> = (0..200).map(|number| words(1, number)).collect();
    let key = convene(&store, 1, 0, &all).await;
    let texts = store.journal.texts(session(1)).await.unwrap();
    assert_eq!(texts.len(), 200);
    assert_eq!(key.open_text(&texts[7]).unwrap().text, new_text(7, &words(1, 7)).text);
    let (gone, kept): (Vec<_>, Vec<_>) = texts.into_iter().enumerate().partition(|(at, _)| at % 3 == 0);
    let [gone, kept] = [gone, kept].map(|texts| texts.into_iter().map(|(_, text)| text).collect::<Vec<_>>());
    assert!(
        scan::find(folder.path(), &bytes_of(&gone)).len() >= 2 * gone.len(),
        "the scanner sees them while they are there"
    );
    let mut head = 1;
    for some in gone.chunks(5) {
        let destroy = some.iter().map(|text| text.id).collect();
        head = store
            .journal
            .append(Append {
                destroy,
                ..append(1, head, &["withdrawn"])
            })
            .await
            .unwrap();
    }
    store.journal.checkpoint().await.unwrap();
    assert_eq!(scan::find(folder.path(), &bytes_of(&gone)), NOTHING);
    assert_eq!(store.journal.texts(session(1)).await.unwrap(), kept);
    assert!(kept.iter().all(|text| key.open_text(text).is_ok()));
}

#[tokio::test]
async fn r8_what_was_not_released_is_nowhere_after_the_close() {
    const SESSIONS: u32 = 12;
    const TEXTS: u32 = 40;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let mut canaries = Vec::new();
    let mut sealed = Vec::new();
    for room in 0..SESSIONS {
        // The sessions grow side by side, as in life, so that their rows share pages.
        let all: Vec<_> = (0..TEXTS / 2).map(|number| words(room, number)).collect();
        convene(&store, room, 0, &all).await;
    }
    for number in TEXTS / 2..TEXTS {
        for room in 0..SESSIONS {
            let key = store.vault.session_key(session(room)).await.unwrap().unwrap();
            let text = key.seal_text(&new_text(number, &words(room, number))).unwrap();
            let draft = key
                .seal_draft(person(number), words(room, 1000 + number).as_bytes())
                .unwrap();
            let head = u64::from(number - TEXTS / 2) + 1;
            store
                .journal
                .append(Append {
                    texts: vec![text],
                    ..append(room, head, &["said"])
                })
                .await
                .unwrap();
            store
                .journal
                .save_draft(session(room), person(number), &draft)
                .await
                .unwrap();
            if room % 2 == 0 {
                sealed.push(draft);
            }
        }
    }
    let keys = secrets(folder.path()).await;
    assert_eq!(keys.len(), SESSIONS as usize);
    let head = u64::from(TEXTS / 2) + 1;
    for room in (0..SESSIONS).filter(|room| room % 2 == 0) {
        sealed.extend(bytes_of(&store.journal.texts(session(room)).await.unwrap()));
        canaries.extend((0..1000 + TEXTS).map(|number| words(room, number).into_bytes()));
    }
    let dead: Vec<_> = keys
        .iter()
        .filter(|(id, _)| (0..SESSIONS).any(|room| room % 2 == 0 && session(room).bytes() == id[..]))
        .map(|(_, secret)| secret.clone())
        .collect();
    assert_eq!(dead.len(), SESSIONS as usize / 2);
    assert!(
        scan::find(folder.path(), &sealed).len() >= sealed.len(),
        "the scanner sees what is sealed while it is there"
    );
    assert!(
        scan::find(folder.path(), &dead).len() >= dead.len(),
        "the scanner sees the keys while they live"
    );
    for room in (0..SESSIONS).filter(|room| room % 2 == 0) {
        let closing = closing(&store, room, &words(room, 5000)).await;
        let closed = store
            .close(Append {
                closing: Some(closing),
                ..append(room, head, &["closed"])
            })
            .await;
        assert_eq!(closed.unwrap(), head + 1);
    }
    assert_eq!(scan::find(folder.path(), &canaries), NOTHING, "words");
    assert_eq!(scan::find(folder.path(), &dead), NOTHING, "keys of sessions");
    assert_eq!(
        scan::find(folder.path(), &sealed),
        NOTHING,
        "sealed words, wrapped keys and drafts"
    );
    // Those that live on are untouched.
    for room in (0..SESSIONS).filter(|room| room % 2 == 1) {
        let key = store.vault.session_key(session(room)).await.unwrap().unwrap();
        let texts = store.journal.texts(session(room)).await.unwrap();
        assert_eq!(texts.len(), TEXTS as usize);
        assert!(texts.iter().all(|text| key.open_text(text).is_ok()));
    }
}

/// Withdrawn here and there, in any order: whatever its neighbours did, no wrapped key lingers in the slack of a page.
#[tokio::test]
async fn r8_a_withdrawn_key_is_in_no_file_whatever_its_neighbours_did() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let all: Vec<_> = (0..600).map(|number| words(1, number)).collect();
    convene(&store, 1, 0, &all).await;
    let texts = store.journal.texts(session(1)).await.unwrap();
    // A multiplication that visits every text once, far from the one before.
    let scattered = (0..600)
        .map(|turn| &texts[turn * 371 % 600])
        .filter(|text| text.id.bytes()[15] % 4 != 0);
    let gone: Vec<_> = scattered.cloned().collect();
    let mut head = 1;
    for some in gone.chunks(9) {
        let destroy = some.iter().map(|text| text.id).collect();
        head = store
            .journal
            .append(Append {
                destroy,
                ..append(1, head, &["withdrawn"])
            })
            .await
            .unwrap();
    }
    store.journal.checkpoint().await.unwrap();
    let wrapped: Vec<_> = gone.into_iter().map(|text| text.wrapped).collect();
    assert_eq!(scan::find(folder.path(), &wrapped), NOTHING);
    // The places stay, empty, so that no neighbour has had to move.
    let places: i64 = sqlx::query_scalar("select count(*) from text_key")
        .fetch_one(store.journal.pool())
        .await
        .unwrap();
    assert_eq!(places, 600);
}

/// The negative control of the close: the same scan finds words that somebody stored without sealing them.
#[tokio::test]
async fn a_plain_text_in_the_store_would_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    convene(&store, 1, 0, &[]).await;
    store
        .journal
        .save_draft(session(1), person(1), words(1, 1).as_bytes())
        .await
        .unwrap();
    assert_ne!(scan::find(folder.path(), &[words(1, 1).into_bytes()]), NOTHING);
}

/// The key dies with few others around and with many, in any order: nothing lingers in the slack of a page.
#[tokio::test]
async fn r8_a_destroyed_key_is_in_no_file_whatever_its_neighbours_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    // Ids that jump about, so that rows are inserted between others.
    let room = |number: u32| number.wrapping_mul(2_654_435_761);
    for number in 0..300 {
        store.vault.begin_session(session(room(number))).await.unwrap();
    }
    let before = secrets(folder.path()).await;
    let gone: Vec<_> = (0..300)
        .filter(|number| number % 4 != 0)
        .map(|number| session(room(number)))
        .collect();
    let (few, many) = gone.split_at(3);
    for session in few {
        store.vault.destroy_session(*session).await.unwrap();
    }
    store.vault.destroy_sessions(many).await.unwrap();
    let dead: Vec<_> = before
        .iter()
        .filter(|(id, _)| gone.iter().any(|gone| gone.bytes() == id[..]))
        .map(|(_, key)| key.clone())
        .collect();
    assert_eq!(dead.len(), 225);
    assert_eq!(scan::find(folder.path(), &dead), NOTHING);
    assert_eq!(store.vault.sessions_with_keys().await.unwrap().len(), 75);
}

#[tokio::test]
async fn r8_yesterdays_backup_opens_nothing_after_the_close() {
    let [folder, backup] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = open(folder.path(), &Faults::none()).await;
    convene(&store, 1, 0, &[words(1, 1)]).await;
    store.journal.checkpoint().await.unwrap();
    std::fs::copy(folder.path().join("akkoord.db"), backup.path().join("akkoord.db")).unwrap();
    let closing = closing(&store, 1, "released").await;
    store
        .close(Append {
            closing: Some(closing),
            ..append(1, 1, &["closed"])
        })
        .await
        .unwrap();
    std::fs::copy(folder.path().join("keys.db"), backup.path().join("keys.db")).unwrap();
    store.shut().await;
    let restored = open(backup.path(), &Faults::none()).await;
    assert_eq!(
        restored.journal.texts(session(1)).await.unwrap().len(),
        1,
        "the backup is from before the close"
    );
    assert!(restored.vault.session_key(session(1)).await.unwrap().is_none());
    assert_eq!(secrets(backup.path()).await, []);
}

#[tokio::test]
async fn a_row_that_is_moved_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let here = convene(&store, 1, 0, &[]).await;
    let there = convene(&store, 2, 0, &[]).await;
    let [a, b] = [1, 2].map(|number| here.seal_text(&new_text(number, "words")).unwrap());
    assert!(here.open_text(&a).is_ok());
    let unopenable = |text: SealedText| assert!(matches!(here.open_text(&text), Err(VaultError::Unopenable)));
    unopenable(SealedText { id: b.id, ..a.clone() });
    unopenable(SealedText {
        sealed: b.sealed.clone(),
        ..a.clone()
    });
    unopenable(SealedText {
        wrapped: b.wrapped.clone(),
        ..a.clone()
    });
    unopenable(SealedText {
        sealed: b.sealed.clone(),
        wrapped: b.wrapped.clone(),
        ..a.clone()
    });
    unopenable(SealedText {
        sealed: a.wrapped.clone(),
        wrapped: a.sealed.clone(),
        ..a.clone()
    });
    unopenable(there.seal_text(&new_text(1, "words")).unwrap());
    assert!(there.open_text(&a).is_err());

    let draft = here.seal_draft(person(1), b"draft").unwrap();
    assert!(here.open_draft(person(1), &draft).is_ok());
    assert!(here.open_draft(person(2), &draft).is_err());
    assert!(there.open_draft(person(1), &draft).is_err());

    let [giver, recipient] = [1, 2].map(party);
    let giver = store.vault.organisation_key(giver).await.unwrap();
    let recipient = store.vault.organisation_key(recipient).await.unwrap();
    let item = recipient.seal_copy(Label::dossier(release(1)), b"item").unwrap();
    assert!(recipient.open_copy(Label::dossier(release(1)), &item).is_ok());
    assert!(recipient.open_copy(Label::dossier(release(2)), &item).is_err());
    assert!(recipient.open_copy(Label::register(release(1)), &item).is_err());
    assert!(giver.open_copy(Label::dossier(release(1)), &item).is_err());
    let record = recipient.seal_for(Label::record(session(1)), b"record").unwrap();
    assert!(recipient.open_for(Label::record(session(1)), &record).is_ok());
    assert!(recipient.open_for(Label::record(session(2)), &record).is_err());
    assert!(giver.open_for(Label::record(session(1)), &record).is_err());
}

#[tokio::test]
async fn r8_an_interrupted_close_is_finished_before_anybody_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    convene(&store, 1, 0, &[words(1, 1)]).await;
    convene(&store, 2, 10, &[words(2, 1)]).await;
    let dead: Vec<_> = secrets(folder.path())
        .await
        .into_iter()
        .filter(|(id, _)| id[..] == session(1).bytes())
        .map(|(_, key)| key)
        .collect();
    let closing = closing(&store, 1, "released").await;
    // The close is committed, and then the power fails.
    store
        .journal
        .append(Append {
            closing: Some(closing),
            ..append(1, 1, &["closed"])
        })
        .await
        .unwrap();
    assert_ne!(
        scan::find(folder.path(), &dead),
        NOTHING,
        "this is what must be finished"
    );
    store.shut().await;
    let store = open(folder.path(), &Faults::none()).await;
    assert_eq!(scan::find(folder.path(), &dead), NOTHING);
    assert_eq!(store.vault.sessions_with_keys().await.unwrap(), [session(2)]);
    assert_eq!(store.finish_interrupted_closes().await.unwrap(), []);
}

/// Between the making of a key and the first append a crash leaves a key for nothing.
#[tokio::test]
async fn a_key_whose_session_never_began_does_not_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    store.vault.begin_session(session(1)).await.unwrap();
    assert_eq!(
        store.finish_interrupted_closes().await.unwrap(),
        [],
        "while we run it may be about to begin"
    );
    store.shut().await;
    let store = open(folder.path(), &Faults::none()).await;
    assert_eq!(store.vault.sessions_with_keys().await.unwrap(), []);
}
