//! Typed configuration, read from Spin variables.
//!
//! A component sees only the variables that `spin.toml` maps for it; what it does not see is off. A provider without
//! credentials is off; half of its credentials is an error, since somebody meant it to work.

mod reader;
mod values;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::ports::Variables;
use reader::Reader;
pub use values::{Origin, Secret};

/// The services that the pipeline reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Artists, albums, tracks.
    Spotify,
    /// Credits, identities, links.
    Musicbrainz,
    /// Credits.
    Genius,
    /// Profiles.
    Wikidata,
    /// Profiles.
    Instagram,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Spotify,
        Self::Musicbrainz,
        Self::Genius,
        Self::Wikidata,
        Self::Instagram,
    ];

    /// The provider's name in Postgres and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spotify => "spotify",
            Self::Musicbrainz => "musicbrainz",
            Self::Genius => "genius",
            Self::Wikidata => "wikidata",
            Self::Instagram => "instagram",
        }
    }
}

/// Everything that is configured from outside. Behaviour (budgets, sizes, lifetimes) is in `linernotes.settings`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the RPCs are.
    pub database: Database,
    /// Deduplication keys and tokens; `None`: off.
    pub redis: Option<Redis>,
    /// `None`: off.
    pub spotify: Option<Spotify>,
    /// `None`: off.
    pub musicbrainz: Option<MusicBrainz>,
    /// `None`: off.
    pub genius: Option<Genius>,
    /// `None`: off.
    pub wikidata: Option<Wikidata>,
    /// `None`: off.
    pub instagram: Option<Instagram>,
}

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

/// Spotify, with client credentials.
#[derive(Debug, Clone, PartialEq)]
pub struct Spotify {
    /// `spotify_api_url`
    pub api: Origin,
    /// `spotify_accounts_url`
    pub accounts: Origin,
    /// `spotify_client_id`
    pub client_id: String,
    /// `spotify_client_secret`
    pub client_secret: Secret,
    /// `spotify_market`: without one, content can count as unavailable.
    pub market: String,
}

/// `MusicBrainz`. It answers nobody who gives no contact, so without one it is off.
#[derive(Debug, Clone, PartialEq)]
pub struct MusicBrainz {
    /// `musicbrainz_url`
    pub url: Origin,
    /// `musicbrainz_contact`: an e-mail address or a web page.
    pub contact: String,
    /// `musicbrainz_requests_per_second`; 0: no limit (a mirror).
    pub requests_per_second: f64,
}

/// Genius.
#[derive(Debug, Clone, PartialEq)]
pub struct Genius {
    /// `genius_url`
    pub url: Origin,
    /// `genius_access_token`
    pub access_token: Secret,
}

/// Wikidata. It needs no credentials, and a contact only to be given more than ten requests a minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Wikidata {
    /// `wikidata_url`
    pub url: Origin,
    /// `musicbrainz_contact`
    pub contact: Option<String>,
}

/// The Instagram Graph API.
#[derive(Debug, Clone, PartialEq)]
pub struct Instagram {
    /// `instagram_graph_url`
    pub url: Origin,
    /// `instagram_access_token`
    pub access_token: Secret,
    /// `instagram_account_id`
    pub account_id: String,
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
        let spotify = reader.spotify();
        let musicbrainz = reader.musicbrainz();
        let genius = reader.genius();
        let wikidata = reader.wikidata();
        let instagram = reader.instagram();
        let config = database.map(|database| Self {
            database,
            redis,
            spotify,
            musicbrainz,
            genius,
            wikidata,
            instagram,
        });
        (config, reader.problems)
    }

    /// Whether `provider` is configured.
    pub fn has(&self, provider: Provider) -> bool {
        match provider {
            Provider::Spotify => self.spotify.is_some(),
            Provider::Musicbrainz => self.musicbrainz.is_some(),
            Provider::Genius => self.genius.is_some(),
            Provider::Wikidata => self.wikidata.is_some(),
            Provider::Instagram => self.instagram.is_some(),
        }
    }
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
    let url = reader.functions_url();
    if reader.problems.is_empty() {
        return Ok(url);
    }
    Err(ConfigError(reader.problems))
}

/// Redis alone: the connection is made before anything else is checked. What is wrong, `Config` says.
pub fn redis(variables: &dyn Variables) -> Option<Redis> {
    let mut reader = Reader::new(variables);
    reader.redis()
}

#[cfg(test)]
mod tests;
