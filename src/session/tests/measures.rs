//! T5: which powers keep people safe while VT takes its time, who holds them, and what a commitment is worth.

use chrono::TimeDelta;
use std::format;
use std::string::ToString;
use std::vec::Vec;

use super::fixture::*;
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{LeftItems, NewAnswer, SeatLevel};
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Audience, NewContent};
use crate::session::refusal::Refusal;
use crate::session::view::{AnswerView, ContentView};

fn commit(item: crate::ids::ItemId, until: chrono::DateTime<chrono::Utc>) -> crate::session::CommandKind {
    answer(item, 1, NewAnswer::Commit { until })
}

/// Every power of the table with every party as its holder: only a kind that holds it can be asked.
#[test]
fn t5_a_measure_is_asked_only_of_a_party_that_holds_the_power() {
    let powers = crate::measure::standard().expect("our own data reads");
    for power in &powers {
        for holder in [OM, POLICE, PROBATION, CHILD_PROTECTION, VICTIM_SUPPORT, VT] {
            let mut table = Table::zsm();
            let command = propose_measure(&power.code, Assignee::Seat(holder), "x", &[]);
            let answer = table.try_act(BAKKER, command).map(|_| ());
            let holds = power.holders.contains(&organisation(holder).kind);
            let expected = if holds { Ok(()) } else { Err(Refusal::NotHolder) };
            assert_eq!(answer, expected, "{} {holder}", power.code);
        }
    }
    let mut table = Table::zsm();
    for code in ["", "police", "Extra_patrol", "vader in een cel"] {
        let command = propose_measure(code, Assignee::Seat(POLICE), "x", &[]);
        assert_eq!(table.refused(BAKKER, command), Refusal::NoSuchPower, "{code:?}");
    }
    let nobody = propose_measure("exclusion_order", Assignee::Seat(MUNICIPALITY), "x", &[]);
    assert_eq!(table.refused(BAKKER, nobody), Refusal::NotFound);
}

/// G15: VT proposed police custody, committed to it for itself, and that counted as cover.
#[test]
fn g15_nobody_commits_to_a_power_that_it_does_not_hold() {
    let mut table = Table::zsm();
    table.set_deadline(AGENT, 5);
    let until = table.at + TimeDelta::hours(20);
    for holder in [
        Assignee::Seat(VT),
        Assignee::Seat(PROBATION),
        Assignee::Absent {
            kind: PartyKind::VeiligThuis,
            via: VT,
        },
        Assignee::Absent {
            kind: PartyKind::Care,
            via: VT,
        },
    ] {
        let command = propose_measure("police_custody", holder, "x", &[]);
        let because = table.refused(BAKKER, command);
        assert!(
            matches!(because, Refusal::NotHolder | Refusal::SeatsDoNotFit),
            "{holder:?} {because:?}"
        );
    }
    // Nor for another that sits here and can speak for itself.
    let for_police = Assignee::Absent {
        kind: PartyKind::Police,
        via: VT,
    };
    let command = propose_measure("police_custody", for_police, "x", &[]);
    assert_eq!(table.refused(BAKKER, command), Refusal::SeatsDoNotFit);
    let measure = table.propose_measure(BAKKER, "police_custody", POLICE, "x", &[]);
    for actor in [BAKKER, OFFICER, ADVISER] {
        assert_eq!(table.refused(actor, commit(measure, until)), Refusal::NotAssignee);
        let no = answer(measure, 1, NewAnswer::Refuse { reason: None });
        assert_eq!(table.refused(actor, no), Refusal::NotAssignee);
        let accept = answer(measure, 1, NewAnswer::Accept {});
        assert_eq!(table.refused(actor, accept), Refusal::NotAssignee);
    }
    assert_eq!(table.refused(HALT_WORKER, commit(measure, until)), Refusal::NotFound);
    assert!(!table.sees(BAKKER).is_custody_end_covered());
    table.commit(AGENT, measure, until);
    assert!(table.sees(BAKKER).is_custody_end_covered());
}

#[test]
fn t5_a_commitment_ends_in_time_and_within_the_term_of_its_power() {
    for (power, longest_hours) in [
        ("police_custody", 72),
        ("exclusion_order", 240),
        ("remaining_custody", 24),
        ("extra_patrol", 370 * 24),
    ] {
        let mut table = Table::zsm();
        let measure = table.propose_measure(BAKKER, power, POLICE, "x", &[]);
        // The step itself takes a second.
        let now = table.at + TimeDelta::seconds(1);
        for wrong in [TimeDelta::zero(), TimeDelta::hours(-1)] {
            let mut table = table.clone();
            assert_eq!(
                table.refused(AGENT, commit(measure, now + wrong)),
                Refusal::TimeDoesNotFit,
                "{power} {wrong}"
            );
        }
        let last = now + TimeDelta::hours(longest_hours);
        let mut beyond = table.clone();
        let too_long = commit(measure, last + TimeDelta::seconds(1));
        assert_eq!(beyond.refused(AGENT, too_long), Refusal::TimeDoesNotFit, "{power}");
        table.commit(AGENT, measure, last);
    }
}

#[test]
fn t5_the_panel_warns_until_a_committed_measure_covers_the_time_after_custody() {
    let mut table = Table::zsm();
    assert!(table.sees(AGENT).is_custody_end_covered(), "there is nothing to cover");
    let end = table.set_deadline(AGENT, 5);
    let covered = |table: &Table| table.sees(AGENT).is_custody_end_covered();
    assert!(!covered(&table));
    let remaining = table.propose_measure(BAKKER, "remaining_custody", POLICE, "", &[]);
    table.commit(AGENT, remaining, end + TimeDelta::hours(1));
    assert!(!covered(&table), "the custody time itself covers nothing after it");
    let patrol = table.propose_measure(BAKKER, "extra_patrol", POLICE, "", &[]);
    assert!(!covered(&table), "proposed is not committed");
    table.commit(AGENT, patrol, end);
    assert!(!covered(&table), "until the end is not after it");
    table.commit(AGENT, patrol, end + TimeDelta::hours(3));
    assert!(covered(&table));
    table.refuse(AGENT, patrol, "toch geen mensen");
    assert!(!covered(&table), "a promise taken back covers nothing");
}

/// G16: the basis of a measure was narrowed, or its holder's seat went: the holder no longer saw what it promised, the promise
/// stood, and neither dossier nor report had it.
#[test]
fn g16_a_commitment_is_seen_and_kept_by_its_holder_whatever_others_do() {
    type Act = fn(&mut Table, crate::ids::ItemId, crate::ids::ItemId);
    let acts: [(&str, Act); 7] = [
        ("its basis was narrowed", |table, basis, _| {
            table.narrow(BAKKER, basis, &[OM]);
        }),
        ("its basis was withdrawn", |table, basis, _| {
            table.withdraw(BAKKER, basis);
        }),
        ("it was narrowed", |table, _, measure| {
            table.narrow(ADVISER, measure, &[]);
        }),
        ("it was withdrawn", |table, _, measure| table.withdraw(ADVISER, measure)),
        ("its owner left", |table, _, _| table.leave(ADVISER, LeftItems::Keep)),
        ("its owner left with everything", |table, _, _| {
            table.leave(ADVISER, LeftItems::Withdraw);
        }),
        ("the holder left", |table, _, _| table.leave(AGENT, LeftItems::Withdraw)),
    ];
    for (name, act) in acts {
        let mut table = Table::zsm();
        let basis = table.share(BAKKER, "er ligt een wapen in de Lindelaan");
        let note = "elk uur langs de Lindelaan";
        let measure = table.propose_measure(ADVISER, "extra_patrol", POLICE, note, &[basis]);
        let until = table.at + TimeDelta::hours(12);
        table.commit(AGENT, measure, until);
        act(&mut table, basis, measure);
        let seen = table.item(AGENT, measure).unwrap_or_else(|| panic!("{name}"));
        assert!(
            matches!(&seen.content, ContentView::Measure { answer: Some(AnswerView::Committed { until: end }), .. } if *end == until),
            "{name}"
        );
        let hidden = !matches!(name, "its owner left");
        assert_eq!(seen.text.is_none(), hidden, "{name}: that it promised, and no words");
        assert!(hidden || !seen.based_on.is_empty());
        table.move_to(Phase::ClosingRound);
        let copies = table.close();
        let own: Vec<_> = copies.dossier.iter().filter(|(to, _)| *to == POLICE).collect();
        assert_eq!(own.len(), 1, "{name}");
        assert!(own[0].1.text.is_empty() && own[0].1.subjects.is_empty(), "{name}");
        assert_eq!(table.report(POLICE).commitments.len(), 1, "{name}");
        assert_eq!(table.report(POLICE).commitments[0].until, until);
    }
    // What was only proposed is nobody's promise, and goes with its basis.
    let mut table = Table::zsm();
    let basis = table.share(BAKKER, "er ligt een wapen");
    let measure = table.propose_measure(ADVISER, "extra_patrol", POLICE, "x", &[basis]);
    table.narrow(BAKKER, basis, &[OM]);
    assert!(table.item(AGENT, measure).is_none());
    table.move_to(Phase::ClosingRound);
    assert!(table.close().dossier.is_empty());
}

#[test]
fn t5_a_measure_to_which_its_holder_committed_changes_no_more() {
    let mut table = Table::zsm();
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "elke avond", &[]);
    let until = table.at + TimeDelta::hours(12);
    table.commit(AGENT, measure, until);
    let other = table.revision_of(measure, "de hele dag");
    assert_eq!(table.refused(BAKKER, other.clone()), Refusal::Committed);
    // The holder can promise longer, and can take its promise back: then it can be proposed otherwise.
    table.commit(AGENT, measure, until + TimeDelta::hours(5));
    table.refuse(AGENT, measure, "geen mensen");
    table.act(BAKKER, other);
    assert!(table.item(AGENT, measure).expect("seen").answer().is_none());
    assert_eq!(table.refused(AGENT, commit(measure, until)), Refusal::OtherRevision);
}

/// A promise taken back after the measure itself was withdrawn leaves nothing with the holder.
#[test]
fn t5_what_was_withdrawn_and_then_refused_is_gone() {
    let mut table = Table::zsm();
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
    table.commit(AGENT, measure, table.at + TimeDelta::hours(12));
    table.withdraw(BAKKER, measure);
    assert!(table.item(AGENT, measure).expect("its promise").may.answer);
    table.refuse(AGENT, measure, "geen mensen");
    assert!(table.item(AGENT, measure).is_none());
    assert_eq!(
        table.refused(AGENT, commit(measure, table.at + TimeDelta::hours(1))),
        Refusal::NotFound
    );
    assert_eq!(
        table.item(BAKKER, measure).expect("its own").answer(),
        Some(&AnswerView::Refused {
            reason: Some("geen mensen".to_string())
        })
    );
    table.move_to(Phase::ClosingRound);
    assert!(table.close().dossier.is_empty());
    assert!(table.report(POLICE).commitments.is_empty());
}

#[test]
fn t5_a_holder_without_a_seat_is_spoken_for_by_a_party_that_spoke_to_it_and_shown_so() {
    let mut table = Table::zsm();
    let absent = Assignee::Absent {
        kind: PartyKind::Municipality,
        via: POLICE,
    };
    let events = table.act(BAKKER, propose_measure("exclusion_order", absent, "vanavond", &[]));
    let EventKind::Shared { item, .. } = events[0].kind else {
        panic!("{events:?}")
    };
    let until = table.at + TimeDelta::days(10);
    assert_eq!(
        table.refused(BAKKER, commit(item, until)),
        Refusal::NotAssignee,
        "it did not speak to it"
    );
    table.commit(AGENT, item, until);
    for actor in [ADVISER, BAKKER, OFFICER] {
        let seen = table.item(actor, item).expect("seen");
        assert!(matches!(&seen.content, ContentView::Measure { holder, .. } if *holder == absent));
    }
    assert_eq!(table.report(VT).commitments[0].holder, absent);
    // Once the municipality has a seat it speaks for itself.
    table.newcomer(SeatLevel::Full);
    assert_eq!(
        table.refused(BAKKER, propose_measure("exclusion_order", absent, "x", &[])),
        Refusal::SeatsDoNotFit
    );
    let direct = Assignee::Seat(MUNICIPALITY);
    table.act(BAKKER, propose_measure("exclusion_order", direct, "x", &[]));
}

/// A restricted seat holds powers too: the municipality joins for an exclusion order alone.
#[test]
fn t5_a_restricted_seat_sees_and_answers_the_measures_that_are_opened_to_it() {
    let mut table = Table::zsm();
    table.newcomer(SeatLevel::Restricted);
    table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
    let to_municipality = |audience| {
        let content = NewContent::Measure {
            power: "exclusion_order".into(),
            holder: Assignee::Seat(MUNICIPALITY),
        };
        share_item(content, audience, &[], &[], "vanavond")
    };
    assert_eq!(
        table.refused(BAKKER, to_municipality(Audience::table())),
        Refusal::HiddenFromOthers,
        "who must act must see it"
    );
    let audience = Audience {
        table: true,
        named: [MUNICIPALITY].into(),
    };
    let events = table.act(BAKKER, to_municipality(audience));
    let EventKind::Shared { item, .. } = events[0].kind else {
        panic!("{events:?}")
    };
    let view = table.sees(OUTSIDER);
    let seen: Vec<_> = view.items.iter().map(|it| (it.id, it.may.answer)).collect();
    assert_eq!(seen, [(item, true)]);
    assert!(view.seat(VT).is_some(), "and who proposed it");
    table.commit(OUTSIDER, item, table.at + TimeDelta::days(10));
    table.narrow(BAKKER, item, &[POLICE]);
    let seen = table.item(OUTSIDER, item).expect("its promise");
    assert!(seen.text.is_none(), "{}", format!("{seen:?}"));
}
