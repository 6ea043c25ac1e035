//! R14: a session that nobody uses ends, announced a day before, whatever stands.

use chrono::TimeDelta;
use std::vec::Vec;

use super::fixture::*;
use crate::moment::Phase;
use crate::session::command::{Actor, CommandKind, SeatLevel};
use crate::session::event::EventKind;
use crate::session::refusal::Refusal;

const HOUR: i64 = 60;

/// The last minute in which it is too early to announce, and the first in which it is time, for every moment.
#[test]
fn r14_a_session_is_warned_a_day_before_and_ends_after_the_term_of_its_moment() {
    for code in MOMENTS {
        let term = i64::from(moment(code).expires_after_hours);
        let mut table = Table::of(code);
        table.share(BAKKER, "een geheim adres");
        let since = table.at;
        table.wait((term - 24) * HOUR - 1);
        assert_eq!(table.warn_of_expiry(), Err(Refusal::NotDue), "{code}");
        assert_eq!(table.expire(), Err(Refusal::NotDue), "{code}: it was not announced");
        table.wait(1);
        let events = table.warn_of_expiry().expect("it is time");
        let expires_at = since + TimeDelta::hours(term);
        assert_eq!(events.len(), 1);
        let told = table.sees(BAKKER).progress.expires_at.expect("announced");
        assert!(
            told >= expires_at && told - events[0].at >= TimeDelta::hours(24),
            "{code}"
        );
        for party in table.state().members() {
            assert_eq!(table.board_row(party).expires_at, Some(told), "{code} {party}");
        }
        assert_eq!(table.wall().progress.expires_at, Some(told));
        assert_eq!(table.warn_of_expiry().map(|it| it.len()), Ok(0), "once is enough");
        table.at = told - TimeDelta::seconds(2);
        assert_eq!(table.expire(), Err(Refusal::NotDue), "{code}: a day is a day");
        table.at = told;
        let events = table.expire().expect("it is over");
        assert!(matches!(events[0].kind, EventKind::Expired));
        assert!(table.run.now.texts.ids().is_empty(), "every text is destroyed");
        assert_eq!(table.expire(), Err(Refusal::Closed));
        assert_eq!(table.warn_of_expiry(), Err(Refusal::Closed));
        assert_eq!(table.refused(BAKKER, share("iets")), Refusal::Closed);
    }
}

#[test]
fn r14_an_expired_session_releases_nothing_and_says_so() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.share_action(BAKKER, "moeder bellen", VT, &[]);
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, item, POLICE);
    table.wait(72 * HOUR);
    table.warn_of_expiry().expect("it is time");
    table.wait(24 * HOUR);
    table.expire().expect("it is over");
    let copies = table.run.copies.clone().unwrap_or_default();
    assert!(copies.dossier.is_empty() && copies.register.is_empty());
    for actor in [BAKKER, AGENT, HALT_WORKER] {
        let view = table.sees(actor);
        let closed = view.progress.closed.as_ref().expect("it ended");
        assert!(closed.expired && closed.given.is_empty() && closed.received == 0);
        assert!(view.items.is_empty() && view.progress.expires_at.is_none());
    }
    assert_eq!(
        table.sees(BAKKER).progress.closed.as_ref().map(|it| it.destroyed),
        Some(2)
    );
    for party in [VT, POLICE, HALT] {
        let report = table.report(party);
        assert!(report.expired && report.releases.is_empty() && report.closed_at.is_some());
        let row = table.board_row(party);
        assert!(row.expired && row.expires_at.is_none() && row.closed_at.is_some());
    }
    let mut closed = Table::zsm_closing();
    closed.close();
    assert!(!closed.report(VT).expired && !closed.board_row(VT).expired);
}

/// A standing signal of VT does not keep words alive for ever; what VT or anybody does keeps the session.
#[test]
fn r14_with_a_standing_signal_the_session_is_warned_kept_by_activity_and_expires_in_the_end() {
    let mut table = Table::zsm();
    table.share(BAKKER, "een geheim adres");
    table.ask_time(BAKKER);
    table.wait(49 * HOUR);
    table.warn_of_expiry().expect("it is time");
    assert!(table.sees(BAKKER).progress.expires_at.is_some());
    // VT says what it still needs: the announcement no longer holds.
    let request = table.sees(BAKKER).time.requests[0].id;
    let explain = CommandKind::ExplainTime {
        request,
        reason: None,
        minutes: Some(120),
    };
    table.act(BAKKER, explain);
    for actor in [BAKKER, OFFICER, HALT_WORKER] {
        assert_eq!(table.sees(actor).progress.expires_at, None);
    }
    table.wait(24 * HOUR);
    assert_eq!(table.expire(), Err(Refusal::NotDue), "it must be announced again");
    table.wait(24 * HOUR);
    table.warn_of_expiry().expect("it is time again");
    table.wait(24 * HOUR);
    assert_eq!(table.sees(OFFICER).time.requests.len(), 1, "the signal still stands");
    table.expire().expect("a signal keeps no words alive for ever");
    assert!(table.run.now.texts.ids().is_empty());
    let report = table.report(VT);
    assert!(report.expired && report.time_requests[0].until.is_none());
}

/// The program was off for a week: everybody still has a day.
#[test]
fn r14_a_program_that_comes_late_still_gives_a_day() {
    let mut table = Table::zsm();
    table.share(BAKKER, "een geheim adres");
    table.wait(7 * 24 * HOUR);
    assert_eq!(table.expire(), Err(Refusal::NotDue));
    let at = table.warn_of_expiry().expect("it is time")[0].at;
    assert_eq!(table.sees(AGENT).progress.expires_at, Some(at + TimeDelta::hours(24)));
    table.wait(23 * HOUR);
    assert_eq!(table.expire(), Err(Refusal::NotDue));
    table.wait(HOUR);
    table.expire().expect("it is over");
}

/// Looking is not using: a door that opens, or a browser that comes back, keeps nothing alive. Everything else does.
#[test]
fn r14_every_act_keeps_a_session_and_coming_in_does_not() {
    type Act = fn(&mut Table);
    let acts: [(&str, bool, Act); 7] = [
        ("somebody comes in", false, |table| {
            table.act(
                VISSER,
                CommandKind::Enter {
                    name: "Visser-Smit".into(),
                    prosecutor: false,
                },
            );
        }),
        ("somebody accepts the ground rules", true, |table| {
            table.accept_rules(LATECOMER);
        }),
        ("an item is shared", true, |table| {
            table.share(AGENT, "iets");
        }),
        ("a signal", true, |table| {
            table.ask_time(BAKKER);
        }),
        ("a seat", true, |table| table.give_seat(MUNICIPALITY, SeatLevel::Full)),
        ("a phase", true, |table| table.move_to(Phase::Picture)),
        ("leaving", true, |table| {
            table.leave(ADVISER, crate::session::command::LeftItems::Keep);
        }),
    ];
    for (name, keeps, act) in acts {
        let mut table = Table::zsm();
        table.wait(50 * HOUR);
        table.warn_of_expiry().expect("it is time");
        act(&mut table);
        table.wait(24 * HOUR);
        assert_eq!(table.expire().is_err(), keeps, "{name}");
    }
}

/// Nobody but the program announces or ends it, under whatever name.
#[test]
fn r14_only_the_program_announces_and_ends() {
    let mut table = Table::zsm();
    table.wait(72 * HOUR);
    for actor in EVERYBODY {
        for command in [CommandKind::WarnOfExpiry, CommandKind::Expire] {
            assert_eq!(table.refused(actor, command), Refusal::NotFound, "{}", name_of(actor));
        }
    }
    // The program does nothing else.
    for command in [
        share("iets"),
        ASK_TIME,
        CommandKind::Close {},
        CommandKind::AcceptRules {},
        give_seat(MUNICIPALITY, SeatLevel::Full),
    ] {
        assert_eq!(table.refused(Actor::PROGRAM, command), Refusal::NotFound);
    }
    let mut nothing = Table::empty();
    assert_eq!(nothing.warn_of_expiry(), Err(Refusal::NotFound));
    assert_eq!(nothing.expire(), Err(Refusal::NotFound));
    // Neither can come out of a frame.
    for command in [CommandKind::WarnOfExpiry, CommandKind::Expire] {
        assert!(serde_json::to_string(&command).is_err());
    }
    for frame in [r#"{"do":"warn_of_expiry"}"#, r#"{"do":"expire"}"#] {
        assert!(serde_json::from_str::<CommandKind>(frame).is_err());
    }
}

/// R14 with T3: it ends like a close in which nothing is released; what was decided against VT's request is kept as at a close.
#[test]
fn r14_t3_the_words_of_a_deviation_outlive_an_expired_session_as_they_do_a_close() {
    let mut table = Table::zsm();
    table.ask_time(BAKKER);
    table.record_disposition(table.subject(0), Some("termijn loopt af"));
    table.wait(72 * HOUR);
    table.warn_of_expiry().expect("it is time");
    table.wait(24 * HOUR);
    table.expire().expect("it is over");
    let copies = table.run.copies.clone().expect("what is kept");
    let kept: Vec<_> = copies.motivations.iter().map(|(party, _)| *party).collect();
    assert_eq!(kept, FULL);
    assert!(copies.dossier.is_empty() && copies.register.is_empty());
    assert_eq!(table.report(VT).deviations.len(), 1);
}
