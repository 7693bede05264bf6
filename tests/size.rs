//! The promises about size, at one hundredth: right answers, plans that do not read whole tables, statements that do
//! not grow with the batch. `scripts/bench size` measures them in full.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_stack::Parts;
use linernotes_tests::Setup;
use linernotes_tests::size::{DataSet, Statement, explained, timed};
use sqlx::{AssertSqlSafe, PgConnection, Row};

/// What a busy machine makes of it in the worst case; how much a question reads is what tells of a lost index.
const GENEROUS: Duration = Duration::from_secs(1);

/// The counts by their definition.
const COUNTS: &str = "
    CREATE TABLE size.counts AS
    SELECT producer.id, producer.name, producer.normalized_name, coalesce(counted.tracks, 0) AS tracks,
      coalesce(counted.artists, 0) AS artists
    FROM public.producers AS producer
    LEFT JOIN (
      SELECT credit.producer_id, count(DISTINCT credit.track_id) AS tracks, count(DISTINCT whose.artist_id) AS artists
      FROM public.track_producers AS credit
      JOIN public.tracks AS track ON track.id = credit.track_id
      JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
      GROUP BY credit.producer_id
    ) AS counted ON counted.producer_id = producer.id";

/// The search by its definition, reading every row.
const BY_DEFINITION: &str = "
    SELECT counts.id
    FROM size.counts
    CROSS JOIN (SELECT linernotes.normalize_name($1) AS normalized, lower(btrim($1)) AS written OFFSET 0) AS term
    WHERE length($1) <= 512 AND CASE
      WHEN term.normalized ~ '[[:alnum:]]' THEN strpos(counts.normalized_name, term.normalized) > 0
      ELSE strpos(lower(counts.name), term.written) > 0
    END
    ORDER BY counts.tracks DESC, counts.artists DESC, counts.name, counts.id
    LIMIT 50";

/// Nobody else is asked here.
async fn only_database() -> Result<Setup> {
    Setup::start(|options| options.parts = Parts::Database).await
}

#[tokio::test]
async fn reading_ten_thousand_producers_reads_no_table_whole() -> Result<()> {
    let data = DataSet::load(only_database().await?, 10_000, 1_000).await?;
    data.vacuum().await?;
    let mut client = data.session("anon").await?;
    let mut admin = data.admin().await?;
    sqlx::query(COUNTS).execute(&mut admin).await?;
    for (kind, term) in data.terms().await? {
        let call = "SELECT id FROM public.search_producers($1)";
        let begin = std::time::Instant::now();
        let found = ids(&mut client, call, &term).await?;
        ensure!(begin.elapsed() < GENEROUS, "{kind} {term:?}: {:?}", begin.elapsed());
        let expected = ids(&mut admin, BY_DEFINITION, &term).await?;
        ensure!(
            found == expected,
            "{kind} {term:?}: {} found, {} expected",
            found.len(),
            expected.len()
        );
    }

    for term in ["", "e", "91", "berg", "zzzzzz", "%"] {
        let statements = explained(&data, &format!("SELECT * FROM linernotes.search_producers('{term}')")).await?;
        reads_no_table_whole(
            &statements,
            &["producer_counts", "producer_texts", "producers", "track_producers"],
        )?;
    }
    let call = "SELECT * FROM public.get_producer_collaborations(size.id(0))";
    let took = timed(&mut admin, call, 3).await?;
    ensure!(took.iter().all(|took| *took < GENEROUS), "{took:?}");
    let rows = sqlx::query(call).fetch_all(&mut admin).await?;
    let tracks: i64 = rows.iter().map(|row| row.get::<i64, _>("track_count")).sum();
    ensure!(tracks == 5_000, "{tracks} tracks");
    let statements = explained(&data, call).await?;
    reads_no_table_whole(&statements, &["track_producers", "tracks"])?;

    pages_read_no_more_than_they_show(&data, &mut admin).await?;
    the_first_page_counts_no_more_than_it_says(&data).await?;
    collaborations_are_right(&mut admin).await?;
    a_batch_is_a_handful_of_statements(&data, &mut admin).await?;
    collaborations_are_right(&mut admin).await?;
    data.setup.stack.stop().await
}

/// The questions of the explorer's pages, with how many pages of tables and indexes each may touch: some more than it does
/// with a hundred times as many rows and what a new session reads of Postgres' own tables, some 1,700.
const PAGES: [(&str, u64); 19] = [
    ("search_catalogue('')", 4_000),
    ("search_catalogue('e')", 8_000),
    ("search_catalogue('track 77')", 12_000),
    ("search_catalogue('berg')", 8_000),
    ("search_catalogue('no such name')", 8_000),
    ("get_producer(size.id(0))", 30_000),
    ("get_producer_credits(size.id(0))", 30_000),
    (
        "get_producer_credits(size.id(0), artist_id => size.artist_id(7))",
        30_000,
    ),
    ("get_collaborators(size.id(0))", 12_000),
    ("get_artist(size.artist_id(7))", 6_000),
    ("get_album(size.album_id(7))", 6_000),
    ("get_track(size.track_id(7))", 4_000),
    ("get_collaboration_graph('producer', size.id(0))", 12_000),
    ("get_collaboration_graph('producer', size.id(500))", 12_000),
    ("get_collaboration_graph('artist', size.artist_id(7))", 12_000),
    ("find_connection(size.id(500), size.id(5000))", 60_000),
    // As far, as many and as much opened as may be, around whoever made most, and ways that there are not: what a client
    // can ask at most.
    (
        "get_collaboration_graph('producer', size.id(0), 3, 1000, 1, ARRAY(SELECT size.id(n) FROM generate_series(0, 11) AS n))",
        80_000,
    ),
    ("get_collaboration_graph('artist', size.artist_id(7), 3, 1000)", 80_000),
    ("find_connection(size.id(500), size.lonely(), 8)", 300_000),
];

/// What grows with the catalogue.
const CATALOGUE: [&str; 9] = [
    "catalogue_texts",
    "collaborations",
    "producer_counts",
    "producer_texts",
    "producers",
    "track_producers",
    "tracks",
    "albums",
    "album_artists",
];

/// The first page's figures stand apart: up to 100,000 rows are counted, so that a small catalogue's are exact, and those of
/// a table with more are estimated.
async fn the_first_page_counts_no_more_than_it_says(data: &DataSet) -> Result<()> {
    let statements = explained(data, "SELECT public.get_catalogue_stats()").await?;
    let read = statements.last().map(Statement::pages).unwrap_or_default();
    let (counts, others): (Vec<Statement>, Vec<Statement>) = statements
        .into_iter()
        .partition(|statement| statement.report.contains("LIMIT 100001"));
    ensure!(counts.len() == 5, "{} tables were counted", counts.len());
    reads_no_table_whole(&others, &CATALOGUE).context("get_catalogue_stats")?;
    eprintln!("get_catalogue_stats: {read} pages");
    ensure!(read < 8_000, "get_catalogue_stats: {read} pages");
    Ok(())
}

async fn pages_read_no_more_than_they_show(data: &DataSet, admin: &mut PgConnection) -> Result<()> {
    // Somebody whom no way leads to.
    let lonely =
        "INSERT INTO public.producers (name, normalized_name) VALUES ('Nobody Else', 'nobody else') RETURNING id";
    let lonely: sqlx::types::Uuid = sqlx::query_scalar(lonely).fetch_one(admin).await?;
    let mut client = data.session("anon").await?;
    let mut too_many = Vec::new();
    for (call, limit) in PAGES {
        let call = call.replace("size.lonely()", &format!("'{lonely}'"));
        let question = format!("SELECT public.{call}");
        let took = timed(&mut client, &question, 3).await?;
        // When the database gives up on a question of the public key.
        ensure!(took.iter().all(|took| *took < 3 * GENEROUS), "{call}: {took:?}");
        let statements = explained(data, &question).await?;
        reads_no_table_whole(&statements, &CATALOGUE).context(call.clone())?;
        let read = statements.last().map(Statement::pages).unwrap_or_default();
        ensure!(read > 0, "{call}: no page was counted");
        eprintln!("{call}: {read} pages, {took:?}");
        if read > limit {
            too_many.push(format!("{call}: {read} pages, more than {limit}"));
        }
    }
    ensure!(too_many.is_empty(), "{too_many:#?}");
    Ok(())
}

/// `linernotes.collaborations` against the tables that it is derived from.
async fn collaborations_are_right(admin: &mut PgConnection) -> Result<()> {
    let wrong: i64 = sqlx::query_scalar(
        "WITH defined AS (
           SELECT credit.producer_id, whose.artist_id, count(DISTINCT track.id)::INT AS track_count,
             array_agg(DISTINCT credit.role ORDER BY credit.role) AS roles,
             min(extract(YEAR FROM album.release_date))::INT AS first_year,
             max(extract(YEAR FROM album.release_date))::INT AS last_year
           FROM public.track_producers AS credit
           JOIN public.tracks AS track ON track.id = credit.track_id
           JOIN public.albums AS album ON album.id = track.album_id
           JOIN linernotes.album_artists AS whose ON whose.album_id = album.id
           GROUP BY credit.producer_id, whose.artist_id
         ), kept AS (
           SELECT producer_id, artist_id, track_count, roles, first_year, last_year FROM linernotes.collaborations
         )
         SELECT count(*) FROM (
           (TABLE defined EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE defined)
         ) AS wrong",
    )
    .fetch_one(admin)
    .await?;
    ensure!(wrong == 0, "{wrong} rows of collaborations are wrong");
    Ok(())
}

/// The same statements for four tracks and for five hundred, but for one that names each of twenty messages.
async fn a_batch_is_a_handful_of_statements(data: &DataSet, admin: &mut PgConnection) -> Result<()> {
    let few = data.batch("track_discovery", 0, 2, "track_outcomes($1, 2)").await?;
    let few_statements = touching(&explained(data, &few.statement()).await?);
    let many = data.batch("track_discovery", 100, 20, "track_outcomes($1, 25)").await?;
    let many_statements = touching(&explained(data, &many.statement()).await?);
    ensure!(
        many_statements <= few_statements + 20,
        "{many_statements} statements, {few_statements} for less"
    );
    ensure!(many_statements < 80, "{many_statements} statements");
    let took = many.commit(admin).await?;
    ensure!(took < 5 * GENEROUS, "{took:?}");

    sqlx::query("SELECT public.process_producer_atomic('{\"name\": \"Mike & Keys\"}', 'size', 'mike and keys')")
        .execute(&mut *admin)
        .await?;
    let credits = data
        .batch("producer_identification", 100, 10, "credit_outcomes($1)")
        .await?;
    ensure!(credits.dequeue < 2 * GENEROUS, "{:?}", credits.dequeue);
    ensure!(
        credits.known_names.iter().any(|name| name == "Mike & Keys"),
        "{:?}",
        credits.known_names
    );
    let took = credits.commit(admin).await?;
    ensure!(took < 5 * GENEROUS, "{took:?}");
    Ok(())
}

#[tokio::test]
async fn operating_ten_thousand_messages_reads_no_table_whole() -> Result<()> {
    let data = DataSet::load(only_database().await?, 1_000, 10_000).await?;
    data.vacuum().await?;
    let mut service = data.session("service_role").await?;
    let mut admin = data.admin().await?;
    for call in [
        "SELECT * FROM public.get_processing_stats()",
        "SELECT * FROM public.get_worker_issue_stats()",
        "SELECT * FROM public.get_queue_monitoring_data()",
        "SELECT public.get_system_health()",
        "SELECT * FROM public.diagnose_queue_tables()",
        "SELECT public.get_pipeline_status()",
        "SELECT * FROM public.list_stuck_messages('social_enrichment')",
    ] {
        let took = timed(&mut service, call, 3).await?;
        ensure!(took.iter().all(|took| *took < GENEROUS), "{call}: {took:?}");
        reads_no_table_whole(
            &explained(&data, call).await?,
            &["processing_status", "queue_metrics", "monitoring_events"],
        )
        .context(call)?;
    }
    states_are_counted(&mut admin).await?;

    let depth = sqlx::query("SELECT * FROM public.diagnose_queue_tables('social_enrichment')")
        .fetch_one(&mut service)
        .await?;
    let phases = ["total_messages", "in_progress_messages", "stuck_messages"].map(|phase| depth.get::<i64, _>(phase));
    ensure!(phases == [9_000, 900, 900], "{phases:?}");

    data.add_stuck(2_000).await?;
    let reset: i32 = sqlx::query_scalar("SELECT public.reset_stuck_messages('album_discovery')")
        .fetch_one(&mut service)
        .await?;
    ensure!(reset == 2_000, "{reset} reset");
    let left = sqlx::query("SELECT * FROM public.list_stuck_messages('album_discovery', 1)")
        .fetch_all(&mut service)
        .await?;
    ensure!(left.is_empty(), "{} are still stuck", left.len());

    let (maintained, worked) = tokio::join!(
        timed(&mut service, "SELECT public.maintenance_clear_stale_entities(30)", 3),
        data.worker_for(Duration::from_secs(2))
    );
    ensure!(
        maintained
            .context("maintenance")?
            .iter()
            .all(|took| *took < Duration::from_secs(8))
    );
    let longest = worked?.into_iter().max().context("the worker did nothing")?;
    ensure!(longest < 2 * GENEROUS, "the worker waited for {longest:?}");
    let expired: i64 =
        sqlx::query_scalar("SELECT count(*) FROM public.queue_metrics WHERE created_at < now() - INTERVAL '30 days'")
            .fetch_one(&mut admin)
            .await?;
    ensure!(expired == 0, "{expired} metrics are left");
    states_are_counted(&mut admin).await?;
    data.setup.stack.stop().await
}

/// `get_processing_stats` against the table itself, whatever way its rows came, changed and went.
async fn states_are_counted(admin: &mut PgConnection) -> Result<()> {
    const BY_DEFINITION: &str = "
        SELECT coalesce(jsonb_agg(stats ORDER BY entity_type), '[]')::text
        FROM (
          SELECT entity_type, count(*) AS total, count(*) FILTER (WHERE state = 'PENDING') AS pending,
            count(*) FILTER (WHERE state = 'IN_PROGRESS') AS in_progress,
            count(*) FILTER (WHERE state = 'COMPLETED') AS completed, count(*) FILTER (WHERE state = 'FAILED') AS failed,
            count(*) FILTER (WHERE dead_lettered) AS dead,
            count(*) FILTER (WHERE state = 'IN_PROGRESS' AND last_processed_at < now() - INTERVAL '30 minutes') AS stalled
          FROM public.processing_status GROUP BY entity_type
        ) AS stats";
    const BY_FUNCTION: &str = "
        SELECT coalesce(jsonb_agg(stats ORDER BY entity_type), '[]')::text
        FROM (
          SELECT entity_type, total_count AS total, pending_count AS pending, in_progress_count AS in_progress,
            completed_count AS completed, failed_count AS failed, dead_lettered_count AS dead, stalled_count AS stalled
          FROM public.get_processing_stats()
        ) AS stats";
    for change in [
        "SELECT 1",
        "INSERT INTO public.processing_status (entity_type, entity_id, state) SELECT 'a type', n::text, 'PENDING' FROM generate_series(1, 100) AS n",
        "UPDATE public.processing_status SET state = 'FAILED', dead_lettered = TRUE WHERE entity_type = 'a type' AND entity_id < '50'",
        "UPDATE public.processing_status SET entity_type = 'another type' WHERE entity_type = 'a type' AND entity_id > '80'",
        "DELETE FROM public.processing_status WHERE entity_type = 'a type'",
        "DELETE FROM public.processing_status WHERE entity_type = 'another type'",
    ] {
        sqlx::query(change).execute(&mut *admin).await?;
        let expected: String = sqlx::query_scalar(BY_DEFINITION).fetch_one(&mut *admin).await?;
        let counted: String = sqlx::query_scalar(BY_FUNCTION).fetch_one(&mut *admin).await?;
        ensure!(expected == counted, "after {change}:\n{expected}\n{counted}");
    }
    Ok(())
}

async fn ids(session: &mut PgConnection, query: &'static str, term: &str) -> Result<Vec<uuid::Uuid>> {
    Ok(sqlx::query_scalar(AssertSqlSafe(query))
        .bind(term)
        .fetch_all(session)
        .await?)
}

fn touching(statements: &[Statement]) -> usize {
    statements.iter().filter(|statement| statement.touches_tables()).count()
}

fn reads_no_table_whole(statements: &[Statement], tables: &[&str]) -> Result<()> {
    ensure!(!statements.is_empty(), "no plan was seen");
    for statement in statements {
        for table in tables {
            ensure!(
                !statement.report.contains(&format!("Seq Scan on {table} ")),
                "{}",
                statement.report
            );
        }
    }
    Ok(())
}
