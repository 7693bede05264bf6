//! Asks what became of the requests until all of them are at their end.

use std::time::{Duration, Instant};

use serde_json::json;

use super::answers::{Discovery, State, sum_counts, sum_stages};
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
    loop {
        let mut silence = None;
        for (message_id, known) in message_ids.iter().zip(&mut latest) {
            if known.as_ref().is_some_and(is_finished) {
                continue;
            }
            match ask(rest, *message_id).await {
                Ok(discovery) => {
                    last_answer = Instant::now();
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
        let known = || latest.iter().flatten();
        let (stages, counts) = (sum_stages(known()), sum_counts(known()));
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

async fn ask(rest: &Rest, message_id: i64) -> Result<Discovery, CallError> {
    let answer: Option<Discovery> = rest.call("get_discovery", &json!({ "message_id": message_id })).await?;
    answer.ok_or_else(|| CallError::Refused {
        code: "unknown_discovery".to_owned(),
        message: format!("the project knows nothing of message {message_id}"),
    })
}
