//! Faults drawn from a seed, while the providers are hostile all the time. `scripts/test chaos` tries many seeds, and
//! finds the first fault that matters where one fails.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_tests::Setup;
use serde_json::json;

use crate::fault::{Draw, Fault};
use crate::hostile;

const ARTISTS: usize = 5;
const FAULTS: usize = 8;

#[tokio::test]
async fn a_first_seed_ends_at_the_truth() -> Result<()> {
    chaos(number("LINERNOTES_CHAOS_SEED")?.unwrap_or(1)).await
}

#[tokio::test]
async fn a_second_seed_ends_at_the_truth() -> Result<()> {
    chaos(2).await
}

fn number(variable: &str) -> Result<Option<u64>> {
    let Ok(value) = std::env::var(variable) else {
        return Ok(None);
    };
    if value.is_empty() {
        return Ok(None);
    }
    Ok(Some(value.parse().with_context(|| format!("{variable} is no number"))?))
}

async fn chaos(seed: u64) -> Result<()> {
    let mut draw = Draw(seed);
    let schedule: Vec<(u64, Fault)> = (0..FAULTS).map(|_| (draw.between(200, 2500), draw.fault())).collect();
    let first = number("LINERNOTES_CHAOS_FAULTS")?.map_or(FAULTS, |first| usize::try_from(first).unwrap_or(FAULTS));
    let schedule = &schedule[..first.min(FAULTS)];
    println!("seed {seed}: {schedule:?}");

    let setup = Setup::start(|options| options.demo.latency_ms = 20).await?;
    for (setting, value) in [
        // What a killed run holds comes back after this time.
        ("visibility_timeout_seconds", json!(6)),
        ("run_budget_seconds", json!(4)),
        ("retry_cap_seconds", json!(2)),
        ("breaker_first_probe_seconds", json!(0.2)),
        ("breaker_longest_probe_seconds", json!(1)),
    ] {
        setup.set(setting, value).await?;
    }
    setup.configure_demo(json!({"faults": hostile::faults()})).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(ARTISTS).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    setup.cron_in_a_hurry();
    let start = Instant::now();
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for (after, fault) in schedule {
        tokio::time::sleep(Duration::from_millis(*after)).await;
        fault.strike(&setup).await.with_context(|| format!("{fault:?}"))?;
        *kinds.entry(fault.kind()).or_default() += 1;
    }
    setup.drained(Duration::from_mins(3)).await?;
    let truth_after = start.elapsed();
    // Of a message that takes three requests, four in ten of which fail, one in four uses up its attempts.
    setup.configure_demo(json!({"faults": []})).await?;
    let dead = replayed(&setup).await?;
    setup.assert_truth(&names).await?;
    let left = setup
        .count(
            "SELECT count(*) FROM public.processing_status WHERE state NOT IN ('COMPLETED', 'FAILED') OR dead_lettered",
        )
        .await?;
    ensure!(left == 0, "{left} states are not final: {}", setup.state().await);
    println!("seed {seed}: {kinds:?}, drained after {truth_after:.1?}, {dead} dead letters that one replay healed");
    Ok(())
}

/// Puts the dead letters back once; none may be left. Returns how many there were.
async fn replayed(setup: &Setup) -> Result<i64> {
    const DEAD: &str = "SELECT count(*) FROM linernotes.dead_letters WHERE replayed_at IS NULL";
    let dead = setup.count(DEAD).await?;
    for queue in [
        "artist_discovery",
        "album_discovery",
        "track_discovery",
        "producer_identification",
        "social_enrichment",
    ] {
        setup.rpc("replay_dead_letters", json!({"queue_name": queue})).await?;
    }
    setup.drained(Duration::from_mins(1)).await?;
    let left = setup.count(DEAD).await?;
    ensure!(
        left == 0,
        "{left} of {dead} dead letters are left after a replay: {}",
        setup.state().await
    );
    Ok(dead)
}
