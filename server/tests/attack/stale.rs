//! What is out of date: sockets that have outlived their right (signed out, seat taken back, session closed) get nothing
//! more and write nothing more; forms that were opened on something older overwrite nothing.

use akkoord::ids::ItemId;
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::command::{NewAnswer, SubjectRole, Verdict};
use akkoord::session::item::{Assignee, Audience, DispositionKind, NewContent};
use akkoord::session::{CommandKind, Refusal};
use reqwest::StatusCode;

use crate::common::commands::{
    add_subject, approve, ask_time, decide, revise, share_action, share_with_table, withdraw,
};
use crate::common::participant::{Participant, new_command_id};
use crate::common::server::{Server, Session};

async fn join(server: &Server) -> (Session<3>, [Participant; 3]) {
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let people = session.everybody_joins().await;
    (session, people)
}

/// Everything a socket can send, sent; and then the end, with this reason. Nothing of an item has come.
async fn is_dead(person: &mut Participant, why: Bye) {
    let heard_before = person.frames.len();
    for frame in [
        FromClient::Submit {
            id: new_command_id(),
            command: share_with_table("te laat"),
        },
        FromClient::Draft {
            words: "te laat".into(),
        },
        FromClient::Presence { how: Presence::Typing },
        FromClient::Spotlight { item: None },
        FromClient::Ping {},
    ] {
        person.send_frame(&frame).await;
    }
    person.read_to_end().await;
    assert_eq!(person.closed, Some(why.code()));
    let after: Vec<_> = person.frames[heard_before..]
        .iter()
        .filter(|frame| frame.contains("na afloop"))
        .collect();
    assert!(after.is_empty(), "it still hears: {after:?}");
}

#[tokio::test]
async fn signing_out_ends_the_sockets_of_that_sign_in_and_no_others() {
    let server = Server::open().await;
    let (session, [mut om, mut vt, mut police]) = join(&server).await;
    // The same person, signed in a second time, in a second window.
    let elsewhere = server.user_of(Police).await;
    let mut second = Participant::join(&elsewhere, session.id).await;
    session.users[2].sign_out().await;
    let bye = police
        .wait_for_frame(|frame| matches!(frame, FromRoom::Bye { .. }))
        .await;
    assert_eq!(bye, FromRoom::Bye { why: Bye::SignedOut });
    vt.submit_ok(share_with_table("na afloop")).await;
    is_dead(&mut police, Bye::SignedOut).await;
    assert_eq!(
        Participant::connect(&session.users[2], session.id).await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
    assert_eq!(
        session.users[2].get("/api/v1/board").await.status(),
        StatusCode::UNAUTHORIZED
    );

    second.wait_for(|view| view.items.len() == 1).await;
    second.submit_ok(share_with_table("ik ben er nog")).await;
    om.wait_for(|view| view.items.len() == 2).await;
    om.catch_up().await;
    assert_eq!(
        om.view.as_ref().unwrap().items.len(),
        2,
        "what came too late is not there"
    );
}

/// Others see at once that somebody has gone, also when the end came from the sign-in and not from the socket.
#[tokio::test]
async fn who_signs_out_is_seen_to_be_gone() {
    let server = Server::open().await;
    let (session, [mut om, _vt, police]) = join(&server).await;
    session.users[2].sign_out().await;
    let gone = |frame: &FromRoom| matches!(frame, FromRoom::Presence { party, how: Presence::Gone, .. } if *party == police.party);
    om.wait_for_frame(gone).await;
}

#[tokio::test]
async fn r15_a_seat_that_is_taken_back_takes_its_screens_along() {
    let server = Server::open().await;
    let (session, [mut om, mut vt, mut police]) = join(&server).await;
    om.submit_ok(CommandKind::TakeSeat { party: police.party }).await;
    vt.submit_ok(share_with_table("na afloop")).await;
    is_dead(&mut police, Bye::NoSeat).await;
    assert_eq!(
        Participant::connect(&session.users[2], session.id).await.err(),
        Some(StatusCode::NOT_FOUND)
    );
    let page = session.users[2].get(&format!("/api/v1/sessions/{}", session.id)).await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    om.catch_up().await;
    assert_eq!(om.view.as_ref().unwrap().items.len(), 1);
}

#[tokio::test]
async fn r8_a_closed_session_shows_its_outcome_and_takes_nothing() {
    let server = Server::open().await;
    let (session, [mut om, mut vt, mut police]) = join(&server).await;
    vt.submit_ok(share_with_table("verdwijnt")).await;
    police
        .send_frame(&FromClient::Draft {
            words: "verdwijnt ook".into(),
        })
        .await;
    police.catch_up().await;
    om.submit_ok(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    om.submit_ok(CommandKind::Close {}).await;
    let view = police.wait_for(|view| view.progress.closed.is_some()).await;
    assert!(view.items.is_empty(), "R8: the screen forgets too");
    let heard = vt.frames.len();
    for command in [
        share_with_table("te laat"),
        ask_time(),
        CommandKind::SetReady { ready: true },
        CommandKind::Close {},
        CommandKind::AcceptRules {},
        CommandKind::TakeGavel {},
    ] {
        assert_eq!(police.submit_refused(command).await, Refusal::Closed);
    }
    police.send_frame(&FromClient::Presence { how: Presence::Typing }).await;
    police
        .send_frame(&FromClient::Draft {
            words: "te laat".into(),
        })
        .await;
    police.catch_up().await;
    vt.wait_for(|view| view.progress.closed.is_some()).await;
    vt.catch_up().await;
    let typing: Vec<_> = vt.frames[heard..]
        .iter()
        .filter(|frame| frame.contains("typing"))
        .collect();
    assert!(typing.is_empty(), "{typing:?}");
    // Who comes back finds the outcome, and no draft.
    let mut back = Participant::connect(&session.users[2], session.id).await.unwrap();
    back.hello(None).await;
    assert!(back.wait_for(|_| true).await.progress.closed.is_some());
    assert!(
        back.frames
            .iter()
            .all(|frame| !frame.contains("verdwijnt") && !frame.contains("te laat"))
    );
}

/// S2, S3: whoever writes against an older revision is told so, and overwrites nothing.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "every form there is")]
async fn what_was_written_against_an_older_revision_is_refused() {
    let server = Server::open().await;
    let (_session, [mut om, _vt, mut police]) = join(&server).await;
    let item = police.make_item(share_with_table("eerst")).await;
    let action = police.make_item(share_action("eerst", om.party, [])).await;
    let subject = police.make_subject(add_subject(SubjectRole::Other, "eerst")).await;
    let suspect = om.make_subject(add_subject(SubjectRole::Suspect, "vader")).await;
    let content = NewContent::Action {
        performer: Assignee::Seat(om.party),
        due: None,
    };
    let revise_action = |revision| CommandKind::Revise {
        item: action,
        revision,
        content: content.clone(),
        subjects: [].into(),
        text: "daarna".into(),
    };
    let om_id = om.party;
    let set_audience = |was| CommandKind::SetAudience {
        item,
        was,
        audience: Audience::only([om_id]),
    };
    let correct = |revision| CommandKind::CorrectSubject {
        subject,
        revision,
        role: SubjectRole::Other,
        label: "daarna".into(),
    };
    let remove = |revision| CommandKind::RemoveSubject { subject, revision };
    let withdraw_at = |revision| CommandKind::Withdraw { item, revision };
    let record = |revision| CommandKind::RecordDisposition {
        suspect,
        revision,
        kind: DispositionKind::Summons,
        note: None,
        deviation: None,
    };
    let request = |revision| CommandKind::RequestRelease {
        item,
        revision,
        purpose: None,
        reason: None,
    };
    let answer = |revision| CommandKind::Answer {
        item: action,
        revision,
        answer: NewAnswer::Accept {},
    };
    police.submit_ok(revise(item, 1, "daarna")).await;
    police.submit_ok(revise_action(1)).await;
    police.submit_ok(correct(1)).await;
    police.submit_ok(set_audience(Audience::table())).await;
    om.submit_ok(record(0)).await;
    om.catch_up().await;
    let before = (om.now().await.clone(), police.now().await.clone());

    for revision in [0, 1, 3, u32::MAX] {
        for command in [
            revise(item, revision, "van toen"),
            revise_action(revision),
            withdraw_at(revision),
            correct(revision),
            remove(revision),
        ] {
            let because = police.submit_refused(command.clone()).await;
            assert_eq!(because, Refusal::OtherRevision, "{command:?}");
        }
        for command in [request(revision), answer(revision)] {
            let because = om.submit_refused(command.clone()).await;
            assert_eq!(because, Refusal::OtherRevision, "{command:?}");
        }
    }
    for was in [Audience::table(), Audience::only([])] {
        assert_eq!(police.submit_refused(set_audience(was)).await, Refusal::OtherRevision);
    }
    for revision in [0, 2] {
        assert_eq!(om.submit_refused(record(revision)).await, Refusal::OtherRevision);
    }
    let after = (om.now().await.clone(), police.now().await.clone());
    assert_eq!(after, before, "nothing changed");

    // Against what stands now, all of it is possible.
    om.submit_ok(request(2)).await;
    om.submit_ok(answer(2)).await;
    om.submit_ok(record(1)).await;
    police.submit_ok(correct(2)).await;
    police.submit_ok(remove(3)).await;
    let closing_round = CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    };
    om.submit_ok(closing_round).await;
    for verdict in [Verdict::Decline { reason: None }, Verdict::Undecide {}] {
        let because = police.submit_refused(decide(item, 1, om.party, verdict)).await;
        assert_eq!(because, Refusal::OtherRevision);
    }
    let because = police.submit_refused(approve(item, om.party, "om_afdoening")).await;
    assert_eq!(because, Refusal::OtherRevision, "what was approved is another text");
    police
        .submit_ok(decide(item, 2, om.party, Verdict::Decline { reason: None }))
        .await;
    police.submit_ok(withdraw_at(2)).await;
    assert_eq!(police.submit_refused(withdraw_at(2)).await, Refusal::Withdrawn);
    assert_eq!(
        police.submit_refused(withdraw(ItemId(uuid::Uuid::new_v4()))).await,
        Refusal::NotFound
    );
}
