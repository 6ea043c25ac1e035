//! The report by which a party proves what happened: who did what when and by which rule, never what was said (C4).

use super::Link;
use crate::ground::LegalGround;
use crate::ids::{ContributionId, PartyId, TextId};
use crate::moment::Name;
use crate::party::Party;
use crate::session::command::{ContributionKind, DispositionKind, Purpose, SeatLevel, TimeReason};
use crate::session::state::{Cell, State};
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
    /// Contributions per party and kind, as far as this party could see them.
    pub contributions: Vec<ReportCount>,
    /// When VT asked for time, and how long.
    pub time_requests: Vec<ReportTime>,
    /// When the chair called for the last time before it closed (R13); absent where it did not.
    #[serde(default)]
    pub last_call: Option<DateTime<Utc>>,
    /// What this party gave and received.
    pub releases: Vec<ReportRelease>,
    /// The certificate of destruction (R8): each contribution this party could see, and what became of its text; empty while
    /// the session lives. No text.
    #[serde(default)]
    pub destroyed: Vec<ReportDestroyed>,
    /// The OM's decision, by its kind.
    pub disposition: Option<(DispositionKind, DateTime<Utc>)>,
    /// Decisions recorded against VT's request.
    pub deviations: Vec<ReportDeviation>,
    /// The head of the whole chain: by holding it, every party is a witness.
    pub head: Option<Link>,
    /// How many events the chain has; given to every party only once the session is closed.
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
}

/// A count in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCount {
    /// Whose.
    pub party: PartyId,
    /// Of which kind.
    pub kind: ContributionKind,
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
    pub kind: ContributionKind,
    /// On what law.
    pub ground: LegalGround,
    /// The code of the statutory task; absent where it was for a follow-up action.
    pub task: Option<String>,
    /// The task as people read it, with its article.
    #[serde(default)]
    pub task_name: Option<Name>,
    /// When it was approved.
    pub approved_at: DateTime<Utc>,
}

/// One line of the certificate of destruction. Every text of a session is destroyed at its close; what was released lives
/// on as a copy under its recipient's own key, and nothing else does (R8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportDestroyed {
    /// Which contribution.
    pub contribution: ContributionId,
    /// Whose it was.
    pub owner: PartyId,
    /// What it claimed to be.
    pub kind: ContributionKind,
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
    /// Which text holds the motivation.
    pub text: TextId,
    /// What the log commits to: the salted digest of the motivation.
    pub digest: TextDigest,
    /// The motivation, filled in from the party's sealed record.
    pub motivation: Option<String>,
    /// What proves that this is the motivation of that digest; there when the motivation is.
    pub proof: Option<TextProof>,
}

/// The report of one party, from the state alone. Nothing in it depends on what that party could not see (R2).
pub fn report(state: &State, party: PartyId) -> Option<Report> {
    let table = state.table.as_ref()?;
    state.seat(party)?;
    let full = state.is_full(party);
    let visible: Vec<_> = state
        .contributions
        .values()
        .filter(|it| state.in_audience(party, it))
        .collect();
    let mut contributions: Vec<ReportCount> = Vec::new();
    for it in &visible {
        let withdrawn = u32::from(it.withdrawn_at.is_some());
        match contributions
            .iter_mut()
            .find(|count| count.party == it.owner && count.kind == it.kind)
        {
            Some(count) => {
                count.shared += 1;
                count.withdrawn += withdrawn;
            }
            None => contributions.push(ReportCount {
                party: it.owner,
                kind: it.kind,
                shared: 1,
                withdrawn,
            }),
        }
    }
    let name = |id| {
        state
            .people
            .get(&id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    let mut seats: Vec<_> = state
        .seats
        .values()
        .filter(|seat| crate::session::view::knows_party(state, party, seat.party.id) || (full && seat.taken_away))
        .collect();
    // As a table is read: the chair first, then by kind.
    seats.sort_by_key(|seat| (seat.party.id != table.chair, seat.party.kind, seat.party.name.clone()));
    let rank = |id: PartyId| seats.iter().position(|seat| seat.party.id == id);
    contributions.sort_by_key(|count| (rank(count.party), count.kind));
    Some(Report {
        moment: table.moment.name.clone(),
        case_reference: table.case_reference.clone(),
        party,
        convened_at: table.convened_at,
        closed_at: state.closed_at(),
        seats: seats
            .iter()
            .map(|seat| ReportSeat {
                party: seat.party.clone(),
                level: seat.level,
                people: state
                    .people
                    .values()
                    .filter(|person| person.party == seat.party.id)
                    .map(|person| (person.name.clone(), person.rules_accepted_at))
                    .collect(),
            })
            .collect(),
        contributions,
        time_requests: state
            .time_requests
            .values()
            .map(|it| ReportTime {
                party: it.by.party,
                from: it.at,
                until: it.ended_at,
                reason: it.reason.filter(|_| full),
            })
            .collect(),
        last_call: state.closed.as_ref().and_then(|closing| closing.last_call),
        releases: releases(state, party),
        destroyed: destroyed(state, party),
        disposition: state
            .disposition
            .as_ref()
            .filter(|it| full && state.sees_derived(party, &it.basis))
            .map(|it| (it.kind, it.at)),
        deviations: state
            .deviations
            .iter()
            .filter(|_| full)
            .map(|it| ReportDeviation {
                by: name(it.by.participant),
                at: it.at,
                text: it.motivation.id,
                digest: it.motivation.digest,
                motivation: None,
                proof: None,
            })
            .collect(),
        head: None,
        events: None,
        own_head: None,
    })
}

fn destroyed(state: &State, party: PartyId) -> Vec<ReportDestroyed> {
    let Some(closing) = &state.closed else {
        return Vec::new();
    };
    let mut lines: Vec<_> = state
        .contributions
        .values()
        .filter(|it| state.in_audience(party, it))
        .map(|it| {
            let released = closing
                .releases
                .iter()
                .filter(|released| released.contribution == it.id);
            let to: Vec<_> = released
                .map(|released| released.recipient)
                .filter(|recipient| it.owner == party || *recipient == party)
                .collect();
            ReportDestroyed {
                contribution: it.id,
                owner: it.owner,
                kind: it.kind,
                shared_at: it.shared_at,
                at: it.withdrawn_at.unwrap_or(closing.at),
                why: match (it.withdrawn_at, to.is_empty()) {
                    (Some(_), _) => WhyDestroyed::Withdrawn,
                    (None, true) => WhyDestroyed::NotReleased,
                    (None, false) => WhyDestroyed::Released { to },
                },
            }
        })
        .collect();
    lines.sort_by_key(|line| (line.shared_at, line.contribution));
    lines
}

fn releases(state: &State, party: PartyId) -> Vec<ReportRelease> {
    let Some(closing) = &state.closed else {
        return Vec::new();
    };
    let own = closing.releases.iter().filter_map(|released| {
        let contribution = state.contributions.get(&released.contribution)?;
        if contribution.owner != party && released.recipient != party {
            return None;
        }
        let Some(Cell::Approved(approval)) = contribution.cells.get(&released.recipient) else {
            return None;
        };
        let task = match &approval.purpose {
            Purpose::Task(code) => Some(code.clone()),
            Purpose::Action(_) => None,
        };
        Some(ReportRelease {
            giver: contribution.owner,
            recipient: released.recipient,
            kind: contribution.kind,
            ground: approval.ground.clone(),
            task_name: task
                .as_ref()
                .and_then(|code| task_name(state, released.recipient, code)),
            task,
            approved_at: approval.at,
        })
    });
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|it| (it.approved_at, it.giver, it.recipient));
    own
}

fn task_name(state: &State, recipient: PartyId, code: &str) -> Option<Name> {
    let tasks = &state.seats.get(&recipient)?.tasks;
    let task = tasks.iter().find(|task| task.code == code)?;
    Some(task.name.clone())
}
