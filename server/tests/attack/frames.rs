//! Frames that no client of ours sends: cut short, of wrong types, deeply nested, huge, with fields too many, not text, not
//! even frames. The connection answers or closes with the right code, the program never panics, and others notice nothing.

use akkoord::ids::{CommandId, ItemId, PartyId, SubjectId, TimeRequestId};
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, LONGEST_FRAME, Place, Presence, VERSION};
use akkoord::session::CommandKind;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;

use crate::common::commands::{every_command, name_of, share_with_table};
use crate::common::in_time;
use crate::common::participant::{Participant, new_command_id};
use crate::common::random::Random;
use crate::common::server::{Server, Session};

/// Frames on one connection: less than half of what may be sent in a while, since each is followed by a ping.
const ON_ONE: usize = 120;

/// One command of every kind, about nothing that is there.
fn commands() -> Vec<CommandKind> {
    let id = Uuid::new_v4;
    every_command(ItemId(id()), PartyId(id()), SubjectId(id()), TimeRequestId(id()))
}

/// Valid frames of every shape, from which broken ones are made.
fn seeds() -> Vec<Value> {
    // Every nested shape stands in these.
    let shapes = [
        "share",
        "decide",
        "answer",
        "set_deadline",
        "ask_time",
        "correct_subject",
        "set_audience",
    ];
    let commands = commands();
    let commands = commands
        .into_iter()
        .filter(|it| name_of(it).is_some_and(|name| shapes.contains(&name)));
    let frames = commands
        .map(|command| FromClient::Submit {
            id: new_command_id(),
            command,
        })
        .chain([
            FromClient::Draft {
                words: "half af".into(),
            },
            FromClient::Presence { how: Presence::Typing },
            FromClient::Spotlight {
                item: Some(ItemId(Uuid::new_v4())),
            },
            FromClient::Hello {
                version: VERSION,
                resume: Some(Place {
                    epoch: Uuid::new_v4(),
                    n: 3,
                }),
            },
            FromClient::Ping {},
        ]);
    frames.map(|frame| serde_json::to_value(frame).unwrap()).collect()
}

/// Broken texts made of valid ones: several hundred.
fn broken(random: &mut Random) -> Vec<String> {
    let mut texts: Vec<String> = vec![
        String::new(),
        " ".into(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        "\"ping\"".into(),
        "{\"t\":\"ping\"}{\"t\":\"ping\"}".into(),
        "{\"t\":\"ping\",\"t\":\"ping\"}".into(),
        "\u{feff}{\"t\":\"ping\"}".into(),
        "{\"t\":\"pi\\u0000ng\"}".into(),
        "{\"t\":\"draft\",\"words\":\"\\ud800\"}".into(),
        "1e999999".into(),
        "-".into(),
        "[".repeat(60_000),
        "{\"t\":".repeat(10_000),
        format!(
            "{{\"t\":\"draft\",\"words\":{}1{}}}",
            "[".repeat(20_000),
            "]".repeat(20_000)
        ),
        format!("{{\"t\":\"ping\",\"{}\":1}}", "x".repeat(50_000)),
    ];
    let wrong = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e300),
        json!(""),
        json!("\u{202e}x\u{0}"),
        json!([]),
        json!({}),
        json!([[[[[]]]]]),
        json!("x".repeat(20_000)),
    ];
    for seed in seeds() {
        let text = seed.to_string();
        for _ in 0..12 {
            // Cut short, on the border of a letter.
            texts.push(text[..1 + random.below(text.len() - 1)].to_owned());
        }
        for place in places(&seed) {
            for _ in 0..3 {
                let mut changed = seed.clone();
                *changed.pointer_mut(&place).unwrap() = wrong[random.below(wrong.len())].clone();
                texts.push(changed.to_string());
            }
        }
        for added in ["party", "participant", "owner", "session", "at", "__proto__"] {
            let mut changed = seed.clone();
            changed[added] = json!(Uuid::new_v4());
            texts.push(changed.to_string());
            if let Some(command) = changed.get_mut("command") {
                command[added] = json!(Uuid::new_v4());
                texts.push(changed.to_string());
            }
        }
        // A digit too many for any number.
        texts.push(
            text.replace(":5", ":55555555555555555555555555555555")
                .replace(":1", ":-1e400"),
        );
        for name in [
            "convene",
            "give_seat",
            "enter",
            "warn_of_expiry",
            "expire",
            "drop table",
            "",
        ] {
            let mut changed = seed.clone();
            if let Some(command) = changed.get_mut("command") {
                command["do"] = json!(name);
            } else {
                changed["t"] = json!(name);
            }
            texts.push(changed.to_string());
        }
    }
    texts
}

/// Every place in a value, as a pointer.
fn places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(place, value)| (place.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        found.push(format!("/{key}"));
        found.extend(places(value).into_iter().map(|rest| format!("/{key}{rest}")));
    }
    found
}

/// Somebody else at the same table is served as if nothing happened.
async fn all_is_well(server: &Server, other: &mut Participant) {
    other.submit_ok(share_with_table("het gaat gewoon door")).await;
    assert!(!server.log().contains("panicked"), "the program panicked");
}

async fn join(server: &Server) -> (Session<3>, [Participant; 3]) {
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let people = session.everybody_joins().await;
    (session, people)
}

#[tokio::test]
async fn broken_texts_are_answered_and_harm_nobody() {
    let mut random = Random::from_environment();
    let server = Server::open().await;
    let (session, [mut om, _vt, _police]) = join(&server).await;
    let texts = broken(&mut random);
    assert!(texts.len() > 500, "several hundred: {}", texts.len());
    let mut unreadable = 0;
    for some in texts.chunks(ON_ONE) {
        let mut attacker = Participant::join(&session.users[2], session.id).await;
        for text in some {
            let begin = attacker.frames.len();
            attacker.send_text(text.clone()).await;
            attacker.send_frame(&FromClient::Ping {}).await;
            attacker
                .wait_for_frame(|frame| matches!(frame, FromRoom::Pong { .. }))
                .await;
            // What is no frame gets exactly one answer; what happens to be one gets what it deserves.
            let told = attacker.frames[begin..]
                .iter()
                .filter(|frame| frame.contains(r#""t":"unreadable""#))
                .count();
            match serde_json::from_str::<FromClient>(text) {
                Err(_) => {
                    assert_eq!(told, 1, "{text:.200}");
                    unreadable += 1;
                }
                Ok(FromClient::Hello { .. }) => assert_eq!(told, 1, "hello was said already"),
                // A ping among them is answered too: read both.
                Ok(FromClient::Ping {}) => {
                    attacker
                        .wait_for_frame(|frame| matches!(frame, FromRoom::Pong { .. }))
                        .await;
                }
                Ok(_) => assert_eq!(told, 0, "{text:.200}"),
            }
        }
        all_is_well(&server, &mut om).await;
    }
    assert!(unreadable > 400, "most were broken indeed: {unreadable}");
    println!("{} texts, {unreadable} of them no frame", texts.len());
    // Not one of them became an item in anybody's name but the attacker's, or a seat.
    let seen = om.view.as_ref().unwrap();
    let police = session.users[2].me.party.id;
    assert!(seen.items.iter().all(|item| item.owner.id == police || item.mine));
    assert_eq!(seen.seats.len(), 3);
}

/// Every place in a frame where an object stands, the frame itself included.
fn objects(frame: &Value) -> Vec<String> {
    let inside = places(frame)
        .into_iter()
        .filter(|place| frame.pointer(place).unwrap().is_object());
    [String::new()].into_iter().chain(inside).collect()
}

/// Sends a text that is no frame; the id with which the room says so.
async fn unreadable_id(person: &mut Participant, text: String) -> Option<CommandId> {
    person.send_text(text.clone()).await;
    let reply = person
        .wait_for_frame(|frame| {
            matches!(
                frame,
                FromRoom::Ack { .. }
                    | FromRoom::Refused { .. }
                    | FromRoom::NotStored { .. }
                    | FromRoom::Unreadable { .. }
            )
        })
        .await;
    match reply {
        FromRoom::Unreadable { id, .. } => id,
        reply => panic!("{text:.300}: {reply:?}"),
    }
}

/// G24: what is not described is never passed over, however deep it stands, and the client is told which command it was.
#[tokio::test]
async fn a_field_too_many_is_refused_at_every_depth_with_the_id_of_the_command() {
    let server = Server::open().await;
    let (session, [mut om, _vt, _police]) = join(&server).await;
    let before = om.now().await.clone();
    let mut texts = Vec::new();
    for command in commands() {
        let id = new_command_id();
        let frame = serde_json::to_value(FromClient::Submit { id, command }).unwrap();
        for place in objects(&frame) {
            let mut changed = frame.clone();
            changed.pointer_mut(&place).unwrap()["owner"] = json!(Uuid::new_v4());
            texts.push((id, changed.to_string()));
        }
    }
    assert!(texts.len() > 100, "{}", texts.len());
    for some in texts.chunks(ON_ONE) {
        let mut attacker = Participant::join(&session.users[2], session.id).await;
        for (id, text) in some {
            assert_eq!(unreadable_id(&mut attacker, text.clone()).await, Some(*id), "{text}");
        }
    }
    assert_eq!(*om.now().await, before, "nothing changed");
    all_is_well(&server, &mut om).await;
}

#[tokio::test]
async fn what_cannot_be_read_names_the_command_where_its_id_can_be_read() {
    let server = Server::open().await;
    let (session, [_om, mut vt, _police]) = join(&server).await;
    let id = new_command_id();
    let share = serde_json::to_value(share_with_table("tekst")).unwrap();
    for (frame, expected) in [
        (json!({ "t": "submit", "id": id, "command": { "do": "fly" } }), Some(id)),
        (json!({ "t": "submit", "id": id, "command": null }), Some(id)),
        (json!({ "t": "submit", "id": id }), Some(id)),
        (
            json!({ "t": "submit", "id": id, "command": { "do": "withdraw" } }),
            Some(id),
        ),
        // As version 1 wrote it.
        (json!({ "t": "submit", "id": id, "wish": share }), Some(id)),
        (json!({ "t": "submit", "id": "x", "command": share }), None),
        (json!({ "t": "submit", "id": [id], "command": share }), None),
        (json!({ "t": "submit", "command": share }), None),
        (json!({ "t": "draft", "words": 1 }), None),
        (json!(["submit", id]), None),
    ] {
        assert_eq!(unreadable_id(&mut vt, frame.to_string()).await, expected, "{frame}");
    }
    // An id that came with something unreadable was not used: it is the id of the command that is sent next.
    assert!(vt.submit_as(id, share_with_table("tekst")).await.is_ack());
    assert_eq!(session.users[0].view(session.id).await.items.len(), 1);
}

/// Answers that repeat what was sent would be a mirror for whatever somebody hides in a frame.
#[tokio::test]
async fn an_answer_to_a_broken_frame_is_short() {
    let server = Server::open().await;
    let (session, _people) = join(&server).await;
    let mut attacker = Participant::join(&session.users[2], session.id).await;
    attacker
        .send_text(format!(r#"{{"t":"{}"}}"#, "geheim".repeat(5_000)))
        .await;
    attacker
        .wait_for_frame(|frame| matches!(frame, FromRoom::Unreadable { .. }))
        .await;
    assert!(attacker.frames.last().unwrap().len() < 1_000);
    assert!(!server.log().contains("geheimgeheim"), "nor does it stand in the log");
}

#[tokio::test]
async fn what_is_no_text_or_too_long_ends_only_its_own_connection() {
    let server = Server::open().await;
    let (session, [mut om, _vt, _police]) = join(&server).await;
    let text = |bytes: Vec<u8>| Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true));
    let too_long = format!(r#"{{"t":"draft","words":"{}"}}"#, "x".repeat(LONGEST_FRAME));
    let just_fits = format!(r#"{{"t":"draft","words":"{}"}}"#, "x".repeat(LONGEST_FRAME - 25));
    assert_eq!(just_fits.len(), LONGEST_FRAME - 1);

    let mut attacker = Participant::join(&session.users[2], session.id).await;
    attacker
        .send_message(Message::binary(Bytes::from_static(b"\x00\x01\x02")))
        .await;
    attacker
        .wait_for_frame(|frame| matches!(frame, FromRoom::Unreadable { .. }))
        .await;
    attacker.send_text(just_fits).await;
    attacker.submit_ok(share_with_table("nog steeds welkom")).await;

    for (what, message) in [
        ("too long", Message::text(too_long.clone())),
        (
            "too long in pieces",
            Message::Frame(Frame::message(too_long.into_bytes(), OpCode::Data(Data::Text), false)),
        ),
        ("no UTF-8", text(vec![b'"', 0xff, 0xfe, b'"'])),
        ("half a letter", text(vec![b'"', 0xe2, 0x82])),
        (
            "a piece of nothing",
            Message::Frame(Frame::message("x", OpCode::Data(Data::Continue), true)),
        ),
    ] {
        let mut attacker = Participant::join(&session.users[2], session.id).await;
        attacker.send_message(message).await;
        attacker.read_to_end().await;
        assert!(attacker.ended, "{what}");
        all_is_well(&server, &mut om).await;
    }
}

/// Bytes that are not even the protocol of sockets, right after a good handshake.
#[tokio::test]
async fn bytes_that_are_no_frames_end_only_their_own_connection() {
    let mut random = Random::from_environment();
    let server = Server::open().await;
    let (session, [mut om, _vt, _police]) = join(&server).await;
    for round in 0..60 {
        let person = Participant::join(&session.users[2], session.id).await;
        let mut stream = person.socket.into_inner();
        let length = 1 + random.below(300);
        let mut bytes: Vec<u8> = (0..length).map(|_| random.number().to_le_bytes()[0]).collect();
        match round % 3 {
            // A length that promises eight exabytes.
            0 => bytes
                .splice(..0, [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
                .for_each(drop),
            // Not masked, as only a server may.
            1 => bytes.splice(..0, [0x81, 0x05]).for_each(drop),
            _ => {}
        }
        in_time("bytes are taken", stream.write_all(&bytes)).await.ok();
        stream.shutdown().await.ok();
        let mut rest = Vec::new();
        // It ends, with or without a word.
        in_time("the connection ends", stream.read_to_end(&mut rest)).await.ok();
    }
    all_is_well(&server, &mut om).await;
}

#[tokio::test]
async fn the_first_frame_must_be_a_greeting_in_our_version() {
    let server = Server::open().await;
    let (session, [mut om, _vt, _police]) = join(&server).await;
    let user = &session.users[2];
    for first in [
        json!({ "t": "hello", "version": VERSION + 1 }).to_string(),
        json!({ "t": "hello", "version": VERSION - 1 }).to_string(),
        json!({ "t": "hello", "version": 0 }).to_string(),
        json!({ "t": "hello" }).to_string(),
        json!({ "t": "ping" }).to_string(),
        "niets".into(),
        serde_json::to_string(&FromClient::Submit {
            id: new_command_id(),
            command: share_with_table("zonder groet"),
        })
        .unwrap(),
    ] {
        let mut attacker = Participant::connect(user, session.id).await.unwrap();
        attacker.send_text(first.clone()).await;
        let heard = attacker.read_to_end().await;
        assert_eq!(heard, [FromRoom::Bye { why: Bye::Reload }], "{first}");
        assert_eq!(attacker.closed, Some(Bye::Reload.code()), "{first}");
    }
    om.catch_up().await;
    assert!(
        om.view.as_ref().unwrap().items.is_empty(),
        "nobody spoke before greeting"
    );
}

/// Who comes back is believed only about a place where this viewer was; else the whole view comes.
#[tokio::test]
async fn a_place_that_is_not_yours_brings_the_whole_view() {
    let server = Server::open().await;
    let (session, [mut om, mut vt, mut police]) = join(&server).await;
    vt.submit_ok(share_with_table("voor allen")).await;
    for person in [&mut om, &mut police] {
        person.wait_for(|view| view.items.len() == 1).await;
        person.catch_up().await;
    }
    vt.catch_up().await;
    let own = police.place.unwrap();
    let right = police.view.clone();
    let other = om.place.unwrap();
    for (what, resume) in [
        ("another's epoch", Place { n: own.n, ..other }),
        ("another's place", other),
        (
            "an epoch of nowhere",
            Place {
                epoch: Uuid::new_v4(),
                ..own
            },
        ),
        ("a place in the past", Place { n: own.n - 1, ..own }),
        ("a place in the future", Place { n: own.n + 1, ..own }),
        ("the furthest future", Place { n: u64::MAX, ..own }),
    ] {
        let mut back = Participant::connect(&session.users[2], session.id).await.unwrap();
        back.hello(Some(resume)).await;
        assert_eq!(Some(back.wait_for(|_| true).await), right, "{what}");
    }
    // The right place brings nothing it had already.
    let mut back = Participant::connect(&session.users[2], session.id).await.unwrap();
    back.view = right;
    back.place = Some(own);
    back.hello(Some(own)).await;
    back.submit_ok(share_with_table("verder")).await;
    assert!(back.frames.iter().all(|frame| !frame.contains(r#""t":"view""#)));
    assert_eq!(back.view.as_ref().unwrap().items.len(), 2);
}
