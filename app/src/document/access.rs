//! The answer to a person who asks what an organisation holds and gave about them (C6, AVG art. 15).

use akkoord::access::{AccessLine, AccessReport};
use akkoord::dossier::{ItemKind, ItemSubject, PurposeText};
use akkoord::release::InformedHow;

use super::report::ground;
use super::{Block, Cell, Document, blank, locale, section, table_or, text};
use crate::i18n::{Locale, td_string};
use crate::ui::{time, words};

/// The answer in words. `language` is two letters (ISO 639-1).
pub fn access(language: &str, report: &AccessReport) -> Document {
    let locale = locale(language);
    let reference = report.case_reference.clone();
    let about = report.about.and_then(|place| report.subjects.get(place));
    let mut under = vec![about.map_or_else(
        || td_string!(locale, access.about_all).to_owned(),
        |it| td_string!(locale, access.about, who = person(locale, it)).to_string(),
    )];
    let at = time::full(locale, report.at);
    under.push(td_string!(locale, access.looked_up, time = at).to_string());
    let received = Side {
        lines: &report.received,
        other: td_string!(locale, access.column.source),
        when: td_string!(locale, access.column.received),
        none: td_string!(locale, access.none_received),
    };
    let given = Side {
        lines: &report.given,
        other: td_string!(locale, access.column.recipient),
        when: td_string!(locale, access.column.given),
        none: td_string!(locale, access.none_given),
    };
    Document {
        title: td_string!(locale, access.title, reference = reference).to_string(),
        under,
        lead: td_string!(locale, access.lead).to_owned(),
        sections: vec![
            section("received", td_string!(locale, access.received), received.blocks(locale)),
            section("given", td_string!(locale, access.given), given.blocks(locale)),
            section(
                "rights",
                td_string!(locale, access.rights),
                vec![
                    Block::Text(td_string!(locale, access.rights_text).to_owned()),
                    Block::Text(td_string!(locale, access.complaint).to_owned()),
                ],
            ),
        ],
        ..blank(locale)
    }
}

/// What was received, or what was given.
struct Side<'a> {
    lines: &'a [AccessLine],
    other: &'static str,
    when: &'static str,
    none: &'static str,
}

impl Side<'_> {
    fn blocks(&self, locale: Locale) -> Vec<Block> {
        let head = [
            self.other,
            self.when,
            td_string!(locale, access.column.kind),
            td_string!(locale, access.column.about),
            td_string!(locale, access.column.purpose),
            td_string!(locale, access.column.ground),
            td_string!(locale, access.column.until),
            td_string!(locale, access.column.state),
        ];
        let rows = self.lines.iter().map(|line| row(locale, line)).collect();
        let mut blocks = vec![table_or(self.none, &head, rows)];
        for line in self.lines {
            if let Some(words) = &line.words {
                let at = time::date(locale, line.at);
                blocks.push(Block::Soft(format!("{}, {at}:", line.other.name)));
                blocks.push(Block::Quote(words.clone()));
            }
        }
        blocks
    }
}

fn row(locale: Locale, line: &AccessLine) -> Vec<Cell> {
    let kind = match line.kind {
        ItemKind::Contribution(kind) => Cell::Kind(kind),
        ItemKind::Agreement { .. } => text(td_string!(locale, words.kind.agreement)),
    };
    let people: Vec<_> = line.subjects.iter().map(|it| person(locale, it)).collect();
    vec![
        Cell::Party(line.other.clone()),
        text(time::date(locale, line.at)),
        kind,
        text(people.join(", ")),
        text(purpose(locale, line.purpose.as_ref())),
        line.ground.as_ref().map_or_else(|| text("–"), |it| ground(locale, it)),
        text(time::date(locale, line.until)),
        text(state(locale, line)),
    ]
}

fn person(locale: Locale, subject: &ItemSubject) -> String {
    format!("{} ({})", subject.label, words::role(locale, subject.role))
}

/// What something is for. An agreement is for what was agreed.
pub(crate) fn purpose(locale: Locale, purpose: Option<&PurposeText>) -> String {
    match purpose {
        None => td_string!(locale, words.kind_means.agreement).to_owned(),
        // R11: the action rests on something that was not released to this party.
        Some(PurposeText::Action { text }) if text.is_empty() => {
            td_string!(locale, dossier.field.purpose_hidden).to_owned()
        }
        Some(PurposeText::Action { text }) => text.clone(),
        Some(PurposeText::Task { code, name }) => name
            .as_ref()
            .map_or_else(|| code.clone(), |name| words::name(locale, name)),
    }
}

/// What became of it, and whether the person was told.
fn state(locale: Locale, line: &AccessLine) -> String {
    let mut states = Vec::new();
    if line.withdrawn_at.is_some() {
        states.push(td_string!(locale, life.status.withdrawn).to_owned());
    } else if line.rectified_at.is_some() {
        states.push(td_string!(locale, life.status.rectified).to_owned());
    }
    let informed = match line.informed {
        Some((InformedHow::Yes, _)) => td_string!(locale, life.informed.yes),
        Some((InformedHow::No, _)) => td_string!(locale, life.informed.no),
        Some((InformedHow::Postponed, _)) => td_string!(locale, life.informed.postponed),
        None => td_string!(locale, life.informed.unknown),
    };
    states.push(format!("{}: {informed}", td_string!(locale, life.field.informed)));
    if let Some(condition) = &line.condition {
        states.push(format!("{}: {condition}", td_string!(locale, dossier.field.condition)));
    }
    states.join("; ")
}
