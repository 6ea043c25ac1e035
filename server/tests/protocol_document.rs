//! The part of `docs/protocol.md` that is about HTTP, held against the server: every address and no other is in it, every
//! problem and its status, which origins are allowed, and the examples whose types live outside the rules. The rest is held
//! by `tests/protocol_document.rs` at the root.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use akkoord::session::Refusal;
use akkoord_app::backend::{Problem, Search, TableEntry};
use akkoord_server::http::{Endpoint, Failure, PublicOrigin};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../docs/protocol.md");

/// The text of the first block with this mark.
fn block(mark: &str) -> &'static str {
    let (_, rest) = DOCUMENT
        .split_once(&format!("\n```{mark}\n"))
        .expect("there is such a block");
    rest.split_once("\n```").expect("a block ends").0
}

/// What stands under a heading, up to the next one of the same level.
fn section(heading: &str) -> &'static str {
    let (_, rest) = DOCUMENT
        .split_once(&format!("\n## {heading}\n"))
        .expect("there is such a section");
    rest.split("\n## ").next().expect("a section has a text")
}

#[test]
fn every_address_and_no_other_is_in_the_document() {
    let said: BTreeSet<_> = section("Addresses")
        .split('`')
        .filter(|it| it.starts_with("GET /") || it.starts_with("POST /"))
        .map(ToOwned::to_owned)
        .collect();
    let real: BTreeSet<_> = Endpoint::ALL
        .iter()
        .map(|endpoint| format!("{} {}", endpoint.method(), endpoint.path()))
        .collect();
    assert_eq!(said, real);
}

/// Which problem comes after this one; nothing after the last. A new problem does not compile until it has its place.
fn after(failure: Failure) -> Option<Failure> {
    Some(match failure {
        Failure::SignedOut => Failure::NotFound,
        Failure::NotFound => Failure::Refused(Refusal::NotChair),
        Failure::Refused(_) => Failure::Unavailable,
        Failure::Unavailable => Failure::Busy,
        Failure::Busy => Failure::TooSlow,
        Failure::TooSlow => Failure::OlderVersion,
        Failure::OlderVersion => Failure::Wrong,
        Failure::Wrong => Failure::TooMany,
        Failure::TooMany => Failure::Unreadable,
        Failure::Unreadable => Failure::WrongOrigin,
        Failure::WrongOrigin => Failure::TooLarge,
        Failure::TooLarge => Failure::NoSuchMethod,
        Failure::NoSuchMethod => Failure::Misdirected,
        Failure::Misdirected => return None,
    })
}

#[test]
fn every_problem_and_no_other_stands_with_its_status() {
    let said: BTreeSet<_> = section("When the answer is no")
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .map(|line| line.split('|').take(3).collect::<Vec<_>>().join("|"))
        .collect();
    let all = std::iter::successors(Some(Failure::SignedOut), |failure| after(*failure));
    let real: BTreeSet<_> = all
        .map(|failure| {
            let name = serde_json::to_value(failure).unwrap();
            format!(
                "| {} | `{}` ",
                failure.status().as_u16(),
                name["problem"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(said, real);
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
fn the_origins_of_the_document_are_allowed_and_refused_as_it_says() {
    let rows: Vec<_> = section("Signing in")
        .lines()
        .filter(|line| line.starts_with("| `http"))
        .collect();
    assert!(rows.len() > 5);
    for row in rows {
        let origin = row.split('`').nth(1).unwrap();
        let allowed = origin.parse::<PublicOrigin>().is_ok();
        let said = if allowed { "| allowed |" } else { "| refused |" };
        assert!(row.ends_with(said), "{row}");
    }
}

#[test]
fn a_search_is_what_the_document_says() {
    let search = block("json search");
    let read: Search = serde_json::from_str(search).unwrap();
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
    let read: TableEntry = serde_json::from_value(entry.clone()).unwrap();
    let again = serde_json::to_value(read).unwrap();
    assert_eq!(again, entry);
    assert_eq!(again.as_object().unwrap().len(), fields.len());
    assert!(fields.iter().all(|field| said.contains(field)));
}
