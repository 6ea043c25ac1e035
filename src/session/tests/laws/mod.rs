//! The laws: what must hold whatever people do, in whatever order, in a session of any moment.
//!
//! Lives here: `script`, random sessions; `play`, how one is played; `model`, what must be so worked out a second time;
//! `coverage`, whether what the laws are about really came up; and a file for each law, with the planted faults that it must
//! notice: a law that cannot fail is no law. Never lives here: single cases, which stand beside this folder.
//!
//! `AKKOORD_LAWS=100` holds every law against a hundred times as many sessions, for a night; `AKKOORD_SEED=7` plays the
//! sessions of seed 7 again.

mod chain;
mod clock;
mod confinement;
mod coverage;
mod expiry;
mod faults;
mod gate;
mod model;
mod ownership;
mod phases;
mod play;
mod screens;
mod script;
mod square;
mod steady;
mod vt_time;

use alloc::{boxed::Box, string::String, vec, vec::Vec};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::println;

use self::play::{Law, Play};
use self::script::{Script, scripts_of};
use super::fixture::{BAKKER, EVERYBODY, HALT_WORKER, Rules};
use crate::session::command::Actor;

/// How many sessions of each moment the laws are held against: as many as keep the tests of the core within a minute.
const SCRIPTS: u32 = 40;

/// How many steps a session has at most.
const STEPS: usize = 70;

fn runner(cases: u32, seed: u64) -> TestRunner {
    let config = Config {
        cases,
        max_shrink_iters: 150,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// The same seed every time, so that a change is judged by what it changes; another one where it is asked for. It is printed,
/// so that what was found can be found again.
fn seed() -> u64 {
    let asked = std::env::var("AKKOORD_SEED").ok().and_then(|it| it.parse().ok());
    let seed = asked.unwrap_or(1);
    println!("AKKOORD_SEED={seed}");
    seed
}

fn times(cases: u32) -> u32 {
    let more = std::env::var("AKKOORD_LAWS").ok().and_then(|it| it.parse().ok());
    cases.saturating_mul(more.unwrap_or(1))
}

/// Holds something against random values.
fn hold<S: Strategy>(cases: u32, values: &S, law: impl Fn(S::Value) -> Result<(), String>)
where
    S::Value: core::fmt::Debug,
{
    let held = runner(times(cases), seed()).run(values, |value| law(value).map_err(TestCaseError::fail));
    if let Err(TestError::Fail(why, value)) = held {
        panic!("{why}\n{value:?}");
    }
}

/// Whether something notices a planted fault. Always with the same values, so that a control never fails by chance.
fn notices<S: Strategy>(cases: u32, values: &S, law: impl Fn(S::Value) -> Result<(), String>) -> bool {
    let config = Config {
        cases,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, chance);
    let held = runner.run(values, |value| law(value).map_err(TestCaseError::fail));
    held.is_err()
}

/// Some of the screens that there are, of each session other ones: the wall, one of Veilig Thuis, one in a restricted seat, and
/// half of the others.
fn some_screens(script: &Script) -> Vec<Option<Actor>> {
    let people = EVERYBODY.into_iter().enumerate().filter(|(place, who)| {
        let drawn = (script.seed >> (place + 4)) & 1 == 1;
        drawn || [BAKKER, HALT_WORKER].contains(who)
    });
    people.map(|(_, who)| Some(who)).chain([None]).collect()
}

/// Every law.
fn laws() -> Vec<Box<dyn Law>> {
    vec![
        Box::new(square::Square),
        Box::new(screens::Screens),
        Box::new(ownership::Ownership),
        Box::new(gate::Gate::default()),
        Box::new(vt_time::VtTime),
        Box::new(phases::Phases),
        Box::new(clock::Clock::default()),
        Box::new(steady::Idempotence),
        Box::new(steady::Destruction),
        Box::new(steady::Total),
        Box::new(steady::FramesTwice::law()),
        Box::new(chain::Chain::law()),
        Box::new(expiry::Expiry),
    ]
}

/// Every law, in sessions of every moment; and what the laws are about comes up in them, however rare it is.
#[test]
fn every_law_holds_in_every_moment_and_nothing_it_is_about_is_left_out() {
    for moment in super::fixture::MOMENTS {
        let counts = coverage::Counts::default();
        hold(SCRIPTS, &scripts_of(moment, STEPS), |script| {
            let mut all = laws();
            all.push(Box::new(coverage::Coverage(counts.clone())));
            Play::whole(&Rules::TRUE, &some_screens(&script), &script, &mut all).map(|_| ())
        });
        println!("{moment}\n{}", coverage::told(&counts));
        let never = coverage::never(&super::fixture::moment(moment), &counts);
        // A ZSM session can have everything, and everything must come up there. Of the others it is told what did not.
        assert!(
            moment != "zsm" || never.is_empty(),
            "{moment}: never reached: {never:?}"
        );
        println!("never reached: {never:?}");
    }
}
