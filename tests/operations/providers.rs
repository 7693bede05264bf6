//! Providers that fail in other ways than by refusing connections: what becomes of the message, what the operator is
//! told, and that all goes on when the fault ends.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

use crate::harness::{becomes, call_well, quiet, run};

const DEAD: &str = "SELECT count(*) FROM linernotes.dead_letters";
const ATTEMPTS: &str =
    "SELECT attempts::bigint FROM public.processing_status WHERE entity_id = 'artist:name:velvet harbor'";

/// What the pipeline has written down of the artist's message.
async fn last_error(setup: &Setup) -> Result<String> {
    let error: Option<String> = sqlx::query_scalar(
        "SELECT last_error FROM public.processing_status WHERE entity_id = 'artist:name:velvet harbor'",
    )
    .fetch_one(&setup.pool)
    .await?;
    Ok(error.unwrap_or_default())
}

async fn fault(setup: &Setup, faults: Value) -> Result<()> {
    setup.configure_demo(json!({"faults": faults})).await
}

/// `checkPipeline`'s words, which must name this problem.
async fn check(setup: &Setup, health: &str, problem: &str) -> Result<Value> {
    let answer = call_well(setup, "checkPipeline", json!({})).await?;
    ensure!(answer["overall_status"] == health, "{answer}");
    ensure!(answer["reasons"].to_string().contains(problem), "{problem}: {answer}");
    Ok(answer)
}

#[tokio::test]
async fn refused_credentials_are_tried_seldom_and_reported() -> Result<()> {
    let setup = quiet().await?;
    fault(&setup, json!([{"path": "/api/token", "kind": "status", "status": 401}])).await?;
    setup.discover("Velvet Harbor").await?;
    let answer = call_well(&setup, "artistDiscovery", json!({})).await?;
    ensure!(answer["errors"] == 1 && answer["processed"] == 0, "{answer}");
    let error = last_error(&setup).await?;
    ensure!(error.starts_with("spotify_credentials_refused: "), "{error}");
    // The next try is five minutes later, so that the message is not dead before somebody has mended the credentials.
    let waits = setup
        .count("SELECT extract(epoch FROM vt - now())::bigint FROM pgmq.q_artist_discovery")
        .await?;
    ensure!((280..=300).contains(&waits), "{waits} s");
    let told = check(&setup, "unhealthy", "spotify refuses what is configured (status 401)").await?;
    ensure!(
        told["reasons"].to_string().contains("1 message waits for another try"),
        "{told}"
    );
    ensure!(told["providers"]["spotify"]["state"] == "refused", "{told}");

    fault(&setup, json!([])).await?;
    // Stands for the five minutes.
    run(&setup, "UPDATE pgmq.q_artist_discovery SET vt = now()").await?;
    setup.set("wake_ups_enabled", json!(true)).await?;
    call_well(&setup, "artistDiscovery", json!({})).await?;
    setup.drained(Duration::from_secs(30)).await?;
    check(&setup, "healthy", "").await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}

#[tokio::test]
async fn a_provider_that_never_answers_costs_an_attempt_until_it_does() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    fault(&setup, json!([{"path": "/v1/search", "kind": "slow", "ms": 600_000}])).await?;
    let start = Instant::now();
    setup.discover("Velvet Harbor").await?;
    check(&setup, "warning", "spotify does not answer: no answer within 3000 ms").await?;
    becomes(
        &setup,
        "SELECT count(*) FROM public.processing_status WHERE last_error IS NOT NULL",
        1,
    )
    .await?;
    let error = last_error(&setup).await?;
    ensure!(
        error.starts_with("provider_unreachable: ") && error.contains("no answer within 10000 ms"),
        "{error}"
    );
    ensure!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());

    fault(&setup, json!([])).await?;
    setup.drained(Duration::from_secs(40)).await?;
    ensure!(setup.count(DEAD).await? == 0, "{}", setup.state().await);
    check(&setup, "healthy", "").await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}

#[tokio::test]
async fn a_paused_provider_is_asked_by_nobody_and_costs_no_attempt() -> Result<()> {
    const PAUSE: Duration = Duration::from_secs(10);
    let setup = quiet().await?;
    // Longer than a run has time to wait.
    setup.set("run_budget_seconds", json!(4)).await?;
    let pause = PAUSE.as_secs();
    fault(
        &setup,
        json!([{"path": "/v1/search", "kind": "status", "status": 429, "retry_after": pause, "times": 1}]),
    )
    .await?;
    setup.discover("Velvet Harbor").await?;
    let start = Instant::now();
    call_well(&setup, "artistDiscovery", json!({})).await?;
    let error = last_error(&setup).await?;
    ensure!(error.starts_with("provider_paused: "), "{error}");
    ensure!(setup.count(ATTEMPTS).await? == 0, "the pause has cost an attempt");
    let told = check(&setup, "healthy", "spotify is paused for ").await?;
    ensure!(told["providers"]["spotify"]["state"] == "paused", "{told}");

    // During the pause, neither another message nor a check makes a request to Spotify.
    setup.discover("Marisol Anker").await?;
    let asked = spotify_requests(&setup).await?;
    while start.elapsed() + Duration::from_secs(2) < PAUSE {
        call_well(&setup, "artistDiscovery", json!({})).await?;
        check(&setup, "healthy", "").await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    ensure!(spotify_requests(&setup).await? == asked, "it was asked in its pause");
    ensure!(setup.count(DEAD).await? == 0, "{}", setup.state().await);

    setup.set("wake_ups_enabled", json!(true)).await?;
    setup.poke_every("artistDiscovery", Duration::from_millis(500));
    setup.drained(Duration::from_secs(40)).await?;
    ensure!(start.elapsed() >= PAUSE, "{:?}", start.elapsed());
    check(&setup, "healthy", "").await?;
    setup.assert_truth(&["Velvet Harbor", "Marisol Anker"]).await
}

async fn spotify_requests(setup: &Setup) -> Result<u64> {
    let stats = setup.demo_stats().await?;
    let spotify = &stats["providers"]["spotify"];
    let count = |member: &str| spotify[member].as_u64().context("no count");
    Ok(count("requests")? + count("rejected")?)
}

#[tokio::test]
async fn malformed_answers_are_retried_until_the_attempts_are_used_up() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    // The fault strikes one question. All answers malformed would be an outage.
    let malformed = |name: &str, times: Option<u32>| {
        let path = format!("/v1/search?q={name}");
        json!([{"path": path, "kind": "malformed", "times": times}])
    };
    fault(&setup, malformed("Velvet", Some(2))).await?;
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_secs(30)).await?;
    ensure!(
        setup.count(ATTEMPTS).await? == 3,
        "{} attempts",
        setup.count(ATTEMPTS).await?
    );
    ensure!(setup.count(DEAD).await? == 0, "{}", setup.state().await);

    setup.set("retry_base_seconds", json!(0)).await?;
    fault(&setup, malformed("Marisol", None)).await?;
    setup.discover("Marisol Anker").await?;
    becomes(&setup, DEAD, 1).await?;
    let letters = setup.rpc("list_dead_letters", json!({})).await?;
    let error = letters[0]["error"].as_str().context("no error")?;
    ensure!(
        error.starts_with("provider_answer_malformed: ") && letters[0]["attempts"] == 5,
        "{letters}"
    );
    check(&setup, "healthy", "artist_discovery: 1 dead letter").await?;

    fault(&setup, json!([])).await?;
    setup
        .rpc("replay_dead_letters", json!({"queue_name": "artist_discovery"}))
        .await?;
    setup.drained(Duration::from_secs(30)).await?;
    check(&setup, "healthy", "").await?;
    setup.assert_truth(&["Velvet Harbor", "Marisol Anker"]).await
}

#[tokio::test]
async fn refused_keys_of_genius_and_instagram_lose_no_credit_of_musicbrainz() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    // Genius refuses the probe and the songs, Instagram refuses everything.
    let faults = json!([
        {"path": "/search?q=a&per_page=1", "kind": "status", "status": 401},
        {"path": "/songs/", "kind": "status", "status": 401},
        {"path": "/v21.0/", "kind": "status", "status": 400},
    ]);
    fault(&setup, faults).await?;
    let told = check(&setup, "warning", "genius refuses what is configured (status 401)").await?;
    ensure!(
        told["reasons"]
            .to_string()
            .contains("instagram answers with status 400"),
        "{told}"
    );
    // MusicBrainz' credits come all the same.
    setup.discover("Velvet Harbor").await?;
    let credited = "SELECT least(count(*), 1)::bigint FROM public.track_producers WHERE source = 'musicbrainz'";
    becomes(&setup, credited, 1).await?;
    ensure!(setup.count(DEAD).await? == 0, "{}", setup.state().await);
    Ok(())
}
