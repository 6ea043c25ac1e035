//! What a party takes along of a session to prove what happened: its report, and the chain of everything it saw, each
//! thing without its words. It can be checked without a server and without a database.
//!
//! 2026-11-23: why the chain of the party's own view and not the whole. The whole names what happened outside this party's
//! audience, if only as a gap in a count (R2). What a party saw follows from the log by the projection alone, so the
//! same chain can be made again at any time, for as long as the projection keeps its form; [`FORMAT`] changes with it.
//! The head of the whole stands in the report: by holding it, a party is a witness to all of it.

use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Broken, Link, Report, ReportDeviation, verify};
use crate::ids::{PartyId, SessionId};
use crate::session::view::{Snapshot, ViewEvent, view_event, view_for};
use crate::session::{Event, Viewer, evolve};

/// The form of the file; another number where the same session would give other bytes.
pub const FORMAT: &str = "akkoord-accountability/3";

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// [`FORMAT`].
    pub format: String,
    /// For people and for programs.
    pub report: Report,
    /// For whoever doubts it.
    pub chain: OwnChain,
    /// Over all of the above: finds a slip. The head finds a forger, who can make this anew.
    pub seal: Link,
}

/// The chain of what one party saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnChain {
    /// Of which session.
    pub session: SessionId,
    /// Who saw it.
    pub party: PartyId,
    /// What changed before its eyes, in order.
    pub events: Vec<OwnEvent>,
    /// The link after the last of them and the report.
    pub head: Link,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnEvent {
    /// A [`crate::session::view::ViewEvent`] in JSON, to the byte as it was linked. Every text is absent.
    pub bytes: String,
    /// The link after it.
    pub link: Link,
}

/// What a whole file proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many changes the chain has.
    pub events: usize,
    /// Where it ends: to be laid beside the mark on paper.
    pub head: Link,
}

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWhole {
    /// It is no such file, or of another form.
    #[error("this is no account in the form {FORMAT}")]
    NotOne,
    /// An event was changed, added, dropped or moved.
    #[error(transparent)]
    Chain(#[from] Broken),
    /// The chain is whole, but the report beside it is not the one it ends with.
    #[error("the report does not fit the chain")]
    Report,
    /// Something around them was changed.
    #[error("the file does not fit its seal")]
    Seal,
}

/// The account of the party whose report this is. `events` is the whole log, from the first.
pub fn account<'a>(
    session: SessionId,
    events: impl IntoIterator<Item = &'a Event>,
    mut report: Report,
) -> Result<Account, serde_json::Error> {
    let party = report.party;
    let mut chain = OwnChain {
        session,
        party,
        events: Vec::new(),
        head: Link::first_of(session, party),
    };
    // Without texts there are none in what is seen.
    let mut before = Snapshot::default();
    for event in events {
        let after = Snapshot {
            state: evolve(before.state.clone(), event),
            ..Snapshot::default()
        };
        if let Some(change) = seen_by(party, &before, event, &after) {
            let bytes = serde_json::to_string(&change)?;
            chain.head = chain.head.next(bytes.as_bytes());
            chain.events.push(OwnEvent {
                bytes,
                link: chain.head,
            });
        }
        before = after;
    }
    chain.head = chain.head.next(&linked(&report)?);
    report.own_head = Some(chain.head);
    let seal = seal(FORMAT, &report, &chain)?;
    Ok(Account {
        format: FORMAT.to_owned(),
        report,
        chain,
        seal,
    })
}

/// What one event changed for a party. A party that comes in, accepts the ground rules or leaves looks with other eyes from
/// then on, and is told all that it sees then.
fn seen_by(party: PartyId, before: &Snapshot, event: &Event, after: &Snapshot) -> Option<ViewEvent> {
    let was = Viewer::of_party(&before.state, party);
    let viewer = Viewer::of_party(&after.state, party)?;
    if was == Some(viewer) {
        return view_event(before, event, after, viewer);
    }
    let view = view_for(&after.state, &after.texts, viewer)?;
    Some(ViewEvent {
        command: Some(event.command),
        at: Some(event.at),
        whole: Some(Box::new(view)),
        ..ViewEvent::default()
    })
}

/// Checks a file; against the head that somebody wrote down or printed, if there is one.
pub fn verify_account(file: &str, witnessed: Option<Link>) -> Result<Verified, NotWhole> {
    let account: Account = serde_json::from_str(file).map_err(|_| NotWhole::NotOne)?;
    let Account {
        format,
        report,
        chain,
        seal: sealed,
    } = &account;
    if format != FORMAT {
        return Err(NotWhole::NotOne);
    }
    let unreadable = |_| NotWhole::NotOne;
    let mut links: Vec<_> = chain
        .events
        .iter()
        .map(|event| (event.bytes.clone().into_bytes(), event.link))
        .collect();
    let before = links
        .last()
        .map_or_else(|| Link::first_of(chain.session, chain.party), |(_, link)| *link);
    let last = linked(report).map_err(unreadable)?;
    let end = before.next(&last);
    links.push((last, end));
    verify(
        Link::first_of(chain.session, chain.party),
        &links,
        witnessed.unwrap_or(end),
    )?;
    if !report.deviations.iter().all(is_proved) {
        return Err(NotWhole::Report);
    }
    if chain.head != end || report.own_head != Some(end) || report.party != chain.party {
        return Err(NotWhole::Report);
    }
    // What stands in the file and is read as the same, such as a space or a capital, is a change all the same.
    let again = serde_json::to_string(&account).map_err(unreadable)?;
    if *sealed != seal(format, report, chain).map_err(unreadable)? || again != file {
        return Err(NotWhole::Seal);
    }
    Ok(Verified {
        events: chain.events.len(),
        head: end,
    })
}

/// Whether the words of a deviation, where they are there, are those the log commits to.
fn is_proved(deviation: &ReportDeviation) -> bool {
    match (&deviation.motivation, &deviation.proof) {
        (Some(words), Some(proof)) => proof.proves(words, deviation.digest),
        (None, None) => true,
        _ => false,
    }
}

/// The report as it is linked: without the end it leads to, and of a motivation only the salted digest: its words and their
/// proof are kept no longer than the party's own record, and the end stays the same without them.
fn linked(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut report = report.clone();
    report.own_head = None;
    for deviation in &mut report.deviations {
        deviation.motivation = None;
        deviation.proof = None;
    }
    serde_json::to_vec(&report)
}

fn seal(format: &str, report: &Report, chain: &OwnChain) -> Result<Link, serde_json::Error> {
    let all = serde_json::to_vec(&(format, report, chain))?;
    Ok(Link::first_of(chain.session, chain.party).next(&all))
}
