//! R15 and R18: who sits here, who leads, who leaves, who comes later, and who may come in.

use std::format;
use std::vec::Vec;

use super::fixture::*;
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{CommandKind, LeftItems, NewAnswer, SeatLevel, SubjectRole};
use crate::session::event::EventKind;
use crate::session::item::{Audience, NewContent};
use crate::session::permissions::{Permission, check};
use crate::session::refusal::Refusal;
use crate::session::visibility::Viewer;

#[test]
fn a_moment_is_convened_by_the_kind_of_party_that_leads_it_with_who_must_be_there() {
    type Change = fn(&mut crate::session::command::Convening);
    let cases: [(Change, Refusal); 11] = [
        (|it| it.seats.retain(|seat| seat.party.id != VT), Refusal::PartyMissing),
        (
            |it| {
                for seat in &mut it.seats {
                    if seat.party.id == VT {
                        seat.level = SeatLevel::Restricted;
                    }
                }
            },
            Refusal::PartyMissing,
        ),
        (|it| it.seats.push(seat(VT, SeatLevel::Full)), Refusal::SeatsDoNotFit),
        (
            |it| {
                it.seats.retain(|seat| seat.party.id != OM);
                let mut other = seat(MUNICIPALITY, SeatLevel::Full);
                other.party.kind = PartyKind::Prosecution;
                it.seats.push(other);
            },
            Refusal::SeatsDoNotFit,
        ),
        (|it| it.moment.chair = PartyKind::VeiligThuis, Refusal::NotChair),
        (|it| it.subjects.clear(), Refusal::Text(crate::text::TextFault::Empty)),
        (
            |it| it.subjects = std::vec![it.subjects[0].clone(); 41],
            Refusal::TooMany,
        ),
        (|it| it.moment.decision_clock_minutes = None, Refusal::NoClock),
        (|it| it.clock_minutes = Some(1), Refusal::MinutesDoNotFit),
        // G20: a reference that is no reference.
        (
            |it| it.case_reference = "vader slaat moeder".into(),
            Refusal::ReferenceDoesNotFit,
        ),
        (
            |it| it.convener_name = " ".into(),
            Refusal::Text(crate::text::TextFault::Empty),
        ),
    ];
    for (place, (change, because)) in cases.into_iter().enumerate() {
        let mut convening = zsm();
        convening.clock_minutes = Some(90);
        change(&mut convening);
        let mut table = Table::empty();
        assert_eq!(
            table.refused(OFFICER, CommandKind::Convene(convening.into())),
            because,
            "case {place}"
        );
        assert!(!table.state().is_convened());
    }
    for code in MOMENTS {
        let table = Table::of(code);
        assert_eq!(table.sees(convener(code)).about.moment, code);
    }
}

#[test]
fn the_ground_rules_come_first() {
    let mut table = Table::convened(OFFICER, zsm());
    assert_eq!(
        table.refused(AGENT, CommandKind::AcceptRules {}),
        Refusal::NotFound,
        "who is not in accepts nothing"
    );
    table.enter(AGENT);
    for command in [
        share("iets"),
        add_subject(SubjectRole::Child, "dochter"),
        name_attendees(Some(&[AGENT])),
        withdraw(no_item(), 1),
    ] {
        assert_eq!(table.refused(AGENT, command), Refusal::RulesNotAccepted);
    }
    assert!(table.sees(AGENT).may.accept_rules && !table.sees(AGENT).may.share);
    table.accept_rules(AGENT);
    assert!(!table.sees(AGENT).may.accept_rules && table.sees(AGENT).may.share);
    assert_eq!(table.act(AGENT, CommandKind::AcceptRules {}), [], "once is enough");
}

/// G11: in the closing round the chair took the police's seat: approvals to and from it were void, its words stayed on screen,
/// it could not withdraw them, and it lost row, report and certificate.
#[test]
fn g11_the_chair_takes_no_seat_of_a_party_that_takes_part_and_none_in_the_closing_round() {
    type Act = fn(&mut Table);
    let acts: [(&str, Act); 7] = [
        ("it brought an item", |table| {
            table.share(AGENT, "drie keer ter plaatse");
        }),
        ("it took its item back", |table| {
            let item = table.share(AGENT, "vergissing");
            table.withdraw(AGENT, item);
        }),
        ("it brought an action", |table| {
            table.share_action(AGENT, "langsgaan", POLICE, &[]);
        }),
        ("it named a person", |table| {
            table.add_subject(AGENT, SubjectRole::Child, "dochter");
        }),
        ("it asked for something", |table| {
            let item = table.share(BAKKER, "iets");
            table.request(AGENT, item, "nodig");
        }),
        ("it accepted an action", |table| {
            let action = table.share_action(BAKKER, "langsgaan", POLICE, &[]);
            table.accept(AGENT, action);
        }),
        ("it committed to a measure", |table| {
            let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
            let until = table.at + chrono::TimeDelta::hours(5);
            table.commit(AGENT, measure, until);
        }),
    ];
    for (name, act) in acts {
        let mut table = Table::zsm();
        act(&mut table);
        let take = CommandKind::TakeSeat { party: POLICE };
        assert_eq!(table.refused(OFFICER, take.clone()), Refusal::TakesPart, "{name}");
        let lower = give_seat(POLICE, SeatLevel::Restricted);
        assert_eq!(table.refused(OFFICER, lower), Refusal::TakesPart, "{name}");
        table.move_to(Phase::ClosingRound);
        for command in [
            take,
            give_seat(POLICE, SeatLevel::Restricted),
            give_seat(MUNICIPALITY, SeatLevel::Full),
            CommandKind::AskToLeave { party: POLICE },
        ] {
            assert_eq!(table.refused(OFFICER, command), Refusal::SeatsStand, "{name}");
        }
        let leave = CommandKind::Leave { items: LeftItems::Keep };
        assert_eq!(table.refused(AGENT, leave), Refusal::SeatsStand, "{name}");
        table.close();
        assert!(!table.report(POLICE).seats.is_empty());
        assert!(table.board_row(POLICE).closed_at.is_some());
    }
}

/// G4: the author of an action lost its seat before the close and still "gave" it.
#[test]
fn g04_who_left_gives_what_it_left_under_its_own_control_and_nothing_else() {
    for (items, approve, given) in [
        (LeftItems::Keep, false, 0),
        (LeftItems::Keep, true, 1),
        (LeftItems::Withdraw, false, 0),
    ] {
        let mut table = Table::zsm();
        let action = table.share_action(ADVISER, "gesprek plannen", PROBATION, &[]);
        let other = table.share_action(ADVISER, "politie belt", POLICE, &[]);
        table.leave(ADVISER, items);
        table.move_to(Phase::ClosingRound);
        if approve {
            table.approve(ADVISER, other, POLICE);
        }
        let copies = table.close();
        let received = copies.dossier.iter().filter(|(to, _)| *to == POLICE);
        assert_eq!(received.count(), given, "{items:?}");
        // Its own action that it performs itself is its own, unless it took it back.
        let kept = copies.dossier.iter().filter(|(to, _)| *to == PROBATION);
        assert_eq!(kept.count(), usize::from(items == LeftItems::Keep), "{items:?}");
        assert_eq!(table.report(PROBATION).releases.len(), given);
        assert!(table.kept(action).owner == PROBATION);
    }
}

#[test]
fn r15_a_party_leaves_by_its_own_act_and_decides_about_its_own_from_its_board() {
    let mut table = Table::zsm();
    let own = table.share(ADVISER, "meldt zich niet");
    let anothers = table.share(BAKKER, "drie eerdere meldingen");
    table.request(ADVISER, anothers, "voor mijn advies");
    let daughter = table.add_subject(ADVISER, SubjectRole::Child, "dochter");
    table.ask_to_leave(PROBATION);
    let asked = Some(table.at);
    let told = |table: &Table, actor| table.sees(actor).seat(PROBATION).expect("a seat").asked_to_leave_at;
    for (actor, told_when) in [
        (ADVISER, asked),
        (OFFICER, asked),
        (SECRETARY, asked),
        (AGENT, None),
        (BAKKER, None),
    ] {
        assert_eq!(told(&table, actor), told_when, "{}", name_of(actor));
    }
    assert_eq!(table.board_row(PROBATION).asked_to_leave_at, asked);
    assert_eq!(table.board_row(POLICE).asked_to_leave_at, None);
    table.share(ADVISER, "asking decides nothing: it still shares");

    table.leave(ADVISER, LeftItems::Keep);
    let left = Some(table.at);
    let view = table.sees(ADVISER);
    assert!(view.about.has_left && !view.about.full_seat);
    assert_eq!(view.items.len(), 2, "its own and nothing else");
    assert!(view.items.iter().all(|item| item.mine));
    assert!(view.time.clock.is_none() && view.time.requests.is_empty());
    assert_eq!(table.sees(AGENT).seat(PROBATION).and_then(|seat| seat.left_at), left);
    assert_eq!(table.board_row(PROBATION).left_at, left);
    assert_eq!(
        table
            .report(AGENT.party)
            .seats
            .iter()
            .filter(|it| it.left_at == left)
            .count(),
        1
    );
    assert!(table.item(BAKKER, anothers).expect("its own").requests.is_empty());
    assert!(table.item(AGENT, own).is_some(), "its words stay on the table");

    // It is nobody's recipient any more, and does nothing new.
    for command in [
        share("nog iets"),
        ask_release(anothers, 1),
        add_subject(SubjectRole::Child, "zoon"),
        CommandKind::NameAttendees { people: None },
        CommandKind::Leave { items: LeftItems::Keep },
    ] {
        assert_eq!(table.refused(ADVISER, command), Refusal::LeftTheTable);
    }
    let elsewhere = table.share(BAKKER, "na haar vertrek");
    assert!(table.item(ADVISER, elsewhere).is_none());
    let named = share_item(FACT, Audience::only([PROBATION]), &[], &[], "x");
    assert_eq!(table.refused(BAKKER, named), Refusal::NotFound);

    // What is its own it revises, narrows, takes back, decides; also in the closing round, also without the table.
    table.revise(ADVISER, own, "meldt zich soms");
    table.narrow(ADVISER, own, &[POLICE, OM]);
    assert!(table.item(BAKKER, own).is_none());
    table.correct_subject(ADVISER, daughter, "dochter (9)");
    table.move_to(Phase::ClosingRound);
    assert_eq!(
        table.refused(BAKKER, cell(elsewhere, 1, PROBATION, yes(task(PROBATION)))),
        Refusal::NoSuchRecipient
    );
    assert_eq!(table.board_row(PROBATION).undecided, Some(12));
    table.approve(ADVISER, own, POLICE);
    table.decline(ADVISER, own, OM);
    table.ready(ADVISER);
    let copies = table.close();
    let given: Vec<_> = copies
        .dossier
        .iter()
        .map(|(to, item)| (*to, item.text.as_str()))
        .collect();
    assert_eq!(given, [(POLICE, "meldt zich soms")]);
    let report = table.report(PROBATION);
    assert_eq!((report.releases.len(), report.destroyed.len()), (1, 2));
    assert_eq!(
        report.events, None,
        "how many events there were tells of what it did not see"
    );
}

#[test]
fn r15_leaving_with_everything_withdraws_everything_but_what_is_on_the_record() {
    let mut table = Table::zsm();
    let own = table.share(ADVISER, "meldt zich niet");
    let action = table.share_action(ADVISER, "gesprek", POLICE, &[]);
    let measure = table.propose_measure(ADVISER, "extra_patrol", POLICE, "x", &[]);
    let until = table.at + chrono::TimeDelta::hours(5);
    table.commit(AGENT, measure, until);
    let resting = table.share_based(AGENT, Audience::table(), &[own], "daarom");
    table.leave(ADVISER, LeftItems::Withdraw);
    for item in [own, action, resting] {
        assert!(table.item(BAKKER, item).is_none());
    }
    let shown = table.item(AGENT, measure).expect("what it committed to");
    assert!(shown.text.is_none() && shown.withdrawn_at.is_some());
    assert_eq!(table.sees(BAKKER).taken_back.len(), 2);
    let withdrawn = table
        .run
        .events
        .iter()
        .filter(|it| matches!(it.kind, EventKind::Withdrawn { .. }));
    assert_eq!(withdrawn.count(), 3);
}

#[test]
fn r15_the_chair_stays_and_nobody_sends_vt_away_with_its_signal() {
    let mut table = Table::zsm();
    for command in [
        CommandKind::TakeSeat { party: OM },
        CommandKind::AskToLeave { party: OM },
        give_seat(OM, SeatLevel::Restricted),
        give_seat(OM, SeatLevel::Full),
    ] {
        assert_eq!(table.refused(OFFICER, command), Refusal::ChairStays);
    }
    let leave = CommandKind::Leave { items: LeftItems::Keep };
    assert_eq!(table.refused(OFFICER, leave.clone()), Refusal::ChairStays);
    let take = CommandKind::TakeSeat { party: VT };
    assert_eq!(
        table.refused(OFFICER, take.clone()),
        Refusal::PartyMissing,
        "the moment requires it"
    );
    let lower = give_seat(VT, SeatLevel::Restricted);
    assert_eq!(table.refused(OFFICER, lower.clone()), Refusal::PartyMissing);
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    let request = table.ask_time(BAKKER);
    assert_eq!(table.refused(OFFICER, take.clone()), Refusal::TimeStands);
    assert_eq!(
        table.refused(BAKKER, leave),
        Refusal::TimeStands,
        "it ends its signal first"
    );
    table.end_time(BAKKER, request);
    assert_eq!(
        table.refused(OFFICER, take),
        Refusal::TakesPart,
        "who asked for time took part"
    );
    assert_eq!(table.refused(OFFICER, lower), Refusal::TakesPart);
}

/// The chair takes back a seat that nobody used: its people see nothing any more and do nothing any more, VT's too.
#[test]
fn r15_a_seat_that_was_taken_back_is_no_way_in() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "iets");
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    table.come_in(ELSEWHERE);
    table.take_seat(VT_ELSEWHERE);
    table.take_seat(PROBATION);
    for actor in [ELSEWHERE, ADVISER] {
        assert!(table.shown(actor).is_none());
        let viewer = Viewer::of(table.state(), actor).expect("it was in the room");
        let now = &table.run.now;
        assert!(
            crate::session::view_for(&now.state, &now.texts, viewer).is_none(),
            "however it asks"
        );
        for command in [
            share("iets"),
            ASK_TIME,
            CommandKind::AcceptRules {},
            CommandKind::SetReady { ready: true },
            CommandKind::Leave { items: LeftItems::Keep },
            withdraw(item, 1),
            ask_release(item, 1),
            CommandKind::NameAttendees { people: None },
        ] {
            let told = format!("{} {command:?}", name_of(actor));
            assert_eq!(table.refused(actor, command), Refusal::NotFound, "{told}");
        }
        assert_eq!(check(table.state(), viewer, Permission::ReadAccountability), Ok(()));
        assert!(table.report(actor.party).items.is_empty());
        assert!(table.run.board_row(actor.party).is_some(), "whoever sat keeps its row");
        assert!(table.sees(AGENT).seat(actor.party).is_none());
    }
    // A seat in which nobody ever sat leaves nothing.
    table.give_seat(MUNICIPALITY, SeatLevel::Full);
    table.take_seat(MUNICIPALITY);
    assert!(table.run.board_row(MUNICIPALITY).is_none() && table.run.report(MUNICIPALITY).is_none());
    assert_eq!(
        table.refused(OFFICER, CommandKind::TakeSeat { party: MUNICIPALITY }),
        Refusal::NotFound
    );
}

/// A party that left is given no lesser seat, from which it could decide less about what it left.
#[test]
fn r15_who_left_with_something_on_the_table_is_given_no_lesser_seat() {
    let mut table = Table::zsm();
    let item = table.share(ADVISER, "meldt zich niet");
    table.leave(ADVISER, LeftItems::Keep);
    assert_eq!(
        table.refused(OFFICER, give_seat(PROBATION, SeatLevel::Restricted)),
        Refusal::TakesPart
    );
    table.move_to(Phase::ClosingRound);
    table.approve(ADVISER, item, POLICE);
    table.move_to(Phase::Decision);
    // A full seat it can be given again; what was shared in between is for its owners to show.
    let between = table.share(BAKKER, "terwijl zij weg was");
    table.give_seat(PROBATION, SeatLevel::Full);
    assert!(table.item(ADVISER, between).is_none());
    table.answer_newcomer(BAKKER, PROBATION, true);
    assert!(table.item(ADVISER, between).is_some());
    table.move_to(Phase::ClosingRound);
    assert_eq!(table.close().dossier.len(), 1);
}

/// G12: a party that got a full seat in the third hour read back everything.
#[test]
fn g12_a_newcomer_sees_what_is_shared_from_then_on_and_each_owner_says_about_before() {
    let mut table = Table::zsm();
    let earlier = table.share(BAKKER, "een geheim adres");
    let by_police = table.share(AGENT, "drie keer ter plaatse");
    let daughter = table.add_subject(AGENT, SubjectRole::Child, "dochter");
    let withdrawn = table.share(ADVISER, "vergissing");
    table.withdraw(ADVISER, withdrawn);
    table.newcomer(SeatLevel::Full);
    let sees = |table: &Table, item| table.item(OUTSIDER, item).is_some();
    assert!(table.sees(OUTSIDER).items.is_empty() && table.sees(OUTSIDER).taken_back.is_empty());
    let labels: Vec<_> = table
        .sees(OUTSIDER)
        .subjects
        .iter()
        .map(|it| it.label.clone())
        .collect();
    assert_eq!(labels.len(), 2, "whom the session was convened about");
    let later = table.share(BAKKER, "daarna");
    assert!(sees(&table, later));
    // What rests on what was shared before, is shared before.
    let resting = table.share_based(AGENT, Audience::table(), &[earlier], "bij dat adres");
    assert!(!sees(&table, resting) && table.item(AGENT, resting).expect("its own").partly_hidden);
    // Other words do not show it; another audience does.
    table.revise(BAKKER, earlier, "een ander geheim adres");
    assert!(!sees(&table, earlier));

    // Each owner that has something is asked; nobody else, and nobody answers for another.
    let asked = |table: &Table, actor| table.sees(actor).newcomers.clone();
    for (actor, newcomers) in [
        (BAKKER, 1),
        (VISSER, 1),
        (AGENT, 1),
        (ADVISER, 0),
        (SUPPORTER, 0),
        (OFFICER, 0),
    ] {
        assert_eq!(asked(&table, actor).len(), newcomers, "{}", name_of(actor));
    }
    let admit = |party, show| CommandKind::AnswerNewcomer { party, show };
    for actor in [OFFICER, ADVISER, OUTSIDER, HALT_WORKER] {
        assert_eq!(table.refused(actor, admit(MUNICIPALITY, true)), Refusal::NotFound);
    }
    for party in [POLICE, HALT, VT_ELSEWHERE] {
        assert_eq!(table.refused(BAKKER, admit(party, true)), Refusal::NotFound);
    }
    table.answer_newcomer(VISSER, MUNICIPALITY, true);
    assert!(sees(&table, earlier) && !sees(&table, by_police));
    assert!(sees(&table, resting));
    assert!(asked(&table, BAKKER).is_empty());
    assert_eq!(
        table.refused(BAKKER, admit(MUNICIPALITY, false)),
        Refusal::NotFound,
        "it was answered"
    );
    table.answer_newcomer(AGENT, MUNICIPALITY, false);
    assert!(!sees(&table, by_police));
    assert!(!table.sees(OUTSIDER).subjects.iter().any(|it| it.id == daughter));
    // An owner that said no still opens what it wants, by name.
    let audience = Audience {
        table: true,
        named: [MUNICIPALITY].into(),
    };
    table.set_audience(AGENT, by_police, audience);
    assert!(sees(&table, by_police));
}

#[test]
fn r15_a_restricted_seat_is_no_newcomer_and_one_that_becomes_full_is() {
    let mut table = Table::zsm();
    let earlier = table.share(BAKKER, "een geheim adres");
    table.newcomer(SeatLevel::Restricted);
    assert!(table.sees(BAKKER).newcomers.is_empty());
    table.give_seat(MUNICIPALITY, SeatLevel::Full);
    assert_eq!(table.sees(BAKKER).newcomers, [MUNICIPALITY]);
    assert!(table.item(OUTSIDER, earlier).is_none());
    table.answer_newcomer(BAKKER, MUNICIPALITY, true);
    assert!(table.item(OUTSIDER, earlier).is_some());
    // A seat given anew as it was changes nothing; one that was restricted meanwhile is asked about again.
    table.give_seat(MUNICIPALITY, SeatLevel::Full);
    assert!(table.item(OUTSIDER, earlier).is_some());
    table.give_seat(MUNICIPALITY, SeatLevel::Restricted);
    table.give_seat(MUNICIPALITY, SeatLevel::Full);
    assert!(table.item(OUTSIDER, earlier).is_none());
    assert_eq!(table.sees(BAKKER).newcomers, [MUNICIPALITY]);
}

#[test]
fn r18_an_organisation_names_who_may_come_in() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "een geheim adres");
    assert_eq!(
        table.sees(BAKKER).seat(VT).and_then(|seat| seat.attendees.clone()),
        None
    );
    table.name_attendees(BAKKER, Some(&[BAKKER]));
    // Who is not named is out at once, whatever they accepted before.
    assert!(table.shown(VISSER).is_none());
    assert!(crate::directory::board_row_for(table.state(), SESSION, VISSER).is_none());
    assert!(crate::directory::board_row_for(table.state(), SESSION, BAKKER).is_some());
    let enter = CommandKind::Enter {
        name: "Visser".into(),
        prosecutor: false,
    };
    for command in [
        enter,
        share("iets"),
        ASK_TIME,
        revise(item, 1, "x"),
        name_attendees(None),
    ] {
        assert_eq!(table.refused(VISSER, command), Refusal::NotFound);
    }
    let named = Some(std::vec![BAKKER.participant]);
    let told = |table: &Table, actor| table.sees(actor).seat(VT).and_then(|seat| seat.attendees.clone());
    assert_eq!(told(&table, BAKKER), named);
    for actor in [AGENT, OFFICER] {
        assert_eq!(told(&table, actor), None, "who it is is the organisation's own");
    }
    // Whoever names them stays in, and so does the gavel.
    assert_eq!(
        table.refused(BAKKER, name_attendees(Some(&[VISSER]))),
        Refusal::PartyMissing
    );
    assert_eq!(
        table.refused(SECRETARY, name_attendees(Some(&[SECRETARY]))),
        Refusal::ChairStays
    );
    table.name_attendees(SECRETARY, Some(&[SECRETARY, OFFICER]));
    table.name_attendees(BAKKER, None);
    table.accept_rules(VISSER);
    assert!(table.item(VISSER, item).is_some());
    // Another organisation's people are no business of this one.
    table.name_attendees(AGENT, Some(&[AGENT, BAKKER]));
    assert!(table.shown(LATECOMER).is_none() && table.shown(BAKKER).is_some());
}

#[test]
fn r18_the_gavel_goes_only_to_a_colleague_who_may_come_in() {
    let mut table = Table::zsm();
    let hand = |to: crate::session::Actor| CommandKind::HandOverGavel { to: to.participant };
    assert_eq!(table.refused(OFFICER, hand(AGENT)), Refusal::NotFound);
    assert_eq!(table.refused(SECRETARY, hand(SECRETARY)), Refusal::NotChair);
    assert_eq!(table.refused(AGENT, CommandKind::TakeGavel {}), Refusal::NotChair);
    assert_eq!(
        table.refused(OFFICER, CommandKind::TakeGavel {}),
        Refusal::NotChair,
        "who has it does not take it"
    );
    table.name_attendees(OFFICER, Some(&[OFFICER]));
    assert_eq!(table.refused(OFFICER, hand(SECRETARY)), Refusal::NotFound);
    assert_eq!(table.refused(SECRETARY, CommandKind::TakeGavel {}), Refusal::NotFound);
    table.name_attendees(OFFICER, None);
    table.act(OFFICER, hand(SECRETARY));
    assert!(table.sees(SECRETARY).may.lead && !table.sees(OFFICER).may.lead);
    assert_eq!(table.sees(HALT_WORKER).progress.gavel, Some(SECRETARY.participant));
    table.act(OFFICER, CommandKind::TakeGavel {});
    table.move_to(Phase::Picture);
}

/// R15 and T3: whoever sat keeps its report, and a decision against VT's request stands in it, also when VT left since.
#[test]
fn r15_t3_the_report_of_who_left_has_the_decisions_that_were_taken_in_its_sight() {
    let mut table = Table::zsm();
    let request = table.ask_time(BAKKER);
    table.record_disposition(table.subject(0), Some("termijn loopt af"));
    table.end_time(BAKKER, request);
    table.leave(BAKKER, LeftItems::Keep);
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    table.come_in(ELSEWHERE);
    let second = table.add_subject(OFFICER, SubjectRole::Suspect, "oom");
    table.record_disposition(second, None);
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    let report = table.report(VT);
    assert_eq!(report.deviations.len(), 1);
    assert_eq!(
        report.dispositions.len(),
        1,
        "what was decided after it left is not its to know"
    );
    assert!(report.dispositions[0].kind.is_some());
    let kept: Vec<_> = copies.motivations.iter().map(|(party, _)| *party).collect();
    assert!(kept.contains(&VT), "and its words: {kept:?}");
    assert_eq!(table.report(POLICE).dispositions.len(), 2);
}

#[test]
fn r15_a_holder_that_left_keeps_what_it_promised() {
    let mut table = Table::zsm();
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
    let until = table.at + chrono::TimeDelta::hours(5);
    table.commit(AGENT, measure, until);
    table.leave(AGENT, LeftItems::Keep);
    assert!(table.item(AGENT, measure).is_some());
    assert!(table.item(BAKKER, measure).expect("its own").answer().is_some());
    assert_eq!(
        table.refused(AGENT, answer(measure, 1, NewAnswer::Refuse { reason: None })),
        Refusal::LeftTheTable
    );
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    assert_eq!(copies.dossier.iter().filter(|(to, _)| *to == POLICE).count(), 1);
    assert_eq!(table.report(POLICE).commitments.len(), 1);
}

/// The performer of an action left: what was to be done is still what it was.
#[test]
fn r15_an_action_of_a_performer_that_left_stands() {
    let mut table = Table::zsm();
    let action = table.share_action(BAKKER, "gesprek plannen", PROBATION, &[]);
    table.accept(ADVISER, action);
    table.leave(ADVISER, LeftItems::Keep);
    let NewContent::Action { performer, .. } = (NewContent::Action {
        performer: crate::session::item::Assignee::Seat(PROBATION),
        due: None,
    }) else {
        panic!("an action")
    };
    let to_who_left = share_item(
        NewContent::Action { performer, due: None },
        Audience::table(),
        &[],
        &[],
        "nog een",
    );
    assert_eq!(table.refused(BAKKER, to_who_left), Refusal::NotFound);
    assert!(table.item(OFFICER, action).expect("it stands").answer().is_some());
}

/// A restricted seat is not told that somebody got a full one, and is not asked: what it shared stays as it was.
#[test]
fn r2_r15_a_restricted_seat_is_not_told_of_a_newcomer() {
    let mut table = Table::zsm();
    let item = table.share_with(HALT_WORKER, Audience::table(), "kwam alle afspraken na");
    let before = table.sees(HALT_WORKER).clone();
    table.newcomer(SeatLevel::Full);
    assert_eq!(*table.sees(HALT_WORKER), before);
    let admit = CommandKind::AnswerNewcomer {
        party: MUNICIPALITY,
        show: true,
    };
    assert_eq!(table.refused(HALT_WORKER, admit), Refusal::NotFound);
    assert!(table.item(OUTSIDER, item).is_none());
}

/// An owner that said no about a newcomer, and then opens an item to Halt as well, shows it to Halt and to nobody else.
#[test]
fn r15_another_change_of_an_audience_does_not_admit_a_newcomer() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "een geheim adres");
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "nog een geheim adres");
    table.newcomer(SeatLevel::Full);
    let and = |named: &[crate::ids::PartyId]| Audience {
        table: true,
        named: named.iter().copied().collect(),
    };
    for answer in [None, Some(false)] {
        if let Some(show) = answer {
            table.answer_newcomer(BAKKER, MUNICIPALITY, show);
        }
        table.set_audience(BAKKER, item, and(&[HALT]));
        assert!(table.item(HALT_WORKER, item).is_some() && table.item(OUTSIDER, item).is_none());
        table.set_audience(BAKKER, item, and(&[]));
        assert!(table.item(OUTSIDER, item).is_none());
    }
    // To open something to the whole table is to open it to all who sit there.
    table.set_audience(BAKKER, narrow, Audience::table());
    assert!(table.item(OUTSIDER, narrow).is_some());
    table.set_audience(BAKKER, item, and(&[MUNICIPALITY]));
    assert!(table.item(OUTSIDER, item).is_some());
}
