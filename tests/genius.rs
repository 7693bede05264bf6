//! Genius beside MusicBrainz: what it costs the others when it fails, and what it adds when it is always asked.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

const ARTIST: &str = "Paraffin Saints";
const BY_MUSICBRAINZ: &str = "SELECT count(*) FROM public.track_producers WHERE source = 'musicbrainz'";
const BY_GENIUS: &str = "SELECT count(*) FROM public.track_producers WHERE source = 'genius'";
const BY_TITLE: &str = "SELECT count(*) FROM public.track_producers WHERE source = 'title'";
const ISSUES: &str = "SELECT count(*) FROM public.worker_issues WHERE NOT resolved AND issue_type LIKE 'genius%'";

/// How many credits of a source the world holds for the artist.
fn stated(setup: &Setup, source: &str) -> Result<i64> {
    let truth = setup.world.truth(&[ARTIST], linernotes_demo::SpotifyApp::Extended);
    let credits = truth.credits.iter().filter(|credit| credit.source == source);
    Ok(i64::try_from(credits.count())?)
}

#[tokio::test]
async fn credits_of_musicbrainz_are_stored_while_genius_fails() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("retry_base_seconds", json!(1)).await?;
    fail(
        &setup,
        json!({"provider": "genius", "path": "/search", "kind": "status", "status": 500}),
    )
    .await?;
    setup.discover(ARTIST).await?;
    let wanted = stated(&setup, "musicbrainz")?;
    let start = Instant::now();
    while setup.count(BY_MUSICBRAINZ).await? < wanted {
        ensure!(
            start.elapsed() < Duration::from_secs(10),
            "{} of {wanted} credits are stored: {}",
            setup.count(BY_MUSICBRAINZ).await?,
            setup.state().await
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("without Genius: {} ms", start.elapsed().as_millis());
    ensure!(
        setup.count(BY_GENIUS).await? == 0,
        "Genius has answered, whom nobody could ask"
    );
    // Genius knows `Fennel & Rue` as one name. So credits in titles are read after Genius has answered.
    ensure!(
        setup
            .count("SELECT count(*) FROM public.producers WHERE name IN ('Fennel', 'Rue')")
            .await?
            == 0,
        "a name was torn apart"
    );

    fail(&setup, json!(null)).await?;
    setup.poke_every("producerIdentification", Duration::from_millis(500));
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&[ARTIST]).await
}

#[tokio::test]
async fn a_refused_genius_token_raises_an_issue_and_stops_nothing() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    fail(
        &setup,
        json!({"provider": "genius", "path": "/search", "kind": "status", "status": 401}),
    )
    .await?;
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_secs(30)).await?;
    for (source, query) in [("musicbrainz", BY_MUSICBRAINZ), ("title", BY_TITLE)] {
        let (stored, stated) = (setup.count(query).await?, stated(&setup, source)?);
        // Without the duo that Genius states, its name in a title is read as two.
        ensure!(stored >= stated, "{source}: {stored} of {stated}");
    }
    ensure!(setup.count(BY_GENIUS).await? == 0, "Genius was believed");
    ensure!(
        setup.count(ISSUES).await? > 0,
        "nobody has said that Genius refuses the token"
    );

    // Once the token is taken again, the next discovery closes the issue.
    fail(&setup, json!(null)).await?;
    setup
        .rpc("start_artist_discovery", json!({"artist_name": ARTIST, "force": true}))
        .await?;
    setup.drained(Duration::from_secs(30)).await?;
    ensure!(setup.count(BY_GENIUS).await? == stated(&setup, "genius")?);
    let open: Vec<String> =
        sqlx::query_scalar("SELECT worker_name || ' ' || issue_type FROM public.worker_issues WHERE NOT resolved")
            .fetch_all(&setup.pool)
            .await?;
    ensure!(open.is_empty(), "still open: {open:?}");
    Ok(())
}

#[tokio::test]
async fn genius_is_not_asked_during_its_pause() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let pause =
        json!({"provider": "genius", "path": "/search", "kind": "status", "status": 429, "retry_after": 4, "times": 1});
    fail(&setup, pause).await?;
    setup.discover(ARTIST).await?;
    setup.poke_every("producerIdentification", Duration::from_millis(500));
    let took = setup.drained(Duration::from_mins(1)).await?;
    ensure!(took >= Duration::from_secs(4), "nobody waited: {took:?}");
    // Only the request that was answered with 429 was refused: none was sent during the pause.
    let searches = &setup.demo_stats().await?["providers"]["genius"]["endpoints"]["search"];
    ensure!(searches["rejected"] == 1, "{searches}");
    setup.assert_truth(&[ARTIST]).await
}

#[tokio::test]
async fn a_crawl_through_faults_of_the_providers_ends_with_the_true_catalogue() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("retry_base_seconds", json!(0)).await?;
    let faults = json!([
        {"provider": "genius", "path": "/search", "kind": "status", "status": 502, "percent": 20, "times": 8},
        {"provider": "genius", "path": "/search", "kind": "malformed", "percent": 10, "times": 4},
        {"provider": "genius", "path": "/songs/", "kind": "cut", "percent": 30, "times": 8},
        {"provider": "genius", "path": "/artists/", "kind": "status", "status": 503, "percent": 30, "times": 4},
        {"path": "/v21.0/", "kind": "malformed", "percent": 30, "times": 8},
        {"path": "/v21.0/", "kind": "status", "status": 500, "percent": 20, "times": 8},
        {"path": "/w/api.php", "kind": "status", "status": 503, "percent": 50, "times": 2},
    ]);
    setup.configure_demo(json!({ "faults": faults })).await?;
    // The titles of the last artist name people whom Genius credits on the first one's tracks, so their profiles may be
    // looked for before or after Genius names them.
    let names = [ARTIST, "Tin Orchard", "Halyard Union", "Basement Telegraph"];
    for name in names {
        setup.discover(name).await?;
    }
    setup.cron_in_a_hurry();
    let took = setup.drained(Duration::from_mins(2)).await?;
    println!("with faults: {:.1} s", took.as_secs_f64());
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn with_genius_always_genius_is_asked_for_every_track() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("genius_always", json!(true)).await?;
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_mins(1)).await?;
    // MusicBrainz knows who produced and wrote it, so that by default nobody asks what Genius says.
    let credits: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.name, tp.role::text FROM public.track_producers tp JOIN public.producers p ON p.id = tp.producer_id \
         JOIN public.tracks t ON t.id = tp.track_id WHERE t.name = 'Full House' AND tp.source = 'genius' ORDER BY 2",
    )
    .fetch_all(&setup.pool)
    .await?;
    let of = |role: &str| ("Hollis Grey".to_owned(), role.to_owned());
    ensure!(credits == [of("producer"), of("writer")], "{credits:?}");
    Ok(())
}

#[tokio::test]
async fn the_first_credit_of_genius_starts_another_search_for_the_profile() -> Result<()> {
    const OTIS: &str = "SELECT count(*) FROM public.producers WHERE name = 'Otis Flume'";
    let setup = Setup::start(|_| ()).await?;
    // Only a title names Otis Flume: no provider has a page of his.
    setup.discover("Juniper Static").await?;
    setup.drained(Duration::from_mins(1)).await?;
    ensure!(setup.count(OTIS).await? == 1);
    setup.assert_truth(&["Juniper Static"]).await?;
    // Genius credits Otis Flume on a track of this artist, and has a page of his.
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&["Juniper Static", ARTIST]).await
}

/// One fault from now on, or none.
async fn fail(setup: &Setup, fault: Value) -> Result<()> {
    let faults: Vec<Value> = Some(fault).filter(|fault| !fault.is_null()).into_iter().collect();
    setup.configure_demo(json!({ "faults": faults })).await
}
