//! `cronQueueProcessor`: calls the worker of every active queue once. It begins with the last stage, so that new work does
//! not hold up work that is nearly done.
//!
//! Each worker handles one batch. It has a head start before the next worker is called, so that a slow or failing worker
//! does not stop the others. A second call of this function finds the lock held and does nothing. However often a worker
//! is called, the database gives its queue no more than `max_concurrency` run leases.
//!
//! A worker that fails writes its error only to its log. This function has the error in the worker's response, so it opens
//! an issue of that worker. The database closes it with the worker's next run that gets anywhere.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::operations::workers_client::WorkersClient;
use crate::operations::{Operation, OperationContext};
use crate::pipeline::http_contract::JsonResponse;
use crate::pipeline::issues::WORKER_FAILED;
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::Rpc;
use crate::platform::ports::Level;

/// A caller waits for 30 s, and the last worker may take `SPARE` longer than this.
const BUDGET: Duration = Duration::from_secs(25);

/// The time that a worker has for itself before the next one is called too.
const HEAD_START: Duration = Duration::from_secs(3);

/// A worker's own budget ends this long before the deadline, and its response is awaited this long after it: it must not
/// be cut off in the middle of its commit.
const SPARE: Duration = Duration::from_secs(3);

pub struct QueueProcessor;

#[derive(Deserialize)]
struct Registered {
    queue_name: String,
    active: Option<bool>,
}

impl Operation for QueueProcessor {
    type Input = ();
    const NAME: &'static str = "cronQueueProcessor";

    fn read(_: &Map<String, Value>) -> Result<(), JsonResponse> {
        Ok(())
    }

    async fn run(context: &OperationContext<'_>, (): ()) -> Result<JsonResponse, JsonResponse> {
        let deadline = context.platform.clock.monotonic() + BUDGET;
        let database = context.database()?;
        let rpc = context.rpc(&database);
        let workers = WorkersClient::new(context).map_err(|error| JsonResponse::misconfigured(&error))?;
        let calls = WorkerCalls {
            context,
            workers,
            deadline,
        };
        let owner = Uuid::new_v4();
        let lock = json!({"p_entity_type": "operation", "p_entity_id": Self::NAME, "p_worker_id": owner});
        let mut taken = lock.clone();
        taken["p_timeout_minutes"] = json!(1);
        let failed = |error| context.rpc_failed(&error);

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
            return Ok(JsonResponse::ok(
                json!({"success": true, "busy": true, "queues": queues}),
            ));
        }
        let summaries = calls.run(&queues).await;
        report_issues(context, &rpc, &queues, &summaries).await;
        if let Err(error) = rpc.call::<bool>("release_processing_lock", &lock).await {
            // The lock runs out by itself.
            context
                .log
                .write(Level::Warn, "lock_not_released", json!({"error": error.to_string()}));
        }
        Ok(JsonResponse::ok(json!({"success": true, "queues": summaries})))
    }
}

/// Opens an issue for each worker that failed. The response has the errors too, so an issue that can't be written is only
/// logged.
async fn report_issues(context: &OperationContext<'_>, rpc: &Rpc<'_>, queues: &[Queue], summaries: &[Value]) {
    for (queue, summary) in queues.iter().zip(summaries) {
        let Some(error) = summary["error"].as_str() else {
            continue;
        };
        // The issue has the worker's name in a column of its own.
        let problem = error.strip_prefix(queue.function_name()).unwrap_or(error);
        let problem = problem.trim_start_matches(": ");
        let message = format!("fails when it is called: {problem}; see its log and what was released last");
        let report = json!({"issues": [{"type": WORKER_FAILED, "message": message}]});
        // A commit without outcomes stores nothing but its report.
        let commit = json!({"queue_name": queue.name(), "run_id": Uuid::new_v4(), "outcomes": [], "report": report});
        if let Err(error) = rpc.call::<Value>("commit_batch", &commit).await {
            let fields = json!({"queue_name": queue.name(), "error": error.to_string()});
            context.log.write(Level::Warn, "issue_not_written", fields);
        }
    }
}

/// The calls of one run of this function.
struct WorkerCalls<'a> {
    context: &'a OperationContext<'a>,
    workers: WorkersClient<'a>,
    deadline: Duration,
}

impl WorkerCalls<'_> {
    fn time_left(&self) -> Duration {
        self.deadline.saturating_sub(self.context.platform.clock.monotonic())
    }

    /// Calls the workers of `queues` in this order, and returns a summary for each.
    async fn run(&self, queues: &[Queue]) -> Vec<Value> {
        let mut in_progress = FuturesUnordered::new();
        let mut summaries = Vec::new();
        for (position, queue) in queues.iter().enumerate() {
            in_progress.push(async move { (position, self.summary(*queue).await) });
            let mut head_start = self.context.platform.clock.sleep(HEAD_START);
            while let Either::Left((Some(answered), _)) = select(in_progress.next(), &mut head_start).await {
                let is_this = answered.0 == position;
                summaries.push(answered);
                if is_this {
                    break;
                }
            }
        }
        summaries.extend(pin!(in_progress).collect::<Vec<_>>().await);
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
        self.context.log.write(Level::Error, "worker_failed", summary.clone());
        summary
    }

    async fn call(&self, queue: Queue) -> Result<Value, String> {
        let left = self.time_left();
        let body = json!({"budget_seconds": left.saturating_sub(SPARE).as_secs().max(1)});
        let (_, response) = self.workers.call(queue, &body, left + SPARE).await?;
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
