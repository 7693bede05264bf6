//! Answers of the real providers, captured once and kept beside the checkout, for the tests of all crates.
//!
//! They are not part of the checkout, because they are other people's data. Their folder is `LINERNOTES_FIXTURES`, or
//! `shared/fixtures` beside the checkout; a test that reads them carries [`needs_captured_answers`].
#![allow(clippy::missing_panics_doc, clippy::panic)]

use std::path::{Path, PathBuf};

pub use linernotes_captured_macros::needs_captured_answers;
use serde_json::Value;

/// The folder of the captured answers, as it was when the tests were compiled.
pub fn folder() -> PathBuf {
    PathBuf::from(linernotes_captured_macros::folder!())
}

/// One captured answer, by its path in the folder.
pub fn captured(path: impl AsRef<Path>) -> Value {
    let file = folder().join(path);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
