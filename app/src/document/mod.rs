//! Documents: what a page shows and what is put on paper, from one making, so that they cannot say different things.
//!
//! Lives here: the documents in words, in the reader's language, out of what the rules project; and how a page shows them.
//! Never lives here: what may be in them (the projection says so), how paper looks (the server's `paper`).

mod access;
#[cfg(feature = "ssr")]
mod item;
pub(crate) mod names;
mod report;
mod shown;

use akkoord::party::Party;
use akkoord::session::item::ContentKind;

use crate::i18n::{Locale, td_string};

pub use access::access;
#[cfg(feature = "ssr")]
pub use item::{case, item};
pub use report::report;
pub(crate) use shown::Sections;

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its language: two letters (ISO 639-1).
    pub language: String,
    /// What it is about.
    pub title: String,
    /// Under the title: when, which case.
    pub under: Vec<String>,
    /// What it is and is not, in a sentence or two.
    pub lead: String,
    /// What it says.
    pub sections: Vec<Section>,
    /// "Page {} of {}": the words before, between and after the numbers.
    pub folio: [String; 3],
}

/// A part under a heading of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What an address within the page calls it.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A paragraph in a softer voice: that there is nothing, or how to read what follows.
    Soft(String),
    /// Somebody's own words.
    Quote(String),
    /// What something is, and its value.
    Facts(Vec<(String, Cell)>),
    /// What the columns are, and the rows. The first cell of a row names it.
    Table(Vec<String>, Vec<Vec<Cell>>),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number, to be lined up with others.
    Number(u64),
    /// An id or a digest.
    Mark(String),
    /// An organisation.
    Party(Party),
    /// What an item is; of a contribution: what it claims to be.
    Kind(ContentKind),
    /// Words, and a warning that goes with them.
    Warned(String, String),
}

impl Cell {
    /// As it stands on paper.
    pub fn words(&self, language: &str) -> String {
        match self {
            Self::Text(text) | Self::Mark(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Party(party) => party.name.clone(),
            Self::Kind(kind) => names::content_kind(locale(language), *kind).0.to_owned(),
            Self::Warned(text, warning) => format!("{text} ({warning})"),
        }
    }
}

/// A language by its two letters; Dutch where there is no such one.
pub(crate) fn locale(language: &str) -> Locale {
    language.parse().unwrap_or_default()
}

/// The language of a document, and the words at its foot.
fn blank(locale: Locale) -> Document {
    Document {
        language: locale.to_string(),
        title: String::new(),
        under: Vec::new(),
        lead: String::new(),
        sections: Vec::new(),
        folio: [
            td_string!(locale, document.page).to_owned(),
            td_string!(locale, document.of).to_owned(),
            String::new(),
        ],
    }
}

fn text(words: impl Into<String>) -> Cell {
    Cell::Text(words.into())
}

fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section {
        id: id.to_owned(),
        title: title.to_owned(),
        blocks,
    }
}

/// A table, or the sentence that says there is nothing in it.
fn table_or(none: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Block {
    if rows.is_empty() {
        return Block::Soft(none.to_owned());
    }
    Block::Table(head.iter().map(|&name| name.to_owned()).collect(), rows)
}
