//! The five stages as a flow: what waits in each, how quickly it goes, and what it did in the last day.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::console::Desk;
use crate::console::day::{self, Day};
use crate::console::frame::press;
use crate::console::now::Did;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::words;
use crate::pages::words::number;
use crate::pipeline::status::Stage;

pub fn flow(stages: &[Stage], day: Option<&Day>, may_act: bool) -> Markup {
    html! {
        ol.flow {
            @for stage in stages {
                li.stage.paused[!stage.active].troubled[stage.stuck + stage.dead > 0] {
                    (one(stage, day, may_act))
                }
            }
        }
    }
}

fn one(stage: &Stage, day: Option<&Day>, may_act: bool) -> Markup {
    let queue = &stage.queue_name;
    let left = stage.left();
    let work = |phase: &str| format!("/console/work?queue={queue}&phase={phase}");
    html! {
        h3 {
            a href={ "/console/work?queue=" (queue) } { (words::queue(queue)) }
            @if !stage.active { " " span.tag.warning { "paused" } }
        }
        p.depth {
            strong { (number(left)) }
            " to do"
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
        (day::sparkline(day, queue))
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
