//! What a stage is, and what it may use.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::pipeline::abilities::Abilities;
use crate::pipeline::config::Config;
use crate::pipeline::issues::Issues;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::queue::Queue;
use crate::platform::ports::{Clock, Http, KeyValue, Log};
use crate::sources::Provider;
use crate::sources::client::ProviderClient;

/// The work of one queue. A stage takes the whole batch at once, so that it can merge requests to a provider.
pub trait Stage {
    type Message: DeserializeOwned;
    /// The row that `dequeue_batch` looks up for the payload's id.
    type Subject: DeserializeOwned;
    const QUEUE: Queue;

    /// Turns a batch into outcomes. A message without an outcome is released: it comes back, and the attempt does not
    /// count.
    fn run(
        context: &Context<'_>,
        batch: Vec<Delivery<Self::Message, Self::Subject>>,
    ) -> impl Future<Output = Vec<(MessageId, Outcome)>>;
}

/// The way to each provider, inside its budget and pauses.
pub trait Providers {
    fn http(&self, provider: Provider) -> &dyn Http;
}

/// What a stage may use during one run.
pub struct Context<'a> {
    pub config: &'a Config,
    /// The way to each provider; `Context::client` is how a stage uses it.
    pub providers: &'a dyn Providers,
    pub clock: &'a dyn Clock,
    /// Redis, which keeps access tokens between runs.
    pub keys: &'a dyn KeyValue,
    pub log: &'a dyn Log,
    /// Abilities that providers refused lately. A stage notes new refusals here.
    pub abilities: &'a Abilities,
    /// Where a stage notes what it went on without, for the operator.
    pub issues: &'a Issues,
    /// Whether Genius is asked for every track, also where MusicBrainz gave producers and writers (`genius_always`).
    pub genius_always: bool,
    /// How many requests to one provider may be in progress at once (`provider_concurrency`).
    pub concurrency: usize,
    /// When the run has to end, by `Clock::monotonic`.
    pub deadline: Duration,
}

impl<'a> Context<'a> {
    /// A client of `provider`, whose requests stay inside the provider's budget and end with the run.
    pub fn client(&self, provider: Provider) -> ProviderClient<'a> {
        ProviderClient {
            provider,
            http: self.providers.http(provider),
            clock: self.clock,
            deadline: self.deadline,
            concurrency: self.concurrency,
        }
    }
}
