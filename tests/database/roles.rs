//! Who may do what, as the catalogue says it, against the decisions below. A new function or table has none yet, so it
//! fails here until somebody has decided.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::calls::CALLS;
use linernotes_tests::database::{Database, ask};
use linernotes_tests::figure;

/// For everybody with the public key: what a client reads of the catalogue.
pub const CLIENT_FUNCTIONS: [&str; 14] = [
    "find_connection",
    "get_album",
    "get_artist",
    "get_artist_producers",
    "get_catalogue_stats",
    "get_collaboration_graph",
    "get_collaborators",
    "get_producer",
    "get_producer_collaborations",
    "get_producer_credits",
    "get_track",
    "get_track_credits",
    "search_catalogue",
    "search_producers",
];

/// In `linernotes`, beside the definer functions behind those, which have the same names: what stands in the index on
/// the names of producers, which is evaluated as whoever inserts.
const INNER_FUNCTIONS: [(&str, &[&str]); 1] = [("producer_identity", &["service_role"])];

/// The documented tables: the service reads and writes them, a client has no grant on any table.
const SERVICE_TABLES: [&str; 11] = [
    "albums",
    "artists",
    "monitoring_events",
    "processing_locks",
    "processing_status",
    "producers",
    "queue_metrics",
    "queue_registry",
    "track_producers",
    "tracks",
    "worker_issues",
];

#[tokio::test]
async fn every_function_and_table_is_granted_as_decided() -> Result<()> {
    let database = Database::start().await?;
    let mut owner = database.owner.acquire().await?;
    functions(&mut owner).await?;
    tables(&mut owner).await?;
    drop(owner);
    nothing_else_is_open(&database).await?;
    in_fact(&database).await
}

/// Whoever may EXECUTE, by function.
pub async fn functions(connection: &mut PgConnection) -> Result<()> {
    const MAY: &str = "SELECT coalesce(jsonb_object_agg(name, roles), '{}') FROM (SELECT proname AS name, \
        to_jsonb(array(SELECT role FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) AS role \
            WHERE has_function_privilege(role, oid, 'EXECUTE') ORDER BY role)) AS roles FROM pg_proc \
        WHERE pronamespace = '{schema}'::regnamespace AND proowner = 'postgres'::regrole) AS functions WHERE {which}";
    let public = MAY.replace("{schema}", "public").replace("{which}", "TRUE");
    let decided: BTreeMap<&str, Vec<&str>> = CALLS
        .iter()
        .map(|call| {
            let for_clients = CLIENT_FUNCTIONS.contains(&call.function);
            let roles = if for_clients {
                vec!["anon", "authenticated", "service_role"]
            } else {
                vec!["service_role"]
            };
            (call.function, roles)
        })
        .collect();
    assert_eq!(ask(connection, &public).await?, json!(decided));
    let inner = MAY
        .replace("{schema}", "linernotes")
        .replace("{which}", "roles <> '[]'");
    let mut decided = BTreeMap::from(INNER_FUNCTIONS);
    decided.extend(CLIENT_FUNCTIONS.map(|name| (name, ["anon", "authenticated", "service_role"].as_slice())));
    assert_eq!(ask(connection, &inner).await?, json!(decided));
    Ok(())
}

/// Whoever has which privilege, by table and sequence; row level security is on in `public`.
pub async fn tables(connection: &mut PgConnection) -> Result<()> {
    const MAY: &str = "SELECT coalesce(jsonb_object_agg(name, grants), '{}') FROM ( \
        SELECT relation.oid::regclass::text AS name, jsonb_agg(role || ' ' || privilege ORDER BY role, privilege) AS grants \
        FROM pg_class AS relation, unnest(ARRAY['anon', 'authenticated', 'service_role']) AS role, \
            unnest(CASE relkind WHEN 'S' THEN ARRAY['SELECT', 'UPDATE', 'USAGE'] \
                ELSE ARRAY['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE'] END) AS privilege \
        WHERE relnamespace IN ('public'::regnamespace, 'linernotes'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'S') \
            AND CASE relkind WHEN 'S' THEN has_sequence_privilege(role, relation.oid, privilege) \
                ELSE has_table_privilege(role, relation.oid, privilege) END \
        GROUP BY 1) AS granted";
    let mut decided: BTreeMap<&str, Vec<&str>> = SERVICE_TABLES
        .iter()
        .map(|table| {
            (
                *table,
                vec![
                    "service_role DELETE",
                    "service_role INSERT",
                    "service_role SELECT",
                    "service_role UPDATE",
                ],
            )
        })
        .collect();
    decided.insert("queue_registry_id_seq", vec!["service_role USAGE"]);
    assert_eq!(ask(connection, MAY).await?, json!(decided));

    let all = "SELECT array_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace \
               AND relkind IN ('r', 'p', 'v', 'm')";
    assert_eq!(
        ask(connection, all).await?,
        json!(SERVICE_TABLES),
        "public has the documented tables and no others"
    );
    let open = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity";
    assert_eq!(ask(connection, open).await?, 0, "row level security");
    Ok(())
}

/// Definer functions have a fixed search path, everything has a comment, PUBLIC has nothing.
async fn nothing_else_is_open(database: &Database) -> Result<()> {
    let ours =
        "pronamespace IN ('public'::regnamespace, 'linernotes'::regnamespace) AND proowner = 'postgres'::regrole";
    for (what, condition) in [
        (
            "has no fixed search_path",
            "NOT coalesce('search_path=\"\"' = ANY (proconfig), FALSE)",
        ),
        ("has no comment", "obj_description(oid, 'pg_proc') IS NULL"),
        (
            "is open to PUBLIC",
            "proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)",
        ),
    ] {
        let query = format!(
            "SELECT coalesce(array_agg(oid::regprocedure::text), '{{}}') FROM pg_proc WHERE {ours} AND ({condition})"
        );
        assert_eq!(database.ask(&query).await?, json!([]), "{what}");
    }
    let uncommented = "SELECT coalesce(array_agg(oid::regclass::text), '{}') FROM pg_class WHERE relkind = 'r' \
        AND relnamespace IN ('public'::regnamespace, 'linernotes'::regnamespace) AND obj_description(oid, 'pg_class') IS NULL";
    assert_eq!(database.ask(uncommented).await?, json!([]), "tables without a comment");
    Ok(())
}

/// Every function and table there is, as one statement each that would use it; whose it is that may, and by which name.
/// They are read from the catalogue, so that what is added is tried without anybody thinking of it. `net` is left out:
/// Supabase opens it to its roles itself, and the API shows nothing of it (`gateway.rs`).
pub const USES: &str = "
    WITH ours AS (
      SELECT oid, nspname FROM pg_namespace
      WHERE nspname IN ('public', 'linernotes', 'pgmq', 'cron', 'vault', 'supabase_migrations')
    ), called AS (
      SELECT nspname || '.' || proname AS name, format('SELECT %I.%I(%s)', nspname, proname, (
          -- A bare NULL would spare the planner a call, and with it the question who may call.
          SELECT string_agg(format('(SELECT NULL::%s)', format_type(type, NULL)), ', ' ORDER BY place)
          FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS argument (type, place)
        )) AS statement
      FROM pg_proc JOIN ours ON ours.oid = pronamespace
      WHERE prokind = 'f' AND provariadic = 0 AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND NOT EXISTS (SELECT FROM pg_type WHERE pg_type.oid = ANY (proargtypes) AND typtype = 'p')
    ), touched AS (
      SELECT nspname || '.' || relname AS name, format(how, format('%I.%I', nspname, relname), quote_ident(attname)) AS statement
      FROM pg_class JOIN ours ON ours.oid = relnamespace
        JOIN LATERAL (
          SELECT attname FROM pg_attribute
          WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''
          ORDER BY attnum LIMIT 1
        ) AS written ON TRUE,
        unnest(ARRAY['SELECT FROM %1$s', 'INSERT INTO %1$s DEFAULT VALUES', 'UPDATE %1$s SET %2$s = %2$s',
                     'DELETE FROM %1$s', 'TRUNCATE %1$s']) AS how
      WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT (relkind IN ('v', 'm') AND how LIKE 'TRUNCATE%')
    )
    SELECT name, statement FROM called UNION ALL SELECT name, statement FROM touched";

/// The privileges as a session meets them: every function and every table in every way, as `anon` and `authenticated`.
async fn in_fact(database: &Database) -> Result<()> {
    let uses: Vec<(String, String)> = sqlx::query_as(USES).fetch_all(&database.owner).await?;
    let mut connection = PgConnection::connect(&database.info().database_url).await?;
    let (mut wrong, mut refusals) = (BTreeSet::new(), 0);
    for role in ["anon", "authenticated"] {
        raw_sql(AssertSqlSafe(format!("SET ROLE {role}")))
            .execute(&mut connection)
            .await?;
        for (name, statement) in &uses {
            let for_clients = ["public.", "linernotes."].iter().any(|schema| {
                name.strip_prefix(schema)
                    .is_some_and(|name| CLIENT_FUNCTIONS.contains(&name))
            });
            let refused = is_refused(&mut connection, statement).await;
            refusals += usize::from(refused);
            if refused == for_clients {
                wrong.insert(format!("{role}: {statement}"));
            }
        }
    }
    let tried = uses.len() * 2;
    figure(
        "roles",
        &format!("{tried} statements by two roles, {refusals} of them refused"),
    )?;
    ensure!(
        wrong.is_empty(),
        "not as decided:\n{}",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
    Ok(())
}

async fn is_refused(connection: &mut PgConnection, statement: &str) -> bool {
    let outcome = raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    matches!(outcome, Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501"))
}
