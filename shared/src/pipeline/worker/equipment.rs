//! What a run works with, from its first dequeue to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::Worker;
use crate::pipeline::abilities::Abilities;
use crate::pipeline::budget::{Budget, Ports, ProviderReport, millis};
use crate::pipeline::dequeue::{ProviderState, Settings};
use crate::pipeline::issues::Issues;
use crate::platform::config::Provider;
use crate::platform::ports::Http;

/// What the first dequeue decides for the whole run.
pub(super) struct Equipment<'a> {
    pub(super) started: Duration,
    pub(super) deadline: Duration,
    pub(super) settings: Settings,
    pub(super) abilities: Abilities,
    pub(super) issues: Issues,
    budgets: Vec<(Provider, Budget<'a>)>,
}

impl<'a> Equipment<'a> {
    pub(super) fn new(worker: &Worker<'a>, run_id: Uuid, started: Duration, settings: Settings) -> Self {
        let budget = settings.run_budget();
        let deadline = started + worker.budget.unwrap_or(budget).min(budget);
        let budget = |provider| {
            let ports = Ports {
                http: worker.platform.http,
                clock: worker.platform.clock,
                keys: worker.keys,
                rpc: worker.rpc,
            };
            let rate = match (provider, &worker.config.musicbrainz) {
                (Provider::Musicbrainz, Some(musicbrainz)) => musicbrainz.requests_per_second,
                _ => 0.0,
            };
            let budget = Budget::new(provider, ports, run_id, rate, settings.provider_concurrency(), deadline);
            (provider, budget)
        };
        Self {
            started,
            deadline,
            settings,
            abilities: Abilities::new(settings.ability_retry()),
            issues: Issues::default(),
            budgets: Provider::ALL.into_iter().map(budget).collect(),
        }
    }

    /// Takes over what other runs met.
    pub(super) fn know(&self, states: &BTreeMap<String, ProviderState>) {
        for (provider, budget) in &self.budgets {
            let Some(state) = states.get(provider.name()) else {
                continue;
            };
            budget.know_pause(state.paused_for(), state.pause_reason.as_deref());
            for ability in state.refused.keys() {
                self.abilities.know(*provider, ability);
            }
        }
    }

    /// HTTP to `provider`, inside its budget.
    pub(super) fn http(&self, provider: Provider, otherwise: &'a dyn Http) -> &dyn Http {
        let budget = self.budgets.iter().find(|(known, _)| *known == provider);
        budget.map_or(otherwise, |(_, budget)| budget)
    }

    /// What happened at each provider since the last report.
    pub(super) fn take_provider_reports(&self) -> BTreeMap<&'static str, ProviderReport> {
        let mut reports = BTreeMap::new();
        for (provider, budget) in &self.budgets {
            let report = budget.take_report();
            if report != ProviderReport::default() {
                reports.insert(provider.name(), report);
            }
        }
        for (provider, ability, refused_for) in self.abilities.take_new() {
            let report: &mut ProviderReport = reports.entry(provider.name()).or_default();
            report.refused.insert(ability, millis(refused_for));
        }
        reports
    }
}
