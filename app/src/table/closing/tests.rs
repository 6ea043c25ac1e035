//! The closing round as a server renders it, for sessions that the rules themselves made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use akkoord::ids::SubjectId;
use akkoord::session::closing::proposal::yes_needed_of;
use akkoord::session::command::{NewSubject, SubjectRole};
use akkoord::session::item::{Assignee, Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use leptos::tachys::view::any_view::AnyView;

use super::close::Summary;
use super::detail::Detail;
use super::*;
use crate::table::tests::{HALT, OM, POLICE, Room, VT, holds, lacks, party};

fn fact() -> NewContent {
    NewContent::Contribution {
        kind: ContributionKind::Fact,
    }
}

fn round(room: &mut Room) {
    room.does(
        OM,
        CommandKind::MoveTo {
            phase: Phase::ClosingRound,
        },
    );
}

fn approval() -> Verdict {
    Verdict::Approve {
        purpose: Purpose::Task("politie_taak".into()),
        subjects: None,
        excerpt: None,
        condition: None,
        motivation: Some("nodig".into()),
    }
}

fn decide_cell(room: &mut Room, item: ItemId, revision: u32, verdict: Verdict) {
    let cells = vec![CellDecision {
        item,
        revision,
        recipient: party(POLICE).id,
        verdict,
    }];
    room.does(VT, CommandKind::Decide { cells });
}

fn detail(room: &Room, item: ItemId, recipient: akkoord::party::PartyKind) -> String {
    let to = party(recipient).id;
    room.part(VT, move |_| view! { <Detail id=item to open=RwSignal::new(true) /> })
}

#[test]
fn r5_actions_and_the_words_of_measures_are_rows_like_contributions() {
    let mut room = Room::zsm();
    let performer = Assignee::Seat(party(POLICE).id);
    room.share(VT, fact(), Audience::table(), "Twee meldingen");
    room.share(
        VT,
        NewContent::Action { performer, due: None },
        Audience::table(),
        "Huisbezoek",
    );
    let power = NewContent::Measure {
        power: "extra_patrol".into(),
        holder: performer,
    };
    room.share(VT, power.clone(), Audience::table(), "Rond de school");
    room.share(VT, power, Audience::table(), "");
    room.share(OM, fact(), Audience::table(), "Van een ander");
    round(&mut room);
    let screen = room.screen(VT);
    let rows = screen.matches("data-row=").count();
    assert_eq!(rows, 3, "what has no words, or is another owner's, is no row");
    holds(
        &screen,
        &[
            "vervolgactie 1",
            "Huisbezoek",
            "maatregel",
            "extra surveillance",
            "Rond de school",
        ],
    );
}

#[test]
fn r6_a_lapsed_cell_says_why_it_is_undecided() {
    let mut room = Room::zsm();
    let item = room.share(VT, fact(), Audience::table(), "Woont Lindelaan 1");
    round(&mut room);
    decide_cell(&mut room, item, 1, approval());
    holds(&room.screen(VT), &["data-decision=\"approved\""]);
    room.does(
        VT,
        CommandKind::Revise {
            item,
            revision: 1,
            content: fact(),
            subjects: BTreeSet::new(),
            text: "Woont elders".into(),
        },
    );
    let lapsed = "Uw akkoord is vervallen: de tekst is aangepast.";
    let screen = room.screen(VT);
    holds(&screen, &[lapsed, "data-lapsed"]);
    lacks(&screen, &["data-decision=\"approved\""]);
    holds(&detail(&room, item, POLICE), &[lapsed]);
}

/// S2: a form decides on what stood in it when it was opened, and says that something else stands there now.
#[test]
fn r5_details_that_are_older_than_the_text_say_so() {
    let mut room = Room::zsm();
    let item = room.share(VT, fact(), Audience::table(), "Woont Lindelaan 1");
    round(&mut room);
    lacks(&detail(&room, item, POLICE), &["data-stale", "aria-disabled"]);
    let text = "Woont elders".into();
    let mut after = Room::zsm();
    let same = after.share(VT, fact(), Audience::table(), "Woont Lindelaan 1");
    assert_eq!(item, same, "the same session once more");
    round(&mut after);
    after.does(
        VT,
        CommandKind::Revise {
            item,
            revision: 1,
            content: fact(),
            subjects: BTreeSet::new(),
            text,
        },
    );
    let to = party(POLICE).id;
    let revised = after.view(VT);
    let html = room.part(VT, move |live| {
        let opened = view! { <Detail id=item to open=RwSignal::new(true) /> };
        live.seen.replace(revised);
        opened
    });
    holds(
        &html,
        &[
            "data-stale",
            "Deze tekst is intussen aangepast",
            "aria-disabled=\"true\"",
        ],
    );
}

#[test]
fn r5_a_reporter_goes_along_only_when_its_box_is_ticked() {
    let mut room = Room::zsm();
    for (role, label) in [(SubjectRole::Reporter, "buurvrouw"), (SubjectRole::Child, "zoon (9)")] {
        let subject = NewSubject {
            role,
            label: label.into(),
        };
        room.does(VT, CommandKind::AddSubject { subject });
    }
    let subjects: BTreeSet<SubjectId> = room.view(VT).subjects.iter().map(|it| it.id).collect();
    room.does(
        VT,
        CommandKind::Share {
            content: fact(),
            subjects,
            audience: Audience::table(),
            based_on: BTreeSet::new(),
            text: "De zoon zag het".into(),
        },
    );
    let item = room.view(VT).items[0].id;
    round(&mut room);
    let html = detail(&room, item, POLICE);
    holds(&html, &["Een melder gaat alleen mee als u dat zelf aanvinkt."]);
    assert_eq!(html.matches("data-subject=").count(), 3);
    let ticked = |before: &str| {
        let end = html.find(before).expect(before);
        let start = html[..end].rfind("data-subject=").expect("its box");
        html[start..end].contains("checked")
    };
    assert!(ticked("zoon (9)") && !ticked("buurvrouw"));
}

#[test]
fn r11_the_owner_reads_whose_yes_is_needed_too_and_who_does_not_see_it_here() {
    let mut room = Room::zsm();
    let basis = room.share(OM, fact(), Audience::table(), "Eerder veroordeeld");
    let own = {
        let based_on = BTreeSet::from([basis]);
        room.does(
            VT,
            CommandKind::Share {
                content: fact(),
                subjects: BTreeSet::new(),
                audience: Audience::only([party(OM).id]),
                based_on,
                text: "Daarom acuut onveilig".into(),
            },
        );
        let items = room.view(VT).items;
        let own = items.iter().find(|item| item.mine).unwrap();
        assert_eq!(yes_needed_of(own, &items, party(POLICE).id), [party(OM).id].into());
        own.id
    };
    round(&mut room);
    holds(&room.screen(VT), &["Dit stuk gaat alleen mee als ook OM akkoord geeft"]);
    let to_police = detail(&room, own, POLICE);
    holds(
        &to_police,
        &["als ook OM akkoord geeft", "politie ziet dit nu niet aan tafel"],
    );
    let to_om = detail(&room, own, OM);
    lacks(&to_om, &["akkoord geeft", "ziet dit nu niet"]);
    holds(&detail(&room, own, HALT), &["Halt ziet dit nu niet aan tafel"]);
}

#[test]
fn t3_the_chair_is_told_that_nothing_was_decided_yet() {
    let said = "Er is nog geen afdoening vastgelegd.";
    let mut room = Room::zsm();
    let summary = |room: &Room| {
        room.part(OM, |_| -> AnyView {
            view! { <Summary /> }
        })
    };
    holds(&summary(&room), &[said, "U hebt niets ingebracht."]);
    let suspect = room.view(OM).subjects[0].id;
    room.does(
        OM,
        CommandKind::RecordDisposition {
            suspect,
            revision: 0,
            kind: DispositionKind::Summons,
            note: None,
            deviation: None,
        },
    );
    lacks(&summary(&room), &[said]);
}

#[test]
fn r7_after_the_close_each_party_reads_what_it_gave_got_and_keeps() {
    let mut room = Room::zsm();
    let item = room.share(VT, fact(), Audience::table(), "Twee meldingen");
    let own = Assignee::Seat(party(VT).id);
    room.share(
        VT,
        NewContent::Action {
            performer: own,
            due: None,
        },
        Audience::table(),
        "Veiligheidsplan",
    );
    round(&mut room);
    decide_cell(&mut room, item, 1, approval());
    room.does(OM, CommandKind::Close {});
    let vt = room.screen(VT);
    holds(&vt, &["Het overleg is gesloten", "Aan politie: 1", "die u meeneemt: 1"]);
    lacks(&vt, &["data-expired", "Twee meldingen"]);
    holds(&room.screen(POLICE), &["Vrijgegeven aan u: 1."]);
}

#[test]
fn r14_a_session_that_expired_says_that_nothing_was_released() {
    let mut room = Room::zsm();
    room.share(VT, fact(), Audience::table(), "Twee meldingen");
    room.expires();
    let screen = room.screen(VT);
    holds(
        &screen,
        &[
            "Het overleg is verlopen",
            "Niets is vrijgegeven; alle teksten zijn vernietigd.",
            "Niets van uw inbreng is vrijgegeven.",
        ],
    );
    lacks(&screen, &["Het overleg is gesloten", "Twee meldingen"]);
}
