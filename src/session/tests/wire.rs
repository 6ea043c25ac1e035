//! What a client may write: every command, with nothing in it that nobody reads, and none that only the server makes.

use alloc::collections::BTreeSet;
use alloc::{string::String, vec, vec::Vec};
use serde_json::Value;
use std::format;

use super::fixture::*;
use crate::ids::{CommandId, SubjectId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::protocol::FromClient;
use crate::session::command::{CommandKind, LeftItems, NewAnswer, SubjectRole, TimeReason, Verdict};
use crate::session::item::{Assignee, Audience, NewContent, Purpose};

/// The name of a command, as in a frame. No default arm: a new command does not compile until it stands here.
pub(super) fn name(kind: &CommandKind) -> &'static str {
    match kind {
        CommandKind::Convene(_) => "convene",
        CommandKind::GiveSeat(_) => "give_seat",
        CommandKind::Enter { .. } => "enter",
        CommandKind::WarnOfExpiry => "warn_of_expiry",
        CommandKind::Expire => "expire",
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
    }
}

/// What only the server makes.
const SERVER_MADE: [&str; 5] = ["convene", "give_seat", "enter", "warn_of_expiry", "expire"];

/// How many commands there are.
pub(super) const ALL: usize = 35;

fn every_command() -> Vec<CommandKind> {
    let (item, subject) = (no_item(), SubjectId(id(2)));
    let request = TimeRequestId(id(3));
    let at = nine_plus(0);
    let audience = || Audience {
        table: true,
        named: [HALT].into(),
    };
    let absent = Assignee::Absent {
        kind: PartyKind::Care,
        via: VT,
    };
    let action = |performer| NewContent::Action {
        performer,
        due: Some(at),
    };
    let approve = Verdict::Approve {
        purpose: Purpose::Action(item),
        subjects: Some([subject].into()),
        excerpt: Some("x".into()),
        condition: Some("x".into()),
        motivation: Some("x".into()),
    };
    vec![
        CommandKind::TakeSeat { party: POLICE },
        CommandKind::AskToLeave { party: POLICE },
        CommandKind::Leave { items: LeftItems::Keep },
        name_attendees(Some(&[BAKKER])),
        CommandKind::AnswerNewcomer {
            party: POLICE,
            show: true,
        },
        CommandKind::AcceptRules {},
        CommandKind::HandOverGavel {
            to: SECRETARY.participant,
        },
        CommandKind::TakeGavel {},
        CommandKind::MoveTo { phase: Phase::Picture },
        add_subject(SubjectRole::Child, "dochter"),
        CommandKind::CorrectSubject {
            subject,
            revision: 1,
            role: SubjectRole::Child,
            label: "dochter".into(),
        },
        CommandKind::RemoveSubject { subject, revision: 1 },
        share_item(FACT, audience(), &[subject], &[item], "x"),
        share_item(action(absent), audience(), &[subject], &[item], "x"),
        share_item(action(Assignee::Seat(VT)), audience(), &[subject], &[item], "x"),
        propose_measure("shelter", absent, "x", &[item]),
        revise(item, 1, "x"),
        CommandKind::SetAudience {
            item,
            was: audience(),
            audience: audience(),
        },
        withdraw(item, 1),
        CommandKind::OpenBasis {
            item,
            revision: 1,
            basis: item,
            open: true,
        },
        CommandKind::RequestRelease {
            item,
            revision: 1,
            purpose: Some(Purpose::Task("x".into())),
            reason: Some("x".into()),
        },
        CommandKind::DropRequest { item },
        cell(item, 1, OM, approve),
        cell(item, 1, OM, NO),
        cell(item, 1, OM, Verdict::Undecide {}),
        CommandKind::SetReady { ready: true },
        CommandKind::LastCall {},
        answer(item, 1, NewAnswer::Accept {}),
        answer(item, 1, NewAnswer::Commit { until: at }),
        answer(item, 1, NewAnswer::Refuse { reason: None }),
        CommandKind::AskTime {
            reason: Some(TimeReason::Other),
            minutes: Some(1),
        },
        CommandKind::ExplainTime {
            request,
            reason: None,
            minutes: None,
        },
        CommandKind::EndTime { request },
        CommandKind::SetClock { minutes: 5 },
        CommandKind::SetDeadline {
            at,
            term: "holding".into(),
        },
        record_disposition(subject, 0, Some("x")),
        CommandKind::Close {},
    ]
}

/// Every way to put one more field into an object of this value, however deep it stands.
fn with_one_field_more(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            let mut more = fields.clone();
            more.insert("owner".into(), Value::String("x".into()));
            all.push(Value::Object(more));
            for (key, inner) in fields {
                for changed in with_one_field_more(inner) {
                    let mut fields = fields.clone();
                    fields.insert(key.clone(), changed);
                    all.push(Value::Object(fields));
                }
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                for changed in with_one_field_more(inner) {
                    let mut items = items.clone();
                    items[place] = changed;
                    all.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    all
}

fn frame(kind: CommandKind) -> Value {
    let id = CommandId(id(9));
    serde_json::to_value(FromClient::Submit { id, command: kind }).expect("a frame")
}

/// G24: a field too many inside a command, an audience or anything else in a frame was acknowledged.
#[test]
fn g24_a_field_that_nobody_reads_is_refused_however_deep_it_stands() {
    let commands = every_command();
    let names: BTreeSet<_> = commands.iter().map(name).collect();
    assert_eq!(
        names.len(),
        ALL - SERVER_MADE.len(),
        "every command is tried: {names:?}"
    );
    for command in commands {
        let frame = frame(command.clone());
        let read: FromClient = serde_json::from_value(frame.clone()).expect("what was written is read");
        assert_eq!(
            read,
            FromClient::Submit {
                id: CommandId(id(9)),
                command: command.clone()
            }
        );
        assert_eq!(frame["command"]["do"].as_str(), Some(name(&command)));
        let more = with_one_field_more(&frame);
        assert!(more.len() >= 2);
        for forged in more {
            assert!(
                serde_json::from_value::<FromClient>(forged.clone()).is_err(),
                "{forged}"
            );
        }
    }
}

/// A command about a number never takes words, a code or another type for it.
#[test]
fn g24_what_a_field_must_be_is_not_guessed() {
    let item = format!("{}", no_item());
    let frame = |command: String| format!(r#"{{"t":"submit","id":"{item}","command":{command}}}"#);
    for command in [
        format!(r#"{{"do":"withdraw","item":"{item}"}}"#),
        format!(r#"{{"do":"withdraw","item":"{item}","revision":"1"}}"#),
        format!(r#"{{"do":"withdraw","item":"{item}","revision":-1}}"#),
        r#"{"do":"withdraw","item":"bakker","revision":1}"#.into(),
        r#"{"do":"share","content":"fact","subjects":[],"audience":{"table":true,"named":[]},"text":"x"}"#.into(),
        r#"{"do":"share","content":{"contribution":{"kind":"secret"}},"subjects":[],"audience":{"table":true,"named":[]},"text":"x"}"#.into(),
        r#"{"do":"share","content":{"disposition":{}},"subjects":[],"audience":{"table":true,"named":[]},"text":"x"}"#.into(),
        r#"{"do":"share","content":{"contribution":{"kind":"fact"}},"subjects":[],"audience":"table","text":"x"}"#.into(),
        r#"{"do":"move_to","phase":"after_the_close"}"#.into(),
        r#"{"do":"leave","items":"release"}"#.into(),
        r#"{"do":"bribe"}"#.into(),
        r#"{"do":"close","do":"accept_rules"}"#.into(),
        "[]".into(),
    ] {
        let frame = frame(command);
        assert!(serde_json::from_str::<FromClient>(&frame).is_err(), "{frame}");
    }
}

/// What only the server makes has no form on the wire, in either direction.
#[test]
fn what_only_the_server_makes_has_no_form_on_the_wire() {
    let server_made = [
        CommandKind::Convene(zsm().into()),
        give_seat(MUNICIPALITY, crate::session::command::SeatLevel::Full),
        CommandKind::Enter {
            name: "x".into(),
            prosecutor: true,
        },
        CommandKind::WarnOfExpiry,
        CommandKind::Expire,
    ];
    for command in server_made {
        assert!(SERVER_MADE.contains(&name(&command)));
        assert!(serde_json::to_value(&command).is_err());
    }
    for command in SERVER_MADE {
        let text = format!(r#"{{"do":"{command}"}}"#);
        assert!(serde_json::from_str::<CommandKind>(&text).is_err(), "{text}");
    }
}
