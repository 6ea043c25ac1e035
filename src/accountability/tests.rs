//! C4 on whole sessions: what each party takes along, what it tells of the rest, and what happens to one who changes a byte of
//! it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use alloc::{string::String, vec::Vec};

use uuid::Uuid;

use super::*;
use crate::ids::{PartyId, SessionId, TextId};
use crate::session::command::{LeftItems, SeatLevel, SubjectRole};
use crate::session::event::EventKind;
use crate::session::item::Audience;
use crate::session::state::State;
use crate::session::tests::fixture::*;
use crate::session::view::{SessionView, ViewEvent, view_for};
use crate::session::{Event, Viewer, evolve};
use crate::text::{Text, TextProof, TextRef, TextSalt};

const SESSIONS: [&str; 2] = [
    include_str!("../session/tests/golden/zsm_with_a_pause.events.jsonl"),
    include_str!("../session/tests/golden/short_actieoverleg.events.jsonl"),
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
    for log in SESSIONS {
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
    assert_eq!(called(SESSIONS[0]), None);
    let log = events(SESSIONS[1]);
    let call = log.iter().find(|event| matches!(event.kind, EventKind::LastCalled));
    assert_eq!(called(SESSIONS[1]), Some(call.unwrap().at));
}

/// No word of an item: the log has none, and what is seen of it without texts has none.
#[test]
fn c4_r8_an_account_has_no_text_of_any_item() {
    let mut items = 0;
    for account in SESSIONS.into_iter().flat_map(accounts) {
        for event in &account.chain.events {
            let seen: serde_json::Value = serde_json::from_str(&event.bytes).unwrap();
            let changed = seen["items"].as_array().into_iter().flatten();
            let whole = seen["whole"]["items"].as_array().into_iter().flatten();
            for item in changed.chain(whole) {
                assert!(item["text"].is_null(), "{item}");
                items += 1;
            }
        }
    }
    assert!(items > 100);
}

/// R2: what was kept from a party leaves no gap in what it takes along.
#[test]
fn r2_the_accounts_of_two_parties_differ_where_they_saw_different_things() {
    let all = accounts(SESSIONS[0]);
    let heads: alloc::collections::BTreeSet<_> = all.iter().map(|account| account.chain.head).collect();
    assert_eq!(heads.len(), all.len());
}

/// Any byte that is changed, dropped or doubled anywhere in the file is found.
#[test]
fn c4_one_byte_changed_anywhere_is_found() {
    let account = accounts(SESSIONS[1]).into_iter().next().unwrap();
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
    let events = events(SESSIONS[0]);
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
    let mut events = events(SESSIONS[0]);
    let recorded = events.iter_mut().find_map(|event| match &mut event.kind {
        EventKind::DispositionRecorded { deviation, .. } => Some(deviation),
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
    let mut account = accounts(SESSIONS[1]).remove(0);
    account.format = "akkoord-accountability/2".into();
    assert_eq!(verify_account(&file(&account), None), Err(NotWhole::NotOne));
}

/// The form of the file is a promise to whoever kept a head on paper: if this fails, what is projected has changed, and
/// [`FORMAT`] must change with it.
#[test]
fn c4_the_same_meeting_ends_at_the_same_head_in_every_version_of_the_program() {
    let heads: Vec<String> = SESSIONS
        .into_iter()
        .map(|log| alloc::string::ToString::to_string(&accounts(log)[0].chain.head))
        .collect();
    assert_eq!(heads, HEADS);
}

const HEADS: [&str; 2] = [
    "a9aae5924d5484ea5c1e047b7080ce8f166e8bc80c6504493fa3656a53ab4408",
    "ddd2f94033ccca0e85b7fa176757cbb06a75d092fc007261992c2de998692d3f",
];

// ---- G18: an account tells of nothing that its party could not see

/// What a party saw in the end, made again from its own account alone.
fn replayed(account: &Account) -> Option<SessionView> {
    let mut view: Option<SessionView> = None;
    for event in &account.chain.events {
        let change: ViewEvent = serde_json::from_str(&event.bytes).unwrap();
        match (&mut view, change.whole.clone()) {
            (_, Some(whole)) => view = Some(*whole),
            (Some(view), None) => view.apply(change),
            (None, None) => panic!("the first thing that a party sees is all of it"),
        }
    }
    view
}

/// G18: the report of a restricted seat had the number of all events.
#[test]
fn g18_the_number_of_events_is_for_full_seats_of_a_closed_session() {
    let mut table = Table::zsm();
    table.share_with(BAKKER, Audience::only([POLICE]), "een geheim adres");
    table.leave(ADVISER, LeftItems::Keep);
    let number = |table: &Table, party| table.report(party).events;
    assert_eq!(number(&table, VT), None, "not while the session lives");
    table.move_to(crate::moment::Phase::ClosingRound);
    table.close();
    let all = u64::try_from(table.run.events.len()).unwrap();
    for (party, told) in [
        (VT, Some(all)),
        (OM, Some(all)),
        (VICTIM_SUPPORT, Some(all)),
        (HALT, None),
        (PROBATION, None),
    ] {
        assert_eq!(number(&table, party), told, "{party}");
        assert!(
            table.report(party).head.is_some(),
            "every party is a witness to the whole"
        );
    }
    // Nor does the account of a restricted seat grow with what it cannot see.
    let with = table.run.account(HALT).unwrap();
    let mut without = Table::zsm();
    without.stamp();
    without.leave(ADVISER, LeftItems::Keep);
    without.move_to(crate::moment::Phase::ClosingRound);
    without.close();
    assert_eq!(file(&with), file(&without.run.account(HALT).unwrap()));
}

/// G18: before the ground rules were accepted the report showed what the screen hides, and the account assumed acceptance.
#[test]
fn g18_before_the_ground_rules_are_accepted_a_report_and_an_account_show_no_more_than_the_screen() {
    let mut table = Table::convened(OFFICER, zsm());
    table.come_in(OFFICER);
    table.come_in(BAKKER);
    table.enter(AGENT);
    let mother = table.subject(1);
    table.share_about(BAKKER, &[mother], Audience::table(), "twee eerdere meldingen");
    let measure = table.propose_measure(BAKKER, "conduct_order", OM, "x", &[]);
    let until = table.at + chrono::TimeDelta::hours(5);
    table.commit(OFFICER, measure, until);
    let request = table.ask_time(BAKKER);
    table.record_disposition(table.subject(0), Some("termijn loopt af"));
    table.end_time(BAKKER, request);
    // The police came in and did not accept; nobody of the probation service came in at all.
    for party in [POLICE, PROBATION] {
        let report = table.report(party);
        assert!(report.items.is_empty() && report.commitments.is_empty(), "{party}");
        assert!(
            report.dispositions.is_empty() && report.deviations.is_empty(),
            "{party}"
        );
        let account = table.run.account(party).unwrap();
        for event in &account.chain.events {
            let seen: ViewEvent = serde_json::from_str(&event.bytes).unwrap();
            let whole = seen.whole.map(|it| *it);
            let items = seen.items.len() + whole.as_ref().map_or(0, |it| it.items.len());
            let subjects = seen.subjects.map_or(0, |it| it.len()) + whole.as_ref().map_or(0, |it| it.subjects.len());
            assert_eq!((items, subjects), (0, 0), "{party}");
        }
    }
    assert_eq!(table.report(OM).items.len(), 3);
    // As soon as one of its people accepts, the party sees; its account has all of it from then on.
    table.accept_rules(AGENT);
    assert_eq!(table.report(POLICE).items.len(), 3);
    let view = replayed(&table.run.account(POLICE).unwrap()).unwrap();
    assert_eq!(
        (view.items.len(), view.subjects.len(), view.deviations.len()),
        (3, 2, 1)
    );
    table.move_to(crate::moment::Phase::ClosingRound);
    table.close();
    let report = table.report(PROBATION);
    assert!(report.items.is_empty() && report.destroyed.is_empty() && report.deviations.is_empty());
}

/// What a party takes along is what it saw, from when it got its seat until it left, and its own thereafter.
#[test]
fn g18_r15_the_account_of_a_party_that_comes_late_or_leaves_is_what_it_saw() {
    let mut table = Table::zsm();
    table.share(BAKKER, "voor zij kwam");
    table.newcomer(SeatLevel::Full);
    let daughter = table.add_subject(AGENT, SubjectRole::Child, "dochter");
    let seen = table.share_about(AGENT, &[daughter], Audience::table(), "toen zij er was");
    let own = table.share(OUTSIDER, "van de gemeente");
    table.leave(OUTSIDER, LeftItems::Keep);
    let after = table.share(BAKKER, "toen zij weg was");
    table.revise(OUTSIDER, own, "anders, van de gemeente");
    table.move_to(crate::moment::Phase::ClosingRound);
    let account = table.run.account(MUNICIPALITY).unwrap();
    assert!(verify_account(&file(&account), None).is_ok());
    let all = account
        .chain
        .events
        .iter()
        .map(|it| it.bytes.as_str())
        .collect::<String>();
    let told = |id: crate::ids::ItemId| all.contains(&alloc::string::ToString::to_string(&id));
    assert!(told(seen) && told(own) && !told(after));
    let hidden = table
        .state()
        .items
        .values()
        .find(|it| it.owner == VT && it.id != after)
        .unwrap();
    assert!(!told(hidden.id), "nor what was shared before it came");
    // What the account leads to is what it sees now, without the words.
    for party in [MUNICIPALITY, VT, POLICE, HALT, PROBATION] {
        let viewer = Viewer::of_party(table.state(), party).unwrap();
        let now = view_for(table.state(), &crate::text::Texts::default(), viewer);
        assert_eq!(replayed(&table.run.account(party).unwrap()), now, "{party}");
    }
    table.close();
    let report = table.report(MUNICIPALITY);
    assert_eq!((report.destroyed.len(), report.releases.len()), (1, 0));
    assert!(report.seats.iter().any(|seat| seat.left_at.is_some()));
}
