//! Probes a provider with one cheap request: does it answer, and does it take the credentials?
//!
//! The module of each provider has the request (`ProviderSpec::probe`). Here it is sent in bounded time and inside the
//! provider's rate. No result holds a token or an address.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::pipeline::config::Config;
use crate::pipeline::rpc::Rpc;
use crate::platform::ports::{Clock, Http};
use crate::sources::Provider;
use crate::sources::client::ProviderClient;
use crate::sources::provider::{PROBE_TIMEOUT, Probe};

/// The longest wait for a slot of a provider with a rate.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

pub struct Prober<'a> {
    pub http: &'a dyn Http,
    pub clock: &'a dyn Clock,
    /// Reserves slots of a provider with a rate.
    pub rpc: &'a Rpc<'a>,
}

impl Prober<'_> {
    /// Probes `provider`; `None` where it is off.
    pub async fn ask(&self, provider: Provider, config: &Config) -> Option<Probe> {
        let rate = config.providers.requests_per_second(provider);
        if rate > 0.0 && !self.gets_slot(provider, rate).await {
            return Some(Probe::NotAsked);
        }
        let client = ProviderClient {
            provider,
            http: self.http,
            clock: self.clock,
            deadline: self.clock.monotonic() + PROBE_TIMEOUT,
            concurrency: 1,
        };
        config.providers.probe(client).await
    }

    /// Reserves a slot and waits for it. `false`: other runs have reserved all slots of the next moments.
    async fn gets_slot(&self, provider: Provider, rate: f64) -> bool {
        #[derive(Deserialize)]
        struct Reserved {
            granted: u64,
            first_in_ms: u64,
        }
        let arguments = json!({
            "provider": provider.name(), "requests": 1,
            "requests_per_second": rate, "within_ms": LONGEST_WAIT.as_millis(),
        });
        match self.rpc.call("reserve_provider_requests", &arguments).await {
            Ok(Reserved {
                granted: 1..,
                first_in_ms,
            }) => {
                self.clock.sleep(Duration::from_millis(first_in_ms)).await;
                true
            }
            _ => false,
        }
    }
}
