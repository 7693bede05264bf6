//! Deduplication keys in Redis: how many there are, and taking them away so that work is done again.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::console::Desk;
use crate::console::form::Form;
use crate::console::frame::{Page, notice, press};
use crate::console::functions::CLEAR_DEDUPLICATION;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::words;
use crate::console::work::AGES;
use crate::pages::words::{count, number};
use crate::pipeline::queue::Queue;

/// A million keys take five seconds.
const WITHIN: Duration = Duration::from_secs(28);

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let queue = desk.address.value("queue")?;
    let older = desk.address.number("older", 0, 5_256_000)?.unwrap_or(0);
    let asked = desk.address.value("count")?.is_some();
    let counted = if asked {
        Some(clear_by(desk, queue, older.unsigned_abs(), true).await?)
    } else {
        None
    };
    let said = desk.address.number("cleared", 0, i64::MAX)?;
    let body = html! {
        h1 { "Deduplication keys" }
        @if let Some(cleared) = said { (notice(&format!("Cleared {}.", count(cleared.unsigned_abs(), "key")))) }
        p.lead { "Redis remembers what was done, so that it is not done twice. What is cleared here is done again when it is asked for; the results stay the same." }
        form.controls method="get" action="/console/keys" {
            label { "of " select name="queue" {
                option value="" selected[queue.is_none()] { "all queues" }
                @for known in Queue::ALL { option value=(known.name()) selected[queue == Some(known.name())] { (words::queue(known.name())) } }
            } }
            label { "set longer ago than " select name="older" {
                @for (minutes, label) in AGES { option value=(minutes) selected[minutes == older] { (label) } }
                // An address may ask for any.
                @if AGES.iter().all(|(minutes, _)| *minutes != older) { option value=(older) selected { (older) " min" } }
            } }
            button type="submit" name="count" value="1" { "Count" }
        }
        @if let Some(counted) = &counted { (result(desk, counted, queue, older)) }
    };
    Ok(desk.answer(&Page {
        title: "Deduplication keys",
        place: "/console/keys",
        body,
    }))
}

fn result(desk: &Desk<'_>, counted: &Value, queue: Option<&str>, older: i64) -> Markup {
    let matched = counted["matched"].as_u64().unwrap_or(0);
    let older = older.to_string();
    let fields = [("queue", queue.unwrap_or_default()), ("older", older.as_str())];
    html! {
        section.sheet {
            p.group-head { strong.amount { (number(matched)) } @if matched == 1 { " key of " } @else { " keys of " } (queue.map_or_else(|| "all queues".to_owned(), words::queue)) }
            @if let Some(message) = counted["message"].as_str() { p { (message) } }
            @if matched > 0 && desk.may_act() {
                div.actions { (press("/console/keys", &format!("Clear {}", number(matched)), &fields, "danger")) }
            }
        }
    }
}

async fn clear_by(desk: &Desk<'_>, queue: Option<&str>, older: u64, dry_run: bool) -> Result<Value, Refusal> {
    let mut body = json!({"dry_run": dry_run});
    if let Some(queue) = queue {
        body["queue_name"] = json!(queue);
    }
    if older > 0 {
        body["older_than_minutes"] = json!(older);
    }
    let answer = desk.functions.call(CLEAR_DEDUPLICATION, &body, WITHIN).await;
    match answer.map_err(Refusal::Function)? {
        (200, answer) => Ok(answer),
        (400, answer) => Err(Refusal::bad(
            answer["field"].as_str().unwrap_or("the request"),
            answer["error"].as_str().unwrap_or("can't be"),
        )),
        (status, answer) => Err(Refusal::Function(format!(
            "clearQueueDeduplication answers with status {status}: {}",
            answer["error"].as_str().unwrap_or("no reason is given")
        ))),
    }
}

pub async fn clear(desk: &Desk<'_>, form: &Form) -> Result<Answer, Refusal> {
    let queue = form.text("queue")?;
    let older = form.number("older", 0, 5_256_000)?.unwrap_or(0);
    let answer = clear_by(desk, queue, older, false).await?;
    let deleted = answer["deleted"].as_u64().unwrap_or(0);
    let noted = json!({"queue_name": queue, "older_than_minutes": older, "deleted": deleted});
    desk.operate("clear_deduplication_keys", noted).await?;
    Ok(Answer::see(format!("/console/keys?cleared={deleted}")))
}
