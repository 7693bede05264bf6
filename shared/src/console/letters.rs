//! Dead letters by their error, and what is done with a whole group, as it was shown.

use std::borrow::Cow;

use futures::future::join;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::form::Form;
use crate::console::frame::{Page, copy, data, more, notice, press};
use crate::console::message::{FailedAttempt, attempts};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::work::{brief, selected, tick};
use crate::console::{Desk, words};
use crate::pages::address::link;
use crate::pages::words::{count, number};

#[derive(Debug, Deserialize)]
struct Groups {
    as_of: String,
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
struct Group {
    queue_name: String,
    error_kind: String,
    letters: u64,
    first_at: String,
    last_at: String,
    example: String,
}

#[derive(Debug, Deserialize)]
struct Letters {
    items: Vec<Letter>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Letter {
    message_id: String,
    error: String,
    attempts: i64,
    enqueued_at: String,
    died_at: String,
    replayed_at: Option<String>,
    replayed_as: Option<String>,
    correlation_id: Option<String>,
    #[serde(default)]
    failed_attempts: Vec<FailedAttempt>,
    message: Value,
}

async fn groups(desk: &Desk<'_>, queue: Option<&str>) -> Result<Groups, Refusal> {
    let mut arguments = json!({});
    if let Some(queue) = queue {
        arguments["queue_name"] = json!(queue);
    }
    desk.call("list_dead_letter_groups", &arguments).await
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let queue = desk.address.value("queue")?;
    let by_latest = match desk.address.value("order")? {
        None | Some("most") => false,
        Some("latest") => true,
        Some(_) => return Err(Refusal::bad("order", "is none of most, latest")),
    };
    let mut shown = groups(desk, None).await?;
    if by_latest {
        shown.groups.sort_by(|one, other| other.last_at.cmp(&one.last_at));
    }
    let mut queues: Vec<(&str, u64)> = Vec::new();
    for group in &shown.groups {
        match queues.iter_mut().find(|(name, _)| *name == group.queue_name) {
            Some((_, letters)) => *letters += group.letters,
            None => queues.push((&group.queue_name, group.letters)),
        }
    }
    let body = html! {
        h1 { "Dead letters" }
        (said(desk))
        p.lead { "What was given up, by its error. Nothing of it is lost: mend the cause, then replay it." }
        @if queues.len() > 1 {
            nav.filters aria-label="Queues" {
                a href="/console/dead-letters" aria-current=[queue.is_none().then_some("true")] { "all" }
                @for (name, letters) in &queues {
                    a href={ "/console/dead-letters?queue=" (name) } aria-current=[(queue == Some(*name)).then_some("true")] {
                        (words::queue(name)) " " span.count { (number(*letters)) }
                    }
                }
            }
        }
        @if shown.groups.len() > 1 {
            nav.filters aria-label="Order" {
                @for (order, label, is_it) in [(None, "most first", !by_latest), (Some("latest"), "latest first", by_latest)] {
                    @let values = [("queue", queue.map(Cow::Borrowed)), ("order", order.map(Cow::Borrowed))];
                    a href=(link("/console/dead-letters", &values)) aria-current=[is_it.then_some("true")] { (label) }
                }
            }
        }
        section #letters data-live {
            @let groups: Vec<&Group> = shown.groups.iter().filter(|group| queue.is_none_or(|queue| group.queue_name == queue)).collect();
            @if groups.is_empty() { p.empty { strong { "None." } " Every message was done, or waits for its next try." } }
            ul.groups { @for group in groups { li.sheet { (summary(desk, group, &shown.as_of)) } } }
        }
    };
    Ok(desk.answer(&Page {
        title: "Dead letters",
        place: "/console/dead-letters",
        body,
    }))
}

fn group_link(group: &Group) -> String {
    let queue = &group.queue_name;
    link(
        &format!("/console/dead-letters/{queue}"),
        &[("error", Some(Cow::Borrowed(&group.error_kind)))],
    )
}

fn summary(desk: &Desk<'_>, group: &Group, as_of: &str) -> Markup {
    let now = desk.now();
    html! {
        p.group-head {
            strong.amount { (number(group.letters)) }
            " " span { (words::queue(&group.queue_name)) }
        }
        p.error { a href=(group_link(group)) { (group.error_kind) } }
        p.muted {
            "first " (words::ago(&group.first_at, now)) ", last " (words::ago(&group.last_at, now))
            @if group.example != group.error_kind { ". For example: " (group.example) }
        }
        @if desk.may_act() { (presses(group, as_of)) }
    }
}

/// The group as it was shown: what comes later is not meant.
fn presses(group: &Group, as_of: &str) -> Markup {
    let amount = number(group.letters);
    let letters = group.letters.to_string();
    let fields = [
        ("queue", group.queue_name.as_str()),
        ("error", group.error_kind.as_str()),
        ("before", as_of),
        ("shown", letters.as_str()),
    ];
    let discard = link(
        "/console/dead-letters/discard",
        &fields.map(|(name, value)| (name, Some(Cow::Borrowed(value)))),
    );
    html! {
        div.actions {
            (press("/console/dead-letters/replay", &format!("Replay {amount}"), &fields, ""))
            a.button.quiet href=(discard) { "Discard " (amount) "…" }
        }
    }
}

pub async fn group(desk: &Desk<'_>, queue: &str) -> Result<Answer, Refusal> {
    let error = desk.address.value("error")?;
    let mut arguments = json!({"queue_name": queue, "limit_count": 50});
    if let Some(error) = error {
        arguments["error_kind"] = json!(error);
    }
    if let Some(after) = desk.address.number("after", 0, i64::MAX)? {
        arguments["after"] = json!(after);
    }
    let (letters, shown) = join(
        desk.call::<Letters>("find_dead_letters", &arguments),
        groups(desk, Some(queue)),
    )
    .await;
    let (letters, shown) = (letters?, shown?);
    let group = shown
        .groups
        .iter()
        .find(|group| Some(group.error_kind.as_str()) == error);
    let next = letters.next.as_deref().map(|after| {
        let values = [
            ("error", error.map(Cow::Borrowed)),
            ("after", Some(Cow::Borrowed(after))),
        ];
        link(&format!("/console/dead-letters/{queue}"), &values)
    });
    let now = desk.now();
    let rows = html! {
        ul.rows {
            @for letter in &letters.items {
                li.message {
                    @if desk.may_act() { (tick(&letter.message_id)) }
                    a.row-title href={ "/console/dead-letters/" (queue) "/" (letter.message_id) } { "#" (letter.message_id) }
                    span { "given up " (words::ago(&letter.died_at, now)) }
                    span { (words::attempts(letter.attempts)) }
                    p.what { code { (brief(&letter.message)) } }
                    p.bad { (letter.error) }
                }
            }
        }
    };
    let body = html! {
        p.crumbs { a href="/console/dead-letters" { "Dead letters" } }
        h1 { (words::queue(queue)) }
        @if let Some(group) = group { div.sheet { (summary(desk, group, &shown.as_of)) } }
        @else if let Some(error) = error { p.error { (error) } }
        @if letters.items.is_empty() { p.empty { "None is left." } }
        @if desk.may_act() && !letters.items.is_empty() {
            form.selection method="post" action="/console/dead-letters/replay" {
                input type="hidden" name="queue" value=(queue);
                (rows)
                (selected(&[("", "Replay #"), ("/console/dead-letters/discard", "Discard #…")]))
            }
        } @else { (rows) }
        (more(next, "Earlier ones"))
    };
    Ok(desk.answer(&Page {
        title: "Dead letters",
        place: "/console/dead-letters",
        body,
    }))
}

pub async fn letter(desk: &Desk<'_>, queue: &str, id: &str) -> Result<Answer, Refusal> {
    let message_id: i64 = id.parse().map_err(|_| Refusal::NotFound)?;
    let arguments = json!({"queue_name": queue, "message_id": message_id});
    let found: Letters = desk.call("find_dead_letters", &arguments).await?;
    let letter = found.items.into_iter().next().ok_or(Refusal::NotFound)?;
    let now = desk.now();
    let fields = [("queue", queue), ("id", id)];
    let discard = link(
        "/console/dead-letters/discard",
        &fields.map(|(name, value)| (name, Some(Cow::Borrowed(value)))),
    );
    let body = html! {
        p.crumbs { a href={ "/console/dead-letters?queue=" (queue) } { "Dead letters of " (words::queue(queue)) } }
        h1 { "Message " (copy(id)) }
        p.error { (letter.error) }
        dl.answers {
            div { dt { "enqueued" } dd { (words::ago(&letter.enqueued_at, now)) } }
            div { dt { "given up" } dd { (words::ago(&letter.died_at, now)) } }
            div { dt { "attempts" } dd { (letter.attempts) } }
            @if let Some(id) = &letter.correlation_id { div { dt { "discovery" } dd { a href={ "/console/discoveries/" (id) } { (id) } } } }
            @if let Some(at) = &letter.replayed_at {
                div { dt { "replayed" } dd {
                    (words::ago(at, now))
                    @if let Some(id) = &letter.replayed_as { " as " a href={ "/console/work/" (queue) "/" (id) } { "#" (id) } }
                } }
            }
            @if let Some(key) = letter.message["_idempotencyKey"].as_str() { div { dt { "key" } dd { (copy(key)) } } }
        }
        @if desk.may_act() && letter.replayed_at.is_none() {
            div.actions {
                (press("/console/dead-letters/replay", "Replay it", &fields, ""))
                a.button.quiet href=(discard) { "Discard…" }
            }
        }
        section { (attempts(&letter.failed_attempts, letter.attempts, now)) }
        section { h2 { "Body" } (data(&letter.message)) }
    };
    Ok(desk.answer(&Page {
        title: &format!("Dead letter {id}"),
        place: "/console/dead-letters",
        body,
    }))
}

/// The question before a group, as it was shown, or one letter is discarded.
pub fn ask_discard(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let value = |name| Ok::<_, Refusal>(desk.address.value(name)?.unwrap_or_default());
    let (queue, error, before, id) = (value("queue")?, value("error")?, value("before")?, value("id")?);
    let shown = desk.address.number("shown", 0, i64::MAX)?.map_or(1, i64::unsigned_abs);
    let number_shown = shown.to_string();
    let fields = [
        ("queue", queue),
        ("error", error),
        ("before", before),
        ("id", id),
        ("shown", number_shown.as_str()),
    ];
    let which = html! {
        @if !error.is_empty() { p.error { (error) } }
        @if !id.is_empty() { p { "Message #" (id) " of " (words::queue(queue)) "." } }
        @if !before.is_empty() { p.muted { "Meant are those given up until " (words::clock(before)) " UTC, none that came since." } }
    };
    Ok(question(desk, shown, &which, &fields))
}

fn question(desk: &Desk<'_>, letters: u64, which: &Markup, fields: &[(&str, &str)]) -> Answer {
    let what = count(letters, "dead letter");
    let body = html! {
        h1 { "Discard " (what) "?" }
        (which)
        p { "They are deleted for good, with their bodies: they can't be replayed any more. What they were about stays as it is in the catalogue, until it is asked for again." }
        @if desk.may_act() {
            form method="post" action="/console/dead-letters/discard" {
                input type="hidden" name="sure" value="1";
                @for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
                    input type="hidden" name=(name) value=(value);
                }
                div.actions {
                    button.danger type="submit" { "Discard " (what) }
                    a.button.quiet href="/console/dead-letters" { "Keep them" }
                }
            }
        } @else { p { "This session is for looking only." } }
    };
    desk.answer(&Page {
        title: "Discard?",
        place: "/console/dead-letters",
        body,
    })
}

/// Replays at once, and discards after a question: letters that are ticked, or a group as it was shown.
pub async fn act(desk: &Desk<'_>, action: &str, form: &Form) -> Result<Answer, Refusal> {
    let queue = form.needed("queue")?;
    let ids = form.ids()?;
    let mut arguments = json!({"queue_name": queue});
    if ids.is_empty() {
        // A group is what was shown; without these it would be whatever is there.
        arguments["error_kind"] = json!(form.needed("error")?);
        arguments["before"] = json!(form.needed("before")?);
    } else {
        arguments["message_ids"] = json!(ids);
    }
    if action == "discard" && !form.is_set("sure") {
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        if ids.is_empty() {
            return Err(Refusal::bad("sure", "is missing: ask first"));
        }
        let mut fields = vec![("queue", queue)];
        fields.extend(ids.iter().map(|id| ("id", id.as_str())));
        let which = html! { p.muted { "#" (ids.join(", #")) " of " (words::queue(queue)) } };
        return Ok(question(desk, ids.len() as u64, &which, &fields));
    }
    let shown = match form.number("shown", 0, i64::MAX.unsigned_abs())? {
        Some(shown) if ids.is_empty() => shown,
        _ => ids.len() as u64,
    };
    let result = desk.operate(&format!("{action}_dead_letters"), arguments).await?;
    let figure = |name: &str| result[name].as_u64().unwrap_or(0);
    Ok(Answer::see(format!(
        "/console/dead-letters?did={action}&n={}&left={}&shown={shown}",
        figure("done"),
        figure("left")
    )))
}

/// How many it was, of how many that were shown.
fn said(desk: &Desk<'_>) -> Markup {
    let verb = match desk.address.value("did").ok().flatten() {
        Some("replay") => "Replayed",
        Some("discard") => "Discarded",
        _ => return html! {},
    };
    let figure = |name| {
        desk.address
            .number(name, 0, i64::MAX)
            .ok()
            .flatten()
            .unwrap_or(0)
            .unsigned_abs()
    };
    let (done, left, shown) = (figure("n"), figure("left"), figure("shown"));
    let left_over = if left > 0 {
        format!("; {} of them are left, so press again", number(left))
    } else if done < shown {
        "; the others were gone already".to_owned()
    } else {
        String::new()
    };
    let words = format!(
        "{verb} {} of {} that were shown{left_over}.",
        number(done),
        number(shown)
    );
    notice(&words)
}
