//! What the pages ask the catalogue, as the SQL functions answer it. Members that a page does not show are left out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::pages::refusal::Refusal;
use crate::pipeline::rpc::Rpc;
use crate::platform::config::Database;
use crate::platform::ports::Platform;

/// The catalogue, as everybody with the publishable key reads it.
pub struct Catalogue<'a>(Rpc<'a>);

#[derive(Debug, Deserialize, Serialize)]
pub struct ArtistRef {
    pub id: Uuid,
    pub name: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct AlbumRef {
    pub id: Uuid,
    pub name: String,
    pub image_url: Option<String>,
    pub release_date: Option<String>,
    pub release_date_precision: Option<String>,
    /// Since when Spotify no longer lists it.
    #[serde(default)]
    pub gone_at: Option<String>,
}

/// A producer where many are listed.
#[derive(Debug, Deserialize, Serialize)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub image_url: Option<String>,
    #[serde(default)]
    pub track_count: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artist_count: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The alias that was searched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
}

/// An artist where many are listed.
#[derive(Debug, Deserialize, Serialize)]
pub struct Artist {
    pub id: Uuid,
    pub name: String,
    pub image_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album_count: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_count: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_year: Option<i32>,
}

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

/// Where something is found elsewhere.
#[derive(Debug, Deserialize, Serialize)]
pub struct Link {
    pub source: String,
    pub url: String,
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

/// What somebody did on a track.
#[allow(clippy::struct_field_names)] // as in the JSON
#[derive(Debug, Deserialize, Serialize)]
pub struct Role {
    pub role: String,
    pub confidence: f64,
    pub sources: Vec<String>,
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
    pub next: Option<Uuid>,
    pub items: Vec<CreditedTrack>,
}

/// What narrows a list of credits.
#[derive(Debug, Clone, Default)]
pub struct CreditFilter {
    pub role: Option<String>,
    pub year: Option<i64>,
    pub artist: Option<Uuid>,
    pub after: Option<Uuid>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Producer,
    Artist,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Artist => "artist",
        }
    }

    pub fn path(self, id: Uuid) -> String {
        format!("/{}s/{id}", self.name())
    }
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Node {
    pub id: Uuid,
    pub kind: Kind,
    pub name: String,
    pub image_url: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Edge {
    /// A producer: its place in the nodes.
    pub source: usize,
    /// An artist: its place in the nodes.
    pub target: usize,
    pub track_count: u64,
    pub roles: Vec<String>,
    pub confidence: f64,
    pub first_year: Option<i32>,
    pub last_year: Option<i32>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Graph {
    pub kind: Kind,
    pub id: Uuid,
    pub truncated: bool,
    pub updated_at: Option<String>,
    /// The centre first.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

/// The track that leads from one person to the next.
#[derive(Debug, Deserialize, Serialize)]
pub struct Via {
    pub id: Uuid,
    pub name: String,
    pub album: AlbumRef,
    pub artists: Vec<ArtistRef>,
    /// Of the one before; empty for the artist of the album.
    pub roles_before: Vec<String>,
    pub roles: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Step {
    pub id: Uuid,
    pub kind: Kind,
    pub name: String,
    pub image_url: Option<String>,
    pub via: Option<Via>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Connection {
    pub found: bool,
    pub steps: Option<u32>,
    pub path: Vec<Step>,
    pub updated_at: Option<String>,
    pub complete: bool,
}

impl<'a> Catalogue<'a> {
    pub fn new(platform: &'a Platform<'a>, database: &'a Database) -> Self {
        Self(Rpc::new(platform.http, platform.clock, database))
    }

    pub async fn stats(&self) -> Result<Stats, Refusal> {
        Ok(self.0.call("get_catalogue_stats", &json!({})).await?)
    }

    /// `kinds`: the lists that are wanted, empty for all.
    pub async fn search(&self, term: &str, kinds: &[&str], limit: u32) -> Result<Found, Refusal> {
        let mut arguments = json!({"term": term, "limit_count": limit});
        if !kinds.is_empty() {
            arguments["kinds"] = json!(kinds);
        }
        Ok(self.0.call("search_catalogue", &arguments).await?)
    }

    pub async fn producer(&self, id: Uuid) -> Result<Producer, Refusal> {
        self.known("get_producer", &json!({"producer_id": id})).await
    }

    pub async fn credits(&self, id: Uuid, filter: &CreditFilter, limit: u32) -> Result<Credits, Refusal> {
        let mut arguments = json!({"producer_id": id, "limit_count": limit});
        // Left out where it is not given: the local gateway can't pass a NULL on.
        for (name, value) in [
            ("role", filter.role.as_ref().map(|role| json!(role))),
            ("year", filter.year.map(|year| json!(year))),
            ("artist_id", filter.artist.map(|artist| json!(artist))),
            ("after", filter.after.map(|after| json!(after))),
        ] {
            if let Some(value) = value {
                arguments[name] = value;
            }
        }
        self.known("get_producer_credits", &arguments).await
    }

    pub async fn collaborators(&self, id: Uuid, limit: u32) -> Result<Collaborators, Refusal> {
        self.known("get_collaborators", &json!({"producer_id": id, "limit_count": limit}))
            .await
    }

    pub async fn artist(&self, id: Uuid) -> Result<ArtistPage, Refusal> {
        self.known("get_artist", &json!({"artist_id": id})).await
    }

    pub async fn artist_producers(&self, id: Uuid) -> Result<Vec<Person>, Refusal> {
        Ok(self.0.call("get_artist_producers", &json!({"artist_id": id})).await?)
    }

    pub async fn album(&self, id: Uuid) -> Result<AlbumPage, Refusal> {
        self.known("get_album", &json!({"album_id": id})).await
    }

    pub async fn track(&self, id: Uuid) -> Result<TrackPage, Refusal> {
        self.known("get_track", &json!({"track_id": id})).await
    }

    pub async fn graph(&self, kind: Kind, id: Uuid, size: &GraphSize) -> Result<Graph, Refusal> {
        let arguments = json!({
            "kind": kind.name(), "id": id, "depth": size.depth, "limit_count": size.nodes, "min_tracks": size.min_tracks,
            "opened": size.opened,
        });
        self.known("get_collaboration_graph", &arguments).await
    }

    pub async fn connection(&self, from: Uuid, to: Uuid) -> Result<Connection, Refusal> {
        self.known("find_connection", &json!({"from_id": from, "to_id": to}))
            .await
    }

    /// What an id stands for; `null` is nobody.
    async fn known<T: serde::de::DeserializeOwned>(&self, function: &str, arguments: &Value) -> Result<T, Refusal> {
        let found: Option<T> = self.0.call(function, arguments).await?;
        found.ok_or(Refusal::NotFound)
    }
}

/// How much of a network is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphSize {
    pub depth: i64,
    pub nodes: i64,
    pub min_tracks: i64,
    /// Whose neighbours are shown as well.
    pub opened: Vec<Uuid>,
}
