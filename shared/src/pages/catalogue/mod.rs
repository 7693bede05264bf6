//! What the pages ask the catalogue, as the SQL functions answer it. Members that a page does not show are left out.

mod answers;
mod network;
mod values;

use serde_json::{Value, json};
use uuid::Uuid;

pub use answers::{
    AlbumPage, ArtistPage, Collaborators, Credits, Found, Producer, Statement, Stats, TrackPage, YearCount,
};
pub use network::{Connection, Edge, Graph, Kind, Node, Step, Via};
pub use values::{AlbumRef, ArtistRef, Link, Person, Role};

use crate::pages::refusal::Refusal;
use crate::pipeline::rpc::Rpc;
use crate::platform::config::Database;
use crate::platform::ports::Platform;

/// The catalogue, as everybody with the publishable key reads it.
pub struct Catalogue<'a>(Rpc<'a>);

/// What narrows a list of credits.
#[derive(Debug, Clone, Default)]
pub struct CreditFilter {
    pub role: Option<String>,
    pub year: Option<i64>,
    pub artist: Option<Uuid>,
    pub after: Option<Uuid>,
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
