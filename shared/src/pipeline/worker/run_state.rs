//! The state of a run, from its first dequeue to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::Worker;
use crate::pipeline::abilities::Abilities;
use crate::pipeline::budget::{Budget, Limits, Ports, ProviderReport};
use crate::pipeline::dequeue::{ProviderState, Settings};
use crate::pipeline::issues::Issues;
use crate::pipeline::rpc::millis;
use crate::pipeline::stage::Providers;
use crate::platform::ports::Http;
use crate::sources::Provider;

/// Its first dequeue decides the settings and the deadline for the whole run.
pub(super) struct RunState<'a> {
    pub(super) started: Duration,
    pub(super) deadline: Duration,
    pub(super) settings: Settings,
    pub(super) abilities: Abilities,
    pub(super) issues: Issues,
    /// One for each provider, in the order of `Provider::ALL`.
    budgets: [(Provider, Budget<'a>); Provider::ALL.len()],
}

impl<'a> RunState<'a> {
    pub(super) fn new(worker: &Worker<'a>, run_id: Uuid, started: Duration, settings: Settings) -> Self {
        let budget = settings.run_budget();
        let deadline = started + worker.options.budget.unwrap_or(budget).min(budget);
        let budget = |provider| {
            let ports = Ports {
                http: worker.platform.http,
                clock: worker.platform.clock,
                keys: worker.keys,
                rpc: worker.rpc,
                config: &worker.config.providers,
                ask: worker.ask,
            };
            let limits = Limits {
                requests_per_second: worker.config.providers.requests_per_second(provider),
                concurrency: settings.provider_concurrency(),
                breaker_failures: settings.breaker_failures(),
                breaker_first_probe: settings.breaker_first_probe(),
                deadline,
            };
            (provider, Budget::new(provider, ports, run_id, limits))
        };
        Self {
            started,
            deadline,
            settings,
            abilities: Abilities::new(settings.ability_retry()),
            issues: Issues::default(),
            budgets: Provider::ALL.map(budget),
        }
    }

    /// Applies what a dequeue says of the providers: the pauses and refusals that other runs met.
    pub(super) fn apply(&self, states: &BTreeMap<String, ProviderState>) {
        for (provider, budget) in &self.budgets {
            let Some(state) = states.get(provider.name()) else {
                continue;
            };
            budget.apply_pause(state.paused_for(), state.pause_reason.as_deref());
            budget.apply_breaker(state);
            for ability in state.refused.keys() {
                self.abilities.apply(*provider, ability);
            }
        }
    }

    /// Finds out which of the providers at which requests failed are down, before that is reported.
    pub(super) async fn judge_providers(&self) {
        for (_, budget) in &self.budgets {
            budget.judge().await;
        }
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
        for (provider, ability, refused_for) in self.abilities.take_unreported() {
            let report: &mut ProviderReport = reports.entry(provider.name()).or_default();
            report.refused.insert(ability, millis(refused_for));
        }
        reports
    }
}

impl Providers for RunState<'_> {
    fn http(&self, provider: Provider) -> &dyn Http {
        &self.budgets[provider as usize].1
    }
}
