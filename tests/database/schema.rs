//! The schema against the documented one, and what its functions rely on: keys, checks, indexes, `updated_at`.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use linernotes_tests::database::{Database, folder};

#[tokio::test]
async fn the_schema_has_every_documented_table_and_function() -> Result<()> {
    let database = Database::start().await?;
    documented(&database).await?;
    keys(&database).await?;
    checks(&database).await?;
    updated_at(&database).await
}

/// Every documented table with its columns, types and defaults, every documented function with its arguments, defaults
/// and results: loaded beside ours and compared. We may have more: columns, and optional arguments at the end.
async fn documented(database: &Database) -> Result<()> {
    database
        .run("CREATE SCHEMA documented; GRANT ALL ON SCHEMA documented TO postgres")
        .await?;
    for file in ["tables", "functions"] {
        let sql = fs::read_to_string(folder().join("original").join(format!("{file}.sql")))?;
        let sql = sql
            .replace("public.", "documented.")
            .replace("search_path = public,", "search_path = documented,");
        database.run(&format!("{sql}; RESET search_path")).await?;
    }
    let columns = "SELECT coalesce(array_agg(wanted.table_name || '.' || wanted.column_name), '{}') \
        FROM information_schema.columns AS wanted \
        LEFT JOIN information_schema.columns AS ours ON ours.table_schema = 'public' \
            AND (ours.table_name, ours.column_name, ours.data_type, ours.is_nullable) \
              = (wanted.table_name, wanted.column_name, wanted.data_type, wanted.is_nullable) \
            AND (ours.column_default IS NOT NULL) = (wanted.column_default IS NOT NULL) \
        WHERE wanted.table_schema = 'documented' AND ours.column_name IS NULL";
    assert_eq!(
        database.ask(columns).await?,
        json!([]),
        "columns that are missing or different"
    );
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'documented'::regnamespace AND relkind = 'r'";
    assert_eq!(database.ask(tables).await?, 11);

    let functions = "SELECT coalesce(array_agg(wanted.proname ORDER BY wanted.proname), '{}') FROM pg_proc AS wanted \
        LEFT JOIN pg_proc AS ours ON ours.pronamespace = 'public'::regnamespace AND ours.proname = wanted.proname \
            AND starts_with(pg_get_function_arguments(ours.oid), pg_get_function_arguments(wanted.oid)) \
            AND pg_get_function_result(ours.oid) = pg_get_function_result(wanted.oid) \
            AND ours.pronargs - ours.pronargdefaults = wanted.pronargs - wanted.pronargdefaults \
        WHERE wanted.pronamespace = 'documented'::regnamespace AND ours.oid IS NULL";
    // Its argument message_id is text: ids are bigint, and JSON gives them as numbers or as text.
    assert_eq!(database.ask(functions).await?, json!(["pg_release_message"]));
    let functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'documented'::regnamespace";
    assert_eq!(database.ask(functions).await?, 36);
    Ok(())
}

/// Every foreign key has an index that begins with its columns; the unique keys are there.
async fn keys(database: &Database) -> Result<()> {
    let bare = "SELECT coalesce(array_agg(conname), '{}') FROM pg_constraint \
        WHERE contype = 'f' AND connamespace IN ('public'::regnamespace, 'linernotes'::regnamespace) AND NOT EXISTS ( \
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL \
            AND (string_to_array(indkey::text, ' ')::smallint[])[1:cardinality(conkey)] @> conkey)";
    assert_eq!(database.ask(bare).await?, json!([]), "foreign keys without an index");
    let unique = "SELECT array_agg(indrelid::regclass || ' ' || columns ORDER BY 1) FROM ( \
        SELECT indrelid, (SELECT string_agg(pg_get_indexdef(indexrelid, position, FALSE), ',' ORDER BY position) \
            FROM generate_series(1, indnkeyatts) AS position) AS columns \
        FROM pg_index WHERE indisunique AND NOT indisprimary) AS keys WHERE indrelid::regclass::text = ANY (ARRAY['artists', 'albums', \
            'tracks', 'processing_locks', 'processing_status', 'track_producers', 'producers', 'worker_issues', 'queue_registry'])";
    let wanted = [
        "albums spotify_id",
        "artists spotify_id",
        "processing_locks entity_type,entity_id",
        "processing_status entity_type,entity_id",
        "producers linernotes.producer_identity(name, normalized_name)",
        "producers musicbrainz_id",
        "queue_registry queue_name",
        "track_producers track_id,producer_id,role,source",
        "tracks spotify_id",
        "worker_issues worker_name,issue_type",
    ];
    let there = database.ask(unique).await?;
    let mut there: Vec<String> = serde_json::from_value(there)?;
    there.sort();
    assert_eq!(there, wanted, "unique keys");
    Ok(())
}

/// Values that can't be are refused by the tables themselves, whoever writes them.
async fn checks(database: &Database) -> Result<()> {
    database.run("SELECT checks.catalogue()").await?;
    database
        .run("INSERT INTO public.processing_status (entity_type, entity_id, state) VALUES ('artist', '1', 'PENDING')")
        .await?;
    for change in [
        "processing_status SET state = 'DONE'",
        "track_producers SET role = 'singer'",
        "track_producers SET confidence = 1.1",
        "track_producers SET confidence = -0.1",
        "track_producers SET source = ''",
        "artists SET popularity = 101",
        "artists SET popularity = -1",
        "artists SET name = ''",
        "tracks SET popularity = 101",
        "tracks SET duration_ms = -1",
        "albums SET release_date_precision = 'decade'",
        "queue_registry SET max_attempts = 0",
        "queue_registry SET max_concurrency = 0",
    ] {
        let error = database.run(&format!("UPDATE public.{change}")).await.err();
        let code = error.as_ref().and_then(|error| error.downcast_ref::<sqlx::Error>());
        let code = code
            .and_then(sqlx::Error::as_database_error)
            .and_then(|error| error.code().map(String::from));
        ensure!(code.as_deref() == Some("23514"), "{change}: {code:?} {error:?}");
    }
    Ok(())
}

/// `updated_at` follows every change, whoever makes it, and nothing else.
async fn updated_at(database: &Database) -> Result<()> {
    let tables = "SELECT array_agg(relname ORDER BY relname) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid \
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'updated_at'";
    let tables: Vec<String> = serde_json::from_value(database.ask(tables).await?)?;
    assert_eq!(
        tables,
        [
            "albums",
            "artists",
            "processing_status",
            "producers",
            "queue_registry",
            "tracks",
            "worker_issues"
        ]
    );
    database
        .run("INSERT INTO public.worker_issues (worker_name, issue_type, message) VALUES ('a', 't', 'm')")
        .await?;
    for table in tables {
        let column = match table.as_str() {
            "processing_status" => "last_error",
            "queue_registry" => "description",
            "worker_issues" => "message",
            _ => "name",
        };
        let age = format!(
            "ALTER TABLE public.{table} DISABLE TRIGGER USER; UPDATE public.{table} SET updated_at = '2026-01-01'; \
                           ALTER TABLE public.{table} ENABLE TRIGGER USER"
        );
        database.run(&age).await?;
        let recent = format!("SELECT count(*) FROM public.{table} WHERE updated_at > now() - INTERVAL '1 minute'");
        database
            .run(&format!("UPDATE public.{table} SET {column} = {column}"))
            .await?;
        assert_eq!(database.ask(&recent).await?, 0, "{table}: nothing has changed");
        database
            .run(&format!(
                "UPDATE public.{table} SET {column} = coalesce({column}, '') || '!'"
            ))
            .await?;
        ensure!(database.ask(&recent).await? != 0, "{table}: a change");
    }
    Ok(())
}
