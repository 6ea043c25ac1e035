//! `docs/protocol.md` is read here by the program's own types, every example of it, so that it cannot go stale: an example
//! that does not read, or would be written otherwise, or a command or refusal without one, fails.
//!
//! An example is a block marked `json <type>`, or `jsonl <type>` with one on each line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use akkoord::access::AccessReport;
use akkoord::accountability::Report;
use akkoord::dossier::{Delivery, DossierItem, DossierLine};
use akkoord::house::{Board, ConveneForm, ConveneOrder, Me, SeatOrder};
use akkoord::protocol::{Bye, FromClient, FromRoom};
use akkoord::release::ReleaseView;
use akkoord::session::clock::DecisionClock;
use akkoord::session::view::{ActionView, CellView, DeviationView, DispositionView, MeasureView};
use akkoord::session::{Refusal, SessionView, Wish};
use akkoord::text::TextFault;
use serde_json::Value;

const DOCUMENT: &str = include_str!("../docs/protocol.md");
/// Read by `server/tests/protocol_document.rs`, where their types are.
const ELSEWHERE: [&str; 4] = ["credentials", "problem", "convened", "search"];

/// One example with the name of its type.
struct Example {
    of: String,
    text: String,
}

/// Every block with a type, line by line where it has a line for each.
fn examples() -> Vec<Example> {
    let view = blocks()
        .find(|block| block.of == "view")
        .expect("an example of a view")
        .text;
    let whole = view.split_whitespace().collect::<Vec<_>>().join(" ");
    let written_out = |text: &str| text.replace("{…}", &whole);
    blocks()
        .flat_map(|block| {
            let lines: Vec<_> = if block.lines {
                block.text.lines().map(written_out).collect()
            } else {
                vec![written_out(&block.text)]
            };
            lines.into_iter().map(move |text| Example {
                of: block.of.clone(),
                text,
            })
        })
        .collect()
}

struct Block {
    of: String,
    lines: bool,
    text: String,
}

fn blocks() -> impl Iterator<Item = Block> {
    DOCUMENT.split("\n```json").skip(1).map(|block| {
        let (mark, rest) = block.split_once('\n').expect("a mark is a line of its own");
        let (text, _) = rest.split_once("\n```").expect("a block ends");
        let (lines, of) = match mark.strip_prefix('l') {
            Some(of) => (true, of),
            None => (false, mark),
        };
        Block {
            of: of.trim().to_owned(),
            lines,
            text: text.to_owned(),
        }
    })
}

fn of<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let named = examples().into_iter().filter(|example| example.of == name);
    named
        .map(|example| serde_json::from_str(&example.text).unwrap())
        .collect()
}

/// Reads an example and writes it again: nothing is missing, nothing too much, nothing called otherwise.
fn comes_back<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str, exactly: bool) -> Result<(), String> {
    let written: Value = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let read: T = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let again = serde_json::to_value(&read).map_err(|why| why.to_string())?;
    let same = if exactly {
        written == again
    } else {
        without_nulls(written.clone()) == without_nulls(again.clone())
    };
    if same {
        Ok(())
    } else {
        Err(format!("the document has {written}\nthe program writes {again}"))
    }
}

/// What may be left out may be left out of an example too.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

fn check(example: &Example) -> Result<(), String> {
    let text = &example.text;
    match example.of.as_str() {
        "from-client" => comes_back::<FromClient>(text, false),
        "wish" => comes_back::<Wish>(text, false),
        "convene-order" => comes_back::<ConveneOrder>(text, false),
        "seat-order" => comes_back::<SeatOrder>(text, false),
        "from-room" => comes_back::<FromRoom>(text, true),
        "refusal" => comes_back::<Refusal>(text, true),
        "me" => comes_back::<Me>(text, true),
        "board" => comes_back::<Board>(text, true),
        "convene-form" => comes_back::<ConveneForm>(text, true),
        "report" => comes_back::<Report>(text, true),
        "dossier-line" => comes_back::<DossierLine>(text, true),
        "dossier-item" => comes_back::<DossierItem>(text, true),
        "delivery" => comes_back::<Delivery>(text, true),
        "access" => comes_back::<AccessReport>(text, true),
        "life" => comes_back::<ReleaseView>(text, true),
        "release-command" => comes_back::<akkoord::release::Command>(text, false),
        "view" => comes_back::<SessionView>(text, true),
        "action" => comes_back::<ActionView>(text, true),
        "measure" => comes_back::<MeasureView>(text, true),
        "cell" => comes_back::<CellView>(text, true),
        "disposition" => comes_back::<DispositionView>(text, true),
        "deviation" => comes_back::<DeviationView>(text, true),
        "clock" => comes_back::<DecisionClock>(text, true),
        "exchange" => match text.split_once(' ') {
            Some((">", frame)) => comes_back::<FromClient>(frame, false),
            Some(("<", frame)) => comes_back::<FromRoom>(frame, true),
            _ => Err("a line of the exchange begins with > or <".into()),
        },
        other if ELSEWHERE.contains(&other) => Ok(()),
        other => Err(format!("no type is called {other}")),
    }
}

#[test]
fn every_example_is_read_and_written_by_the_programs_own_types() {
    let examples = examples();
    assert!(examples.len() > 80, "only {} examples were found", examples.len());
    let wrong: Vec<_> = examples
        .iter()
        .filter_map(|example| {
            check(example)
                .err()
                .map(|why| format!("{}: {}\n{why}", example.of, example.text))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_example_that_went_stale_is_noticed() {
    for (of, text) in [
        (
            "wish",
            r#"{"do":"withdraw","card":"4654de1a-3459-4e1e-a908-08928f4f2fee"}"#,
        ),
        ("wish", r#"{"do":"pause"}"#),
        ("from-client", r#"{"t":"ping","party":"x"}"#),
        ("from-room", r#"{"t":"bye","why":"tired"}"#),
        (
            "clock",
            r#"{"allowed_ms":1,"used_ms":0,"running_since":null,"ticks":1}"#,
        ),
        ("clock", r#"{"allowed_ms":1,"used_ms":0}"#),
        ("no-such-type", "{}"),
        ("exchange", r#"{"t":"ping"}"#),
    ] {
        assert!(
            check(&Example {
                of: of.into(),
                text: text.into()
            })
            .is_err(),
            "{of}: {text}"
        );
    }
}

/// The name of a wish, as a frame has it. A new wish does not compile until it is named here and in `WISHES`.
fn name_of(wish: &Wish) -> Option<&'static str> {
    Some(match wish {
        // Made by the server.
        Wish::Convene(_) | Wish::GiveSeat(_) | Wish::Enter { .. } => return None,
        Wish::TakeSeat { .. } => "take_seat",
        Wish::AcceptRules => "accept_rules",
        Wish::HandOverGavel { .. } => "hand_over_gavel",
        Wish::TakeGavel => "take_gavel",
        Wish::MoveTo { .. } => "move_to",
        Wish::AddSubject { .. } => "add_subject",
        Wish::Share { .. } => "share",
        Wish::Revise { .. } => "revise",
        Wish::SetAudience { .. } => "set_audience",
        Wish::Withdraw { .. } => "withdraw",
        Wish::RequestRelease { .. } => "request_release",
        Wish::DropRequest { .. } => "drop_request",
        Wish::Decide { .. } => "decide",
        Wish::SetReady { .. } => "set_ready",
        Wish::LastCall => "last_call",
        Wish::AgreeAction { .. } => "agree_action",
        Wish::DropAction { .. } => "drop_action",
        Wish::OpenDerived { .. } => "open_derived",
        Wish::ProposeMeasure { .. } => "propose_measure",
        Wish::CommitMeasure { .. } => "commit_measure",
        Wish::DeclineMeasure { .. } => "decline_measure",
        Wish::AskTime { .. } => "ask_time",
        Wish::ExplainTime { .. } => "explain_time",
        Wish::EndTime { .. } => "end_time",
        Wish::SetClock { .. } => "set_clock",
        Wish::SetDeadline { .. } => "set_deadline",
        Wish::RecordDisposition { .. } => "record_disposition",
        Wish::Close => "close",
    })
}

const WISHES: [&str; 28] = [
    "take_seat",
    "accept_rules",
    "hand_over_gavel",
    "take_gavel",
    "move_to",
    "add_subject",
    "share",
    "revise",
    "set_audience",
    "withdraw",
    "request_release",
    "drop_request",
    "decide",
    "set_ready",
    "last_call",
    "agree_action",
    "drop_action",
    "open_derived",
    "propose_measure",
    "commit_measure",
    "decline_measure",
    "ask_time",
    "explain_time",
    "end_time",
    "set_clock",
    "set_deadline",
    "record_disposition",
    "close",
];

#[test]
fn every_wish_has_an_example_and_a_line_about_who_may() {
    let shown: BTreeSet<_> = of::<Wish>("wish").iter().filter_map(name_of).collect();
    assert_eq!(shown, WISHES.into_iter().collect());
    for wish in WISHES {
        assert!(DOCUMENT.contains(&format!("`{wish}`")), "{wish} is in no table");
    }
}

/// Which refusal comes after this one; nothing after the last. A new refusal does not compile until it has its place.
fn after(refusal: Refusal) -> Option<Refusal> {
    use Refusal as R;
    Some(match refusal {
        R::NotFound => R::NotOwner,
        R::NotOwner => R::NotChair,
        R::NotChair => R::NotVeiligThuis,
        R::NotVeiligThuis => R::NotProsecutor,
        R::NotProsecutor => R::NotHolder,
        R::NotHolder => R::NotCustodian,
        R::NotCustodian => R::RestrictedSeat,
        R::RestrictedSeat => R::RulesNotAccepted,
        R::RulesNotAccepted => R::Closed,
        R::Closed => R::AlreadyConvened,
        R::AlreadyConvened => R::PartyMissing,
        R::PartyMissing => R::SeatsDoNotFit,
        R::SeatsDoNotFit => R::ChairStays,
        R::ChairStays => R::NoSuchPhase,
        R::NoSuchPhase => R::TimeStands,
        R::TimeStands => R::NoClock,
        R::NoClock => R::MinutesDoNotFit,
        R::MinutesDoNotFit => R::TimeDoesNotFit,
        R::TimeDoesNotFit => R::NoDisposition,
        R::NoDisposition => R::NothingToDeviateFrom,
        R::NothingToDeviateFrom => R::NotClosingRound,
        R::NotClosingRound => R::OtherRevision,
        R::OtherRevision => R::Withdrawn,
        R::Withdrawn => R::NoSuchRecipient,
        R::NoSuchRecipient => R::PurposeDoesNotFit,
        R::PurposeDoesNotFit => R::MotivationNeeded,
        R::MotivationNeeded => R::CellsDoNotFit,
        R::CellsDoNotFit => R::OwnContribution,
        R::OwnContribution => R::HiddenFromOthers,
        R::HiddenFromOthers => R::TooMany,
        R::TooMany => R::Text(TextFault::Empty),
        R::Text(TextFault::Empty) => R::Text(TextFault::TooLong),
        R::Text(TextFault::TooLong) => R::Text(TextFault::Unprintable),
        R::Text(TextFault::Unprintable) => return None,
    })
}

#[test]
fn every_refusal_has_an_example_and_a_line_with_its_rule() {
    let all: BTreeSet<_> = std::iter::successors(Some(Refusal::NotFound), |refusal| after(*refusal)).collect();
    let shown: BTreeSet<Refusal> = of("refusal").into_iter().collect();
    assert_eq!(shown, all);
    for refusal in all {
        let name = serde_json::to_value(refusal).unwrap()["refusal"]
            .as_str()
            .unwrap()
            .to_owned();
        let line = DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let line = line.unwrap_or_else(|| panic!("{name} is not in the table"));
        let rules = line.split('|').nth(2).unwrap();
        assert!(rules.trim().is_empty() == refusal.rule().is_none(), "{line}");
        assert!(refusal.rule().is_none_or(|rule| rules.contains(rule)), "{line}");
    }
}

#[test]
fn every_frame_has_an_example() {
    let client: BTreeSet<_> = of::<FromClient>("from-client")
        .iter()
        .map(|frame| match frame {
            FromClient::Hello { .. } => 0,
            FromClient::Submit { .. } => 1,
            FromClient::Draft { .. } => 2,
            FromClient::Presence { .. } => 3,
            FromClient::Spotlight { .. } => 4,
            FromClient::Ping {} => 5,
        })
        .collect();
    assert_eq!(client, (0..6).collect());
    let room: BTreeSet<_> = of::<FromRoom>("from-room")
        .iter()
        .map(|frame| match frame {
            FromRoom::Welcome { .. } => 0,
            FromRoom::View { .. } => 1,
            FromRoom::Event { .. } => 2,
            FromRoom::Ack { .. } => 3,
            FromRoom::Refused { .. } => 4,
            FromRoom::NotStored { .. } => 5,
            FromRoom::Storage { .. } => 6,
            FromRoom::Presence { .. } => 7,
            FromRoom::Spotlight { .. } => 8,
            FromRoom::Pong { .. } => 9,
            FromRoom::Unreadable { .. } => 10,
            FromRoom::Bye { .. } => 11,
        })
        .collect();
    assert_eq!(room, (0..12).collect());
}

#[test]
fn every_goodbye_has_its_code() {
    for bye in [
        Bye::SignedOut,
        Bye::NoSeat,
        Bye::Reload,
        Bye::TooSlow,
        Bye::TooMuch,
        Bye::Restart,
    ] {
        let name = serde_json::to_value(bye).unwrap();
        let line = format!("| `{}` | {} |", name.as_str().unwrap(), bye.code());
        assert!(DOCUMENT.contains(&line), "{line}");
    }
}

#[test]
fn the_numbers_of_the_document_are_the_programs() {
    use akkoord::{protocol, text};
    for (said, number) in [
        ("a `ping` every 15 s", protocol::HEARTBEAT_MS as usize / 1_000 == 15),
        ("| 64 KiB |", protocol::LONGEST_FRAME == 64 * 1024),
        ("| 8,000 characters |", text::LONGEST_CONTRIBUTION == 8_000),
        ("| 1,000 characters |", text::LONGEST_NOTE == 1_000),
        ("| 120 characters, one line |", text::LONGEST_LABEL == 120),
        (
            "contributions, actions, measures in a session | 2,000",
            akkoord::session::decide::MOST == 2_000,
        ),
        (r#"{"t":"hello","version":1}"#, protocol::VERSION == 1),
    ] {
        assert!(DOCUMENT.contains(said), "the document no longer says: {said}");
        assert!(number, "no longer true: {said}");
    }
}

/// The whole meeting, followed as the document tells a client to follow one.
#[test]
fn the_meeting_of_the_document_can_be_followed() {
    let mut view: Option<SessionView> = None;
    let mut count = None;
    let mut open = BTreeSet::new();
    for example in examples().iter().filter(|example| example.of == "exchange") {
        let (side, frame) = example.text.split_once(' ').unwrap();
        if side == ">" {
            if let FromClient::Submit { id, .. } = serde_json::from_str(frame).unwrap() {
                assert!(open.insert(id), "a command id is used once");
            }
            continue;
        }
        match serde_json::from_str(frame).unwrap() {
            FromRoom::View { n, view: whole, .. } => (view, count) = (Some(*whole), Some(n)),
            FromRoom::Event { n, event } => {
                assert_eq!(Some(n), count.map(|count| count + 1), "counts have no gaps");
                count = Some(n);
                view.as_mut().unwrap().apply(*event);
            }
            FromRoom::Ack { id } | FromRoom::Refused { id, .. } => assert!(open.remove(&id), "answered once"),
            _ => {}
        }
    }
    assert!(open.is_empty(), "every command is answered");
    assert_eq!(count, Some(8));
    let view = view.unwrap();
    assert!(view.cards.is_empty(), "nothing of it is left on the screen");
    assert_eq!(view.progress.closed.unwrap().received, 1);
}
