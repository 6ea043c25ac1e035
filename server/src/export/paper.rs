//! A document as the pages show it, on paper.

use akkoord_app::document::{self, Document};
use akkoord_paper::{Block, Failure, Paper, Section};
use chrono::{DateTime, Utc};

/// Sets a document as PDF/A-2a and PDF/UA-1. `organisation` is whose it is; `made` the time it bears. Takes tens of
/// milliseconds of computing.
pub fn pdf_of(document: &Document, organisation: &str, made: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let lead = Section {
        title: String::new(),
        blocks: vec![Block::Text {
            text: document.lead.clone(),
        }],
    };
    let sections = document.sections.iter().map(|section| Section {
        title: section.title.clone(),
        blocks: section
            .blocks
            .iter()
            .map(|block| on_paper(block, &document.language))
            .collect(),
    });
    let paper = Paper {
        title: document.title.clone(),
        language: document.language.clone(),
        organisation: organisation.to_owned(),
        under: document.under.clone(),
        sections: [lead].into_iter().chain(sections).collect(),
        folio: document.folio.clone(),
    };
    akkoord_paper::pdf(&paper, made)
}

fn on_paper(block: &document::Block, language: &str) -> Block {
    match block {
        document::Block::Text(text) | document::Block::Soft(text) => Block::Text { text: text.clone() },
        document::Block::Quote(text) => Block::Quote { text: text.clone() },
        document::Block::Facts(facts) => {
            let facts = facts.iter().map(|(name, value)| (name.clone(), value.words(language)));
            Block::Facts { facts: facts.collect() }
        }
        document::Block::Table(head, rows) => {
            let words = |row: &Vec<document::Cell>| row.iter().map(|cell| cell.words(language)).collect();
            Block::Table {
                head: head.clone(),
                rows: rows.iter().map(words).collect(),
            }
        }
    }
}
