//! VT's time (T1 to T3): a Veilig Thuis can always say that it needs more time; while it stands nobody else ends it, closes,
//! starts the closing round, calls for the last time or moves the clock, and a decision is a visible deviation or none.

use alloc::{boxed::Box, collections::BTreeSet, string::String};
use chrono::TimeDelta;
use std::format;

use super::faults::{all_noticed, decides, follows, in_the_name_of, lie};
use super::play::{Law, Play, Tried};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{Actor, Command, CommandKind, Stamp};
use crate::session::decide::{Decision, decide};
use crate::session::event::EventKind;
use crate::session::refusal::Refusal;
use crate::session::state::{State, evolve};
use crate::session::tests::fixture::*;

pub(super) struct VtTime;

impl Law for VtTime {
    fn name(&self) -> &'static str {
        "VT's time (T2)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let (was, is) = (tried.was, &play.model);
        asks_at_any_time(tried)?;
        let before: BTreeSet<_> = was.standing().into_iter().collect();
        let stands: BTreeSet<_> = {
            let requests = play.run.now.state.time_requests.iter();
            requests
                .filter(|(_, it)| it.ended_at.is_none())
                .map(|(id, _)| *id)
                .collect()
        };
        let own = |it: &crate::ids::TimeRequestId| was.times[it].by.party == tried.actor.party;
        if let Some(ended) = before.difference(&stands).find(|it| !own(it)) {
            return Err(format!("{ended} was ended by another"));
        }
        if before.is_empty() || !tried.happened() {
            return Ok(());
        }
        let forbidden = match tried.kind() {
            CommandKind::Close {} => true,
            CommandKind::MoveTo { phase } => *phase == Phase::ClosingRound,
            CommandKind::LastCall {} | CommandKind::SetClock { .. } => true,
            CommandKind::ExplainTime { request, .. } | CommandKind::EndTime { request } => !own(request),
            CommandKind::Leave { .. } => before.iter().any(|it| own(it)),
            CommandKind::TakeSeat { party } => before.iter().any(|it| was.times[it].by.party == *party),
            CommandKind::RecordDisposition { .. } => return is_told(play, tried),
            _ => false,
        };
        if forbidden {
            return Err("this is not for anybody while VT takes its time".into());
        }
        // The clock stands, at every time and on every screen.
        let still = !stands.is_empty() && is.is_open();
        for (_, view) in play
            .run
            .screens
            .iter()
            .filter_map(|it| it.shown.as_ref())
            .filter(|_| still)
        {
            if let Some(clock) = view.time.clock {
                let now = is.last_at.expect("something happened");
                let later = now + TimeDelta::hours(5);
                if clock.running_since.is_some() || clock.remaining_ms(now) != clock.remaining_ms(later) {
                    return Err("the clock runs while VT takes its time".into());
                }
            }
        }
        Ok(())
    }
}

/// T1: in every phase, before the ground rules too, by whoever may come in for a Veilig Thuis that sits here or left.
fn asks_at_any_time(tried: &Tried<'_>) -> Result<(), String> {
    let (was, actor) = (tried.was, tried.actor);
    let CommandKind::AskTime { .. } = tried.kind() else {
        return Ok(());
    };
    let is_vt = was.kind(actor.party) == Some(PartyKind::VeiligThuis);
    let is_here = (was.sits(actor.party) || was.has_left(actor.party)) && was.admits(actor);
    if is_vt && is_here && was.is_open() {
        match tried.answer {
            Ok(_) => {}
            Err(refusal) => return Err(format!("VT's signal was refused with {refusal:?}")),
        }
    } else if tried.happened() {
        return Err("somebody else gave VT's signal".into());
    }
    Ok(())
}

/// T3: against VT's request there is an explicit deviation with words, told at once to every full seat, and it stays on the
/// record.
fn is_told(play: &Play, tried: &Tried<'_>) -> Result<(), String> {
    let CommandKind::RecordDisposition {
        suspect,
        kind,
        deviation,
        ..
    } = tried.kind()
    else {
        return Ok(());
    };
    let words = deviation.clone().filter(|words| !words.trim().is_empty());
    let words = words.ok_or("a decision against VT's request without its motivation")?;
    for screen in &play.run.screens {
        let (model, Some((_, view))) = (&play.model, &screen.shown) else {
            continue;
        };
        let full = screen
            .who
            .is_none_or(|who| model.is_full(who.party) && model.accepted(who));
        let told = view.deviations.iter();
        let mut told = told.filter(|it| it.suspect == *suspect && it.kind == *kind && it.motivation == words);
        if full && told.next().is_none() {
            return Err(format!("{:?} is not told of a deviation", screen.who));
        }
    }
    for party in play.model.seated() {
        let report = play.run.report(party).ok_or("no report for a party that sits here")?;
        let accepted = play.model.people.values().any(|it| it.party == party && it.accepted);
        let full = play.model.is_full(party) && accepted;
        if report.deviations.len() != if full { play.model.deviations.len() } else { 0 } {
            return Err(format!(
                "the report of {party} does not say what was decided against VT's request"
            ));
        }
    }
    Ok(())
}

/// What is decided as if nobody's time stood.
fn ignores(
    state: &State,
    actor: Actor,
    stamp: Stamp,
    command: Command,
    this: fn(&CommandKind) -> bool,
) -> Result<Decision, Refusal> {
    if this(&command.kind) {
        return decide(&lie(state, |it| it.time_requests.clear()), actor, stamp, command);
    }
    decide(state, actor, stamp, command)
}

macro_rules! ignored {
    ($command:pat) => {
        decides!(|state, actor, stamp, command| ignores(state, actor, stamp, command, |it| matches!(it, $command)))
    };
}

fn anybody_ends(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    let (CommandKind::EndTime { request } | CommandKind::ExplainTime { request, .. }) = &command.kind else {
        return decide(state, actor, stamp, command);
    };
    match state.time_requests.get(request).map(|it| it.by) {
        Some(owner) => in_the_name_of(owner, state, actor, stamp, command),
        None => decide(state, actor, stamp, command),
    }
}

#[test]
fn t1_t2_t3_the_law_of_vts_time_notices_whoever_does_not_respect_it() {
    let faults = [
        ("a close", ignored!(CommandKind::Close {})),
        ("the closing round", ignored!(CommandKind::MoveTo { .. })),
        ("a last call", ignored!(CommandKind::LastCall {})),
        ("the clock", ignored!(CommandKind::SetClock { .. })),
        (
            "a disposition",
            ignored!(CommandKind::RecordDisposition { deviation: None, .. }),
        ),
        ("the leaving of who asked", ignored!(CommandKind::Leave { .. })),
        ("anybody ends it", decides!(anybody_ends)),
        (
            "a party that leaves ends it",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if let EventKind::AskedToLeave { party } = event.kind {
                    let own = after.time_requests.values_mut().filter(|it| it.by.party == party);
                    own.for_each(|it| it.ended_at = Some(event.at));
                }
                after
            }),
        ),
        (
            "a second Veilig Thuis ends the time of the first",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if let EventKind::TimeAsked { request, .. } = event.kind {
                    after
                        .time_requests
                        .retain(|id, it| *id == request || it.ended_at.is_some());
                }
                after
            }),
        ),
        (
            "a deviation that nobody is told",
            follows!(|state, event| {
                let deviations = state.deviations.clone();
                State {
                    deviations,
                    ..evolve(state, event)
                }
            }),
        ),
        (
            "a clock that runs on",
            follows!(|state, event| {
                let clock = state.clock;
                let after = evolve(state, event);
                match event.kind {
                    EventKind::TimeAsked { .. } => State { clock, ..after },
                    _ => after,
                }
            }),
        ),
        (
            "a signal refused in the closing round",
            decides!(|state, actor, stamp, command| {
                if matches!(command.kind, CommandKind::AskTime { .. }) && state.phase == Phase::ClosingRound {
                    return Err(Refusal::NothingNew);
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "a signal refused of who left",
            decides!(|state, actor, stamp, command| {
                if matches!(command.kind, CommandKind::AskTime { .. }) && state.has_left(actor.party) {
                    return Err(Refusal::LeftTheTable);
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "anybody gives the signal",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::AskTime { .. } => in_the_name_of(BAKKER, state, actor, stamp, command),
                _ => decide(state, actor, stamp, command),
            }),
        ),
    ];
    all_noticed(|| Box::new(VtTime), &faults);
}
