//! Killed at any moment under load, the program loses nothing it acknowledged, keeps everything it showed, keeps nothing
//! twice, has an unbroken chain, and its clock tells the time as if nothing had happened (T6, C4).
//!
//! `AKKOORD_KILLS=200` for a release; 20 otherwise.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::map_entry,
    reason = "they draw ids and look at the clock themselves"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use akkoord::accountability::{Link, verify};
use akkoord::ids::{CommandId, SessionId};
use akkoord::party::PartyKind::{ChildProtection, Police, Prosecution, VeiligThuis};
use akkoord::protocol::{FromClient, FromRoom};
use akkoord::session::CommandKind;
use akkoord::session::command::TimeReason;
use akkoord::session::view::ItemView;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};
use tokio::sync::watch;

use common::commands::share_with_table;
use common::in_time;
use common::participant::{Participant, new_command_id};
use common::random::Random;
use common::server::{Server, Session};

/// Sessions under load at the same time.
const SESSIONS: usize = 3;
/// Commands of one person on their way at the same time.
const PIPELINE: usize = 3;

/// What people were told: the texts that were acknowledged, and those that stood on a screen.
#[derive(Default)]
struct Told {
    sent: BTreeMap<CommandId, Sent>,
    acknowledged: BTreeSet<String>,
    shown: BTreeSet<String>,
}

#[derive(Clone)]
struct Sent {
    session: SessionId,
    text: String,
    by: usize,
}

/// What must never be.
#[derive(Debug, PartialEq)]
enum Violation {
    /// Acknowledged and gone.
    Lost(String),
    /// On a screen and gone.
    Vanished(String),
    /// There more than once.
    Twice(String),
    /// There, but nobody ever sent it.
    Invented(String),
}

/// Compares what people were told with what is there.
fn violations(told: &Told, stored: &[String]) -> Vec<Violation> {
    let mut found = Vec::new();
    let there: BTreeSet<_> = stored.iter().collect();
    let sent: BTreeSet<_> = told.sent.values().map(|sent| &sent.text).collect();
    found.extend(
        told.acknowledged
            .iter()
            .filter(|text| !there.contains(text))
            .cloned()
            .map(Violation::Lost),
    );
    found.extend(
        told.shown
            .iter()
            .filter(|text| !there.contains(text))
            .cloned()
            .map(Violation::Vanished),
    );
    let mut seen = BTreeSet::new();
    found.extend(
        stored
            .iter()
            .filter(|text| !seen.insert(*text))
            .cloned()
            .map(Violation::Twice),
    );
    found.extend(
        there
            .iter()
            .filter(|text| !sent.contains(*text))
            .map(|text| Violation::Invented((*text).clone())),
    );
    found
}

/// What the decision clock must show, from the outside: between which bounds, since a command takes effect somewhere
/// between sending it and its acknowledgement.
struct TrueClock {
    used: (Duration, Duration),
    running_since: Option<(Instant, Instant)>,
}

impl TrueClock {
    fn pauses(&mut self, from: Instant, to: Instant) {
        let (earliest, latest) = self.running_since.take().expect("it runs");
        self.used.0 += from.saturating_duration_since(latest);
        self.used.1 += to.saturating_duration_since(earliest);
    }

    fn used(&self, from: Instant, to: Instant) -> (Duration, Duration) {
        let (least, most) = self
            .running_since
            .map_or((Duration::ZERO, Duration::ZERO), |(earliest, latest)| {
                (
                    from.saturating_duration_since(latest),
                    to.saturating_duration_since(earliest),
                )
            });
        (self.used.0 + least, self.used.1 + most)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_nothing_told_is_lost() {
    let kills = std::env::var("AKKOORD_KILLS").map_or(20, |kills| kills.parse().expect("AKKOORD_KILLS is a number"));
    let mut random = Random::from_environment();
    let mut server = Server::open().await;
    let kinds = [Prosecution, VeiligThuis, Police, ChildProtection];
    let before = Instant::now();
    let mut sessions = vec![server.session(kinds).await];
    let mut clock = TrueClock {
        used: Default::default(),
        running_since: Some((before, Instant::now())),
    };
    for _ in 1..SESSIONS {
        sessions.push(server.session(kinds).await);
    }
    let told = Arc::new(Mutex::new(Told::default()));
    let (mut slowest, mut heads) = (Duration::ZERO, BTreeMap::new());

    for kill in 0..kills {
        let mut people = Vec::new();
        for session in &sessions {
            people.push(session.everybody_joins().await);
        }
        toggle_clock(&mut people[0][1], &mut clock).await;
        let (acknowledgements, mut heard) = watch::channel(0);
        let mut writing = Vec::new();
        for (at, session) in people.into_iter().enumerate() {
            for (seat, person) in session.into_iter().enumerate() {
                let by = at * kinds.len() + seat;
                writing.push(tokio::spawn(write(
                    person,
                    by,
                    Arc::clone(&told),
                    acknowledgements.clone(),
                )));
            }
        }
        let enough = 1 + random.below(80);
        in_time("acknowledgements", heard.wait_for(|count| *count >= enough))
            .await
            .unwrap();
        // Somewhere within a commit, not always right after one.
        tokio::time::sleep(Duration::from_micros(random.number() % 4_000)).await;
        server.kill();
        for one in writing {
            one.await.unwrap();
        }

        server.start().await;
        slowest = slowest.max(server.ready_after);
        for session in &sessions {
            let items = session.users[0].view(session.id).await.items;
            check(&told, session.id, &items, kill);
        }
        check_clock(&sessions[0], &clock).await;
        send_again(&sessions, &told).await;
        for session in &sessions {
            let items = session.users[3].view(session.id).await.items;
            check(&told, session.id, &items, kill);
        }
        for (session, head) in check_chains(server.data()).await {
            assert!(
                heads.insert(session, head).is_none_or(|before| before <= head),
                "a chain has become shorter"
            );
        }
    }
    let told = told.lock().unwrap();
    assert!(told.acknowledged.len() > kills, "there was a load");
    println!(
        "{kills} kills: {} acknowledged, {} shown, 0 lost, 0 vanished, 0 twice; ready after at most {slowest:.2?} (goal: 3 s)",
        told.acknowledged.len(),
        told.shown.len()
    );
    assert!(!server.log().contains("panicked"), "the program panicked");
}

/// Shares one thing after another until the connection ends, and notes what it is told.
async fn write(mut person: Participant, by: usize, told: Arc<Mutex<Told>>, acknowledgements: watch::Sender<usize>) {
    let mut waiting = VecDeque::new();
    while !person.ended {
        while waiting.len() < PIPELINE {
            let id = new_command_id();
            let text = format!("inbreng {id}");
            told.lock().unwrap().sent.insert(
                id,
                Sent {
                    session: person.session,
                    text: text.clone(),
                    by,
                },
            );
            waiting.push_back(id);
            person
                .send_frame(&FromClient::Submit {
                    id,
                    command: share_with_table(&text),
                })
                .await;
        }
        let Some(frame) = person.next_frame().await else { break };
        let mut told = told.lock().unwrap();
        match frame {
            FromRoom::Ack { id, .. } => {
                waiting.retain(|it| *it != id);
                // Also an acknowledgement of something from before the kill.
                let text = told.sent[&id].text.clone();
                told.acknowledged.insert(text);
                acknowledgements.send_modify(|count| *count += 1);
            }
            FromRoom::Event { event, .. } => told.shown.extend(event.items.into_iter().filter_map(|item| item.text)),
            FromRoom::Refused { because, .. } => panic!("refused: {because}"),
            FromRoom::NotStored { .. } => panic!("not stored, and nothing is wrong with the disk"),
            _ => {}
        }
    }
}

fn check(told: &Mutex<Told>, session: SessionId, items: &[ItemView], kill: usize) {
    let told = told.lock().unwrap();
    let of_session: BTreeSet<_> = told
        .sent
        .values()
        .filter(|sent| sent.session == session)
        .map(|sent| sent.text.clone())
        .collect();
    let here = |texts: &BTreeSet<String>| texts.intersection(&of_session).cloned().collect();
    let told = Told {
        sent: told
            .sent
            .iter()
            .filter(|(_, sent)| sent.session == session)
            .map(|(id, sent)| (*id, sent.clone()))
            .collect(),
        acknowledged: here(&told.acknowledged),
        shown: here(&told.shown),
    };
    let stored: Vec<_> = items.iter().filter_map(|item| item.text.clone()).collect();
    assert_eq!(violations(&told, &stored), [], "after kill {kill}");
}

/// What was never acknowledged is sent again under the same name, as a browser does: it is there once.
async fn send_again<const N: usize>(sessions: &[Session<N>], told: &Mutex<Told>) {
    let open: Vec<_> = {
        let told = told.lock().unwrap();
        told.sent
            .iter()
            .filter(|(_, sent)| !told.acknowledged.contains(&sent.text))
            .map(|(id, sent)| (*id, sent.clone()))
            .collect()
    };
    let mut people: BTreeMap<usize, Participant> = BTreeMap::new();
    for (id, sent) in open {
        let (session, seat) = (&sessions[sent.by / N], sent.by % N);
        if !people.contains_key(&sent.by) {
            people.insert(sent.by, Participant::join(&session.users[seat], session.id).await);
        }
        let person = people.get_mut(&sent.by).unwrap();
        assert!(person.submit_as(id, share_with_table(&sent.text)).await.is_ack());
        told.lock().unwrap().acknowledged.insert(sent.text);
    }
}

/// VT asks for time, or ends its request.
async fn toggle_clock(vt: &mut Participant, clock: &mut TrueClock) {
    let view = vt.wait_for(|_| true).await;
    let from = Instant::now();
    if let Some(request) = view.time.requests.first() {
        vt.submit_ok(CommandKind::EndTime { request: request.id }).await;
        clock.running_since = Some((from, Instant::now()));
    } else {
        let command = CommandKind::AskTime {
            reason: Some(TimeReason::HearVictim),
            minutes: Some(20),
        };
        vt.submit_ok(command).await;
        clock.pauses(from, Instant::now());
    }
}

/// C3: within a second of the truth; a pause and its reason survive.
async fn check_clock<const N: usize>(session: &Session<N>, clock: &TrueClock) {
    let from = Instant::now();
    let entry = session.users[0].json(&format!("/api/v1/sessions/{}", session.id)).await;
    let to = Instant::now();
    let view: akkoord::session::SessionView = serde_json::from_value(entry["view"].clone()).unwrap();
    let now = serde_json::from_value(entry["now"].clone()).unwrap();
    let shown = view.time.clock.expect("a ZSM session has a clock");
    assert_eq!(
        shown.running_since.is_some(),
        clock.running_since.is_some(),
        "it runs exactly when it should"
    );
    assert_eq!(view.time.requests.len(), usize::from(clock.running_since.is_none()));
    assert!(
        view.time
            .requests
            .iter()
            .all(|it| it.reason == Some(TimeReason::HearVictim) && it.minutes == Some(20))
    );
    let (least, most) = clock.used(from, to);
    let used = Duration::from_millis(u64::try_from(shown.allowed_ms - shown.remaining_ms(now)).unwrap());
    let second = Duration::from_secs(1);
    assert!(
        used + second >= least && used <= most + second,
        "{used:?} used, in truth {least:?} to {most:?}"
    );
}

/// C4: every session's chain holds, from the first event to the head. Returns the heads.
async fn check_chains(folder: &Path) -> BTreeMap<SessionId, i64> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("akkoord.db"))
        .read_only(true);
    let mut database = options.connect().await.unwrap();
    let fine: String = sqlx::query("pragma integrity_check")
        .fetch_one(&mut database)
        .await
        .unwrap()
        .get(0);
    assert_eq!(fine, "ok");
    let mut heads = BTreeMap::new();
    let sessions = sqlx::query("select id, head from session")
        .fetch_all(&mut database)
        .await
        .unwrap();
    for row in sessions {
        let session = SessionId::from_bytes(row.get::<Vec<u8>, _>(0).try_into().unwrap());
        let events = sqlx::query("select bytes, link, seq from event where session = $1 order by seq")
            .bind(session.bytes().to_vec())
            .fetch_all(&mut database)
            .await
            .unwrap();
        let numbers: Vec<i64> = events.iter().map(|row| row.get(2)).collect();
        let events: Vec<_> = events
            .iter()
            .map(|row| (row.get(0), Link(row.get::<Vec<u8>, _>(1).try_into().unwrap())))
            .collect();
        let head = row.get::<i64, _>(1).max(i64::try_from(events.len()).unwrap());
        assert_eq!(
            numbers,
            (1..=head).collect::<Vec<_>>(),
            "the numbers have no gap and end at the head"
        );
        assert_eq!(verify(Link::first(session), &events, events.last().unwrap().1), Ok(()));
        let mut changed = events.clone();
        changed[0].0[20] ^= 1;
        assert!(
            verify(Link::first(session), &changed, events.last().unwrap().1).is_err(),
            "and would not hold with one bit changed"
        );
        heads.insert(session, head);
    }
    heads
}

/// The check itself can fail: each kind of violation, planted.
#[test]
fn the_check_finds_what_is_lost_vanished_twice_or_invented() {
    let sent = |text: &str| {
        (
            new_command_id(),
            Sent {
                session: SessionId(uuid::Uuid::nil()),
                text: text.into(),
                by: 0,
            },
        )
    };
    let told = Told {
        sent: ["a", "b", "c", "d"].map(sent).into(),
        acknowledged: ["a".to_owned(), "b".to_owned()].into(),
        shown: ["b".to_owned(), "c".to_owned()].into(),
    };
    let stored = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(violations(&told, &stored(&["a", "b", "c"])), []);
    assert_eq!(
        violations(&told, &stored(&["a", "b", "c", "d"])),
        [],
        "what was not acknowledged may be there"
    );
    assert_eq!(violations(&told, &stored(&["b", "c"])), [Violation::Lost("a".into())]);
    assert_eq!(
        violations(&told, &stored(&["a", "b"])),
        [Violation::Vanished("c".into())]
    );
    assert_eq!(
        violations(&told, &stored(&["a", "b", "b", "c"])),
        [Violation::Twice("b".into())]
    );
    assert_eq!(
        violations(&told, &stored(&["a", "b", "c", "x"])),
        [Violation::Invented("x".into())]
    );
}
