//! A producer → the profile.
//!
//! The whole batch goes through the sources one after another, the best first, each a step:
//! 1. `musicbrainz`: links, and the way to Wikidata.
//! 2. `wikidata`: fifty items a request.
//! 3. `genius`: only for those who have no handle yet.
//! 4. `instagram`: what the account says of itself, once its handle is known.
//!
//! `decision` chooses each field's value from the answers, and `profile` makes the outcome. What the sources answered is
//! stored even if others failed; a follow-up message (`{producerId, sources}`) asks the pending ones. Only MusicBrainz
//! is waited for, because its answer decides what the others are asked. A source that refuses its credentials becomes an
//! issue for the operator, and the profile is stored without it.

mod decision;
mod genius;
mod instagram;
mod links;
mod musicbrainz;
mod profile;
mod task;
mod wikidata;

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::ids::MusicBrainzId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::stages::failures::not_found;
use task::{ProducerTask, ProfileSource};

/// `{producerId}` asks all sources, `{producerId, sources}` those that are still pending.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `producers.id`
    pub producer_id: Uuid,
    pub sources: Option<Vec<ProfileSource>>,
}

/// The producer and what is known already.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `producers.id`
    pub id: Uuid,
    pub name: String,
    pub musicbrainz_id: Option<String>,
    /// Ids at MusicBrainz that were merged into that one.
    #[serde(default)]
    pub former_musicbrainz_ids: Vec<String>,
    pub instagram_handle: Option<String>,
    pub instagram_bio: Option<String>,
    pub image_url: Option<String>,
    pub email: Option<String>,
    /// When it was enriched last.
    pub enriched_at: Option<String>,
    /// Ids, URLs, and which source each field came from.
    pub metadata: Option<Value>,
    /// Of the stored profile; given back with what is decided on it.
    pub profile_version: Option<String>,
    /// Of the ids at Genius; given back, so that the commit sees whether there are others by then.
    pub genius_version: Option<String>,
    /// Other spellings of the name.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The ids under which Genius credits them, the most frequent first.
    #[serde(default)]
    pub genius_artist_ids: Vec<u64>,
    /// Songs that MusicBrainz credits to them.
    #[serde(default)]
    pub credited_tracks: Vec<Track>,
}

/// A song that they made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Track {
    pub name: String,
    #[serde(default)]
    pub artist_names: Vec<String>,
}

impl Subject {
    /// The id at MusicBrainz.
    fn own_id(&self) -> Option<MusicBrainzId> {
        MusicBrainzId::parse(self.musicbrainz_id.as_deref()?)
    }

    /// The id of the page that was read last: another one after a merge at MusicBrainz.
    fn kept_id(&self) -> Option<MusicBrainzId> {
        let url = self.metadata.as_ref()?.get("musicbrainz_url")?.as_str()?;
        MusicBrainzId::parse(url.rsplit('/').next()?)
    }
}

/// Finds out where a producer is to be seen and heard.
pub struct SocialEnrichment;

impl Stage for SocialEnrichment {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::SocialEnrichment;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Message, Subject>>) -> Vec<(MessageId, Outcome)> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut tasks = Vec::with_capacity(batch.len());
        for delivery in batch {
            let id = delivery.msg_id.clone();
            let message = format!("producer {} is not in the catalogue", delivery.message.producer_id);
            match ProducerTask::new(context, delivery) {
                Some(task) => tasks.push(task),
                None => outcomes.push((id, not_found("producer_unknown", message))),
            }
        }
        musicbrainz::ask(context, &mut tasks).await;
        wikidata::ask(context, &mut tasks).await;
        genius::ask(context, &mut tasks).await;
        instagram::ask(context, &mut tasks).await;
        let decided = tasks
            .into_iter()
            .filter_map(|task| Some((task.msg_id.clone(), profile::outcome(&task)?)));
        outcomes.extend(decided);
        outcomes
    }
}

#[cfg(test)]
mod tests;
