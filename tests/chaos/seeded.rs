//! Faults drawn from a seed, while the providers are hostile all the time. `scripts/test chaos` tries many seeds, and
//! finds the first fault that matters where one fails.
//!
//! The functions run as on Spin, where nothing ends a component that waits for a Redis which hangs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_tests::{Setup, checkout};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use crate::fault::{Draw, Fault};
use crate::hostile;
use crate::small_disk::SmallDisk;

const ARTISTS: usize = 12;

/// Of each kind there is one, and so many more are drawn.
const MORE: usize = 3;

pub const QUEUES: [&str; 5] = [
    "artist_discovery",
    "album_discovery",
    "track_discovery",
    "producer_identification",
    "social_enrichment",
];

#[tokio::test]
async fn a_first_seed_ends_at_the_truth() -> Result<()> {
    Box::pin(chaos(number("LINERNOTES_CHAOS_SEED")?.unwrap_or(1))).await
}

#[tokio::test]
async fn a_second_seed_ends_at_the_truth() -> Result<()> {
    Box::pin(chaos(2)).await
}

/// A number that the environment gives.
pub fn number(variable: &str) -> Result<Option<u64>> {
    let Ok(value) = std::env::var(variable) else {
        return Ok(None);
    };
    if value.is_empty() {
        return Ok(None);
    }
    Ok(Some(value.parse().with_context(|| format!("{variable} is no number"))?))
}

/// The seed's faults, each with the time before it; of them those that the environment asks for, from the first (0) to
/// before the last.
fn schedule(seed: u64) -> Result<Vec<(u64, Fault)>> {
    let mut draw = Draw(seed);
    let faults = draw.faults(MORE);
    let all: Vec<_> = faults
        .into_iter()
        .map(|fault| (draw.between(200, 1500), fault))
        .collect();
    let to = number("LINERNOTES_CHAOS_TO")?.map_or(Ok(all.len()), usize::try_from)?;
    let to = to.min(all.len());
    let from = number("LINERNOTES_CHAOS_FROM")?.map_or(Ok(0), usize::try_from)?;
    let from = from.min(to);
    Ok(all[from..to].to_vec())
}

async fn chaos(seed: u64) -> Result<()> {
    let schedule = schedule(seed)?;
    println!("seed {seed}: {} faults: {schedule:?}", schedule.len());

    let disk = SmallDisk::mount()?;
    let setup = Setup::start(|options| {
        options.demo.latency_ms = 20;
        options.as_spin = true;
        if let Some(disk) = &disk {
            options.data_dir = disk.data_dir();
        }
    })
    .await?;
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
    if let Ok(file) = std::env::var("LINERNOTES_CHAOS_PLANT") {
        // To see that a bug is found.
        let sql = std::fs::read_to_string(checkout()?.join(file))?;
        let mut admin = PgConnection::connect(setup.stack.admin_database_url()).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await?;
    }
    setup.configure_demo(json!({"faults": hostile::faults()})).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(ARTISTS).collect();
    let mut asked = Vec::new();
    setup.cron_in_a_hurry();
    let start = Instant::now();
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    // There is always something to do: artists are asked for all the time.
    let mut waiting = names.iter();
    for (after, fault) in &schedule {
        if let Some(name) = waiting.next() {
            asked.push(acknowledged(&setup, name).await?);
        }
        tokio::time::sleep(Duration::from_millis(*after)).await;
        fault
            .strike(&setup, disk.as_ref())
            .await
            .with_context(|| format!("{fault:?}"))?;
        *kinds.entry(fault.kind()).or_default() += 1;
    }
    for name in waiting {
        asked.push(acknowledged(&setup, name).await?);
    }
    if let Err(error) = setup.drained(Duration::from_mins(2)).await {
        println!("seed {seed}: {}", hidden(&setup).await?);
        return Err(error);
    }
    let truth_after = start.elapsed();
    // Of a message that takes three requests, four in ten of which fail, one in four uses up its attempts.
    setup.configure_demo(json!({"faults": []})).await?;
    let dead = replayed(&setup).await?;
    setup.assert_truth(&names).await?;
    for message in asked {
        let discovery = setup.rpc("get_discovery", json!({"message_id": message})).await?;
        ensure!(discovery["state"] == "completed", "message {message}: {discovery}");
    }
    let left = setup
        .count(
            "SELECT count(*) FROM public.processing_status WHERE state NOT IN ('COMPLETED', 'FAILED') OR dead_lettered",
        )
        .await?;
    ensure!(left == 0, "{left} states are not final: {}", setup.state().await);
    println!("seed {seed}: {kinds:?}, drained after {truth_after:.1?}, {dead} dead letters that one replay healed");
    Ok(())
}

/// The messages that are left, for the output of a failed test.
async fn hidden(setup: &Setup) -> Result<String> {
    let mut text = String::from("left:\n");
    for queue in QUEUES {
        let query = format!(
            "SELECT coalesce(string_agg(concat_ws(' ', msg_id, read_ct, vt - clock_timestamp(), message), ' | '), '') \
             FROM (SELECT * FROM pgmq.q_{queue} LIMIT 5) AS list"
        );
        let left: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&setup.pool)
            .await?;
        writeln!(text, "{queue}: {left}")?;
    }
    Ok(text)
}

/// Asks for an artist until the answer is there: then the message must never be lost.
async fn acknowledged(setup: &Setup, name: &str) -> Result<i64> {
    let start = Instant::now();
    loop {
        match setup.discover(name).await {
            Ok(message) => return Ok(message),
            Err(error) => ensure!(start.elapsed() < Duration::from_mins(1), "{name}: {error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Puts the dead letters back once; none may be left. Returns how many there were.
pub async fn replayed(setup: &Setup) -> Result<i64> {
    const DEAD: &str = "SELECT count(*) FROM linernotes.dead_letters WHERE replayed_at IS NULL";
    let dead = setup.count(DEAD).await?;
    for queue in QUEUES {
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
