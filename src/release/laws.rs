//! What holds of every life of a release, whoever tries what and however many days pass (R2, R3, R9, C5).
//!
//! Every law is also run against rules with a planted fault, which it must notice.

use alloc::{format, string::String, vec::Vec};

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::decide::{end, forget};
use super::tests::{GIVER, RECIPIENT, STRANGER, actor, entry, given, item, moment, party};
use super::*;
use crate::dossier::{DossierItem, RegisterEntry};
use crate::ids::PartyId;
use crate::session::Refusal;
use crate::session::command::Actor;

/// The rules as the program has them; a control swaps one.
#[derive(Clone, Copy)]
struct Rules {
    decide: fn(&State, Actor, DateTime<Utc>, &Command) -> Result<Decision, Refusal>,
    evolve: fn(State, &Event) -> State,
    view: fn(&State, PartyId) -> Option<ReleaseView>,
    copy: fn(DossierItem, &State, &Event, &Words) -> DossierItem,
    end: fn(&State, DateTime<Utc>) -> Option<Event>,
    forget: fn(&State, DateTime<Utc>, DateTime<Utc>) -> Option<Event>,
}

const RULES: Rules = Rules {
    decide,
    evolve,
    view: view_for,
    copy: |item, life, event, words| item.after(life, event, "Anna Bakker", words),
    end,
    forget,
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

fn wish(what: What, number: usize) -> Wish {
    match what {
        What::Rectify => Wish::Rectify {
            text: word(number),
            reason: "Een melding ging over de buren.".into(),
        },
        What::RectifyWithNothing => Wish::Rectify {
            text: String::new(),
            reason: String::new(),
        },
        What::Withdraw => Wish::Withdraw {
            reason: "Onrechtmatig verkregen.".into(),
        },
        What::Inform => Wish::Inform(Informed::Yes),
        What::Open => Wish::Open,
        What::Confirm => Wish::Confirm,
        What::TakeOver => Wish::TakeOver,
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
    state: State,
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

    fn happens(&mut self, rules: &Rules, event: &Event, words: &Words) {
        let before = self.entry.item.clone();
        self.state = (rules.evolve)(self.state, event);
        self.entry = self.entry.clone().after(&self.state, event, "Anna Bakker", words);
        self.copy = match (event.fact, self.copy.take()) {
            (Fact::Ended, _) => None,
            // Who had a copy once is told of a change with a new one, made from what the giver kept.
            (Fact::Rectified | Fact::Withdrawn, None) => {
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
            let early = (rules.forget)(&self.state, self.entry.keep_until, now);
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
        // As the job does that keeps end dates.
        if let Some(ended) = (rules.end)(&held.state, now) {
            held.happens(rules, &ended, &Words::Stay);
            held.older.extend(held.words.clone());
            held.waits = false;
        }
        held.fulfils(rules, now)?;
        let command = Command {
            version: held.state.version(),
            wish: wish(what, number),
        };
        let view = (rules.view)(&held.state, party(who));
        let allowed = view.is_some_and(|view| allows(&view, what));
        match (rules.decide)(&held.state, actor(who), now, &command) {
            Ok(decision) => {
                if !allowed {
                    return Err(format!("{what:?} of {who} went through against the view"));
                }
                if !matches!(decision.words, Words::Stay) && who != GIVER {
                    return Err(format!("R3: {who} changed words of {GIVER}"));
                }
                match decision.event.fact {
                    Fact::Rectified => {
                        if held.words.is_none() {
                            return Err("R9: words that were taken back returned".into());
                        }
                        held.older.extend(held.words.replace(word(number)));
                        held.waits = true;
                    }
                    Fact::Withdrawn => {
                        held.older.extend(held.words.take());
                        held.waits = true;
                    }
                    Fact::Confirmed => held.waits = false,
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
    let faults: [(&str, Rules); 10] = [
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
                evolve: |state, event| match event.fact {
                    Fact::Withdrawn => State {
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
                evolve: |state, event| match event.fact {
                    Fact::Withdrawn => State {
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
                evolve: |state, event| match event.fact {
                    Fact::Ended => State {
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
                evolve: |state, event| State {
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
            "a copy stands for ever",
            Rules {
                end: |_, _| None,
                ..RULES
            },
        ),
        (
            "a giver forgets what somebody still holds",
            Rules {
                forget: |state, _, at| {
                    Some(Event {
                        at: at.max(state.last_at),
                        by: None,
                        fact: Fact::Forgotten,
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
