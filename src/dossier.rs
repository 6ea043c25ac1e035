//! What an organisation received and gave: the only content that outlives a session (R7, R10).

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ground::LegalGround;
use crate::ids::{PartyId, ReleaseId, TextId};
use crate::moment::Name;
use crate::party::Party;
use crate::release::{Event, Fact, ReleaseView, State, Words};
use crate::session::command::{ContributionKind, SubjectRole};
use crate::text::TextProof;

/// One item in a recipient's dossier, with its whole provenance (R10).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierItem {
    /// Which; the giver's register entry has the same.
    pub release: ReleaseId,
    /// The case.
    pub case_reference: String,
    /// At what kind of session.
    pub moment: Name,
    /// Whose it was, and remains to answer for (R9).
    pub giver: Party,
    /// Who wrote it; of an assessment: the assessor (C7).
    pub author: String,
    /// What it claims to be.
    pub kind: ItemKind,
    /// About whom.
    pub subjects: Vec<ItemSubject>,
    /// The words: the whole revision, or the excerpt the owner made.
    pub text: String,
    /// Whether the words are an excerpt.
    pub is_excerpt: bool,
    /// Exactly this revision.
    pub revision: u32,
    /// When these words were shared at the table.
    pub shared_at: DateTime<Utc>,
    /// Who approved.
    pub approved_by: String,
    /// When.
    pub approved_at: DateTime<Utc>,
    /// What for; an agreement has none.
    pub purpose: Option<PurposeText>,
    /// On what law; an agreement has none.
    pub ground: Option<LegalGround>,
    /// Why, where the ground is contested (C2).
    pub motivation: Option<String>,
    /// On what condition.
    pub condition: Option<String>,
    /// When the session closed.
    pub received_at: DateTime<Utc>,
    /// When it is destroyed (C5).
    pub retain_until: DateTime<Utc>,
    /// What its owner changed after the release, the earliest first (R9). The older words are gone.
    #[serde(default)]
    pub corrections: Vec<Correction>,
}

/// A change by the owner after the release, visible as one (R9, C7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// When.
    pub at: DateTime<Utc>,
    /// Who acted for the owner.
    pub by: String,
    /// What was wrong; empty once the words it is about are gone.
    pub reason: String,
    /// Whether the words were taken back altogether.
    pub withdrawn: bool,
}

/// What an item claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A released contribution.
    Contribution(ContributionKind),
    /// A follow-up action that this party agreed to perform.
    Agreement {
        /// Before when.
        due: Option<DateTime<Utc>>,
    },
}

/// A person an item is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSubject {
    /// What they were in the case.
    pub role: SubjectRole,
    /// How the table called them.
    pub label: String,
}

/// What an item was released for, in words that outlive the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurposeText {
    /// A follow-up action.
    Action {
        /// Its words; empty where it rests on something that whoever keeps this did not receive (R11).
        text: String,
    },
    /// A statutory task of the recipient.
    Task {
        /// Its code.
        code: String,
        /// Its name with the article.
        name: Option<Name>,
    },
}

/// What the giver keeps: to whom it gave what (verstrekkingenregister).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// Who gave.
    pub giver: PartyId,
    /// Who received.
    pub recipient: Party,
    /// What, with purpose and ground.
    pub item: DossierItem,
    /// Why the subject was not told of it yet, where that was postponed (C6).
    #[serde(default)]
    pub not_told_yet: Option<String>,
    /// When this entry is destroyed in its turn: not before the recipient's copy (C5, R9).
    pub keep_until: DateTime<Utc>,
}

/// The motivation of a deviation, kept for every party's report (T3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMotivation {
    /// Which text of the log.
    pub text: TextId,
    /// Its words.
    pub motivation: String,
    /// With it the words prove the digest in the log.
    #[serde(default)]
    pub proof: Option<TextProof>,
}

/// Everything that leaves a session at close; each part for the party named with it and nobody else.
#[derive(Clone, Default)]
pub struct Copies {
    /// For each recipient.
    pub dossier: Vec<(PartyId, DossierItem)>,
    /// For each giver.
    pub register: Vec<RegisterEntry>,
    /// For every party in a full seat.
    pub motivations: Vec<(PartyId, KeptMotivation)>,
}

/// A line in a list of items: no words, so that a list can be shown without opening every seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierLine {
    /// Which.
    pub release: ReleaseId,
    /// The case.
    pub case_reference: String,
    /// At what kind of session.
    pub moment: Name,
    /// The other side: who gave (dossier) or who received (register).
    pub other: Party,
    /// What it claims to be.
    pub kind: ItemKind,
    /// When it was received or given.
    pub at: DateTime<Utc>,
    /// When it is destroyed (C5).
    pub retain_until: DateTime<Utc>,
    /// Whether a condition goes with it.
    pub has_condition: bool,
    /// How it stands since (R9); filled in from its life, which is kept beside the sealed copies.
    #[serde(default)]
    pub life: Option<ReleaseView>,
    /// How far it is on its way to the recipient's own system, where there is one; filled in like its life.
    #[serde(default)]
    pub delivery: Option<Delivery>,
}

/// One item, and how it stands since.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldItem {
    /// The recipient's copy; no words once its owner took it back.
    pub item: DossierItem,
    /// What became of it.
    pub life: ReleaseView,
    /// How far it is on its way to the recipient's own system, where there is one.
    #[serde(default)]
    pub delivery: Option<Delivery>,
}

/// How far an item is on its way to a system of the recipient's own: its latest words, as they are now (R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "delivery")]
pub enum Delivery {
    /// Not delivered yet.
    Waiting,
    /// Tried in vain, and tried again.
    Again {
        /// Not before then.
        at: DateTime<Utc>,
        /// What was in the way.
        cause: NotDelivered,
    },
    /// It is there.
    Delivered {
        /// Since when.
        at: DateTime<Utc>,
        /// What that system calls it.
        name: String,
    },
    /// That system will not have it; nothing is tried until somebody mended it.
    Refused {
        /// Since when.
        at: DateTime<Utc>,
        /// Why.
        cause: NotDelivered,
    },
}

/// Why something was not delivered: never a word of what it was, nor of what the other system answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotDelivered {
    /// The system did not answer.
    Unreachable,
    /// It did not answer in time. It may have it all the same.
    TooSlow,
    /// It says that it does not work now.
    Faulty,
    /// It does not know us, or does not allow us this.
    NotAllowed,
    /// It refuses what it was sent.
    NotAccepted,
    /// It has no case of this reference, or several.
    CaseUnknown,
    /// What it answers is not what its standard says.
    NotUnderstood,
    /// The settings or the secret cannot be read here.
    NotSetUp,
    /// The item cannot be opened here, or no document can be made of it: nothing was sent.
    NotReadable,
}

impl NotDelivered {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Unreachable,
        Self::TooSlow,
        Self::Faulty,
        Self::NotAllowed,
        Self::NotAccepted,
        Self::CaseUnknown,
        Self::NotUnderstood,
        Self::NotSetUp,
        Self::NotReadable,
    ];

    /// Its stable name in a store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TooSlow => "too_slow",
            Self::Faulty => "faulty",
            Self::NotAllowed => "not_allowed",
            Self::NotAccepted => "not_accepted",
            Self::CaseUnknown => "case_unknown",
            Self::NotUnderstood => "not_understood",
            Self::NotSetUp => "not_set_up",
            Self::NotReadable => "not_readable",
        }
    }

    /// The one of this name.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }

    /// Whether trying again by itself may help. What another system refuses it refuses tomorrow too.
    pub fn may_pass(self) -> bool {
        match self {
            Self::Unreachable
            | Self::TooSlow
            | Self::Faulty
            | Self::CaseUnknown
            | Self::NotUnderstood
            | Self::NotSetUp
            | Self::NotReadable => true,
            Self::NotAllowed | Self::NotAccepted => false,
        }
    }
}

/// One entry, and how it stands since.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredEntry {
    /// The giver's copy.
    pub entry: RegisterEntry,
    /// What became of it.
    pub life: ReleaseView,
}

impl DossierItem {
    /// This item in the recipient's list.
    pub fn line(&self) -> DossierLine {
        self.line_with(self.giver.clone())
    }

    /// The giver's copy as the recipient may hold it: without the giver's words for a purpose that rests on something the
    /// recipient did not receive (R11).
    #[must_use]
    pub fn for_recipient(mut self) -> Self {
        if let Some(PurposeText::Action { text }) = &mut self.purpose {
            *text = String::new();
        }
        self
    }

    /// The recipient's copy after what happened (R9). Every other word of it stays.
    #[must_use]
    pub fn after(mut self, life: &State, event: &Event, by: &str, words: &Words) -> Self {
        // Before the change is added: its own reason is what the recipient must read.
        if matches!(words, Words::Withdrawn { .. }) {
            self.forget_words();
        }
        self.change(event, by, words);
        self.retain_until = life.until();
        self
    }

    /// What was said goes, with every word that goes on about it. Who gave it to whom, when, what for and on what ground
    /// remains: for that somebody still answers (AVG art. 5 lid 2).
    fn forget_words(&mut self) {
        self.text = String::new();
        self.condition = None;
        self.motivation = None;
        for correction in &mut self.corrections {
            correction.reason = String::new();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a copy gets the words its owner released")]
    fn change(&mut self, event: &Event, by: &str, words: &Words) {
        let (reason, withdrawn) = match words {
            Words::Replaced { text, reason } => {
                text.open().clone_into(&mut self.text);
                (reason, false)
            }
            Words::Withdrawn { reason } => (reason, true),
            Words::Stay | Words::NotToldYet { .. } => return,
        };
        self.corrections.push(Correction {
            at: event.at,
            by: by.to_owned(),
            reason: reason.open().to_owned(),
            withdrawn,
        });
    }

    fn line_with(&self, other: Party) -> DossierLine {
        DossierLine {
            release: self.release,
            case_reference: self.case_reference.clone(),
            moment: self.moment.clone(),
            other,
            kind: self.kind,
            at: self.received_at,
            retain_until: self.retain_until,
            has_condition: self.condition.is_some(),
            life: None,
            delivery: None,
        }
    }
}

impl RegisterEntry {
    /// The giver's copy after what happened. What was given stays readable to who gave it, also when it was taken back,
    /// until the recipient's copy has come to its end: then the line remains and the words go (R9, C5).
    #[must_use]
    pub fn after(mut self, life: &State, event: &Event, by: &str, words: &Words) -> Self {
        self.item.change(event, by, words);
        self.item.retain_until = life.until();
        self.keep_until = self.keep_until.max(life.until());
        match event.fact {
            Fact::InformedSubject { .. } => self.not_told_yet = words.reason_not_told(),
            Fact::Ended => {
                self.item.forget_words();
                self.not_told_yet = None;
            }
            Fact::Rectified
            | Fact::Withdrawn
            | Fact::Opened
            | Fact::Confirmed
            | Fact::TakenOver { .. }
            | Fact::Forgotten => {}
        }
        self
    }

    /// This entry in the giver's list.
    pub fn line(&self) -> DossierLine {
        self.item.line_with(self.recipient.clone())
    }
}
