//! A provider is down for a while.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::json;

/// The probes of an outage come a hundred times as often as by the defaults: these six seconds are as long as ten minutes.
#[tokio::test]
async fn an_outage_of_any_provider_costs_no_attempt_and_one_request_a_probe() -> Result<()> {
    const OUTAGE: Duration = Duration::from_secs(6);
    const PROBES: &str =
        "SELECT coalesce(sum(probes) FILTER (WHERE open_since IS NOT NULL), -1)::bigint FROM linernotes.providers";
    let setup = Setup::start(|options| {
        options.demo.artists = Some(50);
        options.demo.latency_ms = 20;
    })
    .await?;
    setup.set("breaker_first_probe_seconds", json!(0.05)).await?;
    setup.set("breaker_longest_probe_seconds", json!(0.2)).await?;
    let names = setup.world.artist_names();
    // Of whom there is least to ask comes first, since the world's first artists have the richest profiles.
    let outages = [
        ("instagram", json!({"kind": "status", "status": 502})),
        ("wikidata", json!({"kind": "malformed"})),
        ("spotify", json!({"kind": "status", "status": 503})),
        ("musicbrainz", json!({"kind": "malformed"})),
        ("genius", json!({"kind": "status", "status": 500})),
    ];
    for (n, (provider, fault)) in outages.iter().enumerate() {
        setup.reset_demo_stats().await?;
        let (before, during) = names[10 * n..10 * n + 10].split_at(5);
        for name in before {
            setup.discover(name).await?;
        }
        becomes(&setup, provider, |asked| asked > 0).await?;
        let mut fault = fault.clone();
        fault["provider"] = json!(provider);
        fault["path"] = json!("/");
        setup.configure_demo(json!({"faults": [fault]})).await?;
        for name in during {
            setup.discover(name).await?;
        }
        let start = Instant::now();
        while setup.count(PROBES).await? < 0 {
            ensure!(
                start.elapsed() < Duration::from_secs(40),
                "{provider}: no breaker has opened"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Requests that were under way when the breaker opened come to their end.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let (asked, probes) = (requests(&setup, provider).await?, setup.count(PROBES).await?);
        tokio::time::sleep(OUTAGE).await;
        let probes = setup.count(PROBES).await? - probes;
        let asked = requests(&setup, provider).await? - asked;
        ensure!(
            probes > 10 && asked <= probes + 1,
            "{provider}: {asked} requests, {probes} probes"
        );
        let waited = waiting(&setup, provider).await?;
        setup.configure_demo(json!({"faults": []})).await?;
        let took = setup.drained(Duration::from_mins(1)).await?;
        println!("{provider}: {asked} requests in {probes} probes, {waited} waited, done {took:?} after its return");
        let dead = setup.count("SELECT count(*) FROM linernotes.dead_letters").await?;
        ensure!(dead == 0, "{provider}: {dead} dead letters: {}", setup.state().await);
        setup.assert_truth(&names[..10 * n + 10]).await?;
    }
    Ok(())
}

/// How many messages wait for the provider, as the status says. At the moment of a probe they may all be with a run.
async fn waiting(setup: &Setup, provider: &str) -> Result<u64> {
    let start = Instant::now();
    loop {
        let status = setup.rpc("get_pipeline_status", json!({})).await?;
        let breaker = &status["providers"][provider]["breaker"];
        if let Some(waiting @ 1..) = breaker["waiting"].as_u64() {
            return Ok(waiting);
        }
        ensure!(start.elapsed() < Duration::from_secs(10), "{provider}: {breaker}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Requests to a provider since the last reset, refused ones included.
async fn requests(setup: &Setup, provider: &str) -> Result<i64> {
    let stats = &setup.demo_stats().await?["providers"][provider];
    Ok(["requests", "rejected"]
        .iter()
        .filter_map(|count| stats[count].as_i64())
        .sum())
}

async fn becomes(setup: &Setup, provider: &str, enough: impl Fn(i64) -> bool) -> Result<()> {
    let start = Instant::now();
    while !enough(requests(setup, provider).await?) {
        ensure!(start.elapsed() < Duration::from_mins(1), "{provider} is not asked");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
