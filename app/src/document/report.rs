//! The accountability report of one session for one party (C4), and in it the certificate of destruction (R8).

use akkoord::accountability::{Report, ReportDestroyed, ReportRelease, ReportSeat, WhyDestroyed};
use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::PartyId;
use akkoord::session::item::{Assignee, ContentKind, ContributionKind};

use super::names::{content_kind, follow_up};
use super::{Block, Cell, Document, Section, blank, locale, section, table_or, text};
use crate::i18n::{Locale, td_string};
use crate::ui::tag::party_word;
use crate::ui::{time, words};

/// The report in words. `language` is two letters (ISO 639-1).
pub fn report(language: &str, report: &Report) -> Document {
    let locale = locale(language);
    let mut sections = vec![
        seats(locale, report),
        counts(locale, report),
        times(locale, report),
        commitments(locale, report),
        releases(locale, report),
    ];
    if report.closed_at.is_some() {
        sections.push(certificate(locale, report));
    }
    sections.extend(dispositions(locale, report));
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

/// A party by its name; a dash for one the reader may not know (R2).
fn party_name(report: &Report, id: PartyId) -> String {
    let seat = report.seats.iter().find(|seat| seat.party.id == id);
    seat.map_or_else(|| "–".to_owned(), |seat| seat.party.name.clone())
}

/// Who performs an action or holds a power.
fn assignee(locale: Locale, report: &Report, assignee: Assignee) -> String {
    match assignee {
        Assignee::Seat(party) => party_name(report, party),
        Assignee::Absent { kind, via } => {
            let (kind, via) = (party_word(locale, kind), party_name(report, via));
            td_string!(locale, dossier.absent, kind = kind, via = via).to_string()
        }
    }
}

/// Full or restricted, and when it left (R15).
fn place(locale: Locale, seat: &ReportSeat) -> String {
    let level = words::seat(locale, seat.level);
    match seat.left_at {
        Some(left) => {
            let time = time::full(locale, left);
            td_string!(locale, accountability.left, seat = level, time = time).to_string()
        }
        None => level.to_owned(),
    }
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
                text(place(locale, seat)),
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

/// How much each party shared of each kind. Kinds other than contributions stand there only where there were any.
fn counts(locale: Locale, report: &Report) -> Section {
    let mut owners: Vec<PartyId> = report.items.iter().map(|count| count.party).collect();
    owners.dedup();
    let others = [ContentKind::Action, ContentKind::Measure, ContentKind::Disposition];
    let others = others
        .into_iter()
        .filter(|kind| report.items.iter().any(|count| count.kind == *kind));
    let contributions = ContributionKind::ALL.map(ContentKind::Contribution);
    let kinds: Vec<ContentKind> = contributions.into_iter().chain(others).collect();
    let row = |owner: PartyId| {
        let own: Vec<_> = report.items.iter().filter(|count| count.party == owner).collect();
        let of = |kind: &ContentKind| {
            own.iter()
                .find(|count| count.kind == *kind)
                .map_or(0, |count| count.shared)
        };
        let total: u32 = own.iter().map(|count| count.shared).sum();
        let withdrawn: u32 = own.iter().map(|count| count.withdrawn).sum();
        let numbers = kinds.iter().map(of).chain([total, withdrawn]);
        let cells = numbers.map(|number| Cell::Number(number.into()));
        [party(report, owner)].into_iter().chain(cells).collect()
    };
    let mut head = vec![td_string!(locale, accountability.column.party)];
    head.extend(kinds.iter().map(|kind| content_kind(locale, *kind).0));
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

/// Measures to which a holder committed, which keep people safe while VT takes its time (T5).
fn commitments(locale: Locale, report: &Report) -> Section {
    let rows = report.commitments.iter().map(|it| {
        vec![
            text(words::name(locale, &it.power)),
            text(assignee(locale, report, it.holder)),
            text(time::full(locale, it.at)),
            text(time::full(locale, it.until)),
        ]
    });
    let head = [
        td_string!(locale, accountability.column.measure),
        td_string!(locale, accountability.column.holder),
        td_string!(locale, accountability.column.committed),
        td_string!(locale, accountability.column.until),
    ];
    let none = td_string!(locale, accountability.none_commitments);
    let rows = rows.collect();
    section(
        "commitments",
        td_string!(locale, accountability.commitments),
        vec![table_or(none, &head, rows)],
    )
}

/// What a release was for: a task by name, an action by reference (R5).
fn purpose(locale: Locale, report: &Report, release: &ReportRelease) -> String {
    match (&release.action, &release.task_name, &release.task) {
        (Some(action), ..) => {
            let who = assignee(locale, report, action.performer);
            follow_up(locale, action.number, who, action.due)
        }
        (None, Some(name), _) => words::name(locale, name),
        (None, None, Some(code)) => code.clone(),
        (None, None, None) => td_string!(locale, accountability.for_action).to_owned(),
    }
}

fn releases(locale: Locale, report: &Report) -> Section {
    let rows = report.releases.iter().map(|it| {
        vec![
            party(report, it.giver),
            party(report, it.recipient),
            Cell::Kind(it.kind),
            text(purpose(locale, report, it)),
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
        let short = line.item.to_string().chars().take(8).collect();
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

/// The OM's decisions, one for each suspect. A restricted seat is told that there was one (R11).
fn dispositions(locale: Locale, report: &Report) -> Option<Section> {
    if report.dispositions.is_empty() {
        return None;
    }
    let line = report.dispositions.iter().map(|it| {
        let at = time::full(locale, it.at);
        Block::Text(match it.kind {
            Some(kind) => format!("{}, {at}", words::disposition(locale, kind)),
            None => td_string!(locale, accountability.disposition_hidden, time = at).to_string(),
        })
    });
    let title = td_string!(locale, accountability.disposition);
    Some(section("disposition", title, line.collect()))
}

/// How it ended: that everybody was called before the table closed, and when (R13), or that it expired (R14).
fn close(locale: Locale, report: &Report) -> Option<Section> {
    let closed = time::full(locale, report.closed_at?);
    let words = match report.last_call {
        _ if report.expired => td_string!(locale, accountability.close.expired, closed = closed).to_string(),
        Some(called) => {
            let called = time::full(locale, called);
            td_string!(locale, accountability.close.called, called = called, closed = closed).to_string()
        }
        None => td_string!(locale, accountability.close.not_called, closed = closed).to_string(),
    };
    let title = td_string!(locale, accountability.close.title);
    Some(section("close", title, vec![Block::Text(words)]))
}

/// What was decided against VT's request, by whom and why (T3).
fn deviations(locale: Locale, report: &Report) -> Section {
    let mut blocks = Vec::new();
    for deviation in &report.deviations {
        let (by, time) = (deviation.by.clone(), time::full(locale, deviation.at));
        let what = words::disposition(locale, deviation.kind);
        let said = td_string!(locale, accountability.deviated, what = what, by = by, time = time).to_string();
        blocks.push(Block::Text(said));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use serde_json::json;

    const OM: &str = "00000000-0000-0000-0000-000000000001";
    const POLICE: &str = "00000000-0000-0000-0000-000000000002";
    const AT: &str = "2026-11-26T09:00:00Z";

    /// A report as a server sends it.
    fn full() -> serde_json::Value {
        let seat = |id: &str, kind: &str, name: &str, left: Option<&str>| json!({"party": {"id": id, "kind": kind, "name": name}, "level": "full", "people": [], "left_at": left});
        json!({
            "moment": {"nl": "ZSM-overleg", "en": "ZSM session"},
            "case_reference": "26-0417",
            "party": OM,
            "convened_at": AT,
            "closed_at": AT,
            "full_seat": true,
            "seats": [
                seat(OM, "prosecution", "OM Voorbeeldstad", None),
                seat(POLICE, "police", "Politie Voorbeeldstad", Some(AT)),
            ],
            "items": [
                {"party": OM, "kind": {"contribution": "fact"}, "shared": 2, "withdrawn": 1},
                {"party": OM, "kind": "disposition", "shared": 1, "withdrawn": 0},
                {"party": POLICE, "kind": "action", "shared": 3, "withdrawn": 0},
            ],
            "time_requests": [],
            "releases": [{
                "giver": OM, "recipient": POLICE, "kind": "action",
                "ground": {"article": "art. 39f Wjsg", "status": "undisputed"},
                "action": {"number": 3, "performer": {"seat": POLICE}, "due": AT},
                "task": null, "approved_at": AT,
            }],
            "commitments": [{
                "power": {"nl": "tijdelijk huisverbod", "en": "exclusion order"},
                "holder": {"absent": {"kind": "municipality", "via": POLICE}}, "at": AT, "until": AT,
            }],
            "dispositions": [{"kind": "summons", "at": AT}, {"kind": null, "at": AT}],
            "deviations": [{
                "by": "Marijke de Wit", "at": AT, "kind": "summons",
                "text": "00000000-0000-0000-0000-000000000009", "digest": "00".repeat(32),
                "motivation": "Wachten kan niet.", "proof": null,
            }],
            "head": null,
            "events": null,
        })
    }

    fn section(report: serde_json::Value, id: &str) -> Vec<Block> {
        let report: Report = serde_json::from_value(report).expect("a report");
        let sections = super::report("nl", &report).sections;
        let found = sections.into_iter().find(|section| section.id == id);
        found.map(|section| section.blocks).unwrap_or_default()
    }

    /// The cells of a table, as they stand on paper.
    fn rows(blocks: &[Block]) -> Vec<Vec<String>> {
        let rows = blocks.iter().find_map(|block| match block {
            Block::Table(_, rows) => Some(rows),
            _ => None,
        });
        let words = |row: &Vec<Cell>| row.iter().map(|cell| cell.words("nl")).collect();
        rows.into_iter().flatten().map(words).collect()
    }

    #[test]
    fn r1_every_kind_of_item_is_counted() {
        let blocks = section(full(), "counts");
        let Some(Block::Table(head, _)) = blocks.first() else {
            panic!("a table")
        };
        assert_eq!(
            head.len(),
            1 + 6 + 2 + 2,
            "six kinds of contribution, two others that there were"
        );
        let counted = rows(&blocks);
        assert_eq!(counted[0][1], "2");
        assert_eq!(counted[0][8..], ["1", "3", "1"].map(String::from));
        assert_eq!(counted[1][7..], ["3", "0", "3", "0"].map(String::from));
    }

    #[test]
    fn t3_the_report_says_what_was_decided_against_vts_request() {
        assert_eq!(
            section(full(), "deviations"),
            [
                Block::Text(
                    "dagvaarding. Vastgelegd door Marijke de Wit op 26 november 2026 10:00, terwijl VT om meer tijd had \
                     gevraagd."
                        .into()
                ),
                Block::Quote("Wachten kan niet.".into()),
            ]
        );
        assert_eq!(
            section(full(), "disposition"),
            [
                Block::Text("dagvaarding, 26 november 2026 10:00".into()),
                Block::Text("Er is op 26 november 2026 10:00 een afdoening vastgelegd.".into()),
            ]
        );
    }

    #[test]
    fn t5_r5_r15_commitments_actions_and_who_left_stand_there_by_name() {
        assert_eq!(
            rows(&section(full(), "commitments"))[0][..2],
            [
                "tijdelijk huisverbod",
                "Gemeente (geen plaats aan tafel, via Politie Voorbeeldstad)"
            ]
            .map(String::from)
        );
        let released = rows(&section(full(), "releases"));
        assert_eq!(released[0][2], "vervolgactie");
        assert_eq!(
            released[0][3],
            "voor actie 3: Politie Voorbeeldstad, vóór 26 november 2026 10:00"
        );
        let seats = rows(&section(full(), "seats"));
        assert_eq!(seats[1][1], "volle plaats, vertrokken op 26 november 2026 10:00");
    }

    #[test]
    fn r14_a_session_that_expired_says_so() {
        let mut report = full();
        report["expired"] = true.into();
        assert_eq!(
            section(report, "close"),
            [Block::Text(
                "Dit overleg is verlopen op 26 november 2026 10:00: er gebeurde te lang niets. Niets is vrijgegeven; alle \
                 teksten zijn vernietigd."
                    .into()
            )]
        );
    }
}
