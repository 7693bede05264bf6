//! The alerts, judged by `promtool`; and what they name is there.

use std::fs;

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;
use linernotes_tests::database::Database;
use tokio::process::Command;

use crate::families::{all, mentioned};

#[path = "../documents/links.rs"]
#[allow(dead_code, unused_imports)]
mod links;

async fn promtool(arguments: &[&str]) -> Result<()> {
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(checkout()?.join("deploy/prometheus"))
        .output()
        .await
        .context("promtool (Debian's package prometheus)")?;
    ensure!(
        output.status.success(),
        "promtool {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[tokio::test]
async fn the_rules_fire_as_they_should_and_not_before() -> Result<()> {
    promtool(&["check", "rules", "linernotes.rules.yml"]).await?;
    promtool(&["test", "rules", "linernotes.rules.test.yml"]).await?;
    // The secret is the operator's.
    promtool(&["check", "config", "--syntax-only", "prometheus.yml"]).await
}

#[tokio::test]
async fn each_alert_is_tried_leads_to_a_runbook_and_names_metrics_that_there_are() -> Result<()> {
    let database = Database::start().await?;
    let families = all(&database).await?;
    let folder = checkout()?.join("deploy/prometheus");
    let rules = fs::read_to_string(folder.join("linernotes.rules.yml"))?;
    let tests = fs::read_to_string(folder.join("linernotes.rules.test.yml"))?;
    let unknown: Vec<_> = mentioned(&rules)
        .into_iter()
        .chain(mentioned(&tests))
        .filter(|name| !families.contains_key(name))
        .collect();
    ensure!(unknown.is_empty(), "there are no metrics {unknown:?}");
    let runbook = fs::read_to_string(checkout()?.join("docs/operations.md"))?;
    let headings = links::anchors(&runbook);
    for rule in rules.split("- alert: ").skip(1) {
        let name = rule.lines().next().unwrap_or_default();
        let url = rule
            .lines()
            .find_map(|line| line.trim().strip_prefix("runbook_url: docs/operations.md#"))
            .with_context(|| format!("{name} has no runbook_url in docs/operations.md"))?;
        ensure!(
            headings.iter().any(|heading| heading == url),
            "{name}: no heading {url}"
        );
        ensure!(
            tests.contains(&format!("alertname: {name}\n")),
            "linernotes.rules.test.yml does not show {name} firing"
        );
    }
    Ok(())
}
