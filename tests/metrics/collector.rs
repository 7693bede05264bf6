//! `deploy/prometheus/linernotes.collector.yml` is written from the database, and `docs/observability.md` lists what it has.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;
use linernotes_tests::database::Database;
use sqlx::{AssertSqlSafe, Row};

use crate::families::{all, mentioned};

const FILE: &str = "deploy/prometheus/linernotes.collector.yml";

/// Everything in one query, whose row has a value in the column of its metric alone: `sql_exporter` passes over NULL.
async fn text(database: &Database) -> Result<String> {
    let families = all(database).await?;
    let mut text = "# For burningalchemist's sql_exporter, where the database is to be asked and not the function `metrics`. Its login\n\
        # needs EXECUTE on public.get_metrics() and nothing else:\n\
        #   CREATE ROLE linernotes_metrics LOGIN PASSWORD '…'; GRANT EXECUTE ON FUNCTION public.get_metrics() TO linernotes_metrics;\n\
        # Written by a test from the database: UPDATE_COLLECTOR=1 cargo nextest run --test metrics\n\n\
        collector_name: linernotes\nmin_interval: 15s\n\nmetrics:\n"
        .to_owned();
    let mut labels = BTreeSet::new();
    for (name, family) in &families {
        // A name of SQL, and a text in single quotes: what YAML and SQL take as it is.
        let help = family.help.replace('\'', "''");
        write!(
            text,
            "  - metric_name: {name}\n    type: {}\n    help: '{help}'\n",
            family.kind
        )?;
        if !family.labels.is_empty() {
            let keys: Vec<_> = family.labels.iter().cloned().collect();
            writeln!(text, "    key_labels: [{}]", keys.join(", "))?;
        }
        write!(text, "    values: [{name}]\n    query_ref: linernotes_metrics\n")?;
        labels.extend(family.labels.iter().cloned());
    }
    text += "\nqueries:\n  - query_name: linernotes_metrics\n    query: |\n      SELECT\n";
    for label in &labels {
        writeln!(text, "        labels ->> '{label}' AS {label},")?;
    }
    let columns = families
        .keys()
        .map(|name| format!("        CASE WHEN metric = '{name}' THEN value END AS {name}"));
    text += &columns.collect::<Vec<_>>().join(",\n");
    text += "\n      FROM public.get_metrics()\n";
    Ok(text)
}

#[tokio::test]
async fn the_collector_is_what_the_database_shows() -> Result<()> {
    let database = Database::start().await?;
    let text = text(&database).await?;
    let path = checkout()?.join(FILE);
    if std::env::var_os("UPDATE_COLLECTOR").is_some() {
        fs::write(&path, &text)?;
    }
    ensure!(
        fs::read_to_string(&path).unwrap_or_default() == text,
        "{FILE} is out of date: UPDATE_COLLECTOR=1 cargo nextest run --test metrics writes it anew"
    );

    // A login with that one privilege runs the query of the file.
    let query = text.split("query: |\n").nth(1).context("there is no query")?;
    let mut transaction = database.owner.begin().await?;
    sqlx::raw_sql(
        "CREATE ROLE linernotes_metrics_test; GRANT linernotes_metrics_test TO CURRENT_USER; \
         GRANT EXECUTE ON FUNCTION public.get_metrics() TO linernotes_metrics_test; \
         SET LOCAL ROLE linernotes_metrics_test",
    )
    .execute(&mut *transaction)
    .await?;
    let rows = sqlx::query(AssertSqlSafe(query.to_owned()))
        .fetch_all(&mut *transaction)
        .await?;
    let health: Vec<f64> = rows
        .iter()
        .filter_map(|row| row.try_get::<Option<f64>, _>("linernotes_health").ok().flatten())
        .collect();
    ensure!(health == [0.0], "{health:?}");
    let elsewhere = sqlx::raw_sql("SELECT public.get_pipeline_status()")
        .execute(&mut *transaction)
        .await;
    ensure!(elsewhere.is_err(), "the role may call what it was not given");
    transaction.rollback().await?;
    Ok(())
}

#[tokio::test]
async fn each_metric_is_documented_with_its_labels() -> Result<()> {
    let database = Database::start().await?;
    let document = fs::read_to_string(checkout()?.join("docs/observability.md"))?;
    let families = all(&database).await?;
    let listed: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| `linernotes_"))
        .collect();
    let wanted: Vec<String> = families
        .iter()
        .map(|(name, family)| {
            let labels: Vec<_> = family.labels.iter().map(|label| format!("`{label}`")).collect();
            format!("| `{name}` | {} | {} |", labels.join(", "), family.help)
        })
        .collect();
    ensure!(
        listed == wanted,
        "docs/observability.md should list\n{}",
        wanted.join("\n")
    );
    let unknown: Vec<_> = mentioned(&document)
        .into_iter()
        .filter(|name| !families.contains_key(name))
        .filter(|name| name != "linernotes_metrics")
        .collect();
    ensure!(unknown.is_empty(), "docs/observability.md names {unknown:?}");
    Ok(())
}
