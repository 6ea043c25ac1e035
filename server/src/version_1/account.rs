//! Checks an accountability file that version 1 made. The program makes no such files any more.

use akkoord::accountability::{Link, NotWhole, ReportTime, Verified, WhyDestroyed, verify};
use akkoord::ground::LegalGround;
use akkoord::ids::{ItemId, PartyId, SessionId, TextId};
use akkoord::moment::Name;
use akkoord::session::item::{ContributionKind, DispositionKind};
use akkoord::text::{TextDigest, TextProof};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The form of the files of version 1.
pub const FORMAT: &str = "akkoord-accountability/2";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    format: String,
    report: Report,
    chain: OwnChain,
    seal: Link,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnChain {
    session: SessionId,
    party: PartyId,
    events: Vec<OwnEvent>,
    head: Link,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnEvent {
    bytes: String,
    link: Link,
}

/// The fields stand in the order in which version 1 wrote them: the links are made of those bytes.
#[derive(Clone, Serialize, Deserialize)]
struct Report {
    moment: Name,
    case_reference: String,
    party: PartyId,
    convened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    seats: Vec<Seat>,
    contributions: Vec<Count>,
    time_requests: Vec<ReportTime>,
    #[serde(default)]
    last_call: Option<DateTime<Utc>>,
    releases: Vec<Release>,
    #[serde(default)]
    destroyed: Vec<Destroyed>,
    disposition: Option<(DispositionKind, DateTime<Utc>)>,
    deviations: Vec<Deviation>,
    head: Option<Link>,
    events: Option<u64>,
    #[serde(default)]
    own_head: Option<Link>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Seat {
    party: akkoord::party::Party,
    level: akkoord::session::command::SeatLevel,
    people: Vec<(String, Option<DateTime<Utc>>)>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Count {
    party: PartyId,
    kind: ContributionKind,
    shared: u32,
    withdrawn: u32,
}

#[derive(Clone, Serialize, Deserialize)]
struct Release {
    giver: PartyId,
    recipient: PartyId,
    kind: ContributionKind,
    ground: LegalGround,
    task: Option<String>,
    #[serde(default)]
    task_name: Option<Name>,
    approved_at: DateTime<Utc>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Destroyed {
    contribution: ItemId,
    owner: PartyId,
    kind: ContributionKind,
    shared_at: DateTime<Utc>,
    at: DateTime<Utc>,
    why: WhyDestroyed,
}

#[derive(Clone, Serialize, Deserialize)]
struct Deviation {
    by: String,
    at: DateTime<Utc>,
    text: TextId,
    digest: TextDigest,
    motivation: Option<String>,
    proof: Option<TextProof>,
}

/// Checks a file of version 1; against the head that somebody wrote down or printed, if there is one.
/// [`NotWhole::NotOne`] for anything that is no such file.
pub fn verify_account(file: &str, witnessed: Option<Link>) -> Result<Verified, NotWhole> {
    let unreadable = |_| NotWhole::NotOne;
    let account: Account = serde_json::from_str(file).map_err(unreadable)?;
    let Account {
        format,
        report,
        chain,
        seal: sealed,
    } = &account;
    if format != FORMAT {
        return Err(NotWhole::NotOne);
    }
    let first = Link::first_of(chain.session, chain.party);
    let mut links: Vec<_> = chain
        .events
        .iter()
        .map(|event| (event.bytes.clone().into_bytes(), event.link))
        .collect();
    let before = links.last().map_or(first, |(_, link)| *link);
    let last = linked(report).map_err(unreadable)?;
    let end = before.next(&last);
    links.push((last, end));
    verify(first, &links, witnessed.unwrap_or(end))?;
    let fits = chain.head == end && report.own_head == Some(end) && report.party == chain.party;
    if !fits || !report.deviations.iter().all(is_proved) {
        return Err(NotWhole::Report);
    }
    // What stands in the file and is read as the same, such as a space or a capital, is a change all the same.
    let again = serde_json::to_string(&account).map_err(unreadable)?;
    let all = serde_json::to_vec(&(format, report, chain)).map_err(unreadable)?;
    if *sealed != first.next(&all) || again != file {
        return Err(NotWhole::Seal);
    }
    Ok(Verified {
        events: chain.events.len(),
        head: end,
    })
}

/// Whether the words of a deviation, where they are there, are those the log commits to.
fn is_proved(deviation: &Deviation) -> bool {
    match (&deviation.motivation, &deviation.proof) {
        (Some(words), Some(proof)) => proof.proves(words, deviation.digest),
        (None, None) => true,
        _ => false,
    }
}

/// The report as it is linked: without the head it leads to, and without the words of motivations and their proof.
fn linked(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut report = report.clone();
    report.own_head = None;
    for deviation in &mut report.deviations {
        deviation.motivation = None;
        deviation.proof = None;
    }
    serde_json::to_vec(&report)
}
