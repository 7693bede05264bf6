//! One message sent through the pipeline: enqueued, its worker woken, done. It asks for the credits of an album that
//! does not exist, so no provider is asked, and nothing comes into the catalogue. What it leaves is taken out again; only
//! `pg_net` keeps the answer to the call for its six hours.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::findings::Finding;
use crate::project::Project;

const QUEUE: &str = "producer_identification";
/// A wake-up takes well under a second; a worker that is busy with a batch takes its budget.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
struct Status {
    state: String,
    last_error: Option<String>,
    updated_at: String,
}

#[derive(Deserialize)]
struct Metric {
    id: uuid::Uuid,
    created_at: String,
}

/// A message that went through.
struct Seen {
    took: Duration,
    /// The time of the transaction that committed it, which its row in `queue_metrics` has, too.
    committed_at: String,
}

/// Sends it, waits for it, and takes its traces out again.
pub async fn send(project: &Project) -> Finding {
    let album_id = uuid::Uuid::new_v4();
    let key = format!("doctor:{album_id}");
    let sent = Instant::now();
    let body = json!({ "albumId": album_id, "_idempotencyKey": key });
    let enqueue = json!({ "queue_name": QUEUE, "message_body": body });
    let message_id: Value = match project.rest.call("pg_enqueue", &enqueue).await {
        Ok(id) => id,
        Err(error) => {
            return Finding::wrong("probe", "message", format!("can't be enqueued: {error}"), "See above.");
        }
    };
    let seen = watch(project, &key, sent).await;
    let removed = remove(project, &key, &message_id, seen.as_ref().ok()).await;
    match (seen, removed) {
        (Ok(seen), Ok(())) => Finding::right(
            "probe",
            "message",
            &format!("through in {} ms, by a wake-up", seen.took.as_millis()),
        ),
        (Ok(_), Err(error)) => Finding::wrong(
            "probe",
            "message",
            format!("through, but not all of its traces could be taken out: {error}"),
            &format!(
                "DELETE FROM public.processing_status WHERE entity_id = '{key}'; what else is left goes when its \
                 retention is over."
            ),
        ),
        (Err(problem), _) => Finding::wrong(
            "probe",
            "message",
            problem,
            "See the lines above, and scripts/status, which says what was answered to the last calls.",
        ),
    }
}

async fn watch(project: &Project, key: &str, sent: Instant) -> Result<Seen, String> {
    let rows = rows(key);
    loop {
        let mut status: Vec<Status> = project.rest.rows(&rows).await.map_err(|error| error.to_string())?;
        match status.pop() {
            // There is no such album, and the worker has found that out.
            Some(status) if status.state == "FAILED" && is_answer(status.last_error.as_deref()) => {
                return Ok(Seen {
                    took: sent.elapsed(),
                    committed_at: status.updated_at,
                });
            }
            Some(status) if status.state == "FAILED" => {
                let error = status.last_error.as_deref().unwrap_or("without a word");
                return Err(format!("its worker failed: {error}"));
            }
            status if sent.elapsed() > PATIENCE => {
                let taken = if status.is_none() { "taken" } else { "done" };
                return Err(format!("was not {taken} within {} s", PATIENCE.as_secs()));
            }
            _ => sleep(POLL_INTERVAL).await,
        }
    }
}

fn is_answer(error: Option<&str>) -> bool {
    error.is_some_and(|error| error.starts_with("album_unknown"))
}

fn rows(key: &str) -> String {
    format!("processing_status?entity_type=eq.{QUEUE}&entity_id=eq.{key}&select=state,last_error,updated_at")
}

/// Takes out the message, what the database wrote of it, and what Redis may remember. A row of metrics that counts other
/// messages of the same batch as well is theirs, and stays.
async fn remove(project: &Project, key: &str, message_id: &Value, seen: Option<&Seen>) -> Result<(), String> {
    let message_id = message_id
        .as_str()
        .map_or_else(|| message_id.to_string(), str::to_owned);
    let delete = json!({ "queue_name": QUEUE, "message_id": message_id });
    let rest = &project.rest;
    rest.call::<bool>("pg_delete_message", &delete)
        .await
        .map_err(|error| error.to_string())?;
    let mut traces = vec![rows(key)];
    if let Some(seen) = seen {
        let recent: Vec<Metric> = rest
            .rows(&format!(
                "queue_metrics?queue_name=eq.{QUEUE}&operation=eq.commit&processed_count=eq.1&order=created_at.desc\
                 &limit=50&select=id,created_at"
            ))
            .await
            .map_err(|error| error.to_string())?;
        let own = recent.iter().filter(|metric| metric.created_at == seen.committed_at);
        traces.extend(own.map(|metric| format!("queue_metrics?id=eq.{}", metric.id)));
    }
    for rows in traces {
        rest.delete(&rows).await.map_err(|error| error.to_string())?;
    }
    match &project.functions {
        Some(functions) => functions
            .forget_key(QUEUE, key)
            .await
            .map_err(|error| format!("Redis: {error}")),
        None => Ok(()),
    }
}
