//! Asks what became of the requests until all of them are at their end.

use std::time::{Duration, Instant};

use serde_json::json;

use super::answers::{Counts, Discovery, State, sum_stages};
use super::progress::Progress;
use crate::failure::Failure;
use crate::rest::{CallError, Rest};

const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// A stack that restarts one of its parts answers again within seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// Shows the stages of the requests live and returns how each of them ended, in their order.
pub async fn follow(rest: &Rest, message_ids: &[i64]) -> Result<Vec<Discovery>, Failure> {
    let mut latest: Vec<Option<Discovery>> = vec![None; message_ids.len()];
    let mut progress = Progress::start();
    let mut last_answer = Instant::now();
    let mut counts = Counts::default();
    loop {
        let mut silence = None;
        for (message_id, known) in message_ids.iter().zip(&mut latest) {
            if known.as_ref().is_some_and(is_finished) {
                continue;
            }
            match ask(rest, *message_id, message_ids).await {
                Ok(discovery) => {
                    last_answer = Instant::now();
                    counts = discovery.counts_together.unwrap_or_default();
                    *known = Some(discovery);
                }
                Err(CallError::Unreachable(reason)) if last_answer.elapsed() < PATIENCE => {
                    silence = Some(reason);
                    break;
                }
                Err(error) => {
                    return Err(Failure::NoStack(format!(
                        "{error}\nwhat was enqueued goes on by itself once the project answers again"
                    )));
                }
            }
        }
        let stages = sum_stages(latest.iter().flatten());
        if latest.iter().all(|one| one.as_ref().is_some_and(is_finished)) {
            progress.finish(&stages, counts);
            return Ok(latest.into_iter().flatten().collect());
        }
        match silence {
            Some(reason) => progress.show_silence(&reason),
            None => progress.show(&stages, counts),
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

fn is_finished(discovery: &Discovery) -> bool {
    discovery.state != State::Running
}

async fn ask(rest: &Rest, message_id: i64, together_with: &[i64]) -> Result<Discovery, CallError> {
    let arguments = json!({ "message_id": message_id, "together_with": together_with });
    let answer: Option<Discovery> = rest.call("get_discovery", &arguments).await?;
    answer.ok_or_else(|| CallError::Refused {
        code: "unknown_discovery".to_owned(),
        message: format!("the project knows nothing of message {message_id}"),
    })
}
