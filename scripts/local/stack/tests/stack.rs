//! The whole stack as its callers see it. Needs what `scripts/up` builds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use linernotes_stack::{Options, Service, Stack, StackInfo};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use std::future::Future;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::sleep;

const PATIENCE: Duration = Duration::from_secs(30);

async fn start() -> (Stack, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(Options::new(folder.path())).await.unwrap();
    (stack, folder)
}

/// A call that only the service role may make and that changes nothing.
fn lookup(info: &StackInfo) -> RequestBuilder {
    Client::new()
        .post(format!("{}/rest/v1/rpc/get_discovery", info.api_url))
        .json(&json!({"message_id": 0}))
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap_or(Value::Null))
}

/// Tries until it holds; panics when it does not in time.
async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < PATIENCE, "not in time: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| !stat.rsplit_once(')').unwrap().1.trim_start().starts_with('Z'))
}

#[tokio::test]
async fn only_the_two_keys_are_let_in_each_with_its_role() {
    let (stack, _folder) = start().await;
    let info = &stack.info;
    let ask = |headers: Vec<(&'static str, String)>| {
        let request = headers
            .into_iter()
            .fold(lookup(info), |request, (name, value)| request.header(name, value));
        answer(request)
    };
    let bearer = |key: &str| ("authorization", format!("Bearer {key}"));

    let (status, body) = ask(vec![("apikey", info.secret_key.clone())]).await;
    assert_eq!((status, body), (StatusCode::OK, Value::Null));
    let (status, _) = ask(vec![("apikey", info.secret_key.clone()), bearer(&info.secret_key)]).await;
    assert_eq!(status, StatusCode::OK);

    // postrust-server's status for a missing privilege is 401 where PostgREST's is 403: the code is what counts.
    let (_, body) = ask(vec![("apikey", info.publishable_key.clone())]).await;
    assert_eq!(body["code"], "42501");

    for headers in [
        vec![],
        vec![("apikey", "sb_secret_unknown".to_owned())],
        vec![bearer(&info.secret_key)],
        vec![("apikey", info.publishable_key.clone()), bearer(&info.secret_key)],
        vec![("apikey", info.publishable_key.clone()), bearer("not.a.token")],
    ] {
        let shown = format!("{headers:?}");
        let (status, body) = ask(headers).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{shown}");
        assert!(body["message"].is_string(), "{shown}: {body}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_call() {
    let (stack, _folder) = start().await;
    for path in ["rest/v1/rpc/search_producers", "functions/v1/artistDiscovery"] {
        let response = Client::new()
            .request(reqwest::Method::OPTIONS, format!("{}/{path}", stack.info.api_url))
            .header("origin", "https://page.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "apikey,content-type")
            .send()
            .await
            .unwrap();
        assert!(response.status().is_success());
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(
            response.headers()["access-control-allow-headers"],
            "apikey,content-type"
        );
    }
    // An error that the browser may not read is a riddle to the page's author.
    let refused = lookup(&stack.info).send().await.unwrap();
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn the_role_postgres_may_what_it_may_on_a_hosted_project() {
    let (stack, _folder) = start().await;
    let pool = PgPool::connect(&stack.info.database_url).await.unwrap();
    let holds = async |question: &'static str| -> bool { sqlx::query_scalar(question).fetch_one(&pool).await.unwrap() };
    for question in [
        "SELECT NOT rolsuper AND rolbypassrls FROM pg_roles WHERE rolname = current_user",
        "SELECT bool_and(pg_has_role(r, 'MEMBER')) FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) r",
        "SELECT pg_has_role('pg_read_all_data', 'MEMBER') AND pg_has_role('pg_signal_backend', 'MEMBER')",
        "SELECT has_table_privilege('cron.job', 'SELECT') AND NOT has_table_privilege('cron.job', 'UPDATE')",
        "SELECT current_setting('TimeZone') = 'UTC' AND current_setting('fsync') = 'on'",
        "SELECT count(*) = 2 FROM vault.decrypted_secrets WHERE name IN ('functions_url', 'function_secret')",
        "SELECT net.worker_restart()",
    ] {
        assert!(holds(question).await, "{question}");
    }
    // Default privileges of older projects: a new table is granted to the public key's role until it is revoked.
    sqlx::query("CREATE TABLE public.careless ()")
        .execute(&pool)
        .await
        .unwrap();
    assert!(holds("SELECT has_table_privilege('anon', 'public.careless', 'SELECT')").await);
}

#[tokio::test]
async fn the_database_calls_out_after_commit_and_waits_for_the_slowest() {
    let (stack, _folder) = start().await;
    let pool = PgPool::connect(&stack.info.database_url).await.unwrap();
    let request = async |url: String, timeout_ms: i32, connection: &mut PgConnection| -> i64 {
        sqlx::query_scalar("SELECT net.http_get($1, '{\"q\": \"ä&b\"}', timeout_milliseconds => $2)")
            .bind(url)
            .bind(timeout_ms)
            .fetch_one(connection)
            .await
            .unwrap()
    };
    let answered = async |id: i64| -> Option<(Option<i32>, Option<bool>, Option<String>)> {
        let found = sqlx::query_as("SELECT status_code, timed_out, error_msg FROM net._http_response WHERE id = $1");
        found.bind(id).fetch_optional(&pool).await.unwrap()
    };

    // Nothing is sent for a transaction that has not committed, or never does.
    let mut transaction = pool.begin().await.unwrap();
    let rolled_back = request(format!("{}/health", stack.info.api_url), 1000, &mut transaction).await;
    sleep(Duration::from_millis(1500)).await;
    transaction.rollback().await.unwrap();

    // Nobody accepts on this listener's connections: the second request runs into its timeout.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_url = format!("http://{}/", silent.local_addr().unwrap());
    let mut transaction = pool.begin().await.unwrap();
    let quick = request(format!("{}/health", stack.info.api_url), 5000, &mut transaction).await;
    let slow = request(silent_url, 1000, &mut transaction).await;
    let refused = request("http://127.0.0.1:1/".to_owned(), 1000, &mut transaction).await;
    transaction.commit().await.unwrap();

    sleep(Duration::from_millis(500)).await;
    assert_eq!(answered(quick).await, None, "the quick answer came before the slowest");
    eventually("all are answered", async || answered(slow).await.is_some()).await;
    assert_eq!(answered(quick).await.unwrap().0, Some(200));
    assert_eq!(
        answered(slow).await.unwrap(),
        (None, Some(true), Some("Timeout of 1000 ms reached".to_owned()))
    );
    assert!(answered(refused).await.unwrap().2.unwrap().contains("refused"));
    assert_eq!(answered(rolled_back).await, None);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM net.http_request_queue")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_child_that_is_killed_is_reported_and_comes_back() {
    let (stack, _folder) = start().await;
    let works = async || {
        lookup(&stack.info)
            .header("apikey", &stack.info.secret_key)
            .send()
            .await
            .is_ok_and(|it| it.status() == 200)
    };
    for service in [Service::Functions, Service::Demo, Service::Redis, Service::Postgres] {
        let pid = stack.pid(service).await.unwrap().unwrap();
        assert!(
            Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status()
                .unwrap()
                .success()
        );
        eventually(&format!("{service} is back"), async || {
            stack.pid(service).await.unwrap().is_some_and(|now| now != pid)
        })
        .await;
    }
    eventually("the gateway works", works).await;
    let pool = PgPool::connect(&stack.info.database_url).await.unwrap();
    let entries: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.secrets")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(entries, 2);

    stack.kill(Service::Functions).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(
        stack.pid(Service::Functions).await.unwrap(),
        None,
        "it stays down when that was asked for"
    );
    let url = format!("{}/artistDiscovery", stack.info.functions_url);
    let (status, body) = answer(Client::new().post(&url)).await;
    assert_eq!((status, &body["success"]), (StatusCode::BAD_GATEWAY, &json!(false)));
    stack.restart(Service::Functions).await.unwrap();
    let (status, _) = answer(Client::new().post(&url)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn stopped_it_leaves_no_process_and_started_again_it_has_its_data() {
    let (stack, folder) = start().await;
    let first = stack.info.clone();
    assert_eq!(
        Stack::running(folder.path()).unwrap().unwrap().secret_key,
        first.secret_key
    );
    let pool = PgPool::connect(&first.database_url).await.unwrap();
    sqlx::query("CREATE TABLE public.kept AS SELECT 1 AS one")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let mut pids = Vec::new();
    for service in [Service::Functions, Service::Demo, Service::Redis, Service::Postgres] {
        pids.push(stack.pid(service).await.unwrap().unwrap());
    }
    stack.stop().await.unwrap();
    assert!(!pids.into_iter().any(is_alive));
    assert!(Stack::running(folder.path()).unwrap().is_none());

    let again = Stack::start(Options::new(folder.path())).await.unwrap();
    assert_eq!(again.info.secret_key, first.secret_key);
    assert_eq!(again.info.publishable_key, first.publishable_key);
    let pool = PgPool::connect(&again.info.database_url).await.unwrap();
    sqlx::query("SELECT one FROM public.kept")
        .fetch_one(&pool)
        .await
        .unwrap();
    let url: String =
        sqlx::query_scalar("SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'functions_url'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(url, again.info.functions_url);
    drop(again);
    assert!(Stack::running(folder.path()).unwrap().is_none());
}

#[tokio::test]
async fn a_start_that_fails_leaves_no_process_and_reports_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path());
    options.repository = checkout_with_migration(
        folder.path(),
        "20261124000001_wrong.sql",
        "SELECT 1;\nSELECT nonsense;\n",
    );
    let error = format!("{:#}", Stack::start(options).await.unwrap_err());
    assert!(
        error.contains("migrations/20261124000001_wrong.sql:2") && error.contains("nonsense"),
        "{error}"
    );
    assert!(Stack::holder(folder.path()).unwrap().is_none());
    let of_ours = Command::new("pgrep")
        .args(["-f", folder.path().to_str().unwrap()])
        .status()
        .unwrap();
    assert!(!of_ours.success(), "a process is left");
}

#[tokio::test]
async fn a_migration_that_has_changed_is_applied_again_with_those_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut stored = Vec::new();
    for name in ["earlier", "present"] {
        let mut options = Options::new(folder.path());
        options.repository = checkout_with_migration(
            folder.path(),
            "20261124000001_first.sql",
            &format!("CREATE OR REPLACE FUNCTION public.first() RETURNS TEXT LANGUAGE sql AS $$ SELECT '{name}' $$;"),
        );
        let later = "DROP TABLE IF EXISTS public.later; CREATE TABLE public.later AS SELECT public.first() AS name;";
        std::fs::write(options.repository.join("migrations/20261124000002_later.sql"), later).unwrap();
        let stack = Stack::start(options).await.unwrap();
        let pool = PgPool::connect(&stack.info.database_url).await.unwrap();
        let seen: (String, i64) = sqlx::query_as(
            "SELECT name, (SELECT count(*) FROM supabase_migrations.schema_migrations) FROM public.later",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        stored.push(seen);
        pool.close().await;
        stack.stop().await.unwrap();
    }
    assert_eq!(stored, [("earlier".to_owned(), 2), ("present".to_owned(), 2)]);
}

/// The checkout with one migration of our own instead of the project's.
fn checkout_with_migration(folder: &Path, name: &str, sql: &str) -> std::path::PathBuf {
    let ours = folder.join("checkout");
    let real = Options::new(folder).repository;
    std::fs::create_dir_all(ours.join("migrations")).unwrap();
    std::fs::write(ours.join("migrations").join(name), sql).unwrap();
    std::fs::copy(real.join("spin.toml"), ours.join("spin.toml")).unwrap();
    if !ours.join("target").exists() {
        std::os::unix::fs::symlink(real.join("target"), ours.join("target")).unwrap();
    }
    ours
}
