//! A run on a Postgres that is too slow, not on a clock that says so: whoever waits for 30 seconds hears how it ended, and
//! nothing is lost. The host takes no early answer, so the answer is the run's end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_tests::{SecondHost, Setup};
use serde_json::{Value, json};

use crate::harness::{quiet, run};

/// What the database's call waits, and `cron`'s.
const PATIENCE: Duration = Duration::from_secs(30);

/// More than a run does in its time.
const MESSAGES: i64 = 400;

struct Slow {
    setup: Setup,
    host: SecondHost,
}

impl Slow {
    /// Many messages that take half a second a batch.
    async fn start() -> Result<Self> {
        let setup = quiet().await?;
        let demo = setup.info().demo_url.clone().context("the demo upstreams run")?;
        let mut variables = vec![
            ("answer_early", "false"),
            ("spotify_api_url", &demo),
            ("spotify_accounts_url", &demo),
        ];
        variables.extend(
            linernotes_demo::CREDENTIALS
                .iter()
                .filter(|(name, _)| name.starts_with("spotify_")),
        );
        let host = SecondHost::start(&setup, &["artist-discovery"], &variables).await?;
        setup.configure_demo(json!({"latency_ms": 500})).await?;
        let names: Vec<Value> = (0..MESSAGES)
            .map(|number| json!({"artistName": format!("{} {number}", linernotes_demo::NO_SUCH_ARTIST)}))
            .collect();
        sqlx::query("SELECT public.pg_enqueue('artist_discovery', body) FROM jsonb_array_elements($1) AS body")
            .bind(Value::from(names))
            .execute(&setup.pool)
            .await?;
        Ok(Self { setup, host })
    }

    /// Calls the worker as the database does, and waits for its end.
    async fn run(&self) -> Result<(Duration, u16, Value)> {
        let start = Instant::now();
        let call = reqwest::Client::new()
            .post(format!("{}/functions/v1/artistDiscovery", self.host.url()))
            .bearer_auth(&self.setup.info().function_secret)
            .header("Prefer", "respond-async")
            .timeout(PATIENCE)
            .json(&json!({}));
        let answer = call.send().await?;
        let status = answer.status().as_u16();
        let body = answer.json().await?;
        Ok((start.elapsed(), status, body))
    }

    /// Each message is either in its queue or done, and what was held comes back.
    async fn nothing_is_lost(&self) -> Result<()> {
        let (left, ended) = (
            self.setup.count("SELECT count(*) FROM pgmq.q_artist_discovery").await?,
            self.setup
                .count(
                    "SELECT count(*) FROM public.processing_status \
                     WHERE entity_type = 'artist_discovery' AND state NOT IN ('PENDING', 'IN_PROGRESS')",
                )
                .await?,
        );
        println!("{left} left, {ended} done");
        ensure!(
            left > 0 && ended > 0 && left + ended == MESSAGES,
            "{left} left, {ended} done of {MESSAGES}"
        );
        Ok(())
    }
}

/// The table that a commit has to write is held from late in the run on, as a migration or a dump may hold it.
#[tokio::test]
async fn a_run_whose_last_commit_waits_for_a_lock_ends_within_thirty_seconds() -> Result<()> {
    let slow = Slow::start().await?;
    let pool = slow.setup.pool.clone();
    let held = tokio::spawn(async move {
        // No batch begins with less than two of 25 seconds left, so the last one ends after this.
        tokio::time::sleep(Duration::from_millis(22_800)).await;
        let mut transaction = pool.begin().await?;
        sqlx::raw_sql("LOCK TABLE public.processing_status IN ACCESS EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
        tokio::time::sleep(Duration::from_secs(8)).await;
        transaction.rollback().await?;
        anyhow::Ok(())
    });
    let (took, status, answer) = slow.run().await?;
    println!("{took:?}: {status} {answer}");
    ensure!(status == 500, "the last commit went through: {answer}");
    held.await??;
    slow.nothing_is_lost().await
}

/// Each commit takes six seconds, so that the last of them would end after the caller has gone.
#[tokio::test]
async fn a_run_whose_commits_are_slow_ends_within_thirty_seconds() -> Result<()> {
    let slow = Slow::start().await?;
    run(
        &slow.setup,
        "CREATE FUNCTION public.doze() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(6); RETURN NULL; END'; \
         CREATE TRIGGER doze AFTER DELETE ON pgmq.q_artist_discovery FOR EACH STATEMENT EXECUTE FUNCTION public.doze()",
    )
    .await?;
    let (took, status, answer) = slow.run().await?;
    println!("{took:?}: {status} {answer}");
    run(&slow.setup, "DROP FUNCTION public.doze() CASCADE").await?;
    slow.nothing_is_lost().await
}
