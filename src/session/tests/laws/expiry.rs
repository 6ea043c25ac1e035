//! Expiry (R14): every session ends when the program looks often enough, whatever stands, at least a day after everybody was
//! told, and never while something happens; and then nothing is released and no word is left.

use alloc::{boxed::Box, string::String, vec, vec::Vec};
use chrono::TimeDelta;
use std::format;

use super::faults::{all_noticed, decides, follows, happens, lie};
use super::play::{Law, Laws, Play, Tried};
use super::script::{Script, scripts};
use super::{hold, notices, some_screens};
use crate::session::command::{Actor, CommandKind};
use crate::session::decide::decide;
use crate::session::event::EventKind;
use crate::session::refusal::Refusal;
use crate::session::state::evolve;
use crate::session::tests::fixture::*;

/// What holds of every announcement and every expiry.
pub(super) struct Expiry;

impl Law for Expiry {
    fn name(&self) -> &'static str {
        "expiry (R14)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let was = tried.was;
        if !matches!(tried.kind(), CommandKind::WarnOfExpiry | CommandKind::Expire) || !tried.happened() {
            return Ok(());
        }
        let now = play.model.last_at.expect("something happened");
        let due = was.expires_at().ok_or("an expiry of nothing")?;
        if tried.actor != Actor::PROGRAM {
            return Err("somebody let the session expire".into());
        }
        if matches!(tried.kind(), CommandKind::WarnOfExpiry) {
            if now < due - TimeDelta::hours(24) {
                return Err("announced too early".into());
            }
            let (_, announced) = play.model.warned.ok_or("announced and not kept")?;
            let mut members = was.seats.keys().filter(|it| was.is_member(**it));
            let told = members.all(|it| {
                play.run
                    .board_row(*it)
                    .is_some_and(|row| row.expires_at == Some(announced))
            });
            return if told {
                Ok(())
            } else {
                Err("a board does not announce it".into())
            };
        }
        let (since, announced) = was.warned.ok_or("it expired unannounced")?;
        if now < since + TimeDelta::hours(24) || now < announced || now < due {
            return Err("it expired too early".into());
        }
        nothing_is_left(play)
    }
}

fn nothing_is_left(play: &Play) -> Result<(), String> {
    let copies = play.run.copies.as_ref().ok_or("it ended without an end")?;
    if !copies.dossier.is_empty() || !copies.register.is_empty() {
        return Err("something was released by an expiry".into());
    }
    if !play.run.now.texts.ids().is_empty() {
        return Err("words outlive the session".into());
    }
    for party in PARTIES.into_iter().filter(|it| play.model.is_member(*it)) {
        let report = play.run.report(party).ok_or("no report")?;
        let row = play.run.board_row(party).ok_or("no board row")?;
        if !report.expired || !report.releases.is_empty() || !row.expired {
            return Err(format!(
                "the report or the board of {party} does not say that it expired"
            ));
        }
    }
    Ok(())
}

/// From wherever a script ends, the program looks twice a day; sometimes VT's signal stands, sometimes somebody still does
/// something.
fn ends(rules: &Rules, script: &Script) -> Result<(), String> {
    let screens = some_screens(script);
    let laws: &mut [Box<dyn Law>] = &mut [Box::new(Expiry)];
    let mut play = Play::opened(rules, &screens, script, laws)?;
    let hours = i64::from(
        play.model
            .convening
            .as_ref()
            .expect("a session")
            .moment
            .expires_after_hours,
    );
    if script.seed % 2 == 0 {
        for vt in [BAKKER, ELSEWHERE] {
            play.submit(vt, ASK_TIME, laws)?;
        }
    }
    let looks = |play: &mut Play, laws: Laws<'_>, half_days: i64| {
        for _ in 0..half_days {
            play.seconds += 12 * 3_600;
            play.submit(Actor::PROGRAM, CommandKind::WarnOfExpiry, laws)?;
            play.submit(Actor::PROGRAM, CommandKind::Expire, laws)?;
        }
        Ok::<_, String>(())
    };
    if script.seed % 3 == 0 {
        // Somebody comes back while it is announced: it stands for another term.
        looks(&mut play, laws, (hours - 24) / 12)?;
        let by = convener(script.moment);
        let gavel = CommandKind::NameAttendees { people: None };
        let happened = play.submit(by, gavel, laws)?;
        looks(&mut play, laws, (hours - 24) / 12)?;
        if happened && play.model.ended.is_some_and(|it| it.expired) && play.run.now.state.closed.is_none() {
            return Err("it ended while somebody used it".into());
        }
    }
    looks(&mut play, laws, hours / 12 + 5)?;
    match play.model.ended {
        Some(ended) if ended.expired => nothing_is_left(&play),
        Some(_) => Ok(()),
        None => Err("the session never ends".into()),
    }
}

#[test]
fn r14_every_session_ends_when_nobody_uses_it() {
    hold(25, &scripts(25), |script| ends(&Rules::TRUE, &script));
}

#[test]
fn r14_the_law_notices_a_session_that_never_ends() {
    let faults = [
        (
            "expiry is ignored",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::Expire => Err(Refusal::NotDue),
                _ => decide(state, actor, stamp, command),
            }),
        ),
        (
            "kept alive by VT's time",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::Expire if state.time_stands() => Err(Refusal::TimeStands),
                _ => decide(state, actor, stamp, command),
            }),
        ),
        (
            "kept alive by its own announcement",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::ExpiryWarned { .. }) {
                    (after.last_activity, after.expires_at) = (Some(event.at), None);
                }
                after
            }),
        ),
    ];
    let missed: Vec<_> = faults
        .iter()
        .filter(|(_, faulty)| !notices(60, &scripts(25), |script| ends(faulty, &script)))
        .map(|(name, _)| *name)
        .collect();
    assert!(missed.is_empty(), "not noticed: {missed:?}");
}

#[test]
fn r14_the_law_notices_an_expiry_that_comes_too_soon_or_leaves_something() {
    let faults = [
        (
            "without an announcement",
            decides!(|state, actor, stamp, command| {
                let unannounced = matches!(command.kind, CommandKind::Expire) && state.expires_at().is_some();
                if unannounced && actor == Actor::PROGRAM {
                    return Ok(happens(state, actor, stamp, &command, vec![EventKind::Expired]));
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "by anybody",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::Expire | CommandKind::WarnOfExpiry =>
                    decide(state, Actor::PROGRAM, stamp, command).map(|mut it| {
                        it.events.iter_mut().for_each(|event| event.by = actor);
                        it
                    }),
                _ => decide(state, actor, stamp, command),
            }),
        ),
        (
            "though somebody came",
            follows!(|state, event| {
                let announced = state.expires_at;
                let mut after = evolve(state, event);
                if after.closed.is_none() {
                    after.expires_at = after.expires_at.or(announced);
                }
                after
            }),
        ),
        (
            "an announcement long before",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::WarnOfExpiry if actor == Actor::PROGRAM => {
                    let early = lie(state, |it| {
                        it.last_activity = it.last_activity.map(|at| at - TimeDelta::hours(40))
                    });
                    decide(&early, actor, stamp, command)
                }
                _ => decide(state, actor, stamp, command),
            }),
        ),
    ];
    all_noticed(|| Box::new(Expiry), &faults);
}
