//! Messages and answers of another release: before and after an upgrade, both are in flight for a while.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

use crate::seeded::QUEUES;

/// The database of a later release says more than today's functions know of, everywhere: in the batch, in each message,
/// in its subject, in the settings, of a provider that today's do not have; and it sends messages that say more.
const LATER: &str = "
    ALTER FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID, TEXT) SET SCHEMA linernotes;
    CREATE FUNCTION public.dequeue_batch(
      queue_name TEXT, batch_size INT DEFAULT NULL, visibility_timeout INT DEFAULT NULL, run_id UUID DEFAULT NULL,
      needs_release TEXT DEFAULT NULL
    ) RETURNS JSONB LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
    DECLARE
      batch JSONB := linernotes.dequeue_batch(queue_name, batch_size, visibility_timeout, run_id, needs_release);
      later CONSTANT JSONB := '{\"ofLater\": {\"list\": [1, null, \"two\"]}}';
    BEGIN
      batch := batch || later;
      IF jsonb_typeof(batch -> 'settings') = 'object' THEN
        batch := jsonb_set(batch, '{settings}', (batch -> 'settings') || later);
      END IF;
      IF jsonb_typeof(batch -> 'providers') = 'object' THEN
        batch := jsonb_set(batch, '{providers, ofLater}', '{\"paused_for_ms\": 0, \"failures\": 0}');
      END IF;
      RETURN jsonb_set(batch, '{messages}', coalesce((
        SELECT jsonb_agg(
          element || later || jsonb_build_object(
            'message', (element -> 'message') || later,
            'subject', CASE
              WHEN jsonb_typeof(element -> 'subject') = 'object' THEN (element -> 'subject') || later
              ELSE element -> 'subject'
            END
          )
          ORDER BY n
        )
        FROM jsonb_array_elements(batch -> 'messages') WITH ORDINALITY AS list (element, n)
      ), '[]'));
    END;
    $$;
    REVOKE ALL ON FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID, TEXT) FROM PUBLIC, anon, authenticated;
    GRANT EXECUTE ON FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID, TEXT) TO service_role;
    NOTIFY pgrst, 'reload schema'";

#[tokio::test]
async fn the_database_of_a_later_release_serves_the_functions_of_today() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let mut owner = setup.pool.acquire().await?;
    sqlx::raw_sql(LATER).execute(&mut *owner).await?;
    setup.cron_in_a_hurry();
    let names = ["Velvet Harbor", "Marisol Anker"];
    for name in names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names).await
}

/// Functions of an earlier release, once the schema works with newer ones only; and today's, before theirs is installed.
#[tokio::test]
async fn messages_wait_for_functions_and_a_schema_that_fit() -> Result<()> {
    let setup = Setup::start(|options| options.demo.latency_ms = 50).await?;
    setup.cron_in_a_hurry();
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(4).collect();
    for (n, (deployed, problem, fitting)) in [
        (
            "INSERT INTO linernotes.schema_version (release, oldest_functions) VALUES ('9000.0.0', '9000.0.0')",
            "works with functions from release 9000.0.0 on",
            "UPDATE linernotes.schema_version SET oldest_functions = '0.0.0'",
        ),
        (
            "DELETE FROM linernotes.schema_version WHERE release = '9000.0.0'; \
             UPDATE linernotes.schema_version SET release = '0.0.1'",
            "this database has that of release 0.0.1",
            // As its last migration says it.
            concat!(
                "INSERT INTO linernotes.schema_version (release) VALUES ('",
                env!("CARGO_PKG_VERSION"),
                "')"
            ),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        setup.discover(names[2 * n]).await?;
        // In the middle of the crawl.
        let start = Instant::now();
        while setup.count("SELECT count(*) FROM pgmq.q_track_discovery").await? == 0 {
            ensure!(start.elapsed() < Duration::from_secs(30), "{}", setup.state().await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        sqlx::raw_sql(deployed).execute(&setup.pool).await?;
        setup.discover(names[2 * n + 1]).await?;
        let (status, answer) = setup.call("artistDiscovery", json!({})).await?;
        ensure!(
            status == 503 && answer["error"].as_str().is_some_and(|error| error.contains(problem)),
            "{status} {answer}"
        );
        // What runs hold comes to its end; nothing new begins.
        let start = Instant::now();
        let (mut before, mut after) = ((0, 0), deliveries(&setup).await?);
        while before != after {
            ensure!(start.elapsed() < Duration::from_secs(40), "{before:?}, then {after:?}");
            tokio::time::sleep(Duration::from_secs(3)).await;
            before = std::mem::replace(&mut after, deliveries(&setup).await?);
        }
        println!(
            "{problem}: {} messages wait, delivered {} times before",
            after.0, after.1
        );
        ensure!(after.0 > 1, "{after:?}");

        sqlx::raw_sql(fitting).execute(&setup.pool).await?;
        // The leases of runs that were refused their next batch end first.
        setup.drained(Duration::from_mins(2)).await?;
        setup.assert_truth(&names[..2 * n + 2]).await?;
    }
    ensure!(setup.count("SELECT count(*) FROM linernotes.dead_letters").await? == 0);
    Ok(())
}

/// How many messages there are, and how many times they were delivered.
async fn deliveries(setup: &Setup) -> Result<(i64, i64)> {
    let query = QUEUES.map(|queue| format!("SELECT count(*) AS waiting, sum(read_ct) AS times FROM pgmq.q_{queue}"));
    let query = format!(
        "SELECT sum(waiting)::bigint, coalesce(sum(times), 0)::bigint FROM ({}) AS list",
        query.join(" UNION ALL ")
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .fetch_one(&setup.pool)
        .await?)
}

/// As they were sent before: by the documented functions, without keys, with the words of that time.
#[tokio::test]
async fn messages_of_an_earlier_release_are_understood() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let names = ["Velvet Harbor", "Marisol Anker"];
    send(&setup, "artist_discovery", json!({"artistName": names[0]})).await?;
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names[..1]).await?;

    let truth = setup.world.truth(&names[1..], linernotes_demo::SpotifyApp::Extended);
    let spotify_id = truth.artists.iter().map(|artist| artist.spotify_id.clone()).next();
    setup.set("wake_ups_enabled", json!(false)).await?;
    send(&setup, "artist_discovery", json!({"spotifyId": spotify_id})).await?;
    setup.call("artistDiscovery", json!({})).await?;
    // What follows is taken out and sent again without all that was not there at first.
    for (queue, function, members) in [
        ("album_discovery", "albumDiscovery", &["artistId", "offset"][..]),
        ("track_discovery", "trackDiscovery", &["albumId"][..]),
        ("producer_identification", "producerIdentification", &["albumId"][..]),
        ("social_enrichment", "socialEnrichment", &["producerId"][..]),
    ] {
        for _ in 0..20 {
            if resend_without_the_rest(&setup, queue, members).await? == 0 {
                break;
            }
            let (status, answer) = setup.call(function, json!({"batch_size": 1000})).await?;
            ensure!(status == 200, "{function}: {status} {answer}");
            ensure!(answer["errors"] == 0, "{function}: {answer}");
        }
    }
    setup.set("wake_ups_enabled", json!(true)).await?;
    setup.cron_in_a_hurry();
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names).await
}

/// Sources that had not answered were `owed` once.
#[tokio::test]
async fn a_follow_up_of_an_earlier_release_is_understood() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let names = ["Velvet Harbor"];
    let fault = json!({"path": "/", "provider": "genius", "kind": "status", "status": 500});
    setup.set("breaker_failures", json!(1000)).await?;
    setup.set("retry_cap_seconds", json!(3600)).await?;
    setup.configure_demo(json!({"faults": [fault]})).await?;
    setup.discover(names[0]).await?;
    let left = "SELECT count(*) FROM pgmq.q_producer_identification WHERE message ? 'pending'";
    let start = Instant::now();
    while setup.count(left).await? == 0 {
        ensure!(
            start.elapsed() < Duration::from_mins(1),
            "nothing is pending: {}",
            setup.state().await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    setup.configure_demo(json!({"faults": []})).await?;
    let renamed = sqlx::query(
        "UPDATE pgmq.q_producer_identification \
         SET message = (message - 'pending') || jsonb_build_object('owed', message -> 'pending'), vt = now() \
         WHERE message ? 'pending'",
    )
    .execute(&setup.pool)
    .await?;
    println!("{} messages say owed", renamed.rows_affected());
    for others in [
        "UPDATE pgmq.q_social_enrichment SET vt = now()",
        "UPDATE pgmq.q_producer_identification SET vt = now()",
    ] {
        sqlx::query(others).execute(&setup.pool).await?;
    }
    setup.cron_in_a_hurry();
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names).await
}

async fn send(setup: &Setup, queue: &str, message: Value) -> Result<()> {
    setup
        .rpc("pg_enqueue", json!({"queue_name": queue, "message_body": message}))
        .await?;
    Ok(())
}

/// Returns how many there were.
async fn resend_without_the_rest(setup: &Setup, queue: &str, members: &[&str]) -> Result<usize> {
    let query = format!("DELETE FROM pgmq.q_{queue} RETURNING message");
    let messages: Vec<Value> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
        .fetch_all(&setup.pool)
        .await?;
    for message in &messages {
        let kept = members
            .iter()
            .map(|member| ((*member).to_owned(), message[*member].clone()));
        let kept: serde_json::Map<String, Value> = kept.filter(|(_, value)| !value.is_null()).collect();
        send(setup, queue, kept.into()).await?;
    }
    Ok(messages.len())
}
