//! The host as a process, with real components: what `component/` does, and what comes of it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod setup;

use std::time::{Duration, Instant};

use setup::{Host, Redis, Upstream, start};

#[tokio::test]
async fn a_request_comes_with_spins_headers() {
    let host = Host::start(&[]).await;
    let request = host.client.post(host.url("/one/a/echo?x=1")).body("body");
    let echo = request.send().await.unwrap().text().await.unwrap();
    let origin = host.url("");
    for line in [
        "/one/a/echo?x=1".to_owned(),
        format!("host: {}", origin.trim_start_matches("http://")),
        format!("spin-full-url: {origin}/one/a/echo?x=1"),
        "spin-path-info: /a/echo".to_owned(),
        "spin-matched-route: /one/...".to_owned(),
        "spin-component-route: /one".to_owned(),
        "spin-base-path: /".to_owned(),
        "4 bytes".to_owned(),
    ] {
        assert!(echo.lines().any(|it| it == line), "{line} in {echo}");
    }
    assert!(echo.contains("spin-client-addr: 127.0.0.1:"), "{echo}");
    assert_eq!(host.get("/three/echo").await.0, 404);
    assert_eq!(host.get("/two/echo").await.0, 404, "a private route");
    assert_eq!(host.get("/.well-known/spin/health").await.0, 200);
}

#[tokio::test]
async fn a_component_sees_what_its_manifest_gives() {
    let host = Host::start(&[]).await;
    assert_eq!(host.text("/one/variable?secret").await, "Ok(\"s3cret\")");
    assert_eq!(host.text("/one/variable?both").await, "Ok(\"<s3cret>\")");
    let undefined = host.text("/one/variable?upstream").await;
    assert!(undefined.contains("Undefined"), "{undefined}");
    let invalid = host.text("/one/variable?No").await;
    assert!(invalid.contains("InvalidName"), "{invalid}");
    assert_eq!(
        host.text("/one/surroundings").await,
        "[(\"GIVEN\", \"yes\")] false false",
        "its environment, no files, no sockets"
    );
}

#[tokio::test]
async fn requests_go_to_allowed_hosts_only() {
    let upstream = Upstream::start().await;
    let host = Host::start(&[("upstream", &upstream.url)]).await;
    for _ in 0..3 {
        let answer = host.text(&format!("/one/get?{}/hello", upstream.url)).await;
        assert_eq!(answer, "200 GET /hello HTTP/1.1");
    }
    assert_eq!(upstream.connections(), 1, "a connection is kept");
    let answer = host.text("/one/get?http://127.0.0.1:2/").await;
    assert!(answer.contains("HttpRequestDenied"), "{answer}");
    host.logged("one: http://127.0.0.1:2 was denied").await;
    let answer = host.text("/one/get?http://127.0.0.1:1/").await;
    assert!(answer.contains("ConnectionRefused"), "{answer}");
    let answer = host.text(&format!("/one/get?{}/half", upstream.url)).await;
    assert!(answer.contains("Error"), "a body that breaks off: {answer}");
}

#[tokio::test]
async fn a_request_that_is_dropped_is_cut() {
    let upstream = Upstream::start().await;
    let host = Host::start(&[("upstream", &upstream.url)]).await;
    for path in ["stall", "stall-in-body"] {
        let asked = format!("/one/get-and-drop?{}/{path}", upstream.url);
        assert_eq!(host.text(&asked).await, "dropped");
        let cut = upstream.cut(path).await;
        assert!(cut < Duration::from_millis(2500), "{path}: {cut:?}");
    }
}

#[tokio::test]
async fn one_bad_value_blocks_a_component_that_starts_nevertheless() {
    let upstream = Upstream::start().await;
    let variables = [
        ("upstream", upstream.url.as_str()),
        ("redis", "redis://u:pass@127.0.0.1"),
    ];
    let host = Host::start(&variables).await;
    let answer = host.text(&format!("/one/get?{}/", upstream.url)).await;
    assert!(answer.contains("HttpRequestDenied"), "{answer}");
    let answer = host.text("/one/get?http://two.spin.internal/echo").await;
    assert!(answer.contains("HttpRequestDenied"), "{answer}");
    host.logged("the value of \"{{ redis }}\" has user info").await;
    assert!(!host.log().contains("pass@"), "{}", host.log());
}

#[tokio::test]
async fn redis_answers_as_on_spin() {
    let redis = Redis::start().await;
    let host = Host::start(&[("redis", &redis.origin())]).await;
    assert_eq!(
        host.text(&format!("/one/redis?{}", redis.address())).await,
        "get Some([97, 98, 99])\n\
         get None\n\
         incr 1 2\n\
         incr true\n\
         sadd 2\n\
         srem 1\n\
         smembers [\"b\"]\n\
         publish Ok(())\n\
         SET status OK\n\
         MGET abc,nil,2\n\
         SCAN 0,text\n\
         DBSIZE 4\n\
         NOSUCH true\n\
         del 1"
    );
    let other = host.text("/one/redis?redis://127.0.0.1:2").await;
    assert_eq!(other, "Error::InvalidAddress");
    host.logged("one: redis://127.0.0.1:2 was denied").await;
    assert_eq!(host.text("/one/redis?unix:///tmp/x").await, "Error::InvalidAddress");
    drop(redis);
    let gone = host.text("/one/redis?redis://127.0.0.1:1").await;
    assert!(gone.contains("Other"), "{gone}");
}

#[tokio::test]
async fn components_call_one_another() {
    let host = Host::start(&[]).await;
    let echo = host.text("/one/get?http://two.spin.internal/a/echo?x").await;
    assert!(echo.starts_with("200 /a/echo?x\n"), "{echo}");
    assert!(echo.contains("\nspin-path-info: /a/echo\n"), "{echo}");
    assert_eq!(host.text("/one/get?http://two.spin.internal/panic").await, "500 ");
    let (status, _) = host.get("/one/get?http://nobody.spin.internal/").await;
    assert_eq!(status, 500, "as on Spin, it is a trap of the caller");
    host.logged("there is no component \"nobody\"").await;
}

#[tokio::test]
async fn a_trace_is_handed_on_where_a_collector_is_named_even_if_it_is_not_there() {
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let ask = async |host: &Host| {
        let request = host.client.get(host.url("/one/get?http://two.spin.internal/echo"));
        let answer = request.header("traceparent", given).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let silent = Host::start(&[]).await;
    let echo = ask(&silent).await;
    assert!(echo.starts_with("200 ") && !echo.contains("traceparent"), "{echo}");
    let host = Host::start_in(&[], &[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")]).await;
    let echo = ask(&host).await;
    assert!(
        echo.contains("\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-"),
        "{echo}"
    );
    assert!(!echo.contains(given), "the caller is now the first component: {echo}");
    host.logged("http://127.0.0.1:1/v1/traces does not take spans").await;
}

#[tokio::test]
async fn work_goes_on_after_the_answer() {
    let host = Host::start(&[]).await;
    let asked = Instant::now();
    assert_eq!(host.get("/one/answer-then-sleep?2000").await.0, 202);
    assert!(asked.elapsed() < Duration::from_millis(1500));
    host.printed("slept 2000 ms").await;
    // The caller hangs up before the answer.
    let gone = host.client.get(host.url("/one/sleep?700"));
    assert!(gone.timeout(Duration::from_millis(100)).send().await.is_err());
    host.printed("slept 700 ms").await;
}

#[tokio::test]
async fn a_component_that_fails_is_a_plain_500() {
    let host = Host::start(&[]).await;
    for (path, cause) in [
        ("/one/panic", "GET /one/panic: wasm trap"),
        ("/one/end", "GET /one/end: the component ended without an answer"),
        ("/one/allocate", "GET /one/allocate: wasm trap"),
    ] {
        assert_eq!(host.get(path).await, (500, String::new()), "{path}");
        host.logged(cause).await;
    }
    assert_eq!(host.get("/one/answer-then-panic").await.0, 202);
    host.logged("GET /one/answer-then-panic: wasm trap").await;
    // A body that breaks off looks like it, whether its head was on its way already or not.
    let whole = async {
        host.client
            .get(host.url("/one/half-a-body"))
            .send()
            .await?
            .bytes()
            .await
    };
    assert!(whole.await.is_err());
}

#[tokio::test]
async fn first_requests_wait_until_their_component_is_compiled() {
    let host = Host::start_uncompiled().await;
    let answers = (0..4).map(|_| host.get("/one/echo"));
    for answer in futures::future::join_all(answers).await {
        assert_eq!(answer.0, 200);
    }
}

#[tokio::test]
async fn a_component_that_computes_is_ended_and_keeps_nobody_waiting() {
    let host = Host::start_with(&[], &["--instance-seconds", "5"]).await;
    let begun = Instant::now();
    let busy = (0..4).map(|_| host.get("/one/compute"));
    let (others, busy) = tokio::join!(
        async {
            let asked = Instant::now();
            for _ in 0..20 {
                assert_eq!(host.get("/one/echo").await.0, 200);
            }
            asked.elapsed()
        },
        futures::future::join_all(busy)
    );
    assert!(others < Duration::from_millis(4500), "{others:?}");
    assert!(busy.iter().all(|answer| answer.0 == 500), "{busy:?}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    host.logged("GET /one/compute: ended after 5 s, its limit").await;
}

#[tokio::test]
async fn a_request_waits_until_an_instance_is_free() {
    let host = Host::start_with(&[], &["--instances", "2"]).await;
    let asked = Instant::now();
    let sleepers = (0..6).map(|_| host.get("/one/sleep?200"));
    for answer in futures::future::join_all(sleepers).await {
        assert_eq!(answer.0, 200);
    }
    assert!(asked.elapsed() >= Duration::from_millis(600));
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused() {
    let host = Host::start(&[]).await;
    let send = |bytes: usize| host.client.post(host.url("/one/echo")).body(vec![0; bytes]).send();
    let taken = send(1 << 20).await.unwrap().text().await.unwrap();
    assert!(taken.ends_with("\n1048576 bytes"), "{taken}");
    if let Ok(refused) = send(17 << 20).await {
        assert_eq!(refused.status(), 413);
    }
}

#[tokio::test]
async fn stopping_gives_running_work_a_moment_to_end() {
    let mut host = Host::start(&[]).await;
    assert_eq!(host.get("/one/answer-then-sleep?700").await.0, 202);
    assert_eq!(host.get("/one/answer-then-sleep?60000").await.0, 202);
    let asked = Instant::now();
    assert!(host.terminate().await.success());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    host.printed("slept 700 ms").await;
}

#[tokio::test]
async fn an_error_at_the_start_is_one_line() {
    let none: &[(&str, &str)] = &[];
    for (change, to, variables, problem) in [
        (
            "",
            "",
            none,
            "required variables have no value: set SPIN_VARIABLE_SECRET",
        ),
        (
            "required = true",
            "default = \"\", required = true",
            none,
            "required and has a default",
        ),
        (
            "redis://unset.invalid",
            "",
            &[("secret", "x")],
            "the value of \"{{ redis }}\" is empty",
        ),
        ("spin.internal", "spin.internal/v1", &[("secret", "x")], "has a path"),
        (
            "given.wasm",
            "missing.wasm",
            &[("secret", "x")],
            "missing.wasm cannot be read: is it built?",
        ),
        (
            "given.wasm",
            "spin.toml",
            &[("secret", "x")],
            "spin.toml is no component",
        ),
        (
            "given.wasm",
            "empty.wasm",
            &[("secret", "x")],
            "empty.wasm is no component that this host can run",
        ),
    ] {
        let (status, error) = start(change, to, variables).await;
        assert!(!status.success());
        assert!(error.contains(problem), "{problem} in {error}");
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    }
}
