//! What a giver or a recipient can ask of a release.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// A command of a giver or a recipient about one release.
///
/// `{"version":0,"command":{"do":"withdraw","reason":"…"}}`. A field that is not described here is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseCommand {
    /// The [`super::ReleaseView::version`] that the person looked at. A command about an older version is refused with
    /// [`crate::session::Refusal::OtherRevision`], so that nobody overrules a colleague or confirms unseen words (R9).
    pub version: u32,
    /// What is asked.
    #[serde(rename = "command")]
    pub kind: ReleaseCommandKind,
}

/// What a giver or a recipient can ask. Words are plain strings here; `decide` checks them and makes a
/// [`crate::text::Text`] of each, or refuses the command.
///
/// Variants without fields are written with braces because serde accepts unknown fields in a unit variant of an
/// internally tagged enum, also under `deny_unknown_fields`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", deny_unknown_fields)]
pub enum ReleaseCommandKind {
    /// The giver corrects what it gave (R9, AVG art. 16).
    Rectify {
        /// The correct words, at most [`crate::text::LONGEST_CONTRIBUTION`] characters.
        text: String,
        /// What was wrong, at most [`crate::text::LONGEST_NOTE`] characters. The recipient reads it.
        reason: String,
    },
    /// The giver takes back what it gave (R9, AVG art. 17).
    Withdraw {
        /// Why, at most [`crate::text::LONGEST_NOTE`] characters. The recipient reads it.
        reason: String,
    },
    /// The giver records whether the subject was informed of the release (C6).
    Inform(Informed),
    /// The recipient opened the item: the giver's register gets a receipt.
    Open {},
    /// The recipient confirms that it read a correction or a withdrawal and acted on it (R9, AVG art. 19).
    Confirm {},
    /// The recipient copied the item into a system of its own, so that this copy can be destroyed earlier (C5).
    TakeOver {},
}

/// Whether the subject was informed of the release, as the giver says it (C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "informed", deny_unknown_fields)]
pub enum Informed {
    /// The subject was informed.
    Yes {},
    /// The subject was not informed, and it is not planned.
    No {},
    /// The subject will be informed later.
    Postponed {
        /// Why, at most [`crate::text::LONGEST_NOTE`] characters. It stays in the giver's register entry.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ReleaseCommand, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn r9_a_command_comes_back_as_it_was_written() {
        for json in [
            r#"{"version":0,"command":{"do":"rectify","text":"Twee meldingen.","reason":"Dubbel geteld."}}"#,
            r#"{"version":3,"command":{"do":"withdraw","reason":"Onrechtmatig verkregen."}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"yes"}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"no"}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"postponed","reason":"Nog niet veilig."}}"#,
            r#"{"version":1,"command":{"do":"open"}}"#,
            r#"{"version":1,"command":{"do":"confirm"}}"#,
            r#"{"version":1,"command":{"do":"take_over"}}"#,
        ] {
            let command = read(json).expect(json);
            assert_eq!(serde_json::to_string(&command).expect("written"), json);
        }
    }

    /// G24: a field that nobody reads is refused at every depth, also where a variant has no fields of its own.
    #[test]
    fn r3_a_field_that_nobody_knows_is_refused() {
        for json in [
            r#"{"version":0,"command":{"do":"open"},"owner":"x"}"#,
            r#"{"version":0,"command":{"do":"rectify","text":"a","reason":"b","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"withdraw","reason":"b","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"open","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"confirm","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"take_over","until":"2030-01-01T00:00:00Z"}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"yes","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"no","reason":"x"}}"#,
            r#"{"version":0,"command":{"do":"inform","informed":"postponed","reason":"b","owner":"x"}}"#,
            r#"{"version":0,"command":{"do":"release_again"}}"#,
            r#"{"version":0,"wish":{"wish":"open"}}"#,
            r#"{"command":{"do":"open"}}"#,
            r#"{"version":0}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
