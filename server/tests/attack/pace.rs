//! Too much and too slow: a flood is cut, a reader that does not read is cut, and others are served (T17, T18).

use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::Wish;

use crate::common::house::House;
use crate::common::person::{Answer, Person};
use crate::common::wishes::{agree, share_with_table};

#[tokio::test]
async fn t17_a_flood_is_cut_and_others_are_served() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, mut police] = table.all_sit_down().await;
    // More than anybody's hands can do in ten seconds.
    let mut sent = 0;
    while !police.ended && sent < 5_000 {
        police.says(&FromClient::Ping {}).await;
        sent += 1;
    }
    let heard = police.until_the_end().await;
    assert!(
        heard.contains(&FromRoom::Bye { why: Bye::TooMuch }) || police.closed.is_none(),
        "cut, with a word if it fits"
    );
    assert!(matches!(police.closed, None | Some(1008)), "{:?}", police.closed);
    let answered = heard
        .iter()
        .filter(|frame| matches!(frame, FromRoom::Pong { .. }))
        .count();
    assert!(answered < 1_000, "{answered} of {sent} were answered");
    assert_eq!(vt.wants(share_with_table("het gaat door")).await, Answer::Ack);
    om.until(|view| view.cards.len() == 1).await;
    // And may come back, as a browser does.
    let mut back = Person::sits_down(&table.visitors[2], table.session).await;
    back.until(|view| view.cards.len() == 1).await;
}

/// Just over the limit, politely: there is time to say why.
#[tokio::test]
async fn t17_who_sends_too_much_is_told_so() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let [_om, _vt, mut police] = table.all_sit_down().await;
    let mut sent = 0;
    while !police.ended && sent < 1_000 {
        police.says(&FromClient::Ping {}).await;
        sent += 1;
        // Nobody waits for an answer that may not come: the goodbye comes in its place.
        if matches!(police.next().await, Some(FromRoom::Bye { why: Bye::TooMuch })) {
            police.until_the_end().await;
        }
    }
    assert_eq!(police.closed, Some(1008), "after {sent} frames");
}

#[tokio::test]
async fn t17_too_many_bytes_are_cut_as_well() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let [_om, _vt, mut police] = table.all_sit_down().await;
    let words = "x".repeat(60_000);
    let mut sent = 0;
    while !police.ended && sent < 100 {
        police.says(&FromClient::Draft { words: words.clone() }).await;
        sent += 1;
    }
    police.until_the_end().await;
    assert!(
        police.ended && matches!(police.closed, None | Some(1008)),
        "{:?} after {sent}",
        police.closed
    );
}

/// Somebody stops reading. The others go on, the slow one is cut, and what it comes back to is right.
#[tokio::test]
async fn t18_a_slow_reader_is_cut_and_comes_back_to_a_right_view() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let mut om = Person::sits_down(&table.visitors[0], table.session).await;
    let mut vt = Person::sits_down(&table.visitors[1], table.session).await;
    let mut slow = Person::opens_narrow(&table.visitors[2], table.session).await;
    slow.greets(None).await;
    assert_eq!(slow.wants(Wish::AcceptRules).await, Answer::Ack);
    let party = slow.party;
    let is_gone = move |frame: &FromRoom| matches!(frame, FromRoom::Presence { party: of, how: Presence::Gone, .. } if *of == party);
    // Each agreement sends the whole list again, so that a few hundred fill what the system keeps for a socket; 250 on one
    // connection is within what may be sent. The answers are read, so the others do keep up.
    let long = "afspraak ".repeat(110);
    let mut cut = false;
    let mut agreed = 0;
    while !cut && agreed < 1_500 {
        if agreed % 200 == 199 {
            vt = Person::sits_down(&table.visitors[1], table.session).await;
        }
        let before = vt.frames.len();
        assert_eq!(vt.wants(agree(&long, party, [])).await, Answer::Ack);
        agreed += 1;
        cut = vt.frames[before..]
            .iter()
            .any(|frame| is_gone(&serde_json::from_str(frame).unwrap()));
        // What was read is not needed again, and would be hundreds of megabytes.
        vt.frames.clear();
        om.until(|view| view.actions.len() == agreed).await;
        om.frames.clear();
    }
    if !cut {
        vt.until_frame(is_gone).await;
    }
    println!("cut after {agreed} agreements");
    // What was on its way still comes, and then the end.
    slow.until_the_end().await;
    assert!(matches!(slow.closed, None | Some(1013)), "{:?}", slow.closed);
    let mut back = Person::sits_down(&table.visitors[2], table.session).await;
    let right = table.visitors[2].looks(table.session).await;
    assert_eq!(right.actions.len(), agreed);
    assert_eq!(back.until(|view| view.actions.len() == agreed).await, right);
}
