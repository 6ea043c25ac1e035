//! Confinement (R2): nothing that reaches a viewer depends on a contribution outside its audience.
//!
//! The same meeting is held twice, with other hidden contributions: other words, kinds, subjects and numbers of them,
//! revised, requested, decided and built on in other ways. Whoever is outside their audience gets the same bytes.

use alloc::{collections::BTreeSet, vec::Vec};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::format;
use std::string::String;

use super::script::{Bounds, Known, Looking, Opening, PARTIES, Play, Step, opening, somebody_of, step};
use super::{CASES, config, notices};
use crate::accountability::report;
use crate::house::board_row;
use crate::ids::{ContributionId, PartyId, ReleaseId, SessionId};
use crate::moment::Phase;
use crate::session::command::{Actor, Audience, Command, ContributionKind, Stamp, Wish};
use crate::session::decide::{Decision, decide};
use crate::session::event::{Event, Fact};
use crate::session::refusal::Refusal;
use crate::session::state::State;
use crate::session::table_for_tests::*;
use crate::session::view::{SessionView, Snapshot, ViewEvent, Viewer, view_event, view_for};
use crate::text::Texts;

/// A meeting that is held twice.
#[derive(Clone, Debug)]
struct Twice {
    /// From whom the contributions are hidden.
    from: u8,
    opening: Opening,
    steps: Vec<Step>,
    /// What happens out of sight, and after which step: once this, once that.
    hidden: [Vec<(u8, Step)>; 2],
}

fn twice(longest: usize) -> impl Strategy<Value = Twice> {
    let hidden = || prop::collection::vec((any::<u8>(), step()), 0..12);
    let steps = prop::collection::vec(step(), 1..longest);
    (any::<u8>(), opening(), steps, hidden(), hidden()).prop_map(|(from, opening, steps, one, other)| Twice {
        from,
        opening,
        steps,
        hidden: [one, other],
    })
}

/// Who looks from outside: one party with all its people, or the wall.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outside {
    Party(PartyId),
    Wall,
}

const OUTSIDES: [Outside; 6] = [
    Outside::Party(POLICE),
    Outside::Party(HALT),
    Outside::Wall,
    Outside::Party(OM),
    Outside::Party(VT),
    Outside::Party(PROBATION),
];

/// The salt of what happens out of sight is its own, so that what happens in sight keeps its ids.
const HIDDEN_KEYS: u32 = 1_000_000;
/// Only this party's seat comes and goes: it takes no part in what is hidden.
const COMES_AND_GOES: [PartyId; 1] = [VICTIM_SUPPORT];

/// All that reaches the outside, in order.
#[expect(clippy::too_many_lines, reason = "one meeting, from convening to what is left of it")]
fn reaches(rules: &Rules, meeting: &Twice, which: usize) -> Result<Vec<String>, String> {
    let outside = OUTSIDES[usize::from(meeting.from) % OUTSIDES.len()];
    let own = |actor: &Actor| matches!(outside, Outside::Party(party) if actor.party == party);
    let inside: Vec<PartyId> = FULL
        .into_iter()
        .filter(|it| outside != Outside::Party(*it) && !COMES_AND_GOES.contains(it))
        .collect();
    let speakers: Vec<Actor> = inside.iter().map(|party| somebody_of(*party)).collect();
    let screens: Vec<_> = match outside {
        Outside::Party(_) => EVERYBODY.into_iter().filter(own).map(Some).collect(),
        Outside::Wall => [None].into(),
    };
    let mut play = Play::begin(rules, &screens, true);
    let mut known = Known::default();
    let mut secrets = Known::default();
    let mut reached = Vec::new();
    let ignore: Looking<'_> = &mut |_, _, _| Ok(());
    play.gather(meeting.opening, ignore)?;
    for event in &play.run.events {
        known.learn(event);
    }
    let steps = u8::try_from(meeting.steps.len()).expect("few steps");
    for (place, step) in meeting.steps.iter().enumerate() {
        // Out of sight.
        for (number, (_, step)) in meeting.hidden[which]
            .iter()
            .enumerate()
            .filter(|(_, (after, _))| usize::from(after % steps) == place)
        {
            let key = HIDDEN_KEYS + u32::try_from(number).expect("few");
            let (actor, wish) = out_of_sight(*step, key, &secrets, &inside, &speakers, which);
            let before = play.run.events.len();
            play.submit_as(key, actor, wish, ignore)?;
            for event in &play.run.events[before..] {
                secrets.learn(event);
            }
        }
        // In sight: the same in both meetings, by name and by stamp.
        play.seconds += i64::from(step.seconds.unsigned_abs());
        let key = u32::try_from(place).expect("few") + 1_000;
        let seats: &[PartyId] = if outside == Outside::Party(VICTIM_SUPPORT) {
            &[]
        } else {
            &COMES_AND_GOES
        };
        let bounds = Bounds {
            seats,
            parties: &PARTIES,
            speakers: &EVERYBODY,
            open: true,
        };
        let (mut actor, mut wish) = super::script::wish(*step, key, &known, &bounds);
        if step.what % 9 == 0 {
            // Who is outside tries what it cannot know the name of.
            if let Outside::Party(party) = outside {
                (actor, wish) = (somebody_of(party), probe(*step));
            }
        }
        let before = play.run.events.len();
        let answered: Looking<'_> = &mut |_, (actor, _, _), answer| {
            if own(&actor) {
                let told = answer.as_ref().map(|decision| decision.events.is_empty());
                reached.push(serde_json::to_string(&told).expect("an answer"));
            }
            Ok(())
        };
        play.submit_as(key, actor, wish, answered)?;
        for event in &play.run.events[before..] {
            known.learn(event);
        }
    }
    let finish: Looking<'_> = &mut |_, _, _| Ok(());
    play.key = 5_000;
    for request in known.times.clone() {
        play.submit(BAKKER, Wish::EndTime { request }, finish)?;
        play.submit(ELSEWHERE, Wish::EndTime { request }, finish)?;
    }
    play.submit(SECRETARY, Wish::TakeGavel, finish)?;
    play.submit(
        SECRETARY,
        Wish::MoveTo {
            phase: Phase::ClosingRound,
        },
        finish,
    )?;
    let party = match outside {
        Outside::Party(party) => party,
        Outside::Wall => MUNICIPALITY,
    };
    let row = |state: &State| format!("{:?}", board_row(state, SessionId(id(1)), party));
    reached.push(row(&play.run.now.state));
    play.submit(SECRETARY, Wish::Close, finish)?;
    let state = &play.run.now.state;
    reached.push(row(state));
    reached.push(serde_json::to_string(&report(state, party)).expect("a report"));
    if let Some(copies) = &play.run.copies {
        for (to, item) in copies.dossier.iter().filter(|(to, _)| *to == party) {
            // A release's name is drawn at the close and says nothing; the rest is the same.
            let mut item = item.clone();
            item.release = ReleaseId(id(1));
            reached.push(format!("{to} {}", serde_json::to_string(&item).expect("an item")));
        }
        for entry in copies.register.iter().filter(|it| it.giver == party) {
            let mut entry = entry.clone();
            entry.item.release = ReleaseId(id(1));
            reached.push(serde_json::to_string(&entry).expect("an entry"));
        }
        for (to, kept) in copies.motivations.iter().filter(|(to, _)| *to == party) {
            reached.push(format!("{to} {}", serde_json::to_string(kept).expect("a motivation")));
        }
    }
    for screen in &play.run.screens {
        reached.extend(screen.frames.iter().cloned());
    }
    Ok(reached)
}

/// What happens among those inside: every contribution stays with them, and so does what is built on it.
fn out_of_sight(
    step: Step,
    key: u32,
    secrets: &Known,
    inside: &[PartyId],
    speakers: &[Actor],
    which: usize,
) -> (Actor, Wish) {
    // The first thing is always a contribution, so that both meetings hide something to build on.
    let what = if secrets.contributions.is_empty() {
        0
    } else {
        [0, 10, 14, 18, 20, 30, 38, 43, 45, 48][usize::from(step.what) % 10]
    };
    let bounds = Bounds {
        seats: &[],
        parties: inside,
        speakers,
        open: false,
    };
    let step = Step {
        what,
        b: step.b | 1,
        ..step
    };
    let (actor, wish) = super::script::wish(step, key, secrets, &bounds);
    match wish {
        Wish::Share { audience, kind, .. } => (
            actor,
            Wish::Share {
                kind: if which == 0 { kind } else { ContributionKind::Question },
                subjects: BTreeSet::new(),
                audience,
                text: format!("geheim {key} {which}"),
            },
        ),
        // Something agreed or proposed out of sight rests on what is out of sight.
        Wish::AgreeAction {
            text, performer, due, ..
        } => {
            let based_on = secrets.contributions.iter().map(|(id, _)| *id).take(1).collect();
            (
                actor,
                Wish::AgreeAction {
                    text,
                    performer,
                    due,
                    based_on,
                },
            )
        }
        Wish::ProposeMeasure { kind, holder, note, .. } => {
            let based_on = secrets.contributions.iter().map(|(id, _)| *id).take(1).collect();
            (
                actor,
                Wish::ProposeMeasure {
                    kind,
                    holder,
                    note,
                    based_on,
                },
            )
        }
        // Opening it is the owner's leave for all to see: the one way out there is.
        Wish::OpenDerived { contribution, .. } => (actor, Wish::DropRequest { contribution }),
        other => (actor, other),
    }
}

/// The name that a hidden contribution has in the first meeting, and that nothing has in the other.
fn hidden_name(number: u32) -> ContributionId {
    let stamp = super::script::stamp(HIDDEN_KEYS + number, 0);
    let command = super::script::command(1, share("iets"));
    let table = Table::zsm();
    let decision = decide(table.state(), BAKKER, stamp, command).expect("a contribution");
    match decision.events[0].fact {
        Fact::Shared { contribution, .. } => contribution,
        _ => panic!("no contribution"),
    }
}

fn probe(step: Step) -> Wish {
    let contribution = hidden_name(u32::from(step.a) % 3);
    let recipient = PARTIES[usize::from(step.b) % PARTIES.len()];
    match step.b % 7 {
        0 => revise(contribution, "anders"),
        1 => Wish::Withdraw { contribution },
        2 => ask_release(contribution),
        3 => cell(contribution, 1, recipient, NO),
        4 => agree("iets doen", recipient, &[contribution]),
        5 => propose(recipient, &[contribution]),
        _ => Wish::SetAudience {
            contribution,
            audience: Audience::table(),
        },
    }
}

fn confinement(rules: &Rules, meeting: &Twice) -> Result<(), String> {
    let (one, other) = (reaches(rules, meeting, 0)?, reaches(rules, meeting, 1)?);
    if one == other {
        return Ok(());
    }
    let differs = one.iter().zip(&other).find(|(one, other)| one != other);
    Err(format!("{} frames and {}; {differs:#?}", one.len(), other.len()))
}

proptest! {
    #![proptest_config(config(CASES / 2))]

    #[test]
    fn r2_nothing_that_reaches_a_viewer_depends_on_what_is_hidden_from_it(meeting in twice(25)) {
        prop_assert_eq!(confinement(&Rules::TRUE, &meeting), Ok(()));
    }
}

#[test]
fn the_meetings_really_hide_something_and_probe_for_it() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut hidden, mut probes) = (0, 0);
    for _ in 0..20 {
        let meeting = twice(25).new_tree(&mut runner).expect("a meeting").current();
        hidden += meeting.hidden.iter().flatten().count();
        probes += meeting.steps.iter().filter(|step| step.what % 9 == 0).count();
    }
    assert!(hidden > 50 && probes > 10, "{hidden} {probes}");
    // The name a probe uses is the name the hidden contribution gets.
    let mut table = Table::zsm();
    let command = super::script::command(1, share("iets"));
    let stamp = Stamp {
        at: table.at,
        ..super::script::stamp(HIDDEN_KEYS, 0)
    };
    let _ = table.submit(AGENT, stamp, command);
    assert!(table.card(AGENT, hidden_name(0)).is_some());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one planted fault after another")]
fn confinement_notices_a_leak() {
    /// A frame for everybody at every event: a shared count by another name.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "takes the place of a function that returns an option"
    )]
    fn counts(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> Option<ViewEvent> {
        let silent = ViewEvent {
            command: Some(event.command),
            at: Some(event.at),
            ..ViewEvent::default()
        };
        Some(view_event(before, event, after, viewer).unwrap_or(silent))
    }
    /// A count over everything an owner has still to decide.
    fn undecided(state: &State, texts: &Texts, viewer: Viewer) -> Option<SessionView> {
        let mut view = view_for(state, texts, viewer)?;
        for seat in &mut view.seats {
            let own = state.contributions.values().filter(|it| it.owner == seat.party.id);
            seat.undecided = seat.undecided.map(|_| u32::try_from(own.count()).expect("few"));
        }
        Some(view)
    }
    fn undecided_event(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> Option<ViewEvent> {
        let mut change = view_event(before, event, after, viewer)?;
        change.seats = undecided(&after.state, &after.texts, viewer).map(|view| view.seats);
        Some(change)
    }
    /// Places in a list by a number that hidden contributions have too.
    fn numbers(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> Option<ViewEvent> {
        let mut change = view_event(before, event, after, viewer)?;
        for card in &mut change.cards {
            card.revision += u32::try_from(after.state.contributions.len()).expect("few") * 100;
        }
        Some(change)
    }
    /// "Not yours" where the answer for nothing at all is "not there".
    fn tells(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let named = match &command.wish {
            Wish::Revise { contribution, .. }
            | Wish::Withdraw { contribution }
            | Wish::RequestRelease { contribution, .. } => Some(*contribution),
            _ => None,
        };
        let there = named.is_some_and(|it| state.contributions.contains_key(&it));
        decide(state, actor, stamp, command).map_err(|refusal| match refusal {
            Refusal::NotFound if there => Refusal::NotOwner,
            other => other,
        })
    }
    /// A limit that all share.
    fn limits(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        if matches!(command.wish, Wish::Share { .. }) && state.contributions.len() >= 4 {
            return Err(Refusal::TooMany);
        }
        decide(state, actor, stamp, command)
    }
    /// Everything to everybody at the end.
    fn spills(before: &State, texts: &Texts, events: &[Event]) -> crate::dossier::Copies {
        let mut copies = crate::session::closing::copies(before, texts, events);
        let parties = before.parties();
        let all = copies.dossier.clone();
        copies.dossier.extend(
            parties
                .iter()
                .flat_map(|party| all.iter().map(|(_, item)| (*party, item.clone()))),
        );
        copies
    }
    for (name, faulty) in [
        (
            "a shared count",
            Rules {
                event: counts,
                ..Rules::TRUE
            },
        ),
        (
            "a count over all",
            Rules {
                view: undecided,
                event: undecided_event,
                ..Rules::TRUE
            },
        ),
        (
            "numbers with gaps",
            Rules {
                event: numbers,
                ..Rules::TRUE
            },
        ),
        (
            "a refusal that tells",
            Rules {
                decide: tells,
                ..Rules::TRUE
            },
        ),
        (
            "a shared limit",
            Rules {
                decide: limits,
                ..Rules::TRUE
            },
        ),
        (
            "a dossier of another",
            Rules {
                copies: spills,
                ..Rules::TRUE
            },
        ),
    ] {
        assert!(notices(&twice(25), confinement, &faulty), "{name}");
    }
}
