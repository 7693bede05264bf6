//! Spotify's objects as rows.

use uuid::Uuid;

use crate::domain::ids::Isrc;
use crate::pipeline::outcome::{AlbumRow, TrackRow};
use crate::sources::spotify::objects::{Album, Track};

/// An album, whoever found it.
pub fn album_row(album: Album) -> AlbumRow {
    AlbumRow {
        spotify_id: album.id.to_string(),
        name: album.name,
        release_date: album.release_date,
        release_date_precision: album.release_date_precision,
        cover_url: album.cover_url,
        upc: album.barcode.map(|barcode| barcode.as_str().to_owned()),
        artist_spotify_ids: album
            .artist_ids
            .map(|ids| ids.iter().map(ToString::to_string).collect()),
        found_for_artist_id: None,
        metadata: album.object,
    }
}

/// A track of the album `album_id`.
pub fn track_row(track: Track, album_id: Uuid) -> TrackRow {
    TrackRow {
        spotify_id: track.id.to_string(),
        album_id,
        name: track.name,
        duration_ms: track.duration_ms.map(i64::from),
        popularity: track.popularity,
        isrc: track.isrc.as_ref().map(Isrc::to_string),
        disc_number: track.disc_number,
        track_number: track.track_number,
        preview_url: track.preview_url,
        metadata: track.object,
    }
}
