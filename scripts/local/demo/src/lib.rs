//! The demo world, a small invented music world, and its upstreams: Spotify, MusicBrainz, Wikidata, Genius and Instagram
//! behind their real paths, paging, limits and errors, on one origin.
//!
//! The world is made of a seed: hand-shaped artists, each illustrating some traps with the truth written beside them,
//! then generated ones. [`World::truth`] says which rows the database must hold in the end.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod server;
mod truth;
mod upstreams;
mod world;

pub use server::{CREDENTIALS, Demo, EndpointStats, Fault, FaultKind, ProviderStats, Settings, Stats, router, serve};
pub use truth::{TrueAlbum, TrueAlbumArtist, TrueArtist, TrueCredit, TrueProducer, TrueTrack, Truth};
pub use upstreams::{Provider, SpotifyApp};
pub use world::statements::Role;
pub use world::{DEFAULT_ARTISTS, NO_SUCH_ARTIST, World, same_image};
