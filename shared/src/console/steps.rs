//! What can be done at once about a reason of the status: here is the way to where it is mended.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::console::frame::press;
use crate::console::terminal::Errand;
use crate::pipeline::issues::{REDIS_UNAVAILABLE, WORKER_FAILED};
use crate::pipeline::queue::Queue;
use crate::pipeline::status::{About, Code, OpenIssue, Reason};

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

/// A reason as the page shows it: several workers' issues of one kind are one of them.
#[derive(Debug, Clone)]
struct Shown {
    reason: Reason,
    /// The problem without the workers that have it.
    message: String,
    issues: Vec<OpenIssue>,
}

impl Shown {
    fn steps(&self) -> Vec<Step> {
        let go = |address: String, label| vec![Step::Go { address, label }];
        let press = |action: String, label| vec![Step::Press { action, label }];
        let about = &self.reason.about;
        let queue = about.queue.as_deref().and_then(Queue::named).map(Queue::name);
        match (self.reason.code, queue) {
            (Code::DeadLetters, Some(queue)) => go(format!("/console/dead-letters?queue={queue}"), "Look"),
            (Code::QueuePaused, Some(queue)) => press(format!("/console/queues/{queue}/resume"), "Resume"),
            (Code::MessagesStuck, Some(queue)) => vec![
                Step::Press {
                    action: "/console/tools/mend".to_owned(),
                    label: "Make them visible",
                },
                Step::Go {
                    address: format!("/console/work?queue={queue}&phase=stuck"),
                    label: "Look",
                },
            ],
            (Code::MessagesRetrying, Some(queue)) => vec![
                Step::Go {
                    address: format!("/console/work?queue={queue}&phase=retrying"),
                    label: "Look",
                },
                Step::Also {
                    action: format!("/console/queues/{queue}/pause"),
                    label: "Pause the queue",
                },
            ],
            (Code::ProviderDown, _) => go("/console/work?phase=retrying".to_owned(), "What waits"),
            (Code::WorkerIssue, _) => self.steps_of_issue(),
            (Code::CallsInVain | Code::NoWorkerComes, _) => press("/console/tools/call".to_owned(), "Call the workers"),
            (Code::JobsNotScheduled, _) => press("/console/tools/schedule".to_owned(), "Schedule the jobs"),
            (Code::WakeUpsOff, _) => go("/console/settings#wake_ups_enabled".to_owned(), "The setting"),
            (Code::EntitiesStalled, _) => press("/console/tools/maintenance".to_owned(), "Reset them"),
            _ => Vec::new(),
        }
    }

    fn steps_of_issue(&self) -> Vec<Step> {
        let ids: Vec<String> = self.issues.iter().map(|issue| issue.id.to_string()).collect();
        let first = match self.issue_type() {
            // It says whether they still do, and closes the issues of those that don't.
            Some(WORKER_FAILED) => Step::Press {
                action: "/console/tools/call".to_owned(),
                label: "Call the workers",
            },
            Some(REDIS_UNAVAILABLE) => Step::Go {
                address: "/console?check=1#outside".to_owned(),
                label: "Ask Redis",
            },
            _ => Step::Go {
                address: "/console/issues".to_owned(),
                label: "Issues",
            },
        };
        let over = Step::Also {
            action: format!("/console/issues/{}/resolve", ids.join(",")),
            label: "It is over",
        };
        vec![first, over]
    }

    fn issue_type(&self) -> Option<&str> {
        self.issues.first().map(|issue| issue.kind.as_str())
    }

    /// A problem that ends with so many names that they would fill a phone's window.
    fn problem_and_names(&self) -> Option<(&str, String)> {
        let names = self.reason.about.jobs.join(", ");
        let problem = self.reason.problem.strip_suffix(&format!(" ({names})"))?;
        (names.len() > 120).then_some((problem, names))
    }

    /// The advice, or what takes its place where a button stands for the SQL in it.
    fn advice(&self) -> Option<Cow<'_, str>> {
        let words = match (self.reason.code, self.issue_type()) {
            (Code::WorkerIssue, Some(WORKER_FAILED)) => {
                "When the cause is mended, call them: a worker that works again closes this."
            }
            (Code::WorkerIssue, Some(REDIS_UNAVAILABLE)) => {
                "Nothing is lost, but work may be done twice. A worker's next run that reaches Redis closes this, and so can you when Redis answers again."
            }
            (Code::WorkerIssue, Some(_)) => return Some(format!("Seen {}", self.issues[0].seen).into()),
            (Code::JobsNotScheduled, _) => "All of them are scheduled together.",
            (Code::DeadLetters, _) => "Mend the cause, then replay them.",
            (Code::QueuePaused, _) => "Resume it when the reason is gone.",
            (Code::EntitiesStalled, _) => "The jobs reset them by themselves after an hour.",
            (Code::WakeUpsOff, _) => "Switch them on when the reason is gone.",
            _ => return self.reason.advice.as_deref().map(Cow::from),
        };
        Some(words.into())
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
                    None => p.problem { (self.reason.problem) },
                }
                @if let Some(advice) = self.advice() { p.advice { (advice) } }
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
}

impl Reason {
    /// Whether it is the same one, although its numbers and words may have changed since.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        // A message's last error is an example, and changes with every message.
        let lasting = |reason: &Self| About {
            error: None,
            provider: reason
                .about
                .provider
                .clone()
                .filter(|_| reason.code != Code::MessagesRetrying),
            issue: reason.about.issue.clone().map(|issue| OpenIssue {
                seen: String::new(),
                ..issue
            }),
            ..reason.about.clone()
        };
        self.code == other.code
            && lasting(self) == lasting(other)
            && (self.code != Code::Unknown || self.problem == other.problem)
    }

    /// What an issue says, without the worker's name before it.
    fn message(&self) -> &str {
        let told = self
            .about
            .workers
            .first()
            .and_then(|worker| self.problem.strip_prefix(worker.as_str()));
        told.and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&self.problem)
    }
}

/// A system that is wrong as a whole has one problem in many copies.
const SHOWN: usize = 12;

/// `place` tells the lists of one page apart.
pub fn list(reasons: &[Reason], may_act: bool, place: &str) -> Markup {
    let shown = together(reasons);
    let mut told = Vec::new();
    html! {
        ol.reasons {
            @for one in shown.iter().take(SHOWN) {
                // Once is enough for problems that are mended in the same way.
                @let errand = Errand::of(&one.reason).filter(|errand| !told.contains(errand));
                @let () = told.extend(errand);
                (one.markup(may_act, errand, place))
            }
        }
        @if shown.len() > SHOWN { p.muted { "and " (shown.len() - SHOWN) " more problems" } }
    }
}

/// Several workers with one issue are one problem, and one press; so are a provider that is down and what waits for it,
/// and a worker that fails and the calls that brought nobody.
fn together(reasons: &[Reason]) -> Vec<Shown> {
    let down = |provider: &String| {
        let mut known = reasons.iter().filter(|known| known.code == Code::ProviderDown);
        known.any(|known| known.about.provider.as_ref() == Some(provider))
    };
    let fails = |worker: &String| {
        reasons.iter().any(|known| {
            known
                .about
                .issue
                .as_ref()
                .is_some_and(|issue| issue.kind == WORKER_FAILED)
                && known.about.workers.contains(worker)
        })
    };
    let mut shown: Vec<Shown> = Vec::new();
    for reason in reasons {
        let told = match reason.code {
            // What waits for a provider stands in the provider's own reason.
            Code::MessagesRetrying => reason.about.provider.as_ref().is_some_and(down),
            // Why nobody comes stands in what the worker answers.
            Code::CallsInVain => reason.about.workers.iter().all(fails),
            _ => false,
        };
        if told {
            continue;
        }
        let same = shown.iter_mut().find(|known| {
            known.reason.code == Code::WorkerIssue
                && reason.code == Code::WorkerIssue
                && known.issue_type() == reason.about.issue.as_ref().map(|issue| issue.kind.as_str())
                && known.message == reason.message()
        });
        match same {
            Some(known) => known.add(reason),
            None => shown.push(Shown {
                issues: reason.about.issue.iter().cloned().collect(),
                message: reason.message().to_owned(),
                reason: reason.clone(),
            }),
        }
    }
    shown
}

impl Shown {
    /// One more worker with the same issue.
    fn add(&mut self, reason: &Reason) {
        let workers = &mut self.reason.about.workers;
        workers.extend(reason.about.workers.iter().cloned());
        let each = Queue::ALL
            .iter()
            .all(|queue| workers.iter().any(|worker| worker == queue.function_name()));
        let who = if each {
            "Each worker".to_owned()
        } else {
            workers.join(", ")
        };
        self.reason.problem = format!("{who}: {}", self.message);
        self.issues.extend(reason.about.issue.clone());
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const IDS: [Uuid; 2] = [
        Uuid::from_u128(0x924b_fafa_828a_49f5_bdb5_7b40_d582_941e),
        Uuid::from_u128(0x13d1_f4de_0f5a_4a7b_9c9c_0f3a_5d3b_2a10),
    ];

    fn of_queue(code: Code, queue: &str) -> Reason {
        Reason {
            code,
            about: About {
                queue: Some(queue.to_owned()),
                ..About::default()
            },
            ..Reason::default()
        }
    }

    fn issue(worker: &str, kind: &str, message: &str, id: Uuid) -> Reason {
        Reason {
            code: Code::WorkerIssue,
            about: About {
                workers: vec![worker.to_owned()],
                issue: Some(OpenIssue {
                    id,
                    kind: kind.to_owned(),
                    seen: "2 times".to_owned(),
                }),
                ..About::default()
            },
            problem: format!("{worker}: {message}"),
            advice: Some(format!("Seen 2 times; resolve_worker_issue('{id}') if it is over.")),
        }
    }

    fn calls_in_vain(workers: &[&str]) -> Reason {
        Reason {
            code: Code::CallsInVain,
            about: About {
                workers: workers.iter().map(|worker| (*worker).to_owned()).collect(),
                ..About::default()
            },
            problem: format!("{}: called 3 times and did not come", workers.join(", ")),
            ..Reason::default()
        }
    }

    fn steps(reason: Reason) -> Vec<Step> {
        together(&[reason])[0].steps()
    }

    fn go(address: &str, label: &'static str) -> Step {
        Step::Go {
            address: address.to_owned(),
            label,
        }
    }

    fn press(action: &str, label: &'static str) -> Step {
        Step::Press {
            action: action.to_owned(),
            label,
        }
    }

    fn over(ids: &[Uuid]) -> Step {
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        Step::Also {
            action: format!("/console/issues/{}/resolve", ids.join(",")),
            label: "It is over",
        }
    }

    #[test]
    fn problems_lead_to_where_they_are_mended() {
        assert_eq!(
            steps(of_queue(Code::DeadLetters, "track_discovery")),
            [go("/console/dead-letters?queue=track_discovery", "Look")]
        );
        assert_eq!(
            steps(of_queue(Code::QueuePaused, "album_discovery")),
            [press("/console/queues/album_discovery/resume", "Resume")]
        );
        for (kind, first) in [
            (REDIS_UNAVAILABLE, go("/console?check=1#outside", "Ask Redis")),
            (WORKER_FAILED, press("/console/tools/call", "Call the workers")),
            ("run_died", go("/console/issues", "Issues")),
        ] {
            assert_eq!(
                steps(issue("artistDiscovery", kind, "x", IDS[0])),
                [first, over(&IDS[..1])]
            );
        }
        // Of what this release does not know it says the words, and a name that is none leads nowhere.
        assert_eq!(steps(Reason::default()), []);
        assert_eq!(steps(of_queue(Code::DeadLetters, "\"><b>_x")), []);
    }

    #[test]
    fn words_of_others_are_no_code() {
        // Anybody may have written the row.
        let told = issue(
            "spotify is down (x)",
            "track_discovery is paused",
            "did not come; not scheduled",
            IDS[0],
        );
        assert_eq!(steps(told), [go("/console/issues", "Issues"), over(&IDS[..1])]);
    }

    #[test]
    fn many_names_are_folded_and_nobody_elses_words() {
        let jobs: Vec<String> = (10..30).map(|number| format!("job-{number}")).collect();
        let names = jobs.join(", ");
        let told = |jobs: Vec<String>| {
            let mut reason = of_queue(Code::JobsNotRun, "");
            reason.about.jobs = jobs;
            reason.problem = format!("20 of 20 jobs: not active ({names})");
            together(&[reason])
        };
        assert_eq!(
            told(jobs)[0].problem_and_names(),
            Some(("20 of 20 jobs: not active", names.clone()))
        );
        assert_eq!(told(Vec::new())[0].problem_and_names(), None);
    }

    #[test]
    fn what_waits_for_a_provider_that_is_down_is_told_once() {
        let waits_for = |provider: Option<&str>| {
            let mut reason = of_queue(Code::MessagesRetrying, "artist_discovery");
            reason.about.provider = provider.map(ToOwned::to_owned);
            reason
        };
        let down = Reason {
            code: Code::ProviderDown,
            about: About {
                provider: Some("spotify".to_owned()),
                ..About::default()
            },
            ..Reason::default()
        };
        let waits = waits_for(Some("spotify"));
        let shown = together(&[down.clone(), waits.clone(), waits_for(None), waits_for(Some("genius"))]);
        assert_eq!(shown.len(), 3);
        assert_eq!(shown[0].steps(), [go("/console/work?phase=retrying", "What waits")]);
        assert_eq!(together(std::slice::from_ref(&waits)).len(), 1);
        assert!(waits.is_like(&waits_for(None)));
        assert!(!waits.is_like(&down));
    }

    #[test]
    fn one_issue_of_several_workers_is_one_problem() {
        let message = "deduplication is off: Redis: timed out";
        let shown = together(&[
            issue("artistDiscovery", REDIS_UNAVAILABLE, message, IDS[0]),
            issue("trackDiscovery", "run_died", "1 of its runs died", IDS[0]),
            issue("albumDiscovery", REDIS_UNAVAILABLE, message, IDS[1]),
        ]);
        assert_eq!(shown.len(), 2);
        assert_eq!(
            shown[0].reason.problem,
            format!("artistDiscovery, albumDiscovery: {message}")
        );
        assert!(shown[0].steps().contains(&over(&IDS)));
        assert_eq!(shown[1].advice().as_deref(), Some("Seen 2 times"));
    }

    #[test]
    fn what_all_workers_meet_names_none_and_says_why_nobody_comes() {
        let calls = calls_in_vain(&["albumDiscovery", "artistDiscovery"]);
        let fails = |queue: Queue| {
            issue(
                queue.function_name(),
                WORKER_FAILED,
                "fails when it is called: dequeue_batch failed",
                IDS[0],
            )
        };
        let all: Vec<Reason> = std::iter::once(calls.clone()).chain(Queue::ALL.map(fails)).collect();
        let shown = together(&all);
        assert_eq!(shown.len(), 1);
        assert_eq!(
            shown[0].reason.problem,
            "Each worker: fails when it is called: dequeue_batch failed"
        );
        // One of two fails: of the other nobody knows why it does not come.
        assert_eq!(together(&[calls.clone(), fails(Queue::AlbumDiscovery)]).len(), 2);
        assert_eq!(together(&[calls]).len(), 1);
    }
}
