//! The first page: whether all is well, what is not and what to do about it, then how the work flows.

use maud::{Markup, html};
use serde_json::json;

use crate::console::day::{self, Day};
use crate::console::frame::{Page, notice, press};
use crate::console::outside;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::stages;
use crate::console::steps;
use crate::console::{Desk, words};
use crate::pages::words::count;
use crate::pipeline::status::{Breaker, Health, Provider, Status, WakeUps};

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
    // What takes longer, the day that was and the functions, is asked for after the page is there; without a script, when
    // the page loads itself again.
    let asked = desk.address.value("check")?.is_some();
    let (day, checked) = if asked {
        let (day, checked) = futures::future::join(day::read(desk), outside::check(desk)).await;
        (Some(day?), Some(checked))
    } else {
        (None, None)
    };
    let status: Status = desk.call("get_pipeline_status", &json!({})).await?;
    let seen = checked.map(|checked| outside::seen(desk, checked, &status));
    let shown_before = match desk.address.value("outside")? {
        Some("unhealthy") => Health::Unhealthy,
        Some("warning") => Health::Warning,
        _ => Health::Healthy,
    };
    let outside_health = seen.as_ref().map_or(shown_before, |seen| seen.health);
    let health = status.health.max(outside_health);
    let body = html! {
        (verdict(desk, &status, health))
        (outside::reasons(seen.as_ref(), desk.may_act()))
        section.wide #stages data-live {
            h2 { "Stages" }
            (stages::flow(&status.stages, day.as_ref(), desk.may_act()))
        }
        div.halves {
            section #providers data-live {
                h2 { "Providers" }
                (providers(desk, &status, day.as_ref()))
            }
            (outside::functions(seen.as_ref()))
        }
        section {
            h2 { "Jobs" }
            p #wake-ups data-live { "Wake-ups: " (wake_ups(&status.wake_ups)) ". Schema: release " (status.schema_version.as_deref().unwrap_or("not known")) "." }
            (day::jobs(desk, day.as_ref()))
        }
        @if desk.may_act() {
            section {
                h2 { "Tools" }
                (crate::console::tools::buttons())
            }
        }
    };
    Ok(desk.answer(&Page {
        title: word(health),
        place: "/console",
        body,
    }))
}

pub fn word(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Warning => "warning",
        Health::Unhealthy => "unhealthy",
    }
}

fn verdict(desk: &Desk<'_>, status: &Status, health: Health) -> Markup {
    html! {
        div.verdict #verdict data-live data-level=(word(health)) {
            @if let Some(said) = Did::said(desk) { (said) }
            h1 { span class={ "lamp " (word(health)) } aria-hidden="true" {} (match health {
                Health::Healthy => "Healthy",
                Health::Warning => "Warning",
                Health::Unhealthy => "Unhealthy",
            }) }
            p.muted.asof { "As of " time datetime=(status.timestamp) { (words::clock(&status.timestamp)) } " UTC" }
            @if status.reasons.is_empty() {
                @if health == Health::Healthy { p { "Nothing to do." } }
            } @else {
                @if health == Health::Healthy { p { "The work goes on. When there is time:" } }
                (steps::list(&status.reasons, desk.may_act(), "now"))
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

fn providers(desk: &Desk<'_>, status: &Status, day: Option<&Day>) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { th scope="col" { "provider" } th scope="col" { "state" } th.number scope="col" { "asked, 1 h" } } }
                tbody {
                    @for (name, provider) in &status.providers {
                        tr {
                            th scope="row" { (name) }
                            td { (state(desk, provider)) (past(desk, provider)) }
                            td.number { (day::asked(day, name)) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether it is asked now.
fn state(desk: &Desk<'_>, provider: &Provider) -> Markup {
    html! {
        @if let Some(breaker) = &provider.breaker {
            (down(desk, breaker))
        } @else if provider.paused_for_ms > 0 {
            span.tag.warning { "paused for " (milliseconds(provider.paused_for_ms)) }
            @if let Some(reason) = &provider.pause_reason { " " (reason) }
        } @else if provider.booked_ms > 0 {
            "budget taken for " (milliseconds(provider.booked_ms)) " ahead"
        } @else {
            "budget free"
        }
        @if let Some(rate) = provider.requests_per_second { span.muted { ", " (rate) " a second" } }
    }
}

fn down(desk: &Desk<'_>, breaker: &Breaker) -> Markup {
    html! {
        span.tag.dead { "down" } " since " (words::ago(&breaker.open_since, desk.now()))
        @if let Some(reason) = &breaker.reason { " (" (reason) ")" }
        ": " strong {
            @if breaker.next_probe_ms > 0 { "next probe in " (milliseconds(breaker.next_probe_ms)) } @else { "probed now" }
            ", " (count(breaker.waiting, "message")) " waiting"
        }
    }
}

/// What it refused, and what was the matter last.
fn past(desk: &Desk<'_>, provider: &Provider) -> Markup {
    html! {
        @for (ability, left) in &provider.refused {
            p.muted { "refused " (ability) ", tried again in " (milliseconds(*left)) }
        }
        @if let Some(pause) = provider.last_pause.as_ref().filter(|_| provider.paused_for_ms == 0) {
            p.muted { "last pause over " (words::ago(&pause.at, desk.now())) @if let Some(reason) = &pause.reason { " (" (reason) ")" } }
        }
        @if let Some(failure) = &provider.last_failure {
            p.muted { "last failure " (words::ago(&failure.at, desk.now())) @if let Some(reason) = &failure.reason { ": " (reason) } }
        }
    }
}

/// A button that asks nothing.
pub fn tool(action: &str, label: &str, words: &str) -> Markup {
    html! { li { (press(action, label, &[], "quiet")) span.muted { (words) } } }
}
