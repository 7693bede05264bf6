//! `queueMonitor`: finds stuck messages in each queue and, with `auto_fix`, makes them visible again.
//!
//! The work is done by one SQL function, which also writes `monitoring_events`. It takes no message from a living worker:
//! it leaves alone a message whose visibility timeout has not run out, and a row that another monitor has locked. So two
//! monitors at once fix each message once.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::operations::{Operation, OperationContext};
use crate::pipeline::http_contract::{JsonResponse, fields};

pub struct QueueMonitor;

pub struct Input {
    threshold_minutes: u32,
    auto_fix: bool,
    queue_name: Option<String>,
}

#[derive(Deserialize)]
struct QueueReport {
    stuck: u64,
    #[serde(rename = "messagesReset")]
    messages_reset: u64,
    dead_lettered: u64,
}

impl Operation for QueueMonitor {
    type Input = Input;
    const NAME: &'static str = "queueMonitor";

    fn read(body: &Map<String, Value>) -> Result<Input, JsonResponse> {
        Ok(Input {
            threshold_minutes: fields::minutes(body, "threshold_minutes")?.unwrap_or(10),
            auto_fix: fields::flag(body, "auto_fix")?.unwrap_or(false),
            queue_name: fields::text(body, "queue_name", 512)?,
        })
    }

    async fn run(context: &OperationContext<'_>, input: Input) -> Result<JsonResponse, JsonResponse> {
        let database = context.database()?;
        let mut arguments = json!({"threshold_minutes": input.threshold_minutes, "auto_fix": input.auto_fix});
        // An argument that is not given is left out, since the local gateway can't pass on a NULL.
        if let Some(name) = &input.queue_name {
            arguments["queue_name"] = json!(name);
        }
        let queues: Vec<Value> = context
            .rpc(&database)
            .call("monitor_queues", &arguments)
            .await
            .map_err(|error| context.rpc_failed(&error))?;
        let reports: Vec<QueueReport> = queues
            .iter()
            .filter_map(|queue| QueueReport::deserialize(queue).ok())
            .collect();
        Ok(JsonResponse::ok(json!({
            "success": true,
            "auto_fix": input.auto_fix,
            "queues": queues,
            "message": summary_of(&reports, input.auto_fix),
        })))
    }
}

fn summary_of(reports: &[QueueReport], auto_fix: bool) -> String {
    let sum = |of: fn(&QueueReport) -> u64| reports.iter().map(of).sum::<u64>();
    let dead = sum(|queue| queue.dead_lettered);
    if auto_fix {
        let reset = sum(|queue| queue.messages_reset);
        return match (reset, dead) {
            (0, 0) => "nothing is stuck; nothing was changed".to_owned(),
            _ => format!("stuck messages made visible again: {reset}; moved to the dead letters: {dead}"),
        };
    }
    match (sum(|queue| queue.stuck), dead) {
        (0, 0) => "nothing is stuck".to_owned(),
        (stuck, _) => format!(
            "stuck messages: {stuck}; out of attempts: {dead}; auto_fix would make the stuck ones visible again and \
             move the used-up ones to the dead letters"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::Harness;

    fn seen(stuck: u32, reset: u32, dead: u32) -> Value {
        json!([{"queue_name": "q", "stuck": stuck, "messagesReset": reset, "dead_lettered": dead}])
    }

    #[test]
    fn with_auto_fix_it_says_what_was_done() {
        let harness = Harness::new([seen(3, 2, 1)]);
        let (status, answer) = harness.serve(
            QueueMonitor,
            r#"{"threshold_minutes":5,"auto_fix":true,"queue_name":"q"}"#,
        );
        assert_eq!(status, 200);
        assert_eq!((&answer["auto_fix"], &answer["queues"]), (&json!(true), &seen(3, 2, 1)));
        assert_eq!(
            answer["message"],
            "stuck messages made visible again: 2; moved to the dead letters: 1"
        );
        assert_eq!(
            harness.api.calls("monitor_queues"),
            [json!({"threshold_minutes": 5, "auto_fix": true, "queue_name": "q"})]
        );
    }

    #[test]
    fn without_auto_fix_it_says_what_it_would_do() {
        let harness = Harness::new([seen(3, 0, 1)]);
        let (_, answer) = harness.serve(QueueMonitor, "");
        assert_eq!(
            answer["message"],
            "stuck messages: 3; out of attempts: 1; auto_fix would make the stuck ones visible again and move the \
             used-up ones to the dead letters"
        );
        assert_eq!(
            harness.api.calls("monitor_queues"),
            [json!({"threshold_minutes": 10, "auto_fix": false})]
        );
    }

    #[test]
    fn a_bad_field_is_named_and_the_database_is_not_called() {
        for (body, field) in [
            (r#"{"threshold_minutes":0}"#, "threshold_minutes"),
            (r#"{"auto_fix":"yes"}"#, "auto_fix"),
            (r#"{"queue_name":7}"#, "queue_name"),
        ] {
            let harness = Harness::new([]);
            let (status, answer) = harness.serve(QueueMonitor, body);
            assert_eq!((status, &answer["field"]), (400, &json!(field)), "{body}");
            assert!(harness.api.requests().is_empty());
        }
    }

    #[test]
    fn a_queue_that_the_database_does_not_know_is_a_bad_field() {
        let harness = Harness::new([]);
        harness.api_says(400, r#"{"code":"22023","message":"queue_name: there is no queue x"}"#);
        let (status, answer) = harness.serve(QueueMonitor, r#"{"queue_name":"x"}"#);
        assert_eq!((status, &answer["field"]), (400, &json!("queue_name")));
    }

    #[test]
    fn a_database_that_does_not_answer_is_503() {
        let harness = Harness::new([]);
        harness.api_says(502, "");
        harness.api_says(502, "");
        let (status, answer) = harness.serve(QueueMonitor, "");
        assert_eq!((status, &answer["success"]), (503, &json!(false)));
    }
}
