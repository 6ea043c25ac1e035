//! `dossier.json`: what is exported, in a shape of its own that stays as it is (`docs/schema/dossier-2.schema.json`), whatever
//! becomes of the types inside. A field is never added, taken away or given another meaning: that would be `dossier:3`.

use akkoord::dossier::{Correction, DossierItem, HeldItem, ItemKind, NamedAssignee, PurposeText};
use akkoord::ground::GroundStatus;
use akkoord::moment::Name;
use akkoord::party::Party;
use akkoord::release::event::InformedStatus;
use akkoord::session::command::SubjectRole;
use akkoord::session::item::{ContributionKind, DispositionKind};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use zeroize::Zeroizing;

use super::PackageError;
use crate::identity::kind_code;

/// The name of this shape, with its version.
pub const SCHEMA: &str = "urn:akkoord:dossier:2";

/// The file.
#[derive(Serialize)]
struct Dossier<'a> {
    schema: &'static str,
    made_at: String,
    recipient: Organisation<'a>,
    case_reference: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Organisation<'a> {
    id: String,
    kind: &'static str,
    name: &'a str,
}

/// Words of the data, in both languages.
#[derive(Serialize)]
struct Both<'a> {
    nl: &'a str,
    en: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    version: u32,
    status: &'static str,
    moment: Both<'a>,
    owner: Organisation<'a>,
    author: &'a str,
    #[serde(flatten)]
    kind: KindFields<'a>,
    subjects: Vec<Subject<'a>>,
    text: Option<&'a str>,
    is_excerpt: bool,
    revision: u32,
    shared_at: String,
    approved_by: &'a str,
    approved_at: String,
    purpose: Option<Purpose<'a>>,
    ground: Option<Ground<'a>>,
    motivation: Option<&'a str>,
    condition: Option<&'a str>,
    received_at: String,
    retain_until: String,
    subject_informed: Option<SubjectInformed>,
    corrections: Vec<Change<'a>>,
}

/// What an item claims to be, with what only items of that kind have. Every field is always there.
#[derive(Default, Serialize)]
struct KindFields<'a> {
    kind: &'static str,
    number: Option<u32>,
    performer: Option<Assignee<'a>>,
    due_at: Option<String>,
    power: Option<Both<'a>>,
    holder: Option<Assignee<'a>>,
    committed_until: Option<String>,
    disposition: Option<&'static str>,
}

/// Who performs an action or holds a power: a party of the table, or one without a seat through a party that spoke to it.
#[derive(Serialize)]
struct Assignee<'a> {
    kind: &'static str,
    party: Option<Organisation<'a>>,
    via: Option<Organisation<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    role: &'static str,
    label: &'a str,
}

#[derive(Serialize)]
struct Purpose<'a> {
    kind: &'static str,
    number: Option<u32>,
    performer: Option<Assignee<'a>>,
    due_at: Option<String>,
    text: Option<&'a str>,
    task: Option<&'a str>,
    task_name: Option<Both<'a>>,
}

#[derive(Serialize)]
struct Ground<'a> {
    article: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
struct SubjectInformed {
    informed: &'static str,
    recorded_at: String,
}

#[derive(Serialize)]
struct Change<'a> {
    at: String,
    by: &'a str,
    reason: &'a str,
    withdrawn: bool,
}

/// Writes the file.
pub(super) fn write(
    recipient: &Party,
    case_reference: &str,
    held: &[HeldItem],
    made: DateTime<Utc>,
) -> Result<Zeroizing<Vec<u8>>, PackageError> {
    let dossier = Dossier {
        schema: SCHEMA,
        made_at: time(made),
        recipient: organisation(recipient),
        case_reference,
        items: held.iter().map(item).collect(),
    };
    let mut bytes = Zeroizing::new(serde_json::to_vec_pretty(&dossier).map_err(|_| PackageError::Unwritable)?);
    bytes.push(b'\n');
    Ok(bytes)
}

fn item(held: &HeldItem) -> Item<'_> {
    // Taken apart, so that a new field asks what becomes of it here.
    let DossierItem {
        release,
        case_reference: _,
        moment,
        giver,
        author,
        kind,
        subjects,
        text,
        is_excerpt,
        revision,
        shared_at,
        approved_by,
        approved_at,
        purpose,
        ground,
        motivation,
        condition,
        received_at,
        retain_until,
        corrections,
    } = &held.item;
    let withdrawn = held.life.withdrawn_at.is_some();
    Item {
        id: release.to_string(),
        version: held.life.version,
        status: if withdrawn { "withdrawn" } else { "held" },
        moment: both(moment),
        owner: organisation(giver),
        author,
        kind: kind_of(kind),
        subjects: subjects
            .iter()
            .map(|subject| Subject {
                role: role(subject.role),
                label: &subject.label,
            })
            .collect(),
        text: (!withdrawn).then_some(text),
        is_excerpt: *is_excerpt,
        revision: *revision,
        shared_at: time(*shared_at),
        approved_by,
        approved_at: time(*approved_at),
        purpose: purpose.as_ref().map(self::purpose),
        ground: ground.as_ref().map(|ground| Ground {
            article: &ground.article,
            status: match ground.status {
                GroundStatus::Undisputed => "undisputed",
                GroundStatus::Contested => "contested",
                GroundStatus::None => "none",
            },
        }),
        motivation: motivation.as_deref(),
        condition: condition.as_deref(),
        received_at: time(*received_at),
        retain_until: time(*retain_until),
        subject_informed: held.life.informed.map(|(how, at)| SubjectInformed {
            informed: match how {
                InformedStatus::Yes => "yes",
                InformedStatus::No => "no",
                InformedStatus::Postponed => "postponed",
            },
            recorded_at: time(at),
        }),
        corrections: corrections.iter().map(change).collect(),
    }
}

fn change(correction: &Correction) -> Change<'_> {
    Change {
        at: time(correction.at),
        by: &correction.by,
        reason: &correction.reason,
        withdrawn: correction.withdrawn,
    }
}

fn purpose(purpose: &PurposeText) -> Purpose<'_> {
    match purpose {
        PurposeText::FollowUp { number, performer, due } => Purpose {
            kind: "action",
            number: Some(*number),
            performer: Some(assignee(performer)),
            due_at: due.map(time),
            text: None,
            task: None,
            task_name: None,
        },
        // Only in copies of version 1; empty where the recipient did not receive what the action rested on (R11).
        PurposeText::Action { text } => Purpose {
            kind: "action",
            number: None,
            performer: None,
            due_at: None,
            text: (!text.is_empty()).then_some(text),
            task: None,
            task_name: None,
        },
        PurposeText::Task { code, name } => Purpose {
            kind: "task",
            number: None,
            performer: None,
            due_at: None,
            text: None,
            task: Some(code),
            task_name: name.as_ref().map(both),
        },
    }
}

fn organisation(party: &Party) -> Organisation<'_> {
    Organisation {
        id: party.id.to_string(),
        kind: kind_code(party.kind),
        name: &party.name,
    }
}

fn both(name: &Name) -> Both<'_> {
    Both {
        nl: &name.nl,
        en: &name.en,
    }
}

fn assignee(assignee: &NamedAssignee) -> Assignee<'_> {
    match assignee {
        NamedAssignee::Party(party) => Assignee {
            kind: kind_code(party.kind),
            party: Some(organisation(party)),
            via: None,
        },
        NamedAssignee::Absent { kind, via } => Assignee {
            kind: kind_code(*kind),
            party: None,
            via: Some(organisation(via)),
        },
    }
}

fn kind_of(kind: &ItemKind) -> KindFields<'_> {
    match kind {
        ItemKind::Contribution(kind) => KindFields {
            kind: contribution(*kind),
            ..KindFields::default()
        },
        ItemKind::Agreement { due, number, performer } => KindFields {
            kind: "follow_up_action",
            number: *number,
            performer: performer.as_ref().map(assignee),
            due_at: due.map(time),
            ..KindFields::default()
        },
        ItemKind::Measure { power, holder, until } => KindFields {
            kind: "measure",
            power: Some(both(power)),
            holder: Some(assignee(holder)),
            committed_until: until.map(time),
            ..KindFields::default()
        },
        ItemKind::Disposition(kind) => KindFields {
            kind: "disposition",
            disposition: Some(disposition(*kind)),
            ..KindFields::default()
        },
    }
}

fn disposition(kind: DispositionKind) -> &'static str {
    match kind {
        DispositionKind::Summons => "summons",
        DispositionKind::FastTrackSummons => "fast_track_summons",
        DispositionKind::PenaltyOrder => "penalty_order",
        DispositionKind::ConditionalDismissal => "conditional_dismissal",
        DispositionKind::Dismissal => "dismissal",
        DispositionKind::CustodyAndArraignment => "custody_and_arraignment",
        DispositionKind::ReleasePendingDecision => "release_pending_decision",
        DispositionKind::Transfer => "transfer",
        DispositionKind::Referral => "referral",
    }
}

fn contribution(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Fact => "fact",
        ContributionKind::Statement => "statement",
        ContributionKind::Suspicion => "suspicion",
        ContributionKind::Assessment => "assessment",
        ContributionKind::Advice => "advice",
        ContributionKind::Question => "question",
    }
}

fn role(role: SubjectRole) -> &'static str {
    match role {
        SubjectRole::Suspect => "suspect",
        SubjectRole::Victim => "victim",
        SubjectRole::Child => "child",
        SubjectRole::Reporter => "reporter",
        SubjectRole::Other => "other",
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
