//! The same meeting twice, once with a hidden contribution and everything that can be done with one, once without. What
//! others receive is the same to the byte, ids and times apart (R2, T13).

use std::collections::{BTreeSet, HashMap};

use akkoord::ids::{ContributionId, PartyId, SubjectId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Municipality, Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromClient;
use akkoord::session::Wish;
use akkoord::session::command::{Audience, CellDecision, ContributionKind, MeasureKind, Purpose, SeatLevel, Verdict};
use chrono::{TimeDelta, Utc};

use crate::common::house::House;
use crate::common::person::{Answer, Person};
use crate::common::wishes::{agree, approve, share_with_table};

/// What each of those present received, over the socket and in answers to questions, in order and made equal.
struct Received {
    chair: Vec<String>,
    full: Vec<String>,
    restricted: Vec<String>,
    /// In the audience of what is hidden.
    insider: Vec<String>,
}

/// One who does things, each acknowledged before the next.
async fn does(person: &mut Person, wish: Wish) {
    assert_eq!(person.wants(wish.clone()).await, Answer::Ack, "{wish:?}");
}

fn hide(words: &str, subject: SubjectId, audience: PartyId) -> Wish {
    Wish::Share {
        kind: ContributionKind::Suspicion,
        subjects: [subject].into(),
        audience: Audience::only([audience]),
        text: words.into(),
    }
}

fn newest_own(person: &Person) -> ContributionId {
    let cards = &person.view.as_ref().unwrap().cards;
    cards.iter().rfind(|card| card.mine).unwrap().id
}

fn decide(contribution: ContributionId, revision: u32, recipient: PartyId, verdict: Verdict) -> Wish {
    Wish::Decide {
        cells: vec![CellDecision {
            contribution,
            revision,
            recipient,
            verdict,
        }],
    }
}

#[expect(clippy::too_many_lines, reason = "one meeting, from beginning to end")]
async fn meeting(house: &House, with_hidden: bool) -> Received {
    let table = house.table([Prosecution, VeiligThuis, Police, ChildProtection]).await;
    let municipality = house.somebody_of(Municipality).await;
    let [mut om, mut vt, mut police, mut rvdk] = table.all_sit_down().await;
    table.visitors[0]
        .gives_seat(table.session, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let mut restricted = Person::sits_down(&municipality, table.session).await;
    let (om_id, vt_id, police_id) = (om.party, vt.party, police.party);
    let subject = vt.until(|view| !view.subjects.is_empty()).await.subjects[0].id;

    does(&mut vt, share_with_table("iedereen ziet dit")).await;
    vt.is_up_to_date().await;
    let open = newest_own(&vt);
    let mut hidden = None;
    if with_hidden {
        does(&mut vt, hide("alleen de politie", subject, police_id)).await;
        vt.is_up_to_date().await;
        let card = newest_own(&vt);
        hidden = Some(card);
        let revise = Wish::Revise {
            contribution: card,
            kind: ContributionKind::Assessment,
            subjects: BTreeSet::new(),
            text: "alleen de politie, beter".into(),
        };
        does(&mut vt, revise).await;
        let request = Wish::RequestRelease {
            contribution: card,
            purpose: Some(Purpose::Task("politie_taak".into())),
            reason: Some("nodig".into()),
        };
        does(&mut police, request).await;
        does(&mut police, Wish::DropRequest { contribution: card }).await;
        does(
            &mut police,
            Wish::RequestRelease {
                contribution: card,
                purpose: None,
                reason: None,
            },
        )
        .await;
        // One more, back again, and one that is withdrawn.
        does(
            &mut vt,
            Wish::SetAudience {
                contribution: card,
                audience: Audience::only([]),
            },
        )
        .await;
        does(
            &mut vt,
            Wish::SetAudience {
                contribution: card,
                audience: Audience::only([police_id]),
            },
        )
        .await;
        does(&mut police, hide("alleen VT", subject, vt_id)).await;
        police.is_up_to_date().await;
        let second = newest_own(&police);
        does(&mut police, Wish::Withdraw { contribution: second }).await;
    }
    does(&mut vt, agree("huisbezoek", vt_id, [])).await;
    if let Some(card) = hidden {
        does(&mut vt, agree("verborgen afspraak", police_id, [card])).await;
        let measure = Wish::ProposeMeasure {
            kind: MeasureKind::Shelter,
            holder: police_id,
            note: Some("verborgen".into()),
            based_on: [card].into(),
        };
        does(&mut vt, measure).await;
        police.is_up_to_date().await;
        let measure = police.view.as_ref().unwrap().measures[0].id;
        let until = Utc::now() + TimeDelta::hours(2);
        does(&mut police, Wish::CommitMeasure { measure, until }).await;
        does(
            &mut police,
            Wish::DeclineMeasure {
                measure,
                reason: Some("toch niet".into()),
            },
        )
        .await;
        vt.says(&FromClient::Draft {
            words: "en nog iets verborgens".into(),
        })
        .await;
    }
    does(&mut police, share_with_table("dit ook")).await;
    let path = format!("/api/v1/sessions/{}", table.session);
    let mut answers: [Vec<String>; 3] = Default::default();
    for (visitor, answers) in [&table.visitors[0], &table.visitors[3], &municipality]
        .into_iter()
        .zip(&mut answers)
    {
        answers.push(visitor.reads_report(table.session).await);
        for path in [&path] {
            answers.push(visitor.json(path).await.to_string());
        }
    }
    does(
        &mut om,
        Wish::MoveTo {
            phase: Phase::ClosingRound,
        },
    )
    .await;
    if let Some(card) = hidden {
        let approved = Verdict::Approve {
            purpose: Purpose::Task("politie_taak".into()),
            excerpt: Some("een deel".into()),
            condition: Some("niet verder".into()),
            motivation: None,
        };
        does(&mut vt, decide(card, 2, police_id, approved.clone())).await;
        does(&mut vt, decide(card, 2, police_id, Verdict::Undecide)).await;
        does(
            &mut vt,
            decide(
                card,
                2,
                police_id,
                Verdict::Decline {
                    reason: Some("nee".into()),
                },
            ),
        )
        .await;
        does(&mut vt, decide(card, 2, police_id, approved)).await;
    }
    does(&mut vt, approve(open, om_id, "om_afdoening")).await;
    for person in [&mut vt, &mut police, &mut rvdk] {
        does(person, Wish::SetReady { ready: true }).await;
    }
    does(&mut om, Wish::Close).await;
    for person in [&mut om, &mut police, &mut rvdk, &mut restricted] {
        person.until(|view| view.progress.closed.is_some()).await;
    }
    let [chair, full, secluded] = answers;
    let together = |person: Person, mut answers: Vec<String>| {
        let mut all = person.frames;
        all.append(&mut answers);
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

/// Ids by the order in which they first appear, times by none.
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
async fn r2_t13_what_others_receive_does_not_depend_on_what_is_hidden_from_them() {
    let house = House::open().await;
    let (with, without) = (meeting(&house, true).await, meeting(&house, false).await);
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
fn making_equal_keeps_everything_but_ids_and_times() {
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
}
