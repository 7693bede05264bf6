//! What the pipeline knows of Spotify: the credentials of an app, two addresses, and the market.

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, StatusCode, header};

use crate::platform::config::{Origin, Reader, Secret};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::provider::ProviderSpec;
use crate::sources::spotify::token;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub api: Origin,
    /// Where access tokens are given out.
    pub accounts: Origin,
    pub client_id: String,
    pub client_secret: Secret,
    /// A country; without one, content can count as unavailable.
    pub market: String,
}

impl ProviderSpec for Config {
    const TITLE: &'static str = "Spotify";

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client_id = reader.text("spotify_client_id");
        let client_secret = reader.secret("spotify_client_secret");
        let api = reader.web_origin("spotify_api_url");
        let accounts = reader.web_origin("spotify_accounts_url");
        let market = reader.text("spotify_market").unwrap_or_else(|| "US".into());
        if market.len() != 2 || !market.bytes().all(|b| b.is_ascii_uppercase()) {
            reader.complain("spotify_market", "is not a country code such as US");
        }
        let (client_id, client_secret) = reader.pair(
            ("spotify_client_id", client_id),
            ("spotify_client_secret", client_secret),
        )?;
        let (api, accounts) = reader.pair(("spotify_api_url", api), ("spotify_accounts_url", accounts))?;
        Some(Self {
            api,
            accounts,
            client_id,
            client_secret,
            market,
        })
    }

    /// A search with a new token, so that the credentials are asked for, too.
    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>> {
        async move {
            let answer = token::request(&client, self).await?;
            if !answer.status.is_success() {
                return Ok(answer);
            }
            let (token, _) = token::read(&answer)?;
            client
                .send(self.request("/search?q=a&type=artist&limit=1", &token)?)
                .await
        }
        .boxed_local()
    }

    /// Status 400 is what the token's address answers to a wrong client.
    fn refusal(answer: &ProviderAnswer) -> Option<String> {
        let refused = matches!(
            answer.status,
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        );
        refused.then(|| format!("status {}", answer.status.as_u16()))
    }
}

impl Config {
    /// A request for `path` below the API, with its query (which may be empty) and the market.
    pub(super) fn request(&self, path: &str, token: &str) -> Result<Request<Bytes>, SourceError> {
        let separator = if path.ends_with(['?', '&']) { "" } else { "&" };
        let url = format!("{}/v1{path}{separator}market={}", self.api, self.market);
        Request::get(&url)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Bytes::new())
            .map_err(|error| SourceError::Misconfigured {
                code: "spotify_address_invalid",
                message: format!("{url}: {error}"),
            })
    }
}
