//! A collector of OpenTelemetry sees a discovery as one trace, from the wake-up to the requests to the providers.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Json;
use axum::routing::post;
use linernotes_tests::Setup;
use serde_json::{Value, json};

const WORKERS: [&str; 5] = [
    "artistDiscovery",
    "albumDiscovery",
    "trackDiscovery",
    "producerIdentification",
    "socialEnrichment",
];

/// The kind of a span whose request was served here; the others were sent from here.
const SERVED: u64 = 2;

/// What was sent to `/v1/traces`.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

impl Collector {
    async fn start() -> Result<(Self, String)> {
        let collector = Self::default();
        let taken = collector.clone();
        let take = move |Json(body): Json<Value>| async move {
            let spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().cloned();
            taken.spans_mut().extend(spans.unwrap_or_default());
            Json(json!({}))
        };
        let routes = axum::Router::new().route("/v1/traces", post(take));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok((collector, address))
    }

    fn spans_mut(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The spans of a trace.
    fn of(&self, trace: &str) -> Vec<Value> {
        let spans = self.spans_mut();
        spans.iter().filter(|span| span["traceId"] == trace).cloned().collect()
    }
}

fn attribute<'a>(span: &'a Value, key: &str) -> &'a str {
    let attributes = span["attributes"].as_array();
    let found = attributes.and_then(|all| all.iter().find(|attribute| attribute["key"] == key));
    found
        .and_then(|attribute| attribute["value"]["stringValue"].as_str())
        .unwrap_or_default()
}

fn text<'a>(span: &'a Value, field: &str) -> &'a str {
    span[field].as_str().unwrap_or_default()
}

/// A request that was sent by none of the runs among the spans.
fn orphan(spans: &[Value]) -> Option<&Value> {
    let runs: BTreeSet<&str> = spans
        .iter()
        .filter(|span| span["kind"] == SERVED)
        .map(|span| text(span, "spanId"))
        .collect();
    spans
        .iter()
        .find(|span| span["kind"] != SERVED && !runs.contains(text(span, "parentSpanId")))
}

#[tokio::test]
async fn a_discovery_is_one_trace_from_the_wake_up_to_the_providers() -> Result<()> {
    let (collector, endpoint) = Collector::start().await?;
    let data = tempfile::tempdir()?;
    let setup = Setup::start(|options| {
        options.data_dir = data.path().to_owned();
        options.otlp_endpoint = Some(endpoint);
    })
    .await?;
    // Enqueues alone wake the workers.
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    setup.discover("Velvet Harbor").await?;
    let id: String = sqlx::query_scalar("SELECT correlation_id FROM linernotes.discoveries")
        .fetch_one(&setup.pool)
        .await?;
    setup.drained(Duration::from_mins(1)).await?;
    let trace = id.replace('-', "");

    // A run's own span is sent after those of its requests, and the last runs end after the queues are empty.
    let start = Instant::now();
    let spans = loop {
        let spans = collector.of(&trace);
        let seen: BTreeSet<&str> = spans.iter().map(|span| text(span, "name")).collect();
        let all = WORKERS.map(|worker| format!("POST /functions/v1/{worker}"));
        let orphan = orphan(&spans);
        if orphan.is_none() && all.iter().all(|name| seen.contains(name.as_str())) {
            break spans;
        }
        ensure!(
            start.elapsed() < Duration::from_secs(20),
            "of trace {trace} there is {seen:?}; of no run is {orphan:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    println!("{} spans in the trace of one discovery", spans.len());

    let (served, sent): (Vec<_>, Vec<_>) = spans.iter().partition(|span| span["kind"] == SERVED);
    let requests: BTreeSet<&str> = served.iter().map(|span| text(span, "spanId")).collect();
    // Each run was called by the database, whose call is nobody's span here.
    for span in &served {
        let caller = text(span, "parentSpanId");
        ensure!(caller.len() == 16 && !requests.contains(caller), "{span}");
    }
    for span in &sent {
        ensure!(
            !text(span, "name").contains('?') && !attribute(span, "url.path").contains('?'),
            "{span}"
        );
    }
    // Of each stage: what it asked the database, and what it asked the providers.
    let paths: BTreeSet<&str> = sent.iter().map(|span| attribute(span, "url.path")).collect();
    for path in [
        "/rest/v1/rpc/dequeue_batch",
        "/rest/v1/rpc/commit_batch",
        "/v1/search",
        "/ws/2/release/",
    ] {
        ensure!(paths.iter().any(|asked| asked.starts_with(path)), "{path} of {paths:?}");
    }

    // The log's lines of these runs have the same id.
    let log = fs::read_to_string(data.path().join("logs/functions.log"))?;
    for worker in WORKERS {
        let of_run = |line: &&str| {
            line.contains("\"event\":\"run\"")
                && line.contains(&format!("\"function\":\"{worker}\""))
                && line.contains(&id)
        };
        log.lines()
            .find(of_run)
            .with_context(|| format!("no run of {worker} for {id}: {log}"))?;
    }
    Ok(())
}
