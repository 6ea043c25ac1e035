//! What a recipient holds, in sentences: one item with its whole provenance (R10), or all of a case. For paper and for another
//! system; the page of an item has a form of its own.

use akkoord::dossier::{Correction, HeldItem, ItemKind};
use akkoord::ground::GroundStatus;
use akkoord::session::item::ContributionKind;
use chrono::{DateTime, Utc};

use super::names::{item_means, item_word, particulars, purpose};
use super::{Block, Cell, Document, Section, blank, section, text};
use crate::i18n::{Locale, td_string};
use crate::ui::{time, words};

/// One item, in Dutch: the language of the organisations' systems.
pub fn item(held: &HeldItem) -> Document {
    let locale = Locale::nl;
    let item = &held.item;
    let kind = kind(locale, &item.kind);
    let giver = item.giver.name.clone();
    let reference = item.case_reference.clone();
    let title = match (held.life.withdrawn_at, held.life.rectified_at) {
        (Some(_), _) => td_string!(
            locale,
            export.withdrawn_title,
            kind = kind,
            giver = giver,
            reference = reference
        )
        .to_string(),
        (None, Some(_)) => td_string!(
            locale,
            export.rectified_title,
            kind = kind,
            giver = giver,
            reference = reference
        )
        .to_string(),
        (None, None) => td_string!(
            locale,
            export.item_title,
            kind = kind,
            giver = giver,
            reference = reference
        )
        .to_string(),
    };
    let moment = words::name(locale, &item.moment);
    let released = time::full(locale, item.received_at);
    let mut lead = td_string!(locale, export.released_at, moment = moment, time = released).to_string();
    if let Some(changed) = changed(locale, held) {
        lead = format!("{lead} {changed}");
    }
    Document {
        title,
        lead,
        sections: vec![part(locale, td_string!(locale, export.said), held)],
        ..blank(locale)
    }
}

/// All of a case that an organisation holds, in Dutch.
pub fn case(organisation: &str, case_reference: &str, held: &[HeldItem], made: DateTime<Utc>) -> Document {
    let locale = Locale::nl;
    let (who, at) = (organisation.to_owned(), time::full(locale, made));
    let lead = td_string!(locale, export.case_under, who = who, time = at).to_string();
    let parts = held.iter().enumerate().map(|(number, held)| {
        let title = format!(
            "{}. {}, {}",
            number + 1,
            kind(locale, &held.item.kind),
            held.item.giver.name
        );
        part(locale, &title, held)
    });
    let reference = case_reference.to_owned();
    let title = td_string!(locale, export.case_title, reference = reference).to_string();
    Document {
        title,
        lead,
        sections: parts.collect(),
        ..blank(locale)
    }
}

/// What the owner did since, last of all.
fn changed(locale: Locale, held: &HeldItem) -> Option<String> {
    let full = |at| time::full(locale, at);
    match (held.life.withdrawn_at, held.life.rectified_at) {
        (Some(at), _) => {
            let at = full(at);
            Some(td_string!(locale, export.withdrawn_at, time = at).to_string())
        }
        (None, Some(at)) => {
            let at = full(at);
            Some(td_string!(locale, export.rectified_at, time = at).to_string())
        }
        (None, None) => None,
    }
}

fn part(locale: Locale, title: &str, held: &HeldItem) -> Section {
    let mut blocks = vec![
        match held.life.withdrawn_at {
            Some(_) => Block::Text(td_string!(locale, export.withdrawn_text).to_owned()),
            // A commitment to another party's measure has no words of its own.
            None if held.item.text.is_empty() => Block::Soft(td_string!(locale, dossier.no_words).to_owned()),
            None => Block::Quote(held.item.text.clone()),
        },
        Block::Facts(facts(locale, held)),
    ];
    let corrections = held.item.corrections.iter();
    let corrections: Vec<_> = corrections.map(|one| correction(locale, one)).collect();
    if !corrections.is_empty() {
        blocks.push(Block::Facts(corrections));
    }
    section(&held.item.release.to_string(), title, blocks)
}

fn facts(locale: Locale, held: &HeldItem) -> Vec<(String, Cell)> {
    let item = &held.item;
    let full = |at| time::full(locale, at);
    let assessed = item.kind == ItemKind::Contribution(ContributionKind::Assessment);
    let author = if assessed {
        td_string!(locale, dossier.field.assessor)
    } else {
        td_string!(locale, dossier.field.author)
    };
    let mut facts = vec![
        (td_string!(locale, dossier.field.owner), item.giver.name.clone()),
        (td_string!(locale, dossier.field.kind), described(locale, &item.kind)),
        (author, item.author.clone()),
    ];
    facts.extend(particulars(locale, &item.kind));
    if !item.subjects.is_empty() {
        let about = item.subjects.iter();
        let about = about.map(|subject| format!("{} ({})", subject.label, words::role(locale, subject.role)));
        facts.push((
            td_string!(locale, dossier.field.about),
            about.collect::<Vec<_>>().join(", "),
        ));
    }
    let session = format!("{}, {}", words::name(locale, &item.moment), item.case_reference);
    facts.push((td_string!(locale, dossier.field.session), session));
    facts.push((td_string!(locale, export.shared), full(item.shared_at)));
    // What a party keeps of its own was released by nobody.
    if item.purpose.is_some() {
        facts.push((
            td_string!(locale, dossier.field.approved),
            format!("{}, {}", item.approved_by, full(item.approved_at)),
        ));
        facts.push((td_string!(locale, dossier.field.released), full(item.received_at)));
    } else {
        facts.push((td_string!(locale, dossier.field.kept), full(item.received_at)));
    }
    facts.push((
        td_string!(locale, dossier.field.purpose),
        purpose(locale, item.purpose.as_ref()),
    ));
    if let Some(ground) = &item.ground {
        let words = match ground.status {
            GroundStatus::Undisputed => ground.article.clone(),
            GroundStatus::Contested => {
                format!("{} ({})", ground.article, td_string!(locale, dossier.disputed))
            }
            GroundStatus::None => format!("{} ({})", ground.article, td_string!(locale, dossier.no_ground)),
        };
        facts.push((td_string!(locale, dossier.field.ground), words.trim().to_owned()));
    }
    if let Some(motivation) = &item.motivation {
        facts.push((td_string!(locale, dossier.field.motivation), motivation.clone()));
    }
    if let Some(condition) = &item.condition {
        facts.push((td_string!(locale, dossier.field.condition), condition.clone()));
    }
    let mut revision = item.revision.to_string();
    if item.is_excerpt {
        revision = format!("{revision}. {}", td_string!(locale, dossier.excerpt));
    }
    facts.push((td_string!(locale, dossier.field.revision), revision));
    facts.push((
        td_string!(locale, dossier.field.ends),
        time::date(locale, item.retain_until),
    ));
    facts.push((td_string!(locale, dossier.field.item), item.release.to_string()));
    facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), text(value)))
        .collect()
}

fn correction(locale: Locale, correction: &Correction) -> (String, Cell) {
    let what = if correction.withdrawn {
        td_string!(locale, export.withdrawn)
    } else {
        td_string!(locale, export.rectified)
    };
    let (at, who, reason) = (
        time::full(locale, correction.at),
        correction.by.clone(),
        correction.reason.clone(),
    );
    let how = if reason.is_empty() {
        td_string!(locale, life.by, who = who, time = at).to_string()
    } else {
        td_string!(locale, export.correction, time = at, who = who, reason = reason).to_string()
    };
    (what.to_owned(), text(how))
}

/// `Feit`, as a title begins.
fn kind(locale: Locale, kind: &ItemKind) -> String {
    let word = item_word(locale, kind);
    let mut signs = word.chars();
    signs
        .next()
        .map(|first| first.to_uppercase().chain(signs).collect())
        .unwrap_or_default()
}

/// `Feit: zelf gezien of geregistreerd`.
fn described(locale: Locale, of: &ItemKind) -> String {
    format!("{}: {}", kind(locale, of), item_means(locale, of))
}
