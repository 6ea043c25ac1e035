//! The laws: what must hold whatever people do, in whatever order.
//!
//! Lives here: each law as a function over the pieces under test and a random script, the property test that holds it
//! against the true rules, and its negative control: a planted fault with which the same function must fail. A law
//! that cannot fail is no law. Never lives here: single cases (`decide/tests`) and rights (`rights.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod clock;
mod confinement;
mod gate;
mod script;
mod steady;

use std::string::String;

use proptest::test_runner::{Config, TestRunner};

use super::table_for_tests::Rules;

/// How many scripts each law is held against: as many as keep the rules' tests within seconds.
const CASES: u32 = 48;

/// So many cases; `AKKOORD_LAWS=100` holds every law against a hundred times as many, for a night.
fn config(cases: u32) -> Config {
    let more = std::env::var("AKKOORD_LAWS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(1);
    Config {
        cases: cases.saturating_mul(more),
        max_shrink_iters: 400,
        ..Config::default()
    }
}

/// Whether a law notices a planted fault. Always the same scripts, so that a control never fails by chance.
fn notices<S: proptest::strategy::Strategy>(
    scripts: &S,
    law: impl Fn(&Rules, &S::Value) -> Result<(), String>,
    faulty: &Rules,
) -> bool {
    let config = Config {
        cases: 200,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, chance);
    let held = runner.run(scripts, |script| {
        law(faulty, &script).map_err(proptest::test_runner::TestCaseError::fail)
    });
    held.is_err()
}
