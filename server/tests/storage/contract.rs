//! What the journal promises when all goes well.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use akkoord_server::journal::{Append, AppendError, Faults, Journal, SealedCopy, sql};
use akkoord_server::vault::Label;
use sqlx::Row as _;

use crate::help::*;

const CONFLICT: AppendError = AppendError::Conflict;

#[tokio::test]
async fn a_fresh_session_is_read_back_in_order_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    assert_eq!(journal.append(append(1, 0, &["a", "b"])).await, Ok(2));
    assert_eq!(journal.append(append(1, 2, &["c"])).await, Ok(3));
    journal.shut().await;
    let journal = Journal::open(folder.path()).await.unwrap();
    assert_eq!(names(&journal, 1).await, ["a", "b", "c"]);
    let tail = journal.read(session(1), 2).await.unwrap();
    assert_eq!((tail.len(), tail[0].seq, tail[0].link), (1, 3, event("c").link));
    assert!(journal.read(session(2), 0).await.unwrap().is_empty());
    let row = journal.session(session(1)).await.unwrap().unwrap();
    assert_eq!(
        (row.head, row.convened_at, row.closed_at),
        (3, at(0), None),
        "to the microsecond"
    );
}

#[tokio::test]
async fn who_has_not_seen_the_last_event_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    journal.append(append(1, 0, &["a", "b"])).await.unwrap();
    for expected in [0, 1, 3, u64::from(u32::MAX)] {
        assert_eq!(
            journal.append(append(1, expected, &["late"])).await,
            Err(CONFLICT),
            "expected {expected}"
        );
    }
    assert_eq!(
        journal.append(append(2, 1, &["nowhere"])).await,
        Err(CONFLICT),
        "a session that was never convened"
    );
    assert_eq!(names(&journal, 1).await, ["a", "b"]);
    assert_eq!(names(&journal, 2).await, [""; 0]);
}

/// On one thread the three requests are in the queue before the writer looks, so they share a transaction.
#[tokio::test]
async fn the_neighbours_of_a_conflict_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    journal.append(append(2, 0, &["a", "b"])).await.unwrap();
    let (one, two, three) = tokio::join!(
        journal.append(append(1, 0, &["x"])),
        journal.append(append(2, 1, &["late"])),
        journal.append(append(3, 0, &["y"])),
    );
    assert_eq!((one, two, three), (Ok(1), Err(CONFLICT), Ok(1)));
    assert_eq!(names(&journal, 2).await, ["a", "b"]);
}

#[tokio::test]
async fn the_neighbours_of_a_mistake_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let journal = &store.journal;
    let key = convene(&store, 1, 0, &["once".to_owned()]).await;
    convene(&store, 2, 10, &[]).await;
    let again = key.seal_text(&new_text(0, "twice")).unwrap();
    let (double, fine, empty, draft) = tokio::join!(
        journal.append(Append {
            texts: vec![again.clone()],
            ..append(1, 1, &["a text id used twice"])
        }),
        journal.append(append(2, 1, &["fine"])),
        journal.append(append(3, 0, &[])),
        journal.save_draft(session(2), person(1), b"sealed"),
    );
    assert!(matches!(double, Err(AppendError::Unavailable { .. })), "{double:?}");
    assert!(matches!(empty, Err(AppendError::Unavailable { .. })), "{empty:?}");
    assert_eq!((fine, draft), (Ok(2), Ok(())));
    assert_eq!(names(journal, 1).await, ["convened"]);
    assert_eq!(names(journal, 2).await, ["convened", "fine"]);
}

#[tokio::test]
async fn a_hundred_rooms_share_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let faults = Faults::watching();
    let store = open(folder.path(), &faults).await;
    let appends = (0..100).map(|room| store.journal.append(append(room, 0, &["convened"])));
    assert!(
        futures_util::future::join_all(appends)
            .await
            .into_iter()
            .all(|answer| answer == Ok(1))
    );
    assert_eq!(faults.seen()["commit"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_writers_racing_over_two_sessions_leave_no_gap_and_no_double() {
    const EACH: usize = 25;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    let writers = (0..4).map(|writer| {
        let journal = journal.clone();
        tokio::spawn(async move {
            for turn in 0..EACH {
                for room in [1, 2] {
                    let name = format!("{writer}-{turn}");
                    loop {
                        let head = journal.session(session(room)).await.unwrap().map_or(0, |row| row.head);
                        match journal.append(append(room, head, &[&name])).await {
                            Ok(now) => break assert_eq!(now, head + 1),
                            Err(error) => assert_eq!(error, CONFLICT),
                        }
                    }
                }
            }
        })
    });
    for writer in futures_util::future::join_all(writers).await {
        writer.unwrap();
    }
    for room in [1, 2] {
        let names = names(&journal, room).await;
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (4 * EACH, 4 * EACH));
        for writer in 0..4 {
            let own: Vec<_> = names
                .iter()
                .filter(|name| name.starts_with(&format!("{writer}-")))
                .collect();
            assert!(
                own.iter()
                    .zip(0..)
                    .all(|(name, turn)| **name == format!("{writer}-{turn}")),
                "in its own order"
            );
        }
    }
}

#[tokio::test]
async fn r7_a_close_leaves_dossier_register_and_record_and_nothing_can_follow() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let journal = &store.journal;
    convene(&store, 1, 0, &["not released".to_owned()]).await;
    journal.save_draft(session(1), person(1), b"sealed").await.unwrap();
    let closing = closing(&store, 1, "released").await;
    // The draft is in the same transaction as the close, and loses.
    let (closed, draft) = tokio::join!(
        journal.append(Append {
            closing: Some(closing),
            ..append(1, 1, &["closed"])
        }),
        journal.save_draft(session(1), person(2), b"sealed"),
    );
    assert_eq!((closed, draft), (Ok(2), Err(CONFLICT)));
    assert_eq!(journal.append(append(1, 2, &["after"])).await, Err(CONFLICT));
    assert_eq!(
        journal.save_draft(session(1), person(1), b"sealed").await,
        Err(CONFLICT)
    );
    assert_eq!(journal.draft(session(1), person(1)).await.unwrap(), None);
    assert!(journal.texts(session(1)).await.unwrap().is_empty());
    assert_eq!(
        journal.session(session(1)).await.unwrap().unwrap().closed_at,
        Some(at(60))
    );
    let key = store.vault.organisation_key(party(2)).await.unwrap();
    let row = sqlx::query(
        "select sealed, retain_until, giver, wrapped from dossier \
         join copy_key on holder = recipient and copy_key.release = dossier.release",
    )
    .fetch_one(journal.pool())
    .await
    .unwrap();
    let copy = SealedCopy {
        sealed: row.get(0),
        wrapped: row.get(3),
    };
    assert_eq!(
        **key.open_copy(Label::dossier(release(1)), &copy).unwrap(),
        *b"released"
    );
    assert_eq!(row.get::<i64, _>(1), at(1000).timestamp_micros());
    assert_eq!(row.get::<Vec<u8>, _>(2), party(1).bytes());
    for (table, query) in [
        ("register", "select count(*) from register"),
        ("record", "select count(*) from record"),
        (
            "release",
            "select count(*) from release where head = 0 and until = given_until",
        ),
    ] {
        let count: i64 = sqlx::query_scalar(query).fetch_one(journal.pool()).await.unwrap();
        assert_eq!(count, 1, "{table}");
    }
}

#[tokio::test]
async fn r7_a_close_whose_rows_are_refused_has_not_happened() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    convene(&store, 1, 0, &["still here".to_owned()]).await;
    let mut closing = closing(&store, 1, "released").await;
    closing.dossier.push(closing.dossier[0].clone());
    let refused = store
        .close(Append {
            closing: Some(closing),
            ..append(1, 1, &["closed"])
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(names(&store.journal, 1).await, ["convened"]);
    assert_eq!(store.journal.texts(session(1)).await.unwrap().len(), 1);
    let count: i64 = sqlx::query_scalar("select count(*) from dossier")
        .fetch_one(store.journal.pool())
        .await
        .unwrap();
    assert_eq!(count, 0);
    assert_eq!(store.vault.sessions_with_keys().await.unwrap(), [session(1)]);
}

#[tokio::test]
async fn boards_find_their_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    for (room, seats) in [(1, vec![1, 2]), (2, vec![2, 2, 3]), (3, vec![1])] {
        let parties = Some(seats.into_iter().map(party).collect());
        let convened = Append {
            parties,
            at: at(i64::from(room)),
            ..append(room, 0, &["convened"])
        };
        journal.append(convened).await.unwrap();
    }
    let board = async |who| {
        let rows = journal.sessions_of(party(who)).await.unwrap();
        rows.into_iter()
            .map(|row| (row.session, row.parties))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        board(1).await,
        [(session(3), vec![party(1)]), (session(1), vec![party(1), party(2)])],
        "newest first"
    );
    assert_eq!(board(2).await.len(), 2);
    assert_eq!(board(4).await, []);
    // A seat given up, in the same transaction as the event that says so.
    journal
        .append(Append {
            parties: Some(vec![party(1)]),
            ..append(1, 1, &["left"])
        })
        .await
        .unwrap();
    assert_eq!(board(2).await, [(session(2), vec![party(2), party(3)])]);
    // Nothing said about seats: nothing changes.
    journal.append(append(1, 2, &["spoke"])).await.unwrap();
    assert_eq!(board(1).await.len(), 2);
    let open = journal.sessions_open().await.unwrap();
    assert_eq!(
        open.iter().map(|row| (row.session, row.head)).collect::<Vec<_>>(),
        [(session(3), 1), (session(2), 1), (session(1), 3),]
    );
}

#[tokio::test]
async fn r14_the_sessions_that_are_due_are_found_the_longest_overdue_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let journal = &store.journal;
    for (room, due_at) in [(1, Some(at(100))), (2, Some(at(50))), (3, None), (4, Some(at(200)))] {
        let convened = Append {
            due_at,
            ..append(room, 0, &["convened"])
        };
        assert_eq!(journal.append(convened).await, Ok(1));
    }
    let due = async |seconds| journal.sessions_due(at(seconds)).await.unwrap();
    assert_eq!(due(49).await, [session(3)], "also where it is not known when");
    assert_eq!(due(50).await, [3, 2].map(session));
    assert_eq!(due(150).await, [3, 2, 1].map(session));
    // Whatever happens there says anew when somebody must look.
    let spoke = Append {
        due_at: Some(at(300)),
        ..append(2, 1, &["spoke"])
    };
    assert_eq!(journal.append(spoke).await, Ok(2));
    assert_eq!(due(150).await, [3, 1].map(session));
    // What is over is never due.
    for room in [1, 3] {
        let closing = closing(&store, room, "released").await;
        let closed = Append {
            closing: Some(closing),
            ..append(room, 1, &["closed"])
        };
        assert_eq!(store.close(closed).await.unwrap(), 2);
    }
    assert_eq!(due(400).await, [4, 2].map(session));
}

#[tokio::test]
async fn one_draft_per_person_and_session_the_latest() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let journal = &store.journal;
    let key = convene(&store, 1, 0, &[]).await;
    for words in ["first", "second"] {
        let sealed = key.seal_draft(person(1), words.as_bytes()).unwrap();
        journal.save_draft(session(1), person(1), &sealed).await.unwrap();
    }
    let sealed = journal.draft(session(1), person(1)).await.unwrap().unwrap();
    assert_eq!(**key.open_draft(person(1), &sealed).unwrap(), *b"second");
    assert_eq!(journal.draft(session(1), person(2)).await.unwrap(), None);
    assert_eq!(
        journal.save_draft(session(9), person(1), b"sealed").await,
        Err(CONFLICT),
        "no such session"
    );
    journal.drop_draft(session(1), person(1)).await.unwrap();
    journal.drop_draft(session(1), person(1)).await.unwrap();
    assert_eq!(journal.draft(session(1), person(1)).await.unwrap(), None);
}

#[tokio::test]
async fn keys_are_made_once_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Faults::none()).await;
    let key = convene(&store, 1, 0, &["words".to_owned()]).await;
    let organisation = store.vault.organisation_key(party(1)).await.unwrap();
    let sealed = organisation.seal_for(Label::record(session(1)), b"for later").unwrap();
    drop(key);
    store.shut().await;
    let store = open(folder.path(), &Faults::none()).await;
    let again = store.vault.begin_session(session(1)).await.unwrap();
    let texts = store.journal.texts(session(1)).await.unwrap();
    let opened = again.open_text(&texts[0]).unwrap();
    assert_eq!(
        (opened.text, opened.salt),
        (new_text(0, "words").text, new_text(0, "words").salt)
    );
    let organisation = store.vault.organisation_key(party(1)).await.unwrap();
    assert_eq!(
        **organisation.open_for(Label::record(session(1)), &sealed).unwrap(),
        *b"for later"
    );
    assert!(store.vault.session_key(session(2)).await.unwrap().is_none());
}

#[tokio::test]
async fn the_files_are_ours_alone_and_every_connection_is_careful() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("data");
    let store = open(&inside, &Faults::none()).await;
    convene(&store, 1, 0, &["words".to_owned()]).await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inside), 0o700);
    let mut files = 0;
    for file in std::fs::read_dir(&inside).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 4, "two files and their logs");
    for (pragma, value) in [
        ("pragma synchronous", 2),
        ("pragma secure_delete", 1),
        ("pragma foreign_keys", 1),
        ("pragma temp_store", 2),
    ] {
        let found: i64 = sqlx::query_scalar(pragma)
            .fetch_one(store.journal.pool())
            .await
            .unwrap();
        assert_eq!(found, value, "{pragma}");
    }
}

/// A statement that no test runs promises nothing.
#[tokio::test]
async fn every_statement_has_run() {
    let folder = tempfile::tempdir().unwrap();
    let faults = Faults::watching();
    let store = open(folder.path(), &faults).await;
    crate::failure::story(&store, &mut crate::failure::Told::default()).await;
    // Asks for the program's own key.
    akkoord_server::identity::Identity::new(&store).await.unwrap();
    let seen = faults.seen();
    for statement in sql::JOURNAL.iter().chain(sql::KEYS) {
        assert!(seen.contains_key(statement.name), "{} has not run", statement.name);
        assert_eq!(statement.text, statement.text.to_lowercase());
    }
}
