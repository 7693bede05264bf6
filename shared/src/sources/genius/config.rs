//! What the pipeline knows of Genius.

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::platform::config::{Origin, Reader, Secret};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::provider::ProviderSpec;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub url: Origin,
    pub access_token: Secret,
}

impl ProviderSpec for Config {
    const TITLE: &'static str = "Genius";

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.web_origin("genius_url");
        let access_token = reader.secret("genius_access_token");
        Some(Self {
            url: url?,
            access_token: access_token?,
        })
    }

    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>> {
        async move {
            let url = format!("{}/search?q=a&per_page=1", self.url);
            client.get_with(&url, &self.access_token, "genius_access_token").await
        }
        .boxed_local()
    }
}
