//! On what law a release rests, and for which statutory task: data, since the law is about to change (C2, R5).

use alloc::{string::String, vec::Vec};
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

#[derive(Deserialize)]
struct Row {
    giver: Who,
    receiver: Who,
    article: String,
    status: GroundStatus,
}

/// The matrix of grounds, giver by receiver.
pub struct Grounds(Vec<Row>);

#[derive(Deserialize)]
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
        toml::from_str::<GroundFile>(toml)
            .map(|file| Self(file.ground))
            .map_err(|fault| DataFault(alloc::format!("{fault}")))
    }

    /// The set the policy and its laws give.
    pub fn standard() -> Result<Self, DataFault> {
        Self::read(include_str!("data/grounds.toml"))
    }

    /// The ground on which `giver` gives to `receiver`: the first row that fits, else none.
    pub fn find(&self, giver: PartyKind, receiver: PartyKind) -> LegalGround {
        self.0
            .iter()
            .find(|row| row.giver.fits(giver) && row.receiver.fits(receiver))
            .map_or_else(
                || LegalGround {
                    article: String::new(),
                    status: GroundStatus::None,
                },
                |row| LegalGround {
                    article: row.article.clone(),
                    status: row.status,
                },
            )
    }
}

/// The statutory tasks the laws give.
pub fn standard_tasks() -> Result<Vec<StatutoryTask>, DataFault> {
    toml::from_str::<TaskFile>(include_str!("data/tasks.toml"))
        .map(|file| file.task)
        .map_err(|fault| DataFault(alloc::format!("{fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c2_what_the_wmo_names_is_undisputed_and_what_it_does_not_is_contested() {
        let grounds = Grounds::standard().expect("our own data reads");
        for (giver, receiver, status) in [
            (PartyKind::VeiligThuis, PartyKind::Police, GroundStatus::Undisputed),
            (
                PartyKind::VeiligThuis,
                PartyKind::ChildProtection,
                GroundStatus::Undisputed,
            ),
            (PartyKind::VeiligThuis, PartyKind::Prosecution, GroundStatus::Contested),
            (
                PartyKind::VeiligThuis,
                PartyKind::VictimSupport,
                GroundStatus::Contested,
            ),
            (PartyKind::Police, PartyKind::Prosecution, GroundStatus::Undisputed),
            (PartyKind::Probation, PartyKind::VeiligThuis, GroundStatus::Undisputed),
        ] {
            assert_eq!(
                grounds.find(giver, receiver).status,
                status,
                "{giver:?} to {receiver:?}"
            );
        }
        assert!(standard_tasks().is_ok_and(|tasks| tasks.len() >= 9));
    }

    #[test]
    fn c2_a_table_with_an_unknown_party_is_refused_whole() {
        assert!(Grounds::read("[[ground]]\ngiver='bakker'\nreceiver='any'\narticle='x'\nstatus='none'").is_err());
    }
}
