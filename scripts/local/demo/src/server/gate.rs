//! Whom the providers let in: tokens, user agents, rates, and what goes wrong on purpose.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::limits::{Average, Pause, Share, Verdict, Window};
use super::settings::{Fault, Settings};
use super::stats::Stats;
use crate::upstreams::call::pairs;
use crate::upstreams::{Answer, Call, INSTAGRAM_ACCOUNT, Method, Provider, SpotifyApp, musicbrainz, spotify};

/// The client id and secret of Spotify's one app.
const SPOTIFY_CLIENT: (&str, &str) = ("demo", "demo-secret");
const GENIUS_TOKEN: &str = "demo-genius";
const INSTAGRAM_TOKEN: &str = "demo-instagram";

/// What the demo takes as credentials, by the product's variables.
pub const CREDENTIALS: [(&str, &str); 6] = [
    ("spotify_client_id", SPOTIFY_CLIENT.0),
    ("spotify_client_secret", SPOTIFY_CLIENT.1),
    ("musicbrainz_contact", "linernotes-demo@example.org"),
    ("genius_access_token", GENIUS_TOKEN),
    ("instagram_access_token", INSTAGRAM_TOKEN),
    ("instagram_account_id", INSTAGRAM_ACCOUNT),
];

/// What the providers remember of their callers.
#[derive(Debug)]
pub struct Gate {
    started: Instant,
    tokens: HashMap<String, Duration>,
    issued: u64,
    spotify: Window,
    musicbrainz: Average,
    busy: Share,
    wikidata: Window,
    wikidata_nameless: Window,
    under_way: HashMap<Provider, u64>,
    faults: Vec<(Share, u64)>,
    asked_pauses: HashMap<Provider, Pause>,
    pub stats: Stats,
}

impl Gate {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            tokens: HashMap::new(),
            issued: 0,
            spotify: Window::default(),
            musicbrainz: Average::default(),
            busy: Share::default(),
            wikidata: Window::default(),
            wikidata_nameless: Window::default(),
            under_way: HashMap::new(),
            faults: Vec::new(),
            asked_pauses: HashMap::new(),
            stats: Stats::default(),
        }
    }

    /// The rates and faults start anew with new settings; tokens stay good.
    pub fn settings_changed(&mut self) {
        self.spotify = Window::default();
        self.musicbrainz = Average::default();
        self.busy = Share::default();
        self.wikidata = Window::default();
        self.wikidata_nameless = Window::default();
        self.faults.clear();
        self.asked_pauses.clear();
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    pub fn enter(&mut self, provider: Provider) {
        let under_way = self.under_way.entry(provider).or_default();
        *under_way += 1;
        let at_once = *under_way;
        let now = self.now();
        self.stats.arrived(provider, now.as_secs_f64() * 1000.0, at_once);
        if self
            .asked_pauses
            .get(&provider)
            .is_some_and(|pause| pause.is_disregarded(now))
        {
            self.stats.called_while_paused(provider);
        }
    }

    /// A fault asks everybody to leave the provider alone for so long.
    pub fn pause(&mut self, provider: Provider, length: Duration) {
        let since = self.now();
        let until = since + length;
        self.asked_pauses.insert(provider, Pause { since, until });
    }

    pub fn leave(&mut self, provider: Provider, endpoint: &'static str, rejected: bool) {
        let under_way = self.under_way.entry(provider).or_default();
        *under_way = under_way.saturating_sub(1);
        self.stats.count(provider, endpoint, rejected);
    }

    /// The fault that strikes a request, if any.
    pub fn fault(&mut self, settings: &Settings, provider: Provider, path_and_query: &str) -> Option<Fault> {
        self.faults.resize_with(settings.faults.len(), Default::default);
        for (fault, (share, times)) in settings.faults.iter().zip(&mut self.faults) {
            let more = fault.times.is_none_or(|most| *times < most);
            let meant = fault.provider.is_none_or(|meant| meant == provider);
            if more && meant && path_and_query.contains(&fault.path) && share.takes(fault.percent) {
                *times += 1;
                return Some(fault.clone());
            }
        }
        None
    }

    /// What a provider says to a caller whom it does not serve; `None`: it does. Spotify's token endpoint is answered
    /// here altogether.
    pub fn turns_away(
        &mut self,
        settings: &Settings,
        provider: Provider,
        call: &Call,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Answer> {
        match provider {
            Provider::Spotify if call.path.first().is_some_and(|part| part == "api") => {
                Some(self.token(settings, call, headers, body))
            }
            Provider::Spotify => self.spotify(settings, headers),
            Provider::Musicbrainz => self.musicbrainz(settings, headers),
            Provider::Wikidata => self.wikidata(settings, call, headers),
            Provider::Genius => genius(bearer(headers).or_else(|| call.value("access_token"))),
            Provider::Instagram => {
                let token = call.value("access_token").or_else(|| bearer(headers));
                (token != Some(INSTAGRAM_TOKEN)).then(|| {
                    let message = "Invalid OAuth access token - Cannot parse access token";
                    Answer::json(400, &json!({"error": {"message": message, "type": "OAuthException", "code": 190, "fbtrace_id": "AdEm0TrAcE0000000000000"}}))
                })
            }
        }
    }

    fn token(&mut self, settings: &Settings, call: &Call, headers: &HeaderMap, body: &[u8]) -> Answer {
        let refused = |error: &str, description: &str| {
            Answer::json(400, &json!({"error": error, "error_description": description}))
        };
        if call.method != Method::Post {
            return spotify::error(405, "Method not allowed");
        }
        let (id, secret) = SPOTIFY_CLIENT;
        let expected = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        if text(headers, header::AUTHORIZATION) != Some(&expected) {
            return refused("invalid_client", "Invalid client");
        }
        let form = pairs(&String::from_utf8_lossy(body));
        let grant = form
            .iter()
            .find(|(name, _)| name == "grant_type")
            .map(|(_, value)| value.as_str());
        match grant {
            Some("client_credentials") => {}
            Some(_) => {
                return refused(
                    "unsupported_grant_type",
                    "grant_type must be client_credentials, authorization_code or refresh_token",
                );
            }
            None => return refused("unsupported_grant_type", "grant_type parameter is missing"),
        }
        self.issued += 1;
        let token = format!("BQDemo{:04}-{}", self.issued, std::process::id());
        self.tokens.insert(
            token.clone(),
            self.now() + Duration::from_secs(settings.spotify_token_seconds),
        );
        Answer::json(
            200,
            &json!({"access_token": token, "token_type": "Bearer", "expires_in": settings.spotify_token_seconds}),
        )
    }

    fn spotify(&mut self, settings: &Settings, headers: &HeaderMap) -> Option<Answer> {
        let now = self.now();
        let Some(token) = bearer(headers) else {
            return Some(spotify::error(401, "No token provided"));
        };
        match self.tokens.get(token) {
            None => return Some(spotify::error(401, "Invalid access token")),
            Some(until) if *until <= now => return Some(spotify::error(401, "The access token expired")),
            Some(_) => {}
        }
        if settings.spotify_premium_missing {
            return Some(Answer::text(
                403,
                "text/plain",
                "Active premium subscription required for the owner of the app.",
            ));
        }
        let window = Duration::from_secs_f64(settings.spotify_window_seconds.max(0.001));
        let pause = Duration::from_secs(settings.spotify_retry_after_seconds);
        let Verdict::Wait { seconds, told_before } = self.spotify.judge(now, settings.spotify_per_30s, window, pause)
        else {
            return None;
        };
        if told_before {
            self.stats.called_while_paused(Provider::Spotify);
        }
        let mut error = json!({"status": 429, "message": "API rate limit exceeded"});
        if settings.spotify_app == SpotifyApp::Development {
            error["reason"] = json!("QUOTA_EXCEEDED");
        }
        Some(Answer::json(429, &json!({ "error": error })).header("retry-after", &seconds))
    }

    fn musicbrainz(&mut self, settings: &Settings, headers: &HeaderMap) -> Option<Answer> {
        let now = self.now();
        if !names_itself(headers) {
            return Some(musicbrainz::error(
                403,
                "Your User-Agent does not identify your application: see https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting",
            ));
        }
        if !self.musicbrainz.allows(now, settings.musicbrainz_per_second) {
            return Some(musicbrainz::error(
                503,
                "Your requests are exceeding the allowable rate limit. Please see http://wiki.musicbrainz.org/XMLWebService for more information.",
            ));
        }
        self.busy.takes(settings.musicbrainz_busy_percent).then(|| {
            musicbrainz::error(
                503,
                "The MusicBrainz web server is currently busy. Please try again later.",
            )
        })
    }

    fn wikidata(&mut self, settings: &Settings, call: &Call, headers: &HeaderMap) -> Option<Answer> {
        let too_many = |seconds: u64| {
            Answer::text(429, "text/html", "<!DOCTYPE html><title>Too many requests</title>")
                .header("retry-after", &seconds)
        };
        let limited = settings.wikidata_per_minute > 0;
        if limited
            && self
                .under_way
                .get(&Provider::Wikidata)
                .is_some_and(|under_way| *under_way > 3)
        {
            return Some(too_many(1));
        }
        let now = self.now();
        let (window, most) = if names_itself(headers) {
            (&mut self.wikidata, settings.wikidata_per_minute)
        } else {
            (&mut self.wikidata_nameless, settings.wikidata_per_minute.min(10))
        };
        if let Verdict::Wait { seconds, told_before } = window.judge(now, most, Duration::from_mins(1), Duration::ZERO)
        {
            if told_before {
                self.stats.called_while_paused(Provider::Wikidata);
            }
            return Some(too_many(seconds));
        }
        let patience: f64 = call
            .value("maxlag")
            .and_then(|lag| lag.parse().ok())
            .unwrap_or(f64::MAX);
        let lag = settings.wikidata_lag_seconds;
        (lag > patience).then(|| {
            let error = json!({
                "code": "maxlag", "info": format!("Waiting for demo-replica: {lag} seconds lagged."),
                "host": "demo-replica", "lag": lag, "type": "db",
            });
            Answer::json(200, &json!({"error": error, "servedby": "mw-api-ext.demo"})).header("retry-after", &5)
        })
    }
}

fn genius(token: Option<&str>) -> Option<Answer> {
    match token {
        Some(GENIUS_TOKEN) => None,
        Some(_) => {
            let description = "The access token provided is expired, revoked, malformed or invalid for other reasons.";
            let error = json!({"error": "invalid_token", "error_description": description});
            Some(Answer::json(401, &error))
        }
        None => {
            let message = "This call requires an access_token. Please see: https://genius.com/developers";
            Some(Answer::json(401, &json!({"meta": {"status": 401, "message": message}})))
        }
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION)?.strip_prefix("Bearer ")
}

/// `name/version ( contact )`, the contact being an address of some kind.
fn names_itself(headers: &HeaderMap) -> bool {
    text(headers, header::USER_AGENT).is_some_and(|agent| {
        let contact = agent
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(inside, _)| inside.trim());
        agent.contains('/') && contact.is_some_and(|contact| contact.contains('@') || contact.contains("://"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_names_an_application_and_a_contact() {
        let judged = |agent: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, header::HeaderValue::from_static(agent));
            names_itself(&headers)
        };
        assert!(judged("Linernotes/0.1 ( ops@example.org )"));
        assert!(judged("linernotes/0.1 (https://example.org) spin/4"));
        for bad in [
            "",
            "curl/8.5.0",
            "Mozilla/5.0 (X11; Linux x86_64)",
            "linernotes ( ops@example.org )",
        ] {
            assert!(!judged(bad), "{bad}");
        }
        assert!(!names_itself(&HeaderMap::new()));
    }
}
