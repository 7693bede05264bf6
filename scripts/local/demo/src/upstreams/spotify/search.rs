//! Spotify's search: ranked by popularity, not by how well the name fits.

use serde_json::{Map, Value, json};

use super::objects::{Shape, market_of};
use super::{Page, Result, error, pages};
use crate::upstreams::Call;
use crate::upstreams::call::encoded;
use crate::upstreams::text::words;
use crate::world::model::{Album, Artist, Track};

/// A query: words, and what the filters ask for.
struct Query {
    words: Vec<String>,
    filters: Vec<(&'static str, String)>,
}

const FILTERS: [&str; 7] = ["album", "artist", "track", "year", "upc", "isrc", "genre"];

impl Query {
    /// `remaster track:Doxy artist:"Miles Davis" isrc:QZ…`
    fn parse(text: &str) -> Self {
        let mut query = Self {
            words: Vec::new(),
            filters: Vec::new(),
        };
        let mut rest = text.trim();
        while !rest.is_empty() {
            let filter = FILTERS.iter().find(|name| {
                rest.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
                    && rest[name.len()..].starts_with(':')
            });
            if let Some(name) = filter {
                let value = &rest[name.len() + 1..];
                let quoted = value.strip_prefix('"').and_then(|inner| inner.split_once('"'));
                let (value, after) = quoted.unwrap_or_else(|| value.split_once(' ').unwrap_or((value, "")));
                query.filters.push((*name, value.to_owned()));
                rest = after.trim_start();
            } else {
                let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
                query.words.extend(words(word));
                rest = after.trim_start();
            }
        }
        query
    }

    fn filter(&self, name: &str) -> Option<&str> {
        self.filters
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// 2 for all the words, 1 for some, 0 for none.
    fn fits(&self, name: &str, filter: &str) -> u8 {
        let mut wanted = self.words.clone();
        wanted.extend(self.filter(filter).map(words).unwrap_or_default());
        let name = words(name);
        let hits = wanted.iter().filter(|word| name.contains(word)).count();
        match hits {
            0 => 0,
            all if all == wanted.len() => 2,
            _ => 1,
        }
    }
}

pub fn answer(shape: &Shape, call: &Call) -> Result {
    let text = call
        .value("q")
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| error(400, "No search query"))?;
    let kinds = call
        .value("type")
        .filter(|kinds| !kinds.is_empty())
        .ok_or_else(|| error(400, "Missing parameter type"))?;
    let (most, default) = pages(shape.app);
    let page = Page::of(call, default, most)?;
    if page.offset > 1000 {
        return Err(error(400, "Invalid offset"));
    }
    let query = Query::parse(text);
    let mut found = Map::new();
    for kind in kinds.split(',') {
        let address = format!("/v1/search?query={}&type={kind}{}", encoded(text), market_of(call));
        let (member, total, items): (&str, usize, Vec<Value>) = match kind {
            "artist" => {
                let hits = artists(shape, &query);
                (
                    "artists",
                    hits.len(),
                    page.slice(&hits).map(|it| shape.artist(it)).collect(),
                )
            }
            "album" => {
                let hits = albums(shape, &query);
                (
                    "albums",
                    hits.len(),
                    page.slice(&hits).map(|it| shape.found_album(it)).collect(),
                )
            }
            "track" => {
                let hits = tracks(shape, &query);
                (
                    "tracks",
                    hits.len(),
                    page.slice(&hits)
                        .map(|(album, it)| shape.full_track(album, it))
                        .collect(),
                )
            }
            _ => return Err(error(400, "Bad search type field")),
        };
        found.insert(member.to_owned(), page.object(shape.origin, &address, total, items));
    }
    Ok(json!(found))
}

fn artists<'a>(shape: &Shape<'a>, query: &Query) -> Vec<&'a Artist> {
    let mut hits: Vec<(u8, &Artist)> = shape
        .world
        .artists
        .iter()
        .map(|it| (query.fits(&it.name, "artist"), it))
        .filter(|(fits, _)| *fits > 0)
        .collect();
    hits.sort_by_key(|(fits, it)| std::cmp::Reverse((*fits, it.popularity)));
    hits.into_iter().map(|(_, it)| it).collect()
}

fn albums<'a>(shape: &Shape<'a>, query: &Query) -> Vec<&'a Album> {
    let artists_of = |album: &Album| {
        album
            .artists
            .iter()
            .map(|artist| shape.world.artists[artist.0].name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let fits = |album: &&Album| {
        if let Some(upc) = query.filter("upc") {
            return album.upc.as_deref().map(trimmed) == Some(trimmed(upc));
        }
        let artist = query.filter("artist").is_none_or(|artist| {
            let names = words(&artists_of(album));
            words(artist).iter().all(|word| names.contains(word))
        });
        artist && query.fits(&album.name, "album") == 2
    };
    shape.world.albums.iter().filter(fits).collect()
}

fn trimmed(upc: &str) -> &str {
    upc.trim_start_matches('0')
}

fn tracks<'a>(shape: &Shape<'a>, query: &Query) -> Vec<(&'a Album, &'a Track)> {
    let plain = |isrc: &str| isrc.replace('-', "").to_ascii_uppercase();
    let all = shape
        .world
        .albums
        .iter()
        .flat_map(|album| album.tracks.iter().map(move |track| (album, track)));
    match query.filter("isrc").map(plain) {
        Some(isrc) => all
            .filter(|(_, track)| track.isrc.as_deref().map(plain).as_ref() == Some(&isrc))
            .collect(),
        None => all.filter(|(_, track)| query.fits(&track.name, "track") == 2).collect(),
    }
}
