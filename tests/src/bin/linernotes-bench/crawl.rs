//! The figures of the whole pipeline: components, answers, wake-ups, crawls.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_stack::{Options, Service};
use linernotes_tests::{Setup, components, function};
use serde_json::{Value, json};

use crate::figures::{Figures, millis, percentile, seconds};

/// Ten albums, 120 tracks.
const ARTIST: &str = "Velvet Harbor";

pub async fn measure(figures: &mut Figures) -> Result<()> {
    sizes(figures)?;
    answers(figures).await?;
    wake_ups(figures).await?;
    Box::pin(one_artist(figures)).await?;
    one_artist_at_real_pace(figures).await?;
    fifty_artists(figures).await?;
    messages_a_second(figures).await
}

fn sizes(figures: &mut Figures) -> Result<()> {
    let folder = Options::new("").repository.join("target/wasm32-wasip2/release");
    for component in components()? {
        let path = folder.join(format!("{}.wasm", component.replace('-', "_")));
        let size = std::fs::metadata(&path)
            .with_context(|| path.display().to_string())?
            .len();
        figures.add(
            format!("size of {component}"),
            format!("{} kB", size / 1000),
            "under 1000 kB",
        );
    }
    Ok(())
}

/// The first answer of each component after the host's start, and the later ones against the host's own 404. A GET is
/// answered by the component itself (405) without asking anybody.
async fn answers(figures: &mut Figures) -> Result<()> {
    let setup = Setup::start_durable(|_| ()).await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    setup.stack.restart(Service::Functions).await?;
    let client = reqwest::Client::new();
    let base = &setup.info().functions_url;
    let functions: Vec<String> = components()?.iter().map(|name| function(name)).collect();
    let own = format!("{base}/nothingHere");
    timed(&client, &own).await?;
    let mut first = Vec::new();
    for function in &functions {
        first.push(timed(&client, &format!("{base}/{function}")).await?);
    }
    let slowest = first.iter().max().copied().unwrap_or_default();
    figures.add(
        "first answer after the host's start, slowest of all",
        millis(slowest),
        "under 20 ms",
    );
    let (mut hosts, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        for function in &functions {
            hosts.push(timed(&client, &own).await?);
            answers.push(timed(&client, &format!("{base}/{function}")).await?);
        }
    }
    let (host, component) = (percentile(&mut hosts, 50), percentile(&mut answers, 50));
    let over = component.saturating_sub(host);
    let measured = format!("{} over the host's {} (p50 of 500)", millis(over), millis(host));
    figures.add("later answers", measured, "under 2 ms over the host's");
    setup.stack.stop().await
}

async fn timed(client: &reqwest::Client, url: &str) -> Result<Duration> {
    let start = Instant::now();
    client.get(url).send().await?.bytes().await?;
    Ok(start.elapsed())
}

/// From the enqueue of one message into an idle system to its delivery to a worker.
async fn wake_ups(figures: &mut Figures) -> Result<()> {
    const UNREAD: &str = "SELECT count(*) FROM pgmq.q_artist_discovery WHERE read_ct = 0";
    let setup = Setup::start_durable(|_| ()).await?;
    let mut times = Vec::new();
    for number in 0..40 {
        let name = format!("{} {number}", linernotes_demo::NO_SUCH_ARTIST);
        setup.discover(&name).await?;
        let start = Instant::now();
        while setup.count(UNREAD).await? > 0 {
            ensure!(start.elapsed() < Duration::from_secs(20), "nobody woke up");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        times.push(start.elapsed());
        setup.drained(Duration::from_secs(20)).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let measured = format!(
        "p50 {}, p95 {}",
        millis(percentile(&mut times, 50)),
        millis(percentile(&mut times, 95))
    );
    figures.add(
        "enqueue → worker running, idle system (40 times)",
        measured,
        "p95 under 500 ms",
    );
    setup.stack.stop().await
}

/// One artist with upstreams at 50 ms, and what it costs.
async fn one_artist(figures: &mut Figures) -> Result<()> {
    let setup = Setup::start_durable(|options| options.demo.latency_ms = 50).await?;
    count_calls(&setup).await?;
    let start = Instant::now();
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_mins(2)).await?;
    let took = start.elapsed();
    setup.assert_truth(&[ARTIST]).await?;
    figures.add(
        "one artist (10 albums, 120 tracks), upstreams at 50 ms",
        seconds(took),
        "under 5 s",
    );
    let stats = setup.demo_stats().await?;
    for (provider, counts) in stats["providers"].as_object().into_iter().flatten() {
        figures.add(
            format!("requests to {provider} for it"),
            endpoints(counts),
            "1.1 × the least",
        );
    }
    let calls = function_calls(&setup).await?;
    figures.add("round trips to the database for it", calls, "2 a batch");
    let start = Instant::now();
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_secs(20)).await?;
    figures.add("the same artist again", seconds(start.elapsed()), "");
    setup.stack.stop().await
}

/// One artist with MusicBrainz at one request a second: that pace is the bound.
async fn one_artist_at_real_pace(figures: &mut Figures) -> Result<()> {
    let setup = Setup::start_durable(|options| {
        options.demo.latency_ms = 50;
        options.demo.musicbrainz_per_second = 1;
    })
    .await?;
    let start = Instant::now();
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_mins(10)).await?;
    let took = start.elapsed();
    setup.assert_truth(&[ARTIST]).await?;
    let requests = setup.demo_stats().await?["musicbrainz_arrivals_ms"]
        .as_array()
        .map_or(0, Vec::len);
    let measured = format!("{} with {requests} requests", seconds(took));
    figures.add(
        "one artist, MusicBrainz at 1 a second",
        measured,
        "at most 2 s more than requests",
    );
    setup.stack.stop().await
}

async fn fifty_artists(figures: &mut Figures) -> Result<()> {
    let setup = Setup::start_durable(|options| options.demo.latency_ms = 50).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(50).collect();
    let start = Instant::now();
    for name in &names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(10)).await?;
    let took = start.elapsed();
    setup.assert_truth(&names).await?;
    let requests = setup.demo_requests().await?;
    let tracks = setup.count("SELECT count(*) FROM public.tracks").await?;
    let measured = format!("{} ({tracks} tracks, {requests} upstream requests)", seconds(took));
    figures.add("50 artists at once, upstreams at 50 ms", measured, "");
    setup.stack.stop().await
}

/// The documented worker's measure: 300 names in batches of 15, one batch after the other, upstream at 100 ms.
async fn messages_a_second(figures: &mut Figures) -> Result<()> {
    let setup = Setup::start_durable(|options| {
        options.demo.latency_ms = 100;
        options.demo.artists = Some(330);
    })
    .await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(300).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    let start = Instant::now();
    let mut batches = 0;
    while setup.count("SELECT count(*) FROM pgmq.q_artist_discovery").await? > 0 {
        let (status, answer) = setup.call("artistDiscovery", json!({"batch_size": 15})).await?;
        ensure!(status == 200, "{status} {answer}");
        batches += 1;
    }
    let each = start.elapsed() / u32::try_from(names.len())?;
    let measured = format!("{:.0} messages a second ({batches} batches)", 1.0 / each.as_secs_f64());
    figures.add(
        "artistDiscovery, batches of 15, upstream at 100 ms",
        measured,
        "12 × 8.3 = 100",
    );
    setup.stack.stop().await
}

/// Has Postgres count the calls of each function.
async fn count_calls(setup: &Setup) -> Result<()> {
    let admin = sqlx::PgPool::connect(setup.stack.admin_database_url()).await?;
    sqlx::query("ALTER SYSTEM SET track_functions = 'all'")
        .execute(&admin)
        .await?;
    sqlx::query("SELECT pg_reload_conf()").execute(&admin).await?;
    // The sessions of the gateway take the new value before their next statement.
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(())
}

async fn function_calls(setup: &Setup) -> Result<String> {
    // An idle session hands its counts in after ten seconds.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let calls: Vec<(String, i64)> = sqlx::query_as(
        "SELECT funcname::text, calls FROM pg_stat_user_functions WHERE schemaname = 'public' \
         AND funcname IN ('dequeue_batch', 'commit_batch', 'reserve_provider_requests') ORDER BY 1",
    )
    .fetch_all(&setup.pool)
    .await?;
    let total: i64 = calls.iter().map(|(_, calls)| calls).sum();
    let each: Vec<String> = calls.iter().map(|(name, calls)| format!("{name} {calls}")).collect();
    Ok(format!("{total} ({})", each.join(", ")))
}

fn endpoints(counts: &Value) -> String {
    let each = counts["endpoints"].as_object().into_iter().flatten();
    let each: Vec<String> = each
        .map(|(name, counts)| format!("{name} {}", counts["requests"]))
        .collect();
    format!("{} ({})", counts["requests"], each.join(", "))
}
