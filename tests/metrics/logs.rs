//! `docs/observability.md` lists what the functions' log may say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;
use serde_json::Value;

/// The first cells of the rows of a table whose head begins so.
fn listed(head: &str) -> Result<BTreeSet<String>> {
    let document = fs::read_to_string(checkout()?.join("docs/observability.md"))?;
    let table = document
        .split(head)
        .nth(1)
        .with_context(|| format!("no table {head}"))?;
    Ok(table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split(','))
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect())
}

/// The events that a source file writes.
fn events(source: &str, found: &mut BTreeSet<String>) {
    for call in source.split(".write(").skip(1) {
        let Some((level, rest)) = call.split_once(", \"") else {
            continue;
        };
        let is_level = level.trim().starts_with("Level::") || level.trim() == "level";
        if let (true, Some((event, _))) = (is_level, rest.split_once('"')) {
            found.insert(event.to_owned());
        }
    }
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_test = path
            .file_name()
            .is_some_and(|name| name == "tests.rs" || name == "tests");
        if path.is_dir() {
            walk(&path, found)?;
        } else if !is_test {
            events(&fs::read_to_string(&path)?, found);
        }
    }
    Ok(())
}

#[test]
fn each_event_is_documented_and_each_documented_one_is_written() -> Result<()> {
    let mut written = BTreeSet::new();
    walk(&checkout()?.join("shared/src"), &mut written)?;
    let listed = listed("\n| event |")?;
    ensure!(written == listed, "written: {written:?}\nlisted: {listed:?}");
    Ok(())
}

/// Fails on a line of the functions' log that is no JSON, or has a field that the document does not name.
pub fn check(log: &str) -> Result<()> {
    let known = listed("\n| field |")?;
    let mut lines = 0;
    for line in log.lines().filter(|line| line.contains("\"event\":")) {
        let fields: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let fields = fields.as_object().with_context(|| line.to_owned())?;
        for name in fields.keys() {
            // What an operator's function answers is shown with its own names.
            ensure!(
                known.contains(name) || fields["event"] == "done",
                "{name} is not documented: {line}"
            );
        }
        lines += 1;
    }
    ensure!(lines > 10, "{lines} lines");
    Ok(())
}
