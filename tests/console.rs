//! The console in a real Chromium, on a stack of its own: `tests/browser/run` with the console's files.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_tests::{SecondHost, Setup, checkout};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

const LARGEST_COMPONENT: u64 = 1024 * 1024;
const VIEWER: &str = "for-looking-only";

/// Ten thousand dead letters of three causes, in queues that have no worker; an old message whose name is markup, and one
/// that nobody takes before tomorrow; an issue.
const TROUBLE: [&str; 5] = [
    "SELECT public.register_queue(name, name, 'a test''s own') FROM unnest(ARRAY['drill_one', 'drill_two', 'drill_three']) AS name",
    "INSERT INTO linernotes.dead_letters (queue_name, message_id, entity_id, message, error, attempts, enqueued_at, died_at)
     SELECT CASE WHEN n % 10 < 6 THEN 'drill_one' ELSE 'drill_two' END, 1000000 + n, 'drill:' || n,
       jsonb_build_object('albumId', md5(n::text), '_idempotencyKey', 'drill:' || n),
       CASE
         WHEN n % 10 < 6 THEN format('provider_failed: https://musicbrainz.org/ws/2/recording?query=isrc%%3A%s&limit=25: status 503', n)
         WHEN n % 10 < 9 THEN format(
           'provider_failed: https://api.spotify.com/v1/albums/%s/tracks?offset=%s: no answer within 10000 ms', left(md5(n::text), 22), n
         )
         ELSE format('message_invalid: there is no album %s \"<b onclick=alert(2)>%s</b>\"', gen_random_uuid(), n)
       END,
       5, now() - INTERVAL '3 hours', now() - INTERVAL '1 hour' - n * INTERVAL '0.2 s'
     FROM generate_series(1, 10000) AS n",
    "INSERT INTO pgmq.q_drill_one (vt, enqueued_at, message)
     VALUES (now(), now() - INTERVAL '2 hours', '{\"producerName\": \"<img src=x onerror=alert(3)>\"}')",
    "INSERT INTO pgmq.q_social_enrichment (vt, read_ct, message)
     VALUES (now() + INTERVAL '1 day', 1, '{\"producerId\": \"00000000-0000-4000-8000-000000000001\", \"_idempotencyKey\": \"stays\"}')",
    "INSERT INTO public.worker_issues (worker_name, issue_type, message)
     VALUES ('trackDiscovery', 'drill', 'a test''s own <b>not bold</b>')",
];

const WORLD: &str = "
    SELECT jsonb_build_object(
      'artist', (SELECT id FROM public.artists WHERE name = 'Velvet Harbor'),
      'producer', (SELECT id FROM public.producers ORDER BY id LIMIT 1),
      'discovery', (SELECT correlation_id FROM linernotes.discoveries LIMIT 1),
      'letter', (
        SELECT message_id::text FROM linernotes.dead_letters
        WHERE queue_name = 'drill_two' AND error LIKE 'message_invalid%' ORDER BY id LIMIT 1
      ),
      'message', (SELECT msg_id::text FROM pgmq.q_social_enrichment WHERE message ->> '_idempotencyKey' = 'stays')
    )::text";

#[tokio::test]
async fn the_console_works_in_a_browser() -> Result<()> {
    let component = checkout()?.join("target/wasm32-wasip2/release/console.wasm");
    let size = component.metadata()?.len();
    ensure!(size < LARGEST_COMPONENT, "console.wasm has {size} bytes");

    let setup = Setup::start(|options| {
        options.variables.insert("console_viewer_secret".into(), VIEWER.into());
    })
    .await?;
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_mins(2)).await?;
    for statement in TROUBLE {
        sqlx::raw_sql(statement).execute(&setup.pool).await.context(statement)?;
    }

    let direct = SecondHost::start(&setup, &["console"], &[]).await?;
    // One whose database is away, until a test opens the door to it.
    let door = TcpListener::bind("127.0.0.1:0").await?;
    let address = door.local_addr()?;
    drop(door);
    let away = SecondHost::start(&setup, &["console"], &[("supabase_url", &format!("http://{address}"))]).await?;

    let told: String = sqlx::query_scalar(WORLD).fetch_one(&setup.pool).await?;
    let mut world: Value = serde_json::from_str(&told)?;
    world["viewer"] = json!(VIEWER);
    world["direct"] = json!(direct.url());
    world["away"] = json!({"url": away.url(), "port": address.port()});
    let crawl: Vec<&str> = setup
        .world
        .artist_names()
        .into_iter()
        // The others a test asks for itself.
        .filter(|name| !["Velvet Harbor", "Juniper Static"].contains(name))
        .take(50)
        .collect();
    world["crawl"] = json!(crawl);

    let folder = tempfile::tempdir()?;
    let (stack, told) = (folder.path().join("stack.json"), folder.path().join("world.json"));
    std::fs::write(&stack, serde_json::to_vec(setup.info())?)?;
    std::fs::write(&told, serde_json::to_vec(&world)?)?;
    // What is read comes before what is changed.
    for file in ["console-door.test.js", "console-pages.test.js", "console-act.test.js"] {
        let status = Command::new(checkout()?.join("tests/browser/run"))
            .args([&stack, &told])
            .arg(file)
            .status()
            .await?;
        ensure!(status.success(), "tests/browser/run {file}: {status}");
    }
    setup.stack.stop().await
}
