//! The documents name files; here they must be there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

const DOCUMENTS: [(&str, &str); 3] = [
    ("README.md", include_str!("../README.md")),
    ("docs/walkthroughs.md", include_str!("../docs/walkthroughs.md")),
    ("docs/protocol.md", include_str!("../docs/protocol.md")),
];

/// Paths between backquotes that begin in a folder of ours, and targets of links. Files that are built or made by hand
/// on another machine are no paths of ours.
fn paths<'a>(document: &str, text: &'a str) -> Vec<(String, &'a str)> {
    let folders = ["src/", "app/", "server/", "docs/", "style/", "public/", "end2end/"];
    let quoted = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|quoted| !quoted.contains([' ', '\n', '{', '*']));
    let named = quoted.filter(|quoted| folders.iter().any(|folder| quoted.starts_with(folder)));
    let folder = Path::new(document).parent().unwrap();
    let linked = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target);
    let linked = linked.filter(|target| !target.starts_with(['#', '<']) && !target.contains("://"));
    let linked = linked.map(|target| (folder.join(target).to_string_lossy().into_owned(), target));
    named.map(|path| (path.to_owned(), path)).chain(linked).collect()
}

fn is_there(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

#[test]
fn every_file_a_document_names_is_there() {
    let mut missing = Vec::new();
    let mut found = 0;
    for (document, text) in DOCUMENTS {
        for (path, written) in paths(document, text) {
            // Taken by `make screenshots`, which needs a browser.
            if path.starts_with("docs/pictures/") {
                continue;
            }
            found += 1;
            if !is_there(&path) {
                missing.push(format!("{document} names {written}"));
            }
        }
    }
    assert!(found > 60, "only {found} paths were found");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_file_that_moved_is_noticed() {
    let found = paths(
        "docs/x.md",
        "see `src/gone.rs` and [this](../src/lib.rs) and `cargo test`",
    );
    let found: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(found, ["src/gone.rs", "docs/../src/lib.rs"]);
    assert!(!is_there("src/gone.rs"));
    assert!(is_there("docs/../src/lib.rs"));
}
