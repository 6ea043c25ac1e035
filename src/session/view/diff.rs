//! How a view changes with an event.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;

use super::Snapshot;
use super::model::ViewEvent;
use super::project::{Projection, Sections, view_for};
use crate::ids::ItemId;
use crate::moment::Phase;
use crate::session::event::{Event, EventKind};
use crate::session::visibility::Viewer;

/// What changed for a viewer; nothing, if nothing did for this one.
pub fn view_event(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> Option<ViewEvent> {
    let was = Projection::new(before, viewer);
    let is = Projection::new(after, viewer);
    let mut change = ViewEvent::default();
    if was.about() != is.about() || before.state.closed.is_some() != after.state.closed.is_some() {
        change.whole = view_for(&after.state, &after.texts, viewer).map(Box::new);
    } else {
        for id in touched_items(before, event, after, viewer) {
            match (was.item(id), is.item(id)) {
                (was, Some(is)) if was.as_ref() != Some(&is) => change.items.push(is),
                (Some(_), None) => change.gone.push(id),
                _ => {}
            }
        }
        if touches_sections(&event.kind, before, after, viewer) {
            changed_sections(&mut change, &was.sections(), is.sections());
        }
    }
    if change == ViewEvent::default() {
        return None;
    }
    change.command = Some(event.command);
    change.at = Some(event.at);
    Some(change)
}

/// Which items an event can change for this viewer.
fn touched_items(before: &Snapshot, event: &Event, after: &Snapshot, viewer: Viewer) -> BTreeSet<ItemId> {
    let all = || after.state.items.keys().copied().collect();
    // A restricted seat meets a party by one item and knows it in all others.
    if !viewer.is_full(&before.state) || !viewer.is_full(&after.state) {
        return all();
    }
    match &event.kind {
        EventKind::Shared { item, .. }
        | EventKind::ReleaseRequested { item, .. }
        | EventKind::RequestDropped { item }
        | EventKind::Approved { item, .. }
        | EventKind::Declined { item, .. } => BTreeSet::from([*item]),
        // What changed in these may change who sees what rests on them, and what may be done with everything else.
        EventKind::Revised { .. }
        | EventKind::Withdrawn { .. }
        | EventKind::AudienceSet { .. }
        | EventKind::BasisOpened { .. }
        | EventKind::Answered { .. }
        | EventKind::Undecided { .. }
        | EventKind::DispositionRecorded { .. }
        | EventKind::PhaseEntered { .. }
        | EventKind::SubjectAdded { .. }
        | EventKind::SubjectCorrected { .. }
        | EventKind::SubjectRemoved { .. }
        | EventKind::NewcomerAnswered { .. }
        | EventKind::Convened(_)
        | EventKind::SeatGiven { .. }
        | EventKind::SeatTaken { .. }
        | EventKind::Left
        | EventKind::Expired
        | EventKind::Closed { .. } => all(),
        // A person who comes back under another name changes the name on their items.
        EventKind::Entered { .. } if before.state.people.contains_key(&event.by.participant) => all(),
        EventKind::Entered { .. }
        | EventKind::RulesAccepted
        | EventKind::GavelPassed { .. }
        | EventKind::AskedToLeave { .. }
        | EventKind::AttendeesNamed { .. }
        | EventKind::ReadySet { .. }
        | EventKind::LastCalled
        | EventKind::TimeAsked { .. }
        | EventKind::TimeExplained { .. }
        | EventKind::TimeEnded { .. }
        | EventKind::ClockSet { .. }
        | EventKind::DeadlineSet { .. }
        | EventKind::ExpiryWarned { .. } => after
            .state
            .items
            .iter()
            .filter(|(id, item)| !before.state.items.get(id).is_some_and(|was| Arc::ptr_eq(was, item)))
            .map(|(id, _)| *id)
            .collect(),
    }
}

/// Whether anything but items can change. The commonest events change items only, and this is asked for every viewer.
fn touches_sections(kind: &EventKind, before: &Snapshot, after: &Snapshot, viewer: Viewer) -> bool {
    let only_items = matches!(
        kind,
        EventKind::Shared { .. } | EventKind::ReleaseRequested { .. } | EventKind::RequestDropped { .. }
    );
    let counts = before.state.phase == Phase::ClosingRound || before.state.expires_at.is_some();
    // A new item can name a person to whoever came after that person was named (R15, R16).
    let names_somebody = match kind {
        EventKind::Shared { subjects, .. } => subjects.iter().any(|id| !viewer.knows_subject(&before.state, *id)),
        _ => false,
    };
    !only_items || counts || names_somebody || !viewer.is_full(&before.state) || !viewer.is_full(&after.state)
}

fn changed_sections(change: &mut ViewEvent, was: &Sections, is: Sections) {
    fn if_changed<T: PartialEq>(was: &T, is: T) -> Option<T> {
        (*was != is).then_some(is)
    }
    change.progress = if_changed(&was.progress, is.progress);
    change.seats = if_changed(&was.seats, is.seats);
    change.subjects = if_changed(&was.subjects, is.subjects);
    change.taken_back = if_changed(&was.taken_back, is.taken_back);
    change.decided_at = if_changed(&was.decided_at, is.decided_at);
    change.deviations = if_changed(&was.deviations, is.deviations);
    change.newcomers = if_changed(&was.newcomers, is.newcomers);
    change.time = if_changed(&was.time, is.time);
    change.may = if_changed(&was.may, is.may);
}
