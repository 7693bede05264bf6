//! The first page: whether all is well, what is not and what to do about it, then how the work flows.

use std::collections::BTreeMap;

use futures::future::join;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::console::frame::{Page, notice, press};
use crate::console::outside;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::stages::{self, Points, Stage};
use crate::console::steps::{self, Reason};
use crate::console::{Desk, words};
use crate::pages::words::number;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    Healthy,
    Warning,
    Unhealthy,
}

impl Health {
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Warning => "warning",
            Self::Unhealthy => "unhealthy",
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Status {
    pub timestamp: String,
    pub schema_version: Option<String>,
    pub overall_status: Health,
    pub reasons: Vec<Reason>,
    pub stages: Vec<Stage>,
    pub providers: BTreeMap<String, Provider>,
    pub wake_ups: WakeUps,
}

#[derive(Debug, Deserialize)]
pub struct Provider {
    pub paused_for_ms: u64,
    pub pause_reason: Option<String>,
    #[serde(default)]
    pub refused: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub struct WakeUps {
    pub enabled: bool,
    pub missing_vault_entries: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct History {
    #[serde(default)]
    stages: BTreeMap<String, Points>,
    #[serde(default)]
    providers: BTreeMap<String, Used>,
    jobs: Vec<Job>,
}

#[derive(Debug, Deserialize)]
struct Used {
    requests_last_hour: u64,
    booked_ms: u64,
    per_second: Option<f64>,
    last_pause_reason: Option<String>,
    last_paused_until: Option<String>,
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

/// What became of a button that was pressed on the page.
#[derive(Debug, Clone, Copy)]
pub enum Did {
    Changed,
    Already,
    Called,
    Mended,
    Scheduled,
    Maintained,
}

impl Did {
    const ALL: [Self; 6] = [
        Self::Changed,
        Self::Already,
        Self::Called,
        Self::Mended,
        Self::Scheduled,
        Self::Maintained,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Already => "already",
            Self::Called => "called",
            Self::Mended => "mended",
            Self::Scheduled => "scheduled",
            Self::Maintained => "maintained",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Changed => "Done.",
            Self::Already => "It was so already; nothing was changed.",
            Self::Called => "The workers are called. What they do shows below within seconds.",
            Self::Mended => "Stuck messages are visible again, and those without attempts left are dead letters.",
            Self::Scheduled => "All jobs are scheduled.",
            Self::Maintained => "Maintenance went through once.",
        }
    }

    /// What the address says, in words of ours.
    pub fn said(desk: &Desk<'_>) -> Option<Markup> {
        let name = desk.address.value("did").ok().flatten()?;
        let did = Self::ALL.into_iter().find(|did| did.name() == name)?;
        Some(notice(did.words()))
    }
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let (nothing, day) = (json!({}), json!({"hours": 24}));
    let (status, history) = join(
        desk.call::<Status>("get_pipeline_status", &nothing),
        desk.call::<History>("get_pipeline_history", &day),
    )
    .await;
    let (status, history) = (status?, history?);
    // The functions are asked after the page is there; without a script, when the page loads itself again.
    let asked = desk.address.value("check")?.is_some();
    let seen = if asked {
        Some(outside::look(desk, &status).await)
    } else {
        None
    };
    let shown_before = match desk.address.value("outside")? {
        Some("unhealthy") => Health::Unhealthy,
        Some("warning") => Health::Warning,
        _ => Health::Healthy,
    };
    let outside_health = seen.as_ref().map_or(shown_before, |seen| seen.health);
    let health = status.overall_status.max(outside_health);
    let body = html! {
        (verdict(desk, &status, health))
        @match &seen {
            Some(seen) => (outside::reasons(seen, desk.may_act())),
            None => div #outside-reasons data-live="once" data-source="/console/outside" {},
        }
        section.wide #stages data-live {
            h2 { "Stages" }
            (stages::flow(&status.stages, &history.stages, desk.may_act()))
        }
        div.halves {
            section #providers data-live {
                h2 { "Providers" }
                (providers(desk, &status, &history))
            }
            @match &seen {
                Some(seen) => (outside::functions(seen)),
                None => section #outside data-live="once" {
                    h2 { "Who answers" }
                    p.muted { "They are asked when the page is there. " a href="/console?check=1" { "Ask now" } }
                },
            }
        }
        section #jobs data-live {
            h2 { "Jobs" }
            p { "Wake-ups: " (wake_ups(&status.wake_ups)) ". Schema: release " (status.schema_version.as_deref().unwrap_or("not known")) "." }
            (jobs(desk, &history.jobs))
        }
        @if desk.may_act() {
            section {
                h2 { "Tools" }
                (crate::console::tools::buttons())
            }
        }
    };
    Ok(desk.answer(&Page {
        title: health.name(),
        place: "/console",
        body,
    }))
}

fn verdict(desk: &Desk<'_>, status: &Status, health: Health) -> Markup {
    html! {
        div.verdict #verdict data-live data-level=(health.name()) {
            @if let Some(said) = Did::said(desk) { (said) }
            h1 { span class={ "lamp " (health.name()) } aria-hidden="true" {} (match health {
                Health::Healthy => "Healthy",
                Health::Warning => "Warning",
                Health::Unhealthy => "Unhealthy",
            }) }
            p.muted.asof { "As of " time datetime=(status.timestamp) { (words::clock(&status.timestamp)) } " UTC" }
            @if status.reasons.is_empty() {
                @if health == Health::Healthy { p { "Nothing to do." } }
            } @else {
                (steps::list(&status.reasons, desk.may_act()))
            }
        }
    }
}

fn wake_ups(wake_ups: &WakeUps) -> Markup {
    html! {
        @if !wake_ups.missing_vault_entries.is_empty() {
            strong.bad { "impossible" } ": Vault has no " (wake_ups.missing_vault_entries.join(" and "))
        } @else if wake_ups.enabled {
            "on"
        } @else {
            strong.bad { "off" } ": cron alone calls the workers (" a href="/console/settings#wake_ups_enabled" { "the setting" } ")"
        }
    }
}

#[allow(clippy::cast_precision_loss)] // Milliseconds of a pause are far below 2^52.
fn milliseconds(time: u64) -> String {
    words::seconds(time as f64 / 1000.0)
}

fn providers(desk: &Desk<'_>, status: &Status, history: &History) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { th scope="col" { "provider" } th scope="col" { "budget" } th.number scope="col" { "asked, 1 h" } } }
                tbody {
                    @for (name, provider) in &status.providers {
                        @let used = history.providers.get(name);
                        tr {
                            th scope="row" { (name) }
                            td {
                                @if provider.paused_for_ms > 0 {
                                    span.tag.warning { "paused for " (milliseconds(provider.paused_for_ms)) }
                                    @if let Some(reason) = &provider.pause_reason { " " (reason) }
                                } @else if let Some(used) = used.filter(|used| used.booked_ms > 0) {
                                    "taken for " (milliseconds(used.booked_ms)) " ahead"
                                } @else {
                                    "free"
                                }
                                @if let Some(rate) = used.and_then(|used| used.per_second) { span.muted { ", " (rate) " a second" } }
                                @for (ability, left) in &provider.refused {
                                    br; span.muted { "refused " (ability) ", tried again in " (milliseconds(left.as_u64().unwrap_or(0))) }
                                }
                                @if let Some((reason, until)) = used.and_then(|used| used.last_pause_reason.as_deref().zip(used.last_paused_until.as_deref())) {
                                    @if provider.paused_for_ms == 0 {
                                        br; span.muted { "last pause: " (reason) ", over " (words::ago(until, desk.now())) }
                                    }
                                }
                            }
                            td.number { (number(used.map_or(0, |used| used.requests_last_hour))) }
                        }
                    }
                }
            }
        }
    }
}

fn jobs(desk: &Desk<'_>, jobs: &[Job]) -> Markup {
    let bad = jobs
        .iter()
        .filter(|job| !job.scheduled || job.status.as_deref() == Some("failed"))
        .count();
    html! {
        @if jobs.is_empty() {
            p.empty { strong { "There is no pg_cron" } ", so no job runs." }
        } @else {
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
                                        @if job.status.as_deref() == Some("failed") {
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
}

/// A button that asks nothing.
pub fn tool(action: &str, label: &str, words: &str) -> Markup {
    html! { li { (press(action, label, &[], "quiet")) span.muted { (words) } } }
}
