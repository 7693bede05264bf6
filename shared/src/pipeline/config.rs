//! The configuration, read from variables: addresses and credentials. Behaviour is configured in `linernotes.settings`.

use crate::platform::config::{self, ConfigError, Database, KeyKind, Problem, Reader, Redis};
use crate::platform::ports::Variables;
use crate::sources::ProviderConfigs;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub database: Database,
    /// `None` where Redis is off.
    pub redis: Option<Redis>,
    pub providers: ProviderConfigs,
}

impl Config {
    /// Reads everything, and fails where anything is wrong.
    pub fn from_variables(variables: &dyn Variables) -> Result<Self, ConfigError> {
        match Self::as_far_as_readable(variables) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigError(problems)),
        }
    }

    /// Reads what can be read, and returns what is wrong with the rest. A provider whose variables are wrong is off. Without
    /// a database there is no configuration.
    pub fn as_far_as_readable(variables: &dyn Variables) -> (Option<Self>, Vec<Problem>) {
        let mut reader = Reader::new(variables);
        let database = reader.database("supabase_secret_key", KeyKind::Secret);
        let redis = reader.redis();
        let providers = ProviderConfigs::read(&mut reader);
        let config = database.map(|database| Self {
            database,
            redis,
            providers,
        });
        (config, reader.into_problems())
    }
}

/// Whether all functions together can read their variables. No function sees all of them: this is for a host that can
/// refuse to start.
pub fn check(variables: &dyn Variables) -> Result<(), ConfigError> {
    let (_, mut problems) = Config::as_far_as_readable(variables);
    let secrets = config::function_secrets(variables);
    let viewer = config::viewer_secret(variables, secrets.as_deref().unwrap_or_default());
    let errors = [
        secrets.err(),
        viewer.err(),
        config::answer_early(variables).err(),
        config::functions_url(variables).err(),
        config::chained_functions(variables).err(),
        config::catalogue(variables).err(),
    ];
    for problem in errors.into_iter().flatten().flat_map(|error| error.0) {
        if problems.iter().all(|known| known.variable != problem.variable) {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigError(problems))
    }
}

#[cfg(test)]
mod tests;
