//! What a page of MusicBrainz, or an item of Wikidata, leads to.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::domain::email;
use crate::domain::ids::WikidataId;
use crate::sources::musicbrainz::ArtistPage;
use crate::sources::wikidata::commons_picture;

const LINKS: [&str; 6] = [
    "official homepage",
    "social network",
    "soundcloud",
    "youtube",
    "wikidata",
    "image",
];

/// How many links of one kind are kept.
const MOST_LINKS: usize = 10;

/// The links of a page, as `metadata.links` keeps them.
pub fn links(page: &ArtistPage) -> Value {
    let mut links = Map::new();
    for kind in LINKS {
        let urls: Vec<&str> = page.urls(kind).take(MOST_LINKS).collect();
        if !urls.is_empty() {
            links.insert(kind.to_owned(), json!(urls));
        }
    }
    Value::Object(links)
}

/// The items that the page is said to be.
pub fn wikidata_ids(page: &ArtistPage) -> Vec<WikidataId> {
    page.urls("wikidata").filter_map(WikidataId::from_url).collect()
}

/// The items that a kept page is said to be.
pub fn kept_wikidata_ids(metadata: &Value) -> Vec<WikidataId> {
    let urls = metadata["links"]["wikidata"].as_array().into_iter().flatten();
    urls.filter_map(|url| WikidataId::from_url(url.as_str()?)).collect()
}

/// Their ids at Genius that Wikidata stated when it was asked last.
pub fn kept_genius_ids(metadata: &Value) -> Vec<u64> {
    let ids = metadata["genius_ids"].as_array().into_iter().flatten();
    ids.filter_map(Value::as_u64).collect()
}

/// The picture. The address of a page about a file on Commons becomes that of the file.
pub fn image(page: &ArtistPage) -> Option<String> {
    page.urls("image").find_map(|url| {
        let file = url.split_once("commons.wikimedia.org/wiki/File:").map(|(_, file)| file);
        match file {
            Some(file) => {
                let file = file.split(['?', '#']).next().unwrap_or(file);
                Some(commons_picture(&percent_decode_str(file).decode_utf8().ok()?))
            }
            None => url.starts_with("https://").then(|| url.to_owned()),
        }
    })
}

/// An address that stands in the place of the official page.
pub fn email(page: &ArtistPage) -> Option<String> {
    let addresses = page.urls("official homepage").filter(|url| url.starts_with("mailto:"));
    addresses.into_iter().find_map(email::address)
}
