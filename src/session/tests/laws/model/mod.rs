//! What must be so after a series of commands, worked out a second time and in the plainest way: the laws compare what the
//! program shows and lets go with this.
//!
//! Lives here: the memory of what was asked and accepted, with whole words in it. It reads commands; of a decision it takes
//! only what a command cannot know: the ids that were drawn. `sight` says who sees what, `copies` what leaves at the
//! close. Never lives here: a look at the program's own state.

mod copies;
mod sight;

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};

use crate::ground::{GroundBetween, LegalGround};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{
    Actor, CellDecision, Command, CommandKind, Convening, LeftItems, NewAnswer, NewSeat, SeatLevel, Stamp, SubjectRole,
    TimeReason, Verdict,
};
use crate::session::decide::Decision;
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Audience, ContributionKind, DispositionKind, LapseReason, NewContent, Purpose};
use crate::session::state::Made;

pub(super) use copies::{Left, NO_NAME};
pub(super) use sight::{Eye, Sees};

/// Whether a party sits, and how it went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Sits,
    Left(DateTime<Utc>),
    Taken,
}

#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub given: NewSeat,
    /// The turn since which it sits here in a full seat.
    pub since: u64,
    pub newcomer_answers: BTreeMap<PartyId, bool>,
    pub place: Place,
    pub asked_to_leave_at: Option<DateTime<Utc>>,
    pub attendees: Option<BTreeSet<ParticipantId>>,
    pub ready: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub party: PartyId,
    pub name: String,
    pub accepted: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub owner: PartyId,
    pub role: SubjectRole,
    pub label: String,
    pub revision: u32,
    pub since: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Contribution(ContributionKind),
    Action {
        performer: Assignee,
        due: Option<DateTime<Utc>>,
    },
    Measure {
        power: String,
        holder: Assignee,
    },
    Disposition {
        suspect: SubjectId,
        kind: DispositionKind,
        deviates: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    pub owner: PartyId,
    pub author: ParticipantId,
    pub content: Content,
    pub subjects: BTreeSet<SubjectId>,
    pub audience: Audience,
    /// The turn with which it was opened to the table.
    pub since: u64,
    pub based_on: BTreeSet<ItemId>,
    /// Everything that it rests on in turn.
    pub rests_on: BTreeSet<ItemId>,
    pub opened: BTreeSet<ItemId>,
    pub revision: u32,
    pub words: Option<String>,
    pub shared_at: DateTime<Utc>,
    pub revised_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub answer: Option<Answer>,
    pub requests: BTreeMap<PartyId, Request>,
    pub cells: BTreeMap<PartyId, Cell>,
}

#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub said: Said,
    pub by: Actor,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Accepted,
    Committed(DateTime<Utc>),
    Refused(Option<String>),
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub purpose: Option<Purpose>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub(super) enum Cell {
    Approved(Approval),
    Declined(Option<String>),
    Lapsed(LapseReason, DateTime<Utc>),
}

#[derive(Clone, Debug)]
pub(super) struct Approval {
    pub revision: u32,
    pub purpose: Purpose,
    pub ground: LegalGround,
    pub subjects: BTreeSet<SubjectId>,
    pub excerpt: Option<String>,
    pub condition: Option<String>,
    pub motivation: Option<String>,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub(super) struct Deviation {
    pub suspect: SubjectId,
    pub kind: DispositionKind,
    pub motivation: String,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub(super) struct TimeRequest {
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub reason: Option<TimeReason>,
    pub minutes: Option<u32>,
    pub stands: bool,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ended {
    pub at: DateTime<Utc>,
    pub expired: bool,
}

/// What is so.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub convening: Option<Convening>,
    pub chair: Option<PartyId>,
    pub convened_at: Option<DateTime<Utc>>,
    /// How many commands were accepted.
    pub turn: u64,
    pub seats: BTreeMap<PartyId, Seat>,
    pub people: BTreeMap<ParticipantId, Person>,
    pub subjects: BTreeMap<SubjectId, Subject>,
    pub items: BTreeMap<ItemId, Item>,
    pub deviations: Vec<Deviation>,
    pub times: BTreeMap<TimeRequestId, TimeRequest>,
    pub phase: Phase,
    pub gavel: Option<ParticipantId>,
    pub last_call: Option<DateTime<Utc>>,
    pub deadline: Option<(DateTime<Utc>, String)>,
    pub last_at: Option<DateTime<Utc>>,
    pub last_activity: Option<DateTime<Utc>>,
    /// Since when an expiry is announced, and for when.
    pub warned: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub ended: Option<Ended>,
    done: BTreeSet<(ParticipantId, CommandId)>,
}

/// What happened in a command that can take something along.
enum Cause {
    Audience(ItemId),
    SeatGiven,
    Withdrawn(ItemId),
    Refused(ItemId),
    Revised(ItemId),
    Other,
}

/// Whether everybody who sees the item can know why its approval lapsed.
fn is_public(why: LapseReason) -> bool {
    matches!(
        why,
        LapseReason::Revised | LapseReason::RecipientLeftAudience | LapseReason::RecipientLeftTable
    )
}

fn note(words: Option<&String>) -> Option<String> {
    words.filter(|words| !words.trim().is_empty()).cloned()
}

impl Item {
    pub(super) fn is_live(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    /// Whether there are words that could be released.
    pub(super) fn is_row(&self) -> bool {
        self.is_live() && self.words.is_some()
    }

    pub(super) fn is_disposition(&self) -> bool {
        matches!(self.content, Content::Disposition { .. })
    }

    pub(super) fn is_action(&self) -> bool {
        matches!(self.content, Content::Action { .. })
    }

    pub(super) fn assignee(&self) -> Option<Assignee> {
        match &self.content {
            Content::Action { performer: it, .. } | Content::Measure { holder: it, .. } => Some(*it),
            Content::Contribution(_) | Content::Disposition { .. } => None,
        }
    }

    pub(super) fn committed_until(&self) -> Option<DateTime<Utc>> {
        match self.answer.as_ref()?.said {
            Said::Committed(until) => Some(until),
            Said::Accepted | Said::Refused(_) => None,
        }
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self.answer.as_ref().map(|it| &it.said), Some(Said::Refused(_)))
    }

    /// All the words that hang on it.
    fn words(&self) -> Vec<&String> {
        let refusal = self.answer.iter().filter_map(|it| match &it.said {
            Said::Refused(reason) => reason.as_ref(),
            Said::Accepted | Said::Committed(_) => None,
        });
        let cells = self.cells.values().flat_map(|cell| match cell {
            Cell::Approved(it) => [it.excerpt.as_ref(), it.condition.as_ref(), it.motivation.as_ref()],
            Cell::Declined(reason) => [reason.as_ref(), None, None],
            Cell::Lapsed(..) => [None; 3],
        });
        let requests = self.requests.values().filter_map(|it| it.reason.as_ref());
        self.words
            .iter()
            .chain(refusal)
            .chain(cells.flatten())
            .chain(requests)
            .collect()
    }
}

impl Cell {
    pub(super) fn approval(&self) -> Option<&Approval> {
        match self {
            Self::Approved(approval) => Some(approval),
            Self::Declined(_) | Self::Lapsed(..) => None,
        }
    }

    fn is_decided(&self) -> bool {
        !matches!(self, Self::Lapsed(..))
    }
}

impl Model {
    /// Every text that hangs on something, each as often as it does; none once the session ended (R8).
    pub(super) fn words(&self) -> Vec<String> {
        if self.ended.is_some() {
            return Vec::new();
        }
        let items = self.items.values().flat_map(Item::words);
        let labels = self.subjects.values().map(|it| &it.label);
        let deviations = self.deviations.iter().map(|it| &it.motivation);
        let mut all: Vec<_> = items.chain(labels).chain(deviations).cloned().collect();
        all.sort_unstable();
        all
    }

    pub(super) fn is_open(&self) -> bool {
        self.convening.is_some() && self.ended.is_none()
    }

    pub(super) fn kind(&self, party: PartyId) -> Option<PartyKind> {
        self.seats.get(&party).map(|seat| seat.given.party.kind)
    }

    pub(super) fn sits(&self, party: PartyId) -> bool {
        self.seats.get(&party).is_some_and(|seat| seat.place == Place::Sits)
    }

    pub(super) fn has_left(&self, party: PartyId) -> bool {
        let seat = self.seats.get(&party);
        seat.is_some_and(|seat| matches!(seat.place, Place::Left(_)))
    }

    pub(super) fn is_full(&self, party: PartyId) -> bool {
        self.sits(party) && self.seats[&party].given.level == SeatLevel::Full
    }

    /// The parties that sit here now.
    pub(super) fn seated(&self) -> Vec<PartyId> {
        let parties = self.seats.keys().copied();
        parties.filter(|party| self.sits(*party)).collect()
    }

    /// Whether a party sits here, left, or had somebody in the room before its seat was taken.
    pub(super) fn is_member(&self, party: PartyId) -> bool {
        self.seats.get(&party).is_some_and(|seat| match seat.place {
            Place::Sits | Place::Left(_) => true,
            Place::Taken => self.people.values().any(|person| person.party == party),
        })
    }

    /// Whether the party did anything here beyond coming in (R15).
    pub(super) fn takes_part(&self, party: PartyId) -> bool {
        let in_item = |item: &Item| {
            item.owner == party
                || item.requests.contains_key(&party)
                || item.answer.as_ref().is_some_and(|it| it.by.party == party)
        };
        self.items.values().any(in_item)
            || self.subjects.values().any(|it| it.owner == party)
            || self.times.values().any(|it| it.by.party == party)
    }

    /// Requests of VT that stand.
    pub(super) fn standing(&self) -> Vec<TimeRequestId> {
        let standing = self.times.iter().filter(|(_, it)| it.stands);
        standing.map(|(id, _)| *id).collect()
    }

    pub(super) fn accepted(&self, actor: Actor) -> bool {
        let person = self.people.get(&actor.participant);
        person.is_some_and(|person| person.party == actor.party && person.accepted)
    }

    /// Whether this person may come in (R18).
    pub(super) fn admits(&self, actor: Actor) -> bool {
        self.seats.get(&actor.party).is_some_and(|seat| {
            let named = seat.attendees.as_ref();
            named.is_none_or(|people| people.contains(&actor.participant))
        })
    }

    pub(super) fn disposition_of(&self, suspect: SubjectId) -> Option<(ItemId, &Item)> {
        let mut items = self.items.iter().map(|(id, item)| (*id, item));
        items.find(|(_, item)| matches!(item.content, Content::Disposition { suspect: of, .. } if of == suspect))
    }

    /// Whether every suspect's case is decided: then the decision clock stands still.
    pub(super) fn is_decided(&self) -> bool {
        let mut suspects = self.subjects.iter().filter(|(_, it)| it.role == SubjectRole::Suspect);
        self.items.values().any(Item::is_disposition) && suspects.all(|(id, _)| self.disposition_of(*id).is_some())
    }

    /// The cells that an owner has still to decide (R4).
    pub(super) fn undecided(&self, owner: PartyId) -> BTreeSet<(ItemId, PartyId)> {
        let mut open = BTreeSet::new();
        let rows = self.items.iter().filter(|(_, it)| it.owner == owner && it.is_row());
        for (id, item) in rows {
            let recipients = self.seated().into_iter().filter(|party| *party != owner);
            open.extend(
                recipients
                    .filter(|to| !item.cells.get(to).is_some_and(Cell::is_decided))
                    .map(|to| (*id, to)),
            );
        }
        open
    }

    /// On what law one gives to another for this purpose (C2).
    pub(super) fn ground(&self, giver: PartyId, recipient: PartyId, purpose: &Purpose) -> LegalGround {
        let task = match purpose {
            Purpose::Task(code) => Some(code.as_str()),
            Purpose::Action(_) => None,
        };
        match (&self.convening, self.kind(giver), self.kind(recipient)) {
            (Some(convening), Some(giver), Some(recipient)) => {
                GroundBetween::find(&convening.grounds, giver, recipient, task)
            }
            _ => LegalGround::none(),
        }
    }

    /// When the session expires if nothing happens (R14).
    pub(super) fn expires_at(&self) -> Option<DateTime<Utc>> {
        let hours = self.convening.as_ref()?.moment.expires_after_hours;
        Some(self.last_activity? + TimeDelta::hours(i64::from(hours)))
    }

    /// Takes in a command that was accepted.
    pub(super) fn accept(&mut self, actor: Actor, stamp: Stamp, command: &Command, decision: &Decision) {
        if !self.done.insert((actor.participant, command.id)) || self.ended.is_some() {
            return;
        }
        let at = self.last_at.map_or(stamp.at, |last| last.max(stamp.at));
        self.turn += 1;
        let before = self.clone();
        self.happen(actor, at, &command.kind, decision, &before);
        if decision.events.is_empty() {
            return;
        }
        self.last_at = Some(at);
        if !matches!(command.kind, CommandKind::WarnOfExpiry | CommandKind::Enter { .. }) {
            self.last_activity = Some(at);
            self.warned = None;
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm a command, all in one place")]
    fn happen(&mut self, actor: Actor, at: DateTime<Utc>, kind: &CommandKind, decision: &Decision, before: &Self) {
        let party = actor.party;
        let turn = self.turn;
        let mut cause = Cause::Other;
        match kind {
            CommandKind::Convene(convening) => self.convene(actor, at, convening, decision),
            CommandKind::GiveSeat(seat) => {
                self.give_seat(seat);
                cause = Cause::SeatGiven;
            }
            CommandKind::Enter { name, .. } => self.enter(actor, name),
            CommandKind::WarnOfExpiry => {
                if let (None, Some(due)) = (self.warned, self.expires_at()) {
                    self.warned = Some((at, due.max(at + TimeDelta::hours(24))));
                }
            }
            CommandKind::Expire => self.ended = Some(Ended { at, expired: true }),
            CommandKind::TakeSeat { party } => {
                if let Some(seat) = self.seats.get_mut(party) {
                    (seat.place, seat.ready) = (Place::Taken, false);
                }
            }
            CommandKind::AskToLeave { party } => {
                if let Some(seat) = self.seats.get_mut(party) {
                    seat.asked_to_leave_at = Some(at);
                }
            }
            CommandKind::Leave { items } => self.leave(party, *items, at),
            CommandKind::NameAttendees { people } => {
                if let Some(seat) = self.seats.get_mut(&party) {
                    seat.attendees.clone_from(people);
                }
            }
            CommandKind::AnswerNewcomer { party: newcomer, show } => {
                if let Some(seat) = self.seats.get_mut(newcomer) {
                    seat.newcomer_answers.insert(party, *show);
                }
            }
            CommandKind::AcceptRules {} => {
                if let Some(person) = self.people.get_mut(&actor.participant) {
                    person.accepted = true;
                }
            }
            CommandKind::HandOverGavel { to } => self.gavel = Some(*to),
            CommandKind::TakeGavel {} => self.gavel = Some(actor.participant),
            CommandKind::MoveTo { phase } => {
                if self.phase == Phase::ClosingRound {
                    self.seats.values_mut().for_each(|seat| seat.ready = false);
                }
                self.phase = *phase;
                self.last_call = None;
            }
            CommandKind::AddSubject { subject } => {
                if let Some(Made::Subject(id)) = decision.made() {
                    self.name(id, party, subject.role, &subject.label);
                }
            }
            CommandKind::CorrectSubject {
                subject, role, label, ..
            } => {
                let Some(known) = self.subjects.get_mut(subject) else {
                    return;
                };
                let becomes_reporter = known.role != *role && *role == SubjectRole::Reporter;
                (known.role, known.revision) = (*role, known.revision + 1);
                known.label.clone_from(label);
                // R5: nobody put a reporter there who was not known to be one.
                let cells = self.items.values_mut().flat_map(|item| item.cells.values_mut());
                for cell in cells.filter(|_| becomes_reporter) {
                    if let Cell::Approved(approval) = cell {
                        approval.subjects.remove(subject);
                    }
                }
            }
            CommandKind::RemoveSubject { subject, .. } => {
                self.subjects.remove(subject);
            }
            CommandKind::Share {
                content,
                subjects,
                audience,
                based_on,
                text,
            } => {
                if let Some(Made::Item(id)) = decision.made() {
                    let rests_on = self.rests_on(based_on);
                    let new = Item {
                        subjects: subjects.clone(),
                        audience: audience.clone(),
                        based_on: based_on.clone(),
                        rests_on,
                        words: note(Some(text)),
                        ..new_item(actor, at, turn, content_of(content))
                    };
                    self.items.insert(id, new);
                }
            }
            CommandKind::Revise {
                item,
                content,
                subjects,
                text,
                ..
            } => {
                cause = Cause::Revised(*item);
                let Some(item) = self.items.get_mut(item) else { return };
                item.revise(actor, at, content_of(content), subjects, note(Some(text)));
            }
            CommandKind::SetAudience { item, audience, .. } => {
                cause = Cause::Audience(*item);
                let Some(item) = self.items.get_mut(item) else { return };
                if audience.table && !item.audience.table {
                    item.since = turn;
                }
                item.audience.clone_from(audience);
            }
            CommandKind::Withdraw { item, .. } => {
                cause = Cause::Withdrawn(*item);
                let Some(item) = self.items.get_mut(item) else { return };
                item.withdraw(at);
            }
            CommandKind::OpenBasis { item, basis, open, .. } => {
                let Some(Item { opened, .. }) = self.items.get_mut(item) else {
                    return;
                };
                if *open {
                    opened.insert(*basis);
                } else {
                    opened.remove(basis);
                }
            }
            CommandKind::RequestRelease {
                item, purpose, reason, ..
            } => {
                let request = Request {
                    purpose: purpose.clone(),
                    reason: note(reason.as_ref()),
                    at,
                };
                let Some(Item { requests, .. }) = self.items.get_mut(item) else {
                    return;
                };
                requests.insert(party, request);
            }
            CommandKind::DropRequest { item } => {
                let Some(item) = self.items.get_mut(item) else { return };
                item.requests.remove(&party);
            }
            CommandKind::Decide { cells } => cells.iter().for_each(|cell| self.decide(actor, at, cell)),
            CommandKind::SetReady { ready } => {
                if let Some(seat) = self.seats.get_mut(&party) {
                    seat.ready = *ready;
                }
            }
            CommandKind::LastCall {} => self.last_call = Some(at),
            CommandKind::Answer { item, answer, .. } => {
                let said = match answer {
                    NewAnswer::Accept {} => Said::Accepted,
                    NewAnswer::Commit { until } => Said::Committed(*until),
                    NewAnswer::Refuse { reason } => Said::Refused(note(reason.as_ref())),
                };
                if matches!(said, Said::Refused(_)) {
                    cause = Cause::Refused(*item);
                }
                let Some(item) = self.items.get_mut(item) else { return };
                item.answer = Some(Answer { said, by: actor });
            }
            CommandKind::AskTime { reason, minutes } => {
                if let Some(Made::TimeRequest(id)) = decision.made() {
                    self.last_call = None;
                    let request = TimeRequest {
                        by: actor,
                        at,
                        reason: *reason,
                        minutes: minutes.filter(|it| (1..=10_080).contains(it)),
                        stands: true,
                    };
                    self.times.insert(id, request);
                }
            }
            CommandKind::ExplainTime {
                request,
                reason,
                minutes,
            } => {
                let Some(request) = self.times.get_mut(request) else {
                    return;
                };
                (request.reason, request.minutes) = (*reason, *minutes);
            }
            CommandKind::EndTime { request } => {
                let Some(request) = self.times.get_mut(request) else {
                    return;
                };
                request.stands = false;
            }
            CommandKind::SetDeadline { at, term } => self.deadline = Some((*at, term.clone())),
            CommandKind::RecordDisposition {
                suspect,
                kind,
                note: words,
                deviation,
                ..
            } => {
                let motivation = note(deviation.as_ref());
                let content = Content::Disposition {
                    suspect: *suspect,
                    kind: *kind,
                    deviates: motivation.is_some(),
                };
                let subjects = BTreeSet::from([*suspect]);
                let words = note(words.as_ref());
                let standing = self.disposition_of(*suspect).map(|(id, _)| id);
                if let Some(item) = standing.and_then(|id| self.items.get_mut(&id)) {
                    item.revise(actor, at, content, &subjects, words);
                } else if let Some(Made::Item(id)) = decision.made() {
                    let new = new_item(actor, at, turn, content);
                    self.items.insert(id, Item { subjects, words, ..new });
                }
                self.deviations.extend(motivation.map(|motivation| Deviation {
                    suspect: *suspect,
                    kind: *kind,
                    motivation,
                    by: actor,
                    at,
                }));
            }
            CommandKind::SetClock { .. } => {}
            CommandKind::Close {} => self.ended = Some(Ended { at, expired: false }),
        }
        self.settle(before, &cause, at);
    }

    fn convene(&mut self, actor: Actor, at: DateTime<Utc>, convening: &Convening, decision: &Decision) {
        let ids = decision.events.iter().find_map(|event| match &event.kind {
            EventKind::Convened(convened) => Some(convened.subjects.iter().map(|it| it.id)),
            _ => None,
        });
        self.chair = Some(actor.party);
        self.convened_at = Some(at);
        self.gavel = Some(actor.participant);
        self.phase = convening.moment.phases[0];
        self.convening = Some(convening.clone());
        for (id, subject) in ids.into_iter().flatten().zip(&convening.subjects) {
            self.name(id, actor.party, subject.role, &subject.label);
        }
        convening.seats.iter().for_each(|seat| self.give_seat(seat));
        self.enter(actor, &convening.convener_name);
    }

    fn name(&mut self, id: SubjectId, owner: PartyId, role: SubjectRole, label: &str) {
        let subject = Subject {
            owner,
            role,
            label: label.into(),
            revision: 1,
            since: self.turn,
        };
        self.subjects.insert(id, subject);
    }

    fn enter(&mut self, actor: Actor, name: &str) {
        let accepted = self.accepted(actor);
        let person = Person {
            party: actor.party,
            name: name.into(),
            accepted,
        };
        self.people.insert(actor.participant, person);
    }

    fn give_seat(&mut self, given: &NewSeat) {
        let party = given.party.id;
        let old = self.seats.get(&party);
        let stays = self.is_full(party);
        let seat = Seat {
            given: given.clone(),
            since: old.filter(|_| stays).map_or(self.turn, |seat| seat.since),
            newcomer_answers: old
                .filter(|_| stays)
                .map(|seat| seat.newcomer_answers.clone())
                .unwrap_or_default(),
            place: Place::Sits,
            asked_to_leave_at: None,
            attendees: old.and_then(|seat| seat.attendees.clone()),
            ready: false,
        };
        self.seats.insert(party, seat);
    }

    fn leave(&mut self, party: PartyId, items: LeftItems, at: DateTime<Utc>) {
        if items == LeftItems::Withdraw {
            let own = self.items.iter().filter(|(_, it)| it.owner == party && it.is_live());
            let own: Vec<_> = own.filter(|(_, it)| !it.is_disposition()).map(|(id, _)| *id).collect();
            for id in own {
                let before = self.clone();
                self.items.get_mut(&id).expect("an item").withdraw(at);
                self.settle(&before, &Cause::Withdrawn(id), at);
            }
        }
        let before = self.clone();
        let seat = self.seats.get_mut(&party).expect("a seat");
        (seat.place, seat.ready) = (Place::Left(at), false);
        for item in self.items.values_mut() {
            item.requests.remove(&party);
        }
        self.settle(&before, &Cause::Other, at);
    }

    fn decide(&mut self, actor: Actor, at: DateTime<Utc>, decision: &CellDecision) {
        let to = decision.recipient;
        let Some(item) = self.items.get(&decision.item) else {
            return;
        };
        let cell = match &decision.verdict {
            Verdict::Undecide {} => None,
            Verdict::Decline { reason } => Some(Cell::Declined(note(reason.as_ref()))),
            Verdict::Approve {
                purpose,
                subjects,
                excerpt,
                condition,
                motivation,
            } => {
                // R5: an excerpt starts with nobody; a reporter is never among them unless the owner puts it there.
                let usual = || {
                    let is_reporter =
                        |id: &SubjectId| self.subjects.get(id).is_some_and(|it| it.role == SubjectRole::Reporter);
                    let all = item.subjects.iter().filter(|id| !is_reporter(id)).copied();
                    all.filter(|_| excerpt.is_none()).collect()
                };
                Some(Cell::Approved(Approval {
                    revision: decision.revision,
                    ground: self.ground(item.owner, to, purpose),
                    purpose: purpose.clone(),
                    subjects: subjects.clone().unwrap_or_else(usual),
                    excerpt: excerpt.clone(),
                    condition: note(condition.as_ref()),
                    motivation: note(motivation.as_ref()),
                    by: actor,
                    at,
                }))
            }
        };
        let cells = &mut self.items.get_mut(&decision.item).expect("an item").cells;
        match cell {
            Some(cell) => cells.insert(to, cell),
            None => cells.remove(&to),
        };
    }

    fn rests_on(&self, based_on: &BTreeSet<ItemId>) -> BTreeSet<ItemId> {
        let bases = based_on.iter().filter_map(|id| self.items.get(id));
        let deeper = bases.flat_map(|item| item.rests_on.iter().copied());
        based_on.iter().copied().chain(deeper).collect()
    }

    /// R6, R11, R13: what lapses, who no longer asks, and who is no longer ready.
    fn settle(&mut self, before: &Self, cause: &Cause, at: DateTime<Utc>) {
        if self.ended.is_some() {
            return;
        }
        let mut lapsed = Vec::new();
        let mut stopped = Vec::new();
        for (id, item) in &self.items {
            for (to, cell) in &item.cells {
                let why = match cell {
                    Cell::Approved(it) => self.why_lapsed(before, cause, *id, *to, &it.purpose),
                    Cell::Lapsed(why, _) if !is_public(*why) => self.why_gone_for_all(before, cause, *id, *to),
                    Cell::Lapsed(..) | Cell::Declined(_) => None,
                };
                lapsed.extend(why.map(|why| (*id, *to, why)));
            }
            let asking = item.requests.keys().filter(|party| !self.sees(**party, item));
            stopped.extend(asking.map(|party| (*id, *party)));
        }
        for (id, to, why) in lapsed {
            let cells = &mut self.items.get_mut(&id).expect("an item").cells;
            cells.insert(to, Cell::Lapsed(why, at));
        }
        for (id, party) in stopped {
            self.items.get_mut(&id).expect("an item").requests.remove(&party);
        }
        if let Cause::Withdrawn(action) = cause {
            let requests = self.items.values_mut().flat_map(|it| it.requests.values_mut());
            for request in requests.filter(|it| it.purpose == Some(Purpose::Action(*action))) {
                request.purpose = None;
            }
        }
        let ready: Vec<_> = self
            .seats
            .iter()
            .filter(|(_, it)| it.ready)
            .map(|(it, _)| *it)
            .collect();
        for party in ready {
            if !self.undecided(party).is_subset(&before.undecided(party)) {
                self.seats.get_mut(&party).expect("a seat").ready = false;
                self.last_call = None;
            }
        }
    }

    fn why_lapsed(
        &self,
        before: &Self,
        cause: &Cause,
        id: ItemId,
        to: PartyId,
        purpose: &Purpose,
    ) -> Option<LapseReason> {
        let item = &self.items[&id];
        if !self.sits(to) {
            return Some(LapseReason::RecipientLeftTable);
        }
        let saw = before.items.get(&id).is_some_and(|item| before.sees(to, item));
        if saw && !self.sees(to, item) {
            return Some(match cause {
                Cause::Audience(narrowed) if *narrowed == id => LapseReason::RecipientLeftAudience,
                Cause::SeatGiven => LapseReason::RecipientLeftTable,
                _ => LapseReason::BasisGone,
            });
        }
        match (purpose, cause) {
            (Purpose::Action(action), Cause::Withdrawn(it) | Cause::Refused(it)) if it == action => {
                Some(LapseReason::ActionGone { action: *action })
            }
            (Purpose::Action(action), Cause::Revised(it)) if it == action => {
                Some(LapseReason::ActionChanged { action: *action })
            }
            _ => (!self.purpose_holds(item.owner, to, purpose)).then_some(LapseReason::PurposeGone),
        }
    }

    /// What lapsed for a reason that some do not know, and would have lapsed now for one that they know.
    fn why_gone_for_all(&self, before: &Self, cause: &Cause, id: ItemId, to: PartyId) -> Option<LapseReason> {
        let was_in_it = before.items.get(&id).is_some_and(|item| before.in_audience(to, item));
        let leaves = was_in_it && !self.in_audience(to, &self.items[&id]);
        match cause {
            _ if !self.sits(to) => Some(LapseReason::RecipientLeftTable),
            Cause::Audience(_) if leaves => Some(LapseReason::RecipientLeftAudience),
            Cause::SeatGiven if leaves => Some(LapseReason::RecipientLeftTable),
            _ => None,
        }
    }

    /// R5: an action that both see and that nobody refused, or a task of the recipient. A giver that left the table chose
    /// while it sat there.
    pub(super) fn purpose_holds(&self, giver: PartyId, to: PartyId, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Action(id) => self.items.get(id).is_some_and(|action| {
                let seen = |party| self.sees(party, action);
                let stands = action.is_action() && action.is_live() && !action.is_refused();
                stands && seen(to) && (seen(giver) || self.has_left(giver))
            }),
            Purpose::Task(code) => {
                let tasks = self.seats.get(&to).map(|seat| seat.given.tasks.as_slice());
                tasks.is_some_and(|tasks| tasks.iter().any(|task| task.code == *code)) && self.sits(to)
            }
        }
    }
}

impl Item {
    fn withdraw(&mut self, at: DateTime<Utc>) {
        self.withdrawn_at = Some(at);
        self.words = None;
        self.requests.clear();
        self.cells.clear();
        if self.committed_until().is_none() {
            self.answer = None;
        }
    }

    fn revise(
        &mut self,
        by: Actor,
        at: DateTime<Utc>,
        content: Content,
        subjects: &BTreeSet<SubjectId>,
        words: Option<String>,
    ) {
        self.revision += 1;
        self.author = by.participant;
        self.revised_at = Some(at);
        self.content = content;
        self.subjects.clone_from(subjects);
        self.words = words;
        // Who opened its basis to it had read other words (R11).
        self.opened.clear();
        if self.committed_until().is_none() {
            self.answer = None;
        }
        for cell in self.cells.values_mut() {
            let lapses = match cell {
                Cell::Approved(_) => true,
                Cell::Lapsed(why, _) => !is_public(*why),
                Cell::Declined(_) => false,
            };
            if lapses {
                *cell = Cell::Lapsed(LapseReason::Revised, at);
            }
        }
    }
}

fn content_of(new: &NewContent) -> Content {
    match new.clone() {
        NewContent::Contribution { kind } => Content::Contribution(kind),
        NewContent::Action { performer, due } => Content::Action { performer, due },
        NewContent::Measure { power, holder } => Content::Measure { power, holder },
    }
}

fn new_item(by: Actor, at: DateTime<Utc>, since: u64, content: Content) -> Item {
    Item {
        owner: by.party,
        author: by.participant,
        content,
        subjects: BTreeSet::new(),
        audience: Audience::table(),
        since,
        based_on: BTreeSet::new(),
        rests_on: BTreeSet::new(),
        opened: BTreeSet::new(),
        revision: 1,
        words: None,
        shared_at: at,
        revised_at: None,
        withdrawn_at: None,
        answer: None,
        requests: BTreeMap::new(),
        cells: BTreeMap::new(),
    }
}
