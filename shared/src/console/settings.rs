//! The settings: what each means, what it is by default, and who changed it last.

use std::collections::BTreeMap;

use futures::future::join;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::form::Form;
use crate::console::frame::{Page, notice};
use crate::console::history::{Event, latest};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};

#[derive(Debug, Deserialize)]
struct Listed {
    settings: Vec<Setting>,
    queues: Vec<Queue>,
}

#[derive(Debug, Deserialize)]
struct Setting {
    name: String,
    value: Value,
    default: Option<Value>,
    description: String,
}

#[derive(Debug, Deserialize)]
struct Queue {
    queue_name: String,
    description: Option<String>,
    max_attempts: u64,
    max_concurrency: u64,
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let nothing = json!({});
    let (listed, events) = join(
        desk.call::<Listed>("list_settings", &nothing),
        latest(desk, "event_type=eq.operator_action", 200),
    )
    .await;
    let (listed, events) = (listed?, events?);
    let mut changes: BTreeMap<String, &Event> = BTreeMap::new();
    for event in &events {
        let arguments = &event.details["arguments"];
        let name = match event.details["action"].as_str() {
            Some("change_setting") => arguments["name"].as_str(),
            Some("change_queue") => arguments["queue_name"].as_str(),
            _ => None,
        };
        if let Some(name) = name {
            changes.entry(name.to_owned()).or_insert(event);
        }
    }
    let said = match desk.address.value("did")? {
        Some("changed") => Some("Changed; the next batch goes by it."),
        Some("already") => Some("It was so already; nothing was changed."),
        _ => None,
    };
    let body = html! {
        h1 { "Settings" }
        @if let Some(said) = said { (notice(said)) }
        p.lead { "Read by every dequeue: a change holds from the next batch on." }
        section {
            h2 { "Queues" }
            ul.settings { @for queue in &listed.queues { (queue_entry(desk, queue, changes.get(&queue.queue_name).copied())) } }
        }
        section {
            h2 { "Behaviour" }
            ul.settings { @for setting in &listed.settings { (entry(desk, setting, changes.get(&setting.name).copied())) } }
        }
    };
    Ok(desk.answer(&Page {
        title: "Settings",
        place: "/console/settings",
        body,
    }))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn entry(desk: &Desk<'_>, setting: &Setting, change: Option<&Event>) -> Markup {
    let changed = setting
        .default
        .as_ref()
        .is_some_and(|default| *default != setting.value);
    let about = format!("about-{}", setting.name);
    html! {
        li.changed[changed] #(setting.name) {
            form method="post" action={ "/console/settings/" (setting.name) } {
                label for={ "value-" (setting.name) } { code { (setting.name) } }
                p id=(about) { (setting.description) " " span.muted {
                    "Default " (setting.default.as_ref().map(plain).unwrap_or_default()) "."
                    @if let Some(event) = change { " " (who(desk, event)) }
                } }
                div.line {
                    @if setting.value.is_boolean() {
                        select id={ "value-" (setting.name) } name="value" aria-describedby=(about) disabled[!desk.may_act()] {
                            @for value in ["true", "false"] { option value=(value) selected[plain(&setting.value) == value] { (value) } }
                        }
                    } @else {
                        input id={ "value-" (setting.name) } name="value" value=(plain(&setting.value)) required inputmode="decimal" autocomplete="off"
                            aria-describedby=(about) disabled[!desk.may_act()];
                    }
                    @if desk.may_act() { button.quiet type="submit" { "Save" } }
                }
            }
        }
    }
}

fn queue_entry(desk: &Desk<'_>, queue: &Queue, change: Option<&Event>) -> Markup {
    let name = &queue.queue_name;
    html! {
        li {
            form method="post" action={ "/console/queues/" (name) } {
                p.name { strong { (words::queue(name)) } }
                p { (queue.description.as_deref().unwrap_or_default()) @if let Some(event) = change { " " span.muted { (who(desk, event)) } } }
                div.line {
                    @for (field, label, value) in [("max_attempts", "attempts", queue.max_attempts), ("max_concurrency", "runs at a time", queue.max_concurrency)] {
                        label.inline { (label) input type="number" name=(field) value=(value) min="1" max="1000" required disabled[!desk.may_act()]; }
                    }
                    @if desk.may_act() { button.quiet type="submit" { "Save" } }
                }
            }
        }
    }
}

fn who(desk: &Desk<'_>, event: &Event) -> Markup {
    html! { "Changed " (words::ago(&event.created_at, desk.now())) " from " (event.details["operator"]["address"].as_str().unwrap_or("somewhere")) "." }
}

pub async fn change(desk: &Desk<'_>, name: &str, form: &Form) -> Result<Answer, Refusal> {
    let given = form.needed("value")?;
    // Numbers and switches are written as JSON has them; anything else is text, which no setting takes unasked.
    let value = serde_json::from_str::<Value>(given).unwrap_or_else(|_| json!(given));
    let result = desk
        .operate("change_setting", json!({"name": name, "value": value}))
        .await?;
    Ok(Answer::see(did(&result)))
}

pub async fn change_queue(desk: &Desk<'_>, queue: &str, form: &Form) -> Result<Answer, Refusal> {
    let number = |name: &str| {
        form.number(name, 1, 1000)?
            .ok_or_else(|| Refusal::bad(name, "is missing"))
    };
    let arguments = json!({
        "queue_name": queue, "max_attempts": number("max_attempts")?, "max_concurrency": number("max_concurrency")?,
    });
    let result = desk.operate("change_queue", arguments).await?;
    Ok(Answer::see(did(&result)))
}

fn did(result: &Value) -> &'static str {
    if result["changed"] == true {
        "/console/settings?did=changed"
    } else {
        "/console/settings?did=already"
    }
}
