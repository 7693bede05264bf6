//! Wikidata: the items of the whole batch that MusicBrainz leads to, fifty a request.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::WikidataId;
use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::SourceError;
use crate::sources::wikidata::{Item, Wikidata};
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::links;
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource, answer_of};

/// The share of the time that is left for the sources after this one.
const SHARE_OF_OTHERS: f64 = 0.6;

type Items = BTreeMap<WikidataId, Result<Item, SourceError>>;

pub async fn ask(context: &Context<'_>, tasks: &mut [ProducerTask]) {
    let Some(config) = &context.config.providers.wikidata else {
        return;
    };
    let ids: Vec<Option<Vec<WikidataId>>> = tasks.iter().map(items_of).collect();
    let distinct: BTreeSet<&WikidataId> = ids.iter().flatten().flatten().collect();
    let distinct: Vec<WikidataId> = distinct.into_iter().cloned().collect();
    let client = context.client(Provider::Wikidata).leaving(SHARE_OF_OTHERS);
    let items = Wikidata::new(client, config).items(&distinct).await;
    for (task, ids) in tasks.iter_mut().zip(ids) {
        task.item = match ids {
            None => Answer::NotAsked,
            // MusicBrainz leads to no item, so it is certain without a request that none is the producer's.
            Some(ids) if ids.is_empty() => Answer::Given(None),
            Some(ids) => answer_of(context, ProfileSource::Wikidata, their_item(task, &ids, &items)),
        };
    }
}

/// The items that may be the producer's. `None` where that is not known.
fn items_of(task: &ProducerTask) -> Option<Vec<WikidataId>> {
    if !task.asks(ProfileSource::Wikidata) {
        return None;
    }
    match &task.page {
        Answer::Given(page) => page.as_ref().map(links::wikidata_ids),
        // MusicBrainz answered an earlier message.
        Answer::NotAsked => {
            let kept = task.producer.metadata.as_ref().map(links::kept_wikidata_ids);
            kept.filter(|ids| !ids.is_empty())
        }
        _ => None,
    }
}

/// The first item that does not say that it is somebody else's.
fn their_item(
    task: &ProducerTask,
    ids: &[WikidataId],
    items: &Items,
) -> Result<Option<(WikidataId, Item)>, SourceError> {
    for id in ids {
        match items.get(id) {
            Some(Ok(item)) => {
                let mut owners = item.musicbrainz_ids.iter();
                if owners.len() == 0 || owners.any(|owner| task.is_theirs(*owner)) {
                    return Ok(Some((id.clone(), item.clone())));
                }
            }
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
    }
    Ok(None)
}
