//! `docs/database.md` says what the live catalogue says. `UPDATE_DOCUMENT=1` writes it anew.

use std::env;
use std::fs;

use anyhow::{Result, ensure};

use crate::calls::{CALLS, DOCUMENTED};
use crate::document_text::write;
use linernotes_tests::checkout;
use linernotes_tests::database::Database;
use linernotes_tests::promises;

#[tokio::test]
async fn the_document_is_what_the_catalogue_says() -> Result<()> {
    let database = Database::start().await?;
    let promises = promises::read()?;
    for function in DOCUMENTED {
        ensure!(promises.contains_key(function), "{function} is tested nowhere");
        ensure!(
            CALLS.iter().any(|call| call.function == function),
            "{function} is missing in calls.rs"
        );
    }
    let text = write(&database, &promises).await?;
    let path = checkout()?.join("docs/database.md");
    if env::var_os("UPDATE_DOCUMENT").is_some() {
        fs::write(&path, &text)?;
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let differs = text
        .lines()
        .zip(stored.lines().chain(std::iter::repeat("")))
        .find(|(now, then)| now != then);
    ensure!(
        text == stored,
        "docs/database.md is out of date, first here: {differs:?}\n\
         UPDATE_DOCUMENT=1 cargo nextest run --test database the_document_is writes it anew"
    );
    Ok(())
}
