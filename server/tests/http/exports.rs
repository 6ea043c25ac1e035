//! What is exported as a file, read by others' programs; what is found; and what an access request is answered (C4, C6).

use std::io::Write as _;
use std::process::{Command, Output};

use akkoord::accountability::{Link, verify_account};
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Body, Server};

fn on_disk(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// The words of a PDF, as poppler reads them; qpdf finds nothing wrong with it, and it says what it is made for.
fn read(pdf: &[u8]) -> String {
    let file = on_disk(pdf);
    let path = file.path().to_str().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run("qpdf", &["--check", path]);
    let marks = run("pdfinfo", &["-meta", path]);
    assert!(marks.contains("<pdfaid:part>2</pdfaid:part>"), "{marks}");
    assert!(marks.contains("<pdfuaid:part>1</pdfuaid:part>"), "{marks}");
    run("pdftotext", &["-layout", path, "-"])
}

async fn get(server: &Server, account: &str, path: &str) -> reqwest::Response {
    let token = server.token(account).await;
    server.ask(Method::GET, path, None, Some(&token)).await
}

/// The program, as somebody at a command line runs it.
fn verify(file: &[u8], head: Option<&str>) -> Output {
    let file = on_disk(file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_akkoord"));
    command.arg("verify").arg(file.path());
    if let Some(head) = head {
        command.args(["--head", head]);
    }
    command.output().unwrap()
}

#[tokio::test]
async fn c4_a_party_takes_its_report_along_on_paper_and_as_a_file_that_proves_itself() {
    let server = Server::open().await;
    let session = server.closed_session().await;
    let place = format!("/api/v1/sessions/{session}");

    let answer = get(&server, "bakker", &format!("{place}/account")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/json");
    let name = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert!(name.starts_with("attachment; filename=\"verantwoording-"), "{name}");
    assert!(
        !name.contains("26-"),
        "the name of a file stays behind in a browser: {name}"
    );
    let file = answer.text().await.unwrap();
    let verified = verify_account(&file, None).unwrap();

    // The page, the paper and the file name the same mark.
    let page: Value = get(&server, "bakker", &format!("{place}/accountability"))
        .await
        .json()
        .await
        .unwrap();
    let head = verified.head.to_string();
    assert_eq!(page["own_head"], json!(head));
    let paper = get(&server, "bakker", &format!("{place}/paper?taal=nl")).await;
    assert_eq!(paper.headers()[CONTENT_TYPE], "application/pdf");
    let words = read(&paper.bytes().await.unwrap());
    let squeezed: String = words.split_whitespace().collect();
    assert!(squeezed.contains(&head), "{head} is not in {words}");
    assert!(words.contains("Verantwoording"), "{words}");
    let english = get(&server, "bakker", &format!("{place}/paper?taal=en")).await;
    assert!(read(&english.bytes().await.unwrap()).contains("Accountability"));

    // Without server or database, and not after a change.
    assert!(verify(file.as_bytes(), None).status.success());
    assert!(verify(file.as_bytes(), Some(&head)).status.success());
    let other = Link([7; 32]).to_string();
    let said = verify(file.as_bytes(), Some(&other));
    assert!(!said.status.success());
    assert!(String::from_utf8_lossy(&said.stdout).contains("ander kenmerk"));
    let changed = file.replacen("\"full\"", "\"restricted\"", 1);
    assert_ne!(changed, file);
    let said = verify(changed.as_bytes(), None);
    assert!(!said.status.success());
    assert!(String::from_utf8_lossy(&said.stdout).contains("verslag"), "{said:?}");
    let cut = verify(&file.as_bytes()[..file.len() / 2], None);
    assert!(!cut.status.success());
    assert!(String::from_utf8_lossy(&cut.stdout).contains("geen verantwoordingsbestand"));
    assert!(!verify(file.as_bytes(), Some("geen kenmerk")).status.success());
}

#[tokio::test]
async fn r2_two_parties_take_different_chains_along_and_a_third_gets_nothing() {
    let server = Server::open().await;
    let session = server.closed_session().await;
    let path = format!("/api/v1/sessions/{session}/account");
    let vt = get(&server, "bakker", &path).await.text().await.unwrap();
    let om = get(&server, "dewit", &path).await.text().await.unwrap();
    let (vt, om) = (verify_account(&vt, None).unwrap(), verify_account(&om, None).unwrap());
    assert_ne!(vt.head, om.head);
    assert_eq!(get(&server, "jansen", &path).await.status(), StatusCode::NOT_FOUND);
}

async fn find(server: &Server, words: &str, given: bool) -> Vec<Value> {
    let token = server.token("lezer").await;
    let body = Body::Json(json!({"words": words, "given": given}).to_string());
    let answer = server
        .ask(Method::POST, "/api/v1/dossier/search", Some(body), Some(&token))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn what_is_looked_for_is_found_in_the_own_items_only_and_kept_nowhere() {
    let server = Server::open().await;
    let (received, given) = server.releases().await;
    let text = |id, place: &'static str| {
        let server = &server;
        async move {
            let item: Value = get(server, "lezer", &format!("/api/v1/{place}/{id}"))
                .await
                .json()
                .await
                .unwrap();
            let item = if place == "dossier" {
                &item["item"]
            } else {
                &item["entry"]["item"]
            };
            item["text"].as_str().unwrap().to_owned()
        }
    };
    let (held, gave) = (text(received, "dossier").await, text(given, "register").await);
    let ids = |lines: &[Value]| lines.iter().map(|line| line["release"].clone()).collect::<Vec<_>>();
    assert_eq!(
        ids(&find(&server, &held.to_uppercase(), false).await),
        [json!(received)]
    );
    assert_eq!(ids(&find(&server, &gave, true).await), [json!(given)]);
    assert!(find(&server, "staatnergens", false).await.is_empty());
    let body = Body::Json(json!({"words": "de ".repeat(34), "given": false}).to_string());
    let token = server.token("lezer").await;
    let long = server.ask(Method::POST, "/api/v1/dossier/search", Some(body), Some(&token));
    assert_eq!(long.await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(find(&server, "", false).await.is_empty());
    let files = std::fs::read_dir(server.data())
        .unwrap()
        .map(|file| file.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(12).any(|window| window == b"staatnergens"),
            "{} keeps what was looked for",
            file.display()
        );
    }
}

#[tokio::test]
async fn c6_an_access_request_is_answered_with_both_sides_of_the_case() {
    let server = Server::open().await;
    let (received, given) = server.releases().await;
    let path = format!("/api/v1/access/{received}");
    let report: Value = get(&server, "lezer", &path).await.json().await.unwrap();
    let of = |side: &str| {
        let lines = report[side].as_array().unwrap().iter();
        lines.map(|line| line["release"].clone()).collect::<Vec<_>>()
    };
    assert!(of("received").contains(&json!(received)), "{report}");
    for line in report["received"].as_array().unwrap() {
        assert!(line["words"].is_null(), "{line}");
        assert!(line["other"]["name"].is_string() && line["until"].is_string(), "{line}");
    }
    let with: Value = get(&server, "lezer", &format!("{path}?woorden=1"))
        .await
        .json()
        .await
        .unwrap();
    let words = with["received"][0]["words"].as_str().unwrap().to_owned();
    let paper = get(&server, "lezer", &format!("{path}/paper?taal=nl&woorden=1")).await;
    assert_eq!(paper.status(), StatusCode::OK);
    let read = read(&paper.bytes().await.unwrap());
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeeze(&read).contains(&squeeze(&words)), "{words} is not in {read}");
    assert!(squeeze(&read).contains("AVG art. 15"), "{read}");
    // Whoever gave it answers for their own side, by their own copy.
    let own: Value = get(&server, "lezer", &format!("/api/v1/access/{given}"))
        .await
        .json()
        .await
        .unwrap();
    assert!(
        own["given"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["release"] == json!(given)),
        "{own}"
    );
    let nothing = get(
        &server,
        "lezer",
        &format!("/api/v1/access/{}", akkoord::ids::ReleaseId(uuid::Uuid::nil())),
    )
    .await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
}
