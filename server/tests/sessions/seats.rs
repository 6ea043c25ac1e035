//! Seats are no lever (R15), and an organisation says who comes in (R18).

use std::collections::BTreeSet;

use akkoord::accountability::{Report, verify_account};
use akkoord::ids::{ParticipantId, SessionId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Police, Prosecution, VeiligThuis};
use akkoord::protocol::{Bye, FromRoom, Presence};
use akkoord::session::command::{LeftItems, SubjectRole, Verdict};
use akkoord::session::item::Audience;
use akkoord::session::{CommandKind, Refusal};
use reqwest::StatusCode;
use serde_json::json;

use crate::common::commands::{
    add_subject, approve, ask_time, decide, revise, share_action, share_with_table, withdraw,
};
use crate::common::participant::Participant;
use crate::common::server::Server;
use crate::common::user::{User, report_path};

const CLOSING_ROUND: CommandKind = CommandKind::MoveTo {
    phase: Phase::ClosingRound,
};

async fn report(user: &User, session: SessionId) -> Report {
    serde_json::from_str(&user.report(session).await).unwrap()
}

/// Every address of a session, as this person is answered there.
async fn answers(user: &User, session: SessionId) -> Vec<(StatusCode, String)> {
    let mut answers = Vec::new();
    for path in [
        format!("/api/v1/sessions/{session}"),
        report_path(session),
        format!("/api/v1/sessions/{session}/paper"),
        format!("/api/v1/sessions/{session}/account"),
    ] {
        let answer = user.get(&path).await;
        answers.push((answer.status(), answer.text().await.unwrap()));
    }
    answers
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one meeting, from beginning to end")]
async fn r15_a_party_that_leaves_keeps_deciding_from_its_socket_and_its_board() {
    let mut server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, mut police] = session.everybody_joins().await;
    let police_user = &session.users[2];
    let (om_id, police_id) = (om.party, police.party);
    let kept = police.make_item(share_with_table("van de politie")).await;
    let narrowed = police.make_item(share_with_table("ook van de politie")).await;
    let withdrawn = police.make_item(share_with_table("nog iets van de politie")).await;
    let subject = police.make_subject(add_subject(SubjectRole::Other, "oma")).await;
    let of_vt = vt.make_item(share_with_table("van VT")).await;

    // Asked to leave: told to the party itself and to the chair.
    om.submit_ok(CommandKind::AskToLeave { party: police_id }).await;
    assert_eq!(
        om.submit_refused(CommandKind::TakeSeat { party: police_id }).await,
        Refusal::TakesPart
    );
    for (person, is_told) in [(&mut om, true), (&mut police, true), (&mut vt, false)] {
        let seat = person.now().await.seat(police_id).unwrap().clone();
        assert_eq!(seat.asked_to_leave_at.is_some(), is_told);
    }
    let row = police_user.board_row(session.id).await.unwrap();
    assert!(row.asked_to_leave_at.is_some() && row.left_at.is_none());

    police.submit_ok(CommandKind::Leave { items: LeftItems::Keep }).await;
    let gone = |frame: &FromRoom| matches!(frame, FromRoom::Presence { party, how: Presence::Gone, .. } if *party == police_id);
    om.wait_for_frame(gone).await;
    let view = police.now().await.clone();
    assert!(view.about.has_left);
    assert_eq!(view.items.len(), 3, "its own stay, VT's is gone from its screen");
    assert!(view.items.iter().all(|item| item.mine) && view.time.clock.is_none());
    assert!(!view.may.share && !view.may.leave && !view.may.lead);
    let seat = vt.now().await.seat(police_id).unwrap().clone();
    assert!(
        seat.left_at.is_some() && !seat.people.is_empty(),
        "the others see that it left"
    );
    assert_eq!(vt.now().await.items.len(), 4, "and its items stay");

    // It keeps control of what is its own, and can do nothing else.
    police.submit_ok(revise(kept, 1, "van de politie, beter")).await;
    let set_audience = CommandKind::SetAudience {
        item: narrowed,
        was: Audience::table(),
        audience: Audience::only([om_id]),
    };
    police.submit_ok(set_audience).await;
    police.submit_ok(withdraw(withdrawn)).await;
    let correct = CommandKind::CorrectSubject {
        subject,
        revision: 1,
        role: SubjectRole::Other,
        label: "grootmoeder".into(),
    };
    police.submit_ok(correct).await;
    for command in [
        share_with_table("nog iets"),
        share_action("nog iets", police_id, []),
        add_subject(SubjectRole::Other, "opa"),
        CommandKind::Leave {
            items: LeftItems::Withdraw,
        },
        CommandKind::NameAttendees { people: None },
    ] {
        assert_eq!(police.submit_refused(command).await, Refusal::LeftTheTable);
    }
    let request = CommandKind::RequestRelease {
        item: of_vt,
        revision: 1,
        purpose: None,
        reason: None,
    };
    let because = police.submit_refused(request).await;
    assert!(matches!(because, Refusal::LeftTheTable | Refusal::NotFound));
    let view = vt.now().await.clone();
    assert_eq!(view.item(kept).unwrap().text.as_deref(), Some("van de politie, beter"));
    assert!(view.item(narrowed).is_none() && view.item(withdrawn).is_none());
    assert_eq!(view.taken_back.len(), 1);
    assert!(
        view.subjects
            .iter()
            .any(|it| it.id == subject && it.label == "grootmoeder")
    );

    // Also after a restart, by a new socket.
    server.kill();
    server.start().await;
    let mut police = Participant::join(police_user, session.id).await;
    let mut om = Participant::join(&session.users[0], session.id).await;
    let mut vt = Participant::join(&session.users[1], session.id).await;
    assert!(police.now().await.about.has_left);
    assert!(police_user.view(session.id).await.about.has_left);

    om.submit_ok(CLOSING_ROUND).await;
    let row = police_user.board_row(session.id).await.unwrap();
    assert!(row.left_at.is_some() && row.clock.is_none());
    assert_eq!(row.undecided, Some(4), "two items, for the OM and for VT");
    police
        .submit_ok(decide(kept, 2, om_id, approve_for("om_afdoening")))
        .await;
    police
        .submit_ok(decide(narrowed, 1, om_id, Verdict::Decline { reason: None }))
        .await;
    assert_eq!(police_user.board_row(session.id).await.unwrap().undecided, Some(2));
    police.submit_ok(CommandKind::SetReady { ready: true }).await;
    assert!(om.now().await.seat(police_id).unwrap().ready);
    // Who left receives nothing.
    let because = vt.submit_refused(approve(of_vt, police_id, "politie_taak")).await;
    assert_eq!(because, Refusal::NoSuchRecipient);

    om.submit_ok(CommandKind::Close {}).await;
    police.wait_for(|view| view.progress.closed.is_some()).await;
    let outcome = police.view.as_ref().unwrap().progress.closed.clone().unwrap();
    assert_eq!((outcome.given, outcome.received), (vec![(om_id, 1)], 0));
    let lines = session.users[0].json("/api/v1/dossier").await;
    assert_eq!(lines.as_array().unwrap().len(), 1);
    assert_eq!(lines[0]["other"]["id"], json!(police_id));
    assert_eq!(police_user.json("/api/v1/register").await.as_array().unwrap().len(), 1);
    let row = police_user.board_row(session.id).await.unwrap();
    assert!(row.left_at.is_some() && row.closed_at.is_some());
    let report = report(police_user, session.id).await;
    let own = report.seats.iter().find(|seat| seat.party.id == police_id).unwrap();
    assert!(own.left_at.is_some());
    assert_eq!(report.releases.len(), 1);
    let path = format!("/api/v1/sessions/{}/account", session.id);
    let account = police_user.get(&path).await.text().await.unwrap();
    assert!(verify_account(&account, None).is_ok());
}

/// The owner's yes for a task, without a motivation.
fn approve_for(task: &str) -> Verdict {
    Verdict::Approve {
        purpose: akkoord::session::item::Purpose::Task(task.into()),
        subjects: None,
        excerpt: None,
        condition: None,
        motivation: None,
    }
}

#[tokio::test]
async fn r15_who_leaves_can_take_everything_back() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, _vt, mut police] = session.everybody_joins().await;
    police.submit_ok(share_with_table("van de politie")).await;
    police
        .submit_ok(share_action("ook van de politie", police.party, []))
        .await;
    om.wait_for(|view| view.items.len() == 2).await;
    police
        .submit_ok(CommandKind::Leave {
            items: LeftItems::Withdraw,
        })
        .await;
    let view = om.now().await;
    assert!(view.items.is_empty());
    assert_eq!(view.taken_back.len(), 2, "that they were taken back, and no more");
}

/// T1, T2: whoever gave the signal cannot be sent away, and who left keeps it.
#[tokio::test]
async fn t1_t2_a_signal_of_vt_outlasts_every_act_on_its_seat() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, _police] = session.everybody_joins().await;
    let request = vt.make_time_request(ask_time()).await;
    let vt_id = vt.party;
    assert_eq!(
        om.submit_refused(CommandKind::TakeSeat { party: vt_id }).await,
        Refusal::TimeStands
    );
    om.submit_ok(CommandKind::AskToLeave { party: vt_id }).await;
    let leave = CommandKind::Leave { items: LeftItems::Keep };
    assert_eq!(vt.submit_refused(leave.clone()).await, Refusal::TimeStands);
    vt.submit_ok(CommandKind::EndTime { request }).await;
    vt.submit_ok(leave).await;
    vt.submit_ok(ask_time()).await;
    om.wait_for(|view| !view.time.requests.is_empty()).await;
    assert_eq!(om.submit_refused(CLOSING_ROUND).await, Refusal::TimeStands);
    assert_eq!(vt.now().await.time.requests.len(), 1, "it sees its own signal");
}

#[tokio::test]
async fn r15_no_seat_changes_in_the_closing_round() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, _vt, mut police] = session.everybody_joins().await;
    let rvdk = server.user_of(ChildProtection).await.me.party.id;
    om.submit_ok(CLOSING_ROUND).await;
    for command in [
        CommandKind::TakeSeat { party: police.party },
        CommandKind::AskToLeave { party: police.party },
    ] {
        assert_eq!(om.submit_refused(command).await, Refusal::SeatsStand);
    }
    let leave = CommandKind::Leave {
        items: LeftItems::Withdraw,
    };
    assert_eq!(police.submit_refused(leave).await, Refusal::SeatsStand);
    let path = format!("/api/v1/sessions/{}/seats", session.id);
    let order = json!({ "party": rvdk, "level": "full" });
    let answer = session.users[0].post(&path, &order).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["because"]["refusal"], "seats_stand");
    // R17: nor does anything new come in.
    for command in [share_with_table("nieuw"), add_subject(SubjectRole::Other, "opa")] {
        assert_eq!(police.submit_refused(command).await, Refusal::NothingNew);
    }
}

#[tokio::test]
async fn r15_whoever_sat_keeps_board_row_and_report_when_the_seat_is_taken_back() {
    let server = Server::open().await;
    let session = server
        .session([Prosecution, VeiligThuis, Police, ChildProtection])
        .await;
    let [om_user, vt_user, police_user, rvdk_user] = &session.users;
    let mut om = Participant::join(om_user, session.id).await;
    let mut vt = Participant::join(vt_user, session.id).await;
    let mut police = Participant::join(police_user, session.id).await;
    vt.submit_ok(share_with_table("voor allen")).await;
    let (police_id, rvdk_id) = (police.party, rvdk_user.me.party.id);
    for party in [police_id, rvdk_id] {
        om.submit_ok(CommandKind::TakeSeat { party }).await;
    }
    assert_eq!(
        police
            .wait_for_frame(|frame| matches!(frame, FromRoom::Bye { .. }))
            .await,
        FromRoom::Bye { why: Bye::NoSeat }
    );
    vt.submit_ok(share_with_table("daarna")).await;
    police.read_to_end().await;
    assert_eq!(police.closed, Some(Bye::NoSeat.code()));
    assert!(police.frames.iter().all(|frame| !frame.contains("daarna")));

    // The police were in the room; nobody of the Raad ever was.
    for (user, remains) in [(police_user, true), (rvdk_user, false)] {
        assert_eq!(user.board_row(session.id).await.is_some(), remains);
        let status = user.get(&report_path(session.id)).await.status();
        assert_eq!(status == StatusCode::OK, remains, "{status}");
        assert_eq!(
            Participant::connect(user, session.id).await.err(),
            Some(StatusCode::NOT_FOUND)
        );
        let page = user.get(&format!("/api/v1/sessions/{}", session.id)).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND);
    }
    om.submit_ok(CLOSING_ROUND).await;
    om.submit_ok(CommandKind::Close {}).await;
    let row = police_user.board_row(session.id).await.unwrap();
    assert!(row.closed_at.is_some());
    let path = format!("/api/v1/sessions/{}/account", session.id);
    let account = police_user.get(&path).await.text().await.unwrap();
    assert!(verify_account(&account, None).is_ok());
    assert_eq!(rvdk_user.get(&path).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r18_whom_the_organisation_does_not_name_is_out_and_finds_nothing() {
    let mut server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis]).await;
    let [mut om, mut vt] = session.everybody_joins().await;
    let vt_user = &session.users[1];
    let colleague_user = server.sign_in("smit").await;
    let mut colleague = Participant::join(&colleague_user, session.id).await;
    assert!(colleague_user.board_row(session.id).await.is_some());
    let name = |people: Vec<ParticipantId>| CommandKind::NameAttendees {
        people: Some(people.into_iter().collect::<BTreeSet<_>>()),
    };

    let (own, other) = (vt_user.me.participant, colleague_user.me.participant);
    assert_eq!(
        vt.submit_refused(name(vec![other])).await,
        Refusal::PartyMissing,
        "whoever names them stays"
    );
    vt.submit_ok(name(vec![own])).await;
    assert_eq!(
        colleague
            .wait_for_frame(|frame| matches!(frame, FromRoom::Bye { .. }))
            .await,
        FromRoom::Bye { why: Bye::NoSeat }
    );
    vt.submit_ok(share_with_table("daarna")).await;
    colleague.read_to_end().await;
    assert_eq!(colleague.closed, Some(Bye::NoSeat.code()));
    assert!(colleague.frames.iter().all(|frame| !frame.contains("daarna")));
    let is_out = async |user: &User| {
        assert_eq!(user.board_row(session.id).await, None);
        let nowhere = SessionId(uuid::Uuid::new_v4());
        assert_eq!(answers(user, session.id).await, answers(user, nowhere).await);
        let there = Participant::connect(user, session.id).await.err();
        assert_eq!(there, Some(StatusCode::NOT_FOUND));
    };
    is_out(&colleague_user).await;

    // Only their own organisation is told whom it named.
    let named = |view: &akkoord::session::SessionView, party| view.seat(party).unwrap().attendees.clone();
    let vt_id = vt.party;
    assert_eq!(named(vt.now().await, vt_id), Some(vec![own]));
    assert_eq!(named(om.now().await, vt_id), None);
    server.kill();
    server.start().await;
    is_out(&colleague_user).await;
    let mut vt = Participant::join(vt_user, session.id).await;

    vt.submit_ok(CommandKind::NameAttendees { people: None }).await;
    let mut colleague = Participant::join(&colleague_user, session.id).await;
    colleague.wait_for(|view| view.items.len() == 1).await;
    assert!(colleague_user.board_row(session.id).await.is_some());

    // The gavel stays in the room.
    let second = server.sign_in("visser").await;
    let mut second_person = Participant::join(&second, session.id).await;
    assert_eq!(
        second_person.submit_refused(name(vec![second.me.participant])).await,
        Refusal::ChairStays
    );
}
