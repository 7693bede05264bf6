//! What a page can't do: the commands for a terminal, said where the problem stands, for each way in which Linernotes runs.

use maud::{Markup, html};

use crate::console::frame::copy;

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

/// Words of problems, and what they ask for. The first that fits holds.
const SIGNS: [(&str, Errand); 14] = [
    ("the schema of release", Errand::Schema),
    ("redis does not answer", Errand::Redis),
    ("deduplication is off", Errand::Redis),
    ("refuses what is configured", Errand::Variable),
    ("credentials_refused", Errand::Variable),
    ("missing", Errand::Variable),
    ("a right value", Errand::Variable),
    ("set its variables", Errand::Variable),
    ("does not answer as it should", Errand::Host),
    ("fails when it is called", Errand::Host),
    ("answered with status", Errand::Host),
    ("did not come", Errand::Host),
    ("of its runs", Errand::Host),
    ("go back to the", Errand::Host),
];

impl Errand {
    pub fn of(problem: &str, advice: &str) -> Option<Self> {
        let said = format!("{problem} {advice}").to_ascii_lowercase();
        let mut signs = SIGNS.iter();
        // Vault's entries are the database's, and the advice says the statement.
        let sign = signs.find(|(words, _)| said.contains(words) && !said.starts_with("vault "))?;
        Some(sign.1)
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
    use super::*;

    #[test]
    fn a_problem_says_where_it_is_mended() {
        for (problem, advice, wanted) in [
            ("Redis does not answer: timed out", "", Some(Errand::Redis)),
            (
                "artistDiscovery: deduplication is off: Redis: timed out",
                "Seen once",
                Some(Errand::Redis),
            ),
            (
                "spotify refuses what is configured (status 401)",
                "",
                Some(Errand::Variable),
            ),
            (
                "artistDiscovery: answered with status 500: spotify_client_secret: missing, but spotify_client_id is set",
                "",
                Some(Errand::Variable),
            ),
            (
                "checkPipeline does not answer as it should: status 502",
                "",
                Some(Errand::Host),
            ),
            (
                "artistDiscovery: called 2 times and did not come, the last time 9 s ago",
                "",
                Some(Errand::Host),
            ),
            (
                "trackDiscovery: 1 of its runs should have ended and did not",
                "",
                Some(Errand::Host),
            ),
            (
                "artistDiscovery: fails when it is called: dequeue_batch failed: the schema of release 0.1.0 is not installed",
                "",
                Some(Errand::Schema),
            ),
            ("Vault has no entry functions_url", "Create it", None),
            ("track_discovery: 3 dead letters", "Look at them", None),
            ("spotify is down (status 503)", "Nobody asks it", None),
        ] {
            assert_eq!(Errand::of(problem, advice), wanted, "{problem}");
        }
    }
}
