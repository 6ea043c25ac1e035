//! A data folder that version 1 of the program left behind (`fixtures/version-1`): its dossiers, registers, reports and
//! accountability files are readable as they were; the session that it left open is refused with a problem that says so.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use akkoord::accountability::verify_account;
use akkoord::ids::{PartyId, SessionId};
use akkoord::party::PartyKind;
use akkoord::session::CommandKind;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::commands::{approve, share_with_table};
use crate::common::participant::Participant;
use crate::common::server::Server;
use crate::common::user::{User, report_path};
use crate::scan;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(fixture().join("expected.json")).unwrap()).unwrap()
}

/// Today's program over a copy of the data folder.
async fn open() -> Server {
    let data = TempDir::new().unwrap();
    for (name, copy) in [("akkoord.v1", "akkoord.db"), ("keys.v1", "keys.db")] {
        std::fs::copy(fixture().join(name), data.path().join(copy)).unwrap();
    }
    Server::open_over(data).await
}

/// Whoever speaks for each party, by the party's name in `expected.json`.
async fn sign_in(server: &Server, party: &str) -> User {
    let account = match party {
        "om" => "dewit",
        "vt" => "bakker",
        "police" => "jansen",
        "probation" => "mulder",
        "rvdk" => "devries",
        _ => panic!("{party}"),
    };
    server.sign_in(account).await
}

const PARTIES: [&str; 5] = ["om", "vt", "police", "probation", "rvdk"];

fn session_id(expected: &Value, which: &str) -> SessionId {
    serde_json::from_value(expected["sessions"][which]["id"].clone()).unwrap()
}

fn release(expected: &Value, name: &str) -> String {
    expected["releases"][name]["release"].as_str().unwrap().to_owned()
}

/// Everything in `expected` is in `found` too; fields that came later are no difference.
fn assert_contains(found: &Value, expected: &Value, place: &str) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for (name, expected) in expected {
                let found = found.get(name).unwrap_or(&Value::Null);
                assert_contains(found, expected, &format!("{place}/{name}"));
            }
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{place}");
            for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_contains(found, expected, &format!("{place}/{number}"));
            }
        }
        _ => assert_eq!(found, expected, "{place}"),
    }
}

/// The same, apart from what reading for the first time changes: the receipt.
fn assert_held(mut found: Value, expected: &Value, place: &str) {
    found["life"]["opened_at"] = expected["life"]["opened_at"].clone();
    found["life"]["may"]["open"] = expected["life"]["may"]["open"].clone();
    assert_contains(&found, expected, place);
}

#[tokio::test]
async fn r10_every_dossier_and_register_of_version_1_reads_as_it_did() {
    let server = open().await;
    let expected = expected();
    let mut answers = String::new();
    for party in PARTIES {
        let user = sign_in(&server, party).await;
        let board = user.json("/api/v1/board").await;
        assert_eq!(board["unconfirmed"], expected["unconfirmed"][party], "{party}");
        for (list, item) in [("dossier", "item"), ("register", "entry")] {
            let must = expected[list][party].as_array().unwrap();
            let release = |held: &Value| match list {
                "dossier" => held[item]["release"].clone(),
                _ => held[item]["item"]["release"].clone(),
            };
            let lines = user.json(&format!("/api/v1/{list}")).await;
            let lines: Vec<_> = lines
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["release"].clone())
                .collect();
            assert_eq!(lines, must.iter().map(release).collect::<Vec<_>>(), "{list} of {party}");
            for held in must {
                let path = format!("/api/v1/{list}/{}", release(held).as_str().unwrap());
                let found = user.json(&path).await;
                answers += &found.to_string();
                assert_held(found, held, &format!("{list} of {party}"));
            }
        }
    }
    let destroyed = expected["sessions"]["closed"]["destroyed_words"].as_array().unwrap();
    assert!(!destroyed.is_empty());
    let mut needles = Vec::new();
    for words in destroyed {
        let words = words.as_str().unwrap();
        assert!(!answers.contains(words), "{words}");
        needles.push(words.as_bytes().to_vec());
    }
    assert!(scan::find(server.data(), &needles).is_empty());
    assert!(!server.log().contains("panicked"));
}

#[tokio::test]
async fn search_access_and_package_work_on_what_version_1_released() {
    let server = open().await;
    let expected = expected();
    let om = sign_in(&server, "om").await;
    for (words, given, found) in [
        ("BUURVROUW HULP", false, vec![release(&expected, "vt_to_om")]),
        (
            "veroordeling 2022",
            true,
            vec![release(&expected, "om_to_police"), release(&expected, "om_to_vt")],
        ),
        // What was taken back is not found by its words.
        ("binnen geweest", false, vec![]),
    ] {
        let search = json!({ "words": words, "given": given });
        let lines: Value = om.post("/api/v1/dossier/search", &search).await.json().await.unwrap();
        let mut lines: Vec<_> = lines
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["release"].as_str().unwrap().to_owned())
            .collect();
        let mut found = found;
        lines.sort();
        found.sort();
        assert_eq!(lines, found, "{words}");
    }

    let path = format!("/api/v1/access/{}", release(&expected, "vt_to_om"));
    let report = om.json(&format!("{path}?woorden=1")).await;
    assert_eq!(report["received"].as_array().unwrap().len(), 3);
    assert_eq!(report["given"].as_array().unwrap().len(), 2);
    let labels: Vec<_> = report["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["label"].clone())
        .collect();
    assert!(labels.contains(&json!("dochter (7)")), "{labels:?}");
    let paper = om.get(&format!("{path}/paper?woorden=1")).await;
    assert_eq!(paper.status(), StatusCode::OK);
    assert!(paper.bytes().await.unwrap().starts_with(b"%PDF"));

    for (party, name, words) in [
        ("om", "vt_to_om", "Wij adviseren toezicht zonder gedragsinterventie."),
        (
            "vt",
            "police_to_vt",
            "Veilig Thuis maakt met moeder een veiligheidsplan.",
        ),
        (
            "probation",
            "vt_to_probation",
            "Er is op 20 november een kind om hulp horen roepen.",
        ),
    ] {
        let user = sign_in(&server, party).await;
        let package = user
            .get(&format!("/api/v1/dossier/{}/package", release(&expected, name)))
            .await;
        assert_eq!(package.status(), StatusCode::OK, "{party}");
        let bytes = package.bytes().await.unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut json = String::new();
        archive
            .by_name("dossier.json")
            .unwrap()
            .read_to_string(&mut json)
            .unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        let items = json["items"].as_array().unwrap();
        assert_eq!(items.len(), expected["dossier"][party].as_array().unwrap().len());
        assert!(json.to_string().contains(words), "{party}: {json}");
    }
    assert!(!server.log().contains("panicked"));
}

/// Sends a command about a release; the status and the answer.
async fn answer(user: &User, release: &str, version: u64, command: Value) -> (StatusCode, Value) {
    let body = json!({ "version": version, "command": command });
    let answer = user.post(&format!("/api/v1/releases/{release}"), &body).await;
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn r9_owners_still_answer_for_what_version_1_released() {
    let server = open().await;
    let expected = expected();
    let (om, vt) = (sign_in(&server, "om").await, sign_in(&server, "vt").await);
    let police = sign_in(&server, "police").await;
    let probation = sign_in(&server, "probation").await;

    // Corrected now, and confirmed.
    let id = release(&expected, "vt_to_om");
    let rectify =
        json!({ "do": "rectify", "text": "De buurvrouw hoorde iemand roepen.", "reason": "Wie, weet zij niet." });
    let (status, view) = answer(&vt, &id, 0, rectify).await;
    assert_eq!((status, &view["version"]), (StatusCode::OK, &json!(1)), "{view}");
    let held = om.json(&format!("/api/v1/dossier/{id}")).await;
    assert_eq!(held["item"]["text"], "De buurvrouw hoorde iemand roepen.");
    assert_eq!(held["item"]["corrections"].as_array().unwrap().len(), 1);
    assert_eq!(answer(&om, &id, 1, json!({ "do": "confirm" })).await.0, StatusCode::OK);

    // Corrected or taken back under version 1, confirmed now.
    for name in ["probation_to_om", "police_to_om"] {
        let id = release(&expected, name);
        let (status, view) = answer(&om, &id, 1, json!({ "do": "confirm" })).await;
        assert_eq!(
            (status, &view["unconfirmed"]),
            (StatusCode::OK, &json!(false)),
            "{name}"
        );
    }
    assert_eq!(om.json("/api/v1/board").await["unconfirmed"], 0);

    // Taken back now: no word and no label stays behind (R16), nor the words of the action that was the purpose.
    let id = release(&expected, "police_to_vt");
    let withdraw = json!({ "do": "withdraw", "reason": "Het binnentreden was onrechtmatig." });
    assert_eq!(answer(&police, &id, 0, withdraw).await.0, StatusCode::OK);
    let held = vt.json(&format!("/api/v1/dossier/{id}")).await;
    assert_eq!(held["item"]["text"], "");
    assert_eq!(held["item"]["subjects"], json!([]));
    assert_eq!(held["item"]["purpose"], json!({ "action": { "text": "" } }));
    let kept = police.json(&format!("/api/v1/register/{id}")).await;
    assert_ne!(kept["entry"]["item"]["text"], "", "who gave it knows what it gave");

    let id = release(&expected, "vt_to_probation");
    let inform = json!({ "do": "inform", "informed": "postponed", "reason": "Nog niet veilig." });
    assert_eq!(answer(&vt, &id, 0, inform).await.0, StatusCode::OK);
    let (status, view) = answer(&probation, &id, 0, json!({ "do": "take_over" })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(view["taken_over_at"].is_string());
    assert!(!server.log().contains("panicked"));
}

/// Runs `akkoord verify`, as somebody at a command line does.
fn verify(file: &[u8], head: Option<&str>) -> Output {
    let mut on_disk = tempfile::NamedTempFile::new().unwrap();
    on_disk.write_all(file).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_akkoord"));
    command.arg("verify").arg(on_disk.path());
    if let Some(head) = head {
        command.args(["--head", head]);
    }
    command.output().unwrap()
}

/// A kind of contribution as a report of today names it.
fn contribution(kind: &Value) -> Value {
    json!({ "contribution": kind })
}

#[tokio::test]
async fn c4_the_reports_and_accountability_files_of_version_1_are_readable() {
    let server = open().await;
    let expected = expected();
    let session = session_id(&expected, "closed");
    for party in PARTIES.into_iter().filter(|party| *party != "rvdk") {
        let user = sign_in(&server, party).await;
        let row = user.board_row(session).await.expect("it stands on the board");
        assert_eq!(json!(row.closed_at), expected["sessions"]["closed"]["closed_at"]);
        let was = &expected["reports"][party];
        let report: Value = serde_json::from_str(&user.report(session).await).unwrap();
        for field in [
            "moment",
            "case_reference",
            "party",
            "convened_at",
            "closed_at",
            "last_call",
            "head",
            "events",
            "time_requests",
        ] {
            assert_eq!(report[field], was[field], "{party}: {field}");
        }
        let (kind, at) = (&was["disposition"][0], &was["disposition"][1]);
        assert_eq!(report["dispositions"], json!([{ "kind": kind, "at": at }]), "{party}");
        let list = |report: &Value, name: &str| report[name].as_array().unwrap().clone();
        assert_eq!(report["deviations"].as_array().unwrap().len(), 1);
        assert_contains(&report["deviations"], &was["deviations"], "deviations");

        let mut releases = list(was, "releases");
        for release in &mut releases {
            release["kind"] = contribution(&release["kind"]);
        }
        for release in &releases {
            let same = |found: &&Value| {
                [
                    "giver",
                    "recipient",
                    "kind",
                    "ground",
                    "task",
                    "task_name",
                    "approved_at",
                ]
                .iter()
                .all(|field| found[*field] == release[*field])
            };
            assert!(
                list(&report, "releases").iter().any(|it| same(&it)),
                "{party}: {release}"
            );
        }
        assert_eq!(list(&report, "releases").len(), releases.len());
        for line in list(was, "destroyed") {
            let found = list(&report, "destroyed");
            let found = found.iter().find(|it| it["item"] == line["contribution"]);
            let found = found.unwrap_or_else(|| panic!("{party}: {line}"));
            assert_eq!(found["kind"], contribution(&line["kind"]));
            for field in ["owner", "shared_at", "at", "why"] {
                assert_eq!(found[field], line[field], "{party}: {field}");
            }
        }
        for count in list(was, "contributions") {
            let kind = contribution(&count["kind"]);
            let items = list(&report, "items");
            let found = items
                .iter()
                .find(|it| it["party"] == count["party"] && it["kind"] == kind);
            let found = found.unwrap_or_else(|| panic!("{party}: {count}"));
            assert_eq!(
                (&found["shared"], &found["withdrawn"]),
                (&count["shared"], &count["withdrawn"])
            );
        }

        let account = user.get(&format!("/api/v1/sessions/{session}/account")).await;
        let account = account.text().await.unwrap();
        assert!(verify_account(&account, None).is_ok(), "{party}");
        assert!(verify(account.as_bytes(), None).status.success(), "{party}");
        let paper = user.get(&format!("/api/v1/sessions/{session}/paper")).await;
        assert_eq!(paper.status(), StatusCode::OK);
        assert!(paper.bytes().await.unwrap().starts_with(b"%PDF"));
        for words in expected["sessions"]["closed"]["destroyed_words"].as_array().unwrap() {
            assert!(!account.contains(words.as_str().unwrap()), "{words}");
        }
    }

    // A file that somebody took along then is checked now, against the mark of then.
    let file = std::fs::read(fixture().join("account-vt.v1.json")).unwrap();
    let head = expected["sessions"]["closed"]["account_heads"]["vt"].as_str().unwrap();
    assert!(verify(&file, None).status.success());
    assert!(verify(&file, Some(head)).status.success());
    assert!(!verify(&file, Some(&"07".repeat(32))).status.success());
    let place = file.windows(6).position(|it| it == b"\"full\"").unwrap();
    let mut changed = file.clone();
    changed[place + 1] = b'F';
    assert!(!verify(&changed, None).status.success());
    assert!(!verify(&file[..file.len() / 2], None).status.success());
}

#[tokio::test]
async fn the_session_that_version_1_left_open_is_refused_with_a_problem_that_says_so() {
    let server = open().await;
    let expected = expected();
    let (open, closed) = (session_id(&expected, "open"), session_id(&expected, "closed"));
    let problem = |text: String| serde_json::from_str::<Value>(&text).unwrap()["problem"].clone();
    for party in PARTIES {
        let user = sign_in(&server, party).await;
        let sits = party != "rvdk";
        assert!(
            user.board_row(open).await.is_none(),
            "{party}: nothing is known of it here"
        );
        assert_eq!(
            user.board_row(closed).await.is_some(),
            sits,
            "{party}: the others are shown"
        );
        for path in [
            format!("/api/v1/sessions/{open}"),
            report_path(open),
            format!("/api/v1/sessions/{open}/paper"),
            format!("/api/v1/sessions/{open}/account"),
        ] {
            let answer = user.get(&path).await;
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            if sits {
                assert_eq!(
                    (status, problem(text)),
                    (StatusCode::CONFLICT, json!("older_version")),
                    "{path}"
                );
            } else {
                // R2: to anybody else it is not there.
                assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            }
        }
        let socket = Participant::connect(&user, open).await.err();
        let status = if sits {
            StatusCode::CONFLICT
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(socket, Some(status), "{party}");
    }
    let log = server.log();
    assert!(
        log.lines()
            .any(|line| line.contains(&open.to_string()) && line.contains("version 1")),
        "it is named in the log"
    );
    assert!(!log.contains("panicked"));
    // None of its words is anywhere.
    for item in expected["sessions"]["open"]["cards"].as_array().unwrap() {
        let words = item["text"].as_str().unwrap();
        assert!(!log.contains(words));
    }
}

/// The data folder is used from there on as any other.
#[tokio::test]
async fn a_session_of_today_goes_beside_what_version_1_left() {
    let mut server = open().await;
    let expected = expected();
    let om = sign_in(&server, "om").await;
    let vt = sign_in(&server, "vt").await;
    let parties: Vec<PartyId> = [&om, &vt].map(|user| user.me.party.id).into();
    let session = om.convene(&parties).await;
    let mut chair = Participant::join(&om, session).await;
    let mut other = Participant::join(&vt, session).await;
    let item = other.make_item(share_with_table("van vandaag")).await;
    chair
        .submit_ok(CommandKind::MoveTo {
            phase: akkoord::moment::Phase::ClosingRound,
        })
        .await;
    other.submit_ok(approve(item, om.me.party.id, "om_afdoening")).await;
    chair.submit_ok(CommandKind::Close {}).await;
    drop((chair, other));
    server.kill();
    server.start().await;
    let lines = om.json("/api/v1/dossier").await;
    let before = expected["dossier"]["om"].as_array().unwrap().len();
    assert_eq!(lines.as_array().unwrap().len(), before + 1);
    assert_eq!(om.me.party.kind, PartyKind::Prosecution);
    assert!(om.board_row(session).await.unwrap().closed_at.is_some());
    assert!(!server.log().contains("panicked"));
}
