//! One file a queue: messages → outcomes. A stage knows nothing of queues, Redis or commits.

pub mod album_discovery;
mod answer;
pub mod artist_discovery;
mod failures;
pub mod producer_identification;
mod rows;
pub mod social_enrichment;
pub mod track_discovery;

#[cfg(test)]
pub(crate) mod testing;

use crate::pipeline::abilities::Abilities;
use crate::sources::Provider;
use crate::sources::Refusals;

/// Sources know nothing of the pipeline. Through this trait their refusals get into the commit's report.
impl Refusals for Abilities {
    fn refused(&self, provider: Provider, ability: &str) -> bool {
        self.refused(provider, ability)
    }

    fn refuse(&self, provider: Provider, ability: &str) {
        self.refuse(provider, ability);
    }
}
