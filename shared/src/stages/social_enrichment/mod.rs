//! A producer → the profile.

mod profile;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::ids::{MusicBrainzId, WikidataId};
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::sources::musicbrainz::{ArtistPage, MusicBrainz};
use crate::sources::wikidata::{Item, Wikidata};
use crate::sources::{SourceError, concurrently};
use crate::stages::failures::{not_found, settle};
use crate::stages::line_to;

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

/// Of the time, for Wikidata. Where MusicBrainz' slots are scarce, its lookups would else take all of it, and what they
/// brought would be given back again and again.
const SHARE_OF_WIKIDATA: f64 = 0.2;

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
                Ok(profile::outcome(&producer, page.as_ref(), item))
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
    let line = line_to(context, context.musicbrainz).leaving(SHARE_OF_WIKIDATA);
    let musicbrainz = musicbrainz.map(|config| MusicBrainz::new(line, config));
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
    let wikidata = Wikidata::new(line_to(context, context.wikidata), config);
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

#[cfg(test)]
mod tests;
