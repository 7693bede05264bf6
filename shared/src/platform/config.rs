//! Typed configuration, read from Spin variables.
//!
//! A component sees only the variables that `spin.toml` maps for it; what it does not see is off. The variables of a
//! provider stand with the provider (`sources/<provider>/config.rs`), which reads them through the [`Reader`].

mod keys;
mod reader;
mod values;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::ports::Variables;
pub use keys::KeyKind;
pub use reader::Reader;
pub use values::{Origin, Secret};

/// The project's REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// `supabase_url`
    pub url: Origin,
    /// `supabase_secret_key` (`sb_secret_…`, or a legacy JWT of `service_role`), or for the pages `supabase_publishable_key`.
    pub key: Secret,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Redis {
    /// `redis_url`
    pub url: Origin,
    /// `redis_password`
    pub password: Option<Secret>,
}

impl Redis {
    /// The URL to connect to. It holds the password, because Spin takes it nowhere else.
    pub fn connection_url(&self) -> Secret {
        let url = self.url.as_str();
        let Some((password, (scheme, authority))) = self.password.as_ref().zip(url.split_once("://")) else {
            return Secret::new(url);
        };
        let password = utf8_percent_encode(password.expose(), NON_ALPHANUMERIC);
        Secret::new(format!("{scheme}://:{password}@{authority}"))
    }
}

/// All that is wrong with the variables, in one line: `variable: problem; variable: problem`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ConfigError(pub Vec<Problem>);

impl ConfigError {
    fn of(variable: &'static str, problem: &str) -> Self {
        Self(vec![Problem {
            variable,
            problem: problem.to_owned(),
        }])
    }
}

/// What is wrong with one variable. It never shows the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct Problem {
    pub variable: &'static str,
    pub problem: String,
}

const NO_HEADER: &str = "holds characters that can't stand in an HTTP header";

/// Whether a secret is visible ASCII, because an HTTP header carries it.
fn is_visible(secret: &str) -> bool {
    secret.bytes().all(|b| b.is_ascii_graphic())
}

/// The secrets that callers may show (`function_secret`): one, or two, comma separated, while it is being changed. They are
/// read apart from the other variables, so that only a caller who knows one is told what else is wrong.
pub fn function_secrets(variables: &dyn Variables) -> Result<Vec<Secret>, ConfigError> {
    let variable = "function_secret";
    let value = variables.get(variable).unwrap_or_default();
    let secrets: Vec<_> = value.split(',').map(str::trim).filter(|s| !s.is_empty()).collect();
    if !secrets.iter().all(|secret| is_visible(secret)) {
        return Err(ConfigError::of(variable, NO_HEADER));
    }
    match secrets.len() {
        1 | 2 => Ok(secrets.into_iter().map(Secret::new).collect()),
        0 => Err(ConfigError::of(variable, "missing")),
        _ => Err(ConfigError::of(variable, "has more than two values")),
    }
}

/// The secret of those who may look at the console and change nothing (`console_viewer_secret`); without it there are none.
pub fn viewer_secret(variables: &dyn Variables, operators: &[Secret]) -> Result<Option<Secret>, ConfigError> {
    let variable = "console_viewer_secret";
    let value = variables.get(variable).unwrap_or_default();
    let secret = Some(value.trim()).filter(|value| !value.is_empty()).map(Secret::new);
    if secret.as_ref().is_some_and(|secret| operators.contains(secret)) {
        let problem = "is function_secret, too, with which viewers would change things";
        return Err(ConfigError::of(variable, problem));
    }
    Ok(secret)
}

/// Whether a function may respond before it has done its work (`answer_early`), which not every host lets it do.
pub fn answer_early(variables: &dyn Variables) -> Result<bool, ConfigError> {
    let variable = "answer_early";
    match variables.get(variable).as_deref().map(str::trim) {
        None | Some("" | "true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(ConfigError::of(variable, "must be true or false")),
    }
}

/// Whether functions may call each other by `chained_functions`, which no function reads: it stands in `spin.toml` among
/// the hosts that they may talk to, where a bad value blocks the others, too.
pub fn chained_functions(variables: &dyn Variables) -> Result<(), ConfigError> {
    let variable = "chained_functions";
    let Some(value) = variables.get(variable) else {
        return Ok(());
    };
    // `*.` stands for any host below.
    match Origin::parse(&value.replacen("://*.", "://", 1), &["http", "https"]) {
        Ok(_) => Ok(()),
        Err(problem) => Err(ConfigError::of(variable, &problem)),
    }
}

/// The origin of the other functions (`functions_url`), `None` where they run beside this one.
pub fn functions_url(variables: &dyn Variables) -> Result<Option<Origin>, ConfigError> {
    let mut reader = Reader::new(variables);
    let url = reader.web_origin("functions_url");
    match reader.into_problems() {
        problems if problems.is_empty() => Ok(url),
        problems => Err(ConfigError(problems)),
    }
}

/// The catalogue as everybody reads it: `supabase_url` with `supabase_publishable_key`. All that the pages need.
pub fn catalogue(variables: &dyn Variables) -> Result<Database, ConfigError> {
    let mut reader = Reader::new(variables);
    let database = reader.database("supabase_publishable_key", KeyKind::Publishable);
    match (database, reader.into_problems()) {
        (Some(database), problems) if problems.is_empty() => Ok(database),
        (_, problems) => Err(ConfigError(problems)),
    }
}

/// Reads the variables of Redis alone, because the port is made before anything else is checked. Reading the whole
/// configuration reports what is wrong with them.
pub fn redis(variables: &dyn Variables) -> Option<Redis> {
    let mut reader = Reader::new(variables);
    reader.redis()
}

#[cfg(test)]
mod tests;
