//! The answer to a person who asks what an organisation holds and gave about them (C6, AVG art. 15).

use akkoord::access::{AccessDirection, AccessLine, AccessReport};
use akkoord::dossier::ItemSubject;
use akkoord::release::InformedStatus;
use akkoord::session::item::ContentKind;

use super::names::{content_of, item_means, item_word, purpose};
use super::report::ground;
use super::{Block, Cell, Document, Section, blank, locale, section, table_or, text};
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
    let received = Listing {
        lines: &report.received,
        other: td_string!(locale, access.column.source),
        when: td_string!(locale, access.column.received),
        none: td_string!(locale, access.none_received),
        both: false,
    };
    let given = Listing {
        lines: &report.given,
        other: td_string!(locale, access.column.recipient),
        when: td_string!(locale, access.column.given),
        none: td_string!(locale, access.none_given),
        both: false,
    };
    let mut sections = vec![
        section("received", td_string!(locale, access.received), received.blocks(locale)),
        section("given", td_string!(locale, access.given), given.blocks(locale)),
    ];
    sections.extend(to_check(locale, report));
    sections.push(section(
        "rights",
        td_string!(locale, access.rights),
        vec![
            Block::Text(td_string!(locale, access.rights_text).to_owned()),
            Block::Text(td_string!(locale, access.complaint).to_owned()),
        ],
    ));
    Document {
        title: td_string!(locale, access.title, reference = reference).to_string(),
        under,
        lead: td_string!(locale, access.lead).to_owned(),
        sections,
        ..blank(locale)
    }
}

/// What can be about the person without saying so, for somebody to look at (C6). An answer about everybody lists it above.
fn to_check(locale: Locale, report: &AccessReport) -> Option<Section> {
    report.about?;
    let lines = Listing {
        lines: &report.to_check,
        other: td_string!(locale, access.column.other),
        when: td_string!(locale, access.column.when),
        none: td_string!(locale, access.none_to_check),
        both: true,
    };
    let mut blocks = lines.blocks(locale);
    if !report.to_check.is_empty() {
        blocks.insert(0, Block::Soft(td_string!(locale, access.to_check_text).to_owned()));
    }
    Some(section("to-check", td_string!(locale, access.to_check), blocks))
}

/// The lines of one section, and what its columns are called.
struct Listing<'a> {
    lines: &'a [AccessLine],
    other: &'static str,
    when: &'static str,
    none: &'static str,
    /// Whether what was received and what was given stand together, so that each line says which it is.
    both: bool,
}

impl Listing<'_> {
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
        let rows = self.lines.iter().map(|line| self.row(locale, line)).collect();
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

    fn row(&self, locale: Locale, line: &AccessLine) -> Vec<Cell> {
        let people: Vec<_> = line.subjects.iter().map(|it| person(locale, it)).collect();
        let day = time::date(locale, line.at);
        let when = match line.direction {
            _ if !self.both => day,
            AccessDirection::Received => td_string!(locale, access.received_on, day = day).to_string(),
            AccessDirection::Given => td_string!(locale, access.given_on, day = day).to_string(),
        };
        vec![
            Cell::Party(line.other.clone()),
            text(when),
            kind(locale, line),
            text(people.join(", ")),
            text(purpose(locale, line.purpose.as_ref())),
            line.ground.as_ref().map_or_else(|| text("–"), |it| ground(locale, it)),
            text(time::date(locale, line.until)),
            text(state(locale, line)),
        ]
    }
}

/// A contribution by what it claims to be; anything else with what it is, because its words may be left out.
fn kind(locale: Locale, line: &AccessLine) -> Cell {
    match content_of(&line.kind) {
        kind @ ContentKind::Contribution(_) => Cell::Kind(kind),
        _ => text(format!(
            "{}: {}",
            item_word(locale, &line.kind),
            item_means(locale, &line.kind)
        )),
    }
}

fn person(locale: Locale, subject: &ItemSubject) -> String {
    format!("{} ({})", subject.label, words::role(locale, subject.role))
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
        Some((InformedStatus::Yes, _)) => td_string!(locale, life.informed.yes),
        Some((InformedStatus::No, _)) => td_string!(locale, life.informed.no),
        Some((InformedStatus::Postponed, _)) => td_string!(locale, life.informed.postponed),
        None => td_string!(locale, life.informed.unknown),
    };
    states.push(format!("{}: {informed}", td_string!(locale, life.field.informed)));
    if let Some(condition) = &line.condition {
        states.push(format!("{}: {condition}", td_string!(locale, dossier.field.condition)));
    }
    states.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use akkoord::dossier::{ItemKind, NamedAssignee, PurposeText};
    use akkoord::ids::{PartyId, ReleaseId};
    use akkoord::party::{Party, PartyKind};
    use akkoord::session::command::SubjectRole;
    use chrono::DateTime;
    use uuid::Uuid;

    fn agreement(direction: AccessDirection) -> AccessLine {
        let police = Party {
            id: PartyId(Uuid::nil()),
            kind: PartyKind::Police,
            name: "Politie Voorbeeldstad".into(),
        };
        let performer = NamedAssignee::Party(police.clone());
        AccessLine {
            release: ReleaseId(Uuid::nil()),
            direction,
            kind: ItemKind::Agreement {
                due: None,
                number: Some(3),
                performer: Some(performer.clone()),
            },
            other: police,
            subjects: Vec::new(),
            at: DateTime::UNIX_EPOCH,
            purpose: Some(PurposeText::FollowUp {
                number: 3,
                performer,
                due: None,
            }),
            ground: None,
            condition: None,
            until: DateTime::UNIX_EPOCH,
            informed: None,
            rectified_at: None,
            withdrawn_at: None,
            words: None,
        }
    }

    fn report(about: Option<usize>, to_check: Vec<AccessLine>) -> AccessReport {
        AccessReport {
            case_reference: "26-0417".into(),
            at: DateTime::UNIX_EPOCH,
            subjects: vec![ItemSubject {
                role: SubjectRole::Victim,
                label: "moeder".into(),
            }],
            about,
            received: Vec::new(),
            given: Vec::new(),
            to_check,
        }
    }

    #[test]
    fn c6_what_names_nobody_stands_apart_to_be_looked_at_by_hand() {
        let lines = vec![agreement(AccessDirection::Received), agreement(AccessDirection::Given)];
        let document = access("nl", &report(Some(0), lines));
        let found = document.sections.iter().find(|section| section.id == "to-check");
        let section = found.map(|section| (section.title.as_str(), section.blocks.as_slice()));
        let Some(("Met de hand na te kijken", [Block::Soft(_), Block::Table(_, rows)])) = section else {
            assert_eq!(found, None, "a heading, how to read it, and the lines");
            return;
        };
        let said: Vec<_> = rows
            .iter()
            .map(|row| row.iter().take(5).map(|cell| cell.words("nl")).collect::<Vec<_>>())
            .collect();
        let line = |when: &str| {
            [
                "Politie Voorbeeldstad",
                when,
                "vervolgactie 3: Politie Voorbeeldstad",
                "",
                "voor actie 3: Politie Voorbeeldstad",
            ]
            .map(String::from)
            .to_vec()
        };
        assert_eq!(
            said,
            [line("ontvangen op 1 januari 1970"), line("gegeven op 1 januari 1970")]
        );
    }

    #[test]
    fn c6_an_answer_about_everybody_has_nothing_to_check_apart() {
        let of = |report: &AccessReport| {
            let sections = access("nl", report).sections;
            sections.into_iter().map(|section| section.id).collect::<Vec<_>>()
        };
        assert_eq!(of(&report(None, Vec::new())), ["received", "given", "rights"]);
        assert_eq!(
            of(&report(Some(0), Vec::new())),
            ["received", "given", "to-check", "rights"]
        );
    }
}
