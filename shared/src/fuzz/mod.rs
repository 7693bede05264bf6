//! What the providers might say, and what people might write in a title: anything. Whatever it is, an answer is read or
//! refused with an error that names the field; nothing panics, grows without end or takes for ever.
//!
//! - `questions`: each question to a source, a faithful answer (`answers/`), and what of that answer must be there.
//! - `answers` (the tests): every member of every faithful answer missing, null, of another type; unknown members;
//!   random changes; random JSON; broken bytes.
//! - `titles`: titles and names.
//!
//! The same cases every time: the generator's seed is fixed.

mod answers;
mod mutations;
mod provider;
mod questions;
mod titles;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Runs `cases` cases, always the same.
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
