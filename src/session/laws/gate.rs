//! The release gate (R4 to R7, R11): an item is in a dossier if and only if its owner approved exactly that revision for
//! exactly that recipient, no later act took it back, and the session closed.
//!
//! Held against a model that knows nothing of the program's state: it reads the events in order and keeps a list of
//! yeses.

use alloc::collections::{BTreeMap, BTreeSet};
use proptest::prelude::*;
use std::format;
use std::string::String;

use super::script::{Looking, Play, Script, halfway, scripts};
use super::{CASES, config, notices};
use crate::dossier::{Copies, ItemKind};
use crate::ids::{ContributionId, DerivedId, PartyId, ReleaseId, TextId};
use crate::session::command::{Audience, Purpose, SeatLevel};
use crate::session::event::{Event, Fact};
use crate::session::state::{Cell, State, evolve};
use crate::session::table_for_tests::Rules;
use crate::text::Texts;

#[derive(Default)]
struct Model {
    seats: BTreeMap<PartyId, (SeatLevel, BTreeSet<String>)>,
    owner: BTreeMap<ContributionId, PartyId>,
    audience: BTreeMap<ContributionId, Audience>,
    current: BTreeMap<ContributionId, (u32, TextId)>,
    actions: BTreeMap<DerivedId, (PartyId, BTreeSet<ContributionId>, TextId)>,
    opened: BTreeSet<(DerivedId, ContributionId)>,
    yes: BTreeMap<(ContributionId, PartyId), (u32, Purpose, Option<TextId>)>,
    /// Every text there ever was.
    texts: Texts,
}

impl Model {
    fn happens(&mut self, event: &Event) {
        let by = event.by.party;
        match &event.fact {
            Fact::Convened(convened) => {
                for seat in &convened.seats {
                    self.sits(seat);
                }
            }
            Fact::SeatGiven { seat } => self.sits(seat),
            Fact::SeatTaken { party } => {
                self.seats.remove(party);
            }
            Fact::Shared {
                contribution,
                audience,
                text,
                ..
            } => {
                self.owner.insert(*contribution, by);
                self.audience.insert(*contribution, audience.clone());
                self.current.insert(*contribution, (1, text.id));
            }
            Fact::Revised {
                contribution,
                revision,
                text,
                ..
            } => {
                self.current.insert(*contribution, (*revision, text.id));
                self.yes.retain(|(it, _), _| it != contribution);
            }
            Fact::Withdrawn { contribution } => self.yes.retain(|(it, _), _| it != contribution),
            Fact::AudienceSet { contribution, audience } => {
                self.audience.insert(*contribution, audience.clone());
            }
            Fact::Approved {
                contribution,
                revision,
                recipient,
                purpose,
                excerpt,
                ..
            } => {
                let yes = (*revision, purpose.clone(), excerpt.map(|it| it.id));
                self.yes.insert((*contribution, *recipient), yes);
            }
            Fact::Declined {
                contribution,
                recipient,
                ..
            }
            | Fact::Undecided {
                contribution,
                recipient,
            } => {
                self.yes.remove(&(*contribution, *recipient));
            }
            Fact::ActionAgreed {
                action,
                performer,
                based_on,
                text,
                ..
            } => {
                self.actions.insert(*action, (*performer, based_on.clone(), text.id));
            }
            Fact::ActionDropped { action } => {
                self.actions.remove(action);
            }
            Fact::DerivedOpened { derived, contribution } => {
                self.opened.insert((*derived, *contribution));
            }
            _ => {}
        }
        let mut yes = core::mem::take(&mut self.yes);
        yes.retain(|(contribution, recipient), (_, purpose, _)| {
            let giver = self.owner[contribution];
            self.seats.contains_key(&giver)
                && self.seats.get(recipient).is_some_and(|(_, tasks)| match purpose {
                    Purpose::Task(code) => tasks.contains(code),
                    Purpose::Action(action) => {
                        self.sees_action(giver, *action) && self.sees_action(*recipient, *action)
                    }
                })
        });
        self.yes = yes;
    }

    fn sits(&mut self, seat: &crate::session::command::NewSeat) {
        let tasks = seat.tasks.iter().map(|task| task.code.clone()).collect();
        self.seats.insert(seat.party.id, (seat.level, tasks));
    }

    fn sees(&self, party: PartyId, contribution: ContributionId) -> bool {
        let (Some((level, _)), Some(audience)) = (self.seats.get(&party), self.audience.get(&contribution)) else {
            return false;
        };
        self.owner[&contribution] == party
            || audience.named.contains(&party)
            || (audience.table && *level == SeatLevel::Full)
    }

    fn sees_action(&self, party: PartyId, action: DerivedId) -> bool {
        let Some((performer, based_on, _)) = self.actions.get(&action) else {
            return false;
        };
        let basis = based_on.iter().filter(|it| !self.opened.contains(&(action, **it)));
        let restricted = self
            .seats
            .get(&party)
            .is_none_or(|(level, _)| *level == SeatLevel::Restricted);
        basis.clone().all(|it| self.sees(party, *it))
            && self.seats.contains_key(&party)
            && (!restricted || *performer == party)
    }

    /// What must be in the dossiers: recipient, words, revision.
    fn items(&self) -> BTreeSet<(PartyId, String, u32)> {
        let item = |((contribution, recipient), (revision, _, excerpt)): (
            &(ContributionId, PartyId),
            &(u32, Purpose, Option<TextId>),
        )| {
            let words = self.texts.words(excerpt.unwrap_or(self.current[contribution].1));
            (*recipient, words.expect("every text there ever was"), *revision)
        };
        self.yes.iter().map(item).collect()
    }

    fn agreements(&self) -> BTreeSet<(PartyId, String)> {
        let kept = self.actions.iter().filter(|(action, (performer, based_on, _))| {
            let has = |it: &ContributionId| self.owner[it] == *performer || self.yes.contains_key(&(*it, *performer));
            self.sees_action(*performer, **action) && based_on.iter().all(has)
        });
        kept.map(|(_, (performer, _, text))| (*performer, self.texts.words(*text).expect("its words")))
            .collect()
    }
}

fn gate(rules: &Rules, script: &Script) -> Result<(), String> {
    let mut model = Model::default();
    let mut seen = 0;
    let mut expected = None;
    let look: Looking<'_> = &mut |play, _, answer| {
        if let Ok(decision) = answer {
            for new in &decision.texts {
                model.texts.put(new.id, new.text.clone(), new.salt);
            }
        }
        for event in &play.run.events[seen..] {
            if matches!(event.fact, Fact::Closed { .. }) {
                expected = Some((model.items(), model.agreements()));
            }
            model.happens(event);
        }
        seen = play.run.events.len();
        if play.run.copies.is_some() != expected.is_some() {
            return Err("something left without a close".into());
        }
        Ok(())
    };
    let play = Play::whole(rules, script, look)?;
    let Some(((items, agreements), copies)) = expected.zip(play.run.copies.as_ref()) else {
        return Ok(());
    };
    let contributions = copies
        .dossier
        .iter()
        .filter(|(_, it)| matches!(it.kind, ItemKind::Contribution(_)));
    let got: BTreeSet<_> = contributions
        .clone()
        .map(|(to, it)| (*to, it.text.clone(), it.revision))
        .collect();
    if got != items || contributions.count() != items.len() {
        return Err(format!("in the dossiers {got:?}, approved {items:?}"));
    }
    let kept = copies
        .dossier
        .iter()
        .filter(|(_, it)| matches!(it.kind, ItemKind::Agreement { .. }));
    let kept: BTreeSet<_> = kept.map(|(to, it)| (*to, it.text.clone())).collect();
    if kept != agreements {
        return Err(format!("agreements kept {kept:?}, expected {agreements:?}"));
    }
    let given: BTreeSet<_> = copies
        .register
        .iter()
        .map(|it| (it.recipient.id, it.item.text.clone(), it.item.revision))
        .collect();
    if given != items {
        return Err(format!("in the registers {given:?}, approved {items:?}"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(CASES * 3))]

    #[test]
    fn r7_in_a_dossier_is_exactly_what_its_owner_approved_and_did_not_take_back(script in scripts(60)) {
        prop_assert_eq!(gate(&Rules::TRUE, &script), Ok(()));
    }
}

/// The cells that `after` lost are kept: what took them back is ignored.
fn keeping(before: &State, after: &mut State) {
    for (id, contribution) in &mut after.contributions {
        let Some(was) = before.contributions.get(id) else {
            continue;
        };
        alloc::sync::Arc::make_mut(contribution).cells.extend(was.cells.clone());
    }
}

type Evolve = fn(State, &Event) -> State;
type Copying = fn(&State, &Texts, &[Event]) -> Copies;

#[test]
fn the_gate_notices_whatever_is_let_through() {
    macro_rules! ignores {
        ($fact:pat) => {
            |state: State, event: &Event| {
                let before = state.clone();
                let mut after = evolve(state, event);
                if matches!(event.fact, $fact) {
                    keeping(&before, &mut after);
                }
                after
            }
        };
    }
    fn to_all(before: &State, texts: &Texts, events: &[Event]) -> Copies {
        let mut copies = crate::session::closing::copies(before, texts, events);
        if let Some((_, item)) = copies.dossier.first().cloned() {
            copies
                .dossier
                .push((crate::session::table_for_tests::VICTIM_SUPPORT, item));
        }
        copies
    }
    fn the_whole(before: &State, texts: &Texts, events: &[Event]) -> Copies {
        let mut copies = crate::session::closing::copies(before, texts, events);
        let Some(Fact::Closed { releases, .. }) = events.first().map(|it| &it.fact) else {
            return copies;
        };
        let whole: BTreeMap<ReleaseId, TextId> = releases
            .iter()
            .map(|it| (it.release, before.contributions[&it.contribution].text))
            .collect();
        for (_, item) in &mut copies.dossier {
            if let Some(words) = whole.get(&item.release).and_then(|text| texts.words(*text)) {
                item.text = words;
            }
        }
        copies
    }
    fn undecided_too(before: &State, texts: &Texts, events: &[Event]) -> Copies {
        let mut copies = crate::session::closing::copies(before, texts, events);
        let declined = before
            .contributions
            .values()
            .any(|it| it.cells.values().any(|cell| matches!(cell, Cell::Declined { .. })));
        if declined {
            copies.dossier.extend(copies.dossier.first().cloned());
        }
        copies
    }
    let evolves: [(&str, Evolve); 6] = [
        ("a revision", ignores!(Fact::Revised { .. })),
        ("taking back", ignores!(Fact::Undecided { .. })),
        ("a withdrawal", |state, event| match event.fact {
            Fact::Withdrawn { .. } => state,
            _ => evolve(state, event),
        }),
        ("a seat that went", ignores!(Fact::SeatTaken { .. })),
        ("an action that went", ignores!(Fact::ActionDropped { .. })),
        ("a narrower audience", ignores!(Fact::AudienceSet { .. })),
    ];
    for (name, evolve) in evolves {
        assert!(
            notices(&halfway(60), gate, &Rules { evolve, ..Rules::TRUE }),
            "a gate that ignores {name}"
        );
    }
    let leaks: [(&str, Copying); 3] = [
        ("another recipient", to_all),
        ("the whole for an excerpt", the_whole),
        ("what was not approved", undecided_too),
    ];
    for (name, copies) in leaks {
        assert!(notices(&halfway(60), gate, &Rules { copies, ..Rules::TRUE }), "{name}");
    }
}
