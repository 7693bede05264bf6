//! Songs: found by a search, and who made them.
//!
//! A search answers translations, covers and remixes too, so the whole first page is read, and a hit is believed only
//! when title, version and artist are the track's.

use serde_json::Value;

use crate::domain::song_choice::{self, Wanted};
use crate::domain::special_artists::is_special_name;
use crate::domain::titles::search_words;
use crate::sources::genius::{Genius, id};
use crate::sources::json::{self, Misread};
use crate::sources::{SourceError, escaped};

/// A person or a group as a song names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Artist {
    pub id: u64,
    pub name: String,
}

/// How many songs of one title by one artist are read to see which is the track's.
const MOST_NAMESAKES: usize = 3;

/// A song that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Genius' id of the song.
    pub id: u64,
    /// Its title, without guests.
    pub title: String,
    /// Whose song it is: the primary artist, as a pair may be called there, and each of them.
    pub artists: Vec<Artist>,
}

/// A song and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Song {
    pub id: u64,
    /// Whose song it is, as in a hit.
    pub artists: Vec<Artist>,
    /// The album that it is on.
    pub album: Option<String>,
    pub producers: Vec<Artist>,
    pub writers: Vec<Artist>,
    /// Everybody else who did something for it, by the label that Genius gives that.
    pub performances: Vec<(String, Vec<Artist>)>,
}

impl Song {
    pub fn people(&self) -> impl Iterator<Item = &Artist> {
        let others = self.performances.iter().flat_map(|(_, artists)| artists);
        self.artists
            .iter()
            .chain(&self.producers)
            .chain(&self.writers)
            .chain(others)
    }
}

impl Genius<'_> {
    /// The songs that this track can be, best first: one mostly, several where the artist has several songs of that
    /// title.
    pub async fn songs_of(&self, title: &str, wanted: &Wanted<'_>) -> Result<Vec<Song>, SourceError> {
        let artist = wanted.artists.first().map_or("", String::as_str);
        let hits = self.search(&format!("{} {artist}", search_words(title))).await?;
        let fitting = hits.iter().filter(|hit| {
            let artists: Vec<&str> = hit.artists.iter().map(|artist| artist.name.as_str()).collect();
            song_choice::fits(wanted, &hit.title, &artists)
        });
        let mut songs = Vec::new();
        for hit in fitting.take(MOST_NAMESAKES) {
            songs.extend(self.song(hit.id).await?);
        }
        Ok(songs)
    }

    /// The first page of what a search finds, best first.
    pub(super) async fn search(&self, query: &str) -> Result<Vec<Hit>, SourceError> {
        let hits = self.get(&format!("/search?q={}", escaped(query)), hits).await?;
        Ok(hits.unwrap_or_default())
    }

    /// A song; `None`: there is none.
    pub(super) async fn song(&self, id: u64) -> Result<Option<Song>, SourceError> {
        self.get(&format!("/songs/{id}?text_format=plain"), |response| {
            let song = json::object(response, "song")?;
            read(song).map_err(|misread| misread.within("song"))
        })
        .await
    }
}

/// A hit that can't be matched to anything (no id, no title, no artist) is passed over.
fn hits(response: &Value) -> Result<Vec<Hit>, Misread> {
    let hits = json::list(response, "hits")?.iter();
    Ok(hits.filter_map(|hit| self::hit(hit.get("result")?)).collect())
}

fn hit(result: &Value) -> Option<Hit> {
    Some(Hit {
        id: id(result)?,
        title: json::optional_text(result, "title")?,
        artists: artists(result),
    })
}

/// Whose song it is. Pairs stand together in `primary_artist` and one by one in `primary_artists`, which is newer.
fn artists(song: &Value) -> Vec<Artist> {
    let each = song.get("primary_artists").and_then(Value::as_array);
    let mut artists: Vec<Artist> = Vec::new();
    for artist in song.get("primary_artist").into_iter().chain(each.into_iter().flatten()) {
        artists.extend(self::artist(artist).filter(|artist| !artists.contains(artist)));
    }
    artists
}

fn artist(value: &Value) -> Option<Artist> {
    Some(Artist {
        id: id(value)?,
        name: visible(&json::optional_name(value, "name")?),
    })
}

/// Genius' names often begin with a mark without width.
fn visible(name: &str) -> String {
    name.replace(['\u{200b}', '\u{200e}', '\u{feff}'], "").trim().to_owned()
}

fn read(song: &Value) -> Result<Song, Misread> {
    let id = id(song).ok_or_else(|| Misread::at("id", "is no number"))?;
    let performances = json::optional_list(song, "custom_performances")?.unwrap_or_default();
    let performances = performances.iter().filter_map(|performance| {
        let label = json::optional_text(performance, "label")?;
        let artists = json::optional_list(performance, "artists").ok()??;
        Some((label, people(artists)))
    });
    Ok(Song {
        id,
        artists: artists(song),
        album: song.get("album").and_then(|album| json::optional_text(album, "name")),
        producers: credited(song, "producer_artists")?,
        writers: credited(song, "writer_artists")?,
        performances: performances.collect(),
    })
}

/// A song that nobody has filled in has an empty list; one without the list was not read in full.
fn credited(song: &Value, key: &str) -> Result<Vec<Artist>, Misread> {
    Ok(people(json::list(song, key)?))
}

/// Without placeholders: at Genius these have pages as artists do.
fn people(artists: &[Value]) -> Vec<Artist> {
    let people = artists.iter().filter_map(artist);
    people.filter(|artist| !is_special_name(&artist.name)).collect()
}
