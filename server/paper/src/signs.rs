//! Signs no font of ours can draw. A picture or a rare script in somebody's words must not keep the whole document from
//! being made, and no sign may go missing unseen: in its place stands its number (Unicode), `[U+1F44D]`. The export for
//! programs keeps the sign itself.

use std::fmt::Write as _;

/// The words with a number for every sign that is not `drawn`. Words are JSON: what is not ASCII stands there inside
/// strings only, and a number adds nothing that JSON would read.
pub(crate) fn numbered(words: &str, drawn: impl Fn(char) -> bool) -> String {
    let mut numbered = String::with_capacity(words.len());
    for sign in words.chars() {
        if sign.is_ascii() || (drawn(sign) && !is_private(sign)) {
            numbered.push(sign);
        } else if !is_joiner(sign) {
            // Writing into a string does not fail.
            let _ = write!(numbered, "[U+{:04X}]", u32::from(sign));
        }
    }
    numbered
}

/// Whether every font of ours for running text draws it.
pub(crate) fn is_plain(sign: char) -> bool {
    matches!(sign, '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{17F}' | '–' | '—' | '‘'..='‚' | '“'..='„' | '•' | '…' | '€')
}

/// Means something to one machine only, which the archive standard forbids.
fn is_private(sign: char) -> bool {
    matches!(sign, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// Shows nothing by itself: says how the signs around it are drawn.
fn is_joiner(sign: char) -> bool {
    matches!(sign, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}
