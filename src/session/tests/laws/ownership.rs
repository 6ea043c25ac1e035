//! Ownership (R1, R3, R15): no sequence of commands by others changes, hides, frees or destroys what a party owns, or decides
//! a cell of it; and what is a party's own to do, it can do.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec};
use std::format;

use super::faults::{all_noticed, decides, follows, happens, in_the_name_of, items, lie, shows, snapshot};
use super::model::{Content, Model};
use super::play::{Law, Play, Tried};
use crate::ids::PartyId;
use crate::session::command::{Actor, Command, CommandKind, NewAnswer, Stamp, Verdict};
use crate::session::decide::{Decision, decide};
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Cell, Item};
use crate::session::refusal::Refusal;
use crate::session::state::{State, evolve};
use crate::session::tests::fixture::*;
use crate::session::view::{view_event, view_for};
use crate::session::visibility::Viewer;

pub(super) struct Ownership;

impl Law for Ownership {
    fn name(&self) -> &'static str {
        "ownership (R3)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        if play.model.ended.is_some() {
            return Ok(());
        }
        if tried.answer.is_ok() {
            answers_for_itself(tried)?;
        } else if is_its_own_to_do(tried.was, tried.actor, tried.kind()) {
            return Err(format!(
                "a party was refused what is its own to do: {:?}",
                tried.answer.as_ref().err()
            ));
        }
        let (before, after) = (&tried.before.state, &play.run.now.state);
        for (id, was) in before.items.iter().filter(|(_, was)| was.owner != tried.actor.party) {
            let is = after.items.get(id).ok_or_else(|| format!("{id} is gone"))?;
            nothing_moved(was, is, tried.actor.party).map_err(|what| format!("{what} of {id}, an item of another"))?;
        }
        for (id, was) in before.subjects.iter().filter(|(_, was)| was.owner != tried.actor.party) {
            if after.subjects.get(id) != Some(was) {
                return Err(format!("{id}, a person whom another named"));
            }
        }
        owners_read_their_own(play, tried, before)
    }
}

/// Only who performs an action or holds a power answers for it, and only a kind of party that holds the power commits (T5).
fn answers_for_itself(tried: &Tried<'_>) -> Result<(), String> {
    let CommandKind::Answer { item, answer, .. } = tried.kind() else {
        return Ok(());
    };
    let item = tried.was.items.get(item).ok_or("an answer to nothing")?;
    let assignee = item.assignee().ok_or("an answer where nobody was asked")?;
    if assignee.answering_party() != tried.actor.party {
        return Err("somebody answered for another party".into());
    }
    if let (NewAnswer::Commit { .. }, Content::Measure { power, holder }) = (answer, &item.content) {
        let powers = tried.was.convening.as_ref().map(|it| it.powers.as_slice());
        let row = powers.unwrap_or_default().iter().find(|row| row.code == *power);
        let kind = match holder {
            Assignee::Seat(party) => tried.was.kind(*party),
            Assignee::Absent { kind, .. } => Some(*kind),
        };
        if !row.is_some_and(|row| kind.is_some_and(|kind| row.holders.contains(&kind))) {
            return Err("who does not hold the power committed to it".into());
        }
    }
    Ok(())
}

/// What an act of another party leaves of an item: all of it but answers of the assignee, requests, bases that their owners
/// open or close, and approvals that lapse.
fn nothing_moved(was: &Item, is: &Item, by: PartyId) -> Result<(), &'static str> {
    let same = |same: bool, what: &'static str| if same { Ok(()) } else { Err(what) };
    same(was.owner == is.owner && was.author == is.author, "the owner or author")?;
    same(was.revision == is.revision && was.text == is.text, "the words")?;
    same(was.content == is.content && was.subjects == is.subjects, "the content")?;
    same(
        was.audience == is.audience && was.audience_since == is.audience_since,
        "the audience",
    )?;
    same(was.based_on == is.based_on, "the basis")?;
    same(was.withdrawn_at == is.withdrawn_at, "the withdrawal")?;
    let asked = was.content.assignee().map(Assignee::answering_party);
    same(
        was.answer == is.answer || asked == Some(by),
        "the answer of its assignee",
    )?;
    let others = |item: &Item| {
        item.requests
            .keys()
            .copied()
            .filter(|party| *party != by)
            .collect::<BTreeSet<_>>()
    };
    same(others(is).is_subset(&others(was)), "a request of a third party")?;
    for (to, cell) in &is.cells {
        match (was.cells.get(to), cell) {
            (Some(before), after) if before == after => {}
            (Some(Cell::Approved(_) | Cell::Lapsed { .. }), Cell::Lapsed { .. }) => {}
            (Some(Cell::Approved(before)), Cell::Approved(after)) if before.subjects.is_superset(&after.subjects) => {}
            _ => return Err("a cell"),
        }
    }
    same(was.cells.keys().all(|to| is.cells.contains_key(to)), "a cell that went")
}

/// Whatever others do, an owner reads its own words, as long as it sits here or left by its own act, and they exist.
fn owners_read_their_own(play: &Play, tried: &Tried<'_>, before: &State) -> Result<(), String> {
    let texts = &play.run.now.texts;
    for (id, item) in before.items.iter().filter(|(_, it)| it.owner != tried.actor.party) {
        let Some(text) = item.text else { continue };
        let words = texts
            .words(text)
            .ok_or_else(|| format!("the words of {id} were destroyed by another"))?;
        for screen in &play.run.screens {
            let Some(who) = screen.who.filter(|who| who.party == item.owner) else {
                continue;
            };
            if !play.model.accepted(who) || !play.model.admits(who) {
                continue;
            }
            let shown = screen.shown.as_ref().and_then(|(_, view)| view.item(*id));
            if shown.and_then(|it| it.text.as_ref()) != Some(&words) {
                return Err(format!("{} no longer reads {id}, its own", name_of(who)));
            }
        }
    }
    Ok(())
}

/// Whether this is an act of control over what is a party's own, rightly named: then it is never refused (R3, R6, R11, R16).
fn is_its_own_to_do(model: &Model, actor: Actor, kind: &CommandKind) -> bool {
    if !model.is_open() || !model.accepted(actor) || !model.admits(actor) {
        return false;
    }
    let sits_or_left = model.sits(actor.party) || model.has_left(actor.party);
    let own = |id| model.items.get(id).filter(|it| it.owner == actor.party && it.is_live());
    let is_own = match kind {
        CommandKind::Withdraw { item, revision } => {
            own(item).is_some_and(|it| it.revision == *revision && !it.is_disposition())
        }
        CommandKind::SetAudience { item, was, audience } => own(item).is_some_and(|it| {
            let narrower = audience.named.is_subset(&was.named) && (was.table || !audience.table);
            it.audience == *was && narrower && (audience.table || !it.is_disposition())
        }),
        CommandKind::OpenBasis {
            item,
            basis,
            open: false,
            ..
        } => {
            let opened = model.items.get(item).is_some_and(|it| it.opened.contains(basis));
            opened && own(basis).is_some()
        }
        CommandKind::Decide { cells } => cells.iter().all(|cell| {
            let undecide = matches!(cell.verdict, Verdict::Undecide {});
            let decided = |item: &super::model::Item| item.cells.contains_key(&cell.recipient);
            let fits = own(&cell.item).is_some_and(|it| it.revision == cell.revision && decided(it));
            undecide && fits && model.sits(cell.recipient)
        }),
        CommandKind::RemoveSubject { subject, revision } => {
            let subject = model.subjects.get(subject);
            subject.is_some_and(|it| it.owner == actor.party && it.revision == *revision)
        }
        CommandKind::DropRequest { item } => {
            let asked = model
                .items
                .get(item)
                .is_some_and(|it| it.requests.contains_key(&actor.party));
            asked && model.sits(actor.party)
        }
        _ => false,
    };
    is_own && sits_or_left
}

/// As if whoever owns what is named had asked.
fn owner_of(state: &State, kind: &CommandKind) -> Option<Actor> {
    let item = match kind {
        CommandKind::Withdraw { item, .. }
        | CommandKind::Revise { item, .. }
        | CommandKind::SetAudience { item, .. } => *item,
        CommandKind::OpenBasis { basis, .. } => *basis,
        CommandKind::Decide { cells } => cells.first()?.item,
        _ => return None,
    };
    let owner = state.items.get(&item)?.owner;
    EVERYBODY.into_iter().find(|it| it.party == owner)
}

/// Whoever holds the gavel can do this to what another owns.
fn chair_overrides(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    let leads = state.gavel == Some(actor.participant);
    match owner_of(state, &command.kind).filter(|_| leads) {
        Some(owner) => in_the_name_of(owner, state, actor, stamp, command),
        None => decide(state, actor, stamp, command),
    }
}

/// Everybody answers for everybody.
fn anybody_answers(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    let asked = match &command.kind {
        CommandKind::Answer { item, .. } => state.items.get(item).and_then(|it| it.content.assignee()),
        _ => None,
    };
    let asked = asked.and_then(|it| EVERYBODY.into_iter().find(|who| who.party == it.answering_party()));
    match asked {
        Some(assignee) => in_the_name_of(assignee, state, actor, stamp, command),
        None => decide(state, actor, stamp, command),
    }
}

/// A seat is taken of whoever does not please.
fn takes_any_seat(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    let answer = decide(state, actor, stamp, command.clone());
    match (&command.kind, &answer) {
        (CommandKind::TakeSeat { party }, Err(Refusal::TakesPart)) => {
            let taken = EventKind::SeatTaken { party: *party };
            Ok(happens(state, actor, stamp, &command, vec![taken]))
        }
        _ => answer,
    }
}

/// An act of control that is refused.
fn refuses(
    state: &State,
    actor: Actor,
    stamp: Stamp,
    command: Command,
    is: fn(&CommandKind) -> bool,
) -> Result<Decision, Refusal> {
    let refused = is(&command.kind) && !state.items.is_empty();
    let decision = decide(state, actor, stamp, command)?;
    if refused { Err(Refusal::NotFound) } else { Ok(decision) }
}

#[test]
fn r3_the_law_of_ownership_notices_whoever_touches_what_is_anothers() {
    let faults = [
        ("the chair overrides an owner", decides!(chair_overrides)),
        ("who does not hold the power commits", decides!(anybody_answers)),
        ("a seat as a lever", decides!(takes_any_seat)),
        (
            "anybody changes a person that another named",
            decides!(|state, actor, stamp, command| {
                let named = match &command.kind {
                    CommandKind::CorrectSubject { subject, .. } | CommandKind::RemoveSubject { subject, .. } => {
                        *subject
                    }
                    _ => return decide(state, actor, stamp, command),
                };
                let owner = state.subjects.get(&named).map(|it| it.owner);
                match EVERYBODY.into_iter().find(|it| Some(it.party) == owner) {
                    Some(owner) => in_the_name_of(owner, state, actor, stamp, command),
                    None => decide(state, actor, stamp, command),
                }
            }),
        ),
        (
            "a revision destroys the words of another",
            decides!(|state, actor, stamp, command| {
                let mut decision = decide(state, actor, stamp, command)?;
                if decision
                    .events
                    .iter()
                    .any(|it| matches!(it.kind, EventKind::Revised { .. }))
                {
                    let other = state
                        .items
                        .values()
                        .find(|it| it.owner != actor.party && it.text.is_some());
                    decision.destroyed.extend(other.and_then(|it| it.text));
                }
                Ok(decision)
            }),
        ),
        (
            "who narrows an item narrows what rests on it",
            follows!(|state, event| {
                let mut after = evolve(state, event);
                if let EventKind::AudienceSet {
                    item: narrowed,
                    audience,
                } = &event.kind
                {
                    items(&mut after, |item| {
                        if item.rests_on.contains(narrowed) {
                            item.audience.clone_from(audience);
                        }
                    });
                }
                after
            }),
        ),
        (
            "who left no longer reads its own",
            shows!(|state: &mut State, viewer: Viewer| {
                let left = viewer.party().filter(|party| state.has_left(*party));
                items(state, |item| {
                    if Some(item.owner) == left {
                        item.text = None;
                    }
                });
            }),
        ),
    ];
    all_noticed(|| Box::new(Ownership), &faults);
}

#[test]
fn r3_r6_the_law_of_ownership_notices_that_an_owner_is_refused() {
    let faults = [
        (
            "no taking back",
            decides!(
                |state, actor, stamp, command| refuses(state, actor, stamp, command, |kind| {
                    matches!(kind, CommandKind::Decide { cells }
                    if cells.iter().all(|it| matches!(it.verdict, Verdict::Undecide {})))
                })
            ),
        ),
        (
            "no closing of an opened basis",
            decides!(
                |state, actor, stamp, command| refuses(state, actor, stamp, command, |kind| {
                    matches!(kind, CommandKind::OpenBasis { open: false, .. })
                })
            ),
        ),
        (
            "no withdrawal",
            decides!(
                |state, actor, stamp, command| refuses(state, actor, stamp, command, |kind| {
                    matches!(kind, CommandKind::Withdraw { .. })
                })
            ),
        ),
        (
            "no narrowing by who left",
            decides!(|state, actor, stamp, command| {
                let narrows = matches!(command.kind, CommandKind::SetAudience { .. });
                if narrows && state.has_left(actor.party) {
                    return Err(Refusal::LeftTheTable);
                }
                decide(state, actor, stamp, command)
            }),
        ),
        (
            "no removal of a person who is named in items",
            decides!(|state, actor, stamp, command| {
                if let CommandKind::RemoveSubject { subject, .. } = &command.kind
                    && state.items.values().any(|it| it.subjects.contains(subject))
                {
                    return Err(Refusal::NotFound);
                }
                decide(state, actor, stamp, command)
            }),
        ),
    ];
    all_noticed(|| Box::new(Ownership), &faults);
}
