//! The queues, and the functions that work them off.

use serde::Deserialize;

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
    pub const ALL: [Self; 5] = [
        Self::ArtistDiscovery,
        Self::AlbumDiscovery,
        Self::TrackDiscovery,
        Self::ProducerIdentification,
        Self::SocialEnrichment,
    ];

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

    /// The name of the function that works it off, as in its route.
    pub fn function_name(self) -> &'static str {
        match self {
            Self::ArtistDiscovery => "artistDiscovery",
            Self::AlbumDiscovery => "albumDiscovery",
            Self::TrackDiscovery => "trackDiscovery",
            Self::ProducerIdentification => "producerIdentification",
            Self::SocialEnrichment => "socialEnrichment",
        }
    }

    /// The id of that function's component in `spin.toml`.
    pub fn component(self) -> String {
        self.name().replace('_', "-")
    }
}
