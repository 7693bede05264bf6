//! Upstreams that replay captured answers.
//!
//! Spotify's answers are the captured album and track objects with other names and ids in them; MusicBrainz's
//! recordings are served byte for byte.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Path as UrlPath, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use linernotes_captured::captured;
use serde_json::{Value, json};

/// One artist with one album of one song, whose recording on MusicBrainz was captured.
struct Song {
    artist: &'static str,
    /// Spotify's id of the artist. The album's and the track's differ from it in the first letter.
    id: &'static str,
    title: &'static str,
    isrc: &'static str,
    duration_ms: i64,
    recording: &'static str,
    file: &'static str,
}

impl Song {
    fn other_id(&self, first: char) -> String {
        format!("{first}{}", &self.id[1..])
    }
}

const SONGS: [Song; 2] = [
    Song {
        artist: "ABBA",
        id: "0LcJLqbBmaGUft1e9Mm8HV",
        title: "Knowing Me, Knowing You",
        isrc: "SEAYD7601030",
        duration_ms: 242_640,
        recording: "2d40c8b2-7524-49e3-af44-ebb924c5b023",
        file: "recording_credits.json",
    },
    Song {
        artist: "Ed Sheeran",
        id: "6eUKZXaKkcviH0Ku9w2n3V",
        title: "Thinking Out Loud",
        isrc: "GBAHS1400099",
        duration_ms: 281_000,
        recording: "cb2cc207-8125-445c-9ef9-6ea44eee959a",
        file: "recording.json",
    },
];

/// The captured bodies, read once.
struct Captured {
    album: Value,
    track: Value,
    artist: Value,
    recordings: HashMap<&'static str, Value>,
}

/// Serves the replay on a free port of loopback and returns its origin. It lives as long as the runtime.
pub async fn serve() -> Result<String> {
    let recordings = SONGS
        .iter()
        .map(|song| (song.recording, captured(format!("musicbrainz/{}", song.file))));
    let captured = Captured {
        album: captured("spotify/find_album.json"),
        track: captured("spotify/find_track.json"),
        artist: captured("spotify/find_artist.json"),
        recordings: recordings.collect(),
    };
    let router = Router::new()
        .route("/api/token", post(token))
        .route("/v1/search", get(search))
        .route("/v1/artists/{id}/albums", get(albums_of_artist))
        .route("/v1/albums", get(albums))
        .route("/v1/albums/{id}", get(album))
        .route("/v1/tracks", get(tracks))
        .route("/v1/tracks/{id}", get(track))
        .route("/ws/2/release", get(no_release))
        .route("/ws/2/recording", get(recordings_by_isrc))
        .route("/ws/2/recording/{id}", get(recording))
        .route("/ws/2/artist/{id}", get(artist))
        .route("/w/api.php", get(|| async { Json(json!({"entities": {}})) }))
        .with_state(Arc::new(captured));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(origin)
}

type Parameters = Query<HashMap<String, String>>;
type Shared = State<Arc<Captured>>;

fn parameter<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.get(name).map_or("", String::as_str)
}

fn named(mut value: Value, changes: Value) -> Value {
    if let (Some(object), Value::Object(changes)) = (value.as_object_mut(), changes) {
        object.extend(changes);
    }
    value
}

fn artist_reference(song: &Song) -> Value {
    json!({"id": song.id, "name": song.artist, "type": "artist", "uri": format!("spotify:artist:{}", song.id)})
}

fn page(items: &[Value]) -> Value {
    let total = items.len();
    json!({"items": items, "limit": 50, "offset": 0, "total": total, "next": null, "previous": null})
}

fn album_of(captured: &Captured, song: &Song, full: bool) -> Value {
    let track = json!({
        "id": song.other_id('T'), "name": song.title, "duration_ms": song.duration_ms, "disc_number": 1,
        "track_number": 1, "artists": [artist_reference(song)], "type": "track", "preview_url": null,
    });
    let mut album = named(
        captured.album.clone(),
        json!({
            "id": song.other_id('A'), "name": song.title, "artists": [artist_reference(song)],
            "album_type": "single", "total_tracks": 1, "external_ids": {}, "tracks": page(&[track]),
        }),
    );
    if let (false, Some(object)) = (full, album.as_object_mut()) {
        object.remove("tracks");
        object.remove("external_ids");
    }
    album
}

async fn token() -> Json<Value> {
    Json(json!({"access_token": "replay", "token_type": "Bearer", "expires_in": 3600}))
}

async fn search(State(captured): Shared, parameters: Parameters) -> Json<Value> {
    let query = parameter(&parameters, "q").to_lowercase();
    let hits = SONGS.iter().filter(|song| query.contains(&song.artist.to_lowercase()));
    let hits = hits.map(|song| named(captured.artist.clone(), json!({"id": song.id, "name": song.artist})));
    Json(json!({"artists": page(&hits.collect::<Vec<_>>())}))
}

async fn albums_of_artist(State(captured): Shared, UrlPath(id): UrlPath<String>) -> Json<Value> {
    let own = SONGS.iter().filter(|song| song.id == id);
    let own: Vec<_> = own.map(|song| album_of(&captured, song, false)).collect();
    Json(page(&own))
}

/// An album that comes alone is asked for alone.
async fn album(State(captured): Shared, UrlPath(id): UrlPath<String>) -> Response {
    found(album_by_id(&captured, &id))
}

async fn albums(State(captured): Shared, parameters: Parameters) -> Json<Value> {
    let ids = parameter(&parameters, "ids").split(',');
    let found = ids.map(|id| album_by_id(&captured, id).unwrap_or_default());
    Json(json!({"albums": found.collect::<Vec<_>>()}))
}

fn album_by_id(captured: &Captured, id: &str) -> Option<Value> {
    let song = SONGS.iter().find(|song| id == song.other_id('A'))?;
    Some(album_of(captured, song, true))
}

async fn track(State(captured): Shared, UrlPath(id): UrlPath<String>) -> Response {
    found(track_by_id(&captured, &id))
}

async fn tracks(State(captured): Shared, parameters: Parameters) -> Json<Value> {
    let ids = parameter(&parameters, "ids").split(',');
    let found = ids.map(|id| track_by_id(&captured, id).unwrap_or_default());
    Json(json!({"tracks": found.collect::<Vec<_>>()}))
}

fn track_by_id(captured: &Captured, id: &str) -> Option<Value> {
    let song = SONGS.iter().find(|song| id == song.other_id('T'))?;
    let changes = json!({
        "id": id, "name": song.title, "duration_ms": song.duration_ms, "disc_number": 1, "track_number": 1,
        "artists": [artist_reference(song)], "external_ids": {"isrc": song.isrc},
    });
    Some(named(captured.track.clone(), changes))
}

async fn no_release() -> Json<Value> {
    Json(json!({"created": "2026-11-24T00:00:00.000Z", "count": 0, "offset": 0, "releases": []}))
}

async fn recordings_by_isrc(parameters: Parameters) -> Json<Value> {
    let query = parameter(&parameters, "query").to_uppercase();
    let hits = SONGS.iter().filter(|song| query.contains(song.isrc));
    let hits = hits.map(|song| {
        json!({
            "id": song.recording, "score": 100, "title": song.title, "length": song.duration_ms,
            "isrcs": [song.isrc], "artist-credit": [{"name": song.artist, "artist": {"name": song.artist}}],
        })
    });
    let hits: Vec<_> = hits.collect();
    Json(json!({"created": "2026-11-24T00:00:00.000Z", "count": hits.len(), "offset": 0, "recordings": hits}))
}

async fn recording(State(captured): Shared, UrlPath(id): UrlPath<String>) -> Response {
    found(captured.recordings.get(id.as_str()).cloned())
}

async fn artist() -> Response {
    not_found()
}

fn found(body: Option<Value>) -> Response {
    body.map_or_else(not_found, |body| Json(body).into_response())
}

fn not_found() -> Response {
    let body = json!({"error": "Not Found", "help": "For usage, please see: https://musicbrainz.org/development/mmd"});
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
