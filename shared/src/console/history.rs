//! Who did what: the notes of `monitoring_events`.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::console::frame::{Page, more};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};

const SHOWN: usize = 50;

#[derive(Debug, Deserialize)]
pub struct Event {
    pub event_type: String,
    #[serde(default)]
    pub details: Value,
    pub created_at: String,
}

/// The latest events of a kind.
pub async fn latest(desk: &Desk<'_>, filter: &str, limit: usize) -> Result<Vec<Event>, Refusal> {
    let query = format!("select=event_type,details,created_at&{filter}&order=created_at.desc&limit={limit}");
    Ok(desk.rpc.rows("monitoring_events", &query).await?)
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let everything = desk.address.value("show")? == Some("all");
    let mut filter = if everything {
        "id=not.is.null".to_owned()
    } else {
        "event_type=in.(operator_action,operator_signed_in,operator_refused)".to_owned()
    };
    if let Some(before) = desk.address.value("before")? {
        let moment: String = form_urlencoded::byte_serialize(before.as_bytes()).collect();
        filter.push_str("&created_at=lt.");
        filter.push_str(&moment);
    }
    let events = latest(desk, &filter, SHOWN).await?;
    let next = events.last().filter(|_| events.len() == SHOWN).map(|last| {
        let before: String = form_urlencoded::byte_serialize(last.created_at.as_bytes()).collect();
        format!(
            "/console/history?{}before={before}",
            if everything { "show=all&" } else { "" }
        )
    });
    let body = html! {
        h1 { "History" }
        nav.filters aria-label="Events" {
            a href="/console/history" aria-current=[(!everything).then_some("true")] { "by operators" }
            a href="/console/history?show=all" aria-current=[everything.then_some("true")] { "also by jobs" }
        }
        section #events data-live {
            @if events.is_empty() { p.empty { "None in the last thirty days." } }
            ul.rows { @for event in &events { (row(desk, event)) } }
            (more(next, "Earlier ones"))
        }
    };
    Ok(desk.answer(&Page {
        title: "History",
        place: "/console/history",
        body,
    }))
}

fn row(desk: &Desk<'_>, event: &Event) -> Markup {
    let details = &event.details;
    let operator = &details["operator"];
    let what = match event.event_type.as_str() {
        "operator_action" => details["action"].as_str().unwrap_or("operator_action"),
        "operator_signed_in" => "signed in",
        "operator_refused" => "was refused at the sign-in",
        other => other,
    };
    let shown = match event.event_type.as_str() {
        "operator_action" => Some((&details["arguments"], Some(&details["result"]))),
        "operator_signed_in" | "operator_refused" => None,
        _ => Some((details, None)),
    };
    html! {
        li.message {
            span.row-title { (words::queue(what)) }
            span { (words::ago(&event.created_at, desk.now())) }
            @if let Some(address) = operator["address"].as_str() {
                span.muted { (operator["kind"].as_str().unwrap_or("somebody")) " from " (address) }
            }
            @if let Some((arguments, result)) = shown {
                p.what { code { (crate::console::work::brief(arguments)) } @if let Some(result) = result { " → " code { (crate::console::work::brief(result)) } } }
            }
        }
    }
}
