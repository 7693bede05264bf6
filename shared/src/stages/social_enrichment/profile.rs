//! What the sources state → the profile.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::domain::ids::WikidataId;
use crate::domain::instagram;
use crate::domain::names::name_key;
use crate::pipeline::outcome::{Outcome, ProfileRow, Rows};
use crate::sources::musicbrainz::ArtistPage;
use crate::sources::wikidata::{Item, commons_picture};
use crate::stages::social_enrichment::Subject;

/// Sources of profiles, the best first.
const SOURCES: [&str; 2] = ["musicbrainz", "wikidata"];

/// Links that are kept.
const LINKS: [&str; 6] = [
    "official homepage",
    "social network",
    "soundcloud",
    "youtube",
    "wikidata",
    "image",
];
/// Of one kind.
const MOST_LINKS: usize = 10;

/// The outcome of a producer whose sources have answered.
pub fn outcome(producer: &Subject, page: Option<&ArtistPage>, item: Option<(WikidataId, &Item)>) -> Outcome {
    let mut metadata = match &producer.metadata {
        Some(Value::Object(metadata)) => metadata.clone(),
        _ => Map::new(),
    };
    let mut sources = match metadata.get("sources") {
        Some(Value::Object(sources)) => sources.clone(),
        _ => Map::new(),
    };
    let stated = item.as_ref().map(|(_, item)| *item);
    let handle = page.and_then(handle);
    let handle = [handle, stated.and_then(|item| item.instagram_handle.clone())];
    let image = [page.and_then(image), stated.and_then(|item| item.image_url.clone())];
    let email = [None, stated.and_then(|item| item.email.clone())];
    let mut field = |name: &str, candidates, stored: Option<&String>| better(name, candidates, stored, &mut sources);
    let mut profile = ProfileRow {
        producer_id: producer.id,
        instagram_handle: field("instagram_handle", handle, producer.instagram_handle.as_ref()),
        instagram_bio: None,
        image_url: field("image_url", image, producer.image_url.as_ref()),
        email: field("email", email, producer.email.as_ref()),
        aliases: page.map(|page| aliases(page, producer)).unwrap_or_default(),
        metadata: Value::Null,
        failed: None,
    };
    metadata.insert("sources".into(), Value::Object(sources));
    if let Some(page) = page {
        metadata.insert(
            "musicbrainz_url".into(),
            json!(format!("https://musicbrainz.org/artist/{}", page.id)),
        );
        metadata.insert("links".into(), links(page));
    }
    if let Some((id, item)) = item {
        metadata.insert("wikidata_id".into(), json!(id.as_str()));
        if let Some(website) = &item.website {
            metadata.insert("website".into(), json!(website));
        }
    }
    profile.metadata = Value::Object(metadata);
    let found = profile.instagram_handle.is_some() || profile.image_url.is_some() || profile.email.is_some();
    let stored = producer.instagram_handle.is_some() || producer.image_url.is_some() || producer.email.is_some();
    if !found && !stored {
        let reason = match page {
            Some(_) => "MusicBrainz and Wikidata know no handle, picture or address",
            None => "no source knows this person",
        };
        profile.failed = Some(reason.to_owned());
    }
    Outcome::Done {
        rows: Rows {
            profile: Some(profile),
            ..Rows::default()
        },
        follow_ups: Vec::new(),
    }
}

/// The value of the best source that states one (`candidates` in the order of `SOURCES`), unless a better one stated
/// what is stored; `sources` remembers whose it is.
fn better(
    field: &str,
    candidates: [Option<String>; 2],
    stored: Option<&String>,
    sources: &mut Map<String, Value>,
) -> Option<String> {
    let rank = |source: &str| {
        SOURCES
            .iter()
            .position(|known| *known == source)
            .unwrap_or(SOURCES.len())
    };
    let (source, value) = SOURCES
        .iter()
        .zip(candidates)
        .find_map(|(source, value)| Some((*source, value?)))?;
    let stored_rank = sources.get(field).and_then(Value::as_str).map_or(SOURCES.len(), rank);
    if stored.is_some() && stored_rank < rank(source) {
        return None;
    }
    sources.insert(field.to_owned(), json!(source));
    Some(value)
}

fn handle(page: &ArtistPage) -> Option<String> {
    page.urls("social network").find_map(instagram::handle_from_url)
}

/// A page about a file on Commons becomes the file.
fn image(page: &ArtistPage) -> Option<String> {
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

/// Other spellings than the stored one.
fn aliases(page: &ArtistPage, producer: &Subject) -> Vec<String> {
    let stored = name_key(&producer.name);
    let names = std::iter::once(&page.name).chain(&page.aliases);
    names.filter(|name| name_key(name) != stored).cloned().collect()
}

fn links(page: &ArtistPage) -> Value {
    let mut links = Map::new();
    for kind in LINKS {
        let urls: Vec<&str> = page.urls(kind).take(MOST_LINKS).collect();
        if !urls.is_empty() {
            links.insert(kind.to_owned(), json!(urls));
        }
    }
    Value::Object(links)
}
