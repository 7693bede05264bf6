//! The small values that the answers have in common: a name with what one needs to show and to follow it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

/// Where something is found elsewhere.
#[derive(Debug, Deserialize, Serialize)]
pub struct Link {
    pub source: String,
    pub url: String,
}

/// What somebody did on a track.
#[allow(clippy::struct_field_names)] // as in the JSON
#[derive(Debug, Deserialize, Serialize)]
pub struct Role {
    pub role: String,
    pub confidence: f64,
    pub sources: Vec<String>,
}
