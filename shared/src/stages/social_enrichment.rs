//! A producer → the profile.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::pipeline::message::{Delivery, MessageId, Queue, Stage};
use crate::pipeline::outcome::Outcome;
use crate::stages::Context;

/// `{producerId}`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `producers.id`
    pub producer_id: Uuid,
}

/// The producer and what is known already.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `producers.id`
    pub id: Uuid,
    /// As stored.
    pub name: String,
    /// Identity.
    pub musicbrainz_id: Option<String>,
    /// Stored handle.
    pub instagram_handle: Option<String>,
    /// Stored picture.
    pub image_url: Option<String>,
    /// Stored address.
    pub email: Option<String>,
    /// When it was enriched last.
    pub enriched_at: Option<String>,
    /// Ids, URLs, and which source each field came from.
    pub metadata: Option<Value>,
}

/// A producer → the profile.
pub struct SocialEnrichment;

impl Stage for SocialEnrichment {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::SocialEnrichment;

    async fn run(
        _context: &Context<'_>,
        _batch: Vec<Delivery<Message, Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        Vec::new()
    }
}
