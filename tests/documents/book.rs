//! The documents as one book: every page is reached from the first one, nothing is said twice, and whatever there is to be
//! typed, set or watched stands in it.

#[allow(dead_code)] // `tests/handbook.rs` runs what it reads
#[path = "commands.rs"]
mod commands;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use super::names::checkout::Checkout;
use super::names::{links, report};
use commands::{Known, prose};

/// What people read: all of it but what lies with tests.
fn pages(checkout: &Checkout) -> impl Iterator<Item = &str> {
    checkout.files(&["md"]).filter(|path| !path.starts_with("tests/"))
}

#[test]
fn every_page_is_reached_from_the_readme() -> Result<()> {
    let checkout = Checkout::read()?;
    let pages: Vec<&str> = pages(&checkout).collect();
    let mut reached = BTreeSet::from(["README.md"]);
    let mut ahead = vec!["README.md"];
    while let Some(page) = ahead.pop() {
        for link in links::of(&checkout.text(page)?) {
            let target = checkout
                .follow(page, &link.file)
                .filter(|target| pages.contains(target));
            if let Some(target) = target.filter(|target| reached.insert(target)) {
                ahead.push(target);
            }
        }
    }
    let lost = pages.iter().filter(|page| !reached.contains(*page));
    report(&lost.map(|page| format!("no link leads to {page}")).collect::<Vec<_>>())
}

#[test]
fn nothing_is_said_twice() -> Result<()> {
    let checkout = Checkout::read()?;
    let mut said = BTreeMap::new();
    let mut wrong = Vec::new();
    // This one is written from the database's own comments, which tables and functions may share.
    for page in pages(&checkout).filter(|page| *page != "docs/database.md") {
        let text = checkout.text(page)?;
        wrong.extend(said_before(page, &text, &mut said));
    }
    report(&wrong)
}

/// Sentences that a page has from another one, or from itself.
fn said_before(page: &str, text: &str, said: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (line, text) in prose(text) {
        for sentence in text.split(". ").map(str::trim).filter(|sentence| sentence.len() > 80) {
            let here = format!("{page}:{line}");
            if let Some(before) = said.insert(sentence.to_owned(), here.clone()) {
                wrong.push(format!("{here} says what {before} says: {sentence}"));
            }
        }
    }
    wrong
}

#[test]
fn every_command_that_a_page_shows_can_be_typed() -> Result<()> {
    let checkout = Checkout::read()?;
    let known = known(&checkout)?;
    let mut wrong = Vec::new();
    for page in pages(&checkout) {
        let found = commands::wrong(&checkout.text(page)?, &known);
        wrong.extend(found.into_iter().map(|what| format!("{page}:{what}")));
    }
    report(&wrong)
}

#[test]
fn every_script_and_function_is_in_the_book() -> Result<()> {
    let checkout = Checkout::read()?;
    let known = known(&checkout)?;
    let book = book(&checkout)?;
    let functions = known
        .manifest
        .split("\"/functions/v1/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let scripts = known.scripts.keys().map(|name| format!("scripts/{name}"));
    report(&unnamed(&book, functions.map(str::to_owned).chain(scripts)))
}

/// What a scraper is told stands on a page with its name whole.
#[test]
fn every_metric_is_in_the_book() -> Result<()> {
    let checkout = Checkout::read()?;
    let mut metrics = BTreeSet::new();
    for path in checkout
        .files(&["sql", "rs"])
        .filter(|path| path.contains("metrics") && !path.starts_with("tests/"))
    {
        metrics.extend(metrics_in(&checkout.text(path)?));
    }
    report(&unnamed(&book(&checkout)?, metrics.into_iter()))
}

/// `linernotes_queue_runs` and its like: names of the product's own that have at least two parts more.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    text.split(|letter: char| !is_part(letter))
        .filter(|word| word.starts_with("linernotes_") && !word.ends_with('_'))
        .map(str::to_owned)
        .collect()
}

/// What a program goes by stands on a page.
#[test]
fn every_code_of_a_reason_is_in_the_book() -> Result<()> {
    let checkout = Checkout::read()?;
    let source = checkout.text("shared/src/pipeline/status.rs")?;
    let (_, codes) = source.split_once("pub enum Code {").context("no codes")?;
    let (codes, _) = codes.split_once("#[default]").context("no end of them")?;
    let variants = codes
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let codes: Vec<String> = variants.map(snake_case).collect();
    ensure!(codes.len() > 20, "{codes:?}");
    report(&unnamed(&book(&checkout)?, codes.into_iter()))
}

fn snake_case(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn unnamed(book: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    names
        .filter(|name| {
            !book
                .match_indices(name.as_str())
                .any(|(at, _)| !book[at + name.len()..].starts_with(is_letter))
        })
        .map(|name| format!("no page names {name}"))
        .collect()
}

fn book(checkout: &Checkout) -> Result<String> {
    pages(checkout)
        .filter(|page| *page != "docs/database.md")
        .map(|page| checkout.text(page))
        .collect()
}

fn known(checkout: &Checkout) -> Result<Known> {
    let mut scripts = BTreeMap::new();
    for path in checkout
        .find("", "scripts/*")
        .into_iter()
        .filter(|path| !path.ends_with('/') && !path.contains('.'))
    {
        let text = checkout.text(path)?;
        let head = text
            .lines()
            .take_while(|line| line.starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n");
        scripts.insert(path.trim_start_matches("scripts/").to_owned(), head);
    }
    let texts = |folder: &str, extension: &str| -> Result<String> {
        let extensions = [extension];
        checkout
            .files(&extensions)
            .filter(|path| path.starts_with(folder))
            .map(|path| checkout.text(path))
            .collect()
    };
    let targets = checkout.text("tests/Cargo.toml")?;
    let promises = checkout.find("", "tests/database/promises/*").join("\n");
    Ok(Known {
        scripts,
        manifest: checkout.text("spin.toml")?,
        migrations: texts("migrations/", "sql")?,
        targets: targets
            .lines()
            .filter_map(|line| Some(line.strip_prefix("name = \"")?.trim_end_matches('"').to_owned()))
            .collect(),
        sources: texts("shared/", "rs")? + &texts("scripts/", "rs")? + &texts("tests/", "rs")? + &promises,
    })
}

#[test]
fn a_planted_fault_of_each_kind_is_found() {
    let mut said = BTreeMap::new();
    let long = "A message leaves its queue only in the transaction that stores its result, and nowhere else at all.";
    assert!(said_before("a.md", long, &mut said).is_empty());
    assert_eq!(said_before("b.md", &format!("Or so. {long}"), &mut said).len(), 1);
    let metrics = metrics_in("'linernotes_queue_runs{', linernotes.settings, linernotes_up");
    assert_eq!(
        metrics.iter().collect::<Vec<_>>(),
        ["linernotes_queue_runs", "linernotes_up"]
    );
    let missing = unnamed("`linernotes_queue_runs_limit` and `linernotes_up`", metrics.into_iter());
    assert_eq!(missing, ["no page names linernotes_queue_runs"]);
}
