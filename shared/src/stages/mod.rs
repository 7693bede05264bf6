//! One file a queue: messages → outcomes. A stage knows nothing of queues, Redis or commits.

pub mod album_discovery;
pub mod artist_discovery;
mod failures;
pub mod producer_identification;
mod rows;
pub mod social_enrichment;
pub mod track_discovery;

#[cfg(test)]
pub(crate) mod testing;

use std::time::Duration;

use crate::pipeline::abilities::Abilities;
use crate::platform::config::Provider;
use crate::platform::ports::{Clock, Http, KeyValue, Log};
use crate::sources::Refusals;
use crate::sources::line::Line;

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
    pub abilities: &'a Abilities,
    /// Requests to one provider that may be under way at once (`provider_concurrency`).
    pub concurrency: usize,
    /// When the run has to end (`Clock::monotonic`).
    pub deadline: Duration,
}

impl<'a> Context<'a> {
    /// The line to a provider: `http` is one of this context's.
    fn line(&self, http: &'a dyn Http) -> Line<'a> {
        Line {
            http,
            clock: self.clock,
            deadline: self.deadline,
            concurrency: self.concurrency,
        }
    }
}

/// Sources know nothing of the pipeline; this is how their refusals get into the commit's report.
impl Refusals for Abilities {
    fn refused(&self, provider: Provider, ability: &str) -> bool {
        self.refused(provider, ability)
    }

    fn refuse(&self, provider: Provider, ability: &str) {
        self.refuse(provider, ability);
    }
}
