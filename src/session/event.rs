//! What happened: who did what when, and never a word of content (C4). Texts are named by id and
//! salted digest; after their destruction the log still replays, and the cards have no text.
//!
//! 2026-11-23: why an event names a text and never holds it. A log that is only added to and a duty to destroy do not
//! live together: with the words elsewhere, under keys of their own, the log can be kept and verified after they are gone
//! (C4, R8).
//!
//! 2026-11-23: why the last call is an event, while the spotlight is not. Who comes back after a cut or a reload must still
//! see that the chair is about to close; and how long owners had between the call and the close is something a party may
//! have to show later (C4). A spotlight that is lost with a connection harms nobody.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::{
    Actor, Audience, ContributionKind, DispositionKind, MeasureKind, NewSeat, Purpose, SubjectRole, TimeReason,
};
use crate::ground::{GroundBetween, LegalGround};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, ReleaseId, SubjectId, TimeRequestId};
use crate::moment::{Moment, Phase};
use crate::text::TextRef;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The server's time; never before that of an earlier event of the session.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// By which command.
    pub command: CommandId,
    /// What.
    pub fact: Fact,
}

/// A person of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectNamed {
    /// Which.
    pub id: SubjectId,
    /// What they are in this case.
    pub role: SubjectRole,
    /// How the table calls them: content, so a text.
    pub label: TextRef,
}

/// With what a session started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convened {
    /// The row it was convened with.
    pub moment: Moment,
    /// The case.
    pub case_reference: String,
    /// Whom it is about.
    pub subjects: Vec<SubjectNamed>,
    /// Who sits here.
    pub seats: Vec<NewSeat>,
    /// The grounds in force.
    pub grounds: Vec<GroundBetween>,
    /// The convener, who holds the gavel.
    pub convener_name: String,
    /// Whether the convener decides for the OM.
    pub convener_is_prosecutor: bool,
    /// The decision clock's allowance in minutes.
    pub clock_minutes: Option<u32>,
}

/// One item that left for a dossier when the session closed (R7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The item.
    pub release: ReleaseId,
    /// From which contribution.
    pub contribution: ContributionId,
    /// Exactly this revision.
    pub revision: u32,
    /// For whom.
    pub recipient: PartyId,
}

/// What can have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is the past tense of the Wish of the same name, documented there"
)]
pub enum Fact {
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
        contribution: ContributionId,
        kind: ContributionKind,
        subjects: BTreeSet<SubjectId>,
        audience: Audience,
        text: TextRef,
    },
    Revised {
        contribution: ContributionId,
        revision: u32,
        kind: ContributionKind,
        subjects: BTreeSet<SubjectId>,
        text: TextRef,
    },
    AudienceSet {
        contribution: ContributionId,
        audience: Audience,
    },
    Withdrawn {
        contribution: ContributionId,
    },
    ReleaseRequested {
        contribution: ContributionId,
        purpose: Option<Purpose>,
        reason: Option<TextRef>,
    },
    RequestDropped {
        contribution: ContributionId,
    },
    Approved {
        contribution: ContributionId,
        revision: u32,
        recipient: PartyId,
        purpose: Purpose,
        ground: LegalGround,
        excerpt: Option<TextRef>,
        condition: Option<TextRef>,
        motivation: Option<TextRef>,
    },
    Declined {
        contribution: ContributionId,
        recipient: PartyId,
        reason: Option<TextRef>,
    },
    Undecided {
        contribution: ContributionId,
        recipient: PartyId,
    },
    ReadySet {
        ready: bool,
    },
    LastCalled,
    ActionAgreed {
        action: DerivedId,
        text: TextRef,
        performer: PartyId,
        due: Option<DateTime<Utc>>,
        based_on: BTreeSet<ContributionId>,
    },
    ActionDropped {
        action: DerivedId,
    },
    DerivedOpened {
        derived: DerivedId,
        contribution: ContributionId,
    },
    MeasureProposed {
        measure: DerivedId,
        kind: MeasureKind,
        holder: PartyId,
        note: Option<TextRef>,
        based_on: BTreeSet<ContributionId>,
    },
    MeasureCommitted {
        measure: DerivedId,
        until: DateTime<Utc>,
    },
    MeasureDeclined {
        measure: DerivedId,
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
        disposition: DerivedId,
        kind: DispositionKind,
        note: Option<TextRef>,
        deviation: Option<TextRef>,
        based_on: BTreeSet<ContributionId>,
    },
    /// R7, R8: what left, what each performer keeps as an agreement; every other text is destroyed.
    Closed {
        releases: Vec<Released>,
        agreements: Vec<Agreement>,
    },
}

/// A follow-up action that its performer takes along as an agreement (R11: only where everything it rests on was
/// released to that performer, or it rests on nothing).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Its place in the performer's dossier.
    pub release: ReleaseId,
    /// Which action.
    pub action: DerivedId,
    /// Who does it.
    pub performer: PartyId,
}
