//! A provider is down for a while.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::{Setup, figure};
use serde_json::json;

use crate::seeded::number;

/// Probes come a hundred times as often as by the defaults: six seconds of an outage are as long as ten minutes.
/// `scripts/test outage` has outages of an hour, in a crawl of fifty artists each.
#[tokio::test]
async fn an_outage_of_any_provider_costs_no_attempt_and_one_request_a_probe() -> Result<()> {
    const PROBES: &str =
        "SELECT coalesce(sum(probes) FILTER (WHERE open_since IS NOT NULL), -1)::bigint FROM linernotes.providers";
    let scale = number("LINERNOTES_OUTAGE_SCALE")?.unwrap_or(100);
    let minutes = number("LINERNOTES_OUTAGE_MINUTES")?.unwrap_or(10);
    let outage = Duration::from_secs_f64(60.0 * as_f64(minutes)? / as_f64(scale)?);
    let artists = usize::try_from(number("LINERNOTES_OUTAGE_ARTISTS")?.unwrap_or(10))?;
    // Of whom there is least to ask comes first, since the world's first artists have the richest profiles.
    let mut outages = vec![
        ("instagram", json!({"kind": "status", "status": 502})),
        ("wikidata", json!({"kind": "malformed"})),
        ("spotify", json!({"kind": "status", "status": 503})),
        ("musicbrainz", json!({"kind": "malformed"})),
        ("genius", json!({"kind": "status", "status": 500})),
    ];
    if let Ok(only) = std::env::var("LINERNOTES_OUTAGE_PROVIDER") {
        outages.retain(|(provider, _)| *provider == only);
        ensure!(!outages.is_empty(), "LINERNOTES_OUTAGE_PROVIDER: there is no {only}");
    }
    let setup = Setup::start(|options| {
        options.demo.artists = Some(artists * outages.len());
        options.demo.latency_ms = 20;
    })
    .await?;
    setup.eight_runs_each().await?;
    for (setting, default) in [
        ("breaker_first_probe_seconds", 2.0),
        ("breaker_longest_probe_seconds", 20.0),
    ] {
        setup.set(setting, json!(default / as_f64(scale)?)).await?;
    }
    let names = setup.world.artist_names();
    let (mut most_asked, mut longest) = (0, Duration::ZERO);
    for (n, (provider, fault)) in outages.iter().enumerate() {
        setup.reset_demo_stats().await?;
        let (before, during) = names[artists * n..artists * (n + 1)].split_at(artists / 2);
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
        tokio::time::sleep(outage).await;
        let probes = setup.count(PROBES).await? - probes;
        let asked = requests(&setup, provider).await? - asked;
        ensure!(
            probes > 10 && asked <= probes + 1,
            "{provider}: {asked} requests, {probes} probes"
        );
        let waited = waiting(&setup, provider).await?;
        setup.configure_demo(json!({"faults": []})).await?;
        let took = setup.drained(Duration::from_mins(1)).await?;
        println!(
            "{provider}: {asked} requests in {probes} probes, {waited} messages waited, done {took:.1?} after its return"
        );
        (most_asked, longest) = (most_asked.max(asked), longest.max(took));
        let dead = setup.count("SELECT count(*) FROM linernotes.dead_letters").await?;
        ensure!(dead == 0, "{provider}: {dead} dead letters: {}", setup.state().await);
        setup.assert_truth(&names[..artists * (n + 1)]).await?;
    }
    figure(
        "outage",
        &format!(
            "{minutes} minutes at 1/{scale} of their length in crawls of {artists} artists: {most_asked} requests at most, \
             all done {longest:.1?} after the return at the latest, no dead letter"
        ),
    )
}

fn as_f64(number: u64) -> Result<f64> {
    Ok(f64::from(u32::try_from(number)?))
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
