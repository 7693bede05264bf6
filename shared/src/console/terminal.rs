//! What a page can't do: the commands for a terminal, said where the problem stands, for each way in which Linernotes runs.

use maud::{Markup, html};

use crate::console::frame::copy;
use crate::pipeline::issues::{REDIS_UNAVAILABLE, RUN_DIED, WORKER_FAILED};
use crate::pipeline::status::{Code, Reason};

/// What has to be done where the functions, Redis or the database run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// A variable is missing or wrong.
    Variable,
    /// The functions fail, hang, or do not answer.
    Host,
    Redis,
    Database,
    /// Its migrations are older than the functions.
    Schema,
}

impl Errand {
    pub fn of(reason: &Reason) -> Option<Self> {
        match reason.code {
            Code::VariableWrong | Code::ProviderOff | Code::ProviderRefused => Some(Self::Variable),
            Code::SchemaTooOld => Some(Self::Schema),
            Code::DatabaseUnavailable => Some(Self::Database),
            Code::RedisUnavailable => Some(Self::Redis),
            Code::RunOverdue | Code::CallsInVain | Code::FunctionsUnavailable => Some(Self::Host),
            Code::WorkerUnavailable => Some(Self::of_answer(&reason.problem)),
            Code::MessagesRetrying => {
                let error = reason.about.error.as_deref().unwrap_or_default();
                error.ends_with("credentials_refused").then_some(Self::Variable)
            }
            Code::WorkerIssue => match reason.about.issue.as_ref()?.kind.as_str() {
                WORKER_FAILED => Some(Self::of_answer(&reason.problem)),
                REDIS_UNAVAILABLE => Some(Self::Redis),
                RUN_DIED => Some(Self::Host),
                kind => kind.ends_with("_misconfigured").then_some(Self::Variable),
            },
            _ => None,
        }
    }

    /// Of a function that does not answer as it should: its own words are all that is known.
    pub fn of_answer(words: &str) -> Self {
        if words.contains("the schema of release") {
            Self::Schema
        } else if words.contains(": missing") {
            Self::Variable
        } else {
            Self::Host
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Host => "host",
            Self::Redis => "redis",
            Self::Database => "database",
            Self::Schema => "schema",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Variable => "Set the variable where the functions run, then start them again:",
            Self::Host => {
                "Read the functions' log. Was something released last, put back the components and the spin.toml of before. Then start the functions again:"
            }
            Self::Redis => "Start Redis again; nothing in it has to be restored:",
            Self::Database => {
                "A hosted project: its dashboard says whether it runs, is paused or read-only. One of your own:"
            }
            Self::Schema => {
                "Install the migrations of this release, or put back the functions of before. In a checkout of the release:"
            }
        }
    }

    /// Where it runs, and what is typed there.
    fn commands(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Variable => &[
                (
                    "systemd",
                    "sudoedit /etc/linernotes/linernotes.env && sudo systemctl restart linernotes",
                ),
                (
                    "Compose",
                    "$EDITOR linernotes.env && docker compose up --detach --force-recreate linernotes",
                ),
                (
                    "Kubernetes",
                    "kubectl --namespace linernotes edit secret linernotes && kubectl --namespace linernotes rollout restart deployment/linernotes",
                ),
            ],
            Self::Host => &[
                (
                    "systemd",
                    "journalctl --unit linernotes --since -15min; sudo systemctl restart linernotes",
                ),
                (
                    "Compose",
                    "docker compose logs --since 15m linernotes; docker compose restart linernotes",
                ),
                (
                    "Kubernetes",
                    "kubectl --namespace linernotes logs deployment/linernotes --since 15m; kubectl --namespace linernotes rollout restart deployment/linernotes",
                ),
            ],
            Self::Redis => &[
                ("systemd", "sudo systemctl restart linernotes-redis"),
                ("Compose", "docker compose restart valkey"),
            ],
            Self::Database => &[(
                "systemd",
                "systemctl status postgresql; sudo systemctl restart postgresql",
            )],
            Self::Schema => &[(
                "Supabase CLI",
                "scripts/install-migrations ~/app/supabase --yes && supabase --workdir ~/app db push",
            )],
        }
    }

    /// Folded, since most problems end without it. `place` tells apart those of one page.
    pub fn help(self, place: &str) -> Markup {
        html! {
            details.terminal id={ "terminal-" (place) "-" (self.name()) } {
                summary { "In a terminal" }
                p { (self.words()) }
                dl {
                    @for (runs_by, command) in self.commands() {
                        div { dt { (runs_by) } dd { (copy(command)) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::status::{About, OpenIssue};

    use super::*;

    #[test]
    fn a_problem_says_where_it_is_mended() {
        let issue = |kind: &str| About {
            issue: Some(OpenIssue {
                kind: kind.to_owned(),
                ..OpenIssue::default()
            }),
            ..About::default()
        };
        let error = |code: &str| About {
            error: Some(code.to_owned()),
            ..About::default()
        };
        let none = About::default;
        for (code, about, problem, wanted) in [
            (Code::RedisUnavailable, none(), "", Some(Errand::Redis)),
            (Code::WorkerIssue, issue(REDIS_UNAVAILABLE), "", Some(Errand::Redis)),
            (
                Code::WorkerIssue,
                issue("genius_misconfigured"),
                "",
                Some(Errand::Variable),
            ),
            (Code::WorkerIssue, issue("somebody's"), "redis, variable: missing", None),
            (Code::ProviderRefused, none(), "", Some(Errand::Variable)),
            (
                Code::MessagesRetrying,
                error("spotify_credentials_refused"),
                "",
                Some(Errand::Variable),
            ),
            (Code::MessagesRetrying, error("breaker_open"), "", None),
            (
                Code::WorkerUnavailable,
                none(),
                "artistDiscovery: answered with status 500: spotify_client_secret: missing, but spotify_client_id is set",
                Some(Errand::Variable),
            ),
            (
                Code::WorkerUnavailable,
                none(),
                "artistDiscovery: no answer in time",
                Some(Errand::Host),
            ),
            (Code::FunctionsUnavailable, none(), "", Some(Errand::Host)),
            (
                Code::WorkerIssue,
                issue(WORKER_FAILED),
                "artistDiscovery: fails when it is called: dequeue_batch failed: the schema of release 0.1.0 is not installed",
                Some(Errand::Schema),
            ),
            (Code::VaultEntriesMissing, none(), "", None),
            (Code::DeadLetters, none(), "", None),
        ] {
            let reason = Reason {
                code,
                about,
                problem: problem.to_owned(),
                advice: None,
            };
            assert_eq!(Errand::of(&reason), wanted, "{reason:?}");
        }
    }
}
