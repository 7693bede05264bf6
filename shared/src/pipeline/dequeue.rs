//! The first step: what `dequeue_batch` brings.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::pipeline::message::Delivery;
use crate::pipeline::outcome::{Failure, Outcome};

/// A message before its stage's types are known.
pub type RawDelivery = Delivery<Value, Value>;

/// The answer of `dequeue_batch`.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// As many runs as may are in flight; this one has no place.
    #[serde(default)]
    pub busy: bool,
    /// The messages, hidden from others for the visibility timeout.
    #[serde(default)]
    pub messages: Vec<RawDelivery>,
    /// Without messages: how long until one falls due.
    #[serde(default)]
    pub next_due_ms: Option<u64>,
    /// Behaviour.
    #[serde(default)]
    pub settings: Settings,
    /// `Some(false)`: a run was lost lately, perhaps to a Redis that hangs; this one leaves it alone.
    #[serde(default)]
    pub redis: Option<bool>,
    /// By name.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderState>,
}

/// Rows of `linernotes.settings`, as far as a run needs them; one that is missing has its default.
#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Settings {
    run_budget_seconds: Option<f64>,
    dedup_ttl_seconds: Option<f64>,
    provider_concurrency: Option<f64>,
    ability_retry_seconds: Option<f64>,
    genius_always: Option<bool>,
}

impl Settings {
    /// From the beginning of a run to its last request.
    pub fn run_budget(&self) -> Duration {
        seconds(self.run_budget_seconds, 25.0)
    }

    /// How long Redis remembers that a message was done.
    pub fn dedup_ttl(&self) -> Duration {
        seconds(self.dedup_ttl_seconds, 86_400.0)
    }

    /// How long a refused ability is not tried.
    pub fn ability_retry(&self) -> Duration {
        seconds(self.ability_retry_seconds, 86_400.0)
    }

    /// Whether Genius is asked for every track, also where `MusicBrainz` gave producers and writers.
    pub fn genius_always(&self) -> bool {
        self.genius_always.unwrap_or(false)
    }

    /// Requests to one provider under way at once.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped.
    pub fn provider_concurrency(&self) -> usize {
        self.provider_concurrency.unwrap_or(16.0).clamp(1.0, 100.0) as usize
    }
}

fn seconds(value: Option<f64>, default: f64) -> Duration {
    Duration::try_from_secs_f64(value.unwrap_or(default)).unwrap_or_default()
}

/// What all runs together know of a provider.
#[derive(Debug, Default, Deserialize)]
pub struct ProviderState {
    /// 0: not paused.
    #[serde(default)]
    pub paused_for_ms: u64,
    /// Why.
    #[serde(default)]
    pub pause_reason: Option<String>,
    /// Ability → milliseconds for which it stays refused.
    #[serde(default)]
    pub refused: BTreeMap<String, u64>,
}

impl ProviderState {
    /// How long the provider stays paused.
    pub fn paused_for(&self) -> Duration {
        Duration::from_millis(self.paused_for_ms)
    }
}

/// A delivery in its stage's types. A payload that does not fit never will: it goes to the dead letters.
pub fn typed<M, S>(delivery: RawDelivery) -> Result<Delivery<M, S>, Box<Outcome>>
where
    M: DeserializeOwned,
    S: DeserializeOwned,
{
    let bad = |code, what: &str, error: &serde_json::Error| Failure {
        code,
        message: format!("the {what} can't be read: {error}"),
    };
    let message = serde_json::from_value(delivery.message)
        .map_err(|error| Box::new(Outcome::Dead(bad("bad_message", "message", &error))))?;
    // The rows are the database's own: after the next release they may be readable.
    let subject = serde_json::from_value(delivery.subject.unwrap_or(Value::Null)).map_err(|error| {
        Box::new(Outcome::Retry {
            error: bad("bad_subject", "catalogue's row", &error),
            after: None,
            counts: true,
        })
    })?;
    Ok(Delivery {
        msg_id: delivery.msg_id,
        read_ct: delivery.read_ct,
        attempt: delivery.attempt,
        key: delivery.key,
        correlation_id: delivery.correlation_id,
        force: delivery.force,
        completed: delivery.completed,
        message,
        subject,
    })
}
