//! What one viewer has of a session, and what changes in it.
//!
//! Lives here: the types that leave the server, and questions that a browser asks of them. Nothing in them may depend on an
//! item outside the viewer's audience (R2): not a count, not an order number, not a flag. What a person may do now is part of
//! the view ([`ViewPermissions`], [`ItemPermissions`]), asked of `permissions`, so that a button and the rule cannot disagree.

use alloc::{boxed::Box, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::deadline::Term;
use crate::ground::{LegalGround, StatutoryTask};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use crate::measure::Power;
use crate::moment::{Name, Phase};
use crate::party::Party;
use crate::session::clock::DecisionClock;
use crate::session::command::{SeatLevel, SubjectRole, TimeReason};
use crate::session::item::{Assignee, Audience, ContributionKind, DispositionKind, LapseReason, Purpose};

/// All that one viewer sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// What does not change.
    pub about: About,
    /// Where the table is.
    pub progress: Progress,
    /// Who sits or sat here, as far as this viewer may know.
    pub seats: Vec<SeatView>,
    /// Whom the case is about, as far as this viewer may know.
    pub subjects: Vec<SubjectView>,
    /// Everything with words on the table: contributions, follow-up actions, measures and dispositions, oldest first. The
    /// number of an action on a screen is its place among the actions in this list.
    pub items: Vec<ItemView>,
    /// What other parties took back, oldest first: that they did, and no more.
    pub taken_back: Vec<TakenBack>,
    /// When dispositions were recorded. Every seat is told that one was, and when (R11).
    pub decided_at: Vec<DateTime<Utc>>,
    /// Decisions recorded against VT's request (T3).
    pub deviations: Vec<DeviationView>,
    /// Newcomers about whom the viewer's party has still to say whether they see what it shared before (R15).
    pub newcomers: Vec<PartyId>,
    /// The clocks.
    pub time: TimeView,
    /// What this viewer may do now.
    pub may: ViewPermissions,
}

/// What does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The code of the moment's row.
    pub moment: String,
    /// As people call it.
    pub moment_name: Name,
    /// The case.
    pub case_reference: String,
    /// The phases of a session of this kind, in order.
    pub phases: Vec<Phase>,
    /// Whether the prosecutor records a disposition here.
    pub has_disposition: bool,
    /// Who leads.
    pub chair: PartyId,
    /// The viewer's own party; a room screen has none.
    pub you: Option<PartyId>,
    /// Whether the viewer sits in a full seat.
    pub full_seat: bool,
    /// Whether the viewer's party left the table: it sees and decides about what is its own (R15).
    pub has_left: bool,
    /// When it was convened.
    pub convened_at: DateTime<Utc>,
    /// The table of powers (T5); a restricted seat proposes none.
    pub powers: Vec<Power>,
    /// The statutory terms whose end police and OM can set (T4); empty for the others.
    pub terms: Vec<Term>,
}

/// Where the table is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// Who holds the gavel.
    pub gavel: Option<ParticipantId>,
    /// How it ended, for this viewer.
    pub closed: Option<Outcome>,
    /// When the chair said that it is about to close, as long as that holds: VT's signal, a change of phase and whatever an
    /// owner has to decide again end it (R6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_call: Option<DateTime<Utc>>,
    /// When the session expires if nothing happens, once that was announced (R14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// How a closed session ended for one party. Counts only of what was its own or came to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether nobody closed it: it expired, and nothing was released (R14).
    pub expired: bool,
    /// What this party gave, by recipient.
    pub given: Vec<(PartyId, u32)>,
    /// What came into this party's dossier from others.
    pub received: u32,
    /// What this party keeps of its own: actions that it performs, measures to which it committed.
    pub kept: u32,
    /// Items of this party that went nowhere and are destroyed.
    pub destroyed: u32,
}

/// A seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatView {
    /// Whose.
    pub party: Party,
    /// Full or restricted.
    pub level: SeatLevel,
    /// Who came in for it.
    pub people: Vec<PersonView>,
    /// Whether this party says it is ready. A restricted seat is told of its own and of the chair's.
    pub ready: bool,
    /// When it left the table (R15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<DateTime<Utc>>,
    /// When the chair asked it to leave (R15); told to the party itself and to the chair's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_to_leave_at: Option<DateTime<Utc>>,
    /// Who may come in, where the organisation says who (R18); told to the party itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendees: Option<Vec<ParticipantId>>,
    /// In the closing round: how many decisions it has still to make about what this viewer may see.
    pub undecided: Option<u32>,
    /// The tasks for which it may keep what is released to it.
    pub tasks: Vec<StatutoryTask>,
    /// On what law the viewer's party would give to it; absent for its own seat.
    pub ground: Option<LegalGround>,
    /// The same for those of its tasks that have a ground of their own (C2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub task_grounds: Vec<TaskGround>,
}

impl SeatView {
    /// On what law the viewer's party would give to this seat for this purpose: what an approval will rest on (C2). Nothing
    /// for the own seat.
    pub fn ground_for(&self, purpose: Option<&Purpose>) -> Option<&LegalGround> {
        let own = self
            .task_grounds
            .iter()
            .find(|it| matches!(purpose, Some(Purpose::Task(code)) if *code == it.task));
        own.map(|it| &it.ground).or(self.ground.as_ref())
    }
}

/// The law on which something is given for one task, where it is another one than for any purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskGround {
    /// The code of the task.
    pub task: String,
    /// On what law.
    pub ground: LegalGround,
}

/// A person who came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub id: ParticipantId,
    /// Their name.
    pub name: String,
    /// Decides for the OM.
    pub prosecutor: bool,
    /// Accepted the ground rules.
    pub accepted: bool,
}

/// A person of the case (R16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectView {
    /// The id by which items refer to the person.
    pub id: SubjectId,
    /// What they are in this case.
    pub role: SubjectRole,
    /// How the table calls them.
    pub label: String,
    /// The party that named them, and alone corrects or removes the label.
    pub owner: PartyId,
    /// From one upward; above one the label was corrected.
    pub revision: u32,
    /// Whether the viewer may correct or remove it now.
    pub may_change: bool,
}

/// An item on the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// The id by which commands name it.
    pub id: ItemId,
    /// Whose (R1).
    pub owner: Party,
    /// Whether it is the viewer's party's own.
    pub mine: bool,
    /// Who wrote it; of an assessment: the assessor (C7).
    pub author: String,
    /// What it is, and what differs by kind.
    pub content: ContentView,
    /// About whom, as far as the viewer may know them.
    pub subjects: Vec<SubjectId>,
    /// Who sees it, when that is not simply the whole table; told to its owner and to full seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceView>,
    /// On which items it rests, as far as the viewer sees them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub based_on: Vec<ItemId>,
    /// Items of the viewer's party that keep it from part of its audience; the viewer's party may open them to it (R11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_open: Vec<ItemId>,
    /// Items that the viewer's party opened to it, and may take back (R11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<ItemId>,
    /// For its owner: part of its audience does not see it, because of what it rests on (R11).
    #[serde(default, skip_serializing_if = "is_default")]
    pub partly_hidden: bool,
    /// From one upward; above one it was corrected (C7).
    pub revision: u32,
    /// The words; absent where there are none, once withdrawn, and where only a commitment is seen.
    pub text: Option<String>,
    /// When it was shared.
    pub shared_at: DateTime<Utc>,
    /// When it was last revised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised_at: Option<DateTime<Utc>>,
    /// When it was withdrawn: for its owner, and for whoever sees the commitment that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Requests for release: all of them for the owner, else only the viewer's own (R13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestView>,
    /// The cells that are not simply undecided, for the owner only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellView>,
    /// What the owner wrote when declining a request of the viewer's party, if anything (R13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_reason: Option<String>,
    /// What the viewer may do with it now.
    #[serde(default, skip_serializing_if = "is_default")]
    pub may: ItemPermissions,
}

/// What an item is, and what differs by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentView {
    /// A piece of information.
    Contribution {
        /// What it claims to be (C7).
        kind: ContributionKind,
    },
    /// A follow-up action.
    Action {
        /// Who does it.
        performer: Assignee,
        /// Before when.
        due: Option<DateTime<Utc>>,
        /// What the performer said.
        answer: Option<AnswerView>,
    },
    /// A bridging measure (T5).
    Measure {
        /// The code of the power in [`About::powers`].
        power: String,
        /// Who holds it.
        holder: Assignee,
        /// What the holder said.
        answer: Option<AnswerView>,
    },
    /// The OM's decision on one suspect.
    Disposition {
        /// On whom.
        suspect: SubjectId,
        /// What was decided.
        kind: DispositionKind,
        /// Whether it was recorded against VT's request (T3); the motivation stands in [`SessionView::deviations`].
        deviates: bool,
    },
}

/// What the assignee of an action or a measure said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerView {
    /// The performer does it.
    Accepted {},
    /// The holder commits.
    Committed {
        /// Until when it covers.
        until: DateTime<Utc>,
    },
    /// The assignee will not.
    Refused {
        /// Why not; told to the owner of the item and to who refused.
        reason: Option<String>,
    },
}

/// What a viewer may do with one item now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button")]
pub struct ItemPermissions {
    /// Write other words.
    #[serde(skip_serializing_if = "is_default")]
    pub revise: bool,
    /// Change who sees it.
    #[serde(skip_serializing_if = "is_default")]
    pub set_audience: bool,
    /// Withdraw it.
    #[serde(skip_serializing_if = "is_default")]
    pub withdraw: bool,
    /// Decide its cells.
    #[serde(skip_serializing_if = "is_default")]
    pub decide: bool,
    /// Ask for its release.
    #[serde(skip_serializing_if = "is_default")]
    pub request: bool,
    /// Accept, commit or refuse.
    #[serde(skip_serializing_if = "is_default")]
    pub answer: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// That another party took an item back, and no more (R16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TakenBack {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it was.
    pub owner: PartyId,
}

/// Who sees an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceView {
    /// Every full seat.
    pub table: bool,
    /// By name.
    pub named: Vec<PartyId>,
}

/// A request for release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestView {
    /// Who asks.
    pub party: PartyId,
    /// What for; of an action that the viewer does not see, nothing (R11).
    pub purpose: Option<Purpose>,
    /// Why.
    pub reason: Option<String>,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// A cell that is not simply undecided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellView {
    /// For whom.
    pub recipient: PartyId,
    /// What the owner decided, or why it has to decide again.
    pub verdict: VerdictView,
}

/// The owner's yes or no, or why a yes no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictView {
    /// Yes.
    Approved {
        /// What for.
        purpose: Purpose,
        /// On what law.
        ground: LegalGround,
        /// Whom the copy names.
        subjects: Vec<SubjectId>,
        /// Instead of the whole.
        excerpt: Option<String>,
        /// On what condition.
        condition: Option<String>,
        /// Why, where the ground is contested.
        motivation: Option<String>,
    },
    /// No.
    Declined {
        /// Why, if said.
        reason: Option<String>,
    },
    /// The yes lapsed by itself; the cell is undecided (R6).
    Lapsed {
        /// Why.
        because: LapseReason,
        /// When.
        at: DateTime<Utc>,
    },
}

/// A decision recorded against VT's request (T3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviationView {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// On whom.
    pub suspect: SubjectId,
    /// What was decided.
    pub kind: DispositionKind,
    /// Why.
    pub motivation: String,
}

/// The clocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeView {
    /// The decision clock, where one runs.
    pub clock: Option<DecisionClock>,
    /// VT's requests that stand now (T2).
    pub requests: Vec<TimeRequestView>,
    /// The end of custody; never paused (T4).
    pub deadline: Option<DeadlineView>,
}

/// "VT heeft meer tijd nodig."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRequestView {
    /// Which.
    pub id: TimeRequestId,
    /// Which party.
    pub party: PartyId,
    /// Who said so; a restricted seat is not told.
    pub by: Option<String>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Why, if said.
    pub reason: Option<TimeReason>,
    /// How long, in minutes from the signal, if said.
    pub minutes: Option<u32>,
    /// Whether the viewer's party may explain or end it.
    pub mine: bool,
}

/// The end of custody as an officer set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineView {
    /// When.
    pub at: DateTime<Utc>,
    /// On which statutory term, with its article.
    pub term: Term,
}

/// What the viewer may do now, whatever the item; items say the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button")]
pub struct ViewPermissions {
    /// Accept the ground rules: they are not accepted yet.
    pub accept_rules: bool,
    /// Share contributions.
    pub share: bool,
    /// Share follow-up actions and measures.
    pub share_actions: bool,
    /// Decide cells of the closing matrix.
    pub decide: bool,
    /// Say that one's party is ready.
    pub set_ready: bool,
    /// Say that one is about to close.
    pub last_call: bool,
    /// Add a person to the case.
    pub add_subject: bool,
    /// "VT heeft meer tijd nodig."
    pub ask_time: bool,
    /// Set the decision clock.
    pub set_clock: bool,
    /// Set the end of custody.
    pub set_deadline: bool,
    /// Phases the viewer may move the table to.
    pub phases: Vec<Phase>,
    /// Lead: spotlight, gavel.
    pub lead: bool,
    /// Give and take back seats, ask a party to leave.
    pub change_seats: bool,
    /// Leave the table.
    pub leave: bool,
    /// Say who of one's own organisation may come in (R18).
    pub name_attendees: bool,
    /// Take the gavel from a colleague.
    pub take_gavel: bool,
    /// Record a disposition.
    pub record_disposition: bool,
    /// Record one against VT's request (T3).
    pub deviate: bool,
    /// Close the session.
    pub close: bool,
}

/// What changed for one viewer. Absent parts did not change; a part that is there takes the place of the same part of the
/// [`SessionView`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewEvent {
    /// By which command; only its sender recognises it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandId>,
    /// When it became so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// Items that came or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemView>,
    /// Items this viewer no longer sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<ItemId>,
    /// Everything, where so much changed that parts make no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Box<SessionView>>,
    /// Where the table is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Who sits here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<SeatView>>,
    /// Whom the case is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Vec<SubjectView>>,
    /// What others took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<Vec<TakenBack>>,
    /// When dispositions were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Vec<DateTime<Utc>>>,
    /// Decisions recorded against VT's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviations: Option<Vec<DeviationView>>,
    /// Newcomers to decide about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newcomers: Option<Vec<PartyId>>,
    /// The clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeView>,
    /// What this viewer may do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may: Option<ViewPermissions>,
}

impl AudienceView {
    /// The audience as a command names it.
    pub fn to_audience(&self) -> Audience {
        Audience {
            table: self.table,
            named: self.named.iter().copied().collect(),
        }
    }
}

impl ItemView {
    /// The audience as a command names it.
    pub fn audience(&self) -> Audience {
        self.audience
            .as_ref()
            .map_or_else(Audience::table, AudienceView::to_audience)
    }

    /// What the assignee of an action or a measure said.
    pub fn answer(&self) -> Option<&AnswerView> {
        match &self.content {
            ContentView::Action { answer, .. } | ContentView::Measure { answer, .. } => answer.as_ref(),
            ContentView::Contribution { .. } | ContentView::Disposition { .. } => None,
        }
    }

    /// Whether it is a row of its owner's closing matrix.
    pub fn is_row(&self) -> bool {
        self.mine && self.withdrawn_at.is_none() && self.text.is_some()
    }
}

impl SessionView {
    /// The seat of a party.
    pub fn seat(&self, party: PartyId) -> Option<&SeatView> {
        self.seats.iter().find(|seat| seat.party.id == party)
    }

    /// An item by its id.
    pub fn item(&self, id: ItemId) -> Option<&ItemView> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The follow-up actions that stand, in the order that gives them their numbers.
    pub fn actions(&self) -> impl Iterator<Item = &ItemView> {
        let actions = self
            .items
            .iter()
            .filter(|item| matches!(item.content, ContentView::Action { .. }));
        actions.filter(|item| item.withdrawn_at.is_none())
    }

    /// T5: whether a committed measure that can do so covers the time after the end of custody. Without an end of custody
    /// there is nothing to cover.
    pub fn is_custody_end_covered(&self) -> bool {
        let Some(deadline) = &self.time.deadline else {
            return true;
        };
        self.items.iter().any(|item| match &item.content {
            ContentView::Measure {
                power,
                answer: Some(AnswerView::Committed { until }),
                ..
            } => {
                let row = self.about.powers.iter().find(|row| row.code == *power);
                row.is_some_and(|row| row.covers_after_custody) && *until > deadline.at
            }
            _ => false,
        })
    }
}
