//! Everything that is configured from outside. Behaviour (budgets, sizes, lifetimes) is in `linernotes.settings`.

use crate::platform::config::{ConfigError, Database, Problem, Reader, Redis};
use crate::platform::ports::Variables;
use crate::sources::ProviderConfigs;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the SQL functions are.
    pub database: Database,
    /// Deduplication keys and access tokens; `None`: off.
    pub redis: Option<Redis>,
    pub providers: ProviderConfigs,
}

impl Config {
    /// Reads and checks everything.
    pub fn from_variables(variables: &dyn Variables) -> Result<Self, ConfigError> {
        match Self::as_far_as_readable(variables) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigError(problems)),
        }
    }

    /// What can be read, and what is wrong with the rest: a provider whose variables are wrong is off. `None` without
    /// a database.
    pub fn as_far_as_readable(variables: &dyn Variables) -> (Option<Self>, Vec<Problem>) {
        let mut reader = Reader::new(variables);
        let database = reader.database();
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

#[cfg(test)]
mod tests;
