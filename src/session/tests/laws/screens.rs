//! What stands on each screen is what the model says: whose items, with which words, to whom; which persons; what lapsed and
//! why; who is ready; what is announced (R2, R6, R11, R13 to R16, T5).

use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use std::format;

use super::faults::{
    all_noticed, decides, follows, items, lie, read, seats as all_seats, shows, snapshot, tells, whole,
};
use super::model::{Eye, Model, Place};
use super::play::{Law, Play, Tried};
use crate::ids::PartyId;
use crate::session::command::{CommandKind, SeatLevel};
use crate::session::decide::{Decision, decide};
use crate::session::event::EventKind;
use crate::session::item::{Answer, Assignee, Cell, Item};
use crate::session::state::{Seat, SeatStatus, State, evolve};
use crate::session::tests::fixture::*;
use crate::session::view::{AnswerView, ContentView, SessionView, SubjectView, view_event, view_for};
use crate::session::visibility::{Sight, Viewer, in_audience};
use crate::text::Texts;

pub(super) struct Screens;

impl Law for Screens {
    fn name(&self) -> &'static str {
        "screens (R2)"
    }

    fn after(&mut self, play: &Play, _tried: &Tried<'_>) -> Result<(), String> {
        let model = &play.model;
        let mut looked: BTreeMap<Eye, &SessionView> = BTreeMap::new();
        for screen in &play.run.screens {
            let eye = match screen.who {
                Some(actor) if !model.admits(actor) || !is_shown(model, actor.party) => None,
                Some(actor) => Some(Eye::Party {
                    party: actor.party,
                    accepted: model.accepted(actor),
                }),
                None => model.convening.is_some().then_some(Eye::Wall),
            };
            match (eye, &screen.shown) {
                (None, None) => {}
                (Some(eye), Some((_, view))) => {
                    looked.insert(eye, view);
                }
                (eye, shown) => {
                    let shown = shown.as_ref().map(|(viewer, _)| viewer);
                    return Err(format!("{:?} has {shown:?} and should have {eye:?}", screen.who));
                }
            }
        }
        for (eye, view) in looked {
            differs(model, eye, view).map_or(Ok(()), |what| Err(format!("{eye:?}: {what}")))?;
        }
        Ok(())
    }
}

/// Whether the party has a view at all: it sits here or left by its own act.
fn is_shown(model: &Model, party: PartyId) -> bool {
    model.seats.get(&party).is_some_and(|seat| seat.place != Place::Taken)
}

/// The first thing on a screen that the model says otherwise.
fn differs(model: &Model, eye: Eye, view: &SessionView) -> Option<String> {
    let items = view.items.iter().map(|it| (it.id, it));
    let items: BTreeMap<_, _> = items.collect();
    for id in model.items.keys() {
        let may = items.get(id).map(|it| it.may).unwrap_or_default();
        let expected = model.item_view(eye, *id, may);
        if expected.as_ref() != items.get(id).copied() {
            return Some(format!("an item: {}", fields(&items.get(id), &expected)));
        }
    }
    if items.len() != view.items.len() || items.keys().any(|id| !model.items.contains_key(id)) {
        return Some("an item that nobody shared, or one twice".into());
    }
    let places: Vec<_> = view.items.iter().map(|it| (it.shared_at, it.id)).collect();
    if !places.is_sorted() {
        return Some("items are not in the order in which they were shared".into());
    }
    persons(model, eye, view)
        .or_else(|| seats(model, eye, view))
        .or_else(|| progress(model, eye, view))
        .or_else(|| time(model, eye, view))
}

/// In which parts two things differ.
pub(super) fn fields(is: &impl serde::Serialize, expected: &impl serde::Serialize) -> String {
    let value = |it: serde_json::Result<serde_json::Value>| it.expect("it serialises");
    let (is, expected) = (value(serde_json::to_value(is)), value(serde_json::to_value(expected)));
    let (Some(one), Some(other)) = (is.as_object(), expected.as_object()) else {
        return format!("{is}, expected {expected}");
    };
    let differing = one
        .keys()
        .chain(other.keys())
        .filter(|key| one.get(*key) != other.get(*key));
    let told = differing.map(|key| format!("{key} is {:?}, expected {:?}", one.get(key), other.get(key)));
    told.collect::<Vec<_>>().join("; ")
}

fn compare<T: PartialEq + core::fmt::Debug>(what: &str, is: &T, expected: &T) -> Option<String> {
    (is != expected).then(|| format!("{what}: {is:?}, expected {expected:?}"))
}

fn persons(model: &Model, eye: Eye, view: &SessionView) -> Option<String> {
    let known = model
        .subjects
        .iter()
        .filter(|(id, _)| model.eye_knows_subject(eye, **id));
    let expected: Vec<_> = known
        .map(|(id, it)| (*id, it.role, it.label.clone(), it.owner, it.revision))
        .collect();
    // Once it is over there are no words any more.
    let label = |label: &String| if model.is_open() { label.clone() } else { String::new() };
    let is: Vec<_> = view
        .subjects
        .iter()
        .map(|it| (it.id, it.role, it.label.clone(), it.owner, it.revision))
        .collect();
    let expected = expected
        .into_iter()
        .map(|(id, role, words, owner, revision)| (id, role, label(&words), owner, revision))
        .collect();
    compare("persons", &is, &expected)
}

fn seats(model: &Model, eye: Eye, view: &SessionView) -> Option<String> {
    let own = match eye {
        Eye::Party { party, .. } => Some(party),
        Eye::Wall => None,
    };
    let known = model
        .seats
        .iter()
        .filter(|(party, seat)| seat.place != Place::Taken && model.knows_party(eye, **party));
    let expected: Vec<_> = known
        .map(|(party, seat)| {
            let told = own == Some(*party) || model.chair == Some(*party) || model.is_full_eye(eye);
            let left_at = match seat.place {
                Place::Left(at) => Some(at),
                Place::Sits | Place::Taken => None,
            };
            let asked = seat
                .asked_to_leave_at
                .filter(|_| own == Some(*party) || own == model.chair);
            let undecided = model.counts(eye).then(|| model.undecided_for(eye, *party));
            let attendees = seat.attendees.as_ref().filter(|_| own == Some(*party));
            (
                *party,
                seat.given.level,
                seat.ready && told,
                left_at,
                asked,
                undecided,
                attendees.map(|it| it.iter().copied().collect::<Vec<_>>()),
            )
        })
        .collect();
    let count = |it: u32| usize::try_from(it).expect("few");
    let is: Vec<_> = view
        .seats
        .iter()
        .map(|it| {
            (
                it.party.id,
                it.level,
                it.ready,
                it.left_at,
                it.asked_to_leave_at,
                it.undecided.map(count),
                it.attendees.clone(),
            )
        })
        .collect();
    compare("seats", &is, &expected).or_else(|| {
        let asked = own.filter(|_| model.is_open() && matches!(eye, Eye::Party { accepted: true, .. }));
        let newcomers: Vec<_> = asked
            .map(|own| model.newcomers(own).into_iter().collect())
            .unwrap_or_default();
        compare("newcomers", &view.newcomers, &newcomers)
    })
}

fn progress(model: &Model, eye: Eye, view: &SessionView) -> Option<String> {
    let is = &view.progress;
    let open = model.is_open();
    let closed = is.closed.as_ref().map(|it| (it.at, it.expired));
    compare("phase", &is.phase, &model.phase)
        .or_else(|| compare("gavel", &is.gavel, &model.gavel))
        .or_else(|| compare("last call", &is.last_call, &model.last_call.filter(|_| open)))
        .or_else(|| compare("end", &closed, &model.ended.map(|it| (it.at, it.expired))))
        .or_else(|| {
            let announced = model.warned.map(|(_, at)| at).filter(|_| open);
            compare("expiry", &is.expires_at, &announced)
        })
        .or_else(|| compare("taken back", &view.taken_back, &model.taken_back(eye)))
        .or_else(|| compare("decided at", &view.decided_at, &model.decided_at(eye)))
}

fn time(model: &Model, eye: Eye, view: &SessionView) -> Option<String> {
    let (own, accepted) = match eye {
        Eye::Party { party, accepted } => (Some(party), accepted),
        Eye::Wall => (None, true),
    };
    let full = model.is_full_eye(eye);
    let sits = own.is_none_or(|own| model.sits(own));
    let requests = model
        .times
        .iter()
        .filter(|(_, it)| it.stands && (sits || own == Some(it.by.party)));
    let requests: Vec<_> = requests
        .map(|(id, it)| {
            let by = Some(model.name_of(it.by.participant)).filter(|_| full);
            let reason = it.reason.filter(|_| full);
            (
                *id,
                it.by.party,
                by,
                it.at,
                reason,
                it.minutes,
                own == Some(it.by.party),
            )
        })
        .collect();
    let shown: Vec<_> = view
        .time
        .requests
        .iter()
        .map(|it| (it.id, it.party, it.by.clone(), it.at, it.reason, it.minutes, it.mine))
        .collect();
    let deadline = model.deadline.clone().filter(|_| full);
    let stands = view.time.deadline.as_ref().map(|it| (it.at, it.term.code.clone()));
    let open = model.is_open();
    let deviations = model.deviations.iter().filter(|_| full && accepted);
    let deviations: Vec<_> = deviations
        .map(|it| {
            let words = Some(it.motivation.clone()).filter(|_| open).unwrap_or_default();
            (it.suspect, it.kind, words, model.name_of(it.by.participant), it.at)
        })
        .collect();
    let told: Vec<_> = view
        .deviations
        .iter()
        .map(|it| (it.suspect, it.kind, it.motivation.clone(), it.by.clone(), it.at))
        .collect();
    compare("VT's time", &shown, &requests)
        .or_else(|| compare("end of custody", &stands, &deadline))
        .or_else(|| compare("deviations", &told, &deviations))
}

/// Everybody of a restricted seat looks as if it were a full one.
pub(super) fn looks_from_full_seat(state: &mut State, _: Viewer) {
    all_seats(state, |seat| (seat.level, seat.full_since) = (SeatLevel::Full, 0));
}

pub(super) fn reads_back(state: &mut State, _: Viewer) {
    all_seats(state, |seat| seat.full_since = 0);
}

fn looks_after_leaving(state: &mut State, _: Viewer) {
    all_seats(state, |seat| {
        if let SeatStatus::Left { .. } = seat.status {
            seat.status = SeatStatus::Seated;
        }
    });
}

/// A holder sees its commitment only while it sees the item.
fn forgets_commitments(state: &mut State, viewer: Viewer) {
    let party = viewer.party();
    let unseen = |state: &State, item: &Item| {
        let holder = item.content.assignee().map(Assignee::answering_party);
        holder == party
            && item.owner != holder.unwrap_or(item.owner)
            && !holder.is_some_and(|it| in_audience(state, it, item))
    };
    let gone: Vec<_> = state
        .items
        .values()
        .filter(|it| !it.is_live() || unseen(state, it))
        .map(|it| it.id)
        .collect();
    for id in gone {
        let item = state
            .items
            .get_mut(&id)
            .map(alloc::sync::Arc::make_mut)
            .expect("an item");
        item.answer = None;
    }
}

/// What was withdrawn stands on, without its words.
fn stands_on(state: &mut State, _: Viewer) {
    items(state, |item| item.withdrawn_at = None);
}

/// The label of a person stays with whoever saw it in an item that was taken back.
fn keeps_labels(view: &mut SessionView, state: &State, texts: &Texts, viewer: Viewer) {
    let taken_back = state
        .items
        .values()
        .filter(|it| viewer.sight(state, it) == Sight::TakenBack);
    for id in taken_back.flat_map(|it| it.subjects.iter()) {
        if let Some(subject) = state
            .subjects
            .get(id)
            .filter(|_| view.subjects.iter().all(|it| it.id != *id))
        {
            view.subjects.push(SubjectView {
                id: *id,
                role: subject.role,
                label: read(texts, subject.label),
                owner: subject.owner,
                revision: subject.revision,
                may_change: false,
            });
        }
    }
}

/// Everybody counts what lapsed, whyever it did.
pub(super) fn counts_every_lapse(view: &mut SessionView, state: &State, _: &Texts, viewer: Viewer) {
    for seat in view.seats.iter_mut().filter(|seat| seat.undecided.is_some()) {
        let owner = seat.party.id;
        let rows = state.items.values().filter(|it| it.owner == owner && it.is_row());
        let rows = rows.filter(|it| viewer.sight(state, it) == Sight::Whole);
        let open = rows.map(|item| {
            let recipients = state.recipients(owner);
            recipients
                .filter(|to| !item.cells.get(to).is_some_and(Cell::is_decided))
                .count()
        });
        seat.undecided = Some(u32::try_from(open.sum::<usize>()).expect("few"));
    }
}

/// Whoever sees the item reads why its assignee will not.
fn reads_refusals(view: &mut SessionView, state: &State, texts: &Texts, _: Viewer) {
    for item in &mut view.items {
        let given = state.items[&item.id].answer.as_ref().map(|it| it.answer);
        if let (
            ContentView::Action { answer, .. } | ContentView::Measure { answer, .. },
            Some(Answer::Refused { reason }),
        ) = (&mut item.content, given)
        {
            let reason = reason.map(|it| read(texts, it.id));
            *answer = Some(AnswerView::Refused { reason });
        }
    }
}

/// Everybody sees who asks.
fn sees_requests(view: &mut SessionView, state: &State, texts: &Texts, _: Viewer) {
    for item in &mut view.items {
        let Some(owner) = EVERYBODY.into_iter().find(|it| it.party == item.owner.id) else {
            continue;
        };
        let owners = Viewer::Seat {
            party: owner.party,
            gavel: false,
            prosecutor: false,
            accepted: true,
        };
        let theirs = view_for(state, texts, owners).and_then(|view| view.item(item.id).cloned());
        item.requests = theirs.map(|it| it.requests).unwrap_or_default();
    }
}

fn another_tag(view: &mut SessionView, _: &State, _: &Texts, viewer: Viewer) {
    for item in view.items.iter_mut().filter(|_| viewer == Viewer::RoomScreen) {
        item.owner = organisation(VT);
    }
}

/// The cells that an event took back are kept.
pub(super) fn keeping_cells(before: &State, after: &mut State) {
    for (id, item) in &mut after.items {
        if let Some(was) = before.items.get(id) {
            alloc::sync::Arc::make_mut(item).cells.extend(was.cells.clone());
        }
    }
}

/// What follows, but that approvals survive this kind of event.
macro_rules! survives {
    ($kind:pat) => {
        follows!(|state, event| {
            let before = state.clone();
            let mut after = evolve(state, event);
            if matches!(event.kind, $kind) {
                $crate::session::tests::laws::screens::keeping_cells(&before, &mut after);
            }
            after
        })
    };
}
pub(super) use survives;

fn ready_stands(state: State, event: &crate::session::event::Event) -> State {
    let before = state.clone();
    let mut after = evolve(state, event);
    if !matches!(
        event.kind,
        EventKind::ReadySet { .. } | EventKind::PhaseEntered { .. } | EventKind::SeatGiven { .. }
    ) {
        all_seats(&mut after, |seat: &mut Seat| {
            let was = before.seats.get(&seat.party.id);
            seat.ready = was.map_or(seat.ready, |was| was.ready || seat.ready);
        });
    }
    after
}

#[test]
fn r2_the_law_of_screens_notices_what_is_shown_too_much_or_too_little() {
    let faults = [
        ("Halt sees the whole table", shows!(looks_from_full_seat)),
        ("a newcomer reads back", shows!(reads_back)),
        ("who left looks on", shows!(looks_after_leaving)),
        ("a holder no longer sees its commitment", shows!(forgets_commitments)),
        ("what was withdrawn stands on", shows!(stands_on)),
        ("the label of what was withdrawn stays", tells!(keeps_labels)),
        (
            "the undecided of another moves with what is hidden",
            tells!(counts_every_lapse),
        ),
        ("everybody reads why somebody refused", tells!(reads_refusals)),
        ("everybody sees who asks", tells!(sees_requests)),
        ("another tag on the wall", tells!(another_tag)),
        (
            "who is not named looks on",
            Rules {
                viewer: |state, actor| Viewer::of(&lie(state, |it| all_seats(it, |seat| seat.attendees = None)), actor),
                ..Rules::TRUE
            },
        ),
        (
            "who did not accept the ground rules reads",
            Rules {
                viewer: |state, actor| {
                    Viewer::of(state, actor).map(|viewer| match viewer {
                        Viewer::Seat {
                            party,
                            gavel,
                            prosecutor,
                            ..
                        } => Viewer::Seat {
                            party,
                            gavel,
                            prosecutor,
                            accepted: true,
                        },
                        Viewer::RoomScreen => viewer,
                    })
                },
                ..Rules::TRUE
            },
        ),
    ];
    all_noticed(|| Box::new(Screens), &faults);
}

#[test]
fn r6_r11_the_law_of_screens_notices_what_does_not_lapse() {
    let faults = [
        (
            "an approval survives a narrower audience",
            survives!(EventKind::AudienceSet { .. }),
        ),
        ("an approval survives a revision", survives!(EventKind::Revised { .. })),
        (
            "an approval survives a refusal of its action",
            survives!(EventKind::Answered { .. }),
        ),
        (
            "an approval survives a withdrawal",
            survives!(EventKind::Withdrawn { .. }),
        ),
        (
            "an approval survives a basis that is closed",
            survives!(EventKind::BasisOpened { .. }),
        ),
        (
            "an approval survives that its recipient leaves",
            survives!(EventKind::Left),
        ),
        ("ready stands after a lapse", follows!(ready_stands)),
        (
            "the last call stands after a lapse",
            follows!(|state, event| {
                let last_call = state.last_call;
                let mut after = evolve(state, event);
                let ends = matches!(event.kind, EventKind::PhaseEntered { .. } | EventKind::TimeAsked { .. });
                after.last_call = after
                    .last_call
                    .or(last_call.filter(|_| !ends && after.closed.is_none()));
                after
            }),
        ),
        (
            "an opened basis cannot be taken back",
            follows!(|state, event| match event.kind {
                EventKind::BasisOpened { open: false, .. } => state,
                _ => evolve(state, event),
            }),
        ),
        (
            "an opened basis is taken back in words only",
            decides!(|state, actor, stamp, command| match command.kind {
                CommandKind::OpenBasis { open: false, .. } => Ok(Decision::default()),
                _ => decide(state, actor, stamp, command),
            }),
        ),
        (
            "the label of who was removed stays",
            follows!(|state, event| {
                let subjects = state.subjects.clone();
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::SubjectRemoved { .. }) {
                    after.subjects = subjects;
                }
                after
            }),
        ),
        (
            "the old label of who was corrected stays",
            follows!(|state, event| {
                let subjects = state.subjects.clone();
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::SubjectCorrected { .. }) {
                    after.subjects = subjects;
                }
                after
            }),
        ),
        (
            "a newcomer is shown what an owner kept from it",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if let EventKind::NewcomerAnswered { party, .. } = &event.kind
                    && let Some(seat) = after.seats.get_mut(party).map(alloc::sync::Arc::make_mut)
                {
                    seat.newcomer_answers.insert(event.by.party, true);
                }
                after
            }),
        ),
        (
            "a request outlives that who asked left",
            follows!(|state, event| {
                let before = state.clone();
                let mut after = evolve(state, event);
                if matches!(event.kind, EventKind::Left) {
                    items(&mut after, |item| {
                        item.requests.extend(before.items[&item.id].requests.clone())
                    });
                }
                after
            }),
        ),
    ];
    all_noticed(|| Box::new(Screens), &faults);
}
