//! On what law a release rests, and for which statutory task: data, since the law is about to change (C2, R5).
//!
//! 2026-11-23: why a session keeps the grounds of the day it was convened. The law will change while meetings stand; an
//! approval must rest on what its owner read when it was given, and the report must say the same years later.

use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::moment::{DataFault, Name};
use crate::party::PartyKind;

/// How firm a ground is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundStatus {
    /// Nobody doubts it.
    Undisputed,
    /// Jurists differ; a release asks for one sentence of motivation (C2).
    Contested,
    /// There is none; a release asks for one sentence of motivation and says so (C2).
    None,
}

/// The law on which one party gives to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalGround {
    /// The articles, as they are cited.
    pub article: String,
    /// How firm.
    pub status: GroundStatus,
}

/// A task the law gives to a kind of party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatutoryTask {
    /// Whose task.
    pub party: PartyKind,
    /// The stable name of this row.
    pub code: String,
    /// As people read it, with its article.
    pub name: Name,
    /// How many days this organisation keeps what it received for this task, where that differs from its usual term
    /// (C5).
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

/// A row as a person writes it. What it does not know it refuses: a misspelled date would otherwise never end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    giver: Who,
    receiver: Who,
    /// The code of the receiver's task this ground is for; without it, for any purpose.
    #[serde(default)]
    purpose: Option<String>,
    article: String,
    status: GroundStatus,
    /// The first day on which it is in force.
    #[serde(default)]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is in force.
    #[serde(default)]
    valid_until: Option<NaiveDate>,
}

impl Row {
    fn in_force(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_until.is_none_or(|until| on <= until)
    }
}

/// The matrix of grounds: giver by receiver by purpose by day.
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
    /// Reads a table of grounds. Refused whole if a row is wrong.
    pub fn read(toml: &str) -> Result<Self, DataFault> {
        let file = toml::from_str::<GroundFile>(toml).map_err(|fault| DataFault(format!("{fault}")))?;
        let tasks = standard_tasks()?;
        for (place, row) in file.ground.iter().enumerate() {
            let wrong = |what: &str| Err(DataFault(format!("row {}: {what}", place + 1)));
            if row.article.trim().is_empty() {
                return wrong("`article` is empty");
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
        Ok(Self(file.ground))
    }

    /// The set the policy and its laws give. Every row awaits a jurist's confirmation; an organisation replaces it by its
    /// own file (`akkoord grounds`).
    pub fn standard() -> Result<Self, DataFault> {
        Self::read(STANDARD)
    }

    /// The ground on which `giver` gives to `receiver` on this day, for this task or for any: the first row that fits, else
    /// none.
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

    /// Everything a session needs to keep of the table, for these kinds of party on this day. What is convened keeps the
    /// grounds of that day (C2).
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

/// One cell of the matrix of grounds, as a session keeps it. Those for one task stand before the one for any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroundBetween {
    /// Who gives.
    pub giver: PartyKind,
    /// Who receives.
    pub receiver: PartyKind,
    /// For which task of the receiver; nothing for any purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// On what law.
    pub ground: LegalGround,
}

impl GroundBetween {
    /// The ground for this purpose among these cells, else none.
    pub fn find(cells: &[Self], giver: PartyKind, receiver: PartyKind, task: Option<&str>) -> LegalGround {
        cells
            .iter()
            .filter(|cell| cell.giver == giver && cell.receiver == receiver)
            .find(|cell| cell.purpose.is_none() || cell.purpose.as_deref() == task)
            .map_or_else(LegalGround::none, |cell| cell.ground.clone())
    }
}

impl LegalGround {
    /// No law was named.
    pub fn none() -> Self {
        Self {
            article: String::new(),
            status: GroundStatus::None,
        }
    }
}

/// The file behind [`Grounds::standard`], to begin an own one with.
pub const STANDARD: &str = include_str!("data/grounds.toml");

/// The statutory tasks the laws give.
pub fn standard_tasks() -> Result<Vec<StatutoryTask>, DataFault> {
    toml::from_str::<TaskFile>(include_str!("data/tasks.toml"))
        .map(|file| file.task)
        .map_err(|fault| DataFault(format!("{fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use GroundStatus::{Contested, None as Without, Undisputed};
    use PartyKind::{ChildProtection, Municipality, Police, Probation, Prosecution, VeiligThuis, VictimSupport};

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
