//! Times as people read them: Europe/Amsterdam, summer time included, the same letters on server and browser.

use chrono::{DateTime, Datelike, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;

use crate::i18n::{Locale, td_string};

/// Reads milliseconds since 1970, as clocks and frames carry them.
pub(crate) fn from_millis(millis: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(millis).single().unwrap_or_default()
}

/// `18:40`
pub(crate) fn clock_time(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Amsterdam);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `23 november 2026`
pub(crate) fn date(locale: Locale, at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Amsterdam);
    format!("{} {} {}", at.day(), month(locale, at.month()), at.year())
}

/// `vandaag 18:40`, `morgen 09:00`, `ma 23 november 18:40`; another year is named.
pub(crate) fn moment(locale: Locale, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let local = at.with_timezone(&Amsterdam);
    let today = now.with_timezone(&Amsterdam).date_naive();
    let time = clock_time(at);
    match local.date_naive().signed_duration_since(today).num_days() {
        0 => format!("{} {time}", td_string!(locale, words.day.today)),
        1 => format!("{} {time}", td_string!(locale, words.day.tomorrow)),
        -1 => format!("{} {time}", td_string!(locale, words.day.yesterday)),
        _ if local.year() == today.year() => {
            format!(
                "{} {} {} {time}",
                weekday(locale, local),
                local.day(),
                month(locale, local.month())
            )
        }
        _ => format!("{} {time}", date(locale, at)),
    }
}

/// `18:40` when that is today, else with its day: an hour alone would be read as today's.
pub(crate) fn hour(locale: Locale, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if at.with_timezone(&Amsterdam).date_naive() == now.with_timezone(&Amsterdam).date_naive() {
        clock_time(at)
    } else {
        moment(locale, at, now)
    }
}

/// `23 november 2026 18:40`, for what must still be clear in ten years.
pub(crate) fn full(locale: Locale, at: DateTime<Utc>) -> String {
    format!("{} {}", date(locale, at), clock_time(at))
}

/// The month of a date, as a number that sorts and as `november 2026`.
pub(crate) fn month_of(locale: Locale, at: DateTime<Utc>) -> (i64, String) {
    let at = at.with_timezone(&Amsterdam);
    (
        i64::from(at.year()) * 12 + i64::from(at.month0()),
        format!("{} {}", month(locale, at.month()), at.year()),
    )
}

/// A running clock: `01:12:40`, with a minus sign once it is over.
pub(crate) fn hms(seconds: i64) -> String {
    let sign = if seconds < 0 { "\u{2212}" } else { "" };
    let seconds = seconds.unsigned_abs();
    format!(
        "{sign}{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// A length for reading, not for racing: `6 u 12 min`.
pub(crate) fn length(locale: Locale, seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, minutes) {
        (0, 0) => td_string!(locale, words.span.now).to_string(),
        (0, _) => td_string!(locale, words.span.minutes, minutes = minutes).to_string(),
        (_, 0) => td_string!(locale, words.span.hours, hours = hours).to_string(),
        _ => td_string!(locale, words.span.hours_minutes, hours = hours, minutes = minutes).to_string(),
    }
}

fn month(locale: Locale, month: u32) -> &'static str {
    match month {
        1 => td_string!(locale, words.month.m1),
        2 => td_string!(locale, words.month.m2),
        3 => td_string!(locale, words.month.m3),
        4 => td_string!(locale, words.month.m4),
        5 => td_string!(locale, words.month.m5),
        6 => td_string!(locale, words.month.m6),
        7 => td_string!(locale, words.month.m7),
        8 => td_string!(locale, words.month.m8),
        9 => td_string!(locale, words.month.m9),
        10 => td_string!(locale, words.month.m10),
        11 => td_string!(locale, words.month.m11),
        _ => td_string!(locale, words.month.m12),
    }
}

fn weekday(locale: Locale, at: DateTime<chrono_tz::Tz>) -> &'static str {
    match at.weekday() {
        chrono::Weekday::Mon => td_string!(locale, words.weekday.d1),
        chrono::Weekday::Tue => td_string!(locale, words.weekday.d2),
        chrono::Weekday::Wed => td_string!(locale, words.weekday.d3),
        chrono::Weekday::Thu => td_string!(locale, words.weekday.d4),
        chrono::Weekday::Fri => td_string!(locale, words.weekday.d5),
        chrono::Weekday::Sat => td_string!(locale, words.weekday.d6),
        chrono::Weekday::Sun => td_string!(locale, words.weekday.d7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn times_are_dutch_in_winter_and_in_summer() {
        assert_eq!(clock_time(at("2026-11-23T17:40:00Z")), "18:40");
        assert_eq!(clock_time(at("2026-07-01T17:40:00Z")), "19:40");
    }

    #[test]
    fn a_day_is_named_by_the_calendar_of_amsterdam() {
        let now = at("2026-11-23T22:30:00Z");
        assert_eq!(moment(Locale::nl, at("2026-11-23T23:10:00Z"), now), "morgen 00:10");
        assert_eq!(moment(Locale::en, at("2026-11-23T08:00:00Z"), now), "today 09:00");
        assert_eq!(
            moment(Locale::nl, at("2026-11-27T08:00:00Z"), now),
            "vr 27 november 09:00"
        );
        assert_eq!(
            moment(Locale::nl, at("2027-01-04T08:00:00Z"), now),
            "4 januari 2027 09:00"
        );
    }

    #[test]
    fn t4_an_hour_of_another_day_says_so() {
        let now = at("2026-11-23T22:30:00Z");
        assert_eq!(hour(Locale::nl, at("2026-11-23T22:40:00Z"), now), "23:40");
        assert_eq!(hour(Locale::nl, at("2026-11-23T23:10:00Z"), now), "morgen 00:10");
    }

    #[test]
    fn t6_overtime_is_shown_as_such() {
        assert_eq!(hms(4360), "01:12:40");
        assert_eq!(hms(-61), "\u{2212}00:01:01");
    }

    #[test]
    fn lengths_are_read_in_words() {
        assert_eq!(length(Locale::nl, 22_320), "6 u 12 min");
        assert_eq!(length(Locale::nl, 7_200), "2 u");
        assert_eq!(length(Locale::en, 59), "less than a minute");
    }
}
