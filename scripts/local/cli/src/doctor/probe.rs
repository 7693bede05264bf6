//! One message sent through the pipeline: enqueued, its worker woken, done. It asks for the credits of an album that
//! does not exist, so no provider is asked, and nothing comes into the catalogue.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::findings::Finding;
use crate::project::Project;
use crate::rest::CallError;

const QUEUE: &str = "producer_identification";
/// A wake-up takes well under a second; a worker that is busy with a batch takes its budget.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
struct Status {
    state: String,
    last_error: Option<String>,
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
    let removed = remove(project, &key, &message_id).await;
    match (seen, removed) {
        (Ok(took), Ok(())) => Finding::right(
            "probe",
            "message",
            &format!("through in {} ms, by a wake-up", took.as_millis()),
        ),
        (Ok(_), Err(error)) => Finding::wrong(
            "probe",
            "message",
            format!("through, but its row in processing_status is still there: {error}"),
            &format!("DELETE FROM public.processing_status WHERE entity_id = '{key}'."),
        ),
        (Err(problem), _) => Finding::wrong(
            "probe",
            "message",
            problem,
            "See the lines above, and scripts/status, which says what was answered to the last calls.",
        ),
    }
}

/// How long it took.
async fn watch(project: &Project, key: &str, sent: Instant) -> Result<Duration, String> {
    let rows = rows(key);
    loop {
        let status: Vec<Status> = project.rest.rows(&rows).await.map_err(|error| error.to_string())?;
        match status.first() {
            // There is no such album, and the worker has found that out.
            Some(status) if status.state == "FAILED" && is_answer(status.last_error.as_deref()) => {
                return Ok(sent.elapsed());
            }
            Some(status) if status.state == "FAILED" => {
                let error = status.last_error.as_deref().unwrap_or("without a word");
                return Err(format!("its worker failed: {error}"));
            }
            _ if sent.elapsed() > PATIENCE => {
                let taken = if status.is_empty() { "taken" } else { "done" };
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
    format!("processing_status?entity_type=eq.{QUEUE}&entity_id=eq.{key}&select=state,last_error")
}

async fn remove(project: &Project, key: &str, message_id: &Value) -> Result<(), CallError> {
    let message_id = message_id
        .as_str()
        .map_or_else(|| message_id.to_string(), str::to_owned);
    let delete = json!({ "queue_name": QUEUE, "message_id": message_id });
    project.rest.call::<bool>("pg_delete_message", &delete).await?;
    project.rest.delete(&rows(key)).await
}
