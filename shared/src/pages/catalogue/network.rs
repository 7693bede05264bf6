//! Who stands around somebody, and how two of them are connected.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::pages::catalogue::values::{AlbumRef, ArtistRef};

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
