//! The words in a command: cleaned before they are sent, and given back to their author when they could not be taken.
//!
//! Lives here: which fields of which command hold words, once, and the size of a frame. Never lives here: whether words
//! are good enough; `akkoord::text` says that.

use akkoord::ids::CommandId;
use akkoord::protocol::{FromClient, LONGEST_FRAME};
use akkoord::session::CommandKind;
use akkoord::session::command::{CellDecision, NewAnswer, Verdict};
use akkoord::text::without_invisible;
use uuid::Uuid;

/// The words a person wrote in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// The words.
    pub(crate) text: String,
    /// Whether they were a new contribution, so that the composer can take them back.
    pub(crate) of_composer: bool,
}

/// The words a person wrote in a command, if any. What is typed must never be lost with a refusal.
pub(crate) fn words(mut kind: CommandKind) -> Option<Words> {
    use akkoord::session::item::NewContent;

    let of_composer = matches!(
        kind,
        CommandKind::Share {
            content: NewContent::Contribution { .. },
            ..
        }
    );
    let mut texts: Vec<_> = texts_of(&mut kind).into_iter().map(|text| text.trim()).collect();
    texts.retain(|text| !text.is_empty());
    texts.dedup();
    let text = texts.join("\n");
    (!text.is_empty()).then_some(Words { text, of_composer })
}

/// The command without the invisible characters that come along when somebody pastes words (C7).
pub(crate) fn cleaned(mut kind: CommandKind) -> CommandKind {
    for text in texts_of(&mut kind) {
        let clean = without_invisible(text);
        if clean != *text {
            *text = clean;
        }
    }
    kind
}

/// The command in parts that each fit into a frame. Nothing, where it does not fit and has no parts: only decisions about
/// cells have, because each of them stands for itself.
pub(crate) fn in_frames(kind: CommandKind) -> Option<Vec<CommandKind>> {
    let frame = FromClient::Submit {
        id: CommandId(Uuid::nil()),
        command: kind,
    };
    let length = serde_json::to_string(&frame).map_or(usize::MAX, |json| json.len());
    let kind = frame.command()?.kind;
    if length <= LONGEST_FRAME {
        return Some(vec![kind]);
    }
    let CommandKind::Decide { mut cells } = kind else {
        return None;
    };
    if cells.len() < 2 {
        return None;
    }
    let rest = cells.split_off(cells.len() / 2);
    let halves = [cells, rest]
        .into_iter()
        .map(|cells| in_frames(CommandKind::Decide { cells }));
    halves.collect::<Option<Vec<_>>>().map(|halves| halves.concat())
}

/// Every text that a person wrote in a command.
fn texts_of(kind: &mut CommandKind) -> Vec<&mut String> {
    match kind {
        CommandKind::Share { text, .. } | CommandKind::Revise { text, .. } => vec![text],
        CommandKind::AddSubject { subject } => vec![&mut subject.label],
        CommandKind::CorrectSubject { label, .. } => vec![label],
        CommandKind::RequestRelease { reason, .. } => reason.iter_mut().collect(),
        CommandKind::Answer { answer, .. } => match answer {
            NewAnswer::Refuse { reason } => reason.iter_mut().collect(),
            NewAnswer::Accept {} | NewAnswer::Commit { .. } => Vec::new(),
        },
        CommandKind::RecordDisposition { note, deviation, .. } => note.iter_mut().chain(deviation).collect(),
        CommandKind::Decide { cells } => cells.iter_mut().flat_map(texts_of_cell).collect(),
        CommandKind::Convene(_)
        | CommandKind::GiveSeat(_)
        | CommandKind::Enter { .. }
        | CommandKind::WarnOfExpiry
        | CommandKind::Expire
        | CommandKind::TakeSeat { .. }
        | CommandKind::AskToLeave { .. }
        | CommandKind::Leave { .. }
        | CommandKind::NameAttendees { .. }
        | CommandKind::AnswerNewcomer { .. }
        | CommandKind::AcceptRules {}
        | CommandKind::HandOverGavel { .. }
        | CommandKind::TakeGavel {}
        | CommandKind::MoveTo { .. }
        | CommandKind::RemoveSubject { .. }
        | CommandKind::SetAudience { .. }
        | CommandKind::Withdraw { .. }
        | CommandKind::OpenBasis { .. }
        | CommandKind::DropRequest { .. }
        | CommandKind::SetReady { .. }
        | CommandKind::LastCall {}
        | CommandKind::AskTime { .. }
        | CommandKind::ExplainTime { .. }
        | CommandKind::EndTime { .. }
        | CommandKind::SetClock { .. }
        | CommandKind::SetDeadline { .. }
        | CommandKind::Close {} => Vec::new(),
    }
}

fn texts_of_cell(cell: &mut CellDecision) -> Vec<&mut String> {
    match &mut cell.verdict {
        Verdict::Approve {
            excerpt,
            condition,
            motivation,
            ..
        } => excerpt.iter_mut().chain(condition).chain(motivation).collect(),
        Verdict::Decline { reason } => reason.iter_mut().collect(),
        Verdict::Undecide {} => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use std::collections::BTreeSet;

    use akkoord::ids::{ItemId, PartyId, SubjectId};
    use akkoord::session::item::{Audience, ContributionKind, DispositionKind, NewContent, Purpose};

    use super::*;

    fn share(text: &str) -> CommandKind {
        CommandKind::Share {
            content: NewContent::Contribution {
                kind: ContributionKind::Fact,
            },
            subjects: BTreeSet::new(),
            audience: Audience::table(),
            based_on: BTreeSet::new(),
            text: text.into(),
        }
    }

    fn approve(number: u128, motivation: String) -> CellDecision {
        CellDecision {
            item: ItemId(Uuid::from_u128(number)),
            revision: 1,
            recipient: PartyId(Uuid::nil()),
            verdict: Verdict::Approve {
                purpose: Purpose::Task("task".into()),
                subjects: None,
                excerpt: None,
                condition: None,
                motivation: Some(motivation),
            },
        }
    }

    #[test]
    fn c7_pasted_words_are_sent_without_what_nobody_sees() {
        assert_eq!(cleaned(share("ge\u{AD}weld\u{2028}thuis")), share("geweld\nthuis"));
        assert_eq!(cleaned(share("Zoë belde.")), share("Zoë belde."));
        let CommandKind::Decide { cells } = cleaned(CommandKind::Decide {
            cells: vec![approve(1, "nodig\u{200B}".into())],
        }) else {
            panic!("still a decision");
        };
        assert_eq!(cells, [approve(1, "nodig".into())]);
    }

    #[test]
    fn what_somebody_wrote_is_given_back_and_nothing_else() {
        let back = |kind| words(kind).map(|words| (words.text, words.of_composer));
        assert_eq!(back(share("geschreven")), Some(("geschreven".to_owned(), true)));
        assert_eq!(back(share("  ")), None);
        assert_eq!(back(CommandKind::TakeGavel {}), None);
        let disposition = CommandKind::RecordDisposition {
            suspect: SubjectId(Uuid::nil()),
            revision: 0,
            kind: DispositionKind::Summons,
            note: Some("toelichting".into()),
            deviation: Some("motivering".into()),
        };
        assert_eq!(back(disposition), Some(("toelichting\nmotivering".to_owned(), false)));
    }

    #[test]
    fn many_decisions_go_in_frames_that_the_room_takes() {
        let cells: Vec<_> = (0..200).map(|number| approve(number, "é".repeat(900))).collect();
        let parts = in_frames(CommandKind::Decide { cells: cells.clone() }).unwrap();
        assert!(parts.len() > 1);
        let mut sent = Vec::new();
        for part in parts {
            let CommandKind::Decide { cells } = &part else {
                panic!("still decisions");
            };
            sent.extend(cells.clone());
            let frame = FromClient::Submit {
                id: CommandId(Uuid::nil()),
                command: part,
            };
            assert!(serde_json::to_string(&frame).unwrap().len() <= LONGEST_FRAME);
        }
        assert_eq!(sent, cells, "all of them, in their order");
        assert_eq!(in_frames(share("kort")), Some(vec![share("kort")]));
        assert_eq!(in_frames(share(&"x".repeat(LONGEST_FRAME))), None, "it has no parts");
    }
}
