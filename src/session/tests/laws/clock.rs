//! The clock (T2, T4, T6, R11): what is left follows from the commands and their times alone, is the same on every screen,
//! stands still while VT takes its time and once every suspect's case is decided; the law's clock never moves by a pause.

use alloc::{boxed::Box, string::String, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use std::format;

use super::faults::{decides, follows, law_notices, tells, whole};
use super::model::Model;
use super::play::{Law, Play, Tried};
use super::script::scripts_of;
use crate::session::clock::DecisionClock;
use crate::session::command::CommandKind;
use crate::session::decide::decide;
use crate::session::event::EventKind;
use crate::session::state::{State, evolve};
use crate::session::tests::fixture::*;
use crate::session::view::{SessionView, view_for};
use crate::session::visibility::Viewer;
use crate::text::Texts;

/// Adds up the stretches in which nothing stood still.
#[derive(Default)]
pub(super) struct Clock {
    allowed: Option<i64>,
    used: TimeDelta,
    last: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
}

fn runs(model: &Model) -> bool {
    model.is_open() && model.standing().is_empty() && !model.is_decided()
}

impl Law for Clock {
    fn name(&self) -> &'static str {
        "the clock (T6)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let (is, state) = (&play.model, &play.run.now.state);
        if !tried.happened() {
            return Ok(());
        }
        let now = tried.stamp.at.max(self.last.unwrap_or(tried.stamp.at));
        if !play.run.events.iter().map(|it| it.at).is_sorted() || play.run.events.last().is_none_or(|it| it.at != now) {
            return Err("time ran backwards".into());
        }
        if let Some(last) = self.last.filter(|_| runs(tried.was)) {
            self.used += now - last;
        }
        self.last = Some(now);
        match tried.kind() {
            CommandKind::Convene(convening) => {
                let usual = convening.moment.decision_clock_minutes;
                self.allowed = usual.map(|usual| i64::from(convening.clock_minutes.unwrap_or(usual)));
            }
            CommandKind::SetClock { minutes } => self.allowed = Some(i64::from(*minutes)),
            CommandKind::SetDeadline { at, .. } => self.deadline = Some(*at),
            _ => {}
        }
        for later in [0, 1, 60, 6_000] {
            let at = now + TimeDelta::minutes(later);
            let ran = if runs(is) { at - now } else { TimeDelta::zero() };
            let left = self
                .allowed
                .map(|minutes| minutes * 60_000 - (self.used + ran).num_milliseconds());
            let shows = state.clock.map(|it| it.remaining_ms(at));
            if shows != left {
                return Err(format!("{later} minutes later {shows:?} is left, expected {left:?}"));
            }
        }
        let stands = state.deadline.as_ref().map(|it| it.at);
        if stands != self.deadline {
            return Err(format!("the law's clock is {stands:?}, expected {:?}", self.deadline));
        }
        // T2: the same on every screen of a seat.
        for screen in &play.run.screens {
            let sits = screen.who.is_none_or(|who| is.sits(who.party));
            let Some((_, view)) = &screen.shown else { continue };
            if view.time.clock != state.clock.filter(|_| sits) {
                return Err(format!("another clock on the screen of {:?}", screen.who));
            }
        }
        Ok(())
    }
}

/// A clock that the event left as it was.
macro_rules! untouched {
    ($kind:pat) => {
        follows!(|state, event| {
            let clock = state.clock;
            let after = evolve(state, event);
            if matches!(event.kind, $kind) {
                State { clock, ..after }
            } else {
                after
            }
        })
    };
}

#[test]
fn t6_the_law_of_the_clock_notices_a_clock_that_goes_wrong() {
    let faults = [
        ("forgets a pause", untouched!(EventKind::TimeAsked { .. })),
        ("never starts again", untouched!(EventKind::TimeEnded { .. })),
        (
            "runs on after the decision",
            untouched!(EventKind::DispositionRecorded { .. }),
        ),
        ("runs on after the end", untouched!(EventKind::Closed { .. })),
        (
            "does not mind a new suspect",
            untouched!(EventKind::SubjectAdded { .. }),
        ),
        (
            "starts again too soon",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::TimeEnded { .. }) {
                    after.clock = after.clock.map(|it| it.resumed(event.at));
                }
                after
            }),
        ),
        (
            "gives time back",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::ClockSet { .. }) {
                    after.clock = after.clock.map(|it| DecisionClock { used_ms: 0, ..it });
                }
                after
            }),
        ),
        (
            "pauses the law's clock",
            follows!(|state, event| {
                let asked = state.time_requests.values().map(|it| it.at).max();
                let mut after = evolve(state, event);
                if let (EventKind::TimeEnded { .. }, Some(deadline), Some(asked)) =
                    (&event.kind, &mut after.deadline, asked)
                {
                    deadline.at += event.at - asked;
                }
                after
            }),
        ),
        (
            "believes the machine",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                decision.events.iter_mut().for_each(|event| event.at = stamp.at);
                Ok(decision)
            }),
        ),
        (
            "goes otherwise on one screen",
            tells!(|view: &mut SessionView, _: &State, _: &Texts, viewer: Viewer| {
                if viewer.party() == Some(HALT) {
                    view.time.clock = view.time.clock.map(|it| it.paused(nine_plus(0)));
                }
            }),
        ),
    ];
    let missed: Vec<_> = faults
        .iter()
        .filter(|(_, faulty)| !law_notices(&scripts_of("zsm", 60), || Box::new(Clock::default()), faulty))
        .map(|(name, _)| *name)
        .collect();
    assert!(missed.is_empty(), "not noticed: {missed:?}");
}
