//! What a frame does to the page, without a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use akkoord::ids::PartyId;
use akkoord::party::{Party, PartyKind};
use akkoord::session::command::{Audience, ContributionKind};
use akkoord::session::view::CardView;
use akkoord::session::{HouseRoles, SessionView, ViewEvent};
use uuid::Uuid;

use super::*;

fn party() -> Party {
    Party {
        id: PartyId(Uuid::from_u128(1)),
        kind: PartyKind::VeiligThuis,
        name: "Veilig Thuis Voorbeeldstad".into(),
    }
}

pub(super) fn view() -> SessionView {
    serde_json::from_value(serde_json::json!({
        "about": {
            "moment": "zsm", "moment_name": {"nl": "ZSM", "en": "ZSM"}, "case_reference": "26-0417",
            "phases": ["opening", "closing_round"], "has_disposition": true, "chair": party().id,
            "you": party().id, "full_seat": true, "convened_at": "2026-11-23T09:00:00Z"
        },
        "progress": {"phase": "opening", "gavel": null, "closed": null},
        "seats": [], "subjects": [], "cards": [], "actions": [], "measures": [], "disposition": null,
        "deviations": [],
        "time": {"clock": null, "requests": [], "deadline": null},
        "may": serde_json::to_value(akkoord::session::view::May::default()).unwrap()
    }))
    .unwrap()
}

fn card(number: u128, text: &str) -> CardView {
    CardView {
        id: ContributionId(Uuid::from_u128(number)),
        owner: party(),
        mine: false,
        author: "Bakker".into(),
        kind: ContributionKind::Fact,
        subjects: Vec::new(),
        audience: None,
        revision: 1,
        text: Some(text.into()),
        shared_at: "2026-11-23T09:10:00Z".parse().unwrap(),
        revised_at: None,
        withdrawn_at: None,
        requests: Vec::new(),
        cells: Vec::new(),
        answer: None,
    }
}

fn live() -> (Owner, Live) {
    let owner = Owner::new();
    owner.set();
    let me = Me {
        participant: ParticipantId(Uuid::from_u128(7)),
        name: "De Wit".into(),
        party: party(),
        roles: HouseRoles::default(),
        demo: false,
    };
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let live = Live::new(TableEntry {
        me,
        session: SessionId(Uuid::nil()),
        view: view(),
        now,
    });
    live.take(FromRoom::View {
        epoch: Uuid::nil(),
        n: 0,
        view: Box::new(view()),
    });
    (owner, live)
}

fn event(n: u64, cards: Vec<CardView>) -> FromRoom {
    FromRoom::Event {
        n,
        event: Box::new(ViewEvent {
            cards,
            ..ViewEvent::default()
        }),
    }
}

#[test]
fn a_card_that_changes_leaves_the_others_alone() {
    let (_owner, live) = live();
    live.take(event(1, vec![card(1, "een"), card(2, "twee")]));
    let before = live.seen.cards.get_untracked();
    live.take(event(2, vec![card(2, "twee, verbeterd")]));
    let after = live.seen.cards.get_untracked();
    assert!(before == after, "the list itself did not change");
    assert_eq!(after[1].view.get_untracked().text.as_deref(), Some("twee, verbeterd"));
    assert_eq!(live.arrived.get_untracked().len(), 2, "a changed card is no new one");
}

#[test]
fn a_missing_event_asks_for_everything() {
    let (_owner, live) = live();
    assert_eq!(live.take(event(1, vec![card(1, "een")])), Reaction::None);
    assert_eq!(live.take(event(3, vec![card(3, "drie")])), Reaction::StartOver);
    assert_eq!(live.seen.cards.with_untracked(Vec::len), 1);
}

#[test]
fn what_was_refused_comes_back_to_its_author() {
    let (_owner, live) = live();
    live.want(Wish::Share {
        kind: ContributionKind::Fact,
        subjects: std::collections::BTreeSet::new(),
        audience: Audience::table(),
        text: "geschreven".into(),
    });
    let id = CommandId(Uuid::nil());
    live.take(FromRoom::NotStored { id });
    assert_eq!(
        live.outbox.with_untracked(Outbox::worst),
        1,
        "kept while the room cannot store it"
    );
    live.take(FromRoom::Refused {
        id,
        because: Refusal::RulesNotAccepted,
    });
    assert_eq!(live.draft.get_untracked(), "geschreven");
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
    assert_eq!(live.news.with_untracked(Vec::len), 1);
}

#[test]
fn r2_a_screen_without_a_seat_goes_dark() {
    let (_owner, live) = live();
    live.take(event(1, vec![card(1, "een")]));
    live.draft.set("half af".into());
    assert_eq!(
        live.take(FromRoom::Bye { why: Bye::NoSeat }),
        Reaction::Leave(Bye::NoSeat)
    );
    assert!(live.seen.cards.with_untracked(Vec::is_empty));
    assert!(live.draft.with_untracked(String::is_empty));
    assert!(live.seen.about.with_untracked(|about| about.case_reference.is_empty()));
}

#[test]
fn an_own_wish_is_recognised_in_its_effect_before_it_is_acknowledged() {
    let (_owner, live) = live();
    live.want(Wish::TakeGavel);
    let id = CommandId(Uuid::nil());
    live.take(FromRoom::Event {
        n: 1,
        event: Box::new(ViewEvent {
            command: Some(id),
            ..ViewEvent::default()
        }),
    });
    assert!(
        live.outbox
            .with_untracked(|outbox| outbox.iter().all(|waiting| waiting.seen))
    );
    live.take(FromRoom::Ack { id });
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
}
