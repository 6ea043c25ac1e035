//! What comes when: nothing new and no seats in the closing round (R15, R17), decisions only then, ready and last call only
//! then, no seat taken back of who takes part (R15), and after the end nothing (R7).

use alloc::{boxed::Box, string::String, vec};

use super::faults::{all_noticed, decides, happens, lie};
use super::play::{Law, Play, Tried};
use crate::moment::Phase;
use crate::session::command::{CommandKind, SeatLevel, Verdict};
use crate::session::decide::decide;
use crate::session::event::EventKind;
use crate::session::refusal::Refusal;
use crate::session::tests::fixture::*;

pub(super) struct Phases;

impl Law for Phases {
    fn name(&self) -> &'static str {
        "what comes when (R15, R17)"
    }

    fn after(&mut self, _play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let was = tried.was;
        if !tried.happened() {
            return Ok(());
        }
        if was.ended.is_some() {
            return Err("something happened after the end".into());
        }
        let closing = was.phase == Phase::ClosingRound;
        match tried.kind() {
            CommandKind::Share { .. } | CommandKind::AddSubject { .. } | CommandKind::RecordDisposition { .. }
                if closing =>
            {
                Err("something new in the closing round".into())
            }
            CommandKind::GiveSeat(_)
            | CommandKind::TakeSeat { .. }
            | CommandKind::AskToLeave { .. }
            | CommandKind::Leave { .. }
                if closing =>
            {
                Err("a seat changed in the closing round".into())
            }
            CommandKind::TakeSeat { party } if was.takes_part(*party) => {
                Err("the seat of a party that takes part was taken".into())
            }
            CommandKind::GiveSeat(seat)
                if seat.level == SeatLevel::Restricted
                    && was.is_full(seat.party.id)
                    && was.takes_part(seat.party.id) =>
            {
                Err("a party that takes part was shown less".into())
            }
            CommandKind::SetReady { .. } | CommandKind::LastCall {} | CommandKind::Close {} if !closing => {
                Err("the closing round had not begun".into())
            }
            CommandKind::Decide { cells } if !closing => {
                let only_back = cells.iter().all(|it| matches!(it.verdict, Verdict::Undecide {}));
                if only_back {
                    Ok(())
                } else {
                    Err("a cell was decided before the closing round".into())
                }
            }
            _ => Ok(()),
        }
    }
}

/// Decided as if the table were in another phase.
macro_rules! in_phase {
    ($phase:expr, $command:pat) => {
        decides!(|state, actor, stamp, command| {
            let elsewhere = matches!(command.kind, $command) && !state.items.is_empty();
            let state = &lie(state, |it| {
                if elsewhere && it.phase == Phase::ClosingRound || $phase == Phase::ClosingRound && elsewhere {
                    it.phase = $phase;
                }
            });
            decide(state, actor, stamp, command)
        })
    };
}

#[test]
fn r15_r17_the_law_of_phases_notices_what_comes_too_late_or_too_early() {
    let faults = [
        (
            "a share in the closing round",
            in_phase!(Phase::Picture, CommandKind::Share { .. }),
        ),
        (
            "a person in the closing round",
            in_phase!(Phase::Picture, CommandKind::AddSubject { .. }),
        ),
        (
            "a decision of the OM in the closing round",
            in_phase!(Phase::Picture, CommandKind::RecordDisposition { .. }),
        ),
        (
            "a seat in the closing round",
            in_phase!(Phase::Picture, CommandKind::GiveSeat(_)),
        ),
        (
            "leaving in the closing round",
            in_phase!(Phase::Picture, CommandKind::Leave { .. }),
        ),
        (
            "a cell before the closing round",
            in_phase!(Phase::ClosingRound, CommandKind::Decide { .. }),
        ),
        (
            "a close before the closing round",
            in_phase!(Phase::ClosingRound, CommandKind::Close {}),
        ),
        (
            "something after the end",
            decides!(|state, actor, stamp, command| decide(&lie(state, |it| it.closed = None), actor, stamp, command)),
        ),
        (
            "a seat taken as a lever",
            decides!(|state, actor, stamp, command| {
                let answer = decide(state, actor, stamp, command.clone());
                match (&command.kind, &answer) {
                    (CommandKind::TakeSeat { party }, Err(Refusal::TakesPart)) => {
                        let taken = EventKind::SeatTaken { party: *party };
                        Ok(happens(state, actor, stamp, &command, vec![taken]))
                    }
                    _ => answer,
                }
            }),
        ),
        (
            "another level as a lever",
            decides!(|state, actor, stamp, command| {
                let answer = decide(state, actor, stamp, command.clone());
                match (&command.kind, &answer) {
                    (CommandKind::GiveSeat(seat), Err(Refusal::TakesPart)) => {
                        let given = EventKind::SeatGiven { seat: seat.clone() };
                        Ok(happens(state, actor, stamp, &command, vec![given]))
                    }
                    _ => answer,
                }
            }),
        ),
    ];
    all_noticed(|| Box::new(Phases), &faults);
}
