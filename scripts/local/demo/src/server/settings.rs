//! How the providers behave. Flags of the command line and members of `POST /demo/config` have the same names.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::upstreams::{Provider, SpotifyApp};
use crate::world::DEFAULT_ARTISTS;

/// Everything that can be set, at the start or at any time later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The world's seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many artists there are to look for (never fewer than the hand-shaped ones)
    #[arg(long, default_value_t = DEFAULT_ARTISTS)]
    pub artists: usize,
    /// The kind of app that Spotify takes its callers for
    #[arg(long, value_enum, default_value_t = SpotifyApp::Extended)]
    pub spotify_app: SpotifyApp,
    /// Each provider waits this long before it answers
    #[arg(long, default_value_t = 0)]
    pub latency_ms: u64,
    /// Requests a second that MusicBrainz allows; 0: any number, like a mirror
    #[arg(long, default_value_t = 1.0)]
    pub musicbrainz_per_second: f64,
    /// Of a hundred requests to MusicBrainz, so many are told that it is busy, however well they behave
    #[arg(long, default_value_t = 1.0)]
    pub musicbrainz_busy_percent: f64,
    /// Requests that Spotify allows in its rolling window; 0: any number
    #[arg(long, default_value_t = 0)]
    pub spotify_per_30s: usize,
    /// The length of Spotify's window, for tests in a hurry
    #[arg(long, default_value_t = 30.0)]
    pub spotify_window_seconds: f64,
    /// What Spotify says in `Retry-After`; 0: until its window has room again
    #[arg(long, default_value_t = 0)]
    pub spotify_retry_after_seconds: u64,
    /// How long an access token of Spotify's is good for
    #[arg(long, default_value_t = 3600)]
    pub spotify_token_seconds: u64,
    /// The owner of the app has no Premium: every call is refused, in plain text
    #[arg(long)]
    pub spotify_premium_missing: bool,
    /// Requests a minute that Wikidata allows those who say who they are; 0: any number
    #[arg(long, default_value_t = 200)]
    pub wikidata_per_minute: usize,
    /// How far Wikidata's replicas lag behind (see `maxlag`)
    #[arg(long, default_value_t = 0.0)]
    pub wikidata_lag_seconds: f64,
    /// Albums and tracks, by Spotify's ids, that Spotify does not list: not yet, or no longer (by `/demo/config` only)
    #[arg(skip)]
    pub spotify_unlisted: Vec<String>,
    /// What goes wrong on purpose (by `/demo/config` only)
    #[arg(skip)]
    pub faults: Vec<Fault>,
}

/// Something that goes wrong on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Requests whose path and query contain this.
    pub path: String,
    /// And that are meant for this provider.
    #[serde(default)]
    pub provider: Option<Provider>,
    /// What happens to them.
    pub kind: FaultKind,
    /// To how many of a hundred; every so-manieth, counted.
    #[serde(default = "all")]
    pub percent: f64,
    /// And to no more than this many in all.
    #[serde(default)]
    pub times: Option<u64>,
    /// The status, for `status`.
    #[serde(default = "server_error")]
    pub status: u16,
    /// How long, for `slow`.
    #[serde(default)]
    pub ms: u64,
    /// What `Retry-After` says, for `status`.
    #[serde(default)]
    pub retry_after: Option<u64>,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The right answer, cut in the middle, as if it were whole.
    Malformed,
    /// An error of the provider's.
    Status,
    /// The connection breaks off within the body.
    Cut,
    /// The right answer, late.
    Slow,
    /// A page for people, with status 200.
    Html,
    /// The right answer, in which whatever holds others is a number.
    WrongTypes,
    /// An answer of 50 MB.
    Huge,
}

fn all() -> f64 {
    100.0
}

fn server_error() -> u16 {
    500
}

impl Default for Settings {
    /// The flags' defaults.
    fn default() -> Self {
        Self {
            seed: 1,
            artists: DEFAULT_ARTISTS,
            spotify_app: SpotifyApp::Extended,
            latency_ms: 0,
            musicbrainz_per_second: 1.0,
            musicbrainz_busy_percent: 1.0,
            spotify_per_30s: 0,
            spotify_window_seconds: 30.0,
            spotify_retry_after_seconds: 0,
            spotify_token_seconds: 3600,
            spotify_premium_missing: false,
            wikidata_per_minute: 200,
            wikidata_lag_seconds: 0.0,
            spotify_unlisted: Vec::new(),
            faults: Vec::new(),
        }
    }
}

impl Settings {
    /// These settings with some members changed; `Err` says which member is wrong.
    pub fn changed(&self, members: &Value) -> Result<Self, String> {
        let Value::Object(members) = members else {
            return Err("a JSON object is expected".to_owned());
        };
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        for (name, value) in members {
            all[name] = value.clone();
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn flags_and_code_have_the_same_defaults() {
        assert_eq!(Flags::parse_from(["demo"]).settings, Settings::default());
    }

    #[test]
    fn members_change_and_unknown_ones_are_named() {
        let settings = Settings::default()
            .changed(&json!({"latency_ms": 5, "spotify_app": "development"}))
            .unwrap();
        assert_eq!(
            (settings.latency_ms, settings.spotify_app),
            (5, SpotifyApp::Development)
        );
        let error = Settings::default().changed(&json!({"latency": 5})).unwrap_err();
        assert!(error.contains("latency"), "{error}");
    }
}
