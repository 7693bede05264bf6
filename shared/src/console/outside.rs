//! What only a function sees: whether the workers, Redis and the providers answer, and which versions run.

use std::time::Duration;

use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use crate::console::functions::CHECK_PIPELINE;
use crate::console::now::word;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, steps, words};
use crate::pipeline::status::{Code, Health, Provider, Reason, Redis, Status};

/// A check waits three seconds for a provider that hangs.
const WITHIN: Duration = Duration::from_secs(10);
const SOURCE: &str = "/console/outside";

/// What `checkPipeline` found that the database does not know.
pub struct Seen {
    pub health: Health,
    reasons: Vec<Reason>,
    checked: Option<Status>,
    at: u64,
}

pub async fn check(desk: &Desk<'_>) -> Result<Status, String> {
    let (status, body) = desk.functions.call(CHECK_PIPELINE, &json!({}), WITHIN).await?;
    serde_json::from_value(body).map_err(|_| format!("checkPipeline answers with status {status} and not as it should"))
}

/// What `checked` says beyond `status`, which was asked for after it: so nothing that the database tells stands there twice.
pub fn seen(desk: &Desk<'_>, checked: Result<Status, String>, status: &Status) -> Seen {
    let at = desk.now();
    match checked {
        Ok(checked) => {
            let is_known = |reason: &&Reason| status.reasons.iter().any(|known| known.is_like(reason));
            let reasons = checked.reasons.iter().filter(|reason| !is_known(reason));
            Seen {
                health: checked.health,
                reasons: reasons.cloned().collect(),
                at,
                checked: Some(checked),
            }
        }
        Err(problem) => Seen {
            health: Health::Unhealthy,
            reasons: vec![Reason {
                code: Code::FunctionsUnavailable,
                problem,
                advice: Some(
                    "See the functions' log and what was released last; messages wait, none is lost.".to_owned(),
                ),
                ..Reason::default()
            }],
            checked: None,
            at,
        },
    }
}

/// The two parts of the first page that are made of it.
pub async fn region(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let checked = check(desk).await;
    let status: Status = desk.call("get_pipeline_status", &json!({})).await?;
    let seen = seen(desk, checked, &status);
    let page = html! { (reasons(Some(&seen), desk.may_act())) (functions(Some(&seen))) };
    Ok(Answer::page(StatusCode::OK, page))
}

pub fn reasons(seen: Option<&Seen>, may_act: bool) -> Markup {
    html! {
        div #outside-reasons data-source=(SOURCE) data-every="30" data-came[seen.is_some()]
            data-level=[seen.map(|seen| word(seen.health))] {
            @if let Some(seen) = seen.filter(|seen| !seen.reasons.is_empty()) { (steps::list(&seen.reasons, may_act, "outside")) }
        }
    }
}

pub fn functions(seen: Option<&Seen>) -> Markup {
    html! {
        section #outside data-source=(SOURCE) data-every="30" data-came[seen.is_some()] {
            h2 { "Who answers" }
            @match seen {
                None => p.muted { "They are asked when the page is there. " a href="/console?check=1" { "Ask now" } },
                Some(seen) => {
                    @match &seen.checked {
                        Some(checked) => (answers(checked)),
                        None => p { "Not known: the functions do not answer." },
                    }
                    p.muted { "Asked at " (words::clock(&moment(seen.at))) " UTC. " a href="/console?check=1" { "Ask again" } }
                }
            }
        }
    }
}

fn answers(checked: &Status) -> Markup {
    html! {
        dl.answers {
            (entry("functions", true, &html! { "version " (checked.version.as_deref().unwrap_or("not known")) }))
            @for (name, worker) in &checked.workers {
                @if !worker.answering {
                    (entry(name, false, &html! { (worker.problem.as_deref().unwrap_or("does not answer")) }))
                } @else if worker.version != checked.version {
                    (entry(name, false, &html! { "is version " (worker.version.as_deref().unwrap_or("not known")) }))
                }
            }
            @if let Some(redis) = &checked.redis { (redis_entry(redis)) }
            @for (name, provider) in &checked.providers { (provider_entry(name, provider)) }
        }
    }
}

fn entry(name: &str, is_well: bool, words: &Markup) -> Markup {
    html! {
        div { dt { (name) } dd { span class={ "lamp small " (if is_well { "healthy" } else { "unhealthy" }) } aria-hidden="true" {} (words) } }
    }
}

fn redis_entry(redis: &Redis) -> Markup {
    if !redis.configured {
        return off("redis");
    }
    let answers = redis.answering != Some(false);
    let problem = redis.problem.as_deref().unwrap_or("does not answer");
    entry(
        "redis",
        answers,
        &html! { @if answers { "answers" (took(redis.ms)) } @else { (problem) } },
    )
}

fn off(name: &str) -> Markup {
    html! { div { dt { (name) } dd { span.lamp.small.off aria-hidden="true" {} "off: not configured" } } }
}

fn provider_entry(name: &str, provider: &Provider) -> Markup {
    match provider.state.as_deref() {
        Some("answering") => entry(name, true, &html! { "answers" (took(provider.ms)) }),
        Some("busy") => entry(name, true, &html! { "busy: all its slots are taken by runs" }),
        Some("paused") => entry(name, true, &html! { "paused, as it asked" }),
        Some("down") => entry(name, false, &html! { "down: it gets probes only" }),
        Some("off") | None => off(name),
        Some(state) => {
            let problem = provider.problem.as_deref().unwrap_or("no reason is given");
            entry(name, false, &html! { (state) ": " (problem) })
        }
    }
}

fn took(ms: Option<u64>) -> Markup {
    html! { @if let Some(ms) = ms { " in " (ms) " ms" } }
}

/// Seconds since 1970 as the API writes a moment.
fn moment(seconds: u64) -> String {
    let (days, seconds) = (seconds / 86400, seconds % 86400);
    // The Gregorian calendar in eras of 400 years that begin in March.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month_of_year) = (
        day - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    let year = era * 400 + year + u64::from(month_of_year <= 2);
    format!(
        "{year:04}-{month_of_year:02}-{day:02}T{:02}:{:02}:{:02}+00:00",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_they_are_read() {
        for seconds in [0, 951_827_415, 1_795_930_980, 4_107_542_400, 1_709_164_799] {
            assert_eq!(
                words::unix(&moment(seconds)),
                i64::try_from(seconds).ok(),
                "{}",
                moment(seconds)
            );
        }
    }
}
