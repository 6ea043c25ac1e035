//! The statutory terms of which an officer can set the end (T4), as data.
//!
//! Which terms there are, and the article of each, stand in `data/deadlines.toml`: the new Code of Criminal Procedure
//! will renumber them. An event holds the code of a term, so that nobody can write words of their own into it (C4).
//! Nothing here pauses a term, and nothing anywhere may (T4).

use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

use crate::moment::{DataFault, Name, is_code};

/// One kind of statutory term (T4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The stable name of this row, as events hold it: `holding` (C4).
    pub code: String,
    /// The article on which the term rests, as people cite it.
    pub article: String,
    /// The name that people read, without the article.
    pub name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

/// Reads a table of terms. If one row is wrong the whole table is refused: an unknown field, a code that is no code or
/// stands there twice, an empty article, or a name that is empty in a language.
pub fn read(toml: &str) -> Result<Vec<Term>, DataFault> {
    let file: File = toml::from_str(toml).map_err(|fault| DataFault(format!("{fault}")))?;
    for (place, term) in file.term.iter().enumerate() {
        let wrong = |what: &str| Err(DataFault(format!("term {} ({}): {what}", place + 1, term.code)));
        let before = file.term.get(..place).unwrap_or_default();
        if !is_code(&term.code) {
            return wrong("`code` must have small letters, digits and underscores only");
        }
        if before.iter().any(|other| other.code == term.code) {
            return wrong("another term has this `code`");
        }
        if term.article.trim().is_empty() {
            return wrong("`article` is empty");
        }
        if !term.name.is_complete() {
            return wrong("`name` is empty in one of the languages");
        }
    }
    Ok(file.term)
}

/// The terms of `data/deadlines.toml`. Every row of it awaits confirmation by a jurist.
pub fn standard() -> Result<Vec<Term>, DataFault> {
    read(include_str!("data/deadlines.toml"))
}

/// The term with this code; `None` where the table has none.
pub fn by_code<'a>(terms: &'a [Term], code: &str) -> Option<&'a Term> {
    terms.iter().find(|term| term.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t4_the_terms_and_their_articles_are_data() {
        let terms = standard().expect("our own data reads");
        assert_eq!(terms.len(), 4);
        for (code, article) in [
            ("holding", "art. 56a Sv"),
            ("holding_identification", "art. 56b Sv"),
            ("police_custody", "art. 57, 58 Sv"),
            ("arraignment", "art. 59a Sv"),
        ] {
            assert_eq!(by_code(&terms, code).map(|term| term.article.as_str()), Some(article));
        }
    }

    #[test]
    fn c4_words_of_somebodys_own_are_no_term() {
        let terms = standard().expect("our own data reads");
        for code in ["", "art. 56a Sv", "Holding", "vader slaat moeder"] {
            assert_eq!(by_code(&terms, code), None, "{code:?}");
        }
    }

    #[test]
    fn t4_a_table_of_terms_with_a_mistake_is_refused_whole() {
        const GOOD: &str = "[[term]]\ncode='holding'\narticle='art. 1'\nname={nl='ophouden',en='holding'}\n";
        assert_eq!(read(GOOD).map(|terms| terms.len()), Ok(1));
        for (from, to, said) in [
            ("code='holding'", "code=''", "`code`"),
            ("code='holding'", "code='art. 1'", "`code`"),
            ("article='art. 1'", "article=' '", "`article` is empty"),
            ("article='art. 1'", "", "article"),
            ("nl='ophouden'", "nl=''", "`name` is empty"),
            ("en='holding'", "en=' '", "`name` is empty"),
            ("article='art. 1'", "article='art. 1'\nhours=9", "hours"),
        ] {
            let fault = read(&GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(fault.0.contains(said), "{to}: {fault}");
        }
        let fault = read(&GOOD.repeat(2)).expect_err("twice the same code");
        assert_eq!(fault.0, "term 2 (holding): another term has this `code`");
    }
}
