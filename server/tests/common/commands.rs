//! Short ways to write a command.

use std::collections::BTreeSet;

use akkoord::ids::{ItemId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind;
use akkoord::session::CommandKind;
use akkoord::session::command::{CellDecision, LeftItems, NewAnswer, NewSubject, SubjectRole, TimeReason, Verdict};
use akkoord::session::item::{Assignee, Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

/// Shares a fact about nobody, based on nothing.
pub fn share(text: &str, audience: Audience) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects: BTreeSet::new(),
        audience,
        based_on: BTreeSet::new(),
        text: text.into(),
    }
}

pub fn share_with_table(text: &str) -> CommandKind {
    share(text, Audience::table())
}

/// Shares a follow-up action with the table.
pub fn share_action(text: &str, performer: PartyId, based_on: impl IntoIterator<Item = ItemId>) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Action {
            performer: Assignee::Seat(performer),
            due: None,
        },
        subjects: BTreeSet::new(),
        audience: Audience::table(),
        based_on: based_on.into_iter().collect(),
        text: text.into(),
    }
}

/// Proposes a bridging measure to the table.
pub fn share_measure(
    power: &str,
    holder: PartyId,
    note: &str,
    based_on: impl IntoIterator<Item = ItemId>,
) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Measure {
            power: power.into(),
            holder: Assignee::Seat(holder),
        },
        subjects: BTreeSet::new(),
        audience: Audience::table(),
        based_on: based_on.into_iter().collect(),
        text: note.into(),
    }
}

/// Other words for a fact.
pub fn revise(item: ItemId, revision: u32, text: &str) -> CommandKind {
    CommandKind::Revise {
        item,
        revision,
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects: BTreeSet::new(),
        text: text.into(),
    }
}

pub fn withdraw(item: ItemId) -> CommandKind {
    CommandKind::Withdraw { item, revision: 1 }
}

/// Decides one cell.
pub fn decide(item: ItemId, revision: u32, recipient: PartyId, verdict: Verdict) -> CommandKind {
    CommandKind::Decide {
        cells: vec![CellDecision {
            item,
            revision,
            recipient,
            verdict,
        }],
    }
}

/// The owner's yes for a task, with a motivation, whether the ground asks for one or not.
pub fn approval(purpose: Purpose) -> Verdict {
    Verdict::Approve {
        purpose,
        subjects: None,
        excerpt: None,
        condition: None,
        motivation: Some("nodig voor de taak".into()),
    }
}

/// Approves the first revision of an item for a task of the recipient.
pub fn approve(item: ItemId, recipient: PartyId, task: &str) -> CommandKind {
    decide(item, 1, recipient, approval(Purpose::Task(task.into())))
}

pub fn add_subject(role: SubjectRole, label: &str) -> CommandKind {
    CommandKind::AddSubject {
        subject: NewSubject {
            role,
            label: label.into(),
        },
    }
}

/// "VT heeft meer tijd nodig", without a reason.
pub fn ask_time() -> CommandKind {
    CommandKind::AskTime {
        reason: None,
        minutes: None,
    }
}

/// One command of every kind and every nested shape that a client can write, with all optional parts, about these.
pub fn every_command(item: ItemId, party: PartyId, subject: SubjectId, request: TimeRequestId) -> Vec<CommandKind> {
    let person = ParticipantId(party.0);
    let text = || "tekst".to_owned();
    let at = Utc::now() + TimeDelta::hours(1);
    let audience = Audience::only([party]);
    let share = |content| CommandKind::Share {
        content,
        subjects: [subject].into(),
        audience: audience.clone(),
        based_on: [item].into(),
        text: text(),
    };
    let absent = Assignee::Absent {
        kind: PartyKind::Care,
        via: party,
    };
    let contents = [
        NewContent::Contribution {
            kind: ContributionKind::Statement,
        },
        NewContent::Action {
            performer: Assignee::Seat(party),
            due: Some(at),
        },
        NewContent::Measure {
            power: "shelter".into(),
            holder: absent,
        },
    ];
    let approve = |purpose| Verdict::Approve {
        purpose,
        subjects: Some([subject].into()),
        excerpt: Some(text()),
        condition: Some(text()),
        motivation: Some(text()),
    };
    let verdicts = [
        approve(Purpose::Action(item)),
        approve(Purpose::Task("om_afdoening".into())),
        Verdict::Decline { reason: Some(text()) },
        Verdict::Undecide {},
    ];
    let answers = [
        NewAnswer::Accept {},
        NewAnswer::Commit { until: at },
        NewAnswer::Refuse { reason: Some(text()) },
    ];
    let revise = |content| CommandKind::Revise {
        item,
        revision: 1,
        content,
        subjects: [subject].into(),
        text: text(),
    };
    let mut commands: Vec<CommandKind> = Vec::new();
    commands.extend(contents.clone().map(share));
    commands.extend(contents.map(revise));
    commands.extend(verdicts.map(|verdict| decide(item, 1, party, verdict)));
    commands.extend(answers.map(|answer| CommandKind::Answer {
        item,
        revision: 1,
        answer,
    }));
    commands.extend([
        CommandKind::TakeSeat { party },
        CommandKind::AskToLeave { party },
        CommandKind::Leave { items: LeftItems::Keep },
        CommandKind::NameAttendees {
            people: Some([person].into()),
        },
        CommandKind::AnswerNewcomer { party, show: true },
        CommandKind::AcceptRules {},
        CommandKind::HandOverGavel { to: person },
        CommandKind::TakeGavel {},
        CommandKind::MoveTo {
            phase: Phase::Judgement,
        },
        add_subject(SubjectRole::Other, "oma"),
        CommandKind::CorrectSubject {
            subject,
            revision: 1,
            role: SubjectRole::Other,
            label: text(),
        },
        CommandKind::RemoveSubject { subject, revision: 1 },
        CommandKind::SetAudience {
            item,
            was: Audience::table(),
            audience,
        },
        withdraw(item),
        CommandKind::OpenBasis {
            item,
            revision: 1,
            basis: item,
            open: true,
        },
        CommandKind::RequestRelease {
            item,
            revision: 1,
            purpose: Some(Purpose::Action(item)),
            reason: Some(text()),
        },
        CommandKind::DropRequest { item },
        CommandKind::SetReady { ready: true },
        CommandKind::LastCall {},
        CommandKind::AskTime {
            reason: Some(TimeReason::HearVictim),
            minutes: Some(5),
        },
        CommandKind::ExplainTime {
            request,
            reason: Some(TimeReason::HearVictim),
            minutes: Some(5),
        },
        CommandKind::EndTime { request },
        CommandKind::SetClock { minutes: 60 },
        CommandKind::SetDeadline {
            at,
            term: "holding".into(),
        },
        CommandKind::RecordDisposition {
            suspect: subject,
            revision: 0,
            kind: DispositionKind::Summons,
            note: Some(text()),
            deviation: Some(text()),
        },
        CommandKind::Close {},
    ]);
    commands
}

/// The name of a command on the wire; nothing for one that only the server makes. A new kind does not compile until it
/// stands here, and [`every_command_is_in_the_list`] then fails until it stands in [`every_command`].
pub fn name_of(kind: &CommandKind) -> Option<&'static str> {
    Some(match kind {
        CommandKind::Convene(_)
        | CommandKind::GiveSeat(_)
        | CommandKind::Enter { .. }
        | CommandKind::WarnOfExpiry
        | CommandKind::Expire => return None,
        CommandKind::TakeSeat { .. } => "take_seat",
        CommandKind::AskToLeave { .. } => "ask_to_leave",
        CommandKind::Leave { .. } => "leave",
        CommandKind::NameAttendees { .. } => "name_attendees",
        CommandKind::AnswerNewcomer { .. } => "answer_newcomer",
        CommandKind::AcceptRules {} => "accept_rules",
        CommandKind::HandOverGavel { .. } => "hand_over_gavel",
        CommandKind::TakeGavel {} => "take_gavel",
        CommandKind::MoveTo { .. } => "move_to",
        CommandKind::AddSubject { .. } => "add_subject",
        CommandKind::CorrectSubject { .. } => "correct_subject",
        CommandKind::RemoveSubject { .. } => "remove_subject",
        CommandKind::Share { .. } => "share",
        CommandKind::Revise { .. } => "revise",
        CommandKind::SetAudience { .. } => "set_audience",
        CommandKind::Withdraw { .. } => "withdraw",
        CommandKind::OpenBasis { .. } => "open_basis",
        CommandKind::RequestRelease { .. } => "request_release",
        CommandKind::DropRequest { .. } => "drop_request",
        CommandKind::Decide { .. } => "decide",
        CommandKind::SetReady { .. } => "set_ready",
        CommandKind::LastCall {} => "last_call",
        CommandKind::Answer { .. } => "answer",
        CommandKind::AskTime { .. } => "ask_time",
        CommandKind::ExplainTime { .. } => "explain_time",
        CommandKind::EndTime { .. } => "end_time",
        CommandKind::SetClock { .. } => "set_clock",
        CommandKind::SetDeadline { .. } => "set_deadline",
        CommandKind::RecordDisposition { .. } => "record_disposition",
        CommandKind::Close {} => "close",
    })
}

/// How many names [`name_of`] gives.
const NAMES: usize = 30;

#[test]
fn every_command_is_in_the_list() {
    let (item, party) = (ItemId(Uuid::new_v4()), PartyId(Uuid::new_v4()));
    let (subject, request) = (SubjectId(Uuid::new_v4()), TimeRequestId(Uuid::new_v4()));
    let mut names = BTreeSet::new();
    for command in every_command(item, party, subject, request) {
        let name = name_of(&command).expect("a client can write it");
        let written = serde_json::to_value(&command).unwrap();
        assert_eq!(written["do"], name);
        names.insert(name);
    }
    assert_eq!(names.len(), NAMES, "{names:?}");
}
