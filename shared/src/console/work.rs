//! The messages of a queue, by what is asked of them in the address.

use std::borrow::Cow;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::frame::{Page, more};
use crate::console::now::Status;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};
use crate::pages::address::link;
use crate::pages::words::{count, number};

const PHASES: [&str; 4] = ["waiting", "in_progress", "retrying", "stuck"];
/// Ages that one asks for, in minutes.
const AGES: [(i64, &str); 5] = [(0, "any"), (10, "10 min"), (60, "1 h"), (1440, "1 d"), (10_080, "7 d")];

#[derive(Debug, Deserialize)]
struct Messages {
    items: Vec<Message>,
    next: Option<String>,
    complete: bool,
}

#[derive(Debug, Deserialize)]
struct Message {
    message_id: String,
    phase: String,
    age_seconds: f64,
    visible_in_seconds: f64,
    attempts: i64,
    key: Option<String>,
    error: Option<String>,
    message: Value,
}

/// What is asked for, as the address has it.
struct Asked<'a> {
    queue: String,
    phase: Option<&'a str>,
    age: i64,
    search: Option<&'a str>,
}

impl Asked<'_> {
    fn link(&self, phase: Option<&str>, after: Option<&str>) -> String {
        let some = |text: &str| Some(Cow::Owned(text.to_owned()));
        link(
            "/console/work",
            &[
                ("queue", some(&self.queue)),
                ("phase", phase.and_then(some)),
                ("age", (self.age > 0).then(|| Cow::Owned(self.age.to_string()))),
                ("q", self.search.and_then(some)),
                ("after", after.and_then(some)),
            ],
        )
    }
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let status: Status = desk.call("get_pipeline_status", &json!({})).await?;
    let stages = &status.stages;
    // The queue with most to look at, where none is asked for.
    let busiest = stages
        .iter()
        .rev()
        .max_by_key(|stage| (stage.stuck + stage.retrying, stage.waiting + stage.in_progress));
    let queue = match desk.address.value("queue")? {
        Some(queue) => queue.to_owned(),
        None => busiest.map(|stage| stage.queue_name.clone()).unwrap_or_default(),
    };
    let phase = desk.address.value("phase")?;
    if phase.is_some_and(|phase| !PHASES.contains(&phase)) {
        return Err(Refusal::bad(
            "phase",
            "is none of waiting, in_progress, retrying, stuck",
        ));
    }
    let asked = Asked {
        queue,
        phase,
        age: desk.address.number("age", 0, 5_256_000)?.unwrap_or(0),
        search: desk.address.value("q")?,
    };
    let mut arguments = json!({"queue_name": asked.queue, "min_age_minutes": asked.age, "limit_count": 50});
    for (name, value) in [("phase", asked.phase), ("search", asked.search)] {
        if let Some(value) = value {
            arguments[name] = json!(value);
        }
    }
    if let Some(after) = desk.address.number("after", 0, i64::MAX - 1)? {
        arguments["after"] = json!(after);
    }
    let messages: Messages = desk.call("list_queue_messages", &arguments).await?;
    let body = html! {
        h1 { "Work" }
        (said(desk))
        nav.filters aria-label="Queues" {
            @for stage in stages {
                @let left = stage.waiting + stage.in_progress + stage.retrying;
                a href={ "/console/work?queue=" (stage.queue_name) } aria-current=[(stage.queue_name == asked.queue).then_some("true")] {
                    (words::queue(&stage.queue_name)) " " span.count { (number(left)) }
                }
            }
        }
        nav.filters aria-label="Phases" {
            a href=(asked.link(None, None)) aria-current=[asked.phase.is_none().then_some("true")] { "all" }
            @for phase in PHASES {
                a href=(asked.link(Some(phase), None)) aria-current=[(asked.phase == Some(phase)).then_some("true")] { (words::phase(phase)) }
            }
        }
        form.controls method="get" action="/console/work" {
            input type="hidden" name="queue" value=(asked.queue);
            @if let Some(phase) = asked.phase { input type="hidden" name="phase" value=(phase); }
            label { "older than "
                select name="age" {
                    @for (minutes, label) in AGES { option value=(minutes) selected[minutes == asked.age] { (label) } }
                }
            }
            label { "holds " input type="search" name="q" value=(asked.search.unwrap_or_default()) placeholder="an id, a name, an error" maxlength="512"; }
            button.quiet type="submit" { "Filter" }
        }
        section #messages data-live {
            @if messages.items.is_empty() {
                p.empty {
                    @if messages.complete { "No message of " (words::queue(&asked.queue)) " is like that." }
                    @else { "None among the twenty thousand that were read; there are more." }
                }
            } @else {
                ul.rows { @for message in &messages.items { (row(&asked.queue, message)) } }
            }
            @if !messages.complete && !messages.items.is_empty() {
                p.muted { "Twenty thousand messages were read for this; there are more." }
            }
            (more(messages.next.as_deref().map(|after| asked.link(asked.phase, Some(after))), "Later ones"))
        }
    };
    Ok(desk.answer(&Page {
        title: "Work",
        place: "/console/work",
        body,
    }))
}

/// What became of a message that was released or deleted.
fn said(desk: &Desk<'_>) -> Markup {
    let words = match desk.address.value("did").ok().flatten() {
        Some("released") => "Released: the message is visible, and its worker is called.",
        Some("deleted") => "Deleted.",
        Some("gone") => "The message was gone already: worked on, or deleted by somebody else. Nothing was changed.",
        _ => return html! {},
    };
    crate::console::frame::notice(words)
}

fn row(queue: &str, message: &Message) -> Markup {
    html! {
        li.message {
            a.row-title href={ "/console/work/" (queue) "/" (message.message_id) } { "#" (message.message_id) }
            span class={ "tag " (message.phase) } { (words::phase(&message.phase)) }
            span { (words::seconds(message.age_seconds)) " old" }
            @if message.attempts > 0 { span { (count(u64::try_from(message.attempts).unwrap_or(0), "attempt")) } }
            @if message.visible_in_seconds > 0.0 { span { "next try in " (words::seconds(message.visible_in_seconds)) } }
            p.what { code { (brief(&message.message)) } }
            @if let Some(key) = &message.key { p.what.muted { (key) } }
            @if let Some(error) = &message.error { p.bad { (error) } }
        }
    }
}

/// A body in one line.
pub fn brief(body: &Value) -> String {
    let text = body.to_string();
    if text.chars().count() <= 160 {
        return text;
    }
    text.chars().take(159).chain(['…']).collect()
}
