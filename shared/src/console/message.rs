//! One message, whole, and what can be done with it.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::frame::{Page, copy, data, press};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};

#[derive(Debug, Deserialize)]
struct Message {
    message: Value,
    phase: String,
    enqueued_at: String,
    visible_at: String,
    deliveries: i64,
    attempts: i64,
    max_attempts: i64,
    last_processed_at: Option<String>,
    last_error: Option<String>,
    #[serde(default)]
    failed_attempts: Vec<FailedAttempt>,
    correlation_id: Option<String>,
    artist_name: Option<String>,
    earlier: Vec<Earlier>,
}

/// One that came to nothing.
#[derive(Debug, Deserialize)]
pub struct FailedAttempt {
    at: String,
    attempt: i64,
    counts: bool,
    error: String,
    /// So often in a row, where it did not count.
    times: Option<u64>,
}

impl FailedAttempt {
    /// Told in one line with the one before: five times the same is one thing to read.
    fn is_like(&self, next: &Self) -> bool {
        self.counts && next.counts && self.error == next.error && next.attempt == self.attempt + 1
    }
}

#[derive(Debug, Deserialize)]
struct Earlier {
    message_id: String,
    error: String,
    attempts: i64,
    died_at: String,
    replayed_at: Option<String>,
}

async fn find(desk: &Desk<'_>, queue: &str, id: &str) -> Result<Message, Refusal> {
    let arguments = json!({"queue_name": queue, "message_id": id});
    let found: Option<Message> = desk.call("get_queue_message", &arguments).await?;
    found.ok_or(Refusal::NotFound)
}

pub async fn page(desk: &Desk<'_>, queue: &str, id: &str) -> Result<Answer, Refusal> {
    let message = find(desk, queue, id).await?;
    let now = desk.now();
    let body = html! {
        p.crumbs { a href={ "/console/work?queue=" (queue) } { (words::queue(queue)) } }
        h1 { "Message " (copy(id)) }
        section #message data-live {
            p { span class={ "tag " (message.phase) } { (words::phase(&message.phase)) } }
            dl.answers {
                div { dt { "enqueued" } dd { (words::ago(&message.enqueued_at, now)) } }
                div { dt { "attempts" } dd { (message.attempts) " of " (message.max_attempts) @if message.deliveries != message.attempts { ", delivered " (message.deliveries) "×" } } }
                div { dt { @if message.phase == "waiting" || message.phase == "stuck" { "visible since" } @else { "next delivery" } } dd { (words::ago(&message.visible_at, now)) } }
                @if let Some(at) = &message.last_processed_at { div { dt { "last worked on" } dd { (words::ago(at, now)) } } }
                @if let Some(error) = &message.last_error { div { dt { "last error" } dd.bad { (error) } } }
                @if let Some(id) = &message.correlation_id {
                    div { dt { "discovery" } dd {
                        @match &message.artist_name {
                            Some(name) => a href={ "/console/discoveries/" (id) } { bdi { (name) } },
                            None => (id),
                        }
                    } }
                }
                @if let Some(key) = message.message["_idempotencyKey"].as_str() { div { dt { "key" } dd { (copy(key)) } } }
            }
            (attempts(&message.failed_attempts, message.attempts - i64::from(message.phase == "in_progress"), now))
        }
        @if desk.may_act() {
            div.actions {
                (press(&format!("/console/work/{queue}/{id}/release"), "Release now", &[], ""))
                a.button.quiet href={ "/console/work/" (queue) "/" (id) "/delete" } { "Delete…" }
            }
        }
        section { h2 { "Body" } (data(&message.message)) }
        @if !message.earlier.is_empty() {
            section {
                h2 { "The same work, given up before" }
                ul.rows { @for letter in &message.earlier { (earlier(queue, letter, now)) } }
            }
        }
    };
    Ok(desk.answer(&Page {
        title: &format!("Message {id}"),
        place: "/console/work",
        body,
    }))
}

/// What became of each attempt, the latest first. One of which nobody reported is told from those around it.
pub fn attempts(failed: &[FailedAttempt], used: i64, now: u64) -> Markup {
    let first = failed.first().map_or(1, |first| first.attempt);
    let mut silent: Vec<i64> = (first..=used).collect();
    silent.retain(|attempt| failed.iter().all(|known| known.attempt != *attempt));
    if failed.is_empty() && silent.is_empty() {
        return html! {};
    }
    html! {
        h2 { "Attempts that failed" }
        ol.rows.attempts {
            @for same in failed.chunk_by(FailedAttempt::is_like).rev() {
                @if let (Some(first), Some(last)) = (same.first(), same.last()) {
                    li.message {
                        span.row-title {
                            @if first.attempt == last.attempt { "attempt " (last.attempt) } @else { "attempts " (first.attempt) " to " (last.attempt) }
                        }
                        span { @if same.len() > 1 { "the last " } (words::ago(&last.at, now)) }
                        @if !last.counts { span.tag.warning { "not counted" @if let Some(times) = last.times { ", " (times) " times" } } }
                        p.bad { (last.error) }
                    }
                }
            }
        }
        @if !silent.is_empty() {
            p.muted {
                "No worker said what became of " @if silent.len() == 1 { "attempt " } @else { "attempts " }
                @for (at, attempt) in silent.iter().take(10).enumerate() { @if at > 0 { ", " } (attempt) }
                ": it died, or its time ran out."
            }
        }
    }
}

fn earlier(queue: &str, letter: &Earlier, now: u64) -> Markup {
    html! {
        li.message {
            a.row-title href={ "/console/dead-letters/" (queue) "/" (letter.message_id) } { "#" (letter.message_id) }
            span { "given up " (words::ago(&letter.died_at, now)) " after " (words::attempts(letter.attempts)) }
            @if let Some(at) = &letter.replayed_at { span { "replayed " (words::ago(at, now)) } }
            p.bad { (letter.error) }
        }
    }
}

pub async fn ask_delete(desk: &Desk<'_>, queue: &str, id: &str) -> Result<Answer, Refusal> {
    let message = find(desk, queue, id).await?;
    let body = html! {
        h1 { "Delete message " (id) "?" }
        p { "What is lost: " (lost(queue)) " Its discovery counts it as done. It is no dead letter and can't be put back; asking for the artist again brings it again." }
        @if message.phase == "in_progress" {
            p { strong { "A worker has it now." } " What it is about to store for it will be refused." }
        }
        (data(&message.message))
        @if desk.may_act() {
            div.actions {
                (press(&format!("/console/work/{queue}/{id}/delete"), "Delete it", &[], "danger"))
                a.button.quiet href={ "/console/work/" (queue) "/" (id) } { "Keep it" }
            }
        } @else { p { "This session is for looking only." } }
    };
    Ok(desk.answer(&Page {
        title: "Delete?",
        place: "/console/work",
        body,
    }))
}

pub fn lost(queue: &str) -> &'static str {
    match queue {
        "artist_discovery" => "the artist is not looked up, and nothing of theirs is found.",
        "album_discovery" => "this page of the artist's albums is not listed, nor what is on them.",
        "track_discovery" => "the album's tracks are not read, nor who made them.",
        "producer_identification" => "the credits of the album are not looked up.",
        "social_enrichment" => "the producer's profile stays as it is.",
        _ => "what this message asks for is not done.",
    }
}

pub async fn act(desk: &Desk<'_>, queue: &str, id: &str, action: &str) -> Result<Answer, Refusal> {
    let id: i64 = id.parse().map_err(|_| Refusal::bad("message", "has a number"))?;
    act_on(desk, queue, &[id], action).await
}

/// Releases or deletes messages, and goes back to the list.
pub async fn act_on(desk: &Desk<'_>, queue: &str, ids: &[i64], action: &str) -> Result<Answer, Refusal> {
    let (function, did) = match action {
        "release" => ("release_messages", "released"),
        _ => ("delete_messages", "deleted"),
    };
    let arguments = json!({"queue_name": queue, "message_ids": ids});
    let result = desk.operate(function, arguments).await?;
    let figure = |name: &str| result[name].as_u64().unwrap_or(0);
    Ok(Answer::see(format!(
        "/console/work?queue={queue}&did={did}&n={}&gone={}",
        figure("done"),
        figure("gone")
    )))
}
