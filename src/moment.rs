//! The coordination moments (afstemmingsmomenten): the kinds of session there are, as data.
//!
//! Who leads, who must have a seat, which phases there are, whether a decision clock runs, when a session expires and
//! which form a case reference has stand in `data/moments.toml`. A session keeps the row with which it was convened, so
//! that a changed row never changes a session that is open.

use alloc::{format, string::String, vec, vec::Vec};
use serde::{Deserialize, Serialize};

use crate::party::PartyKind;
use crate::text::LONGEST_LABEL;

/// A name in both languages of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The Dutch name.
    pub nl: String,
    /// The English name.
    pub en: String,
}

impl Name {
    /// Whether neither language is empty.
    pub(crate) fn is_complete(&self) -> bool {
        !self.nl.trim().is_empty() && !self.en.trim().is_empty()
    }
}

/// Whether this can be the code of a row of data: small letters, digits and underscores.
pub(crate) fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !text.is_empty() && text.chars().all(fits)
}

/// A part of a session. Most tables follow BOB: picture, judgement, decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Openen: who is present, and the ground rules.
    #[default]
    Opening,
    /// Beeldvorming.
    Picture,
    /// Oordeelsvorming.
    Judgement,
    /// Besluitvorming.
    Decision,
    /// Accorderingsronde: owners decide what is released (R4 to R6).
    ClosingRound,
}

/// One kind of session, as a row of the table. It is sent to browsers and stored with each session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// The stable name of this row: `zsm`.
    pub code: String,
    /// The name that people read.
    pub name: Name,
    /// The kind of party that leads.
    pub chair: PartyKind,
    /// The kinds of party without which there is no such session; the chair is one of them.
    pub required: Vec<PartyKind>,
    /// The kinds of party that usually have a seat. The convening form proposes them.
    pub usual: Vec<PartyKind>,
    /// The phases in order; the last one is the closing round.
    pub phases: Vec<Phase>,
    /// The time that the table gives itself for the decision, in minutes; `None` where no decision clock runs.
    #[serde(default)]
    pub decision_clock_minutes: Option<u32>,
    /// Whether the prosecutor records a disposition here.
    pub disposition: bool,
    /// Whether a case enters by an intake form (C3).
    pub intake: bool,
    /// After how many hours in which nothing happens a session expires (R14): more than [`EXPIRY_NOTICE_HOURS`]. A row
    /// that was stored before this field existed has 72.
    #[serde(default = "usual_expiry")]
    pub expires_after_hours: u32,
    /// The forms of which a case reference must have one (C4). In a form `9` stands for a digit and `A` for a capital
    /// letter; anything else stands for itself. A row that was stored before this field existed has `99-9999` and
    /// `99-999999`.
    #[serde(default = "usual_forms")]
    pub case_reference_forms: Vec<String>,
}

/// How many hours before it expires a session announces that (R14).
pub const EXPIRY_NOTICE_HOURS: u32 = 24;
/// The most hours after which a session can expire: a year. Words must not stay at a table that nobody uses (R14).
pub const LONGEST_EXPIRY_HOURS: u32 = 366 * 24;
/// The most places for a letter in a form of case references. With more of them a name could stand in a reference (C4).
const MOST_LETTERS: usize = 4;

fn usual_expiry() -> u32 {
    72
}

fn usual_forms() -> Vec<String> {
    vec!["99-9999".into(), "99-999999".into()]
}

impl Moment {
    /// Whether a case reference has one of the forms of this moment, exactly: no white space around it, only the digits
    /// 0 to 9 and the capitals A to Z (C4).
    pub fn fits(&self, reference: &str) -> bool {
        self.case_reference_forms.iter().any(|form| {
            form.chars().count() == reference.chars().count()
                && form.chars().zip(reference.chars()).all(|(place, c)| match place {
                    '9' => c.is_ascii_digit(),
                    'A' => c.is_ascii_uppercase(),
                    itself => c == itself,
                })
        })
    }
}

/// What is wrong with a form of case references; `None` where it is a form (C4).
fn fault_of_form(form: &str) -> Option<&'static str> {
    let may_stand = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '-' | '/' | '.');
    if form.chars().count() > LONGEST_LABEL {
        Some("is longer than 120 characters")
    } else if !form.chars().all(may_stand) {
        Some("can only have digits, capital letters and the separators - / .")
    } else if !form.contains('9') {
        Some("needs at least one 9, which stands for a digit")
    } else if form.chars().filter(|c| *c == 'A').count() > MOST_LETTERS {
        Some("can have at most four As, because a name could stand in more")
    } else {
        None
    }
}

/// Why a table of data that a person wrote is refused, in English, with the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DataFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    moment: Vec<Moment>,
}

/// Reads a table of moments. If one row is wrong the whole table is refused: an unknown field, phase or kind of party, a
/// code that is no code or stands there twice, a name that is empty in a language, a last phase other than the closing
/// round, a chair that is not required, an expiry of [`EXPIRY_NOTICE_HOURS`] or less or of more than
/// [`LONGEST_EXPIRY_HOURS`], no form of case references, or one that is no form.
pub fn read(toml: &str) -> Result<Vec<Moment>, DataFault> {
    let file: File = toml::from_str(toml).map_err(|fault| DataFault(format!("{fault}")))?;
    for (place, moment) in file.moment.iter().enumerate() {
        let wrong = |what: &str| Err(DataFault(format!("moment {}: {what}", moment.code)));
        let before = file.moment.get(..place).unwrap_or_default();
        if !is_code(&moment.code) {
            return wrong("`code` must have small letters, digits and underscores only");
        }
        if before.iter().any(|other| other.code == moment.code) {
            return wrong("another moment has this `code`");
        }
        if !moment.name.is_complete() {
            return wrong("`name` is empty in one of the languages");
        }
        if moment.phases.last() != Some(&Phase::ClosingRound) {
            return wrong("the last phase must be closing_round");
        }
        if !moment.required.contains(&moment.chair) {
            return wrong("the chair must be required");
        }
        if moment.expires_after_hours <= EXPIRY_NOTICE_HOURS {
            return wrong("`expires_after_hours` must be more than 24, because it is announced 24 hours before");
        }
        if moment.expires_after_hours > LONGEST_EXPIRY_HOURS {
            return wrong("`expires_after_hours` must be at most 8784, which is a year");
        }
        if moment.case_reference_forms.is_empty() {
            return wrong("`case_reference_forms` is empty, so no case reference would fit");
        }
        for form in &moment.case_reference_forms {
            if let Some(fault) = fault_of_form(form) {
                return wrong(&format!("the case reference form \"{form}\" {fault}"));
            }
        }
    }
    Ok(file.moment)
}

/// The moments of `data/moments.toml`: those that the policy describes.
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

    const GOOD: &str = r#"[[moment]]
code = "proef"
name = { nl = "Proef", en = "Trial" }
chair = "police"
required = ["police"]
usual = ["police"]
phases = ["picture", "closing_round"]
disposition = false
intake = false
expires_after_hours = 48
case_reference_forms = ["99-9999"]
"#;

    #[test]
    fn c4_r14_a_table_of_moments_with_a_mistake_is_refused_whole() {
        assert_eq!(read(GOOD).map(|moments| moments.len()), Ok(1));
        let form = |form: &str| format!("[\"{form}\"]");
        let (letters, long) = (form("99-AAAAA"), form(&"9".repeat(LONGEST_LABEL + 1)));
        for (from, to, said) in [
            (r#""proef""#, r#""Proef""#, "`code`"),
            (r#""Trial""#, r#""""#, "`name` is empty"),
            (
                r#", "closing_round""#,
                "",
                "moment proef: the last phase must be closing_round",
            ),
            (
                r#"required = ["police"]"#,
                "required = []",
                "the chair must be required",
            ),
            ("= 48", "= 24", "must be more than 24"),
            ("= 48", "= 0", "must be more than 24"),
            ("= 48", "= 8785", "at most 8784"),
            ("= 48", "= -1", "expires_after_hours"),
            ("expires_after_hours", "expires_after_days", "expires_after_days"),
            (r#"["99-9999"]"#, "[]", "no case reference would fit"),
            ("99-9999", "", "needs at least one 9"),
            ("99-9999", "AA", "needs at least one 9"),
            (
                "99-9999",
                "99 9999",
                r#"the case reference form "99 9999" can only have"#,
            ),
            ("99-9999", "99-aaaa", "can only have"),
            ("99-9999", "99<9999", "can only have"),
            (r#"["99-9999"]"#, &letters, "at most four As"),
            (r#"["99-9999"]"#, &long, "longer than 120"),
        ] {
            let fault = read(&GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(fault.0.contains(said), "{to}: {fault}");
        }
        let fault = read(&GOOD.repeat(2)).expect_err("twice the same code");
        assert_eq!(fault.0, "moment proef: another moment has this `code`");
    }

    #[test]
    fn r14_every_moment_of_the_policy_expires() {
        let moments = standard().expect("our own data reads");
        let hours = moments
            .iter()
            .map(|moment| (moment.code.as_str(), moment.expires_after_hours));
        assert_eq!(
            hours.collect::<Vec<_>>(),
            [
                ("zsm", 72),
                ("actieoverleg", 168),
                ("samen_op_in_acuut", 72),
                ("strafproces_met_zorg", 336),
                ("vt_melding", 168),
            ]
        );
    }

    #[test]
    fn c4_a_case_reference_has_one_of_the_forms_of_its_moment() {
        let with = |forms: &[&str]| Moment {
            case_reference_forms: forms.iter().map(|form| (*form).into()).collect(),
            ..standard().expect("our own data reads").remove(0)
        };
        for (forms, reference, fits) in [
            (&["99-9999", "99-999999"][..], "26-0417", true),
            (&["99-9999", "99-999999"], "26-041712", true),
            (&["99-9999", "99-999999"], "26-04171", false),
            (&["99-9999"], "", false),
            (&["99-9999"], "26-041A", false),
            (&["99-9999"], "26/0417", false),
            (&["99-9999"], " 26-0417", false),
            (&["99-9999"], "26-0417\n", false),
            (&["99-9999"], "٢٦-٠٤١٧", false),
            (&["99-9999"], "vader slaat moeder", false),
            (&["99-9999"], "</title><h1>", false),
            (&["PL99/AA.99"], "PL26/XY.01", true),
            (&["PL99/AA.99"], "QL26/XY.01", false),
            (&["PL99/AA.99"], "PL26/xy.01", false),
            (&["PL99/AA.99"], "PL26/ÉÉ.01", false),
        ] {
            assert_eq!(with(forms).fits(reference), fits, "{reference:?} in {forms:?}");
        }
    }

    /// A row as the program of November 2026 stored it with a session, without the two fields that came later.
    #[test]
    fn r14_c4_a_stored_row_without_the_later_fields_still_reads() {
        let stored = r#"{"code":"vt_melding","name":{"nl":"VT-melding","en":"VT report"},"chair":"veilig_thuis","required":["police","veilig_thuis"],"usual":["police","veilig_thuis"],"phases":["picture","decision","closing_round"],"decision_clock_minutes":null,"disposition":false,"intake":false}"#;
        let moment: Moment = serde_json::from_str(stored).expect("reads");
        assert_eq!(moment.expires_after_hours, 72);
        assert_eq!(moment.case_reference_forms, ["99-9999", "99-999999"]);
        let again = serde_json::to_string(&moment).expect("written");
        assert_eq!(serde_json::from_str::<Moment>(&again).expect("reads"), moment);
    }
}
