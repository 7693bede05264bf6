//! An album → who produced and wrote its tracks.

use serde::Deserialize;
use uuid::Uuid;

use crate::pipeline::message::{Delivery, MessageId, Queue, Stage};
use crate::pipeline::outcome::Outcome;
use crate::stages::Context;

/// `{albumId}`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `albums.id`
    pub album_id: Uuid,
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

/// An album → who produced and wrote its tracks.
pub struct ProducerIdentification;

impl Stage for ProducerIdentification {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::ProducerIdentification;

    async fn run(
        _context: &Context<'_>,
        _batch: Vec<Delivery<Message, Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        Vec::new()
    }
}
