//! `cronQueueProcessor`.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::harness::{becomes, call_as_cron, call_well, process_until_drained, quiet, run};

const STAGES_BACKWARDS: [&str; 5] = [
    "social_enrichment",
    "producer_identification",
    "track_discovery",
    "album_discovery",
    "artist_discovery",
];

#[tokio::test]
async fn the_processor_alone_completes_a_discovery() -> Result<()> {
    let setup = quiet().await?;
    setup.discover("Velvet Harbor").await?;
    let first = call_well(&setup, "cronQueueProcessor", json!({})).await?;
    let names: Vec<_> = first["queues"]
        .as_array()
        .context("no queues")?
        .iter()
        .filter_map(|queue| queue["queue_name"].as_str())
        .collect();
    ensure!(names == STAGES_BACKWARDS, "{first}");
    let summary = |at: usize| first["queues"][at].clone();
    ensure!(
        summary(4) == json!({"queue_name": "artist_discovery", "processed": 1, "errors": 0}),
        "{first}"
    );
    ensure!(
        summary(3) == json!({"queue_name": "album_discovery", "processed": 0, "errors": 0}),
        "{first}"
    );

    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await?;
    ensure!(
        setup.count("SELECT count(*) FROM public.processing_locks").await? == 0,
        "the lock is still held"
    );

    // Called by its cron job, it answers 202 and works on after that.
    setup.discover("Marisol Anker").await?;
    call_as_cron(&setup, "cronQueueProcessor", json!({})).await?;
    becomes(&setup, "SELECT count(*) FROM pgmq.q_artist_discovery", 0).await
}

#[tokio::test]
async fn the_processor_leaves_paused_queues_alone_and_runs_once_at_a_time() -> Result<()> {
    let setup = quiet().await?;
    setup
        .rpc("pause_queue", json!({"queue_name": "artist_discovery"}))
        .await?;
    setup.discover("Velvet Harbor").await?;
    let answer = call_well(&setup, "cronQueueProcessor", json!({})).await?;
    ensure!(!answer.to_string().contains("artist_discovery"), "{answer}");
    ensure!(
        setup
            .count("SELECT max(read_ct)::bigint FROM pgmq.q_artist_discovery")
            .await?
            == 0,
        "a message of the paused queue was taken"
    );

    setup
        .rpc("resume_queue", json!({"queue_name": "artist_discovery"}))
        .await?;
    setup
        .configure_demo(json!({"faults": [{"path": "/v1/search", "kind": "slow", "ms": 2000, "times": 1}]}))
        .await?;
    let (one, two, three) = tokio::join!(
        call_well(&setup, "cronQueueProcessor", json!({})),
        call_well(&setup, "cronQueueProcessor", json!({})),
        call_well(&setup, "cronQueueProcessor", json!({})),
    );
    let answers = [one?, two?, three?];
    let busy = answers.iter().filter(|answer| answer["busy"] == true).count();
    ensure!(busy == 2, "{answers:?}");
    let processed: u64 = answers
        .iter()
        .filter_map(|answer| answer["queues"][4]["processed"].as_u64())
        .sum();
    ensure!(processed == 1, "{answers:?}");
    let runs = setup
        .count("SELECT count(*) FROM public.queue_metrics WHERE operation = 'commit'")
        .await?;
    ensure!(runs == 1, "{runs} runs committed something");
    Ok(())
}

#[tokio::test]
async fn one_failing_worker_does_not_stop_the_others() -> Result<()> {
    let setup = quiet().await?;
    setup.discover("Velvet Harbor").await?;
    run(&setup, "ALTER TABLE pgmq.q_track_discovery RENAME TO q_gone").await?;
    let answer = call_well(&setup, "cronQueueProcessor", json!({})).await?;
    let failed = &answer["queues"][2];
    ensure!(
        failed["queue_name"] == "track_discovery" && failed["processed"] == 0,
        "{answer}"
    );
    let error = failed["error"].as_str().context("no error")?;
    ensure!(
        error.starts_with("trackDiscovery: ") && !error.contains("q_track"),
        "{error}"
    );
    ensure!(answer["queues"][4]["processed"] == 1, "{answer}");
    Ok(())
}
