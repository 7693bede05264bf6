//! Hosted Supabase cuts an answer after 1,000 rows without a word, and so does the local gateway: what may be longer is
//! asked for in pages.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use linernotes_tests::database::Database;
use serde_json::{Value, json};

/// A producer with 1,200 artists, whose 1,200 producers work on an album of one of them; 1,200 stuck messages.
const MANY: &str = "\
    INSERT INTO public.artists (id, name, spotify_id) \
    SELECT md5('artist' || n)::UUID, 'Artist ' || n, 'artist' || n FROM generate_series(1, 1200) AS n; \
    INSERT INTO public.albums (id, name, artist_id, spotify_id) \
    SELECT md5('album' || n)::UUID, 'Album', md5('artist' || n)::UUID, 'album' || n FROM generate_series(1, 1200) AS n; \
    INSERT INTO public.tracks (id, name, album_id, spotify_id) \
    SELECT md5('track' || n)::UUID, 'Track', md5('album' || n)::UUID, 'track' || n FROM generate_series(1, 1200) AS n; \
    INSERT INTO public.producers (id, name, normalized_name) \
    SELECT md5('producer' || n)::UUID, 'Producer ' || n, 'producer ' || n FROM generate_series(1, 1200) AS n; \
    INSERT INTO public.track_producers (track_id, producer_id, confidence, source) \
    SELECT md5('track' || n)::UUID, md5('producer1')::UUID, 0.9, 'musicbrainz' FROM generate_series(1, 1200) AS n \
    UNION ALL \
    SELECT md5('track1')::UUID, md5('producer' || n)::UUID, 0.9, 'musicbrainz' FROM generate_series(2, 1200) AS n; \
    INSERT INTO pgmq.q_artist_discovery (vt, read_ct, message) \
    SELECT now() - INTERVAL '1 hour', 1, '{}' FROM generate_series(1, 1200)";

#[tokio::test]
async fn what_is_longer_than_a_thousand_rows_comes_in_pages() -> Result<()> {
    let database = Database::start_with_stack().await?;
    database.run(MANY).await?;
    let (one, artist) = ("md5('producer1')::UUID", "md5('artist1')::UUID");
    let (one, artist) = (
        database.ask(&format!("SELECT {one}")).await?,
        database.ask(&format!("SELECT {artist}")).await?,
    );
    for (function, arguments, id) in [
        ("get_producer_collaborations", json!({"producer_id": one}), "artist_id"),
        ("get_artist_producers", json!({"artist_id": artist}), "id"),
        (
            "list_stuck_messages",
            json!({"queue_name": "artist_discovery"}),
            "msg_id",
        ),
    ] {
        let mut ids = BTreeSet::new();
        let mut lengths = Vec::new();
        for offset in [0, 1000, 2000] {
            let mut arguments = arguments.clone();
            arguments["offset_count"] = json!(offset);
            let rows = call(&database, function, &arguments).await?;
            lengths.push(rows.len());
            for row in rows {
                ids.insert(
                    row[id]
                        .as_str()
                        .with_context(|| format!("{function}: {row}"))?
                        .to_owned(),
                );
            }
        }
        ensure!(lengths == [1000, 200, 0], "{function}: {lengths:?}");
        ensure!(ids.len() == 1200, "{function}: {} different rows", ids.len());
        ensure!(call(&database, function, &arguments).await?.len() == 1000, "{function}");
    }
    Ok(())
}

/// Functions that return sets and can be asked for neither a page nor a number, and why an answer is short all the same.
const SHORT: [(&str, &str); 7] = [
    ("diagnose_queue_tables", "a row for each queue"),
    (
        "get_metrics",
        "a handful of rows for each queue, provider, worker and job",
    ),
    ("get_processing_stats", "a row for each kind of entity"),
    ("get_queue_monitoring_data", "a row for each queue"),
    ("get_track_credits", "who made one track"),
    ("get_worker_issue_stats", "a row for each worker and kind of issue"),
    ("search_producers", "at most 50"),
];

#[tokio::test]
async fn every_set_has_pages_or_a_number_or_is_short() -> Result<()> {
    let database = Database::start().await?;
    let unbounded = "SELECT array_agg(DISTINCT proname ORDER BY proname) FROM pg_proc \
        WHERE pronamespace = 'public'::regnamespace AND proowner = 'postgres'::regrole AND proretset \
        AND NOT proargnames && ARRAY['offset_count', 'limit_count']";
    assert_eq!(
        database.ask(unbounded).await?,
        json!(SHORT.map(|(function, _)| function))
    );
    // A number is at most as long as an answer may be.
    database.run("SELECT checks.catalogue()").await?;
    for call in [
        "list_dead_letters(NULL, 1001)",
        "start_bulk_artist_discovery('soul', 0, 1001)",
    ] {
        let sql = format!(
            "SELECT checks.fails('22023', 'limit_count: must be from 1 to 1000', 'SELECT public.{}')",
            call.replace('\'', "''")
        );
        database.run(&sql).await?;
    }
    Ok(())
}

async fn call(database: &Database, function: &str, arguments: &Value) -> Result<Vec<Value>> {
    let url = format!("{}/rest/v1/rpc/{function}", database.info().api_url);
    let call = reqwest::Client::new().post(url).json(arguments);
    let answer = call.header("apikey", &database.info().secret_key).send().await?;
    Ok(answer.error_for_status()?.json().await?)
}
