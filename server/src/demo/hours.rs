//! The story's hours: everything is told from the moment somebody starts the demonstration, so that clocks run and
//! the times in the texts fit them.

use chrono::{DateTime, DurationRound, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;

/// The order to hold was given this long before the start, in minutes: as the texts say.
const HELD_SINCE: i64 = 160;
/// Where pre-trial detention is possible (art. 56a Sv).
const HELD_FOR_HOURS: i64 = 9;
/// The hours from midnight until this one do not count.
const COUNTS_FROM: u32 = 9;

/// What is agreed for later than this, in hours, is agreed for another day.
const ANOTHER_DAY: i64 = 12;
/// The hours of the day for which people agree on something.
const WORKING_HOURS: core::ops::Range<u32> = 9..20;

/// When the demonstration started, and with it every other hour of the story.
pub(super) struct Hours {
    start: DateTime<Utc>,
}

impl Hours {
    pub fn new(start: DateTime<Utc>) -> Self {
        Self { start }
    }

    /// So many minutes before the start.
    pub fn ago(&self, minutes: i64) -> DateTime<Utc> {
        self.start - TimeDelta::minutes(minutes)
    }

    /// So many hours after the start, as people agree on times: on a whole quarter, and whatever is not meant for today
    /// at noon rather than in the night.
    pub fn ahead(&self, hours: i64) -> DateTime<Utc> {
        let at = self.start + TimeDelta::hours(hours);
        let here = at.with_timezone(&Amsterdam);
        if hours >= ANOTHER_DAY && !WORKING_HOURS.contains(&here.hour()) {
            let day = if here.hour() < WORKING_HOURS.start {
                Some(here.date_naive())
            } else {
                here.date_naive().succ_opt()
            };
            let noon = day.and_then(|day| day.and_hms_opt(12, 0, 0));
            let noon = noon.and_then(|noon| Amsterdam.from_local_datetime(&noon).earliest());
            return noon.map_or(at, |noon| noon.to_utc());
        }
        at.duration_round(TimeDelta::minutes(15)).unwrap_or(at)
    }

    /// The end of custody, as the assistant prosecutor worked it out in this story.
    pub fn limit(&self) -> DateTime<Utc> {
        let mut at = self.ago(HELD_SINCE);
        let mut left = TimeDelta::hours(HELD_FOR_HOURS);
        loop {
            let here = at.with_timezone(&Amsterdam);
            let day = here.date_naive();
            if here.hour() < COUNTS_FROM {
                let opens = day.and_hms_opt(COUNTS_FROM, 0, 0);
                let opens = opens.and_then(|opens| Amsterdam.from_local_datetime(&opens).earliest());
                at = opens.map_or(at, |opens| opens.to_utc());
            }
            let midnight = day.succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
            let midnight = midnight.and_then(|midnight| Amsterdam.from_local_datetime(&midnight).earliest());
            let Some(midnight) = midnight.map(|midnight| midnight.to_utc()) else {
                return at + left;
            };
            if midnight - at >= left {
                let end = at + left;
                return end.duration_trunc(TimeDelta::minutes(1)).unwrap_or(end);
            }
            left -= midnight - at;
            at = midnight;
        }
    }

    /// A text with its hours filled in: `{225}` is the clock time so many minutes before the start; `{limit}` the end of
    /// custody, "om 20:20" or "morgen om 09:20". Anything else between braces is left as it stands; a test finds it.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let told = after.split_once('}').and_then(|(name, rest)| {
                let told = if name == "limit" {
                    self.limit_in_words()
                } else {
                    clock_time(self.ago(name.parse().ok()?))
                };
                Some((told, rest))
            });
            if let Some((told, after)) = told {
                filled.push_str(&told);
                rest = after;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn limit_in_words(&self) -> String {
        let day = |at: DateTime<Utc>| at.with_timezone(&Amsterdam).date_naive();
        let limit = self.limit();
        let tomorrow = if day(limit) == day(self.start) { "" } else { "morgen " };
        format!("{tomorrow}om {}", clock_time(limit))
    }
}

fn clock_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Amsterdam).format("%H:%M").to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Amsterdam.from_local_datetime(&naive).unwrap().to_utc()
    }

    #[test]
    fn t4_the_end_of_custody_skips_the_hours_from_midnight_to_nine() {
        for (start, limit) in [
            // Held since 11:20; nine hours later.
            ("2026-03-10 14:00", "2026-03-10 20:20"),
            // Held since 17:20; six hours and forty minutes until midnight, the rest after nine.
            ("2026-03-10 20:00", "2026-03-11 11:20"),
            // Held since 07:20, which does not count yet.
            ("2026-03-10 10:00", "2026-03-10 18:00"),
            // Held since 22:20, over the night in which the clock goes forward.
            ("2026-03-29 01:00", "2026-03-29 16:20"),
        ] {
            assert_eq!(Hours::new(at(start)).limit(), at(limit), "{start}");
        }
    }

    #[test]
    fn texts_tell_the_hours_of_the_day_on_which_somebody_looks() {
        let hours = Hours::new(at("2026-07-01 15:30"));
        assert_eq!(
            hours.fill("om {225}, uiterlijk {limit}"),
            "om 11:45, uiterlijk om 21:50"
        );
        let late = Hours::new(at("2026-07-01 20:00"));
        assert_eq!(late.fill("uiterlijk {limit}"), "uiterlijk morgen om 11:20");
        assert_eq!(hours.fill("geen {uur} hier"), "geen {uur} hier");
        assert_eq!(hours.ahead(2), at("2026-07-01 17:30"));
    }

    #[test]
    fn nobody_agrees_on_something_in_the_middle_of_the_night() {
        for (start, hours, due) in [
            ("2026-07-01 15:37", 2, "2026-07-01 17:30"),
            ("2026-07-01 15:37", 22, "2026-07-02 13:30"),
            ("2026-07-01 19:37", 30, "2026-07-03 12:00"),
            ("2026-07-01 15:37", 30, "2026-07-03 12:00"),
            ("2026-07-01 23:37", 2, "2026-07-02 01:30"),
        ] {
            assert_eq!(Hours::new(at(start)).ahead(hours), at(due), "{start} and {hours}");
        }
    }
}
