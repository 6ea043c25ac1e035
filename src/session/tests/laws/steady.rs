//! What holds of every command, whatever it is: once is enough (idempotence), there is always an answer (total), a text lives
//! exactly as long as it hangs on something, and no word stands in the log (destruction, C4, R8).

use alloc::{boxed::Box, string::String, vec::Vec};
use std::format;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::faults::{all_noticed, decides, follows, items, lie};
use super::play::{Law, Play, Tried, stamp};
use crate::session::command::{Actor, Command, CommandKind, Stamp};
use crate::session::decide::decide;
use crate::session::event::EventKind;
use crate::session::refusal::Refusal;
use crate::session::state::{State, evolve};
use crate::session::tests::fixture::*;
use crate::session::view::{SessionView, Snapshot, ViewEvent, view_event, view_for};
use crate::session::visibility::Viewer;

/// A command carried out twice, now or after a reconnect or after the end, changes nothing the second time and is
/// acknowledged.
pub(super) struct Idempotence;

impl Law for Idempotence {
    fn name(&self) -> &'static str {
        "once is enough"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        if tried.happened() {
            again(play, tried.actor, tried.command)
        } else {
            Ok(())
        }
    }

    fn end(&mut self, play: &Play) -> Result<(), String> {
        let mut done = play.done.iter();
        done.try_for_each(|(actor, _, command)| again(play, *actor, command))
    }
}

fn again(play: &Play, actor: Actor, command: &Command) -> Result<(), String> {
    let state = &play.run.now.state;
    match (play.run.rules.decide)(state, actor, stamp(77_777, 9_999), command.clone()) {
        Ok(it) if it.events.is_empty() && it.texts.is_empty() && it.destroyed.is_empty() => Ok(()),
        Ok(it) => Err(format!("{command:?} sent again: {:?}", it.events)),
        Err(refusal) => Err(format!("{command:?} sent again was refused with {refusal:?}")),
    }
}

/// The words that exist are exactly those that hang on something; each new text is named once, in the event that it came with;
/// and no event, report, board row or account holds a word.
pub(super) struct Destruction;

impl Law for Destruction {
    fn name(&self) -> &'static str {
        "destruction (R8, C4)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let texts = &play.run.now.texts;
        let mut there: Vec<_> = texts.ids().into_iter().filter_map(|id| texts.words(id)).collect();
        there.sort_unstable();
        let expected = play.model.words();
        if there != expected {
            let left: Vec<_> = there.iter().filter(|it| !expected.contains(it)).collect();
            let gone: Vec<_> = expected.iter().filter(|it| !there.contains(it)).collect();
            return Err(format!("not destroyed {left:?}, destroyed though needed {gone:?}"));
        }
        let Ok(decision) = tried.answer else { return Ok(()) };
        let log = serde_json::to_string(&decision.events).expect("events serialise");
        for new in &decision.texts {
            if log.matches(&format!("{}", new.id)).count() != 1 {
                return Err(format!("{} is not named once in {log}", new.id));
            }
        }
        if log.contains("woorden") {
            return Err(format!("words in the log: {log}"));
        }
        Ok(())
    }

    fn end(&mut self, play: &Play) -> Result<(), String> {
        for party in PARTIES {
            let row = format!("{:?}", play.run.board_row(party));
            let report = serde_json::to_string(&play.run.report(party)).expect("a report");
            if row.contains("woorden") || report.contains("woorden") {
                return Err(format!("words in the report or on the board of {party}"));
            }
        }
        Ok(())
    }
}

/// There is an answer to every command in every state, at whatever time; a refusal changes nothing, and what follows can be
/// shown.
pub(super) struct Total;

impl Law for Total {
    fn name(&self) -> &'static str {
        "always an answer"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let rules = play.run.rules;
        if tried.answer.is_err() && (tried.before.state != play.run.now.state || !same_texts(tried.before, play)) {
            return Err("a refusal changed something".into());
        }
        let nothing = State::default();
        let times = [
            chrono::DateTime::<chrono::Utc>::MIN_UTC,
            chrono::DateTime::<chrono::Utc>::MAX_UTC,
        ];
        for (state, at) in [
            (&nothing, times[0]),
            (&play.run.now.state, times[0]),
            (&play.run.now.state, times[1]),
        ] {
            let stamp = Stamp { at, salt: [9; 32] };
            let command = Command {
                id: crate::ids::CommandId(id(3)),
                kind: tried.kind().clone(),
            };
            let answered = catch_unwind(AssertUnwindSafe(|| {
                let decision = (rules.decide)(state, tried.actor, stamp, command)?;
                let after = decision
                    .events
                    .iter()
                    .fold(state.clone(), |state, it| (rules.evolve)(state, it));
                for viewer in [Viewer::of(&after, tried.actor), Some(Viewer::RoomScreen)]
                    .into_iter()
                    .flatten()
                {
                    let _ = (rules.view)(&after, &play.run.now.texts, viewer);
                }
                let _ = (
                    (rules.report)(&after, POLICE),
                    (rules.board_row)(&after, SESSION, POLICE),
                );
                Ok::<_, Refusal>(())
            }));
            if answered.is_err() {
                return Err(format!("panic at {at}"));
            }
        }
        Ok(())
    }
}

fn same_texts(before: &Snapshot, play: &Play) -> bool {
    before.texts.ids() == play.run.now.texts.ids()
}

/// A frame that comes twice is applied once, by this browser's half.
pub(super) struct FramesTwice {
    pub apply: fn(&mut SessionView, ViewEvent),
    pub seen: usize,
}

impl FramesTwice {
    pub(super) fn law() -> Self {
        Self {
            apply: SessionView::apply,
            seen: 0,
        }
    }
}

impl Law for FramesTwice {
    fn name(&self) -> &'static str {
        "a frame twice is a frame once"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let mut before = tried.before.clone();
        for event in &play.run.events[self.seen..] {
            let mut after = before.after(event);
            after.texts = play.run.now.texts.clone();
            for who in [Some(BAKKER), Some(HALT_WORKER)] {
                let viewer = who.map_or(Some(Viewer::RoomScreen), |who| Viewer::of(&after.state, who));
                let Some(viewer) = viewer else { continue };
                let frame = view_event(&before, event, &after, viewer);
                let Some((frame, mut once)) = frame.zip(view_for(&before.state, &before.texts, viewer)) else {
                    continue;
                };
                (self.apply)(&mut once, frame.clone());
                let mut twice = once.clone();
                (self.apply)(&mut twice, frame);
                if once != twice {
                    return Err(format!("{viewer:?} {:?}", event.kind));
                }
            }
            before = after;
        }
        self.seen = play.run.events.len();
        Ok(())
    }
}

#[test]
fn idempotence_notices_a_command_that_is_carried_out_again_or_refused() {
    let faults = [
        (
            "carried out again",
            decides!(|state, actor, stamp, command| decide(&lie(state, |it| it.done.clear()), actor, stamp, command)),
        ),
        (
            "refused when it comes again",
            decides!(|state, actor, stamp, command| {
                if state.made_by(actor, command.id).is_some() {
                    return Err(Refusal::OtherCommand);
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "refused when it comes again after the end",
            decides!(|state, actor, stamp, command| {
                if state.closed.is_some() {
                    return Err(Refusal::Closed);
                }
                decide(state, actor, stamp, command)
            }),
        ),
    ];
    all_noticed(|| Box::new(Idempotence), &faults);
}

#[test]
fn a_frame_that_adds_up_is_noticed() {
    fn adds(view: &mut SessionView, event: ViewEvent) {
        view.items.extend(event.items.clone());
        view.apply(event);
    }
    fn takes_away(view: &mut SessionView, event: ViewEvent) {
        if !event.gone.is_empty() {
            view.items.pop();
        }
        view.apply(event);
    }
    let faults = [("true rules", Rules::TRUE)];
    all_noticed(|| Box::new(FramesTwice { apply: adds, seen: 0 }), &faults);
    all_noticed(
        || {
            Box::new(FramesTwice {
                apply: takes_away,
                seen: 0,
            })
        },
        &faults,
    );
}

#[test]
fn r8_c4_the_law_of_destruction_notices_a_text_that_lives_too_long_or_too_short() {
    let faults = [
        (
            "a text that is kept",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                decision.destroyed.pop();
                Ok(decision)
            }),
        ),
        (
            "texts of a party that leaves",
            decides!(|state, actor, stamp, command| {
                let leaves = matches!(command.kind, CommandKind::Leave { .. });
                let mut decision = decide(state, actor, stamp, command)?;
                if leaves {
                    decision.destroyed.clear();
                }
                Ok(decision)
            }),
        ),
        (
            "a label that is kept",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                let labels: Vec<_> = state.subjects.values().map(|it| it.label).collect();
                decision.destroyed.retain(|it| !labels.contains(it));
                Ok(decision)
            }),
        ),
        (
            "a text that dies too soon",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                if decision
                    .events
                    .iter()
                    .any(|it| matches!(it.kind, EventKind::Revised { .. }))
                {
                    decision
                        .destroyed
                        .extend(state.items.values().next().and_then(|it| it.text));
                }
                Ok(decision)
            }),
        ),
        (
            "the motivation of a deviation that is overwritten",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                if decision
                    .events
                    .iter()
                    .any(|it| matches!(it.kind, EventKind::DispositionRecorded { .. }))
                {
                    decision
                        .destroyed
                        .extend(state.deviations.last().map(|it| it.motivation.id));
                }
                Ok(decision)
            }),
        ),
        (
            "words in the log",
            decides!(|state, actor, stamp, mut command| {
                let mut words = None;
                if let CommandKind::SetDeadline { term, .. } = &mut command.kind
                    && term == "woorden"
                {
                    words = Some(core::mem::replace(term, "holding".into()));
                }
                let mut decision = decide(state, actor, stamp, command)?;
                for event in &mut decision.events {
                    if let (EventKind::DeadlineSet { term, .. }, Some(words)) = (&mut event.kind, &words) {
                        term.clone_from(words);
                    }
                }
                Ok(decision)
            }),
        ),
    ];
    all_noticed(|| Box::new(Destruction), &faults);
}

#[test]
fn the_law_that_there_is_an_answer_notices_a_panic_and_a_refusal_that_changes() {
    let faults = [
        (
            "an item that is not there",
            decides!(|state, actor, stamp, command| {
                if let CommandKind::RequestRelease {
                    purpose: Some(crate::session::item::Purpose::Action(it)),
                    ..
                } = &command.kind
                {
                    let _ = &state.items[it];
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "a time that is too far",
            decides!(|state, actor, stamp, command| {
                let _ = stamp.at + chrono::TimeDelta::days(370);
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "a view that counts on words",
            Rules {
                view: |state, texts, viewer| {
                    let view = view_for(state, texts, viewer);
                    items(&mut state.clone(), |item| {
                        assert!(item.is_live() || viewer != Viewer::RoomScreen)
                    });
                    view
                },
                ..Rules::TRUE
            },
        ),
        (
            "a state that cannot follow",
            follows!(|state, event| {
                assert!(!matches!(event.kind, EventKind::Left) || state.is_convened());
                if let EventKind::SeatTaken { party } = &event.kind {
                    assert!(
                        state.people.values().all(|it| it.party != *party),
                        "somebody is still there"
                    );
                }
                evolve(state, event)
            }),
        ),
    ];
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let noticed = catch_unwind(|| {
        for (name, faulty) in faults {
            let noticed = catch_unwind(AssertUnwindSafe(|| {
                super::faults::law_notices(&super::script::scripts(60), || Box::new(Total), &faulty)
            }));
            assert!(noticed.unwrap_or(true), "{name}");
        }
    });
    std::panic::set_hook(hook);
    noticed.expect("every panic is noticed");
}
