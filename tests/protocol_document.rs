//! `docs/protocol.md` is read here by the program's own types, so that it cannot go stale: an example that a type does not
//! read or would write otherwise fails (here), and so do a value or a field that is missing or does not exist (`names`), and
//! frames that the rules would not answer (`meeting`).
//!
//! An example is a block marked `json <type>`, or `jsonl <type>` with one on each line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "protocol_document/meeting.rs"]
mod meeting;
#[path = "protocol_document/names.rs"]
mod names;

use std::collections::BTreeSet;

use akkoord::access::AccessReport;
use akkoord::accountability::{FORMAT, Link, Report, WhyDestroyed, verify_account};
use akkoord::directory::{Board, Colleague, ConveneForm, ConveneOrder, Me, SeatOrder};
use akkoord::dossier::{Delivery, DossierItem, DossierLine};
use akkoord::protocol::{Bye, FromClient, FromRoom};
use akkoord::release::{ReleaseCommand, ReleaseView};
use akkoord::session::clock::DecisionClock;
use akkoord::session::item::LapseReason;
use akkoord::session::view::{CellView, DeviationView, ItemView, TimeView};
use akkoord::session::{CommandKind, Refusal, SessionView};
use akkoord::text::TextFault;
use serde_json::Value;

use meeting::{MEETING, SMALL_ACCOUNT};

const DOCUMENT: &str = include_str!("../docs/protocol.md");
/// Read by `server/tests/protocol_document.rs`, where their types are.
const ELSEWHERE: [&str; 4] = ["credentials", "problem", "convened", "search"];

/// One example with the name of its type.
struct Example {
    of: String,
    text: String,
}

/// Every block with a type, line by line where it has a line for each. Where a view is left out (`{…}`), it is the one of the
/// document.
fn examples() -> Vec<Example> {
    let view = block("view");
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

/// The text of the first block of this type.
fn block(of: &str) -> String {
    blocks()
        .find(|block| block.of == of)
        .expect("there is such a block")
        .text
}

fn all_of<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
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
        without_nothing(written.clone()) == without_nothing(again.clone())
    };
    if same {
        Ok(())
    } else {
        Err(format!("the document has {written}\nthe program writes {again}"))
    }
}

/// What may be left out may be left out of an example too: nulls, and lists of nothing.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null() && *value != Value::Array(Vec::new()))
            .map(|(key, value)| (key, without_nothing(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nothing).collect(),
        value => value,
    }
}

fn check(example: &Example) -> Result<(), String> {
    let text = &example.text;
    match example.of.as_str() {
        "from-client" => comes_back::<FromClient>(text, false),
        "command" => comes_back::<CommandKind>(text, false),
        "convene-order" => comes_back::<ConveneOrder>(text, false),
        "seat-order" => comes_back::<SeatOrder>(text, false),
        "release-command" => comes_back::<ReleaseCommand>(text, false),
        "from-room" => comes_back::<FromRoom>(text, true),
        "refusal" => comes_back::<Refusal>(text, true),
        "me" => comes_back::<Me>(text, true),
        "colleagues" => comes_back::<Vec<Colleague>>(text, true),
        "board" => comes_back::<Board>(text, true),
        "convene-form" => comes_back::<ConveneForm>(text, true),
        "report" => comes_back::<Report>(text, true),
        "why-destroyed" => comes_back::<WhyDestroyed>(text, true),
        "dossier-line" => comes_back::<DossierLine>(text, true),
        "dossier-item" => comes_back::<DossierItem>(text, true),
        "delivery" => comes_back::<Delivery>(text, true),
        "access" => comes_back::<AccessReport>(text, true),
        "life" => comes_back::<ReleaseView>(text, true),
        "view" => comes_back::<SessionView>(text, true),
        "item" => comes_back::<ItemView>(text, true),
        "cell" => comes_back::<CellView>(text, true),
        "lapse" => comes_back::<LapseReason>(text, true),
        "deviation" => comes_back::<DeviationView>(text, true),
        "time" => comes_back::<TimeView>(text, true),
        "clock" => comes_back::<DecisionClock>(text, true),
        "account" => verify_account(text, None).map(|_| ()).map_err(|why| why.to_string()),
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
    assert!(examples.len() > 150, "only {} examples were found", examples.len());
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
            "command",
            r#"{"do":"withdraw","card":"4654de1a-3459-4e1e-a908-08928f4f2fee","revision":1}"#,
        ),
        ("command", r#"{"do":"pause"}"#),
        ("command", r#"{"do":"close","release":true}"#),
        ("from-client", r#"{"t":"ping","party":"x"}"#),
        ("from-room", r#"{"t":"bye","why":"tired"}"#),
        (
            "lapse",
            r#"{"why":"revised","action":"4654de1a-3459-4e1e-a908-08928f4f2fee"}"#,
        ),
        (
            "clock",
            r#"{"allowed_ms":1,"used_ms":0,"running_since":null,"ticks":1}"#,
        ),
        ("clock", r#"{"allowed_ms":1,"used_ms":0}"#),
        ("account", "{}"),
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

/// The name in a field of an example.
fn tag_of(example: &Example, tag: &str) -> String {
    let value: Value = serde_json::from_str(&example.text).unwrap();
    value[tag].as_str().unwrap().to_owned()
}

#[test]
fn everything_that_can_be_sent_or_received_has_an_example() {
    for (of, tag, comment) in [
        ("command", "do", "shapes of CommandKind"),
        ("from-client", "t", "shapes of FromClient"),
        ("from-room", "t", "shapes of FromRoom"),
        ("lapse", "why", "shapes of LapseReason"),
        ("why-destroyed", "why", "shapes of WhyDestroyed"),
        ("delivery", "delivery", "shapes of Delivery"),
        ("refusal", "refusal", "refusals"),
    ] {
        let examples = examples().into_iter().filter(|example| example.of == of);
        let shown: BTreeSet<_> = examples.map(|example| tag_of(&example, tag)).collect();
        let said: BTreeSet<_> = names::names_said(DOCUMENT, comment).into_iter().collect();
        assert_eq!(shown, said, "{of}");
    }
    let commands = all_of::<ReleaseCommand>("release-command");
    assert_eq!(commands.len(), 8, "each command, and each answer of one");
}

/// Which refusal comes after this one; nothing after the last. A new refusal does not compile until it has its place.
fn after(refusal: Refusal) -> Option<Refusal> {
    use Refusal as R;
    Some(match refusal {
        R::NotFound => R::NotOwner,
        R::NotOwner => R::NotChair,
        R::NotChair => R::NotVeiligThuis,
        R::NotVeiligThuis => R::NotProsecutor,
        R::NotProsecutor => R::NotAssignee,
        R::NotAssignee => R::NotHolder,
        R::NotHolder => R::NoSuchPower,
        R::NoSuchPower => R::NoSuchTerm,
        R::NoSuchTerm => R::ReferenceDoesNotFit,
        R::ReferenceDoesNotFit => R::NotCustodian,
        R::NotCustodian => R::RestrictedSeat,
        R::RestrictedSeat => R::RulesNotAccepted,
        R::RulesNotAccepted => R::Closed,
        R::Closed => R::AlreadyConvened,
        R::AlreadyConvened => R::PartyMissing,
        R::PartyMissing => R::SeatsDoNotFit,
        R::SeatsDoNotFit => R::TakesPart,
        R::TakesPart => R::SeatsStand,
        R::SeatsStand => R::NothingNew,
        R::NothingNew => R::LeftTheTable,
        R::LeftTheTable => R::Committed,
        R::Committed => R::OnRecord,
        R::OnRecord => R::NoWords,
        R::NoWords => R::NotDue,
        R::NotDue => R::SessionFull,
        R::SessionFull => R::OtherCommand,
        R::OtherCommand => R::ChairStays,
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
        R::CellsDoNotFit => R::OwnItem,
        R::OwnItem => R::HiddenFromOthers,
        R::HiddenFromOthers => R::TooMany,
        R::TooMany => R::Text(TextFault::Empty),
        R::Text(TextFault::Empty) => R::Text(TextFault::TooLong),
        R::Text(TextFault::TooLong) => R::Text(TextFault::Unprintable),
        R::Text(TextFault::Unprintable) => R::Text(TextFault::Markup),
        R::Text(TextFault::Markup) => return None,
    })
}

#[test]
fn every_refusal_has_an_example_and_a_line_with_its_rule() {
    let all: BTreeSet<_> = std::iter::successors(Some(Refusal::NotFound), |refusal| after(*refusal)).collect();
    let shown: BTreeSet<Refusal> = all_of("refusal").into_iter().collect();
    assert_eq!(shown, all);
    for refusal in all {
        let name = serde_json::to_value(refusal).unwrap()["refusal"]
            .as_str()
            .unwrap()
            .to_owned();
        let rows = names::rows_of(DOCUMENT, "refusals");
        let row = rows.into_iter().find(|row| row.names == [name.clone()]);
        let line = row.unwrap_or_else(|| panic!("{name} is not in the table")).line;
        let rule = line.split('|').nth(2).unwrap().trim();
        assert_eq!(rule, refusal.rule().unwrap_or_default(), "{line}");
    }
}

/// The fields of each frame of the server. A frame or a field that is new does not compile until it is named here.
#[test]
fn every_field_of_a_frame_is_shown() {
    let fields = |frame: &FromRoom| -> (&'static str, &'static [&'static str]) {
        match frame {
            FromRoom::Welcome {
                version: _,
                now: _,
                you: _,
                draft: _,
            } => ("welcome", &["version", "now", "you", "draft"]),
            FromRoom::View {
                epoch: _,
                n: _,
                view: _,
            } => ("view", &["epoch", "n", "view"]),
            FromRoom::Event { n: _, event: _ } => ("event", &["n", "event"]),
            FromRoom::Ack { id: _, made: _ } => ("ack", &["id", "made"]),
            FromRoom::Refused { id: _, because: _ } => ("refused", &["id", "because"]),
            FromRoom::NotStored { id: _ } => ("not_stored", &["id"]),
            FromRoom::Storage { works: _ } => ("storage", &["works"]),
            FromRoom::Presence {
                party: _,
                who: _,
                how: _,
            } => ("presence", &["party", "who", "how"]),
            FromRoom::Spotlight { item: _ } => ("spotlight", &["item"]),
            FromRoom::Pong { now: _ } => ("pong", &["now"]),
            FromRoom::Unreadable { id: _, why: _ } => ("unreadable", &["id", "why"]),
            FromRoom::Bye { why: _ } => ("bye", &["why"]),
        }
    };
    let said = names::shapes_said(DOCUMENT, "shapes of FromRoom");
    for frame in all_of::<FromRoom>("from-room") {
        let (name, fields) = fields(&frame);
        let real: BTreeSet<_> = fields.iter().map(|field| (*field).to_owned()).collect();
        assert!(said.contains(&(name.to_owned(), real)), "{name}");
    }
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
    use akkoord::session::decide;
    use akkoord::{access, moment, protocol, text};
    for (said, is_so) in [
        ("a `ping` every 15 s", protocol::HEARTBEAT_MS == 15_000),
        ("| 64 KiB; a longer frame", protocol::LONGEST_FRAME == 64 * 1024),
        ("| 8,000 characters |", text::LONGEST_CONTRIBUTION == 8_000),
        ("| 1,000 characters |", text::LONGEST_NOTE == 1_000),
        ("| 120 characters, one line |", text::LONGEST_LABEL == 120),
        ("of one party in a session | 2,000 of each |", decide::MOST == 2_000),
        ("| events of a session | 50,000 |", decide::MOST_EVENTS == 50_000),
        ("at most 100 characters", access::LONGEST_SEARCH == 100),
        ("announced 24 hours before", moment::EXPIRY_NOTICE_HOURS == 24),
        (r#"{"t":"hello","version":2}"#, protocol::VERSION == 2),
        ("# Protocol, version 2\n", protocol::VERSION == 2),
        ("`akkoord-accountability/3`", FORMAT == "akkoord-accountability/3"),
    ] {
        assert!(DOCUMENT.contains(said), "the document no longer says: {said}");
        assert!(is_so, "no longer true: {said}");
    }
}

fn same(of: &str, held: &str) {
    let (said, held): (Value, Value) = (
        serde_json::from_str(&block(of)).unwrap(),
        serde_json::from_str(held).unwrap(),
    );
    assert_eq!(said, held, "\n{of} is now:\n{held}");
}

#[test]
fn the_meeting_of_the_document_is_what_the_rules_make_of_it() {
    let exchange = block("exchange");
    let said: Vec<_> = exchange.lines().collect();
    let held = &MEETING.exchange;
    assert_eq!(said, *held, "\nthe meeting is now:\n{}", held.join("\n"));
    same("view", &MEETING.view);
    same("report", &MEETING.report);
    same("dossier-item", &MEETING.dossier_item);
    let change = blocks().find(|block| block.of == "from-room" && block.text.contains("\"event\""));
    let change: Value = serde_json::from_str(&change.unwrap().text).unwrap();
    assert_eq!(change, serde_json::from_str::<Value>(&MEETING.change).unwrap());
}

/// The whole meeting, followed as the document tells a client to follow one.
#[test]
fn the_meeting_of_the_document_can_be_followed() {
    let mut view: Option<SessionView> = None;
    let mut count = None;
    let mut open = Vec::new();
    for example in examples().iter().filter(|example| example.of == "exchange") {
        let (side, frame) = example.text.split_once(' ').unwrap();
        if side == ">" {
            if let FromClient::Submit { id, .. } = serde_json::from_str(frame).unwrap() {
                assert!(!open.contains(&id), "a command id is used once");
                open.push(id);
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
            FromRoom::Ack { id, .. } | FromRoom::Refused { id, .. } => {
                assert_eq!(open.remove(0), id, "answered in order");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "every command is answered");
    let view = view.unwrap();
    assert!(view.items.is_empty(), "nothing of it is left on the screen");
    let outcome = view.progress.closed.unwrap();
    assert_eq!((outcome.received, outcome.kept), (1, 1));
}

#[test]
fn the_accountability_file_of_the_document_is_one_and_its_links_are_as_described() {
    assert_eq!(
        block("account"),
        *SMALL_ACCOUNT,
        "\nthe file is now:\n{}",
        *SMALL_ACCOUNT
    );
    let verified = verify_account(&SMALL_ACCOUNT, None).unwrap();
    let account: Value = serde_json::from_str(&SMALL_ACCOUNT).unwrap();
    let id = |text: &Value| text.as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let (session, party) = (id(&account["chain"]["session"]), id(&account["chain"]["party"]));
    let first = Link::first_of(akkoord::ids::SessionId(session), akkoord::ids::PartyId(party));
    for said in [
        format!("for the session `{session}` and the party `{party}`"),
        format!("`first` is `{first}`"),
        format!("`next(first, \"{{}}\")` is `{}`", first.next(b"{}")),
        format!("`{}`.", verified.head),
    ] {
        let flat = DOCUMENT.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&said), "the document does not say: {said}");
    }
    let forged = SMALL_ACCOUNT.replacen("\"expired\":true", "\"expired\":false", 1);
    assert!(verify_account(&forged, None).is_err(), "a change is noticed");
}

/// The name by which a link within the page finds a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_within_the_page_leads_to_one_heading() {
    let prose = DOCUMENT.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let headings: Vec<_> = headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect();
    let links = prose.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap());
    let links: BTreeSet<_> = links.collect();
    assert!(links.len() > 15);
    for link in links {
        let found = headings.iter().filter(|heading| *heading == link).count();
        assert_eq!(found, 1, "#{link}");
    }
}
