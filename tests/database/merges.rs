//! Two producers become one while others write to them: each step in a session of its own, the second waiting for the
//! first where it must, and no caller ever sees a deadlock.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, raw_sql};

use crate::concurrency::at_once;
use linernotes_tests::database::{Database, ask};

/// Kilo W is known by name only, until an alias of Kilo Wren says who that is.
const MERGE: &str = r#"SELECT process_producer_atomic('{"name": "Kilo Wren", "musicbrainz_id": "11111111-0000-4000-8000-000000000021", "aliases": ["Kilo W"]}', gen_random_uuid()::TEXT, 'Kilo Wren')::TEXT"#;
const CREDIT: &str = r#"SELECT checks.credits('[["c2", "KILO W.", null, "genius"]]')::TEXT"#;

#[tokio::test]
async fn a_merge_of_producers_loses_nothing_that_is_written_meanwhile() -> Result<()> {
    let database = Database::start().await?;
    for (first, second) in [(MERGE, CREDIT), (CREDIT, MERGE)] {
        begin(&database).await?;
        one_after_the_other(&database, first, second).await?;
        assert_eq!(
            database
                .ask("SELECT jsonb_build_array(checks.credited('c1'), checks.credited('c2'))")
                .await?,
            json!([["Kilo Wren 21 title"], ["Kilo Wren 21 genius"]]),
            "{first}\nthen {second}"
        );
        no_one_is_left_over(&database).await?;
    }

    let profile = "SELECT checks.profile(id, '{\"image_url\": \"https://img.example/k\", \"metadata\": {\"sources\": {\"image_url\": \"genius\"}}}')::TEXT \
                   FROM (SELECT id FROM producers WHERE name = 'Kilo W' UNION ALL SELECT old_id FROM checks.kilo LIMIT 1) AS known";
    for (first, second) in [(MERGE, profile), (profile, MERGE)] {
        begin(&database).await?;
        one_after_the_other(&database, first, second).await?;
        assert_eq!(
            database
                .ask("SELECT image_url FROM producers WHERE name = 'Kilo Wren'")
                .await?,
            "https://img.example/k",
            "{first}\nthen {second}"
        );
        no_one_is_left_over(&database).await?;
    }

    // Somebody inserts a credit with the id of the producer who is being merged into another.
    begin(&database).await?;
    let insert = "INSERT INTO track_producers (track_id, producer_id, confidence, source) \
                  SELECT '00000000-0000-4000-8000-0000000000c3', id, 1, 'own research' FROM producers WHERE name = 'Kilo W' RETURNING id";
    one_after_the_other(&database, insert, MERGE).await?;
    assert_eq!(
        database.ask("SELECT checks.credited('c3')").await?,
        json!(["Kilo Wren 21 own research"])
    );
    Ok(())
}

/// Many merges at once, their people in opposite orders, beside commits that credit the same names and profiles of the
/// ones who go: a commit that deadlocks would not say that it is processed.
#[tokio::test]
async fn merges_in_opposite_orders_do_not_deadlock() -> Result<()> {
    let database = Database::start().await?;
    for round in 0..3 {
        begin(&database).await?;
        let named = "SELECT checks.credits((SELECT jsonb_agg(jsonb_build_array('c2', 'Loser ' || n, NULL, 'title')) FROM generate_series(1, 30) AS n))::TEXT";
        database.ask(named).await?;
        let merge = |track: &str, order: &str| {
            format!(
                "(SELECT checks.credits((SELECT jsonb_agg(jsonb_build_array('{track}', 'Winner ' || n, lpad(n::TEXT, 2, '0'), 'musicbrainz', \
                   jsonb_build_object('person', jsonb_build_object('aliases', jsonb_build_array('Loser ' || n)))) ORDER BY n {order}) \
                 FROM generate_series(1, 30) AS n))::TEXT)"
            )
        };
        let credit = "(SELECT checks.credits((SELECT jsonb_agg(jsonb_build_array('c4', 'Loser ' || n, NULL, 'genius') ORDER BY random()) FROM generate_series(1, 30) AS n))::TEXT)";
        let profile = "(SELECT checks.profile(id, '{\"image_url\": \"https://img.example/x\", \"metadata\": {}}')::TEXT \
                       FROM (SELECT id FROM producers WHERE name LIKE 'Loser%' ORDER BY random() LIMIT 1) AS one)";
        let (up, down) = (merge("c1", "ASC"), merge("c3", "DESC"));
        let query = format!(
            "SELECT CASE {{n}} % 4 WHEN 0 THEN {up} WHEN 1 THEN {down} WHEN 2 THEN {credit} ELSE {profile} END"
        );
        at_once(&database, 16, &query)
            .await
            .with_context(|| format!("round {round}"))?;

        let credits = "SELECT jsonb_build_array(count(*), count(DISTINCT credit.producer_id), count(*) FILTER (WHERE producer.musicbrainz_id IS NULL)) \
                       FROM track_producers AS credit JOIN producers AS producer ON producer.id = credit.producer_id WHERE producer.name <> 'Kilo W'";
        assert_eq!(database.ask(credits).await?, json!([120, 30, 0]), "round {round}");
        let counted = "SELECT count(*) FROM linernotes.producer_counts AS known \
                       WHERE track_count <> (SELECT count(DISTINCT track_id) FROM track_producers AS credit WHERE credit.producer_id = known.producer_id)";
        assert_eq!(database.ask(counted).await?, 0, "wrong counts in round {round}");
        let wrong = "SELECT checks.wrong_collaborations()";
        assert_eq!(database.ask(wrong).await?, json!([]), "wrong edges in round {round}");
    }
    Ok(())
}

/// The small catalogue anew, with Kilo W on one track of it.
async fn begin(database: &Database) -> Result<()> {
    database
        .run(
            "TRUNCATE artists, albums, tracks, producers, track_producers CASCADE;
             TRUNCATE pgmq.q_producer_identification, pgmq.q_social_enrichment;
             SELECT checks.catalogue();
             DELETE FROM track_producers;
             SELECT checks.credits('[[\"c1\", \"Kilo W\", null, \"title\"]]');
             DROP TABLE IF EXISTS checks.kilo;
             CREATE TABLE checks.kilo AS SELECT id AS old_id FROM producers WHERE name = 'Kilo W';
             GRANT SELECT ON checks.kilo TO service_role;",
        )
        .await
}

/// The first in a transaction that is open while the second begins.
async fn one_after_the_other(database: &Database, first: &str, second: &str) -> Result<()> {
    let mut connection = database.service.acquire().await?;
    let mut transaction = connection.begin().await?;
    raw_sql(AssertSqlSafe(first.to_owned()))
        .execute(&mut *transaction)
        .await
        .with_context(|| first.to_owned())?;
    let (pool, query) = (database.service.clone(), second.to_owned());
    let other = tokio::spawn(async move {
        let mut connection = pool.acquire().await?;
        raw_sql(AssertSqlSafe(query)).execute(&mut *connection).await?;
        anyhow::Ok(())
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename <> 'supabase_admin'";
    for _ in 0..100 {
        if other.is_finished() || ask(&mut *database.owner.acquire().await?, waiting).await? != 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    transaction.commit().await?;
    other.await?.with_context(|| second.to_owned())
}

async fn no_one_is_left_over(database: &Database) -> Result<()> {
    let left = database
        .ask("SELECT count(*) FROM producers WHERE name = 'Kilo W'")
        .await?;
    ensure!(left == 0, "Kilo W is still there");
    let redirected = "SELECT (SELECT count(*) FROM linernotes.producer_redirects JOIN checks.kilo USING (old_id))";
    ensure!(database.ask(redirected).await? == 1, "nothing leads on from Kilo W");
    Ok(())
}
