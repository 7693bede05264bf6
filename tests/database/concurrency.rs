//! What holds when many sessions do the same at once, each a connection of its own as `service_role`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use tokio::sync::Barrier;

use linernotes_tests::database::{Database, ask};

/// Runs the query in so many sessions at once, `{n}` in it being the session's number.
pub async fn at_once(database: &Database, sessions: usize, query: &str) -> Result<Vec<Value>> {
    let start = Arc::new(Barrier::new(sessions));
    let mut calls = Vec::new();
    for session in 0..sessions {
        let (pool, start, query) = (
            database.service.clone(),
            start.clone(),
            query.replace("{n}", &session.to_string()),
        );
        calls.push(tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            start.wait().await;
            ask(&mut connection, &query).await
        }));
    }
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await??);
    }
    Ok(answers)
}

fn different(answers: &[Value]) -> BTreeSet<String> {
    answers.iter().map(ToString::to_string).collect()
}

fn trues(answers: &[Value]) -> usize {
    answers.iter().filter(|answer| **answer == Value::Bool(true)).count()
}

#[tokio::test]
async fn callers_at_once_store_one_row_send_one_message_and_hold_one_lock() -> Result<()> {
    let database = Database::start().await?;
    entities_are_stored_once(&database).await?;
    an_idempotency_key_is_one_message(&database).await?;
    a_lock_has_one_owner(&database).await?;
    messages_are_delivered_once(&database).await?;
    no_more_runs_than_max_concurrency(&database).await?;
    session_locks_are_the_sessions(&database).await?;
    Ok(())
}

/// 50 callers of each `process_…_atomic` with one key: one row, one id; with one operation, one metric.
async fn entities_are_stored_once(database: &Database) -> Result<()> {
    let artist = at_once(
        database,
        50,
        r#"SELECT process_artist_atomic('{"name": "A"}', 'op {n}', 'artist')"#,
    )
    .await?;
    ensure!(different(&artist).len() == 1, "{artist:?}");
    let id = artist[0].as_str().unwrap_or_default();
    let query = format!(r#"SELECT process_album_atomic('{{"name": "B", "artist_id": "{id}"}}', 'op {{n}}', 'album')"#);
    let album = at_once(database, 50, &query).await?;
    ensure!(different(&album).len() == 1, "{album:?}");
    let id = album[0].as_str().unwrap_or_default();
    let query = format!(r#"SELECT process_track_atomic('{{"name": "C", "album_id": "{id}"}}', 'op', 'track')"#);
    let track = at_once(database, 50, &query).await?;
    ensure!(different(&track).len() == 1, "{track:?}");
    let producer = at_once(
        database,
        50,
        r#"SELECT process_producer_atomic('{"name": "D"}', 'op {n}', 'd')"#,
    )
    .await?;
    ensure!(different(&producer).len() == 1, "{producer:?}");
    let known = r#"SELECT process_producer_atomic('{"name": "E{n}", "musicbrainz_id": "11111111-0000-4000-8000-00000000000e"}', 'op', 'e{n}')"#;
    let known = at_once(database, 50, known).await?;
    ensure!(different(&known).len() == 1, "{known:?}");

    let rows = "SELECT array[(SELECT count(*) FROM artists), (SELECT count(*) FROM albums), (SELECT count(*) FROM tracks), \
                (SELECT count(*) FROM producers)]";
    assert_eq!(database.ask(rows).await?, serde_json::json!([1, 1, 1, 2]));
    let metrics = "SELECT jsonb_object_agg(queue_name, n) FROM (SELECT queue_name, count(*) AS n FROM queue_metrics GROUP BY 1) AS m";
    assert_eq!(
        database.ask(metrics).await?,
        serde_json::json!({"artist_discovery": 50, "album_discovery": 50, "track_discovery": 1, "producer_identification": 51})
    );
    Ok(())
}

/// One idempotency key from 50 callers is one message, also when they ask for an artist in other spellings.
async fn an_idempotency_key_is_one_message(database: &Database) -> Result<()> {
    let ids = at_once(
        database,
        50,
        r#"SELECT pg_enqueue('track_discovery', '{"_idempotencyKey": "k", "n": {n}}')"#,
    )
    .await?;
    ensure!(different(&ids).len() == 1, "{ids:?}");
    let query = "SELECT start_artist_discovery(CASE {n} % 2 WHEN 0 THEN 'velvet pier' ELSE 'VELVET  PIER' END)";
    let ids = at_once(database, 50, query).await?;
    ensure!(different(&ids).len() == 1, "{ids:?}");
    let messages =
        "SELECT (SELECT count(*) FROM pgmq.q_track_discovery) + (SELECT count(*) FROM pgmq.q_artist_discovery)";
    assert_eq!(database.ask(messages).await?, 2);
    Ok(())
}

/// Of 50 who want a lock one gets it, also when it is stale and when it is claimed.
async fn a_lock_has_one_owner(database: &Database) -> Result<()> {
    let acquire = "SELECT acquire_processing_lock('artist', '1')";
    assert_eq!(trues(&at_once(database, 50, acquire).await?), 1, "a new lock");
    let stale = "UPDATE processing_locks SET last_heartbeat = now() - INTERVAL '1 hour'";
    database.run(stale).await?;
    assert_eq!(trues(&at_once(database, 50, acquire).await?), 1, "a stale lock");
    database.run(stale).await?;
    let claim = "SELECT claim_stale_lock('artist', '1', 'worker {n}', NULL)";
    assert_eq!(trues(&at_once(database, 50, claim).await?), 1, "a claim");
    Ok(())
}

/// 20 sessions take 10,000 messages: each message goes to one of them.
async fn messages_are_delivered_once(database: &Database) -> Result<()> {
    database
        .run("SELECT count(pg_enqueue('social_enrichment', jsonb_build_object('_idempotencyKey', 'm' || n))) FROM generate_series(1, 10000) AS n")
        .await?;
    let mut takers = Vec::new();
    for _ in 0..20 {
        let pool = database.service.clone();
        takers.push(tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let mut taken = Vec::new();
            loop {
                let batch = ask(&mut connection, "SELECT pg_dequeue('social_enrichment', 100, 600)").await?;
                let batch: Vec<String> = batch
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|message| message["id"].to_string())
                    .collect();
                if batch.is_empty() {
                    return anyhow::Ok(taken);
                }
                taken.extend(batch);
            }
        }));
    }
    let mut all = Vec::new();
    for taker in takers {
        all.extend(taker.await??);
    }
    let once: BTreeSet<_> = all.iter().collect();
    assert_eq!(
        (all.len(), once.len()),
        (10_000, 10_000),
        "delivered, and different ones"
    );
    Ok(())
}

/// Of 20 runs that begin at once, `max_concurrency` are let in, and each gets messages of its own.
async fn no_more_runs_than_max_concurrency(database: &Database) -> Result<()> {
    database
        .run("SELECT count(pg_enqueue('producer_identification', '{}')) FROM generate_series(1, 100)")
        .await?;
    let begin = "SELECT dequeue_batch('producer_identification', 5, 600, gen_random_uuid())";
    let answers = at_once(database, 20, begin).await?;
    let working: Vec<_> = answers.iter().filter(|answer| answer["busy"] == false).collect();
    assert_eq!(working.len(), 2, "max_concurrency");
    let messages: BTreeSet<_> = working
        .iter()
        .filter_map(|answer| answer["messages"].as_array())
        .flatten()
        .map(|message| message["msg_id"].to_string())
        .collect();
    assert_eq!(messages.len(), 10);
    Ok(())
}

/// The advisory locks, seen from another session: held, waited for, freed by force; and a message that another
/// transaction holds is waited for, too.
async fn session_locks_are_the_sessions(database: &Database) -> Result<()> {
    let url = &database.info().database_url;
    let mut owner = PgConnection::connect(url).await?;
    let mut other = PgConnection::connect(url).await?;
    sqlx::query("SET ROLE service_role").execute(&mut other).await?;
    for _ in 0..2 {
        ensure!(ask(&mut owner, "SELECT public.pg_try_advisory_lock('k')").await? == true);
    }
    ensure!(ask(&mut other, "SELECT public.pg_try_advisory_lock('k')").await? == false);
    ensure!(ask(&mut other, "SELECT public.pg_advisory_lock_exists('k')").await? == true);
    ensure!(
        ask(&mut other, "SELECT public.pg_advisory_unlock('k')").await? == false,
        "another session's"
    );
    let begun = Instant::now();
    ensure!(ask(&mut other, "SELECT pg_advisory_lock_timeout('k', 300)").await? == false);
    ensure!(
        (300..20_000).contains(&begun.elapsed().as_millis()),
        "waited {:?}",
        begun.elapsed()
    );
    ensure!(
        ask(&mut other, "SELECT pg_force_advisory_unlock_all('k')").await? == 1,
        "one session held it"
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    ensure!(
        ask(&mut other, "SELECT public.pg_try_advisory_lock('k')").await? == true,
        "free now"
    );
    ensure!(
        ask(&mut owner, "SELECT 1").await.is_err(),
        "the session that held it was ended"
    );

    let message = ask(&mut other, "SELECT pg_enqueue('album_discovery', '{}')::text").await?;
    let message = message.as_str().unwrap_or_default();
    let mut holder = database.owner.begin().await?;
    let hold = format!("SELECT msg_id FROM pgmq.q_album_discovery WHERE msg_id = {message} FOR UPDATE");
    sqlx::raw_sql(sqlx::AssertSqlSafe(hold)).execute(&mut *holder).await?;
    let ensure_deleted = format!("SELECT ensure_message_deleted('album_discovery', '{message}', 2)");
    ensure!(
        ask(&mut other, &ensure_deleted).await? == false,
        "it is held, and still there"
    );
    holder.rollback().await?;
    ensure!(ask(&mut other, &ensure_deleted).await? == true);
    Ok(())
}
