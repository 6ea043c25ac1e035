//! The data folder that version 1 wrote, opened by this version.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use akkoord::accountability::{Broken, Link, NotWhole, Report};
use akkoord::ids::{ParticipantId, PartyId, SessionId};
use akkoord::session::Actor;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::clock;
use crate::dossier::Dossiers;
use crate::rooms::{ExpiryRound, RoomError, Rooms};
use crate::vault::Store;

fn fixture(file: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/version-1");
    Path::new(folder).join(file)
}

struct Left {
    expected: Value,
    store: Store,
    rooms: Rooms,
    folder: TempDir,
}

async fn left_by_version_1() -> Left {
    let folder = tempfile::tempdir().unwrap();
    for (stored, name) in [("akkoord.v1", "akkoord.db"), ("keys.v1", "keys.db")] {
        std::fs::copy(fixture(stored), folder.path().join(name)).unwrap();
    }
    let store = Store::open(folder.path()).await.unwrap();
    Left {
        expected: serde_json::from_slice(&std::fs::read(fixture("expected.json")).unwrap()).unwrap(),
        rooms: Rooms::new(store.clone()),
        store,
        folder,
    }
}

fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

impl Left {
    fn session(&self, which: &str) -> SessionId {
        SessionId(id(&self.expected["sessions"][which]["id"]))
    }

    /// Somebody of this party.
    fn actor(&self, party: &str) -> Actor {
        let people = self.expected["people"].as_array().unwrap();
        let person = people.iter().find(|person| person["party"] == party).unwrap();
        Actor {
            party: PartyId(id(&self.expected["parties"][party]["id"])),
            participant: ParticipantId(id(&person["participant"])),
        }
    }

    async fn report(&self, party: &str) -> Report {
        let session = self.session("closed");
        let mut report = self.rooms.report(session, self.actor(party)).await.unwrap();
        let dossiers = Dossiers::new(self.store.clone());
        dossiers.fill_in(&mut report, session).await.unwrap();
        report
    }
}

/// Today's report, with those of its parts that version 1 had, in its words.
fn in_words_of_version_1(report: &Report) -> Value {
    let mut report = serde_json::to_value(report).unwrap();
    let is_contribution = |line: &Value| line["kind"]["contribution"].is_string();
    let with_plain_kind = |line: &mut Value| line["kind"] = line["kind"]["contribution"].take();
    for (part, was) in [
        ("items", "contributions"),
        ("destroyed", "destroyed"),
        ("releases", "releases"),
    ] {
        let mut lines = report[part].take().as_array().unwrap().clone();
        lines.retain(is_contribution);
        lines.iter_mut().for_each(with_plain_kind);
        for line in &mut lines {
            let line = line.as_object_mut().unwrap();
            line.remove("action");
            if let Some(item) = line.remove("item") {
                line.insert("contribution".into(), item);
            }
        }
        report[was] = lines.into();
    }
    let disposition = report["dispositions"].get(0).map(|it| json!([it["kind"], it["at"]]));
    report["disposition"] = disposition.into();
    for deviation in report["deviations"].as_array_mut().unwrap() {
        deviation.as_object_mut().unwrap().remove("kind");
    }
    for seat in report["seats"].as_array_mut().unwrap() {
        seat.as_object_mut().unwrap().remove("left_at");
    }
    let new = ["items", "dispositions", "commitments", "expired", "full_seat"];
    let report = report.as_object_mut().unwrap();
    report.retain(|name, _| !new.contains(&name.as_str()));
    // Depends on the form of a view, which has changed.
    report.remove("own_head");
    Value::Object(report.clone())
}

#[tokio::test]
async fn c4_the_reports_of_a_session_that_closed_under_version_1_say_what_they_said() {
    let left = left_by_version_1().await;
    for party in ["om", "vt", "police", "probation"] {
        let mut expected = left.expected["reports"][party].clone();
        expected.as_object_mut().unwrap().remove("own_head");
        let report = left.report(party).await;
        assert_eq!(in_words_of_version_1(&report), expected, "{party}");
        assert!(report.full_seat && !report.expired);
        let account = left.rooms.account(left.session("closed"), report).await.unwrap();
        let file = serde_json::to_string(&account).unwrap();
        assert!(akkoord::accountability::verify_account(&file, None).is_ok(), "{party}");
    }
    // R15: whoever sat keeps its report. Version 1 had none for a party whose seat was taken away.
    let raad = left.report("rvdk").await;
    let seat = raad.seats.iter().find(|seat| seat.party.id == raad.party).unwrap();
    assert!(seat.left_at.is_some());
}

#[tokio::test]
async fn a_session_that_closed_under_version_1_stands_on_the_boards_and_can_be_looked_at() {
    let left = left_by_version_1().await;
    for (party, received) in [("om", 3), ("vt", 3), ("police", 2), ("probation", 2)] {
        let rows = left.rooms.board(left.actor(party)).await.unwrap();
        let sessions: Vec<_> = rows.iter().map(|row| row.session).collect();
        assert_eq!(sessions, [left.session("closed")], "{party}: and not the open one");
        let view = left
            .rooms
            .look(left.session("closed"), left.actor(party))
            .await
            .unwrap();
        let outcome = view.progress.closed.unwrap();
        assert_eq!(outcome.received, received, "{party}");
    }
}

#[tokio::test]
async fn dossiers_and_registers_of_version_1_open_as_they_were() {
    let left = left_by_version_1().await;
    let (dossiers, now) = (Dossiers::new(left.store.clone()), clock::now());
    for party in ["om", "vt", "police", "probation", "rvdk"] {
        let id = left.actor(party).party;
        let mut held = Vec::new();
        for line in dossiers.received(id, now).await.unwrap() {
            held.push(dossiers.item(id, line.release, now).await.unwrap().unwrap());
        }
        assert_eq!(json!(held), left.expected["dossier"][party], "{party} received");
        let mut given = Vec::new();
        for line in dossiers.given(id, now).await.unwrap() {
            given.push(dossiers.entry(id, line.release, now).await.unwrap().unwrap());
        }
        assert_eq!(json!(given), left.expected["register"][party], "{party} gave");
    }
}

#[tokio::test]
async fn a_session_that_version_1_left_open_is_named_as_such_to_whoever_belongs_there() {
    let left = left_by_version_1().await;
    let session = left.session("open");
    for party in ["om", "vt", "police", "probation"] {
        let actor = left.actor(party);
        let older = || Err(RoomError::OlderVersion);
        assert_eq!(left.rooms.look(session, actor).await, older(), "{party}");
        assert_eq!(left.rooms.may_enter(session, actor).await, Err(RoomError::OlderVersion));
        assert_eq!(
            left.rooms.enter(session, actor, "X", false).await,
            Err(RoomError::OlderVersion)
        );
        assert_eq!(left.rooms.report(session, actor).await, Err(RoomError::OlderVersion));
    }
    let stranger = left.actor("rvdk");
    assert_eq!(left.rooms.look(session, stranger).await, Err(RoomError::NotFound));
    assert_eq!(left.rooms.may_enter(session, stranger).await, Err(RoomError::NotFound));
    assert_eq!(left.rooms.report(session, stranger).await, Err(RoomError::NotFound));
}

#[tokio::test]
async fn r14_a_session_that_version_1_left_open_expires_like_any_other() {
    let left = left_by_version_1().await;
    let session = left.session("open");
    let texts = left.store.journal.texts(session).await.unwrap();
    assert!(!texts.is_empty());
    // Long after it would have expired: everybody has a day from the moment this version finds it.
    let found: DateTime<Utc> = clock::now() + TimeDelta::days(400);
    let round = async |hours| left.rooms.expire_due(found + TimeDelta::hours(hours)).await.unwrap();
    let announced = ExpiryRound {
        announced: 1,
        ..ExpiryRound::default()
    };
    assert_eq!(round(0).await, announced);
    assert_eq!(round(23).await, ExpiryRound::default());
    assert_eq!(left.store.journal.texts(session).await.unwrap(), texts);
    let expired = ExpiryRound {
        expired: 1,
        ..ExpiryRound::default()
    };
    assert_eq!(round(24).await, expired);
    assert_eq!(round(25).await, ExpiryRound::default());
    assert!(left.store.vault.session_key(session).await.unwrap().is_none());
    assert!(left.store.journal.texts(session).await.unwrap().is_empty());
    // From now on it is a session like any other that expired, also after a restart: its log has events of both versions.
    left.rooms.shut_down().await;
    let rooms = Rooms::new(Store::open(left.folder.path()).await.unwrap());
    let vt = left.actor("vt");
    assert!(
        rooms
            .board(vt)
            .await
            .unwrap()
            .iter()
            .any(|row| row.session == session && row.expired)
    );
    assert!(rooms.report(session, vt).await.unwrap().expired);
}

#[test]
fn c4_a_file_of_version_1_is_checked_against_the_head_that_was_kept_with_it() {
    let file = std::fs::read_to_string(fixture("account-vt.v1.json")).unwrap();
    let expected: Value = serde_json::from_slice(&std::fs::read(fixture("expected.json")).unwrap()).unwrap();
    let head: Link = serde_json::from_value(expected["sessions"]["closed"]["account_heads"]["vt"].clone()).unwrap();
    let verified = verify_account(&file, Some(head)).unwrap();
    assert_eq!(verified.head, head);
    assert!(verified.events > 10);

    let other = Link([7; 32]);
    assert_eq!(
        verify_account(&file, Some(other)),
        Err(NotWhole::Chain(Broken::OtherHead))
    );
    let changed = file.replacen("Anja Bakker", "Anna Bakker", 1);
    assert_eq!(verify_account(&changed, None), Err(NotWhole::Report));
    assert_eq!(
        verify_account(&changed, Some(head)),
        Err(NotWhole::Chain(Broken::OtherHead))
    );
    let motivation = file.replacen("De termijn van", "De duur van", 1);
    assert_eq!(verify_account(&motivation, None), Err(NotWhole::Report));
    assert_eq!(verify_account(&format!("{file} "), None), Err(NotWhole::Seal));
    let of_today = file.replacen(FORMAT, akkoord::accountability::FORMAT, 1);
    assert_eq!(verify_account(&of_today, None), Err(NotWhole::NotOne));
    assert_eq!(verify_account("{}", None), Err(NotWhole::NotOne));
}
