//! The explorer's pages in a real Chromium, on a stack of their own: `tests/browser/run`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_tests::{SecondHost, Setup, checkout};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

const ARTISTS: [&str; 2] = ["Velvet Harbor", "Juniper Static"];
const LARGEST_COMPONENT: u64 = 1024 * 1024;

/// People whose names are no names, all credited on the track that the tests look at.
const HOSTILE: [&str; 4] = [
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "\u{202e}gnihtemos \"</title><script>alert(2)</script>",
    // Where may a line be broken?
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzende",
];

/// What the browser is told of the catalogue, by the definition of each: the producer with most artists and whom they
/// share most with, a track of both, and the edges around the first.
const WORLD: &str = "
    WITH producer AS (
      SELECT known.id, known.name, count(DISTINCT whose.artist_id) AS artists, count(*) AS credits
      FROM public.producers AS known
      JOIN public.track_producers AS credit ON credit.producer_id = known.id
      JOIN public.tracks AS track ON track.id = credit.track_id
      JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
      WHERE known.name !~ '[^A-Za-z ]'
      GROUP BY known.id
      ORDER BY artists DESC, credits DESC, known.id
      LIMIT 1
    ), other AS (
      SELECT known.id, known.name, min(credit.track_id::text)::uuid AS track_id
      FROM public.track_producers AS credit
      JOIN public.track_producers AS own ON own.track_id = credit.track_id
      JOIN producer ON own.producer_id = producer.id AND credit.producer_id <> producer.id
      JOIN public.producers AS known ON known.id = credit.producer_id
      GROUP BY known.id
      ORDER BY count(*) DESC, known.id
      LIMIT 1
    ), place AS (
      SELECT track.id AS track_id, track.album_id, whose.artist_id
      FROM other
      JOIN public.tracks AS track ON track.id = other.track_id
      JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
      LIMIT 1
    ), around AS (
      SELECT DISTINCT whose.artist_id
      FROM producer
      JOIN public.track_producers AS credit ON credit.producer_id = producer.id
      JOIN public.tracks AS track ON track.id = credit.track_id
      JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
    ), edges AS (
      SELECT credit.producer_id, around.artist_id, count(DISTINCT track.id)::text AS tracks
      FROM around
      JOIN linernotes.album_artists AS whose USING (artist_id)
      JOIN public.tracks AS track ON track.album_id = whose.album_id
      JOIN public.track_producers AS credit ON credit.track_id = track.id
      GROUP BY credit.producer_id, around.artist_id
    )
    SELECT jsonb_build_object(
      'producer', jsonb_build_object('id', producer.id, 'name', producer.name),
      'other_producer', jsonb_build_object('id', other.id, 'name', other.name),
      'artist', jsonb_build_object('id', place.artist_id),
      'album', jsonb_build_object('id', place.album_id),
      'track', jsonb_build_object('id', place.track_id),
      'edges', (SELECT jsonb_agg(jsonb_build_array(producer_id, artist_id, tracks)) FROM edges),
      'credits', (
        SELECT jsonb_agg(DISTINCT jsonb_build_array(credit.track_id, credit.role))
        FROM public.track_producers AS credit
        WHERE credit.producer_id = producer.id
      )
    )::text
    FROM producer, other, place";

#[tokio::test]
async fn the_explorer_works_in_a_browser() -> Result<()> {
    let component = checkout()?.join("target/wasm32-wasip2/release/explorer.wasm");
    let size = component.metadata()?.len();
    ensure!(size < LARGEST_COMPONENT, "explorer.wasm has {size} bytes");

    let setup = Setup::start(|_| {}).await?;
    for artist in ARTISTS {
        setup.discover(artist).await?;
    }
    setup.drained(Duration::from_mins(2)).await?;
    let track = world(&setup).await?["track"]["id"].take();
    let hostile = credit_hostile(&setup, track.as_str().context("there is no track")?).await?;

    // A second host whose database is away, until the door to it opens.
    let door = TcpListener::bind("127.0.0.1:0").await?;
    let address = door.local_addr()?;
    drop(door);
    let variables = [
        ("supabase_url", format!("http://{address}")),
        ("supabase_publishable_key", setup.info().publishable_key.clone()),
    ];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let host = SecondHost::start(&setup, &["explorer"], &variables).await?;

    let folder = tempfile::tempdir()?;
    let (stack, told) = (folder.path().join("stack.json"), folder.path().join("world.json"));
    let mut world = world(&setup).await?;
    world["hostile"] = hostile;
    sqlx::raw_sql(include_str!("browser/crowd.sql"))
        .execute(&setup.pool)
        .await?;
    world["crowd"] = json!("00000000-0000-4000-8000-00000d000000");
    world["away"] = json!(host.url());
    std::fs::write(&stack, serde_json::to_vec(setup.info())?)?;
    std::fs::write(&told, serde_json::to_vec(&world)?)?;
    let status = Command::new(checkout()?.join("tests/browser/run"))
        .args([&stack, &told])
        .status()
        .await?;
    ensure!(status.success(), "tests/browser/run: {status}");

    let before = reqwest::get(format!("{}/", host.url())).await?;
    ensure!(before.status() == 503, "away: {}", before.status());
    open_door(address, &setup.info().api_url).await?;
    let after = reqwest::get(format!("{}/", host.url())).await?;
    ensure!(after.status() == 200, "back: {}", after.status());
    a_question_without_end_is_cancelled(&setup).await?;
    setup.stack.stop().await
}

/// Whatever a reader asks, the database gives up after the public key's three seconds, and the page says so.
async fn a_question_without_end_is_cancelled(setup: &Setup) -> Result<()> {
    sqlx::raw_sql(
        "CREATE OR REPLACE FUNCTION linernotes.get_catalogue_stats() RETURNS JSONB LANGUAGE sql SECURITY DEFINER
         AS 'SELECT to_jsonb(pg_sleep(60)::TEXT)'",
    )
    .execute(&setup.pool)
    .await?;
    let begin = std::time::Instant::now();
    let answer = reqwest::get(format!("{}/", setup.info().api_url)).await?;
    let took = begin.elapsed();
    ensure!(answer.status() == 503, "{}", answer.status());
    ensure!(answer.headers().contains_key("retry-after"), "{:?}", answer.headers());
    ensure!(
        took > Duration::from_secs(2) && took < Duration::from_secs(20),
        "{took:?}"
    );
    let running: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ 'get_catalogue_stats' AND pid <> pg_backend_pid()",
    )
    .fetch_one(&setup.pool)
    .await?;
    ensure!(running == 0, "{running} are still at it");
    Ok(())
}

async fn world(setup: &Setup) -> Result<Value> {
    let told: String = sqlx::query_scalar(WORLD).fetch_one(&setup.pool).await?;
    Ok(serde_json::from_str(&told)?)
}

/// Credits the hostile on a track; their ids with their names.
async fn credit_hostile(setup: &Setup, track_id: &str) -> Result<Value> {
    let mut hostile = Vec::new();
    for name in HOSTILE {
        let id: String = sqlx::query_scalar(
            "WITH producer AS (
               INSERT INTO public.producers (name, normalized_name) VALUES ($1, linernotes.normalize_name($1)) RETURNING id
             )
             INSERT INTO public.track_producers (track_id, producer_id, confidence, source, role)
             SELECT $2::uuid, producer.id, 0.9, 'genius', 'producer' FROM producer
             RETURNING producer_id::text",
        )
        .bind(name)
        .bind(track_id)
        .fetch_one(&setup.pool)
        .await?;
        hostile.push(json!({"id": id, "name": name}));
    }
    Ok(json!(hostile))
}

/// Lets `address` lead to the API.
async fn open_door(address: SocketAddr, api_url: &str) -> Result<()> {
    let door = TcpListener::bind(address).await?;
    let api = api_url.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = door.accept().await {
            if let Ok(mut called) = TcpStream::connect(&api).await {
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut caller, &mut called).await });
            }
        }
    });
    Ok(())
}
