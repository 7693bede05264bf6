//! The verdict on the pipeline: its health, the reasons, and for each an advice.

use serde_json::{Map, Value, json};

use crate::pipeline::rpc::{RELEASE, RpcError};
use crate::pipeline::status::{About, Code, Health, Reason};
use crate::platform::config::Problem;
use crate::sources::Provider;
use crate::sources::provider::Probe;

/// The worst health of all that was found, and all of it as reasons.
#[derive(Debug, Default)]
pub struct Verdict {
    health: Health,
    reasons: Vec<Value>,
}

impl Verdict {
    pub fn at_least(&mut self, health: Health) {
        self.health = self.health.max(health);
    }

    fn add(&mut self, health: Health, code: Code, about: About, problem: &str, advice: &str) {
        self.at_least(health);
        self.reasons.push(json!(Reason {
            code,
            about,
            problem: problem.to_owned(),
            advice: Some(advice.to_owned()),
        }));
    }

    /// Merges what the database says. Without a health that can be read, it is taken for unhealthy.
    pub fn merge(&mut self, health: Option<&Value>, reasons: Option<Value>) {
        let health = health.and_then(|health| serde_json::from_value(health.clone()).ok());
        self.at_least(health.unwrap_or(Health::Unhealthy));
        if let Some(Value::Array(reasons)) = reasons {
            self.reasons.extend(reasons);
        }
    }

    pub fn misconfigured(&mut self, problem: &Problem) {
        let advice = format!(
            "Give {} a right value and start the functions again; those that read it don't work until then.",
            problem.variable
        );
        let about = About {
            variable: Some(problem.variable.to_string()),
            ..About::default()
        };
        self.add(
            Health::Unhealthy,
            Code::VariableWrong,
            about,
            &problem.to_string(),
            &advice,
        );
    }

    pub fn no_database(&mut self, error: &RpcError) {
        let advice = match error {
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => {
                "See whether the project runs and supabase_url is its address; nothing is lost, the work goes on when it is back."
            }
            RpcError::Database { .. } | RpcError::Malformed { .. } => {
                "See whether all migrations are there and supabase_secret_key is a secret key of this project; the function's log has the details."
            }
        };
        self.add(
            Health::Unhealthy,
            Code::DatabaseUnavailable,
            About::default(),
            &error.to_string(),
            advice,
        );
    }

    /// Whether the database has the schema that these functions need; a newer one is right, too.
    pub fn schema(&mut self, installed: Option<&Value>) {
        let Some(installed) = installed.and_then(Value::as_str) else {
            return;
        };
        if numbers(installed) < numbers(RELEASE) {
            self.add(
                Health::Unhealthy,
                Code::SchemaTooOld,
                About::default(),
                &format!("the functions need the schema of release {RELEASE}, the database has that of release {installed}"),
                "Install the newer migrations (scripts/install-migrations, supabase db push), or go back to the older functions; messages wait, none is lost.",
            );
        }
    }

    pub fn no_redis(&mut self, problem: &str) {
        self.add(
            Health::Warning,
            Code::RedisUnavailable,
            About::default(),
            &format!("Redis does not answer: {}", problem.trim_start_matches("Redis: ")),
            "Nothing is lost without it, but work and tokens are fetched again. See whether it runs, and whether redis_url and redis_password are right.",
        );
    }

    pub fn no_worker(&mut self, names: &[&str], problem: &str) {
        self.add(
            Health::Unhealthy,
            Code::WorkerUnavailable,
            About { workers: names.iter().map(|name| (*name).to_owned()).collect(), ..About::default() },
            &format!("{}: {problem}", names.join(", ")),
            "See the functions' log and what was released last, and go back to the release before it; messages wait, none is lost.",
        );
    }

    /// Adds what keeps the database from calling the functions.
    pub fn wake_ups(&mut self, wake_ups: Option<&Value>) {
        let Some(wake_ups) = wake_ups else { return };
        let missing: Vec<_> = wake_ups["missing_vault_entries"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(" and ");
            self.add(
                Health::Warning,
                Code::VaultEntriesMissing,
                About::default(),
                &format!("Vault has no entry {missing}, so neither an enqueue nor a job can call a function"),
                "Create it with vault.create_secret(value, name); nothing has to be restarted.",
            );
        }
        if wake_ups["enabled"] == false {
            self.add(
                Health::Healthy,
                Code::WakeUpsOff,
                About::default(),
                "wake-ups are switched off; only the jobs call the workers",
                "Set wake_ups_enabled in linernotes.settings to true when the reason is gone.",
            );
        }
    }

    /// Adds what a probe of a provider found. `is_known` says that a reason names one of its variables already.
    pub fn provider(
        &mut self,
        provider: Provider,
        finding: Option<&Probe>,
        pause: Option<(u64, &str)>,
        is_known: bool,
    ) {
        let name = provider.name();
        match (finding, provider) {
            (None, Provider::Spotify) if !is_known => self.add(
                Health::Unhealthy,
                Code::ProviderOff,
                about(provider),
                "spotify is off, and every discovery begins there",
                "Set spotify_client_id and spotify_client_secret.",
            ),
            (None, Provider::Musicbrainz) if !is_known => self.add(
                Health::Warning,
                Code::ProviderOff,
                about(provider),
                "musicbrainz is off, where most credits come from",
                "Set musicbrainz_contact to a mail address or a page about you.",
            ),
            (Some(Probe::Refused(problem)), _) => {
                let health = if provider == Provider::Spotify {
                    Health::Unhealthy
                } else {
                    Health::Warning
                };
                let advice = format!("See whether {name}'s credentials are still valid, and set its variables anew.");
                self.add(
                    health,
                    Code::ProviderRefused,
                    about(provider),
                    &format!("{name} {problem}"),
                    &advice,
                );
            }
            (Some(Probe::Failing(problem)), _) => self.add(
                Health::Warning,
                Code::ProviderFailing,
                about(provider),
                &format!("{name} {problem}"),
                "If it lasts, see its status page and its address; messages wait and are tried again.",
            ),
            _ => {}
        }
        if let Some((ms, reason)) = pause {
            self.add(
                Health::Healthy,
                Code::ProviderPaused,
                about(provider),
                &format!("{name} is paused for {} s: {reason}", ms.div_ceil(1000)),
                "It asked for that; the work goes on by itself.",
            );
        }
    }

    /// Writes the verdict into the body of a response.
    pub fn write(self, body: &mut Map<String, Value>) {
        body.insert("overall_status".into(), json!(self.health));
        body.insert("reasons".into(), Value::Array(self.reasons));
    }
}

fn about(provider: Provider) -> About {
    About {
        provider: Some(provider.name().to_owned()),
        ..About::default()
    }
}

/// A release as numbers, which compare as releases do.
fn numbers(release: &str) -> Vec<u32> {
    release.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_older_schema_is_wrong() {
        for (installed, is_wrong) in [("0.0.9", true), (RELEASE, false), ("10.0.0", false)] {
            let mut verdict = Verdict::default();
            verdict.schema(Some(&json!(installed)));
            assert_eq!(verdict.health == Health::Unhealthy, is_wrong, "{installed}");
        }
    }
}
