//! Songs: found by a search, and who made them.

use serde_json::Value;

use crate::domain::special_artists::is_special_name;
use crate::sources::genius::{Genius, id};
use crate::sources::json::{self, Misread};
use crate::sources::{SourceError, escaped};

/// A person or a group as a song names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Artist {
    /// Genius' id.
    pub id: u64,
    /// As Genius shows it.
    pub name: String,
}

/// A song that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Genius' id of the song.
    pub id: u64,
    /// Its title, without guests.
    pub title: String,
    /// Whose song it is.
    pub primary_artist: Artist,
}

/// A song and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Song {
    /// Genius' id.
    pub id: u64,
    /// Its title, without guests.
    pub title: String,
    /// Whose song it is.
    pub primary_artist: Artist,
    /// Who produced it.
    pub producers: Vec<Artist>,
    /// Who wrote it.
    pub writers: Vec<Artist>,
    /// Everybody else who did something for it, by the label that Genius gives that.
    pub performances: Vec<(String, Vec<Artist>)>,
}

impl Genius<'_> {
    /// The first page of what a search finds, best first.
    pub async fn search(&self, query: &str) -> Result<Vec<Hit>, SourceError> {
        let hits = self.get(&format!("/search?q={}", escaped(query)), hits).await?;
        Ok(hits.unwrap_or_default())
    }

    /// A song; `None`: there is none.
    pub async fn song(&self, id: u64) -> Result<Option<Song>, SourceError> {
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
        primary_artist: artist(result.get("primary_artist")?)?,
    })
}

fn artist(value: &Value) -> Option<Artist> {
    Some(Artist {
        id: id(value)?,
        name: json::optional_name(value, "name")?,
    })
}

fn read(song: &Value) -> Result<Song, Misread> {
    let id = id(song).ok_or_else(|| Misread::at("id", "is no number"))?;
    let primary_artist = artist(json::member(song, "primary_artist")?);
    let performances = json::optional_list(song, "custom_performances")?.unwrap_or_default();
    let performances = performances.iter().filter_map(|performance| {
        let label = json::optional_text(performance, "label")?;
        let artists = json::optional_list(performance, "artists").ok()??;
        Some((label, people(artists)))
    });
    Ok(Song {
        id,
        title: json::text(song, "title")?,
        primary_artist: primary_artist.ok_or_else(|| Misread::at("primary_artist", "has no id or no name"))?,
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
