//! What each side sees of the state of a release. The words come beside it, from each holder's own copy.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::InformedStatus;
use super::permissions::{ReleasePermission, ReleasePermissions, ReleaseViewer, permits};
use super::state::ReleaseState;
use crate::ids::PartyId;

/// How a release stands, as its giver or its recipient sees it. All times are the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseView {
    /// How often the giver changed the words since the release. Every command names the version it is about.
    pub version: u32,
    /// When the giver last corrected the words (R9).
    pub rectified_at: Option<DateTime<Utc>>,
    /// When the giver took the item back (R9).
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether the recipient has still to confirm the latest change (R9).
    pub unconfirmed: bool,
    /// When the recipient last confirmed a change (R9).
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the recipient first opened the item with its present words: the receipt.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the recipient took the item over into a system of its own (C5).
    pub taken_over_at: Option<DateTime<Utc>>,
    /// Whether the subject was informed, and when the giver recorded that (C6).
    pub informed: Option<(InformedStatus, DateTime<Utc>)>,
    /// When the recipient's copy is destroyed (C5).
    pub until: DateTime<Utc>,
    /// When the recipient's copy was destroyed (C5).
    pub ended_at: Option<DateTime<Utc>>,
    /// What this side may do now.
    pub may: ReleasePermissions,
}

/// How the release stands, as this party sees it. `None` for a party that is neither giver nor recipient (R2), and for
/// everybody once the giver's register entry was destroyed (C5).
pub fn view_for(state: &ReleaseState, party: PartyId) -> Option<ReleaseView> {
    let viewer = ReleaseViewer::of(state, party);
    permits(state, viewer, ReleasePermission::View).ok()?;
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
        may: ReleasePermissions::of(state, viewer),
    })
}
