//! `metrics`: the pipeline in Prometheus' text format (0.0.4), a GET with the bearer secret.
//!
//! What it shows is what the SQL function `get_metrics` returns, and the version of the functions. The older text format
//! is the one that every scraper reads, KEDA's among them.

use std::fmt::Write;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::operations::OperationContext;
use crate::pipeline::http_contract::{self, CORRELATION_HEADER, JsonResponse, RequestLog};
use crate::pipeline::rpc::{RELEASE, millis};
use crate::platform::ports::{Function, Level, Log, Platform, Reply, Request};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// The metric whose labels say which versions are at work.
const BUILD_INFO: &str = "linernotes_build_info";

pub struct Metrics;

/// A row of `get_metrics()`. The rows of a metric follow each other.
#[derive(Deserialize)]
struct Sample {
    metric: String,
    kind: String,
    help: String,
    labels: Map<String, Value>,
    value: f64,
}

impl Function for Metrics {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        async move { reply(respond(platform, &request).await) }.boxed_local()
    }
}

async fn respond(platform: &Platform<'_>, request: &Request) -> Response<Bytes> {
    let id = http_contract::correlation_id(request.headers());
    let log = RequestLog {
        inner: platform.log,
        function: "metrics",
        correlation_id: &id,
    };
    let started = platform.clock.monotonic();
    let read = async {
        http_contract::check_read(platform.variables, request)?;
        let context = OperationContext {
            platform,
            log: &log,
            correlation_id: &id,
        };
        let database = context.database()?;
        let rpc = context.rpc(&database);
        let samples: Result<Vec<Sample>, _> = rpc.call("get_metrics", &json!({})).await;
        // Whatever the reason, there is nothing to show now, and the scraper comes again.
        samples.map_err(|error| JsonResponse {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..context.rpc_failed(&error)
        })
    };
    match read.await {
        Ok(samples) => {
            let took = platform.clock.monotonic().saturating_sub(started);
            let fields = json!({"samples": samples.len(), "duration_ms": millis(took)});
            log.write(Level::Info, "done", fields);
            let mut response = Response::new(Bytes::from(exposition(samples)));
            response.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
            if let Ok(id) = HeaderValue::from_str(&id) {
                response.headers_mut().insert(CORRELATION_HEADER, id);
            }
            response
        }
        Err(refusal) => {
            log.refused(&refusal);
            let mut response = refusal.into_http(&id);
            if let Some(allowed) = response.headers_mut().get_mut(header::ALLOW) {
                *allowed = HeaderValue::from_static("GET");
            }
            response
        }
    }
}

fn exposition(samples: Vec<Sample>) -> String {
    let mut text = String::new();
    let mut last = String::new();
    for mut sample in samples {
        let name = sample.metric;
        if name != last {
            let help = sample.help.replace('\\', r"\\").replace('\n', r"\n");
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {}\n", sample.kind);
        }
        if name == BUILD_INFO {
            sample.labels.insert("version".to_owned(), json!(RELEASE));
        }
        text += &name;
        write_labels(&mut text, &sample.labels);
        let _ = writeln!(text, " {}", sample.value);
        last = name;
    }
    text
}

fn write_labels(text: &mut String, labels: &Map<String, Value>) {
    let mut separator = '{';
    for (name, value) in labels {
        let value = value.as_str().unwrap_or_default();
        let value = value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        let _ = write!(text, "{separator}{name}=\"{value}\"");
        separator = ',';
    }
    if separator == ',' {
        text.push('}');
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::pipeline::harness::Harness;

    fn ask(harness: &Harness, method: &str, bearer: &str) -> (u16, String, Response<Bytes>) {
        let request = http::Request::builder()
            .method(method)
            .uri("/functions/v1/metrics")
            .header("authorization", format!("Bearer {bearer}"))
            .body(Ok(Bytes::new()))
            .unwrap();
        let platform = Platform {
            http: &harness.api,
            clock: &harness.clock,
            keys: &harness.keys,
            log: &harness.log,
            variables: &harness.variables,
        };
        let answered = Rc::new(RefCell::new(None));
        let seen = answered.clone();
        let reply: Reply = Box::new(move |response| *seen.borrow_mut() = Some(response));
        harness.clock.run(Metrics.serve(&platform, request, reply));
        let response: Response<Bytes> = answered.take().unwrap();
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), text, response)
    }

    fn row(metric: &str, labels: &Value, value: f64) -> Value {
        json!({"metric": metric, "kind": "gauge", "help": format!("a \\ help of\n{metric}"), "labels": labels, "value": value})
    }

    #[test]
    fn rows_become_text_in_which_hostile_labels_stay_labels() {
        let harness = Harness::new([json!([
            row("linernotes_build_info", &json!({"schema_version": "0.1.0"}), 1.0),
            row("linernotes_health", &json!({}), 2.0),
            row(
                "linernotes_worker_issues_open",
                &json!({"worker": "a\"b\\c\nd", "type": "e"}),
                0.25
            ),
            row(
                "linernotes_worker_issues_open",
                &json!({"worker": "f", "type": "g"}),
                12_345_678_901.0
            ),
        ])]);
        let (status, text, response) = ask(&harness, "GET", "s");
        assert_eq!((status, &response.headers()["content-type"]), (200, &CONTENT_TYPE));
        let expected = format!(
            r#"# HELP linernotes_build_info a \\ help of\nlinernotes_build_info
# TYPE linernotes_build_info gauge
linernotes_build_info{{schema_version="0.1.0",version="{RELEASE}"}} 1
# HELP linernotes_health a \\ help of\nlinernotes_health
# TYPE linernotes_health gauge
linernotes_health 2
# HELP linernotes_worker_issues_open a \\ help of\nlinernotes_worker_issues_open
# TYPE linernotes_worker_issues_open gauge
linernotes_worker_issues_open{{type="e",worker="a\"b\\c\nd"}} 0.25
linernotes_worker_issues_open{{type="g",worker="f"}} 12345678901
"#
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn only_a_get_with_the_secret_reads_them() {
        let harness = Harness::new([]);
        let (status, _, response) = ask(&harness, "GET", "wrong");
        assert_eq!(
            (status, &response.headers()["www-authenticate"]),
            (401, &HeaderValue::from_static("Bearer"))
        );
        let (status, text, response) = ask(&harness, "POST", "s");
        assert_eq!(
            (status, &response.headers()["allow"]),
            (405, &HeaderValue::from_static("GET"))
        );
        assert!(text.contains("use GET"), "{text}");
        assert!(harness.api.requests().is_empty());
    }

    #[test]
    fn a_database_that_fails_is_a_503() {
        let harness = Harness::new([]);
        harness.api_says(400, r#"{"code": "XX000", "message": "secret"}"#);
        let (status, text, _) = ask(&harness, "GET", "s");
        assert_eq!(status, 503);
        assert!(!text.contains("secret"), "{text}");
    }
}
