//! Times a person fills in: the letters of an `<input type="datetime-local">`, read in Europe/Amsterdam (T4).

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;

const FORM: &str = "%Y-%m-%dT%H:%M";

/// What a person filled in. An hour that occurs twice is the first one; one that does not exist is none.
pub(super) fn read(filled_in: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(filled_in.get(..16)?, FORM).ok()?;
    Amsterdam
        .from_local_datetime(&local)
        .earliest()
        .map(|at| at.with_timezone(&Utc))
}

/// The letters for a field that starts filled in.
pub(super) fn write(at: DateTime<Utc>) -> String {
    at.with_timezone(&Amsterdam).format(FORM).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_filled_in_and_read_in_amsterdam() {
        for (utc, filled_in) in [
            ("2026-11-23T17:40:00Z", "2026-11-23T18:40"),
            ("2026-07-01T17:40:00Z", "2026-07-01T19:40"),
        ] {
            let at = utc.parse::<DateTime<Utc>>().unwrap_or_default();
            assert_eq!(write(at), filled_in);
            assert_eq!(read(filled_in), Some(at));
        }
    }

    #[test]
    fn an_hour_that_does_not_exist_is_no_time() {
        assert_eq!(read("2026-03-29T02:30"), None, "summer time begins");
        assert_eq!(read("morgen"), None);
        assert_eq!(
            read("2026-11-23T18:40:00"),
            read("2026-11-23T18:40"),
            "some browsers add seconds"
        );
    }
}
