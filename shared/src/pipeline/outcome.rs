//! The outcome of a message, which a stage decides, and the rows that `commit_batch` stores for it.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::pipeline::queue::Queue;

/// What became of one message.
#[allow(clippy::large_enum_variant)] // A batch has a few of them, and they are moved a few times: their size does not matter.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The rows are stored, the follow-ups are enqueued and the message is deleted, all in one transaction.
    Done { rows: Rows, follow_ups: Vec<FollowUp> },
    /// What the message asks for does not exist. The message is deleted, and its entity's state becomes FAILED.
    NotFound(Failure),
    /// The message comes back later.
    Retry {
        error: Failure,
        /// The message comes back after this time; without it, the backoff decides when.
        after: Option<Duration>,
        /// Whether the attempt counts. It does not where the provider is paused, since that is not the message's fault.
        counts: bool,
    },
    /// The message becomes a dead letter at once, because no retry can help.
    Dead(Failure),
}

/// An error that is stored and shown. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// A stable name in `snake_case`.
    pub code: &'static str,
    /// A sentence for people, which names the field or the URL that is at fault.
    pub message: String,
}

/// Rows to upsert. Where a member is absent, the stored value stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rows {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub artists: Vec<ArtistRow>,
    /// Rows of `public.albums` and `public.album_artists`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub albums: Vec<AlbumRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<TrackRow>,
    /// Rows of `public.producers` and `public.track_producers`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<CreditRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileRow>,
    /// Which list at Spotify the albums or tracks stood in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<List>,
}

/// A list at Spotify, or a page of it, by which the database tells what is no longer listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// A page of an artist's albums.
    Albums {
        /// `artists.id`
        artist_id: uuid::Uuid,
        market: String,
        offset: u32,
        /// How many items were on the page. One that Spotify left blank is missing here, so that the page has a gap.
        items: usize,
        /// Where the next page begins; `None` at the end of the list.
        next: Option<u32>,
        /// How many items Spotify says the whole list has.
        total: Option<u32>,
    },
    /// All tracks of an album.
    Tracks {
        /// `albums.id`
        album_id: uuid::Uuid,
        market: String,
        /// There are as many as Spotify says, so that no page has a gap.
        whole: bool,
        /// Spotify does not say which tracks it lists under the id of another album's.
        hides_relinks: bool,
    },
}

/// An artist. Its key is the Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtistRow {
    pub spotify_id: String,
    pub name: String,
    /// Spotify does not tell it to an app in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followers: Option<i64>,
    /// From 0 to 100. Spotify does not tell it to an app in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub popularity: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Spotify's object, without `available_markets` and without lists that have tables of their own.
    pub metadata: Value,
}

/// An album. Its key is the Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlbumRow {
    pub spotify_id: String,
    pub name: String,
    /// `2004`, `2004-05` or `2004-05-17`; the database makes it a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_date: Option<String>,
    /// `year`, `month` or `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_date_precision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
    /// The barcode, which only Spotify's full album object has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upc: Option<String>,
    /// The artists whose album it is, in the album's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist_spotify_ids: Option<Vec<String>>,
    /// The artist of the catalogue in whose list of albums it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_for_artist_id: Option<uuid::Uuid>,
    /// Spotify's object, without `available_markets` and without lists that have tables of their own.
    pub metadata: Value,
}

/// A track. Its key is the Spotify id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackRow {
    pub spotify_id: String,
    /// `albums.id`
    pub album_id: uuid::Uuid,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// From 0 to 100. Spotify does not tell it to an app in development mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub popularity: Option<i32>,
    /// In upper case, without hyphens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
    /// The first disc is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc_number: Option<i32>,
    /// The first track of each disc is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_number: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// Spotify's object, without `available_markets` and without lists that have tables of their own.
    pub metadata: Value,
}

/// One person in one role on one track, as one source states it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CreditRow {
    /// `tracks.id`
    pub track_id: uuid::Uuid,
    /// `producer`, `co_producer`, `executive_producer`, `writer`, `composer`, `lyricist`, `arranger`, `remixer`
    pub role: &'static str,
    /// `musicbrainz`, `genius` or `title`
    pub source: &'static str,
    /// From 0 to 1.
    pub confidence: f64,
    /// The ids and URLs at which the source states it.
    pub evidence: Value,
    pub person: PersonRow,
}

/// A person as a source names them. The database decides which producer of the catalogue that is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PersonRow {
    pub name: String,
    /// With an id, the person is the producer of this id, however the name is spelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// Other spellings of the name: aliases, and the name that the credit gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// What the sources know of a producer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileRow {
    /// `producers.id`
    pub producer_id: uuid::Uuid,
    /// The id at MusicBrainz, where the stored one was merged into it. The stored one stays known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// The version of the stored profile from which this one was decided. Where the stored profile has changed meanwhile,
    /// the database decides field by field which source counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_version: Option<String>,
    /// Of the ids at Genius that the stage knew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genius_version: Option<String>,
    /// Without the `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram_handle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram_bio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// An address that they publish themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Fields to empty, because the source that they came from does not state them any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cleared: Vec<&'static str>,
    /// Other spellings of the name, by which the database identifies the producer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// For `producers.metadata`: ids, URLs, and which source each field came from.
    pub metadata: Value,
    /// A source has not answered yet, so the producer counts as enriched only if a handle was found.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// The reason for `enrichment_failed`, where every source has answered and none knows the producer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// A message to enqueue. The database adds the idempotency key, the correlation id and `force`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowUp {
    pub queue_name: Queue,
    /// `artists`, `albums` or `producers`: one message for each such row of this outcome, with the row's id as
    /// `artistId`, `albumId` or `producerId`. `None` stands for one message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each: Option<&'static str>,
    /// The payload without what the database adds. It is an object.
    pub message: Value,
}
