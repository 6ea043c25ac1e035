//! The meeting of the document, held again by the rules: the same commands at the same times, with chance taken away. What
//! the document shows of it (the frames, the view, the report, a dossier item, an accountability file) is what comes out.

use std::sync::LazyLock;

use akkoord::accountability::{Account, Link, account, report};
use akkoord::directory::{ConveneOrder, SeatOrder};
use akkoord::dossier::Copies;
use akkoord::ground::{Grounds, standard_tasks};
use akkoord::ids::{CommandId, ItemId, ParticipantId, PartyId, SessionId, TimeRequestId};
use akkoord::measure::Power;
use akkoord::party::{Party, PartyKind};
use akkoord::protocol::FromRoom;
use akkoord::session::closing::copies;
use akkoord::session::command::{Convening, NewSeat, SeatLevel};
use akkoord::session::event::EventKind;
use akkoord::session::{
    Actor, Command, CommandKind, Event, Refusal, SessionView, Snapshot, Stamp, Viewer, decide, view_event, view_for,
};
use akkoord::text::Texts;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::block;

const VEILIG_THUIS: Organisation = Organisation {
    party: "00003a01-0000-4000-8000-000000000000",
    kind: PartyKind::VeiligThuis,
    name: "Veilig Thuis Voorbeeldstad",
    person: "00005b01-0000-4000-8000-000000000000",
    person_name: "Anna Bakker",
};
const POLICE: Organisation = Organisation {
    party: "00003a02-0000-4000-8000-000000000000",
    kind: PartyKind::Police,
    name: "Politie, eenheid Voorbeeldland",
    person: "00005b02-0000-4000-8000-000000000000",
    person_name: "Kees Jansen",
};
pub const SESSION: &str = "00000001-0000-4000-8000-000000000000";

struct Organisation {
    party: &'static str,
    kind: PartyKind,
    name: &'static str,
    person: &'static str,
    person_name: &'static str,
}

impl Organisation {
    fn party(&self) -> Party {
        Party {
            id: PartyId(id(self.party)),
            kind: self.kind,
            name: self.name.into(),
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            party: PartyId(id(self.party)),
            participant: ParticipantId(id(self.person)),
        }
    }

    fn of(party: PartyId) -> &'static Self {
        let known = [&VEILIG_THUIS, &POLICE].into_iter();
        known
            .into_iter()
            .find(|it| it.party().id == party)
            .expect("an organisation of the document")
    }
}

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn session() -> SessionId {
    SessionId(id(SESSION))
}

fn time(clock: &str) -> DateTime<Utc> {
    format!("2026-03-10T{clock}Z").parse().unwrap()
}

/// The one row of the table of powers in the house of the document.
fn powers() -> Vec<Power> {
    let standard = akkoord::measure::standard().unwrap();
    standard.into_iter().filter(|row| row.code == "extra_patrol").collect()
}

/// What the server makes of a filled-in form.
fn convening(order: ConveneOrder, convener: &Organisation) -> CommandKind {
    let moments = akkoord::moment::standard().unwrap();
    let moment = moments.into_iter().find(|moment| moment.code == order.moment).unwrap();
    let tasks = standard_tasks().unwrap();
    let own = SeatOrder {
        party: convener.party().id,
        level: SeatLevel::Full,
    };
    let seat = |order: SeatOrder| {
        let party = Organisation::of(order.party).party();
        NewSeat {
            level: order.level,
            tasks: tasks.iter().filter(|task| task.party == party.kind).cloned().collect(),
            retention_days: 1_825,
            party,
        }
    };
    CommandKind::Convene(Box::new(Convening {
        moment,
        case_reference: order.case_reference,
        subjects: order.subjects,
        seats: [own].into_iter().chain(order.seats).map(seat).collect(),
        grounds: Grounds::standard()
            .unwrap()
            .between(&PartyKind::ALL, &tasks, time("13:02:00").date_naive()),
        powers: powers(),
        terms: akkoord::deadline::standard().unwrap(),
        convener_name: convener.person_name.into(),
        convener_is_prosecutor: false,
        clock_minutes: order.clock_minutes,
    }))
}

/// A session as a room holds it, with what a socket of Veilig Thuis sends and receives.
#[derive(Default)]
struct Room {
    now: Snapshot,
    events: Vec<Event>,
    commands: u8,
    /// The exchange, as the document writes it.
    lines: Vec<String>,
    /// The count of the socket, once it has the whole view.
    count: Option<u64>,
    /// How often it had the whole view.
    views: u8,
    copies: Copies,
}

impl Room {
    fn at_socket(&self) -> Option<Viewer> {
        Viewer::of(&self.now.state, VEILIG_THUIS.actor())
    }

    fn next_id(&mut self) -> CommandId {
        self.commands += 1;
        CommandId(id(&format!("0000c0{:02x}-0000-4000-8000-000000000000", self.commands)))
    }

    fn said(&mut self, frame: &str) {
        self.lines.push(format!("> {frame}"));
    }

    fn heard(&mut self, frame: &FromRoom) {
        let text = serde_json::to_string(frame).unwrap();
        self.lines.push(format!("< {text}"));
    }

    fn whole_view(&mut self) {
        let epoch = format!("0000e00{}-0000-4000-8000-000000000000", self.views);
        self.views += 1;
        self.count = Some(0);
        self.lines
            .push(format!(r#"< {{"t":"view","epoch":"{epoch}","n":0,"view":{{…}}}}"#));
    }

    /// A command that nobody sees go over the socket; the frames that it causes are seen.
    fn carry_out(&mut self, clock: &str, actor: Actor, kind: CommandKind) {
        let command = Command {
            id: self.next_id(),
            kind,
        };
        let answered = self.decided(clock, actor, command);
        assert!(answered.is_ok(), "{answered:?}");
    }

    fn decided(&mut self, clock: &str, actor: Actor, command: Command) -> Result<FromRoom, Refusal> {
        let stamp = Stamp {
            at: time(clock),
            salt: [self.commands; 32],
        };
        let id = command.id;
        let before = self.now.clone();
        let decision = decide(&before.state, actor, stamp, command)?;
        for new in &decision.texts {
            self.now.texts.put(new.id, new.text.clone(), new.salt);
        }
        for event in &decision.events {
            if matches!(event.kind, EventKind::Closed { .. }) {
                self.copies = copies(&self.now.state, &self.now.texts, &decision.events);
            }
            let (was, viewer) = (self.now.clone(), self.at_socket());
            self.now = self.now.after(event);
            if self.now.state.closed_at().is_some() {
                // R8: a room forgets the words with the disk.
                self.now.texts = Texts::default();
            }
            if self.count.is_some() && viewer != self.at_socket() {
                self.whole_view();
            } else if let Some((count, viewer)) = self.count.as_mut().zip(viewer)
                && let Some(event) = view_event(&was, event, &self.now, viewer)
            {
                *count += 1;
                let frame = FromRoom::Event {
                    n: *count,
                    event: Box::new(event),
                };
                self.heard(&frame);
            }
        }
        let made = decision.made();
        decision.destroyed.iter().for_each(|text| self.now.texts.destroy(*text));
        self.events.extend(decision.events);
        Ok(FromRoom::Ack { id, made })
    }

    /// A command of Veilig Thuis, over the socket.
    fn submit(&mut self, clock: &str, command: &str) {
        let id = self.next_id();
        self.said(&format!(r#"{{"t":"submit","id":"{id}","command":{command}}}"#));
        let kind = serde_json::from_str(command).unwrap();
        let answer = self.decided(clock, VEILIG_THUIS.actor(), Command { id, kind });
        self.heard(&answer.unwrap_or_else(|because| FromRoom::Refused { id, because }));
    }

    fn item(&self, place: usize) -> ItemId {
        let shared = self.events.iter().filter_map(|event| match event.kind {
            EventKind::Shared { item, .. } => Some(item),
            _ => None,
        });
        shared.collect::<Vec<_>>()[place]
    }

    fn time_request(&self) -> TimeRequestId {
        let mut asked = self.events.iter().filter_map(|event| match event.kind {
            EventKind::TimeAsked { request, .. } => Some(request),
            _ => None,
        });
        asked.next().unwrap()
    }

    fn view(&self) -> SessionView {
        view_for(&self.now.state, &self.now.texts, self.at_socket().unwrap()).unwrap()
    }

    /// What the server gives to a party after the close.
    fn account(&self, party: PartyId) -> Account {
        let mut report = report(&self.now.state, party).unwrap();
        let link = |link: Link, event: &Event| link.next(&serde_json::to_vec(event).unwrap());
        let head = self.events.iter().fold(Link::first(session()), link);
        report.attach_chain(head, self.events.len() as u64);
        account(session(), &self.events, report).unwrap()
    }
}

/// All that the document shows of the meeting, in JSON.
pub struct Held {
    pub exchange: Vec<String>,
    pub view: String,
    pub change: String,
    pub report: String,
    pub dossier_item: String,
}

/// The meeting at the end of the document.
pub static MEETING: LazyLock<Held> = LazyLock::new(|| {
    let mut room = Room::default();
    let order = serde_json::from_str(&block("convene-order")).unwrap();
    let (vt, police) = (VEILIG_THUIS.actor(), POLICE.actor());
    let command = |value: Value| serde_json::from_value::<CommandKind>(value).unwrap();

    room.carry_out("13:02:00", vt, convening(order, &VEILIG_THUIS));
    let name = POLICE.person_name.to_owned();
    let enter = CommandKind::Enter {
        name,
        prosecutor: false,
    };
    room.carry_out("13:02:05", police, enter);
    room.carry_out("13:02:06", police, CommandKind::AcceptRules {});

    room.said(r#"{"t":"hello","version":2}"#);
    room.heard(&FromRoom::Welcome {
        version: akkoord::protocol::VERSION,
        now: time("13:02:18"),
        you: vt.participant,
        draft: None,
    });
    room.whole_view();
    for organisation in [&POLICE, &VEILIG_THUIS] {
        room.heard(&FromRoom::Presence {
            party: organisation.party().id,
            who: organisation.actor().participant,
            how: akkoord::protocol::Presence::Here,
        });
    }
    room.submit("13:02:20", r#"{"do":"accept_rules"}"#);
    let subjects = room.view().subjects;
    let mother = subjects.iter().find(|it| it.label == "moeder").unwrap().id;
    room.carry_out(
        "13:03:00",
        police,
        command(json!({
            "do": "share", "content": {"contribution": {"kind": "fact"}}, "subjects": [mother],
            "audience": {"table": true, "named": []},
            "text": "Moeder is op het bureau; vader is niet thuis aangetroffen.",
        })),
    );
    let change = room.lines.last().unwrap()[2..].to_owned();
    room.submit("13:03:15", r#"{"do":"ask_time","reason":"hear_victim","minutes":20}"#);
    let (fact, request) = (room.item(0), room.time_request());
    room.submit(
        "13:03:25",
        &format!(r#"{{"do":"withdraw","item":"{fact}","revision":1}}"#),
    );
    room.submit(
        "13:03:35",
        &format!(
            r#"{{"do":"request_release","item":"{fact}","revision":1,"purpose":{{"task":"vt_onderzoek"}},"reason":"Voor de veiligheidsbeoordeling."}}"#
        ),
    );
    let view = serde_json::to_string(&room.view()).unwrap();
    room.submit("13:12:00", &format!(r#"{{"do":"end_time","request":"{request}"}}"#));
    let own = VEILIG_THUIS.party;
    room.submit(
        "13:13:40",
        &format!(
            r#"{{"do":"share","content":{{"action":{{"performer":{{"seat":"{own}"}},"due":"2026-03-11T08:00:00Z"}}}},"subjects":[],"audience":{{"table":true,"named":[]}},"text":"VT belt moeder vóór negen uur."}}"#
        ),
    );
    let action = room.item(1);
    room.submit("13:15:20", r#"{"do":"move_to","phase":"closing_round"}"#);
    room.carry_out(
        "13:15:40",
        police,
        command(json!({
            "do": "decide", "cells": [{
                "item": fact, "revision": 1, "recipient": own,
                "verdict": {"approve": {"purpose": {"action": action}}},
            }],
        })),
    );
    room.submit("13:15:50", r#"{"do":"last_call"}"#);
    room.submit("13:16:10", r#"{"do":"close"}"#);
    room.said(r#"{"t":"ping"}"#);
    room.heard(&FromRoom::Pong { now: time("13:16:25") });

    Held {
        view,
        change,
        report: serde_json::to_string(&room.account(vt.party).report).unwrap(),
        dossier_item: serde_json::to_string(&room.copies.dossier[0].1).unwrap(),
        exchange: room.lines,
    }
});

/// The file of the police about a session in which nobody did anything: small enough to try a verifier on.
pub static SMALL_ACCOUNT: LazyLock<String> = LazyLock::new(|| {
    let mut room = Room::default();
    let order = ConveneOrder {
        moment: "vt_melding".into(),
        case_reference: "26-0502".into(),
        subjects: vec![serde_json::from_value(json!({"role": "victim", "label": "moeder"})).unwrap()],
        seats: vec![SeatOrder {
            party: POLICE.party().id,
            level: SeatLevel::Full,
        }],
        clock_minutes: None,
    };
    room.carry_out("13:02:00", VEILIG_THUIS.actor(), convening(order, &VEILIG_THUIS));
    for (kind, hours) in [(CommandKind::WarnOfExpiry, 6 * 24), (CommandKind::Expire, 7 * 24)] {
        let at = time("13:02:00") + chrono::TimeDelta::hours(hours);
        let command = Command {
            id: room.next_id(),
            kind,
        };
        let stamp = Stamp {
            at,
            salt: [room.commands; 32],
        };
        let decision = decide(&room.now.state, Actor::PROGRAM, stamp, command).unwrap();
        for event in decision.events {
            room.now = room.now.after(&event);
            room.events.push(event);
        }
    }
    serde_json::to_string(&room.account(POLICE.party().id)).unwrap()
});
