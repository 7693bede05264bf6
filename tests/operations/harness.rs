//! What these tests share: a stack whose workers run when a test calls them, and the callers.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

/// A stack whose workers run only when the test calls them.
pub async fn quiet() -> Result<Setup> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    Ok(setup)
}

pub async fn call_well(setup: &Setup, function: &str, body: Value) -> Result<Value> {
    let (status, answer) = setup.call(function, body).await?;
    ensure!(
        status == 200 && answer["success"] == true,
        "{function}: {status} {answer}"
    );
    Ok(answer)
}

/// Calls a function as its job does: Vault, `pg_net`, 202.
pub async fn call_as_cron(setup: &Setup, function: &str, body: Value) -> Result<()> {
    let id: i64 = sqlx::query_scalar("SELECT linernotes.call_function($1, $2)")
        .bind(function)
        .bind(body)
        .fetch_one(&setup.pool)
        .await?;
    let start = Instant::now();
    loop {
        let answer: Option<(Option<i32>, Option<String>)> =
            sqlx::query_as("SELECT status_code, content FROM net._http_response WHERE id = $1")
                .bind(id)
                .fetch_optional(&setup.pool)
                .await?;
        if let Some((status, content)) = answer {
            ensure!(status == Some(202), "{function}: {status:?} {content:?}");
            return Ok(());
        }
        ensure!(start.elapsed() < Duration::from_secs(10), "{function} was not called");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a query counts so many.
pub async fn becomes(setup: &Setup, query: &'static str, wanted: i64) -> Result<()> {
    let start = Instant::now();
    loop {
        let count = setup.count(query).await?;
        if count == wanted {
            return Ok(());
        }
        ensure!(
            start.elapsed() < Duration::from_secs(15),
            "{query} is {count}, wanted {wanted}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub async fn run(setup: &Setup, statement: &'static str) -> Result<()> {
    sqlx::raw_sql(statement).execute(&setup.pool).await?;
    Ok(())
}

pub async fn redis(setup: &Setup) -> Result<redis::aio::MultiplexedConnection> {
    let client = redis::Client::open(setup.info().redis_url.as_str())?;
    Ok(client.get_multiplexed_async_connection().await?)
}

pub async fn keys(redis: &mut redis::aio::MultiplexedConnection, pattern: &str) -> Result<Vec<String>> {
    let mut keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(redis).await?;
    keys.sort();
    Ok(keys)
}

/// Calls the processor as cron would, only more often. What was given back or waits for another try takes its time.
pub async fn process_until_drained(setup: &Setup) -> Result<()> {
    let start = Instant::now();
    while let Err(left) = setup.drained(Duration::ZERO).await {
        ensure!(start.elapsed() < Duration::from_mins(1), "{left}");
        call_well(setup, "cronQueueProcessor", json!({})).await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Three messages of `artist_discovery`: one is stuck, one is poison, one is held by a living worker.
pub async fn trouble(setup: &Setup) -> Result<()> {
    for name in ["Velvet Harbor", "Marisol Anker", "Nobody At All"] {
        setup.discover(name).await?;
    }
    run(
        setup,
        "SELECT public.dequeue_batch('artist_discovery', 10, 3600); \
         UPDATE pgmq.q_artist_discovery SET vt = now() - interval '11 minutes' \
         WHERE msg_id < (SELECT max(msg_id) FROM pgmq.q_artist_discovery); \
         UPDATE public.processing_status SET attempts = 5 WHERE entity_id LIKE '%marisol%'",
    )
    .await
}
