//! R17, C4 and the bounds of a session: what an event may hold, how often a command counts, how much there can be, and one
//! case for every refusal.

use alloc::vec;
use chrono::TimeDelta;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::fixture::*;
use crate::ids::{CommandId, PartyId};
use crate::moment::Phase;
use crate::session::command::{
    Actor, CellDecision, Command, CommandKind, LeftItems, NewAnswer, NewSubject, SeatLevel, SubjectRole, Verdict,
};
use crate::session::decide::{MOST_EVENTS, decide};
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Audience, Purpose};
use crate::session::refusal::Refusal;
use crate::session::sent::SentCommands;
use crate::session::state::Made;
use crate::text::TextFault;

/// G20: an article and a case reference of a client's own making were free words in a log that lasts for ever.
#[test]
fn g20_what_a_client_writes_into_an_event_is_an_id_a_number_a_time_or_a_code_of_the_data() {
    let mut table = Table::zsm();
    for term in [
        "",
        "art. 56a Sv",
        "HOLDING",
        "holding ",
        "vader slaat moeder",
        "police custody",
    ] {
        let at = table.at + TimeDelta::hours(5);
        let set = CommandKind::SetDeadline { at, term: term.into() };
        assert_eq!(table.refused(AGENT, set), Refusal::NoSuchTerm, "{term:?}");
    }
    for reference in [
        "vader slaat moeder",
        "26-0417 Jansen",
        "26-04171234",
        "26-041٧",
        "2A-0417",
        "26 0417",
    ] {
        let mut convening = zsm();
        convening.case_reference = reference.into();
        let refused = Table::empty().refused(OFFICER, CommandKind::Convene(convening.into()));
        assert_eq!(refused, Refusal::ReferenceDoesNotFit, "{reference:?}");
    }
    // A purpose is a task of the recipient's seat, a power a row of the table of powers.
    let item = table.share(BAKKER, "iets");
    let purpose = Some(Purpose::Task("omdat vader slaat".into()));
    let ask = CommandKind::RequestRelease {
        item,
        revision: 1,
        purpose,
        reason: None,
    };
    assert_eq!(table.refused(AGENT, ask), Refusal::PurposeDoesNotFit);
    let power = propose_measure("vader vastzetten", Assignee::Seat(POLICE), "x", &[]);
    assert_eq!(table.refused(BAKKER, power), Refusal::NoSuchPower);
    table.move_to(Phase::ClosingRound);
    let approve = cell(item, 1, POLICE, yes(Purpose::Task("omdat vader slaat".into())));
    assert_eq!(table.refused(BAKKER, approve), Refusal::PurposeDoesNotFit);
}

/// G25: sharing in the closing round was possible.
#[test]
fn g25_r17_nothing_new_comes_in_during_the_closing_round() {
    for code in MOMENTS {
        let mut table = Table::of(code);
        let item = table.share(BAKKER, "iets");
        table.move_to(Phase::ClosingRound);
        for command in [
            share("nog iets"),
            share_action("iets doen", VT, &[]),
            propose_measure("shelter", Assignee::Seat(VT), "x", &[]),
            add_subject(SubjectRole::Child, "dochter"),
        ] {
            let told = format!("{code} {command:?}");
            assert_eq!(table.refused(BAKKER, command), Refusal::NothingNew, "{told}");
        }
        let may = &table.sees(BAKKER).may;
        assert!(!may.share && !may.share_actions && !may.add_subject);
        // Owners still revise, narrow and withdraw; who has something new asks the chair to go back a phase.
        table.revise(BAKKER, item, "iets anders");
        table.narrow(BAKKER, item, &[VT]);
        table.withdraw(BAKKER, item);
        let back = moment(code).phases[0];
        table.move_to(back);
        table.share(BAKKER, "nog iets");
    }
}

/// G23: the id of a command used again with another one was acknowledged and did nothing.
#[test]
fn g23_an_id_of_a_command_that_comes_again_with_another_one_is_refused() {
    let mut sent = SentCommands::new([3; 32]);
    let mut table = Table::zsm();
    let command = |kind| Command {
        id: CommandId(id(9)),
        kind,
    };
    let first = command(share("iets"));
    assert_eq!(sent.check(BAKKER, &first), Ok(()));
    let stamp = table.stamp();
    table.submit(BAKKER, stamp, first.clone()).expect("shared");
    assert_eq!(sent.check(BAKKER, &first), Ok(()), "the same again is harmless");
    for kind in [share("iets anders"), ASK_TIME, share_action("iets", VT, &[])] {
        assert_eq!(sent.check(BAKKER, &command(kind)), Err(Refusal::OtherCommand));
    }
    assert_eq!(sent.check(VISSER, &command(ASK_TIME)), Ok(()), "ids are a person's own");
}

#[test]
fn a_command_that_comes_again_is_done_once_and_named_again() {
    let mut table = Table::zsm();
    let named = |kind| Command {
        id: CommandId(id(9)),
        kind,
    };
    // A refused command can be tried again.
    let closing = named(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    });
    let request = table.ask_time(BAKKER);
    let stamp = table.stamp();
    assert_eq!(table.submit(OFFICER, stamp, closing.clone()), Err(Refusal::TimeStands));
    table.end_time(BAKKER, request);
    assert_eq!(table.submit(OFFICER, stamp, closing.clone()).map(|it| it.len()), Ok(1));
    table.move_to(Phase::Decision);
    assert_eq!(table.submit(OFFICER, stamp, closing.clone()), Ok(vec![]));
    assert_eq!(table.state().phase, Phase::Decision);
    assert_eq!(table.state().made_by(OFFICER, closing.id), Some(None));
    // Another's command of the same id is another command.
    assert_eq!(table.submit(SECRETARY, stamp, closing), Err(Refusal::NotChair));

    // What a command made is named by its acknowledgement, and by the one of the same command sent again.
    let subject = add_subject(SubjectRole::Child, "dochter");
    for kind in [share("iets"), share_action("iets", VT, &[]), subject, ASK_TIME] {
        let told = format!("{kind:?}");
        let mut table = Table::zsm();
        let (command, stamp) = (named(kind), table.stamp());
        let decision = decide(table.state(), BAKKER, stamp, command.clone()).expect("it may");
        let made = decision.made();
        assert!(made.is_some(), "{told}");
        assert_eq!(table.state().made_by(BAKKER, command.id), None);
        table.submit(BAKKER, stamp, command.clone()).expect("it may");
        for _ in 0..3 {
            table.share(AGENT, "intussen");
            let stamp = table.stamp();
            assert_eq!(table.submit(BAKKER, stamp, command.clone()), Ok(vec![]), "{told}");
            assert_eq!(table.state().made_by(BAKKER, command.id), Some(made), "{told}");
        }
        // Also where the one it was about is gone since.
        if let Some(Made::Item(item)) = made {
            table.withdraw(BAKKER, item);
            let stamp = table.stamp();
            assert_eq!(table.submit(BAKKER, stamp, command.clone()), Ok(vec![]));
        }
        table.ask_to_leave(PROBATION);
    }
    let mut table = Table::zsm();
    let record = named(record_disposition(table.subject(0), 0, None));
    let stamp = table.stamp();
    let events = table.submit(OFFICER, stamp, record.clone()).expect("it may");
    let EventKind::DispositionRecorded { item, .. } = events[0].kind else {
        panic!("{events:?}")
    };
    assert_eq!(table.state().made_by(OFFICER, record.id), Some(Some(Made::Item(item))));
    assert_eq!(
        table.submit(OFFICER, stamp, record),
        Ok(vec![]),
        "not refused as of another revision"
    );
}

/// A session with as many events as it can hold: VT's signal, an owner's withdrawal and the close are never refused for that.
#[test]
fn a_full_session_takes_vts_signal_withdrawals_and_the_close_and_nothing_else() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "een geheim adres");
    let action = table.share_action(BAKKER, "langsgaan", POLICE, &[]);
    let subject = table.add_subject(BAKKER, SubjectRole::Child, "dochter");
    table.run.now.state.events = MOST_EVENTS;
    let at = table.at + TimeDelta::hours(1);
    let refused = [
        (BAKKER, share("iets")),
        (BAKKER, revise(item, 1, "iets")),
        (BAKKER, table.audience_of(item, Audience::only([]))),
        (AGENT, ask_release(item, 1)),
        (BAKKER, cell(item, 1, POLICE, Verdict::Undecide {})),
        (AGENT, answer(action, 1, NewAnswer::Accept {})),
        (BAKKER, CommandKind::RemoveSubject { subject, revision: 1 }),
        (BAKKER, add_subject(SubjectRole::Child, "zoon")),
        (BAKKER, CommandKind::SetReady { ready: true }),
        (OFFICER, give_seat(MUNICIPALITY, SeatLevel::Full)),
        (OFFICER, CommandKind::AskToLeave { party: POLICE }),
        (OFFICER, CommandKind::SetClock { minutes: 60 }),
        (
            AGENT,
            CommandKind::SetDeadline {
                at,
                term: "holding".into(),
            },
        ),
        (OFFICER, record_disposition(table.subject(0), 0, None)),
        (BAKKER, name_attendees(None)),
        (OFFICER, CommandKind::LastCall {}),
    ];
    for (actor, command) in refused {
        let told = format!("{command:?}");
        assert_eq!(table.refused(actor, command), Refusal::SessionFull, "{told}");
    }
    let request = table.ask_time(BAKKER);
    table.end_time(BAKKER, request);
    table.act(
        VISSER,
        CommandKind::Enter {
            name: "Visser-Smit".into(),
            prosecutor: false,
        },
    );
    table.accept_rules(LATECOMER);
    table.withdraw(BAKKER, item);
    table.leave(ADVISER, LeftItems::Withdraw);
    table.act(SECRETARY, CommandKind::TakeGavel {});
    table.move_to(Phase::ClosingRound);
    table.ask_time(BAKKER);
    let request = table.sees(BAKKER).time.requests[0].id;
    table.end_time(BAKKER, request);
    let mut expiring = table.clone();
    table.close();
    expiring.wait(72 * 60);
    expiring.warn_of_expiry().expect("it is time");
    expiring.wait(24 * 60);
    expiring.expire().expect("it is over");
}

#[test]
fn seats_people_bases_and_cells_are_counted() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "iets");
    let people = |number: u32| CommandKind::NameAttendees {
        people: Some(
            (0..number)
                .map(|it| crate::ids::ParticipantId(id(it)))
                .chain([BAKKER.participant])
                .collect(),
        ),
    };
    table.act(BAKKER, people(199));
    assert_eq!(table.refused(BAKKER, people(200)), Refusal::TooMany);
    let cells = |number: u32| {
        let one = |it| CellDecision {
            item,
            revision: 1,
            recipient: PartyId(id(it)),
            verdict: NO,
        };
        CommandKind::Decide {
            cells: (0..number).map(one).collect(),
        }
    };
    table.move_to(Phase::ClosingRound);
    assert_eq!(table.refused(BAKKER, cells(5_001)), Refusal::CellsDoNotFit);
    assert_eq!(table.refused(BAKKER, cells(5_000)), Refusal::NoSuchRecipient);
    table.move_to(Phase::Decision);
    // An item rests on a hundred others at most, those behind them included.
    let many: Vec<_> = (0..60).map(|it| table.share(BAKKER, &format!("{it}"))).collect();
    let one = table.share_based(BAKKER, Audience::table(), &many, "op zestig");
    let more: Vec<_> = (0..39).map(|it| table.share(BAKKER, &format!("{it}"))).collect();
    let mut all = more;
    all.push(one);
    table.share_based(BAKKER, Audience::table(), &all, "op honderd");
    all.push(item);
    let beyond = share_item(FACT, Audience::table(), &[], &all, "op honderd en een");
    assert_eq!(table.refused(BAKKER, beyond), Refusal::TooMany);
}

/// Makes the list and the match from one set of names: a new refusal does not compile until it has a case.
macro_rules! cases {
    ($($name:ident => |$table:ident| $case:expr;)+) => {
        const UNITS: &[Refusal] = &[$(Refusal::$name),+];

        fn provoke(refusal: Refusal) -> Refusal {
            match refusal {
                $(Refusal::$name => {
                    #[allow(unused_mut, reason = "some cases set up a table of their own")]
                    let mut $table = Table::zsm();
                    $case
                })+
                Refusal::Text(fault) => words_that_are(fault),
            }
        }
    };
}

fn closing(mut table: Table) -> Table {
    table.move_to(Phase::ClosingRound);
    table
}

cases! {
    NotFound => |table| table.refused(AGENT, ask_release(no_item(), 1));
    NotOwner => |table| {
        let other = table.share(BAKKER, "iets");
        table.refused(OFFICER, revise(other, 1, "anders"))
    };
    NotChair => |table| table.refused(AGENT, CommandKind::Close {});
    NotVeiligThuis => |table| table.refused(OFFICER, ASK_TIME);
    NotProsecutor => |table| {
        let on = table.subject(0);
        table.refused(SECRETARY, record_disposition(on, 0, None))
    };
    NotAssignee => |table| {
        let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
        table.refused(OFFICER, answer(measure, 1, NewAnswer::Refuse { reason: None }))
    };
    NotHolder => |table| table.refused(BAKKER, propose_measure("extra_patrol", Assignee::Seat(VT), "x", &[]));
    NoSuchPower => |table| table.refused(BAKKER, propose_measure("toveren", Assignee::Seat(VT), "x", &[]));
    NoSuchTerm => |table| {
        let at = table.at;
        table.refused(AGENT, CommandKind::SetDeadline { at, term: "art. 57 Sv".into() })
    };
    ReferenceDoesNotFit => |_table| {
        let mut convening = zsm();
        convening.case_reference = "Jansen".into();
        Table::empty().refused(OFFICER, CommandKind::Convene(convening.into()))
    };
    NotCustodian => |table| {
        let at = table.at + TimeDelta::hours(1);
        table.refused(BAKKER, CommandKind::SetDeadline { at, term: "holding".into() })
    };
    RestrictedSeat => |table| table.refused(HALT_WORKER, share_action("iets doen", HALT, &[]));
    RulesNotAccepted => |table| table.refused(LATECOMER, share("iets"));
    Closed => |table| {
        let mut table = closing(table);
        table.close();
        table.refused(BAKKER, ASK_TIME)
    };
    AlreadyConvened => |table| table.refused(OFFICER, CommandKind::Convene(zsm().into()));
    PartyMissing => |table| table.refused(OFFICER, CommandKind::TakeSeat { party: VT });
    SeatsDoNotFit => |_table| {
        let twice = convening("zsm", &[VT, OM, OM], &[]);
        Table::empty().refused(OFFICER, CommandKind::Convene(twice.into()))
    };
    TakesPart => |table| {
        table.share(AGENT, "iets");
        table.refused(OFFICER, CommandKind::TakeSeat { party: POLICE })
    };
    SeatsStand => |table| closing(table).refused(OFFICER, CommandKind::TakeSeat { party: POLICE });
    NothingNew => |table| closing(table).refused(AGENT, share("iets"));
    LeftTheTable => |table| {
        table.leave(AGENT, LeftItems::Keep);
        table.refused(AGENT, share("iets"))
    };
    Committed => |table| {
        let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
        let until = table.at + TimeDelta::hours(1);
        table.commit(AGENT, measure, until);
        let revise = table.revision_of(measure, "y");
        table.refused(BAKKER, revise)
    };
    OnRecord => |table| {
        let item = table.record_disposition(table.subject(0), None);
        table.refused(OFFICER, withdraw(item, 1))
    };
    NoWords => |table| {
        let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "", &[]);
        table.refused(AGENT, ask_release(measure, 1))
    };
    NotDue => |table| table.refused(Actor::PROGRAM, CommandKind::Expire);
    SessionFull => |table| {
        table.run.now.state.events = MOST_EVENTS;
        table.refused(BAKKER, share("iets"))
    };
    OtherCommand => |_table| {
        let mut sent = SentCommands::new([1; 32]);
        let command = |kind| Command { id: CommandId(id(1)), kind };
        sent.check(BAKKER, &command(ASK_TIME)).expect("the first");
        sent.check(BAKKER, &command(CommandKind::Close {})).expect_err("another")
    };
    ChairStays => |table| table.refused(OFFICER, CommandKind::TakeSeat { party: OM });
    NoSuchPhase => |table| table.refused(OFFICER, CommandKind::MoveTo { phase: Phase::Opening });
    TimeStands => |table| {
        table.ask_time(BAKKER);
        table.refused(OFFICER, CommandKind::Close {})
    };
    NoClock => |_table| Table::of("vt_melding").refused(BAKKER, CommandKind::SetClock { minutes: 60 });
    MinutesDoNotFit => |table| table.refused(OFFICER, CommandKind::SetClock { minutes: 1 });
    TimeDoesNotFit => |table| {
        let at = table.at + TimeDelta::days(30);
        table.refused(AGENT, CommandKind::SetDeadline { at, term: "holding".into() })
    };
    NoDisposition => |_table| {
        let mut table = Table::of("vt_melding");
        let on = table.subject(0);
        table.refused(BAKKER, record_disposition(on, 0, None))
    };
    NothingToDeviateFrom => |table| {
        let on = table.subject(0);
        table.refused(OFFICER, record_disposition(on, 0, Some("haast")))
    };
    NotClosingRound => |table| table.refused(OFFICER, CommandKind::Close {});
    OtherRevision => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(BAKKER, revise(own, 2, "anders"))
    };
    Withdrawn => |table| {
        let own = table.share(BAKKER, "iets");
        table.withdraw(BAKKER, own);
        table.refused(BAKKER, revise(own, 1, "anders"))
    };
    NoSuchRecipient => |table| {
        let own = table.share(BAKKER, "iets");
        closing(table).refused(BAKKER, cell(own, 1, VT, NO))
    };
    PurposeDoesNotFit => |table| {
        let own = table.share(BAKKER, "iets");
        closing(table).refused(BAKKER, cell(own, 1, POLICE, yes(task(OM))))
    };
    MotivationNeeded => |table| {
        let own = table.share(BAKKER, "iets");
        let verdict = Verdict::Approve {
            purpose: task(OM),
            subjects: None,
            excerpt: None,
            condition: None,
            motivation: None,
        };
        closing(table).refused(BAKKER, cell(own, 1, OM, verdict))
    };
    CellsDoNotFit => |table| closing(table).refused(BAKKER, CommandKind::Decide { cells: Vec::new() });
    OwnItem => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(VISSER, ask_release(own, 1))
    };
    HiddenFromOthers => |table| {
        let narrow = table.share_with(BAKKER, Audience::only([]), "iets");
        table.refused(BAKKER, share_action("iets doen", POLICE, &[narrow]))
    };
    TooMany => |table| {
        for number in 0..13 {
            let mut another = seat(MUNICIPALITY, SeatLevel::Restricted);
            another.party.id = PartyId(id(number));
            table.act(OFFICER, CommandKind::GiveSeat(another.into()));
        }
        table.refused(OFFICER, give_seat(MUNICIPALITY, SeatLevel::Full))
    };
}

fn words_that_are(fault: TextFault) -> Refusal {
    let words = match fault {
        TextFault::Empty => " \n ".to_string(),
        TextFault::TooLong => "x".repeat(8_001),
        TextFault::Unprintable => "vader \u{202E}redav".to_string(),
        TextFault::Markup => {
            // Labels alone have no markup: the case reference, and the name of who convenes.
            let mut convening = zsm();
            convening.convener_name = "<h1>".into();
            return Table::empty().refused(OFFICER, CommandKind::Convene(convening.into()));
        }
    };
    Table::zsm().refused(BAKKER, share(&words))
}

#[test]
fn every_refusal_has_a_case_that_gets_it() {
    let texts = [
        TextFault::Empty,
        TextFault::TooLong,
        TextFault::Unprintable,
        TextFault::Markup,
    ];
    for refusal in UNITS.iter().chain(&texts.map(Refusal::Text)) {
        assert_eq!(provoke(*refusal), *refusal);
    }
}

/// C4: the log of a session has no words of content, but the names of people and organisations that the directory gives.
#[test]
fn c4_a_label_of_a_person_stands_in_no_event() {
    let mut table = Table::zsm();
    let subject = NewSubject {
        role: SubjectRole::Reporter,
        label: "J. Vos, buurvrouw".into(),
    };
    table.act(BAKKER, CommandKind::AddSubject { subject });
    let log: String = serde_json::to_string(&table.run.events).expect("events");
    for label in ["Vos", "moeder", "vader"] {
        assert!(!log.contains(label), "{label}");
    }
}
