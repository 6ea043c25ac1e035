//! The walls inside the house that no compiler holds: what may be named where. Between packages the compiler holds
//! them; here an ordinary test reads the sources. Each check is run against a planted breach too.
#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use akkoord::session::{Event, Refusal, SessionView, Snapshot, State, ViewEvent};
use akkoord::text::{NewText, Text, TextSalt, Texts};

/// A source file: its path from the root, and what stands in it.
struct Source {
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// Every source file under this folder.
fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    let sources: Vec<_> = paths
        .into_iter()
        .map(|path| Source {
            path: path
                .strip_prefix(root())
                .expect("under the root")
                .to_string_lossy()
                .replace('\\', "/"),
            text: fs::read_to_string(&path).expect("a readable source"),
        })
        .collect();
    assert!(!sources.is_empty(), "no sources under {folder}");
    sources
}

/// The lines that are code, with their numbers: no comments, nothing from the file's own test module on.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line))
}

/// The files that exist only for tests: what some `#[cfg(test)] mod name;` names.
fn only_for_tests(sources: &[Source]) -> BTreeSet<String> {
    let mut only = BTreeSet::new();
    for source in sources {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let own = source.path.strip_suffix(".rs").unwrap_or(&source.path);
        let inner = source.path.ends_with("/mod.rs") || source.path.ends_with("/lib.rs");
        let folder = if inner { folder } else { own };
        for part in source.text.split("#[cfg(test)]\nmod ").skip(1) {
            let name: String = part
                .chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_')
                .collect();
            if part[name.len()..].starts_with(';') {
                only.insert(format!("{folder}/{name}"));
            }
        }
    }
    only
}

fn is_for_tests(path: &str, only: &BTreeSet<String>) -> bool {
    only.iter()
        .any(|it| path.starts_with(&format!("{it}/")) || path == format!("{it}.rs"))
}

/// Lines of code that name something outside the places where it may be named.
fn outside(sources: &[Source], named: impl Fn(&str) -> bool, places: &[&str]) -> Vec<String> {
    let only = only_for_tests(sources);
    let mut found = Vec::new();
    for source in sources {
        if is_for_tests(&source.path, &only) || places.iter().any(|it| source.path.starts_with(it)) {
            continue;
        }
        let lines = code(&source.text).filter(|(_, line)| named(line));
        found.extend(lines.map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim())));
    }
    found
}

fn speaks_sql(line: &str) -> bool {
    ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "]
        .iter()
        .any(|word| line.contains(word))
        || (line.contains("UPDATE ") && line.contains(" SET "))
}

const SQL_LIVES: &[&str] = &[
    "server/src/journal/",
    "server/src/vault/",
    "server/src/identity/",
    "server/src/dossier/",
    "server/src/delivery/",
];

fn speaks_http(line: &str) -> bool {
    // The bytes of one frame, shared by all who get it, are the socket's own type; nothing else of it is known there.
    line.contains("axum") && line.trim() != "use axum::extract::ws::Utf8Bytes;"
}

const HTTP_LIVES: &[&str] = &["server/src/http/", "server/src/main.rs", "server/src/demo/"];

fn speaks_std(line: &str) -> bool {
    line.contains("std::") || line.contains("extern crate std")
}

/// Files that open a room and do not say what lives there.
fn silent(sources: &[Source]) -> Vec<&str> {
    let opens = |path: &str| path.ends_with("/mod.rs") || path.ends_with("/lib.rs") || path.ends_with("/main.rs");
    let silent = sources
        .iter()
        .filter(|it| opens(&it.path) && !it.text.starts_with("//!"));
    silent.map(|it| it.path.as_str()).collect()
}

/// The rule codes of a text: R1 to R99, T…, C….
fn codes(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            let mut chars = word.chars();
            matches!(chars.next(), Some('R' | 'T' | 'C'))
                && (2..=3).contains(&word.len())
                && chars.all(|c| c.is_ascii_digit())
        })
        .map(Into::into)
        .collect()
}

/// Codes of the table in `src/lib.rs` after which no test is named.
fn untested(table: &str, sources: &[Source]) -> Vec<String> {
    let tested = |code: &str| {
        let name = format!("fn {}_", code.to_lowercase());
        sources.iter().any(|it| it.text.contains(&name))
    };
    codes(table).into_iter().filter(|code| !tested(code)).collect()
}

fn table_of_rules() -> String {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    lib.lines()
        .filter(|line| line.starts_with("//! |"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn planted(path: &str, text: &str) -> Vec<Source> {
    vec![Source {
        path: path.into(),
        text: text.into(),
    }]
}

#[test]
fn every_rule_of_the_table_has_a_test_of_its_name() {
    let table = table_of_rules();
    assert!(codes(&table).len() >= 20, "{:?}", codes(&table));
    assert_eq!(untested(&table, &sources("src")), Vec::<String>::new());
    assert_eq!(
        untested("R1 owner, R77 nothing", &sources("src")),
        ["R77"],
        "a planted rule is noticed"
    );
}

#[test]
fn the_rules_know_no_machine() {
    assert_eq!(
        outside(&sources("src"), speaks_std, &["src/lib.rs"]),
        Vec::<String>::new()
    );
    let breach = planted("src/house.rs", "use std::time::Instant;\n");
    assert_eq!(outside(&breach, speaks_std, &[]).len(), 1);
    let in_tests = planted("src/house.rs", "#[cfg(test)]\nmod tests {\n    use std::vec;\n}\n");
    assert!(outside(&in_tests, speaks_std, &[]).is_empty());
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    assert!(lib.contains("#![no_std]") && lib.contains("#[cfg(test)]\nextern crate std;"));
}

#[test]
fn sql_is_spoken_where_things_are_stored() {
    for folder in ["src", "app/src", "server/src"] {
        assert_eq!(outside(&sources(folder), speaks_sql, SQL_LIVES), Vec::<String>::new());
    }
    let breach = |path| planted(path, "let rows = query(\"SELECT words FROM texts\");\n");
    assert_eq!(
        outside(&breach("server/src/http/api.rs"), speaks_sql, SQL_LIVES).len(),
        1
    );
    assert!(outside(&breach("server/src/journal/sql.rs"), speaks_sql, SQL_LIVES).is_empty());
}

#[test]
fn http_is_spoken_at_the_door() {
    assert_eq!(
        outside(&sources("server/src"), speaks_http, HTTP_LIVES),
        Vec::<String>::new()
    );
    let breach = planted("server/src/rooms/room.rs", "use axum::extract::State;\n");
    assert_eq!(outside(&breach, speaks_http, HTTP_LIVES).len(), 1);
}

#[test]
fn every_room_says_what_lives_there() {
    for folder in ["src", "app/src", "server/src"] {
        assert_eq!(silent(&sources(folder)), Vec::<&str>::new());
    }
    assert_eq!(
        silent(&planted("server/src/new/mod.rs", "mod thing;\n")),
        ["server/src/new/mod.rs"]
    );
}

/// Whether a type can be serialised, asked of the compiler: the inherent constant exists only where it can, and goes
/// before the one of the trait.
struct Asked<T>(PhantomData<T>);

impl<T: serde::Serialize> Asked<T> {
    const SERIALISES: bool = true;
}

trait Otherwise {
    const SERIALISES: bool = false;
}

impl<T> Otherwise for Asked<T> {}

macro_rules! serialises {
    ($($type:ty),+) => { [$((stringify!($type), <Asked<$type>>::SERIALISES)),+] };
}

#[test]
fn r2_what_must_not_leave_cannot_be_serialised() {
    for (name, can) in serialises![
        State,
        Snapshot,
        Text,
        Texts,
        NewText,
        TextSalt,
        akkoord::dossier::Copies
    ] {
        assert!(!can, "{name} can be serialised");
    }
    for (name, can) in serialises![Event, SessionView, ViewEvent, Refusal] {
        assert!(can, "{name} cannot be serialised: this test sees nothing");
    }
}

#[test]
fn r2_a_text_cannot_be_displayed() {
    struct Shown<T>(PhantomData<T>);
    impl<T: std::fmt::Display> Shown<T> {
        const SHOWS: bool = true;
    }
    trait Hidden {
        const SHOWS: bool = false;
    }
    impl<T> Hidden for Shown<T> {}
    let shown = [<Shown<Text>>::SHOWS, <Shown<Texts>>::SHOWS, <Shown<Refusal>>::SHOWS];
    assert_eq!(shown, [false, false, true]);
}
