//! The demo's answers have the shapes of captured ones.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Served, calm, encoded};
use linernotes_captured::{captured, needs_captured_answers};
use linernotes_demo::SpotifyApp;
use serde_json::Value;

/// Where both have a member, it is of one type (null goes with everything). What only the captured one has must be
/// among `missing`.
fn same_shape(path: &str, ours: &Value, theirs: &Value, missing: &[&str]) {
    match (ours, theirs) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, their) in theirs {
                match ours.get(key) {
                    Some(our) => same_shape(&format!("{path}.{key}"), our, their, missing),
                    None => assert!(missing.contains(&key.as_str()), "{path}.{key} is missing"),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if let (Some(our), Some(their)) = (ours.first(), theirs.first()) {
                same_shape(&format!("{path}[]"), our, their, missing);
            }
        }
        _ => assert_eq!(kind(ours), kind(theirs), "{path}: {ours} and {theirs}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[needs_captured_answers]
#[tokio::test]
async fn spotifys_answers_have_the_captured_shapes() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let search = captured("spotify/search_artist.json");
    same_shape(
        "search",
        &demo.ok("/v1/search?q=Velvet%20Harbor&type=artist").await,
        &search,
        &[],
    );
    let id = demo.artist("Velvet Harbor").await;
    let artist = captured("spotify/find_artist.json");
    same_shape("artist", &demo.ok(&format!("/v1/artists/{id}")).await, &artist, &[]);
    let albums = demo.ok(&format!("/v1/artists/{id}/albums")).await;
    let album_id = albums["items"][0]["id"].as_str().unwrap();
    let album = demo.ok(&format!("/v1/albums/{album_id}")).await;
    same_shape("album", &album, &captured("spotify/find_album.json"), &[]);
    let batch = demo.ok(&format!("/v1/albums?ids={album_id}")).await;
    same_shape("albums", &batch, &captured("spotify/find_albums.json"), &[]);
    let tracks = demo.ok(&format!("/v1/albums/{album_id}/tracks?limit=1")).await;
    same_shape(
        "album tracks",
        &tracks,
        &captured("spotify/find_album_tracks.json"),
        &[],
    );
    let track_id = album["tracks"]["items"][0]["id"].as_str().unwrap();
    let track = demo.ok(&format!("/v1/tracks/{track_id}")).await;
    same_shape("track", &track, &captured("spotify/find_track.json"), &[]);
    let tracks = demo
        .ok(&format!("/v1/tracks?ids={track_id},0000000000000000000000"))
        .await;
    same_shape("tracks", &tracks, &captured("spotify/find_tracks_notfound.json"), &[]);
    assert!(tracks["tracks"][1].is_null());
}

#[needs_captured_answers]
#[tokio::test]
async fn musicbrainzs_answers_have_the_captured_shapes() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let release = captured("musicbrainz/release.json");
    let query = encoded("release:\"Glass Piers\" AND artist:\"Velvet Harbor\"");
    let found = demo.ok(&format!("/ws/2/release?fmt=json&query={query}")).await;
    let id = found["releases"][0]["id"].as_str().unwrap();
    let inc = "recordings+artist-credits+isrcs+recording-level-rels+work-rels+work-level-rels+artist-rels+aliases";
    let ours = demo.ok(&format!("/ws/2/release/{id}?fmt=json&inc={inc}")).await;
    // Includes that nobody asks for here.
    let missing = [
        "genres",
        "user-genres",
        "tags",
        "user-tags",
        "release-group",
        "annotation",
        "label-info",
        "ordering-key",
        "attribute-credits",
    ];
    same_shape("release", &ours, &release, &missing);
    let recording = &ours["media"][0]["tracks"][0]["recording"];
    let mut theirs = captured("musicbrainz/recording_credits.json");
    same_shape(
        "recording",
        recording,
        &theirs,
        &[&missing[..], &["first-release-date"]].concat(),
    );
    // The relations in detail: a producer beside a producer, a performance beside a performance.
    let pick = |recording: &Value, kind: &str| {
        recording["relations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["type"] == kind)
            .cloned()
            .unwrap()
    };
    same_shape(
        "producer",
        &pick(recording, "producer"),
        &pick(&theirs, "producer"),
        &missing,
    );
    theirs = captured("musicbrainz/recording_composer.json");
    let performance = pick(recording, "performance");
    same_shape("performance", &performance, &pick(&theirs, "performance"), &missing);
    let artist = ours["artist-credit"][0]["artist"]["id"].as_str().unwrap();
    let artist = demo
        .ok(&format!("/ws/2/artist/{artist}?fmt=json&inc=url-rels+aliases"))
        .await;
    same_shape("artist", &artist, &captured("musicbrainz/artist.json"), &missing);
}

#[needs_captured_answers]
#[tokio::test]
async fn geniuss_answers_have_the_captured_shapes() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let artist = captured("genius/artist_info_mocked.json");
    let song = demo.ok("/songs/9100003?text_format=plain").await;
    let song = &song["response"]["song"];
    // What is for a page to look at.
    let missing = [
        "album",
        "annotation_count",
        "header_image_thumbnail_url",
        "header_image_url",
        "lyrics_owner_id",
        "pyongs_count",
        "song_art_image_thumbnail_url",
        "song_art_image_url",
        "albums",
        "popular_songs",
        "description_annotation",
        "song_count",
        "slug",
    ];
    same_shape(
        "song",
        song,
        captured("genius/song_info_mocked.json")
            .as_array()
            .unwrap()
            .last()
            .unwrap(),
        &missing,
    );
    let id = &song["producer_artists"][0]["id"];
    let ours = demo.ok(&format!("/artists/{id}?text_format=plain")).await;
    same_shape("artist", &ours["response"]["artist"], &artist, &missing);
}
