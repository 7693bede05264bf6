//! What a stage is, and what it may use.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::pipeline::abilities::Abilities;
use crate::pipeline::issues::Issues;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::queue::Queue;
use crate::platform::config::Config;
use crate::platform::ports::{Clock, Http, KeyValue, Log};

/// One queue's work: the whole batch at once, so that requests to a provider are merged.
pub trait Stage {
    /// The payload.
    type Message: DeserializeOwned;
    /// What `dequeue_batch` looks up for the payload's id.
    type Subject: DeserializeOwned;
    /// Its queue.
    const QUEUE: Queue;

    /// Turns a batch into outcomes. A message without an outcome is given back, uncounted.
    fn run(
        context: &Context<'_>,
        batch: Vec<Delivery<Self::Message, Self::Subject>>,
    ) -> impl Future<Output = Vec<(MessageId, Outcome)>>;
}

/// What a stage may use during one run.
pub struct Context<'a> {
    /// Configuration of all providers.
    pub config: &'a Config,
    /// Outbound HTTP to each provider, inside its budget and pauses.
    pub spotify: &'a dyn Http,
    /// MusicBrainz, at its rate.
    pub musicbrainz: &'a dyn Http,
    /// Genius.
    pub genius: &'a dyn Http,
    /// Wikidata.
    pub wikidata: &'a dyn Http,
    /// Instagram's Graph API.
    pub instagram: &'a dyn Http,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Access tokens between runs.
    pub keys: &'a dyn KeyValue,
    /// The log.
    pub log: &'a dyn Log,
    /// Abilities of providers that were refused lately, and where a stage notes new refusals.
    pub abilities: &'a Abilities,
    /// What a stage goes on without, and an operator should know.
    pub issues: &'a Issues,
    /// Genius is asked for every track, also where MusicBrainz gave producers and writers.
    pub genius_always: bool,
    /// Requests to one provider that may be under way at once (`provider_concurrency`).
    pub concurrency: usize,
    /// When the run has to end (`Clock::monotonic`).
    pub deadline: Duration,
}
