//! Typed configuration, read from Spin variables.
//!
//! A component sees only the variables that `spin.toml` maps for it; what it does not see is off. A provider without
//! credentials is off; half of its credentials is an error, since somebody meant it to work.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::ports::Variables;

/// A host that can't exist (RFC 2606). Spin takes no empty default for a variable that stands in
/// `allowed_outbound_hosts`, so this host stands for "not set".
const UNSET_HOST: &str = "unset.invalid";

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

/// `scheme://host[:port]`, without a slash at the end: what Spin's `allowed_outbound_hosts` takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin as text; a path can follow at once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks `value`; the error says what is wrong, without the value.
    pub fn parse(value: &str, schemes: &[&str]) -> Result<Self, String> {
        let Some((scheme, authority)) = value.split_once("://") else {
            return Err(format!(
                "has no scheme; expected {}://host[:port]",
                schemes.join(":// or ")
            ));
        };
        if !schemes.contains(&scheme) {
            return Err(format!("has the scheme {scheme}, expected {}", schemes.join(" or ")));
        }
        if authority.contains('@') {
            return Err("has user info, which Spin refuses; passwords have variables of their own".into());
        }
        if authority.contains(['/', '?', '#']) {
            return Err("has a path; only an origin (scheme://host[:port]) is allowed".into());
        }
        let (host, port) = match authority.rsplit_once(':') {
            // An IPv6 address without a port ends in `]`.
            Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let named = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if host.is_empty() || !(bracketed || host.chars().all(named)) {
            return Err("has no valid host".into());
        }
        if port.is_some_and(|port| !port.parse::<u16>().is_ok_and(|port| port > 0)) {
            return Err("has no valid port".into());
        }
        Ok(Self(value.to_owned()))
    }

    fn is_unset(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        authority.split(':').next() == Some(UNSET_HOST)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself: only for the request that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
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

impl Config {
    /// Reads and checks everything.
    pub fn from_variables(variables: &dyn Variables) -> Result<Self, ConfigError> {
        let mut reader = Reader {
            variables,
            problems: Vec::new(),
        };
        let database = reader.database();
        let redis = reader.redis();
        let spotify = reader.spotify();
        let musicbrainz = reader.musicbrainz();
        let genius = reader.genius();
        let wikidata = reader.wikidata();
        let instagram = reader.instagram();
        match database {
            Some(database) if reader.problems.is_empty() => Ok(Self {
                database,
                redis,
                spotify,
                musicbrainz,
                genius,
                wikidata,
                instagram,
            }),
            _ => Err(ConfigError(reader.problems)),
        }
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

/// Redis alone: the connection is made before anything else is checked. What is wrong, `Config` says.
pub fn redis(variables: &dyn Variables) -> Option<Redis> {
    let mut reader = Reader {
        variables,
        problems: Vec::new(),
    };
    reader.redis()
}

/// Reads variables one provider at a time and collects what is wrong.
struct Reader<'a> {
    variables: &'a dyn Variables,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn text(&self, variable: &str) -> Option<String> {
        let value = self.variables.get(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn complain(&mut self, variable: &'static str, problem: impl Into<String>) {
        self.problems.push(Problem {
            variable,
            problem: problem.into(),
        });
    }

    /// `None` when it is not set, stands for "not set", or is wrong (then there is a problem too).
    fn origin(&mut self, variable: &'static str, schemes: &[&str]) -> Option<Origin> {
        let value = self.text(variable)?;
        match Origin::parse(&value, schemes) {
            Ok(origin) => (!origin.is_unset()).then_some(origin),
            // Any scheme may stand before the host that means "not set".
            Err(_) if value.ends_with(&format!("://{UNSET_HOST}")) => None,
            Err(problem) => {
                self.complain(variable, problem);
                None
            }
        }
    }

    fn web_origin(&mut self, variable: &'static str) -> Option<Origin> {
        self.origin(variable, &["http", "https"])
    }

    /// An HTTP header carries it, so it is visible ASCII.
    fn secret(&mut self, variable: &'static str) -> Option<Secret> {
        let value = self.text(variable)?;
        if value.chars().all(|c| c.is_ascii_graphic()) {
            return Some(Secret(value));
        }
        self.complain(variable, "holds characters that can't stand in an HTTP header");
        None
    }

    /// Both or neither; one alone is an error of the other.
    fn pair<A, B>(
        &mut self,
        (first_name, first): (&'static str, Option<A>),
        (second_name, second): (&'static str, Option<B>),
    ) -> Option<(A, B)> {
        match (first, second) {
            (Some(first), Some(second)) => return Some((first, second)),
            (Some(_), None) => {
                self.complain(second_name, format!("missing, but {first_name} is set"));
            }
            (None, Some(_)) => {
                self.complain(first_name, format!("missing, but {second_name} is set"));
            }
            (None, None) => {}
        }
        None
    }

    fn database(&mut self) -> Option<Database> {
        let before = self.problems.len();
        let url = self.web_origin("supabase_url");
        let secret_key = self.secret("supabase_secret_key");
        if self.problems.len() == before {
            if url.is_none() {
                self.complain("supabase_url", "missing");
            }
            if secret_key.is_none() {
                self.complain("supabase_secret_key", "missing");
            }
        }
        if secret_key
            .as_ref()
            .is_some_and(|key| key.expose().starts_with("sb_publishable_"))
        {
            self.complain(
                "supabase_secret_key",
                "is a publishable key; the functions need the secret one",
            );
        }
        Some(Database {
            url: url?,
            secret_key: secret_key?,
        })
    }

    fn redis(&mut self) -> Option<Redis> {
        let before = self.problems.len();
        let url = self.origin("redis_url", &["redis", "rediss"]);
        let password = self.text("redis_password").map(Secret);
        if url.is_none() && password.is_some() && self.problems.len() == before {
            self.complain("redis_url", "missing, but redis_password is set");
        }
        Some(Redis { url: url?, password })
    }

    fn spotify(&mut self) -> Option<Spotify> {
        let client_id = self.text("spotify_client_id");
        let client_secret = self.secret("spotify_client_secret");
        let api = self.web_origin("spotify_api_url");
        let accounts = self.web_origin("spotify_accounts_url");
        let market = self.text("spotify_market").unwrap_or_else(|| "US".into());
        if market.len() != 2 || !market.bytes().all(|b| b.is_ascii_uppercase()) {
            self.complain("spotify_market", "is not a country code such as US");
        }
        let (client_id, client_secret) = self.pair(
            ("spotify_client_id", client_id),
            ("spotify_client_secret", client_secret),
        )?;
        let (api, accounts) = self.pair(("spotify_api_url", api), ("spotify_accounts_url", accounts))?;
        Some(Spotify {
            api,
            accounts,
            client_id,
            client_secret,
            market,
        })
    }

    fn musicbrainz(&mut self) -> Option<MusicBrainz> {
        let url = self.web_origin("musicbrainz_url");
        let contact = self.contact();
        let requests_per_second = match self
            .text("musicbrainz_requests_per_second")
            .map(|rate| rate.parse::<f64>())
        {
            None => 1.0,
            Some(Ok(rate)) if (0.0..=1000.0).contains(&rate) => rate,
            Some(_) => {
                self.complain(
                    "musicbrainz_requests_per_second",
                    "is not a number from 0 (no limit) to 1000",
                );
                return None;
            }
        };
        Some(MusicBrainz {
            url: url?,
            contact: contact?,
            requests_per_second,
        })
    }

    fn contact(&mut self) -> Option<String> {
        let contact = self.text("musicbrainz_contact")?;
        if contact
            .chars()
            .all(|c| (c.is_ascii_graphic() || c == ' ') && !"()".contains(c))
        {
            return Some(contact);
        }
        let problem = "holds characters that can't stand in a User-Agent";
        // Two providers read it; one complaint is enough.
        if !self.problems.iter().any(|p| p.variable == "musicbrainz_contact") {
            self.complain("musicbrainz_contact", problem);
        }
        None
    }

    fn genius(&mut self) -> Option<Genius> {
        let url = self.web_origin("genius_url");
        let access_token = self.secret("genius_access_token");
        Some(Genius {
            url: url?,
            access_token: access_token?,
        })
    }

    fn wikidata(&mut self) -> Option<Wikidata> {
        let url = self.web_origin("wikidata_url");
        let contact = self.contact();
        Some(Wikidata { url: url?, contact })
    }

    fn instagram(&mut self) -> Option<Instagram> {
        let url = self.web_origin("instagram_graph_url");
        let access_token = self.secret("instagram_access_token");
        let account_id = self.text("instagram_account_id");
        let (access_token, account_id) = self.pair(
            ("instagram_access_token", access_token),
            ("instagram_account_id", account_id),
        )?;
        if !account_id.bytes().all(|b| b.is_ascii_digit()) {
            self.complain("instagram_account_id", "is not a number");
        }
        Some(Instagram {
            url: url?,
            access_token,
            account_id,
        })
    }
}

#[cfg(test)]
mod tests;
