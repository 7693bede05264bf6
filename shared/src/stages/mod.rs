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

use crate::pipeline::abilities::Abilities;
use crate::pipeline::stage::Context;
use crate::platform::config::Provider;
use crate::platform::ports::Http;
use crate::sources::Refusals;
use crate::sources::line::Line;

/// The line to a provider: `http` is one of the context's.
fn line_to<'a>(context: &Context<'a>, http: &'a dyn Http) -> Line<'a> {
    Line {
        http,
        clock: context.clock,
        deadline: context.deadline,
        concurrency: context.concurrency,
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
