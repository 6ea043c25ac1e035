//! T1 to T6: VT's time, the clock, custody, bridging measures and the disposition.

use chrono::TimeDelta;
use std::format;
use std::vec::Vec;

use crate::moment::Phase;
use crate::session::command::{Audience, SeatLevel, TimeReason, Wish};
use crate::session::event::Fact;
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;
use crate::session::view::AnswerView;

#[test]
fn t1_vt_can_ask_for_time_from_convening_to_close_in_every_phase() {
    for phase in [
        Phase::Opening,
        Phase::Picture,
        Phase::Judgement,
        Phase::Decision,
        Phase::ClosingRound,
    ] {
        let mut table = Table::zsm();
        if phase != Phase::Opening {
            table.move_to(phase);
        }
        table.ask_time(BAKKER);
        assert_eq!(table.sees(AGENT).time.requests.len(), 1, "{phase:?}");
    }
    // Without having accepted the ground rules, and without having come in.
    let mut table = Table::convened(OFFICER, zsm());
    table.ask_time(BAKKER);
    for actor in [OFFICER, AGENT, HALT_WORKER, ADVISER] {
        assert_eq!(table.refused(actor, ASK_TIME), Refusal::NotVeiligThuis);
    }
    assert_eq!(table.refused(ELSEWHERE, ASK_TIME), Refusal::NotFound);
}

#[test]
fn t1_a_reason_and_a_time_are_asked_and_never_required() {
    let mut table = Table::zsm();
    for (reason, minutes, kept) in [
        (None, None, None),
        (Some(TimeReason::HearVictim), Some(90), Some(90)),
        // A number that no meeting has must not cost VT its signal.
        (Some(TimeReason::Other), Some(0), None),
        (None, Some(u32::MAX), None),
    ] {
        let events = table.act(BAKKER, Wish::AskTime { reason, minutes });
        let Fact::TimeAsked { request, .. } = events[0].fact else {
            panic!("{events:?}")
        };
        let shown = table.sees(AGENT).time.requests[0].clone();
        assert_eq!((shown.reason, shown.minutes), (reason, kept));
        let why = Some(TimeReason::Colleague);
        table.act(
            VISSER,
            Wish::ExplainTime {
                request,
                reason: why,
                minutes: Some(30),
            },
        );
        assert_eq!(table.sees(AGENT).time.requests[0].reason, why);
        let long = Wish::ExplainTime {
            request,
            reason: None,
            minutes: Some(0),
        };
        assert_eq!(table.refused(VISSER, long), Refusal::MinutesDoNotFit);
        table.end_time(VISSER, request);
    }
}

#[test]
fn t1_a_second_press_is_the_same_signal() {
    let mut table = Table::zsm();
    table.ask_time(BAKKER);
    assert_eq!(table.act(BAKKER, ASK_TIME), []);
    assert_eq!(table.act(VISSER, ASK_TIME), []);
    assert_eq!(table.sees(BAKKER).time.requests.len(), 1);
}

#[test]
fn t1_nobody_gets_rid_of_vt() {
    let mut table = Table::zsm();
    assert_eq!(
        table.refused(OFFICER, Wish::TakeSeat { party: VT }),
        Refusal::PartyMissing
    );
    assert_eq!(
        table.refused(OFFICER, give_seat(VT, SeatLevel::Restricted)),
        Refusal::PartyMissing
    );
    // With another Veilig Thuis at the table one of them can go, but not with its signal standing.
    table.act(OFFICER, give_seat(VT_ELSEWHERE, SeatLevel::Full));
    let request = table.ask_time(BAKKER);
    assert_eq!(
        table.refused(OFFICER, Wish::TakeSeat { party: VT }),
        Refusal::TimeStands
    );
    table.end_time(BAKKER, request);
    table.act(OFFICER, Wish::TakeSeat { party: VT });
    assert_eq!(
        table.refused(OFFICER, Wish::TakeSeat { party: VT_ELSEWHERE }),
        Refusal::PartyMissing
    );
}

#[test]
fn t2_while_vt_takes_its_time_the_table_decides_and_closes_nothing() {
    let mut table = Table::zsm();
    let request = table.ask_time(BAKKER);
    let closing = Wish::MoveTo {
        phase: Phase::ClosingRound,
    };
    assert_eq!(table.refused(OFFICER, closing), Refusal::TimeStands);
    assert_eq!(table.refused(OFFICER, dispose(None, &[])), Refusal::TimeStands);
    assert_eq!(table.refused(OFFICER, dispose(Some("  "), &[])), Refusal::TimeStands);
    table.move_to(Phase::Picture);
    table.end_time(BAKKER, request);
    table.move_to(Phase::ClosingRound);
    table.ask_time(BAKKER);
    assert_eq!(table.refused(OFFICER, Wish::Close), Refusal::TimeStands);
    let may = &table.sees(OFFICER).may;
    assert!(!may.close && !may.record_disposition && may.deviate);
}

#[test]
fn t2_only_vt_ends_its_own_request() {
    let mut table = Table::zsm();
    table.act(OFFICER, give_seat(VT_ELSEWHERE, SeatLevel::Full));
    let request = table.ask_time(BAKKER);
    for actor in [OFFICER, SECRETARY, AGENT, HALT_WORKER, ELSEWHERE] {
        assert_eq!(table.refused(actor, Wish::EndTime { request }), Refusal::NotVeiligThuis);
    }
    table.end_time(VISSER, request);
    assert_eq!(table.refused(VISSER, Wish::EndTime { request }), Refusal::NotFound);
}

#[test]
fn t2_the_clock_stops_at_the_servers_time_of_the_signal() {
    let mut table = Table::zsm();
    let clock = |table: &Table| table.sees(AGENT).time.clock.expect("a clock");
    table.wait(30);
    let request = table.ask_time(BAKKER);
    let (at, left) = (table.at, clock(&table).remaining_ms(table.at));
    assert_eq!(
        left,
        180 * 60_000 - (at - table.state().convened_at().expect("convened")).num_milliseconds()
    );
    table.wait(60);
    assert_eq!(clock(&table).remaining_ms(table.at), left);
    table.end_time(BAKKER, request);
    table.wait(1);
    assert_eq!(clock(&table).remaining_ms(table.at), left - 60_000);
    for actor in [OFFICER, HALT_WORKER, LATECOMER] {
        assert_eq!(
            table.sees(actor).time.clock,
            Some(clock(&table)),
            "the same on every screen"
        );
    }
}

#[test]
fn t2_with_two_signals_the_clock_waits_for_both() {
    let mut table = Table::zsm();
    table.act(OFFICER, give_seat(VT_ELSEWHERE, SeatLevel::Full));
    let (one, other) = (table.ask_time(BAKKER), table.ask_time(ELSEWHERE));
    table.end_time(BAKKER, one);
    assert!(table.wall().time.clock.expect("a clock").running_since.is_none());
    table.end_time(ELSEWHERE, other);
    assert!(table.wall().time.clock.expect("a clock").running_since.is_some());
}

#[test]
fn t3_during_a_pause_a_decision_is_an_explicit_deviation_that_everybody_sees() {
    let mut table = Table::zsm();
    assert_eq!(
        table.refused(OFFICER, dispose(Some("haast"), &[])),
        Refusal::NothingToDeviateFrom
    );
    let request = table.ask_time(BAKKER);
    for actor in [SECRETARY, BAKKER, AGENT] {
        assert_eq!(
            table.refused(actor, dispose(Some("haast"), &[])),
            Refusal::NotProsecutor
        );
    }
    table.act(OFFICER, dispose(Some("termijn loopt af"), &[]));
    for actor in [BAKKER, AGENT, ADVISER, OFFICER] {
        let deviations = &table.sees(actor).deviations;
        assert_eq!(
            (deviations.len(), deviations[0].motivation.as_str()),
            (1, "termijn loopt af")
        );
        assert_eq!(deviations[0].by, "De Wit");
    }
    assert_eq!(table.wall().deviations.len(), 1);
    assert!(table.sees(HALT_WORKER).deviations.is_empty());
    // It stays on the record, whatever is recorded later, and goes to every party in a full seat.
    table.end_time(BAKKER, request);
    table.act(OFFICER, dispose(None, &[]));
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    let kept: Vec<_> = copies.motivations.iter().map(|(party, _)| *party).collect();
    assert_eq!(kept, FULL, "a restricted seat never read it");
    for party in FULL {
        let report = crate::accountability::report(table.state(), party).expect("a report");
        assert_eq!(report.deviations.len(), 1);
        assert_eq!(report.time_requests.len(), 1);
    }
    let report = crate::accountability::report(table.state(), HALT).expect("a report");
    assert!(report.deviations.is_empty() && report.disposition.is_none());
}

#[test]
fn t3_a_deviation_cannot_rest_on_what_some_may_not_see() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([OM]), "er ligt een wapen");
    table.ask_time(BAKKER);
    assert_eq!(
        table.refused(OFFICER, dispose(Some("haast"), &[narrow])),
        Refusal::HiddenFromOthers
    );
    table.withdraw(BAKKER, narrow);
    assert_eq!(
        table.refused(OFFICER, dispose(Some("haast"), &[narrow])),
        Refusal::Withdrawn
    );
}

#[test]
fn t3_a_restricted_seat_decides_nothing() {
    let mut table = Table::zsm();
    let other = crate::session::command::Actor {
        party: MUNICIPALITY,
        participant: OUTSIDER.participant,
    };
    let mut second = seat(MUNICIPALITY, SeatLevel::Restricted);
    second.party.kind = crate::party::PartyKind::Prosecution;
    table.act(OFFICER, Wish::GiveSeat(second.into()));
    let (name, prosecutor) = ("Buiten".into(), true);
    table.act(other, Wish::Enter { name, prosecutor });
    table.act(other, Wish::AcceptRules);
    assert_eq!(table.refused(other, dispose(None, &[])), Refusal::RestrictedSeat);
}

#[test]
fn t4_the_laws_clock_does_not_stop_for_a_pause() {
    let mut table = Table::zsm();
    let at = table.at + TimeDelta::hours(6);
    for actor in [BAKKER, ADVISER, HALT_WORKER] {
        let wish = Wish::SetDeadline {
            at,
            article: "art. 56a Sv".into(),
        };
        assert_eq!(table.refused(actor, wish), Refusal::NotCustodian);
    }
    let set = |at| Wish::SetDeadline {
        at,
        article: "art. 56a Sv".into(),
    };
    table.act(AGENT, set(at));
    let request = table.ask_time(BAKKER);
    table.wait(45);
    let deadline = |table: &Table| table.sees(ADVISER).time.deadline.clone().map(|it| (it.at, it.article));
    assert_eq!(deadline(&table), Some((at, "art. 56a Sv".into())));
    table.end_time(BAKKER, request);
    assert_eq!(deadline(&table).map(|it| it.0), Some(at));
    assert!(table.sees(HALT_WORKER).time.deadline.is_none());
    // The officer's own end time overrules, also one that has passed; not one of another year.
    table.act(OFFICER, set(at - TimeDelta::hours(9)));
    for far in [TimeDelta::days(15), TimeDelta::days(-15)] {
        assert_eq!(table.refused(OFFICER, set(at + far)), Refusal::TimeDoesNotFit);
    }
}

#[test]
fn t5_only_the_holder_of_a_power_commits_to_it() {
    let mut table = Table::zsm();
    let measure = table.propose(BAKKER, POLICE, &[]);
    let until = table.at + TimeDelta::hours(12);
    for actor in [BAKKER, OFFICER, ADVISER] {
        assert_eq!(
            table.refused(actor, Wish::CommitMeasure { measure, until }),
            Refusal::NotHolder
        );
        let no = Wish::DeclineMeasure { measure, reason: None };
        assert_eq!(table.refused(actor, no), Refusal::NotHolder);
    }
    for wrong in [table.at, table.at + TimeDelta::days(371)] {
        assert_eq!(
            table.refused(AGENT, Wish::CommitMeasure { measure, until: wrong }),
            Refusal::TimeDoesNotFit
        );
    }
    let answer = |table: &Table| table.sees(OFFICER).measures[0].answer.clone();
    let reason = Some("geen mensen".into());
    table.act(
        AGENT,
        Wish::DeclineMeasure {
            measure,
            reason: reason.clone(),
        },
    );
    assert_eq!(answer(&table), Some(AnswerView::Declined { reason }));
    table.act(AGENT, Wish::CommitMeasure { measure, until });
    assert_eq!(answer(&table), Some(AnswerView::Committed { until }));
    assert!(table.sees(AGENT).measures[0].may_answer && !table.sees(OFFICER).measures[0].may_answer);
}

#[test]
fn t5_a_restricted_seat_sees_the_measures_whose_power_it_holds() {
    let mut table = Table::zsm();
    table.propose(BAKKER, POLICE, &[]);
    let own = table.propose(BAKKER, HALT, &[]);
    let seen: Vec<_> = table
        .sees(HALT_WORKER)
        .measures
        .iter()
        .map(|it| (it.id, it.may_answer))
        .collect();
    assert_eq!(seen, [(own, true)]);
    assert!(table.sees(HALT_WORKER).seat(VT).is_some(), "and who proposed it");
}

#[test]
fn t6_the_clock_shows_overtime_and_nothing_closes_by_itself() {
    let mut table = Table::zsm();
    table.wait(600);
    let id = table.share(BAKKER, "drie eerdere meldingen");
    assert!(table.wall().time.clock.expect("a clock").remaining_ms(table.at) < 0);
    assert!(table.card(AGENT, id).is_some());
    table.act(OFFICER, Wish::SetClock { minutes: 700 });
    assert!(table.wall().time.clock.expect("a clock").remaining_ms(table.at) > 0);
    for minutes in [0, 4, 4_321] {
        assert_eq!(
            table.refused(OFFICER, Wish::SetClock { minutes }),
            Refusal::MinutesDoNotFit
        );
    }
    assert_eq!(table.refused(AGENT, Wish::SetClock { minutes: 60 }), Refusal::NotChair);
}

#[test]
fn t6_time_never_runs_backwards_in_a_session() {
    let mut table = Table::zsm();
    table.share(BAKKER, "eerst");
    table.at -= TimeDelta::hours(2);
    table.share(BAKKER, "dan");
    table.ask_time(BAKKER);
    let times: Vec<_> = table.run.events.iter().map(|event| event.at).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn t6_a_decision_stops_the_clock_for_good() {
    let mut table = Table::zsm();
    table.act(OFFICER, dispose(None, &[]));
    let request = table.ask_time(BAKKER);
    table.end_time(BAKKER, request);
    let clock = table.wall().time.clock.expect("a clock");
    assert!(clock.running_since.is_none(), "{}", format!("{clock:?}"));
}
