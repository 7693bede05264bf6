//! The first step: what `dequeue_batch` returns.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::pipeline::message::Delivery;
use crate::pipeline::outcome::{Failure, Outcome};

/// A delivery whose payload and subject have not been read into its stage's types.
pub type RawDelivery = Delivery<Value, Value>;

#[derive(Debug, Deserialize)]
pub struct Batch {
    /// `max_concurrency` runs of this queue hold a lease already, so this run got none.
    #[serde(default)]
    pub busy: bool,
    /// The messages, which stay hidden from other runs for the visibility timeout.
    #[serde(default)]
    pub messages: Vec<RawDelivery>,
    /// Where no message is visible: how long until the next one is.
    #[serde(default)]
    pub next_due_ms: Option<u64>,
    #[serde(default)]
    pub settings: Settings,
    /// `Some(false)` where a run was lost lately, perhaps to a Redis that hangs, so that this run does not ask Redis.
    #[serde(default)]
    pub redis: Option<bool>,
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderState>,
}

/// The rows of `linernotes.settings` that a run needs. A row that is missing has the default given here.
#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Settings {
    run_budget_seconds: Option<f64>,
    dedup_ttl_seconds: Option<f64>,
    provider_concurrency: Option<f64>,
    ability_retry_seconds: Option<f64>,
    genius_always: Option<bool>,
    breaker_failures: Option<f64>,
    breaker_first_probe_seconds: Option<f64>,
}

impl Settings {
    /// The time from the beginning of a run to its last request.
    pub fn run_budget(&self) -> Duration {
        seconds(self.run_budget_seconds, 25.0)
    }

    /// How long Redis remembers that a message was done.
    pub fn dedup_ttl(&self) -> Duration {
        seconds(self.dedup_ttl_seconds, 86_400.0)
    }

    /// How long an ability that a provider refused is not tried again.
    pub fn ability_retry(&self) -> Duration {
        seconds(self.ability_retry_seconds, 86_400.0)
    }

    /// Whether Genius is asked for every track, also where `MusicBrainz` gave producers and writers.
    pub fn genius_always(&self) -> bool {
        self.genius_always.unwrap_or(false)
    }

    /// How many requests in a row have to fail before a provider is probed, and its breaker perhaps opens.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The value is clamped first.
    pub fn breaker_failures(&self) -> u32 {
        self.breaker_failures.unwrap_or(3.0).clamp(1.0, 1e6) as u32
    }

    /// How long after a breaker opened its provider is probed for the first time.
    pub fn breaker_first_probe(&self) -> Duration {
        seconds(self.breaker_first_probe_seconds, 2.0)
    }

    /// How many requests to one provider may be in progress at once.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The value is clamped first.
    pub fn provider_concurrency(&self) -> usize {
        self.provider_concurrency.unwrap_or(16.0).clamp(1.0, 100.0) as usize
    }
}

fn seconds(value: Option<f64>, default: f64) -> Duration {
    Duration::try_from_secs_f64(value.unwrap_or(default)).unwrap_or_default()
}

/// What other runs have stored about a provider.
#[derive(Debug, Default, Deserialize)]
pub struct ProviderState {
    /// 0 where the provider is not paused.
    #[serde(default)]
    pub paused_for_ms: u64,
    #[serde(default)]
    pub pause_reason: Option<String>,
    /// Abilities that the provider refused, and for how many milliseconds nobody is to try them.
    #[serde(default)]
    pub refused: BTreeMap<String, u64>,
    /// How many requests in a row have failed.
    #[serde(default)]
    pub failures: u32,
    /// `None` while its breaker is closed.
    #[serde(default)]
    pub breaker: Option<Value>,
}

impl ProviderState {
    pub fn paused_for(&self) -> Duration {
        Duration::from_millis(self.paused_for_ms)
    }

    /// How long until the provider, which is down, is probed next; `None` where its breaker is closed.
    pub fn next_probe(&self) -> Option<Duration> {
        let next_probe = self.breaker.as_ref()?.get("next_probe_ms")?.as_u64()?;
        Some(Duration::from_millis(next_probe))
    }
}

/// Reads a delivery into its stage's types. A payload that can't be read becomes a dead letter, since no retry changes it.
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
    // The subject comes from the database's own rows, which the next release may be able to read. So it is retried.
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
        force: delivery.force,
        completed: delivery.completed,
        message,
        subject,
    })
}
