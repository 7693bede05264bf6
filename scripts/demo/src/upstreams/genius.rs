//! Genius' API: songs and artists.

use serde_json::{Value, json};

use super::text::words;
use super::{Answer, Call};
use crate::world::World;
use crate::world::model::{GeniusArtist, Song};

/// Genius' error object.
pub fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"meta": {"status": status, "message": message}}))
}

pub fn answer(world: &World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["search"] => {
            let hits: Vec<Value> = search(world, call.value("q").unwrap_or_default())
                .iter()
                .map(|song| hit(world, song))
                .collect();
            found(&json!({ "hits": hits }))
        }
        ["songs", id] => match world.songs.iter().find(|song| song.id.to_string() == *id) {
            Some(song) => found(&json!({"song": full_song(world, song)})),
            None => error(404, "Not found"),
        },
        ["artists", id] => match artists(world).into_iter().find(|artist| artist.id.to_string() == *id) {
            Some(artist) => found(&json!({"artist": full_artist(&artist)})),
            None => error(404, "Not found"),
        },
        _ => error(404, "Not found"),
    }
}

fn found(response: &Value) -> Answer {
    Answer::json(200, &json!({"meta": {"status": 200}, "response": response}))
}

/// The first page of hits: the songs that share most words with the query.
fn search<'a>(world: &'a World, query: &str) -> Vec<&'a Song> {
    let wanted = words(query);
    let mut hits: Vec<(usize, &Song)> = world
        .songs
        .iter()
        .map(|song| {
            let has = words(&format!("{} {}", song.title, song.artist));
            (wanted.iter().filter(|word| has.contains(word)).count(), song)
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    // What has most words in common comes first; among equals, a translation may well come before the song.
    hits.sort_by_key(|(shared, song)| (std::cmp::Reverse(*shared), song.id));
    hits.into_iter().take(10).map(|(_, song)| song).collect()
}

/// The artists that Genius has a page for, and, after them, everybody named in a song.
fn artists(world: &World) -> Vec<GeniusArtist> {
    let mut artists = world.genius_artists.clone();
    for song in &world.songs {
        let others = song.performances.iter().flat_map(|(_, names)| names);
        for name in std::iter::once(&song.artist)
            .chain(&song.producers)
            .chain(&song.writers)
            .chain(others)
        {
            if !artists.iter().any(|artist| artist.name == *name) {
                artists.push(GeniusArtist {
                    id: 8_500_000 + u64::try_from(artists.len()).unwrap_or(0),
                    name: name.clone(),
                    alternate_names: Vec::new(),
                    instagram_name: None,
                    description: "?".to_owned(),
                });
            }
        }
    }
    artists
}

fn artist_named(world: &World, name: &str) -> Value {
    artists(world)
        .iter()
        .find(|artist| artist.name == name)
        .map_or(Value::Null, short_artist)
}

fn named(world: &World, names: &[String]) -> Value {
    names.iter().map(|name| artist_named(world, name)).collect()
}

fn short_artist(artist: &GeniusArtist) -> Value {
    let slug = slug(&artist.name);
    json!({
        "_type": "artist",
        "api_path": format!("/artists/{}", artist.id),
        "header_image_url": format!("https://images.genius.com/{slug}-header.jpg"),
        "id": artist.id,
        "image_url": format!("https://images.genius.com/{slug}.jpg"),
        "is_meme_verified": false,
        "is_verified": false,
        "name": artist.name,
        "url": format!("https://genius.com/artists/{slug}"),
    })
}

fn full_artist(artist: &GeniusArtist) -> Value {
    let mut object = short_artist(artist);
    object["alternate_names"] = json!(artist.alternate_names);
    object["description"] = json!({"plain": artist.description});
    object["facebook_name"] = Value::Null;
    object["followers_count"] = json!(17);
    object["instagram_name"] = json!(artist.instagram_name);
    object["twitter_name"] = Value::Null;
    object
}

fn hit(world: &World, song: &Song) -> Value {
    json!({"highlights": [], "index": "song", "type": "song", "result": short_song(world, song)})
}

fn short_song(world: &World, song: &Song) -> Value {
    let path = format!("/{}-{}-lyrics", slug(&song.artist), slug(&song.title).to_lowercase());
    json!({
        "_type": "song",
        "api_path": format!("/songs/{}", song.id),
        "artist_names": song.artist,
        "full_title": format!("{} by {}", song.title, song.artist),
        "id": song.id,
        "lyrics_state": "complete",
        "path": path,
        "title": song.title,
        "title_with_featured": song.title,
        "url": format!("https://genius.com{path}"),
        "featured_artists": [],
        "primary_artist": artist_named(world, &song.artist),
    })
}

fn full_song(world: &World, song: &Song) -> Value {
    let mut object = short_song(world, song);
    let others: Vec<Value> = song
        .performances
        .iter()
        .map(|(label, names)| json!({"label": label, "artists": named(world, names)}))
        .collect();
    object["custom_performances"] = json!(others);
    object["description"] = json!({"plain": "?"});
    object["primary_artists"] = json!([artist_named(world, &song.artist)]);
    object["producer_artists"] = named(world, &song.producers);
    object["writer_artists"] = named(world, &song.writers);
    object
}

fn slug(name: &str) -> String {
    words(name).join("-")
}
