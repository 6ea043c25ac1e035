//! The gate (R4 to R8, R10, R11, R16): what leaves at the close is exactly what its owner approved for exactly this recipient
//! and did not take back, with exactly this purpose, ground, condition, motivation, giver, kind, end date and these persons;
//! and what a party keeps of its own holds nobody else's words. Nothing leaves in any other way.

use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use std::format;

use super::faults::{all_noticed, copied, decides, follows};
use super::model::{Left, NO_NAME};
use super::play::{Law, Play, Tried};
use super::screens::{fields, survives};
use crate::dossier::{Copies, DossierItem, ItemKind, ItemSubject, PurposeText, RegisterEntry};
use crate::ground::LegalGround;
use crate::ids::{PartyId, ReleaseId};
use crate::session::closing::copies;
use crate::session::command::{CommandKind, SubjectRole};
use crate::session::decide::decide;
use crate::session::event::{Event, EventKind, Released};
use crate::session::item::{Cell, Content, ContributionKind, Item};
use crate::session::state::{State, evolve};
use crate::session::tests::fixture::*;
use crate::text::Texts;

#[derive(Default)]
pub(super) struct Gate {
    /// What had to leave, worked out just before the close.
    expected: Option<Left>,
}

impl Law for Gate {
    fn name(&self) -> &'static str {
        "one gate (R7)"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        if self.expected.is_none()
            && let Some(ended) = play.model.ended
        {
            let mut left = tried.was.left(ended.at);
            // Of a session that nobody closed only the motivations of deviations are kept (R14, T3).
            if !matches!(tried.kind(), CommandKind::Close {}) {
                left.dossier.clear();
                left.register.clear();
            }
            let copies = play
                .run
                .copies
                .as_ref()
                .ok_or("it ended, and nobody asked what leaves")?;
            as_expected(&left, copies)?;
            self.expected = Some(left);
        }
        if play.run.copies.is_some() != self.expected.is_some() {
            return Err("something left without a close".into());
        }
        Ok(())
    }
}

/// Whether exactly this left.
fn as_expected(left: &Left, copies: &Copies) -> Result<(), String> {
    let expected = left.dossier.iter().map(|(to, copy)| (*to, copy.clone()));
    same_copies("dossiers", expected.collect(), copies.dossier.clone())?;
    let of_register = |entries: &[RegisterEntry]| {
        let one = |it: &RegisterEntry| (it.giver, it.item.clone());
        entries.iter().map(one).collect::<Vec<_>>()
    };
    same_copies("registers", of_register(&left.register), of_register(&copies.register))?;
    // Whose they are, for whom, and for how long.
    let about = |it: &RegisterEntry| {
        let words = (it.item.text.clone(), it.item.revision, it.item.approved_at);
        (it.giver, it.recipient.id, it.keep_until, it.not_told_yet.clone(), words)
    };
    let sorted = |entries: &[RegisterEntry]| {
        let mut all: Vec<_> = entries.iter().map(about).collect();
        all.sort();
        all
    };
    let (is, expected) = (sorted(&copies.register), sorted(&left.register));
    if is != expected {
        return Err(format!("registers: {is:?}, expected {expected:?}"));
    }
    // A copy and its entry are one release; a release is one copy.
    let given: BTreeMap<ReleaseId, PartyId> = copies
        .register
        .iter()
        .map(|it| (it.item.release, it.recipient.id))
        .collect();
    let mut received: BTreeMap<ReleaseId, PartyId> = BTreeMap::new();
    for (to, copy) in &copies.dossier {
        if received.insert(copy.release, *to).is_some() {
            return Err(format!("{} is two copies", copy.release));
        }
    }
    if given.len() != copies.register.len() || !given.iter().all(|(release, to)| received.get(release) == Some(to)) {
        return Err("an entry without its copy".into());
    }
    let mut told: Vec<_> = copies
        .motivations
        .iter()
        .map(|(to, it)| (*to, it.motivation.clone()))
        .collect();
    let mut motivations = left.motivations.clone();
    told.sort();
    motivations.sort();
    if told != motivations {
        return Err(format!("motivations {told:?}, expected {motivations:?}"));
    }
    Ok(())
}

/// Whether these are the same copies, whatever their names.
fn same_copies(
    what: &str,
    expected: Vec<(PartyId, DossierItem)>,
    is: Vec<(PartyId, DossierItem)>,
) -> Result<(), String> {
    let listed = |all: Vec<(PartyId, DossierItem)>| {
        let mut all: Vec<_> = all
            .into_iter()
            .map(|(to, copy)| {
                let release = NO_NAME;
                let copy = DossierItem { release, ..copy };
                (serde_json::to_string(&(to, &copy)).expect("a copy"), copy)
            })
            .collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    };
    let (is, expected) = (listed(is), listed(expected));
    let differs = is.iter().zip(&expected).find(|(one, other)| one.0 != other.0);
    if let Some((one, other)) = differs {
        return Err(format!("{what}: {}", fields(&one.1, &other.1)));
    }
    if is.len() != expected.len() {
        return Err(format!("{what}: {} copies, expected {}", is.len(), expected.len()));
    }
    Ok(())
}

/// Every copy and every entry, changed alike.
fn each(all: &mut Copies, change: impl Fn(&mut DossierItem)) {
    all.dossier.iter_mut().for_each(|(_, copy)| change(copy));
    all.register.iter_mut().for_each(|entry| change(&mut entry.item));
}

/// The item of which this is a copy, by its words: no two texts of a test are the same.
fn item_of<'a>(before: &'a State, texts: &Texts, copy: &DossierItem) -> Option<&'a Item> {
    let words = |id| texts.words(id);
    let mut items = before.items.values().map(AsRef::as_ref);
    items.find(|item| {
        let cells = item.cells.values().flat_map(Cell::texts);
        item.text
            .into_iter()
            .chain(cells)
            .any(|id| words(id).as_ref() == Some(&copy.text))
    })
}

fn words_of_the_action(all: &mut Copies, before: &State, texts: &Texts) {
    each(all, |copy| {
        if let Some(PurposeText::FollowUp { performer, due, .. }) = &copy.purpose {
            let fits = |item: &&Item| matches!(&item.content, Content::Action { due: of, .. } if of == due);
            let mut actions = before.items.values().map(AsRef::as_ref);
            let text = actions
                .find(fits)
                .and_then(|item| item.text)
                .and_then(|id| texts.words(id));
            let _ = performer;
            copy.purpose = Some(PurposeText::Action {
                text: text.unwrap_or_default(),
            });
        }
    });
}

fn labels_of_all(all: &mut Copies, before: &State, texts: &Texts) {
    each(all, |copy| {
        let subjects = before.subjects.values().map(|it| ItemSubject {
            role: it.role,
            label: texts.words(it.label).unwrap_or_default(),
        });
        copy.subjects = subjects.collect();
    });
}

/// A label that the recipient could not see at the table.
fn labels_of_the_item(all: &mut Copies, before: &State, texts: &Texts) {
    each(all, |copy| {
        if let Some(item) = item_of(before, texts, copy).filter(|_| copy.purpose.is_some()) {
            let approved = item.cells.values().find_map(|cell| match cell {
                Cell::Approved(approval) if approval.at == copy.approved_at => Some(&approval.subjects),
                _ => None,
            });
            let subjects = approved.into_iter().flatten().filter_map(|id| before.subjects.get(id));
            let labels = subjects.map(|it| ItemSubject {
                role: it.role,
                label: texts.words(it.label).unwrap_or_default(),
            });
            copy.subjects = labels.collect();
        }
    });
}

fn the_whole_for_an_excerpt(all: &mut Copies, before: &State, texts: &Texts) {
    each(all, |copy| {
        let whole = item_of(before, texts, copy).and_then(|item| item.text);
        if let Some(words) = whole.and_then(|id| texts.words(id)) {
            copy.text = words;
        }
    });
}

/// One number for everybody: of all actions there are.
fn shared_numbers(all: &mut Copies, before: &State, texts: &Texts) {
    each(all, |copy| {
        let Some(item) = item_of(before, texts, copy) else {
            return;
        };
        let earlier = before
            .items
            .values()
            .filter(|it| matches!(it.content, Content::Action { .. }));
        let place = earlier
            .filter(|it| (it.shared_at, it.id) <= (item.shared_at, item.id))
            .count();
        if let ItemKind::Agreement { number, .. } = &mut copy.kind {
            *number = u32::try_from(place).ok();
        }
    });
}

/// Who committed to the measure of another keeps its words too.
fn words_of_the_measure(all: &mut Copies, before: &State, texts: &Texts) {
    for (_, copy) in all.dossier.iter_mut().filter(|(_, copy)| copy.text.is_empty()) {
        let mut measures = before.items.values().filter(|it| it.committed_until().is_some());
        let item = measures.find(|it| it.shared_at == copy.shared_at || it.revised_at == Some(copy.shared_at));
        copy.text = item
            .and_then(|it| it.text)
            .and_then(|id| texts.words(id))
            .unwrap_or_default();
    }
}

fn also_for(all: &mut Copies, before: &State, _: &Texts) {
    let parties = before.parties();
    if let Some((to, copy)) = all.dossier.first().cloned() {
        let other = parties.into_iter().find(|party| *party != to);
        all.dossier.extend(other.map(|other| (other, copy)));
    }
}

/// A decision on an approval, changed before it is kept.
macro_rules! approves {
    ($change:expr) => {
        decides!(|state, actor, stamp, command| {
            let mut decision = decide(state, actor, stamp, command)?;
            for event in &mut decision.events {
                $change(state, &mut event.kind);
            }
            Ok(decision)
        })
    };
}

fn reporter_in_an_excerpt(state: &State, kind: &mut EventKind) {
    if let EventKind::Approved {
        item,
        subjects,
        excerpt: Some(_),
        ..
    } = kind
    {
        let named = state.items[item].subjects.iter();
        subjects.extend(named.filter(|id| {
            state
                .subjects
                .get(id)
                .is_some_and(|it| it.role == SubjectRole::Reporter)
        }));
    }
}

fn reporter_in_a_whole(state: &State, kind: &mut EventKind) {
    if let EventKind::Approved {
        item,
        subjects,
        excerpt: None,
        ..
    } = kind
    {
        subjects.extend(&state.items[item].subjects);
    }
}

fn no_ground(_: &State, kind: &mut EventKind) {
    if let EventKind::Approved { ground, .. } = kind {
        *ground = LegalGround::none();
    }
}

/// Everything approved leaves, whether what it rests on does or not.
fn without_its_basis(state: &State, kind: &mut EventKind) {
    if let EventKind::Closed { releases, .. } = kind {
        for item in state.items.values().filter(|it| it.is_row()) {
            for (recipient, cell) in &item.cells {
                let known = releases
                    .iter()
                    .any(|it| it.item == item.id && it.recipient == *recipient);
                if matches!(cell, Cell::Approved(_)) && !known {
                    releases.push(Released {
                        release: ReleaseId(id(u32::try_from(releases.len()).expect("few"))),
                        item: item.id,
                        revision: item.revision,
                        recipient: *recipient,
                    });
                }
            }
        }
    }
}

fn nothing_leaves(_: &State, kind: &mut EventKind) {
    if let EventKind::Closed { releases, .. } = kind {
        releases.pop();
    }
}

fn nothing_is_kept(_: &State, kind: &mut EventKind) {
    if let EventKind::Closed { kept, .. } = kind {
        kept.clear();
    }
}

#[test]
fn r10_the_gate_notices_a_copy_that_says_otherwise() {
    let faults = [
        (
            "the condition dropped",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.condition = None)),
        ),
        (
            "the ground dropped",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.ground = None)),
        ),
        (
            "the motivation dropped",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.motivation = None)),
        ),
        (
            "the purpose dropped",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.purpose = None)),
        ),
        (
            "the wrong giver",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.giver = organisation(OM))),
        ),
        (
            "the wrong author",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.author = "De Wit".into())),
        ),
        (
            "who approved is who wrote",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.approved_by = it.author.clone())),
        ),
        (
            "kept for ever",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.retain_until = DateTime::<Utc>::MAX_UTC)),
        ),
        (
            "an entry that outlives nothing",
            copied!(|all: &mut Copies, _, _| all
                .register
                .iter_mut()
                .for_each(|it| it.keep_until = it.item.received_at)),
        ),
        (
            "a day longer",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.retain_until += TimeDelta::days(1))),
        ),
        (
            "every kind a fact",
            copied!(|all: &mut Copies, _, _| each(all, |it| {
                if let ItemKind::Contribution(kind) = &mut it.kind {
                    *kind = ContributionKind::Fact;
                }
            })),
        ),
        ("the labels of all persons", copied!(labels_of_all)),
        ("labels that the recipient could not see", copied!(labels_of_the_item)),
        ("the words of an action as purpose", copied!(words_of_the_action)),
        ("the whole for an excerpt", copied!(the_whole_for_an_excerpt)),
        (
            "an excerpt that does not say so",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.is_excerpt = false)),
        ),
        ("numbers that all share", copied!(shared_numbers)),
        ("the words of another's measure", copied!(words_of_the_measure)),
        (
            "another revision",
            copied!(|all: &mut Copies, _, _| each(all, |it| it.revision = 1)),
        ),
        ("another recipient", copied!(also_for)),
        (
            "a copy without its entry",
            copied!(|all: &mut Copies, _, _| drop(all.register.pop())),
        ),
        (
            "an entry that names another recipient",
            copied!(|all: &mut Copies, _, _| all.register.iter_mut().for_each(|it| it.recipient = organisation(OM))),
        ),
        (
            "motivations for a restricted seat",
            copied!(|all: &mut Copies, _, _| {
                let one = all.motivations.first().cloned();
                all.motivations.extend(one.map(|(_, words)| (HALT, words)));
            }),
        ),
        (
            "released by an expiry",
            Rules {
                copies: |before, texts, events| {
                    let mut events: Vec<Event> = events.to_vec();
                    for event in events.iter_mut().filter(|it| matches!(it.kind, EventKind::Expired)) {
                        let (releases, kept) = (Vec::new(), Vec::new());
                        event.kind = EventKind::Closed { releases, kept };
                        without_its_basis(before, &mut event.kind);
                    }
                    copies(before, texts, &events)
                },
                ..Rules::TRUE
            },
        ),
    ];
    all_noticed(|| Box::new(Gate::default()), &faults);
}

#[test]
fn r5_r7_the_gate_notices_what_is_let_through_and_what_stays_behind() {
    let faults = [
        ("a reporter in an excerpt", approves!(reporter_in_an_excerpt)),
        ("a reporter in a whole", approves!(reporter_in_a_whole)),
        ("another ground", approves!(no_ground)),
        ("words whose basis does not go along", approves!(without_its_basis)),
        ("something that was approved stays behind", approves!(nothing_leaves)),
        ("a commitment stays behind", approves!(nothing_is_kept)),
        (
            "an approval survives a narrower audience",
            survives!(EventKind::AudienceSet { .. }),
        ),
        ("an approval survives a revision", survives!(EventKind::Revised { .. })),
        ("taking back is ignored", survives!(EventKind::Undecided { .. })),
        (
            "a decline is ignored",
            follows!(|state, event| match event.kind {
                EventKind::Declined { .. } => state,
                _ => evolve(state, event),
            }),
        ),
        (
            "a withdrawal is ignored",
            follows!(|state, event| match event.kind {
                EventKind::Withdrawn { .. } => state,
                _ => evolve(state, event),
            }),
        ),
    ];
    all_noticed(|| Box::new(Gate::default()), &faults);
}
