//! Hints about private details in a text: what people often regret having shared is shown to them before they share it.
//! A hint never stops anybody.
//!
//! Lives here: recognising such details in a text. Never lives here: storing what was found. The check runs in the browser
//! in which the text is written, and nothing of it is sent or kept.
//!
//! 2026-11-23: when the two kinds of hint are shown. Details that hardly ever belong in a contribution ([`hints`]) are
//! shown while it is written. Special categories of personal data ([`special`]) often do belong there, so they are shown
//! at every release. While somebody writes, those of art. 9 AVG are shown only if the whole table will see the text. Those
//! of art. 10 are not shown then, because nearly every text at these tables is about an offence, and nobody reads a hint
//! that is always there.

use alloc::{string::String, vec::Vec};

/// A private detail that was recognised in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// A citizen service number: nine digits that pass its check, the eleven-test (Wet algemene bepalingen
    /// burgerservicenummer).
    Bsn,
    /// An address, in a text that also speaks of a shelter or of hiding.
    ShelterAddress,
    /// An address in any other text.
    Address,
    /// A telephone number.
    Telephone,
    /// The name of a person whom the table knows as the reporter (melder).
    Reporter,
}

/// The private details recognised in `text`, in the order of [`Hint`], each once. `reporters` are the labels of the
/// subjects whose role is reporter.
pub fn hints(text: &str, reporters: &[String]) -> Vec<Hint> {
    let numbers = numbers(text);
    let address = has_postcode(text) || has_street(text);
    let mut found = Vec::new();
    if numbers.iter().any(|number| is_bsn(number)) {
        found.push(Hint::Bsn);
    }
    if address {
        let shelter = contains_any(text, &SHELTER);
        found.push(if shelter { Hint::ShelterAddress } else { Hint::Address });
    }
    if numbers.iter().any(|number| is_telephone(number)) {
        found.push(Hint::Telephone);
    }
    let lower = text.to_lowercase();
    let mut named = reporters.iter().map(|label| label.trim().to_lowercase());
    if named.any(|label| is_a_name(&label) && has_word(&lower, &label)) {
        found.push(Hint::Reporter);
    }
    found
}

/// A category of personal data to which the AVG gives more protection, as far as words can show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Special {
    /// Health (art. 9 AVG).
    Health,
    /// Sexual life, sexual violence included (art. 9 AVG).
    Sexual,
    /// Origin or belief (art. 9 AVG).
    Origin,
    /// Suspicions, offences and convictions (art. 10 AVG).
    Criminal,
}

impl Special {
    /// The number of the article of the AVG that protects it.
    pub fn article(self) -> u8 {
        match self {
            Self::Health | Self::Sexual | Self::Origin => 9,
            Self::Criminal => 10,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "[health]" => Self::Health,
            "[sexual]" => Self::Sexual,
            "[origin]" => Self::Origin,
            "[criminal]" => Self::Criminal,
            _ => return None,
        })
    }
}

/// The special categories that words in `text` point to, in the order of [`Special`], each once.
pub fn special(text: &str) -> Vec<Special> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for (kind, word) in special_words() {
        if !found.contains(&kind) && has_word(&text, word) {
            found.push(kind);
        }
    }
    found.sort_unstable();
    found
}

/// The words of `data/special.txt`, each with its category.
fn special_words() -> impl Iterator<Item = (Special, &'static str)> {
    let lines = include_str!("data/special.txt").lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .scan(None, |kind, line| {
            let named = Special::named(line);
            *kind = named.or(*kind);
            Some(kind.filter(|_| named.is_none()).map(|kind| (kind, line)))
        })
        .flatten()
}

/// Words that show that an address must stay hidden.
const SHELTER: [&str; 7] = [
    "opvang",
    "schuil",
    "geheim adres",
    "blijf van mijn lijf",
    "blijf-van-mijn-lijf",
    "safehouse",
    "safe house",
];

/// How names of streets end. A house number follows such a name.
const STREETS: [&str; 14] = [
    "straat",
    "laan",
    "weg",
    "plein",
    "kade",
    "gracht",
    "singel",
    "dijk",
    "hof",
    "dreef",
    "steeg",
    "plantsoen",
    "park",
    "pad",
];

/// Labels that are no name of a person but a role, which everybody at the table uses.
const ROLES: [&str; 8] = [
    "melder",
    "moeder",
    "vader",
    "buurvrouw",
    "buurman",
    "school",
    "huisarts",
    "oma",
];

fn is_a_name(label: &str) -> bool {
    !label.is_empty() && !ROLES.contains(&label)
}

fn contains_any(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| lower.contains(word))
}

/// Whether `text` has `word` as a whole word, not as a part of another one. A star at the end of `word` stands for any
/// ending.
fn has_word(text: &str, word: &str) -> bool {
    let begin = word.strip_suffix('*');
    let word = begin.unwrap_or(word);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let ends = begin.is_some() || !after.is_some_and(char::is_alphanumeric);
        !before.is_some_and(char::is_alphanumeric) && ends
    })
}

/// The long numbers in a text, without the spaces, dots, hyphens, slashes and brackets that people put between digits. A
/// plus in front stays.
fn numbers(text: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut number = String::new();
    let mut gap = 0;
    for c in text.chars().chain(core::iter::once('\n')) {
        match c {
            '0'..='9' | '+' => {
                if c == '+' || gap > 3 {
                    keep(&mut numbers, &mut number);
                }
                number.push(c);
                gap = 0;
            }
            ' ' | '.' | '-' | '(' | ')' | '/' if !number.is_empty() => gap += 1,
            _ => {
                keep(&mut numbers, &mut number);
                gap = 0;
            }
        }
    }
    numbers
}

fn keep(numbers: &mut Vec<String>, number: &mut String) {
    if number.len() > 1 {
        numbers.push(core::mem::take(number));
    } else {
        number.clear();
    }
}

/// Whether nine digits pass the eleven-test: their sum, with the weights 9 down to 2 and then minus 1, is a multiple of
/// eleven.
fn is_bsn(number: &str) -> bool {
    const WEIGHTS: [i32; 9] = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let digits: Vec<i32> = number
        .chars()
        .filter_map(|c| c.to_digit(10).and_then(|digit| i32::try_from(digit).ok()))
        .collect();
    let sum: i32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits.len() == WEIGHTS.len() && number.len() == WEIGHTS.len() && sum != 0 && sum % 11 == 0
}

/// Whether this is a Dutch telephone number: ten digits from 0, or with +31 or 0031 in place of that 0.
fn is_telephone(number: &str) -> bool {
    let rest = number
        .strip_prefix("+31")
        .or_else(|| number.strip_prefix("0031"))
        .or_else(|| number.strip_prefix('0'));
    let Some(rest) = rest else { return false };
    let rest = rest.strip_prefix('0').unwrap_or(rest);
    let abroad = number.starts_with('+') || number.starts_with("00");
    rest.len() == 9 && (abroad || number.len() == 10) && !rest.starts_with('0')
}

/// Whether there is a postcode: four digits and two capitals. Three pairs of letters are never used in one.
fn has_postcode(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len()).any(|at| {
        let begins = at == 0 || !letters[at - 1].is_alphanumeric();
        let digits = letters.get(at..at + 4);
        let Some(digits) = digits.filter(|digits| digits.iter().all(char::is_ascii_digit)) else {
            return false;
        };
        let next = at + 4 + usize::from(letters.get(at + 4) == Some(&' '));
        let Some([first, second]) = letters.get(next..next + 2) else {
            return false;
        };
        let ends = letters.get(next + 2).is_none_or(|after| !after.is_alphanumeric());
        let pair = [*first, *second];
        let used = pair.iter().all(char::is_ascii_uppercase) && !matches!(pair, ['S', 'A' | 'D' | 'S']);
        begins && digits[0] != '0' && used && ends
    })
}

/// Whether there is a word that ends as names of streets do, followed by a house number.
fn has_street(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let street = pair[0].to_lowercase();
        let number = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
        let digits = number.chars().take_while(char::is_ascii_digit).count();
        let is_street = STREETS
            .iter()
            .any(|end| street.len() > end.len() && street.ends_with(end));
        // At most a letter or two after the number: 12b, not 12:30 and not 2024.
        is_street && (1..=3).contains(&digits) && number.len() <= digits + 2 && !pair[1].contains(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{format, vec};

    fn of(text: &str) -> Vec<Hint> {
        hints(text, &["Janneke Vos".into(), "moeder".into()])
    }

    #[test]
    fn what_people_regret_is_pointed_at() {
        for (text, expected) in [
            ("Haar bsn is 111222333.", vec![Hint::Bsn]),
            ("bsn 1112.22.333", vec![Hint::Bsn]),
            ("Zij verblijft in de opvang, Lindelaan 12b.", vec![Hint::ShelterAddress]),
            ("Geheim adres: 1234 AB", vec![Hint::ShelterAddress]),
            ("Vader woont aan de Dorpsstraat 3 in het dorp.", vec![Hint::Address]),
            ("Bel 06-12345678 na zessen.", vec![Hint::Telephone]),
            ("+31 6 12 34 56 78", vec![Hint::Telephone]),
            ("+31 (0)20 123 4567", vec![Hint::Telephone]),
            ("Melding door janneke vos, buurvrouw.", vec![Hint::Reporter]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_ordinary_is_left_alone() {
        for text in [
            "",
            "Twee eerdere meldingen, in maart en augustus 2026.",
            "Op 12-03-2026 om 10:42 gezien; zaak 26-0417.",
            "De weg 12 keer gelopen? Moeder belde 112.",
            "Hij reed over de snelweg om 12:30.",
            "Nummer 111222334 is geen bsn.",
            "000000000",
            "Drie kinderen van 4, 7 en 11 jaar; moeder heeft 1500 EUR schuld.",
            "De Vos en moeder kennen elkaar.",
            "artikel 1234 SS",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    #[test]
    fn c6_what_the_law_guards_more_closely_is_pointed_at() {
        use Special::{Criminal, Health, Origin, Sexual};
        for (text, expected) in [
            ("Moeder is zwanger en slikt antidepressiva.", vec![Health]),
            ("Bekend bij de GGZ. Verstandelijke beperking.", vec![Health]),
            ("Zoon heeft ADHD", vec![Health]),
            ("Zij vertelt over seksueel misbruik.", vec![Sexual]),
            ("Het gezin is gelovig; vader gaat naar de moskee.", vec![Origin]),
            ("Marokkaanse familie", vec![Origin]),
            ("Vader is verdachte; eerder veroordeeld.", vec![Criminal]),
            ("Er loopt een contactverbod.", vec![Criminal]),
            ("Verdacht van verkrachting, letsel.", vec![Health, Sexual, Criminal]),
            ("He was arrested and is depressed", vec![Health, Criminal]),
        ] {
            assert_eq!(special(text), expected, "{text}");
        }
    }

    #[test]
    fn c6_what_is_ordinary_is_not_called_special() {
        for text in [
            "",
            "Moeder wil dat hij vannacht niet thuiskomt.",
            "De kinderen van 4 en 11 slapen bij oma; school belt maandag.",
            "Vader is deze week op reis in Turkije.",
            "Ruzie over geld en over het ras van de hond.",
            "Romantiek en aromatherapie; essentie en assistent.",
            "Twee eerdere meldingen, in maart en augustus 2026.",
            "VT gaat langs, samen met de wijkagent.",
            "Afspraak op locatie; de sleutel ligt bij de buren.",
        ] {
            assert_eq!(special(text), [], "{text}");
        }
    }

    #[test]
    fn the_list_of_words_is_well_kept() {
        let words: Vec<_> = special_words().collect();
        for (at, (kind, word)) in words.iter().enumerate() {
            assert!(!word.starts_with('['), "{word} is no kind");
            assert_eq!(word.to_lowercase(), *word, "in small letters");
            assert_eq!(
                special(word.trim_end_matches('*')),
                [*kind],
                "{word} points to one kind"
            );
            assert!(
                !words[..at].iter().any(|(_, other)| other == word),
                "{word} stands there twice"
            );
        }
        for kind in [Special::Health, Special::Sexual, Special::Origin, Special::Criminal] {
            assert!(words.iter().any(|(it, _)| *it == kind), "{kind:?} has no word");
        }
        assert_eq!((Special::Health.article(), Special::Criminal.article()), (9, 10));
    }

    proptest! {
        #[test]
        fn no_text_stops_it(text in "\\PC{0,200}") {
            let found = of(&text);
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "each once, in order");
            prop_assert!(special(&text).windows(2).all(|pair| pair[0] < pair[1]), "each once, in order");
        }

        #[test]
        fn one_digit_off_is_no_bsn(number in 100_000_000_u32..999_999_999, place in 0_usize..9) {
            let text = format!("{number}");
            let mut other: Vec<char> = text.chars().collect();
            let digit = other[place].to_digit(10).unwrap_or_default();
            other[place] = char::from_digit((digit + 1) % 10, 10).unwrap_or('0');
            let other: String = other.into_iter().collect();
            prop_assert!(!(is_bsn(&text) && is_bsn(&other)));
        }
    }
}
