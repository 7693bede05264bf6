//! Migrations belong to the role `postgres`, which is no superuser, and may be run again by hand.

use std::collections::HashSet;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use linernotes_tests::database::Database;
use linernotes_tests::postgres_program;

/// Everything but the counter of `pg_cron`, which rises when a job is scheduled again, and what comes and goes.
const SCHEMA_AND_DATA: [&str; 3] = [
    "--exclude-table-data=net.*",
    "--exclude-table-data=cron.*",
    "--exclude-schema=checks",
];

pub use linernotes_tests::migrations::{all, run};

#[tokio::test]
async fn a_migration_that_is_run_again_changes_nothing() -> Result<()> {
    let database = Database::start().await?;
    let is_superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";
    assert_eq!(database.ask(is_superuser).await?, false);
    let foreign = "SELECT coalesce(array_agg(oid::regclass::text), '{}') FROM pg_class \
                   WHERE relnamespace IN ('public'::regnamespace, 'linernotes'::regnamespace) AND relowner <> 'postgres'::regrole";
    assert_eq!(database.ask(foreign).await?, json!([]), "owned by somebody else");

    // What an operator may have changed stays as it is: a setting, a paused queue, a queue of one's own.
    // The jobs rest, in the same transaction: one that runs at a full minute or hour writes rows of its own.
    database
        .run(
            "SELECT public.schedule_jobs(), public.pause_queue('artist_discovery'), public.register_queue('lyrics', 'Lyrics', 'Words'); \
             SELECT cron.alter_job(jobid, active => FALSE) FROM cron.job",
        )
        .await?;
    database
        .run("SELECT checks.catalogue(), public.pg_enqueue('lyrics', '{\"_idempotencyKey\": \"k\"}')")
        .await?;
    let before = dump(database.admin_url(), &SCHEMA_AND_DATA)?;
    let mut connection = PgConnection::connect(&database.info().database_url).await?;
    for (name, sql) in all()? {
        run(&mut connection, &sql).await.with_context(|| name.clone())?;
    }
    assert_same(&before, &dump(database.admin_url(), &SCHEMA_AND_DATA)?)
}

/// A database that was migrated before tables, columns and functions got their present names.
#[tokio::test]
async fn a_database_of_the_earlier_names_becomes_the_present_one_with_its_data() -> Result<()> {
    let database = Database::start().await?;
    database.run(include_str!("earlier_names/data.sql")).await?;
    let wanted = dump(database.admin_url(), &SCHEMA_AND_DATA)?;
    database.run(include_str!("earlier_names/objects.sql")).await?;
    ensure!(
        wanted != dump(database.admin_url(), &SCHEMA_AND_DATA)?,
        "nothing is called as it was"
    );
    let mut connection = PgConnection::connect(&database.info().database_url).await?;
    for (name, sql) in all()? {
        run(&mut connection, &sql).await.with_context(|| name.clone())?;
    }
    assert_same(&wanted, &dump(database.admin_url(), &SCHEMA_AND_DATA)?)
}

fn assert_same(before: &str, after: &str) -> Result<()> {
    if before != after {
        let known: HashSet<_> = before.lines().collect();
        let changed: Vec<_> = after.lines().filter(|line| !known.contains(line)).take(20).collect();
        bail!("the dumps differ, for instance:\n{}", changed.join("\n"));
    }
    Ok(())
}

/// What `pg_dump` says of a database.
pub fn dump(url: &str, options: &[&str]) -> Result<String> {
    let output = Command::new(postgres_program("pg_dump"))
        .args(options)
        .arg(url)
        .output()?;
    ensure!(
        output.status.success(),
        "pg_dump: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    // Newer pg_dumps fence their output with a random word.
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
