//! An album → who produced and wrote its tracks.
//!
//! The sources are asked one after the other, each for the whole batch, and only for tracks to which it could add
//! something (`source`). What they say of a track becomes its rows (`results`); what one of them has not answered is
//! asked for by a follow-up (`work`).

mod genius;
mod musicbrainz;
mod results;
mod source;
mod titles;
mod work;

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
use work::Work;

/// The sources, in the order in which they are asked: the surest first, and titles when all names are known.
fn sources<'a>(context: &'a Context<'a>) -> Vec<Box<dyn CreditSource + 'a>> {
    let sources = [
        musicbrainz::source(context),
        genius::source(context),
        Some(titles::source()),
    ];
    sources.into_iter().flatten().collect()
}

/// `{albumId}`, or `{albumId, owed}` for what an earlier run has left.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `albums.id`
    pub album_id: Uuid,
    /// By source, the tracks (`tracks.id`) that it is still asked for. Absent: the whole album.
    pub owed: Option<BTreeMap<Source, Vec<Uuid>>>,
}

/// The album, its tracks, and names that must not be split.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// The album.
    pub album: Album,
    /// All its tracks.
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
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
    /// Barcode.
    pub upc: Option<String>,
    /// ISO date.
    pub release_date: Option<String>,
    /// Its artists' names.
    #[serde(default)]
    pub artist_names: Vec<String>,
}

/// A track of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Track {
    /// `tracks.id`
    pub id: Uuid,
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
    /// As stored.
    pub isrc: Option<String>,
    /// Spotify was asked for the track itself: where it has no ISRC then, there is none.
    #[serde(default)]
    pub isrc_asked: bool,
    /// From 1.
    pub disc_number: Option<u32>,
    /// From 1, within its disc.
    pub track_number: Option<u32>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Its artists' names.
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
        let mut works = Vec::with_capacity(batch.len());
        for mut delivery in batch {
            let Some(subject) = delivery.subject.take() else {
                let message = format!("album {} is not in the catalogue", delivery.message.album_id);
                outcomes.push((delivery.msg_id, not_found("album_unknown", message)));
                continue;
            };
            works.push(Work::new(delivery, subject));
        }
        for source in sources(context) {
            work::ask(source.as_ref(), &mut works).await;
        }
        for work in works {
            outcomes.extend(results::outcome(&work).map(|outcome| (work.msg_id, outcome)));
        }
        outcomes
    }
}

#[cfg(test)]
mod tests;
