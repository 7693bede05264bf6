//! What the pipeline knows of Wikidata: it needs no credentials, and gives more than ten requests a minute only to who
//! names a contact.

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, header};

use crate::platform::config::{Origin, Reader};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::provider::ProviderSpec;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub url: Origin,
    /// `musicbrainz_contact`, which one person gives for both.
    pub contact: Option<String>,
}

impl ProviderSpec for Config {
    const TITLE: &'static str = "Wikidata";

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.web_origin("wikidata_url");
        let contact = reader.contact("musicbrainz_contact");
        Some(Self { url: url?, contact })
    }

    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>> {
        async move {
            let url = format!("{}/w/api.php?action=query&meta=siteinfo&format=json", self.url);
            client.send(self.request(&url)?).await
        }
        .boxed_local()
    }
}

impl Config {
    /// A request with the `User-Agent` that Wikimedia asks for: `client/version (contact) library/version`.
    pub(super) fn request(&self, url: &str) -> Result<Request<Bytes>, SourceError> {
        let client = concat!("linernotes/", env!("CARGO_PKG_VERSION"));
        let user_agent = match &self.contact {
            Some(contact) => format!("{client} ({contact}) wasi-http/0.2"),
            None => format!("{client} wasi-http/0.2"),
        };
        Request::get(url)
            .header(header::USER_AGENT, user_agent)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| SourceError::Misconfigured {
                code: "wikidata_address_invalid",
                message: format!("{url}: {error}"),
            })
    }
}
