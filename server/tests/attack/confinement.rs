//! The same meeting twice, once with hidden items and everything that can be done with them, once without. What others
//! receive is the same to the byte, ids, times and hashes apart (R2).

use std::collections::{BTreeSet, HashMap};

use akkoord::ids::{PartyId, SessionId, SubjectId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Municipality, Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromClient;
use akkoord::session::CommandKind;
use akkoord::session::command::{NewAnswer, SeatLevel, Verdict};
use akkoord::session::item::{Audience, ContributionKind, NewContent, Purpose};
use chrono::{TimeDelta, Utc};
use serde_json::Value;

use crate::common::commands::{approve, decide, share_action, share_measure, share_with_table, withdraw};
use crate::common::participant::Participant;
use crate::common::server::Server;
use crate::common::user::User;

/// What each of those present received, over the socket and in answers to questions, in order and made equal.
struct Received {
    chair: Vec<String>,
    full: Vec<String>,
    restricted: Vec<String>,
    /// In the audience of what is hidden.
    insider: Vec<String>,
}

fn hide(words: &str, subject: SubjectId, audience: PartyId) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Suspicion,
        },
        subjects: [subject].into(),
        audience: Audience::only([audience]),
        based_on: BTreeSet::new(),
        text: words.into(),
    }
}

/// Everything but a socket that shows the session to this person while it lives.
async fn answers(user: &User, session: SessionId) -> Vec<String> {
    vec![
        user.report(session).await,
        user.json(&format!("/api/v1/sessions/{session}")).await.to_string(),
        serde_json::to_string(&user.board_row(session).await).unwrap(),
    ]
}

#[expect(clippy::too_many_lines, reason = "one meeting, from beginning to end")]
async fn meeting(server: &Server, with_hidden: bool) -> Received {
    let session = server
        .session([Prosecution, VeiligThuis, Police, ChildProtection])
        .await;
    let municipality = server.user_of(Municipality).await;
    let [mut om, mut vt, mut police, mut rvdk] = session.everybody_joins().await;
    session.users[0]
        .give_seat(session.id, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let mut restricted = Participant::join(&municipality, session.id).await;
    let (om_id, vt_id, police_id) = (om.party, vt.party, police.party);
    let subject = vt.wait_for(|view| !view.subjects.is_empty()).await.subjects[0].id;

    let open = vt.make_item(share_with_table("iedereen ziet dit")).await;
    let mut hidden = None;
    if with_hidden {
        let item = vt.make_item(hide("alleen de politie", subject, police_id)).await;
        hidden = Some(item);
        let revise = CommandKind::Revise {
            item,
            revision: 1,
            content: NewContent::Contribution {
                kind: ContributionKind::Assessment,
            },
            subjects: BTreeSet::new(),
            text: "alleen de politie, beter".into(),
        };
        vt.submit_ok(revise).await;
        let request = |purpose: Option<&str>| CommandKind::RequestRelease {
            item,
            revision: 2,
            purpose: purpose.map(|task| Purpose::Task(task.into())),
            reason: Some("nodig".into()),
        };
        police.submit_ok(request(Some("politie_taak"))).await;
        police.submit_ok(CommandKind::DropRequest { item }).await;
        police.submit_ok(request(None)).await;
        // Narrowed to nobody, and back again.
        let audiences = [
            Audience::only([police_id]),
            Audience::only([]),
            Audience::only([police_id]),
        ];
        for (was, audience) in audiences.iter().zip(&audiences[1..]) {
            let set_audience = CommandKind::SetAudience {
                item,
                was: was.clone(),
                audience: audience.clone(),
            };
            vt.submit_ok(set_audience).await;
        }
        // One that is withdrawn.
        let second = police.make_item(hide("alleen VT", subject, vt_id)).await;
        police.submit_ok(withdraw(second)).await;
    }
    vt.submit_ok(share_action("huisbezoek", vt_id, [])).await;
    if let Some(item) = hidden {
        let action = vt
            .make_item(share_action("verborgen afspraak", police_id, [item]))
            .await;
        let measure = vt
            .make_item(share_measure("extra_patrol", police_id, "verborgen", [item]))
            .await;
        let until = Utc::now() + TimeDelta::hours(2);
        let reason = Some("toch niet".to_owned());
        for (item, answer) in [
            (action, NewAnswer::Accept {}),
            (action, NewAnswer::Refuse { reason: reason.clone() }),
            (measure, NewAnswer::Commit { until }),
            (measure, NewAnswer::Refuse { reason }),
            (measure, NewAnswer::Commit { until }),
        ] {
            let answer = CommandKind::Answer {
                item,
                revision: 1,
                answer,
            };
            police.submit_ok(answer).await;
        }
        vt.send_frame(&FromClient::Draft {
            words: "en nog iets verborgens".into(),
        })
        .await;
    }
    police.submit_ok(share_with_table("dit ook")).await;
    let others = [&session.users[0], &session.users[3], &municipality];
    let mut told: [Vec<String>; 3] = Default::default();
    for (user, told) in others.into_iter().zip(&mut told) {
        told.extend(answers(user, session.id).await);
    }
    om.submit_ok(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    if let Some(item) = hidden {
        let approved = Verdict::Approve {
            purpose: Purpose::Task("politie_taak".into()),
            subjects: None,
            excerpt: Some("een deel".into()),
            condition: Some("niet verder".into()),
            motivation: None,
        };
        let declined = Verdict::Decline {
            reason: Some("nee".into()),
        };
        for verdict in [approved.clone(), Verdict::Undecide {}, declined, approved] {
            vt.submit_ok(decide(item, 2, police_id, verdict)).await;
        }
    }
    vt.submit_ok(approve(open, om_id, "om_afdoening")).await;
    for person in [&mut vt, &mut police, &mut rvdk] {
        person.submit_ok(CommandKind::SetReady { ready: true }).await;
    }
    for (user, told) in others.into_iter().zip(&mut told) {
        told.extend(answers(user, session.id).await);
    }
    om.submit_ok(CommandKind::Close {}).await;
    for person in [&mut om, &mut police, &mut rvdk, &mut restricted] {
        person.wait_for(|view| view.progress.closed.is_some()).await;
    }
    // G18: after the close a full seat is told how many events there were, a restricted one is not.
    for user in [&session.users[0], &session.users[3]] {
        let report: Value = serde_json::from_str(&user.report(session.id).await).unwrap();
        assert!(report["events"].is_u64(), "a full seat is a witness to the whole log");
    }
    told[2].extend(answers(&municipality, session.id).await);
    let account = municipality
        .json(&format!("/api/v1/sessions/{}/account", session.id))
        .await;
    let report: Value = serde_json::from_str(&municipality.report(session.id).await).unwrap();
    assert!(report["events"].is_null() && account["report"]["events"].is_null());
    // What a party saw stands in its file as text in text.
    told[2].push(account.to_string().replace('\\', ""));
    let [chair, full, secluded] = told;
    let together = |person: Participant, mut told: Vec<String>| {
        let mut all = person.frames;
        all.append(&mut told);
        made_equal(&all)
    };
    Received {
        chair: together(om, chair),
        full: together(rvdk, full),
        restricted: together(restricted, secluded),
        insider: together(police, Vec::new()),
    }
}

/// What the decision clock had used when it stopped: as much a time as any other.
const USED: &str = r#""used_ms":"#;

/// Ids by the order in which they first appear, times and hashes by none.
fn made_equal(texts: &[String]) -> Vec<String> {
    let mut names = HashMap::new();
    texts.iter().map(|text| equal_text(text, &mut names)).collect()
}

fn equal_text(text: &str, names: &mut HashMap<String, usize>) -> String {
    let mut equal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest
            .get(..36)
            .is_some_and(|it| it.is_ascii() && uuid::Uuid::try_parse(it).is_ok())
        {
            let next = names.len();
            let name = names.entry(rest[..36].to_owned()).or_insert(next);
            equal.push_str(&format!("<id {name}>"));
            rest = &rest[36..];
        } else if rest
            .get(..64)
            .is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            equal.push_str("<hash>");
            rest = &rest[64..];
        } else if let Some(length) = time_at(rest) {
            equal.push_str("<time>");
            rest = &rest[length..];
        } else if let Some(after) = rest.strip_prefix(USED) {
            equal.push_str("<duration>");
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            equal.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    equal
}

/// The length of the moment with which this begins: `2026-11-23T10:42:00.123456Z`.
fn time_at(text: &str) -> Option<usize> {
    let length = text.find('Z')? + 1;
    let moment = text.get(..length).filter(|it| it.len() <= 30 && it.starts_with("20"))?;
    chrono::DateTime::parse_from_rfc3339(moment).ok().map(|_| length)
}

#[tokio::test]
async fn r2_what_others_receive_does_not_depend_on_what_is_hidden_from_them() {
    let server = Server::open().await;
    let (with, without) = (meeting(&server, true).await, meeting(&server, false).await);
    for (who, with, without) in [
        ("the chair", with.chair, without.chair),
        ("a full seat", with.full, without.full),
        ("a restricted seat", with.restricted, without.restricted),
    ] {
        for (place, (with, without)) in with.iter().zip(&without).enumerate() {
            assert!(with == without, "{who}, frame {place}: {}", difference(with, without));
        }
        assert_eq!(with.len(), without.len(), "{who}: as many frames");
    }
    assert_ne!(
        with.insider, without.insider,
        "the comparison sees a difference where there is one"
    );
}

/// The first place where two texts part, with what stands around it.
fn difference(one: &str, other: &str) -> String {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[same.saturating_sub(60)..])
            .chars()
            .take(160)
            .collect::<String>()
    };
    format!("…{}… and …{}…", around(one), around(other))
}

#[test]
fn making_equal_keeps_everything_but_ids_times_and_hashes() {
    let (a, b) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let text = |first, second, n: u8| {
        format!(r#"{{"x":"{first}","y":["{second}","{first}"],"n":{n},"at":"2026-11-23T10:42:00.5Z"}}"#)
    };
    let equal = |text: String| made_equal(&[text]);
    assert_eq!(
        equal(text(a, b, 1)),
        [r#"{"x":"<id 0>","y":["<id 1>","<id 0>"],"n":1,"at":"<time>"}"#]
    );
    assert_eq!(equal(text(a, b, 1)), equal(text(b, a, 1)));
    assert_ne!(equal(text(a, b, 1)), equal(text(a, b, 2)));
    assert_ne!(equal(text(a, b, 1)), equal(text(a, a, 1)));
    assert_eq!(equal(format!("x{}y", "0f".repeat(32))), ["x<hash>y"]);
}
