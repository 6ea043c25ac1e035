//! What is so, after everything that happened. Not serialisable: the only way out is the projection.
//!
//! `evolve` is total: it believes the events, whose facts `decide` checked. An event about something
//! that is not there changes nothing.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};
use chrono::{DateTime, Utc};

use super::clock::DecisionClock;
use super::command::{
    Actor, Audience, ContributionKind, DispositionKind, MeasureKind, Purpose, SeatLevel, SubjectRole, TimeReason,
};
use super::event::{Agreement, Event, Fact, Released, SubjectNamed};
use crate::ground::{GroundBetween, LegalGround, StatutoryTask};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, SubjectId, TextId, TimeRequestId};
use crate::moment::{Moment, Phase};
use crate::party::{Party, PartyKind};
use crate::text::TextRef;

/// A session. `State::default()` is one that has not been convened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(crate) table: Option<Arc<Table>>,
    pub(crate) phase: Phase,
    pub(crate) gavel: Option<ParticipantId>,
    /// When the chair last said that it is about to close, as long as that holds.
    pub(crate) last_call: Option<DateTime<Utc>>,
    pub(crate) last_at: Option<DateTime<Utc>>,
    pub(crate) closed: Option<Closing>,
    pub(crate) seats: BTreeMap<PartyId, Arc<Seat>>,
    pub(crate) people: BTreeMap<ParticipantId, Arc<Person>>,
    pub(crate) subjects: BTreeMap<SubjectId, Subject>,
    pub(crate) contributions: BTreeMap<ContributionId, Arc<Contribution>>,
    pub(crate) actions: BTreeMap<DerivedId, Arc<Action>>,
    pub(crate) measures: BTreeMap<DerivedId, Arc<Measure>>,
    pub(crate) disposition: Option<Arc<Disposition>>,
    pub(crate) deviations: Vec<Deviation>,
    pub(crate) clock: Option<DecisionClock>,
    pub(crate) time_requests: BTreeMap<TimeRequestId, TimeRequest>,
    pub(crate) deadline: Option<StatutoryDeadline>,
    pub(crate) done: BTreeSet<(ParticipantId, CommandId)>,
}

/// What stays as it was convened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub moment: Moment,
    pub case_reference: String,
    pub chair: PartyId,
    pub convened_at: DateTime<Utc>,
    pub grounds: Vec<GroundBetween>,
}

/// A party at the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub party: Party,
    pub level: SeatLevel,
    pub tasks: Vec<StatutoryTask>,
    pub retention_days: u32,
    pub taken_away: bool,
    pub ready: bool,
}

/// A person who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub id: ParticipantId,
    pub party: PartyId,
    pub name: String,
    pub prosecutor: bool,
    pub entered_at: DateTime<Utc>,
    pub rules_accepted_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub role: SubjectRole,
    pub label: TextId,
}

/// An inbreng.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contribution {
    pub id: ContributionId,
    pub owner: PartyId,
    pub author: ParticipantId,
    pub kind: ContributionKind,
    pub subjects: BTreeSet<SubjectId>,
    pub audience: Audience,
    pub revision: u32,
    pub text: TextId,
    pub shared_at: DateTime<Utc>,
    pub revised_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub requests: BTreeMap<PartyId, Request>,
    pub cells: BTreeMap<PartyId, Cell>,
}

/// A partner says: I need this in my dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub purpose: Option<Purpose>,
    pub reason: Option<TextId>,
    pub at: DateTime<Utc>,
}

/// A decided cell of the closing matrix. An undecided one is not there (R4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Approved(Approval),
    Declined {
        reason: Option<TextId>,
        by: Actor,
        at: DateTime<Utc>,
    },
}

/// The owner's yes (R5). It stands for the current revision: a revision empties the cell (R6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approval {
    pub purpose: Purpose,
    pub ground: LegalGround,
    pub excerpt: Option<TextId>,
    pub condition: Option<TextId>,
    pub motivation: Option<TextId>,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// What was derived from contributions, and which of their owners opened it (R11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Basis {
    pub based_on: BTreeSet<ContributionId>,
    pub opened: BTreeSet<ContributionId>,
}

/// A follow-up action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub text: TextId,
    pub performer: PartyId,
    pub due: Option<DateTime<Utc>>,
    pub by: Actor,
    pub agreed_at: DateTime<Utc>,
    pub basis: Basis,
}

/// A bridging measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    pub kind: MeasureKind,
    pub holder: PartyId,
    pub note: Option<TextId>,
    pub by: Actor,
    pub proposed_at: DateTime<Utc>,
    pub answer: Option<MeasureAnswer>,
    pub basis: Basis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MeasureAnswer {
    Committed { until: DateTime<Utc> },
    Declined { reason: Option<TextId> },
}

/// The OM's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disposition {
    pub id: DerivedId,
    pub kind: DispositionKind,
    pub note: Option<TextId>,
    pub deviation: Option<TextId>,
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub basis: Basis,
}

/// A disposition recorded against VT's request; it stands in every report, whatever is recorded later (T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deviation {
    pub motivation: TextRef,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// One time VT said that it needs more time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimeRequest {
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub reason: Option<TimeReason>,
    pub minutes: Option<u32>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The end of custody, as an officer set it. Nothing in this program pauses it (T4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatutoryDeadline {
    pub at: DateTime<Utc>,
    pub article: String,
    pub by: Actor,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// When the chair said for the last time that it was about to close.
    pub last_call: Option<DateTime<Utc>>,
    pub releases: Vec<Released>,
    pub agreements: Vec<Agreement>,
}

impl State {
    /// Whether a session stands at all.
    pub fn is_convened(&self) -> bool {
        self.table.is_some()
    }
    /// When it closed.
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.closed.as_ref().map(|closing| closing.at)
    }
    /// When it was convened.
    pub fn convened_at(&self) -> Option<DateTime<Utc>> {
        self.table.as_ref().map(|table| table.convened_at)
    }
    /// The parties that have a seat now.
    pub fn parties(&self) -> Vec<PartyId> {
        self.seats
            .iter()
            .filter(|(_, seat)| !seat.taken_away)
            .map(|(party, _)| *party)
            .collect()
    }
    /// Whether this person came in and accepted the ground rules.
    pub fn has_accepted_rules(&self, participant: ParticipantId) -> bool {
        self.people
            .get(&participant)
            .is_some_and(|person| person.rules_accepted_at.is_some())
    }
    /// Whether this person came in, and under which name and as which role the table knows them.
    pub fn has_entered(&self, participant: ParticipantId, name: &str, prosecutor: bool) -> bool {
        self.people
            .get(&participant)
            .is_some_and(|person| person.name == name && person.prosecutor == prosecutor)
    }

    /// The person behind an actor, if it came in for that party.
    pub(crate) fn person(&self, actor: Actor) -> Option<&Person> {
        self.people
            .get(&actor.participant)
            .map(AsRef::as_ref)
            .filter(|person| person.party == actor.party)
    }
    pub(crate) fn seat(&self, party: PartyId) -> Option<&Seat> {
        self.seats
            .get(&party)
            .map(AsRef::as_ref)
            .filter(|seat| !seat.taken_away)
    }
    pub(crate) fn kind(&self, party: PartyId) -> Option<PartyKind> {
        self.seats.get(&party).map(|seat| seat.party.kind)
    }
    /// Whether VT takes its time now (T2).
    pub(crate) fn time_stands(&self) -> bool {
        self.time_requests.values().any(|request| request.ended_at.is_none())
    }
    /// Whether this party takes its time now (T2).
    pub(crate) fn time_stands_for(&self, party: PartyId) -> bool {
        let mut own = self.time_requests.values().filter(|it| it.by.party == party);
        own.any(|request| request.ended_at.is_none())
    }
    /// Whether the moment requires a kind of party that sits here in this party's full seat alone.
    pub(crate) fn needs(&self, party: PartyId) -> bool {
        let (Some(seat), Some(table)) = (self.seat(party), &self.table) else {
            return false;
        };
        let kind = seat.party.kind;
        let mut others = self
            .parties()
            .into_iter()
            .filter(|it| *it != party && self.is_full(*it));
        table.moment.required.contains(&kind)
            && self.is_full(party)
            && !others.any(|other| self.kind(other) == Some(kind))
    }
    /// Whether a party is in a contribution's audience (R2). The owner always is; a restricted seat only by name.
    pub(crate) fn in_audience(&self, party: PartyId, contribution: &Contribution) -> bool {
        let Some(seat) = self.seat(party) else { return false };
        contribution.owner == party
            || contribution.audience.named.contains(&party)
            || (contribution.audience.table && seat.level == SeatLevel::Full)
    }
    /// Whether a party may see what was derived (R11): all it rests on, apart from what its owners opened.
    pub(crate) fn sees_derived(&self, party: PartyId, basis: &Basis) -> bool {
        self.seat(party).is_some()
            && basis.based_on.difference(&basis.opened).all(|id| {
                self.contributions
                    .get(id)
                    .is_some_and(|contribution| self.in_audience(party, contribution))
            })
    }
    /// Whether a party may see a follow-up action: a restricted seat only those it performs itself.
    pub(crate) fn sees_action(&self, party: PartyId, action: &Action) -> bool {
        self.sees_derived(party, &action.basis) && (self.is_full(party) || action.performer == party)
    }
    /// Whether a party may see a bridging measure: a restricted seat only those whose power it holds itself.
    pub(crate) fn sees_measure(&self, party: PartyId, measure: &Measure) -> bool {
        self.sees_derived(party, &measure.basis) && (self.is_full(party) || measure.holder == party)
    }
    /// Whether a party sits here in a full seat.
    pub(crate) fn is_full(&self, party: PartyId) -> bool {
        self.seat(party).is_some_and(|seat| seat.level == SeatLevel::Full)
    }
    /// On what law one party gives to another, for this purpose or for any (C2).
    pub(crate) fn ground(&self, giver: PartyId, recipient: PartyId, purpose: Option<&Purpose>) -> LegalGround {
        let (Some(giver), Some(recipient), Some(table)) = (self.kind(giver), self.kind(recipient), &self.table) else {
            return LegalGround::none();
        };
        let task = purpose.and_then(|purpose| match purpose {
            Purpose::Task(code) => Some(code.as_str()),
            Purpose::Action(_) => None,
        });
        GroundBetween::find(&table.grounds, giver, recipient, task)
    }
    /// Parties this owner can release to: every other one with a seat (R5).
    pub(crate) fn recipients(&self, owner: PartyId) -> impl Iterator<Item = PartyId> + '_ {
        self.parties().into_iter().filter(move |party| *party != owner)
    }
    /// Whether a party may see the disposition: a restricted seat never does.
    pub(crate) fn sees_disposition(&self, party: PartyId, disposition: &Disposition) -> bool {
        self.is_full(party) && self.sees_derived(party, &disposition.basis)
    }
    /// The basis of whatever was derived under this id, if this party may see it.
    pub(crate) fn basis_seen(&self, party: PartyId, derived: DerivedId) -> Option<&Basis> {
        let action = self.actions.get(&derived).filter(|it| self.sees_action(party, it));
        let measure = self.measures.get(&derived).filter(|it| self.sees_measure(party, it));
        let disposition = self.disposition.as_ref().filter(|it| it.id == derived);
        action
            .map(|action| &action.basis)
            .or_else(|| measure.map(|measure| &measure.basis))
            .or_else(|| {
                disposition
                    .filter(|it| self.sees_disposition(party, it))
                    .map(|it| &it.basis)
            })
    }
    fn basis_mut(&mut self, derived: DerivedId) -> Option<&mut Basis> {
        if let Some(action) = self.actions.get_mut(&derived) {
            return Some(&mut Arc::make_mut(action).basis);
        }
        if let Some(measure) = self.measures.get_mut(&derived) {
            return Some(&mut Arc::make_mut(measure).basis);
        }
        self.disposition
            .as_mut()
            .filter(|it| it.id == derived)
            .map(|it| &mut Arc::make_mut(it).basis)
    }
    fn contribution_mut(&mut self, id: ContributionId) -> Option<&mut Contribution> {
        self.contributions.get_mut(&id).map(Arc::make_mut)
    }
    fn add_subject(&mut self, subject: &SubjectNamed) {
        self.subjects.insert(
            subject.id,
            Subject {
                role: subject.role,
                label: subject.label.id,
            },
        );
    }
    fn give_seat(&mut self, seat: &super::command::NewSeat) {
        self.seats.insert(
            seat.party.id,
            Arc::new(Seat {
                party: seat.party.clone(),
                level: seat.level,
                tasks: seat.tasks.clone(),
                retention_days: seat.retention_days,
                taken_away: false,
                ready: false,
            }),
        );
    }
    fn enter(&mut self, by: Actor, name: &str, prosecutor: bool, at: DateTime<Utc>) {
        // Who comes back for another party accepts the ground rules for that one too.
        let accepted = self.person(by).and_then(|person| person.rules_accepted_at);
        self.people.insert(
            by.participant,
            Arc::new(Person {
                id: by.participant,
                party: by.party,
                name: name.into(),
                prosecutor,
                entered_at: at,
                rules_accepted_at: accepted,
            }),
        );
    }
    /// Whether giver and recipient may still use this purpose: an action both may see, or a task the recipient has (R5).
    pub(crate) fn purpose_holds(&self, giver: PartyId, recipient: PartyId, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Action(id) => self
                .actions
                .get(id)
                .is_some_and(|action| self.sees_action(giver, action) && self.sees_action(recipient, action)),
            Purpose::Task(code) => self
                .seat(recipient)
                .is_some_and(|seat| seat.tasks.iter().any(|task| task.code == *code)),
        }
    }
    /// Drops requests by parties that no longer see the contribution, and empties the cells whose approval no longer
    /// holds: giver or recipient lost its seat, the recipient's task is no longer its task, or the action that was the
    /// purpose is gone or hidden from one of them (R2, R5, R11). A giver without a seat could not take its approval
    /// back any more (R6), so what it approved stays (R4).
    fn lapse(&mut self) {
        let mut lapsed = Vec::new();
        let mut unseen = Vec::new();
        for contribution in self.contributions.values() {
            let outside = contribution
                .requests
                .keys()
                .filter(|party| !self.in_audience(**party, contribution));
            unseen.extend(outside.map(|party| (contribution.id, *party)));
            for (recipient, cell) in &contribution.cells {
                let holds = match cell {
                    Cell::Approved(approval) => {
                        self.seat(contribution.owner).is_some()
                            && self.purpose_holds(contribution.owner, *recipient, &approval.purpose)
                    }
                    Cell::Declined { .. } => true,
                };
                if !holds {
                    lapsed.push((contribution.id, *recipient));
                }
            }
        }
        for (contribution, recipient) in lapsed {
            if let Some(contribution) = self.contribution_mut(contribution) {
                contribution.cells.remove(&recipient);
            }
        }
        for (contribution, party) in unseen {
            if let Some(contribution) = self.contribution_mut(contribution) {
                contribution.requests.remove(&party);
            }
        }
    }
}

/// What is so after one more event. Total: it cannot fail.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one arm a fact, all in one place")]
pub fn evolve(mut state: State, event: &Event) -> State {
    let Event { at, by, command, fact } = event;
    let (at, by) = (*at, *by);
    state.last_at = Some(at);
    state.done.insert((by.participant, *command));
    match fact {
        Fact::Convened(convened) => {
            state.table = Some(Arc::new(Table {
                moment: convened.moment.clone(),
                case_reference: convened.case_reference.clone(),
                chair: by.party,
                convened_at: at,
                grounds: convened.grounds.clone(),
            }));
            state.phase = convened.moment.phases.first().copied().unwrap_or_default();
            state.gavel = Some(by.participant);
            state.clock = convened
                .clock_minutes
                .map(|minutes| DecisionClock::started(at, minutes));
            convened.subjects.iter().for_each(|subject| state.add_subject(subject));
            convened.seats.iter().for_each(|seat| state.give_seat(seat));
            state.enter(by, &convened.convener_name, convened.convener_is_prosecutor, at);
        }
        Fact::SeatGiven { seat } => {
            state.give_seat(seat);
            state.lapse();
        }
        Fact::SeatTaken { party } => {
            if let Some(seat) = state.seats.get_mut(party) {
                Arc::make_mut(seat).taken_away = true;
            }
            state.lapse();
        }
        Fact::Entered { name, prosecutor } => state.enter(by, name, *prosecutor, at),
        Fact::RulesAccepted => {
            if let Some(person) = state.people.get_mut(&by.participant) {
                Arc::make_mut(person).rules_accepted_at = Some(at);
            }
        }
        Fact::GavelPassed { to } => state.gavel = Some(*to),
        Fact::PhaseEntered { phase } => {
            state.phase = *phase;
            state.last_call = None;
        }
        Fact::SubjectAdded { subject } => state.add_subject(subject),
        Fact::Shared {
            contribution,
            kind,
            subjects,
            audience,
            text,
        } => {
            state.contributions.insert(
                *contribution,
                Arc::new(Contribution {
                    id: *contribution,
                    owner: by.party,
                    author: by.participant,
                    kind: *kind,
                    subjects: subjects.clone(),
                    audience: audience.clone(),
                    revision: 1,
                    text: text.id,
                    shared_at: at,
                    revised_at: None,
                    withdrawn_at: None,
                    requests: BTreeMap::new(),
                    cells: BTreeMap::new(),
                }),
            );
        }
        Fact::Revised {
            contribution,
            revision,
            kind,
            subjects,
            text,
        } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                contribution.revision = *revision;
                contribution.kind = *kind;
                contribution.subjects.clone_from(subjects);
                contribution.text = text.id;
                contribution.author = by.participant;
                contribution.revised_at = Some(at);
                contribution.cells.clear();
            }
        }
        Fact::AudienceSet { contribution, audience } => {
            if let Some(it) = state.contribution_mut(*contribution) {
                it.audience.clone_from(audience);
            }
            state.lapse();
        }
        Fact::Withdrawn { contribution } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                contribution.withdrawn_at = Some(at);
                contribution.requests.clear();
                contribution.cells.clear();
            }
        }
        Fact::ReleaseRequested {
            contribution,
            purpose,
            reason,
        } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                let request = Request {
                    purpose: purpose.clone(),
                    reason: reason.map(|text| text.id),
                    at,
                };
                contribution.requests.insert(by.party, request);
            }
        }
        Fact::RequestDropped { contribution } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                contribution.requests.remove(&by.party);
            }
        }
        Fact::Approved {
            contribution,
            recipient,
            purpose,
            ground,
            excerpt,
            condition,
            motivation,
            ..
        } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                contribution.cells.insert(
                    *recipient,
                    Cell::Approved(Approval {
                        purpose: purpose.clone(),
                        ground: ground.clone(),
                        excerpt: excerpt.map(|text| text.id),
                        condition: condition.map(|text| text.id),
                        motivation: motivation.map(|text| text.id),
                        by,
                        at,
                    }),
                );
            }
        }
        Fact::Declined {
            contribution,
            recipient,
            reason,
        } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                let reason = reason.map(|text| text.id);
                contribution.cells.insert(*recipient, Cell::Declined { reason, by, at });
            }
        }
        Fact::Undecided {
            contribution,
            recipient,
        } => {
            if let Some(contribution) = state.contribution_mut(*contribution) {
                contribution.cells.remove(recipient);
            }
        }
        Fact::ReadySet { ready } => {
            if let Some(seat) = state.seats.get_mut(&by.party) {
                Arc::make_mut(seat).ready = *ready;
            }
        }
        Fact::LastCalled => state.last_call = Some(at),
        Fact::ActionAgreed {
            action,
            text,
            performer,
            due,
            based_on,
        } => {
            let basis = Basis {
                based_on: based_on.clone(),
                opened: BTreeSet::new(),
            };
            let (text, performer, due) = (text.id, *performer, *due);
            state.actions.insert(
                *action,
                Arc::new(Action {
                    text,
                    performer,
                    due,
                    by,
                    agreed_at: at,
                    basis,
                }),
            );
        }
        Fact::ActionDropped { action } => {
            state.actions.remove(action);
            for contribution in state.contributions.values_mut() {
                let gone = Some(Purpose::Action(*action));
                if contribution.requests.values().any(|request| request.purpose == gone) {
                    for request in Arc::make_mut(contribution).requests.values_mut() {
                        if request.purpose == gone {
                            request.purpose = None;
                        }
                    }
                }
            }
            state.lapse();
        }
        Fact::DerivedOpened { derived, contribution } => {
            if let Some(basis) = state.basis_mut(*derived) {
                basis.opened.insert(*contribution);
            }
        }
        Fact::MeasureProposed {
            measure,
            kind,
            holder,
            note,
            based_on,
        } => {
            let basis = Basis {
                based_on: based_on.clone(),
                opened: BTreeSet::new(),
            };
            let (kind, holder, note) = (*kind, *holder, note.map(|text| text.id));
            let proposal = Measure {
                kind,
                holder,
                note,
                by,
                proposed_at: at,
                answer: None,
                basis,
            };
            state.measures.insert(*measure, Arc::new(proposal));
        }
        Fact::MeasureCommitted { measure, until } => {
            if let Some(measure) = state.measures.get_mut(measure) {
                Arc::make_mut(measure).answer = Some(MeasureAnswer::Committed { until: *until });
            }
        }
        Fact::MeasureDeclined { measure, reason } => {
            if let Some(measure) = state.measures.get_mut(measure) {
                Arc::make_mut(measure).answer = Some(MeasureAnswer::Declined {
                    reason: reason.map(|text| text.id),
                });
            }
        }
        Fact::TimeAsked {
            request,
            reason,
            minutes,
        } => {
            let (reason, minutes) = (*reason, *minutes);
            // T2: nobody is about to close while VT takes its time. Afterwards the chair calls again.
            state.last_call = None;
            state.time_requests.insert(
                *request,
                TimeRequest {
                    by,
                    at,
                    reason,
                    minutes,
                    ended_at: None,
                },
            );
            if state.disposition.is_none() {
                state.clock = state.clock.map(|clock| clock.paused(at));
            }
        }
        Fact::TimeExplained {
            request,
            reason,
            minutes,
        } => {
            if let Some(request) = state.time_requests.get_mut(request) {
                request.reason = *reason;
                request.minutes = *minutes;
            }
        }
        Fact::TimeEnded { request } => {
            if let Some(request) = state.time_requests.get_mut(request) {
                request.ended_at = Some(at);
            }
            if !state.time_stands() && state.disposition.is_none() {
                state.clock = state.clock.map(|clock| clock.resumed(at));
            }
        }
        Fact::ClockSet { minutes } => state.clock = state.clock.map(|clock| clock.allowing(*minutes)),
        Fact::DeadlineSet { at: until, article } => {
            state.deadline = Some(StatutoryDeadline {
                at: *until,
                article: article.clone(),
                by,
            });
        }
        Fact::DispositionRecorded {
            disposition,
            kind,
            note,
            deviation,
            based_on,
        } => {
            let basis = Basis {
                based_on: based_on.clone(),
                opened: BTreeSet::new(),
            };
            state.disposition = Some(Arc::new(Disposition {
                id: *disposition,
                kind: *kind,
                note: note.map(|text| text.id),
                deviation: deviation.map(|text| text.id),
                by,
                at,
                basis,
            }));
            state.deviations.extend(deviation.map(|text| Deviation {
                motivation: text,
                by,
                at,
            }));
            state.clock = state.clock.map(|clock| clock.paused(at));
        }
        Fact::Closed { releases, agreements } => {
            state.clock = state.clock.map(|clock| clock.paused(at));
            state.closed = Some(Closing {
                at,
                by,
                last_call: state.last_call.take(),
                releases: releases.clone(),
                agreements: agreements.clone(),
            });
        }
    }
    state
}
