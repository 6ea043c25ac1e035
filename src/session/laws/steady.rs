//! Four laws over every step: the commuting square, idempotence, destruction, and that there is always an answer.

use proptest::prelude::*;
use std::format;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;

use super::script::{Play, Script, command, halfway, scripts, stamp};
use super::{CASES, config, notices};
use crate::session::command::{Actor, Command, Stamp, Wish};
use crate::session::decide::{Decision, decide};
use crate::session::refusal::Refusal;
use crate::session::state::State;
use crate::session::table_for_tests::{EVERYBODY, Rules, everybody_and_the_wall};
use crate::session::view::{SessionView, Snapshot, ViewEvent, Viewer, view_event, view_for};

/// Folding what is sent equals viewing what is so: for everybody, at every step.
fn square(rules: &Rules, script: &Script) -> Result<(), String> {
    let screens = everybody_and_the_wall();
    Play::watched(rules, &screens, script, &mut |play, _, _| play.run.square()).map(|_| ())
}

/// A command carried out twice, now or after a reconnect, and a frame that comes twice, change nothing.
fn idempotence(rules: &Rules, script: &Script) -> Result<(), String> {
    let look: super::script::Looking<'_> = &mut |play, (actor, _, command), answer| {
        if answer.is_err() {
            return Ok(());
        }
        again(rules, &play.run.now.state, actor, command)
    };
    let play = Play::whole(rules, script, look)?;
    for (actor, _, command) in &play.done {
        again(rules, &play.run.now.state, *actor, command)?;
    }
    Ok(())
}

fn again(rules: &Rules, state: &State, actor: Actor, command: &Command) -> Result<(), String> {
    match (rules.decide)(state, actor, stamp(77_777, 9_999), command.clone()) {
        Ok(it) if it.events.is_empty() && it.texts.is_empty() && it.destroyed.is_empty() => Ok(()),
        // What changed nothing the first time may be refused the second time; it changes nothing either.
        Err(_) => Ok(()),
        Ok(it) => Err(format!("{command:?} again: {:?}", it.events)),
    }
}

/// A frame that comes twice is applied once, with this browser's half.
fn frames_twice(apply: fn(&mut SessionView, ViewEvent), script: &Script) -> Result<(), String> {
    let mut before = Snapshot::default();
    let mut seen = 0;
    let look: super::script::Looking<'_> = &mut |play, _, _| {
        for event in &play.run.events[seen..] {
            let mut after = before.after(event);
            after.texts = play.run.now.texts.clone();
            let people = EVERYBODY.iter().filter_map(|it| Viewer::of(&after.state, *it));
            for viewer in people.chain([Viewer::RoomScreen]) {
                let frame = view_event(&before, event, &after, viewer);
                let Some((frame, mut once)) = frame.zip(view_for(&before.state, &before.texts, viewer)) else {
                    continue;
                };
                apply(&mut once, frame.clone());
                let mut twice = once.clone();
                apply(&mut twice, frame);
                if once != twice {
                    return Err(format!("{viewer:?} {:?}", event.fact));
                }
            }
            before = after;
        }
        seen = play.run.events.len();
        Ok(())
    };
    Play::whole(&Rules::TRUE, script, look).map(|_| ())
}

/// The texts that exist are exactly those the state reaches, and each new one is named once, in the event it came with.
fn destruction(rules: &Rules, script: &Script) -> Result<(), String> {
    let look: super::script::Looking<'_> = &mut |play, _, answer| {
        if let Ok(decision) = answer {
            let log = serde_json::to_string(&decision.events).expect("events serialise");
            for new in &decision.texts {
                if log.matches(&format!("{}", new.id)).count() != 1 {
                    return Err(format!("{} is not named once in {log}", new.id));
                }
            }
            if log.contains("woorden") && !log.contains("article") && !log.contains("name") {
                return Err(format!("words in {log}"));
            }
        }
        play.run.texts_are_those_reached()
    };
    Play::whole(rules, script, look).map(|_| ())
}

/// There is an answer to every command in every state, at whatever time, and a refusal changes nothing.
fn total(rules: &Rules, script: &Script) -> Result<(), String> {
    let far = [
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
    ];
    let before = State::default();
    let mut play = Play::begin(rules, &[], false);
    let look: super::script::Looking<'_> = &mut |_, _, _| Ok(());
    let gathered = !script.steps.len().is_multiple_of(5);
    if gathered {
        play.gather(script.opening, look)?;
    }
    for step in &script.steps {
        let at = far[usize::from(step.c) % 2];
        let (actor, wish) = super::script::wish(*step, play.key + 1, &play.known, &super::script::Bounds::NONE);
        for state in [&before, &play.run.now.state] {
            for at in [at, stamp(1, 0).at] {
                let stamp = Stamp { at, salt: [9; 32] };
                let command = command(play.key + 1, wish.clone());
                let copy = state.clone();
                let answer = catch_unwind(AssertUnwindSafe(|| (rules.decide)(state, actor, stamp, command)));
                let Ok(answer) = answer else {
                    return Err(format!("panic at {wish:?}"));
                };
                let after = answer.map(|it| {
                    it.events
                        .iter()
                        .fold(state.clone(), |state, it| (rules.evolve)(state, it))
                });
                if after.is_err() && copy != *state {
                    return Err(format!("refused and changed: {wish:?}"));
                }
                if let Ok(after) = after {
                    let texts = &play.run.now.texts;
                    let shown = catch_unwind(AssertUnwindSafe(|| (rules.view)(&after, texts, Viewer::RoomScreen)));
                    shown.map_err(|_| format!("panic in the view after {wish:?}"))?;
                }
            }
        }
        play.step(*step, &super::script::Bounds::NONE, look)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(CASES))]

    /// R2, R7: what is sent and what is so never part ways.
    #[test]
    fn r2_folding_what_is_sent_equals_viewing_what_is_so(script in scripts(40)) {
        prop_assert_eq!(square(&Rules::TRUE, &script), Ok(()));
    }

    #[test]
    fn any_command_twice_is_once(script in scripts(40)) {
        prop_assert_eq!(idempotence(&Rules::TRUE, &script), Ok(()));
    }

    #[test]
    fn any_frame_twice_is_once(script in scripts(20)) {
        prop_assert_eq!(frames_twice(SessionView::apply, &script), Ok(()));
    }

    #[test]
    fn r8_exactly_what_nothing_reaches_any_more_is_destroyed(script in scripts(50)) {
        prop_assert_eq!(destruction(&Rules::TRUE, &script), Ok(()));
    }

    #[test]
    fn there_is_always_an_answer(script in scripts(40)) {
        prop_assert_eq!(total(&Rules::TRUE, &script), Ok(()));
    }
}

/// A frame that leaves a section out.
fn without(
    forget: fn(&mut ViewEvent),
) -> impl Fn(&Snapshot, &crate::session::event::Event, &Snapshot, Viewer) -> Option<ViewEvent> {
    move |before, event, after, viewer| {
        let mut change = view_event(before, event, after, viewer)?;
        forget(&mut change);
        Some(change)
    }
}

#[test]
fn the_square_notices_a_forgotten_section() {
    macro_rules! forgets {
        ($($name:literal: $forget:expr;)+) => {$({
            let faulty = Rules {
                event: |before, event, after, viewer| without($forget)(before, event, after, viewer),
                ..Rules::TRUE
            };
            assert!(notices(&scripts(40), square, &faulty), $name);
        })+};
    }
    forgets! {
        "what the viewer may do": |change| change.may = None;
        "seats": |change| change.seats = None;
        "cards that went": |change| change.gone.clear();
        "cards": |change| change.cards.clear();
        "actions": |change| change.actions = None;
        "measures": |change| change.measures = None;
        "the disposition": |change| change.disposition = None;
        "the clocks": |change| change.time = None;
        "the phase": |change| change.progress = None;
        "subjects": |change| change.subjects = None;
        "the whole, at the close": |change| change.whole = None;
    }
}

#[test]
fn the_square_notices_a_card_that_another_event_changed() {
    // An event about one contribution can empty cells of another: a projection that looks only at the first forgets.
    let faulty = Rules {
        event: |before, event, after, viewer| {
            let mut change = view_event(before, event, after, viewer)?;
            if let crate::session::event::Fact::AudienceSet { contribution, .. } = &event.fact {
                change.cards.retain(|card| card.id == *contribution);
            }
            Some(change)
        },
        ..Rules::TRUE
    };
    assert!(notices(&halfway(40), square, &faulty));
}

#[test]
fn idempotence_notices_a_command_that_is_carried_out_again() {
    fn forgetful(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let mut state = state.clone();
        state.done.clear();
        decide(&state, actor, stamp, command)
    }
    let faulty = Rules {
        decide: forgetful,
        ..Rules::TRUE
    };
    assert!(notices(&scripts(40), idempotence, &faulty));
}

#[test]
fn idempotence_notices_a_frame_that_adds_up() {
    fn adds(view: &mut SessionView, event: ViewEvent) {
        view.cards.extend(event.cards.clone());
        view.apply(event);
    }
    assert!(notices(
        &scripts(20),
        |_, script| frames_twice(adds, script),
        &Rules::TRUE
    ));
}

#[test]
fn destruction_notices_a_text_that_is_kept_and_one_that_dies_too_soon() {
    fn keeps(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let mut decision = decide(state, actor, stamp, command)?;
        decision.destroyed.pop();
        Ok(decision)
    }
    fn kills(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let mut decision = decide(state, actor, stamp, command)?;
        let ready = decision
            .events
            .iter()
            .any(|it| matches!(it.fact, crate::session::event::Fact::Revised { .. }));
        if ready {
            decision
                .destroyed
                .extend(state.contributions.values().next().map(|it| it.text));
        }
        Ok(decision)
    }
    /// What taking a seat did before it was found: the approvals lapse, their texts stay.
    fn forgets_seats(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let seat = matches!(command.wish, Wish::TakeSeat { .. });
        let mut decision = decide(state, actor, stamp, command)?;
        if seat {
            decision.destroyed.clear();
        }
        Ok(decision)
    }
    for faulty in [keeps, kills, forgets_seats] {
        let faulty = Rules {
            decide: faulty,
            ..Rules::TRUE
        };
        assert!(notices(&halfway(60), destruction, &faulty));
    }
}

#[test]
fn totality_notices_a_panic() {
    fn hasty(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        if let Wish::Withdraw { contribution } = &command.wish {
            let _ = &state.contributions[contribution];
        }
        decide(state, actor, stamp, command)
    }
    fn far(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let _ = stamp.at + chrono::TimeDelta::days(370);
        decide(state, actor, stamp, command)
    }
    for faulty in [hasty, far] {
        let faulty = Rules {
            decide: faulty,
            ..Rules::TRUE
        };
        assert!(notices(&scripts(40), total, &faulty));
    }
}
