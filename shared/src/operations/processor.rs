//! `cronQueueProcessor`: runs every active queue once, what lies downstream first, so that work which is nearly done is
//! not held up by new work.
//!
//! The workers are called at their own addresses and do one batch each. Each has a head start before the next is called
//! too, so a slow one neither delays the others beyond it nor stops them by failing. A second call meanwhile finds the
//! lock held and does nothing; and whoever calls a worker, the database gives it no more than `max_concurrency` places.
//!
//! A worker that fails says so nowhere but in its log. Here its words are at hand: they become an issue of that worker,
//! which closes when it answers well again.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::operations::workers::Line;
use crate::operations::{Desk, Operation};
use crate::pipeline::answer::Answer;
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::Rpc;
use crate::platform::ports::Level;

/// A caller waits for 30 s.
const BUDGET: Duration = Duration::from_secs(25);

/// What a worker has for itself before the next one is called too.
const HEAD_START: Duration = Duration::from_secs(3);

/// A worker is told to be done this long before the end, and is waited for this long after it: it must not be cut in
/// the middle of its commit.
const SPARE: Duration = Duration::from_secs(3);

/// The issue of a worker that did not answer as it should.
const ISSUE: &str = "worker_failed";

/// The function.
pub struct QueueProcessor;

#[derive(Deserialize)]
struct Registered {
    queue_name: String,
    active: Option<bool>,
}

#[derive(Deserialize)]
struct OpenIssue {
    worker_name: String,
}

#[derive(Deserialize)]
struct Depth {
    in_progress_messages: u64,
}

impl Operation for QueueProcessor {
    type Order = ();
    const NAME: &'static str = "cronQueueProcessor";

    fn read(_: &Map<String, Value>) -> Result<(), Answer> {
        Ok(())
    }

    async fn run(desk: &Desk<'_>, (): ()) -> Result<Answer, Answer> {
        let deadline = desk.platform.clock.monotonic() + BUDGET;
        let database = desk.database()?;
        let rpc = desk.rpc(&database);
        let workers = Workers {
            desk,
            line: Line::new(desk.platform.variables).map_err(|error| Answer::misconfigured(&error))?,
            deadline,
        };
        let owner = Uuid::new_v4();
        let lock = json!({"p_entity_type": "operation", "p_entity_id": Self::NAME, "p_worker_id": owner});
        let mut taken = lock.clone();
        taken["p_timeout_minutes"] = json!(1);
        let failed = |error| desk.failed(&error);

        let registered: Vec<Registered> = rpc
            .rows("queue_registry", "select=queue_name,active")
            .await
            .map_err(failed)?;
        let is_active = |queue: &Queue| {
            let mut known = registered.iter().filter(|known| known.queue_name == queue.name());
            known.all(|known| known.active.unwrap_or(true))
        };
        let queues: Vec<Queue> = Queue::ALL.into_iter().rev().filter(is_active).collect();
        if !rpc.call("acquire_processing_lock", &taken).await.map_err(failed)? {
            let busy = |queue: &Queue| json!({"queue_name": queue.name(), "processed": 0, "errors": 0, "busy": true});
            let queues: Vec<_> = queues.iter().map(busy).collect();
            return Ok(Answer::ok(json!({"success": true, "busy": true, "queues": queues})));
        }
        let summaries = workers.run(&queues).await;
        tell(desk, &rpc, &queues, &summaries).await;
        if let Err(error) = rpc.call::<bool>("release_processing_lock", &lock).await {
            // It runs out by itself.
            desk.log
                .write(Level::Warn, "lock_not_released", json!({"error": error.to_string()}));
        }
        Ok(Answer::ok(json!({"success": true, "queues": summaries})))
    }
}

/// Opens an issue for each worker that failed, and closes those of the others. The answer has it too, so what can't be
/// written down is only logged.
async fn tell(desk: &Desk<'_>, rpc: &Rpc<'_>, queues: &[Queue], summaries: &[Value]) {
    let query = format!("select=worker_name&issue_type=eq.{ISSUE}&resolved=eq.false");
    let open: Vec<OpenIssue> = rpc.rows("worker_issues", &query).await.unwrap_or_default();
    let has_open = |queue: &Queue| open.iter().any(|issue| issue.worker_name == queue.function_name());
    for (queue, summary) in queues.iter().zip(summaries) {
        let report = match summary["error"].as_str() {
            // The issue bears the worker's name already.
            Some(error) => {
                let problem = error.strip_prefix(queue.function_name()).unwrap_or(error);
                let problem = problem.trim_start_matches(": ");
                let message = format!("fails when it is called: {problem}; see its log and what was released last");
                json!({"issues": [{"type": ISSUE, "message": message}]})
            }
            None if has_open(queue) && works(rpc, *queue, summary).await => json!({"resolved_issues": [ISSUE]}),
            None => continue,
        };
        // A commit of nothing: only what it reports counts.
        let commit = json!({"queue_name": queue.name(), "run_id": Uuid::new_v4(), "outcomes": [], "report": report});
        if let Err(error) = rpc.call::<Value>("commit_batch", &commit).await {
            let fields = json!({"queue_name": queue.name(), "error": error.to_string()});
            desk.log.write(Level::Warn, "issue_not_written", fields);
        }
    }
}

/// Whether a worker that answered well is over its failure: it did something, or there was nothing to do. If another run
/// holds what there is, that one may fail of it yet.
async fn works(rpc: &Rpc<'_>, queue: Queue, summary: &Value) -> bool {
    if summary["processed"] != 0 || summary["errors"] != 0 {
        return true;
    }
    let depths = rpc
        .call("diagnose_queue_tables", &json!({"queue_name": queue.name()}))
        .await;
    let depths: Vec<Depth> = depths.unwrap_or_default();
    depths.iter().all(|depth| depth.in_progress_messages == 0) && !depths.is_empty()
}

/// The workers, as this run calls them.
struct Workers<'a> {
    desk: &'a Desk<'a>,
    line: Line,
    deadline: Duration,
}

impl Workers<'_> {
    fn time_left(&self) -> Duration {
        self.deadline.saturating_sub(self.desk.platform.clock.monotonic())
    }

    /// A summary for each of `queues`, in that order.
    async fn run(&self, queues: &[Queue]) -> Vec<Value> {
        let mut under_way = FuturesUnordered::new();
        let mut summaries = Vec::new();
        for (position, queue) in queues.iter().enumerate() {
            under_way.push(async move { (position, self.summary(*queue).await) });
            let mut head_start = self.desk.platform.clock.sleep(HEAD_START);
            while let Either::Left((Some(answered), _)) = select(under_way.next(), &mut head_start).await {
                let is_this = answered.0 == position;
                summaries.push(answered);
                if is_this {
                    break;
                }
            }
        }
        summaries.extend(pin!(under_way).collect::<Vec<_>>().await);
        summaries.sort_by_key(|(position, _)| *position);
        summaries.into_iter().map(|(_, summary)| summary).collect()
    }

    async fn summary(&self, queue: Queue) -> Value {
        let mut summary = json!({"queue_name": queue.name(), "processed": 0, "errors": 0});
        let problem = match self.call(queue).await {
            Ok(answer) if answer["success"] == true => {
                for member in ["processed", "errors", "busy"] {
                    if let Some(value) = answer.get(member) {
                        summary[member] = value.clone();
                    }
                }
                return summary;
            }
            Ok(answer) => answer["error"].as_str().unwrap_or("no worker's answer").to_owned(),
            Err(problem) => problem,
        };
        summary["error"] = json!(format!("{}: {problem}", queue.function_name()));
        self.desk.log.write(Level::Error, "worker_failed", summary.clone());
        summary
    }

    async fn call(&self, queue: Queue) -> Result<Value, String> {
        let left = self.time_left();
        let order = json!({"budget_seconds": left.saturating_sub(SPARE).as_secs().max(1)});
        let answer = self.line.call(self.desk, queue, &order, left + SPARE).await?;
        Ok(answer.1)
    }
}

#[cfg(test)]
mod tests;
