//! The accountability report of one session for one party (C4), and in it the certificate of destruction (R8).

use akkoord::accountability::{Report, ReportDestroyed, WhyDestroyed};
use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::PartyId;
use akkoord::session::command::ContributionKind;

use super::{Block, Cell, Document, Section, blank, locale, section, table_or, text};
use crate::i18n::{Locale, td_string};
use crate::ui::{time, words};

/// The report in words. `language` is two letters (ISO 639-1).
pub fn report(language: &str, report: &Report) -> Document {
    let locale = locale(language);
    let mut sections = vec![
        seats(locale, report),
        counts(locale, report),
        times(locale, report),
        releases(locale, report),
    ];
    if report.closed_at.is_some() {
        sections.push(certificate(locale, report));
    }
    sections.extend(disposition(locale, report));
    sections.extend(close(locale, report));
    sections.push(deviations(locale, report));
    sections.push(chain(locale, report));
    let reference = report.case_reference.clone();
    let from = time::full(locale, report.convened_at);
    let when = report.closed_at.map_or_else(
        || from.clone(),
        |until| format!("{from} – {}", time::full(locale, until)),
    );
    Document {
        title: td_string!(locale, accountability.title, reference = reference).to_string(),
        under: vec![format!("{}, {when}", words::name(locale, &report.moment))],
        lead: td_string!(locale, accountability.intro).to_owned(),
        sections,
        ..blank(locale)
    }
}

/// A party by its id; a dash for one the reader may not know (R2).
fn party(report: &Report, id: PartyId) -> Cell {
    let seat = report.seats.iter().find(|seat| seat.party.id == id);
    seat.map_or_else(|| text("–"), |seat| Cell::Party(seat.party.clone()))
}

fn seats(locale: Locale, report: &Report) -> Section {
    let accepted = |at| match at {
        Some(at) => time::full(locale, at),
        None => td_string!(locale, accountability.not_accepted).to_owned(),
    };
    let rows = report.seats.iter().flat_map(|seat| {
        let row = |name: &str, at: String| {
            vec![
                Cell::Party(seat.party.clone()),
                text(words::seat(locale, seat.level)),
                text(name),
                text(at),
            ]
        };
        if seat.people.is_empty() {
            // A seat nobody sat on is told too.
            return vec![row("–", String::new())];
        }
        seat.people.iter().map(|(name, at)| row(name, accepted(*at))).collect()
    });
    let head = [
        td_string!(locale, accountability.column.party),
        td_string!(locale, accountability.column.seat),
        td_string!(locale, accountability.column.person),
        td_string!(locale, accountability.column.accepted),
    ];
    let rows = rows.collect();
    section(
        "seats",
        td_string!(locale, accountability.seats),
        vec![table_or("", &head, rows)],
    )
}

fn counts(locale: Locale, report: &Report) -> Section {
    let mut owners: Vec<PartyId> = report.contributions.iter().map(|count| count.party).collect();
    owners.dedup();
    let row = |owner: PartyId| {
        let own: Vec<_> = report
            .contributions
            .iter()
            .filter(|count| count.party == owner)
            .collect();
        let of = |kind| {
            own.iter()
                .find(|count| count.kind == kind)
                .map_or(0, |count| count.shared)
        };
        let total: u32 = own.iter().map(|count| count.shared).sum();
        let withdrawn: u32 = own.iter().map(|count| count.withdrawn).sum();
        let numbers = ContributionKind::ALL.into_iter().map(of).chain([total, withdrawn]);
        let cells = numbers.map(|number| Cell::Number(number.into()));
        [party(report, owner)].into_iter().chain(cells).collect()
    };
    let mut head = vec![td_string!(locale, accountability.column.party)];
    head.extend(ContributionKind::ALL.map(|kind| words::kind(locale, kind).0));
    head.push(td_string!(locale, accountability.column.total));
    head.push(td_string!(locale, accountability.column.withdrawn));
    let rows = owners.into_iter().map(row).collect();
    let none = td_string!(locale, accountability.none_counts);
    section(
        "counts",
        td_string!(locale, accountability.counts),
        vec![table_or(none, &head, rows)],
    )
}

fn times(locale: Locale, report: &Report) -> Section {
    let rows = report.time_requests.iter().map(|it| {
        let until = match it.until {
            Some(until) => time::full(locale, until),
            None => td_string!(locale, accountability.still_open).to_owned(),
        };
        let length = it
            .until
            .map(|until| time::length(locale, (until - it.from).num_seconds()))
            .unwrap_or_default();
        let reason = match it.reason {
            Some(reason) => words::time_reason(locale, reason),
            None => td_string!(locale, accountability.no_reason),
        };
        vec![
            party(report, it.party),
            text(time::full(locale, it.from)),
            text(until),
            text(length),
            text(reason),
        ]
    });
    let head = [
        td_string!(locale, accountability.column.party),
        td_string!(locale, accountability.column.asked),
        td_string!(locale, accountability.column.ended),
        td_string!(locale, accountability.column.length),
        td_string!(locale, accountability.column.reason),
    ];
    let none = td_string!(locale, accountability.none_time);
    let rows = rows.collect();
    section(
        "times",
        td_string!(locale, accountability.time),
        vec![table_or(none, &head, rows)],
    )
}

fn releases(locale: Locale, report: &Report) -> Section {
    let rows = report.releases.iter().map(|it| {
        let purpose = match (&it.task_name, &it.task) {
            (Some(name), _) => words::name(locale, name),
            (None, Some(code)) => code.clone(),
            (None, None) => td_string!(locale, accountability.for_action).to_owned(),
        };
        vec![
            party(report, it.giver),
            party(report, it.recipient),
            Cell::Kind(it.kind),
            text(purpose),
            ground(locale, &it.ground),
            text(time::full(locale, it.approved_at)),
        ]
    });
    let head = [
        td_string!(locale, accountability.column.giver),
        td_string!(locale, accountability.column.recipient),
        td_string!(locale, accountability.column.kind),
        td_string!(locale, accountability.column.purpose),
        td_string!(locale, accountability.column.ground),
        td_string!(locale, accountability.column.when),
    ];
    let none = td_string!(locale, accountability.none_releases);
    let rows = rows.collect();
    section(
        "releases",
        td_string!(locale, accountability.releases),
        vec![table_or(none, &head, rows)],
    )
}

/// A ground by its article, and what is wrong with it.
pub(super) fn ground(locale: Locale, ground: &LegalGround) -> Cell {
    let warning = match ground.status {
        GroundStatus::Undisputed => return text(ground.article.clone()),
        GroundStatus::Contested => td_string!(locale, dossier.disputed),
        GroundStatus::None => td_string!(locale, dossier.no_ground),
    };
    Cell::Warned(ground.article.clone(), warning.to_owned())
}

fn certificate(locale: Locale, report: &Report) -> Section {
    let rows = report.destroyed.iter().map(|line| {
        // The whole id stands in the file; eight characters are enough to tell two apart.
        let short = line.contribution.to_string().chars().take(8).collect();
        vec![
            Cell::Mark(short),
            party(report, line.owner),
            Cell::Kind(line.kind),
            text(time::full(locale, line.shared_at)),
            text(time::full(locale, line.at)),
            text(why(locale, report, line)),
        ]
    });
    let head = [
        td_string!(locale, accountability.certificate.item),
        td_string!(locale, accountability.column.party),
        td_string!(locale, accountability.column.kind),
        td_string!(locale, accountability.certificate.shared),
        td_string!(locale, accountability.certificate.at),
        td_string!(locale, accountability.certificate.why),
    ];
    let mut blocks = Vec::new();
    if !report.destroyed.is_empty() {
        blocks.push(Block::Soft(
            td_string!(locale, accountability.certificate.text).to_owned(),
        ));
    }
    let none = td_string!(locale, accountability.certificate.none);
    blocks.push(table_or(none, &head, rows.collect()));
    section(
        "certificate",
        td_string!(locale, accountability.certificate.title),
        blocks,
    )
}

fn why(locale: Locale, report: &Report, line: &ReportDestroyed) -> String {
    match &line.why {
        WhyDestroyed::Withdrawn => td_string!(locale, accountability.certificate.withdrawn).to_owned(),
        // What an owner gave to others is not the reader's to know (R2).
        WhyDestroyed::NotReleased if line.owner != report.party => {
            td_string!(locale, accountability.certificate.not_to_you).to_owned()
        }
        WhyDestroyed::NotReleased => td_string!(locale, accountability.certificate.not_released).to_owned(),
        WhyDestroyed::Released { to } => {
            let named = report.seats.iter().filter(|seat| to.contains(&seat.party.id));
            let parties: Vec<_> = named.map(|seat| seat.party.name.clone()).collect();
            let parties = parties.join(", ");
            td_string!(locale, accountability.certificate.released, parties = parties).to_string()
        }
    }
}

fn disposition(locale: Locale, report: &Report) -> Option<Section> {
    let (kind, at) = report.disposition?;
    let words = format!("{}, {}", words::disposition(locale, kind), time::full(locale, at));
    let title = td_string!(locale, accountability.disposition);
    Some(section("disposition", title, vec![Block::Text(words)]))
}

/// That everybody was called before the table closed, and when (R13).
fn close(locale: Locale, report: &Report) -> Option<Section> {
    let closed = time::full(locale, report.closed_at?);
    let words = match report.last_call {
        Some(called) => {
            let called = time::full(locale, called);
            td_string!(locale, accountability.close.called, called = called, closed = closed).to_string()
        }
        None => td_string!(locale, accountability.close.not_called, closed = closed).to_string(),
    };
    let title = td_string!(locale, accountability.close.title);
    Some(section("close", title, vec![Block::Text(words)]))
}

fn deviations(locale: Locale, report: &Report) -> Section {
    let mut blocks = Vec::new();
    for deviation in &report.deviations {
        blocks.push(Block::Text(format!(
            "{}, {}",
            deviation.by,
            time::full(locale, deviation.at)
        )));
        blocks.push(match &deviation.motivation {
            Some(motivation) => Block::Quote(motivation.clone()),
            None => Block::Soft(td_string!(locale, accountability.motivation_elsewhere).to_owned()),
        });
    }
    if blocks.is_empty() {
        blocks.push(Block::Soft(
            td_string!(locale, accountability.none_deviations).to_owned(),
        ));
    }
    section("deviations", td_string!(locale, accountability.deviations), blocks)
}

fn chain(locale: Locale, report: &Report) -> Section {
    let after = || text(td_string!(locale, accountability.after_close));
    let mark = |link: &Option<_>| {
        link.as_ref()
            .map_or_else(after, |link: &akkoord::accountability::Link| {
                Cell::Mark(link.to_string())
            })
    };
    let mut facts = vec![
        (
            td_string!(locale, accountability.own_head).to_owned(),
            mark(&report.own_head),
        ),
        (td_string!(locale, accountability.head).to_owned(), mark(&report.head)),
    ];
    if let Some(events) = report.events {
        facts.push((
            td_string!(locale, accountability.events).to_owned(),
            Cell::Number(events),
        ));
    }
    let blocks = vec![
        Block::Text(td_string!(locale, accountability.chain_text).to_owned()),
        Block::Facts(facts),
    ];
    section("chain", td_string!(locale, accountability.chain), blocks)
}
