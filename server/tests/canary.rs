//! A whole session with a canary in every kind of text. After its close none of them is readable in any file of the
//! program or in its log, in whatever spelling; what was released is in its dossier, and sealed (R7, R8, T9).
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
use akkoord::ids::{ContributionId, PartyId, SessionId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromClient;
use akkoord::session::Wish;
use akkoord::session::command::{
    Audience, CellDecision, DispositionKind, MeasureKind, NewSubject, Purpose, SubjectRole, Verdict,
};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};

use common::house::House;
use common::person::{Answer, Person};
use common::visitor::Visitor;
use common::wishes::{agree, share, share_with_table};

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
fn sightings(house: &House, things: &[(&str, Vec<u8>)]) -> Vec<String> {
    let bytes: Vec<_> = things.iter().map(|(_, bytes)| bytes.clone()).collect();
    for file in [
        house.data().join("akkoord.db"),
        house.data().join("keys.db"),
        house.log_file(),
    ] {
        assert!(
            file.metadata().unwrap().len() > 0,
            "there is something to search in {}",
            file.display()
        );
    }
    let mut found = scan::find(house.data(), &bytes);
    found.extend(scan::find(house.log_file().parent().unwrap(), &bytes));
    if !found.is_empty() {
        println!(
            "{:?}",
            things.iter().map(|(name, _)| name).enumerate().collect::<Vec<_>>()
        );
    }
    found
}

async fn does(person: &mut Person, wish: Wish) {
    assert_eq!(person.wants(wish.clone()).await, Answer::Ack, "{wish:?}");
    person.is_up_to_date().await;
}

fn newest_own(person: &Person) -> ContributionId {
    let cards = &person.view.as_ref().unwrap().cards;
    cards.iter().rfind(|card| card.mine).unwrap().id
}

fn approval(contribution: ContributionId, recipient: PartyId, task: &str, texts: [Option<String>; 3]) -> CellDecision {
    let [excerpt, condition, motivation] = texts;
    let purpose = Purpose::Task(task.into());
    CellDecision {
        contribution,
        revision: 1,
        recipient,
        verdict: Verdict::Approve {
            purpose,
            excerpt,
            condition,
            motivation,
        },
    }
}

/// Everything a visitor can read of dossier and register.
async fn archive(visitor: &Visitor) -> String {
    let mut all = String::new();
    for list in ["dossier", "register"] {
        let lines = visitor.json(&format!("/api/v1/{list}")).await;
        all += &lines.to_string();
        for line in lines.as_array().unwrap() {
            let release = line["release"].as_str().expect("a line says which item it is of");
            all += &visitor.json(&format!("/api/v1/{list}/{release}")).await.to_string();
        }
    }
    all
}

/// Takes along all that a visitor can take along, and gives it back as one heap.
async fn exports(visitor: &Visitor, session: SessionId) -> Vec<u8> {
    let mut paths = vec![
        format!("/api/v1/sessions/{session}/paper"),
        format!("/api/v1/sessions/{session}/account"),
    ];
    for (list, package) in [("dossier", true), ("register", false)] {
        for line in visitor.json(&format!("/api/v1/{list}")).await.as_array().unwrap() {
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
        let answer = visitor.asks(&path).await;
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
async fn items_with(visitor: &Visitor, list: &str, words: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for line in visitor.json(&format!("/api/v1/{list}")).await.as_array().unwrap() {
        let release = line["release"].as_str().unwrap().to_owned();
        let item = visitor.json(&format!("/api/v1/{list}/{release}")).await;
        if item.to_string().contains(words) {
            found.push((release, item["life"]["version"].as_u64().unwrap()));
        }
    }
    found
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one meeting, from beginning to end")]
async fn r8_t9_nothing_that_was_said_can_be_read_after_the_close() {
    // With a log in which everything is said that can be said, by every library too.
    let mut house = House::open_saying("trace").await;
    let mut canaries = Canaries::default();
    let table = house.table([Prosecution, VeiligThuis, Police, ChildProtection]).await;
    let [mut om, mut vt, mut police, mut rvdk] = table.all_sit_down().await;
    let (om_id, vt_id, police_id, rvdk_id) = (om.party, vt.party, police.party, rvdk.party);

    let label = canaries.hatch("betrokkene");
    does(
        &mut om,
        Wish::AddSubject {
            subject: NewSubject {
                role: SubjectRole::Victim,
                label,
            },
        },
    )
    .await;
    does(&mut vt, share_with_table(&canaries.hatch("vrijgegeven inbreng"))).await;
    let whole = newest_own(&vt);
    does(&mut vt, share_with_table(&canaries.hatch("inbreng met uittreksel"))).await;
    let in_part = newest_own(&vt);
    does(
        &mut vt,
        share(&canaries.hatch("inbreng voor een"), Audience::only([police_id])),
    )
    .await;
    let declined = newest_own(&vt);
    does(
        &mut police,
        share_with_table(&canaries.hatch("niet vrijgegeven inbreng")),
    )
    .await;
    does(
        &mut police,
        share_with_table(&canaries.hatch("aangepaste inbreng, eerst")),
    )
    .await;
    let revise = Wish::Revise {
        contribution: newest_own(&police),
        kind: akkoord::session::command::ContributionKind::Suspicion,
        subjects: Default::default(),
        text: canaries.hatch("aangepaste inbreng, daarna"),
    };
    does(&mut police, revise).await;
    does(&mut rvdk, share_with_table(&canaries.hatch("ingetrokken inbreng"))).await;
    let withdrawn = newest_own(&rvdk);
    does(
        &mut rvdk,
        Wish::Withdraw {
            contribution: withdrawn,
        },
    )
    .await;
    for (card, name) in [
        (whole, "reden van verzoek"),
        (declined, "reden van verzoek om wat geweigerd wordt"),
    ] {
        let reason = Some(canaries.hatch(name));
        police.is_up_to_date().await;
        does(
            &mut police,
            Wish::RequestRelease {
                contribution: card,
                purpose: None,
                reason,
            },
        )
        .await;
    }
    does(&mut om, agree(&canaries.hatch("afspraak"), vt_id, [])).await;
    does(&mut om, agree(&canaries.hatch("vervallen afspraak"), vt_id, [])).await;
    let dropped = om.view.as_ref().unwrap().actions.last().unwrap().id;
    does(&mut om, Wish::DropAction { action: dropped }).await;
    does(
        &mut vt,
        Wish::AskTime {
            reason: None,
            minutes: None,
        },
    )
    .await;
    for (name, refusal) in [
        ("maatregel", None),
        ("geweigerde maatregel", Some("reden tegen maatregel")),
    ] {
        let note = Some(canaries.hatch(name));
        let wish = Wish::ProposeMeasure {
            kind: MeasureKind::ExtraPatrol,
            holder: police_id,
            note,
            based_on: [].into(),
        };
        does(&mut vt, wish).await;
        police.is_up_to_date().await;
        let measure = police.view.as_ref().unwrap().measures.last().unwrap().id;
        if let Some(refusal) = refusal {
            let reason = Some(canaries.hatch(refusal));
            does(&mut police, Wish::DeclineMeasure { measure, reason }).await;
        }
    }
    let deviation = Wish::RecordDisposition {
        kind: DispositionKind::Summons,
        note: Some(canaries.hatch("toelichting bij afdoening")),
        deviation: Some(canaries.hatch("motivering van afwijking")),
        based_on: [].into(),
    };
    does(&mut om, deviation).await;
    let request = vt.view.as_ref().unwrap().time.requests[0].id;
    does(&mut vt, Wish::EndTime { request }).await;
    for (person, name) in [(&mut vt, "concept van VT"), (&mut police, "concept van de politie")] {
        person
            .says(&FromClient::Draft {
                words: canaries.hatch(name),
            })
            .await;
        person.is_up_to_date().await;
    }
    does(
        &mut om,
        Wish::MoveTo {
            phase: Phase::ClosingRound,
        },
    )
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
    let cells = vec![
        approval(whole, police_id, "politie_taak", to_police),
        approval(in_part, om_id, "om_afdoening", to_om),
        approval(in_part, rvdk_id, "rvdk_onderzoek", taken_back),
        CellDecision {
            contribution: declined,
            revision: 1,
            recipient: police_id,
            verdict: Verdict::Decline {
                reason: Some(canaries.hatch("reden van weigering")),
            },
        },
    ];
    does(&mut vt, Wish::Decide { cells }).await;
    let undecide = CellDecision {
        contribution: in_part,
        revision: 1,
        recipient: rvdk_id,
        verdict: Verdict::Undecide,
    };
    does(&mut vt, Wish::Decide { cells: vec![undecide] }).await;

    assert_eq!(
        sightings(&house, &canaries.all()),
        NOWHERE,
        "sealed while the session lives"
    );
    let key = [("the session's key", session_key(house.data()).await)];
    assert_ne!(
        sightings(&house, &key),
        NOWHERE,
        "the key is there until then: the search finds what is there"
    );

    assert_eq!(om.wants(Wish::Close).await, Answer::Ack);

    assert_eq!(
        sightings(&house, &canaries.all()),
        NOWHERE,
        "when the close is acknowledged"
    );
    assert_eq!(sightings(&house, &key), NOWHERE, "and its key is gone");

    // The canaries were real: what was released can be read by whom it was released to, and nothing else by anybody.
    let released = BTreeMap::from([
        ("police", vec!["vrijgegeven inbreng", "voorwaarde", "motivering"]),
        ("prosecution", vec!["uittreksel", "motivering bij uittreksel"]),
        ("child_protection", vec![]),
        (
            "veilig_thuis",
            vec![
                "vrijgegeven inbreng",
                "voorwaarde",
                "motivering",
                "uittreksel",
                "motivering bij uittreksel",
                // What it takes along to do itself.
                "afspraak",
            ],
        ),
    ]);
    for visitor in &table.visitors {
        let archive = archive(visitor).await;
        let kind = serde_json::to_value(visitor.me.party.kind).unwrap();
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
        let report = visitor.reads_report(table.session).await;
        for (name, text) in &canaries.0 {
            assert!(
                !report.contains(text) || *name == "motivering van afwijking",
                "{name} in the report of {kind}"
            );
        }
    }
    assert_eq!(sightings(&house, &canaries.all()), NOWHERE, "reading leaves no trace");
    let [om, vt, police, rvdk] = &table.visitors[..] else {
        panic!("four sat there");
    };
    for visitor in [om, vt, police, rvdk] {
        let taken = exports(visitor, table.session).await;
        let own = visitor.me.party.id == police_id || visitor.me.party.id == vt_id;
        assert_eq!(has(&taken, &canaries.0["vrijgegeven inbreng"]), own);
        assert!(!has(&taken, &canaries.0["niet vrijgegeven inbreng"]));
        // C4, T3: the words of the deviation are proved by what the log committed to when they were said.
        let account = visitor
            .asks(&format!("/api/v1/sessions/{}/account", table.session))
            .await;
        let account = account.text().await.unwrap();
        assert!(verify_account(&account, None).is_ok());
        assert!(account.contains(&canaries.0["motivering van afwijking"]));
        let search = json!({ "words": canaries.0["vrijgegeven inbreng"], "given": false });
        let found: Value = visitor
            .posts("/api/v1/dossier/search", &search)
            .await
            .json()
            .await
            .unwrap();
        let received = usize::from(visitor.me.party.id == police_id);
        assert_eq!(found.as_array().unwrap().len(), received);
    }
    assert_eq!(
        sightings(&house, &canaries.all()),
        NOWHERE,
        "nor does taking it along, nor looking for it"
    );

    // R9: its owner corrects the one and takes back the other; nobody's copy, and nothing taken along from now on, has the
    // older words.
    let correction = canaries.hatch("rectificatie");
    for (old, wish) in [
        (
            "vrijgegeven inbreng",
            json!({ "wish": "rectify", "text": correction, "reason": canaries.hatch("reden van rectificatie") }),
        ),
        (
            "uittreksel",
            json!({ "wish": "withdraw", "reason": canaries.hatch("reden van terugnemen") }),
        ),
    ] {
        let given = items_with(vt, "register", &canaries.0[old]).await;
        let [(release, version)] = &given[..] else {
            panic!("given to one: {given:?}");
        };
        let command = json!({ "version": version, "wish": wish });
        let answer = vt.posts(&format!("/api/v1/releases/{release}"), &command).await;
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
    assert_eq!(items_with(police, "dossier", &correction).await.len(), 1);
    for visitor in [om, police, rvdk] {
        let kept = archive(visitor).await;
        let taken = exports(visitor, table.session).await;
        for old in ["vrijgegeven inbreng", "uittreksel"] {
            assert!(!kept.contains(&canaries.0[old]), "{old}");
            assert!(!has(&taken, &canaries.0[old]), "{old}, taken along");
        }
        let is_police = visitor.me.party.id == police_id;
        assert_eq!(has(&taken, &correction), is_police);
    }
    assert_eq!(
        sightings(&house, &canaries.all()),
        NOWHERE,
        "nor does correcting it or taking it back"
    );

    house.kill_nine();
    assert_eq!(sightings(&house, &canaries.all()), NOWHERE, "nor does dying");
    house.start().await;
    assert_eq!(sightings(&house, &canaries.all()), NOWHERE, "nor coming back");
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
