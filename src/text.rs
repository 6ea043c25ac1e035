//! Content: what somebody said about somebody.
//!
//! A [`Text`] cannot be displayed and cannot be serialised. The only door to its letters is [`Text::open`], which a lint
//! forbids outside the projection, the release and the vault. Whoever tries to send or log a text by
//! accident gets a compile error.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::{collections::BTreeMap, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ids::TextId;

/// The most characters a contribution may have. Longer documents belong in a party's own dossier.
pub const LONGEST_CONTRIBUTION: usize = 8_000;
/// The most characters of a short text: an action, a condition, a reason.
pub const LONGEST_NOTE: usize = 1_000;
/// The most characters of a name or a reference.
pub const LONGEST_LABEL: usize = 120;

/// Content, wiped from memory when dropped (R8).
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Zeroizing<String>);

/// Why words did not become a [`Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TextFault {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More characters than this kind of text may have.
    #[error("the text is too long")]
    TooLong,
    /// Control characters that no keyboard makes, or characters that turn the reading direction.
    #[error("the text holds characters that cannot be shown")]
    Unprintable,
}

impl Text {
    /// Takes words from a person: trimmed, line ends made equal.
    pub fn new(words: &str, longest: usize) -> Result<Self, TextFault> {
        let words = words.trim();
        if words.chars().all(|c| c.is_whitespace() || unseen(c)) {
            return Err(TextFault::Empty);
        }
        if words.chars().count() > longest {
            return Err(TextFault::TooLong);
        }
        if words.chars().any(unprintable) {
            return Err(TextFault::Unprintable);
        }
        Ok(Self(Zeroizing::new(words.replace("\r\n", "\n").replace('\r', "\n"))))
    }

    /// Takes back what the vault unsealed; it was checked when it came in.
    pub fn unsealed(words: String) -> Self {
        Self(Zeroizing::new(words))
    }

    /// The letters. Only the projection, the release and the vault may call this.
    pub fn open(&self) -> &str {
        &self.0
    }

    /// A digest that commits to the words without giving them away: a short sentence can be guessed
    /// from a bare hash, so the salt is sealed with the text and dies with it (C4).
    pub fn digest(&self, salt: &TextSalt) -> TextDigest {
        let mut hasher = Sha256::new();
        hasher.update(salt.0);
        hasher.update(self.0.as_bytes());
        TextDigest(hasher.finalize().into())
    }
}

/// Characters that join or part others and show nothing by themselves: of them alone no text is made.
fn unseen(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{00AD}')
}

/// Invisible characters with which a text could pretend to be another, and controls no keyboard makes.
fn unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}

/// Sixteen bytes sealed together with a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextSalt(pub [u8; 16]);

impl fmt::Debug for TextSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextSalt(…)")
    }
}

/// The salted SHA-256 of a text, as it stands in the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextDigest(pub [u8; 32]);

crate::hex::serde_as_hex!(TextDigest, 32);

/// The salt of a text that left its session with its words: together they prove what the log commits to (C4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextProof(pub [u8; 16]);

crate::hex::serde_as_hex!(TextProof, 16);

impl TextProof {
    /// Whether these are the words of this digest.
    pub fn proves(&self, words: &str, digest: TextDigest) -> bool {
        Text::unsealed(words.into()).digest(&TextSalt(self.0)) == digest
    }
}

/// A text as an event names it: an id and a commitment, never the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TextRef {
    /// Which sealed text.
    pub id: TextId,
    /// What it commits to.
    pub digest: TextDigest,
}

/// A new text on its way to the vault, beside the event that names it.
#[derive(Clone, Debug)]
pub struct NewText {
    /// Which.
    pub id: TextId,
    /// The words.
    pub text: Text,
    /// Sealed with it.
    pub salt: TextSalt,
}

/// The texts of one session as a room holds them, opened. Cheap to clone. Not serialisable.
#[derive(Clone, Default)]
pub struct Texts(BTreeMap<TextId, Arc<(Text, TextSalt)>>);

impl Texts {
    /// The text, unless it was destroyed.
    pub fn get(&self, id: TextId) -> Option<&Text> {
        self.0.get(&id).map(|entry| &entry.0)
    }
    /// For words that leave the session and must be proved later (C4).
    pub(crate) fn proof(&self, id: TextId) -> Option<TextProof> {
        self.0.get(&id).map(|entry| TextProof(entry.1.0))
    }
    /// Takes a text in.
    pub fn put(&mut self, id: TextId, text: Text, salt: TextSalt) {
        self.0.insert(id, Arc::new((text, salt)));
    }
    /// Lets a text go; its memory is wiped when the last screenful is done with it.
    pub fn destroy(&mut self, id: TextId) {
        self.0.remove(&id);
    }
    /// Which texts there are.
    pub fn ids(&self) -> Vec<TextId> {
        self.0.keys().copied().collect()
    }
    /// For the projection: the words of a text that still exists.
    #[expect(
        clippy::disallowed_methods,
        reason = "the projection's only way to words; views call nothing else"
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

    #[test]
    fn words_that_are_no_text_are_refused() {
        for (words, fault) in [
            (" \n\t ", TextFault::Empty),
            ("\u{200B} \u{2060}", TextFault::Empty),
            ("a\u{0}b", TextFault::Unprintable),
            ("vader \u{202E}redav", TextFault::Unprintable),
            (&"x".repeat(LONGEST_NOTE + 1), TextFault::TooLong),
        ] {
            assert_eq!(Text::new(words, LONGEST_NOTE).err(), Some(fault), "{words:?}");
        }
        assert!(
            Text::new(&"é".repeat(LONGEST_NOTE), LONGEST_NOTE).is_ok(),
            "counted in characters"
        );
    }
}
