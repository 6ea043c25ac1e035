//! A document for people and for archives: PDF/A-2a (ISO 19005-2, to be read in fifty years) that is also PDF/UA-1 (ISO 14289-1,
//! to be read aloud). Here lives what such a document is made of, in plain words, and how it is set. Here never lives what
//! it says: whoever asks for one hands in finished sentences.
//!
//! Nothing of a document is ever read as markup: the words go in as data. Nothing of it stays: what typesetting keeps
//! for a next time is thrown away after each document (R8).
//!
//! 2026-11-23: "made for" these standards, not "certified": the setter refuses what breaks a rule it knows, but the judge
//! with the last word, veraPDF, is not at hand where this is tested.

mod signs;
mod world;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A document, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What it is about; also its title for a reader program.
    pub title: String,
    /// The language of its words: two letters (ISO 639-1).
    pub language: String,
    /// Whose it is; stands at the foot of each page.
    pub organisation: String,
    /// Under the title: when, which case.
    pub under: Vec<String>,
    /// What it says.
    pub sections: Vec<Section>,
    /// "Page {1} of {2}", in its language: the words before, between and after the numbers.
    pub folio: [String; 3],
}

/// A part of a document, under a heading of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading; empty for what comes before the first one.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph; line ends are kept.
    Text {
        /// The words.
        text: String,
    },
    /// Somebody's own words, set apart.
    Quote {
        /// The words.
        text: String,
    },
    /// What something is, and its value.
    Facts {
        /// In this order.
        facts: Vec<(String, String)>,
    },
    /// A table. The first cell of a row names the row.
    Table {
        /// What the columns are.
        head: Vec<String>,
        /// As many cells each as there are columns.
        rows: Vec<Vec<String>>,
    },
}

/// Why there is no document. Without the words of it: the cause may stand in a log.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The setter does not know the standards together; a fault of the program.
    #[error("the standards do not go together")]
    Standards,
    /// The words could not be handed over; a fault of the program.
    #[error("the words could not be handed over")]
    Words,
    /// The setter refused: {0} faults in the template, or rules of the standards that were broken. What it says of them is
    /// not kept: it quotes words.
    #[error("the setter refused at {0} places")]
    Refused(usize),
}

/// Sets a document. `made` is the time it bears. A sign that no font here can draw is printed as its number, `[U+1F44D]`.
///
/// Takes tens of milliseconds of computing: call it where that holds up nobody.
pub fn pdf(paper: &Paper, made: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let set = set(paper, made);
    // What was set is remembered for a next time, words and all.
    typst::comemo::evict(0);
    set
}

fn set(paper: &Paper, made: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let words = serde_json::to_string(paper).map_err(|_| Failure::Words)?;
    match set_words(signs::numbered(&words, world::draws), made) {
        // Signs that are drawn one by one but not together: a document with more numbers is better than none.
        Err(Failure::Refused(_)) => set_words(signs::numbered(&words, signs::is_plain), made),
        set => set,
    }
}

fn set_words(words: String, made: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let world = world::Desk::new(words.into_bytes());
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|faults| refused(&faults))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|_| Failure::Standards)?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Akkoord".into())),
        timestamp: moment(made).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| refused(&faults))
}

fn refused(faults: &EcoVec<SourceDiagnostic>) -> Failure {
    Failure::Refused(faults.len())
}

fn moment(at: DateTime<Utc>) -> Option<Datetime> {
    let small = |number: u32| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )
}
