//! What happened: who did what when, and never a word of content (C4). Texts are named by id and salted digest; after
//! their destruction the log still replays, and the items have no text.
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

use super::command::{Actor, NewSeat, SubjectRole, TimeReason};
use super::item::{Answer, Audience, Content, DispositionKind, Purpose};
use crate::deadline::Term;
use crate::ground::{GroundBetween, LegalGround};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, ReleaseId, SubjectId, TimeRequestId};
use crate::measure::Power;
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
    pub kind: EventKind,
}

/// A person of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectNamed {
    /// The id by which items refer to the person.
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
    /// The table of powers (T5).
    pub powers: Vec<Power>,
    /// The table of statutory terms (T4).
    pub terms: Vec<Term>,
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
    /// The copy and its register entry.
    pub release: ReleaseId,
    /// From which item.
    pub item: ItemId,
    /// Exactly this revision.
    pub revision: u32,
    /// For whom.
    pub recipient: PartyId,
}

/// What a party keeps of its own at the close: its own action that it performs itself, or a measure to which it committed
/// (T5). Nothing here comes from another party's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its place in the keeper's dossier.
    pub release: ReleaseId,
    /// Which action or measure.
    pub item: ItemId,
    /// Who keeps it.
    pub keeper: PartyId,
}

/// What can have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is the past tense of the command of the same name, documented there"
)]
pub enum EventKind {
    Convened(Box<Convened>),
    SeatGiven {
        seat: Box<NewSeat>,
    },
    SeatTaken {
        party: PartyId,
    },
    AskedToLeave {
        party: PartyId,
    },
    /// The party of the actor left. What it withdrew with that stands in events of its own before this one.
    Left,
    AttendeesNamed {
        people: Option<BTreeSet<ParticipantId>>,
    },
    NewcomerAnswered {
        party: PartyId,
        show: bool,
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
    SubjectCorrected {
        revision: u32,
        subject: SubjectNamed,
    },
    SubjectRemoved {
        subject: SubjectId,
    },
    Shared {
        item: ItemId,
        content: Content,
        subjects: BTreeSet<SubjectId>,
        audience: Audience,
        based_on: BTreeSet<ItemId>,
        text: Option<TextRef>,
    },
    Revised {
        item: ItemId,
        revision: u32,
        content: Content,
        subjects: BTreeSet<SubjectId>,
        text: Option<TextRef>,
    },
    AudienceSet {
        item: ItemId,
        audience: Audience,
    },
    Withdrawn {
        item: ItemId,
    },
    BasisOpened {
        item: ItemId,
        basis: ItemId,
        open: bool,
    },
    ReleaseRequested {
        item: ItemId,
        purpose: Option<Purpose>,
        reason: Option<TextRef>,
    },
    RequestDropped {
        item: ItemId,
    },
    Approved {
        item: ItemId,
        revision: u32,
        recipient: PartyId,
        purpose: Purpose,
        ground: LegalGround,
        subjects: BTreeSet<SubjectId>,
        excerpt: Option<TextRef>,
        condition: Option<TextRef>,
        motivation: Option<TextRef>,
    },
    Declined {
        item: ItemId,
        recipient: PartyId,
        reason: Option<TextRef>,
    },
    Undecided {
        item: ItemId,
        recipient: PartyId,
    },
    ReadySet {
        ready: bool,
    },
    LastCalled,
    Answered {
        item: ItemId,
        answer: Answer,
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
        term: String,
    },
    DispositionRecorded {
        item: ItemId,
        revision: u32,
        suspect: SubjectId,
        kind: DispositionKind,
        note: Option<TextRef>,
        deviation: Option<TextRef>,
    },
    /// R14: announced; it expires at this time unless something happens.
    ExpiryWarned {
        expires_at: DateTime<Utc>,
    },
    /// R14: nothing happened for the moment's term. Nothing is released; every text is destroyed.
    Expired,
    /// R7, R8: what left, and what parties keep of their own; every other text is destroyed.
    Closed {
        releases: Vec<Released>,
        kept: Vec<Kept>,
    },
}
