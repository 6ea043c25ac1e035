//! Frames that no client of ours sends: cut short, of wrong types, deeply nested, huge, not text, not even frames. The
//! connection answers or closes with the right code, the program never panics, and others notice nothing (T16).

use akkoord::ids::{ContributionId, PartyId};
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, LONGEST_FRAME, Place, Presence, VERSION};
use akkoord::session::Wish;
use akkoord::session::command::{Audience, MeasureKind};
use chrono::Utc;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;

use crate::common::chance::Chance;
use crate::common::house::{House, Table};
use crate::common::person::{Answer, Person, fresh};
use crate::common::soon;
use crate::common::wishes::{agree, approve, share, share_with_table};

/// Frames on one connection: less than half of what may be sent in a while, since each is followed by a ping.
const ON_ONE: usize = 120;

/// A valid frame of every shape, from which broken ones are made.
fn seeds() -> Vec<Value> {
    let (card, party) = (ContributionId(Uuid::new_v4()), PartyId(Uuid::new_v4()));
    let wishes = [
        share("tekst", Audience::only([party])),
        approve(card, party, "om_afdoening"),
        agree("afspraak", party, [card]),
        Wish::ProposeMeasure {
            kind: MeasureKind::Shelter,
            holder: party,
            note: None,
            based_on: [card].into(),
        },
        Wish::SetDeadline {
            at: Utc::now(),
            article: "art. 56a".into(),
        },
        Wish::AskTime {
            reason: None,
            minutes: Some(5),
        },
    ];
    let frames = wishes
        .into_iter()
        .map(|wish| FromClient::Submit { id: fresh(), wish })
        .chain([
            FromClient::Draft {
                words: "half af".into(),
            },
            FromClient::Presence { how: Presence::Typing },
            FromClient::Spotlight { card: Some(card) },
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
fn broken(chance: &mut Chance) -> Vec<String> {
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
            texts.push(text[..1 + chance.below(text.len() - 1)].to_owned());
        }
        for place in places(&seed) {
            for _ in 0..3 {
                let mut changed = seed.clone();
                *changed.pointer_mut(&place).unwrap() = wrong[chance.below(wrong.len())].clone();
                texts.push(changed.to_string());
            }
        }
        for added in ["party", "participant", "owner", "session", "at", "__proto__"] {
            let mut changed = seed.clone();
            changed[added] = json!(Uuid::new_v4());
            texts.push(changed.to_string());
            if let Some(wish) = changed.get_mut("wish") {
                wish[added] = json!(Uuid::new_v4());
                texts.push(changed.to_string());
            }
        }
        // A digit too many for any number.
        texts.push(
            text.replace(":5", ":55555555555555555555555555555555")
                .replace(":1", ":-1e400"),
        );
        for name in ["convene", "give_seat", "enter", "drop table", ""] {
            let mut changed = seed.clone();
            if let Some(wish) = changed.get_mut("wish") {
                wish["do"] = json!(name);
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
async fn all_is_well(house: &House, other: &mut Person) {
    assert_eq!(other.wants(share_with_table("het gaat gewoon door")).await, Answer::Ack);
    assert!(!house.log().contains("panicked"), "the program panicked");
}

async fn table(house: &House) -> (Table<3>, [Person; 3]) {
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let people = table.all_sit_down().await;
    (table, people)
}

#[tokio::test]
async fn t16_broken_texts_are_answered_and_harm_nobody() {
    let mut chance = Chance::of_this_run();
    let house = House::open().await;
    let (table, [mut om, _vt, _police]) = table(&house).await;
    let texts = broken(&mut chance);
    assert!(texts.len() > 500, "several hundred: {}", texts.len());
    let mut unreadable = 0;
    for some in texts.chunks(ON_ONE) {
        let mut attacker = Person::sits_down(&table.visitors[2], table.session).await;
        for text in some {
            let begin = attacker.frames.len();
            attacker.says_raw(text.clone()).await;
            attacker.says(&FromClient::Ping {}).await;
            attacker
                .until_frame(|frame| matches!(frame, FromRoom::Pong { .. }))
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
                        .until_frame(|frame| matches!(frame, FromRoom::Pong { .. }))
                        .await;
                }
                Ok(_) => assert_eq!(told, 0, "{text:.200}"),
            }
        }
        all_is_well(&house, &mut om).await;
    }
    assert!(unreadable > 400, "most were broken indeed: {unreadable}");
    println!("{} texts, {unreadable} of them no frame", texts.len());
    // Not one of them became a contribution in somebody's name but the attacker's, or a seat.
    let seen = om.view.as_ref().unwrap();
    let police = table.visitors[2].me.party.id;
    assert!(seen.cards.iter().all(|card| card.owner.id == police || card.mine));
    assert_eq!(seen.seats.len(), 3);
}

/// Answers that repeat what was sent would be a mirror for whatever somebody hides in a frame.
#[tokio::test]
async fn t16_an_answer_to_a_broken_frame_is_short() {
    let house = House::open().await;
    let (table, _people) = table(&house).await;
    let mut attacker = Person::sits_down(&table.visitors[2], table.session).await;
    attacker
        .says_raw(format!(r#"{{"t":"{}"}}"#, "geheim".repeat(5_000)))
        .await;
    attacker
        .until_frame(|frame| matches!(frame, FromRoom::Unreadable { .. }))
        .await;
    assert!(attacker.frames.last().unwrap().len() < 1_000);
    assert!(!house.log().contains("geheimgeheim"), "nor does it stand in the log");
}

#[tokio::test]
async fn t16_what_is_no_text_or_too_long_ends_only_its_own_connection() {
    let house = House::open().await;
    let (table, [mut om, _vt, _police]) = table(&house).await;
    let text = |bytes: Vec<u8>| Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true));
    let too_long = format!(r#"{{"t":"draft","words":"{}"}}"#, "x".repeat(LONGEST_FRAME));
    let just_fits = format!(r#"{{"t":"draft","words":"{}"}}"#, "x".repeat(LONGEST_FRAME - 25));
    assert_eq!(just_fits.len(), LONGEST_FRAME - 1);

    let mut attacker = Person::sits_down(&table.visitors[2], table.session).await;
    attacker
        .sends(Message::binary(Bytes::from_static(b"\x00\x01\x02")))
        .await;
    attacker
        .until_frame(|frame| matches!(frame, FromRoom::Unreadable { .. }))
        .await;
    attacker.says_raw(just_fits).await;
    assert_eq!(attacker.wants(share_with_table("nog steeds welkom")).await, Answer::Ack);

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
        let mut attacker = Person::sits_down(&table.visitors[2], table.session).await;
        attacker.sends(message).await;
        attacker.until_the_end().await;
        assert!(attacker.ended, "{what}");
        all_is_well(&house, &mut om).await;
    }
}

/// Bytes that are not even the protocol of sockets, right after a good handshake.
#[tokio::test]
async fn t16_bytes_that_are_no_frames_end_only_their_own_connection() {
    let mut chance = Chance::of_this_run();
    let house = House::open().await;
    let (table, [mut om, _vt, _police]) = table(&house).await;
    for round in 0..60 {
        let person = Person::sits_down(&table.visitors[2], table.session).await;
        let mut stream = person.socket.into_inner();
        let length = 1 + chance.below(300);
        let mut bytes: Vec<u8> = (0..length).map(|_| chance.number().to_le_bytes()[0]).collect();
        match round % 3 {
            // A length that promises eight exabytes.
            0 => bytes
                .splice(..0, [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
                .for_each(drop),
            // Not masked, as only a server may.
            1 => bytes.splice(..0, [0x81, 0x05]).for_each(drop),
            _ => {}
        }
        soon("bytes are taken", stream.write_all(&bytes)).await.ok();
        stream.shutdown().await.ok();
        let mut rest = Vec::new();
        // It ends, with or without a word.
        soon("the connection ends", stream.read_to_end(&mut rest)).await.ok();
    }
    all_is_well(&house, &mut om).await;
}

#[tokio::test]
async fn t16_the_first_frame_must_be_a_greeting_in_our_version() {
    let house = House::open().await;
    let (table, [mut om, _vt, _police]) = table(&house).await;
    let visitor = &table.visitors[2];
    for first in [
        json!({ "t": "hello", "version": VERSION + 1 }).to_string(),
        json!({ "t": "hello", "version": 0 }).to_string(),
        json!({ "t": "hello" }).to_string(),
        json!({ "t": "ping" }).to_string(),
        "niets".into(),
        serde_json::to_string(&FromClient::Submit {
            id: fresh(),
            wish: share_with_table("zonder groet"),
        })
        .unwrap(),
    ] {
        let mut attacker = Person::opens(visitor, table.session).await.unwrap();
        attacker.says_raw(first.clone()).await;
        let heard = attacker.until_the_end().await;
        assert_eq!(heard, [FromRoom::Bye { why: Bye::Reload }], "{first}");
        assert_eq!(attacker.closed, Some(Bye::Reload.code()), "{first}");
    }
    om.is_up_to_date().await;
    assert!(
        om.view.as_ref().unwrap().cards.is_empty(),
        "nobody spoke before greeting"
    );
}

/// Who comes back is believed only about a place where this viewer was; else the whole view comes.
#[tokio::test]
async fn a_place_that_is_not_yours_brings_the_whole_view() {
    let house = House::open().await;
    let (table, [mut om, mut vt, mut police]) = table(&house).await;
    assert_eq!(vt.wants(share_with_table("voor allen")).await, Answer::Ack);
    for person in [&mut om, &mut police] {
        person.until(|view| view.cards.len() == 1).await;
        person.is_up_to_date().await;
    }
    vt.is_up_to_date().await;
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
        let mut back = Person::opens(&table.visitors[2], table.session).await.unwrap();
        back.greets(Some(resume)).await;
        assert_eq!(Some(back.until(|_| true).await), right, "{what}");
    }
    // The right place brings nothing it had already.
    let mut back = Person::opens(&table.visitors[2], table.session).await.unwrap();
    back.view = right;
    back.place = Some(own);
    back.greets(Some(own)).await;
    assert_eq!(back.wants(share_with_table("verder")).await, Answer::Ack);
    assert!(back.frames.iter().all(|frame| !frame.contains(r#""t":"view""#)));
    assert_eq!(back.view.as_ref().unwrap().cards.len(), 2);
}
