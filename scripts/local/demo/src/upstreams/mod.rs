//! The providers: what each answers to a request, as a function of the world.
//!
//! Who may call, how often, and what goes wrong on purpose is decided before, in `server`.

pub mod call;
mod genius;
mod instagram;
pub mod musicbrainz;
pub mod spotify;
pub mod text;
mod wikidata;

pub use call::{Answer, Call, Method};
pub use instagram::ACCOUNT as INSTAGRAM_ACCOUNT;
use serde::{Deserialize, Serialize};

use crate::world::World;

/// The two kinds of app that Spotify knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SpotifyApp {
    /// Batch reads, larger pages, all fields.
    Extended,
    /// Since 2026 new apps get neither batches nor large pages.
    Development,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// `/v1/…` and `/api/token`
    Spotify,
    /// `/ws/2/…`
    Musicbrainz,
    /// `/search`, `/songs/…`, `/artists/…`
    Genius,
    /// `/w/api.php`
    Wikidata,
    /// `/v21.0/…`
    Instagram,
}

impl Provider {
    /// The provider whose path this is.
    pub fn of(path: &str) -> Option<Self> {
        let first = path.split('/').nth(1).unwrap_or_default();
        match first {
            "v1" => Some(Self::Spotify),
            "api" => (path == "/api/token").then_some(Self::Spotify),
            "ws" => Some(Self::Musicbrainz),
            "w" => Some(Self::Wikidata),
            "search" | "songs" | "artists" => Some(Self::Genius),
            // `v21.0` and its like.
            version if version.starts_with('v') && version.contains('.') => Some(Self::Instagram),
            _ => None,
        }
    }

    /// What this provider says when there is nothing at a path.
    pub fn not_found(self) -> Answer {
        match self {
            Self::Spotify => spotify::error(404, "Service not found"),
            Self::Musicbrainz => musicbrainz::error(404, "Not Found"),
            Self::Genius => genius::error(404, "Not found"),
            Self::Wikidata => Answer::text(404, "text/html", "<!DOCTYPE html><title>Not Found</title>"),
            Self::Instagram => instagram::error(404, 2500, "Unknown path components"),
        }
    }

    /// What this provider says of itself when it is out of order.
    pub fn failure(self, status: u16) -> Answer {
        match self {
            Self::Spotify => spotify::error(status, "Server error"),
            Self::Musicbrainz => musicbrainz::error(status, "Internal server error"),
            Self::Genius => genius::error(status, "Internal server error"),
            Self::Wikidata => Answer::text(status, "text/html", "<!DOCTYPE html><title>Wikimedia Error</title>"),
            Self::Instagram => instagram::error(
                status,
                2,
                "An unexpected error has occurred. Please retry your request later.",
            ),
        }
    }

    /// What a call is about, for the counts.
    pub fn endpoint(self, path: &str, call: &Call) -> &'static str {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match (self, parts.as_slice()) {
            (Self::Spotify, ["api", "token"]) => "token",
            (Self::Spotify, ["v1", rest @ ..]) => spotify::endpoint(rest),
            (Self::Musicbrainz, ["ws", "2", rest @ ..]) => musicbrainz::endpoint(rest, call),
            (Self::Genius, parts) => genius::endpoint(parts),
            (Self::Wikidata, ["w", "api.php"]) => "entities",
            (Self::Instagram, [_, _]) => "business_discovery",
            _ => "unknown",
        }
    }

    /// The answer of a provider in good order to a caller that it accepts.
    pub fn answer(self, world: &World, app: SpotifyApp, call: &Call) -> Answer {
        match self {
            Self::Spotify => spotify::answer(world, app, call),
            Self::Musicbrainz => musicbrainz::answer(world, call),
            Self::Genius => genius::answer(world, call),
            Self::Wikidata => wikidata::answer(world, call),
            Self::Instagram => instagram::answer(world, call),
        }
    }
}
