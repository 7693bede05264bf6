//! The messages of a queue, by what is asked of them in the address.

use std::borrow::Cow;

use futures::future::join;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::form::Form;
use crate::console::frame::{Page, more};
use crate::console::message::{act_on, lost};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};
use crate::pages::address::link;
use crate::pages::words::{count, number};
use crate::pipeline::queue::Queue;

const PHASES: [&str; 4] = ["waiting", "in_progress", "retrying", "stuck"];
/// Ages that one asks for, in minutes.
pub const AGES: [(i64, &str); 5] = [(0, "any"), (10, "10 min"), (60, "1 h"), (1440, "1 d"), (10_080, "7 d")];

/// A queue's line of `diagnose_queue_tables`, which counts nothing where the table is lost.
#[derive(Debug, Deserialize)]
struct Depth {
    queue: String,
    total_messages: Option<u64>,
    stuck_messages: Option<u64>,
}

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
    newest_first: bool,
}

impl<'a> Asked<'a> {
    fn read(desk: &Desk<'a>, queue: &str) -> Result<Self, Refusal> {
        let phase = desk.address.value("phase")?;
        if phase.is_some_and(|phase| !PHASES.contains(&phase)) {
            return Err(Refusal::bad(
                "phase",
                "is none of waiting, in_progress, retrying, stuck",
            ));
        }
        Ok(Self {
            queue: queue.to_owned(),
            phase,
            age: desk.address.number("age", 0, 5_256_000)?.unwrap_or(0),
            search: desk.address.value("q")?,
            newest_first: match desk.address.value("order")? {
                None | Some("oldest") => false,
                Some("newest") => true,
                Some(_) => return Err(Refusal::bad("order", "is none of oldest, newest")),
            },
        })
    }

    fn link(&self, phase: Option<&str>, after: Option<&str>) -> String {
        let some = |text: &str| Some(Cow::Owned(text.to_owned()));
        link(
            "/console/work",
            &[
                ("queue", some(&self.queue)),
                ("phase", phase.and_then(some)),
                ("age", (self.age > 0).then(|| Cow::Owned(self.age.to_string()))),
                ("q", self.search.and_then(some)),
                ("order", self.newest_first.then_some(Cow::Borrowed("newest"))),
                ("after", after.and_then(some)),
            ],
        )
    }
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let nothing = json!({});
    // What the status says beyond this takes four times as long.
    let depths = desk.call::<Vec<Depth>>("diagnose_queue_tables", &nothing);
    let (depths, asked, messages) = if let Some(queue) = desk.address.value("queue")? {
        let asked = Asked::read(desk, queue)?;
        let (depths, messages) = join(depths, list(desk, &asked)).await;
        (depths?, asked, messages?)
    } else {
        let depths = depths.await?;
        let asked = Asked::read(desk, busiest(&depths).name())?;
        let messages = list(desk, &asked).await?;
        (depths, asked, messages)
    };
    let body = html! {
        h1 { "Work" }
        (said(desk))
        (filters(&depths, &asked))
        section #messages data-live { (listed(desk, &asked, &messages)) }
    };
    Ok(desk.answer(&Page {
        title: "Work",
        place: "/console/work",
        body,
    }))
}

/// How many messages a queue has, and how many of them are stuck.
fn depth(depths: &[Depth], queue: Queue) -> (u64, u64) {
    let found = depths.iter().find(|depth| depth.queue == queue.name());
    found.map_or((0, 0), |depth| {
        (depth.total_messages.unwrap_or(0), depth.stuck_messages.unwrap_or(0))
    })
}

/// The queue with most to look at; the first where all have as much.
fn busiest(depths: &[Depth]) -> Queue {
    let most = |queue: &Queue| {
        let (total, stuck) = depth(depths, *queue);
        (stuck, total)
    };
    let queues = Queue::ALL.into_iter().rev();
    queues.max_by_key(most).unwrap_or(Queue::ArtistDiscovery)
}

async fn list(desk: &Desk<'_>, asked: &Asked<'_>) -> Result<Messages, Refusal> {
    let mut arguments = json!({
        "queue_name": asked.queue, "min_age_minutes": asked.age, "limit_count": 50, "newest_first": asked.newest_first,
    });
    for (name, value) in [("phase", asked.phase), ("search", asked.search)] {
        if let Some(value) = value {
            arguments[name] = json!(value);
        }
    }
    if let Some(after) = desk.address.number("after", 0, i64::MAX - 1)? {
        arguments["after"] = json!(after);
    }
    desk.call("list_queue_messages", &arguments).await
}

fn filters(depths: &[Depth], asked: &Asked<'_>) -> Markup {
    html! {
        nav.filters aria-label="Queues" {
            @for queue in Queue::ALL {
                a href={ "/console/work?queue=" (queue.name()) } aria-current=[(queue.name() == asked.queue).then_some("true")] {
                    (words::queue(queue.name())) " " span.count { (number(depth(depths, queue).0)) }
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
            label { "holds " input type="search" name="q" value=(asked.search.unwrap_or_default()) placeholder="a key, an id, a name, an error" maxlength="512"; }
            label { "first "
                select name="order" {
                    @for (value, label, is_it) in [("oldest", "the oldest", !asked.newest_first), ("newest", "the newest", asked.newest_first)] {
                        option value=(value) selected[is_it] { (label) }
                    }
                }
            }
            button.quiet type="submit" { "Filter" }
        }
    }
}

fn listed(desk: &Desk<'_>, asked: &Asked<'_>, messages: &Messages) -> Markup {
    let queue = &asked.queue;
    html! {
        @if messages.items.is_empty() {
            p.empty {
                @if messages.complete { "No message of " (words::queue(queue)) " is like that." }
                @else { "None among the twenty thousand that were read; there are more." }
            }
        } @else if desk.may_act() {
            form.selection method="post" action={ "/console/work/" (queue) "/release" } {
                ul.rows { @for message in &messages.items { (row(queue, message, true)) } }
                (selected(&[("", "Release #"), (&format!("/console/work/{queue}/delete"), "Delete #…")]))
            }
        } @else {
            ul.rows { @for message in &messages.items { (row(queue, message, false)) } }
        }
        @if !messages.complete && !messages.items.is_empty() {
            p.muted { "Twenty thousand messages were read for this; there are more." }
        }
        (more(messages.next.as_deref().map(|after| asked.link(asked.phase, Some(after))), "Further ones"))
    }
}

/// What is done with the lines that are ticked. The script writes how many they are in the place of `#`.
pub fn selected(actions: &[(&str, &str)]) -> Markup {
    html! {
        div.actions {
            label.check hidden { input.all type="checkbox"; " all of these" }
            @for (action, label) in actions {
                button.quiet type="submit" formaction=[(!action.is_empty()).then_some(action)] data-label=(label) { (label.replace('#', "selected")) }
            }
        }
    }
}

/// The box that ticks a line.
pub fn tick(id: &str) -> Markup {
    html! { input.tick type="checkbox" name="id" value=(id) aria-label={ "Message " (id) }; }
}

/// Messages that are ticked: released at once, deleted after a question.
pub async fn act(desk: &Desk<'_>, queue: &str, action: &str, form: &Form) -> Result<Answer, Refusal> {
    let ids = form.ids()?;
    if ids.is_empty() {
        return Err(Refusal::bad("id", "is missing: tick messages first"));
    }
    if action == "release" || form.is_set("sure") {
        return act_on(desk, queue, &ids, action).await;
    }
    let body = html! {
        h1 { "Delete " (count(ids.len() as u64, "message")) "?" }
        p { "What is lost, of each: " (lost(queue)) " Its discovery counts it as done. It is no dead letter and can't be put back." }
        p.muted { @for (at, id) in ids.iter().enumerate() { @if at > 0 { ", " } "#" (id) } }
        form method="post" action={ "/console/work/" (queue) "/delete" } {
            input type="hidden" name="sure" value="1";
            @for id in &ids { input type="hidden" name="id" value=(id); }
            div.actions {
                button.danger type="submit" { "Delete " (count(ids.len() as u64, "message")) }
                a.button.quiet href={ "/console/work?queue=" (queue) } { "Keep them" }
            }
        }
    };
    Ok(desk.answer(&Page {
        title: "Delete?",
        place: "/console/work",
        body,
    }))
}

/// What became of messages that were released or deleted.
fn said(desk: &Desk<'_>) -> Markup {
    let figure = |name| {
        desk.address
            .number(name, 0, 1000)
            .ok()
            .flatten()
            .unwrap_or(0)
            .unsigned_abs()
    };
    let (done, gone) = (figure("n"), figure("gone"));
    let mut words = match desk.address.value("did").ok().flatten() {
        Some("released") if done == 1 => "Released: the message is visible, and its worker is called.".to_owned(),
        Some("released") if done > 1 => format!("Released: {done} messages are visible, and their worker is called."),
        Some("deleted") if done > 0 => format!("Deleted {}.", count(done, "message")),
        Some("released" | "deleted") => "Nothing was changed.".to_owned(),
        _ => return html! {},
    };
    if gone > 0 {
        let of_them = if gone == 1 {
            "One was".to_owned()
        } else {
            format!("{gone} were")
        };
        words = format!("{words} {of_them} gone already: worked on, or deleted by somebody else.");
    }
    crate::console::frame::notice(&words)
}

fn row(queue: &str, message: &Message, may_act: bool) -> Markup {
    html! {
        li.message {
            @if may_act { (tick(&message.message_id)) }
            a.row-title href={ "/console/work/" (queue) "/" (message.message_id) } { "#" (message.message_id) }
            span class={ "tag " (message.phase) } { (words::phase(&message.phase)) }
            span { (words::seconds(message.age_seconds)) " old" }
            @if message.attempts > 0 { span { (words::attempts(message.attempts)) } }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_stuck_comes_before_one_that_is_long() {
        let depth = |queue: Queue, total, stuck| Depth {
            queue: queue.name().to_owned(),
            total_messages: Some(total),
            stuck_messages: Some(stuck),
        };
        let mut depths = vec![depth(Queue::AlbumDiscovery, 7, 0), depth(Queue::TrackDiscovery, 9, 0)];
        assert_eq!(busiest(&[]), Queue::ArtistDiscovery);
        assert_eq!(busiest(&depths), Queue::TrackDiscovery);
        depths.push(depth(Queue::SocialEnrichment, 1, 1));
        assert_eq!(busiest(&depths), Queue::SocialEnrichment);
        // A table that is lost counts nothing, and a queue of somebody else's is none of ours.
        depths[2].stuck_messages = None;
        depths[1].queue = "another".to_owned();
        assert_eq!(busiest(&depths), Queue::AlbumDiscovery);
    }
}
