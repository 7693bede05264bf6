//! An album → its tracks.

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

/// The album.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `albums.id`
    pub id: Uuid,
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
}

/// An album → its tracks.
pub struct TrackDiscovery;

impl Stage for TrackDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::TrackDiscovery;

    async fn run(
        _context: &Context<'_>,
        _batch: Vec<Delivery<Message, Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        Vec::new()
    }
}
