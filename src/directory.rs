//! What is seen outside a table: who one is, the board of sessions, the convening form.
//!
//! A board row is a projection like any other: nothing in it depends on a contribution.

use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ParticipantId, PartyId, SessionId};
use crate::moment::{Moment, Name, Phase};
use crate::party::Party;
use crate::session::clock::DecisionClock;
use crate::session::command::Actor;
use crate::session::command::{NewSubject, SeatLevel};
use crate::session::permissions::Roles;
use crate::session::state::{SeatStatus, State};
use crate::session::visibility::Viewer;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Which person.
    pub participant: ParticipantId,
    /// Their name.
    pub name: String,
    /// Their organisation.
    pub party: Party,
    /// What they are there.
    pub roles: Roles,
    /// Whether this is a demonstration.
    pub demo: bool,
}

/// My board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// Running sessions first, the most urgent on top; then closed ones, the latest on top.
    pub rows: Vec<BoardRow>,
    /// The server's time, against which a browser corrects its own clock.
    pub now: DateTime<Utc>,
    /// How many received items were corrected or taken back and wait for confirmation (R9); a dossier reader is told, others
    /// are not.
    #[serde(default)]
    pub unconfirmed: usize,
}

/// One session on a board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardRow {
    /// Which.
    pub session: SessionId,
    /// What kind.
    pub moment: Name,
    /// The case.
    pub case_reference: String,
    /// The phase.
    pub phase: Phase,
    /// When one's own party left the table; it still decides about what is its own (R15).
    #[serde(default)]
    pub left_at: Option<DateTime<Utc>>,
    /// When the chair asked one's own party to leave (R15).
    #[serde(default)]
    pub asked_to_leave_at: Option<DateTime<Utc>>,
    /// When it expires if nothing happens, once that was announced (R14).
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it expired: nobody closed it, and nothing was released (R14).
    #[serde(default)]
    pub expired: bool,
    /// In the closing round: how many decisions one's own party has still to make.
    #[serde(default)]
    pub undecided: Option<u32>,
    /// The decision clock, where one runs.
    pub clock: Option<DecisionClock>,
    /// Since when VT takes its time (T2).
    pub paused_since: Option<DateTime<Utc>>,
    /// The end of custody; never paused (T4). A restricted seat is not told.
    pub deadline: Option<DateTime<Utc>>,
    /// Since when the session stands.
    pub convened_at: DateTime<Utc>,
    /// When it closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether one's own party leads.
    pub chair: bool,
}

impl BoardRow {
    /// How long until something runs out, in milliseconds: the smaller of decision clock and custody. A paused clock
    /// does not press; the law's clock always does (T4). Nothing running out is least urgent.
    pub fn urgency_ms(&self, now: DateTime<Utc>) -> i64 {
        let clock = self
            .clock
            .filter(|clock| clock.running_since.is_some())
            .map(|clock| clock.remaining_ms(now));
        let deadline = self.deadline.map(|at| (at - now).num_milliseconds());
        clock.into_iter().chain(deadline).min().unwrap_or(i64::MAX)
    }
}

/// A session on the board of one party; nothing, if it has no seat there and had none (R15).
pub fn board_row(state: &State, session: SessionId, party: PartyId) -> Option<BoardRow> {
    let viewer = Viewer::of_party(state, party)?;
    let table = state.table.as_ref()?;
    let seat = state.seats.get(&party)?;
    let sits = state.seat(party).is_some();
    let running = state.closed.is_none();
    let standing = state
        .time_requests
        .values()
        .filter(|request| request.ended_at.is_none() && (sits || request.by.party == party));
    let closing_round = running && state.phase == Phase::ClosingRound && viewer.has_accepted();
    let undecided = closing_round.then(|| state.undecided_cells(party).len());
    Some(BoardRow {
        session,
        moment: table.moment.name.clone(),
        case_reference: table.case_reference.clone(),
        phase: state.phase,
        left_at: match seat.status {
            SeatStatus::Left { at } => Some(at),
            SeatStatus::Seated | SeatStatus::Taken => None,
        },
        asked_to_leave_at: seat.asked_to_leave_at.filter(|_| sits && running),
        expires_at: state.expires_at.filter(|_| running),
        expired: state.closed.as_ref().is_some_and(|closing| closing.expired),
        undecided: undecided.map(|cells| u32::try_from(cells).unwrap_or(u32::MAX)),
        clock: state.clock.filter(|_| sits),
        paused_since: standing.map(|request| request.at).min().filter(|_| running),
        deadline: state
            .deadline
            .as_ref()
            .filter(|_| state.is_full(party))
            .map(|deadline| deadline.at),
        convened_at: table.convened_at,
        closed_at: state.closed_at(),
        chair: table.chair == party,
    })
}

/// The same for one person: nothing, if their organisation names others to come in (R18).
pub fn board_row_for(state: &State, session: SessionId, actor: Actor) -> Option<BoardRow> {
    if state.admits(actor) {
        board_row(state, session, actor.party)
    } else {
        None
    }
}

/// Puts rows in the order a person with nine cases needs: what runs out first on top, closed ones last.
pub fn sort_board(rows: &mut [BoardRow], now: DateTime<Utc>) {
    rows.sort_by_key(|row| {
        let closed = row.closed_at.map_or(i64::MIN, |at| -at.timestamp_millis());
        (
            row.closed_at.is_some(),
            if row.closed_at.is_some() {
                closed
            } else {
                row.urgency_ms(now)
            },
            row.session,
        )
    });
}

/// A colleague who sits at tables, to be named for one (R18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The account by which a seat names the person.
    pub participant: ParticipantId,
    /// Their name.
    pub name: String,
}

/// What a convener can choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConveneForm {
    /// Moments the own party leads.
    pub moments: Vec<Moment>,
    /// Organisations that can be given a seat.
    pub parties: Vec<Party>,
}

/// A filled-in convening form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConveneOrder {
    /// Which moment, by its code.
    pub moment: String,
    /// The case.
    pub case_reference: String,
    /// Whom it is about.
    pub subjects: Vec<NewSubject>,
    /// Who sits there, the own party included or not.
    pub seats: Vec<SeatOrder>,
    /// Another allowance for the decision clock, in minutes.
    #[serde(default)]
    pub clock_minutes: Option<u32>,
}

/// A party to give a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatOrder {
    /// Which.
    pub party: PartyId,
    /// Full or restricted.
    pub level: SeatLevel,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use uuid::Uuid;

    fn row(clock: Option<DecisionClock>, deadline: Option<DateTime<Utc>>, closed: bool) -> BoardRow {
        BoardRow {
            session: SessionId(Uuid::nil()),
            moment: Name {
                nl: String::new(),
                en: String::new(),
            },
            case_reference: String::new(),
            phase: Phase::Opening,
            left_at: None,
            asked_to_leave_at: None,
            expires_at: None,
            expired: false,
            undecided: None,
            clock,
            paused_since: None,
            deadline,
            convened_at: DateTime::UNIX_EPOCH,
            closed_at: closed.then_some(DateTime::UNIX_EPOCH),
            chair: false,
        }
    }

    #[test]
    fn t4_the_law_presses_while_the_paused_clock_does_not() {
        let now = DateTime::UNIX_EPOCH;
        let running = DecisionClock::started(now, 30);
        let soon = now + TimeDelta::minutes(10);
        let mut rows = [
            row(None, None, true),
            row(None, None, false),
            row(Some(running.paused(now)), None, false),
            row(Some(running), None, false),
            row(Some(running.paused(now)), Some(soon), false),
        ];
        sort_board(&mut rows, now);
        let order: Vec<_> = rows.iter().map(|row| row.urgency_ms(now)).collect();
        assert_eq!(order[..2], [600_000, 1_800_000]);
        assert!(rows[4].closed_at.is_some());
    }
}
