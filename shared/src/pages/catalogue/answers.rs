//! What the page of one producer, artist, album or track, a search and the first page show.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::pages::catalogue::values::{AlbumRef, Artist, ArtistRef, Link, Person, Role};

#[derive(Debug, Deserialize, Serialize)]
pub struct FoundAlbum {
    #[serde(flatten)]
    pub album: AlbumRef,
    pub artists: Vec<ArtistRef>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct FoundTrack {
    pub id: Uuid,
    pub name: String,
    #[serde(default)]
    pub gone_at: Option<String>,
    pub album: AlbumRef,
    pub artists: Vec<ArtistRef>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Found {
    #[serde(default)]
    pub producers: Vec<Person>,
    #[serde(default)]
    pub artists: Vec<Artist>,
    #[serde(default)]
    pub albums: Vec<FoundAlbum>,
    #[serde(default)]
    pub tracks: Vec<FoundTrack>,
}

impl Found {
    pub fn is_empty(&self) -> bool {
        self.producers.is_empty() && self.artists.is_empty() && self.albums.is_empty() && self.tracks.is_empty()
    }
}

#[derive(Debug, Deserialize)]
pub struct Stats {
    pub producers: u64,
    pub artists: u64,
    pub albums: u64,
    pub tracks: u64,
    pub credits: u64,
    pub newest_artists: Vec<Artist>,
    pub foremost_producers: Vec<Person>,
    pub updated_at: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct RoleCount {
    pub role: String,
    pub track_count: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct YearCount {
    pub year: i32,
    pub track_count: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct SourceCount {
    pub source: String,
    pub track_count: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Producer {
    pub id: Uuid,
    pub name: String,
    pub also_known_as: Vec<String>,
    pub musicbrainz_id: Option<String>,
    pub image_url: Option<String>,
    pub instagram_handle: Option<String>,
    pub biography: Option<String>,
    pub profile_sources: Map<String, Value>,
    pub profile_found_at: Option<String>,
    pub links: Vec<Link>,
    pub track_count: u64,
    pub artist_count: u64,
    /// How many tracks the lists below were counted in.
    pub tracks_read: u64,
    pub first_year: Option<i32>,
    pub last_year: Option<i32>,
    pub roles: Vec<RoleCount>,
    pub years: Vec<YearCount>,
    pub sources: Vec<SourceCount>,
    pub artists: Vec<Artist>,
    pub updated_at: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct CreditedTrack {
    pub id: Uuid,
    pub name: String,
    pub isrc: Option<String>,
    pub duration_ms: Option<i64>,
    pub album: AlbumRef,
    pub artists: Vec<ArtistRef>,
    pub roles: Vec<Role>,
}

/// A page of a producer's credits.
#[derive(Debug, Deserialize, Serialize)]
pub struct Credits {
    pub producer_id: Uuid,
    pub total: u64,
    /// False: only a part of the tracks was read.
    pub complete: bool,
    pub next: Option<Uuid>,
    pub items: Vec<CreditedTrack>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Collaborators {
    pub producer_id: Uuid,
    pub tracks_read: u64,
    pub complete: bool,
    pub items: Vec<Person>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct ListedAlbum {
    #[serde(flatten)]
    pub album: AlbumRef,
    pub track_count: u64,
    pub credited_track_count: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct ArtistPage {
    pub id: Uuid,
    pub name: String,
    pub image_url: Option<String>,
    pub genres: Vec<String>,
    pub links: Vec<Link>,
    pub album_count: u64,
    pub track_count: u64,
    pub producer_count: u64,
    /// How many albums are listed, and their tracks counted.
    pub albums_read: u64,
    pub albums: Vec<ListedAlbum>,
    pub producers: Vec<Person>,
    pub updated_at: Option<String>,
}

/// Somebody on a track, with all that they did there.
#[derive(Debug, Deserialize, Serialize)]
pub struct TrackPerson {
    pub id: Uuid,
    pub name: String,
    pub roles: Vec<Role>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct AlbumTrack {
    pub id: Uuid,
    pub name: String,
    #[serde(default)]
    pub gone_at: Option<String>,
    pub disc_number: Option<i32>,
    pub track_number: Option<i32>,
    pub duration_ms: Option<i64>,
    pub isrc: Option<String>,
    pub credits: Vec<TrackPerson>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct AlbumPage {
    #[serde(flatten)]
    pub album: AlbumRef,
    pub upc: Option<String>,
    pub artists: Vec<ArtistRef>,
    pub links: Vec<Link>,
    pub track_count: u64,
    pub tracks: Vec<AlbumTrack>,
    pub people: Vec<Person>,
    pub updated_at: Option<String>,
}

/// What one source says of a credit.
#[derive(Debug, Deserialize, Serialize)]
pub struct Statement {
    pub source: String,
    pub confidence: f64,
    pub first_seen: Option<String>,
    #[serde(default)]
    pub evidence: Value,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct TrackCredit {
    pub id: Uuid,
    pub name: String,
    pub image_url: Option<String>,
    pub musicbrainz_id: Option<String>,
    pub role: String,
    pub confidence: f64,
    pub sources: Vec<Statement>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct OtherTrack {
    pub id: Uuid,
    pub name: String,
    pub album: AlbumRef,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct TrackPage {
    pub id: Uuid,
    pub name: String,
    pub isrc: Option<String>,
    pub disc_number: Option<i32>,
    pub track_number: Option<i32>,
    pub duration_ms: Option<i64>,
    /// Since when its album does not list it any more.
    #[serde(default)]
    pub gone_at: Option<String>,
    pub album: AlbumRef,
    pub artists: Vec<ArtistRef>,
    pub links: Vec<Link>,
    pub credits: Vec<TrackCredit>,
    pub same_recording: Vec<OtherTrack>,
    pub updated_at: Option<String>,
}
