//! The demonstration as a browser meets it: every seat at a name of its own, signed in by opening it, and nothing for
//! whoever comes by another name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::net::SocketAddr;

use akkoord::directory::{Board, ConveneForm, Me};
use akkoord_app::backend::TableEntry;
use akkoord_server::{demo, http};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

struct Demonstration {
    address: SocketAddr,
    _data: tempfile::TempDir,
}

async fn open() -> Demonstration {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let state = demo::open(data.path(), data.path().join("site"), address)
        .await
        .unwrap();
    tokio::spawn(http::serve(listener, state, std::future::pending()));
    Demonstration { address, _data: data }
}

impl Demonstration {
    /// A browser that knows where the names are.
    fn browser(&self) -> Client {
        let names = demo::SEATS.iter().map(|seat| format!("{seat}.demo.localhost"));
        let names = names.chain(["demo.localhost".into(), "vt.example".into()]);
        let client = Client::builder().cookie_store(true).no_proxy();
        names
            .fold(client, |client, name| client.resolve(&name, self.address))
            .build()
            .unwrap()
    }
    fn at(&self, name: &str, path: &str) -> String {
        format!("http://{name}:{}{path}", self.address.port())
    }
}

#[tokio::test]
async fn one_browser_sits_in_seven_chairs_at_once() {
    let demonstration = open().await;
    let browser = demonstration.browser();
    for seat in demo::SEATS {
        let home = demonstration.at(&format!("{seat}.demo.localhost"), "/overleggen");
        assert!(browser.get(home).send().await.unwrap().status().is_success(), "{seat}");
    }
    let mut parties = std::collections::BTreeSet::new();
    for seat in demo::SEATS {
        let me = demonstration.at(&format!("{seat}.demo.localhost"), "/api/v1/me");
        let me: Me = browser.get(me).send().await.unwrap().json().await.unwrap();
        assert!(me.demo, "every page can say that this is a demonstration");
        parties.insert(me.party.id);
    }
    assert_eq!(
        parties.len(),
        demo::SEATS.len(),
        "each chair belongs to another organisation"
    );
}

#[tokio::test]
async fn the_table_of_the_story_is_there_for_who_sits_at_it() {
    let demonstration = open().await;
    let browser = demonstration.browser();
    let vt = |path: &str| demonstration.at("vt.demo.localhost", path);
    browser.get(vt("/overleggen")).send().await.unwrap();
    let board: Board = browser
        .get(vt("/api/v1/board"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(board.rows[0].case_reference, "26-0417", "the most urgent stands on top");
    let table = vt(&format!("/api/v1/sessions/{}", board.rows[0].session));
    let entry: TableEntry = browser.get(table).send().await.unwrap().json().await.unwrap();
    assert!(entry.view.may.ask_time);
    assert!(entry.view.items.len() >= 30);
}

#[tokio::test]
async fn who_comes_by_another_name_finds_nobody_signed_in() {
    let demonstration = open().await;
    let browser = demonstration.browser();
    let strange = browser
        .get(demonstration.at("vt.example", "/overleggen"))
        .send()
        .await
        .unwrap();
    assert_eq!(strange.status(), StatusCode::MISDIRECTED_REQUEST);
    let nobody = browser
        .get(demonstration.at("demo.localhost", "/api/v1/me"))
        .send()
        .await
        .unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

/// `docs/protocol.md` shows what is sent to sign in and to convene; here it is sent.
#[tokio::test]
async fn what_the_protocol_document_sends_is_understood() {
    let document = include_str!("../../docs/protocol.md");
    let block = |mark: &str| -> Value {
        let (_, rest) = document.split_once(&format!("\n```json {mark}\n")).unwrap();
        serde_json::from_str(rest.split_once("\n```").unwrap().0).unwrap()
    };
    let demonstration = open().await;
    let browser = demonstration.browser();
    let vt = |path: &str| demonstration.at("vt.demo.localhost", path);
    let origin = vt("");
    let post = |path: &str, body: &Value| browser.post(vt(path)).header("Origin", &origin).json(body).send();

    let wrong = post("/api/v1/sign-in", &block("credentials")).await.unwrap();
    assert_eq!(
        wrong.status(),
        StatusCode::UNAUTHORIZED,
        "read, and not the right password"
    );
    let answer: Value = wrong.json().await.unwrap();
    assert_eq!(answer, json!({"problem": "wrong"}));

    browser.get(vt("/overleggen")).send().await.unwrap();
    let form: ConveneForm = browser
        .get(vt("/api/v1/convene"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let police = form
        .parties
        .iter()
        .find(|party| party.kind == akkoord::party::PartyKind::Police)
        .unwrap();
    let mut order = block("convene-order");
    order["seats"][0]["party"] = json!(police.id);
    let convened = post("/api/v1/sessions", &order).await.unwrap();
    assert_eq!(convened.status(), StatusCode::CREATED);
    let convened: Value = convened.json().await.unwrap();
    let said = block("convened");
    assert_eq!(
        convened.as_object().unwrap().keys().collect::<Vec<_>>(),
        said.as_object().unwrap().keys().collect::<Vec<_>>()
    );

    let without_origin = browser.post(vt("/api/v1/sessions")).json(&order).send().await.unwrap();
    assert_eq!(without_origin.status(), StatusCode::FORBIDDEN);
}
