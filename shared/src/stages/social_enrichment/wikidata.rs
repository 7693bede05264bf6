//! Wikidata: the items of the whole batch that MusicBrainz leads to, fifty a request.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::WikidataId;
use crate::pipeline::stage::Context;
use crate::platform::config::Provider;
use crate::sources::SourceError;
use crate::sources::wikidata::{Item, Wikidata};
use crate::stages::social_enrichment::links;
use crate::stages::social_enrichment::work::{Source, Word, Work, heard};

/// Of the time that MusicBrainz has left, for those that come after.
const SHARE_OF_OTHERS: f64 = 0.6;

type Items = BTreeMap<WikidataId, Result<Item, SourceError>>;

/// Asks for their items.
pub async fn ask(context: &Context<'_>, works: &mut [Work]) {
    let Some(config) = &context.config.wikidata else {
        return;
    };
    let ids: Vec<Option<Vec<WikidataId>>> = works.iter().map(items_of).collect();
    let distinct: BTreeSet<&WikidataId> = ids.iter().flatten().flatten().collect();
    let distinct: Vec<WikidataId> = distinct.into_iter().cloned().collect();
    let line = context.client(Provider::Wikidata).leaving(SHARE_OF_OTHERS);
    let items = Wikidata::new(line, config).items(&distinct).await;
    for (work, ids) in works.iter_mut().zip(ids) {
        work.item = match ids {
            None => Word::NotAsked,
            // Nobody was asked, but it is certain that no item is theirs.
            Some(ids) if ids.is_empty() => Word::Said(None),
            Some(ids) => heard(context, Source::Wikidata, their_item(work, &ids, &items)),
        };
    }
}

/// The items that may be theirs; `None`: it is not known which.
fn items_of(work: &Work) -> Option<Vec<WikidataId>> {
    if !work.asks(Source::Wikidata) {
        return None;
    }
    match &work.page {
        Word::Said(page) => page.as_ref().map(links::wikidata_ids),
        // It answered an earlier message.
        Word::NotAsked => {
            let kept = work.producer.metadata.as_ref().map(links::kept_wikidata_ids);
            kept.filter(|ids| !ids.is_empty())
        }
        _ => None,
    }
}

/// The first item that does not say that it is somebody else's.
fn their_item(work: &Work, ids: &[WikidataId], items: &Items) -> Result<Option<(WikidataId, Item)>, SourceError> {
    for id in ids {
        match items.get(id) {
            Some(Ok(item)) => {
                let mut owners = item.musicbrainz_ids.iter();
                if owners.len() == 0 || owners.any(|owner| work.is_theirs(*owner)) {
                    return Ok(Some((id.clone(), item.clone())));
                }
            }
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
    }
    Ok(None)
}
