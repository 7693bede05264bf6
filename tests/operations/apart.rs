//! Workers on one host, the processor on another: it finds them through `functions_url`.

use anyhow::{Context, Result, ensure};
use linernotes_tests::SecondHost;
use serde_json::json;

use crate::harness::{process_until_drained, quiet, run};

#[tokio::test]
async fn a_processor_on_another_host_calls_the_workers_by_functions_url() -> Result<()> {
    let setup = quiet().await?;
    let api = setup.info().api_url.clone();
    // The second host has the processor alone, so it has to call the workers on the stack's host.
    let elsewhere = SecondHost::start(&setup, &["cron-queue-processor"], &[("functions_url", &api)]).await?;
    let (status, answer) = elsewhere.call("artistDiscovery", &json!({})).await.unwrap_or_default();
    ensure!(status != 200, "the second host has workers of its own: {answer}");

    setup.discover("Velvet Harbor").await?;
    run(&setup, "ALTER TABLE pgmq.q_track_discovery RENAME TO q_gone").await?;
    let (status, first) = elsewhere.call("cronQueueProcessor", &json!({})).await?;
    ensure!(status == 200 && first["success"] == true, "{status} {first}");
    let queues = first["queues"].as_array().context("no queues")?;
    let names: Vec<_> = queues.iter().filter_map(|queue| queue["queue_name"].as_str()).collect();
    let backwards = [
        "social_enrichment",
        "producer_identification",
        "track_discovery",
        "album_discovery",
        "artist_discovery",
    ];
    ensure!(names == backwards, "{first}");
    // The worker of the renamed queue fails, and the others work.
    let error = queues[2]["error"].as_str().context("no error")?;
    ensure!(error.starts_with("trackDiscovery: dequeue_batch failed"), "{error}");
    let wanted = json!({"queue_name": "artist_discovery", "processed": 1, "errors": 0});
    ensure!(queues[4] == wanted, "{first}");

    run(&setup, "ALTER TABLE pgmq.q_gone RENAME TO q_track_discovery").await?;
    for _ in 0..4 {
        let (status, answer) = elsewhere.call("cronQueueProcessor", &json!({})).await?;
        ensure!(status == 200 && !answer.to_string().contains("error\":"), "{answer}");
    }
    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}

#[tokio::test]
async fn the_check_and_the_processor_name_workers_that_do_not_answer() -> Result<()> {
    let setup = quiet().await?;
    let nobody = [("functions_url", "http://127.0.0.1:9")];
    let elsewhere = SecondHost::start(&setup, &["cron-queue-processor", "check-pipeline"], &nobody).await?;
    let (status, check) = elsewhere.call("checkPipeline", &json!({})).await?;
    ensure!(
        status == 200
            && check["overall_status"] == "unhealthy"
            && check["workers"]["albumDiscovery"]["answering"] == false,
        "{status} {check}"
    );
    let all = "artistDiscovery, albumDiscovery, trackDiscovery, producerIdentification, socialEnrichment: ";
    ensure!(check["reasons"].to_string().contains(all), "{check}");
    let (status, answer) = elsewhere.call("cronQueueProcessor", &json!({})).await?;
    let queues = answer["queues"].as_array().context("no queues")?;
    ensure!(
        status == 200 && queues.len() == 5 && queues.iter().all(|queue| queue["error"].is_string()),
        "{status} {answer}"
    );
    Ok(())
}
