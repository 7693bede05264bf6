//! What the sources have said → the profile.

use serde_json::{Map, Value, json};

use crate::domain::names::name_key;
use crate::pipeline::outcome::{FollowUp, Outcome, ProfileRow, Rows};
use crate::pipeline::queue::Queue;
use crate::sources::musicbrainz::ArtistPage;
use crate::stages::failures::settle;
use crate::stages::social_enrichment::decision::{Decision, Field};
use crate::stages::social_enrichment::work::{Source, Word, Work};
use crate::stages::social_enrichment::{Subject, links};

/// The outcome of a message whose sources have been asked; `None`: give it back.
pub fn outcome(work: &Work) -> Option<Outcome> {
    if let Word::Failed(error) = &work.page {
        return settle(error);
    }
    let owed = work.those(|word| matches!(word, Word::Waits | Word::Failed(_)));
    let said = work.those(|word| matches!(word, Word::Said(_)));
    if said.is_empty() {
        // There is nothing to lose: the message itself comes back.
        let failure = owed.iter().find_map(|source| match work.word(*source) {
            Word::Failed(error) => Some(error),
            _ => None,
        });
        if let Some(error) = failure {
            return settle(&error);
        }
    }
    let follow_up = FollowUp {
        queue_name: Queue::SocialEnrichment,
        for_each: None,
        message: json!({ "producerId": work.producer.id, "sources": owed }),
    };
    Some(Outcome::Done {
        rows: Rows {
            profile: Some(row(work, !owed.is_empty(), &said)),
            ..Rows::default()
        },
        follow_ups: if owed.is_empty() { Vec::new() } else { vec![follow_up] },
    })
}

fn row(work: &Work, is_owed: bool, said: &[Source]) -> ProfileRow {
    let producer = &work.producer;
    let stored = producer.metadata.as_ref().and_then(|metadata| metadata.get("sources"));
    let mut sources = stored.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut cleared = Vec::new();
    let mut value = |field: Field| match work.decide(field) {
        Decision::Keep => None,
        Decision::Set(source, value) => {
            sources.insert(field.name().to_owned(), json!(source));
            Some(value)
        }
        Decision::Clear => {
            sources.remove(field.name());
            cleared.push(field.name());
            None
        }
    };
    let (handle, bio, image, email) = (
        value(Field::Handle),
        value(Field::Bio),
        value(Field::Image),
        value(Field::Email),
    );
    let mut metadata = noted(work);
    metadata.insert("sources".to_owned(), Value::Object(sources));
    let incomplete = is_owed || !work.those(|word| *word == Word::Unusable).is_empty();
    let nothing = Field::ALL.into_iter().all(|field| work.outlook(field).is_none());
    ProfileRow {
        producer_id: producer.id,
        version: producer.version.clone(),
        instagram_handle: handle,
        instagram_bio: bio,
        image_url: image,
        email,
        cleared,
        aliases: work.page.said().map(|page| aliases(page, producer)).unwrap_or_default(),
        metadata: Value::Object(metadata),
        incomplete,
        failed: (nothing && !incomplete).then(|| reason(said)),
    }
}

/// What has been learned beside the fields; the rest of what is stored stays.
fn noted(work: &Work) -> Map<String, Value> {
    let mut metadata = Map::new();
    let mut note = |name: &str, value: Value| metadata.insert(name.to_owned(), value);
    if let Some(page) = work.page.said() {
        let url = format!("https://musicbrainz.org/artist/{}", page.id);
        note("musicbrainz_url", json!(url));
        note("links", links::links(page));
    }
    if let Some((id, item)) = work.item.said() {
        // The way to Genius, should it not answer now: a later message does not ask Wikidata again.
        note("genius_ids", json!(item.genius_ids));
        note("wikidata_id", json!(id.as_str()));
        if let Some(website) = &item.website {
            note("website", json!(website));
        }
    }
    if let Some(page) = work.genius.said() {
        note("genius_artist_id", json!(page.id));
    }
    if let Some(account) = work.account.said() {
        let shown = json!({ "handle": account.handle, "name": account.name, "followers": account.followers,
                            "website": account.website });
        note("instagram", shown);
    }
    metadata
}

/// Why there is nothing, in words.
fn reason(said: &[Source]) -> String {
    let titles: Vec<&str> = said.iter().map(|source| source.title()).collect();
    match titles.as_slice() {
        [] => "no source knows this person".to_owned(),
        [one] => format!("{one} knows no handle, picture or address"),
        [most @ .., last] => format!("{} and {last} know no handle, picture or address", most.join(", ")),
    }
}

/// Other spellings than the stored one. MusicBrainz' alone: they decide identity.
fn aliases(page: &ArtistPage, producer: &Subject) -> Vec<String> {
    let stored = name_key(&producer.name);
    let names = std::iter::once(&page.name).chain(&page.aliases);
    names.filter(|name| name_key(name) != stored).cloned().collect()
}
