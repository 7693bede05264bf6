//! Artist names → artists of Spotify.

use serde::Deserialize;

use crate::pipeline::message::{Delivery, MessageId, Queue, Stage};
use crate::pipeline::outcome::Outcome;
use crate::stages::Context;

/// `{artistName}` or `{spotifyId}`; both: the id counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// As somebody typed it.
    pub artist_name: Option<String>,
    /// Spotify's id.
    pub spotify_id: Option<String>,
}

/// Nothing in the catalogue stands behind this message.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {}

/// Artist names → artists of Spotify.
pub struct ArtistDiscovery;

impl Stage for ArtistDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::ArtistDiscovery;

    async fn run(
        _context: &Context<'_>,
        _batch: Vec<Delivery<Message, Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        Vec::new()
    }
}
