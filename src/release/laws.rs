//! What holds of every life of a release, whoever tries what and however many days pass (R2, R3, R9, C5).
//!
//! Every law is also run against rules with a planted fault, which it must notice.

use alloc::{format, string::String, vec::Vec};

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::decide::{expire_copy, expire_register_entry};
use super::tests::{GIVER, LABEL, PURPOSE_WORDS, RECIPIENT, STRANGER, actor, entry, given, item, moment, party};
use super::*;
use crate::dossier::{DossierItem, RegisterEntry};
use crate::ids::PartyId;
use crate::session::Refusal;
use crate::session::command::Actor;

/// The rules as the program has them; a control swaps one.
#[derive(Clone, Copy)]
struct Rules {
    decide: fn(&ReleaseState, Actor, DateTime<Utc>, &ReleaseCommand) -> Result<ReleaseDecision, Refusal>,
    evolve: fn(ReleaseState, &ReleaseEvent) -> ReleaseState,
    view: fn(&ReleaseState, PartyId) -> Option<ReleaseView>,
    copy: fn(DossierItem, &ReleaseState, &ReleaseEvent, &WordChange) -> DossierItem,
    expire_copy: fn(&ReleaseState, DateTime<Utc>) -> Option<ReleaseEvent>,
    expire_register_entry: fn(&ReleaseState, DateTime<Utc>, DateTime<Utc>) -> Option<ReleaseEvent>,
}

const RULES: Rules = Rules {
    decide,
    evolve,
    view: view_for,
    copy: |item, life, event, words| item.after(life, event, "Anna Bakker", words),
    expire_copy,
    expire_register_entry,
};

/// One try, some days after the one before.
#[derive(Clone, Copy, Debug)]
struct Try {
    who: u128,
    days: u16,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Rectify,
    RectifyWithNothing,
    Withdraw,
    Inform,
    Open,
    Confirm,
    TakeOver,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    use What::{Confirm, Inform, Open, Rectify, RectifyWithNothing, TakeOver, Withdraw};
    let what = prop::sample::select(alloc::vec![
        Rectify,
        Rectify,
        RectifyWithNothing,
        Withdraw,
        Inform,
        Open,
        Confirm,
        TakeOver
    ]);
    let who = prop::sample::select(alloc::vec![GIVER, GIVER, RECIPIENT, RECIPIENT, STRANGER]);
    let days = prop::sample::select(alloc::vec![0, 0, 1, 8, 400]);
    let one = (who, days, what).prop_map(|(who, days, what)| Try { who, days, what });
    prop::collection::vec(one, 0..24)
}

/// A word that stands in no other text.
fn word(number: usize) -> String {
    format!("woord{number}einde")
}

fn command(what: What, number: usize) -> ReleaseCommandKind {
    match what {
        What::Rectify => ReleaseCommandKind::Rectify {
            text: word(number),
            reason: "Een melding ging over de buren.".into(),
        },
        What::RectifyWithNothing => ReleaseCommandKind::Rectify {
            text: String::new(),
            reason: String::new(),
        },
        What::Withdraw => ReleaseCommandKind::Withdraw {
            reason: "Onrechtmatig verkregen.".into(),
        },
        What::Inform => ReleaseCommandKind::Inform(Informed::Yes {}),
        What::Open => ReleaseCommandKind::Open {},
        What::Confirm => ReleaseCommandKind::Confirm {},
        What::TakeOver => ReleaseCommandKind::TakeOver {},
    }
}

fn allows(view: &ReleaseView, what: What) -> bool {
    let may = view.may;
    match what {
        What::Rectify | What::RectifyWithNothing => may.rectify,
        What::Withdraw => may.withdraw,
        What::Inform => may.inform,
        What::Open => may.open,
        What::Confirm => may.confirm,
        What::TakeOver => may.take_over,
    }
}

/// A release in the hands of both, as their stores keep it.
struct Held {
    state: ReleaseState,
    entry: RegisterEntry,
    /// The recipient's copy, while there is one.
    copy: Option<DossierItem>,
    /// The words that its owner stands for now; none once it took them back.
    words: Option<String>,
    /// Words that must be nowhere any more at the recipient.
    older: Vec<String>,
    waits: bool,
}

impl Held {
    fn new() -> Self {
        let item = item();
        Self {
            state: given(),
            entry: entry(),
            words: Some(item.text.clone()),
            copy: Some(item),
            older: Vec::new(),
            waits: false,
        }
    }

    fn happens(&mut self, rules: &Rules, event: &ReleaseEvent, words: &WordChange) {
        let before = self.entry.item.clone();
        self.state = (rules.evolve)(self.state, event);
        self.entry = self.entry.clone().after(&self.state, event, "Anna Bakker", words);
        self.copy = match (event.kind, self.copy.take()) {
            (ReleaseEventKind::Ended, _) => None,
            // Who had a copy once is told of a change with a new one, made from what the giver kept.
            (ReleaseEventKind::Rectified | ReleaseEventKind::Withdrawn, None) => {
                let anew = before.for_recipient();
                Some((rules.copy)(anew, &self.state, event, words))
            }
            (_, copy) => copy.map(|copy| (rules.copy)(copy, &self.state, event, words)),
        };
    }

    fn fulfils(&self, rules: &Rules, now: DateTime<Utc>) -> Result<(), String> {
        let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(String::from(what)) };
        must(
            self.state.is_unconfirmed() == self.waits,
            "a change waits until its recipient confirms",
        )?;
        must(
            self.copy.is_none() || self.state.until() > now,
            "C5: no copy stands beyond its day",
        )?;
        must(
            self.copy.is_some() == self.state.has_copy(),
            "the state knows whether there is a copy",
        )?;
        must(
            !self.waits || self.copy.is_some(),
            "R9: who must confirm a change has a copy that tells of it",
        )?;
        must(
            (rules.view)(&self.state, party(STRANGER)).is_none(),
            "R2: a third party meets nothing",
        )?;
        if let Some(copy) = &self.copy {
            let words = self.words.as_deref().unwrap_or_default();
            must(
                copy.text == words,
                "R9: the recipient has the owner's words of now, or none",
            )?;
            let written = serde_json::to_string(copy).map_err(|why| format!("{why}"))?;
            let kept = self.older.iter().find(|word| written.contains(word.as_str()));
            must(kept.is_none(), "R9: a copy keeps no older word")?;
            let of_others = written.contains(LABEL) || written.contains(PURPOSE_WORDS);
            must(
                !of_others || self.words.is_some(),
                "R9, R16: what was taken back leaves no label and no word of another party",
            )?;
            let early = (rules.expire_register_entry)(&self.state, self.entry.keep_until, now);
            must(early.is_none(), "R9: somebody answers for every copy that stands")?;
        }
        Ok(())
    }
}

/// What holds of every life.
fn life(rules: &Rules, tries: &[Try]) -> Result<(), String> {
    let mut held = Held::new();
    let mut day = 0;
    for (number, Try { who, days, what }) in tries.iter().copied().enumerate() {
        day += i64::from(days);
        let now = moment(day);
        // As the job does that destroys what has reached its end date.
        if let Some(ended) = (rules.expire_copy)(&held.state, now) {
            held.happens(rules, &ended, &WordChange::Unchanged);
            held.older.extend(held.words.clone());
            held.waits = false;
        }
        held.fulfils(rules, now)?;
        let command = ReleaseCommand {
            version: held.state.version(),
            kind: command(what, number),
        };
        let view = (rules.view)(&held.state, party(who));
        let allowed = view.is_some_and(|view| allows(&view, what));
        match (rules.decide)(&held.state, actor(who), now, &command) {
            Ok(decision) => {
                if !allowed {
                    return Err(format!("{what:?} of {who} went through against the view"));
                }
                if !matches!(decision.words, WordChange::Unchanged) && who != GIVER {
                    return Err(format!("R3: {who} changed words of {GIVER}"));
                }
                match decision.event.kind {
                    ReleaseEventKind::Rectified => {
                        if held.words.is_none() {
                            return Err("R9: words that were taken back returned".into());
                        }
                        held.older.extend(held.words.replace(word(number)));
                        held.waits = true;
                    }
                    ReleaseEventKind::Withdrawn => {
                        held.older.extend(held.words.take());
                        held.waits = true;
                    }
                    ReleaseEventKind::Confirmed => held.waits = false,
                    _ => {}
                }
                held.happens(rules, &decision.event, &decision.words);
            }
            Err(Refusal::Text(_)) => {}
            Err(refusal) if allowed => return Err(format!("{what:?} of {who}: {refusal}")),
            Err(_) => {}
        }
        held.fulfils(rules, now)?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn r2_r3_r9_c5_a_life_keeps_its_rules(tries in tries()) {
        life(&RULES, &tries).map_err(TestCaseError::fail)?;
    }
}

fn notices(faulty: &Rules) -> bool {
    let config = Config {
        cases: 300,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    // Always the same lives, so that a control never fails by chance.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let held = runner.run(&tries(), |tries| life(faulty, &tries).map_err(TestCaseError::fail));
    held.is_err()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of faults")]
fn the_law_of_a_life_notices_a_planted_fault() {
    assert!(!notices(&RULES), "the rules themselves hold in these lives");
    let faults: [(&str, Rules); 12] = [
        (
            "a recipient may correct what it received",
            Rules {
                decide: |state, by, at, command| {
                    let giver = actor(GIVER);
                    let by = if by == actor(RECIPIENT) { giver } else { by };
                    decide(state, by, at, command)
                },
                ..RULES
            },
        ),
        (
            "a third party sees how it stands",
            Rules {
                view: |state, _| view_for(state, party(GIVER)),
                ..RULES
            },
        ),
        (
            "what was taken back waits for nobody",
            Rules {
                evolve: |state, event| match event.kind {
                    ReleaseEventKind::Withdrawn => ReleaseState {
                        unconfirmed: false,
                        ..evolve(state, event)
                    },
                    _ => evolve(state, event),
                },
                ..RULES
            },
        ),
        (
            "who no longer has a copy never hears that it was taken back",
            Rules {
                evolve: |state, event| match event.kind {
                    ReleaseEventKind::Withdrawn => ReleaseState {
                        ended_at: state.ended_at,
                        ..evolve(state, event)
                    },
                    _ => evolve(state, event),
                },
                ..RULES
            },
        ),
        (
            "a change waits for ever when the copy has ended",
            Rules {
                evolve: |state, event| match event.kind {
                    ReleaseEventKind::Ended => ReleaseState {
                        unconfirmed: state.unconfirmed,
                        ..evolve(state, event)
                    },
                    _ => evolve(state, event),
                },
                ..RULES
            },
        ),
        (
            "what was taken back can come back",
            Rules {
                evolve: |state, event| ReleaseState {
                    withdrawn_at: None,
                    ..evolve(state, event)
                },
                ..RULES
            },
        ),
        (
            "a copy keeps its words when they are taken back",
            Rules {
                copy: |item, life, event, words| {
                    let text = item.text.clone();
                    DossierItem {
                        text,
                        ..item.after(life, event, "Anna Bakker", words)
                    }
                },
                ..RULES
            },
        ),
        (
            "a copy remembers in its condition what it said",
            Rules {
                copy: |item, life, event, words| {
                    let condition = Some(item.text.clone());
                    DossierItem {
                        condition,
                        ..item.after(life, event, "Anna Bakker", words)
                    }
                },
                ..RULES
            },
        ),
        (
            "a copy keeps the labels of persons when its words are taken back",
            Rules {
                copy: |item, life, event, words| {
                    let subjects = item.subjects.clone();
                    DossierItem {
                        subjects,
                        ..item.after(life, event, "Anna Bakker", words)
                    }
                },
                ..RULES
            },
        ),
        (
            "a copy keeps the words of its purpose when its own are taken back",
            Rules {
                copy: |item, life, event, words| {
                    let purpose = item.purpose.clone();
                    DossierItem {
                        purpose,
                        ..item.after(life, event, "Anna Bakker", words)
                    }
                },
                ..RULES
            },
        ),
        (
            "a copy stands for ever",
            Rules {
                expire_copy: |_, _| None,
                ..RULES
            },
        ),
        (
            "a giver forgets what somebody still holds",
            Rules {
                expire_register_entry: |state, _, at| {
                    Some(ReleaseEvent {
                        at: at.max(state.last_at),
                        by: None,
                        kind: ReleaseEventKind::Forgotten,
                    })
                },
                ..RULES
            },
        ),
    ];
    for (fault, rules) in faults {
        assert!(notices(&rules), "{fault}");
    }
}
