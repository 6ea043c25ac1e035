//! The coordination moments (afstemmingsmomenten), as data.
//!
//! Who leads, who must sit, which phases there are and whether a decision clock runs stand in
//! `data/moments.toml`. A session keeps the row it was convened with, so a changed row never changes
//! a meeting that is under way.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

use crate::party::PartyKind;

/// A name in both languages of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

/// A chapter of a session. Most tables follow BOB: picture, judgement, decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Openen: who is here, the ground rules.
    #[default]
    Opening,
    /// Beeldvorming.
    Picture,
    /// Oordeelsvorming.
    Judgement,
    /// Besluitvorming.
    Decision,
    /// Accorderingsronde: owners decide what leaves (R4 to R6).
    ClosingRound,
}

/// One kind of session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The stable name of this row: `zsm`.
    pub code: String,
    /// As people call it.
    pub name: Name,
    /// The kind of party that leads.
    pub chair: PartyKind,
    /// Without these there is no such session.
    pub required: Vec<PartyKind>,
    /// Who usually sits here: ticked beforehand on the convening form.
    pub usual: Vec<PartyKind>,
    /// In order; the last is the closing round.
    pub phases: Vec<Phase>,
    /// The time the table gives itself for the decision, in minutes; absent where no decision clock runs.
    #[serde(default)]
    pub decision_clock_minutes: Option<u32>,
    /// Whether the prosecutor records a disposition here.
    pub disposition: bool,
    /// Whether a case enters by an intake form (C3).
    pub intake: bool,
}

/// Data that a person wrote and that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DataFault(pub String);

#[derive(Deserialize)]
struct File {
    moment: Vec<Moment>,
}

/// Reads a table of moments. Refused whole if a row is wrong.
pub fn read(toml: &str) -> Result<Vec<Moment>, DataFault> {
    let file: File = toml::from_str(toml).map_err(|fault| DataFault(alloc::format!("{fault}")))?;
    for moment in &file.moment {
        if moment.phases.last() != Some(&Phase::ClosingRound) {
            return Err(DataFault(alloc::format!(
                "moment {}: the last phase must be closing_round",
                moment.code
            )));
        }
        if !moment.required.contains(&moment.chair) {
            return Err(DataFault(alloc::format!(
                "moment {}: the chair must be required",
                moment.code
            )));
        }
    }
    Ok(file.moment)
}

/// The moments the policy describes.
pub fn standard() -> Result<Vec<Moment>, DataFault> {
    read(include_str!("data/moments.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_moments_of_the_policy_are_data() {
        let moments = standard().expect("our own data reads");
        let codes: Vec<_> = moments.iter().map(|moment| moment.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "zsm",
                "actieoverleg",
                "samen_op_in_acuut",
                "strafproces_met_zorg",
                "vt_melding"
            ]
        );
        assert_eq!(moments[0].chair, PartyKind::Prosecution);
        assert_eq!(moments[1].chair, PartyKind::VeiligThuis);
    }

    #[test]
    fn a_moment_without_a_closing_round_is_refused() {
        let text = include_str!("data/moments.toml").replacen(r#", "closing_round""#, "", 1);
        assert!(read(&text).is_err_and(|fault| fault.0.contains("zsm")));
    }
}
