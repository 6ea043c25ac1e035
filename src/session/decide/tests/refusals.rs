//! One case for every refusal: how a person gets that answer.

use chrono::TimeDelta;
use std::string::ToString;

use crate::ids::ContributionId;
use crate::moment::Phase;
use crate::session::command::{Audience, Command, SeatLevel, Wish};
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;
use crate::text::TextFault;

/// Makes the list and the match from one set of names: a new refusal does not compile until it has a case.
macro_rules! cases {
    ($($name:ident => |$table:ident| $case:expr;)+) => {
        const UNITS: &[Refusal] = &[$(Refusal::$name),+];

        fn provoke(refusal: Refusal) -> Refusal {
            match refusal {
                $(Refusal::$name => {
                    #[allow(unused_mut, reason = "some cases set up a table of their own")]
                    let mut $table = Table::zsm_closing();
                    $case
                })+
                Refusal::Text(fault) => words_that_are(fault),
            }
        }
    };
}

cases! {
    NotFound => |table| table.refused(AGENT, ask_release(ContributionId(id(1))));
    NotOwner => |table| {
        let other = table.share(BAKKER, "iets");
        table.refused(OFFICER, revise(other, "anders"))
    };
    NotChair => |table| table.refused(AGENT, Wish::Close);
    NotVeiligThuis => |table| table.refused(OFFICER, ASK_TIME);
    NotProsecutor => |table| table.refused(SECRETARY, dispose(None, &[]));
    NotHolder => |table| {
        let measure = table.propose(BAKKER, POLICE, &[]);
        table.refused(OFFICER, Wish::DeclineMeasure { measure, reason: None })
    };
    NotCustodian => |table| {
        let at = table.at + TimeDelta::hours(1);
        table.refused(BAKKER, Wish::SetDeadline { at, article: "art. 57 Sv".into() })
    };
    RestrictedSeat => |table| table.refused(HALT_WORKER, agree("iets doen", HALT, &[]));
    RulesNotAccepted => |table| table.refused(LATECOMER, share("iets"));
    Closed => |table| {
        table.close();
        table.refused(BAKKER, ASK_TIME)
    };
    AlreadyConvened => |table| table.refused(OFFICER, Wish::Convene(zsm().into()));
    PartyMissing => |table| table.refused(OFFICER, Wish::TakeSeat { party: VT });
    SeatsDoNotFit => |_table| {
        let mut table = Table::empty();
        table.refused(OFFICER, Wish::Convene(convening("zsm", &[VT, OM, OM], &[]).into()))
    };
    ChairStays => |table| table.refused(OFFICER, Wish::TakeSeat { party: OM });
    NoSuchPhase => |table| table.refused(OFFICER, Wish::MoveTo { phase: Phase::ClosingRound });
    TimeStands => |table| {
        table.ask_time(BAKKER);
        table.refused(OFFICER, Wish::Close)
    };
    NoClock => |_table| {
        let mut table = Table::convened(BAKKER, convening("vt_melding", &[VT, POLICE], &[]));
        table.act(BAKKER, Wish::AcceptRules);
        table.refused(BAKKER, Wish::SetClock { minutes: 60 })
    };
    MinutesDoNotFit => |table| table.refused(OFFICER, Wish::SetClock { minutes: 1 });
    TimeDoesNotFit => |table| {
        let at = table.at + TimeDelta::days(30);
        table.refused(AGENT, Wish::SetDeadline { at, article: "art. 57 Sv".into() })
    };
    NoDisposition => |_table| {
        let mut table = Table::convened(BAKKER, convening("vt_melding", &[VT, POLICE], &[]));
        table.act(BAKKER, Wish::AcceptRules);
        table.refused(BAKKER, dispose(None, &[]))
    };
    NothingToDeviateFrom => |table| table.refused(OFFICER, dispose(Some("haast"), &[]));
    NotClosingRound => |table| {
        table.move_to(Phase::Decision);
        table.refused(OFFICER, Wish::Close)
    };
    OtherRevision => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(BAKKER, cell(own, 2, POLICE, NO))
    };
    Withdrawn => |table| {
        let own = table.share(BAKKER, "iets");
        table.withdraw(BAKKER, own);
        table.refused(AGENT, ask_release(own))
    };
    NoSuchRecipient => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(BAKKER, cell(own, 1, VT, NO))
    };
    PurposeDoesNotFit => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(BAKKER, cell(own, 1, POLICE, yes(task(OM))))
    };
    MotivationNeeded => |table| {
        let own = table.share(BAKKER, "iets");
        let (excerpt, condition, motivation) = (None, None, None);
        let purpose = task(OM);
        let verdict = crate::session::command::Verdict::Approve { purpose, excerpt, condition, motivation };
        table.refused(BAKKER, cell(own, 1, OM, verdict))
    };
    CellsDoNotFit => |table| table.refused(BAKKER, Wish::Decide { cells: std::vec::Vec::new() });
    OwnContribution => |table| {
        let own = table.share(BAKKER, "iets");
        table.refused(VISSER, ask_release(own))
    };
    HiddenFromOthers => |table| {
        let narrow = table.share_with(BAKKER, Audience::only([]), "iets");
        table.refused(BAKKER, agree("iets doen", POLICE, &[narrow]))
    };
    TooMany => |table| {
        for number in 0..13 {
            let mut another = seat(MUNICIPALITY, SeatLevel::Restricted);
            another.party.id = crate::ids::PartyId(id(number));
            table.act(OFFICER, Wish::GiveSeat(another.into()));
        }
        table.refused(OFFICER, give_seat(MUNICIPALITY, SeatLevel::Full))
    };
}

fn words_that_are(fault: TextFault) -> Refusal {
    let words = match fault {
        TextFault::Empty => " \n ".to_string(),
        TextFault::TooLong => "x".repeat(8_001),
        TextFault::Unprintable => "vader \u{202E}redav".to_string(),
    };
    Table::zsm().refused(BAKKER, share(&words))
}

#[test]
fn every_refusal_has_a_case_that_gets_it() {
    let texts = [TextFault::Empty, TextFault::TooLong, TextFault::Unprintable].map(Refusal::Text);
    for refusal in UNITS.iter().chain(&texts) {
        assert_eq!(provoke(*refusal), *refusal);
    }
}

#[test]
fn a_refused_command_can_be_tried_again_and_a_done_one_is_done_once() {
    let mut table = Table::zsm();
    let command = Command {
        id: crate::ids::CommandId(id(9)),
        wish: Wish::MoveTo {
            phase: Phase::ClosingRound,
        },
    };
    let request = table.ask_time(BAKKER);
    let stamp = table.stamp();
    assert_eq!(table.submit(OFFICER, stamp, command.clone()), Err(Refusal::TimeStands));
    table.end_time(BAKKER, request);
    assert_eq!(table.submit(OFFICER, stamp, command.clone()).map(|it| it.len()), Ok(1));
    table.move_to(Phase::Decision);
    assert_eq!(table.submit(OFFICER, stamp, command.clone()), Ok(std::vec![]));
    assert_eq!(table.state().phase, Phase::Decision);
    // Another's command of the same name is another command.
    let answer = table.submit(SECRETARY, stamp, command);
    assert_eq!(answer, Err(Refusal::NotChair));
}
