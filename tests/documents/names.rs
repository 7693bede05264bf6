//! What documents and comments say of the checkout is what there is.

pub mod checkout;
pub mod links;
mod mentions;

use anyhow::{Result, ensure};

use checkout::Checkout;
use mentions::{Mention, chosen_tests};

/// What is named and not there, and is no mistake: how it begins or ends, and why.
const MEANT: [(&str, &str); 15] = [
    (".linernotes/", "a stack's data"),
    ("stack.json", "in a stack's data"),
    ("state.json", "in a stack's data"),
    ("target/", "built"),
    (
        "shared/fixtures",
        "captured answers, beside the checkout where they are there",
    ),
    ("supabase/schemas/", "made at the first release"),
    ("released.sha256", "made at the first release"),
    ("_retry_after_a_day.sql", "an example"),
    ("20261129061", "copies of migrations in an operator's project"),
    ("linernotes.rpc", "supabase-js"),
    ("linernotes.env", "an operator's variables"),
    ("linernotes.example", "an operator's public name"),
    ("runtime-config.toml", "an operator's"),
    ("Source::Label", "an example that is compiled"),
    ("Basis::LabelSheet", "an example that is compiled"),
];

fn is_meant(word: &str) -> bool {
    MEANT
        .iter()
        .any(|(name, _)| word.starts_with(name) || word.ends_with(name))
}

#[test]
fn every_path_that_a_document_names_exists() -> Result<()> {
    let checkout = Checkout::read()?;
    let mut wrong = Vec::new();
    for file in checkout.files(&["md"]) {
        let text = checkout.text(file)?;
        wrong.extend(wrong_paths(&checkout, file, &mentions::in_markdown(&text))?);
    }
    report(&wrong)
}

#[test]
fn every_path_that_a_comment_names_exists() -> Result<()> {
    let checkout = Checkout::read()?;
    let mut wrong = Vec::new();
    for file in checkout
        .files(&["rs", "sql", "toml", "sh", "js", "ts"])
        .chain(scripts(&checkout))
    {
        let text = checkout.text(file)?;
        wrong.extend(wrong_paths(&checkout, file, &mentions::in_comments(&text))?);
    }
    report(&wrong)
}

#[test]
fn every_link_leads_to_a_file_and_every_anchor_to_a_heading() -> Result<()> {
    let checkout = Checkout::read()?;
    let mut wrong = Vec::new();
    for file in checkout.files(&["md"]) {
        for link in links::of(&checkout.text(file)?) {
            let target = if link.file.is_empty() {
                Some(file)
            } else {
                checkout.follow(file, &link.file)
            };
            let leads = match (target, &link.anchor) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(target), Some(anchor)) => links::anchors(&checkout.text(target)?).contains(anchor),
            };
            if !leads {
                wrong.push(format!(
                    "{file}:{}: {}#{}",
                    link.line,
                    link.file,
                    link.anchor.unwrap_or_default()
                ));
            }
        }
    }
    report(&wrong)
}

#[test]
fn every_table_and_function_that_a_document_names_is_made_by_a_migration() -> Result<()> {
    let checkout = Checkout::read()?;
    let migrations = texts(&checkout, "migrations/", "sql")?;
    let mut wrong = Vec::new();
    for file in checkout.files(&["md"]) {
        for mention in mentions::in_markdown(&checkout.text(file)?) {
            let name = mention.in_database().filter(|_| !is_meant(&mention.word));
            if let Some(name) = name.filter(|name| !is_made(&migrations, name)) {
                wrong.push(format!("{file}:{}: there is no linernotes.{name}", mention.line));
            }
        }
    }
    report(&wrong)
}

#[test]
fn every_test_that_a_document_chooses_exists() -> Result<()> {
    let checkout = Checkout::read()?;
    let sources = ["shared/", "scripts/", "tests/"].map(|folder| texts(&checkout, folder, "rs"));
    let sources = sources.into_iter().collect::<Result<String>>()?;
    let mut wrong = Vec::new();
    for file in checkout.files(&["md"]) {
        for name in chosen_tests(&checkout.text(file)?) {
            let parts: Vec<&str> = name.split("::").collect();
            if !parts.iter().all(|part| is_named(&sources, part)) {
                wrong.push(format!("{file}: test({name})"));
            }
        }
    }
    report(&wrong)
}

/// The mentions that lead nowhere, or to a file that does not hold what is said to be in it.
fn wrong_paths(checkout: &Checkout, file: &str, mentions: &[Mention]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for mention in mentions {
        let word = &mention.word;
        if is_meant(word) || !mention.is_path(|word| checkout.is_rooted(word)) {
            continue;
        }
        let found = checkout.find(file, word);
        if found.is_empty() {
            wrong.push(format!("{file}:{}: there is no {word}", mention.line));
        } else if let Some(name) = mention.holds.as_ref().filter(|name| !is_meant(name))
            && !holds(checkout, &found, name)?
        {
            wrong.push(format!("{file}:{}: there is no {name} in {word}", mention.line));
        }
    }
    Ok(wrong)
}

/// Whether one of these files, or a file in one of these folders, has the last part of a name as a word.
fn holds(checkout: &Checkout, found: &[&str], name: &str) -> Result<bool> {
    let name = name.rsplit([':', '.']).next().unwrap_or(name);
    for path in found {
        if path.ends_with('/') {
            if is_named(&texts(checkout, path, "rs")?, name) || is_named(&texts(checkout, path, "sql")?, name) {
                return Ok(true);
            }
        } else if is_named(&checkout.text(path)?, name) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_named(text: &str, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_letter) && !text[at + name.len()..].starts_with(is_letter))
}

fn is_made(migrations: &str, name: &str) -> bool {
    let made = [
        "FUNCTION ",
        "TABLE IF NOT EXISTS ",
        "TYPE ",
        "VIEW ",
        "SEQUENCE IF NOT EXISTS ",
        "ensure_type('",
    ];
    made.iter()
        .any(|maker| is_named(migrations, &format!("{maker}linernotes.{name}")))
}

/// All files of a folder with this extension, one after the other.
fn texts(checkout: &Checkout, folder: &str, extension: &str) -> Result<String> {
    let extensions = [extension];
    let files = checkout.files(&extensions).filter(|file| file.starts_with(folder));
    files.map(|file| checkout.text(file)).collect()
}

/// What a person types: shell, without an extension.
fn scripts(checkout: &Checkout) -> impl Iterator<Item = &str> {
    checkout
        .find("", "scripts/*")
        .into_iter()
        .filter(|path| !path.ends_with('/') && !path.contains('.'))
}

pub fn report(wrong: &[String]) -> Result<()> {
    ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn a_planted_mistake_is_found() -> Result<()> {
    let checkout = Checkout::read()?;
    let text = "`migrations/*_no_such_thing.sql` and `docs/credits.md`, docs/nothing.md, `nothing.rs`,\n\
                `No_such_name` in `shared/src/lib.rs`, `pipeline` in `shared/src/lib.rs`";
    let wrong = wrong_paths(&checkout, "README.md", &mentions::in_markdown(text))?;
    assert_eq!(
        wrong,
        [
            "README.md:1: there is no migrations/*_no_such_thing.sql",
            "README.md:1: there is no docs/nothing.md",
            "README.md:1: there is no nothing.rs",
            "README.md:2: there is no No_such_name in shared/src/lib.rs",
        ]
    );
    assert!(!is_made(
        "CREATE TABLE IF NOT EXISTS linernotes.settings_of_queue (",
        "settings"
    ));
    Ok(())
}
