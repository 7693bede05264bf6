//! An installation of the documented SQL, with data in it, is adopted where it stands, or the migration stops and names
//! what stands in the way.

use std::fs;
use std::os::unix::fs::symlink;

use anyhow::{Result, ensure};
use linernotes_stack::Parts;
use linernotes_tests::Setup;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::migrations;
use crate::roles;
use linernotes_tests::checkout;
use linernotes_tests::database::{ask, folder};

#[tokio::test]
async fn a_documented_installation_is_adopted_with_its_data() -> Result<()> {
    // A cluster as Supabase hands it over: prepared, and nothing of ours in it.
    let empty = tempfile::tempdir()?;
    fs::create_dir_all(empty.path().join("migrations"))?;
    for name in ["spin.toml", "target"] {
        symlink(checkout()?.join(name), empty.path().join(name))?;
    }
    let repository = empty.path().to_owned();
    let setup = Setup::start(|options| {
        options.repository = repository;
        options.template = None;
        options.parts = Parts::Database;
    })
    .await?;
    let mut owner = PgConnection::connect(&setup.info().database_url).await?;
    for file in ["tables", "functions", "data", "duplicates"] {
        let sql = fs::read_to_string(folder().join("original").join(format!("{file}.sql")))?;
        raw_sql(AssertSqlSafe(sql)).execute(&mut owner).await?;
    }

    // From here on as in new projects, where nothing is granted by itself; what was made before keeps its grants.
    for kind in ["TABLES", "FUNCTIONS", "SEQUENCES"] {
        let sql = format!(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM anon, authenticated, service_role"
        );
        raw_sql(AssertSqlSafe(sql)).execute(&mut owner).await?;
    }

    let problem = migrate(&mut owner)
        .await
        .err()
        .map(|error| format!("{error:#}"))
        .unwrap_or_default();
    ensure!(
        problem.contains("public.artists: 'artist1'"),
        "the artists are named: {problem}"
    );
    ensure!(
        problem.contains("public.processing_locks: 'artist 1'"),
        "the locks are named: {problem}"
    );
    raw_sql("DELETE FROM public.artists WHERE name = 'Velvet Pier again'")
        .execute(&mut owner)
        .await?;
    raw_sql("DELETE FROM public.processing_locks WHERE worker_id = 'another'")
        .execute(&mut owner)
        .await?;
    migrate(&mut owner).await?;

    // The data is kept, and the tables that the migrations add are filled from it.
    let kept = "SELECT jsonb_build_object( \
        'artist', (SELECT name FROM public.artists), 'lock', (SELECT worker_id FROM public.processing_locks), \
        'paused', (SELECT NOT active FROM public.queue_registry WHERE queue_name = 'artist_discovery'), \
        'message', (SELECT message ->> 'artistName' FROM pgmq.q_artist_discovery), \
        'issues', (SELECT array_agg(message ORDER BY created_at) FROM public.worker_issues WHERE NOT resolved), \
        'role', (SELECT role FROM public.track_producers), \
        'album_artists', (SELECT count(*) FROM linernotes.album_artists))";
    let wanted = json!({"artist": "Velvet Pier", "lock": "w", "paused": true, "message": "Velvet Pier", "issues": ["second"],
                        "role": "producer", "album_artists": 1});
    assert_eq!(ask(&mut owner, kept).await?, wanted);

    // Each documented function was replaced rather than overloaded, and works on the data of before.
    let twice = "SELECT count(*) FROM (SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
                 AND proowner = 'postgres'::regrole GROUP BY 1 HAVING count(*) > 1) AS names";
    assert_eq!(ask(&mut owner, twice).await?, 0);
    roles::functions(&mut owner).await?;
    roles::tables(&mut owner).await?;
    raw_sql("SET ROLE service_role").execute(&mut owner).await?;
    let found = "SELECT jsonb_agg(to_jsonb(row) - 'id') FROM public.search_producers('DMILE') AS row";
    let wanted = json!([{"name": "D'Mile", "normalized_name": "dmile", "instagram_handle": null, "image_url": null,
                         "track_count": 1, "artist_count": 1}]);
    assert_eq!(ask(&mut owner, found).await?, wanted);
    let same = "SELECT public.start_artist_discovery('velvet pier') = (SELECT (public.diagnose_queue_tables('artist_discovery')).total_messages)";
    assert_eq!(
        ask(&mut owner, same).await?,
        true,
        "the message of before, id 1, is met by its key"
    );
    Ok(())
}

async fn migrate(owner: &mut PgConnection) -> Result<()> {
    for (_, sql) in migrations::all()? {
        migrations::run(owner, &sql).await?;
    }
    Ok(())
}
