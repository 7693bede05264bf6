//! What tests count and measure, kept for `docs/promises.md`: `UPDATE_FIGURES=1` before a test writes its figure anew.

use std::fs;

use anyhow::{Context, Result};

use crate::checkout;

/// Says a figure, and keeps it where it is asked for.
pub fn figure(name: &str, said: &str) -> Result<()> {
    println!("{name}: {said}");
    if std::env::var_os("UPDATE_FIGURES").is_none() {
        return Ok(());
    }
    let path = checkout()?.join(format!("tests/figures/{name}.txt"));
    fs::write(&path, format!("{said}\n")).with_context(|| format!("cannot write {}", path.display()))
}
