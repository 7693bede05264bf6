//! A release that starts well and then fails: it is seen within a minute, nothing is lost, and after the way back all
//! goes on by itself.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::{SecondHost, Setup};
use serde_json::{Value, json};

use crate::harness::{becomes, call_well, process_until_drained, quiet, run};

const OPEN: &str = "SELECT count(*) FROM public.worker_issues WHERE issue_type = 'worker_failed' AND NOT resolved";

/// The problems of an answer, one a line.
fn problems(answer: &Value) -> String {
    let reasons = answer["reasons"].as_array().cloned().unwrap_or_default();
    let lines: Vec<_> = reasons.iter().filter_map(|reason| reason["problem"].as_str()).collect();
    lines.join("\n")
}

/// Waits until the status has a problem with these words.
async fn tells(setup: &Setup, words: &str) -> Result<Value> {
    let start = std::time::Instant::now();
    loop {
        let status = setup.rpc("get_pipeline_status", json!({})).await?;
        if problems(&status).contains(words) {
            return Ok(status);
        }
        ensure!(
            start.elapsed() < Duration::from_mins(1),
            "after a minute nobody has said {words}: {status}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Older or newer migrations than the functions were made for.
#[tokio::test]
async fn a_release_without_its_migration_is_reported_and_loses_nothing() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    run(
        &setup,
        "ALTER FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID, TEXT) RENAME TO dequeue_batch_of_later",
    )
    .await?;
    setup.discover("Velvet Harbor").await?;
    let status = tells(&setup, "artistDiscovery: called 1 time and did not come").await?;
    ensure!(status["overall_status"] == "warning", "{status}");
    let advice = status["reasons"][0]["advice"].as_str().context("no advice")?;
    let answered = "The answer to the call was status 202: accepted, and nothing came of it.";
    ensure!(advice.starts_with(answered), "{advice}");

    // The processor, which cron calls, waits for the workers' answers and reports their errors.
    let answer = call_well(&setup, "cronQueueProcessor", json!({})).await?;
    ensure!(
        answer["queues"][4]["error"]
            .as_str()
            .is_some_and(|error| error.contains("dequeue_batch failed: error ")),
        "{answer}"
    );
    ensure!(setup.count(OPEN).await? == 5, "{}", setup.state().await);
    let status = setup.rpc("get_pipeline_status", json!({})).await?;
    ensure!(problems(&status).contains("dequeue_batch failed: error "), "{status}");
    // It was never delivered, so no attempt is spent.
    let delivered = setup
        .count("SELECT sum(read_ct)::bigint FROM pgmq.q_artist_discovery")
        .await?;
    ensure!(delivered == 0, "{delivered} deliveries");

    run(
        &setup,
        "ALTER FUNCTION public.dequeue_batch_of_later(TEXT, INT, INT, UUID, TEXT) RENAME TO dequeue_batch; \
         NOTIFY pgrst, 'reload schema'",
    )
    .await?;
    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await?;
    call_well(&setup, "cronQueueProcessor", json!({})).await?;
    ensure!(setup.count(OPEN).await? == 0, "{}", setup.state().await);
    let status = call_well(&setup, "checkPipeline", json!({})).await?;
    ensure!(status["overall_status"] == "healthy", "{status}");
    Ok(())
}

/// A release's number says so before anything is taken: 503 with both numbers and what to do.
#[tokio::test]
async fn a_schema_too_old_or_too_new_is_a_503_with_both_releases_and_the_command() -> Result<()> {
    let setup = quiet().await?;
    setup.discover("Velvet Harbor").await?;
    let ours = env!("CARGO_PKG_VERSION");
    for (schema, said) in [
        (
            "UPDATE linernotes.schema_version SET release = '0.0.9'",
            ["0.0.9", "scripts/install-migrations"],
        ),
        (
            "UPDATE linernotes.schema_version SET release = '7.0.0', oldest_functions = '6.0.0'",
            ["7.0.0", "spin up --from <registry>/linernotes:7.0.0"],
        ),
    ] {
        run(&setup, schema).await?;
        let (status, answer) = setup.call("artistDiscovery", json!({})).await?;
        let error = answer["error"].as_str().context("no error")?;
        println!("{error}");
        ensure!(
            status == 503 && error.contains(ours) && said.iter().all(|part| error.contains(part)),
            "{status} {error}"
        );
        ensure!(error.lines().count() == 1, "{error}");
    }
    let delivered = setup
        .count("SELECT sum(read_ct)::bigint FROM pgmq.q_artist_discovery")
        .await?;
    ensure!(delivered == 0, "{delivered} deliveries");
    Ok(())
}

/// Its runs die after their 202, with a message in their hands.
#[tokio::test]
async fn a_release_whose_runs_die_is_reported_and_loses_nothing() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    setup.set("run_budget_seconds", json!(1)).await?;
    setup.set("visibility_timeout_seconds", json!(20)).await?;
    setup
        .configure_demo(json!({"faults": [{"path": "/v1/search", "kind": "slow", "ms": 60000, "times": 1}]}))
        .await?;
    setup.discover("Velvet Harbor").await?;
    becomes(&setup, "SELECT sum(read_ct)::bigint FROM pgmq.q_artist_discovery", 1).await?;
    setup.stack.kill(Service::Functions).await?;
    setup.stack.restart(Service::Functions).await?;

    let status = tells(&setup, "artistDiscovery: 1 of its runs should have ended and did not").await?;
    ensure!(status["overall_status"] == "warning", "{status}");
    becomes(
        &setup,
        "SELECT count(*) FROM pgmq.q_artist_discovery WHERE vt <= now()",
        1,
    )
    .await?;
    setup.set("run_budget_seconds", json!(25)).await?;
    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await?;
    // The next run has raised an issue about the dead one, and the first run that succeeded has closed it.
    let told = "SELECT count(*) FROM public.worker_issues WHERE issue_type = 'run_died' AND resolved";
    ensure!(setup.count(told).await? == 1, "{}", setup.state().await);
    let status = call_well(&setup, "checkPipeline", json!({})).await?;
    ensure!(status["overall_status"] == "healthy", "{status}");
    Ok(())
}

/// The host of the new release lacks a value, or has a wrong one.
#[tokio::test]
async fn a_release_with_a_bad_variable_is_reported_and_loses_nothing() -> Result<()> {
    let setup = quiet().await?;
    let components = [
        "artist-discovery",
        "album-discovery",
        "track-discovery",
        "producer-identification",
        "social-enrichment",
        "check-pipeline",
    ];
    let half = [("spotify_client_id", "id")];
    let bad = SecondHost::start(&setup, &components, &half).await?;
    let apart = [("functions_url", bad.url())];
    let checking = SecondHost::start(&setup, &["check-pipeline"], &apart).await?;

    setup.discover("Velvet Harbor").await?;
    let words = "spotify_client_secret: missing, but spotify_client_id is set";
    let (status, answer) = bad.call("artistDiscovery", &json!({})).await?;
    ensure!(status == 500 && answer["error"] == words, "{status} {answer}");
    // The check on the bad host reads the same bad variables; the one on another host asks the workers.
    let (status, check) = bad.call("checkPipeline", &json!({})).await?;
    ensure!(
        status == 200 && check["overall_status"] == "unhealthy" && problems(&check).contains(words),
        "{check}"
    );
    let (_, check) = checking.call("checkPipeline", &json!({})).await?;
    ensure!(
        problems(&check).contains(&format!(
            "artistDiscovery, albumDiscovery, trackDiscovery, producerIdentification: answered with status 500: {words}"
        )),
        "{check}"
    );
    let delivered = setup
        .count("SELECT sum(read_ct)::bigint FROM pgmq.q_artist_discovery")
        .await?;
    ensure!(delivered == 0, "{delivered} deliveries");
    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}
