//! Messages of an earlier release: after an upgrade they are in flight for a while.

use std::time::Duration;

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Value, json};

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
    let start = std::time::Instant::now();
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
