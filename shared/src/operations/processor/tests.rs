use std::cell::{Cell, RefCell};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::Request;

use super::*;
use crate::operations::testing::Harness;
use crate::pipeline::fakes::{FakeClock, answer};
use crate::platform::ports::{Clock, Http, HttpError};

/// The API and the five workers, each of which takes a time to answer.
struct Deployment<'a> {
    clock: &'a FakeClock,
    takes: fn(&str) -> u64,
    body: fn(&str) -> (u16, &'static str),
    active: Value,
    free: Cell<bool>,
    /// The time, the address and the body of each call.
    calls: RefCell<Vec<(Duration, String, Value)>>,
}

impl<'a> Deployment<'a> {
    fn new(clock: &'a FakeClock) -> Self {
        Self {
            clock,
            takes: |_| 0,
            body: |_| (200, r#"{"success":true,"processed":2,"errors":1,"details":{}}"#),
            active: json!(Queue::ALL.map(|queue| json!({"queue_name": queue.name(), "active": true}))),
            free: Cell::new(true),
            calls: RefCell::default(),
        }
    }

    fn called(&self, part: &str) -> Vec<(Duration, String, Value)> {
        let calls = self.calls.borrow();
        calls.iter().filter(|(_, uri, _)| uri.contains(part)).cloned().collect()
    }
}

impl Http for Deployment<'_> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let uri = request.uri().to_string();
            let body = serde_json::from_slice(request.body()).unwrap_or_default();
            self.calls
                .borrow_mut()
                .push((self.clock.monotonic(), uri.clone(), body));
            let database = |body: String| answer(200, &[], &body);
            if uri.contains("queue_registry") {
                return database(self.active.to_string());
            } else if uri.contains("commit_batch") {
                return database("{}".into());
            } else if uri.contains("acquire") {
                return database(self.free.replace(false).to_string());
            } else if uri.contains("release") {
                return database(self.free.replace(true).to_string());
            }
            assert_eq!(request.headers()["authorization"], "Bearer s");
            assert_eq!(request.headers()["x-correlation-id"], "c-1");
            let takes = Duration::from_secs((self.takes)(&uri));
            self.clock.sleep(takes.min(timeout)).await;
            if takes > timeout {
                return Err(HttpError::Timeout(timeout));
            }
            let (status, body) = (self.body)(&uri);
            answer(status, &[], body)
        }
        .boxed_local()
    }
}

fn serve(harness: &Harness, deployment: &Deployment<'_>) -> Value {
    let (status, answer) = harness.serve_with(deployment, QueueProcessor, "", "{}");
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn every_worker_is_called_once_and_the_last_stage_first() {
    let harness = Harness::new([]);
    let deployment = Deployment::new(&harness.clock);
    let answer = serve(&harness, &deployment);
    let summary = |name: &str| json!({"queue_name": name, "processed": 2, "errors": 1});
    assert_eq!(
        answer,
        json!({"success": true, "queues": [
            summary("social_enrichment"), summary("producer_identification"), summary("track_discovery"),
            summary("album_discovery"), summary("artist_discovery"),
        ]})
    );
    let calls = deployment.called(".spin.internal");
    assert_eq!(calls.len(), 5);
    assert_eq!(
        calls[0].1,
        "http://social-enrichment.spin.internal/functions/v1/socialEnrichment"
    );
    assert_eq!(
        calls[4].1,
        "http://artist-discovery.spin.internal/functions/v1/artistDiscovery"
    );
    assert_eq!(calls[0].2, json!({"budget_seconds": 22}));
    assert!(deployment.free.get(), "the lock is given back");
}

#[test]
fn a_slow_worker_has_a_head_start_and_does_not_stop_the_others() {
    let harness = Harness::new([]);
    let mut deployment = Deployment::new(&harness.clock);
    deployment.takes = |uri| if uri.contains("producer") { 60 } else { 1 };
    let answer = serve(&harness, &deployment);
    let at: Vec<u64> = deployment
        .called(".spin.internal")
        .iter()
        .map(|call| call.0.as_secs())
        .collect();
    assert_eq!(at, [0, 1, 4, 5, 6]);
    assert_eq!(answer["queues"][1]["processed"], 0);
    assert_eq!(
        answer["queues"][1]["error"],
        "producerIdentification: no answer within 27000 ms"
    );
    assert_eq!(answer["queues"][4]["processed"], 2);
    assert!(harness.clock.monotonic() <= BUDGET + SPARE);
}

#[test]
fn a_failing_worker_gets_an_issue_and_does_not_stop_the_others() {
    let harness = Harness::new([]);
    let mut deployment = Deployment::new(&harness.clock);
    deployment.body = |uri| match uri {
        _ if uri.contains("track") => (500, r#"{"success":false,"error":"dequeue_batch failed: error 57014"}"#),
        _ if uri.contains("album") => (500, ""),
        _ => (200, r#"{"success":true,"processed":0,"busy":true}"#),
    };
    let queues = serve(&harness, &deployment)["queues"].clone();
    assert_eq!(queues[2]["error"], "trackDiscovery: dequeue_batch failed: error 57014");
    assert_eq!(queues[3]["error"], "albumDiscovery: answered with status 500");
    // Each error is written as an issue of its worker.
    let reports: Vec<Value> = deployment
        .called("commit_batch")
        .into_iter()
        .map(|call| call.2)
        .collect();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert_eq!(
        (
            &reports[0]["queue_name"],
            &reports[0]["outcomes"],
            &reports[0]["report"]
        ),
        (
            &json!("track_discovery"),
            &json!([]),
            &json!({"issues": [{"type": "worker_failed", "message": "fails when it is called: dequeue_batch failed: error 57014; see its log and what was released last"}]})
        )
    );
    assert_eq!(
        queues[4],
        json!({"queue_name": "artist_discovery", "processed": 0, "errors": 0, "busy": true})
    );
}

#[test]
fn an_inactive_queue_is_not_called() {
    let harness = Harness::new([]);
    let mut deployment = Deployment::new(&harness.clock);
    deployment.active[1]["active"] = json!(false);
    assert_eq!(serve(&harness, &deployment)["queues"].as_array().unwrap().len(), 4);
    assert!(deployment.called("album-discovery").is_empty());
}

#[test]
fn a_second_call_at_the_same_time_does_nothing() {
    let harness = Harness::new([]);
    let deployment = Deployment::new(&harness.clock);
    deployment.free.set(false);
    let answer = serve(&harness, &deployment);
    assert_eq!((&answer["success"], &answer["busy"]), (&json!(true), &json!(true)));
    assert!(deployment.called(".spin.internal").is_empty());
    assert!(deployment.called("release").is_empty(), "the lock is another's");
}

#[test]
fn workers_are_called_at_functions_url_where_it_is_set() {
    let mut harness = Harness::new([]);
    harness.variables.0.insert("functions_url", "https://app.example");
    let deployment = Deployment::new(&harness.clock);
    serve(&harness, &deployment);
    assert_eq!(deployment.called("https://app.example/functions/v1/").len(), 5);
}

#[test]
fn with_respond_async_it_responds_202_and_works_after_that() {
    let harness = Harness::new([]);
    let deployment = Deployment::new(&harness.clock);
    let (status, answer) = harness.serve_with(&deployment, QueueProcessor, "respond-async", "");
    assert_eq!((status, &answer["accepted"]), (202, &json!(true)));
    assert_eq!(deployment.called(".spin.internal").len(), 5);
}
