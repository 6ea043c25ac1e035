//! What each side sees of the life of a release. Words come beside it, from the holder's own copy.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::{Informed, Wish};
use super::decide::may;
use super::event::InformedHow;
use super::state::State;
use crate::ids::{ParticipantId, PartyId};
use crate::session::command::Actor;
use alloc::string::String;
use uuid::Uuid;

/// How a release stands, to one of its holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseView {
    /// How often the words changed since they were released; goes with every command.
    pub version: u32,
    /// When the owner last corrected it.
    pub rectified_at: Option<DateTime<Utc>>,
    /// When the owner took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether the recipient has still to confirm the latest change.
    pub unconfirmed: bool,
    /// When the recipient confirmed the latest change.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the recipient first read it as it is now: the receipt.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the recipient took it over into a system of its own.
    pub taken_over_at: Option<DateTime<Utc>>,
    /// Whether the subject was told, and when that was recorded (C6).
    pub informed: Option<(InformedHow, DateTime<Utc>)>,
    /// When the recipient's copy ends (C5).
    pub until: DateTime<Utc>,
    /// When it was destroyed.
    pub ended_at: Option<DateTime<Utc>>,
    /// What this side may do now.
    pub may: MayStill,
}

/// What may be done now; the same rule that answers the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers for one thing a person can do"
)]
pub struct MayStill {
    /// Correct it.
    pub rectify: bool,
    /// Take it back.
    pub withdraw: bool,
    /// Record whether the subject was told.
    pub inform: bool,
    /// Be counted as having read it.
    pub open: bool,
    /// Confirm a change.
    pub confirm: bool,
    /// Take it over into a system of one's own.
    pub take_over: bool,
}

/// How it stands, to this party; nothing to a third.
pub fn view_for(state: &State, party: PartyId) -> Option<ReleaseView> {
    if party != state.given.giver && party != state.given.recipient {
        return None;
    }
    let actor = Actor {
        party,
        participant: ParticipantId(Uuid::nil()),
    };
    let can = |wish: Wish| may(state, actor, &wish).is_ok();
    Some(ReleaseView {
        version: state.version,
        rectified_at: state.rectified_at,
        withdrawn_at: state.withdrawn_at,
        unconfirmed: state.unconfirmed,
        confirmed_at: state.confirmed_at,
        opened_at: state.opened_at,
        taken_over_at: state.taken_over_at,
        informed: state.informed,
        until: state.until,
        ended_at: state.ended_at,
        may: MayStill {
            rectify: can(Wish::Rectify {
                text: String::new(),
                reason: String::new(),
            }),
            withdraw: can(Wish::Withdraw { reason: String::new() }),
            inform: can(Wish::Inform(Informed::No)),
            open: can(Wish::Open),
            confirm: can(Wish::Confirm),
            take_over: can(Wish::TakeOver),
        },
    })
}
