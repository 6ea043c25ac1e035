//! The part of `docs/protocol.md` that is about HTTP, held against the server: every address is in it, every problem and
//! its status, and the examples whose types live outside the rules. The rest is held by `tests/protocol_document.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use akkoord::session::Refusal;
use akkoord_app::backend::Problem;
use akkoord_server::http::{Endpoint, Failure};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../docs/protocol.md");

/// The text of the first block with this mark.
fn block(mark: &str) -> &'static str {
    let (_, rest) = DOCUMENT
        .split_once(&format!("\n```{mark}\n"))
        .expect("there is such a block");
    rest.split_once("\n```").expect("a block ends").0
}

#[test]
fn every_address_is_in_the_document() {
    for endpoint in Endpoint::ALL {
        let line = format!("`{} {}`", endpoint.method(), endpoint.path());
        assert!(DOCUMENT.contains(&line), "{line} is not described");
    }
}

#[test]
fn every_problem_stands_with_its_status() {
    for failure in [
        Failure::SignedOut,
        Failure::NotFound,
        Failure::Refused(Refusal::NotChair),
        Failure::Unavailable,
        Failure::Wrong,
        Failure::TooMany,
        Failure::Unreadable,
        Failure::WrongOrigin,
        Failure::TooLarge,
        Failure::NoSuchMethod,
        Failure::Misdirected,
    ] {
        let name = serde_json::to_value(failure).unwrap();
        let row = format!(
            "| {} | `{}` |",
            failure.status().as_u16(),
            name["problem"].as_str().unwrap()
        );
        assert!(DOCUMENT.contains(&row), "{row}");
    }
}

#[test]
fn the_problems_of_the_document_are_read_by_the_pages() {
    for line in block("jsonl problem").lines() {
        let problem: Problem = serde_json::from_str(line).unwrap();
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            serde_json::from_str::<Value>(line).unwrap()
        );
    }
}

#[test]
fn a_search_is_what_the_document_says() {
    let search = block("json search");
    let read: akkoord_app::backend::Search = serde_json::from_str(search).unwrap();
    assert_eq!(
        serde_json::to_value(read).unwrap(),
        serde_json::from_str::<Value>(search).unwrap()
    );
}

#[test]
fn one_session_is_what_the_document_says() {
    let fields = ["me", "session", "view", "now"];
    let said = r#"`{"me": …, "session": "…", "view": …, "now": "…"}`"#;
    assert!(DOCUMENT.contains(said));
    let entry = json!({
        "me": serde_json::from_str::<Value>(block("json me")).unwrap(),
        "session": "00000001-0000-4000-8000-000000000000",
        "view": serde_json::from_str::<Value>(block("json view")).unwrap(),
        "now": "2026-03-10T13:02:00Z",
    });
    let read: akkoord_app::backend::TableEntry = serde_json::from_value(entry.clone()).unwrap();
    let again = serde_json::to_value(read).unwrap();
    assert_eq!(again, entry);
    assert_eq!(again.as_object().unwrap().len(), fields.len());
    assert!(fields.iter().all(|field| said.contains(field)));
}
