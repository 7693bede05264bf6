//! What takes minutes by its nature: many artists, real pace, cron as the only motor.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_stack::SpotifyApp;
use linernotes_tests::Setup;
use serde_json::json;

/// Fifty artists at once, with both providers' rate limits on (scaled: MusicBrainz at 50 a second).
async fn fifty_artists(app: SpotifyApp) -> Result<()> {
    let setup = Setup::start(|options| {
        options.demo.spotify_app = app;
        options.demo.musicbrainz_per_second = 50;
        options.demo.spotify_per_30s = Some(120);
    })
    .await?;
    setup
        .configure_demo(json!({"spotify_window_seconds": 2.0, "spotify_retry_after_seconds": 1}))
        .await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(50).collect();
    let start = Instant::now();
    for name in &names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(7)).await?;
    let stats = setup.demo_stats().await?;
    println!("50 artists, {app} app: {:.1} s", start.elapsed().as_secs_f64());
    if let Some(providers) = stats["providers"].as_object() {
        for (name, counts) in providers {
            println!(
                "  {name}: {} requests, {} of them refused",
                counts["requests"], counts["rejected"]
            );
            ensure!(
                counts["called_while_paused"].as_u64() < Some(10),
                "{name} was called in its pause: {counts}"
            );
        }
    }
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn slow_fifty_artists_with_extended_quota() -> Result<()> {
    fifty_artists(SpotifyApp::Extended).await
}

#[tokio::test]
async fn slow_fifty_artists_in_development_mode() -> Result<()> {
    fifty_artists(SpotifyApp::Development).await
}

/// Wake-ups off, and each worker's job every minute: five stages are five ticks at most.
#[tokio::test]
async fn slow_cron_alone_completes_a_discovery() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    for job in [
        "artist-discovery",
        "album-discovery",
        "track-discovery",
        "producer-identification",
        "social-enrichment",
    ] {
        sqlx::query("SELECT cron.schedule(jobname, '* * * * *', command) FROM cron.job WHERE jobname = $1")
            .bind(format!("{job}-queue-job"))
            .execute(&setup.pool)
            .await?;
    }
    setup.discover("Velvet Harbor").await?;
    let took = setup.drained(Duration::from_mins(7)).await?;
    println!("cron alone: {:.0} s", took.as_secs_f64());
    setup.assert_truth(&["Velvet Harbor"]).await
}

/// MusicBrainz as it is: one request a second, whoever asks; 503 for all above it.
#[tokio::test]
async fn slow_one_artist_at_one_musicbrainz_request_a_second() -> Result<()> {
    let setup = Setup::start(|options| options.demo.musicbrainz_per_second = 1).await?;
    setup.configure_demo(json!({"musicbrainz_busy_percent": 0})).await?;
    setup.discover("Velvet Harbor").await?;
    let took = setup.drained(Duration::from_mins(4)).await?;
    let stats = setup.demo_stats().await?;
    let requests = stats["musicbrainz_arrivals_ms"].as_array().map_or(0, Vec::len);
    println!("real pace: {:.1} s with {requests} requests", took.as_secs_f64());
    let musicbrainz = &stats["providers"]["musicbrainz"];
    ensure!(musicbrainz["rejected"] == 0, "MusicBrainz refused some: {musicbrainz}");
    setup.assert_truth(&["Velvet Harbor"]).await
}
