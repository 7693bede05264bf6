//! One file a queue: messages → outcomes. A stage knows nothing of queues, Redis or commits.

pub mod album_discovery;
pub mod artist_discovery;
pub mod producer_identification;
pub mod social_enrichment;
pub mod track_discovery;

use std::time::Duration;

use crate::platform::ports::{Clock, Http, KeyValue, Log};

/// What a stage may use during one run.
pub struct Context<'a> {
    /// Configuration of all providers.
    pub config: &'a crate::platform::config::Config,
    /// Outbound HTTP to each provider, inside its budget and pauses.
    pub spotify: &'a dyn Http,
    /// MusicBrainz, at its rate.
    pub musicbrainz: &'a dyn Http,
    /// Wikidata.
    pub wikidata: &'a dyn Http,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Access tokens between runs.
    pub keys: &'a dyn KeyValue,
    /// The log.
    pub log: &'a dyn Log,
    /// Abilities of providers that were refused lately, and where a stage notes new refusals.
    pub abilities: &'a crate::pipeline::abilities::Abilities,
    /// Requests to one provider that may be under way at once (`provider_concurrency`).
    pub concurrency: usize,
    /// When the run has to end (`Clock::monotonic`).
    pub deadline: Duration,
}
