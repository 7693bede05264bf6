//! The queues, and the functions that work them off.

use serde::Deserialize;

use crate::sources::Provider;

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

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
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

    /// Whether that function may ask `provider`, as its hosts in `spin.toml` allow it.
    pub fn asks(self, provider: Provider) -> bool {
        match self {
            Self::ArtistDiscovery | Self::AlbumDiscovery | Self::TrackDiscovery => provider == Provider::Spotify,
            Self::ProducerIdentification => {
                matches!(provider, Provider::Spotify | Provider::Musicbrainz | Provider::Genius)
            }
            Self::SocialEnrichment => provider != Provider::Spotify,
        }
    }

    /// The id of that function's component in `spin.toml`.
    pub fn component(self) -> String {
        self.name().replace('_', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_asks_those_whose_hosts_its_component_may_reach() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../spin.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        for queue in Queue::ALL {
            let (_, component) = manifest
                .split_once(&format!("[component.{}]", queue.component()))
                .unwrap();
            let (_, hosts) = component.split_once("allowed_outbound_hosts = [").unwrap();
            let (hosts, _) = hosts.split_once(']').unwrap();
            for provider in Provider::ALL {
                let may = hosts.contains(&format!("{{{{ {}_", provider.name()));
                assert_eq!(queue.asks(provider), may, "{queue:?} and {provider:?}");
            }
        }
    }
}
