//! The access token: one for each app, kept until shortly before it ends.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::lock::Mutex;
use http::{Request, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::platform::ports::{Idempotent, KeyValue};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::json::{self, Misread};
use crate::sources::spotify::Config;

/// A token is not used in its last minute: a request that is under way must not outlive it.
const SPARE: Duration = Duration::from_mins(1);

/// The token of this run; whoever comes first gets it, the others wait for that one.
pub struct Tokens<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
    keys: &'a dyn KeyValue,
    state: Mutex<State>,
}

enum State {
    /// No request has needed a token yet.
    Unknown,
    /// No request has been refused with this token.
    Token(String),
    /// Spotify refuses the credentials, so the run does not ask again.
    Refused(SourceError),
}

impl<'a> Tokens<'a> {
    /// The first request that needs a token fetches it.
    pub fn new(client: ProviderClient<'a>, config: &'a Config, keys: &'a dyn KeyValue) -> Self {
        Self {
            client,
            config,
            keys,
            state: Mutex::new(State::Unknown),
        }
    }

    /// The token that is good now.
    pub async fn current(&self) -> Result<String, SourceError> {
        self.other_than(None).await
    }

    /// A new token, after `refused` was: another request may have got it already, or another run.
    pub async fn replace(&self, refused: &str) -> Result<String, SourceError> {
        self.other_than(Some(refused)).await
    }

    async fn other_than(&self, refused: Option<&str>) -> Result<String, SourceError> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Token(token) if Some(token.as_str()) != refused => return Ok(token.clone()),
            State::Refused(error) => return Err(error.clone()),
            _ => {}
        }
        if let Some(token) = self.remembered().filter(|token| Some(token.as_str()) != refused) {
            *state = State::Token(token.clone());
            return Ok(token);
        }
        let fetched = self.fetch().await;
        match &fetched {
            Ok(token) => *state = State::Token(token.clone()),
            Err(error @ SourceError::Misconfigured { .. }) => *state = State::Refused(error.clone()),
            Err(_) => {}
        }
        fetched
    }

    /// The token of an earlier run. Where Redis does not answer, each run fetches its own.
    fn remembered(&self) -> Option<String> {
        let token = self.keys.get_many(&[self.key()]).ok()?.pop()?;
        token.filter(|token| is_token(token))
    }

    fn key(&self) -> String {
        let hash = Sha256::digest(self.config.client_id.as_bytes());
        format!("linernotes:token:spotify:{hash:x}")
    }

    async fn fetch(&self) -> Result<String, SourceError> {
        let answer = request(&self.client, self.config).await?;
        if matches!(
            answer.status,
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) && answer.pause.is_none()
        {
            let message = format!(
                "Spotify refuses spotify_client_id and spotify_client_secret: {}",
                answer.message()
            );
            return Err(SourceError::Misconfigured {
                code: "spotify_credentials_refused",
                message,
            });
        }
        let (token, lifetime) = read(&answer)?;
        let lifetime = lifetime.saturating_sub(SPARE);
        if !lifetime.is_zero() {
            // Without Redis the next run fetches its own.
            let _ = self.keys.set(&self.key(), &token, lifetime);
        }
        Ok(token)
    }
}

pub(super) async fn request(client: &ProviderClient<'_>, config: &Config) -> Result<ProviderAnswer, SourceError> {
    let url = format!("{}/api/token", config.accounts);
    let pair = format!("{}:{}", config.client_id, config.client_secret.expose());
    let request = Request::post(&url)
        .header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(Idempotent)
        .body(Bytes::from_static(b"grant_type=client_credentials"))
        .map_err(|error| SourceError::Misconfigured {
            code: "spotify_address_invalid",
            message: format!("{url}: {error}"),
        })?;
    client.send(request).await
}

/// Whether it could stand in a request's head.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// The token, and for how long it is good.
pub(super) fn read(answer: &ProviderAnswer) -> Result<(String, Duration), SourceError> {
    let body = answer.json()?;
    let token = json::text(&body, "access_token").map_err(|misread| answer.malformed(misread))?;
    if !is_token(&token) {
        return Err(answer.malformed(Misread::at("access_token", "is no token")));
    }
    let lifetime = json::optional_integer(&body, "expires_in").and_then(|seconds| u64::try_from(seconds).ok());
    Ok((token, Duration::from_secs(lifetime.unwrap_or(0))))
}
