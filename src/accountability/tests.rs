//! C4 on whole meetings: what each party takes along, and what happens to one who changes a byte of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use alloc::{string::String, vec::Vec};

use uuid::Uuid;

use super::*;
use crate::ids::{PartyId, SessionId, TextId};
use crate::session::event::Fact;
use crate::session::state::State;
use crate::session::{Event, evolve};
use crate::text::{Text, TextProof, TextRef, TextSalt};

const MEETINGS: [&str; 2] = [
    include_str!("../session/golden/zsm_with_a_pause.events.jsonl"),
    include_str!("../session/golden/short_actieoverleg.events.jsonl"),
];

fn session() -> SessionId {
    SessionId(Uuid::from_u128(7))
}

fn events(log: &str) -> Vec<Event> {
    log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn accounts(log: &str) -> Vec<Account> {
    let events = events(log);
    let state = events.iter().fold(State::default(), evolve);
    let parties: Vec<PartyId> = state.seats.keys().copied().collect();
    let of = |party| account(session(), &events, report(&state, party).unwrap()).unwrap();
    parties.into_iter().map(of).collect()
}

fn file(account: &Account) -> String {
    serde_json::to_string(account).unwrap()
}

#[test]
fn c4_every_partys_account_is_whole_and_the_same_however_often_it_is_made() {
    for log in MEETINGS {
        let all = accounts(log);
        assert!(all.len() > 2);
        for (one, again) in all.iter().zip(accounts(log)) {
            assert!(one.chain.events.len() > 2);
            let head = one.chain.head;
            let verified = Verified {
                events: one.chain.events.len(),
                head,
            };
            assert_eq!(verify_account(&file(one), None), Ok(verified));
            assert_eq!(verify_account(&file(one), Some(head)), Ok(verified));
            assert_eq!(one.report.own_head, Some(head));
            assert_eq!(file(one), file(&again));
        }
    }
}

#[test]
fn c4_r13_a_report_says_when_everybody_was_called_before_the_close() {
    let called = |log| accounts(log)[0].report.last_call;
    assert_eq!(called(MEETINGS[0]), None);
    let log = events(MEETINGS[1]);
    let call = log.iter().find(|event| matches!(event.fact, Fact::LastCalled));
    assert_eq!(called(MEETINGS[1]), Some(call.unwrap().at));
}

/// No word of a contribution, a draft or a note: the log has none, and what is seen of it without texts has none.
#[test]
fn c4_r8_an_account_has_no_text_of_any_card() {
    for account in MEETINGS.into_iter().flat_map(accounts) {
        for event in &account.chain.events {
            let seen: serde_json::Value = serde_json::from_str(&event.bytes).unwrap();
            let cards = seen["cards"].as_array().into_iter().flatten();
            let whole = seen["whole"]["cards"].as_array().into_iter().flatten();
            for card in cards.chain(whole) {
                assert!(card["text"].is_null(), "{card}");
            }
        }
    }
}

/// R2: what was kept from a party leaves no gap in what it takes along.
#[test]
fn r2_the_accounts_of_two_parties_differ_where_they_saw_different_things() {
    let all = accounts(MEETINGS[0]);
    let heads: alloc::collections::BTreeSet<_> = all.iter().map(|account| account.chain.head).collect();
    assert_eq!(heads.len(), all.len());
}

/// Any byte that is changed, dropped or doubled anywhere in the file is found.
#[test]
fn c4_one_byte_changed_anywhere_is_found() {
    let account = accounts(MEETINGS[1]).into_iter().next().unwrap();
    let whole = file(&account).into_bytes();
    // Every place in the report, and places all over the long chain behind it.
    let report = file_length(&account.report);
    let places = (0..report).step_by(3).chain((report..whole.len()).step_by(211));
    for place in places {
        for change in 0..3 {
            let mut forged = whole.clone();
            match change {
                0 => forged[place] = if forged[place] == b'1' { b'2' } else { b'1' },
                1 => drop(forged.remove(place)),
                _ => forged.insert(place, forged[place]),
            }
            let Ok(forged) = String::from_utf8(forged) else {
                continue;
            };
            assert!(
                verify_account(&forged, None).is_err(),
                "change {change} at {place} was not found"
            );
        }
    }
}

fn file_length(report: &Report) -> usize {
    serde_json::to_string(report).unwrap().len()
}

/// A forger who makes every link and the seal anew still does not reach the head that the party wrote down.
#[test]
fn c4_a_file_made_anew_does_not_end_where_the_witness_saw_it_end() {
    let events = events(MEETINGS[0]);
    let state = events.iter().fold(State::default(), evolve);
    let party = *state.seats.keys().next().unwrap();
    let honest = account(session(), &events, report(&state, party).unwrap()).unwrap();
    let head = honest.chain.head;

    let fewer = account(session(), &events[..events.len() - 2], report(&state, party).unwrap()).unwrap();
    assert!(verify_account(&file(&fewer), None).is_ok());
    assert_eq!(
        verify_account(&file(&fewer), Some(head)),
        Err(NotWhole::Chain(Broken::OtherHead))
    );

    let mut told = report(&state, party).unwrap();
    told.case_reference.push('7');
    let other_report = account(session(), &events, told).unwrap();
    assert_eq!(
        verify_account(&file(&other_report), Some(head)),
        Err(NotWhole::Chain(Broken::OtherHead))
    );

    let mut swapped = honest.clone();
    swapped.report = other_report.report.clone();
    assert!(verify_account(&file(&swapped), None).is_err());
}

/// T3: the words of a deviation stand under the same head as everything else, and the head stays the same when they are kept
/// no longer.
#[test]
fn c4_t3_the_words_of_a_deviation_cannot_be_changed_and_can_be_forgotten() {
    let (words, proof) = ("Het slachtoffer loopt nu gevaar.", TextProof([7; 16]));
    let digest = Text::unsealed(words.into()).digest(&TextSalt([7; 16]));
    let id = TextId(Uuid::from_u128(9));
    let mut events = events(MEETINGS[0]);
    let recorded = events.iter_mut().find_map(|event| match &mut event.fact {
        Fact::DispositionRecorded { deviation, .. } => Some(deviation),
        _ => None,
    });
    *recorded.unwrap() = Some(TextRef { id, digest });
    let state = events.iter().fold(State::default(), evolve);
    let party = *state.seats.keys().next().unwrap();
    let taken_along = |motivation: Option<&str>, proof| {
        let mut report = report(&state, party).unwrap();
        let [deviation] = &mut report.deviations[..] else {
            panic!("{:?}", report.deviations)
        };
        assert_eq!((deviation.text, deviation.digest), (id, digest));
        deviation.motivation = motivation.map(Into::into);
        deviation.proof = proof;
        account(session(), &events, report).unwrap()
    };
    let whole = taken_along(Some(words), Some(proof));
    let head = whole.chain.head;
    assert!(verify_account(&file(&whole), Some(head)).is_ok());
    let forgotten = taken_along(None, None);
    assert_eq!(forgotten.chain.head, head);
    assert!(verify_account(&file(&forgotten), Some(head)).is_ok());
    // Whoever makes the seal anew reaches the same head, and is found out by the digest.
    for (motivation, proof) in [
        (Some("Het slachtoffer liep geen gevaar."), Some(proof)),
        (Some(words), Some(TextProof([8; 16]))),
        (Some("Het slachtoffer liep geen gevaar."), None),
        (None, Some(proof)),
    ] {
        let forged = taken_along(motivation, proof);
        assert_eq!(verify_account(&file(&forged), Some(head)), Err(NotWhole::Report));
        assert_eq!(verify_account(&file(&forged), None), Err(NotWhole::Report));
    }
}

#[test]
fn c4_what_is_no_account_is_said_to_be_none() {
    for other in [
        "",
        "{}",
        "[]",
        "null",
        "\u{0}",
        "{\"session\":\"x\",\"events\":[],\"head\":\"00\"}",
    ] {
        assert_eq!(verify_account(other, None), Err(NotWhole::NotOne), "{other}");
    }
    let mut account = accounts(MEETINGS[1]).remove(0);
    account.format = "akkoord-accountability/1".into();
    assert_eq!(verify_account(&file(&account), None), Err(NotWhole::NotOne));
}

/// The form of the file is a promise to whoever kept a head on paper: if this fails, what is projected has changed, and
/// [`FORMAT`] must change with it.
#[test]
fn c4_the_same_meeting_ends_at_the_same_head_in_every_version_of_the_program() {
    let heads: Vec<String> = MEETINGS
        .into_iter()
        .map(|log| alloc::string::ToString::to_string(&accounts(log)[0].chain.head))
        .collect();
    assert_eq!(heads, HEADS);
}

const HEADS: [&str; 2] = [
    "79fbaac18bb6a87e124991c69de07aac64809992d7b5c49c20d49befcd27131f",
    "ad4c787aa3b4fc5377a52321696b7610469920ad2d0921f0839889f79565b837",
];
