//! A whole session with a canary in every kind of text and every label. After its close none of them is readable in any file
//! of the program or in its log, in whatever spelling; what was released is in its dossier, and sealed (R7, R8, R16).
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
#[path = "storage/scan.rs"]
mod scan;

use std::collections::BTreeMap;
use std::path::Path;

use akkoord::accountability::verify_account;
use akkoord::ids::{ItemId, PartyId, SessionId, SubjectId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromClient;
use akkoord::session::CommandKind;
use akkoord::session::command::{CellDecision, NewAnswer, SubjectRole, Verdict};
use akkoord::session::item::{Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};

use common::commands::{
    add_subject, approve, ask_time, revise, share, share_action, share_measure, share_with_table, withdraw,
};
use common::server::Server;
use common::user::User;

const NOWHERE: [String; 0] = [];

/// Texts nobody would write, each with its own name. The accent makes escaped spellings differ from plain ones.
#[derive(Default)]
struct Canaries(BTreeMap<&'static str, String>);

impl Canaries {
    fn hatch(&mut self, name: &'static str) -> String {
        let text = format!("kanariepiët {name} {}", uuid::Uuid::new_v4().simple());
        assert!(self.0.insert(name, text.clone()).is_none(), "{name} is there already");
        text
    }

    fn all(&self) -> Vec<(&str, Vec<u8>)> {
        self.0
            .iter()
            .map(|(name, text)| (*name, text.clone().into_bytes()))
            .collect()
    }
}

/// Where in the files of the program and in what it said these can be read.
fn sightings(server: &Server, things: &[(&str, Vec<u8>)]) -> Vec<String> {
    let bytes: Vec<_> = things.iter().map(|(_, bytes)| bytes.clone()).collect();
    for file in [
        server.data().join("akkoord.db"),
        server.data().join("keys.db"),
        server.log_file(),
    ] {
        assert!(
            file.metadata().unwrap().len() > 0,
            "there is something to search in {}",
            file.display()
        );
    }
    let mut found = scan::find(server.data(), &bytes);
    found.extend(scan::find(server.log_file().parent().unwrap(), &bytes));
    if !found.is_empty() {
        println!(
            "{:?}",
            things.iter().map(|(name, _)| name).enumerate().collect::<Vec<_>>()
        );
    }
    found
}

/// A fact about these people.
fn share_about(text: &str, subjects: impl IntoIterator<Item = SubjectId>) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects: subjects.into_iter().collect(),
        audience: Audience::table(),
        based_on: [].into(),
        text: text.into(),
    }
}

fn answer(item: ItemId, answer: NewAnswer) -> CommandKind {
    CommandKind::Answer {
        item,
        revision: 1,
        answer,
    }
}

fn approval(item: ItemId, recipient: PartyId, task: &str, texts: [Option<String>; 3]) -> CellDecision {
    let [excerpt, condition, motivation] = texts;
    CellDecision {
        item,
        revision: 1,
        recipient,
        verdict: Verdict::Approve {
            purpose: Purpose::Task(task.into()),
            subjects: None,
            excerpt,
            condition,
            motivation,
        },
    }
}

/// Everything a user can read of dossier and register.
async fn archive(user: &User) -> String {
    let mut all = String::new();
    for list in ["dossier", "register"] {
        let lines = user.json(&format!("/api/v1/{list}")).await;
        all += &lines.to_string();
        for line in lines.as_array().unwrap() {
            let release = line["release"].as_str().expect("a line says which item it is of");
            all += &user.json(&format!("/api/v1/{list}/{release}")).await.to_string();
        }
    }
    all
}

/// Takes along all that a user can take along, and gives it back as one heap.
async fn exports(user: &User, session: SessionId) -> Vec<u8> {
    let mut paths = vec![
        format!("/api/v1/sessions/{session}/paper"),
        format!("/api/v1/sessions/{session}/account"),
    ];
    for (list, package) in [("dossier", true), ("register", false)] {
        for line in user.json(&format!("/api/v1/{list}")).await.as_array().unwrap() {
            let release = line["release"].as_str().unwrap();
            if package {
                paths.push(format!("/api/v1/dossier/{release}/package"));
            }
            paths.push(format!("/api/v1/access/{release}?woorden=1"));
            paths.push(format!("/api/v1/access/{release}/paper?woorden=1"));
        }
    }
    let mut heap = Vec::new();
    for path in paths {
        let answer = user.get(&path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let bytes = answer.bytes().await.unwrap();
        assert!(!bytes.is_empty());
        heap.extend(bytes);
    }
    heap
}

fn has(heap: &[u8], text: &str) -> bool {
    heap.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The items of a list that have these words in them.
async fn items_with(user: &User, list: &str, words: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for line in user.json(&format!("/api/v1/{list}")).await.as_array().unwrap() {
        let release = line["release"].as_str().unwrap().to_owned();
        let item = user.json(&format!("/api/v1/{list}/{release}")).await;
        if item.to_string().contains(words) {
            found.push((release, item["life"]["version"].as_u64().unwrap()));
        }
    }
    found
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one meeting, from beginning to end")]
async fn r8_r16_nothing_that_was_said_can_be_read_after_the_close() {
    // With a log in which everything is said that can be said, by every library too.
    let mut server = Server::open_with_log("trace").await;
    let mut canaries = Canaries::default();
    let session = server
        .session([Prosecution, VeiligThuis, Police, ChildProtection])
        .await;
    let [mut om, mut vt, mut police, mut rvdk] = session.everybody_joins().await;
    let (om_id, vt_id, police_id, rvdk_id) = (om.party, vt.party, police.party, rvdk.party);

    // Labels: one that goes along with a release, one with an excerpt, a reporter's, one that is corrected, one that is
    // removed, one that nothing is about.
    let mut label = |name, role| add_subject(role, &canaries.hatch(name));
    let along = vt.make_subject(label("naam, eerst", SubjectRole::Victim)).await;
    let in_excerpt = vt.make_subject(label("naam bij uittreksel", SubjectRole::Child)).await;
    let reporter = vt.make_subject(label("naam van melder", SubjectRole::Reporter)).await;
    let removed = vt.make_subject(label("verwijderde naam", SubjectRole::Other)).await;
    let suspect = om.make_subject(label("naam van verdachte", SubjectRole::Suspect)).await;
    let correct = CommandKind::CorrectSubject {
        subject: along,
        revision: 1,
        role: SubjectRole::Victim,
        label: canaries.hatch("naam, daarna"),
    };
    vt.submit_ok(correct).await;
    let remove = CommandKind::RemoveSubject {
        subject: removed,
        revision: 1,
    };
    vt.submit_ok(remove).await;

    // Contributions.
    let whole = share_about(&canaries.hatch("vrijgegeven inbreng"), [along, reporter]);
    let whole = vt.make_item(whole).await;
    let in_part = share_about(&canaries.hatch("inbreng met uittreksel"), [in_excerpt]);
    let in_part = vt.make_item(in_part).await;
    let declined = share(&canaries.hatch("inbreng voor een"), Audience::only([police_id]));
    let declined = vt.make_item(declined).await;
    police
        .submit_ok(share_with_table(&canaries.hatch("niet vrijgegeven inbreng")))
        .await;
    let revised = share_with_table(&canaries.hatch("aangepaste inbreng, eerst"));
    let revised = police.make_item(revised).await;
    police
        .submit_ok(revise(revised, 1, &canaries.hatch("aangepaste inbreng, daarna")))
        .await;
    let withdrawn = share_about(&canaries.hatch("ingetrokken inbreng"), [suspect]);
    let withdrawn = rvdk.make_item(withdrawn).await;
    rvdk.submit_ok(withdraw(withdrawn)).await;
    for (item, name) in [
        (whole, "reden van verzoek"),
        (declined, "reden van verzoek om wat geweigerd wordt"),
    ] {
        let request = CommandKind::RequestRelease {
            item,
            revision: 1,
            purpose: None,
            reason: Some(canaries.hatch(name)),
        };
        police.submit_ok(request).await;
    }

    // Actions: released to its performer, kept by who wrote and performs it, neither, refused, withdrawn.
    let released_action = om.make_item(share_action(&canaries.hatch("afspraak"), vt_id, [])).await;
    vt.submit_ok(share_action(&canaries.hatch("eigen afspraak"), vt_id, []))
        .await;
    om.submit_ok(share_action(&canaries.hatch("afspraak zonder akkoord"), vt_id, []))
        .await;
    let refused = share_action(&canaries.hatch("geweigerde afspraak"), police_id, []);
    let refused = om.make_item(refused).await;
    let reason = Some(canaries.hatch("reden tegen afspraak"));
    police.submit_ok(answer(refused, NewAnswer::Refuse { reason })).await;
    let dropped = om
        .make_item(share_action(&canaries.hatch("vervallen afspraak"), vt_id, []))
        .await;
    om.submit_ok(withdraw(dropped)).await;

    // Measures: another's that was promised, one's own that was promised, one that was refused.
    vt.submit_ok(ask_time()).await;
    let until = Utc::now() + TimeDelta::hours(2);
    let promised = share_measure("extra_patrol", police_id, &canaries.hatch("maatregel"), []);
    let promised = vt.make_item(promised).await;
    let own = share_measure("location_flag", police_id, &canaries.hatch("eigen maatregel"), []);
    let own = police.make_item(own).await;
    let refused = share_measure("aware_alarm", police_id, &canaries.hatch("geweigerde maatregel"), []);
    let refused = vt.make_item(refused).await;
    let reason = Some(canaries.hatch("reden tegen maatregel"));
    for (item, given) in [
        (promised, NewAnswer::Commit { until }),
        (own, NewAnswer::Commit { until }),
        (refused, NewAnswer::Refuse { reason }),
    ] {
        police.submit_ok(answer(item, given)).await;
    }
    let deviation = CommandKind::RecordDisposition {
        suspect,
        revision: 0,
        kind: DispositionKind::Summons,
        note: Some(canaries.hatch("toelichting bij afdoening")),
        deviation: Some(canaries.hatch("motivering van afwijking")),
    };
    om.submit_ok(deviation).await;
    let request = vt.now().await.time.requests[0].id;
    vt.submit_ok(CommandKind::EndTime { request }).await;
    for (person, name) in [(&mut vt, "concept van VT"), (&mut police, "concept van de politie")] {
        person
            .send_frame(&FromClient::Draft {
                words: canaries.hatch(name),
            })
            .await;
        person.catch_up().await;
    }
    om.submit_ok(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    let texts = |canaries: &mut Canaries, names: [Option<&'static str>; 3]| {
        names.map(|name| name.map(|name| canaries.hatch(name)))
    };
    let to_police = texts(&mut canaries, [None, Some("voorwaarde"), Some("motivering")]);
    let to_om = texts(
        &mut canaries,
        [Some("uittreksel"), None, Some("motivering bij uittreksel")],
    );
    let taken_back = texts(
        &mut canaries,
        [Some("uittreksel dat vervalt"), Some("voorwaarde die vervalt"), None],
    );
    let mut excerpt = approval(in_part, om_id, "om_afdoening", to_om);
    let Verdict::Approve { subjects, .. } = &mut excerpt.verdict else {
        unreachable!()
    };
    // R5: an excerpt names nobody unless its owner says so.
    *subjects = Some([in_excerpt].into());
    let cells = vec![
        approval(whole, police_id, "politie_taak", to_police),
        excerpt,
        approval(in_part, rvdk_id, "rvdk_onderzoek", taken_back),
        CellDecision {
            item: declined,
            revision: 1,
            recipient: police_id,
            verdict: Verdict::Decline {
                reason: Some(canaries.hatch("reden van weigering")),
            },
        },
    ];
    vt.submit_ok(CommandKind::Decide { cells }).await;
    let undecide = CellDecision {
        item: in_part,
        revision: 1,
        recipient: rvdk_id,
        verdict: Verdict::Undecide {},
    };
    vt.submit_ok(CommandKind::Decide { cells: vec![undecide] }).await;
    om.submit_ok(approve(released_action, vt_id, "vt_onderzoek")).await;

    assert_eq!(
        sightings(&server, &canaries.all()),
        NOWHERE,
        "sealed while the session lives"
    );
    let key = [("the session's key", session_key(server.data()).await)];
    assert_ne!(
        sightings(&server, &key),
        NOWHERE,
        "the key is there until then: the search finds what is there"
    );

    om.submit_ok(CommandKind::Close {}).await;

    assert_eq!(
        sightings(&server, &canaries.all()),
        NOWHERE,
        "when the close is acknowledged"
    );
    assert_eq!(sightings(&server, &key), NOWHERE, "and its key is gone");

    // The canaries were real: what was released can be read by whom it was released to, and nothing else by anybody.
    let given_to_police = ["vrijgegeven inbreng", "naam, daarna", "voorwaarde", "motivering"];
    let given_to_om = ["uittreksel", "naam bij uittreksel", "motivering bij uittreksel"];
    let released = BTreeMap::from([
        // R5: what one promised is kept; of another's measure without a word.
        ("police", [&given_to_police[..], &["eigen maatregel"]].concat()),
        ("prosecution", [&given_to_om[..], &["afspraak"]].concat()),
        ("child_protection", vec![]),
        (
            "veilig_thuis",
            [&given_to_police[..], &given_to_om, &["afspraak", "eigen afspraak"]].concat(),
        ),
    ]);
    for user in &session.users {
        let archive = archive(user).await;
        let kind = serde_json::to_value(user.me.party.kind).unwrap();
        let released = &released[kind.as_str().unwrap()];
        for (name, text) in &canaries.0 {
            // A motivation is between giver and register; whether the recipient reads it is not this test's business.
            let may_be = name.starts_with("motivering") && archive.contains(text);
            assert_eq!(
                archive.contains(text),
                released.contains(name) && (may_be || !name.starts_with("motivering")),
                "{name} at {kind}"
            );
        }
        let report = user.report(session.id).await;
        for (name, text) in &canaries.0 {
            assert!(
                !report.contains(text) || *name == "motivering van afwijking",
                "{name} in the report of {kind}"
            );
        }
    }
    assert_eq!(sightings(&server, &canaries.all()), NOWHERE, "reading leaves no trace");
    let [om, vt, police, rvdk] = &session.users[..] else {
        panic!("four sat there");
    };
    for user in [om, vt, police, rvdk] {
        let taken = exports(user, session.id).await;
        let own = user.me.party.id == police_id || user.me.party.id == vt_id;
        assert_eq!(has(&taken, &canaries.0["vrijgegeven inbreng"]), own);
        assert!(!has(&taken, &canaries.0["niet vrijgegeven inbreng"]));
        // C4, T3: the words of the deviation are proved by what the log committed to when they were said.
        let account = user.get(&format!("/api/v1/sessions/{}/account", session.id)).await;
        let account = account.text().await.unwrap();
        assert!(verify_account(&account, None).is_ok());
        assert!(account.contains(&canaries.0["motivering van afwijking"]));
        let search = json!({ "words": canaries.0["vrijgegeven inbreng"], "given": false });
        let found: Value = user.post("/api/v1/dossier/search", &search).await.json().await.unwrap();
        let received = usize::from(user.me.party.id == police_id);
        assert_eq!(found.as_array().unwrap().len(), received);
    }
    assert_eq!(
        sightings(&server, &canaries.all()),
        NOWHERE,
        "nor does taking it along, nor looking for it"
    );

    // R9: its owner corrects the one and takes back the other; nobody's copy, and nothing taken along from now on, has the
    // older words.
    let correction = canaries.hatch("rectificatie");
    for (old, command) in [
        (
            "vrijgegeven inbreng",
            json!({ "do": "rectify", "text": correction, "reason": canaries.hatch("reden van rectificatie") }),
        ),
        (
            "uittreksel",
            json!({ "do": "withdraw", "reason": canaries.hatch("reden van terugnemen") }),
        ),
    ] {
        let given = items_with(vt, "register", &canaries.0[old]).await;
        let [(release, version)] = &given[..] else {
            panic!("given to one: {given:?}");
        };
        let command = json!({ "version": version, "command": command });
        let answer = vt.post(&format!("/api/v1/releases/{release}"), &command).await;
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
    assert_eq!(items_with(police, "dossier", &correction).await.len(), 1);
    for user in [om, police, rvdk] {
        let kept = archive(user).await;
        let taken = exports(user, session.id).await;
        // R16: a withdrawal leaves no label either.
        for old in ["vrijgegeven inbreng", "uittreksel", "naam bij uittreksel"] {
            assert!(!kept.contains(&canaries.0[old]), "{old}");
            assert!(!has(&taken, &canaries.0[old]), "{old}, taken along");
        }
        let is_police = user.me.party.id == police_id;
        assert_eq!(has(&taken, &correction), is_police);
    }
    assert_eq!(
        sightings(&server, &canaries.all()),
        NOWHERE,
        "nor does correcting it or taking it back"
    );

    server.kill();
    assert_eq!(sightings(&server, &canaries.all()), NOWHERE, "nor does dying");
    server.start().await;
    assert_eq!(sightings(&server, &canaries.all()), NOWHERE, "nor coming back");
}

/// The only session's key, as it stands in the file of keys.
async fn session_key(folder: &Path) -> Vec<u8> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("keys.db"))
        .read_only(true);
    let mut keys = options.connect().await.unwrap();
    let rows = sqlx::query("select secret from session_key")
        .fetch_all(&mut keys)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].get(0)
}
