//! Bodies that are refused, by name, before anything is done.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::{call_well, quiet};

#[tokio::test]
async fn bad_bodies_are_named_and_nothing_happens() -> Result<()> {
    const WRITTEN: &str =
        "SELECT (SELECT count(*) FROM public.monitoring_events) + (SELECT count(*) FROM public.processing_locks)";
    let setup = quiet().await?;
    let minutes = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("5"),
        json!(true),
        json!(6_000_000),
        json!([]),
    ];
    let flags = [json!("true"), json!(1), json!({})];
    let texts = [
        json!(""),
        json!("  "),
        json!(1),
        json!(false),
        json!(["artist_discovery"]),
    ];
    for (function, field, values) in [
        ("queueMonitor", "threshold_minutes", minutes.as_slice()),
        ("queueMonitor", "auto_fix", &flags),
        ("queueMonitor", "queue_name", &texts),
        (
            "queueMonitor",
            "queue_name",
            &[json!("no_such_queue"), json!("x'; DROP TABLE artists; --")],
        ),
        ("clearQueueDeduplication", "queue_name", &texts),
        (
            "clearQueueDeduplication",
            "queue_name",
            &[json!("no_such_queue"), json!("*"), json!("artist_*")],
        ),
        ("clearQueueDeduplication", "idempotency_key", &texts),
        ("clearQueueDeduplication", "older_than_minutes", &minutes),
        ("clearQueueDeduplication", "dry_run", &flags),
        ("cronCleanupStaleEntities", "threshold_minutes", &minutes),
    ] {
        for value in values {
            let (status, answer) = setup.call(function, json!({field: value})).await?;
            ensure!(
                status == 400 && answer["success"] == false && answer["field"] == field,
                "{function} {field} {value}: {status} {answer}"
            );
            ensure!(!answer.to_string().contains("SELECT"), "{answer}");
        }
    }
    let client = reqwest::Client::new();
    for function in [
        "cronQueueProcessor",
        "queueMonitor",
        "clearQueueDeduplication",
        "checkPipeline",
        "cronCleanupStaleEntities",
    ] {
        let url = format!("{}/{function}", setup.info().functions_url);
        let secret = &setup.info().function_secret;
        for (body, wanted) in [("[]", 400), ("{", 400), ("7", 400)] {
            let request = client.post(&url).bearer_auth(secret).body(body);
            // A body is checked before the 202, so a bad one is refused also when nobody waits.
            let answer = request.header("Prefer", "respond-async").send().await?;
            ensure!(answer.status() == wanted, "{function} {body}: {}", answer.status());
        }
        let stranger = client
            .post(&url)
            .bearer_auth(&setup.info().publishable_key)
            .send()
            .await?;
        ensure!(stranger.status() == 401, "{function}: {}", stranger.status());
        let get = client.get(&url).bearer_auth(secret).send().await?;
        ensure!(get.status() == 405, "{function}: {}", get.status());
    }
    ensure!(setup.count(WRITTEN).await? == 0, "something was written");
    // Unknown members are ignored, so that a newer caller can talk to an older function.
    call_well(&setup, "queueMonitor", json!({"queue_name": null, "later": 1})).await?;
    Ok(())
}
