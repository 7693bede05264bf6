//! The five stages as a flow: what waits in each, how quickly it goes, and what it did in the last day.

use std::fmt::Write as _;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Desk;
use crate::console::frame::press;
use crate::console::now::Did;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::words;
use crate::pages::words::{count, number};

#[derive(Debug, Deserialize)]
pub struct Stage {
    pub queue_name: String,
    pub active: bool,
    pub waiting: u64,
    pub in_progress: u64,
    pub retrying: u64,
    pub stuck: u64,
    pub dead: u64,
    pub done_last_hour: u64,
    pub oldest_age_minutes: f64,
    pub rate_per_minute: f64,
    pub minutes_to_empty: Option<f64>,
    pub runs: u64,
    pub max_concurrency: Option<u64>,
}

/// What was done and what failed, step by step.
pub type Points = Vec<(u64, u64)>;

pub fn flow(stages: &[Stage], history: &std::collections::BTreeMap<String, Points>, may_act: bool) -> Markup {
    html! {
        ol.flow {
            @for stage in stages {
                li.stage.paused[!stage.active].troubled[stage.stuck + stage.dead > 0] {
                    (one(stage, history.get(&stage.queue_name).map(Vec::as_slice), may_act))
                }
            }
        }
    }
}

fn one(stage: &Stage, points: Option<&[(u64, u64)]>, may_act: bool) -> Markup {
    let queue = &stage.queue_name;
    let left = stage.waiting + stage.in_progress + stage.retrying;
    let work = |phase: &str| format!("/console/work?queue={queue}&phase={phase}");
    html! {
        h3 {
            a href={ "/console/work?queue=" (queue) } { (words::queue(queue)) }
            @if !stage.active { " " span.tag.warning { "paused" } }
        }
        p.depth {
            strong { (number(left)) }
            " " @if left == 0 { "nothing to do" } @else { "to do" }
        }
        ul.phases {
            @for (phase, amount) in [("waiting", stage.waiting), ("in_progress", stage.in_progress), ("retrying", stage.retrying), ("stuck", stage.stuck)] {
                @if amount > 0 {
                    li { a class={ "tag " (phase) } href=(work(phase)) { (number(amount)) " " (words::phase(phase)) } }
                }
            }
            @if stage.dead > 0 {
                li { a.tag.dead href={ "/console/dead-letters?queue=" (queue) } { (number(stage.dead)) " dead" } }
            }
        }
        dl.facts {
            div { dt { "a minute" } dd { (format!("{:.1}", stage.rate_per_minute)) } }
            div { dt { "done in 1 h" } dd { (number(stage.done_last_hour)) } }
            @if left > 0 {
                div { dt { "oldest" } dd { (words::seconds(stage.oldest_age_minutes * 60.0)) } }
                div { dt { "empty in" } dd {
                    @match stage.minutes_to_empty {
                        Some(minutes) => (words::seconds(minutes * 60.0)),
                        None => abbr title="Nothing was done in the last ten minutes" { "?" },
                    }
                } }
            }
            div { dt { "runs" } dd { (runs(stage)) } }
        }
        @if let Some(points) = points { (sparkline(points)) }
        @if may_act {
            @if stage.active {
                (press(&format!("/console/queues/{queue}/pause"), "Pause", &[], "quiet small"))
            } @else {
                (press(&format!("/console/queues/{queue}/resume"), "Resume", &[], "small"))
            }
        }
    }
}

/// Places at work as dots, few enough to count at a glance.
fn runs(stage: &Stage) -> Markup {
    let places = stage.max_concurrency.unwrap_or(stage.runs);
    html! {
        @if places <= 8 {
            span.dots aria-hidden="true" {
                @for place in 0..places { span.on[place < stage.runs] {} }
            }
            span.visually-hidden { (stage.runs) " of " (places) }
        } @else {
            (stage.runs) "/" (places)
        }
    }
}

/// Bars of what was done, and on top of them what failed.
fn sparkline(points: &[(u64, u64)]) -> Markup {
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
        figure.spark {
            svg viewBox="0 0 48 21" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                path.done d=(done_bars) {}
                path.errors d=(error_bars) {}
            }
            figcaption {
                "24 h: " (number(done)) " done"
                @if errors > 0 { ", " span.bad { (count(errors, "error")) } }
            }
        }
    }
}

pub async fn act(desk: &Desk<'_>, queue: &str, action: &str) -> Result<Answer, Refusal> {
    let action = if action == "pause" {
        "pause_queue"
    } else {
        "resume_queue"
    };
    let result: Value = desk.operate(action, json!({"queue_name": queue})).await?;
    let did = if result["changed"] == true {
        Did::Changed
    } else {
        Did::Already
    };
    Ok(Answer::see(format!("/console?did={}", did.name())))
}
