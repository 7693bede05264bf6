use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::pipeline::fakes::{Script, Slow, answer};
use crate::pipeline::harness::Harness;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Failure, FollowUp, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::platform::ports::Clock;
use crate::sources::Provider;

/// A stage whose messages say what becomes of them.
struct ScriptedStage;

#[derive(Deserialize)]
struct Instruction {
    become_of_it: String,
    #[serde(default)]
    bytes: usize,
}

impl Stage for ScriptedStage {
    type Message = Instruction;
    type Subject = Value;
    const QUEUE: Queue = Queue::ArtistDiscovery;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Instruction, Value>>) -> Vec<(MessageId, Outcome)> {
        let mut outcomes = Vec::new();
        for delivery in batch {
            let failure = Failure {
                code: "told_so",
                message: "as it was told".into(),
            };
            let outcome = match delivery.message.become_of_it.as_str() {
                "done" => Outcome::Done {
                    rows: Rows::default(),
                    follow_ups: vec![FollowUp {
                        queue_name: Queue::AlbumDiscovery,
                        for_each: Some("artists"),
                        message: json!({"pad": "x".repeat(delivery.message.bytes)}),
                    }],
                },
                "retry" => Outcome::Retry {
                    error: failure,
                    after: Some(Duration::from_secs(3)),
                    counts: false,
                },
                "dead" => Outcome::Dead(failure),
                "not_found" => Outcome::NotFound(failure),
                "refuse" => {
                    context.abilities.refuse(Provider::Spotify, "album_batch");
                    continue;
                }
                "hang" => {
                    context.clock.sleep(Duration::from_mins(10)).await;
                    continue;
                }
                _ => continue,
            };
            outcomes.push((delivery.msg_id, outcome));
        }
        outcomes
    }
}

impl Harness {
    /// Calls the worker, and returns the status and the body of its response, and how many calls the API saw in all.
    fn work(&self, prefer: &str, body: &str) -> (u16, Value, usize) {
        let (status, body) = self.call(&QueueWorker(ScriptedStage), &self.api, prefer, body);
        (status, body, self.api.requests().len())
    }

    fn commits(&self) -> Vec<Value> {
        self.api.calls("commit_batch")
    }
}

fn message(id: u32, become_of_it: &str) -> Value {
    json!({
        "msg_id": id.to_string(), "read_ct": 2, "attempt": 1, "max_attempts": 5,
        "key": format!("artist:name:{id}"), "correlation_id": "d", "force": false, "completed": false,
        "message": {"become_of_it": become_of_it}, "subject": null,
    })
}

fn with(mut message: Value, field: &str, value: Value) -> Value {
    message[field] = value;
    message
}

fn batch(messages: &[Value]) -> Value {
    json!({"busy": false, "messages": messages, "next_due_ms": null, "settings": {"run_budget_seconds": 25, "dedup_ttl_seconds": null, "provider_concurrency": 6.0}})
}

fn committed(ids: &[u32]) -> Value {
    let processed: Vec<_> = ids.iter().map(|id| json!({"id": id.to_string()})).collect();
    json!({"processed": processed, "errors": [], "retried": 0, "dead": 0, "released": [], "stale": []})
}

#[test]
fn an_empty_queue_costs_one_call() {
    let harness = Harness::new([batch(&[])]);
    let (status, body, calls) = harness.work("", r#"{"batch_size":7,"visibility_timeout":30}"#);
    assert_eq!(
        (status, body, calls),
        (200, json!({"success": true, "processed": 0}), 1)
    );
    let call = &harness.api.calls("dequeue_batch")[0];
    assert_eq!(call["queue_name"], "artist_discovery");
    assert_eq!(
        (&call["batch_size"], &call["visibility_timeout"]),
        (&json!(7), &json!(30))
    );
}

#[test]
fn a_run_without_a_lease_responds_busy() {
    let harness = Harness::new([json!({"busy": true, "messages": []})]);
    let (status, body, _) = harness.work("", "");
    assert_eq!(status, 200);
    assert_eq!(body, json!({"success": true, "processed": 0, "busy": true}));
}

#[test]
fn a_batch_costs_two_calls_and_the_commit_carries_each_outcome() {
    let answer = json!({
        "processed": [{"id": "1", "artistId": "u", "artistName": "A"}],
        "errors": [{"message": "2", "error": "told_so: as it was told"}, {"message": "4", "error": "told_so"}],
        "retried": 1, "dead": 1, "released": ["5"], "stale": ["6"],
    });
    let harness = Harness::new([
        batch(&[
            message(1, "done"),
            message(2, "retry"),
            message(3, "dead"),
            message(4, "not_found"),
            message(5, "nothing"),
            message(6, "done"),
        ]),
        answer,
    ]);
    let (status, body, calls) = harness.work("", "");
    assert_eq!((status, calls), (200, 2));
    assert_eq!(body["processed"], 1);
    assert_eq!(body["errors"], 2);
    assert_eq!(body["details"]["processed"][0]["artistName"], "A");
    assert_eq!(body["details"]["errors"].as_array().unwrap().len(), 2);
    assert_eq!(body["released"], json!(["5"]));
    assert_eq!(body["stale"], json!(["6"]));

    let commit = &harness.commits()[0];
    let outcomes = commit["outcomes"].as_array().unwrap();
    let by_id: BTreeMap<_, _> = outcomes.iter().map(|o| (o["msg_id"].as_str().unwrap(), o)).collect();
    assert_eq!(by_id["1"]["outcome"], "done");
    assert_eq!(by_id["1"]["read_ct"], 2);
    assert_eq!(by_id["1"]["follow_ups"][0]["for_each"], "artists");
    assert_eq!(by_id["2"]["outcome"], "retry");
    assert_eq!(by_id["2"]["after_ms"], 3000);
    assert_eq!(by_id["2"]["counts"], false);
    assert_eq!(by_id["3"]["outcome"], "dead");
    assert_eq!(by_id["3"]["error"]["code"], "told_so");
    assert_eq!(by_id["4"]["outcome"], "not_found");
    assert_eq!(by_id["5"]["outcome"], "release");
    assert_eq!(commit["report"]["end_run"], true);
    assert_eq!(commit["report"]["correlation_id"], "c-1");
    assert_eq!(commit["run_id"], harness.api.calls("dequeue_batch")[0]["run_id"]);
    // Only what the commit says was processed is remembered: message 6 was stale.
    let keys: Vec<_> = harness.keys.values.borrow().keys().cloned().collect();
    assert_eq!(keys, ["linernotes:dedup:artist_discovery:artist:name:1"]);
    assert_eq!(harness.keys.values.borrow()[&keys[0]], "1700000000");
}

#[test]
fn a_message_is_skipped_only_if_redis_and_the_database_both_call_it_done() {
    let done = |id| with(message(id, "done"), "completed", json!(true));
    let mut refreshed = done(5);
    refreshed["message"]["refresh"] = json!(true);
    let harness = Harness::new([
        batch(&[
            done(1),
            message(2, "done"),
            with(done(3), "force", json!(true)),
            done(4),
            refreshed,
        ]),
        committed(&[1, 2, 3, 4, 5]),
    ]);
    for id in [1, 2, 3, 5] {
        let key = format!("linernotes:dedup:artist_discovery:artist:name:{id}");
        harness.keys.values.borrow_mut().insert(key, "1".into());
    }
    harness.work("", "");
    let commit = &harness.commits()[0];
    let outcome = |id: &str| {
        let outcomes = commit["outcomes"].as_array().unwrap();
        outcomes.iter().find(|o| o["msg_id"] == id).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome("1"), "skipped");
    // Redis alone calls it done.
    assert_eq!(outcome("2"), "done");
    // The message forces the work.
    assert_eq!(outcome("3"), "done");
    // The database alone calls it done.
    assert_eq!(outcome("4"), "done");
    // The message looks at something again.
    assert_eq!(outcome("5"), "done");
    assert_eq!(commit["report"]["resolved_issues"], json!(["redis_unavailable"]));
}

#[test]
fn after_its_first_failure_redis_is_not_asked_again_and_reported_once() {
    let harness = Harness::new([batch(&[message(1, "done")]), committed(&[1])]);
    harness.keys.broken.set(true);
    let (status, body, _) = harness.work("", "");
    assert_eq!((status, &body["processed"]), (200, &json!(1)));
    assert_eq!(harness.keys.asked.get(), 1);
    let log = harness.log.0.borrow();
    assert_eq!(
        log.iter().filter(|(_, event, _)| event == "redis_unavailable").count(),
        1
    );
    let report = &harness.commits()[0]["report"];
    assert_eq!(report["issues"].as_array().unwrap().len(), 1);
    assert_eq!(report["issues"][0]["type"], "redis_unavailable");
    assert_eq!(report["resolved_issues"], json!([]));
}

#[test]
fn redis_is_not_asked_when_a_run_was_lost_lately() {
    let harness = Harness::new([
        with(batch(&[message(1, "done")]), "redis", json!(false)),
        committed(&[1]),
    ]);
    let (status, body, _) = harness.work("", "");
    assert_eq!((status, &body["processed"]), (200, &json!(1)));
    assert_eq!(harness.keys.asked.get(), 0);
    let report = &harness.commits()[0]["report"];
    assert_eq!(
        (&report["issues"], &report["resolved_issues"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn a_message_that_cannot_be_read_is_dead_and_its_neighbours_are_done() {
    let unreadable = with(message(1, "done"), "message", json!({"other": 1}));
    let harness = Harness::new([batch(&[unreadable, message(2, "done")]), committed(&[2])]);
    harness.work("", "");
    let outcomes = harness.commits()[0]["outcomes"].clone();
    assert_eq!(outcomes[0]["outcome"], "dead");
    assert_eq!(outcomes[0]["error"]["code"], "bad_message");
    assert_eq!(outcomes[1]["outcome"], "done");
}

#[test]
fn with_respond_async_it_responds_first_and_runs_until_the_queue_is_empty() {
    let due = with(batch(&[]), "next_due_ms", json!(1500));
    let harness = Harness::new([
        batch(&[message(1, "done")]),
        committed(&[1]),
        due,
        batch(&[message(2, "done")]),
        committed(&[2]),
        batch(&[]),
    ]);
    let (status, body, calls) = harness.work("respond-async", "");
    assert_eq!(status, 202);
    assert_eq!(
        body,
        json!({"success": true, "accepted": true, "correlation_id": "c-1"})
    );
    assert_eq!(calls, 6);
    assert!(
        harness
            .commits()
            .iter()
            .all(|commit| commit["report"]["end_run"] == false)
    );
    assert!(harness.clock.monotonic() >= Duration::from_millis(1500));
    let runs: Vec<_> = harness
        .api
        .calls("dequeue_batch")
        .iter()
        .map(|call| call["run_id"].clone())
        .collect();
    assert!(runs.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn on_a_host_that_ends_with_the_response_the_run_comes_first() {
    let mut harness = Harness::new([
        batch(&[message(1, "done")]),
        committed(&[1]),
        batch(&[message(2, "done")]),
        committed(&[2]),
        batch(&[]),
    ]);
    harness.variables.0.insert("answer_early", "false");
    let (status, body, calls) = harness.work("respond-async", "");
    assert_eq!((status, &body["processed"], calls), (200, &json!(2), 5));

    let mut harness = Harness::new([]);
    harness.variables.0.insert("answer_early", "no");
    let (status, body, calls) = harness.work("respond-async", "");
    assert_eq!((status, &body["field"], calls), (500, &json!("answer_early"), 0));
}

#[test]
fn a_message_that_falls_due_after_the_budget_is_left_to_the_next_run() {
    let due = with(batch(&[]), "next_due_ms", json!(24_000));
    let harness = Harness::new([due.clone(), committed(&[])]);
    assert_eq!(harness.work("respond-async", "").2, 2);
    assert_eq!(harness.clock.monotonic(), Duration::ZERO);
    assert_eq!(harness.commits()[0]["outcomes"], json!([]));
    assert_eq!(harness.commits()[0]["report"]["end_run"], true);
    // Without the header it is one batch and nothing else.
    let harness = Harness::new([due]);
    assert_eq!(harness.work("", "").2, 1);
}

#[test]
fn a_batch_without_progress_is_delayed_and_ends_the_run() {
    let harness = Harness::new([batch(&[message(1, "nothing"), message(2, "nothing")]), committed(&[])]);
    harness.work("respond-async", "");
    let commit = &harness.commits()[0];
    assert_eq!(commit["report"]["end_run"], true);
    for outcome in commit["outcomes"].as_array().unwrap() {
        assert_eq!(
            (&outcome["outcome"], &outcome["after_ms"]),
            (&json!("release"), &json!(5000))
        );
    }
}

#[test]
fn a_stage_that_hangs_is_dropped_and_its_messages_are_released() {
    let harness = Harness::new([batch(&[message(1, "hang"), message(2, "done")]), committed(&[])]);
    harness.work("respond-async", "");
    let commit = &harness.commits()[0];
    assert_eq!(commit["outcomes"].as_array().unwrap().len(), 2);
    assert!(
        commit["outcomes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|o| o["outcome"] == "release")
    );
    assert_eq!(commit["report"]["end_run"], true);
    assert_eq!(harness.clock.monotonic(), Duration::from_secs(27));
}

#[test]
fn a_caller_with_a_smaller_budget_gets_its_response_within_it() {
    let harness = Harness::new([batch(&[message(1, "hang")]), committed(&[])]);
    let (status, ..) = harness.work("", r#"{"budget_seconds":5}"#);
    assert_eq!((status, harness.clock.monotonic()), (200, Duration::from_secs(7)));
    let (status, answer, _) = Harness::new([]).work("", r#"{"budget_seconds":0}"#);
    assert_eq!((status, &answer["field"]), (400, &json!("budget_seconds")));
}

#[test]
fn however_slow_the_database_is_a_run_ends_within_thirty_seconds() {
    for seconds in 1..=12 {
        for what in ["done", "hang"] {
            let harness = Harness::new([]);
            for _ in 0..20 {
                harness.api_says(200, &batch(&[message(1, what)]).to_string());
                harness.api_says(200, &committed(&[]).to_string());
            }
            let script = std::mem::take(&mut *harness.api.answers.borrow_mut());
            let slow = Slow::new(&harness.clock, Duration::from_secs(seconds), Script::default());
            slow.script.answers.replace(script);
            harness.call(&QueueWorker(ScriptedStage), &slow, "respond-async", "");
            let took = harness.clock.monotonic();
            assert!(
                took <= Duration::from_secs(29),
                "{seconds} s an answer, {what}: {took:?}"
            );
        }
    }
}

#[test]
fn a_schema_that_does_not_fit_is_a_503_with_both_releases_and_the_command() {
    let harness = Harness::new([]);
    harness.api_says(
        400,
        r#"{"code": "55000", "message": "schema_version: the functions need the schema of release 0.2.0, this database has that of release 0.1.0", "hint": "Install the migrations: scripts/install-migrations"}"#,
    );
    let (status, answer, _) = harness.work("", "");
    assert_eq!(status, 503);
    let error = answer["error"].as_str().unwrap();
    for part in ["0.2.0", "0.1.0", "scripts/install-migrations"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn only_refusals_that_this_run_met_are_reported() {
    let mut first = batch(&[message(1, "refuse")]);
    first["providers"] = json!({"spotify": {"paused_for_ms": 0, "refused": {"track_batch": 1000}}, "new_one": {}});
    let harness = Harness::new([first, committed(&[])]);
    harness.work("", "");
    let providers = &harness.commits()[0]["report"]["providers"];
    assert_eq!(
        providers,
        &json!({"spotify": {"requests": 0, "unused_slots": 0, "refused": {"album_batch": 86_400_000}}})
    );
}

#[test]
fn a_commit_above_four_megabytes_is_split_and_its_last_part_carries_the_report() {
    let large = |id| {
        with(
            message(id, "done"),
            "message",
            json!({"become_of_it": "done", "bytes": 1_500_000}),
        )
    };
    let harness = Harness::new([
        batch(&[large(1), large(2), large(3), large(4), large(5)]),
        committed(&[1, 2]),
        committed(&[3, 4]),
        committed(&[5]),
    ]);
    let (_, body, _) = harness.work("", "");
    assert_eq!(body["processed"], 5);
    let commits = harness.commits();
    let sizes: Vec<_> = commits
        .iter()
        .map(|c| c["outcomes"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(commits[0]["report"], json!({}));
    assert_eq!(commits[2]["report"]["end_run"], true);
}

#[test]
fn a_refused_commit_is_halved_until_the_refused_message_stands_alone() {
    let harness = Harness::new([batch(&[message(1, "done"), message(2, "done"), message(3, "done")])]);
    let refusal = answer(500, &[], r#"{"code":"57014","message":"canceling statement"}"#);
    let accepted = |ids: &[u32]| answer(200, &[], &committed(ids).to_string());
    harness.api.then(refusal.clone());
    harness.api.then(accepted(&[1]));
    harness.api.then(refusal.clone());
    harness.api.then(refusal);
    let mut retried = committed(&[]);
    retried["retried"] = json!(1);
    harness.api.then(answer(200, &[], &retried.to_string()));
    harness.api.then(accepted(&[3]));
    let (status, body, _) = harness.work("", "");
    assert_eq!(
        (status, &body["processed"], &body["errors"]),
        (200, &json!(2), &json!(1))
    );
    let commits = harness.commits();
    let retry = &commits[4]["outcomes"][0];
    assert_eq!((&retry["msg_id"], &retry["outcome"]), (&json!("2"), &json!("retry")));
    assert_eq!(retry["error"]["code"], "commit_refused");
    assert_eq!(retry["error"]["message"], "commit_batch failed: error 57014");
    assert_eq!(commits[5]["report"]["end_run"], true);
}

#[test]
fn a_failed_run_responds_500_without_the_databases_message() {
    let harness = Harness::new([]);
    let body = r#"{"code":"XX000","message":"secret table","details":"SELECT …"}"#;
    harness.api.then(answer(500, &[], body));
    let (status, body, _) = harness.work("", "");
    assert_eq!(status, 500);
    assert_eq!(
        body,
        json!({"success": false, "error": "dequeue_batch failed: error XX000"})
    );
    let log = harness.log.0.borrow();
    let (level, event, fields) = &log[0];
    assert_eq!((*level, event.as_str()), (Level::Error, "run_failed"));
    assert_eq!(
        (&fields["message"], &fields["correlation_id"]),
        (&json!("secret table"), &json!("c-1"))
    );
}

#[test]
fn a_check_responds_with_the_version_and_runs_nothing() {
    let harness = Harness::new([]);
    let (status, body, calls) = harness.work("respond-async", r#"{"check":true,"batch_size":0}"#);
    assert_eq!((status, calls), (200, 0));
    assert_eq!(body, json!({"success": true, "version": env!("CARGO_PKG_VERSION")}));
    assert!(harness.log.0.borrow().is_empty());
}

#[test]
fn a_challenge_is_given_back_to_the_workers_own_database_which_decides() {
    const CHALLENGE: &str = "0b8e7f0c-6a5e-4f55-9a3e-2f1d6f0d9c11";
    let body = json!({"check": true, "challenge": CHALLENGE}).to_string();
    for (said, expected) in [("true", 200), ("false", 409)] {
        let harness = Harness::new([]);
        harness.api.then(answer(200, &[], said));
        let (status, answered, _) = harness.work("respond-async", &body);
        assert_eq!((status, &answered["success"]), (expected, &json!(said == "true")));
        let asked = harness.api.requests();
        let body: Value = serde_json::from_slice(asked[0].body()).unwrap();
        assert!(asked[0].uri().path().ends_with("/rpc/answer_challenge") && asked.len() == 1);
        assert_eq!(body, json!({"challenge": CHALLENGE}));
    }
    // A database that can't be asked refuses nobody.
    let harness = Harness::new([]);
    harness.api.then(answer(500, &[], "{}"));
    assert_eq!(harness.work("", &body).0, 503);
    // A gateway that has not read a new schema yet is asked again, for a while.
    let unread = answer(404, &[], r#"{"code":"PGRST202","message":"no such function"}"#);
    for (times, expected) in [(3, 200), (30, 503)] {
        let harness = Harness::new([]);
        for _ in 0..times {
            harness.api.then(unread.clone());
        }
        harness.api.then(answer(200, &[], "true"));
        assert_eq!(harness.work("", &body).0, expected);
        assert_eq!(harness.api.requests().len(), if expected == 200 { 4 } else { 11 });
    }
    for bad in [json!("x"), json!(1), json!("z".repeat(36))] {
        let body = json!({"check": true, "challenge": bad}).to_string();
        let (status, body, calls) = Harness::new([]).work("", &body);
        assert_eq!((status, calls, &body["field"]), (400, 0, &json!("challenge")));
    }
}

#[test]
fn a_bad_field_or_variable_is_refused_before_the_202() {
    let harness = Harness::new([]);
    let (status, body, _) = harness.work("respond-async", r#"{"batch_size":0}"#);
    assert_eq!((status, &body["field"]), (400, &json!("batch_size")));
    let mut harness = Harness::new([]);
    harness.variables.0.insert("spotify_client_id", "id");
    let (status, body, calls) = harness.work("respond-async", "");
    assert_eq!((status, calls), (500, 0));
    assert_eq!(
        body["error"],
        "spotify_client_secret: missing, but spotify_client_id is set"
    );
    assert_eq!(body["field"], "spotify_client_secret");
}
