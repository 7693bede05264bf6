//! Artists: where to find them elsewhere.

use serde_json::Value;

use crate::domain::ids::MusicBrainzId;
use crate::sources::json::{self, Misread};
use crate::sources::musicbrainz::relations::{self, mbid};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistPage {
    /// The artist's present id: another than was asked for, where two artists were merged.
    pub id: MusicBrainzId,
    pub name: String,
    /// Other names, without search hints.
    pub aliases: Vec<String>,
    /// The links that have not ended.
    pub links: Vec<Link>,
}

/// A relation to a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `social network`, `official homepage`, `wikidata`, `image`, …
    pub kind: String,
    pub url: String,
}

impl ArtistPage {
    /// The addresses of one kind.
    pub fn urls<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.links
            .iter()
            .filter(move |link| link.kind == kind)
            .map(|link| link.url.as_str())
    }
}

pub fn read(body: &Value) -> Result<ArtistPage, Misread> {
    let id = mbid(body).ok_or_else(|| Misread::at("id", "is no MusicBrainz id"))?;
    let relations = json::list(body, "relations")?.iter();
    let links = relations
        .filter(|relation| relation["ended"] != true)
        .filter_map(|relation| {
            Some(Link {
                kind: json::optional_text(relation, "type")?,
                url: address(&relation["url"])?,
            })
        });
    Ok(ArtistPage {
        id,
        name: json::text(body, "name")?,
        aliases: relations::aliases(body),
        links: links.collect(),
    })
}

/// The address, if it is one of the web or of e-mail.
fn address(url: &Value) -> Option<String> {
    let mail = || json::optional_text(url, "resource").filter(|text| text.starts_with("mailto:"));
    json::optional_url(url, "resource").or_else(mail)
}
