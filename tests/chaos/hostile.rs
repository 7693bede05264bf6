//! Providers that are hostile all the time, every one of them in the same way.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

/// Of a hundred requests 20 get a 5xx, 10 a 429 with `Retry-After`, 5 an answer cut off, 5 one that comes too late, and 5
/// garbage: the right answer halved, a page of HTML with status 200, numbers for lists, or 50 MB.
/// The shares are counted and not drawn, so they are met in short runs, too.
pub fn faults() -> Vec<Value> {
    // A fault strikes its share of what those before it have left.
    let of_the_rest = [
        (20.0, json!({"kind": "status", "status": 503})),
        (12.5, json!({"kind": "status", "status": 429, "retry_after": 1})),
        (7.1, json!({"kind": "cut"})),
        (7.7, json!({"kind": "slow", "ms": 6000})),
        (2.5, json!({"kind": "malformed"})),
        (2.6, json!({"kind": "html"})),
        (2.6, json!({"kind": "wrong_types"})),
        (0.9, json!({"kind": "huge"})),
    ];
    let providers = ["spotify", "musicbrainz", "genius", "wikidata", "instagram"];
    let each = providers.iter().flat_map(|provider| {
        of_the_rest.iter().map(move |(percent, fault)| {
            let mut fault = fault.clone();
            fault["provider"] = json!(provider);
            fault["path"] = json!("/");
            fault["percent"] = json!(percent);
            fault
        })
    });
    each.collect()
}

/// With eight runs of each worker, which share a rate, and tell each other of a pause.
#[tokio::test]
async fn eight_runs_of_each_worker_keep_a_rate_and_call_nobody_during_a_pause() -> Result<()> {
    const PER_SECOND: u32 = 3;
    let setup = Setup::start(|options| {
        options.demo.latency_ms = 20;
        options.demo.musicbrainz_per_second = PER_SECOND;
    })
    .await?;
    setup.eight_runs_each().await?;
    setup.set("retry_cap_seconds", json!(2)).await?;
    // Pauses long enough that nobody can have been under way for the whole of one.
    let pauses = faults().into_iter().map(|mut fault| {
        if fault["retry_after"] == 1 {
            fault["retry_after"] = json!(2);
        }
        fault
    });
    setup
        .configure_demo(json!({"faults": pauses.collect::<Vec<_>>()}))
        .await?;
    setup.reset_demo_stats().await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(4).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(4)).await?;
    let stats = setup.demo_stats().await?;
    let providers = stats["providers"].as_object().context("there are no counts")?;
    for (provider, counts) in providers {
        println!(
            "{provider}: {} answered, {} refused",
            counts["requests"], counts["rejected"]
        );
        ensure!(counts["called_while_paused"] == 0, "{provider}: {counts}");
    }
    let arrivals = stats["musicbrainz_arrivals_ms"]
        .as_array()
        .context("there are no arrivals")?;
    let arrivals: Vec<f64> = arrivals.iter().filter_map(Value::as_f64).collect();
    let most = most_beyond(&arrivals, f64::from(PER_SECOND));
    println!(
        "MusicBrainz: {} requests at {PER_SECOND} a second, at most {most:.2} too many over any stretch of time",
        arrivals.len()
    );
    // One may come late by half of the distance to the next.
    ensure!(arrivals.len() > 20 && most < 1.0, "{most:.2} requests too many");

    setup.configure_demo(json!({"faults": []})).await?;
    crate::seeded::replayed(&setup).await?;
    setup.assert_truth(&names).await
}

/// Of all stretches of time: by how many requests one had more than the rate allows, which is one at its beginning and so
/// many a second.
fn most_beyond(arrivals_ms: &[f64], per_second: f64) -> f64 {
    // A bucket that may hold nothing: what is in it is beyond the rate.
    let mut beyond = 0.0;
    let mut before = f64::NEG_INFINITY;
    let mut most = 0.0_f64;
    for &at in arrivals_ms {
        beyond = f64::max(beyond + 1.0 - (at - before) / 1000.0 * per_second, 0.0);
        before = at;
        most = most.max(beyond);
    }
    most
}

#[test]
fn a_rate_is_measured_over_every_stretch() {
    assert!(most_beyond(&[0.0, 250.0, 500.0, 750.0], 4.0) < 0.001);
    assert!((most_beyond(&[0.0, 10_000.0, 10_000.0, 10_000.0], 4.0) - 2.0).abs() < 0.001);
    assert!((most_beyond(&[0.0, 125.0, 250.0, 375.0, 500.0], 4.0) - 2.0).abs() < 0.001);
}
