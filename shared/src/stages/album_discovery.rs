//! An artist → a page of the albums.

use serde::Deserialize;
use uuid::Uuid;

use crate::pipeline::message::{Delivery, MessageId, Queue, Stage};
use crate::pipeline::outcome::Outcome;
use crate::stages::Context;

/// `{artistId, offset}`: one page of the artist's albums.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `artists.id`
    pub artist_id: Uuid,
    /// Where the page begins.
    #[serde(default)]
    pub offset: u32,
}

/// The artist.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `artists.id`
    pub id: Uuid,
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
}

/// An artist → a page of the albums.
pub struct AlbumDiscovery;

impl Stage for AlbumDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::AlbumDiscovery;

    async fn run(
        _context: &Context<'_>,
        _batch: Vec<Delivery<Message, Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        Vec::new()
    }
}
