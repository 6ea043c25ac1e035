//! Texts: the words that people share, and what words must fulfil to be accepted (C7).
//!
//! A [`Text`] cannot be displayed and cannot be serialised, so that nobody sends or logs one by accident. Its words are
//! read with [`Text::open`] only, and a lint forbids that outside the projection, the release and the sealing of texts.
//! Labels, such as names and case references, are ordinary strings that [`label`] has checked.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::{collections::BTreeMap, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ids::TextId;

/// The most characters that a contribution may have. Longer documents belong in a party's own dossier.
pub const LONGEST_CONTRIBUTION: usize = 8_000;
/// The most characters that a short text may have: an action, a condition, a reason.
pub const LONGEST_NOTE: usize = 1_000;
/// The most characters that a label may have: a name or a case reference.
pub const LONGEST_LABEL: usize = 120;

/// The words of one text. Their memory is wiped when they are dropped (R8).
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Zeroizing<String>);

/// Why words are refused as a text or a label (C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TextFault {
    /// There is no letter and no digit that can be seen. Words of invisible characters alone are refused as empty too.
    #[error("the text has no letter and no digit")]
    Empty,
    /// There are more characters than this kind of text may have.
    #[error("the text is too long")]
    TooLong,
    /// There is a character that cannot be seen or that changes the reading direction: see [`without_invisible`]. In a
    /// label this also means a line end or a tab.
    #[error("the text holds characters that cannot be seen")]
    Unprintable,
    /// A label has `<` or `>`, with which it could become markup on a page that shows it.
    #[error("a name or reference cannot have < or >")]
    Markup,
}

impl Text {
    /// Makes a text of what a person wrote, at most `longest` characters after trimming. All line ends become `\n`.
    ///
    /// Refused, in this order: without a visible letter or digit as [`TextFault::Empty`], with more characters as
    /// [`TextFault::TooLong`], with an invisible character as [`TextFault::Unprintable`] (C7).
    pub fn new(words: &str, longest: usize) -> Result<Self, TextFault> {
        let words = words.trim();
        check(words, longest)?;
        // Room for everything at once: a string that grows leaves its older bytes behind in memory (R8).
        let mut text = Zeroizing::new(String::with_capacity(words.len()));
        let mut characters = words.chars().peekable();
        while let Some(c) = characters.next() {
            if c == '\r' {
                characters.next_if_eq(&'\n');
            }
            text.push(if c == '\r' { '\n' } else { c });
        }
        Ok(Self(text))
    }

    /// A text that was stored before. It was checked by [`Text::new`] when it came in and is not checked again.
    pub fn unsealed(words: String) -> Self {
        Self(Zeroizing::new(words))
    }

    /// The words. Only the projection, the release and the sealing of texts may call this; a lint forbids it elsewhere.
    pub fn open(&self) -> &str {
        &self.0
    }

    /// The SHA-256 digest of the salt and the words. It proves the words later without giving them away now: without the
    /// salt a short sentence could be guessed, so the salt is sealed with the text and destroyed with it (C4).
    pub fn digest(&self, salt: &TextSalt) -> TextDigest {
        let mut hasher = Sha256::new();
        hasher.update(salt.0);
        hasher.update(self.0.as_bytes());
        TextDigest(hasher.finalize().into())
    }
}

/// Makes a label of what a person wrote: the name of a person or an organisation, or the reference of a case. The result
/// is trimmed, is one line and has at most [`LONGEST_LABEL`] characters.
///
/// Refused as [`Text::new`] refuses, and also with a line end, a tab or another control character
/// ([`TextFault::Unprintable`]), and with `<` or `>` ([`TextFault::Markup`]). `&` and quotation marks are allowed, since
/// names such as "Jansen & Zn." and "O'Brien" have them.
pub fn label(words: &str) -> Result<String, TextFault> {
    let words = words.trim();
    check(words, LONGEST_LABEL)?;
    if words.chars().any(char::is_control) {
        return Err(TextFault::Unprintable);
    }
    if words.contains(['<', '>']) {
        return Err(TextFault::Markup);
    }
    Ok(words.into())
}

/// The words without the characters for which [`Text::new`] answers [`TextFault::Unprintable`], so that a browser can
/// clean what somebody pasted before it is sent. Every such character is dropped, apart from those that end a line in
/// other programs: they become `\n`, because dropping them would join two words.
pub fn without_invisible(words: &str) -> String {
    words
        .chars()
        .filter_map(|c| match c {
            '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            c if is_invisible(c) => None,
            c => Some(c),
        })
        .collect()
}

/// What every text and every label must fulfil (C7).
fn check(words: &str, longest: usize) -> Result<(), TextFault> {
    // Some invisible characters, such as the Hangul fillers, count as letters in Unicode.
    if !words.chars().any(|c| c.is_alphanumeric() && !is_invisible(c)) {
        return Err(TextFault::Empty);
    }
    if words.chars().count() > longest {
        return Err(TextFault::TooLong);
    }
    if words.chars().any(is_invisible) {
        return Err(TextFault::Unprintable);
    }
    Ok(())
}

/// Whether a character cannot be seen, changes the reading direction or has no meaning of its own. With these a text
/// could pretend to be another one, or hide a message (C7). The line feed, the carriage return and the tab are no part
/// of it.
fn is_invisible(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        // Unicode's Default_Ignorable_Code_Point: soft hyphen, joiners and fillers, direction marks, variation selectors,
        // the byte order mark, interlinear and musical format controls, tags.
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}'
        // The empty braille cell; the line and paragraph separators.
        | '\u{2800}'
        | '\u{2028}'..='\u{2029}'
        // Private use: what it shows depends on the font.
        | '\u{E000}'..='\u{F8FF}'
        | '\u{F0000}'..='\u{10FFFF}'
        // Noncharacters. Those at the end of the last two planes stand in the range above.
        | '\u{FDD0}'..='\u{FDEF}' => true,
        c => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}

/// Sixteen random bytes that are sealed together with a text and make its digest impossible to guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextSalt(pub [u8; 16]);

impl fmt::Debug for TextSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextSalt(…)")
    }
}

/// The salted SHA-256 digest of a text, as an event holds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextDigest(pub [u8; 32]);

crate::hex::serde_as_hex!(TextDigest, 32);

/// The salt of a text, given to a party together with the words, so that it can prove that the log is about these words
/// (C4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextProof(pub [u8; 16]);

crate::hex::serde_as_hex!(TextProof, 16);

impl TextProof {
    /// Whether this digest was made from these words.
    pub fn proves(&self, words: &str, digest: TextDigest) -> bool {
        Text::unsealed(words.into()).digest(&TextSalt(self.0)) == digest
    }
}

/// A text as an event refers to it: by id and digest, never by its words (C4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TextRef {
    /// The id under which the sealed text is stored.
    pub id: TextId,
    /// The digest of its words.
    pub digest: TextDigest,
}

/// A new text that must be sealed and stored together with the event that refers to it.
#[derive(Clone, Debug)]
pub struct NewText {
    /// The id by which the event refers to it.
    pub id: TextId,
    /// The words.
    pub text: Text,
    /// The salt of its digest, sealed together with the words.
    pub salt: TextSalt,
}

/// The texts of one session, unsealed, as a room holds them in memory. Cloning copies references, not words. It cannot
/// be serialised.
#[derive(Clone, Default)]
pub struct Texts(BTreeMap<TextId, Arc<(Text, TextSalt)>>);

impl Texts {
    /// The text with this id; `None` once it was destroyed.
    pub fn get(&self, id: TextId) -> Option<&Text> {
        self.0.get(&id).map(|entry| &entry.0)
    }
    /// The proof of the text with this id, for words that leave the session and must be proved later (C4).
    pub(crate) fn proof(&self, id: TextId) -> Option<TextProof> {
        self.0.get(&id).map(|entry| TextProof(entry.1.0))
    }
    /// Adds a text.
    pub fn put(&mut self, id: TextId, text: Text, salt: TextSalt) {
        self.0.insert(id, Arc::new((text, salt)));
    }
    /// Removes a text. Its memory is wiped when the last clone of this collection that still has it is dropped (R8).
    pub fn destroy(&mut self, id: TextId) {
        self.0.remove(&id);
    }
    /// The ids of all texts.
    pub fn ids(&self) -> Vec<TextId> {
        self.0.keys().copied().collect()
    }
    /// The words of the text with this id, for the projection; `None` once it was destroyed.
    #[expect(
        clippy::disallowed_methods,
        reason = "the only way by which the projection reads words"
    )]
    pub(crate) fn words(&self, id: TextId) -> Option<String> {
        self.get(id).map(|text| text.open().to_string())
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;

    #[test]
    fn c4_a_text_never_shows_its_words_by_accident() {
        let text = Text::new("geheim adres", LONGEST_NOTE).expect("plain words");
        assert!(!format!("{text:?}").contains("geheim"));
    }

    #[test]
    fn c4_the_same_words_have_another_digest_under_another_salt() {
        let text = Text::new("ja", LONGEST_NOTE).expect("plain words");
        assert_ne!(text.digest(&TextSalt([1; 16])), text.digest(&TextSalt([2; 16])));
        assert_eq!(text.digest(&TextSalt([1; 16])), text.digest(&TextSalt([1; 16])));
    }

    /// G19: words of which nothing can be seen, alone and between letters.
    const INVISIBLE: [&str; 44] = [
        "\u{0}",
        "\u{1F}",
        "\u{7F}",
        "\u{80}",
        "\u{9F}",
        "\u{AD}",
        "\u{34F}",
        "\u{61C}",
        "\u{115F}",
        "\u{1160}",
        "\u{17B4}",
        "\u{17B5}",
        "\u{180B}",
        "\u{180E}",
        "\u{180F}",
        "\u{200B}",
        "\u{200D}",
        "\u{200F}",
        "\u{202A}",
        "\u{202E}",
        "\u{2060}",
        "\u{2066}",
        "\u{206F}",
        "\u{2800}",
        "\u{3164}",
        "\u{FDD0}",
        "\u{FE00}",
        "\u{FE0F}",
        "\u{FEFF}",
        "\u{FFA0}",
        "\u{FFF0}",
        "\u{FFF9}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{1BCA0}",
        "\u{1D173}",
        "\u{1FFFE}",
        "\u{E000}",
        "\u{F8FF}",
        "\u{E0001}",
        "\u{E0041}",
        "\u{E01EF}",
        "\u{F0000}",
        "\u{10FFFF}",
    ];

    /// Characters that end a line elsewhere: refused, and cleaned to a line end.
    const LINE_ENDS: [&str; 5] = ["\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}"];

    fn fault(words: &str) -> Option<TextFault> {
        Text::new(words, LONGEST_NOTE).err()
    }

    #[test]
    fn c7_invisible_characters_are_no_words_and_are_refused_between_words() {
        for invisible in INVISIBLE.iter().chain(&LINE_ENDS) {
            let (alone, within) = (format!(" {invisible}{invisible}\n"), format!("va{invisible}der"));
            assert_eq!(fault(&alone), Some(TextFault::Empty), "{invisible:?} alone");
            assert_eq!(
                fault(&within),
                Some(TextFault::Unprintable),
                "{invisible:?} between letters"
            );
            assert_eq!(label(&alone), Err(TextFault::Empty), "{invisible:?} as a label");
            assert_eq!(label(&within), Err(TextFault::Unprintable), "{invisible:?} in a label");
        }
    }

    #[test]
    fn c7_what_people_write_is_a_text() {
        for words in [
            "nee",
            "4",
            "Zoë's «opa» zei: “tot morgen…” — 3½ uur, €20, 50 %",
            "regel een\nregel twee\r\nregel drie\tmet een tab",
            "Café Müller & Zn. <straks>",
            "אבא התקשר",
            "أبي اتصل",
            "爸爸打电话了",
            "아버지",
            "नमस्ते",
            "blij 🙂 en boos 😡",
        ] {
            assert_eq!(fault(words), None, "{words:?}");
            assert_eq!(without_invisible(words), words, "{words:?} stays as it is");
        }
        let longest = "é".repeat(LONGEST_NOTE);
        assert_eq!(fault(&longest), None, "counted in characters");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what the words became is what is tested")]
    fn c7_every_line_end_becomes_the_same() {
        let text = Text::new(" een\r\ntwee\rdrie\n\r\nvier\r\r\nvijf ", LONGEST_NOTE).expect("plain words");
        assert_eq!(text.open(), "een\ntwee\ndrie\n\nvier\n\nvijf");
    }

    #[test]
    fn c7_words_without_a_letter_or_digit_are_refused() {
        for words in ["", " \n\t ", "…", "?!", "---", "🙂", "\u{A0}\u{3000}"] {
            assert_eq!(fault(words), Some(TextFault::Empty), "{words:?}");
        }
        assert_eq!(fault(&"x".repeat(LONGEST_NOTE + 1)), Some(TextFault::TooLong));
    }

    #[test]
    fn c7_cleaning_drops_what_cannot_be_seen_and_keeps_words_apart() {
        for (pasted, cleaned) in [
            ("ge\u{AD}weld", "geweld"),
            ("\u{FEFF}vader \u{202E}redav", "vader redav"),
            ("❤\u{FE0F} van \u{1F468}\u{200D}\u{1F467}", "❤ van \u{1F468}\u{1F467}"),
            ("\u{F0B7} eerste punt", " eerste punt"),
            (
                "regel een\u{2028}regel twee\u{B}regel drie",
                "regel een\nregel twee\nregel drie",
            ),
            ("\u{3164}\u{2800}", ""),
        ] {
            assert_eq!(without_invisible(pasted), cleaned);
        }
        for invisible in INVISIBLE {
            assert_eq!(
                without_invisible(&format!("va{invisible}der")),
                "vader",
                "{invisible:?}"
            );
        }
        for line_end in LINE_ENDS {
            assert_eq!(
                without_invisible(&format!("va{line_end}der")),
                "va\nder",
                "{line_end:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn c7_a_cleaned_text_is_never_refused_as_unprintable(
            words in prop::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter)
        ) {
            let cleaned = without_invisible(&words);
            prop_assert_ne!(fault(&cleaned), Some(TextFault::Unprintable));
            if fault(&words) != Some(TextFault::Unprintable) && fault(&words) != Some(TextFault::Empty) {
                prop_assert_eq!(cleaned.trim(), words.trim(), "nothing else is changed");
            }
        }
    }

    #[test]
    fn c7_a_label_is_one_line_without_markup() {
        for (words, expected) in [
            ("  26-0417 ", Ok("26-0417")),
            ("Jansen & Zn.", Ok("Jansen & Zn.")),
            ("Siobhán O'Brien", Ok("Siobhán O'Brien")),
            ("moeder", Ok("moeder")),
            ("", Err(TextFault::Empty)),
            ("-", Err(TextFault::Empty)),
            ("26-1\n26-2", Err(TextFault::Unprintable)),
            ("26-1\r26-2", Err(TextFault::Unprintable)),
            ("26-1\t", Ok("26-1")),
            ("26-1\t26-2", Err(TextFault::Unprintable)),
            ("</title><h1>", Err(TextFault::Markup)),
            (
                "</title><meta http-equiv=refresh content=\"0;url=//x\">",
                Err(TextFault::Markup),
            ),
            ("a > b", Err(TextFault::Markup)),
        ] {
            assert_eq!(label(words), expected.map(String::from), "{words:?}");
        }
        assert!(label(&"é".repeat(LONGEST_LABEL)).is_ok());
        assert_eq!(label(&"é".repeat(LONGEST_LABEL + 1)), Err(TextFault::TooLong));
    }
}
