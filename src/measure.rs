//! The catalogue of powers with which parties can keep people safe while Veilig Thuis takes its time (T5), as data.
//!
//! Which powers there are, who holds them and how long they can last stand in `data/measures.toml`: the law and the
//! agreements in a region change, and then a row changes.

use alloc::{format, string::String, vec::Vec};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::moment::{DataFault, Name, is_code};
use crate::party::PartyKind;

/// One power of the catalogue (T5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The stable name of this row, as events hold it: `police_custody`.
    pub code: String,
    /// The name that people read, without the article.
    pub name: Name,
    /// The kinds of party that hold the power, the usual one first. Only a party of one of these kinds can commit to it.
    pub holders: Vec<PartyKind>,
    /// The article, as people cite it; `None` where the measure is practice without an article of its own.
    #[serde(default)]
    pub article: Option<String>,
    /// How many hours one commitment can last at most; `None` where the law gives no longest time.
    #[serde(default)]
    pub longest_hours: Option<u32>,
    /// Whether the measure can keep people safe after the custody limit. What remains of the custody time itself cannot.
    pub covers_after_custody: bool,
}

impl Power {
    /// Whether a party of this kind holds the power, so that it can commit to it.
    pub fn is_held_by(&self, kind: PartyKind) -> bool {
        self.holders.contains(&kind)
    }

    /// How long one commitment can last at most; `None` where the law gives no longest time.
    pub fn longest(&self) -> Option<TimeDelta> {
        self.longest_hours.map(|hours| TimeDelta::hours(hours.into()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    measure: Vec<Power>,
}

/// Reads a catalogue. If one row is wrong the whole catalogue is refused: an unknown field or kind of party, a code that
/// is no code or stands there twice, a name that is empty in a language, no holders or the same one twice, an empty
/// article, or zero hours.
pub fn read(toml: &str) -> Result<Vec<Power>, DataFault> {
    let file: File = toml::from_str(toml).map_err(|fault| DataFault(format!("{fault}")))?;
    for (place, power) in file.measure.iter().enumerate() {
        let wrong = |what: &str| Err(DataFault(format!("measure {} ({}): {what}", place + 1, power.code)));
        let before = file.measure.get(..place).unwrap_or_default();
        if !is_code(&power.code) {
            return wrong("`code` must have small letters, digits and underscores only");
        }
        if before.iter().any(|other| other.code == power.code) {
            return wrong("another measure has this `code`");
        }
        if !power.name.is_complete() {
            return wrong("`name` is empty in one of the languages");
        }
        if power.holders.is_empty() {
            return wrong("`holders` is empty, so nobody could commit to it");
        }
        let twice = |(at, kind)| power.holders.iter().take(at).any(|other| other == kind);
        if power.holders.iter().enumerate().any(twice) {
            return wrong("`holders` names a kind of party twice");
        }
        if power.article.as_ref().is_some_and(|article| article.trim().is_empty()) {
            return wrong("`article` is empty; leave it out where there is none");
        }
        if power.longest_hours == Some(0) {
            return wrong("`longest_hours` must be at least 1");
        }
    }
    Ok(file.measure)
}

/// The catalogue of `data/measures.toml`. Every row of it awaits confirmation by a jurist.
pub fn standard() -> Result<Vec<Power>, DataFault> {
    read(include_str!("data/measures.toml"))
}

/// The power with this code; `None` where the catalogue has none.
pub fn by_code<'a>(catalogue: &'a [Power], code: &str) -> Option<&'a Power> {
    catalogue.iter().find(|power| power.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PartyKind::{
        Care, ChildProtection, Halt, Municipality, Other, Police, Probation, Prosecution, VeiligThuis, VictimSupport,
    };

    #[test]
    fn t5_the_catalogue_says_who_holds_which_power_and_for_how_long() {
        let catalogue = standard().expect("our own data reads");
        let expected: [(&str, &[PartyKind], Option<i64>, bool); 10] = [
            ("remaining_custody", &[Police, Prosecution], Some(24), false),
            ("police_custody", &[Prosecution, Police], Some(3 * 24), true),
            ("conduct_order", &[Prosecution], Some(90 * 24), true),
            ("conditional_release", &[Prosecution], None, true),
            ("exclusion_order", &[Municipality, Police], Some(10 * 24), true),
            ("provisional_supervision", &[ChildProtection], Some(92 * 24), true),
            ("location_flag", &[Police], None, true),
            ("aware_alarm", &[Police, VeiligThuis, Care, Probation], None, true),
            ("shelter", &[Care, VeiligThuis, Municipality], None, true),
            ("extra_patrol", &[Police], None, true),
        ];
        assert_eq!(catalogue.len(), expected.len());
        for (code, holders, hours, covers) in expected {
            let power = by_code(&catalogue, code).expect(code);
            assert_eq!(power.holders, holders, "{code}");
            assert_eq!(power.longest(), hours.map(TimeDelta::hours), "{code}");
            assert_eq!(power.covers_after_custody, covers, "{code}");
            for kind in PartyKind::ALL {
                assert_eq!(power.is_held_by(kind), holders.contains(&kind), "{code}: {kind:?}");
            }
        }
        for kind in [Halt, Other, VictimSupport] {
            assert!(
                !catalogue.iter().any(|power| power.is_held_by(kind)),
                "{kind:?} holds none"
            );
        }
        assert!(by_code(&catalogue, "police").is_none());
    }

    #[test]
    fn t5_a_catalogue_with_a_mistake_is_refused_whole() {
        const GOOD: &str = "[[measure]]\ncode='opvang'\nname={nl='opvang',en='shelter'}\nholders=['care']\n\
            article='art. 1'\nlongest_hours=1\ncovers_after_custody=true\n";
        assert_eq!(read(GOOD).map(|catalogue| catalogue.len()), Ok(1));
        for (from, to, said) in [
            ("code='opvang'", "code=''", "`code`"),
            ("code='opvang'", "code='Opvang'", "`code`"),
            ("code='opvang'", "code='op vang'", "`code`"),
            ("nl='opvang'", "nl=' '", "`name` is empty"),
            ("en='shelter'", "en=''", "`name` is empty"),
            ("['care']", "[]", "`holders` is empty"),
            ("['care']", "['care','care']", "twice"),
            ("['care']", "['bakker']", "bakker"),
            ("article='art. 1'", "article=''", "`article` is empty"),
            ("longest_hours=1", "longest_hours=0", "at least 1"),
            ("longest_hours=1", "longest_hours=-1", "longest_hours"),
            ("longest_hours=1", "longest_hour=1", "longest_hour"),
            ("covers_after_custody=true", "", "covers_after_custody"),
        ] {
            let fault = read(&GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(fault.0.contains(said), "{to}: {fault}");
        }
        let fault = read(&GOOD.repeat(2)).expect_err("twice the same code");
        assert_eq!(fault.0, "measure 2 (opvang): another measure has this `code`");
        assert!(read(&(String::from(GOOD) + "[[power]]\n")).is_err(), "an unknown table");
    }
}
