//! The dashboard as Grafana imports it.

use std::fs;

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;
use linernotes_tests::database::Database;
use serde_json::Value;

use crate::families::{all, mentioned};

/// The queries of all panels.
pub fn queries() -> Result<Vec<String>> {
    let dashboard: Value = serde_json::from_slice(&fs::read(checkout()?.join("deploy/grafana/linernotes.json"))?)?;
    let panels = dashboard["panels"].as_array().context("no panels")?;
    let mut queries = Vec::new();
    for target in panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten() {
        ensure!(target["datasource"]["uid"] == "${DS_PROMETHEUS}", "{target}");
        queries.push(target["expr"].as_str().context("no expr")?.to_owned());
    }
    ensure!(dashboard["__inputs"][0]["name"] == "DS_PROMETHEUS", "no __inputs");
    Ok(queries)
}

#[tokio::test]
async fn every_metric_has_its_place_on_it() -> Result<()> {
    let families = all(&Database::start().await?).await?;
    let shown: Vec<String> = queries()?.iter().flat_map(|query| mentioned(query)).collect();
    for name in families.keys() {
        ensure!(shown.contains(name), "the dashboard does not show {name}");
    }
    for name in shown {
        ensure!(
            families.contains_key(&name),
            "the dashboard shows {name}, which there is not"
        );
    }
    Ok(())
}
