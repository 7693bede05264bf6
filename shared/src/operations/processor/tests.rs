use std::cell::{Cell, RefCell};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::Request;

use super::*;
use crate::operations::testing::House;
use crate::pipeline::fakes::{FakeClock, answer};
use crate::platform::ports::{Clock, Http, HttpError};

/// The API and the five workers: each takes a time.
struct Town<'a> {
    clock: &'a FakeClock,
    takes: fn(&str) -> u64,
    body: fn(&str) -> (u16, &'static str),
    active: Value,
    open_issues: Value,
    held: u32,
    free: Cell<bool>,
    /// When who was called, and with what.
    calls: RefCell<Vec<(Duration, String, Value)>>,
}

impl<'a> Town<'a> {
    fn new(clock: &'a FakeClock) -> Self {
        Self {
            clock,
            takes: |_| 0,
            body: |_| (200, r#"{"success":true,"processed":2,"errors":1,"details":{}}"#),
            active: json!(Queue::ALL.map(|queue| json!({"queue_name": queue.name(), "active": true}))),
            open_issues: json!([]),
            held: 0,
            free: Cell::new(true),
            calls: RefCell::default(),
        }
    }

    fn called(&self, part: &str) -> Vec<(Duration, String, Value)> {
        let calls = self.calls.borrow();
        calls.iter().filter(|(_, uri, _)| uri.contains(part)).cloned().collect()
    }
}

impl Http for Town<'_> {
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
            } else if uri.contains("worker_issues") {
                return database(self.open_issues.to_string());
            } else if uri.contains("diagnose") {
                return database(json!([{"queue": "q", "in_progress_messages": self.held}]).to_string());
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

fn serve(house: &House, town: &Town<'_>) -> Value {
    let (status, answer) = house.serve_with(town, QueueProcessor, "", "{}");
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn every_queue_once_downstream_first() {
    let house = House::new([]);
    let town = Town::new(&house.clock);
    let answer = serve(&house, &town);
    let summary = |name: &str| json!({"queue_name": name, "processed": 2, "errors": 1});
    assert_eq!(
        answer,
        json!({"success": true, "queues": [
            summary("social_enrichment"), summary("producer_identification"), summary("track_discovery"),
            summary("album_discovery"), summary("artist_discovery"),
        ]})
    );
    let calls = town.called(".spin.internal");
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
    assert!(town.free.get(), "the lock is given back");
}

#[test]
fn a_slow_worker_has_a_head_start_and_the_others_run_all_the_same() {
    let house = House::new([]);
    let mut town = Town::new(&house.clock);
    town.takes = |uri| if uri.contains("producer") { 60 } else { 1 };
    let answer = serve(&house, &town);
    let at: Vec<u64> = town
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
    assert!(house.clock.monotonic() <= BUDGET + SPARE);
}

#[test]
fn a_failing_worker_is_named_and_alone() {
    let house = House::new([]);
    let mut town = Town::new(&house.clock);
    town.body = |uri| match uri {
        _ if uri.contains("track") => (500, r#"{"success":false,"error":"dequeue_batch failed: error 57014"}"#),
        _ if uri.contains("album") => (500, ""),
        _ => (200, r#"{"success":true,"processed":0,"busy":true}"#),
    };
    let queues = serve(&house, &town)["queues"].clone();
    assert_eq!(queues[2]["error"], "trackDiscovery: dequeue_batch failed: error 57014");
    assert_eq!(queues[3]["error"], "albumDiscovery: answered with status 500");
    // What they said is written down.
    let reports: Vec<Value> = town.called("commit_batch").into_iter().map(|call| call.2).collect();
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
fn a_worker_that_answers_again_closes_its_issue() {
    let house = House::new([]);
    let mut town = Town::new(&house.clock);
    town.open_issues = json!([{"worker_name": "trackDiscovery"}]);
    serve(&house, &town);
    let reports = town.called("commit_batch");
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(
        (&reports[0].2["queue_name"], &reports[0].2["report"]),
        (
            &json!("track_discovery"),
            &json!({"resolved_issues": ["worker_failed"]})
        )
    );
}

#[test]
fn a_worker_that_found_nothing_is_over_it_only_if_nobody_holds_anything() {
    for (held, closed) in [(1, 0), (0, 1)] {
        let house = House::new([]);
        let mut town = Town::new(&house.clock);
        town.open_issues = json!([{"worker_name": "trackDiscovery"}]);
        town.body = |_| (200, r#"{"success":true,"processed":0}"#);
        town.held = held;
        serve(&house, &town);
        assert_eq!(town.called("commit_batch").len(), closed, "{held} held");
    }
}

#[test]
fn paused_queues_are_left_alone() {
    let house = House::new([]);
    let mut town = Town::new(&house.clock);
    town.active[1]["active"] = json!(false);
    assert_eq!(serve(&house, &town)["queues"].as_array().unwrap().len(), 4);
    assert!(town.called("album-discovery").is_empty());
}

#[test]
fn a_second_call_meanwhile_does_nothing() {
    let house = House::new([]);
    let town = Town::new(&house.clock);
    town.free.set(false);
    let answer = serve(&house, &town);
    assert_eq!((&answer["success"], &answer["busy"]), (&json!(true), &json!(true)));
    assert!(town.called(".spin.internal").is_empty());
    assert!(town.called("release").is_empty(), "the lock is another's");
}

#[test]
fn workers_elsewhere_are_called_there() {
    let mut house = House::new([]);
    house.variables.0.insert("functions_url", "https://app.example");
    let town = Town::new(&house.clock);
    serve(&house, &town);
    assert_eq!(town.called("https://app.example/functions/v1/").len(), 5);
}

#[test]
fn answers_at_once_when_asked_to_and_works_after_it() {
    let house = House::new([]);
    let town = Town::new(&house.clock);
    let (status, answer) = house.serve_with(&town, QueueProcessor, "respond-async", "");
    assert_eq!((status, &answer["accepted"]), (202, &json!(true)));
    assert_eq!(town.called(".spin.internal").len(), 5);
}
