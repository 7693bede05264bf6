//! Ten thousand enqueues: how many calls they cause, and how long until somebody works on them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

const ENQUEUES: i64 = 10_000;
/// Requests that the database has made of `pg_net`, sent or not.
/// Without the one by which a started database asks its functions whether they work for it.
const CALLS: &str =
    "SELECT (SELECT count(*) FROM net._http_response) + (SELECT count(*) FROM net.http_request_queue) - 1";
const TAKEN: &str = "SELECT count(*) FROM public.processing_status \
    WHERE entity_type = 'artist_discovery' AND last_processed_at IS NOT NULL";

/// Names that nobody has: a message of the first stage, and nothing that follows from it.
fn message(number: i64) -> Value {
    json!({"artistName": format!("{} {number}", linernotes_demo::NO_SUCH_ARTIST)})
}

/// Waits for the first run, and says how long that took since `start`.
async fn first_run(setup: &Setup, start: Instant) -> Result<Duration> {
    while setup.count(TAKEN).await? == 0 {
        ensure!(start.elapsed() < Duration::from_secs(20), "nobody woke up");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(start.elapsed())
}

async fn without_timers() -> Result<Setup> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    Ok(setup)
}

#[tokio::test]
async fn ten_thousand_messages_in_one_transaction_cause_two_calls() -> Result<()> {
    let setup = without_timers().await?;
    let messages: Vec<Value> = (0..ENQUEUES).map(message).collect();
    let start = Instant::now();
    let mut transaction = setup.pool.begin().await?;
    sqlx::query("SELECT public.pg_enqueue('artist_discovery', body) FROM jsonb_array_elements($1) AS body")
        .bind(Value::from(messages))
        .execute(&mut *transaction)
        .await?;
    let before_commit = Instant::now();
    transaction.commit().await?;
    let committed = Instant::now();
    let calls = setup.count(CALLS).await?;
    let until_run = first_run(&setup, committed).await?;
    println!(
        "{ENQUEUES} in one transaction: enqueued in {:.1} s, committed in {} ms, {calls} calls, first run {} ms after it",
        before_commit.duration_since(start).as_secs_f64(),
        committed.duration_since(before_commit).as_millis(),
        until_run.as_millis()
    );
    ensure!(calls <= 2, "{calls} calls where two runs may be at work");
    ensure!(until_run < Duration::from_secs(2), "{until_run:?}");
    Ok(())
}

#[tokio::test]
async fn slow_ten_thousand_messages_one_by_one_cause_a_tenth_as_many_calls() -> Result<()> {
    let setup = without_timers().await?;
    let one_by_one = format!(
        "DO $$ BEGIN FOR number IN 1..{ENQUEUES} LOOP \
           PERFORM public.pg_enqueue('artist_discovery', jsonb_build_object('artistName', '{} ' || number)); COMMIT; \
         END LOOP; END $$",
        linernotes_demo::NO_SUCH_ARTIST
    );
    let start = Instant::now();
    let enqueue = async {
        sqlx::raw_sql(sqlx::AssertSqlSafe(one_by_one))
            .execute(&setup.pool)
            .await?;
        anyhow::Ok(start.elapsed())
    };
    let (took, until_run) = tokio::join!(enqueue, first_run(&setup, start));
    let (took, until_run) = (took?, until_run?);
    let calls = setup.count(CALLS).await?;
    println!(
        "{ENQUEUES} one by one in {:.1} s: {calls} calls, first run {} ms after the first of them",
        took.as_secs_f64(),
        until_run.as_millis()
    );
    ensure!(calls < ENQUEUES / 10, "{calls} calls");
    ensure!(until_run < Duration::from_secs(2), "{until_run:?}");
    Ok(())
}
