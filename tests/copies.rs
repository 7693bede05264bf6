//! Copies of a whole database cluster, byte for byte, while production goes on: they call nobody, and say so.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use linernotes_stack::Service;
use linernotes_tests::Setup;
use linernotes_tests::scratch_server::ScratchServer;
use serde_json::{Value, json};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, raw_sql};

const STATE: &str = "SELECT linernotes.project_state()";

/// The number of the last request that was given to `pg_net`, sent or not.
const CALLS: &str = "SELECT format('%s %s', last_value, is_called) FROM net.http_request_queue_id_seq";

/// `pg_cron` begins a job at each full minute.
const CRON: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_copy_byte_for_byte_calls_nobody_and_production_goes_on() -> Result<()> {
    let production = Setup::start(|_| ()).await?;
    run(&production.pool, "SELECT public.schedule_jobs('* * * * *')").await?;
    until(&production.pool, STATE, "answered").await?;
    production.discover("Velvet Harbor").await?;
    production.drained(CRON).await?;

    let server = ScratchServer::copy_of(&production.info().database_url, production.stack.admin_database_url())?;
    let copy = PgPoolOptions::new().connect(&server.admin_url()).await?;
    assert_eq!(ask(&copy, STATE).await?, "elsewhere");
    let called = ask(&copy, CALLS).await?;
    run(&copy, "SELECT public.start_artist_discovery('Marisol Anker')").await?;
    // Its own pg_cron runs all jobs.
    let jobs = "SELECT (count(DISTINCT jobid) >= 12)::TEXT FROM cron.job_run_details
                WHERE start_time > pg_postmaster_start_time() AND status = 'succeeded'";
    until(&copy, jobs, "true").await?;
    assert_eq!(ask(&copy, CALLS).await?, called, "a copy calls somebody");
    let status = ask(&copy, "SELECT public.get_pipeline_status()::TEXT").await?;
    for words in ["a copy of another one, or was moved", "data directory is", "port is"] {
        ensure!(status.contains(words), "{words:?} is not in {status}");
    }
    production.discover("Marisol Anker").await?;
    production.drained(CRON).await?;
    production.assert_truth(&["Velvet Harbor", "Marisol Anker"]).await?;

    // On another machine, in the same place, it would find nothing that differs, and asks.
    run(
        &copy,
        "UPDATE linernotes.project SET identity = linernotes.present_identity()",
    )
    .await?;
    assert_eq!(ask(&copy, STATE).await?, "unanswered");
    run(&copy, "SELECT linernotes.call_function('queueMonitor')").await?;
    assert_eq!(deliver(&copy).await?, [409], "production takes a copy for its own");
    assert_eq!(ask(&copy, STATE).await?, "refused");
    let called = ask(&copy, CALLS).await?;
    run(&copy, "SELECT public.start_artist_discovery('Ivo Hart')").await?;
    run(&copy, "SELECT linernotes.call_function('queueMonitor')").await?;
    assert_eq!(
        ask(&copy, CALLS).await?,
        called,
        "a copy that was refused calls somebody"
    );
    assert_eq!(ask(&production.pool, STATE).await?, "answered");

    // Told what it is while its Vault still names production's functions, it asks once more, and is refused again.
    run(&copy, "SELECT public.confirm_project()").await?;
    assert_eq!(deliver(&copy).await?, [409]);
    assert_eq!(ask(&copy, STATE).await?, "refused");
    Ok(())
}

#[tokio::test]
async fn production_goes_on_by_itself_after_a_restart() -> Result<()> {
    let production = Setup::start(|_| ()).await?;
    until(&production.pool, STATE, "answered").await?;
    let before = ask(&production.pool, "SELECT linernotes.present_instance()").await?;
    for _ in 0..2 {
        production.stack.restart(Service::Postgres).await?;
    }
    let begun = Instant::now();
    while production.discover("Velvet Harbor").await.is_err() {
        ensure!(begun.elapsed() < CRON, "the gateway does not find the database again");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    production.drained(CRON).await?;
    production.assert_truth(&["Velvet Harbor"]).await?;
    assert_eq!(ask(&production.pool, STATE).await?, "answered");
    ensure!(
        ask(&production.pool, "SELECT linernotes.present_instance()").await? != before,
        "it was not restarted"
    );
    Ok(())
}

/// Sends what waits in `pg_net`'s queue and stores the answers, as its worker does; their status.
async fn deliver(database: &PgPool) -> Result<Vec<i32>> {
    let requests: Vec<(i64, String, Value, Vec<u8>)> =
        sqlx::query_as("DELETE FROM net.http_request_queue RETURNING id, url, headers, body")
            .fetch_all(database)
            .await?;
    let mut all = Vec::new();
    for (id, url, headers, body) in requests {
        let body: Value = serde_json::from_slice(&body)?;
        ensure!(body["check"] == json!(true), "more than a question: {body}");
        let mut request = reqwest::Client::new().post(url).json(&body);
        for (name, value) in headers.as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().context("a header is a text")?);
        }
        let status = i32::from(request.send().await?.status().as_u16());
        sqlx::query("INSERT INTO net._http_response (id, status_code) VALUES ($1, $2)")
            .bind(id)
            .bind(status)
            .execute(database)
            .await?;
        all.push(status);
    }
    Ok(all)
}

async fn until(database: &PgPool, query: &'static str, wanted: &str) -> Result<()> {
    let begun = Instant::now();
    loop {
        let found = ask(database, query).await?;
        if found == wanted {
            return Ok(());
        } else if begun.elapsed() > CRON {
            bail!("{query}: {found:?} after {} s", CRON.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn ask(database: &PgPool, query: &'static str) -> Result<String> {
    sqlx::query_scalar(query).fetch_one(database).await.context(query)
}

async fn run(database: &PgPool, sql: &str) -> Result<()> {
    raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(database)
        .await
        .with_context(|| sql.to_owned())?;
    Ok(())
}
