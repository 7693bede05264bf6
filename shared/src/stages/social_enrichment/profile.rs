//! The answers of the sources → the outcome of the message.

use serde_json::{Map, Value, json};

use crate::domain::names::name_key;
use crate::pipeline::outcome::{FollowUp, Outcome, ProfileRow, Rows};
use crate::pipeline::queue::Queue;
use crate::sources::musicbrainz::ArtistPage;
use crate::stages::answer::Answer;
use crate::stages::failures::outcome_of_failure;
use crate::stages::social_enrichment::decision::{Decision, Field};
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource};
use crate::stages::social_enrichment::{Subject, links};

/// The outcome of a message whose sources have been asked. `None` gives it back.
pub fn outcome(task: &ProducerTask) -> Option<Outcome> {
    if let Answer::Failed(error) = &task.page {
        return outcome_of_failure(error);
    }
    let pending = task.sources_with(Answer::is_pending);
    let answered = task.sources_with(|answer| answer.given().is_some());
    if answered.is_empty() {
        // Nothing was found that would have to be stored, so the message itself comes back.
        let answers = pending.iter().map(|source| task.answer(*source));
        if let Some(Answer::Failed(error)) = answers.into_iter().find(|answer| answer.failure().is_some()) {
            return outcome_of_failure(&error);
        }
    }
    let follow_up = FollowUp {
        queue_name: Queue::SocialEnrichment,
        for_each: None,
        message: json!({ "producerId": task.producer.id, "sources": pending }),
    };
    Some(Outcome::Done {
        rows: Rows {
            profile: Some(row(task, !pending.is_empty(), &answered)),
            ..Rows::default()
        },
        follow_ups: if pending.is_empty() {
            Vec::new()
        } else {
            vec![follow_up]
        },
    })
}

fn row(task: &ProducerTask, is_pending: bool, answered: &[ProfileSource]) -> ProfileRow {
    let producer = &task.producer;
    let stored = producer.metadata.as_ref().and_then(|metadata| metadata.get("sources"));
    let mut sources = stored.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut cleared = Vec::new();
    let mut value = |field: Field| match task.decide(field) {
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
    let mut metadata = noted(task);
    metadata.insert("sources".to_owned(), Value::Object(sources));
    let misconfigured = task.sources_with(|answer| *answer == Answer::Misconfigured);
    let incomplete = is_pending || !misconfigured.is_empty();
    let nothing = Field::ALL.into_iter().all(|field| task.outlook(field).is_none());
    ProfileRow {
        producer_id: producer.id,
        musicbrainz_id: task.merged_into().map(|id| id.to_string()),
        profile_version: producer.profile_version.clone(),
        genius_version: producer.genius_version.clone(),
        instagram_handle: handle,
        instagram_bio: bio,
        image_url: image,
        email,
        cleared,
        aliases: task
            .page
            .found()
            .map(|page| aliases(page, producer))
            .unwrap_or_default(),
        metadata: Value::Object(metadata),
        incomplete,
        failed: (nothing && !incomplete).then(|| reason(answered)),
    }
}

/// What was found beside the fields. What is stored under other names stays.
fn noted(task: &ProducerTask) -> Map<String, Value> {
    let mut metadata = Map::new();
    let mut note = |name: &str, value: Value| metadata.insert(name.to_owned(), value);
    if let Some(page) = task.page.found() {
        let url = format!("https://musicbrainz.org/artist/{}", page.id);
        note("musicbrainz_url", json!(url));
        note("links", links::links(page));
    }
    if let Some((id, item)) = task.item.found() {
        // Kept for a later message that asks Genius and does not ask Wikidata again.
        note("genius_ids", json!(item.genius_ids));
        note("wikidata_id", json!(id.as_str()));
        if let Some(website) = &item.website {
            note("website", json!(website));
        }
    }
    if let Some(page) = task.genius.found() {
        note("genius_artist_id", json!(page.id));
    }
    if let Some(account) = task.account.found() {
        let shown = json!({ "handle": account.handle, "name": account.name, "followers": account.followers,
                            "website": account.website });
        note("instagram", shown);
    }
    metadata
}

/// The reason for people why nothing was found.
fn reason(answered: &[ProfileSource]) -> String {
    let titles: Vec<&str> = answered.iter().map(|source| source.provider().title()).collect();
    match titles.as_slice() {
        [] => "no source knows this person".to_owned(),
        [one] => format!("{one} knows no handle, picture or address"),
        [most @ .., last] => format!("{} and {last} know no handle, picture or address", most.join(", ")),
    }
}

/// Other spellings than the stored one. Only MusicBrainz' aliases are taken, because they decide identity.
fn aliases(page: &ArtistPage, producer: &Subject) -> Vec<String> {
    let stored = name_key(&producer.name);
    let names = std::iter::once(&page.name).chain(&page.aliases);
    names.filter(|name| name_key(name) != stored).cloned().collect()
}
