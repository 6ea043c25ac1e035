//! Sockets that have outlived their right: signed out, seat taken away, session closed. They get nothing more and write
//! nothing more (T15).

use akkoord::moment::Phase;
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::Wish;
use reqwest::StatusCode;

use crate::common::house::{House, Table};
use crate::common::person::{Answer, Person, fresh};
use crate::common::wishes::share_with_table;

async fn table(house: &House) -> (Table<3>, [Person; 3]) {
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let people = table.all_sit_down().await;
    (table, people)
}

/// Everything a socket can send, sent; and then the end, with this reason. Nothing of a card has come.
async fn is_dead(person: &mut Person, why: Bye) {
    let heard_before = person.frames.len();
    for frame in [
        FromClient::Submit {
            id: fresh(),
            wish: share_with_table("te laat"),
        },
        FromClient::Draft {
            words: "te laat".into(),
        },
        FromClient::Presence { how: Presence::Typing },
        FromClient::Spotlight { card: None },
        FromClient::Ping {},
    ] {
        person.says(&frame).await;
    }
    person.until_the_end().await;
    assert_eq!(person.closed, Some(why.code()));
    let after: Vec<_> = person.frames[heard_before..]
        .iter()
        .filter(|frame| frame.contains("na afloop"))
        .collect();
    assert!(after.is_empty(), "it still hears: {after:?}");
}

#[tokio::test]
async fn t15_signing_out_ends_the_sockets_of_that_sign_in_and_no_others() {
    let house = House::open().await;
    let (table, [mut om, mut vt, mut police]) = table(&house).await;
    // The same person, signed in a second time, in a second window.
    let elsewhere = house.somebody_of(Police).await;
    let mut second = Person::sits_down(&elsewhere, table.session).await;
    table.visitors[2].signs_out().await;
    let bye = police.until_frame(|frame| matches!(frame, FromRoom::Bye { .. })).await;
    assert_eq!(bye, FromRoom::Bye { why: Bye::SignedOut });
    assert_eq!(vt.wants(share_with_table("na afloop")).await, Answer::Ack);
    is_dead(&mut police, Bye::SignedOut).await;
    assert_eq!(
        Person::opens(&table.visitors[2], table.session).await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
    assert_eq!(
        table.visitors[2].asks("/api/v1/board").await.status(),
        StatusCode::UNAUTHORIZED
    );

    second.until(|view| view.cards.len() == 1).await;
    assert_eq!(second.wants(share_with_table("ik ben er nog")).await, Answer::Ack);
    om.until(|view| view.cards.len() == 2).await;
    om.is_up_to_date().await;
    assert_eq!(
        om.view.as_ref().unwrap().cards.len(),
        2,
        "what came too late is not there"
    );
}

/// Others see at once that somebody has gone, also when the end came from the sign-in and not from the socket.
#[tokio::test]
async fn who_signs_out_is_seen_to_be_gone() {
    let house = House::open().await;
    let (table, [mut om, _vt, police]) = table(&house).await;
    table.visitors[2].signs_out().await;
    let gone = |frame: &FromRoom| matches!(frame, FromRoom::Presence { party, how: Presence::Gone, .. } if *party == police.party);
    om.until_frame(gone).await;
}

#[tokio::test]
async fn t15_a_seat_taken_away_takes_its_screens_along() {
    let house = House::open().await;
    let (table, [mut om, mut vt, mut police]) = table(&house).await;
    assert_eq!(om.wants(Wish::TakeSeat { party: police.party }).await, Answer::Ack);
    assert_eq!(vt.wants(share_with_table("na afloop")).await, Answer::Ack);
    is_dead(&mut police, Bye::NoSeat).await;
    assert_eq!(
        Person::opens(&table.visitors[2], table.session).await.err(),
        Some(StatusCode::NOT_FOUND)
    );
    let page = table.visitors[2]
        .asks(&format!("/api/v1/sessions/{}", table.session))
        .await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    om.is_up_to_date().await;
    assert_eq!(om.view.as_ref().unwrap().cards.len(), 1);
}

#[tokio::test]
async fn t15_a_closed_session_shows_its_outcome_and_takes_nothing() {
    let house = House::open().await;
    let (table, [mut om, mut vt, mut police]) = table(&house).await;
    assert_eq!(vt.wants(share_with_table("verdwijnt")).await, Answer::Ack);
    police
        .says(&FromClient::Draft {
            words: "verdwijnt ook".into(),
        })
        .await;
    police.is_up_to_date().await;
    assert_eq!(
        om.wants(Wish::MoveTo {
            phase: Phase::ClosingRound
        })
        .await,
        Answer::Ack
    );
    assert_eq!(om.wants(Wish::Close).await, Answer::Ack);
    let view = police.until(|view| view.progress.closed.is_some()).await;
    assert!(view.cards.is_empty(), "R8: the screen forgets too");
    let heard = vt.frames.len();
    for wish in [
        share_with_table("te laat"),
        Wish::AskTime {
            reason: None,
            minutes: None,
        },
        Wish::SetReady { ready: true },
        Wish::Close,
        Wish::AcceptRules,
        Wish::TakeGavel,
    ] {
        assert_eq!(
            police.wants(wish).await,
            Answer::Refused(akkoord::session::Refusal::Closed)
        );
    }
    police.says(&FromClient::Presence { how: Presence::Typing }).await;
    police
        .says(&FromClient::Draft {
            words: "te laat".into(),
        })
        .await;
    police.is_up_to_date().await;
    vt.until(|view| view.progress.closed.is_some()).await;
    vt.is_up_to_date().await;
    let typing: Vec<_> = vt.frames[heard..]
        .iter()
        .filter(|frame| frame.contains("typing"))
        .collect();
    assert!(typing.is_empty(), "{typing:?}");
    // Who comes back finds the outcome, and no draft.
    let mut back = Person::opens(&table.visitors[2], table.session).await.unwrap();
    back.greets(None).await;
    assert!(back.until(|_| true).await.progress.closed.is_some());
    assert!(
        back.frames
            .iter()
            .all(|frame| !frame.contains("verdwijnt") && !frame.contains("te laat"))
    );
}
