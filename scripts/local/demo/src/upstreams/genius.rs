//! Genius' API: search, songs and artists.

use serde_json::{Map, Value, json};

use super::text::words;
use super::{Answer, Call};
use crate::world::World;
use crate::world::model::{GeniusArtist, GeniusIx, Song};

/// Hits on a page, unless more are asked for, and at most.
const PAGE: (usize, usize) = (10, 20);
/// The picture of those who have none.
const DEFAULT_AVATAR: &str = "https://assets.genius.com/images/default_avatar_300.png?1763980800";

pub fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"meta": {"status": status, "message": message}}))
}

/// What a path is about.
pub fn endpoint(parts: &[&str]) -> &'static str {
    match parts {
        ["search"] => "search",
        ["songs", _] => "song",
        ["artists", _] => "artist",
        _ => "unknown",
    }
}

pub fn answer(world: &World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["search"] => {
            let hits: Vec<Value> = search(world, call).into_iter().map(|song| hit(world, song)).collect();
            found(&json!({ "hits": hits }))
        }
        ["songs", id] => match world.songs.iter().find(|song| song.id.to_string() == *id && !song.gone) {
            Some(song) => found(&json!({"song": full_song(world, song, call)})),
            None => error(404, "Not found"),
        },
        ["artists", id] => {
            let page = world
                .genius_artists
                .iter()
                .find(|artist| artist.id.to_string() == *id && !artist.gone);
            match page {
                Some(artist) => found(&json!({"artist": full_artist(artist, call)})),
                None => error(404, "Not found"),
            }
        }
        _ => error(404, "Not found"),
    }
}

fn found(response: &Value) -> Answer {
    Answer::json(200, &json!({"meta": {"status": 200}, "response": response}))
}

/// A page of hits: the songs that have at least a third of the words; first those whose title is in the query, in the
/// order of how much they are read. A translation or a cover may well come before the song.
fn search<'a>(world: &'a World, call: &Call) -> Vec<&'a Song> {
    let wanted = words(call.value("q").unwrap_or_default());
    let shared = |words: &[String]| wanted.iter().filter(|word| words.contains(word)).count();
    let mut hits: Vec<(bool, &Song)> = Vec::new();
    for song in &world.songs {
        let count = shared(&words(&format!("{} {}", song.title, artist_names(world, song))));
        if count > 0 && count * 3 >= wanted.len() {
            let own = words(song.title.split(" (").next().unwrap_or_default());
            hits.push((own.iter().all(|word| wanted.contains(word)), song));
        }
    }
    hits.sort_by_key(|(named, song)| (!named, std::cmp::Reverse(song.views), song.id));
    let number = |name: &str| call.number(name).ok().flatten();
    let size = number("per_page").unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let page = number("page").unwrap_or(1).max(1);
    hits.into_iter()
        .map(|(_, song)| song)
        .skip(size.saturating_mul(page - 1))
        .take(size)
        .collect()
}

fn short_artist(artist: &GeniusArtist) -> Value {
    let slug = slug(&artist.name);
    let image = artist.image_url.as_deref().unwrap_or(DEFAULT_AVATAR);
    json!({
        "_type": "artist",
        "api_path": format!("/artists/{}", artist.id),
        "header_image_url": image,
        "id": artist.id,
        "image_url": image,
        "is_meme_verified": false,
        "is_verified": false,
        "name": if artist.name.is_empty() { Value::Null } else { json!(artist.name) },
        "url": format!("https://genius.com/artists/{slug}"),
    })
}

fn full_artist(artist: &GeniusArtist, call: &Call) -> Value {
    let mut object = short_artist(artist);
    object["alternate_names"] = json!(artist.alternate_names);
    object["description"] = text(&artist.description, call);
    object["facebook_name"] = Value::Null;
    object["followers_count"] = json!(17);
    object["instagram_name"] = json!(artist.instagram_name);
    object["twitter_name"] = Value::Null;
    if artist.sparse {
        object["description"] = Value::Null;
        object["image_url"] = Value::Null;
        leave_out(&mut object, &["alternate_names", "twitter_name", "followers_count"]);
    }
    object
}

/// Texts come as `dom`, `plain` or `html`, as many of them as are asked for.
fn text(plain: &str, call: &Call) -> Value {
    let mut forms = Map::new();
    for form in call.value("text_format").unwrap_or("dom").split(',') {
        let text = match form {
            "plain" => json!(plain),
            "html" => json!(format!("<p>{plain}</p>")),
            "dom" => json!({"tag": "root", "children": [{"tag": "p", "children": [plain]}]}),
            _ => continue,
        };
        forms.insert(form.to_owned(), text);
    }
    Value::Object(forms)
}

fn leave_out(object: &mut Value, members: &[&str]) {
    if let Value::Object(object) = object {
        object.retain(|name, _| !members.contains(&name.as_str()));
    }
}

fn hit(world: &World, song: &Song) -> Value {
    json!({"highlights": [], "index": "song", "type": "song", "result": short_song(world, song)})
}

fn named(world: &World, artists: &[GeniusIx]) -> Value {
    artists
        .iter()
        .map(|artist| short_artist(&world.genius_artists[artist.0]))
        .collect()
}

fn artist_names(world: &World, song: &Song) -> String {
    let names: Vec<&str> = song
        .artists
        .iter()
        .map(|artist| world.genius_artists[artist.0].name.as_str())
        .collect();
    names.join(" & ")
}

fn short_song(world: &World, song: &Song) -> Value {
    let names = artist_names(world, song);
    let path = format!("/{}-{}-lyrics", slug(&names), slug(&song.title).to_lowercase());
    let artists = named(world, &song.artists);
    let mut object = json!({
        "_type": "song",
        "annotation_count": 1,
        "api_path": format!("/songs/{}", song.id),
        "artist_names": names,
        "full_title": format!("{} by {names}", song.title),
        "id": song.id,
        "lyrics_state": "complete",
        "path": path,
        "stats": {"unreviewed_annotations": 0, "hot": false, "pageviews": song.views},
        "title": song.title,
        "title_with_featured": song.title,
        "url": format!("https://genius.com{path}"),
        "featured_artists": [],
        "primary_artist": artists.get(0).cloned(),
        "primary_artists": artists,
    });
    if song.sparse {
        object["featured_artists"] = Value::Null;
        leave_out(&mut object, &["primary_artists", "stats", "title_with_featured"]);
    }
    object
}

fn full_song(world: &World, song: &Song, call: &Call) -> Value {
    let mut object = short_song(world, song);
    let others: Vec<Value> = song
        .performances
        .iter()
        .map(|(label, people)| json!({"label": label, "artists": named(world, people)}))
        .collect();
    object["custom_performances"] = json!(others);
    object["description"] = text("?", call);
    object["producer_artists"] = named(world, &song.producers);
    object["writer_artists"] = named(world, &song.writers);
    if song.sparse {
        object["custom_performances"] = Value::Null;
        object["description"] = Value::Null;
    }
    object
}

fn slug(name: &str) -> String {
    words(name).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str) -> (u16, Value) {
        let answer = answer(&World::generate(1, 0), &Call::get(path));
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    #[test]
    fn a_translation_and_a_cover_come_before_the_song() {
        let hits = ask("/search?q=Cable+Ship+Basement+Telegraph").1["response"]["hits"].clone();
        let artists: Vec<&str> = hits
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["result"]["primary_artist"]["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            artists,
            [
                "Genius Traducciones al Español",
                "Moth Lantern Tribute Ensemble",
                "Basement Telegraph",
                // Whose other songs share two words of four.
                "Basement Telegraph"
            ]
        );
        let page = |query: &str| {
            let hits = ask(&format!("/search?q=Cable+Ship&{query}")).1["response"]["hits"].clone();
            hits.as_array().unwrap().len()
        };
        assert_eq!(
            (page("per_page=2"), page("per_page=2&page=2"), page("page=2")),
            (2, 1, 0)
        );
    }

    #[test]
    fn texts_come_in_the_form_that_is_asked_for() {
        let description = |format: &str| {
            let id = ask("/search?q=Cable+Ship+Basement+Telegraph").1["response"]["hits"][2]["result"]["id"].clone();
            ask(&format!("/songs/{id}{format}")).1["response"]["song"]["description"].clone()
        };
        assert_eq!(description("?text_format=plain"), json!({"plain": "?"}));
        assert_eq!(
            description("?text_format=plain,html"),
            json!({"plain": "?", "html": "<p>?</p>"})
        );
        assert_eq!(description("")["dom"]["tag"], "root");
        assert_eq!(ask("/songs/1").0, 404);
    }
}
