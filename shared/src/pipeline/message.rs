//! Messages as `dequeue_batch` delivers them.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::pipeline::outcome::Outcome;
use crate::stages::Context;

/// The five queues, in the order in which data flows through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// `{artistName | spotifyId}`
    ArtistDiscovery,
    /// `{artistId, offset}`
    AlbumDiscovery,
    /// `{albumId}`
    TrackDiscovery,
    /// `{albumId}`
    ProducerIdentification,
    /// `{producerId}`
    SocialEnrichment,
}

impl Queue {
    /// The queue's name in Postgres, in Redis keys and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArtistDiscovery => "artist_discovery",
            Self::AlbumDiscovery => "album_discovery",
            Self::TrackDiscovery => "track_discovery",
            Self::ProducerIdentification => "producer_identification",
            Self::SocialEnrichment => "social_enrichment",
        }
    }
}

/// pgmq's `msg_id`, as text: JSON numbers lose precision in some clients.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub String);

/// One delivery of a message: `M` is its payload, `S` the catalogue rows that it speaks of.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery<M, S> {
    /// pgmq's id.
    pub msg_id: MessageId,
    /// Deliveries so far; the fence of the commit.
    pub read_ct: u32,
    /// Counted attempts, this one included.
    pub attempt: u32,
    /// The idempotency key, where the message has one.
    pub key: Option<String>,
    /// Handed down from the first message to the last.
    pub correlation_id: Option<String>,
    /// `"force": true` in the message: pass over what was done before.
    #[serde(default)]
    pub force: bool,
    /// Whether `processing_status` says that this key was completed before.
    #[serde(default)]
    pub completed: bool,
    /// The payload.
    pub message: M,
    /// The rows that the payload's id names; `None` when there are none.
    pub subject: Option<S>,
}

/// One queue's work: the whole batch at once, so that requests to a provider are merged.
pub trait Stage {
    /// The payload.
    type Message: DeserializeOwned;
    /// What `dequeue_batch` looks up for the payload's id.
    type Subject: DeserializeOwned;
    /// Its queue.
    const QUEUE: Queue;

    /// Turns a batch into outcomes. A message without an outcome is given back, uncounted.
    fn run(
        context: &Context<'_>,
        batch: Vec<Delivery<Self::Message, Self::Subject>>,
    ) -> impl Future<Output = Vec<(MessageId, Outcome)>>;
}
