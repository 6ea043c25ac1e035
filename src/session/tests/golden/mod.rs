//! Two sessions as they could have been held, event by event, and what everybody saw at the points that matter.
//!
//! Lives here: the scripts of the sessions; the logs they left (`*.events.jsonl`, no word of content in them); and the views
//! replayed from those logs (`*.views.jsonl`, one line a screen). A changed line is a changed promise: of what is stored, or
//! of what somebody sees. `AKKOORD_ACCEPT=1 cargo test golden` writes the files anew, for a person to read the difference.
//! Never lives here: a rule.

use alloc::{string::String, vec::Vec};
use chrono::TimeDelta;
use std::path::{Path, PathBuf};
use std::{format, fs};

use super::fixture::*;
use crate::moment::Phase;
use crate::session::command::{Actor, CommandKind, SubjectRole, TimeReason, Verdict};
use crate::session::event::{Event, EventKind};
use crate::session::item::{Audience, ContributionKind, NewContent};
use crate::session::state::{State, evolve};
use crate::session::view::view_for;
use crate::session::visibility::Viewer;
use crate::text::Texts;

/// A point at which everybody's screen is kept: after how many events, and the words that existed then.
struct Stop {
    name: &'static str,
    events: usize,
    texts: Texts,
}

struct Session {
    table: Table,
    stops: Vec<Stop>,
}

impl Session {
    fn stop(&mut self, name: &'static str) {
        let (events, texts) = (self.table.run.events.len(), self.table.run.now.texts.clone());
        self.stops.push(Stop { name, events, texts });
    }
}

/// A ZSM session: a father held for violence, VT that needs an hour, a measure for the night, a conditional dismissal.
#[expect(clippy::too_many_lines, reason = "a whole session, in the order in which it went")]
fn zsm_with_a_pause() -> Session {
    let mut session = Session {
        table: Table::zsm(),
        stops: Vec::new(),
    };
    let table = &mut session.table;
    table.wait(2);
    table.move_to(Phase::Picture);
    table.set_deadline(AGENT, 6);
    let (father, mother) = (table.subject(0), table.subject(1));
    table.add_subject(AGENT, SubjectRole::Child, "dochter (9)");
    let mut share = |actor: Actor, kind, subjects: &[_], audience, text: &str| {
        table.wait(1);
        let content = NewContent::Contribution { kind };
        let events = table.act(actor, share_item(content, audience, subjects, &[], text));
        match &events[0].kind {
            EventKind::Shared { item, .. } => *item,
            other => panic!("{other:?}"),
        }
    };
    let all = Audience::table;
    let report = share(
        AGENT,
        ContributionKind::Fact,
        &[father, mother],
        all(),
        "Melding 02.10 uur: ruzie, letsel aan de arm.",
    );
    let said = share(
        AGENT,
        ContributionKind::Statement,
        &[mother],
        all(),
        "Zij zegt dat het vaker gebeurt.",
    );
    let earlier = share(
        BAKKER,
        ContributionKind::Fact,
        &[mother],
        all(),
        "Twee eerdere meldingen, in maart en in augustus.",
    );
    let hiding = share(
        BAKKER,
        ContributionKind::Suspicion,
        &[mother],
        Audience::only([OM, POLICE]),
        "Zij verblijft op een adres dat geheim moet blijven.",
    );
    let risk = share(
        BAKKER,
        ContributionKind::Assessment,
        &[father],
        all(),
        "Onmiddellijk gevaar als hij vannacht thuiskomt.",
    );
    let known = share(
        ADVISER,
        ContributionKind::Fact,
        &[father],
        all(),
        "Stond tot 2024 onder toezicht; hield zich aan afspraken.",
    );
    share(
        OFFICER,
        ContributionKind::Advice,
        &[father],
        Audience {
            table: true,
            named: [HALT].into(),
        },
        "Geen zaak voor Halt.",
    );
    table.revise(AGENT, said, "Zij verklaart dat het dit jaar drie keer is gebeurd.");
    table.request(OFFICER, earlier, "voor de beoordeling van herhaling");
    table.request(ADVISER, risk, "voor het reclasseringsadvies");
    table.move_to(Phase::Judgement);
    table.wait(20);
    let ask = CommandKind::AskTime {
        reason: Some(TimeReason::HearVictim),
        minutes: Some(60),
    };
    table.act(BAKKER, ask);
    let request = table.sees(BAKKER).time.requests[0].id;
    let until = table.at + TimeDelta::hours(14);
    let patrol = table.propose_measure(BAKKER, "extra_patrol", POLICE, "langs het adres, elk uur", &[risk]);
    let custody = table.propose_measure(BAKKER, "police_custody", OM, "tot morgenmiddag", &[risk]);
    table.commit(AGENT, patrol, until);
    table.refuse(OFFICER, custody, "eerst de lichtere maatregel");
    session.stop("paused");
    let table = &mut session.table;
    table.wait(55);
    table.end_time(VISSER, request);
    table.narrow(BAKKER, hiding, &[POLICE]);
    table.move_to(Phase::Decision);
    let visit = table.share_action(BAKKER, "VT hoort moeder op een veilige plek", VT, &[]);
    let flag = table.share_action(AGENT, "politie zet een afspraak op het adres", POLICE, &[hiding]);
    let talk = table.share_action(ADVISER, "reclassering plant een gesprek", PROBATION, &[risk]);
    for (performer, action) in [(BAKKER, visit), (AGENT, flag), (ADVISER, talk)] {
        table.accept(performer, action);
    }
    table.record_disposition(father, None);
    table.move_to(Phase::ClosingRound);
    let part = |text: &str, condition: &str| Verdict::Approve {
        purpose: task(PROBATION),
        subjects: Some([father].into()),
        excerpt: Some(text.into()),
        condition: Some(condition.into()),
        motivation: Some("nodig om het toezicht te kunnen inrichten".into()),
    };
    table.decide(
        BAKKER,
        risk,
        PROBATION,
        part(
            "Gevaar als hij thuiskomt.",
            "niet delen met de verdachte zonder overleg",
        ),
    );
    table.approve(BAKKER, earlier, OM);
    let reason = Some("de verdediging leest mee".into());
    table.decide(BAKKER, risk, OM, Verdict::Decline { reason });
    table.approve_for(AGENT, report, VT, visit);
    table.approve(AGENT, said, CHILD_PROTECTION);
    table.approve(ADVISER, talk, OM);
    table.approve(ADVISER, known, OM);
    table.withdraw(ADVISER, known);
    table.ready(BAKKER);
    table.ready(AGENT);
    session.stop("closing round");
    session.table.close();
    session.stop("closed");
    session
}

/// An actieoverleg that stays short: three parties, one action, one release.
fn short_actieoverleg() -> Session {
    let mut convening = convening("actieoverleg", &[VT, POLICE, OM], &[]);
    convening.case_reference = "26-0502".into();
    let mut table = Table::convened(BAKKER, convening);
    for actor in [BAKKER, AGENT, OFFICER] {
        table.come_in(actor);
    }
    table.move_to(Phase::Picture);
    let seen = table.share(AGENT, "Drie keer ter plaatse dit jaar, nooit aangifte.");
    let heard = table.share_as(
        BAKKER,
        ContributionKind::Statement,
        Audience::table(),
        "Moeder wil hulp, en is bang voor een strafzaak.",
    );
    table.move_to(Phase::Decision);
    let action = table.share_action(BAKKER, "VT en politie gaan samen langs", POLICE, &[heard]);
    table.accept(AGENT, action);
    table.move_to(Phase::ClosingRound);
    table.approve(AGENT, seen, VT);
    table.approve_for(BAKKER, heard, POLICE, action);
    table.approve_for(BAKKER, action, POLICE, action);
    table.last_call();
    let mut session = Session {
        table,
        stops: Vec::new(),
    };
    session.stop("closing round");
    session.table.close();
    session.stop("closed");
    session
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/session/tests/golden")
        .join(name)
}

/// The lines that stand in a file; with `AKKOORD_ACCEPT` these lines stand there from now on.
fn stored(name: &str, lines: &[String]) -> Vec<String> {
    if std::env::var_os("AKKOORD_ACCEPT").is_some() {
        fs::write(file(name), lines.join("\n") + "\n").expect("a file that can be written");
    }
    let text = fs::read_to_string(file(name)).unwrap_or_default();
    text.lines().map(Into::into).collect()
}

/// What everybody sees at a stop, replayed from a log.
fn screens(log: &[Event], stop: &Stop) -> Vec<String> {
    let state = log[..stop.events].iter().fold(State::default(), evolve);
    let people = EVERYBODY.into_iter().filter_map(|actor| {
        let viewer = Viewer::of(&state, actor)?;
        Some((name_of(actor), viewer))
    });
    let wall = [("the wall", Viewer::RoomScreen)];
    let mut lines = Vec::new();
    for (name, viewer) in people.chain(wall) {
        let view = view_for(&state, &stop.texts, viewer).expect("a session");
        let view = serde_json::to_string(&view).expect("a view");
        lines.push(format!(r#"{{"at":"{}","screen":"{name}","view":{view}}}"#, stop.name));
    }
    lines
}

fn replay(name: &str, session: &Session) {
    let events = session.table.run.events.iter();
    let written: Vec<String> = events
        .map(|event| serde_json::to_string(event).expect("an event"))
        .collect();
    let log = stored(&format!("{name}.events.jsonl"), &written);
    for (number, (stored, written)) in log.iter().zip(&written).enumerate() {
        assert_eq!(stored, written, "event {number} of {name} is stored otherwise");
    }
    assert_eq!(log.len(), written.len(), "{name} has other events");
    let events: Vec<Event> = log
        .iter()
        .map(|line| serde_json::from_str(line).expect("a stored event reads"))
        .collect();
    let replayed = events.iter().fold(State::default(), evolve);
    assert!(replayed == *session.table.state(), "a log replays to the same state");

    // C4: of all the words that ever were, none stands in the log.
    let log = log.concat();
    for stop in &session.stops {
        for text in stop.texts.ids() {
            let words = stop.texts.words(text).expect("its words");
            assert!(!log.contains(&words), "{words:?} stands in the log of {name}");
        }
    }

    let shown: Vec<String> = session.stops.iter().flat_map(|stop| screens(&events, stop)).collect();
    let kept = stored(&format!("{name}.views.jsonl"), &shown);
    for (kept, shown) in kept.iter().zip(&shown) {
        assert_eq!(kept, shown, "somebody sees something else in {name}");
    }
    assert_eq!(kept.len(), shown.len(), "{name} has other screens");
}

#[test]
fn c4_golden_zsm_with_a_pause() {
    replay("zsm_with_a_pause", &zsm_with_a_pause());
}

#[test]
fn c4_golden_short_actieoverleg() {
    replay("short_actieoverleg", &short_actieoverleg());
}
