//! The form in which version 1 stored an event.

use std::collections::BTreeSet;

use akkoord::ground::{GroundBetween, LegalGround};
use akkoord::ids::{CommandId, ItemId, ParticipantId, PartyId, ReleaseId, SubjectId, TimeRequestId};
use akkoord::moment::{Moment, Phase};
use akkoord::session::command::{Actor, NewSeat, TimeReason};
use akkoord::session::event::SubjectNamed;
use akkoord::session::item::{Audience, ContributionKind, DispositionKind, Purpose};
use akkoord::text::TextRef;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// One thing that happened.
#[derive(Deserialize)]
pub(super) struct StoredEvent {
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub command: CommandId,
    pub fact: Fact,
}

/// With what a session started.
#[derive(Deserialize)]
pub(super) struct Convened {
    pub moment: Moment,
    pub case_reference: String,
    pub subjects: Vec<SubjectNamed>,
    pub seats: Vec<NewSeat>,
    pub grounds: Vec<GroundBetween>,
    pub convener_name: String,
    pub convener_is_prosecutor: bool,
    pub clock_minutes: Option<u32>,
}

/// A contribution that left for a dossier when the session closed.
#[derive(Deserialize)]
pub(super) struct Released {
    pub release: ReleaseId,
    pub contribution: ItemId,
    pub revision: u32,
    pub recipient: PartyId,
}

/// A follow-up action that its performer took along.
#[derive(Deserialize)]
pub(super) struct Agreement {
    pub release: ReleaseId,
    pub action: ItemId,
    pub performer: PartyId,
}

/// What could have happened.
#[derive(Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub(super) enum Fact {
    Convened(Box<Convened>),
    SeatGiven {
        seat: Box<NewSeat>,
    },
    SeatTaken {
        party: PartyId,
    },
    Entered {
        name: String,
        prosecutor: bool,
    },
    RulesAccepted,
    GavelPassed {
        to: ParticipantId,
    },
    PhaseEntered {
        phase: Phase,
    },
    SubjectAdded {
        subject: SubjectNamed,
    },
    Shared {
        contribution: ItemId,
        kind: ContributionKind,
        subjects: BTreeSet<SubjectId>,
        audience: Audience,
        text: TextRef,
    },
    Revised {
        contribution: ItemId,
        revision: u32,
        kind: ContributionKind,
        subjects: BTreeSet<SubjectId>,
        text: TextRef,
    },
    AudienceSet {
        contribution: ItemId,
        audience: Audience,
    },
    Withdrawn {
        contribution: ItemId,
    },
    ReleaseRequested {
        contribution: ItemId,
        purpose: Option<Purpose>,
        reason: Option<TextRef>,
    },
    RequestDropped {
        contribution: ItemId,
    },
    Approved {
        contribution: ItemId,
        revision: u32,
        recipient: PartyId,
        purpose: Purpose,
        ground: LegalGround,
        excerpt: Option<TextRef>,
        condition: Option<TextRef>,
        motivation: Option<TextRef>,
    },
    Declined {
        contribution: ItemId,
        recipient: PartyId,
        reason: Option<TextRef>,
    },
    Undecided {
        contribution: ItemId,
        recipient: PartyId,
    },
    ReadySet {
        ready: bool,
    },
    LastCalled,
    ActionAgreed {
        action: ItemId,
        text: TextRef,
        performer: PartyId,
        due: Option<DateTime<Utc>>,
        based_on: BTreeSet<ItemId>,
    },
    ActionDropped {
        action: ItemId,
    },
    DerivedOpened {
        derived: ItemId,
        contribution: ItemId,
    },
    MeasureProposed {
        measure: ItemId,
        /// The same codes as the table of powers has today.
        kind: String,
        holder: PartyId,
        note: Option<TextRef>,
        based_on: BTreeSet<ItemId>,
    },
    MeasureCommitted {
        measure: ItemId,
        until: DateTime<Utc>,
    },
    MeasureDeclined {
        measure: ItemId,
        reason: Option<TextRef>,
    },
    TimeAsked {
        request: TimeRequestId,
        reason: Option<TimeReason>,
        minutes: Option<u32>,
    },
    TimeExplained {
        request: TimeRequestId,
        reason: Option<TimeReason>,
        minutes: Option<u32>,
    },
    TimeEnded {
        request: TimeRequestId,
    },
    ClockSet {
        minutes: u32,
    },
    DeadlineSet {
        at: DateTime<Utc>,
        article: String,
    },
    DispositionRecorded {
        disposition: ItemId,
        kind: DispositionKind,
        note: Option<TextRef>,
        deviation: Option<TextRef>,
    },
    Closed {
        releases: Vec<Released>,
        agreements: Vec<Agreement>,
    },
}
