//! An enqueue wakes its worker, thousands cause a handful of calls, and a wake-up that can't be made is one issue.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::json;

use linernotes_tests::database::{Database, ask};

/// What was called: path and headers.
type Calls = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A functions' host that accepts every call, does nothing, and remembers.
async fn listen() -> Result<(String, Calls)> {
    async fn accept(State(calls): State<Calls>, uri: Uri, headers: HeaderMap) -> StatusCode {
        calls
            .lock()
            .expect("nobody panics with it")
            .push((uri.path().to_owned(), headers));
        StatusCode::ACCEPTED
    }
    let calls = Calls::default();
    let router = Router::new().fallback(accept).with_state(calls.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/functions/v1", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((url, calls))
}

struct Wakes {
    database: Database,
    calls: Calls,
}

impl Wakes {
    /// Calls since the last time, once the database has no more to send. The runs that they stand for are ended.
    async fn taken(&self) -> Result<Vec<(String, HeaderMap)>> {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if self.database.ask("SELECT count(*) FROM net.http_request_queue").await? == 0 {
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        self.database
            .run("DELETE FROM linernotes.runs; DELETE FROM pgmq.q_artist_discovery")
            .await?;
        Ok(std::mem::take(&mut *self.calls.lock().expect("nobody panics with it")))
    }

    /// A message that the run holds, and that has called nobody.
    async fn held(&self, run: &str) -> Result<String> {
        self.database.set("wake_ups_enabled", json!(false)).await?;
        self.database
            .run("SELECT public.pg_enqueue('artist_discovery', '{}')")
            .await?;
        let batch = self
            .database
            .ask(&format!(
                "SELECT public.dequeue_batch('artist_discovery', NULL, NULL, '{run}')"
            ))
            .await?;
        self.database.set("wake_ups_enabled", json!(true)).await?;
        Ok(batch["messages"][0]["msg_id"].as_str().context("a message")?.to_owned())
    }

    async fn count(&self) -> Result<usize> {
        Ok(self.taken().await?.len())
    }
}

#[tokio::test]
async fn an_enqueue_wakes_its_worker_and_thousands_cause_a_handful_of_calls() -> Result<()> {
    let database = Database::start_with_stack().await?;
    let (url, calls) = listen().await?;
    let vault =
        format!("SELECT vault.update_secret(id, '{url}') FROM vault.decrypted_secrets WHERE name = 'functions_url'");
    database.run(&vault).await?;
    database.set("wake_ups_enabled", json!(true)).await?;
    let wakes = Wakes { database, calls };
    one_enqueue_is_one_call(&wakes).await?;
    what_calls_nobody(&wakes).await?;
    ten_thousand_are_a_handful(&wakes).await?;
    a_finished_run_wakes_the_next(&wakes).await?;
    a_run_without_progress_wakes_for_an_overdue_retry(&wakes).await?;
    a_missing_secret_is_one_issue(&wakes).await
}

async fn one_enqueue_is_one_call(wakes: &Wakes) -> Result<()> {
    wakes
        .database
        .run("SELECT public.start_artist_discovery('Velvet Pier')")
        .await?;
    let taken = wakes.taken().await?;
    ensure!(taken.len() == 1, "{taken:?}");
    let (path, headers) = &taken[0];
    assert_eq!(path, "/functions/v1/artistDiscovery");
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(header("prefer"), "respond-async");
    assert_eq!(
        header("authorization"),
        format!("Bearer {}", wakes.database.info().function_secret)
    );
    Ok(())
}

/// An enqueue that is rolled back, one into a paused queue, one with wake-ups off; a resumed queue calls.
async fn what_calls_nobody(wakes: &Wakes) -> Result<()> {
    let mut transaction = wakes.database.service.begin().await?;
    ask(&mut transaction, "SELECT start_artist_discovery('Nobody')").await?;
    transaction.rollback().await?;
    assert_eq!(wakes.count().await?, 0, "rolled back");
    wakes.database.set("wake_ups_enabled", json!(false)).await?;
    wakes
        .database
        .run("SELECT public.start_artist_discovery('Nobody')")
        .await?;
    assert_eq!(wakes.count().await?, 0, "switched off");
    wakes.database.set("wake_ups_enabled", json!(true)).await?;
    wakes
        .database
        .run("SELECT public.pause_queue('artist_discovery')")
        .await?;
    wakes
        .database
        .run("SELECT public.start_artist_discovery('Nobody')")
        .await?;
    assert_eq!(
        wakes
            .database
            .ask("SELECT count(*) FROM net.http_request_queue")
            .await?,
        0,
        "paused"
    );
    wakes
        .database
        .run("SELECT public.resume_queue('artist_discovery')")
        .await?;
    assert_eq!(wakes.count().await?, 1, "resumed");
    Ok(())
}

/// At once, and in a thousand transactions of twenty sessions.
async fn ten_thousand_are_a_handful(wakes: &Wakes) -> Result<()> {
    wakes
        .database
        .run("SELECT count(public.pg_enqueue('artist_discovery', '{}')) FROM generate_series(1, 10000)")
        .await?;
    let calls = wakes.count().await?;
    assert_eq!(calls, 2, "as many as there may be runs");

    let begun = Instant::now();
    let mut sessions = Vec::new();
    for _ in 0..20 {
        let pool = wakes.database.service.clone();
        sessions.push(tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            for _ in 0..50 {
                ask(
                    &mut connection,
                    "SELECT count(pg_enqueue('artist_discovery', '{}')) FROM generate_series(1, 10)",
                )
                .await?;
            }
            anyhow::Ok(())
        }));
    }
    for session in sessions {
        session.await??;
    }
    // A call that no run follows counts as a run for five seconds; then another call is made.
    let most = 2 * (begun.elapsed().as_secs() / 5 + 1) + 2;
    let calls = wakes.count().await?;
    ensure!((2..=most).contains(&(calls as u64)), "{calls} calls, more than {most}");
    Ok(())
}

/// No wake-up is lost: what became visible while a run was at work wakes the next when it ends, in the same commit.
async fn a_finished_run_wakes_the_next(wakes: &Wakes) -> Result<()> {
    let run = "11111111-1111-4111-8111-111111111111";
    let database = &wakes.database;
    database
        .run("UPDATE public.queue_registry SET max_concurrency = 1 WHERE queue_name = 'artist_discovery'")
        .await?;
    let message = wakes.held(run).await?;
    database
        .run("SELECT public.pg_enqueue('artist_discovery', '{}')")
        .await?;
    assert_eq!(
        database.ask("SELECT count(*) FROM linernotes.runs").await?,
        1,
        "the one run that may be at work is"
    );
    let outcomes = json!([{"msg_id": message, "read_ct": 1, "outcome": "skipped"}]);
    database
        .run(&format!(
            "SELECT public.commit_batch('artist_discovery', '{run}', '{outcomes}', '{{\"end_run\": true}}')"
        ))
        .await?;
    assert_eq!(wakes.count().await?, 1);
    Ok(())
}

/// A run that made no progress wakes nobody for what it gave back at once, or its successors would do the same without
/// end; but it does for a retry whose time came before it ended.
async fn a_run_without_progress_wakes_for_an_overdue_retry(wakes: &Wakes) -> Result<()> {
    let run = "11111111-1111-4111-8111-111111111111";
    let database = &wakes.database;
    for (outcome, after_ms, calls) in [("release", 0, 0), ("retry", 1, 1)] {
        let message = wakes.held(run).await?;
        let outcomes = json!([
            {"msg_id": message, "read_ct": 1, "outcome": outcome, "after_ms": after_ms, "counts": false},
        ]);
        for (outcomes, report) in [(outcomes, json!({})), (json!([]), json!({"end_run": true}))] {
            database
                .run(&format!(
                    "SELECT public.commit_batch('artist_discovery', '{run}', '{outcomes}', '{report}')"
                ))
                .await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(wakes.count().await?, calls, "{outcome} after {after_ms} ms");
    }
    Ok(())
}

/// Without the Vault entry enqueues succeed, and there is one open row, however often; it closes when the entry is back.
async fn a_missing_secret_is_one_issue(wakes: &Wakes) -> Result<()> {
    const OPEN: &str = "SELECT coalesce(array_agg(worker_name || ' ' || issue_type), '{}') FROM public.worker_issues WHERE NOT resolved";
    let rename = |from: &str, to: &str| {
        format!("SELECT vault.update_secret(id, NULL, '{to}') FROM vault.decrypted_secrets WHERE name = '{from}'")
    };
    let database = &wakes.database;
    assert_eq!(database.ask(OPEN).await?, json!([]));
    database.run(&rename("function_secret", "set_aside")).await?;
    for n in 0..5 {
        database
            .run(&format!("SELECT public.start_artist_discovery('Artist {n}')"))
            .await?;
        // As a cron job does it, each minute.
        database
            .run("SELECT linernotes.call_function('cronQueueProcessor')")
            .await?;
    }
    assert_eq!(database.ask(OPEN).await?, json!(["database vault_entry_missing"]));
    let message = database
        .ask("SELECT message FROM public.worker_issues WHERE NOT resolved")
        .await?;
    ensure!(
        message
            .as_str()
            .is_some_and(|text| text.contains("function_secret") && text.contains("vault.create_secret")),
        "{message}"
    );
    assert_eq!(
        database.ask("SELECT count(*) FROM pgmq.q_artist_discovery").await?,
        5,
        "enqueued all the same"
    );
    assert_eq!(wakes.count().await?, 0);
    database.run(&rename("set_aside", "function_secret")).await?;
    database.run("SELECT public.start_artist_discovery('Artist')").await?;
    assert_eq!(wakes.count().await?, 1);
    assert_eq!(database.ask(OPEN).await?, json!([]), "closed by the first success");
    Ok(())
}
