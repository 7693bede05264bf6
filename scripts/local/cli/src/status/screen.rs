//! The pipeline on one screen.

use std::fmt::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use linernotes::pipeline::status::{Health, Provider, Reason, Redis, Stage, Status, WakeUps};

use crate::text::{count, duration, harmless, moment};

/// A system that is wrong as a whole has one problem in many copies.
const PROBLEMS_SHOWN: usize = 12;

pub fn draw(status: &Status, address: &str) -> String {
    let mut lines = vec![
        format!(
            "{}   {}   {}",
            word(status.health),
            harmless(address),
            moment(&status.timestamp)
        ),
        stages(&status.stages).to_string(),
    ];
    for (name, provider) in &status.providers {
        lines.push(format!("{:<12} {}", harmless(name), state(provider)));
    }
    if let Some(redis) = &status.redis {
        lines.push(format!("{:<12} {}", "redis", redis_state(redis)));
    }
    lines.push(format!("{:<12} {}", "wake-ups", wake_ups(&status.wake_ups)));
    lines.push(format!("{:<12} {}", "functions", functions(status)));
    lines.push(String::new());
    problems(&status.reasons, &mut lines);
    lines.join("\n") + "\n"
}

fn word(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Warning => "WARNING",
        Health::Unhealthy => "UNHEALTHY",
    }
}

fn stages(stages: &[Stage]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "stage",
            "waiting",
            "in\nprogress",
            "retrying",
            "stuck",
            "dead",
            "done\n1 h",
            "oldest",
            "a\nminute",
            "empty\nin",
            "runs",
        ]);
    for stage in stages {
        let left = stage.left();
        let numbers = [
            some(stage.waiting),
            some(stage.in_progress),
            some(stage.retrying),
            some(stage.stuck),
            some(stage.dead),
            some(stage.done_last_hour),
            if left > 0 {
                duration(stage.oldest_age_minutes * 60.0)
            } else {
                String::new()
            },
            if stage.rate_per_minute > 0.0 {
                format!("{:.1}", stage.rate_per_minute)
            } else {
                String::new()
            },
            match stage.minutes_to_empty {
                _ if left == 0 => String::new(),
                Some(minutes) => duration(minutes * 60.0),
                None => "?".to_owned(),
            },
            match stage.max_concurrency {
                _ if !stage.active => "paused".to_owned(),
                Some(places) => format!("{}/{places}", stage.runs),
                None => stage.runs.to_string(),
            },
        ];
        let mut cells = vec![Cell::new(harmless(&stage.queue_name).replace('_', " "))];
        cells.extend(numbers.map(|number| Cell::new(number).set_alignment(CellAlignment::Right)));
        table.add_row(cells);
    }
    table
}

/// A zero is nothing to look at.
fn some(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

#[allow(clippy::cast_precision_loss)] // Milliseconds of a pause are far below 2^52.
fn milliseconds(time: u64) -> String {
    duration(time as f64 / 1000.0)
}

fn state(provider: &Provider) -> String {
    let mut text = if let Some(breaker) = &provider.breaker {
        format!(
            "down since {} ({}), probed again in {}, {} waiting",
            moment(&breaker.open_since),
            harmless(breaker.reason.as_deref().unwrap_or("no reason is given")),
            milliseconds(breaker.next_probe_ms),
            breaker.waiting
        )
    } else if provider.paused_for_ms > 0 {
        let reason = provider.pause_reason.as_deref().unwrap_or("it asked for it");
        format!(
            "paused for {}: {}",
            milliseconds(provider.paused_for_ms),
            harmless(reason)
        )
    } else {
        match provider.state.as_deref() {
            None | Some("answering" | "busy") => "on".to_owned(),
            Some("off") => "off: not configured".to_owned(),
            Some(state) => {
                let problem = provider.problem.as_deref().unwrap_or("no reason is given");
                harmless(&format!("{state}: {problem}"))
            }
        }
    };
    for (ability, time) in &provider.refused {
        let time = milliseconds(*time);
        let _ = write!(text, "; refused {}, tried again in {time}", harmless(ability));
    }
    text
}

fn redis_state(redis: &Redis) -> String {
    match redis.answering {
        _ if !redis.configured => "off: not configured".to_owned(),
        Some(false) => harmless(redis.problem.as_deref().unwrap_or("does not answer")),
        _ => "on".to_owned(),
    }
}

/// The version that answers, and who does not fit to it.
fn functions(status: &Status) -> String {
    let Some(version) = status.version.as_deref() else {
        return "not asked".to_owned();
    };
    let mut text = format!("version {version}");
    for (name, worker) in &status.workers {
        if !worker.answering {
            let _ = write!(text, "; {name} fails");
        } else if let Some(other) = worker.version.as_deref().filter(|other| *other != version) {
            let _ = write!(text, "; {name} is {other}");
        }
    }
    harmless(&text)
}

fn wake_ups(wake_ups: &WakeUps) -> String {
    if !wake_ups.missing_vault_entries.is_empty() {
        let missing = harmless(&wake_ups.missing_vault_entries.join(" and "));
        format!("impossible: Vault has no {missing}, so nothing runs by itself")
    } else if wake_ups.enabled {
        "on".to_owned()
    } else {
        "off: cron alone calls the workers".to_owned()
    }
}

fn problems(reasons: &[Reason], lines: &mut Vec<String>) {
    if reasons.is_empty() {
        lines.push("Nothing to do.".to_owned());
    }
    for reason in reasons.iter().take(PROBLEMS_SHOWN) {
        lines.push(format!("! {}", harmless(&reason.problem)));
        if let Some(advice) = &reason.advice {
            lines.push(format!("  {}", harmless(advice)));
        }
    }
    let hidden = reasons.len().saturating_sub(PROBLEMS_SHOWN);
    if hidden > 0 {
        lines.push(format!("and {} (--json has all)", count(hidden as u64, "more problem")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_stands_with_what_to_do_and_harms_no_terminal() {
        let status: Status = serde_json::from_value(json!({
            "timestamp": "2026-11-24T09:40:12.1+00:00", "overall_status": "warning",
            "reasons": [{"problem": "albumDiscovery: 503 \u{1b}[2J", "advice": "Seen 3 times"}],
            "stages": [{"queue_name": "album_discovery", "active": false, "waiting": 7, "in_progress": 0, "retrying": 2,
                        "stuck": 0, "dead": 1, "done_last_hour": 0, "oldest_age_minutes": 3.2, "rate_per_minute": 0,
                        "minutes_to_empty": null, "runs": 0, "max_concurrency": 2}],
            "providers": {"spotify": {"paused_for_ms": 42000, "pause_reason": "429", "refused": {"album_batch": 7_200_000}},
                          "genius": {"state": "refused", "problem": "the token is revoked"},
                          "wikidata": {"state": "down", "breaker": {"open_since": "2026-11-24T09:30:00.5+00:00",
                                       "reason": "status 503", "probes": 4, "next_probe_ms": 12000, "waiting": 35}}},
            "version": "0.2.0",
            "workers": {"albumDiscovery": {"answering": true, "version": "0.1.0"},
                        "artistDiscovery": {"answering": true, "version": "0.2.0"},
                        "trackDiscovery": {"answering": false, "problem": "answered with status 500"}},
            "wake_ups": {"enabled": true, "missing_vault_entries": []}
        }))
        .unwrap();
        let text = draw(&status, "http://127.0.0.1:1/");
        for part in [
            "WARNING",
            "album discovery ",
            " 3 min ",
            " ? ",
            " paused ",
            "paused for 42 s: 429; refused album_batch, tried again in 2 h",
            "refused: the token is revoked",
            "down since 2026-11-24 09:30:00 (status 503), probed again in 12 s, 35 waiting",
            "functions    version 0.2.0; albumDiscovery is 0.1.0; trackDiscovery fails",
            "! albumDiscovery: 503 \u{fffd}[2J\n  Seen 3 times",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
}
