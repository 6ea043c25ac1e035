//! Two meetings as they could have been held, event by event, and what everybody saw at the points that matter.
//!
//! Lives here: the scripts of the meetings; the logs they left (`*.events.jsonl`, no word of content in them); and the
//! views replayed from those logs (`*.views.jsonl`, one line a screen). A changed line is a changed promise: of what
//! is stored, or of what somebody sees. `AKKOORD_ACCEPT=1 cargo test golden` writes the files anew, for a person to
//! read the difference. Never lives here: a rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use alloc::{string::String, vec::Vec};
use chrono::TimeDelta;
use std::path::{Path, PathBuf};
use std::{format, fs};

use super::command::{
    Actor, Audience, ContributionKind, MeasureKind, NewSubject, Purpose, SubjectRole, TimeReason, Verdict, Wish,
};
use super::event::Event;
use super::state::{State, evolve};
use super::table_for_tests::*;
use super::view::{Viewer, view_for};
use crate::moment::Phase;
use crate::text::Texts;

/// A point at which everybody's screen is kept: after how many events, and the words that existed then.
struct Stop {
    name: &'static str,
    events: usize,
    texts: Texts,
}

struct Meeting {
    table: Table,
    stops: Vec<Stop>,
}

impl Meeting {
    fn stop(&mut self, name: &'static str) {
        let (events, texts) = (self.table.run.events.len(), self.table.run.now.texts.clone());
        self.stops.push(Stop { name, events, texts });
    }
}

/// A ZSM session: a father held for violence, VT that needs an hour, a measure for the night, a conditional dismissal.
#[expect(clippy::too_many_lines, reason = "a whole meeting, in the order in which it went")]
fn zsm_with_a_pause() -> Meeting {
    let mut meeting = Meeting {
        table: Table::zsm(),
        stops: Vec::new(),
    };
    let table = &mut meeting.table;
    table.wait(2);
    table.move_to(Phase::Picture);
    let at = table.at + TimeDelta::hours(6);
    let article = "art. 56a lid 2 Sv".into();
    table.act(AGENT, Wish::SetDeadline { at, article });
    let (father, mother) = (table.subject(0), table.subject(1));
    let subject = NewSubject {
        role: SubjectRole::Child,
        label: "dochter (9)".into(),
    };
    table.act(AGENT, Wish::AddSubject { subject });
    let mut share = |actor: Actor, kind, subjects: &[_], audience, text: &str| {
        table.wait(1);
        let events = table.act(
            actor,
            Wish::Share {
                kind,
                subjects: subjects.iter().copied().collect(),
                audience,
                text: text.into(),
            },
        );
        match &events[0].fact {
            super::event::Fact::Shared { contribution, .. } => *contribution,
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
    let events = table.act(
        BAKKER,
        Wish::AskTime {
            reason: Some(TimeReason::HearVictim),
            minutes: Some(60),
        },
    );
    let super::event::Fact::TimeAsked { request, .. } = events[0].fact else {
        panic!("no signal")
    };
    let until = table.at + TimeDelta::hours(14);
    let proposal = |holder, kind, note: &str| Wish::ProposeMeasure {
        kind,
        holder,
        note: Some(note.into()),
        based_on: [risk].into(),
    };
    table.act(
        BAKKER,
        proposal(POLICE, MeasureKind::ExtraPatrol, "langs het adres, elk uur"),
    );
    table.act(BAKKER, proposal(OM, MeasureKind::PoliceCustody, "tot morgenmiddag"));
    let measures: Vec<_> = table.state().measures.iter().map(|(id, it)| (it.holder, *id)).collect();
    let of = |party| {
        measures
            .iter()
            .find(|(holder, _)| *holder == party)
            .expect("proposed")
            .1
    };
    table.act(
        AGENT,
        Wish::CommitMeasure {
            measure: of(POLICE),
            until,
        },
    );
    table.act(
        OFFICER,
        Wish::DeclineMeasure {
            measure: of(OM),
            reason: Some("eerst de lichtere maatregel".into()),
        },
    );
    meeting.stop("paused");
    let table = &mut meeting.table;
    table.wait(55);
    table.act(VISSER, Wish::EndTime { request });
    table.narrow(BAKKER, hiding, &[POLICE]);
    table.move_to(Phase::Decision);
    let visit = table.agree(BAKKER, "VT hoort moeder op een veilige plek", VT, &[]);
    table.agree(AGENT, "politie zet een afspraak op het adres", POLICE, &[hiding]);
    table.agree(ADVISER, "reclassering plant een gesprek", PROBATION, &[risk]);
    table.act(OFFICER, dispose(None, &[report, said]));
    table.move_to(Phase::ClosingRound);
    let part = |text: &str, condition: &str| Verdict::Approve {
        purpose: task(PROBATION),
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
    let no = Verdict::Decline {
        reason: Some("de verdediging leest mee".into()),
    };
    table.decide(BAKKER, risk, OM, no);
    table.decide(AGENT, report, VT, yes(Purpose::Action(visit)));
    table.approve(AGENT, said, CHILD_PROTECTION);
    table.approve(ADVISER, known, OM);
    table.withdraw(ADVISER, known);
    table.act(BAKKER, Wish::SetReady { ready: true });
    table.act(AGENT, Wish::SetReady { ready: true });
    meeting.stop("closing round");
    meeting.table.close();
    meeting.stop("closed");
    meeting
}

/// An actieoverleg that stays short: three parties, one action, one release.
fn short_actieoverleg() -> Meeting {
    let mut convening = convening("actieoverleg", &[VT, POLICE, OM], &[]);
    convening.convener_name = "Bakker".into();
    convening.convener_is_prosecutor = false;
    convening.case_reference = "26-0502".into();
    let mut table = Table::convened(BAKKER, convening);
    for actor in [BAKKER, AGENT, OFFICER] {
        table.enter(actor);
        table.act(actor, Wish::AcceptRules);
    }
    let lead = |table: &mut Table, phase| {
        table.act(BAKKER, Wish::MoveTo { phase });
    };
    lead(&mut table, Phase::Picture);
    let seen = table.share_as(
        AGENT,
        ContributionKind::Fact,
        Audience::table(),
        "Drie keer ter plaatse dit jaar, nooit aangifte.",
    );
    let heard = table.share_as(
        BAKKER,
        ContributionKind::Statement,
        Audience::table(),
        "Moeder wil hulp, en is bang voor een strafzaak.",
    );
    lead(&mut table, Phase::Decision);
    let action = table.agree(BAKKER, "VT en politie gaan samen langs", POLICE, &[heard]);
    lead(&mut table, Phase::ClosingRound);
    table.decide(AGENT, seen, VT, yes(task(VT)));
    table.decide(BAKKER, heard, POLICE, yes(Purpose::Action(action)));
    let mut meeting = Meeting {
        table,
        stops: Vec::new(),
    };
    meeting.table.act(BAKKER, Wish::LastCall);
    meeting.stop("closing round");
    meeting.table.act(BAKKER, Wish::Close);
    meeting.stop("closed");
    meeting
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/session/golden")
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

fn replay(name: &str, meeting: &Meeting) {
    let written: Vec<String> = meeting
        .table
        .run
        .events
        .iter()
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
    assert!(replayed == *meeting.table.state(), "a log replays to the same state");

    // C4: of all the words that ever were, none stands in the log.
    let log = log.concat();
    for stop in &meeting.stops {
        for text in stop.texts.ids() {
            let words = stop.texts.words(text).expect("its words");
            assert!(!log.contains(&words), "{words:?} stands in the log of {name}");
        }
    }

    let shown: Vec<String> = meeting.stops.iter().flat_map(|stop| screens(&events, stop)).collect();
    let kept = stored(&format!("{name}.views.jsonl"), &shown);
    for (kept, shown) in kept.iter().zip(&shown) {
        assert_eq!(kept, shown, "somebody sees something else in {name}");
    }
    assert_eq!(kept.len(), shown.len(), "{name} has other screens");
}

#[test]
fn golden_zsm_with_a_pause() {
    replay("zsm_with_a_pause", &zsm_with_a_pause());
}

#[test]
fn golden_short_actieoverleg() {
    replay("short_actieoverleg", &short_actieoverleg());
}
