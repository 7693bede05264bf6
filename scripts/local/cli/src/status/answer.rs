//! The answer of `get_pipeline_status`, and of `checkPipeline`, which is the same and more, as the screen needs it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The pipeline at a glance.
#[derive(Debug, Deserialize)]
pub struct Status {
    /// When the database looked.
    pub timestamp: String,
    /// The word for all of it.
    #[serde(rename = "overall_status")]
    pub health: Health,
    /// What is not as it should be.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// The five stages, in their order.
    pub stages: Vec<Stage>,
    /// The providers by name.
    #[serde(default)]
    pub providers: BTreeMap<String, Provider>,
    /// Whether an enqueue calls its worker.
    #[serde(default)]
    pub wake_ups: WakeUps,
    /// Only a function knows.
    pub redis: Option<Redis>,
    /// The functions' version; only they know.
    pub version: Option<String>,
    /// The workers by name; only a function asks them.
    #[serde(default)]
    pub workers: BTreeMap<String, Worker>,
}

/// `get_system_health`'s words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Nothing to do.
    Healthy,
    /// Something waits for somebody.
    Warning,
    /// Work has come to a halt somewhere.
    Unhealthy,
}

/// A problem with advice.
#[derive(Debug, Deserialize)]
pub struct Reason {
    /// What is wrong.
    pub problem: String,
    /// What to do.
    #[serde(default)]
    pub advice: Option<String>,
}

/// One queue and its worker.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stage {
    /// The queue.
    pub queue_name: String,
    /// Not paused.
    pub active: bool,
    /// Waiting for a worker.
    pub waiting: u64,
    /// With a worker.
    pub in_progress: u64,
    /// Waiting for another try.
    pub retrying: u64,
    /// Left by a worker that died, and not taken since.
    pub stuck: u64,
    /// Given up.
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
    /// Runs that may be.
    pub max_concurrency: Option<u64>,
}

/// What the pipeline knows of a provider.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Provider {
    /// Left alone for so long.
    pub paused_for_ms: u64,
    /// Why.
    pub pause_reason: Option<String>,
    /// Abilities that it refused, and for how long they are not tried again.
    pub refused: BTreeMap<String, u64>,
    /// How it took being asked, in a word; only a function asks.
    pub state: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// Where deduplication keys and tokens are kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Redis {
    /// There is an address.
    pub configured: bool,
    /// It answers.
    pub answering: Option<bool>,
    /// Why it does not.
    pub problem: Option<String>,
}

/// How a worker took being asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Worker {
    /// It would work.
    pub answering: bool,
    /// Its version, where it says so.
    pub version: Option<String>,
}

/// Calls from the database.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WakeUps {
    /// The setting `wake_ups_enabled`.
    pub enabled: bool,
    /// What Vault lacks for them.
    pub missing_vault_entries: Vec<String>,
}
