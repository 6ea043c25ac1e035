//! What an organisation received and gave: the only content that outlives a session (R7, R10).

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ground::LegalGround;
use crate::ids::{PartyId, ReleaseId, TextId};
use crate::moment::Name;
use crate::party::{Party, PartyKind};
use crate::release::{ReleaseEvent, ReleaseEventKind, ReleaseState, ReleaseView, WordChange};
use crate::session::command::SubjectRole;
use crate::session::item::{ContributionKind, DispositionKind};
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

/// What a copy claims to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A contribution.
    Contribution(ContributionKind),
    /// A follow-up action.
    Agreement {
        /// Before when.
        due: Option<DateTime<Utc>>,
        /// The number under which this party knew it at the table; absent in copies of version 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u32>,
        /// Who does it; in copies of version 1 absent, and then whoever holds this copy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        performer: Option<NamedAssignee>,
    },
    /// A bridging measure (T5).
    Measure {
        /// The power, as people call it.
        power: Name,
        /// Who holds the power.
        holder: NamedAssignee,
        /// Until when the holder committed, where it did.
        until: Option<DateTime<Utc>>,
    },
    /// The words of a disposition.
    Disposition(DispositionKind),
}

/// Who performs an action or holds a power, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedAssignee {
    /// A party that sat at the table.
    Party(Party),
    /// A party of this kind that had no seat.
    Absent {
        /// What it is by law.
        kind: PartyKind,
        /// The party that spoke to it.
        via: Party,
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
    /// A follow-up action, by reference: its words go along only if its owner released them (R5).
    FollowUp {
        /// The number under which whoever keeps this knew it at the table.
        number: u32,
        /// Who does it.
        performer: NamedAssignee,
        /// Before when.
        due: Option<DateTime<Utc>>,
    },
    /// A follow-up action as copies of version 1 name it. Nothing makes these any more.
    Action {
        /// Its words; empty where whoever keeps this did not receive them.
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
    /// For every party that saw the deviation from a full seat.
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

    /// The giver's copy as the recipient may hold it: without the words of an action that copies of version 1 hold.
    #[must_use]
    pub fn for_recipient(mut self) -> Self {
        if let Some(PurposeText::Action { text }) = &mut self.purpose {
            *text = String::new();
        }
        self
    }

    /// The recipient's copy after an event (R9). A withdrawal takes every word and every label of a person out of it
    /// (R16), apart from the reason of the withdrawal itself.
    #[must_use]
    pub fn after(mut self, life: &ReleaseState, event: &ReleaseEvent, by: &str, words: &WordChange) -> Self {
        // Before the change is added: its own reason is what the recipient must read.
        if matches!(words, WordChange::Withdrawn { .. }) {
            self.forget_words();
            self.subjects.clear();
        }
        self.change(event, by, words);
        self.retain_until = life.until();
        self
    }

    /// Removes the words, and every other text about them: the condition, the motivation, the reasons of corrections, and
    /// the words of the action that was the purpose, which can be another party's. Who gave it to whom, when, for what
    /// kind of purpose and on what ground remains, because somebody still answers for that (AVG art. 5 lid 2).
    fn forget_words(&mut self) {
        self.text = String::new();
        self.condition = None;
        self.motivation = None;
        if let Some(PurposeText::Action { text }) = &mut self.purpose {
            *text = String::new();
        }
        for correction in &mut self.corrections {
            correction.reason = String::new();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a copy gets the words its owner released")]
    fn change(&mut self, event: &ReleaseEvent, by: &str, words: &WordChange) {
        let (reason, withdrawn) = match words {
            WordChange::Replaced { text, reason } => {
                text.open().clone_into(&mut self.text);
                (reason, false)
            }
            WordChange::Withdrawn { reason } => (reason, true),
            WordChange::Unchanged | WordChange::InformingPostponed { .. } => return,
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
            kind: self.kind.clone(),
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
    pub fn after(mut self, life: &ReleaseState, event: &ReleaseEvent, by: &str, words: &WordChange) -> Self {
        self.item.change(event, by, words);
        self.item.retain_until = life.until();
        self.keep_until = self.keep_until.max(life.until());
        match event.kind {
            ReleaseEventKind::InformedSubject { .. } => self.not_told_yet = words.reason_for_postponing(),
            ReleaseEventKind::Ended => {
                self.item.forget_words();
                self.not_told_yet = None;
            }
            ReleaseEventKind::Rectified
            | ReleaseEventKind::Withdrawn
            | ReleaseEventKind::Opened
            | ReleaseEventKind::Confirmed
            | ReleaseEventKind::TakenOver { .. }
            | ReleaseEventKind::Forgotten => {}
        }
        self
    }

    /// This entry in the giver's list.
    pub fn line(&self) -> DossierLine {
        self.item.line_with(self.recipient.clone())
    }
}
