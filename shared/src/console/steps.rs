//! What can be done at once about a problem: the status says in words what is wrong, and here is the way to where it is
//! mended.

use maud::{Markup, html};
use uuid::Uuid;

use crate::console::frame::press;
use crate::console::terminal::Errand;
use crate::pipeline::queue::Queue;
use crate::pipeline::status::Reason;

/// Words of issues that have a way out of their own: a worker that answers with an error, and one without Redis.
const FAILS: &str = "fails when it is called";
const NO_REDIS: &str = "deduplication is off";

/// Where a problem is looked at, or what is pressed.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Go {
        address: String,
        label: &'static str,
    },
    Press {
        action: String,
        label: &'static str,
    },
    /// The same, where it is not the first thing to do.
    Also {
        action: String,
        label: &'static str,
    },
}

impl Reason {
    fn steps(&self) -> Vec<Step> {
        let queue =
            self.problem.split([':', ' ']).next().filter(|word| {
                word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            });
        let go = |address: String, label| Step::Go { address, label };
        let press = |action: String, label| Step::Press { action, label };
        let has = |words: &str| self.problem.contains(words);
        match queue {
            Some(queue) if has(" dead letter") => {
                return vec![go(format!("/console/dead-letters?queue={queue}"), "Look")];
            }
            Some(queue) if has(" is paused") => {
                return vec![press(format!("/console/queues/{queue}/resume"), "Resume")];
            }
            Some(queue) if (has(" is stuck") || has(" are stuck")) => {
                return vec![
                    press("/console/tools/mend".to_owned(), "Make them visible"),
                    go(format!("/console/work?queue={queue}&phase=stuck"), "Look"),
                ];
            }
            Some(queue) if has(" for another try") => {
                return vec![
                    go(format!("/console/work?queue={queue}&phase=retrying"), "Look"),
                    Step::Also {
                        action: format!("/console/queues/{queue}/pause"),
                        label: "Pause the queue",
                    },
                ];
            }
            _ => {}
        }
        if self.down().is_some() {
            return vec![go("/console/work?phase=retrying".to_owned(), "What waits")];
        }
        let issues = self.issues();
        if !issues.is_empty() {
            let ids: Vec<String> = issues.iter().map(Uuid::to_string).collect();
            let over = Step::Also {
                action: format!("/console/issues/{}/resolve", ids.join(",")),
                label: "It is over",
            };
            return if has(FAILS) {
                // It says whether they still do, and closes the issues of those that don't.
                vec![press("/console/tools/call".to_owned(), "Call the workers"), over]
            } else if has(NO_REDIS) {
                vec![go("/console?check=1#outside".to_owned(), "Ask Redis"), over]
            } else {
                vec![go("/console/issues".to_owned(), "Issues"), over]
            };
        }
        if has("messages wait for a worker") || has("did not come") {
            return vec![press("/console/tools/call".to_owned(), "Call the workers")];
        }
        if has("not scheduled") {
            return vec![press("/console/tools/schedule".to_owned(), "Schedule the jobs")];
        }
        if has("wake-ups are switched off") {
            return vec![go("/console/settings#wake_ups_enabled".to_owned(), "The setting")];
        }
        if has(" been in progress for ") {
            return vec![press("/console/tools/maintenance".to_owned(), "Reset them")];
        }
        Vec::new()
    }

    /// The issues that the advice names.
    fn issues(&self) -> Vec<Uuid> {
        let advice = self.advice.as_deref().unwrap_or_default();
        let named = advice.split("resolve_worker_issue('").skip(1);
        named.filter_map(|rest| Uuid::try_parse(rest.get(..36)?).ok()).collect()
    }

    /// A problem that ends with so many names that they would fill a phone's window.
    fn problem_and_names(&self) -> Option<(&str, &str)> {
        let (problem, names) = self.problem.strip_suffix(')')?.split_once(" (")?;
        (names.len() > 120).then_some((problem, names))
    }

    /// The advice without the SQL that a button stands for.
    fn words(&self) -> Option<&str> {
        let advice = self.advice.as_deref()?;
        if let Some((seen, _)) = advice.split_once("; resolve_worker_issue(") {
            return Some(if self.problem.contains(FAILS) {
                "When the cause is mended, call them: a worker that works again closes this."
            } else if self.problem.contains(NO_REDIS) {
                "Nothing is lost, but work may be done twice. A worker's next run that reaches Redis closes this, and so can you when Redis answers again."
            } else {
                seen
            });
        }
        if advice.contains("repair_installation() schedules") {
            return Some("All of them are scheduled together.");
        }
        if advice.contains("replay_dead_letters(") {
            return Some("Mend the cause, then replay them.");
        }
        if advice.starts_with("resume_queue(") {
            return Some("Resume it when the reason is gone.");
        }
        if advice.starts_with("cleanup_stale_entities(") {
            return Some("The jobs reset them by themselves after an hour.");
        }
        if advice.starts_with("Set wake_ups_enabled in") {
            return Some("Switch them on when the reason is gone.");
        }
        Some(advice)
    }

    /// `errand` where it is the first of the page that needs it, `place` the list that it stands in.
    fn markup(&self, may_act: bool, errand: Option<Errand>, place: &str) -> Markup {
        html! {
            li {
                @match self.problem_and_names() {
                    Some((problem, names)) => {
                        p.problem { (problem) }
                        // A number of the problem's own, since a part that is made anew is known by it.
                        details id={ "which-" (place) "-" (problem.len()) } { summary { "Which" } p { (names) } }
                    },
                    None => p.problem { (self.problem) },
                }
                @if let Some(advice) = self.words() { p.advice { (advice) } }
                @let steps = self.steps();
                @if !steps.is_empty() {
                    div.actions {
                        @for step in &steps {
                            @match step {
                                Step::Go { address, label } => a.button.quiet href=(address) { (label) },
                                Step::Also { action, label } => @if may_act { (press(action, label, &[("from", "now")], "quiet")) },
                                Step::Press { action, label } => @if may_act { (press(action, label, &[("from", "now")], "")) },
                            }
                        }
                    }
                }
                @if let Some(errand) = errand { (errand.help(place)) }
            }
        }
    }

    fn errand(&self) -> Option<Errand> {
        Errand::of(&self.problem, self.advice.as_deref().unwrap_or_default())
    }

    /// The problem without what changes from one moment to the next (its numbers, so that words are singular or plural,
    /// and which message is its example), by which it is known again.
    pub(super) fn likeness(&self) -> String {
        let problem = self.problem.split(" for another try").next().unwrap_or_default();
        let words = problem.split_whitespace().map(|word| match word {
            "is" | "are" => "be",
            "has" | "have" => "have",
            word => word.trim_matches(|c: char| c.is_ascii_digit() || c == 's'),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The workers that are called in vain.
    fn did_not_come(&self) -> Option<Vec<&str>> {
        let (workers, rest) = self.problem.split_once(": called ")?;
        rest.contains("did not come").then(|| workers.split(", ").collect())
    }

    /// The provider that is down, of which a reason of its own speaks.
    fn down(&self) -> Option<&str> {
        let (provider, rest) = self.problem.split_once(" is down (")?;
        (rest.contains("its breaker is open") && !provider.contains(' ')).then_some(provider)
    }
}

/// A system that is wrong as a whole has one problem in many copies.
const SHOWN: usize = 12;

/// `place` tells the lists of one page apart.
pub fn list(reasons: &[Reason], may_act: bool, place: &str) -> Markup {
    let reasons = together(reasons);
    let mut told = Vec::new();
    html! {
        ol.reasons {
            @for reason in reasons.iter().take(SHOWN) {
                // Once is enough for problems that are mended in the same way.
                @let errand = reason.errand().filter(|errand| !told.contains(errand));
                @let () = told.extend(errand);
                (reason.markup(may_act, errand, place))
            }
        }
        @if reasons.len() > SHOWN { p.muted { "and " (reasons.len() - SHOWN) " more problems" } }
    }
}

/// Several workers with one issue are one problem, and one press; so are a provider that is down and what waits for it,
/// and a worker that fails and the calls that brought nobody.
fn together(reasons: &[Reason]) -> Vec<Reason> {
    let mut shown: Vec<Reason> = Vec::new();
    let down: Vec<String> = reasons
        .iter()
        .filter_map(Reason::down)
        .map(|name| format!("breaker_open: {name} "))
        .collect();
    let split = |reason: &Reason| {
        reason
            .problem
            .split_once(": ")
            .map(|(who, what)| (who.to_owned(), what.to_owned()))
    };
    let failing: Vec<String> = reasons
        .iter()
        .filter_map(split)
        .filter(|(_, what)| what.starts_with(FAILS))
        .map(|(who, _)| who)
        .collect();
    for reason in reasons {
        // What waits for a provider stands in the provider's own reason.
        if down.iter().any(|words| reason.problem.contains(words)) {
            continue;
        }
        // Why nobody comes stands in what the worker answers.
        let fails = |worker: &str| failing.iter().any(|known| known == worker);
        if reason
            .did_not_come()
            .is_some_and(|workers| workers.into_iter().all(fails))
        {
            continue;
        }
        let is_issue = |reason: &Reason| !reason.issues().is_empty();
        let same = shown.iter_mut().find(|known| {
            is_issue(known)
                && is_issue(reason)
                && split(known).map(|(_, what)| what) == split(reason).map(|(_, what)| what)
        });
        match (same, split(reason)) {
            (Some(known), Some((who, what))) => {
                let before = split(known).map(|(who, _)| who).unwrap_or_default();
                known.problem = format!("{before}, {who}: {what}");
                let more = reason.advice.as_deref().unwrap_or_default();
                known.advice = known.advice.take().map(|advice| format!("{advice} {more}"));
            }
            _ => shown.push(reason.clone()),
        }
    }
    for reason in &mut shown {
        if let Some((who, what)) = split(reason)
            && who.split(", ").count() == Queue::ALL.len()
            && !reason.issues().is_empty()
        {
            reason.problem = format!("Each worker: {what}");
        }
    }
    shown
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
        let over = |issue: &str| Step::Also {
            action: format!("/console/issues/{issue}/resolve"),
            label: "It is over",
        };
        assert_eq!(
            steps(
                "track_discovery: 12 dead letters",
                "Look at list_dead_letters('track_discovery')"
            ),
            [go("/console/dead-letters?queue=track_discovery", "Look")]
        );
        assert_eq!(
            steps("album_discovery is paused", ""),
            [press("/console/queues/album_discovery/resume", "Resume")]
        );
        assert_eq!(
            steps(
                "artistDiscovery: deduplication is off: Redis: timed out",
                "Seen once; resolve_worker_issue('924bfafa-828a-49f5-bdb5-7b40d582941e') if it is over."
            ),
            [
                go("/console?check=1#outside", "Ask Redis"),
                over("924bfafa-828a-49f5-bdb5-7b40d582941e")
            ]
        );
        assert_eq!(
            steps(
                "artistDiscovery: fails when it is called: dequeue_batch failed: error PGRST202",
                "Seen 2 times; resolve_worker_issue('924bfafa-828a-49f5-bdb5-7b40d582941e') if it is over."
            ),
            [
                press("/console/tools/call", "Call the workers"),
                over("924bfafa-828a-49f5-bdb5-7b40d582941e")
            ]
        );
        assert_eq!(
            steps(
                "artistDiscovery: 1 of its runs ended without a word",
                "Seen once; resolve_worker_issue('924bfafa-828a-49f5-bdb5-7b40d582941e') if it is over."
            ),
            [
                go("/console/issues", "Issues"),
                over("924bfafa-828a-49f5-bdb5-7b40d582941e")
            ]
        );
        assert_eq!(steps("spotify answers with status 503", "See whether it lasts."), []);
        // A name that is none leads nowhere.
        assert_eq!(steps("<b>_x: 1 dead letters", "resolve_worker_issue('é"), []);
    }

    #[test]
    fn what_waits_for_a_provider_that_is_down_is_told_once() {
        let reason = |problem: &str| Reason {
            problem: problem.to_owned(),
            advice: None,
        };
        let down = reason(
            "spotify is down (status 503): its breaker is open since 2026-11-29 07:00:13 UTC, and 1 message waits",
        );
        let waits = reason(
            "artist_discovery: 1 message waits for another try: breaker_open: spotify is down; its breaker is open",
        );
        let other = reason("artist_discovery: 2 messages wait for another try; one of them: provider_failed: genius");
        let shown = together(&[down.clone(), waits.clone(), other.clone()]);
        assert_eq!(shown.len(), 2);
        assert_eq!(
            shown[0].steps(),
            [Step::Go {
                address: "/console/work?phase=retrying".to_owned(),
                label: "What waits"
            }]
        );
        assert_eq!(waits.likeness(), other.likeness());
        assert_ne!(waits.likeness(), down.likeness());
        assert_eq!(together(&[waits]).len(), 1);
    }

    #[test]
    fn one_issue_of_several_workers_is_one_problem() {
        let ids = [
            "924bfafa-828a-49f5-bdb5-7b40d582941e",
            "13d1f4de-0f5a-4a7b-9c9c-0f3a5d3b2a10",
        ];
        let issue = |worker: &str, what: &str, id: &str| Reason {
            problem: format!("{worker}: {what}"),
            advice: Some(format!("Seen 2 times; resolve_worker_issue('{id}') if it is over.")),
        };
        let shown = together(&[
            issue("artistDiscovery", "deduplication is off: Redis: timed out", ids[0]),
            issue("trackDiscovery", "1 of its runs died", ids[0]),
            issue("albumDiscovery", "deduplication is off: Redis: timed out", ids[1]),
        ]);
        assert_eq!(shown.len(), 2);
        assert_eq!(
            shown[0].problem,
            "artistDiscovery, albumDiscovery: deduplication is off: Redis: timed out"
        );
        let action = format!("/console/issues/{},{}/resolve", ids[0], ids[1]);
        assert!(shown[0].steps().contains(&Step::Also {
            action,
            label: "It is over"
        }));
    }

    #[test]
    fn what_all_workers_meet_names_none_and_says_why_nobody_comes() {
        let reason = |problem: String, advice: &str| Reason {
            problem,
            advice: Some(advice.to_owned()),
        };
        let calls = reason(
            "albumDiscovery, artistDiscovery: called 3 times and did not come, the last time 12 s ago".to_owned(),
            "The answer to the call was status 202",
        );
        let fails = |queue: &Queue| {
            reason(
                format!(
                    "{}: fails when it is called: dequeue_batch failed",
                    queue.function_name()
                ),
                "Seen once; resolve_worker_issue('924bfafa-828a-49f5-bdb5-7b40d582941e') if it is over.",
            )
        };
        let all: Vec<Reason> = std::iter::once(calls.clone())
            .chain(Queue::ALL.iter().map(fails))
            .collect();
        let shown = together(&all);
        assert_eq!(shown.len(), 1);
        assert_eq!(
            shown[0].problem,
            "Each worker: fails when it is called: dequeue_batch failed"
        );
        // One of two fails: of the other nobody knows why it does not come.
        let album = Queue::ALL
            .iter()
            .find(|queue| queue.function_name() == "albumDiscovery")
            .unwrap();
        assert_eq!(together(&[calls.clone(), fails(album)]).len(), 2);
        assert_eq!(together(&[calls]).len(), 1);
    }
}
