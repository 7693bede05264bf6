//! What the first page shows of the day that was: how much each stage did, what the providers were asked, how the jobs
//! ran. It takes longer than the rest, so the page asks for it by itself, every five minutes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};
use crate::pages::words::{count, number};
use crate::pipeline::queue::Queue;
use crate::sources::Provider;

const SOURCE: &str = "/console/day";
/// Seconds. A step of the day is half an hour, and the database adds up all commits of the day for it.
const EVERY: u32 = 300;

/// The answer of `get_pipeline_history`.
#[derive(Debug, Deserialize)]
pub struct Day {
    /// What was done and what failed in each queue, step by step.
    #[serde(default)]
    stages: BTreeMap<String, Vec<(u64, u64)>>,
    #[serde(default)]
    providers: BTreeMap<String, Asked>,
    jobs: Vec<Job>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    requests_last_hour: u64,
}

#[derive(Debug, Deserialize)]
struct Job {
    name: String,
    schedule: String,
    scheduled: bool,
    last_at: Option<String>,
    status: Option<String>,
    said: Option<String>,
}

pub async fn read(desk: &Desk<'_>) -> Result<Day, Refusal> {
    desk.call("get_pipeline_history", &json!({"hours": 24})).await
}

/// All parts that are made of it.
pub async fn region(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let day = read(desk).await?;
    let parts = html! {
        @for queue in Queue::ALL { (sparkline(Some(&day), queue.name())) }
        @for provider in Provider::ALL { (asked(Some(&day), provider.name())) }
        (jobs(desk, Some(&day)))
    };
    Ok(Answer::page(StatusCode::OK, parts))
}

/// Bars of what was done, and on top of them what failed.
pub fn sparkline(day: Option<&Day>, queue: &str) -> Markup {
    let points = day.and_then(|day| day.stages.get(queue)).map_or(&[][..], Vec::as_slice);
    let most = points
        .iter()
        .map(|(done, errors)| done + errors)
        .max()
        .unwrap_or(0)
        .max(1);
    let (mut done_bars, mut error_bars) = (String::new(), String::new());
    for (at, (done, errors)) in points.iter().enumerate() {
        // Twenty heights; what is there at all is seen.
        let height = |amount: u64| if amount == 0 { 0 } else { (amount * 20).div_ceil(most) };
        let (low, high) = (height(*done), height(done + errors));
        if *done > 0 {
            let _ = write!(done_bars, "M{at} 20v-{low}h.8v{low}z");
        }
        if *errors > 0 {
            let from = 20 - low;
            let tall = (high - low).max(1);
            let _ = write!(error_bars, "M{at} {from}v-{tall}h.8v{tall}z");
        }
    }
    let sum = |which: fn(&(u64, u64)) -> u64| points.iter().map(which).sum::<u64>();
    let (done, errors) = (sum(|(done, _)| *done), sum(|(_, errors)| *errors));
    html! {
        figure.spark id={ "spark-" (queue) } data-source=(SOURCE) data-every=(EVERY) data-came[day.is_some()] {
            svg viewBox="0 0 48 21" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                path.done d=(done_bars) {}
                path.errors d=(error_bars) {}
            }
            figcaption {
                "24 h: "
                @if day.is_some() {
                    (number(done)) " done"
                    @if errors > 0 { ", " span.bad { (count(errors, "error")) } }
                } @else { "…" }
            }
        }
    }
}

/// How often a provider was asked in the last hour.
pub fn asked(day: Option<&Day>, provider: &str) -> Markup {
    html! {
        span id={ "asked-" (provider) } data-source=(SOURCE) data-every=(EVERY) data-came[day.is_some()] {
            @match day {
                Some(day) => (number(day.providers.get(provider).map_or(0, |asked| asked.requests_last_hour))),
                None => "…",
            }
        }
    }
}

pub fn jobs(desk: &Desk<'_>, day: Option<&Day>) -> Markup {
    html! {
        div #jobs data-source=(SOURCE) data-every=(EVERY) data-came[day.is_some()] {
            @match day {
                Some(day) if day.jobs.is_empty() => p.empty { strong { "There is no pg_cron" } ", so no job runs." },
                Some(day) => (job_list(desk, &day.jobs)),
                None => p.muted { "Their last runs are asked for when the page is there. " a href="/console?check=1" { "Ask now" } },
            }
        }
    }
}

fn job_list(desk: &Desk<'_>, jobs: &[Job]) -> Markup {
    let failed = |job: &Job| job.status.as_deref() == Some("failed");
    let bad = jobs.iter().filter(|job| !job.scheduled || failed(job)).count();
    html! {
        details #job-list open[bad > 0] {
            summary {
                (jobs.len()) " jobs"
                @if bad > 0 { ", " span.bad { (bad) " not as they should be" } }
            }
            div.scroll {
                table {
                    thead { tr { th scope="col" { "job" } th scope="col" { "schedule" } th scope="col" { "last run" } } }
                    tbody {
                        @for job in jobs {
                            tr {
                                th scope="row" { (job.name) }
                                td { @if job.scheduled { code { (job.schedule) } } @else { span.tag.dead { "not scheduled" } } }
                                td {
                                    @match &job.last_at {
                                        Some(at) => { (words::ago(at, desk.now())) ", " (job.status.as_deref().unwrap_or("not ended")) },
                                        None => span.muted { "not yet" },
                                    }
                                    @if failed(job) {
                                        @if let Some(said) = &job.said { br; span.bad { (said) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
