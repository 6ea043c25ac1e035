//! The report by which a party proves what happened: who did what when and by which rule, never what was said (C4).

use super::Link;
use crate::ground::LegalGround;
use crate::ids::{ItemId, PartyId, TextId};
use crate::moment::Name;
use crate::party::Party;
use crate::session::command::{SeatLevel, TimeReason};
use crate::session::item::{Assignee, Cell, Content, ContentKind, DispositionKind, Item, Purpose};
use crate::session::state::{Seat, SeatStatus, State};
use crate::session::visibility::{Sight, Viewer, action_number, name_of};
use crate::text::{TextDigest, TextProof};
use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The accountability report of one session for one party. No text of any contribution; the motivations of
/// deviations are filled in from the party's own sealed record (T3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What kind of session.
    pub moment: Name,
    /// The case.
    pub case_reference: String,
    /// For whom this report is.
    pub party: PartyId,
    /// When it was convened.
    pub convened_at: DateTime<Utc>,
    /// When it closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who sat there.
    pub seats: Vec<ReportSeat>,
    /// Whether this party sat in a full seat.
    #[serde(default)]
    pub full_seat: bool,
    /// Whether nobody closed the session: it expired, and nothing was released (R14).
    #[serde(default)]
    pub expired: bool,
    /// Items per party and kind, as far as this party could see them.
    pub items: Vec<ReportCount>,
    /// When VT asked for time, and how long.
    pub time_requests: Vec<ReportTime>,
    /// When the chair called for the last time before it closed (R13); absent where it did not.
    #[serde(default)]
    pub last_call: Option<DateTime<Utc>>,
    /// What this party gave and received.
    pub releases: Vec<ReportRelease>,
    /// Measures to which a holder committed, as far as this party sees them; its own always (T5).
    #[serde(default)]
    pub commitments: Vec<ReportCommitment>,
    /// The certificate of destruction (R8): each item this party could see, and what became of its text; empty while
    /// the session lives. No text.
    #[serde(default)]
    pub destroyed: Vec<ReportDestroyed>,
    /// The OM's decisions, one for each suspect, in the order in which they were recorded.
    pub dispositions: Vec<ReportDisposition>,
    /// Decisions recorded against VT's request.
    pub deviations: Vec<ReportDeviation>,
    /// The head of the whole chain: by holding it, every party is a witness.
    pub head: Option<Link>,
    /// How many events the chain has; given once the session is closed, and to full seats only: the number tells of what a
    /// restricted seat could not see (R2).
    pub events: Option<u64>,
    /// The end of the chain of this party's own view, this report included: what an export must end with.
    #[serde(default)]
    pub own_head: Option<Link>,
}

/// A seat in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportSeat {
    /// Whose.
    pub party: Party,
    /// Full or restricted.
    pub level: SeatLevel,
    /// Names, and when each accepted the ground rules.
    pub people: Vec<(String, Option<DateTime<Utc>>)>,
    /// When it left the table (R15).
    #[serde(default)]
    pub left_at: Option<DateTime<Utc>>,
}

/// A count in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCount {
    /// Whose.
    pub party: PartyId,
    /// Of which kind.
    pub kind: ContentKind,
    /// How many.
    pub shared: u32,
    /// How many of them were withdrawn.
    pub withdrawn: u32,
}

/// A time request in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportTime {
    /// Which party.
    pub party: PartyId,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; absent where the session still waits.
    pub until: Option<DateTime<Utc>>,
    /// Why, if said.
    pub reason: Option<TimeReason>,
}

/// A release in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportRelease {
    /// Who gave.
    pub giver: PartyId,
    /// Who received.
    pub recipient: PartyId,
    /// What it claims to be.
    pub kind: ContentKind,
    /// On what law.
    pub ground: LegalGround,
    /// The follow-up action it was for, by reference; absent where it was for a task.
    #[serde(default)]
    pub action: Option<ReportAction>,
    /// The code of the statutory task; absent where it was for a follow-up action.
    pub task: Option<String>,
    /// The task as people read it, with its article.
    #[serde(default)]
    pub task_name: Option<Name>,
    /// When it was approved.
    pub approved_at: DateTime<Utc>,
}

/// A follow-up action by reference (R5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportAction {
    /// The number under which the reader of the report knew it.
    pub number: u32,
    /// Who does it.
    pub performer: Assignee,
    /// Before when.
    pub due: Option<DateTime<Utc>>,
}

/// A measure to which its holder committed (T5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCommitment {
    /// The power, as people call it.
    pub power: Name,
    /// Who holds it.
    pub holder: Assignee,
    /// When the holder committed.
    pub at: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A decision of the OM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportDisposition {
    /// What; told to full seats, and to a restricted seat to which the OM opened it (R11).
    pub kind: Option<DispositionKind>,
    /// When.
    pub at: DateTime<Utc>,
}

/// One line of the certificate of destruction. Every text of a session is destroyed at its close; what was released lives
/// on as a copy under its recipient's own key, and nothing else does (R8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportDestroyed {
    /// Which item.
    pub item: ItemId,
    /// Whose it was.
    pub owner: PartyId,
    /// What it claimed to be.
    pub kind: ContentKind,
    /// When it was shared.
    pub shared_at: DateTime<Utc>,
    /// When its text was destroyed.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: WhyDestroyed,
}

/// Why a text was destroyed, as far as the reader of the report may know it (R2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum WhyDestroyed {
    /// Its owner withdrew it.
    Withdrawn,
    /// The session closed, and it was released to nobody the reader may know of.
    NotReleased,
    /// The session closed, and these parties have a copy of their own. An owner reads all of them, a recipient itself.
    Released {
        /// Who.
        to: Vec<PartyId>,
    },
}

/// A deviation in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportDeviation {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was decided against VT's request.
    pub kind: DispositionKind,
    /// Which text holds the motivation.
    pub text: TextId,
    /// What the log commits to: the salted digest of the motivation.
    pub digest: TextDigest,
    /// The motivation, filled in from the party's sealed record.
    pub motivation: Option<String>,
    /// What proves that this is the motivation of that digest; there when the motivation is.
    pub proof: Option<TextProof>,
}

impl Report {
    /// Adds the end of the whole chain. The number of its events tells of what a restricted seat could not see, so only a full
    /// seat gets it (R2).
    pub fn attach_chain(&mut self, head: Link, events: u64) {
        self.head = Some(head);
        self.events = Some(events).filter(|_| self.full_seat);
    }
}

/// The report of one party, from the state alone; also for one that sat here and left (R15). Nothing in it depends on what
/// that party could not see, nor on what it did not see yet because it had not accepted the ground rules (R2).
pub fn report(state: &State, party: PartyId) -> Option<Report> {
    let table = state.table.as_ref()?;
    let viewer = Viewer::of_party(state, party)?;
    let reporter = Reporter { state, party, viewer };
    let full = state.is_full(party);
    Some(Report {
        moment: table.moment.name.clone(),
        case_reference: table.case_reference.clone(),
        party,
        convened_at: table.convened_at,
        closed_at: state.closed_at(),
        full_seat: full,
        expired: state.closed.as_ref().is_some_and(|closing| closing.expired),
        seats: reporter.seats(table.chair),
        items: reporter.counts(table.chair),
        time_requests: reporter.time_requests(),
        last_call: state.closed.as_ref().and_then(|closing| closing.last_call),
        releases: reporter.releases(),
        commitments: reporter.commitments(),
        destroyed: reporter.destroyed(),
        dispositions: reporter.dispositions(),
        deviations: reporter.deviations(),
        head: None,
        events: None,
        own_head: None,
    })
}

struct Reporter<'a> {
    state: &'a State,
    party: PartyId,
    viewer: Viewer,
}

impl Reporter<'_> {
    /// Items of which this party knows that they were there.
    fn visible(&self) -> impl Iterator<Item = &Item> {
        let items = self.state.items.values().map(AsRef::as_ref);
        items.filter(|item| self.viewer.sight(self.state, item) != Sight::Nothing)
    }

    /// As a table is read: the chair first, then by kind.
    fn ordered_seats(&self, chair: PartyId) -> Vec<&Seat> {
        let known = |seat: &&Seat| self.viewer.knows_party(self.state, seat.party.id);
        let seats = self
            .state
            .seats
            .values()
            .map(AsRef::as_ref)
            .filter(|seat: &&Seat| seat.status != SeatStatus::Taken);
        let mut seats: Vec<&Seat> = seats.filter(known).collect();
        seats.sort_by_key(|seat| (seat.party.id != chair, seat.party.kind, seat.party.name.clone()));
        seats
    }

    fn seats(&self, chair: PartyId) -> Vec<ReportSeat> {
        let people = |party| {
            let people = self.state.people.values().filter(move |person| person.party == party);
            people
                .map(|person| (person.name.clone(), person.rules_accepted_at))
                .collect()
        };
        let seats = self.ordered_seats(chair).into_iter();
        seats
            .map(|seat| ReportSeat {
                party: seat.party.clone(),
                level: seat.level,
                people: people(seat.party.id),
                left_at: match seat.status {
                    SeatStatus::Left { at } => Some(at),
                    SeatStatus::Seated | SeatStatus::Taken => None,
                },
            })
            .collect()
    }

    fn counts(&self, chair: PartyId) -> Vec<ReportCount> {
        let mut counts: Vec<ReportCount> = Vec::new();
        for item in self.visible() {
            let (party, kind) = (item.owner, item.content.kind());
            let withdrawn = u32::from(!item.is_live());
            match counts
                .iter_mut()
                .find(|count| count.party == party && count.kind == kind)
            {
                Some(count) => {
                    count.shared += 1;
                    count.withdrawn += withdrawn;
                }
                None => counts.push(ReportCount {
                    party,
                    kind,
                    shared: 1,
                    withdrawn,
                }),
            }
        }
        let seats = self.ordered_seats(chair);
        let rank = |id: PartyId| seats.iter().position(|seat| seat.party.id == id);
        counts.sort_by_key(|count| (rank(count.party), count.kind));
        counts
    }

    fn time_requests(&self) -> Vec<ReportTime> {
        let full = self.state.is_full(self.party);
        let sits = self.state.seat(self.party).is_some();
        let requests = self.state.time_requests.values();
        let requests = requests.filter(|request| sits || request.by.party == self.party);
        requests
            .map(|request| ReportTime {
                party: request.by.party,
                from: request.at,
                until: request.ended_at,
                reason: request.reason.filter(|_| full || request.by.party == self.party),
            })
            .collect()
    }

    fn commitments(&self) -> Vec<ReportCommitment> {
        let seen = self
            .visible()
            .filter(|item| self.viewer.sight(self.state, item) >= Sight::Commitment);
        let mut commitments: Vec<_> = seen
            .filter_map(|item| {
                let Content::Measure { power, holder } = &item.content else {
                    return None;
                };
                Some(ReportCommitment {
                    power: self.state.power(power)?.name.clone(),
                    holder: *holder,
                    at: item.answer.as_ref()?.at,
                    until: item.committed_until()?,
                })
            })
            .collect();
        commitments.sort_by_key(|it| (it.at, it.until, it.holder));
        commitments
    }

    /// Of a party that left: what was recorded while it sat here.
    fn dispositions(&self) -> Vec<ReportDisposition> {
        if !self.viewer.has_accepted() {
            return Vec::new();
        }
        let left_at = self.state.seats.get(&self.party).and_then(|seat| match seat.status {
            SeatStatus::Left { at } => Some(at),
            SeatStatus::Seated | SeatStatus::Taken => None,
        });
        let sits = self.state.seat(self.party).is_some();
        let mut dispositions = Vec::new();
        for item in self.state.items.values() {
            let Content::Disposition { kind, .. } = item.content else {
                continue;
            };
            let at = item.revised_at.unwrap_or(item.shared_at);
            if sits || left_at.is_some_and(|left| at <= left) {
                let reads = self.viewer.sight(self.state, item) == Sight::Whole
                    || self.state.saw_from_full_seat(self.party, at);
                dispositions.push(ReportDisposition {
                    kind: Some(kind).filter(|_| reads),
                    at,
                });
            }
        }
        dispositions.sort_by_key(|it| (it.at, it.kind));
        dispositions
    }

    fn deviations(&self) -> Vec<ReportDeviation> {
        let accepted = self.viewer.has_accepted();
        let deviations = self.state.deviations.iter();
        let seen = deviations.filter(|it| accepted && self.state.saw_from_full_seat(self.party, it.at));
        seen.map(|it| ReportDeviation {
            by: name_of(self.state, it.by.participant),
            at: it.at,
            kind: it.kind,
            text: it.motivation.id,
            digest: it.motivation.digest,
            motivation: None,
            proof: None,
        })
        .collect()
    }

    fn destroyed(&self) -> Vec<ReportDestroyed> {
        let Some(closing) = &self.state.closed else {
            return Vec::new();
        };
        let mut lines: Vec<_> = self
            .visible()
            .map(|item| {
                let releases = closing.releases.iter().filter(|released| released.item == item.id);
                let recipients = releases.map(|released| released.recipient);
                let to: Vec<_> = recipients
                    .filter(|recipient| item.owner == self.party || *recipient == self.party)
                    .collect();
                ReportDestroyed {
                    item: item.id,
                    owner: item.owner,
                    kind: item.content.kind(),
                    shared_at: item.shared_at,
                    at: item.withdrawn_at.unwrap_or(closing.at),
                    why: match (item.withdrawn_at, to.is_empty()) {
                        (Some(_), _) => WhyDestroyed::Withdrawn,
                        (None, true) => WhyDestroyed::NotReleased,
                        (None, false) => WhyDestroyed::Released { to },
                    },
                }
            })
            .collect();
        lines.sort_by_key(|line| (line.shared_at, line.item));
        lines
    }

    fn releases(&self) -> Vec<ReportRelease> {
        let Some(closing) = &self.state.closed else {
            return Vec::new();
        };
        let mut own: Vec<_> = closing
            .releases
            .iter()
            .filter_map(|released| {
                let item = self.state.items.get(&released.item)?;
                if item.owner != self.party && released.recipient != self.party {
                    return None;
                }
                let Some(Cell::Approved(approval)) = item.cells.get(&released.recipient) else {
                    return None;
                };
                let (task, action) = match &approval.purpose {
                    Purpose::Task(code) => (Some(code.clone()), None),
                    Purpose::Action(id) => (None, self.action(*id)),
                };
                Some(ReportRelease {
                    giver: item.owner,
                    recipient: released.recipient,
                    kind: item.content.kind(),
                    ground: approval.ground.clone(),
                    action,
                    task_name: task
                        .as_ref()
                        .and_then(|code| task_name(self.state, released.recipient, code)),
                    task,
                    approved_at: approval.at,
                })
            })
            .collect();
        own.sort_by_key(|it| (it.approved_at, it.giver, it.recipient));
        own
    }

    fn action(&self, id: ItemId) -> Option<ReportAction> {
        match &self.state.items.get(&id)?.content {
            Content::Action { performer, due } => Some(ReportAction {
                number: action_number(self.state, self.party, id),
                performer: *performer,
                due: *due,
            }),
            _ => None,
        }
    }
}

fn task_name(state: &State, recipient: PartyId, code: &str) -> Option<Name> {
    let tasks = &state.seats.get(&recipient)?.tasks;
    let task = tasks.iter().find(|task| task.code == code)?;
    Some(task.name.clone())
}
