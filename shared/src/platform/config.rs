//! Typed configuration, read from Spin variables.
//!
//! A component sees only the variables that `spin.toml` maps for it; what it does not see is off. The variables of a
//! provider stand with the provider (`sources/<provider>/config.rs`), which reads them through the [`Reader`].

mod reader;
mod values;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::ports::Variables;
pub use reader::Reader;
pub use values::{Origin, Secret};

/// The project's REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// `supabase_url`
    pub url: Origin,
    /// `supabase_secret_key`: `sb_secret_…`, or a legacy JWT of `service_role`.
    pub secret_key: Secret,
}

/// Redis.
#[derive(Debug, Clone, PartialEq)]
pub struct Redis {
    /// `redis_url`
    pub url: Origin,
    /// `redis_password`
    pub password: Option<Secret>,
}

impl Redis {
    /// The URL to connect to: the only place that Spin takes a password in.
    pub fn connection_url(&self) -> Secret {
        let url = self.url.as_str();
        let Some((password, (scheme, authority))) = self.password.as_ref().zip(url.split_once("://")) else {
            return Secret::new(url);
        };
        let password = utf8_percent_encode(password.expose(), NON_ALPHANUMERIC);
        Secret::new(format!("{scheme}://:{password}@{authority}"))
    }
}

/// What is wrong with the variables, all at once, in one line: `variable: problem; variable: problem`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ConfigError(pub Vec<Problem>);

/// What is wrong with one variable. Never its value: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct Problem {
    /// Its name.
    pub variable: &'static str,
    /// For people.
    pub problem: String,
}

/// The secrets that callers may show: `function_secret`, one or two, comma separated, so that it can be changed without
/// a gap. Read apart from the rest, so that only a caller who knows one is told what else is wrong.
pub fn function_secrets(variables: &dyn Variables) -> Result<Vec<Secret>, ConfigError> {
    let variable = "function_secret";
    let problem = |problem: &str| {
        ConfigError(vec![Problem {
            variable,
            problem: problem.into(),
        }])
    };
    let value = variables.get(variable).ok_or_else(|| problem("missing"))?;
    let secrets: Vec<_> = value
        .split(',')
        .map(str::trim)
        .filter(|s| !s.is_empty())
        .map(Secret::new)
        .collect();
    match secrets.len() {
        1 | 2 => Ok(secrets),
        0 => Err(problem("missing")),
        _ => Err(problem("has more than two values")),
    }
}

/// Where the other functions are, if not beside this one: `functions_url`, an origin.
pub fn functions_url(variables: &dyn Variables) -> Result<Option<Origin>, ConfigError> {
    let mut reader = Reader::new(variables);
    let url = reader.web_origin("functions_url");
    match reader.into_problems() {
        problems if problems.is_empty() => Ok(url),
        problems => Err(ConfigError(problems)),
    }
}

/// Redis alone: the connection is made before anything else is checked. What is wrong, `Config` says.
pub fn redis(variables: &dyn Variables) -> Option<Redis> {
    let mut reader = Reader::new(variables);
    reader.redis()
}

#[cfg(test)]
mod tests;
