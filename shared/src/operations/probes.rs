//! One cheap question to a provider: does it answer, and does it take the credentials?
//!
//! Bounded in time, inside the provider's rate, and nothing that is returned holds a token or an address.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header, request};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::graph_errors::{self, GraphError};
use crate::pipeline::rpc::Rpc;
use crate::platform::config::{Config, MusicBrainz, Provider, Spotify};
use crate::platform::ports::{Clock, Http, Idempotent};

/// Who needs longer is not well.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long a place in a provider's line is waited for.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

/// Who is known to every MusicBrainz: Various Artists.
const SOMEBODY: &str = "89ad4ac3-39f7-470e-963a-56509c546377";

/// What became of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It answers.
    Answering,
    /// It was not asked, because others are in its line.
    NotAsked,
    /// It does not take the credentials.
    Refused(String),
    /// It does not answer as it should.
    Failing(String),
}

/// What asking needs.
pub struct Prober<'a> {
    /// The way out.
    pub http: &'a dyn Http,
    /// Time.
    pub clock: &'a dyn Clock,
    /// For places in a line.
    pub rpc: &'a Rpc<'a>,
}

impl Prober<'_> {
    /// Asks `provider`; `None` where it is off.
    pub async fn ask(&self, provider: Provider, config: &Config) -> Option<Finding> {
        let finding = match provider {
            Provider::Spotify => self.spotify(config.spotify.as_ref()?).await,
            Provider::Musicbrainz => self.musicbrainz(config.musicbrainz.as_ref()?).await,
            Provider::Genius => {
                let genius = config.genius.as_ref()?;
                let request = Request::get(format!("{}/search?q=a&per_page=1", genius.url));
                self.judge(provider, bearer(request, genius.access_token.expose()))
                    .await
            }
            Provider::Wikidata => {
                let wikidata = config.wikidata.as_ref()?;
                let path = "/w/api.php?action=query&meta=siteinfo&format=json";
                let request = Request::get(format!("{}{path}", wikidata.url));
                let contact = wikidata.contact.as_deref().unwrap_or("no contact");
                self.judge(provider, request.header(header::USER_AGENT, user_agent(contact)))
                    .await
            }
            Provider::Instagram => {
                let instagram = config.instagram.as_ref()?;
                let path = format!("/v21.0/{}?fields=id", instagram.account_id);
                let request = Request::get(format!("{}{path}", instagram.url));
                self.judge(provider, bearer(request, instagram.access_token.expose()))
                    .await
            }
        };
        Some(finding.err().unwrap_or(Finding::Answering))
    }

    /// With a token of its own: that asks for the credentials too.
    async fn spotify(&self, config: &Spotify) -> Result<(), Finding> {
        let pair = format!("{}:{}", config.client_id, config.client_secret.expose());
        let request = Request::post(format!("{}/api/token", config.accounts))
            .header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(Idempotent);
        let body = Bytes::from_static(b"grant_type=client_credentials");
        let answer = self.send(Provider::Spotify, request, body).await?;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let token = answer["access_token"]
            .as_str()
            .ok_or_else(|| Finding::Failing("gives no access token".into()))?;
        let request = Request::get(format!(
            "{}/v1/search?q=a&type=artist&limit=1&market={}",
            config.api, config.market
        ));
        self.judge(Provider::Spotify, bearer(request, token)).await
    }

    /// In its line, as every request to it.
    async fn musicbrainz(&self, config: &MusicBrainz) -> Result<(), Finding> {
        #[derive(Deserialize)]
        struct Reserved {
            granted: u64,
            first_in_ms: u64,
        }
        if config.requests_per_second > 0.0 {
            let arguments = json!({
                "provider": "musicbrainz", "requests": 1,
                "requests_per_second": config.requests_per_second, "within_ms": LONGEST_WAIT.as_millis(),
            });
            let reserved = self.rpc.call("reserve_provider_requests", &arguments).await;
            let Ok(Reserved {
                granted: 1..,
                first_in_ms,
            }) = reserved
            else {
                return Err(Finding::NotAsked);
            };
            self.clock.sleep(Duration::from_millis(first_in_ms)).await;
        }
        let request = Request::get(format!("{}/ws/2/artist/{SOMEBODY}?fmt=json", config.url))
            .header(header::USER_AGENT, user_agent(&config.contact));
        self.judge(Provider::Musicbrainz, request).await
    }

    async fn judge(&self, provider: Provider, request: request::Builder) -> Result<(), Finding> {
        self.send(provider, request, Bytes::new()).await.map(|_| ())
    }

    async fn send(
        &self,
        provider: Provider,
        request: request::Builder,
        body: Bytes,
    ) -> Result<Response<Bytes>, Finding> {
        let request = request
            .header(header::ACCEPT, "application/json")
            .body(body)
            .map_err(|_| Finding::Failing("its variables can't stand in a request".into()))?;
        let answer = self.http.send(request, TIMEOUT).await;
        let answer = answer.map_err(|error| Finding::Failing(format!("does not answer: {error}")))?;
        let status = answer.status();
        let code = status.as_u16();
        if provider == Provider::Instagram && !status.is_success() {
            return Err(judge_graph(&answer));
        }
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(Finding::Refused(format!("refuses what is configured (status {code})")))
            }
            // Of Spotify it is the answer to a wrong client, too.
            StatusCode::BAD_REQUEST if provider == Provider::Spotify => {
                Err(Finding::Refused(format!("refuses what is configured (status {code})")))
            }
            StatusCode::TOO_MANY_REQUESTS => Err(Finding::Failing("asks to be left alone for a while".into())),
            _ if status.is_server_error() => Err(Finding::Failing(format!("answers with status {code}"))),
            _ => Ok(answer),
        }
    }
}

/// Instagram says in a code of its own what is wrong; the status is 400 for nearly all of it.
fn judge_graph(answer: &Response<Bytes>) -> Finding {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let code = body.pointer("/error/code").and_then(Value::as_i64);
    match (graph_errors::read(&body, None), code) {
        (Some(GraphError::Refused), Some(code)) => {
            Finding::Refused(format!("refuses what is configured (code {code})"))
        }
        (Some(GraphError::Limit(_)), _) => Finding::Failing("asks to be left alone for a while".into()),
        _ => Finding::Failing(format!("answers with status {}", answer.status().as_u16())),
    }
}

fn bearer(request: request::Builder, token: &str) -> request::Builder {
    request.header(header::AUTHORIZATION, format!("Bearer {token}"))
}

fn user_agent(contact: &str) -> String {
    format!("linernotes/{} ( {contact} )", env!("CARGO_PKG_VERSION"))
}
