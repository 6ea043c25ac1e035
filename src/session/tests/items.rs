//! R1, R3, R11 and C7: what an item is, who changes it, what it rests on, and what its assignee says.

use alloc::vec;
use alloc::vec::Vec;
use chrono::TimeDelta;
use std::format;

use super::fixture::*;
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{CommandKind, NewAnswer, Verdict};
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Audience, ContributionKind, NewContent, Purpose};
use crate::session::refusal::Refusal;
use crate::session::view::{AnswerView, ContentView};

#[test]
fn r1_an_item_carries_its_owner_on_every_screen() {
    let mut table = Table::zsm();
    let items = [
        table.share(BAKKER, "twee eerdere meldingen"),
        table.share_action(BAKKER, "moeder hoort haar eigen verhaal terug", POLICE, &[]),
        table.propose_measure(BAKKER, "extra_patrol", POLICE, "elke avond", &[]),
    ];
    for item in items {
        for actor in [OFFICER, AGENT, ADVISER, INVESTIGATOR, SUPPORTER, BAKKER, VISSER] {
            let seen = table.item(actor, item).expect("everybody in a full seat sees it");
            assert_eq!((seen.owner.id, seen.owner.kind.tag()), (VT, "VT"));
            assert_eq!(seen.author, "Bakker");
            assert_eq!(seen.mine, actor.party == VT, "{}", name_of(actor));
        }
        assert_eq!(table.wall().item(item).map(|seen| seen.owner.id), Some(VT));
    }
    let disposition = table.record_disposition(table.subject(0), None);
    assert_eq!(table.item(BAKKER, disposition).map(|seen| seen.owner.id), Some(OM));
}

#[test]
fn r3_only_the_owner_acts_on_an_item_and_the_chair_cannot() {
    let mut table = Table::zsm();
    let items = [
        table.share(BAKKER, "twee eerdere meldingen"),
        table.share_action(BAKKER, "moeder ophalen", OM, &[]),
        table.propose_measure(BAKKER, "conduct_order", OM, "vanaf morgen", &[]),
    ];
    table.move_to(Phase::ClosingRound);
    for item in items {
        for actor in [OFFICER, SECRETARY, AGENT] {
            for command in [
                table.revision_of(item, "iets anders"),
                withdraw(item, 1),
                table.audience_of(item, Audience::only([])),
                cell(item, 1, POLICE, yes(task(POLICE))),
                cell(item, 1, POLICE, NO),
                cell(item, 1, POLICE, Verdict::Undecide {}),
            ] {
                let told = format!("{} {command:?}", name_of(actor));
                assert_eq!(table.refused(actor, command), Refusal::NotOwner, "{told}");
            }
        }
    }
    // Any participant of the owner may, and who did is recorded.
    table.revise(VISSER, items[0], "drie eerdere meldingen");
    let last = table.run.events.last().expect("an event");
    assert_eq!(last.by, VISSER);
    assert!(matches!(last.kind, EventKind::Revised { revision: 2, .. }));
}

#[test]
fn r3_a_person_acts_only_for_the_party_they_came_in_for() {
    let mut table = Table::zsm();
    // The same account, now with the police: what it accepted and led for the OM does not go along.
    let moved = crate::session::command::Actor {
        party: POLICE,
        participant: OFFICER.participant,
    };
    assert_eq!(table.refused(moved, share("iets")), Refusal::RulesNotAccepted);
    table.act(
        moved,
        CommandKind::Enter {
            name: "De Wit".into(),
            prosecutor: true,
        },
    );
    assert_eq!(table.refused(moved, share("iets")), Refusal::RulesNotAccepted);
    table.accept_rules(moved);
    table.act(moved, share("iets"));
    let suspect = table.subject(0);
    assert_eq!(
        table.refused(moved, record_disposition(suspect, 0, None)),
        Refusal::NotProsecutor
    );
    assert_eq!(
        table.refused(moved, CommandKind::MoveTo { phase: Phase::Picture }),
        Refusal::NotChair
    );
    assert_eq!(table.refused(OFFICER, share("iets")), Refusal::RulesNotAccepted);
    table.act(SECRETARY, CommandKind::TakeGavel {});
}

/// S3: two colleagues revise one card from the same revision.
#[test]
fn s3_a_revision_does_not_overwrite_a_colleagues_unseen() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie meldingen op de Lindelaan");
    let from_the_same = table.revision_of(item, "vier meldingen op de Lindelaan");
    table.revise(VISSER, item, "drie meldingen");
    assert_eq!(table.refused(BAKKER, from_the_same), Refusal::OtherRevision);
    assert_eq!(
        table.item(AGENT, item).and_then(|it| it.text.clone()).as_deref(),
        Some("drie meldingen")
    );
}

/// S2: the details of a cell are open on revision 1; a colleague takes an address out; the old words are sent as an excerpt.
#[test]
fn s2_a_cell_is_decided_on_the_revision_that_was_read() {
    let mut table = Table::zsm_closing_with(BAKKER, "moeder verblijft Lindelaan 4");
    let item = table.only_item();
    let on_the_old = cell(
        item,
        1,
        POLICE,
        yes_to_excerpt(task(POLICE), "moeder verblijft Lindelaan 4"),
    );
    table.revise(VISSER, item, "moeder is veilig");
    assert_eq!(table.refused(BAKKER, on_the_old), Refusal::OtherRevision);
    assert!(table.close().dossier.is_empty());
}

/// Every command that changes an item names what it rests on, so that nobody overwrites what was not seen.
#[test]
fn s2_s3_every_change_names_what_it_was_made_on() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "eerst");
    let action = table.share_action(BAKKER, "iets doen", POLICE, &[]);
    let subject = table.add_subject(BAKKER, crate::session::command::SubjectRole::Other, "buurvrouw");
    let stale_audience = table.audience_of(item, Audience::only([OM]));
    table.revise(BAKKER, item, "dan");
    table.revise(BAKKER, action, "iets anders doen");
    table.narrow(BAKKER, item, &[POLICE]);
    table.correct_subject(BAKKER, subject, "de buurvrouw");
    let correct = |revision| CommandKind::CorrectSubject {
        subject,
        revision,
        role: crate::session::command::SubjectRole::Other,
        label: "x".into(),
    };
    for (actor, command) in [
        (BAKKER, revise(item, 1, "x")),
        (BAKKER, revise(item, 3, "x")),
        (BAKKER, withdraw(item, 1)),
        (BAKKER, stale_audience),
        (AGENT, ask_release(item, 1)),
        (AGENT, answer(action, 1, NewAnswer::Accept {})),
        (BAKKER, correct(1)),
        (BAKKER, CommandKind::RemoveSubject { subject, revision: 1 }),
        (OFFICER, record_disposition(table.subject(0), 1, None)),
    ] {
        let told = format!("{command:?}");
        assert_eq!(table.refused(actor, command), Refusal::OtherRevision, "{told}");
    }
    table.move_to(Phase::ClosingRound);
    for verdict in [yes(task(POLICE)), NO, Verdict::Undecide {}] {
        assert_eq!(
            table.refused(BAKKER, cell(item, 1, POLICE, verdict)),
            Refusal::OtherRevision
        );
    }
}

#[test]
fn r3_what_was_withdrawn_comes_back_to_nobody() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "vergissing");
    table.request(AGENT, item, "nodig");
    table.withdraw(BAKKER, item);
    assert!(table.item(AGENT, item).is_none());
    let own = table.item(BAKKER, item).expect("its owner sees its place");
    assert!(own.text.is_none() && own.withdrawn_at.is_some() && own.requests.is_empty());
    for command in [
        revise(item, 1, "toch niet"),
        withdraw(item, 1),
        table.audience_of(item, Audience::only([OM])),
    ] {
        assert_eq!(table.refused(BAKKER, command), Refusal::Withdrawn);
    }
    assert_eq!(table.refused(AGENT, ask_release(item, 1)), Refusal::NotFound);
    assert_eq!(
        table.refused(AGENT, CommandKind::DropRequest { item }),
        Refusal::NotFound,
        "the request went with it"
    );
}

#[test]
fn c7_what_an_item_claims_to_be_its_assessor_and_its_correction_are_visible() {
    let mut table = Table::zsm();
    for kind in ContributionKind::ALL {
        let item = table.share_as(BAKKER, kind, Audience::table(), "woorden");
        assert_eq!(
            table.item(AGENT, item).map(|seen| seen.content.clone()),
            Some(ContentView::Contribution { kind })
        );
    }
    let item = table.share_as(BAKKER, ContributionKind::Assessment, Audience::table(), "onveilig");
    assert_eq!(table.item(AGENT, item).map(|seen| seen.author.as_str()), Some("Bakker"));
    table.act(
        VISSER,
        CommandKind::Revise {
            item,
            revision: 1,
            content: NewContent::Contribution {
                kind: ContributionKind::Suspicion,
            },
            subjects: [table.subject(0)].into(),
            text: "misschien onveilig".into(),
        },
    );
    let seen = table.item(AGENT, item).expect("an item");
    assert_eq!((seen.revision, seen.author.as_str()), (2, "Visser"));
    assert_eq!(
        seen.content,
        ContentView::Contribution {
            kind: ContributionKind::Suspicion
        }
    );
    assert!(seen.revised_at.is_some(), "a correction shows as one");
    // An item does not become another kind of item.
    let action = NewContent::Action {
        performer: Assignee::Seat(POLICE),
        due: None,
    };
    let other_kind = CommandKind::Revise {
        item,
        revision: 2,
        content: action,
        subjects: [].into(),
        text: "iets doen".into(),
    };
    assert_eq!(table.refused(BAKKER, other_kind), Refusal::NotFound);
}

#[test]
fn c7_every_text_has_words_that_can_be_read() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "iets");
    let action = table.share_action(BAKKER, "iets doen", POLICE, &[]);
    for words in ["", "  \n", "…", "\u{2800}", "\u{3164}"] {
        let empty = Refusal::Text(crate::text::TextFault::Empty);
        for command in [
            share(words),
            revise(item, 1, words),
            share_action(words, POLICE, &[]),
            table.revision_of(action, words),
            add_subject(crate::session::command::SubjectRole::Child, words),
        ] {
            let told = format!("{words:?} {command:?}");
            assert_eq!(table.refused(BAKKER, command), empty, "{told}");
        }
    }
    // The note of a measure may be left out; words that cannot be seen are no way to leave it out.
    let measure = |note| propose_measure("extra_patrol", Assignee::Seat(POLICE), note, &[]);
    table.act(BAKKER, measure(" "));
    assert_eq!(
        table.refused(BAKKER, measure("\u{2800}")),
        Refusal::Text(crate::text::TextFault::Empty)
    );
}

#[test]
fn r11_what_rests_on_something_is_hidden_from_whom_that_is_hidden() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE, OM]), "er ligt een wapen");
    let resting = [
        table.share_based(AGENT, Audience::table(), &[narrow], "het wapen is van vader"),
        table.share_action(AGENT, "wapen ophalen", POLICE, &[narrow]),
        table.propose_measure(AGENT, "extra_patrol", POLICE, "vanwege het wapen", &[narrow]),
    ];
    let deeper = table.share_based(OFFICER, Audience::table(), &[resting[0]], "daarom snel");
    for item in resting.into_iter().chain([deeper]) {
        for (actor, sees) in [
            (BAKKER, true),
            (AGENT, true),
            (OFFICER, true),
            (ADVISER, false),
            (HALT_WORKER, false),
        ] {
            assert_eq!(table.item(actor, item).is_some(), sees, "{}", name_of(actor));
        }
        assert!(table.wall().item(item).is_none());
    }
    // Its own owner is told that part of its audience does not see it.
    assert!(table.item(AGENT, resting[1]).expect("its own").partly_hidden);
    assert!(!table.item(BAKKER, resting[1]).expect("seen").partly_hidden);

    // Only the owner of the basis opens it, and only what rests on it.
    let open = |item, basis| CommandKind::OpenBasis {
        item,
        revision: 1,
        basis,
        open: true,
    };
    assert_eq!(table.refused(AGENT, open(resting[1], narrow)), Refusal::NotOwner);
    assert_eq!(table.refused(OFFICER, open(resting[1], narrow)), Refusal::NotOwner);
    let unrelated = table.share_action(AGENT, "iets anders", POLICE, &[]);
    assert_eq!(table.refused(BAKKER, open(unrelated, narrow)), Refusal::NotFound);
    assert_eq!(table.item(BAKKER, resting[1]).expect("seen").to_open, [narrow]);
    table.open_basis(BAKKER, resting[1], narrow, true);
    let opened = table.item(ADVISER, resting[1]).expect("opened");
    assert!(opened.based_on.is_empty(), "the basis itself stays hidden");
    assert!(table.item(ADVISER, resting[0]).is_none(), "nothing but that item");
    assert!(
        table.item(HALT_WORKER, resting[1]).is_none(),
        "it is not in the audience"
    );
    assert!(!table.item(AGENT, resting[1]).expect("its own").partly_hidden);
}

/// G17: opening could not be taken back, and was visible even after the basis was withdrawn.
#[test]
fn g17_what_was_opened_is_closed_again_and_goes_with_its_basis() {
    let mut table = Table::zsm();
    let basis = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen");
    let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[basis]);
    table.open_basis(BAKKER, action, basis, true);
    assert!(table.item(ADVISER, action).is_some());
    assert_eq!(table.item(BAKKER, action).expect("seen").opened, [basis]);
    table.open_basis(VISSER, action, basis, false);
    assert!(table.item(ADVISER, action).is_none());
    table.open_basis(BAKKER, action, basis, true);
    table.withdraw(BAKKER, basis);
    for actor in [ADVISER, OFFICER, BAKKER] {
        assert!(table.item(actor, action).is_none(), "{}", name_of(actor));
    }
    assert!(
        table.item(AGENT, action).expect("its own").partly_hidden,
        "its owner is told"
    );
}

#[test]
fn r11_narrowing_or_withdrawing_the_basis_hides_what_rests_on_it() {
    let mut table = Table::zsm();
    let basis = table.share(BAKKER, "er ligt een wapen");
    let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[basis]);
    assert!(table.item(ADVISER, action).is_some());
    table.narrow(BAKKER, basis, &[POLICE]);
    assert!(table.item(ADVISER, action).is_none());
    assert!(table.item(AGENT, action).is_some());
    table.set_audience(BAKKER, basis, Audience::table());
    assert!(table.item(ADVISER, action).is_some());
    table.withdraw(BAKKER, basis);
    assert!(table.item(ADVISER, action).is_none());
    assert!(table.item(BAKKER, action).is_none(), "for the owner of the basis too");
    let own = table.item(AGENT, action).expect("its own");
    assert_eq!(own.text.as_deref(), Some("wapen ophalen"));
    assert!(own.based_on.is_empty(), "what is gone is not named");
}

#[test]
fn r11_nobody_opens_what_they_do_not_see() {
    let mut table = Table::zsm();
    let vt = table.share_with(BAKKER, Audience::only([OM]), "van VT");
    let police = table.share_with(AGENT, Audience::only([OM]), "van de politie");
    let action = table.share_action(OFFICER, "rust op beide", OM, &[vt, police]);
    let open = CommandKind::OpenBasis {
        item: action,
        revision: 1,
        basis: vt,
        open: true,
    };
    assert_eq!(table.refused(BAKKER, open), Refusal::NotFound);
}

/// Words that were revised meanwhile are not opened unread; to take back, no revision matters.
#[test]
fn r11_an_item_is_opened_as_its_basis_owner_has_read_it() {
    let mut table = Table::zsm();
    let basis = table.share_with(BAKKER, Audience::only([POLICE]), "van VT");
    let action = table.share_action(AGENT, "rust op VT", POLICE, &[basis]);
    let open = |revision, open| CommandKind::OpenBasis {
        item: action,
        revision,
        basis,
        open,
    };
    assert_eq!(table.refused(BAKKER, open(2, true)), Refusal::OtherRevision);
    table.act(BAKKER, open(1, true));
    assert!(table.item(OFFICER, action).is_some());
    table.act(BAKKER, open(7, false));
    assert!(table.item(OFFICER, action).is_none());
}

#[test]
fn r11_an_item_rests_on_what_its_author_sees_and_who_must_act_sees_it_too() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen");
    for performer in [PROBATION, OM, HALT] {
        assert_eq!(
            table.refused(BAKKER, share_action("x", performer, &[narrow])),
            Refusal::HiddenFromOthers
        );
    }
    let measure = propose_measure("conduct_order", Assignee::Seat(OM), "x", &[narrow]);
    assert_eq!(table.refused(BAKKER, measure), Refusal::HiddenFromOthers);
    let hidden = [
        share_action("x", POLICE, &[narrow]),
        share_item(FACT, Audience::table(), &[], &[narrow], "x"),
    ];
    for command in hidden {
        assert_eq!(table.refused(ADVISER, command), Refusal::NotFound);
    }
    let missing = share_item(FACT, Audience::table(), &[], &[no_item()], "x");
    assert_eq!(table.refused(ADVISER, missing), Refusal::NotFound);
    table.withdraw(BAKKER, narrow);
    let gone = share_item(FACT, Audience::table(), &[], &[narrow], "x");
    assert_eq!(table.refused(BAKKER, gone.clone()), Refusal::Withdrawn);
    assert_eq!(table.refused(AGENT, gone), Refusal::NotFound);
    // Narrowing afterwards does not name somebody to act who cannot read it either.
    let action = table.share_action(BAKKER, "ophalen", POLICE, &[]);
    table.narrow(BAKKER, action, &[POLICE]);
    let other = CommandKind::Revise {
        item: action,
        revision: 1,
        content: NewContent::Action {
            performer: Assignee::Seat(PROBATION),
            due: None,
        },
        subjects: [].into(),
        text: "ophalen".into(),
    };
    assert_eq!(table.refused(BAKKER, other), Refusal::HiddenFromOthers);
}

/// R11 with R5: who opened a basis for some words did not open it for others.
#[test]
fn r11_a_request_does_not_name_an_action_that_the_owner_does_not_see() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen");
    let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[narrow]);
    let wanted = table.share(ADVISER, "meldt zich niet");
    table.act(
        AGENT,
        CommandKind::RequestRelease {
            item: wanted,
            revision: 1,
            purpose: Some(Purpose::Action(action)),
            reason: None,
        },
    );
    let asked = |table: &Table, actor| table.item(actor, wanted).expect("an item").requests[0].purpose.clone();
    assert_eq!(asked(&table, ADVISER), None);
    assert_eq!(asked(&table, AGENT), Some(Purpose::Action(action)));
    // As soon as the owner of the basis opens the action, the owner of the item reads what it is for.
    table.open_basis(BAKKER, action, narrow, true);
    assert_eq!(asked(&table, ADVISER), Some(Purpose::Action(action)));
    // An action that its own asker does not see is no purpose, there or not.
    for purpose in [action, no_item()].map(Purpose::Action) {
        let request = CommandKind::RequestRelease {
            item: wanted,
            revision: 1,
            purpose: Some(purpose),
            reason: None,
        };
        assert_eq!(table.refused(HALT_WORKER, request), Refusal::NotFound, "nor the item");
    }
}

#[test]
fn r1_an_action_is_accepted_or_refused_by_its_performer_alone() {
    let mut table = Table::zsm();
    let action = table.share_action(BAKKER, "aangifte opnemen", POLICE, &[]);
    let shown = |table: &Table, actor| table.item(actor, action).expect("seen").answer().cloned();
    for actor in [BAKKER, OFFICER, ADVISER] {
        for said in [NewAnswer::Accept {}, NewAnswer::Refuse { reason: None }] {
            assert_eq!(table.refused(actor, answer(action, 1, said)), Refusal::NotAssignee);
        }
    }
    assert_eq!(
        table.refused(HALT_WORKER, answer(action, 1, NewAnswer::Accept {})),
        Refusal::NotFound
    );
    let until = table.at + TimeDelta::hours(1);
    assert_eq!(
        table.refused(AGENT, answer(action, 1, NewAnswer::Commit { until })),
        Refusal::NotFound,
        "that is said of measures"
    );
    table.accept(AGENT, action);
    assert_eq!(shown(&table, ADVISER), Some(AnswerView::Accepted {}));
    // Other words ask for another answer.
    table.revise(BAKKER, action, "aangifte opnemen, thuis");
    assert_eq!(shown(&table, ADVISER), None);
    table.refuse(AGENT, action, "alleen op het bureau");
    let refused = |reason: Option<&str>| {
        Some(AnswerView::Refused {
            reason: reason.map(Into::into),
        })
    };
    assert_eq!(shown(&table, BAKKER), refused(Some("alleen op het bureau")));
    assert_eq!(shown(&table, AGENT), refused(Some("alleen op het bureau")));
    assert_eq!(
        shown(&table, ADVISER),
        refused(None),
        "the words are for who proposed it"
    );
}

#[test]
fn t5_an_action_may_name_a_performer_without_a_seat_through_a_party_that_has_one() {
    let mut table = Table::zsm();
    let absent = |kind, via| NewContent::Action {
        performer: Assignee::Absent { kind, via },
        due: None,
    };
    let share = |content| share_item(content, Audience::table(), &[], &[], "opvang regelen");
    for (kind, via, because) in [
        (PartyKind::Care, MUNICIPALITY, Refusal::NotFound),
        (PartyKind::Police, VT, Refusal::SeatsDoNotFit),
        (PartyKind::Prosecution, VT, Refusal::SeatsDoNotFit),
    ] {
        assert_eq!(table.refused(BAKKER, share(absent(kind, via))), because, "{kind:?}");
    }
    let events = table.act(BAKKER, share(absent(PartyKind::Care, VT)));
    let EventKind::Shared { item, .. } = events[0].kind else {
        panic!("{events:?}")
    };
    assert_eq!(
        table.refused(AGENT, answer(item, 1, NewAnswer::Accept {})),
        Refusal::NotAssignee
    );
    table.accept(VISSER, item);
    let due = |due| {
        share_item(
            NewContent::Action {
                performer: Assignee::Seat(POLICE),
                due,
            },
            Audience::table(),
            &[],
            &[],
            "x",
        )
    };
    for wrong in [TimeDelta::minutes(-5), TimeDelta::days(4_000)] {
        let command = due(Some(table.at + wrong));
        assert_eq!(table.refused(BAKKER, command), Refusal::TimeDoesNotFit);
    }
    let fits = due(Some(table.at + TimeDelta::days(3)));
    table.act(BAKKER, fits);
}

#[test]
fn r1_a_restricted_seat_brings_contributions_and_leads_nobody_to_anything() {
    let mut table = Table::zsm();
    table.share_with(HALT_WORKER, Audience::table(), "kwam alle afspraken na");
    for command in [
        share_action("iets doen", HALT, &[]),
        share_action("iets doen", OM, &[]),
        propose_measure("extra_patrol", Assignee::Seat(OM), "x", &[]),
        add_subject(crate::session::command::SubjectRole::Child, "dochter"),
    ] {
        assert_eq!(table.refused(HALT_WORKER, command), Refusal::RestrictedSeat);
    }
}

/// The numbers of actions follow from what one party sees: a gap would tell of what it does not see (R2).
#[test]
fn r2_each_party_numbers_the_actions_that_it_sees() {
    let mut table = Table::zsm();
    let hidden = table.share_action(BAKKER, "geheim", POLICE, &[]);
    table.narrow(BAKKER, hidden, &[POLICE]);
    let open = table.share_action(BAKKER, "open", POLICE, &[]);
    let numbers = |actor| table.sees(actor).actions().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(numbers(AGENT), vec![hidden, open]);
    assert_eq!(numbers(ADVISER), vec![open]);
    for (party, number) in [(POLICE, 2), (PROBATION, 1), (VT, 2)] {
        assert_eq!(
            crate::session::visibility::action_number(table.state(), party, open),
            number
        );
    }
}

#[test]
fn c4_no_event_holds_a_word_of_content() {
    let words = "vlierbloesem";
    let mut table = Table::zsm();
    let child = table.add_subject(BAKKER, crate::session::command::SubjectRole::Child, words);
    table.correct_subject(BAKKER, child, words);
    let item = table.share_about(BAKKER, &[child], Audience::table(), words);
    table.revise(BAKKER, item, words);
    table.request(AGENT, item, words);
    let action = table.share_action(AGENT, words, POLICE, &[item]);
    table.refuse(AGENT, action, words);
    let measure = table.propose_measure(AGENT, "extra_patrol", POLICE, words, &[item]);
    table.refuse(AGENT, measure, words);
    table.ask_time(BAKKER);
    let deviation = CommandKind::RecordDisposition {
        suspect: table.subject(0),
        revision: 0,
        kind: crate::session::item::DispositionKind::Summons,
        note: Some(words.into()),
        deviation: Some(words.into()),
    };
    table.act(OFFICER, deviation);
    let request = table.sees(BAKKER).time.requests[0].id;
    table.end_time(BAKKER, request);
    table.move_to(Phase::ClosingRound);
    let verdict = Verdict::Approve {
        purpose: task(POLICE),
        subjects: None,
        excerpt: Some(words.into()),
        condition: Some(words.into()),
        motivation: Some(words.into()),
    };
    table.decide(BAKKER, item, POLICE, verdict);
    let reason = Some(words.into());
    table.decide(BAKKER, item, OM, Verdict::Decline { reason });
    let log = serde_json::to_string(&table.run.events).expect("events serialise");
    assert!(!log.contains(words), "{log}");
    assert_eq!(
        table.item(BAKKER, item).and_then(|it| it.text.clone()).as_deref(),
        Some(words)
    );
    table.close();
    let log = serde_json::to_string(&table.run.events).expect("events serialise");
    assert!(!log.contains(words), "{log}");
}

/// What the owner of a basis opened were the words that it had read: other words are opened anew.
#[test]
fn r11_other_words_are_not_opened_by_what_was_opened_before() {
    let mut table = Table::zsm();
    let basis = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen in de Lindelaan");
    let action = table.share_action(AGENT, "langsgaan", POLICE, &[basis]);
    table.open_basis(BAKKER, action, basis, true);
    assert!(table.item(ADVISER, action).is_some());
    table.revise(AGENT, action, "wapen ophalen in de Lindelaan");
    assert!(table.item(ADVISER, action).is_none());
    assert_eq!(table.item(BAKKER, action).expect("seen").to_open, [basis]);
    table.open_basis(BAKKER, action, basis, true);
    assert!(table.item(ADVISER, action).is_some());
}
