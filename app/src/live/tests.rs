//! What a frame does to the page, without a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use akkoord::ids::PartyId;
use akkoord::party::{Party, PartyKind};
use akkoord::session::item::{Assignee, Audience, ContributionKind, NewContent};
use akkoord::session::view::{AnswerView, ContentView, ItemPermissions, ItemView, ViewPermissions};
use akkoord::session::{Roles, SessionView, ViewEvent};
use uuid::Uuid;

use super::*;

fn party() -> Party {
    Party {
        id: PartyId(Uuid::from_u128(1)),
        kind: PartyKind::VeiligThuis,
        name: "Veilig Thuis Voorbeeldstad".into(),
    }
}

fn view() -> SessionView {
    serde_json::from_value(serde_json::json!({
        "about": {
            "moment": "zsm", "moment_name": {"nl": "ZSM", "en": "ZSM"}, "case_reference": "26-0417",
            "phases": ["opening", "closing_round"], "has_disposition": true, "chair": party().id,
            "you": party().id, "full_seat": true, "has_left": false, "convened_at": "2026-11-23T09:00:00Z",
            "powers": akkoord::measure::standard().unwrap(), "terms": []
        },
        "progress": {"phase": "opening", "gavel": null, "closed": null},
        "seats": [], "subjects": [], "items": [], "taken_back": [], "decided_at": [], "deviations": [],
        "newcomers": [],
        "time": {"clock": null, "requests": [], "deadline": null},
        "may": serde_json::to_value(ViewPermissions::default()).unwrap()
    }))
    .unwrap()
}

fn item(number: u128, content: ContentView, text: &str) -> ItemView {
    ItemView {
        id: ItemId(Uuid::from_u128(number)),
        owner: party(),
        mine: false,
        author: "Bakker".into(),
        content,
        subjects: Vec::new(),
        audience: None,
        based_on: Vec::new(),
        to_open: Vec::new(),
        opened: Vec::new(),
        partly_hidden: false,
        revision: 1,
        text: Some(text.into()),
        shared_at: "2026-11-23T09:10:00Z".parse().unwrap(),
        revised_at: None,
        withdrawn_at: None,
        requests: Vec::new(),
        cells: Vec::new(),
        decline_reason: None,
        may: ItemPermissions::default(),
    }
}

fn card(number: u128, text: &str) -> ItemView {
    let kind = ContributionKind::Fact;
    item(number, ContentView::Contribution { kind }, text)
}

fn action(number: u128) -> ItemView {
    let content = ContentView::Action {
        performer: Assignee::Seat(party().id),
        due: None,
        answer: None,
    };
    item(number, content, "huisbezoek")
}

fn measure(number: u128, answer: Option<AnswerView>) -> ItemView {
    let content = ContentView::Measure {
        power: "exclusion_order".into(),
        holder: Assignee::Seat(party().id),
        answer,
    };
    item(number, content, "")
}

fn share(text: &str) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects: std::collections::BTreeSet::new(),
        audience: Audience::table(),
        based_on: std::collections::BTreeSet::new(),
        text: text.into(),
    }
}

fn live() -> (Owner, Live) {
    let owner = Owner::new();
    owner.set();
    let me = Me {
        participant: ParticipantId(Uuid::from_u128(7)),
        name: "De Wit".into(),
        party: party(),
        roles: Roles::default(),
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

fn event(n: u64, items: Vec<ItemView>) -> FromRoom {
    FromRoom::Event {
        n,
        event: Box::new(ViewEvent {
            items,
            ..ViewEvent::default()
        }),
    }
}

#[test]
fn an_item_that_changes_leaves_the_others_alone() {
    let (_owner, live) = live();
    live.take(event(1, vec![card(1, "een"), card(2, "twee")]));
    let before = live.seen.items.get_untracked();
    live.take(event(2, vec![card(2, "twee, verbeterd")]));
    let after = live.seen.items.get_untracked();
    assert!(before == after, "the list itself did not change");
    assert_eq!(after[1].view.get_untracked().text.as_deref(), Some("twee, verbeterd"));
    assert_eq!(live.arrived.get_untracked().len(), 2, "a changed item is no new one");
}

#[test]
fn a_missing_event_asks_for_everything() {
    let (_owner, live) = live();
    assert_eq!(live.take(event(1, vec![card(1, "een")])), Reaction::None);
    assert_eq!(live.take(event(3, vec![card(3, "drie")])), Reaction::StartOver);
    assert_eq!(live.seen.items.with_untracked(Vec::len), 1);
}

#[test]
fn actions_and_measures_are_items_seen_apart() {
    let (_owner, live) = live();
    live.take(event(1, vec![card(1, "een"), action(2), measure(3, None), action(4)]));
    let seen = live.seen;
    assert_eq!(seen.contributions.with_untracked(Vec::len), 1);
    assert_eq!(seen.measures.with_untracked(Vec::len), 1);
    let number = |id: u128| untrack(|| seen.action_number(ItemId(Uuid::from_u128(id))));
    assert_eq!((number(2), number(4)), (Some(1), Some(2)));
    assert_eq!(live.arrived.get_untracked().len(), 1, "only contributions are read out");

    let at = "2026-11-23T09:20:00Z".parse().unwrap();
    let gone = |view: ItemView| ItemView {
        withdrawn_at: Some(at),
        text: None,
        ..view
    };
    live.take(event(2, vec![gone(action(2)), gone(measure(3, None))]));
    assert_eq!((number(2), number(4)), (None, Some(1)), "numbers count what stands");
    assert_eq!(seen.measures.with_untracked(Vec::len), 0);
    let until = AnswerView::Committed { until: at };
    live.take(event(3, vec![gone(measure(3, Some(until)))]));
    assert_eq!(seen.measures.with_untracked(Vec::len), 1, "what was committed stands");
}

#[test]
fn t5_whether_custody_is_covered_is_asked_of_the_rules() {
    let (_owner, live) = live();
    let deadline = |n| {
        FromRoom::Event {
        n,
        event: Box::new(ViewEvent {
            time: Some(
                serde_json::from_value(serde_json::json!({
                    "clock": null, "requests": [],
                    "deadline": {
                        "at": "2026-11-23T17:40:00Z",
                        "term": {"code": "holding", "article": "art. 56a Sv", "name": {"nl": "ophouden", "en": "holding"}}
                    }
                }))
                .unwrap(),
            ),
            ..ViewEvent::default()
        }),
    }
    };
    assert!(live.seen.custody_end_covered.get_untracked(), "nothing to cover yet");
    live.take(deadline(1));
    assert!(!live.seen.custody_end_covered.get_untracked());
    let until = "2026-12-03T17:40:00Z".parse().unwrap();
    live.take(event(2, vec![measure(1, Some(AnswerView::Committed { until }))]));
    assert!(live.seen.custody_end_covered.get_untracked());
}

#[test]
fn what_was_refused_comes_back_to_its_author() {
    let (_owner, live) = live();
    live.want(share("geschreven"));
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
fn what_the_room_cannot_read_is_given_back_and_not_sent_again() {
    let (_owner, live) = live();
    live.draft.set("iets nieuws".into());
    live.want(share("geschreven"));
    let id = CommandId(Uuid::nil());
    let why = String::new();
    live.take(FromRoom::Unreadable {
        id: None,
        why: why.clone(),
    });
    assert_eq!(
        live.outbox.with_untracked(|outbox| outbox.iter().count()),
        1,
        "it was another frame"
    );
    live.take(FromRoom::Unreadable { id: Some(id), why });
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
    let news = live.news.get_untracked();
    assert_eq!(news[0].because, Cause::NotUnderstood);
    assert_eq!(news[0].words.as_deref(), Some("geschreven"), "the composer is not free");
    assert_eq!(live.draft.get_untracked(), "iets nieuws");
}

#[test]
fn what_is_too_long_for_a_frame_is_not_sent_at_all() {
    let (_owner, live) = live();
    let long = "x".repeat(akkoord::protocol::LONGEST_FRAME);
    live.want(share(&long));
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
    assert_eq!(live.news.with_untracked(|news| news[0].because), Cause::TooLong);
    assert_eq!(live.draft.get_untracked(), long);
}

#[test]
fn an_acknowledgement_names_what_was_made() {
    let (_owner, live) = live();
    live.want(share("geschreven"));
    let id = CommandId(Uuid::nil());
    let made = Made::Item(ItemId(Uuid::from_u128(1)));
    live.take(FromRoom::Ack { id, made: Some(made) });
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
    assert_eq!(live.made.get_untracked(), Some((id, made)));
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
    assert!(live.seen.items.with_untracked(Vec::is_empty));
    assert!(live.draft.with_untracked(String::is_empty));
    assert!(live.seen.about.with_untracked(|about| about.case_reference.is_empty()));
}

#[test]
fn an_own_command_is_recognised_in_its_effect_before_it_is_acknowledged() {
    let (_owner, live) = live();
    live.want(CommandKind::TakeGavel {});
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
    live.take(FromRoom::Ack { id, made: None });
    assert_eq!(live.outbox.with_untracked(|outbox| outbox.iter().count()), 0);
}
