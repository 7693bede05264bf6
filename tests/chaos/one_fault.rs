//! One thing goes wrong, at the worst moment.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use linernotes_stack::Service;
use linernotes_tests::Setup;
use serde_json::{Value, json};

const TRACKS: &str = "SELECT count(*) FROM public.tracks";

#[tokio::test]
async fn a_crawl_survives_a_killed_functions_host() -> Result<()> {
    let setup = Setup::start(|options| options.demo.latency_ms = 50).await?;
    // The messages of a killed run become visible after this time, and its run lease expires.
    setup.set("visibility_timeout_seconds", json!(5)).await?;
    setup.set("run_budget_seconds", json!(4)).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(8).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    for stored in [1, 100] {
        while setup.count(TRACKS).await? < stored {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        setup.stack.kill(Service::Functions).await?;
        setup.stack.restart(Service::Functions).await?;
    }
    setup.cron_in_a_hurry();
    setup.drained(Duration::from_mins(3)).await?;
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn a_commit_that_is_cut_off_stores_nothing_and_is_repeated() -> Result<()> {
    const COMMITTING: &str = "SELECT pid FROM pg_stat_activity \
        WHERE wait_event_type = 'Lock' AND query LIKE '%commit_batch%' AND pid <> pg_backend_pid()";
    let setup = Setup::start(|_| ()).await?;
    setup.set("visibility_timeout_seconds", json!(5)).await?;
    setup.set("run_budget_seconds", json!(4)).await?;
    let admin = sqlx::PgPool::connect(setup.stack.admin_database_url()).await?;
    // The commit writes the artist first; then it waits for this lock, to enqueue what follows.
    let mut guard = admin.begin().await?;
    sqlx::query("LOCK TABLE pgmq.q_album_discovery IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *guard)
        .await?;
    setup.discover("Velvet Harbor").await?;
    let start = Instant::now();
    let committing = loop {
        let pids: Vec<i32> = sqlx::query_scalar(COMMITTING).fetch_all(&admin).await?;
        if !pids.is_empty() {
            break pids;
        }
        ensure!(start.elapsed() < Duration::from_secs(20), "no commit has come");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    setup.stack.kill(Service::Functions).await?;
    for pid in committing {
        sqlx::query("SELECT pg_terminate_backend($1)")
            .bind(pid)
            .execute(&admin)
            .await?;
    }
    guard.rollback().await?;
    ensure!(
        setup.count("SELECT count(*) FROM public.artists").await? == 0,
        "half a commit was stored"
    );
    ensure!(
        setup.count("SELECT count(*) FROM pgmq.q_artist_discovery").await? == 1,
        "the message is gone"
    );

    setup.stack.restart(Service::Functions).await?;
    setup.cron_in_a_hurry();
    setup.drained(Duration::from_mins(2)).await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}

/// As on Spin, where a component waits for Redis as long as it takes: the runs that wait are lost, and what they took
/// comes back. With the usual settings that takes two and a half minutes, and here a tenth of it.
#[tokio::test]
async fn a_redis_that_hangs_delays_the_first_artist_and_no_other() -> Result<()> {
    let setup = Setup::start(|options| options.as_spin = true).await?;
    setup.set("visibility_timeout_seconds", json!(6)).await?;
    setup.set("run_budget_seconds", json!(4)).await?;
    setup.cron_in_a_hurry();
    let redis = setup.stack.pid(Service::Redis).await?.context("Redis is not running")?;
    let signal = |name: &str| Command::new("kill").args([name, &redis.to_string()]).status();
    signal("-STOP")?;
    setup.discover("Velvet Harbor").await?;
    let first = setup.drained(Duration::from_mins(1)).await?;
    setup.discover("Marisol Anker").await?;
    let next = setup.drained(Duration::from_mins(1)).await?;
    signal("-CONT")?;
    println!("a Redis that hangs: the first artist after {first:.1?}, the next after {next:.1?}");
    ensure!(
        first > Duration::from_secs(5),
        "the host ends what waits for Redis, and Spin does not"
    );
    ensure!(
        first < Duration::from_secs(30) && next < Duration::from_secs(4),
        "{first:?}, {next:?}"
    );
    setup.assert_truth(&["Velvet Harbor", "Marisol Anker"]).await
}

#[tokio::test]
async fn a_late_commit_of_a_finished_message_changes_nothing() -> Result<()> {
    const EVERYTHING: &str = "SELECT md5((SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM public.artists a)::text \
        || (SELECT jsonb_agg(to_jsonb(q) ORDER BY q.msg_id) FROM pgmq.q_album_discovery q)::text \
        || (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.entity_type, s.entity_id) FROM public.processing_status s)::text)";
    let setup = Setup::start(|_| ()).await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    let id = setup.discover("Velvet Harbor").await?;
    setup
        .configure_demo(json!({"faults": [{"path": "/v1/search", "kind": "slow", "ms": 3000, "times": 1}]}))
        .await?;

    let slow = setup.call("artistDiscovery", json!({"visibility_timeout": 1}));
    let fast = async {
        let came_back = "SELECT count(*) FROM pgmq.q_artist_discovery WHERE read_ct = 1 AND vt < clock_timestamp()";
        while setup.count(came_back).await? == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let answer = setup.call("artistDiscovery", json!({})).await?;
        let everything: String = sqlx::query_scalar(EVERYTHING).fetch_one(&setup.pool).await?;
        anyhow::Ok((answer, everything))
    };
    let (slow, fast) = tokio::join!(slow, fast);
    let ((_, late), ((_, first), everything)) = (slow?, fast?);
    ensure!(first["processed"] == 1 && first["stale"] == json!([]), "{first}");
    ensure!(
        late["processed"] == 0 && late["stale"] == json!([id.to_string()]),
        "{late}"
    );
    let now: String = sqlx::query_scalar(EVERYTHING).fetch_one(&setup.pool).await?;
    ensure!(now == everything, "the late commit has changed something");
    Ok(())
}

#[tokio::test]
async fn a_crawl_survives_a_crash_of_postgres() -> Result<()> {
    let setup = Setup::start(|options| options.demo.latency_ms = 50).await?;
    // The messages of a run that has died become visible after this time.
    setup.set("visibility_timeout_seconds", json!(5)).await?;
    setup.set("run_budget_seconds", json!(4)).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(8).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    while setup.count(TRACKS).await? < 50 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // SIGQUIT is Postgres' immediate shutdown: it ends without a checkpoint, and recovers from its log when the
    // supervisor starts it again.
    let pid = setup
        .stack
        .pid(Service::Postgres)
        .await?
        .context("Postgres is not running")?;
    let signal = Command::new("kill").args(["-QUIT", &pid.to_string()]).status()?;
    ensure!(signal.success(), "{signal}");
    // The tables of pg_net are unlogged, so its calls are lost in the crash; the messages are not.
    setup.cron_in_a_hurry();
    setup.drained(Duration::from_mins(3)).await?;
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn a_crawl_goes_on_without_redis_and_raises_an_issue() -> Result<()> {
    const OPEN: &str = "SELECT count(*) FROM public.worker_issues \
        WHERE worker_name = 'artistDiscovery' AND issue_type = 'redis_unavailable' AND NOT resolved";
    let setup = Setup::start(|options| options.demo.latency_ms = 20).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(5).collect();
    let [before @ .., during, after] = names.as_slice() else {
        bail!("the world has too few artists");
    };
    for name in before {
        setup.discover(name).await?;
    }
    while setup.count(TRACKS).await? < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    setup.stack.kill(Service::Redis).await?;
    setup.discover(during).await?;
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names[..4]).await?;
    ensure!(setup.count(OPEN).await? == 1, "nobody has said that Redis is away");

    setup.stack.restart(Service::Redis).await?;
    setup.discover(after).await?;
    setup.drained(Duration::from_mins(1)).await?;
    ensure!(setup.count(OPEN).await? == 0, "the issue is still open");
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn one_message_that_always_fails_becomes_a_dead_letter_and_can_be_replayed() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("retry_base_seconds", json!(0)).await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    let names = ["Velvet Harbor", "Marisol Anker"];
    let (good, bad) = (setup.discover(names[0]).await?, setup.discover(names[1]).await?);
    setup.call("artistDiscovery", json!({})).await?;
    let poisoned: String = sqlx::query_scalar("SELECT spotify_id FROM public.artists WHERE name = $1")
        .bind(names[1])
        .fetch_one(&setup.pool)
        .await?;
    let path = format!("/v1/artists/{poisoned}/albums");
    setup
        .configure_demo(json!({"faults": [{"path": path, "kind": "status", "status": 500}]}))
        .await?;
    setup.set("wake_ups_enabled", json!(true)).await?;
    setup.poke_every("albumDiscovery", Duration::from_millis(500));
    setup.drained(Duration::from_secs(30)).await?;

    ensure!(state_of(&setup, good).await? == "completed", "{}", setup.state().await);
    ensure!(state_of(&setup, bad).await? == "failed", "{}", setup.state().await);
    let letters = setup.rpc("list_dead_letters", json!({})).await?;
    ensure!(
        letters.as_array().is_some_and(|letters| letters.len() == 1),
        "{letters}"
    );
    let letter = &letters[0];
    let error = letter["error"].as_str().unwrap_or_default();
    ensure!(
        letter["queue"] == "album_discovery" && letter["attempts"] == 5,
        "{letter}"
    );
    ensure!(error.contains("provider_failed") && error.contains(&path), "{error}");

    setup.configure_demo(json!({"faults": []})).await?;
    let replayed = setup
        .rpc("replay_dead_letters", json!({"queue_name": "album_discovery"}))
        .await?;
    ensure!(replayed == 1, "{replayed}");
    setup.drained(Duration::from_secs(30)).await?;
    ensure!(state_of(&setup, bad).await? == "completed", "{}", setup.state().await);
    setup.assert_truth(&names).await
}

/// What became of a request.
async fn state_of(setup: &Setup, id: i64) -> Result<Value> {
    Ok(setup.rpc("get_discovery", json!({"message_id": id})).await?["state"].take())
}
