//! What happens when the disk does not cooperate: nobody is told what is not true, and all goes on when it can.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use akkoord::ids::TextId;
use akkoord_server::journal::{Append, AppendError, CopyChange, Faults, Journal, ReleaseChange};
use akkoord_server::vault::{CloseError, Label, OrganisationKey, Store};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::help::*;

/// What somebody was told is true.
#[derive(Default)]
pub struct Told {
    /// Events acknowledged.
    events: Vec<&'static str>,
    /// Texts acknowledged and not destroyed since.
    texts: Vec<TextId>,
    /// Texts whose destruction was acknowledged.
    destroyed: Vec<TextId>,
    /// A draft acknowledged (true) or dropped (false).
    draft: Option<bool>,
    /// Whether the close was acknowledged.
    closed: bool,
    /// Calls that failed.
    failures: u32,
}

/// Everything a session does in its life, each step tried until it is done, as a room would: read on, decide again.
pub async fn story(store: &Store, told: &mut Told) {
    let journal = &store.journal;
    let key = loop {
        match store.vault.begin_session(session(1)).await {
            Ok(key) => break key,
            Err(_) => told.failures += 1,
        }
    };
    let texts = |number: u32| vec![key.seal_text(&new_text(number, "words of a text")).unwrap()];
    let parties = Some(vec![party(1), party(2)]);
    write(
        store,
        told,
        "one",
        Append {
            texts: texts(1),
            parties,
            ..append(1, 0, &[])
        },
    )
    .await;
    write(
        store,
        told,
        "two",
        Append {
            texts: texts(2),
            ..append(1, 0, &[])
        },
    )
    .await;
    for number in [1, 2] {
        let sealed = key.seal_draft(person(number), b"a draft").unwrap();
        while journal.save_draft(session(1), person(number), &sealed).await.is_err() {
            told.failures += 1;
        }
    }
    told.draft = Some(true);
    while journal.drop_draft(session(1), person(2)).await.is_err() {
        told.failures += 1;
    }
    write(
        store,
        told,
        "withdrawn",
        Append {
            destroy: vec![text_id(1)],
            ..append(1, 0, &[])
        },
    )
    .await;
    while journal.checkpoint().await.is_err() {
        told.failures += 1;
    }
    for read in 0..7 {
        loop {
            let failed = match read {
                0 => journal.texts(session(1)).await.is_err(),
                1 => journal.draft(session(1), person(1)).await.is_err(),
                2 => journal.sessions_of(party(1)).await.is_err(),
                3 => journal.sessions_open().await.is_err(),
                4 => journal.session(session(1)).await.is_err(),
                5 => journal.sessions_due(at(0)).await.is_err(),
                _ => store.vault.sessions_with_keys().await.is_err(),
            };
            if !failed {
                break;
            }
            told.failures += 1;
        }
    }
    let mut keys = Vec::new();
    for who in [1, 2] {
        keys.push(loop {
            match store.vault.organisation_key(party(who)).await {
                Ok(key) => break key,
                Err(_) => told.failures += 1,
            }
        });
    }
    let closing = closing_with(&keys[0], &keys[1], 1, "released");
    write(
        store,
        told,
        "closed",
        Append {
            closing: Some(closing),
            ..append(1, 0, &[])
        },
    )
    .await;
    afterwards(store, told, &keys).await;
}

/// What happens to a release after its session: corrected at both holders, then ended at both.
async fn afterwards(store: &Store, told: &mut Told, keys: &[OrganisationKey]) {
    let put = |key: &OrganisationKey, label| {
        Some(CopyChange::Put {
            retain_until: at(2000),
            copy: key.seal_copy(label, b"corrected").unwrap(),
        })
    };
    for expected in [0, 1] {
        loop {
            let (dossier, register) = if expected == 0 {
                let dossier = put(&keys[1], Label::dossier(release(1)));
                (dossier, put(&keys[0], Label::register(release(1))))
            } else {
                (Some(CopyChange::Destroy), Some(CopyChange::Destroy))
            };
            let change = ReleaseChange {
                release: release(1),
                expected,
                event: b"{}".to_vec(),
                until: (expected == 0).then(|| at(2000)),
                waits: false,
                deliver: (expected == 0).then_some(1),
                at: at(2000),
                dossier,
                register,
            };
            match store.journal.change_release(change).await {
                // An earlier try whose answer was lost was written after all.
                Ok(()) | Err(AppendError::Conflict) => break,
                Err(AppendError::Unavailable { .. }) => told.failures += 1,
            }
        }
    }
}

/// Appends one event at the head there is, until it is in.
async fn write(store: &Store, told: &mut Told, name: &'static str, what: Append) {
    loop {
        let Ok(stored) = store.journal.read(session(1), 0).await else {
            told.failures += 1;
            continue;
        };
        // An earlier try whose answer was lost may have been written after all: then there is nothing left to do but what
        // follows a close.
        if stored.iter().any(|stored| stored.bytes == event(name).bytes) {
            if what.closing.is_some() {
                while store.finish_interrupted_closes().await.is_err() {
                    told.failures += 1;
                }
            }
            break;
        }
        let try_it = Append {
            expected: stored.len() as u64,
            events: events(&[name]),
            ..what.clone()
        };
        let answer = match what.closing {
            Some(_) => store
                .close(try_it)
                .await
                .map_err(|error| assert!(matches!(error, CloseError::Unfinished(_)))),
            None => store
                .journal
                .append(try_it)
                .await
                .map_err(|error| assert_ne!(error, AppendError::Conflict)),
        };
        match answer {
            Ok(head) => {
                assert_eq!(head, stored.len() as u64 + 1);
                break;
            }
            Err(()) => told.failures += 1,
        }
    }
    told.events.push(name);
    told.texts.extend(what.texts.iter().map(|text| text.id));
    told.texts.retain(|text| !what.destroy.contains(text));
    told.destroyed.extend(&what.destroy);
    if what.closing.is_some() {
        told.closed = true;
        told.destroyed.append(&mut told.texts);
        told.draft = Some(false);
    }
}

/// What is in the store is exactly what was told.
async fn check(store: &Store, told: &Told) {
    assert_eq!(names(&store.journal, 1).await, told.events);
    let texts: Vec<_> = store
        .journal
        .texts(session(1))
        .await
        .unwrap()
        .into_iter()
        .map(|text| text.id)
        .collect();
    assert_eq!(texts, told.texts);
    assert!(told.destroyed.iter().all(|text| !texts.contains(text)));
    assert_eq!(
        Some(store.journal.draft(session(1), person(1)).await.unwrap().is_some()),
        told.draft
    );
    assert_eq!(
        store.vault.session_key(session(1)).await.unwrap().is_none(),
        told.closed
    );
}

/// Every call fails once, each in its turn; what was acknowledged is there afterwards, before and after a restart.
#[tokio::test]
async fn every_storage_call_may_fail_once() {
    // Several stores side by side, because most of the time goes into waiting for the disk.
    for some in 0.. {
        let lives = (1..=SIDE_BY_SIDE).map(|n| fail_once(some * SIDE_BY_SIDE + n));
        if futures_util::future::join_all(lives).await.contains(&false) {
            assert!(
                some * SIDE_BY_SIDE > 40,
                "only {some} times {SIDE_BY_SIDE} calls were tried"
            );
            break;
        }
    }
}

/// How many stores are tried at the same time.
const SIDE_BY_SIDE: u64 = 8;

/// A session's life in which the n-th call fails. False when there was no n-th call.
async fn fail_once(n: u64) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let faults = Faults::watching();
    let store = open(folder.path(), &faults).await;
    faults.arm(n);
    let mut told = Told::default();
    story(&store, &mut told).await;
    let unused = faults.arm(0);
    check(&store, &told).await;
    assert_eq!(
        store.journal.append(append(2, 0, &["next"])).await,
        Ok(1),
        "call {n}: the store goes on"
    );
    store.shut().await;
    check(&open(folder.path(), &Faults::none()).await, &told).await;
    assert!(!unused || told.failures == 0);
    !unused
}

/// The same failures, but nobody tries again: the program stops at the first error and is started anew.
#[tokio::test]
async fn every_storage_call_may_be_the_last_before_a_restart() {
    for some in 0.. {
        let lives = (1..=SIDE_BY_SIDE).map(|n| fail_and_restart(some * SIDE_BY_SIDE + n));
        if futures_util::future::join_all(lives).await.contains(&false) {
            assert!(
                some * SIDE_BY_SIDE > 15,
                "only {some} times {SIDE_BY_SIDE} calls were tried"
            );
            break;
        }
    }
}

/// A withdrawal and a close in which the n-th call fails and is the last. False when there was no n-th call.
async fn fail_and_restart(n: u64) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let faults = Faults::watching();
    let store = open(folder.path(), &faults).await;
    let key = convene(&store, 1, 1, &["words".to_owned(), "more words".to_owned()]).await;
    let withdrawal = Append {
        destroy: vec![text_id(1)],
        ..append(1, 1, &["withdrawn"])
    };
    let closing = closing(&store, 1, "released").await;
    faults.arm(n);
    let withdrawn = store.journal.append(withdrawal).await;
    let closed = match &withdrawn {
        Ok(head) => store
            .close(Append {
                closing: Some(closing),
                ..append(1, *head, &["closed"])
            })
            .await
            .ok(),
        Err(_) => None,
    };
    let unused = faults.arm(0);
    store.shut().await;
    drop(key);
    let store = open(folder.path(), &Faults::none()).await;
    let names = names(&store.journal, 1).await;
    assert!(
        withdrawn.is_err() || names.len() >= 2,
        "call {n}: acknowledged and lost"
    );
    assert!(closed.is_none() || names.len() == 3, "call {n}: acknowledged and lost");
    // Whatever was acknowledged: a session is closed and its key dead, or neither.
    let row = store.journal.session(session(1)).await.unwrap().unwrap();
    let key = store.vault.session_key(session(1)).await.unwrap();
    assert_eq!(row.closed_at.is_some(), names.len() == 3);
    assert_eq!(row.closed_at.is_some(), key.is_none(), "call {n}");
    assert_eq!(store.journal.texts(session(1)).await.unwrap().len(), 3 - names.len());
    let count: i64 = sqlx::query_scalar("select count(*) from dossier")
        .fetch_one(store.journal.pool())
        .await
        .unwrap();
    assert_eq!(count == 1, names.len() == 3, "call {n}: all or nothing");
    assert!(!unused || closed.is_some());
    !unused
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).await.unwrap();
    journal.append(append(1, 0, &["before"])).await.unwrap();
    journal.limit_size(1).await.unwrap();
    let mut head = 1;
    let long = "x".repeat(2000);
    let refused = loop {
        match journal.append(append(1, head, &[&long])).await {
            Ok(now) => head = now,
            Err(error) => break error,
        }
        assert!(head < 100, "the limit does not bite");
    };
    assert!(
        matches!(&refused, AppendError::Unavailable { cause } if cause.contains("full")),
        "{refused:?}"
    );
    assert_eq!(
        journal.read(session(1), 0).await.unwrap().len() as u64,
        head,
        "reading goes on, and nothing is half there"
    );
    journal.limit_size(0).await.unwrap();
    assert_eq!(journal.append(append(1, head, &["after"])).await, Ok(head + 1));
}

/// The environment in which this very program is another process that holds the lock.
const HOLD: &str = "AKKOORD_TEST_HOLD_LOCK";

/// Does nothing, unless it is the other process: then it holds the write lock until its input ends.
#[tokio::test]
async fn the_other_process() {
    let Ok(file) = std::env::var(HOLD) else { return };
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query("begin immediate").execute(&mut connection).await.unwrap();
    eprintln!("held");
    std::io::stdin().lines().for_each(drop);
}

#[tokio::test]
async fn a_lock_held_by_another_process_refuses_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_with(folder.path(), settings(&Faults::none()))
        .await
        .unwrap();
    journal.append(append(1, 0, &["before"])).await.unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "failure::the_other_process", "--nocapture"])
        .env(HOLD, folder.path().join("akkoord.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(other.stderr.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("held")),
        "the other process holds the lock"
    );
    let refused = journal.append(append(1, 1, &["refused"])).await;
    assert!(
        matches!(&refused, Err(AppendError::Unavailable { cause }) if cause.contains("locked")),
        "{refused:?}"
    );
    assert_eq!(names(&journal, 1).await, ["before"], "reading goes on");
    let mut input = other.stdin.take().unwrap();
    input.flush().unwrap();
    drop(input);
    assert!(other.wait().unwrap().success());
    assert_eq!(journal.append(append(1, 1, &["after"])).await, Ok(2));
}
