//! What an operator does by hand when the pipeline does not do it by itself.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::json;

use crate::console::Desk;
use crate::console::functions::QUEUE_PROCESSOR;
use crate::console::now::{Did, tool};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;

pub fn buttons() -> Markup {
    html! {
        ul.tools {
            (tool("/console/tools/call", "Call the workers", "Every queue's worker, once, now; cron does it every two minutes."))
            (tool("/console/tools/mend", "Mend stuck messages", "What a worker died with becomes visible; cron does it every three minutes."))
            (tool("/console/tools/schedule", "Schedule the jobs", "All twelve as this release has them."))
            (tool("/console/tools/maintenance", "Run maintenance", "Stale states, lost queues, what is older than its retention; cron does it every half hour."))
        }
    }
}

pub async fn act(desk: &Desk<'_>, tool: &str) -> Result<Answer, Refusal> {
    let did = match tool {
        "call" => {
            let answer = desk
                .functions
                .call(QUEUE_PROCESSOR, &json!({}), Duration::from_secs(28))
                .await;
            let (status, body) = answer.map_err(Refusal::Function)?;
            if status >= 400 {
                let error = body["error"].as_str().unwrap_or("no reason is given");
                return Err(Refusal::Function(format!(
                    "cronQueueProcessor answers with status {status}: {error}"
                )));
            }
            desk.operate("call_workers", json!({"queues": body["queues"]})).await?;
            Did::Called
        }
        "mend" => {
            desk.operate("mend_stuck_messages", json!({})).await?;
            Did::Mended
        }
        "schedule" => {
            desk.operate("schedule_jobs", json!({})).await?;
            Did::Scheduled
        }
        "maintenance" => {
            desk.operate("run_maintenance", json!({})).await?;
            Did::Maintained
        }
        _ => return Err(Refusal::NotFound),
    };
    Ok(Answer::see(format!("/console?did={}", did.name())))
}
