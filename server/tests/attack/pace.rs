//! Too much and too slow: a flood is cut, a reader that does not read is cut, and others are served .

use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::CommandKind;

use crate::common::commands::share_with_table;
use crate::common::participant::Participant;
use crate::common::server::Server;

#[tokio::test]
async fn a_flood_is_cut_and_others_are_served() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, mut police] = session.everybody_joins().await;
    // More than anybody's hands can do in ten seconds.
    let mut sent = 0;
    while !police.ended && sent < 5_000 {
        police.send_frame(&FromClient::Ping {}).await;
        sent += 1;
    }
    let heard = police.read_to_end().await;
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
    vt.submit_ok(share_with_table("het gaat door")).await;
    om.wait_for(|view| view.items.len() == 1).await;
    // And may come back, as a browser does.
    let mut back = Participant::join(&session.users[2], session.id).await;
    back.wait_for(|view| view.items.len() == 1).await;
}

#[tokio::test]
async fn t17_a_flood_of_frames_that_are_no_text_is_cut_too() {
    use tokio_tungstenite::tungstenite::{Bytes, Message};
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [_om, mut vt, mut police] = session.everybody_joins().await;
    let kinds = [
        Message::binary(Bytes::from_static(b"x")),
        Message::Ping(Bytes::from_static(b"x")),
        Message::Pong(Bytes::from_static(b"x")),
    ];
    let mut sent = 0;
    while !police.ended && sent < 5_000 {
        police.send_message(kinds[sent % kinds.len()].clone()).await;
        sent += 1;
    }
    let heard = police.read_to_end().await;
    assert!(
        heard.contains(&FromRoom::Bye { why: Bye::TooMuch }) || police.closed.is_none(),
        "cut, with a word if it fits"
    );
    assert!(matches!(police.closed, None | Some(1008)), "{:?}", police.closed);
    vt.submit_ok(share_with_table("het gaat door")).await;
}

/// Just over the limit, politely: there is time to say why.
#[tokio::test]
async fn who_sends_too_much_is_told_so() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [_om, _vt, mut police] = session.everybody_joins().await;
    let mut sent = 0;
    while !police.ended && sent < 1_000 {
        police.send_frame(&FromClient::Ping {}).await;
        sent += 1;
        // Nobody waits for an answer that may not come: the goodbye comes in its place.
        if matches!(police.next_frame().await, Some(FromRoom::Bye { why: Bye::TooMuch })) {
            police.read_to_end().await;
        }
    }
    assert_eq!(police.closed, Some(1008), "after {sent} frames");
}

#[tokio::test]
async fn too_many_bytes_are_cut_as_well() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [_om, _vt, mut police] = session.everybody_joins().await;
    let words = "x".repeat(60_000);
    let mut sent = 0;
    while !police.ended && sent < 100 {
        police.send_frame(&FromClient::Draft { words: words.clone() }).await;
        sent += 1;
    }
    police.read_to_end().await;
    assert!(
        police.ended && matches!(police.closed, None | Some(1008)),
        "{:?} after {sent}",
        police.closed
    );
}

/// Somebody stops reading. The others go on, the slow one is cut, and what it comes back to is right.
#[tokio::test]
async fn a_slow_reader_is_cut_and_comes_back_to_a_right_view() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let mut om = Participant::join(&session.users[0], session.id).await;
    let mut vt = Participant::join(&session.users[1], session.id).await;
    let mut slow = Participant::connect_narrow(&session.users[2], session.id).await;
    slow.hello(None).await;
    slow.submit_ok(CommandKind::AcceptRules {}).await;
    let party = slow.party;
    let is_gone = move |frame: &FromRoom| matches!(frame, FromRoom::Presence { party: of, how: Presence::Gone, .. } if *of == party);
    // A few hundred of these fill what the system keeps for a socket; a hundred on one connection is within what may be
    // sent. The others read what they are sent, so they do keep up.
    let long = "lang ".repeat(1_599);
    let mut cut = false;
    let mut shared = 0;
    while !cut && shared < 1_900 {
        if shared % 100 == 99 {
            vt = Participant::join(&session.users[1], session.id).await;
        }
        let before = vt.frames.len();
        vt.submit_ok(share_with_table(&long)).await;
        shared += 1;
        cut = vt.frames[before..]
            .iter()
            .any(|frame| is_gone(&serde_json::from_str(frame).unwrap()));
        // What was read is not needed again, and would fill the memory.
        vt.frames.clear();
        om.wait_for(|view| view.items.len() == shared).await;
        om.frames.clear();
    }
    if !cut {
        vt.wait_for_frame(is_gone).await;
    }
    println!("cut after {shared} contributions");
    // What was on its way still comes, and then the end.
    slow.read_to_end().await;
    assert!(matches!(slow.closed, None | Some(1013)), "{:?}", slow.closed);
    let mut back = Participant::join(&session.users[2], session.id).await;
    let right = session.users[2].view(session.id).await;
    assert_eq!(right.items.len(), shared);
    assert_eq!(back.wait_for(|view| view.items.len() == shared).await, right);
}
