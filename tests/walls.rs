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
        for part in source.text.split("#[cfg(test)]\n").skip(1) {
            let line = part.lines().next().unwrap_or_default();
            let declared = line.split_once("mod ").and_then(|(before, name)| {
                let visible = before.is_empty() || before.starts_with("pub");
                name.strip_suffix(';').filter(|_| visible)
            });
            only.extend(declared.map(|name| format!("{folder}/{name}")));
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

/// The rules of the policy, by their codes.
const RULES: [&str; 31] = [
    "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "R16", "R17",
    "R18", "T1", "T2", "T3", "T4", "T5", "T6", "C1", "C2", "C3", "C4", "C5", "C6", "C7",
];

/// Rules that nothing keeps yet, so that no test can hold them: VT's own test before it shares (C1), and the intake by which
/// a case enters an actieoverleg (C3). The table in `src/lib.rs` says so too.
const NOT_THERE_YET: [&str; 2] = ["C1", "C3"];

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

/// The names of all tests in these sources.
fn tests(sources: &[Source]) -> Vec<String> {
    let mut names = Vec::new();
    for source in sources {
        let lines = source.text.lines().map(str::trim_start);
        let mut is_test = false;
        for line in lines {
            if line.starts_with("#[test]") {
                is_test = true;
            } else if let Some(rest) = line.strip_prefix("fn ") {
                let name = rest.split(['(', '<']).next().unwrap_or_default();
                if std::mem::take(&mut is_test) {
                    names.push(name.into());
                }
            }
        }
    }
    names
}

/// Those of these codes of rules and faults that no test has in its name.
fn untested<'a>(codes: impl IntoIterator<Item = &'a str>, sources: &[Source]) -> Vec<&'a str> {
    let tests = tests(sources);
    let named = |code: &str| {
        let code = code.to_lowercase();
        tests.iter().any(|name| name.split('_').any(|part| part == code))
    };
    codes.into_iter().filter(|code| !named(code)).collect()
}

fn table_of_rules() -> String {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    lib.lines()
        .filter(|line| line.starts_with("//! |"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The files that comments name and that are not there. A file is named from the root, from `src/`, from the folder of the
/// comment or from one above it; `*` stands for any folder.
fn missing_files(sources: &[Source]) -> Vec<String> {
    let mut missing = Vec::new();
    for source in sources {
        for line in source.text.lines().filter(|line| line.trim_start().starts_with("//")) {
            let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./*".contains(c)));
            let named = words.filter(|word| {
                let kinds = [".rs", ".toml", ".json", ".md", ".txt", ".html"];
                word.contains(|c: char| c.is_ascii_alphabetic()) && kinds.iter().any(|kind| word.ends_with(kind))
            });
            for name in named.filter(|name| !name.starts_with('*')) {
                let mut folders: Vec<&Path> = Path::new(&source.path).ancestors().skip(1).collect();
                folders.push(Path::new("src"));
                if !folders.iter().any(|folder| is_there(&root().join(folder), name)) {
                    missing.push(format!("{}: {name}", source.path));
                }
            }
        }
    }
    missing
}

fn is_there(folder: &Path, name: &str) -> bool {
    let Some((before, after)) = name.split_once("*/") else {
        return folder.join(name).is_file();
    };
    let Ok(entries) = fs::read_dir(folder.join(before)) else {
        return false;
    };
    entries.flatten().any(|entry| is_there(&entry.path(), after))
}

/// Names that two public types of these sources have.
fn doubled(sources: &[Source]) -> Vec<String> {
    let only = only_for_tests(sources);
    let (mut seen, mut doubled) = (BTreeSet::new(), Vec::new());
    for source in sources.iter().filter(|source| !is_for_tests(&source.path, &only)) {
        for (_, line) in code(&source.text) {
            let declared = ["pub struct ", "pub enum ", "pub trait ", "pub type "]
                .iter()
                .find_map(|word| line.strip_prefix(word));
            let name: Option<String> = declared.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect());
            doubled.extend(name.filter(|name| !seen.insert(name.clone())));
        }
    }
    doubled
}

fn planted(path: &str, text: &str) -> Vec<Source> {
    vec![Source {
        path: path.into(),
        text: text.into(),
    }]
}

#[test]
fn every_rule_stands_in_the_table_and_in_the_name_of_a_test() {
    let rules: BTreeSet<String> = RULES.iter().map(|code| (*code).into()).collect();
    let table = table_of_rules();
    assert_eq!(
        codes(&table),
        rules,
        "each rule has its home in src/lib.rs, and nothing else has"
    );
    let kept = RULES.iter().copied().filter(|code| !NOT_THERE_YET.contains(code));
    assert_eq!(untested(kept, &sources("src")), Vec::<&str>::new());
    for code in NOT_THERE_YET {
        let line = table.lines().find(|line| codes(line).contains(code)).expect("its line");
        assert!(line.contains("not there yet"), "{line}");
    }
    assert_eq!(
        untested(["R1", "R77"], &sources("src")),
        ["R77"],
        "a planted rule is noticed"
    );
}

/// The faults that were found once, each with a test that keeps it out.
#[test]
fn every_fault_that_was_found_has_a_test_of_its_name() {
    let faults: Vec<String> = (1..=25).map(|number| format!("g{number:02}")).collect();
    let faults = faults.iter().map(String::as_str).chain(["s2", "s3"]);
    assert_eq!(untested(faults, &sources("src")), Vec::<&str>::new());
}

#[test]
fn every_file_that_a_comment_names_is_there() {
    assert_eq!(missing_files(&sources("src")), Vec::<String>::new());
    for (comment, missing) in [
        ("//! `decide/time.rs` and `data/moments.toml`", 0),
        ("// see app/locales/*/refusals.json, `src/lib.rs`", 0),
        ("/// `session/may.rs` says so", 1),
        ("// app/locales/*/wishes.json", 1),
        ("let path = \"session/may.rs\";", 0),
    ] {
        let found = missing_files(&planted("src/session/state/mod.rs", comment));
        assert_eq!(found.len(), missing, "{comment}: {found:?}");
    }
}

#[test]
fn no_two_public_types_of_the_rules_have_one_name() {
    assert_eq!(doubled(&sources("src")), Vec::<String>::new());
    let mut planted = planted("src/a.rs", "pub struct Item {\n");
    planted.push(Source {
        path: "src/b.rs".into(),
        text: "pub enum Item {\n".into(),
    });
    assert_eq!(doubled(&planted), ["Item"]);
}

#[test]
fn the_rules_know_no_machine() {
    assert_eq!(
        outside(&sources("src"), speaks_std, &["src/lib.rs"]),
        Vec::<String>::new()
    );
    let breach = planted("src/directory.rs", "use std::time::Instant;\n");
    assert_eq!(outside(&breach, speaks_std, &[]).len(), 1);
    let in_tests = planted("src/directory.rs", "#[cfg(test)]\nmod tests {\n    use std::vec;\n}\n");
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
