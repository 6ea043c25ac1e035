//! The clock (T2, T4, T6): remaining time follows from the events and their times alone.
//!
//! Held against a model that adds up the stretches in which nothing stood still.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::script::{Looking, Play, Script, scripts};
use super::{CASES, config, notices};
use crate::session::command::{Actor, Command, Stamp};
use crate::session::decide::{Decision, decide};
use crate::session::event::{Event, Fact};
use crate::session::refusal::Refusal;
use crate::session::state::{State, evolve};
use crate::session::table_for_tests::{BAKKER, HALT_WORKER, Rules};

/// What the events say, read anew each time: whether the clock runs after them, and what is left of it at `now`.
fn left(events: &[Event], now: DateTime<Utc>) -> Option<(bool, i64)> {
    let mut allowed = None;
    let (mut used, mut standing, mut decided, mut last) = (TimeDelta::zero(), 0, false, None);
    for event in events {
        if let Some(last) = last.filter(|_| standing == 0 && !decided) {
            used += event.at - last;
        }
        last = Some(event.at);
        match &event.fact {
            Fact::Convened(convened) => allowed = convened.clock_minutes,
            Fact::ClockSet { minutes } => allowed = Some(*minutes),
            Fact::TimeAsked { .. } => standing += 1,
            Fact::TimeEnded { .. } => standing -= 1,
            Fact::DispositionRecorded { .. } | Fact::Closed { .. } => decided = true,
            _ => {}
        }
    }
    let runs = standing == 0 && !decided;
    let since = last
        .filter(|_| runs)
        .map_or(TimeDelta::zero(), |last| (now - last).max(TimeDelta::zero()));
    allowed.map(|minutes| (runs, i64::from(minutes) * 60_000 - (used + since).num_milliseconds()))
}

fn clock(rules: &Rules, script: &Script) -> Result<(), String> {
    let look: Looking<'_> = &mut |play, _, answer| {
        let (events, state) = (&play.run.events, &play.run.now.state);
        let (Ok(_), Some(last)) = (answer, events.last()) else {
            return Ok(());
        };
        if !events.iter().map(|it| it.at).is_sorted() {
            return Err("time ran backwards".into());
        }
        let deadline = events.iter().rev().find_map(|it| match &it.fact {
            Fact::DeadlineSet { at, .. } => Some(*at),
            _ => None,
        });
        if state.deadline.as_ref().map(|it| it.at) != deadline {
            return Err(format!("the law's clock moved from {deadline:?} after {:?}", last.fact));
        }
        let mut before: Option<i64> = None;
        for minutes in [0, 1, 60, 6_000] {
            let now = last.at + TimeDelta::minutes(minutes);
            let model = left(events, now);
            let is = state.clock.map(|it| (it.running_since.is_some(), it.remaining_ms(now)));
            if model != is {
                return Err(format!(
                    "{minutes} minutes after {:?}: {is:?}, expected {model:?}",
                    last.fact
                ));
            }
            let (runs, remaining) = is.unwrap_or_default();
            if before.is_some_and(|it| it < remaining || (!runs && it != remaining)) {
                return Err(format!("remaining time grew after {:?}", last.fact));
            }
            before = Some(remaining);
        }
        // T2: the same on every screen.
        let shown: Vec<_> = play
            .run
            .screens
            .iter()
            .filter_map(|it| it.shown.as_ref())
            .map(|it| it.1.time.clock)
            .collect();
        if shown.iter().any(|it| *it != state.clock) {
            return Err("another clock on another screen".into());
        }
        Ok(())
    };
    Play::watched(rules, &[Some(BAKKER), Some(HALT_WORKER), None], script, look).map(|_| ())
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn t6_remaining_time_follows_from_the_events_alone(script in scripts(50)) {
        prop_assert_eq!(clock(&Rules::TRUE, &script), Ok(()));
    }
}

type Evolve = fn(State, &Event) -> State;

#[test]
fn the_clock_law_notices_a_clock_that_goes_wrong() {
    fn forgets_a_pause(state: State, event: &Event) -> State {
        let clock = state.clock;
        let mut after = evolve(state, event);
        if matches!(event.fact, Fact::TimeAsked { .. }) {
            after.clock = clock;
        }
        after
    }
    fn starts_again_too_soon(state: State, event: &Event) -> State {
        let mut after = evolve(state, event);
        if matches!(event.fact, Fact::TimeEnded { .. }) {
            after.clock = after.clock.map(|it| it.resumed(event.at));
        }
        after
    }
    fn gives_time_back(state: State, event: &Event) -> State {
        let mut after = evolve(state, event);
        if matches!(event.fact, Fact::ClockSet { .. }) {
            after.clock = after
                .clock
                .map(|it| crate::session::clock::DecisionClock { used_ms: 0, ..it });
        }
        after
    }
    fn pauses_the_law(state: State, event: &Event) -> State {
        let asked = state.time_requests.values().map(|it| it.at).max();
        let mut after = evolve(state, event);
        if let (Fact::TimeEnded { .. }, Some(deadline), Some(asked)) = (&event.fact, &mut after.deadline, asked) {
            deadline.at += event.at - asked;
        }
        after
    }
    fn believes_the_machine(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let mut decision = decide(state, actor, stamp, command)?;
        decision.events.iter_mut().for_each(|event| event.at = stamp.at);
        Ok(decision)
    }
    let evolves: [(&str, Evolve); 4] = [
        ("forgets a pause", forgets_a_pause),
        ("starts again too soon", starts_again_too_soon),
        ("gives time back", gives_time_back),
        ("pauses the law's clock", pauses_the_law),
    ];
    for (name, evolve) in evolves {
        assert!(notices(&scripts(90), clock, &Rules { evolve, ..Rules::TRUE }), "{name}");
    }
    let faulty = Rules {
        decide: believes_the_machine,
        ..Rules::TRUE
    };
    assert!(notices(&scripts(50), clock, &faulty), "believes the machine's clock");
}
