//! How faults are planted: rules that look at another state than the one that is so, screens that are told otherwise, decisions
//! that come out otherwise.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::play::Law;
use super::script::{Script, scripts};
use super::{Play, notices, some_screens};
use crate::session::command::{Actor, Command, Stamp};
use crate::session::decide::{Decision, decide};
use crate::session::event::{Event, EventKind};
use crate::session::refusal::Refusal;
use crate::session::state::{Seat, State};
use crate::session::tests::fixture::*;
use crate::session::view::{SessionView, Snapshot, ViewEvent};
use crate::text::Texts;

/// Every fault, by its name, and whether this law notices it.
pub(super) fn all_noticed(law: fn() -> Box<dyn Law>, faults: &[(&str, Rules)]) {
    let missed: Vec<_> = faults
        .iter()
        .filter(|(_, faulty)| !law_notices(&scripts(60), law, faulty))
        .map(|(name, _)| *name)
        .collect();
    assert!(missed.is_empty(), "{} did not notice {missed:?}", law().name());
}

/// Whether a law notices a planted fault within so many sessions.
pub(super) fn law_notices(
    scripts: &impl proptest::strategy::Strategy<Value = Script>,
    law: fn() -> Box<dyn Law>,
    faulty: &Rules,
) -> bool {
    notices(150, scripts, |script| {
        Play::whole(faulty, &some_screens(&script), &script, &mut [law()]).map(|_| ())
    })
}

/// A state that is not so.
pub(super) fn lie(state: &State, change: impl FnOnce(&mut State)) -> State {
    let mut state = state.clone();
    change(&mut state);
    state
}

pub(super) fn snapshot(of: &Snapshot, change: impl FnOnce(&mut State)) -> Snapshot {
    Snapshot {
        state: lie(&of.state, change),
        texts: of.texts.clone(),
    }
}

/// Screens that show another state than the one that is so.
macro_rules! shows {
    ($change:expr) => {
        Rules {
            view: |state, texts, viewer| view_for(&lie(state, |it| $change(it, viewer)), texts, viewer),
            event: |before, event, after, viewer| {
                let was = snapshot(before, |it| $change(it, viewer));
                let is = snapshot(after, |it| $change(it, viewer));
                view_event(&was, event, &is, viewer)
            },
            ..Rules::TRUE
        }
    };
}

/// Screens on which something else stands than they should show; every frame is a whole view.
macro_rules! tells {
    ($change:expr) => {
        Rules {
            view: |state, texts, viewer| {
                let mut view = view_for(state, texts, viewer)?;
                $change(&mut view, state, texts, viewer);
                Some(view)
            },
            event: |_, _, after, viewer| {
                let mut view = view_for(&after.state, &after.texts, viewer)?;
                $change(&mut view, &after.state, &after.texts, viewer);
                Some(whole(view))
            },
            ..Rules::TRUE
        }
    };
}

/// Decisions that come out otherwise.
macro_rules! decides {
    ($decide:expr) => {
        Rules {
            decide: $decide,
            ..Rules::TRUE
        }
    };
}

/// States that follow otherwise.
macro_rules! follows {
    ($evolve:expr) => {
        Rules {
            evolve: $evolve,
            ..Rules::TRUE
        }
    };
}

/// Copies that are made otherwise.
macro_rules! copied {
    ($change:expr) => {
        Rules {
            copies: |before, texts, events| {
                let mut all = copies(before, texts, events);
                $change(&mut all, before, texts);
                all
            },
            ..Rules::TRUE
        }
    };
}

pub(super) use {copied, decides, follows, shows, tells};

pub(super) fn whole(view: SessionView) -> ViewEvent {
    ViewEvent {
        whole: Some(Box::new(view)),
        ..ViewEvent::default()
    }
}

/// The events that somebody wants, whatever the rules say.
pub(super) fn happens(state: &State, actor: Actor, stamp: Stamp, command: &Command, kinds: Vec<EventKind>) -> Decision {
    let at = state.last_at.map_or(stamp.at, |last| last.max(stamp.at));
    let events = kinds.into_iter().map(|kind| Event {
        at,
        by: actor,
        command: command.id,
        kind,
    });
    Decision {
        events: events.collect(),
        ..Decision::default()
    }
}

/// As if somebody else had asked, in the name of who did.
pub(super) fn in_the_name_of(
    other: Actor,
    state: &State,
    actor: Actor,
    stamp: Stamp,
    command: Command,
) -> Result<Decision, Refusal> {
    let mut decision = decide(state, other, stamp, command)?;
    decision.events.iter_mut().for_each(|event| event.by = actor);
    Ok(decision)
}

/// Every seat that is changed.
pub(super) fn seats(state: &mut State, change: impl Fn(&mut Seat)) {
    state.seats.values_mut().for_each(|seat| change(Arc::make_mut(seat)));
}

/// Every item that is changed.
pub(super) fn items(state: &mut State, change: impl Fn(&mut crate::session::item::Item)) {
    state.items.values_mut().for_each(|item| change(Arc::make_mut(item)));
}

/// The words of a text, for whoever should not read them.
pub(super) fn read(texts: &Texts, id: crate::ids::TextId) -> alloc::string::String {
    texts.words(id).unwrap_or_default()
}
