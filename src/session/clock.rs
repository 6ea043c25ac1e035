//! The decision clock (ZSM-klok): arithmetic, not a timer (T6).
//!
//! Its state follows from the events and their server times alone. Nothing ticks here; whoever shows it
//! subtracts. Overtime is negative remaining time, and nothing closes by itself.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The time the table gives itself, and how much of it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionClock {
    /// What the table gave itself, in milliseconds.
    pub allowed_ms: i64,
    /// What was used before [`Self::running_since`], in milliseconds.
    pub used_ms: i64,
    /// Since when it runs; absent while it stands still.
    pub running_since: Option<DateTime<Utc>>,
}

impl DecisionClock {
    /// A clock that runs from `at`.
    pub fn started(at: DateTime<Utc>, minutes: u32) -> Self {
        Self {
            allowed_ms: i64::from(minutes) * 60_000,
            used_ms: 0,
            running_since: Some(at),
        }
    }

    /// What is left at `now`, in milliseconds; below zero it is overtime. A `now` before the last event
    /// (a wrong clock) counts as that event's time: remaining time never grows by itself.
    pub fn remaining_ms(&self, now: DateTime<Utc>) -> i64 {
        let running = self
            .running_since
            .map_or(0, |since| (now - since).max(TimeDelta::zero()).num_milliseconds());
        self.allowed_ms - self.used_ms - running
    }

    /// Stands still from `at` (T2).
    #[must_use]
    pub fn paused(self, at: DateTime<Utc>) -> Self {
        Self {
            used_ms: self.allowed_ms - self.remaining_ms(at),
            running_since: None,
            ..self
        }
    }

    /// Runs again from `at`.
    #[must_use]
    pub fn resumed(self, at: DateTime<Utc>) -> Self {
        Self {
            running_since: Some(self.running_since.unwrap_or(at)),
            ..self
        }
    }

    /// With another allowance; what was used stays used.
    #[must_use]
    pub fn allowing(self, minutes: u32) -> Self {
        Self {
            allowed_ms: i64::from(minutes) * 60_000,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn t6_remaining_time_is_what_was_allowed_less_what_ran() {
        let clock = DecisionClock::started(at(0), 10);
        for (clock, now, left) in [
            (clock, 0, 600),
            (clock, 60, 540),
            (clock, 700, -100),
            (clock, -5, 600),
            (clock.paused(at(60)), 500, 540),
            (clock.paused(at(60)).resumed(at(100)), 130, 510),
            (clock.paused(at(60)).paused(at(90)), 500, 540),
            (clock.resumed(at(50)), 60, 540),
            (clock.allowing(20), 60, 1140),
        ] {
            assert_eq!(clock.remaining_ms(at(now)), left * 1000, "{clock:?} at {now}");
        }
    }
}
