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
use crate::session::command::{NewSubject, SeatLevel};
use crate::session::may::HouseRoles;
use crate::session::state::State;

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
    pub roles: HouseRoles,
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

/// A session on the board of one party; nothing, if it has no seat there.
pub fn board_row(state: &State, session: SessionId, party: PartyId) -> Option<BoardRow> {
    state.seat(party)?;
    let table = state.table.as_ref()?;
    let standing = state
        .time_requests
        .values()
        .filter(|request| request.ended_at.is_none());
    Some(BoardRow {
        session,
        moment: table.moment.name.clone(),
        case_reference: table.case_reference.clone(),
        phase: state.phase,
        clock: state.clock,
        paused_since: standing
            .map(|request| request.at)
            .min()
            .filter(|_| state.closed.is_none()),
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
