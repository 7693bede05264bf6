//! What the pipeline knows of MusicBrainz: it answers nobody who gives no contact, and everybody together once a second.

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, header};

use crate::domain::ids::MusicBrainzId;
use crate::platform::config::{Origin, Reader};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::provider::ProviderSpec;

/// Every MusicBrainz has this artist: Various Artists.
const KNOWN_TO_ALL: &str = "89ad4ac3-39f7-470e-963a-56509c546377";

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub url: Origin,
    /// `musicbrainz_contact`: an e-mail address or a web page of the operator, without which MusicBrainz is off.
    pub contact: String,
    /// 0: no limit (a mirror).
    pub requests_per_second: f64,
}

impl ProviderSpec for Config {
    const TITLE: &'static str = "MusicBrainz";

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.web_origin("musicbrainz_url");
        let contact = reader.contact("musicbrainz_contact");
        let requests_per_second = reader.rate("musicbrainz_requests_per_second", 1.0);
        Some(Self {
            url: url?,
            contact: contact?,
            requests_per_second: requests_per_second?,
        })
    }

    fn requests_per_second(&self) -> f64 {
        self.requests_per_second
    }

    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>> {
        async move {
            let url = self.address(&format!("/artist/{KNOWN_TO_ALL}?"));
            client.send(self.request(&url)?).await
        }
        .boxed_local()
    }
}

impl Config {
    /// The address of `path` below the API, which has a query (that may be empty).
    pub(super) fn address(&self, path: &str) -> String {
        let separator = if path.ends_with('?') { "" } else { "&" };
        format!("{}/ws/2{path}{separator}fmt=json", self.url)
    }

    /// The entity that a redirect leads to; `None` where it leads anywhere else than to one of the same kind at the same
    /// address.
    pub(super) fn merged_into(&self, entity: &str, answer: &ProviderAnswer) -> Option<MusicBrainzId> {
        let location = answer.location.as_deref()?;
        let path = location.strip_prefix(self.url.as_str()).unwrap_or(location);
        let id = path.strip_prefix(&format!("/ws/2/{entity}/"))?;
        MusicBrainzId::parse(id.split(['?', '#']).next()?)
    }

    /// A request with the `User-Agent` that MusicBrainz demands.
    pub(super) fn request(&self, url: &str) -> Result<Request<Bytes>, SourceError> {
        let user_agent = format!("linernotes/{} ( {} )", env!("CARGO_PKG_VERSION"), self.contact);
        Request::get(url)
            .header(header::USER_AGENT, user_agent)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| SourceError::Misconfigured {
                code: "musicbrainz_address_invalid",
                message: format!("{url}: {error}"),
            })
    }
}
