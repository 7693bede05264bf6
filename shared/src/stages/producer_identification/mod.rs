//! An album → who produced and wrote its tracks.
//!
//! The sources are asked one after the other, each about all tracks of the batch to which it could add something
//! (`source`). Their answers become rows (`results`). Sources that have not answered stay pending, and a follow-up
//! message asks them (`task`).

mod genius;
mod musicbrainz;
mod results;
mod source;
mod task;
mod titles;

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::credits::Source;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::stages::failures::not_found;
use source::CreditSource;
use task::AlbumTask;

/// The sources in the order in which they are asked: the surest first, titles last, when all names are known.
fn sources<'a>(context: &'a Context<'a>) -> Vec<Box<dyn CreditSource + 'a>> {
    let sources = [
        musicbrainz::source(context),
        genius::source(context),
        Some(titles::source()),
    ];
    sources.into_iter().flatten().collect()
}

/// `{albumId}` asks about the whole album, `{albumId, pending}` the sources that an earlier run has left pending.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `albums.id`
    pub album_id: Uuid,
    /// By source, the tracks (`tracks.id`) about which it is to be asked. Messages of earlier versions call it `owed`.
    #[serde(alias = "owed")]
    pub pending: Option<BTreeMap<Source, Vec<Uuid>>>,
}

/// The album, its tracks, and names that must not be split.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    pub album: Album,
    #[serde(default)]
    pub tracks: Vec<Track>,
    /// Stored names that occur in a title with a production credit.
    #[serde(default)]
    pub known_names: Vec<String>,
}

/// An album of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Album {
    /// `albums.id`
    pub id: Uuid,
    pub spotify_id: Option<String>,
    pub name: String,
    pub upc: Option<String>,
    /// ISO date.
    pub release_date: Option<String>,
    #[serde(default)]
    pub artist_names: Vec<String>,
}

/// A track of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Track {
    /// `tracks.id`
    pub id: Uuid,
    pub spotify_id: Option<String>,
    pub name: String,
    pub isrc: Option<String>,
    /// Spotify was asked for the track itself: where it has no ISRC then, there is none.
    #[serde(default)]
    pub isrc_asked: bool,
    pub disc_number: Option<u32>,
    /// From 1, within its disc.
    pub track_number: Option<u32>,
    pub duration_ms: Option<i64>,
    #[serde(default)]
    pub artist_names: Vec<String>,
}

/// Finds who made an album's tracks.
pub struct ProducerIdentification;

impl Stage for ProducerIdentification {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::ProducerIdentification;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Message, Subject>>) -> Vec<(MessageId, Outcome)> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut tasks = Vec::with_capacity(batch.len());
        for mut delivery in batch {
            let Some(subject) = delivery.subject.take() else {
                let message = format!("album {} is not in the catalogue", delivery.message.album_id);
                outcomes.push((delivery.msg_id, not_found("album_unknown", message)));
                continue;
            };
            tasks.push(AlbumTask::new(delivery, subject));
        }
        for source in sources(context) {
            task::ask(source.as_ref(), &mut tasks).await;
        }
        for task in tasks {
            outcomes.extend(results::outcome(&task).map(|outcome| (task.msg_id, outcome)));
        }
        outcomes
    }
}

#[cfg(test)]
mod tests;
