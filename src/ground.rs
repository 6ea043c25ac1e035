//! The legal grounds on which one kind of party may give to another, and the statutory tasks for which it may (C2, R5).
//! Both are data, because the law is about to change.
//!
//! 2026-11-23: why a session keeps the grounds of the day on which it was convened. The law will change while sessions
//! are open. An approval must rest on what its owner read when it was given, and the report must say the same years
//! later.

use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::moment::{DataFault, Name};
use crate::party::PartyKind;

/// How firm a legal ground is (C2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundStatus {
    /// No jurist doubts it.
    Undisputed,
    /// Jurists disagree. A release asks for one sentence of motivation.
    Contested,
    /// There is no ground. A release says so and asks for one sentence of motivation.
    None,
}

/// The law on which one party gives to another (C2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalGround {
    /// The articles, as people cite them; empty where there is no ground.
    pub article: String,
    /// How firm the ground is.
    pub status: GroundStatus,
}

/// A task that the law gives to a kind of party, for which it may keep what is released to it (R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatutoryTask {
    /// The kind of party that has this task.
    pub party: PartyKind,
    /// The stable name of this task, in events and in the table of grounds.
    pub code: String,
    /// The name that people read, with the article.
    pub name: Name,
    /// How many days the party keeps what it received for this task (C5); `None` for its usual retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Who {
    Kind(PartyKind),
    Any(Any),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Any {
    Any,
}

impl Who {
    fn fits(&self, kind: PartyKind) -> bool {
        match self {
            Self::Kind(own) => *own == kind,
            Self::Any(Any::Any) => true,
        }
    }
}

/// A row as a person writes it. Unknown fields are refused: a row with a misspelled date would never end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    giver: Who,
    receiver: Who,
    /// The code of the receiver's task for which this ground holds; `None` for any purpose.
    #[serde(default)]
    purpose: Option<String>,
    article: String,
    status: GroundStatus,
    /// The first day on which the ground is in force.
    #[serde(default)]
    valid_from: Option<NaiveDate>,
    /// The last day on which the ground is in force.
    #[serde(default)]
    valid_until: Option<NaiveDate>,
}

impl Row {
    /// Whether this row would leave nothing without a ground, and so nothing without a motivation.
    fn grants_everything(&self) -> bool {
        let any = |who: &Who| matches!(who, Who::Any(_));
        any(&self.giver) && any(&self.receiver) && self.status == GroundStatus::Undisputed
    }

    fn in_force(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_until.is_none_or(|until| on <= until)
    }
}

/// The table of grounds: by giver, receiver, purpose and day.
pub struct Grounds(Vec<Row>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroundFile {
    ground: Vec<Row>,
}

#[derive(Deserialize)]
struct TaskFile {
    task: Vec<StatutoryTask>,
}

impl Grounds {
    /// Reads a table of grounds. If one row is wrong the whole table is refused: an unknown field or kind of party, an
    /// empty article, a last day before the first, a purpose that is no task of the receiver, or a row from any to any
    /// that is undisputed (C2).
    pub fn read(toml: &str) -> Result<Self, DataFault> {
        let file = toml::from_str::<GroundFile>(toml).map_err(|fault| DataFault(format!("{fault}")))?;
        Self::checked(file.ground)
    }

    /// Reads a table that [`Grounds::read`] of an earlier version accepted and that was stored. Until November 2026 a row
    /// from any to any could be undisputed. Such rows are left out here, so that what only they named has no ground (C2)
    /// and sessions can still be convened.
    pub fn read_stored(toml: &str) -> Result<Self, DataFault> {
        let file = toml::from_str::<GroundFile>(toml).map_err(|fault| DataFault(format!("{fault}")))?;
        Self::checked(file.ground.into_iter().filter(|row| !row.grants_everything()).collect())
    }

    fn checked(rows: Vec<Row>) -> Result<Self, DataFault> {
        let tasks = standard_tasks()?;
        for (place, row) in rows.iter().enumerate() {
            let wrong = |what: &str| Err(DataFault(format!("row {}: {what}", place + 1)));
            if row.article.trim().is_empty() {
                return wrong("`article` is empty");
            }
            if row.grants_everything() {
                return wrong("a row from any to any cannot be undisputed");
            }
            if row
                .valid_from
                .zip(row.valid_until)
                .is_some_and(|(from, until)| until < from)
            {
                return wrong("`valid_until` comes before `valid_from`");
            }
            if let Some(code) = &row.purpose
                && !tasks
                    .iter()
                    .any(|task| task.code == *code && row.receiver.fits(task.party))
            {
                return wrong("`purpose` is no task of this receiver");
            }
        }
        Ok(Self(rows))
    }

    /// The table that the policy and its laws give. Every row of it awaits confirmation by a jurist. An operator replaces
    /// it with a table of its own (`akkoord grounds`).
    pub fn standard() -> Result<Self, DataFault> {
        Self::read(STANDARD)
    }

    /// The ground on which `giver` gives to `receiver` on this day: that of the first row that fits. `purpose` is the code
    /// of the receiver's task; `None` asks for the ground for any purpose. Where no row fits there is no ground (C2).
    pub fn find(&self, giver: PartyKind, receiver: PartyKind, purpose: Option<&str>, on: NaiveDate) -> LegalGround {
        self.0
            .iter()
            .filter(|row| row.in_force(on))
            .find(|row| {
                row.giver.fits(giver)
                    && row.receiver.fits(receiver)
                    && (row.purpose.is_none() || row.purpose.as_deref() == purpose)
            })
            .map_or_else(LegalGround::none, |row| LegalGround {
                article: row.article.clone(),
                status: row.status,
            })
    }

    /// The grounds between these kinds of party on this day, for a session to keep (C2): for every giver and receiver the
    /// ground for any purpose, preceded by those for single tasks of the receiver that differ from it.
    pub fn between(&self, kinds: &[PartyKind], tasks: &[StatutoryTask], on: NaiveDate) -> Vec<GroundBetween> {
        let mut cells = Vec::new();
        for giver in kinds {
            for receiver in kinds {
                let general = self.find(*giver, *receiver, None, on);
                for task in tasks.iter().filter(|task| task.party == *receiver) {
                    let ground = self.find(*giver, *receiver, Some(&task.code), on);
                    if ground != general {
                        cells.push(GroundBetween {
                            giver: *giver,
                            receiver: *receiver,
                            purpose: Some(task.code.clone()),
                            ground,
                        });
                    }
                }
                cells.push(GroundBetween {
                    giver: *giver,
                    receiver: *receiver,
                    purpose: None,
                    ground: general,
                });
            }
        }
        cells
    }
}

/// One ground of the table, as a session keeps it. Among these the ground for one task stands before the one for any
/// purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroundBetween {
    /// The kind of party that gives.
    pub giver: PartyKind,
    /// The kind of party that receives.
    pub receiver: PartyKind,
    /// The code of the receiver's task for which the ground holds; `None` for any purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The ground.
    pub ground: LegalGround,
}

impl GroundBetween {
    /// The ground among these for this giver, receiver and task of the receiver; no ground where none fits (C2).
    pub fn find(cells: &[Self], giver: PartyKind, receiver: PartyKind, task: Option<&str>) -> LegalGround {
        cells
            .iter()
            .filter(|cell| cell.giver == giver && cell.receiver == receiver)
            .find(|cell| cell.purpose.is_none() || cell.purpose.as_deref() == task)
            .map_or_else(LegalGround::none, |cell| cell.ground.clone())
    }
}

impl LegalGround {
    /// No ground: no law was named for this (C2).
    pub fn none() -> Self {
        Self {
            article: String::new(),
            status: GroundStatus::None,
        }
    }
}

/// The text of the table behind [`Grounds::standard`], with which an operator can begin a table of its own.
pub const STANDARD: &str = include_str!("data/grounds.toml");

/// The statutory tasks of `data/tasks.toml`. Every row of it awaits confirmation by a jurist.
pub fn standard_tasks() -> Result<Vec<StatutoryTask>, DataFault> {
    toml::from_str::<TaskFile>(include_str!("data/tasks.toml"))
        .map(|file| file.task)
        .map_err(|fault| DataFault(format!("{fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use GroundStatus::{Contested, None as Without, Undisputed};
    use PartyKind::{
        Care, ChildProtection, Halt, Municipality, Other, Police, Probation, Prosecution, VeiligThuis, VictimSupport,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn c2_what_the_wmo_names_is_undisputed_and_what_it_does_not_is_contested() {
        let grounds = Grounds::standard().expect("our own data reads");
        for (giver, receiver, status) in [
            (VeiligThuis, Police, Undisputed),
            (VeiligThuis, ChildProtection, Undisputed),
            (VeiligThuis, Prosecution, Contested),
            (VeiligThuis, VictimSupport, Contested),
            (Police, Prosecution, Undisputed),
            (Probation, VeiligThuis, Undisputed),
        ] {
            let ground = grounds.find(giver, receiver, None, day("2026-11-23"));
            assert_eq!(ground.status, status, "{giver:?} to {receiver:?}");
        }
        assert!(standard_tasks().is_ok_and(|tasks| tasks.len() >= 9));
    }

    /// G22: what no row names has no ground, so that it asks for a motivation.
    #[test]
    fn g22_c2_what_no_row_names_has_no_ground() {
        let grounds = Grounds::standard().expect("our own data reads");
        let unnamed = [
            Probation,
            ChildProtection,
            VictimSupport,
            Halt,
            Municipality,
            Care,
            Other,
        ];
        for giver in unnamed {
            for receiver in PartyKind::ALL {
                let ground = grounds.find(giver, receiver, None, day("2026-11-23"));
                let expected = if receiver == VeiligThuis { Undisputed } else { Without };
                assert_eq!(ground.status, expected, "{giver:?} to {receiver:?}");
                assert_eq!(
                    ground.article.is_empty(),
                    expected == Without,
                    "no article without a ground"
                );
            }
        }
        let secret = grounds.find(Care, Prosecution, Some("om_afdoening"), day("2026-11-23"));
        assert_eq!(secret, LegalGround::none(), "care under secrecy to the prosecution");
    }

    #[test]
    fn c2_a_row_from_any_to_any_cannot_be_undisputed() {
        let row = |giver: &str, receiver: &str, status: &str| {
            format!("[[ground]]\ngiver='{giver}'\nreceiver='{receiver}'\narticle='x'\nstatus='{status}'\n")
        };
        let refused = Grounds::read(&row("any", "any", "undisputed")).err().expect("refused");
        assert_eq!(refused.0, "row 1: a row from any to any cannot be undisputed");
        for (giver, receiver, status) in [
            ("any", "any", "contested"),
            ("any", "any", "none"),
            ("any", "police", "undisputed"),
            ("police", "any", "undisputed"),
        ] {
            assert!(
                Grounds::read(&row(giver, receiver, status)).is_ok(),
                "{giver} {receiver} {status}"
            );
        }
        // A table that was put in force when such a row was allowed still reads, without the row.
        let old = row("police", "prosecution", "undisputed") + &row("any", "any", "undisputed");
        assert!(Grounds::read(&old).is_err());
        let kept = Grounds::read_stored(&old).expect("reads");
        let on = day("2026-11-23");
        assert_eq!(kept.find(Police, Prosecution, None, on).status, Undisputed);
        assert_eq!(kept.find(Care, Prosecution, None, on).status, Without);
        assert!(
            Grounds::read_stored("niets").is_err(),
            "other faults are refused as before"
        );
    }

    /// The day the Wmo changes, a row changes.
    const CHANGING: &str = r#"
[[ground]]
giver = "veilig_thuis"
receiver = "municipality"
purpose = "gemeente_huisverbod"
article = "art. 2 Wth"
status = "undisputed"

[[ground]]
giver = "veilig_thuis"
receiver = "prosecution"
article = "oud"
status = "contested"
valid_until = "2026-12-31"

[[ground]]
giver = "veilig_thuis"
receiver = "prosecution"
article = "nieuw"
status = "undisputed"
valid_from = "2027-01-01"
"#;

    #[test]
    fn c2_a_ground_holds_from_its_first_day_to_its_last_and_for_its_purpose() {
        let grounds = Grounds::read(CHANGING).expect("reads");
        for (receiver, purpose, on, article, status) in [
            (Prosecution, None, "2026-12-31", "oud", Contested),
            (Prosecution, Some("om_afdoening"), "2027-01-01", "nieuw", Undisputed),
            (
                Municipality,
                Some("gemeente_huisverbod"),
                "2026-01-01",
                "art. 2 Wth",
                Undisputed,
            ),
            (Municipality, None, "2026-01-01", "", Without),
            (Police, None, "2026-01-01", "", Without),
        ] {
            let ground = grounds.find(VeiligThuis, receiver, purpose, day(on));
            assert_eq!(
                (ground.article.as_str(), ground.status),
                (article, status),
                "{receiver:?} {purpose:?} {on}"
            );
            let kinds = [VeiligThuis, Prosecution, Municipality, Police];
            let tasks = standard_tasks().expect("our own data reads");
            let kept = grounds.between(&kinds, &tasks, day(on));
            assert_eq!(
                GroundBetween::find(&kept, VeiligThuis, receiver, purpose),
                ground,
                "as a session keeps it"
            );
        }
    }

    #[test]
    fn c2_a_table_with_a_mistake_is_refused_whole() {
        let row = |more: &str| {
            format!("[[ground]]\ngiver='police'\nreceiver='prosecution'\narticle='x'\nstatus='none'\n{more}")
        };
        assert!(Grounds::read(&row("")).is_ok());
        for wrong in [
            "[[ground]]\ngiver='bakker'\nreceiver='any'\narticle='x'\nstatus='none'",
            "[[ground]]\ngiver='any'\nreceiver='any'\narticle=' '\nstatus='none'",
            "niets",
            "",
            &row("valid_form='2026-01-01'"),
            &row("valid_from='gisteren'"),
            &row("valid_from='2026-02-01'\nvalid_until='2026-01-31'"),
            &row("purpose='rvdk_onderzoek'"),
        ] {
            assert!(Grounds::read(wrong).is_err(), "{wrong}");
        }
    }
}
