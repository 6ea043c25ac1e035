//! What is so, after everything that happened. Not serialisable: the only way out is the projection.
//!
//! Lives here: what a session is made of, and lookups in it. `evolve` makes the next state of an event; `lapse` says what
//! an event takes with it. Never lives here: who sees what (`visibility`), who may what (`permissions`).

mod evolve;
mod lapse;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};
use chrono::{DateTime, TimeDelta, Utc};

pub use evolve::evolve;

use super::clock::DecisionClock;
use super::command::{Actor, SeatLevel, SubjectRole, TimeReason};
use super::event::{EventKind, Kept, Released};
use super::item::{Content, DispositionKind, Item, Purpose};
use crate::deadline::Term;
use crate::ground::{GroundBetween, LegalGround, StatutoryTask};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SubjectId, TextId, TimeRequestId};
use crate::measure::Power;
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
    /// When something last happened that keeps the session from expiring (R14).
    pub(crate) last_activity: Option<DateTime<Utc>>,
    /// When the session expires, once that was announced and as long as it holds (R14).
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) closed: Option<Closing>,
    pub(crate) seats: BTreeMap<PartyId, Arc<Seat>>,
    pub(crate) people: BTreeMap<ParticipantId, Arc<Person>>,
    pub(crate) subjects: BTreeMap<SubjectId, Subject>,
    pub(crate) items: BTreeMap<ItemId, Arc<Item>>,
    /// Every disposition that was recorded against VT's request; they stand in every report, whatever is recorded later (T3).
    pub(crate) deviations: Vec<Deviation>,
    pub(crate) clock: Option<DecisionClock>,
    pub(crate) time_requests: BTreeMap<TimeRequestId, TimeRequest>,
    pub(crate) deadline: Option<StatutoryDeadline>,
    /// Commands that were carried out, and what each made.
    pub(crate) done: BTreeMap<(ParticipantId, CommandId), Option<Made>>,
    /// How many events there were.
    pub(crate) events: u64,
}

/// What a command made, as its acknowledgement names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// An item.
    Item(ItemId),
    /// A person of the case.
    Subject(SubjectId),
    /// A request for more time.
    TimeRequest(TimeRequestId),
}

impl Made {
    /// What an event made.
    pub(crate) fn of(kind: &EventKind) -> Option<Self> {
        match kind {
            EventKind::Shared { item, .. } | EventKind::DispositionRecorded { item, .. } => Some(Self::Item(*item)),
            EventKind::SubjectAdded { subject } => Some(Self::Subject(subject.id)),
            EventKind::TimeAsked { request, .. } => Some(Self::TimeRequest(*request)),
            _ => None,
        }
    }
}

/// What stays as it was convened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub moment: Moment,
    pub case_reference: String,
    pub chair: PartyId,
    pub convened_at: DateTime<Utc>,
    pub grounds: Vec<GroundBetween>,
    pub powers: Vec<Power>,
    pub terms: Vec<Term>,
}

/// A party that got a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub party: Party,
    pub level: SeatLevel,
    pub tasks: Vec<StatutoryTask>,
    pub retention_days: u32,
    /// The event since which it sits here in a full seat: it sees what is shared from then on (R15).
    pub full_since: u64,
    /// Owners that let it see what they shared before, or said no.
    pub newcomer_answers: BTreeMap<PartyId, bool>,
    pub status: SeatStatus,
    /// When the chair asked it to leave.
    pub asked_to_leave_at: Option<DateTime<Utc>>,
    /// Who may come in; absent: every participant of the organisation (R18).
    pub attendees: Option<BTreeSet<ParticipantId>>,
    pub ready: bool,
}

/// Whether a party still sits here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeatStatus {
    Seated,
    /// It left by its own act and still decides about what is its own (R15).
    Left {
        at: DateTime<Utc>,
    },
    /// The chair took the seat back before the party brought anything.
    Taken,
}

/// A person who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub id: ParticipantId,
    pub party: PartyId,
    pub name: String,
    pub prosecutor: bool,
    pub rules_accepted_at: Option<DateTime<Utc>>,
}

/// A person of the case (R16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The party that named the person.
    pub owner: PartyId,
    pub role: SubjectRole,
    pub label: TextId,
    pub revision: u32,
    /// The event that added the person (R15).
    pub since: u64,
}

/// A disposition recorded against VT's request (T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deviation {
    pub suspect: SubjectId,
    pub kind: DispositionKind,
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
    /// The code of the statutory term.
    pub term: String,
    pub by: Actor,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// Whether nobody closed it: it expired (R14).
    pub expired: bool,
    /// When the chair said for the last time that it was about to close.
    pub last_call: Option<DateTime<Utc>>,
    pub releases: Vec<Released>,
    pub kept: Vec<Kept>,
}

/// How long before a session expires that is announced (R14).
pub const EXPIRY_WARNING: TimeDelta = TimeDelta::hours(24);

impl State {
    /// Whether a session stands at all.
    pub fn is_convened(&self) -> bool {
        self.table.is_some()
    }
    /// When it closed or expired.
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.closed.as_ref().map(|closing| closing.at)
    }
    /// When it was convened.
    pub fn convened_at(&self) -> Option<DateTime<Utc>> {
        self.table.as_ref().map(|table| table.convened_at)
    }
    /// The parties that sit here now.
    pub fn parties(&self) -> Vec<PartyId> {
        self.seats
            .iter()
            .filter(|(_, seat)| seat.status == SeatStatus::Seated)
            .map(|(party, _)| *party)
            .collect()
    }
    /// The parties that keep a board row and a report: those that sit here, and those that sat here (R15).
    pub fn members(&self) -> Vec<PartyId> {
        self.seats
            .keys()
            .copied()
            .filter(|party| self.is_member(*party))
            .collect()
    }
    /// Whether this party sits here, left, or had somebody in the room before its seat was taken back.
    pub fn is_member(&self, party: PartyId) -> bool {
        self.seats.get(&party).is_some_and(|seat| match seat.status {
            SeatStatus::Seated | SeatStatus::Left { .. } => true,
            SeatStatus::Taken => self.people.values().any(|person| person.party == party),
        })
    }
    /// Whether this person may come in for this party (R18).
    pub fn admits(&self, actor: Actor) -> bool {
        self.seats.get(&actor.party).is_some_and(|seat| {
            let named = seat.attendees.as_ref();
            named.is_none_or(|people| people.contains(&actor.participant))
        })
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
    /// What a command made that was carried out already; nothing, if it was not.
    pub fn made_by(&self, actor: Actor, command: CommandId) -> Option<Option<Made>> {
        self.done.get(&(actor.participant, command)).copied()
    }
    /// When this session expires if nothing happens (R14); nothing, once it is closed.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        let table = self.table.as_ref().filter(|_| self.closed.is_none())?;
        let term = TimeDelta::hours(i64::from(table.moment.expires_after_hours));
        self.last_activity?.checked_add_signed(term)
    }
    /// Whether the coming expiry was announced (R14).
    pub fn is_expiry_announced(&self) -> bool {
        self.expires_at.is_some()
    }

    /// The person behind an actor, if it came in for that party.
    pub(crate) fn person(&self, actor: Actor) -> Option<&Person> {
        self.people
            .get(&actor.participant)
            .map(AsRef::as_ref)
            .filter(|person| person.party == actor.party)
    }
    /// The seat of a party that sits here now.
    pub(crate) fn seat(&self, party: PartyId) -> Option<&Seat> {
        self.seats
            .get(&party)
            .map(AsRef::as_ref)
            .filter(|seat| seat.status == SeatStatus::Seated)
    }
    pub(crate) fn has_left(&self, party: PartyId) -> bool {
        let seat = self.seats.get(&party);
        seat.is_some_and(|seat| matches!(seat.status, SeatStatus::Left { .. }))
    }
    pub(crate) fn party_kind(&self, party: PartyId) -> Option<PartyKind> {
        self.seats.get(&party).map(|seat| seat.party.kind)
    }
    /// Whether this party sits here in a full seat.
    pub(crate) fn is_full(&self, party: PartyId) -> bool {
        self.seat(party).is_some_and(|seat| seat.level == SeatLevel::Full)
    }
    /// Whether this party is in a full seat now, or was in one at that time and left since: what happened then before all full
    /// seats stands in its report (R15, T3).
    pub(crate) fn saw_from_full_seat(&self, party: PartyId, at: DateTime<Utc>) -> bool {
        self.seats.get(&party).is_some_and(|seat| match seat.status {
            SeatStatus::Seated => seat.level == SeatLevel::Full,
            SeatStatus::Left { at: left } => seat.level == SeatLevel::Full && at <= left,
            SeatStatus::Taken => false,
        })
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
            && !others.any(|other| self.party_kind(other) == Some(kind))
    }
    /// Whether a party did anything at this table beyond coming in: then the chair cannot take its seat back (R15).
    pub(crate) fn takes_part(&self, party: PartyId) -> bool {
        self.items
            .values()
            .any(|item| item.owner == party || item.requests.contains_key(&party))
            || self.subjects.values().any(|subject| subject.owner == party)
            || self.time_requests.values().any(|request| request.by.party == party)
            || self.items.values().any(|item| {
                let answered = item.answer.as_ref();
                answered.is_some_and(|given| given.by.party == party)
            })
    }
    /// On what law one party gives to another, for this purpose or for any (C2).
    pub(crate) fn ground(&self, giver: PartyId, recipient: PartyId, purpose: Option<&Purpose>) -> LegalGround {
        let (giver, recipient) = (self.party_kind(giver), self.party_kind(recipient));
        let (Some(giver), Some(recipient), Some(table)) = (giver, recipient, &self.table) else {
            return LegalGround::none();
        };
        let task = purpose.and_then(|purpose| match purpose {
            Purpose::Task(code) => Some(code.as_str()),
            Purpose::Action(_) => None,
        });
        GroundBetween::find(&table.grounds, giver, recipient, task)
    }
    /// Parties this owner can release to: every other one that sits here (R5).
    pub(crate) fn recipients(&self, owner: PartyId) -> impl Iterator<Item = PartyId> + '_ {
        self.parties().into_iter().filter(move |party| *party != owner)
    }
    /// The row of the table of powers with this code (T5).
    pub(crate) fn power(&self, code: &str) -> Option<&Power> {
        self.table.as_ref()?.powers.iter().find(|power| power.code == code)
    }
    /// The row of the table of statutory terms with this code (T4).
    pub(crate) fn term(&self, code: &str) -> Option<&Term> {
        self.table.as_ref()?.terms.iter().find(|term| term.code == code)
    }
    /// The disposition that stands for a suspect.
    pub(crate) fn disposition_of(&self, subject: SubjectId) -> Option<&Item> {
        let mut items = self.items.values().map(AsRef::as_ref);
        items.find(|item| matches!(item.content, Content::Disposition { suspect, .. } if suspect == subject))
    }
    /// Whether a disposition stands for every suspect of the case: then the decision clock stands still (R11).
    pub(crate) fn is_decided(&self) -> bool {
        let mut suspects = self
            .subjects
            .iter()
            .filter(|(_, subject)| subject.role == SubjectRole::Suspect);
        let any = self
            .items
            .values()
            .any(|item| matches!(item.content, Content::Disposition { .. }));
        any && suspects.all(|(id, _)| self.disposition_of(*id).is_some())
    }
    /// The cells an owner has still to decide: its live rows, for every party it can release to (R4).
    pub(crate) fn undecided_cells(&self, owner: PartyId) -> BTreeSet<(ItemId, PartyId)> {
        let recipients: Vec<_> = self.recipients(owner).collect();
        let rows = self.items.values().filter(|item| item.owner == owner && item.is_row());
        rows.flat_map(|item| {
            let open = recipients
                .iter()
                .filter(|recipient| !item.cells.get(*recipient).is_some_and(super::item::Cell::is_decided));
            open.map(|recipient| (item.id, *recipient)).collect::<Vec<_>>()
        })
        .collect()
    }
    fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.items.get_mut(&id).map(Arc::make_mut)
    }
}
