//! Who sits here and who leads.

use std::vec::Vec;

use crate::moment::Phase;
use crate::session::command::{NewSubject, SeatLevel, SubjectRole, Wish};
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;

#[test]
fn a_moment_is_convened_by_the_kind_of_party_that_leads_it_with_who_must_be_there() {
    type Change = fn(&mut crate::session::command::Convening);
    let cases: [(Change, Refusal); 9] = [
        (|it| it.seats.retain(|seat| seat.party.id != VT), Refusal::PartyMissing),
        (
            |it| {
                for seat in &mut it.seats {
                    if seat.party.id == VT {
                        seat.level = SeatLevel::Restricted;
                    }
                }
            },
            Refusal::PartyMissing,
        ),
        (|it| it.seats.push(seat(VT, SeatLevel::Full)), Refusal::SeatsDoNotFit),
        (
            |it| {
                it.seats.retain(|seat| seat.party.id != OM);
                let mut other = seat(MUNICIPALITY, SeatLevel::Full);
                other.party.kind = crate::party::PartyKind::Prosecution;
                it.seats.push(other);
            },
            Refusal::SeatsDoNotFit,
        ),
        (
            |it| it.moment.chair = crate::party::PartyKind::VeiligThuis,
            Refusal::NotChair,
        ),
        (|it| it.subjects.clear(), Refusal::Text(crate::text::TextFault::Empty)),
        (
            |it| it.subjects = std::vec![it.subjects[0].clone(); 41],
            Refusal::TooMany,
        ),
        (|it| it.moment.decision_clock_minutes = None, Refusal::NoClock),
        (|it| it.clock_minutes = Some(1), Refusal::MinutesDoNotFit),
    ];
    for (place, (change, because)) in cases.into_iter().enumerate() {
        let mut convening = zsm();
        convening.clock_minutes = Some(90);
        change(&mut convening);
        let mut table = Table::empty();
        assert_eq!(
            table.refused(OFFICER, Wish::Convene(convening.into())),
            because,
            "case {place}"
        );
        assert!(!table.state().is_convened());
    }
}

#[test]
fn the_ground_rules_come_first() {
    let mut table = Table::convened(OFFICER, zsm());
    assert_eq!(
        table.refused(AGENT, Wish::AcceptRules),
        Refusal::NotFound,
        "who is not in accepts nothing"
    );
    table.enter(AGENT);
    assert_eq!(table.refused(AGENT, share("iets")), Refusal::RulesNotAccepted);
    assert!(table.sees(AGENT).may.accept_rules && !table.sees(AGENT).may.share);
    table.act(AGENT, Wish::AcceptRules);
    assert!(!table.sees(AGENT).may.accept_rules && table.sees(AGENT).may.share);
    assert_eq!(table.act(AGENT, Wish::AcceptRules), [], "once is enough");
}

#[test]
fn r2_a_seat_that_is_taken_away_sees_nothing_any_more() {
    let mut table = Table::zsm();
    let id = table.share(ADVISER, "meldt zich niet");
    table.act(OFFICER, Wish::TakeSeat { party: PROBATION });
    assert!(table.shown(ADVISER).is_none());
    let viewer = crate::session::view::Viewer::Seat {
        party: PROBATION,
        gavel: false,
        prosecutor: false,
        accepted: true,
    };
    let now = &table.run.now;
    assert!(
        crate::session::view::view_for(&now.state, &now.texts, viewer).is_none(),
        "however it asks"
    );
    assert_eq!(table.refused(ADVISER, revise(id, "x")), Refusal::NotFound);
    assert_eq!(
        table.refused(OFFICER, Wish::TakeSeat { party: PROBATION }),
        Refusal::NotFound
    );
    // What it shared stays on the table with its name, and comes back with it.
    assert_eq!(table.card(AGENT, id).map(|card| card.owner.id), Some(PROBATION));
    assert!(table.sees(AGENT).seat(PROBATION).is_none());
    table.act(OFFICER, give_seat(PROBATION, SeatLevel::Restricted));
    let seen: Vec<_> = table.sees(ADVISER).cards.iter().map(|card| card.id).collect();
    assert_eq!(seen, [id]);
}

#[test]
fn the_chairs_seat_stays() {
    let mut table = Table::zsm();
    assert_eq!(
        table.refused(OFFICER, Wish::TakeSeat { party: OM }),
        Refusal::ChairStays
    );
    assert_eq!(
        table.refused(OFFICER, give_seat(OM, SeatLevel::Restricted)),
        Refusal::ChairStays
    );
}

#[test]
fn the_gavel_stays_with_the_chairs_party() {
    let mut table = Table::zsm();
    let hand = |to: crate::session::command::Actor| Wish::HandOverGavel { to: to.participant };
    assert_eq!(table.refused(OFFICER, hand(AGENT)), Refusal::NotFound);
    assert_eq!(table.refused(SECRETARY, hand(SECRETARY)), Refusal::NotChair);
    assert_eq!(table.refused(AGENT, Wish::TakeGavel), Refusal::NotChair);
    assert_eq!(
        table.refused(OFFICER, Wish::TakeGavel),
        Refusal::NotChair,
        "who has it does not take it"
    );
    table.act(OFFICER, hand(SECRETARY));
    assert!(table.sees(SECRETARY).may.lead && !table.sees(OFFICER).may.lead);
    assert_eq!(table.sees(HALT_WORKER).progress.gavel, Some(SECRETARY.participant));
    table.act(OFFICER, Wish::TakeGavel);
    table.move_to(Phase::Picture);
}

#[test]
fn a_person_of_the_case_is_added_by_a_full_seat_and_known_to_a_restricted_one_through_what_it_may_see() {
    let mut table = Table::zsm();
    let child = |label: &str| Wish::AddSubject {
        subject: NewSubject {
            role: SubjectRole::Child,
            label: label.into(),
        },
    };
    assert_eq!(table.refused(HALT_WORKER, child("dochter")), Refusal::RestrictedSeat);
    table.act(INVESTIGATOR, child("dochter"));
    let view = table.sees(AGENT);
    let labels: Vec<_> = view.subjects.iter().map(|it| it.label.as_str()).collect();
    assert!(labels.contains(&"dochter") && labels.len() == 3);
    let daughter = view.subjects.iter().find(|it| it.label == "dochter").expect("named").id;
    let about = Wish::Share {
        kind: crate::session::command::ContributionKind::Fact,
        subjects: [daughter].into(),
        audience: crate::session::command::Audience::only([HALT]),
        text: "is twaalf".into(),
    };
    assert_eq!(table.refused(HALT_WORKER, about.clone()), Refusal::NotFound);
    table.act(INVESTIGATOR, about);
    assert_eq!(table.sees(HALT_WORKER).subjects.len(), 1);
}

#[test]
fn the_closing_round_shows_how_many_decisions_are_left_counted_over_what_one_sees() {
    let mut table = Table::zsm_closing();
    let open = table.share(BAKKER, "voor de tafel");
    table.share_with(
        BAKKER,
        crate::session::command::Audience::only([POLICE]),
        "voor de politie",
    );
    let left = |table: &Table, actor| table.sees(actor).seat(VT).and_then(|seat| seat.undecided);
    // Six others have a seat: six cells for each contribution that one sees.
    assert_eq!(
        (left(&table, BAKKER), left(&table, AGENT), left(&table, ADVISER)),
        (Some(12), Some(12), Some(6))
    );
    table.approve(BAKKER, open, OM);
    assert_eq!((left(&table, AGENT), left(&table, ADVISER)), (Some(11), Some(5)));
    table.act(BAKKER, Wish::SetReady { ready: true });
    assert_eq!(table.sees(AGENT).seat(VT).map(|seat| seat.ready), Some(true));
}

#[test]
fn r13_a_last_call_is_seen_by_all_decides_nothing_and_holds_until_vt_or_the_table_moves() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    let called = |table: &Table| table.sees(BAKKER).progress.last_call;
    assert_eq!(called(&table), None);
    for (actor, because) in [(BAKKER, Refusal::NotChair), (HALT_WORKER, Refusal::NotChair)] {
        assert_eq!(table.refused(actor, Wish::LastCall), because);
    }
    let chair = OFFICER;
    table.act(chair, Wish::LastCall);
    for actor in [OFFICER, BAKKER, AGENT, HALT_WORKER] {
        assert_eq!(table.sees(actor).progress.last_call, Some(table.at));
    }
    // R4: the call decides nothing, and everything can still be decided, or left.
    assert_eq!(table.sees(BAKKER).seat(VT).and_then(|seat| seat.undecided), Some(6));
    table.approve(BAKKER, id, POLICE);
    assert!(called(&table).is_some());
    // T2: VT's signal ends it, and the chair cannot call meanwhile; afterwards it calls again.
    let time = table.ask_time(BAKKER);
    assert_eq!(called(&table), None);
    assert!(!table.sees(chair).may.last_call);
    assert_eq!(table.refused(chair, Wish::LastCall), Refusal::TimeStands);
    table.end_time(BAKKER, time);
    assert_eq!(called(&table), None);
    table.act(chair, Wish::LastCall);
    assert!(called(&table).is_some());
    // Nor does it stand in another phase.
    table.move_to(Phase::Decision);
    assert_eq!(called(&table), None);
    assert_eq!(table.refused(chair, Wish::LastCall), Refusal::NotClosingRound);
    table.move_to(Phase::ClosingRound);
    assert_eq!(called(&table), None);
    table.act(chair, Wish::LastCall);
    table.act(chair, Wish::Close);
    assert_eq!(called(&table), None);
}
