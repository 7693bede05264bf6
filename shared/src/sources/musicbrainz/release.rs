//! Releases.

use serde_json::Value;

use crate::domain::credits::Credit;
use crate::domain::ids::{Barcode, MusicBrainzId};
use crate::domain::release_choice::Hit;
use crate::sources::json::{self, Misread};
use crate::sources::musicbrainz::recording::{self, Recording};
use crate::sources::musicbrainz::relations::{self, mbid};

#[derive(Debug, Clone)]
pub struct ReleaseHit {
    pub id: MusicBrainzId,
    /// What the choice looks at.
    pub hit: Hit,
}

/// A release with its recordings.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    pub id: MusicBrainzId,
    /// As MusicBrainz spells it.
    pub title: String,
    /// Who produced it as a whole: stands for every recording on it.
    pub credits: Vec<Credit>,
    pub media: Vec<Medium>,
    /// Each once.
    pub recordings: Vec<Recording>,
    /// Whether a recording came without its relations.
    pub relations_left_out: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    pub position: u32,
    pub tracks: Vec<ReleaseTrack>,
}

/// A place on a disc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseTrack {
    pub position: u32,
    /// As this release spells it.
    pub title: String,
    /// Milliseconds, on this release.
    pub length_ms: Option<u64>,
    /// What is heard.
    pub recording: MusicBrainzId,
}

impl Release {
    /// All its places, with the number of their disc.
    pub fn tracks(&self) -> impl Iterator<Item = (u32, &ReleaseTrack)> {
        self.media
            .iter()
            .flat_map(|medium| medium.tracks.iter().map(|track| (medium.position, track)))
    }
}

pub fn read(body: &Value) -> Result<Release, Misread> {
    let id = mbid(body).ok_or_else(|| Misread::at("id", "is no MusicBrainz id"))?;
    let credits = relations::of_release(id, json::list(body, "relations")?);
    let mut release = Release {
        id,
        title: json::optional_text(body, "title").unwrap_or_default(),
        credits,
        media: Vec::new(),
        recordings: Vec::new(),
        relations_left_out: false,
    };
    for (at, medium) in json::list(body, "media")?.iter().enumerate() {
        read_medium(medium, at, &mut release).map_err(|misread| misread.within_item("media", at))?;
    }
    Ok(release)
}

fn read_medium(value: &Value, at: usize, release: &mut Release) -> Result<(), Misread> {
    let listed = json::optional_list(value, "tracks")?;
    let count = json::optional_integer(value, "track-count");
    let listed = match listed {
        Some(listed) => listed,
        None if count.is_none_or(|count| count > 0) => return Err(Misread::at("tracks", "missing")),
        None => &[],
    };
    let mut tracks = Vec::with_capacity(listed.len());
    for (number, track) in listed.iter().enumerate() {
        let recording = recording::read(&track["recording"])
            .map_err(|misread| misread.within("recording").within_item("tracks", number))?;
        let Some(recording) = recording else { continue };
        tracks.push(ReleaseTrack {
            position: position(track, number),
            title: json::optional_text(track, "title").unwrap_or_else(|| recording.title.clone()),
            length_ms: recording::length(track).or(recording.length_ms),
            recording: recording.id,
        });
        release.relations_left_out |= !recording.has_relations;
        if release.recordings.iter().all(|known| known.id != recording.id) {
            release.recordings.push(recording);
        }
    }
    release.media.push(Medium {
        position: position(value, at),
        tracks,
    });
    Ok(())
}

/// What the answer says, else the place in its list.
fn position(value: &Value, at: usize) -> u32 {
    let stated = json::optional_integer(value, "position").and_then(|position| u32::try_from(position).ok());
    stated.unwrap_or_else(|| u32::try_from(at + 1).unwrap_or(u32::MAX))
}

/// Reads a search's hits; one without an id or a title is none.
pub fn hits(body: &Value) -> Result<Vec<Option<ReleaseHit>>, Misread> {
    Ok(json::list(body, "releases")?.iter().map(hit).collect())
}

fn hit(value: &Value) -> Option<ReleaseHit> {
    let tracks = json::optional_integer(value, "track-count").and_then(|count| u64::try_from(count).ok());
    let hit = Hit {
        title: json::optional_text(value, "title")?,
        artists: relations::credited(value),
        tracks: tracks.or_else(|| tracks_of_media(value)),
        barcode: json::optional_text(value, "barcode")
            .as_deref()
            .and_then(Barcode::parse),
        date: json::optional_text(value, "date"),
        official: value["status"].as_str().is_none_or(|status| status == "Official"),
    };
    Some(ReleaseHit { id: mbid(value)?, hit })
}

fn tracks_of_media(value: &Value) -> Option<u64> {
    let media = value["media"].as_array()?;
    let count = |medium| json::optional_integer(medium, "track-count").and_then(|count| u64::try_from(count).ok());
    media.iter().map(count).sum()
}
