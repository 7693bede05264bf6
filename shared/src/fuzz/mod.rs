//! Feeds the sources with anything that a provider might answer, and the readers of titles with anything that people might
//! write. Whatever it is, it is read, or refused with an error that names the field; nothing panics, grows without end or
//! takes for ever.
//!
//! - `questions`: each question that a source asks, its true answer (a file in `answers/`), and which members it needs.
//! - `answers` holds the tests: every member of every true answer missing, null, or of another type; unknown members;
//!   random changes; random JSON; broken bytes.
//! - `titles`: titles and names.
//!
//! The generator's seed is fixed, so every run has the same cases.

mod answers;
mod mutations;
mod provider;
mod questions;
mod titles;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A runner whose cases are the same every time.
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
