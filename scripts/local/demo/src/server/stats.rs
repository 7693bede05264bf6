//! What was asked of whom: the tests compare it with the least that each API allows.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::upstreams::Provider;

/// How many arrivals of MusicBrainz requests are kept.
const MOST_ARRIVALS: usize = 100_000;

/// Counts since the start or the last reset.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Stats {
    pub providers: BTreeMap<Provider, ProviderStats>,
    /// When each request to MusicBrainz arrived, accepted or not: milliseconds since the start of the server.
    pub musicbrainz_arrivals_ms: Vec<f64>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct ProviderStats {
    /// Requests that were answered, all endpoints together.
    pub requests: u64,
    /// Requests that were turned away: 401, 403, 429, 5xx and broken connections.
    pub rejected: u64,
    /// Requests that came although a `Retry-After` was not over.
    pub called_while_paused: u64,
    /// The most that were under way at one time.
    pub most_at_once: u64,
    pub endpoints: BTreeMap<&'static str, EndpointStats>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct EndpointStats {
    pub requests: u64,
    pub rejected: u64,
}

impl Stats {
    /// Counts a request that is over.
    pub fn count(&mut self, provider: Provider, endpoint: &'static str, rejected: bool) {
        let counts = self.providers.entry(provider).or_default();
        let of_endpoint = counts.endpoints.entry(endpoint).or_default();
        if rejected {
            counts.rejected += 1;
            of_endpoint.rejected += 1;
        } else {
            counts.requests += 1;
            of_endpoint.requests += 1;
        }
    }

    /// Notes the arrival of a request.
    pub fn arrived(&mut self, provider: Provider, at_ms: f64, at_once: u64) {
        let counts = self.providers.entry(provider).or_default();
        counts.most_at_once = counts.most_at_once.max(at_once);
        if provider == Provider::Musicbrainz && self.musicbrainz_arrivals_ms.len() < MOST_ARRIVALS {
            self.musicbrainz_arrivals_ms.push(at_ms);
        }
    }

    /// Notes that somebody did not wait.
    pub fn called_while_paused(&mut self, provider: Provider) {
        self.providers.entry(provider).or_default().called_while_paused += 1;
    }
}
