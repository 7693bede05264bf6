//! The explorer's pages: one file a page, each from a request over one question to the catalogue to an answer.
//!
//! A page reads the catalogue through the same functions and with the same publishable key as every client, so a hole
//! here leads nowhere. Everything works without a script: lists page, filter and sort by their address. Names come from
//! the internet, and `maud` escapes every value.

mod about;
pub(crate) mod address;
mod album;
mod artist;
mod assets;
mod catalogue;
mod connect;
mod export;
mod for_machines;
mod graph;
mod home;
pub(crate) mod layout;
mod network;
mod parts;
mod producer;
mod radial;
pub(crate) mod refusal;
pub(crate) mod respond;
mod search;
mod track;
mod view;
pub(crate) mod words;

pub use assets::Asset;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::Method;
use serde_json::json;

use crate::pages::address::Address;
use crate::pages::catalogue::Catalogue;
use crate::pages::refusal::Refusal;
use crate::pages::respond::{PageResponse, respond};
use crate::platform::config;
use crate::platform::ports::{Function, Level, Platform, Reply, Request};

/// The function behind the explorer's pages, with the files that belong to them.
pub struct Explorer {
    /// Styles, scripts and pictures under the names by which the pages link to them.
    pub assets: &'static [Asset],
}

impl Function for Explorer {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        async move {
            let started = platform.clock.monotonic();
            let answer = self.answer(platform, &request).await;
            let response = respond(answer, &request);
            let took = platform.clock.monotonic().saturating_sub(started);
            // The path alone: what people search for is theirs.
            let fields = json!({
                "function": "explorer",
                "path": request.uri().path(),
                "status": response.status().as_u16(),
                "duration_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            });
            platform.log.write(Level::Info, "page", fields);
            reply(response);
        }
        .boxed_local()
    }
}

/// What every page is made with.
struct Site<'a> {
    assets: &'static [Asset],
    catalogue: Catalogue<'a>,
    address: &'a Address,
}

impl Explorer {
    async fn answer(&self, platform: &Platform<'_>, request: &Request) -> PageResponse {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return PageResponse::method_not_allowed();
        }
        if let Some(asset) = Asset::find(self.assets, request.uri().path()) {
            return PageResponse::asset(asset);
        }
        let address = Address::of(request);
        let database = match config::catalogue(platform.variables) {
            Ok(database) => database,
            Err(error) => {
                platform
                    .log
                    .write(Level::Error, "misconfigured", json!({"error": error.to_string()}));
                return layout::refused(self.assets, &address, &Refusal::Unavailable);
            }
        };
        let site = Site {
            assets: self.assets,
            catalogue: Catalogue::new(platform, &database),
            address: &address,
        };
        match site.page().await {
            Ok(answer) => answer,
            Err(refusal) => {
                if let Refusal::Failed(error) = &refusal {
                    platform
                        .log
                        .write(Level::Error, "page_failed", json!({"error": error.to_string()}));
                }
                layout::refused(self.assets, &address, &refusal)
            }
        }
    }
}

impl Site<'_> {
    async fn page(&self) -> Result<PageResponse, Refusal> {
        let parts: Vec<&str> = self.address.parts.iter().map(String::as_str).collect();
        let format = self.address.format;
        match parts.as_slice() {
            [] => home::page(self).await,
            ["search"] => search::page(self, format).await,
            ["producers", id] => producer::page(self, address::id(id)?, format).await,
            ["producers", id, "credits"] => producer::credits(self, address::id(id)?, format).await,
            ["producers", id, "collaborators"] => producer::collaborators(self, address::id(id)?, format).await,
            ["artists", id] => artist::page(self, address::id(id)?, format).await,
            ["artists", id, "producers"] => artist::producers(self, address::id(id)?, format).await,
            ["albums", id] => album::page(self, address::id(id)?, format).await,
            ["tracks", id] => track::page(self, address::id(id)?, format).await,
            ["graph", kind, id] => graph::page(self, kind, address::id(id)?, format).await,
            ["connect"] => connect::page(self, format).await,
            ["about"] => Ok(about::page(self)),
            ["robots.txt"] => Ok(for_machines::robots(self)),
            ["llms.txt"] => Ok(for_machines::llms(self)),
            ["sitemap.xml"] => for_machines::sitemap(self).await,
            _ => Err(Refusal::NotFound),
        }
    }
}
