//! The answer of `get_pipeline_status`, and of `checkPipeline`, which is the same and more, as those need it who show it:
//! the console's first page and `scripts/status`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The pipeline at a glance. Without a database, `checkPipeline` knows the health, reasons, Redis and the version only.
#[derive(Debug, Deserialize)]
pub struct Status {
    #[serde(default)]
    pub timestamp: String,
    /// The release of the database's schema.
    pub schema_version: Option<String>,
    /// The word for all of it.
    #[serde(rename = "overall_status")]
    pub health: Health,
    /// What is not as it should be.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// The five stages, in their order.
    #[serde(default)]
    pub stages: Vec<Stage>,
    #[serde(default)]
    pub providers: BTreeMap<String, Provider>,
    /// Whether an enqueue calls its worker.
    #[serde(default)]
    pub wake_ups: WakeUps,
    /// Absent where the answer is the database's own: only a function sees Redis.
    pub redis: Option<Redis>,
    /// The functions' version; only they know.
    pub version: Option<String>,
    /// The workers by name; only a function asks them.
    #[serde(default)]
    pub workers: BTreeMap<String, Worker>,
}

/// The words of `get_system_health`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    #[default]
    Healthy,
    /// It works, but an operator should look at it.
    Warning,
    /// It does not work, or not as it should.
    Unhealthy,
}

/// Why the health is not better, or what else an operator should know: for programs, and in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    #[serde(default)]
    pub code: Code,
    #[serde(default)]
    pub about: About,
    pub problem: String,
    #[serde(default)]
    pub advice: Option<String>,
}

/// What kind of reason it is. The first group is the database's, the second what only a function finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    MessagesStuck,
    MessagesRetrying,
    DeadLetters,
    QueuePaused,
    EntitiesStalled,
    WorkerIssue,
    RunOverdue,
    CallsInVain,
    NoWorkerComes,
    ProviderDown,
    QueueBroken,
    GrantsWrong,
    JobsNotScheduled,
    JobsNotRun,
    DatabaseIsACopy,

    VariableWrong,
    DatabaseUnavailable,
    SchemaTooOld,
    RedisUnavailable,
    WorkerUnavailable,
    VaultEntriesMissing,
    WakeUpsOff,
    ProviderOff,
    ProviderRefused,
    ProviderFailing,
    ProviderPaused,
    /// Nobody answers for the functions at all.
    FunctionsUnavailable,

    /// One that this release does not know: its words are all there is.
    #[default]
    #[serde(other)]
    Unknown,
}

/// What a reason is about, as far as its kind has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The code of a message's last error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<OpenIssue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Whose rights are not as they should be, and to what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
}

/// An open row of `worker_issues`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenIssue {
    pub id: Uuid,
    #[serde(rename = "type")]
    pub kind: String,
    /// How often, in words.
    pub seen: String,
}

/// One queue and its worker.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stage {
    pub queue_name: String,
    pub active: bool,
    pub waiting: u64,
    pub in_progress: u64,
    /// Waiting for another try.
    pub retrying: u64,
    /// Left by a worker that died, and not taken since.
    pub stuck: u64,
    pub dead: u64,
    /// Done in the last hour.
    pub done_last_hour: u64,
    /// Age of the oldest message; 0 where there is none.
    pub oldest_age_minutes: f64,
    /// Messages a minute, over the last ten.
    pub rate_per_minute: f64,
    /// At that rate; none where nothing was done.
    pub minutes_to_empty: Option<f64>,
    /// Runs of the worker that are under way.
    pub runs: u64,
    /// How many runs may be at work at once.
    pub max_concurrency: Option<u64>,
}

impl Stage {
    /// Messages that are not done yet.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.waiting + self.in_progress + self.retrying
    }
}

/// What the pipeline knows of a provider.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Provider {
    /// Left alone for so long.
    pub paused_for_ms: u64,
    pub pause_reason: Option<String>,
    /// Abilities that it refused, and for how long they are not tried again.
    pub refused: BTreeMap<String, u64>,
    /// It is down; absent while it is not.
    pub breaker: Option<Breaker>,
    /// How far ahead its request slots are taken.
    pub booked_ms: u64,
    pub requests_per_second: Option<f64>,
    pub last_pause: Option<Past>,
    /// The last request that failed.
    pub last_failure: Option<Past>,
    /// How it took being asked, in a word; only a function asks.
    pub state: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// How long it took to answer.
    pub ms: Option<u64>,
}

/// The open breaker of a provider.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Breaker {
    pub open_since: String,
    pub reason: Option<String>,
    pub next_probe_ms: u64,
    /// Messages that wait for the provider.
    pub waiting: u64,
}

/// What was the matter, and when it was last so.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Past {
    pub at: String,
    pub reason: Option<String>,
}

/// Where deduplication keys and tokens are kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Redis {
    pub configured: bool,
    pub answering: Option<bool>,
    pub problem: Option<String>,
    pub ms: Option<u64>,
}

/// How a worker took being asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Worker {
    /// Whether a request would be answered now.
    pub answering: bool,
    /// Its version, where it says so.
    pub version: Option<String>,
    pub problem: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WakeUps {
    /// The setting `wake_ups_enabled`.
    pub enabled: bool,
    /// What Vault lacks for them.
    pub missing_vault_entries: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_another_release_is_read_by_its_words() {
        // Of one that came later, and of one before there were codes.
        for json in [
            r#"{"code": "too_new", "about": {"moon": 1}, "problem": "p", "advice": "a"}"#,
            r#"{"problem": "p", "advice": "a"}"#,
        ] {
            let reason: Reason = serde_json::from_str(json).unwrap();
            assert_eq!((reason.code, reason.problem.as_str()), (Code::Unknown, "p"), "{json}");
            assert_eq!(reason.about, About::default());
        }
    }
}
