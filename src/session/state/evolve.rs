//! The next state. Total: it believes the events, whose contents `decide` checked. An event about something that is not
//! there changes nothing.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use chrono::{DateTime, Utc};

use super::super::clock::DecisionClock;
use super::super::command::{Actor, NewSeat, SeatLevel, SubjectRole};
use super::super::event::{Event, EventKind, SubjectNamed};
use super::super::item::{Answer, Approval, Audience, Cell, Content, GivenAnswer, Item, LapseReason, Request};
use super::lapse::can_take_something_along;
use super::{
    Closing, Deviation, Made, Person, Seat, SeatStatus, State, StatutoryDeadline, Subject, Table, TimeRequest,
};
use crate::ids::{ItemId, SubjectId};
use crate::moment::Phase;

/// What is so after one more event.
#[must_use]
pub fn evolve(mut state: State, event: &Event) -> State {
    let before = can_take_something_along(&event.kind).then(|| state.clone());
    state.events += 1;
    state.last_at = Some(event.at);
    let made = Made::of(&event.kind);
    let done = state.done.entry((event.by.participant, event.command)).or_default();
    *done = made.or(*done);
    if !matches!(event.kind, EventKind::ExpiryWarned { .. } | EventKind::Entered { .. }) {
        state.last_activity = Some(event.at);
        state.expires_at = None;
    }
    state.happen(event);
    if let Some(before) = before {
        state.lapse(&before, event);
    }
    state.run_or_stop_the_clock(event.at);
    state
}

impl State {
    #[expect(clippy::too_many_lines, reason = "one arm an event, all in one place")]
    fn happen(&mut self, event: &Event) {
        let Event { at, by, kind, .. } = event;
        let (at, by) = (*at, *by);
        match kind {
            EventKind::Convened(convened) => {
                self.table = Some(Arc::new(Table {
                    moment: convened.moment.clone(),
                    case_reference: convened.case_reference.clone(),
                    chair: by.party,
                    convened_at: at,
                    grounds: convened.grounds.clone(),
                    powers: convened.powers.clone(),
                    terms: convened.terms.clone(),
                }));
                self.phase = convened.moment.phases.first().copied().unwrap_or_default();
                self.gavel = Some(by.participant);
                self.clock = convened
                    .clock_minutes
                    .map(|minutes| DecisionClock::started(at, minutes));
                convened
                    .subjects
                    .iter()
                    .for_each(|subject| self.name_subject(by, subject));
                convened.seats.iter().for_each(|seat| self.give_seat(seat));
                self.enter(by, &convened.convener_name, convened.convener_is_prosecutor);
            }
            EventKind::SeatGiven { seat } => self.give_seat(seat),
            EventKind::SeatTaken { party } => {
                if let Some(seat) = self.seats.get_mut(party).map(Arc::make_mut) {
                    seat.status = SeatStatus::Taken;
                    seat.ready = false;
                }
            }
            EventKind::AskedToLeave { party } => {
                if let Some(seat) = self.seats.get_mut(party).map(Arc::make_mut) {
                    seat.asked_to_leave_at = Some(at);
                }
            }
            EventKind::Left => {
                if let Some(seat) = self.seats.get_mut(&by.party).map(Arc::make_mut) {
                    seat.status = SeatStatus::Left { at };
                    seat.ready = false;
                }
                for item in self.items.values_mut() {
                    if item.requests.contains_key(&by.party) {
                        Arc::make_mut(item).requests.remove(&by.party);
                    }
                }
            }
            EventKind::AttendeesNamed { people } => {
                if let Some(seat) = self.seats.get_mut(&by.party).map(Arc::make_mut) {
                    seat.attendees.clone_from(people);
                }
            }
            EventKind::NewcomerAnswered { party, show } => {
                if let Some(seat) = self.seats.get_mut(party).map(Arc::make_mut) {
                    seat.newcomer_answers.insert(by.party, *show);
                }
            }
            EventKind::Entered { name, prosecutor } => self.enter(by, name, *prosecutor),
            EventKind::RulesAccepted => {
                if let Some(person) = self.people.get_mut(&by.participant) {
                    Arc::make_mut(person).rules_accepted_at = Some(at);
                }
            }
            EventKind::GavelPassed { to } => self.gavel = Some(*to),
            EventKind::PhaseEntered { phase } => {
                if self.phase == Phase::ClosingRound {
                    self.seats
                        .values_mut()
                        .filter(|seat| seat.ready)
                        .for_each(|seat| Arc::make_mut(seat).ready = false);
                }
                self.phase = *phase;
                self.last_call = None;
            }
            EventKind::SubjectAdded { subject } => self.name_subject(by, subject),
            EventKind::SubjectCorrected { revision, subject } => {
                if let Some(it) = self.subjects.get_mut(&subject.id) {
                    let becomes_reporter = it.role != subject.role && subject.role == SubjectRole::Reporter;
                    it.role = subject.role;
                    it.label = subject.label.id;
                    it.revision = *revision;
                    if becomes_reporter {
                        self.leave_out_of_approvals(subject.id);
                    }
                }
            }
            EventKind::SubjectRemoved { subject } => {
                self.subjects.remove(subject);
            }
            EventKind::Shared {
                item,
                content,
                subjects,
                audience,
                based_on,
                text,
            } => {
                let made = self.new_item(*item, by, at, content.clone());
                let rests_on = self.rests_on(based_on);
                self.items.insert(
                    *item,
                    Arc::new(Item {
                        subjects: subjects.clone(),
                        audience: audience.clone(),
                        based_on: based_on.clone(),
                        rests_on,
                        text: text.map(|text| text.id),
                        ..made
                    }),
                );
            }
            EventKind::Revised {
                item,
                revision,
                content,
                subjects,
                text,
            } => {
                if let Some(item) = self.item_mut(*item) {
                    let text = text.map(|text| text.id);
                    item.revise(by, at, *revision, content.clone(), subjects.clone(), text);
                }
            }
            EventKind::AudienceSet { item, audience } => {
                let since = self.events;
                if let Some(item) = self.item_mut(*item) {
                    // Only who opens an item to the table now opens it to those who came since it was shared (R15).
                    if audience.table && !item.audience.table {
                        item.audience_since = since;
                    }
                    item.audience.clone_from(audience);
                }
            }
            EventKind::Withdrawn { item } => {
                if let Some(item) = self.item_mut(*item) {
                    item.withdrawn_at = Some(at);
                    item.text = None;
                    item.requests.clear();
                    item.cells.clear();
                    // A commitment is its holder's and stands (T5); any other answer goes with the words.
                    if item.committed_until().is_none() {
                        item.answer = None;
                    }
                }
            }
            EventKind::BasisOpened { item, basis, open } => {
                if let Some(item) = self.item_mut(*item) {
                    if *open {
                        item.opened.insert(*basis);
                    } else {
                        item.opened.remove(basis);
                    }
                }
            }
            EventKind::ReleaseRequested { item, purpose, reason } => {
                if let Some(item) = self.item_mut(*item) {
                    let request = Request {
                        purpose: purpose.clone(),
                        reason: reason.map(|text| text.id),
                        at,
                    };
                    item.requests.insert(by.party, request);
                }
            }
            EventKind::RequestDropped { item } => {
                if let Some(item) = self.item_mut(*item) {
                    item.requests.remove(&by.party);
                }
            }
            EventKind::Approved {
                item,
                recipient,
                purpose,
                ground,
                subjects,
                excerpt,
                condition,
                motivation,
                ..
            } => {
                if let Some(item) = self.item_mut(*item) {
                    item.cells.insert(
                        *recipient,
                        Cell::Approved(Approval {
                            purpose: purpose.clone(),
                            ground: ground.clone(),
                            subjects: subjects.clone(),
                            excerpt: excerpt.map(|text| text.id),
                            condition: condition.map(|text| text.id),
                            motivation: motivation.map(|text| text.id),
                            by,
                            at,
                        }),
                    );
                }
            }
            EventKind::Declined {
                item,
                recipient,
                reason,
            } => {
                if let Some(item) = self.item_mut(*item) {
                    let reason = reason.map(|text| text.id);
                    item.cells.insert(*recipient, Cell::Declined { reason, by, at });
                }
            }
            EventKind::Undecided { item, recipient } => {
                if let Some(item) = self.item_mut(*item) {
                    item.cells.remove(recipient);
                }
            }
            EventKind::ReadySet { ready } => {
                if let Some(seat) = self.seats.get_mut(&by.party) {
                    Arc::make_mut(seat).ready = *ready;
                }
            }
            EventKind::LastCalled => self.last_call = Some(at),
            EventKind::Answered { item, answer } => {
                if let Some(item) = self.item_mut(*item) {
                    item.answer = Some(GivenAnswer {
                        answer: *answer,
                        by,
                        at,
                    });
                }
            }
            EventKind::TimeAsked {
                request,
                reason,
                minutes,
            } => {
                // T2: nobody is about to close while VT takes its time. Afterwards the chair calls again.
                self.last_call = None;
                self.time_requests.insert(
                    *request,
                    TimeRequest {
                        by,
                        at,
                        reason: *reason,
                        minutes: *minutes,
                        ended_at: None,
                    },
                );
            }
            EventKind::TimeExplained {
                request,
                reason,
                minutes,
            } => {
                if let Some(request) = self.time_requests.get_mut(request) {
                    request.reason = *reason;
                    request.minutes = *minutes;
                }
            }
            EventKind::TimeEnded { request } => {
                if let Some(request) = self.time_requests.get_mut(request) {
                    request.ended_at = Some(at);
                }
            }
            EventKind::ClockSet { minutes } => self.clock = self.clock.map(|clock| clock.allowing(*minutes)),
            EventKind::DeadlineSet { at: until, term } => {
                self.deadline = Some(StatutoryDeadline {
                    at: *until,
                    term: term.clone(),
                    by,
                });
            }
            EventKind::DispositionRecorded {
                item,
                revision,
                suspect,
                kind,
                note,
                deviation,
            } => {
                let content = Content::Disposition {
                    suspect: *suspect,
                    kind: *kind,
                    deviation: *deviation,
                };
                let (subjects, text) = (BTreeSet::from([*suspect]), note.map(|text| text.id));
                if let Some(item) = self.item_mut(*item) {
                    item.revise(by, at, *revision, content, subjects, text);
                } else {
                    let made = self.new_item(*item, by, at, content);
                    self.items.insert(*item, Arc::new(Item { subjects, text, ..made }));
                }
                self.deviations.extend(deviation.map(|motivation| Deviation {
                    suspect: *suspect,
                    kind: *kind,
                    motivation,
                    by,
                    at,
                }));
            }
            EventKind::ExpiryWarned { expires_at } => self.expires_at = Some(*expires_at),
            EventKind::Expired => self.close(by, at, true, &[], &[]),
            EventKind::Closed { releases, kept } => self.close(by, at, false, releases, kept),
        }
    }

    fn close(
        &mut self,
        by: Actor,
        at: DateTime<Utc>,
        expired: bool,
        releases: &[super::Released],
        kept: &[super::Kept],
    ) {
        self.closed = Some(Closing {
            at,
            by,
            expired,
            last_call: self.last_call.take(),
            releases: releases.to_vec(),
            kept: kept.to_vec(),
        });
    }

    fn new_item(&self, id: ItemId, by: Actor, at: DateTime<Utc>, content: Content) -> Item {
        Item {
            id,
            owner: by.party,
            author: by.participant,
            content,
            subjects: BTreeSet::new(),
            audience: Audience::table(),
            audience_since: self.events,
            based_on: BTreeSet::new(),
            rests_on: BTreeSet::new(),
            opened: BTreeSet::new(),
            revision: 1,
            text: None,
            shared_at: at,
            revised_at: None,
            withdrawn_at: None,
            answer: None,
            requests: BTreeMap::new(),
            cells: BTreeMap::new(),
        }
    }

    /// A basis and everything that rests on in turn (R11).
    fn rests_on(&self, based_on: &BTreeSet<ItemId>) -> BTreeSet<ItemId> {
        let deeper = based_on
            .iter()
            .filter_map(|id| self.items.get(id))
            .flat_map(|item| &item.rests_on);
        based_on.iter().chain(deeper).copied().collect()
    }

    fn name_subject(&mut self, by: Actor, subject: &SubjectNamed) {
        self.subjects.insert(
            subject.id,
            Subject {
                owner: by.party,
                role: subject.role,
                label: subject.label.id,
                revision: 1,
                since: self.events,
            },
        );
    }

    /// R5: a reporter goes along only if the owner put it there, knowing that it is one.
    fn leave_out_of_approvals(&mut self, subject: SubjectId) {
        for item in self.items.values_mut() {
            let names = |cell: &Cell| matches!(cell, Cell::Approved(approval) if approval.subjects.contains(&subject));
            if item.cells.values().any(names) {
                for cell in Arc::make_mut(item).cells.values_mut() {
                    if let Cell::Approved(approval) = cell {
                        approval.subjects.remove(&subject);
                    }
                }
            }
        }
    }

    fn give_seat(&mut self, new: &NewSeat) {
        let old = self.seats.get(&new.party.id);
        let was_full = old.is_some_and(|seat| seat.level == SeatLevel::Full && seat.status == SeatStatus::Seated);
        let full_since = old.filter(|_| was_full).map_or(self.events, |seat| seat.full_since);
        let newcomer_answers = old.filter(|_| was_full).map(|seat| seat.newcomer_answers.clone());
        let attendees = old.and_then(|seat| seat.attendees.clone());
        self.seats.insert(
            new.party.id,
            Arc::new(Seat {
                party: new.party.clone(),
                level: new.level,
                tasks: new.tasks.clone(),
                retention_days: new.retention_days,
                full_since,
                newcomer_answers: newcomer_answers.unwrap_or_default(),
                status: SeatStatus::Seated,
                asked_to_leave_at: None,
                attendees,
                ready: false,
            }),
        );
    }

    fn enter(&mut self, by: Actor, name: &str, prosecutor: bool) {
        // Who comes back for another party accepts the ground rules for that one too.
        let accepted = self.person(by).and_then(|person| person.rules_accepted_at);
        self.people.insert(
            by.participant,
            Arc::new(Person {
                id: by.participant,
                party: by.party,
                name: name.into(),
                prosecutor,
                rules_accepted_at: accepted,
            }),
        );
    }

    /// The decision clock runs while the table has a decision before it: not while VT takes its time (T2), not once every
    /// suspect's case is decided (R11), not after the close. It follows from the state alone (T6).
    fn run_or_stop_the_clock(&mut self, at: DateTime<Utc>) {
        let runs = self.closed.is_none() && !self.time_stands() && !self.is_decided();
        self.clock = self.clock.map(|clock| match (runs, clock.running_since.is_some()) {
            (true, false) => clock.resumed(at),
            (false, true) => clock.paused(at),
            _ => clock,
        });
    }
}

impl Item {
    /// Other words: the approvals of the older ones lapse (R6), and so do the answer of an assignee, who answered those, and
    /// what owners of its basis opened, who had read those (R11).
    fn revise(
        &mut self,
        by: Actor,
        at: DateTime<Utc>,
        revision: u32,
        content: Content,
        subjects: BTreeSet<SubjectId>,
        text: Option<crate::ids::TextId>,
    ) {
        self.revision = revision;
        self.content = content;
        self.subjects = subjects;
        self.text = text;
        self.author = by.participant;
        self.revised_at = Some(at);
        self.opened.clear();
        if !matches!(
            self.answer,
            Some(GivenAnswer {
                answer: Answer::Committed { .. },
                ..
            })
        ) {
            self.answer = None;
        }
        for cell in self.cells.values_mut() {
            if cell.lapses_when_revised() {
                *cell = Cell::Lapsed {
                    why: LapseReason::Revised,
                    at,
                };
            }
        }
    }
}
