//! What comes out, read by others' programs: poppler's pdftotext and pdfinfo, and qpdf.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write as _;
use std::process::Command;

use akkoord_paper::{Block, Paper, Section, pdf};
use chrono::{DateTime, Utc};

fn made() -> DateTime<Utc> {
    "2026-11-23T14:05:09Z".parse().unwrap()
}

fn paper() -> Paper {
    let row = |number: u32| vec![format!("Partij {number}"), "feit".into(), "Wmo 2015, art. 5.2.6".into()];
    Paper {
        title: "Verantwoording 26-0417".into(),
        language: "nl".into(),
        organisation: "Veilig Thuis Voorbeeldstad".into(),
        under: vec!["ZSM-overleg, 23 november 2026".into()],
        sections: vec![
            Section {
                title: String::new(),
                blocks: vec![Block::Text {
                    text: "Wat er gebeurde.\nZonder de inhoud.".into(),
                }],
            },
            Section {
                title: "Vrijgaven".into(),
                blocks: vec![
                    Block::Facts {
                        facts: vec![("Kenmerk".into(), "0123456789abcdef".repeat(4))],
                    },
                    Block::Quote {
                        text: "#panic() $x$ *niet vet* <script> \\ @iemand".into(),
                    },
                    Block::Table {
                        head: vec!["Partij".into(), "Soort".into(), "Grondslag".into()],
                        rows: (1..=60).map(row).collect(),
                    },
                ],
            },
        ],
        folio: ["Bladzijde ".into(), " van ".into(), String::new()],
    }
}

fn on_disk(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

#[test]
fn an_independent_reader_finds_every_word_and_no_markup_is_obeyed() {
    let file = on_disk(&pdf(&paper(), made()).unwrap());
    let text = run("pdftotext", &["-layout", file.path().to_str().unwrap(), "-"]);
    for words in [
        "Verantwoording 26-0417",
        "Zonder de inhoud.",
        "#panic() $x$ *niet vet* <script> \\ @iemand",
        "Partij 60",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "Bladzijde 2 van 2",
        "Veilig Thuis Voorbeeldstad",
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[test]
fn it_says_which_standards_it_is_made_for_and_its_tags_are_whole() {
    let file = on_disk(&pdf(&paper(), made()).unwrap());
    let path = file.path().to_str().unwrap();
    let info = run("pdfinfo", &[path]);
    let has = |line: &str, value: &str| info.lines().any(|it| it.starts_with(line) && it.ends_with(value));
    assert!(has("Title:", "Verantwoording 26-0417"), "{info}");
    assert!(has("Tagged:", "yes"), "{info}");
    let marks = run("pdfinfo", &["-meta", path]);
    for mark in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ] {
        assert!(marks.contains(mark), "{mark} is not in {marks}");
    }
    let structure = run("pdfinfo", &["-struct-text", path]);
    for tag in ["H1", "H2", "Table", "THead", "TH", "TD", "BlockQuote"] {
        assert!(structure.contains(tag), "{tag} is not in {structure}");
    }
    run("qpdf", &["--check", path]);
}

#[test]
fn the_same_words_at_the_same_time_are_the_same_bytes() {
    assert_eq!(pdf(&paper(), made()).unwrap(), pdf(&paper(), made()).unwrap());
}

#[test]
fn what_no_font_draws_is_printed_as_its_number_and_what_one_draws_as_it_is() {
    let mut paper = paper();
    let text = "👍 家 ก \u{F8FF} 👩\u{200D}👧\u{FE0F} x\u{1D165} q\u{301}\u{323} é Ж שלום ½ 1D3 → end".to_owned();
    paper.title = "Dossier 👍".into();
    paper.sections[0].blocks = vec![
        Block::Text { text: text.clone() },
        Block::Quote { text: text.clone() },
        Block::Facts {
            facts: vec![(text.clone(), text.clone())],
        },
        Block::Table {
            head: vec![text.clone()],
            rows: vec![vec![text]],
        },
    ];
    let file = on_disk(&pdf(&paper, made()).unwrap());
    let path = file.path().to_str().unwrap();
    let text = run("pdftotext", &["-layout", path, "-"]);
    for words in [
        "Dossier [U+1F44D]",
        "[U+5BB6]",
        "[U+0E01]",
        "[U+F8FF]",
        "[U+1F469]",
        "é Ж",
        "½",
        "→",
        "end",
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
    run("qpdf", &["--check", path]);
}

#[test]
fn no_sign_of_unicode_keeps_a_document_from_being_made() {
    let mut paper = paper();
    let signs: Vec<char> = ('\u{20}'..='\u{1FFFF}').collect();
    let blocks = signs.chunks(16).step_by(41).map(|signs| Block::Text {
        text: signs.iter().collect(),
    });
    paper.sections[0].blocks = blocks.collect();
    assert!(pdf(&paper, made()).is_ok());
}

#[test]
fn why_there_is_no_document_is_said_without_its_words() {
    assert_eq!(
        akkoord_paper::Failure::Refused(2).to_string(),
        "the setter refused at 2 places"
    );
}
