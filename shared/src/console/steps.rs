//! What can be done at once about a problem: the status says in words what is wrong, and here is the way to where it is
//! mended.

use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::console::frame::press;

#[derive(Debug, Clone, Deserialize)]
pub struct Reason {
    pub problem: String,
    pub advice: Option<String>,
}

/// Where a problem is looked at, or what is pressed.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Go { address: String, label: &'static str },
    Press { action: String, label: &'static str },
}

impl Reason {
    fn steps(&self) -> Vec<Step> {
        let advice = self.advice.as_deref().unwrap_or_default();
        let queue =
            self.problem.split([':', ' ']).next().filter(|word| {
                word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            });
        let go = |address: String, label| Step::Go { address, label };
        let press = |action: String, label| Step::Press { action, label };
        let has = |words: &str| self.problem.contains(words);
        match queue {
            Some(queue) if has(" dead letters") => {
                return vec![go(format!("/console/dead-letters?queue={queue}"), "Look at them")];
            }
            Some(queue) if has(" is paused") => {
                return vec![press(format!("/console/queues/{queue}/resume"), "Resume")];
            }
            Some(queue) if has(" are stuck") => {
                return vec![
                    press("/console/tools/mend".to_owned(), "Make them visible"),
                    go(format!("/console/work?queue={queue}&phase=stuck"), "Look at them"),
                ];
            }
            Some(queue) if has(" wait for another try") => {
                return vec![
                    go(format!("/console/work?queue={queue}&phase=retrying"), "Look at them"),
                    press(format!("/console/queues/{queue}/pause"), "Pause the queue"),
                ];
            }
            _ => {}
        }
        if let Some(id) = advice
            .split_once("resolve_worker_issue('")
            .and_then(|(_, rest)| Uuid::try_parse(rest.get(..36)?).ok())
        {
            return vec![
                press(format!("/console/issues/{id}/resolve"), "It is over"),
                go("/console/issues".to_owned(), "Issues"),
            ];
        }
        if has("messages wait for a worker") || has("did not come") {
            return vec![press("/console/tools/call".to_owned(), "Call the workers")];
        }
        if has("is not scheduled") {
            return vec![press("/console/tools/schedule".to_owned(), "Schedule the jobs")];
        }
        if has("wake-ups are switched off") {
            return vec![go("/console/settings#wake_ups_enabled".to_owned(), "The setting")];
        }
        if has("entities have been in progress") {
            return vec![press("/console/tools/maintenance".to_owned(), "Reset them")];
        }
        Vec::new()
    }

    pub fn markup(&self, may_act: bool) -> Markup {
        html! {
            li {
                p.problem { (self.problem) }
                @if let Some(advice) = &self.advice { p.advice { (advice) } }
                @let steps = self.steps();
                @if !steps.is_empty() {
                    div.actions {
                        @for step in &steps {
                            @match step {
                                Step::Go { address, label } => a.button.quiet href=(address) { (label) },
                                Step::Press { action, label } => @if may_act { (press(action, label, &[], "")) },
                            }
                        }
                    }
                }
            }
        }
    }

    /// The problem without its numbers, by which it is known again a moment later.
    pub fn likeness(&self) -> String {
        self.problem.chars().filter(|c| !c.is_ascii_digit()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(problem: &str, advice: &str) -> Vec<Step> {
        let advice = Some(advice.to_owned());
        Reason {
            problem: problem.to_owned(),
            advice,
        }
        .steps()
    }

    #[test]
    fn problems_lead_to_where_they_are_mended() {
        let go = |address: &str, label| Step::Go {
            address: address.to_owned(),
            label,
        };
        let press = |action: &str, label| Step::Press {
            action: action.to_owned(),
            label,
        };
        assert_eq!(
            steps(
                "track_discovery: 12 dead letters",
                "Look at list_dead_letters('track_discovery')"
            ),
            [go("/console/dead-letters?queue=track_discovery", "Look at them")]
        );
        assert_eq!(
            steps("album_discovery is paused", ""),
            [press("/console/queues/album_discovery/resume", "Resume")]
        );
        assert_eq!(
            steps(
                "artistDiscovery: deduplication is off: Redis: timed out",
                "Seen 1 times; resolve_worker_issue('924bfafa-828a-49f5-bdb5-7b40d582941e') if it is over."
            ),
            [
                press(
                    "/console/issues/924bfafa-828a-49f5-bdb5-7b40d582941e/resolve",
                    "It is over"
                ),
                go("/console/issues", "Issues"),
            ]
        );
        assert_eq!(steps("spotify answers with status 503", "See whether it lasts."), []);
        // A name that is none leads nowhere.
        assert_eq!(steps("<b>_x: 1 dead letters", "resolve_worker_issue('é"), []);
    }
}
