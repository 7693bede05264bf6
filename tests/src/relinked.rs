//! A Spotify that replays the captured album of which nearly every track is relinked, and the albums on which those tracks
//! are at home: their tracks under the ids that play, as Spotify lists them there.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use linernotes_captured::captured;
use serde_json::{Value, json};

/// Whose list has the captured album.
pub const COLLECTOR: &str = "The Collector";
/// Whose list has the home albums.
pub const HOME: &str = "Those at Home";
/// The captured album.
pub const ALBUM: &str = "32nryzA6XBCX9ZUspVc1yz";

/// An artist's id is the name without its spaces.
fn id_of(artist: &str) -> String {
    artist.replace(' ', "")
}

/// Albums by their ids, each with its artist and all its tracks.
type Albums = Arc<Vec<(&'static str, Value)>>;

fn albums() -> Vec<(&'static str, Value)> {
    let mut album = captured(format!("spotify/album_{ALBUM}.json"));
    let second = captured(format!("spotify/album_{ALBUM}_tracks_50.json"));
    let items = |page: &Value| page["items"].as_array().cloned().unwrap_or_default();
    let tracks: Vec<Value> = items(&album["tracks"]).into_iter().chain(items(&second)).collect();
    let at_home: Vec<Value> = tracks
        .iter()
        .filter(|track| track["linked_from"].is_object())
        .map(|track| {
            let mut track = track.clone();
            track.as_object_mut().map(|track| track.remove("linked_from"));
            track
        })
        .collect();
    album["tracks"] = Value::Array(tracks);
    let mut albums = vec![(COLLECTOR, album)];
    for (number, tracks) in at_home.chunks(20).enumerate() {
        let album = json!({ "id": format!("home{number}"), "name": format!("Home {number}"), "album_type": "album",
            "artists": [{ "id": id_of(HOME), "name": HOME }], "tracks": tracks });
        albums.push((HOME, album));
    }
    albums
}

/// Serves it on a free port of loopback and returns its origin. It lives as long as the runtime.
pub async fn serve() -> Result<String> {
    let router = Router::new()
        .route("/api/token", post(token))
        .route("/v1/search", get(search))
        .route("/v1/artists/{id}/albums", get(listed))
        .route("/v1/albums", get(several))
        .route("/v1/albums/{id}", get(one))
        .route("/v1/albums/{id}/tracks", get(tracks))
        .route("/v1/tracks", get(full_tracks))
        .with_state(Arc::new(albums()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(origin)
}

type Parameters = Query<HashMap<String, String>>;

fn parameter<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.get(name).map_or("", String::as_str)
}

fn page(items: &[Value], offset: usize, address: &str) -> Value {
    let next = offset + 50;
    let next = (next < items.len()).then(|| format!("{address}?offset={next}&limit=50"));
    let shown: Vec<&Value> = items.iter().skip(offset).take(50).collect();
    json!({ "items": shown, "limit": 50, "offset": offset, "total": items.len(), "next": next })
}

async fn token() -> Json<Value> {
    Json(json!({ "access_token": "replay", "token_type": "Bearer", "expires_in": 3600 }))
}

async fn search(parameters: Parameters) -> Json<Value> {
    let query = parameter(&parameters, "q").to_lowercase();
    let hits = [COLLECTOR, HOME]
        .into_iter()
        .filter(|name| query.contains(&name.to_lowercase()));
    let hits: Vec<Value> = hits.map(|name| json!({ "id": id_of(name), "name": name })).collect();
    Json(json!({ "artists": page(&hits, 0, "") }))
}

async fn listed(State(albums): State<Albums>, Path(id): Path<String>) -> Json<Value> {
    let theirs = albums.iter().filter(|(artist, _)| id_of(artist) == id);
    let theirs: Vec<Value> = theirs
        .map(|(_, album)| json!({ "id": album["id"], "name": album["name"] }))
        .collect();
    Json(page(&theirs, 0, ""))
}

fn all_tracks<'a>(albums: &'a Albums, id: &str) -> &'a [Value] {
    let album = albums.iter().find(|(_, album)| album["id"] == id);
    album
        .and_then(|(_, album)| album["tracks"].as_array())
        .map_or(&[], Vec::as_slice)
}

fn full(albums: &Albums, id: &str) -> Value {
    let Some((_, album)) = albums.iter().find(|(_, album)| album["id"] == id) else {
        return Value::Null;
    };
    let mut album = album.clone();
    album["tracks"] = page(
        all_tracks(albums, id),
        0,
        &format!("http://replay/v1/albums/{id}/tracks"),
    );
    album
}

async fn one(State(albums): State<Albums>, Path(id): Path<String>) -> Json<Value> {
    Json(full(&albums, &id))
}

async fn several(State(albums): State<Albums>, parameters: Parameters) -> Json<Value> {
    let found: Vec<Value> = parameter(&parameters, "ids")
        .split(',')
        .map(|id| full(&albums, id))
        .collect();
    Json(json!({ "albums": found }))
}

async fn tracks(State(albums): State<Albums>, Path(id): Path<String>, parameters: Parameters) -> Json<Value> {
    let offset = parameter(&parameters, "offset").parse().unwrap_or(0);
    Json(page(
        all_tracks(&albums, &id),
        offset,
        &format!("http://replay/v1/albums/{id}/tracks"),
    ))
}

/// A batch relinks as well: asked for the own id, it answers with the one that plays.
async fn full_tracks(State(albums): State<Albums>, parameters: Parameters) -> Json<Value> {
    let found = parameter(&parameters, "ids").split(',').map(|id| {
        let all = || {
            albums
                .iter()
                .flat_map(|(_, album)| album["tracks"].as_array().into_iter().flatten())
        };
        let own = all().find(|track| track["linked_from"]["id"] == id);
        own.or_else(|| all().find(|track| track["id"] == id && !track["linked_from"].is_object()))
            .cloned()
            .unwrap_or_default()
    });
    Json(json!({ "tracks": found.collect::<Vec<_>>() }))
}
