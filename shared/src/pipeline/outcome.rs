//! What a stage says of a message, as `commit_batch` takes it.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::pipeline::queue::Queue;

/// What became of one message. One for each message of a batch, moved a few times: its size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Stored and gone, with what follows from it.
    Done {
        /// Rows to upsert.
        rows: Rows,
        /// Messages to enqueue in the same transaction.
        follow_ups: Vec<FollowUp>,
    },
    /// Done, but what it asked for does not exist; the entity's state is FAILED.
    NotFound(Failure),
    /// Comes back later.
    Retry {
        /// Why.
        error: Failure,
        /// Not before this; the backoff decides otherwise.
        after: Option<Duration>,
        /// Whether the attempt counts (a 429 or a provider-wide stop does not).
        counts: bool,
    },
    /// To the dead letters at once: no retry can help.
    Dead(Failure),
}

/// An error that is stored and shown: a stable code, and a sentence without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// `snake_case`, stable.
    pub code: &'static str,
    /// For people; names the field or the URL that is at fault.
    pub message: String,
}

/// Rows to upsert. A key that is absent keeps the stored value.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rows {
    /// `public.artists`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub artists: Vec<ArtistRow>,
    /// `public.albums` and `public.album_artists`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub albums: Vec<AlbumRow>,
    /// `public.tracks`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<TrackRow>,
    /// `public.producers` and `public.track_producers`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<CreditRow>,
    /// `public.producers`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileRow>,
}

/// An artist, by its Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtistRow {
    /// Spotify's id.
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// Absent in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followers: Option<i64>,
    /// 0..=100; absent in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub popularity: Option<i32>,
    /// The first image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// The provider's object, pruned.
    pub metadata: Value,
}

/// An album, by its Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlbumRow {
    /// Spotify's id.
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// `2004`, `2004-05` or `2004-05-17`; the database makes it a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_date: Option<String>,
    /// `year`, `month` or `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_date_precision: Option<String>,
    /// The first image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
    /// Barcode; only the full album object has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upc: Option<String>,
    /// The album's own artists, in its order; absent: the stored ones stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist_spotify_ids: Option<Vec<String>>,
    /// The artist of the catalogue in whose list the album was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_for_artist_id: Option<uuid::Uuid>,
    /// The provider's object, pruned.
    pub metadata: Value,
}

/// A track, by its Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackRow {
    /// Spotify's id.
    pub spotify_id: String,
    /// Its album: a row of the catalogue.
    pub album_id: uuid::Uuid,
    /// As Spotify spells it.
    pub name: String,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// 0..=100; absent in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub popularity: Option<i32>,
    /// ISRC, upper case without hyphens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc_number: Option<i32>,
    /// From 1, within its disc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_number: Option<i32>,
    /// Thirty seconds of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// The provider's object, pruned.
    pub metadata: Value,
}

/// One person in one role on one track, as one source states it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CreditRow {
    /// A row of the catalogue.
    pub track_id: uuid::Uuid,
    /// `producer`, `co_producer`, `executive_producer`, `writer`, `composer`, `lyricist`, `arranger`, `remixer`
    pub role: &'static str,
    /// `musicbrainz`, `genius` or `title`
    pub source: &'static str,
    /// 0..=1
    pub confidence: f64,
    /// Where it was seen.
    pub evidence: Value,
    /// Who.
    pub person: PersonRow,
}

/// A person as a source names them; who that is in the catalogue, the database decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PersonRow {
    /// The name to show.
    pub name: String,
    /// With it, the person is this id, whatever the spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// Other spellings that lead to this person: aliases and credited-as names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// What was found out about a producer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileRow {
    /// A row of the catalogue.
    pub producer_id: uuid::Uuid,
    /// Of the profile that all this was decided on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram_handle: Option<String>,
    /// The biography.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram_bio: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Only what they publish themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Fields whose own source does not state them any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cleared: Vec<&'static str>,
    /// Other spellings of the name, for the identity.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Goes into `producers.metadata`: ids, URLs, and which source each field came from.
    pub metadata: Value,
    /// A source has not answered yet: without a handle it does not count as enriched.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// Set when every source answered and none knew: `enrichment_failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// A message that follows from this one. The database adds the idempotency key, the correlation id and `force`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowUp {
    /// Where to.
    pub queue_name: Queue,
    /// `artists`, `albums` or `producers`: one message for each such row of this outcome, with the row's id as
    /// `artistId`, `albumId` or `producerId`. `None`: one message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each: Option<&'static str>,
    /// The payload (an object), apart from what the database adds.
    pub message: Value,
}
