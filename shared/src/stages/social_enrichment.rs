//! A producer → the profile.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::domain::ids::{MusicBrainzId, WikidataId};
use crate::domain::instagram;
use crate::domain::names::name_key;
use crate::pipeline::message::{Delivery, MessageId, Queue, Stage};
use crate::pipeline::outcome::{Outcome, ProfileRow, Rows};
use crate::sources::musicbrainz::{ArtistPage, MusicBrainz};
use crate::sources::wikidata::{Item, Wikidata, commons_picture};
use crate::sources::{SourceError, concurrently};
use crate::stages::Context;
use crate::stages::failures::{not_found, settle};

/// `{producerId}`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `producers.id`
    pub producer_id: Uuid,
}

/// The producer and what is known already.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `producers.id`
    pub id: Uuid,
    /// As stored.
    pub name: String,
    /// Identity.
    pub musicbrainz_id: Option<String>,
    /// Stored handle.
    pub instagram_handle: Option<String>,
    /// Stored picture.
    pub image_url: Option<String>,
    /// Stored address.
    pub email: Option<String>,
    /// When it was enriched last.
    pub enriched_at: Option<String>,
    /// Ids, URLs, and which source each field came from.
    pub metadata: Option<Value>,
}

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

/// Finds out where a producer is to be seen and heard: MusicBrainz' links, then Wikidata for the whole batch.
pub struct SocialEnrichment;

impl Stage for SocialEnrichment {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::SocialEnrichment;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Message, Subject>>) -> Vec<(MessageId, Outcome)> {
        let pages = pages(context, &batch).await;
        let items = items(context, &pages).await;
        let outcomes = batch.into_iter().zip(pages).filter_map(|(delivery, page)| {
            let Some(producer) = delivery.subject else {
                let message = format!("producer {} is not in the catalogue", delivery.message.producer_id);
                return Some((delivery.msg_id, not_found("producer_unknown", message)));
            };
            let outcome = page.and_then(|page| {
                let item = page
                    .as_ref()
                    .map_or(Ok(None), |page| their_item(page, &producer, &items))?;
                Ok(outcome(&producer, page.as_ref(), item))
            });
            let outcome = outcome.map_or_else(|error| settle(&error), Some);
            Some((delivery.msg_id, outcome?))
        });
        outcomes.collect()
    }
}

type Page = Result<Option<ArtistPage>, SourceError>;
type Items = BTreeMap<WikidataId, Result<Item, SourceError>>;

/// What MusicBrainz knows of each; `None` where there is no id to ask for.
async fn pages(context: &Context<'_>, batch: &[Delivery<Message, Subject>]) -> Vec<Page> {
    let musicbrainz = context.config.musicbrainz.as_ref();
    let musicbrainz = musicbrainz.map(|config| MusicBrainz::new(context.line(context.musicbrainz), config));
    let lookups = batch.iter().map(|delivery| {
        let id = delivery
            .subject
            .as_ref()
            .and_then(|producer| MusicBrainzId::parse(producer.musicbrainz_id.as_deref()?));
        let musicbrainz = musicbrainz.as_ref();
        async move {
            match (musicbrainz, id) {
                (Some(musicbrainz), Some(id)) => musicbrainz.artist(id).await,
                _ => Ok(None),
            }
        }
    });
    concurrently(context.concurrency, lookups).await
}

/// Every item that one of them is said to be, fifty a request.
async fn items(context: &Context<'_>, pages: &[Page]) -> Items {
    let Some(config) = &context.config.wikidata else {
        return Items::new();
    };
    let wikidata = Wikidata::new(context.line(context.wikidata), config);
    let ids: BTreeSet<WikidataId> = pages.iter().flatten().flatten().flat_map(wikidata_ids).collect();
    let ids: Vec<WikidataId> = ids.into_iter().collect();
    wikidata.items(&ids).await
}

fn wikidata_ids(page: &ArtistPage) -> Vec<WikidataId> {
    page.urls("wikidata").filter_map(WikidataId::from_url).collect()
}

/// The first item that does not say that it is somebody else's.
fn their_item<'i>(
    page: &ArtistPage,
    producer: &Subject,
    items: &'i Items,
) -> Result<Option<(WikidataId, &'i Item)>, SourceError> {
    let asked = producer.musicbrainz_id.as_deref().and_then(MusicBrainzId::parse);
    for id in wikidata_ids(page) {
        match items.get(&id) {
            Some(Ok(item)) => {
                let theirs = |id: &MusicBrainzId| *id == page.id || Some(*id) == asked;
                if item.musicbrainz_ids.is_empty() || item.musicbrainz_ids.iter().any(theirs) {
                    return Ok(Some((id, item)));
                }
            }
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
    }
    Ok(None)
}

fn outcome(producer: &Subject, page: Option<&ArtistPage>, item: Option<(WikidataId, &Item)>) -> Outcome {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::testing::{World, code, delivery, retry};

    const BENNY: &str = "2f031686-3f01-4f33-a4fc-fb3944532efa";
    const BJORN: &str = "ffb77292-9712-4d03-94aa-bdb1d4771d38";

    fn subject(number: u128, musicbrainz_id: Option<&str>) -> Subject {
        Subject {
            id: Uuid::from_u128(number),
            name: "Benny Andersson".to_owned(),
            musicbrainz_id: musicbrainz_id.map(ToOwned::to_owned),
            instagram_handle: None,
            image_url: None,
            email: None,
            enriched_at: None,
            metadata: None,
        }
    }

    fn message(subject: Subject) -> Delivery<Message, Subject> {
        let id = subject.id;
        delivery(&id.as_u128().to_string(), Message { producer_id: id }, Some(subject))
    }

    fn page(id: &str, links: &[(&str, &str)]) -> Value {
        let relations = links
            .iter()
            .map(|(kind, url)| json!({ "type": kind, "ended": false, "url": { "resource": url } }));
        json!({ "id": id, "name": "Benny Andersson", "aliases": [{ "name": "Göran Bror Benny Andersson", "type": "Legal name" }],
                "relations": relations.collect::<Vec<_>>() })
    }

    fn claim(value: &str) -> Value {
        json!([{ "rank": "normal", "mainsnak": { "datavalue": { "value": value } } }])
    }

    fn profile(outcome: &Outcome) -> &ProfileRow {
        match outcome {
            Outcome::Done { rows, .. } => rows.profile.as_ref().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn links_and_items_together_make_a_profile() {
        let world = World::default();
        let links = [
            ("social network", "https://www.instagram.com/p/Bx1/"),
            ("social network", "https://www.instagram.com/BennyA/"),
            ("wikidata", "https://www.wikidata.org/wiki/Q1"),
            ("wikidata", "https://www.wikidata.org/wiki/nonsense"),
        ];
        world.musicbrainz.on(
            &format!("/ws/2/artist/{BENNY}?inc=url-rels+aliases"),
            200,
            &page(BENNY, &links),
        );
        world.musicbrainz.on(
            &format!("/ws/2/artist/{BJORN}"),
            200,
            &page(BJORN, &[("wikidata", "https://www.wikidata.org/wiki/Q2")]),
        );
        let entities = json!({ "entities": {
            "Q1": { "claims": { "P2003": claim("somebody.else"), "P968": claim("mailto:benny@example.org"), "P434": claim(BENNY) } },
            "Q2": { "claims": { "P2003": claim("not.his"), "P434": claim(BENNY) } },
        } });
        world
            .wikidata
            .on("/w/api.php?action=wbgetentities&ids=Q1%7CQ2&", 200, &entities);
        let outcomes =
            world.run::<SocialEnrichment>(vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN)))]);
        let benny = profile(&outcomes["1"]);
        assert_eq!(benny.instagram_handle.as_deref(), Some("bennya"));
        assert_eq!(benny.email.as_deref(), Some("benny@example.org"));
        assert_eq!(benny.aliases, ["Göran Bror Benny Andersson"]);
        assert_eq!(
            benny.metadata["sources"],
            json!({ "instagram_handle": "musicbrainz", "email": "wikidata" })
        );
        assert_eq!(benny.failed, None);
        // The item says that it is somebody else's.
        let bjorn = profile(&outcomes["2"]);
        assert_eq!(bjorn.instagram_handle, None);
        assert!(bjorn.failed.as_deref().unwrap().contains("know no handle"));
        assert_eq!(world.wikidata.asked().len(), 1);
    }

    #[test]
    fn who_is_unknown_fails_only_when_nothing_is_stored() {
        let world = World::default();
        world.musicbrainz.on("/ws/2/artist", 404, &json!({}));
        let mut stored = subject(2, Some(BJORN));
        stored.image_url = Some("https://i/1".to_owned());
        let outcomes = world.run::<SocialEnrichment>(vec![
            message(subject(1, None)),
            message(stored),
            message(subject(3, Some(BENNY))),
        ]);
        assert!(profile(&outcomes["1"]).failed.is_some() && profile(&outcomes["3"]).failed.is_some());
        assert_eq!(profile(&outcomes["2"]).failed, None);
        assert_eq!(world.musicbrainz.asked().len(), 2);
    }

    #[test]
    fn a_worse_source_does_not_replace_a_better_one() {
        let world = World::default();
        world.musicbrainz.on(
            "/ws/2/artist",
            200,
            &page(BENNY, &[("wikidata", "https://www.wikidata.org/wiki/Q1")]),
        );
        let entities =
            json!({ "entities": { "Q1": { "claims": { "P2003": claim("wikis"), "P18": claim("A b.jpg") } } } });
        world.wikidata.on("/w/api.php", 200, &entities);
        let mut stored = subject(1, Some(BENNY));
        stored.instagram_handle = Some("brainz".to_owned());
        stored.image_url = Some("https://i/1".to_owned());
        stored.metadata = Some(json!({ "sources": { "instagram_handle": "musicbrainz" }, "kept": 1 }));
        let outcomes = world.run::<SocialEnrichment>(vec![message(stored)]);
        let profile = profile(&outcomes["1"]);
        assert_eq!(profile.instagram_handle, None);
        assert!(profile.image_url.as_deref().unwrap().contains("A_b.jpg"));
        assert_eq!(
            profile.metadata["sources"],
            json!({ "instagram_handle": "musicbrainz", "image_url": "wikidata" })
        );
        assert_eq!(profile.metadata["kept"], 1);
    }

    #[test]
    fn a_source_that_does_not_answer_is_not_one_that_knows_nothing() {
        let world = World::default();
        world.musicbrainz.on(&format!("/ws/2/artist/{BENNY}"), 500, &json!({}));
        world.musicbrainz.on(
            &format!("/ws/2/artist/{BJORN}"),
            200,
            &page(BJORN, &[("wikidata", "https://www.wikidata.org/wiki/Q1")]),
        );
        world.wikidata.on_raw("/w/api.php", Ok((429, Some("9"), String::new())));
        let gone = delivery(
            "3",
            Message {
                producer_id: Uuid::nil(),
            },
            None,
        );
        let batch = vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN))), gone];
        let outcomes = world.run::<SocialEnrichment>(batch);
        assert_eq!(code(&outcomes["1"]), "provider_failed");
        assert_eq!(retry(&outcomes["2"]).1.unwrap().as_secs(), 9);
        assert_eq!(code(&outcomes["3"]), "producer_unknown");
    }

    #[test]
    fn a_picture_is_the_file_and_not_its_page() {
        let links = [("image", "https://commons.wikimedia.org/wiki/File:Bj%C3%B6rn_U.jpg#x")];
        let world = World::default();
        world.musicbrainz.on("/ws/2/artist", 200, &page(BENNY, &links));
        let outcomes = world.run::<SocialEnrichment>(vec![message(subject(1, Some(BENNY)))]);
        let image = profile(&outcomes["1"]).image_url.clone().unwrap();
        assert_eq!(
            image,
            "https://commons.wikimedia.org/wiki/Special:FilePath/Bj%C3%B6rn_U.jpg?width=600"
        );
    }
}
