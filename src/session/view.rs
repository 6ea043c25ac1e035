//! The one way out: what one viewer sees of a session, and how that changes with an event.
//!
//! Everything that leaves the server about a living session is a [`SessionView`] or a [`ViewEvent`]. Nothing in them may
//! depend on a contribution outside the viewer's audience (R2): not a count, not an order number, not a flag. What a
//! person may do now is part of the view ([`May`]), asked of [`super::may`], so a button and the rule cannot disagree.
//!
//! A [`Viewer`] holds everything a view may depend on, so it is the key under which an encoding is shared.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::DecisionClock;
use super::command::{
    Actor, ContributionKind, DispositionKind, MeasureKind, Purpose, SeatLevel, SubjectRole, TimeReason,
};
use super::event::{Event, Fact};
use super::may::{Deed, has_gavel, may};
use super::state::{Action, Basis, Cell, Contribution, Measure, MeasureAnswer, Seat, State};
use crate::ground::{LegalGround, StatutoryTask};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, SubjectId, TextId, TimeRequestId};
use crate::moment::{Name, Phase};
use crate::party::Party;
use crate::text::Texts;

/// A state with the texts it names.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What is so.
    pub state: State,
    /// The words that still exist.
    pub texts: Texts,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// Somebody at the table.
    Seat {
        /// For which party.
        party: PartyId,
        /// Holds the gavel.
        gavel: bool,
        /// Decides for the OM.
        prosecutor: bool,
        /// Accepted the ground rules.
        accepted: bool,
    },
    /// The wall: reads only what every full seat sees.
    RoomScreen,
}

impl Viewer {
    /// As whom this person looks now; nobody, if their party has no seat (R2).
    pub fn of(state: &State, actor: Actor) -> Option<Self> {
        state.seat(actor.party)?;
        let person = state.person(actor);
        Some(Self::Seat {
            party: actor.party,
            gavel: has_gavel(state, actor),
            prosecutor: person.is_some_and(|person| person.prosecutor),
            accepted: person.is_some_and(|person| person.rules_accepted_at.is_some()),
        })
    }

    fn party(self) -> Option<PartyId> {
        match self {
            Self::Seat { party, .. } => Some(party),
            Self::RoomScreen => None,
        }
    }

    /// Somebody at the table who looks exactly so: what they may do is what this viewer may do.
    fn representative(self, state: &State) -> Option<Actor> {
        let party = self.party()?;
        state
            .people
            .values()
            .map(|person| Actor {
                party,
                participant: person.id,
            })
            .find(|actor| state.person(*actor).is_some() && Self::of(state, *actor) == Some(self))
    }

    fn sees(self, state: &State, contribution: &Contribution) -> bool {
        match self {
            Self::Seat { accepted: false, .. } => false,
            Self::Seat { party, .. } => state.in_audience(party, contribution),
            Self::RoomScreen => contribution.audience.table,
        }
    }

    fn sees_derived(self, state: &State, basis: &Basis) -> bool {
        let hidden = |id: &ContributionId| !state.contributions.get(id).is_some_and(|it| self.sees(state, it));
        match self {
            Self::Seat { accepted: false, .. } => false,
            _ => !basis.based_on.difference(&basis.opened).any(hidden),
        }
    }

    /// Whether this viewer sees this contribution: for what is not part of the view, such as the spotlight.
    pub fn sees_card(self, state: &State, id: ContributionId) -> bool {
        state.closed.is_none() && state.contributions.get(&id).is_some_and(|it| self.sees(state, it))
    }

    fn is_full(self, state: &State) -> bool {
        match self {
            Self::Seat { party, .. } => state.is_full(party),
            Self::RoomScreen => true,
        }
    }

    fn is_let_in(self) -> bool {
        !matches!(self, Self::Seat { accepted: false, .. })
    }
}

/// Whether a party may know that another sits here: a restricted seat knows its own, the chair's, the owners of what
/// was opened to it, and who turned to it: with a request for what it owns, or with an action or a measure for it.
pub fn knows_party(state: &State, party: PartyId, other: PartyId) -> bool {
    let met = |it: &Contribution| {
        (it.owner == other && state.in_audience(party, it)) || (it.owner == party && it.requests.contains_key(&other))
    };
    let seen_action = |it: &Action| it.by.party == other && state.sees_action(party, it);
    let seen_measure = |it: &Measure| it.by.party == other && state.sees_measure(party, it);
    state.seat(other).is_some()
        && (state.is_full(party)
            || party == other
            || state.table.as_ref().is_some_and(|table| table.chair == other)
            || state.contributions.values().any(|it| met(it))
            || state.actions.values().any(|it| seen_action(it))
            || state.measures.values().any(|it| seen_measure(it)))
}

/// Whether a party may know of a subject: a restricted seat only those of what was opened to it.
pub(crate) fn knows_subject(state: &State, party: PartyId, subject: SubjectId) -> bool {
    state.subjects.contains_key(&subject)
        && (state.is_full(party)
            || state
                .contributions
                .values()
                .any(|it| it.subjects.contains(&subject) && state.in_audience(party, it)))
}

/// All that one viewer sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// What does not change.
    pub about: About,
    /// Where the table is.
    pub progress: Progress,
    /// Who sits here, as far as this viewer may know.
    pub seats: Vec<SeatView>,
    /// Whom the case is about, as far as this viewer may know.
    pub subjects: Vec<SubjectView>,
    /// The shared picture, oldest first.
    pub cards: Vec<CardView>,
    /// Follow-up actions, oldest first. Their number on a screen is their place in this list.
    pub actions: Vec<ActionView>,
    /// Bridging measures, oldest first.
    pub measures: Vec<MeasureView>,
    /// The OM's decision.
    pub disposition: Option<DispositionView>,
    /// Decisions recorded against VT's request (T3).
    pub deviations: Vec<DeviationView>,
    /// The clocks.
    pub time: TimeView,
    /// What this viewer may do now.
    pub may: May,
}

/// What does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which moment.
    pub moment: String,
    /// As people call it.
    pub moment_name: Name,
    /// The case.
    pub case_reference: String,
    /// Its phases, in order.
    pub phases: Vec<Phase>,
    /// Whether the prosecutor records a disposition here.
    pub has_disposition: bool,
    /// Who leads.
    pub chair: PartyId,
    /// The viewer's own party; a room screen has none.
    pub you: Option<PartyId>,
    /// Whether the viewer sits in a full seat.
    pub full_seat: bool,
    /// When it was convened.
    pub convened_at: DateTime<Utc>,
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
    /// When the chair said that it is about to close, as long as that holds: VT's signal and a change of phase end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_call: Option<DateTime<Utc>>,
}

/// How a closed session ended for one party. Counts only of what was its own or came to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// When.
    pub at: DateTime<Utc>,
    /// What this party gave, by recipient.
    pub given: Vec<(PartyId, u32)>,
    /// What came into this party's dossier.
    pub received: u32,
    /// The follow-up actions this party takes along.
    pub agreements: u32,
    /// Contributions of this party that went nowhere and are destroyed.
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
    /// Whether this party says it is ready.
    pub ready: bool,
    /// In the closing round: how many cells it has still to decide on what this viewer may see.
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

/// A person of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectView {
    /// Which.
    pub id: SubjectId,
    /// What they are in this case.
    pub role: SubjectRole,
    /// How the table calls them.
    pub label: String,
}

/// A contribution on the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// Which.
    pub id: ContributionId,
    /// Whose (R1).
    pub owner: Party,
    /// Whether it is the viewer's party's own.
    pub mine: bool,
    /// Who wrote it; of an assessment: the assessor (C7).
    pub author: String,
    /// What it claims to be (C7).
    pub kind: ContributionKind,
    /// About whom.
    pub subjects: Vec<SubjectId>,
    /// Who sees it, when that is not simply the whole table; a restricted seat is told of its own cards only.
    pub audience: Option<AudienceView>,
    /// From one upward; above one it was corrected (C7).
    pub revision: u32,
    /// The words; absent once withdrawn.
    pub text: Option<String>,
    /// When it was shared.
    pub shared_at: DateTime<Utc>,
    /// When it was last revised.
    pub revised_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Requests for release: all of them for the owner, else only the viewer's own (R13).
    pub requests: Vec<RequestView>,
    /// The decided cells, for the owner only.
    pub cells: Vec<CellView>,
    /// What the owner wrote to the viewer's party when declining, if anything.
    pub answer: Option<String>,
}

/// Who sees a card.
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

/// A decided cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellView {
    /// For whom.
    pub recipient: PartyId,
    /// What.
    pub verdict: VerdictView,
}

/// The owner's yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictView {
    /// Yes.
    Approved {
        /// What for.
        purpose: Purpose,
        /// On what law.
        ground: LegalGround,
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
}

/// A follow-up action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// Which.
    pub id: DerivedId,
    /// What.
    pub text: String,
    /// Who does it.
    pub performer: PartyId,
    /// Before when.
    pub due: Option<DateTime<Utc>>,
    /// Which party wrote it down.
    pub by: PartyId,
    /// On which contributions it rests, as far as the viewer sees them.
    pub based_on: Vec<ContributionId>,
    /// Own contributions that keep it from part of the table; the viewer's party may open it (R11).
    pub to_open: Vec<ContributionId>,
    /// Whether the viewer may take it off the list.
    pub may_drop: bool,
}

/// A bridging measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureView {
    /// Which.
    pub id: DerivedId,
    /// Which power.
    pub kind: MeasureKind,
    /// Who holds it.
    pub holder: PartyId,
    /// Who proposed it.
    pub by: PartyId,
    /// Anything added.
    pub note: Option<String>,
    /// What the holder said.
    pub answer: Option<AnswerView>,
    /// Whether the viewer may answer.
    pub may_answer: bool,
    /// Own contributions that keep it from part of the table (R11).
    pub to_open: Vec<ContributionId>,
}

/// What the holder of a power said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerView {
    /// Commits.
    Committed {
        /// Until when it covers.
        until: DateTime<Utc>,
    },
    /// Says why not.
    Declined {
        /// Why.
        reason: Option<String>,
    },
}

/// The OM's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionView {
    /// Which.
    pub id: DerivedId,
    /// What.
    pub kind: DispositionKind,
    /// Anything added.
    pub note: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Own contributions that keep it from part of the table (R11).
    pub to_open: Vec<ContributionId>,
}

/// A decision recorded against VT's request (T3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviationView {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
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
    /// On which article.
    pub article: String,
}

/// What the viewer may do now, whatever the object; objects say the rest (`mine`, `may_drop`).
/// Who may `share` may also revise, narrow and withdraw own live cards, and ask for the release of others'.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button")]
pub struct May {
    /// Accept the ground rules: they are not accepted yet.
    pub accept_rules: bool,
    /// Share, and act on what is one's own.
    pub share: bool,
    /// Decide cells of the closing matrix.
    pub decide: bool,
    /// Say that one's party is ready.
    pub set_ready: bool,
    /// Say that one is about to close.
    pub last_call: bool,
    /// Add a person to the case.
    pub add_subject: bool,
    /// Agree follow-up actions.
    pub agree_action: bool,
    /// Propose bridging measures.
    pub propose_measure: bool,
    /// "VT heeft meer tijd nodig."
    pub ask_time: bool,
    /// Set the decision clock.
    pub set_clock: bool,
    /// Set the end of custody.
    pub set_deadline: bool,
    /// Phases the viewer may move the table to.
    pub phases: Vec<Phase>,
    /// Lead: spotlight, seats, gavel.
    pub lead: bool,
    /// Take the gavel from a colleague.
    pub take_gavel: bool,
    /// Record the disposition.
    pub record_disposition: bool,
    /// Record it against VT's request (T3).
    pub deviate: bool,
    /// Close the session.
    pub close: bool,
}

/// What changed for one viewer. Absent parts did not change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewEvent {
    /// By which command; only its sender recognises it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandId>,
    /// When it became so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// Cards that came or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardView>,
    /// Cards this viewer no longer sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<ContributionId>,
    /// Everything, where so much changed that parts make no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Box<SessionView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<SeatView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Vec<SubjectView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<ActionView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<Vec<MeasureView>>,
    /// As in [`SessionView`]; at most one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<Vec<DispositionView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviations: Option<Vec<DeviationView>>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeView>,
    /// As in [`SessionView`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may: Option<May>,
}

/// What a viewer sees now; nothing, if no session stands.
pub fn view_for(state: &State, texts: &Texts, viewer: Viewer) -> Option<SessionView> {
    let looking = Looking { state, texts, viewer };
    let sections = looking.sections();
    let mut cards: Vec<_> = state.contributions.keys().filter_map(|id| looking.card(*id)).collect();
    cards.sort_by_key(place);
    Some(SessionView {
        about: looking.about()?,
        cards,
        progress: sections.progress,
        seats: sections.seats,
        subjects: sections.subjects,
        actions: sections.actions,
        measures: sections.measures,
        disposition: sections.disposition,
        deviations: sections.deviations,
        time: sections.time,
        may: sections.may,
    })
}

/// What changed for a viewer; nothing, if nothing did for this one.
pub fn view_event(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> Option<ViewEvent> {
    let was = Looking {
        state: &before.state,
        texts: &before.texts,
        viewer,
    };
    let is = Looking {
        state: &after.state,
        texts: &after.texts,
        viewer,
    };
    let mut change = ViewEvent::default();
    if was.about() != is.about() || before.state.closed.is_some() != after.state.closed.is_some() {
        change.whole = view_for(&after.state, &after.texts, viewer).map(Box::new);
    } else {
        for id in touched_cards(before, event, after) {
            match (was.card(id), is.card(id)) {
                (was, Some(is)) if was.as_ref() != Some(&is) => change.cards.push(is),
                (Some(_), None) => change.gone.push(id),
                _ => {}
            }
        }
        if touches_sections(&event.fact, before, after, viewer) {
            changed_sections(&mut change, &was.sections(), is.sections());
        }
    }
    if change == ViewEvent::default() {
        return None;
    }
    change.command = Some(event.command);
    change.at = Some(event.at);
    Some(change)
}

/// Which cards an event can change for anybody.
fn touched_cards(before: &Snapshot, event: &Event, after: &Snapshot) -> BTreeSet<ContributionId> {
    let all = || after.state.contributions.keys().copied().collect();
    match &event.fact {
        Fact::Shared { contribution, .. }
        | Fact::Revised { contribution, .. }
        | Fact::Withdrawn { contribution }
        | Fact::ReleaseRequested { contribution, .. }
        | Fact::RequestDropped { contribution }
        | Fact::Approved { contribution, .. }
        | Fact::Declined { contribution, .. }
        | Fact::Undecided { contribution, .. } => BTreeSet::from([*contribution]),
        // A narrower audience or a dropped action can empty cells of other cards, and an opened action can become the
        // purpose of a request.
        Fact::AudienceSet { .. }
        | Fact::DerivedOpened { .. }
        | Fact::ActionDropped { .. }
        | Fact::Convened(_)
        | Fact::SeatGiven { .. }
        | Fact::SeatTaken { .. }
        | Fact::Closed { .. } => all(),
        // A person who comes back under another name changes the name on their cards.
        Fact::Entered { .. } if before.state.people.contains_key(&event.by.participant) => all(),
        Fact::Entered { .. }
        | Fact::RulesAccepted
        | Fact::GavelPassed { .. }
        | Fact::PhaseEntered { .. }
        | Fact::SubjectAdded { .. }
        | Fact::ReadySet { .. }
        | Fact::LastCalled
        | Fact::ActionAgreed { .. }
        | Fact::MeasureProposed { .. }
        | Fact::MeasureCommitted { .. }
        | Fact::MeasureDeclined { .. }
        | Fact::TimeAsked { .. }
        | Fact::TimeExplained { .. }
        | Fact::TimeEnded { .. }
        | Fact::ClockSet { .. }
        | Fact::DeadlineSet { .. }
        | Fact::DispositionRecorded { .. } => BTreeSet::new(),
    }
}

/// Whether anything but cards can change. The commonest events change cards only, and this is asked for every viewer.
fn touches_sections(fact: &Fact, before: &Snapshot, after: &Snapshot, viewer: Viewer) -> bool {
    let only_cards = matches!(
        fact,
        Fact::Shared { .. } | Fact::Revised { .. } | Fact::ReleaseRequested { .. } | Fact::RequestDropped { .. }
    );
    let counts = before.state.phase == Phase::ClosingRound;
    !only_cards || counts || !viewer.is_full(&before.state) || !viewer.is_full(&after.state)
}

fn changed_sections(change: &mut ViewEvent, was: &Sections, is: Sections) {
    fn if_changed<T: PartialEq>(was: &T, is: T) -> Option<T> {
        (*was != is).then_some(is)
    }
    change.progress = if_changed(&was.progress, is.progress);
    change.seats = if_changed(&was.seats, is.seats);
    change.subjects = if_changed(&was.subjects, is.subjects);
    change.actions = if_changed(&was.actions, is.actions);
    change.measures = if_changed(&was.measures, is.measures);
    change.disposition = if_changed(&was.disposition, is.disposition).map(|it| it.into_iter().collect());
    change.deviations = if_changed(&was.deviations, is.deviations);
    change.time = if_changed(&was.time, is.time);
    change.may = if_changed(&was.may, is.may);
}

/// Cards stand in the order in which they were shared; never by a number, whose gaps would tell of hidden ones (R2).
fn place(card: &CardView) -> (DateTime<Utc>, ContributionId) {
    (card.shared_at, card.id)
}

impl SessionView {
    /// The browser's half: this view after one more change.
    pub fn apply(&mut self, event: ViewEvent) {
        fn set<T>(section: &mut T, changed: Option<T>) {
            if let Some(changed) = changed {
                *section = changed;
            }
        }
        if let Some(whole) = event.whole {
            *self = *whole;
            return;
        }
        self.cards.retain(|card| !event.gone.contains(&card.id));
        for card in event.cards {
            if let Some(old) = self.cards.iter_mut().find(|old| old.id == card.id) {
                *old = card;
            } else {
                let at = self.cards.partition_point(|other| place(other) < place(&card));
                self.cards.insert(at, card);
            }
        }
        let ViewEvent {
            progress,
            seats,
            subjects,
            actions,
            measures,
            disposition,
            deviations,
            time,
            may,
            ..
        } = event;
        set(&mut self.progress, progress);
        set(&mut self.seats, seats);
        set(&mut self.subjects, subjects);
        set(&mut self.actions, actions);
        set(&mut self.measures, measures);
        set(&mut self.disposition, disposition.map(|it| it.into_iter().next()));
        set(&mut self.deviations, deviations);
        set(&mut self.time, time);
        set(&mut self.may, may);
    }

    /// The seat of a party.
    pub fn seat(&self, party: PartyId) -> Option<&SeatView> {
        self.seats.iter().find(|seat| seat.party.id == party)
    }
}

/// All but the cards and what never changes.
#[derive(Default)]
struct Sections {
    progress: Progress,
    seats: Vec<SeatView>,
    subjects: Vec<SubjectView>,
    actions: Vec<ActionView>,
    measures: Vec<MeasureView>,
    disposition: Option<DispositionView>,
    deviations: Vec<DeviationView>,
    time: TimeView,
    may: May,
}

/// A state through one viewer's eyes.
struct Looking<'a> {
    state: &'a State,
    texts: &'a Texts,
    viewer: Viewer,
}

impl Looking<'_> {
    fn about(&self) -> Option<About> {
        let table = self.state.table.as_ref()?;
        // R2: to a party without a seat there is no session.
        if let Some(party) = self.viewer.party() {
            self.state.seat(party)?;
        }
        Some(About {
            moment: table.moment.code.clone(),
            moment_name: table.moment.name.clone(),
            case_reference: table.case_reference.clone(),
            phases: table.moment.phases.clone(),
            has_disposition: table.moment.disposition,
            chair: table.chair,
            you: self.viewer.party(),
            full_seat: self.viewer.is_full(self.state),
            convened_at: table.convened_at,
        })
    }

    fn sections(&self) -> Sections {
        let mut sections = Sections {
            progress: self.progress(),
            seats: self.seats(),
            time: self.time(),
            may: self.may(),
            ..Sections::default()
        };
        if self.viewer.is_let_in() && self.state.closed.is_none() {
            sections.subjects = self.subjects();
            sections.actions = self.actions();
            sections.measures = self.measures();
            sections.disposition = self.disposition();
            sections.deviations = self.deviations();
        }
        sections
    }

    fn words(&self, id: TextId) -> String {
        self.texts.words(id).unwrap_or_default()
    }

    fn progress(&self) -> Progress {
        Progress {
            phase: self.state.phase,
            gavel: self.state.gavel,
            closed: self.outcome(),
            last_call: self.state.last_call,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        let closing = self.state.closed.as_ref()?;
        let mut outcome = Outcome {
            at: closing.at,
            given: Vec::new(),
            received: 0,
            agreements: 0,
            destroyed: 0,
        };
        let Some(party) = self.viewer.party() else {
            return Some(outcome);
        };
        let owner = |id: &ContributionId| self.state.contributions.get(id).map(|it| it.owner);
        for released in &closing.releases {
            if released.recipient == party {
                outcome.received += 1;
            }
            if owner(&released.contribution) == Some(party) {
                match outcome
                    .given
                    .iter_mut()
                    .find(|(recipient, _)| *recipient == released.recipient)
                {
                    Some((_, count)) => *count += 1,
                    None => outcome.given.push((released.recipient, 1)),
                }
            }
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        outcome.agreements = count(closing.agreements.iter().filter(|it| it.performer == party).count());
        let released: BTreeSet<_> = closing.releases.iter().map(|released| released.contribution).collect();
        let own = self.state.contributions.values().filter(|it| it.owner == party);
        outcome.destroyed = count(own.filter(|it| !released.contains(&it.id)).count());
        Some(outcome)
    }

    fn seats(&self) -> Vec<SeatView> {
        let counting = self.state.phase == Phase::ClosingRound
            && self.state.closed.is_none()
            && self.viewer.is_full(self.state)
            && self.viewer.is_let_in();
        self.state
            .seats
            .values()
            .filter(|seat| self.knows(seat.party.id))
            .map(|seat| {
                let (ground, task_grounds) = self.grounds(seat);
                SeatView {
                    party: seat.party.clone(),
                    level: seat.level,
                    people: self.people(seat.party.id),
                    ready: seat.ready,
                    undecided: counting.then(|| self.undecided(seat.party.id)),
                    tasks: seat.tasks.clone(),
                    ground,
                    task_grounds,
                }
            })
            .collect()
    }

    /// On what law the viewer's party would give to this seat: for any purpose, and for those of its tasks where that is
    /// another one (C2).
    fn grounds(&self, seat: &Seat) -> (Option<LegalGround>, Vec<TaskGround>) {
        let (to, own) = (seat.party.id, self.viewer.party());
        let Some(own) = own.filter(|own| *own != to) else {
            return (None, Vec::new());
        };
        let general = self.state.ground(own, to, None);
        let of_task = |task: &StatutoryTask| {
            let purpose = Purpose::Task(task.code.clone());
            let ground = self.state.ground(own, to, Some(&purpose));
            (ground != general).then(|| TaskGround {
                task: task.code.clone(),
                ground,
            })
        };
        let task_grounds = seat.tasks.iter().filter_map(of_task).collect();
        (Some(general), task_grounds)
    }

    fn knows(&self, party: PartyId) -> bool {
        match self.viewer.party() {
            Some(own) => knows_party(self.state, own, party),
            None => self.state.seat(party).is_some(),
        }
    }

    fn people(&self, party: PartyId) -> Vec<PersonView> {
        let people = self.state.people.values().filter(|person| person.party == party);
        people
            .map(|person| PersonView {
                id: person.id,
                name: person.name.clone(),
                prosecutor: person.prosecutor,
                accepted: person.rules_accepted_at.is_some(),
            })
            .collect()
    }

    /// How many cells an owner has still to decide, counted only over what this viewer may see (R2).
    fn undecided(&self, owner: PartyId) -> u32 {
        let recipients: Vec<_> = self.state.recipients(owner).collect();
        let live = self
            .state
            .contributions
            .values()
            .filter(|it| it.owner == owner && it.withdrawn_at.is_none());
        let cells = live.filter(|it| self.viewer.sees(self.state, it)).map(|it| {
            recipients
                .iter()
                .filter(|recipient| !it.cells.contains_key(*recipient))
                .count()
        });
        u32::try_from(cells.sum::<usize>()).unwrap_or(u32::MAX)
    }

    fn subjects(&self) -> Vec<SubjectView> {
        let knows = |id: SubjectId| match self.viewer.party() {
            Some(party) => knows_subject(self.state, party, id),
            None => true,
        };
        let subjects = self.state.subjects.iter().filter(|(id, _)| knows(**id));
        subjects
            .map(|(id, subject)| SubjectView {
                id: *id,
                role: subject.role,
                label: self.words(subject.label),
            })
            .collect()
    }

    fn card(&self, id: ContributionId) -> Option<CardView> {
        if self.state.closed.is_some() {
            return None;
        }
        let it = self
            .state
            .contributions
            .get(&id)
            .filter(|it| self.viewer.sees(self.state, it))?;
        let own = self.viewer.party();
        let mine = own == Some(it.owner);
        let whole_table = it.audience.table && it.audience.named.is_empty();
        let audience = AudienceView {
            table: it.audience.table,
            named: it.audience.named.iter().copied().collect(),
        };
        let requests = it.requests.iter().filter(|(party, _)| mine || own == Some(**party));
        let answer = own.and_then(|own| it.cells.get(&own)).and_then(|cell| match cell {
            Cell::Declined { reason, .. } => reason.map(|reason| self.words(reason)),
            Cell::Approved(_) => None,
        });
        Some(CardView {
            id,
            owner: self.state.seats.get(&it.owner)?.party.clone(),
            mine,
            author: self
                .state
                .people
                .get(&it.author)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            kind: it.kind,
            subjects: it.subjects.iter().copied().collect(),
            audience: (!whole_table && (mine || self.viewer.is_full(self.state))).then_some(audience),
            revision: it.revision,
            text: if it.withdrawn_at.is_some() {
                None
            } else {
                self.texts.words(it.text)
            },
            shared_at: it.shared_at,
            revised_at: it.revised_at,
            withdrawn_at: it.withdrawn_at,
            requests: requests
                .map(|(party, request)| RequestView {
                    party: *party,
                    purpose: request.purpose.clone().filter(|purpose| self.sees_purpose(purpose)),
                    reason: request.reason.map(|reason| self.words(reason)),
                    at: request.at,
                })
                .collect(),
            cells: if mine {
                it.cells.iter().map(|(to, cell)| self.cell(*to, cell)).collect()
            } else {
                Vec::new()
            },
            answer,
        })
    }

    /// Whether the viewer may know what is asked for: of an action that it does not see, not even the id (R11).
    fn sees_purpose(&self, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Task(_) => true,
            Purpose::Action(id) => self.viewer.party().is_some_and(|party| {
                let action = self.state.actions.get(id);
                action.is_some_and(|action| self.state.sees_action(party, action))
            }),
        }
    }

    fn cell(&self, recipient: PartyId, cell: &Cell) -> CellView {
        let words = |id: Option<TextId>| id.map(|id| self.words(id));
        let verdict = match cell {
            Cell::Approved(approval) => VerdictView::Approved {
                purpose: approval.purpose.clone(),
                ground: approval.ground.clone(),
                excerpt: words(approval.excerpt),
                condition: words(approval.condition),
                motivation: words(approval.motivation),
            },
            Cell::Declined { reason, .. } => VerdictView::Declined { reason: words(*reason) },
        };
        CellView { recipient, verdict }
    }

    /// Own contributions that keep something derived from part of the table (R11).
    fn to_open(&self, basis: &Basis) -> Vec<ContributionId> {
        let Some(own) = self.viewer.party() else {
            return Vec::new();
        };
        let narrow = |id: &&ContributionId| {
            self.state
                .contributions
                .get(id)
                .is_some_and(|it| it.owner == own && !it.audience.table)
        };
        basis
            .based_on
            .difference(&basis.opened)
            .filter(narrow)
            .copied()
            .collect()
    }

    fn actions(&self) -> Vec<ActionView> {
        let representative = self.viewer.representative(self.state);
        let visible = self.state.actions.iter().filter(|(_, action)| {
            self.viewer.sees_derived(self.state, &action.basis)
                && (self.viewer.is_full(self.state) || self.viewer.party() == Some(action.performer))
        });
        let mut actions: Vec<_> = visible.collect();
        actions.sort_by_key(|(id, action)| (action.agreed_at, **id));
        let sees = |id: &&ContributionId| {
            self.state
                .contributions
                .get(id)
                .is_some_and(|it| self.viewer.sees(self.state, it))
        };
        actions
            .into_iter()
            .map(|(id, action)| ActionView {
                id: *id,
                text: self.words(action.text),
                performer: action.performer,
                due: action.due,
                by: action.by.party,
                based_on: action.basis.based_on.iter().filter(sees).copied().collect(),
                to_open: self.to_open(&action.basis),
                may_drop: representative.is_some_and(|who| may(self.state, who, Deed::DropAction(*id)).is_ok()),
            })
            .collect()
    }

    fn measures(&self) -> Vec<MeasureView> {
        let representative = self.viewer.representative(self.state);
        let visible = self.state.measures.iter().filter(|(_, measure)| {
            self.viewer.sees_derived(self.state, &measure.basis)
                && (self.viewer.is_full(self.state) || self.viewer.party() == Some(measure.holder))
        });
        let mut measures: Vec<_> = visible.collect();
        measures.sort_by_key(|(id, measure)| (measure.proposed_at, **id));
        measures
            .into_iter()
            .map(|(id, measure)| MeasureView {
                id: *id,
                kind: measure.kind,
                holder: measure.holder,
                by: measure.by.party,
                note: measure.note.map(|note| self.words(note)),
                answer: measure.answer.as_ref().map(|answer| match answer {
                    MeasureAnswer::Committed { until } => AnswerView::Committed { until: *until },
                    MeasureAnswer::Declined { reason } => AnswerView::Declined {
                        reason: reason.map(|reason| self.words(reason)),
                    },
                }),
                may_answer: representative.is_some_and(|who| may(self.state, who, Deed::AnswerMeasure(*id)).is_ok()),
                to_open: self.to_open(&measure.basis),
            })
            .collect()
    }

    fn disposition(&self) -> Option<DispositionView> {
        let it = self.state.disposition.as_ref()?;
        (self.viewer.is_full(self.state) && self.viewer.sees_derived(self.state, &it.basis)).then(|| DispositionView {
            id: it.id,
            kind: it.kind,
            note: it.note.map(|note| self.words(note)),
            at: it.at,
            to_open: self.to_open(&it.basis),
        })
    }

    fn deviations(&self) -> Vec<DeviationView> {
        if !self.viewer.is_full(self.state) {
            return Vec::new();
        }
        let name = |id: &ParticipantId| self.state.people.get(id).map(|it| it.name.clone()).unwrap_or_default();
        let deviations = self.state.deviations.iter();
        deviations
            .map(|it| DeviationView {
                by: name(&it.by.participant),
                at: it.at,
                motivation: self.words(it.motivation.id),
            })
            .collect()
    }

    fn time(&self) -> TimeView {
        let full = self.viewer.is_full(self.state);
        let standing = self
            .state
            .time_requests
            .iter()
            .filter(|(_, request)| request.ended_at.is_none());
        let name = |id: ParticipantId| self.state.people.get(&id).map(|it| it.name.clone());
        TimeView {
            clock: self.state.clock,
            requests: standing
                .map(|(id, request)| TimeRequestView {
                    id: *id,
                    party: request.by.party,
                    by: name(request.by.participant).filter(|_| full),
                    at: request.at,
                    reason: request.reason.filter(|_| full),
                    minutes: request.minutes,
                    mine: self.viewer.party() == Some(request.by.party),
                })
                .collect(),
            deadline: self.state.deadline.as_ref().filter(|_| full).map(|it| DeadlineView {
                at: it.at,
                article: it.article.clone(),
            }),
        }
    }

    fn may(&self) -> May {
        let Some(who) = self.viewer.representative(self.state) else {
            return May::default();
        };
        let may = |deed| may(self.state, who, deed).is_ok();
        let phases = self
            .state
            .table
            .as_ref()
            .map(|table| table.moment.phases.as_slice())
            .unwrap_or_default();
        May {
            accept_rules: !self.viewer.is_let_in() && may(Deed::AcceptRules),
            share: may(Deed::Share),
            decide: may(Deed::Share) && self.state.phase == Phase::ClosingRound,
            set_ready: may(Deed::SetReady),
            last_call: may(Deed::LastCall),
            add_subject: may(Deed::AddSubject),
            agree_action: may(Deed::AgreeAction),
            propose_measure: may(Deed::ProposeMeasure),
            ask_time: may(Deed::AskTime),
            set_clock: may(Deed::SetClock),
            set_deadline: may(Deed::SetDeadline),
            phases: phases
                .iter()
                .copied()
                .filter(|phase| may(Deed::MoveTo(*phase)))
                .collect(),
            lead: may(Deed::GiveSeat),
            take_gavel: may(Deed::TakeGavel),
            record_disposition: may(Deed::RecordDisposition),
            deviate: may(Deed::Deviate),
            close: may(Deed::Close),
        }
    }
}
