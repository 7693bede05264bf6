//! A project that has a life of its own, taken through what happens to projects: Linernotes is installed beside tables,
//! migrations and a queue of an operator's, crawls, is dumped as `supabase db dump` does it (without pgmq), is restored
//! into another cluster, diagnosed, repaired, and crawls again. `docs/operations.md` shows what this test prints.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_stack::own_program;
use linernotes_tests::{Setup, checkout, postgres_program};
use serde_json::json;

/// Migrations of the operator's: two older than ours, and one that comes after them.
const THEIRS: [(&str, &str); 3] = [
    (
        "20240101000000_widgets.sql",
        "CREATE TABLE public.widgets (id INT PRIMARY KEY, name TEXT);",
    ),
    (
        "20250101000000_gadgets.sql",
        "CREATE TABLE public.gadgets (id INT PRIMARY KEY, widget_id INT REFERENCES public.widgets);",
    ),
    ("20261231000000_letters.sql", "SELECT pgmq.create('letters');"),
];

/// A crawl takes seconds. A message that nobody is woken for would wait for its queue's cron job, which comes every few
/// minutes: that is too late here.
const LONGEST_CRAWL: Duration = Duration::from_mins(1);

/// What `supabase db dump` leaves out: the schemas that the platform brings.
const PLATFORM: [&str; 6] = ["pgmq", "cron", "net", "vault", "extensions", "supabase_migrations"];

#[tokio::test]
async fn a_restored_project_calls_nobody_is_repaired_and_crawls_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let production = project(folder.path(), "production").await?;
    let supabase = folder.path().join("supabase");
    fs::create_dir_all(supabase.join("migrations"))?;
    for (name, sql) in THEIRS {
        fs::write(supabase.join("migrations").join(name), sql)?;
    }
    psql(&production, &["-c", "CREATE SCHEMA IF NOT EXISTS supabase_migrations"])?;
    migrate(&production, &supabase)?;
    psql(
        &production,
        &[
            "-c",
            "INSERT INTO widgets VALUES (1, 'one'); INSERT INTO gadgets VALUES (1, 1)",
        ],
    )?;

    let installed = Command::new(checkout()?.join("scripts/install-migrations"))
        .arg(&supabase)
        .args(["--yes", "--db-url", &production.info().database_url])
        .env_remove("SPIN_VARIABLE_SUPABASE_URL")
        .output()?;
    println!(
        "$ scripts/install-migrations supabase --yes\n{}",
        text(&installed.stdout)
    );
    ensure!(installed.status.success(), "{}", text(&installed.stderr));
    migrate(&production, &supabase)?;
    schema_is_read(&production).await?;
    let (code, said) = doctor(&production, &["--probe"])?;
    println!("$ scripts/doctor --probe\n{said}");
    ensure!(code == 0, "after the installation: {said}");
    assert_no_traces(&production).await?;
    production.discover("Velvet Harbor").await?;
    production.drained(LONGEST_CRAWL).await?;
    production.assert_truth(&["Velvet Harbor"]).await?;

    // The dump, into a new cluster.
    let dump = folder.path().join("dump.sql");
    let mut pg_dump = Command::new(postgres_program("pg_dump"));
    pg_dump.args(PLATFORM.map(|schema| format!("--exclude-schema={schema}")));
    let dumped = pg_dump
        .args(["--no-owner", "--file"])
        .arg(&dump)
        .arg(production.stack.admin_database_url())
        .output()?;
    ensure!(dumped.status.success(), "pg_dump: {}", text(&dumped.stderr));
    let restored = project(folder.path(), "restored").await?;
    let said = psql_tolerant(&restored, &dump)?;
    println!("$ psql … < dump.sql\n{said}");
    psql(&restored, &["-c", "NOTIFY pgrst, 'reload schema'"])?;
    schema_is_read(&restored).await?;
    // The local stack has entered them into the new cluster's Vault; a hosted project begins without.
    let entries = "DELETE FROM vault.secrets WHERE name IN ('functions_url', 'function_secret')";
    psql(&restored, &["-c", entries])?;
    let kept = restored
        .count("SELECT count(*) FROM public.widgets, public.gadgets")
        .await?;
    ensure!(kept == 1, "the operator's rows are there");

    let (code, said) = doctor(&restored, &[])?;
    println!("$ scripts/doctor\n{said}");
    ensure!(code == 1, "the doctor finds nothing: {said}");
    assert_documented("$ scripts/doctor\n", &said)?;
    // Nothing that somebody asks for is lost, and nobody is called.
    let requests = restored.demo_requests().await?;

    let left: Vec<String> = sqlx::query_scalar(
        "SELECT finding ->> 'name' FROM jsonb_array_elements(public.repair_installation()) AS finding",
    )
    .fetch_all(&restored.pool)
    .await?;
    assert_eq!(left, ["project", "Vault: functions_url", "Vault: function_secret"]);
    let info = restored.info();
    for (name, value) in [
        ("functions_url", &info.functions_url),
        ("function_secret", &info.function_secret),
    ] {
        psql(
            &restored,
            &["-c", &format!("SELECT vault.create_secret('{value}', '{name}')")],
        )?;
    }
    restored.discover("Marisol Anker").await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    ensure!(
        restored.demo_requests().await? == requests,
        "a copy has called somebody before it was told to"
    );
    // What was asked for meanwhile begins by itself.
    psql(&restored, &["-c", "SELECT public.confirm_project()"])?;
    let took = restored.drained(LONGEST_CRAWL).await?;
    println!("crawled in {:.1} s", took.as_secs_f64());
    let (code, said) = doctor(&restored, &["--probe"])?;
    println!("$ scripts/doctor --probe\n{said}");
    ensure!(code == 0, "after the repair: {said}");
    assert_documented("$ scripts/doctor --probe\n", &said)?;
    restored.assert_truth(&["Velvet Harbor", "Marisol Anker"]).await
}

/// The gateway reads a new schema some time after it was told to.
async fn schema_is_read(setup: &Setup) -> Result<()> {
    let start = Instant::now();
    while let Err(error) = setup.rpc("get_pipeline_status", json!({})).await {
        ensure!(start.elapsed() < Duration::from_secs(20), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// A dump that is made while runs have messages in their hands, with pgmq's tables in it, as a backup of the whole database
/// has them: the copy goes on where the dump was made.
#[tokio::test]
async fn a_dump_in_the_midst_of_a_crawl_goes_on_to_the_truth() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let production = Setup::start(|options| options.demo.latency_ms = 50).await?;
    // What the runs of the time of the dump held comes back after this time.
    production
        .set("visibility_timeout_seconds", serde_json::json!(6))
        .await?;
    production.set("run_budget_seconds", serde_json::json!(4)).await?;
    let names: Vec<&str> = production.world.artist_names().into_iter().take(8).collect();
    for name in &names {
        production.discover(name).await?;
    }
    while production.count("SELECT count(*) FROM public.tracks").await? < 60 {
        sleep(Duration::from_millis(10));
    }
    let dump = folder.path().join("dump.sql");
    let mut pg_dump = Command::new(postgres_program("pg_dump"));
    let platform = PLATFORM.iter().filter(|schema| **schema != "pgmq");
    pg_dump.args(platform.map(|schema| format!("--exclude-schema={schema}")));
    let dumped = pg_dump
        .args(["--no-owner", "--file"])
        .arg(&dump)
        .arg(production.stack.admin_database_url())
        .output()?;
    ensure!(dumped.status.success(), "pg_dump: {}", text(&dumped.stderr));

    let restored = project(folder.path(), "restored").await?;
    psql_tolerant(&restored, &dump)?;
    psql(&restored, &["-c", "NOTIFY pgrst, 'reload schema'"])?;
    let waiting = restored
        .count(
            "SELECT (SELECT count(*) FROM pgmq.q_album_discovery) + (SELECT count(*) FROM pgmq.q_track_discovery) \
             + (SELECT count(*) FROM pgmq.q_producer_identification) \
             + (SELECT count(*) FROM pgmq.q_social_enrichment)",
        )
        .await?;
    let stored = restored.count("SELECT count(*) FROM public.tracks").await?;
    println!("restored: {stored} tracks, {waiting} messages in flight");
    ensure!(waiting > 0, "there was nothing in flight");
    restored
        .count("SELECT count(*) FROM public.repair_installation()")
        .await?;
    psql(&restored, &["-c", "SELECT public.confirm_project()"])?;
    restored.cron_in_a_hurry();
    let took = restored.drained(LONGEST_CRAWL).await?;
    println!("drained in {:.1} s", took.as_secs_f64());
    restored.assert_truth(&names).await
}

/// What `docs/operations.md` shows behind a command is what it says; `…` stands for what is left out.
fn assert_documented(command: &str, said: &str) -> Result<()> {
    let document = fs::read_to_string(checkout()?.join("docs/operations.md"))?;
    let chapter = document
        .split_once("## Backup, restore")
        .context("there is no chapter")?
        .1;
    let shown = chapter.split_once(command).context("the command is not shown")?.1;
    let shown = shown.split("\n```").next().unwrap_or_default();
    let shown = shown.split("\n$ ").next().unwrap_or_default();
    for line in shown.lines().filter(|line| !line.starts_with("http")) {
        // Times differ from run to run.
        let part = line.split(['…', ',']).next().unwrap_or_default();
        let part = part.split(" in ").next().unwrap_or_default();
        ensure!(
            said.contains(part),
            "docs/operations.md shows {line:?}, and it says: {said}"
        );
    }
    Ok(())
}

/// A probe has left nothing behind, before anything else was done.
async fn assert_no_traces(setup: &Setup) -> Result<()> {
    let rows = "SELECT (SELECT count(*) FROM public.processing_status) + (SELECT count(*) FROM public.queue_metrics) \
                + (SELECT count(*) FROM pgmq.q_producer_identification) \
                + (SELECT count(*) FROM linernotes.discovery_errors) + (SELECT count(*) FROM linernotes.dead_letters)";
    ensure!(setup.count(rows).await? == 0, "the probe has left rows");
    let url = setup.info().redis_url.as_str();
    let mut redis = redis::Client::open(url)?.get_connection()?;
    let keys: Vec<String> = redis::cmd("KEYS").arg("linernotes:dedup:*").query(&mut redis)?;
    ensure!(keys.is_empty(), "the probe has left {keys:?}");
    Ok(())
}

/// A stack whose cluster is prepared as a hosted project, with nothing of ours in it.
async fn project(folder: &Path, name: &str) -> Result<Setup> {
    let repository = folder.join(name);
    fs::create_dir_all(repository.join("migrations"))?;
    for part in ["spin.toml", "target"] {
        symlink(checkout()?.join(part), repository.join(part))?;
    }
    Setup::start(|options| {
        options.repository = repository;
        // Two clusters that are copies of one could not be told apart.
        options.template = None;
    })
    .await
}

/// Applies the files of a `supabase/` folder that the ledger does not have, as `supabase db push` does.
fn migrate(setup: &Setup, supabase: &Path) -> Result<()> {
    let mut files: Vec<_> = fs::read_dir(supabase.join("migrations"))?
        .map(|file| Ok(file?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    for path in files {
        let name = path
            .file_stem()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        let (version, name) = name.split_once('_').context("a migration has a version")?;
        let is_there = format!(
            "SELECT 1 / (SELECT 1 - count(*) FROM supabase_migrations.schema_migrations WHERE version = '{version}')"
        );
        if psql(setup, &["-c", &is_there]).is_err() {
            continue;
        }
        let note =
            format!("INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES ('{version}', '{name}')");
        psql(setup, &["-1", "-f", &path.to_string_lossy(), "-c", &note])?;
    }
    Ok(())
}

/// The doctor's exit status and what it says. The gateway needs a moment before it knows new functions.
fn doctor(setup: &Setup, arguments: &[&str]) -> Result<(i32, String)> {
    for _ in 0..20 {
        let (code, said) = ask_doctor(setup, arguments)?;
        if code != 3 {
            return Ok((code, said));
        }
        sleep(Duration::from_millis(500));
    }
    ask_doctor(setup, arguments)
}

/// On the project that the environment names.
fn ask_doctor(setup: &Setup, arguments: &[&str]) -> Result<(i32, String)> {
    let info = setup.info();
    let output = Command::new(own_program("linernotes", &checkout()?)?)
        .arg("doctor")
        .args(arguments)
        .env("SPIN_VARIABLE_SUPABASE_URL", &info.api_url)
        .env("SPIN_VARIABLE_SUPABASE_SECRET_KEY", &info.secret_key)
        .env("SPIN_VARIABLE_FUNCTIONS_URL", &info.functions_url)
        .env("SPIN_VARIABLE_FUNCTION_SECRET", &info.function_secret)
        .output()?;
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    Ok((output.status.code().unwrap_or(-1), said))
}

fn psql(setup: &Setup, arguments: &[&str]) -> Result<()> {
    let output = Command::new(postgres_program("psql"))
        .args([
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--variable=ON_ERROR_STOP=1",
        ])
        .args(arguments)
        .arg(&setup.info().database_url)
        .env("PGOPTIONS", "-c client_min_messages=error")
        .output()?;
    ensure!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    Ok(())
}

/// A restore goes on after what it can't do, as psql does with a dump; what it said.
fn psql_tolerant(setup: &Setup, dump: &Path) -> Result<String> {
    let output = Command::new(postgres_program("psql"))
        .args(["--no-psqlrc", "--quiet", "--output=/dev/null", "--file"])
        .arg(dump)
        .arg(&setup.info().database_url)
        .output()?;
    let said = text(&output.stderr);
    let errors = said.lines().filter(|line| line.contains("ERROR")).collect::<Vec<_>>();
    Ok(errors.join("\n"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
