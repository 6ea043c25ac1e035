//! What somebody wants. A command carries words as plain strings; `decide` makes [`crate::text::Text`]s of
//! them or refuses. It never names who speaks: that comes from the connection.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ground::{GroundBetween, StatutoryTask};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use crate::moment::{Moment, Phase};
use crate::party::Party;

/// Who speaks, as the authenticated connection says. Never taken from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// For which party.
    pub party: PartyId,
    /// Which person.
    pub participant: ParticipantId,
}

/// The only impurity, handed in by the room.
#[derive(Clone, Copy)]
pub struct Stamp {
    /// The server's time on arrival of the command, before any queue (T2).
    pub at: DateTime<Utc>,
    /// Fresh randomness from which this command's ids and salts are made.
    pub salt: [u8; 32],
}

/// A command with the name its client gave it, so that sending twice is harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Chosen by the client.
    pub id: CommandId,
    /// What is wanted.
    pub wish: Wish,
}

/// What a contribution claims to be; shown with it everywhere (C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContributionKind {
    /// Feit: seen or registered by the party itself.
    Fact,
    /// Verklaring: somebody said it.
    Statement,
    /// Vermoeden: not verified.
    Suspicion,
    /// Inschatting: professional judgement; its assessor is named.
    Assessment,
    /// Advies.
    Advice,
    /// Vraag.
    Question,
}

impl ContributionKind {
    /// All, in the order a person chooses from.
    pub const ALL: [Self; 6] = [
        Self::Fact,
        Self::Statement,
        Self::Suspicion,
        Self::Assessment,
        Self::Advice,
        Self::Question,
    ];
}

/// What a subject is in this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRole {
    /// Verdachte.
    Suspect,
    /// Slachtoffer.
    Victim,
    /// Kind.
    Child,
    /// Melder: who reported. That name least of all should go further than it must.
    Reporter,
    /// Getuige of ander.
    Other,
}

/// Which parties may see a contribution, its owner apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Audience {
    /// Every full seat at the table, now and later: the default.
    pub table: bool,
    /// Parties opened to by name; the only way to a restricted seat.
    pub named: BTreeSet<PartyId>,
}

impl Audience {
    /// Every full seat, nobody by name.
    pub fn table() -> Self {
        Self {
            table: true,
            named: BTreeSet::new(),
        }
    }
    /// Only these parties.
    pub fn only(parties: impl IntoIterator<Item = PartyId>) -> Self {
        Self {
            table: false,
            named: parties.into_iter().collect(),
        }
    }
}

/// Full or restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatLevel {
    /// Sees what the table sees.
    Full,
    /// Sees only what owners open to it by name: no counts, gaps or names of the rest.
    Restricted,
}

/// What a released item may be used for (R5).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A follow-up action agreed at this table.
    Action(DerivedId),
    /// A statutory task of the recipient, by its code in `data/tasks.toml`.
    Task(String),
}

/// What the owner says about one contribution for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellDecision {
    /// Which contribution.
    pub contribution: ContributionId,
    /// The revision the owner has read; another one is refused (R5).
    pub revision: u32,
    /// For whom.
    pub recipient: PartyId,
    /// What.
    pub verdict: Verdict,
}

/// Akkoord, geweigerd, or undecided again (R5, R6, R13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The owner's yes.
    Approve {
        /// What for.
        purpose: Purpose,
        /// A text of the owner's own making, released instead of the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        excerpt: Option<String>,
        /// "Niet delen met de verdachte zonder overleg."
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
        /// One sentence, asked where the ground is contested or missing (C2).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        motivation: Option<String>,
    },
    /// The owner's no; needs no reason.
    Decline {
        /// One may be given; only the requester reads it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Taken back: undecided, which at close means not released (R4, R6).
    Undecide,
}

/// Why VT needs more time. Asked, never required (T1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeReason {
    /// Veiligheidsbeoordeling.
    SafetyAssessment,
    /// Vertrouwensarts raadplegen.
    ConfidentialDoctor,
    /// Collega raadplegen.
    Colleague,
    /// Slachtoffer horen.
    HearVictim,
    /// Eigen onderzoek.
    OwnInvestigation,
    /// Anders.
    Other,
}

/// A power that keeps people safe while VT takes its time (T5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Resterende tijd ophouden voor onderzoek (art. 56a Sv).
    RemainingCustody,
    /// Inverzekeringstelling (art. 57, 58 Sv).
    PoliceCustody,
    /// Gedragsaanwijzing (art. 509hh Sv).
    ConductOrder,
    /// Schorsing onder voorwaarden (art. 80 Sv).
    ConditionalRelease,
    /// Tijdelijk huisverbod (Wth).
    ExclusionOrder,
    /// Voorlopige ondertoezichtstelling (art. 1:257 BW).
    ProvisionalSupervision,
    /// Afspraak op locatie.
    LocationFlag,
    /// AWARE-alarm.
    AwareAlarm,
    /// Opvang.
    Shelter,
    /// Extra surveillance.
    ExtraPatrol,
}

impl MeasureKind {
    /// All, in the order of the catalogue.
    pub const ALL: [Self; 10] = [
        Self::RemainingCustody,
        Self::PoliceCustody,
        Self::ConductOrder,
        Self::ConditionalRelease,
        Self::ExclusionOrder,
        Self::ProvisionalSupervision,
        Self::LocationFlag,
        Self::AwareAlarm,
        Self::Shelter,
        Self::ExtraPatrol,
    ];
}

/// The OM's decision on a ZSM case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispositionKind {
    /// Dagvaarding.
    Summons,
    /// Snelrecht of supersnelrecht.
    FastTrackSummons,
    /// Strafbeschikking (art. 257a Sv).
    PenaltyOrder,
    /// Voorwaardelijk sepot.
    ConditionalDismissal,
    /// Onvoorwaardelijk sepot.
    Dismissal,
    /// Inverzekeringstelling, voorgeleiden.
    CustodyAndArraignment,
    /// Heenzenden, besluit later.
    ReleasePendingDecision,
    /// Overdracht: zaaksofficier, ander parket.
    Transfer,
    /// Doorverwijzing zorg- en veiligheidshuis, mediation, Halt.
    Referral,
}

impl DispositionKind {
    /// All, in the order a prosecutor chooses from.
    pub const ALL: [Self; 9] = [
        Self::Summons,
        Self::FastTrackSummons,
        Self::PenaltyOrder,
        Self::ConditionalDismissal,
        Self::Dismissal,
        Self::CustodyAndArraignment,
        Self::ReleasePendingDecision,
        Self::Transfer,
        Self::Referral,
    ];
}

/// A person of the case, as the convener names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSubject {
    /// What they are in this case.
    pub role: SubjectRole,
    /// How the table calls them: "moeder", or a name.
    pub label: String,
}

/// A seat as the directory fills it in: a client never supplies kind, name, tasks or grounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSeat {
    /// Which organisation.
    pub party: Party,
    /// Full or restricted.
    pub level: SeatLevel,
    /// The tasks for which it may keep what is released to it.
    pub tasks: Vec<StatutoryTask>,
    /// How many days it keeps what it received (C5).
    pub retention_days: u32,
}

/// Everything with which a session starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convening {
    /// The row of `data/moments.toml`.
    pub moment: Moment,
    /// "26-0417". No names.
    pub case_reference: String,
    /// Whom the case is about.
    pub subjects: Vec<NewSubject>,
    /// Who sits here. Must hold the convener's own party.
    pub seats: Vec<NewSeat>,
    /// The grounds between all kinds of party that can sit here, as they are in force now.
    pub grounds: Vec<GroundBetween>,
    /// The convener's name.
    pub convener_name: String,
    /// Whether the convener decides on the case for the OM.
    pub convener_is_prosecutor: bool,
    /// Overrules the moment's own decision clock, in minutes.
    pub clock_minutes: Option<u32>,
}

/// What somebody wants. Variants marked "made by the server" cannot come out of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Wish {
    /// Starts the session. Made by the server from the convening form and its directory.
    #[serde(skip)]
    Convene(Box<Convening>),
    /// Gives a party a seat, or changes its level. Made by the server from the chair's request and its directory.
    #[serde(skip)]
    GiveSeat(Box<NewSeat>),
    /// A person comes in. Made by the server when a connection opens.
    #[serde(skip)]
    Enter {
        /// As the others see it.
        name: String,
        /// Decides on the case for the OM.
        prosecutor: bool,
    },
    /// Takes a party's seat away; its screens go dark.
    TakeSeat {
        /// Whose.
        party: PartyId,
    },
    /// "Ik houd mij aan de spelregels."
    AcceptRules,
    /// The gavel goes to a colleague of the chair's party.
    HandOverGavel {
        /// To whom.
        to: ParticipantId,
    },
    /// A colleague of the chair's party takes the gavel: a shift ended, somebody dropped out.
    TakeGavel,
    /// Moves the table to another phase.
    MoveTo {
        /// Where to.
        phase: Phase,
    },
    /// Adds a person to the case.
    AddSubject {
        /// Whom.
        subject: NewSubject,
    },
    /// Delen.
    Share {
        /// What it claims to be.
        kind: ContributionKind,
        /// About whom.
        subjects: BTreeSet<SubjectId>,
        /// Who may see it.
        audience: Audience,
        /// The words.
        text: String,
    },
    /// Aanpassen: a new text in place of the old one; takes back the approvals of the old (R6).
    Revise {
        /// Which.
        contribution: ContributionId,
        /// What it claims to be now.
        kind: ContributionKind,
        /// About whom now.
        subjects: BTreeSet<SubjectId>,
        /// The new words.
        text: String,
    },
    /// Changes who may see it.
    SetAudience {
        /// Which.
        contribution: ContributionId,
        /// Who may.
        audience: Audience,
    },
    /// Intrekken.
    Withdraw {
        /// Which.
        contribution: ContributionId,
    },
    /// Verzoek om vrijgave: "I need this in my dossier" (R13).
    RequestRelease {
        /// Which.
        contribution: ContributionId,
        /// What for, if known.
        purpose: Option<Purpose>,
        /// Why.
        reason: Option<String>,
    },
    /// Takes the request back.
    DropRequest {
        /// For which contribution.
        contribution: ContributionId,
    },
    /// The owner decides cells of the closing matrix; all of them or none.
    Decide {
        /// Which and how.
        cells: Vec<CellDecision>,
    },
    /// "Wij zijn klaar met accorderen", or not yet.
    SetReady {
        /// Whether.
        ready: bool,
    },
    /// Laatste oproep: the chair says that it is about to close. It decides nothing and hurries nobody: what is undecided
    /// stays not released (R4, R13).
    LastCall,
    /// Agrees a follow-up action.
    AgreeAction {
        /// What.
        text: String,
        /// Who does it.
        performer: PartyId,
        /// Before when.
        due: Option<DateTime<Utc>>,
        /// On which contributions it rests (R11).
        based_on: BTreeSet<ContributionId>,
    },
    /// Takes a follow-up action off the list.
    DropAction {
        /// Which.
        action: DerivedId,
    },
    /// The owner of a contribution lets what was derived from it be seen outside its audience (R11).
    OpenDerived {
        /// What was derived.
        derived: DerivedId,
        /// From which contribution.
        contribution: ContributionId,
    },
    /// Proposes a bridging measure (T5).
    ProposeMeasure {
        /// Which power.
        kind: MeasureKind,
        /// Who holds it.
        holder: PartyId,
        /// Anything to add.
        note: Option<String>,
        /// On which contributions it rests (R11).
        based_on: BTreeSet<ContributionId>,
    },
    /// The holder of the power commits to it (T5).
    CommitMeasure {
        /// Which proposal.
        measure: DerivedId,
        /// Until when it covers.
        until: DateTime<Utc>,
    },
    /// The holder of the power says why not (T5).
    DeclineMeasure {
        /// Which proposal.
        measure: DerivedId,
        /// Why not.
        reason: Option<String>,
    },
    /// "VT heeft meer tijd nodig" (T1).
    AskTime {
        /// Why, if VT wants to say.
        #[serde(default)]
        reason: Option<TimeReason>,
        /// How long VT expects to need, in minutes.
        #[serde(default)]
        minutes: Option<u32>,
    },
    /// VT says why or how long after all, or changes it.
    ExplainTime {
        /// Which request.
        request: TimeRequestId,
        /// Why.
        reason: Option<TimeReason>,
        /// How long, in minutes from the signal.
        minutes: Option<u32>,
    },
    /// VT ends its own request (T2).
    EndTime {
        /// Which.
        request: TimeRequestId,
    },
    /// Gives the decision clock another allowance.
    SetClock {
        /// In minutes, from the start.
        minutes: u32,
    },
    /// The end of custody as the (hulp)officier set it (T4).
    SetDeadline {
        /// When.
        at: DateTime<Utc>,
        /// On which article.
        article: String,
    },
    /// The prosecutor's decision on the case. During VT's request only with a motivation (T3).
    RecordDisposition {
        /// What.
        kind: DispositionKind,
        /// Anything to add.
        note: Option<String>,
        /// The written motivation of an explicit deviation.
        deviation: Option<String>,
        /// On which contributions it rests (R11).
        based_on: BTreeSet<ContributionId>,
    },
    /// Closes the session: release and destruction, in one step (R7, R8).
    Close,
}
