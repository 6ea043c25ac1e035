//! The item: anything with words that a party brings to the table (R1): a contribution, a follow-up action, a bridging
//! measure, the words of a disposition.
//!
//! Lives here: what an item is made of, as clients and the log name it, and as the state keeps it. Ownership, audience,
//! revisions, cells and requests are the same for every item; what differs by kind stands in [`Content`]. Never lives
//! here: who sees an item (`visibility`), who may change it (`permissions`), what leaves (`closing`).

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::Actor;
use crate::ground::LegalGround;
use crate::ids::{ItemId, ParticipantId, PartyId, SubjectId, TextId};
use crate::party::PartyKind;
use crate::text::TextRef;

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

/// The OM's decision on one suspect of a case.
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

/// Which parties an owner lets see an item (R2). The owner itself always does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// Every full seat at the table, and those that come later if the owner admits them (R15): the default.
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

/// Who must do something: a party at the table, or one without a seat through a party that spoke to it (T5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignee {
    /// A party that has a seat.
    Seat(PartyId),
    /// A party of this kind that has no seat.
    Absent {
        /// What it is by law.
        kind: PartyKind,
        /// The party at the table that speaks to it and answers for it here.
        via: PartyId,
    },
}

impl Assignee {
    /// The party at the table that accepts, refuses or commits.
    pub fn answering_party(self) -> PartyId {
        match self {
            Self::Seat(party) | Self::Absent { via: party, .. } => party,
        }
    }
}

/// What a client shares: the part of an item that differs by kind. A disposition has a command of its own (T3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NewContent {
    /// A piece of information.
    Contribution {
        /// What it claims to be.
        kind: ContributionKind,
    },
    /// A follow-up action.
    Action {
        /// Who does it.
        performer: Assignee,
        /// Before when.
        #[serde(default)]
        due: Option<DateTime<Utc>>,
    },
    /// A bridging measure (T5). Its words are a note and may be left out.
    Measure {
        /// The code of the power in the session's table of powers.
        power: String,
        /// Who holds the power.
        holder: Assignee,
    },
}

/// What differs by kind of item, as the log and the state keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A piece of information.
    Contribution {
        /// What it claims to be.
        kind: ContributionKind,
    },
    /// A follow-up action.
    Action {
        /// Who does it.
        performer: Assignee,
        /// Before when.
        due: Option<DateTime<Utc>>,
    },
    /// A bridging measure (T5).
    Measure {
        /// The code of the power.
        power: String,
        /// Who holds it.
        holder: Assignee,
    },
    /// The OM's decision on one suspect (R11, T3).
    Disposition {
        /// On whom.
        suspect: SubjectId,
        /// What was decided.
        kind: DispositionKind,
        /// The written motivation, where it was recorded against VT's request.
        deviation: Option<TextRef>,
    },
}

impl From<NewContent> for Content {
    fn from(new: NewContent) -> Self {
        match new {
            NewContent::Contribution { kind } => Self::Contribution { kind },
            NewContent::Action { performer, due } => Self::Action { performer, due },
            NewContent::Measure { power, holder } => Self::Measure { power, holder },
        }
    }
}

/// What an item is, without what it says: for counts and certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    /// A piece of information of this kind.
    Contribution(ContributionKind),
    /// A follow-up action.
    Action,
    /// A bridging measure.
    Measure,
    /// A disposition.
    Disposition,
}

impl Content {
    /// What it is, without what it says.
    pub fn kind(&self) -> ContentKind {
        match self {
            Self::Contribution { kind } => ContentKind::Contribution(*kind),
            Self::Action { .. } => ContentKind::Action,
            Self::Measure { .. } => ContentKind::Measure,
            Self::Disposition { .. } => ContentKind::Disposition,
        }
    }

    /// Who must accept, refuse or commit, where somebody must.
    pub fn assignee(&self) -> Option<Assignee> {
        match self {
            Self::Action { performer: it, .. } | Self::Measure { holder: it, .. } => Some(*it),
            Self::Contribution { .. } | Self::Disposition { .. } => None,
        }
    }
}

/// What a released item may be used for (R5).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A follow-up action at this table. A copy refers to it by number, performer and date, never by its words.
    Action(ItemId),
    /// A statutory task of the recipient, by its code in `data/tasks.toml`.
    Task(String),
}

/// What an assignee said, as the log keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The performer does the action.
    Accepted,
    /// The holder of the power commits to the measure (T5).
    Committed {
        /// Until when it covers.
        until: DateTime<Utc>,
    },
    /// The performer or the holder will not.
    Refused {
        /// Why not; read by the owner of the item and by who refused.
        reason: Option<TextRef>,
    },
}

/// Why an approval lapsed by itself (R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum LapseReason {
    /// The text was revised.
    Revised,
    /// The recipient left the audience of the item.
    RecipientLeftAudience,
    /// The recipient left the table, or its seat became another one.
    RecipientLeftTable,
    /// What the item rests on was withdrawn, or narrowed so that the recipient no longer sees it (R11).
    BasisGone,
    /// The follow-up action that was its purpose was withdrawn or refused.
    ActionGone {
        /// Which action.
        action: ItemId,
    },
    /// The follow-up action that was its purpose was changed.
    ActionChanged {
        /// Which action.
        action: ItemId,
    },
    /// The owner or the recipient no longer sees the action that was its purpose, or the task is no longer its task.
    PurposeGone,
}

impl LapseReason {
    /// Whether everybody who sees the item can know this reason: it follows from what was done with the item and the seats.
    pub(crate) fn is_known_to_all(self) -> bool {
        match self {
            Self::Revised | Self::RecipientLeftAudience | Self::RecipientLeftTable => true,
            Self::BasisGone | Self::ActionGone { .. } | Self::ActionChanged { .. } | Self::PurposeGone => false,
        }
    }
}

/// An item as the state keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub id: ItemId,
    pub owner: PartyId,
    pub author: ParticipantId,
    pub content: Content,
    pub subjects: BTreeSet<SubjectId>,
    pub audience: Audience,
    /// The event with which it was opened to the table. A full seat that came later does not see it (R15).
    pub audience_since: u64,
    /// What it says that it rests on.
    pub based_on: BTreeSet<ItemId>,
    /// Everything it rests on, through what that rests on in turn (R11).
    pub rests_on: BTreeSet<ItemId>,
    /// Those of `rests_on` whose owners let this item be seen outside their audience.
    pub opened: BTreeSet<ItemId>,
    pub revision: u32,
    /// Absent where there are no words, or no longer.
    pub text: Option<TextId>,
    pub shared_at: DateTime<Utc>,
    pub revised_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub answer: Option<GivenAnswer>,
    pub requests: BTreeMap<PartyId, Request>,
    pub cells: BTreeMap<PartyId, Cell>,
}

/// What an assignee said, and who said it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenAnswer {
    pub answer: Answer,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// A partner says: I need this in my dossier (R13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub purpose: Option<Purpose>,
    pub reason: Option<TextId>,
    pub at: DateTime<Utc>,
}

/// A cell of the closing matrix that is not simply undecided; one that is undecided is absent (R4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Approved(Approval),
    Declined {
        reason: Option<TextId>,
        by: Actor,
        at: DateTime<Utc>,
    },
    /// Undecided again, and the owner is told why (R6).
    Lapsed {
        why: LapseReason,
        at: DateTime<Utc>,
    },
}

impl Cell {
    /// Whether the owner's decision stands.
    pub(crate) fn is_decided(&self) -> bool {
        match self {
            Self::Approved(_) | Self::Declined { .. } => true,
            Self::Lapsed { .. } => false,
        }
    }

    /// Whether other words take back what it says: an approval, and a lapse of which some do not know. For them it would go on
    /// counting as decided (R2).
    pub(crate) fn lapses_when_revised(&self) -> bool {
        match self {
            Self::Approved(_) => true,
            Self::Lapsed { why, .. } => !why.is_known_to_all(),
            Self::Declined { .. } => false,
        }
    }

    /// The short texts of a cell. They are destroyed when the cell is decided again or lapses.
    pub(crate) fn texts(&self) -> impl Iterator<Item = TextId> + use<> {
        match self {
            Self::Approved(approval) => [approval.excerpt, approval.condition, approval.motivation],
            Self::Declined { reason, .. } => [*reason, None, None],
            Self::Lapsed { .. } => [None; 3],
        }
        .into_iter()
        .flatten()
    }
}

/// The owner's yes (R5). It stands for the current revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approval {
    pub purpose: Purpose,
    pub ground: LegalGround,
    /// Whom the copy is about, as far as the recipient knows them at the close.
    pub subjects: BTreeSet<SubjectId>,
    pub excerpt: Option<TextId>,
    pub condition: Option<TextId>,
    pub motivation: Option<TextId>,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

impl Item {
    pub(crate) fn is_live(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    /// Whether it is a row of its owner's closing matrix: there are words that could be released.
    pub(crate) fn is_row(&self) -> bool {
        self.is_live() && self.text.is_some()
    }

    /// Until when the holder committed, where it did (T5).
    pub(crate) fn committed_until(&self) -> Option<DateTime<Utc>> {
        match self.answer.as_ref()?.answer {
            Answer::Committed { until } => Some(until),
            Answer::Accepted | Answer::Refused { .. } => None,
        }
    }

    /// Every text that hangs on it: its own, its answer's, its requests' and its cells'. The motivation of a deviation is
    /// kept by the state: it is never taken off the record (T3).
    pub(crate) fn texts(&self) -> Vec<TextId> {
        let answer = self.answer.as_ref().and_then(|given| match given.answer {
            Answer::Refused { reason } => reason.map(|text| text.id),
            Answer::Accepted | Answer::Committed { .. } => None,
        });
        let requests = self.requests.values().filter_map(|request| request.reason);
        let cells = self.cells.values().flat_map(Cell::texts);
        self.text
            .into_iter()
            .chain(answer)
            .chain(requests)
            .chain(cells)
            .collect()
    }
}
