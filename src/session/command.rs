//! What somebody asks of a session. A command carries words as plain strings; `decide` makes [`crate::text::Text`]s of
//! them or refuses. It never names who speaks: that comes from the connection.
//!
//! Every command that changes something names the revision it was written against, so that nothing is overwritten
//! unseen. Every type here that a client can write refuses fields that it does not know.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::item::{Audience, DispositionKind, NewContent, Purpose};
use crate::deadline::Term;
use crate::ground::{GroundBetween, StatutoryTask};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use crate::measure::Power;
use crate::moment::{Moment, Phase};
use crate::party::Party;

/// Who acts, as the authenticated connection says. Never taken from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// For which party.
    pub party: PartyId,
    /// Which person.
    pub participant: ParticipantId,
}

impl Actor {
    /// The program itself, which alone warns of an expiry and lets a session expire (R14). No connection has this name.
    pub const PROGRAM: Self = Self {
        party: PartyId(Uuid::nil()),
        participant: ParticipantId(Uuid::nil()),
    };
}

/// The only impurity, handed in by the room.
#[derive(Clone, Copy)]
pub struct Stamp {
    /// The server's time on arrival of the command, before any queue (T2).
    pub at: DateTime<Utc>,
    /// Fresh randomness from which this command's ids and salts are made.
    pub salt: [u8; 32],
}

/// A command with the id its client gave it, so that sending twice is harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Chosen by the client.
    pub id: CommandId,
    /// What is asked.
    pub kind: CommandKind,
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

/// Full or restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatLevel {
    /// Sees what the table sees.
    Full,
    /// Sees only what owners open to it by name: no counts, gaps or names of the rest.
    Restricted,
}

/// What the owner decides about one item for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellDecision {
    /// Which item.
    pub item: ItemId,
    /// The revision the owner has read; another one is refused (R5).
    pub revision: u32,
    /// For whom.
    pub recipient: PartyId,
    /// What.
    pub verdict: Verdict,
}

/// Akkoord, geweigerd, or undecided again (R5, R6, R13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Verdict {
    /// The owner's yes.
    Approve {
        /// What for.
        purpose: Purpose,
        /// Whom the copy names, out of those the item is about. Absent: all but reporters where the whole item goes,
        /// nobody where an excerpt goes (R5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subjects: Option<BTreeSet<SubjectId>>,
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
        /// One may be given; only a party that asked reads it (R13).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Taken back: undecided, which at close means not released (R4, R6).
    Undecide {},
}

/// What the assignee of an action or a measure says (T5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NewAnswer {
    /// The performer does the action.
    Accept {},
    /// The holder of the power commits to the measure.
    Commit {
        /// Until when it covers.
        until: DateTime<Utc>,
    },
    /// Not this party, or not this.
    Refuse {
        /// Why not; read by the owner of the item and by who refused.
        #[serde(default)]
        reason: Option<String>,
    },
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

/// What becomes of a party's items when it leaves the table (R15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftItems {
    /// They stay on the table under its control until the close; undecided means no.
    Keep,
    /// They are withdrawn.
    Withdraw,
}

/// A person of the case, as a party names them (R16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// The powers with which measures can be proposed here (T5).
    pub powers: Vec<Power>,
    /// The statutory terms whose end an officer can set here (T4).
    pub terms: Vec<Term>,
    /// The convener's name.
    pub convener_name: String,
    /// Whether the convener decides on the case for the OM.
    pub convener_is_prosecutor: bool,
    /// Overrules the moment's own decision clock, in minutes.
    pub clock_minutes: Option<u32>,
}

/// What is asked. Variants marked "made by the server" cannot come out of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum CommandKind {
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
    /// Announces that the session will expire (R14). Made by the server.
    #[serde(skip)]
    WarnOfExpiry,
    /// Ends a session in which nothing happened for the moment's term (R14). Made by the server.
    #[serde(skip)]
    Expire,
    /// The chair takes back the seat of a party that brought nothing (R15).
    TakeSeat {
        /// Whose.
        party: PartyId,
    },
    /// The chair asks a party to leave (R15).
    AskToLeave {
        /// Which.
        party: PartyId,
    },
    /// The party leaves by its own act (R15).
    Leave {
        /// What becomes of its items.
        items: LeftItems,
    },
    /// The organisation says which of its people may come in, or that all its participants may (R18).
    NameAttendees {
        /// Only these; absent: every participant of the organisation.
        #[serde(default)]
        people: Option<BTreeSet<ParticipantId>>,
    },
    /// An owner says whether a party that got a full seat later sees what the owner shared before (R15).
    AnswerNewcomer {
        /// The newcomer.
        party: PartyId,
        /// Whether it may.
        show: bool,
    },
    /// "Ik houd mij aan de spelregels."
    AcceptRules {},
    /// The gavel goes to a colleague of the chair's party.
    HandOverGavel {
        /// To whom.
        to: ParticipantId,
    },
    /// A colleague of the chair's party takes the gavel: a shift ended, somebody dropped out.
    TakeGavel {},
    /// Moves the table to another phase.
    MoveTo {
        /// Where to.
        phase: Phase,
    },
    /// Adds a person to the case; the label belongs to the party that adds it (R16).
    AddSubject {
        /// Whom.
        subject: NewSubject,
    },
    /// The party that added a person corrects what they are or how they are called (R16).
    CorrectSubject {
        /// Which.
        subject: SubjectId,
        /// The revision this was written against.
        revision: u32,
        /// What they are in this case.
        role: SubjectRole,
        /// How the table calls them.
        label: String,
    },
    /// The party that added a person removes them (R16).
    RemoveSubject {
        /// Which.
        subject: SubjectId,
        /// The revision this was written against.
        revision: u32,
    },
    /// Delen: brings a contribution, a follow-up action or a measure to the table.
    Share {
        /// What it is.
        content: NewContent,
        /// About whom.
        subjects: BTreeSet<SubjectId>,
        /// Who may see it.
        audience: Audience,
        /// On which other items it rests (R11).
        #[serde(default)]
        based_on: BTreeSet<ItemId>,
        /// The words; those of a measure may be empty.
        text: String,
    },
    /// Aanpassen: other words in place of the old ones; takes back the approvals of the old (R6).
    Revise {
        /// Which.
        item: ItemId,
        /// The revision this was written against.
        revision: u32,
        /// What it is now; of the same kind as before.
        content: NewContent,
        /// About whom now.
        subjects: BTreeSet<SubjectId>,
        /// The new words.
        text: String,
    },
    /// Changes who may see an item.
    SetAudience {
        /// Which.
        item: ItemId,
        /// Who could see it when this was decided; another audience is refused.
        was: Audience,
        /// Who may.
        audience: Audience,
    },
    /// Intrekken.
    Withdraw {
        /// Which.
        item: ItemId,
        /// The revision the owner has read.
        revision: u32,
    },
    /// The owner of a basis lets what rests on it be seen outside its audience, or takes that back (R11).
    OpenBasis {
        /// What rests on it.
        item: ItemId,
        /// The revision of it that the owner of the basis has read. To take back, any revision will do.
        revision: u32,
        /// The basis, an item of one's own.
        basis: ItemId,
        /// Whether it is open.
        open: bool,
    },
    /// Verzoek om vrijgave: "I need this in my dossier" (R13).
    RequestRelease {
        /// Which.
        item: ItemId,
        /// The revision the asker has read.
        revision: u32,
        /// What for, if known.
        #[serde(default)]
        purpose: Option<Purpose>,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Takes the request back.
    DropRequest {
        /// For which item.
        item: ItemId,
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
    LastCall {},
    /// The performer of an action or the holder of a power says what it does (T5).
    Answer {
        /// To which action or measure.
        item: ItemId,
        /// The revision this answers.
        revision: u32,
        /// What.
        answer: NewAnswer,
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
        #[serde(default)]
        reason: Option<TimeReason>,
        /// How long, in minutes from the signal.
        #[serde(default)]
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
        /// The code of the statutory term in the session's table of terms.
        term: String,
    },
    /// The prosecutor's decision on one suspect. During VT's request only with a motivation (T3). Recorded again for the
    /// same suspect, it takes the place of the earlier one.
    RecordDisposition {
        /// On whom.
        suspect: SubjectId,
        /// The revision of the decision that stands for this suspect; zero where none does.
        revision: u32,
        /// What.
        kind: DispositionKind,
        /// Anything to add.
        #[serde(default)]
        note: Option<String>,
        /// The written motivation of an explicit deviation.
        #[serde(default)]
        deviation: Option<String>,
    },
    /// Closes the session: release and destruction, in one step (R7, R8).
    Close {},
}
