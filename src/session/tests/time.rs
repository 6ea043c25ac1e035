//! T1 to T4 and T6: VT's time, the clocks, custody and the disposition.

use alloc::string::ToString;
use chrono::TimeDelta;
use std::vec::Vec;

use super::fixture::*;
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{CommandKind, LeftItems, SeatLevel, SubjectRole, TimeReason};
use crate::session::event::EventKind;
use crate::session::item::DispositionKind;
use crate::session::refusal::Refusal;
use crate::text::TextFault;

fn dispose(table: &Table, deviation: Option<&str>) -> CommandKind {
    table.disposition_on(table.subject(0), deviation)
}

#[test]
fn t1_vt_can_ask_for_time_from_convening_to_close_in_every_phase_of_every_moment() {
    for code in MOMENTS {
        for phase in moment(code).phases {
            let mut table = Table::of(code);
            if table.state().phase != phase {
                table.move_to(phase);
            }
            table.ask_time(BAKKER);
            assert_eq!(table.sees(convener(code)).time.requests.len(), 1, "{code} {phase:?}");
        }
    }
    // Without having accepted the ground rules, and without having come in.
    let mut table = Table::convened(OFFICER, zsm());
    table.ask_time(BAKKER);
    for actor in [OFFICER, AGENT, HALT_WORKER, ADVISER] {
        assert_eq!(table.refused(actor, ASK_TIME), Refusal::NotVeiligThuis);
    }
    assert_eq!(table.refused(ELSEWHERE, ASK_TIME), Refusal::NotFound);
    // In a restricted seat, and after it left the table.
    let mut table = Table::zsm();
    table.give_seat(VT_ELSEWHERE, SeatLevel::Restricted);
    table.ask_time(ELSEWHERE);
    table.leave(BAKKER, LeftItems::Keep);
    let request = table.ask_time(BAKKER);
    assert_eq!(table.sees(AGENT).time.requests.len(), 2);
    let own: Vec<_> = table.sees(BAKKER).time.requests.iter().map(|it| it.id).collect();
    assert_eq!(own, [request], "who left sees its own signal and no clock");
    table.end_time(BAKKER, request);
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
        let events = table.act(BAKKER, CommandKind::AskTime { reason, minutes });
        let EventKind::TimeAsked { request, .. } = events[0].kind else {
            panic!("{events:?}")
        };
        let shown = table.sees(AGENT).time.requests[0].clone();
        assert_eq!((shown.reason, shown.minutes), (reason, kept));
        let why = Some(TimeReason::Colleague);
        let explain = |reason, minutes| CommandKind::ExplainTime {
            request,
            reason,
            minutes,
        };
        table.act(VISSER, explain(why, Some(30)));
        assert_eq!(table.sees(AGENT).time.requests[0].reason, why);
        assert_eq!(table.refused(VISSER, explain(None, Some(0))), Refusal::MinutesDoNotFit);
        assert_eq!(table.refused(OFFICER, explain(None, None)), Refusal::NotVeiligThuis);
        // A restricted seat is told that the clock stands and for how long, and not who or why.
        let shown = table.sees(HALT_WORKER).time.requests[0].clone();
        assert_eq!((shown.by, shown.reason, shown.minutes), (None, None, Some(30)));
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
fn t2_while_vt_takes_its_time_the_table_decides_and_closes_nothing() {
    let mut table = Table::zsm();
    let request = table.ask_time(BAKKER);
    let closing = CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    };
    assert_eq!(table.refused(OFFICER, closing), Refusal::TimeStands);
    for deviation in [None, Some(""), Some("  \n")] {
        let command = dispose(&table, deviation);
        assert_eq!(table.refused(OFFICER, command), Refusal::TimeStands);
    }
    table.move_to(Phase::Picture);
    table.end_time(BAKKER, request);
    table.move_to(Phase::ClosingRound);
    table.ask_time(BAKKER);
    for command in [CommandKind::Close {}, CommandKind::LastCall {}] {
        assert_eq!(table.refused(OFFICER, command), Refusal::TimeStands);
    }
    let may = &table.sees(OFFICER).may;
    assert!(!may.close && !may.last_call && !may.set_clock && !may.record_disposition);
    // From the closing round the table can go back, and everything else that harms nobody goes on.
    table.move_to(Phase::Decision);
    assert!(table.sees(OFFICER).may.deviate);
    table.share(AGENT, "iets");
}

/// G23: during VT's pause the chair set the clock to five minutes.
#[test]
fn g23_t2_nobody_moves_the_clock_while_vt_takes_its_time() {
    let mut table = Table::zsm();
    table.act(OFFICER, CommandKind::SetClock { minutes: 120 });
    let request = table.ask_time(BAKKER);
    let before = table.wall().time.clock;
    for minutes in [5, 120, 4_320] {
        assert_eq!(
            table.refused(OFFICER, CommandKind::SetClock { minutes }),
            Refusal::TimeStands
        );
    }
    assert_eq!(table.wall().time.clock, before);
    table.end_time(BAKKER, request);
    table.act(OFFICER, CommandKind::SetClock { minutes: 90 });
}

#[test]
fn t2_only_vt_ends_its_own_request() {
    let mut table = Table::zsm();
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    let request = table.ask_time(BAKKER);
    let end = CommandKind::EndTime { request };
    for actor in [OFFICER, SECRETARY, AGENT, HALT_WORKER, ELSEWHERE] {
        assert_eq!(table.refused(actor, end.clone()), Refusal::NotVeiligThuis);
    }
    assert_eq!(table.refused(OUTSIDER, end.clone()), Refusal::NotFound);
    table.end_time(VISSER, request);
    assert_eq!(table.refused(VISSER, end), Refusal::NotFound);
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
    for party in [VT, HALT, OM] {
        assert_eq!(table.board_row(party).clock, Some(clock(&table)));
    }
}

#[test]
fn t2_with_two_signals_the_clock_waits_for_both() {
    let mut table = Table::zsm();
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    let (one, other) = (table.ask_time(BAKKER), table.ask_time(ELSEWHERE));
    table.end_time(BAKKER, one);
    assert!(table.wall().time.clock.expect("a clock").running_since.is_none());
    table.move_to(Phase::Picture);
    assert_eq!(
        table.refused(
            OFFICER,
            CommandKind::MoveTo {
                phase: Phase::ClosingRound
            }
        ),
        Refusal::TimeStands
    );
    table.end_time(ELSEWHERE, other);
    assert!(table.wall().time.clock.expect("a clock").running_since.is_some());
}

#[test]
fn t3_during_a_pause_a_decision_is_an_explicit_deviation_that_everybody_sees() {
    let mut table = Table::zsm();
    let haste = dispose(&table, Some("haast"));
    assert_eq!(table.refused(OFFICER, haste.clone()), Refusal::NothingToDeviateFrom);
    let request = table.ask_time(BAKKER);
    for actor in [SECRETARY, BAKKER, AGENT, HALT_WORKER] {
        assert_eq!(table.refused(actor, haste.clone()), Refusal::NotProsecutor);
    }
    let father = table.subject(0);
    table.record_disposition(father, Some("termijn loopt af"));
    for actor in [BAKKER, AGENT, ADVISER, OFFICER] {
        let [deviation] = &table.sees(actor).deviations[..] else {
            panic!("{}", name_of(actor))
        };
        assert_eq!(
            (
                deviation.motivation.as_str(),
                deviation.by.as_str(),
                deviation.suspect,
                deviation.kind
            ),
            (
                "termijn loopt af",
                "De Wit",
                father,
                DispositionKind::ConditionalDismissal
            )
        );
    }
    assert_eq!(table.wall().deviations.len(), 1);
    assert!(table.sees(HALT_WORKER).deviations.is_empty());
    assert_eq!(table.sees(HALT_WORKER).decided_at.len(), 1);
    assert!(
        table.sees(LATECOMER).deviations.is_empty(),
        "who did not accept reads no words"
    );
    // It stays on the record, whatever is recorded later, and goes to every party in a full seat.
    table.end_time(BAKKER, request);
    table.record_disposition(father, None);
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    let kept: Vec<_> = copies.motivations.iter().map(|(party, _)| *party).collect();
    assert_eq!(kept, FULL, "a restricted seat never read it");
    for (_, motivation) in &copies.motivations {
        assert_eq!(motivation.motivation, "termijn loopt af");
        let digest = table.report(VT).deviations[0].digest;
        assert!(motivation.proof.expect("its proof").proves("termijn loopt af", digest));
    }
    for party in FULL {
        let report = table.report(party);
        assert_eq!((report.deviations.len(), report.time_requests.len()), (1, 1));
        assert_eq!(
            report.deviations[0].kind,
            DispositionKind::ConditionalDismissal,
            "the report says what was decided against VT's request"
        );
        assert_eq!(report.dispositions.len(), 1);
    }
    let report = table.report(HALT);
    assert!(report.deviations.is_empty() && report.dispositions[0].kind.is_none());
}

/// A deviation recorded again during the same pause, and again, is every time on the record; so is one about another suspect.
#[test]
fn t3_every_deviation_stays_on_the_record() {
    let mut table = Table::zsm();
    let (father, uncle) = (table.subject(0), table.add_subject(AGENT, SubjectRole::Suspect, "oom"));
    let request = table.ask_time(BAKKER);
    let first = table.record_disposition(father, Some("termijn loopt af"));
    let stale = record_disposition(father, 0, Some("nog eens"));
    assert_eq!(table.refused(OFFICER, stale), Refusal::OtherRevision);
    assert_eq!(
        table.record_disposition(father, Some("nog eens")),
        first,
        "in its place"
    );
    table.record_disposition(uncle, Some("en de oom"));
    table.end_time(BAKKER, request);
    table.record_disposition(father, None);
    let told: Vec<_> = table
        .sees(BAKKER)
        .deviations
        .iter()
        .map(|it| it.motivation.clone())
        .collect();
    assert_eq!(told, ["termijn loopt af", "nog eens", "en de oom"]);
    let dispositions = table.sees(BAKKER).items.len();
    assert_eq!((dispositions, table.sees(HALT_WORKER).decided_at.len()), (2, 2));
    assert_eq!(table.kept(first).revision, 3);
    // Removing the suspect, or what he is, takes nothing off the record.
    table.remove_subject(AGENT, uncle);
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    assert_eq!(copies.motivations.len(), 3 * FULL.len());
    assert_eq!(table.report(VT).deviations.len(), 3);
}

/// G19: a motivation of characters that nobody can see passed as written.
#[test]
fn g19_the_motivation_of_a_deviation_has_words_that_can_be_read() {
    let mut table = Table::zsm();
    table.ask_time(BAKKER);
    for nothing in [
        "\u{2800}",
        "\u{3164}",
        "\u{FE0F}",
        "\u{E0041}",
        "\u{200B}\u{200B}",
        "\u{FFA0}\u{115F}",
        "...",
        "-",
        "🙂",
    ] {
        let command = dispose(&table, Some(nothing));
        assert_eq!(
            table.refused(OFFICER, command),
            Refusal::Text(TextFault::Empty),
            "{nothing:?}"
        );
    }
    for (hidden, fault) in [
        ("haast\u{202E}tsaah", TextFault::Unprintable),
        ("haa\u{E0041}st", TextFault::Unprintable),
    ] {
        let command = dispose(&table, Some(hidden));
        assert_eq!(table.refused(OFFICER, command), Refusal::Text(fault));
    }
    let command = dispose(&table, Some(&"x".repeat(1_001)));
    assert_eq!(table.refused(OFFICER, command), Refusal::Text(TextFault::TooLong));
    assert!(table.sees(BAKKER).deviations.is_empty());
}

#[test]
fn t3_one_disposition_for_each_suspect_and_the_clock_runs_until_the_last() {
    let mut table = Table::zsm();
    let (father, mother) = (table.subject(0), table.subject(1));
    let uncle = table.add_subject(AGENT, SubjectRole::Suspect, "oom");
    let nobody = crate::ids::SubjectId(id(4));
    for other in [mother, nobody] {
        assert_eq!(
            table.refused(OFFICER, record_disposition(other, 0, None)),
            Refusal::NotFound,
            "on a suspect of this case and nobody else"
        );
    }
    let runs = |table: &Table| table.wall().time.clock.expect("a clock").running_since.is_some();
    let on_father = table.record_disposition(father, None);
    assert!(runs(&table));
    let on_uncle = table.record_disposition(uncle, None);
    assert!(!runs(&table) && on_father != on_uncle);
    // Somebody turns out to be a suspect too: the table has a decision before it again.
    let cousin = table.add_subject(BAKKER, SubjectRole::Suspect, "neef");
    assert!(runs(&table));
    table.remove_subject(BAKKER, cousin);
    assert!(!runs(&table));
    let request = table.ask_time(BAKKER);
    table.end_time(BAKKER, request);
    assert!(!runs(&table), "VT's signal does not start it");
}

#[test]
fn t3_a_restricted_seat_and_the_closing_round_decide_nothing() {
    let mut table = Table::zsm();
    let mut second = seat(MUNICIPALITY, SeatLevel::Restricted);
    second.party.kind = PartyKind::Prosecution;
    table.act(OFFICER, CommandKind::GiveSeat(second.clone().into()));
    let enter = CommandKind::Enter {
        name: "Buiten".into(),
        prosecutor: true,
    };
    table.act(OUTSIDER, enter);
    table.accept_rules(OUTSIDER);
    let command = dispose(&table, None);
    assert_eq!(table.refused(OUTSIDER, command.clone()), Refusal::RestrictedSeat);
    // Another OM at the table does not overwrite the first one's decision.
    second.level = SeatLevel::Full;
    table.act(OFFICER, CommandKind::GiveSeat(second.into()));
    table.act(OFFICER, command);
    let again = dispose(&table, None);
    assert_eq!(table.refused(OUTSIDER, again.clone()), Refusal::NotOwner);
    table.move_to(Phase::ClosingRound);
    assert_eq!(table.refused(OFFICER, again), Refusal::NothingNew);
    table.ask_time(BAKKER);
    let deviation = dispose(&table, Some("haast"));
    assert_eq!(table.refused(OFFICER, deviation), Refusal::NothingNew);
}

#[test]
fn t4_the_laws_clock_does_not_stop_for_a_pause() {
    let mut table = Table::zsm();
    let at = table.at + TimeDelta::hours(6);
    let set = |at, term: &str| CommandKind::SetDeadline { at, term: term.into() };
    for actor in [BAKKER, ADVISER, HALT_WORKER] {
        assert_eq!(table.refused(actor, set(at, "holding")), Refusal::NotCustodian);
    }
    table.act(AGENT, set(at, "holding"));
    let request = table.ask_time(BAKKER);
    table.wait(45);
    let deadline = |table: &Table| {
        let shown = table.sees(ADVISER).time.deadline.clone().expect("set");
        (shown.at, shown.term.article)
    };
    assert_eq!(deadline(&table), (at, "art. 56a Sv".to_string()));
    assert_eq!(table.board_row(VT).deadline, Some(at));
    table.end_time(BAKKER, request);
    assert_eq!(deadline(&table).0, at);
    assert!(table.sees(HALT_WORKER).time.deadline.is_none() && table.board_row(HALT).deadline.is_none());
    // The officer's own end time overrules, also one that has passed; not one of another year.
    table.act(OFFICER, set(at - TimeDelta::hours(9), "police_custody"));
    assert_eq!(deadline(&table).1, "art. 57, 58 Sv");
    for far in [TimeDelta::days(15), TimeDelta::days(-15)] {
        assert_eq!(
            table.refused(OFFICER, set(at + far, "holding")),
            Refusal::TimeDoesNotFit
        );
    }
    let names = |actor| table.sees(actor).about.terms.len();
    assert_eq!(
        (names(AGENT), names(OFFICER), names(BAKKER), names(HALT_WORKER)),
        (4, 4, 0, 0)
    );
}

#[test]
fn t6_the_clock_shows_overtime_and_nothing_closes_by_itself() {
    let mut table = Table::zsm();
    table.wait(600);
    let item = table.share(BAKKER, "drie eerdere meldingen");
    assert!(table.wall().time.clock.expect("a clock").remaining_ms(table.at) < 0);
    assert!(table.item(AGENT, item).is_some());
    table.act(OFFICER, CommandKind::SetClock { minutes: 700 });
    assert!(table.wall().time.clock.expect("a clock").remaining_ms(table.at) > 0);
    for minutes in [0, 4, 4_321] {
        assert_eq!(
            table.refused(OFFICER, CommandKind::SetClock { minutes }),
            Refusal::MinutesDoNotFit
        );
    }
    assert_eq!(
        table.refused(AGENT, CommandKind::SetClock { minutes: 60 }),
        Refusal::NotChair
    );
    let mut without = Table::of("vt_melding");
    assert_eq!(
        without.refused(BAKKER, CommandKind::SetClock { minutes: 60 }),
        Refusal::NoClock
    );
}

#[test]
fn t6_time_never_runs_backwards_in_a_session() {
    let mut table = Table::zsm();
    table.share(BAKKER, "eerst");
    table.at -= TimeDelta::hours(2);
    table.share(BAKKER, "dan");
    let request = table.ask_time(BAKKER);
    table.at -= TimeDelta::hours(1);
    table.end_time(BAKKER, request);
    let times: Vec<_> = table.run.events.iter().map(|event| event.at).collect();
    assert!(times.is_sorted(), "{times:?}");
}

/// The same events make the same clock, in whatever order a browser or a restarted server reads them in.
#[test]
fn t6_the_clock_follows_from_the_events_alone() {
    let mut table = Table::zsm();
    table.wait(20);
    let request = table.ask_time(BAKKER);
    table.wait(50);
    table.end_time(BAKKER, request);
    table.wait(10);
    table.record_disposition(table.subject(0), None);
    let again = table
        .run
        .events
        .iter()
        .fold(crate::session::State::default(), crate::session::evolve);
    assert_eq!(again.clock, table.state().clock);
    assert_eq!(
        table.wall().time.clock.map(|clock| clock.used_ms / 60_000),
        Some(30),
        "{:?}",
        again.clock
    );
}
