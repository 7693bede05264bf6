//! What workers met and could not mend by themselves.

use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::form::Form;
use crate::console::frame::{Page, more, notice, press};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};

const SHOWN: usize = 50;

#[derive(Debug, Deserialize)]
struct Issue {
    id: Uuid,
    worker_name: String,
    issue_type: String,
    message: String,
    details: Option<Value>,
    resolved: Option<bool>,
    created_at: String,
    updated_at: String,
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let resolved = desk.address.value("show")? == Some("resolved");
    let filter = if resolved {
        "resolved=is.true"
    } else {
        "resolved=not.is.true"
    };
    let mut query = format!("select=*&{filter}&order=updated_at.desc,id.desc&limit={SHOWN}");
    if let Some(before) = desk.address.value("before")? {
        let moment: String = form_urlencoded::byte_serialize(before.as_bytes()).collect();
        query.push_str("&updated_at=lt.");
        query.push_str(&moment);
    }
    let issues: Vec<Issue> = desk.rpc.rows("worker_issues", &query).await?;
    let next = issues.last().filter(|_| issues.len() == SHOWN).map(|last| {
        let before: String = form_urlencoded::byte_serialize(last.updated_at.as_bytes()).collect();
        format!(
            "/console/issues?{}before={before}",
            if resolved { "show=resolved&" } else { "" }
        )
    });
    let now = desk.now();
    let said = match desk.address.value("did")? {
        Some("resolved") => Some("Resolved. It opens again if a worker meets it again."),
        Some("already") => Some("It was resolved already."),
        _ => None,
    };
    let body = html! {
        h1 { "Issues" }
        @if let Some(said) = said { (notice(said)) }
        nav.filters aria-label="Issues" {
            a href="/console/issues" aria-current=[(!resolved).then_some("true")] { "open" }
            a href="/console/issues?show=resolved" aria-current=[resolved.then_some("true")] { "resolved" }
        }
        section #issues data-live {
            @if issues.is_empty() { p.empty { @if resolved { "None." } @else { strong { "None is open." } " A worker that meets a problem opens one here, and its next success closes it." } } }
            ul.groups {
                @for issue in &issues {
                    @let details = issue.details.as_ref();
                    li.sheet {
                        p.group-head { strong { (issue.worker_name) } " " span.muted { (issue.issue_type) } }
                        p.error { (issue.message) }
                        p.muted {
                            "first seen " (words::ago(details.and_then(|details| details["first_seen"].as_str()).unwrap_or(&issue.created_at), now))
                            @if let Some(seen) = details.and_then(|details| details["count"].as_u64()) { ", " (seen) " times" }
                            @if issue.resolved == Some(true) {
                                ", resolved " (words::ago(&issue.updated_at, now))
                                @if let Some(by) = details.and_then(|details| details["resolved_by"].as_str()) { " by " (by) }
                            } @else { ", last " (words::ago(&issue.updated_at, now)) }
                        }
                        @if desk.may_act() && issue.resolved != Some(true) {
                            div.actions { (press(&format!("/console/issues/{}/resolve", issue.id), "Resolve", &[], "quiet")) }
                        }
                    }
                }
            }
            (more(next, "Earlier ones"))
        }
    };
    Ok(desk.answer(&Page {
        title: "Issues",
        place: "/console/issues",
        body,
    }))
}

/// One issue, or several with commas between them.
pub async fn resolve(desk: &Desk<'_>, ids: &str, form: &Form) -> Result<Answer, Refusal> {
    let ids: Result<Vec<Uuid>, _> = ids.split(',').map(Uuid::try_parse).collect();
    let mut is_changed = false;
    for id in ids.map_err(|_| Refusal::NotFound)?.iter().take(SHOWN) {
        let result = desk.operate("resolve_issue", json!({"issue_id": id})).await?;
        is_changed |= result["changed"] == true;
    }
    Ok(Answer::see(match (form.is_set("from"), is_changed) {
        // Whoever pressed on the first page stays there.
        (true, true) => "/console?did=changed",
        (true, false) => "/console?did=already",
        (false, true) => "/console/issues?did=resolved",
        (false, false) => "/console/issues?did=already",
    }))
}
