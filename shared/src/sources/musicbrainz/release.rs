//! Releases.

use serde_json::Value;

use crate::domain::credits::Credit;
use crate::domain::ids::{Barcode, MusicBrainzId};
use crate::domain::release_choice::{Hit, TrackCount};
use crate::sources::json::{self, Misread};
use crate::sources::musicbrainz::recording::{self, Recording};
use crate::sources::musicbrainz::relations::{self, mbid};

#[derive(Debug, Clone)]
pub struct ReleaseHit {
    pub id: MusicBrainzId,
    /// The facts by which the album's release is chosen among the hits.
    pub hit: Hit,
}

/// A release with its recordings.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    pub id: MusicBrainzId,
    /// As MusicBrainz spells it.
    pub title: String,
    /// Who produced the release as a whole, which stands for every recording on it.
    pub credits: Vec<Credit>,
    pub media: Vec<Medium>,
    /// Every recording of the release, once.
    pub recordings: Vec<Recording>,
    /// Whether a recording came without its relations.
    pub relations_left_out: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    /// From 1 among the discs that are heard, as an album counts them; `None` for one with pictures.
    pub disc: Option<u32>,
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
    /// The recording that is heard there.
    pub recording: MusicBrainzId,
}

impl Release {
    /// All its places, with the number of their disc.
    pub fn tracks(&self) -> impl Iterator<Item = (Option<u32>, &ReleaseTrack)> {
        self.media
            .iter()
            .flat_map(|medium| medium.tracks.iter().map(|track| (medium.disc, track)))
    }

    /// How many tracks its discs have that are heard, without pregaps.
    pub fn audio_tracks(&self) -> usize {
        self.tracks().filter(|(disc, _)| disc.is_some()).count()
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
    let media = json::list(body, "media")?;
    let only_video = media.iter().all(is_video);
    let mut disc = 0;
    for (at, medium) in media.iter().enumerate() {
        let is_heard = only_video || !is_video(medium);
        disc += u32::from(is_heard);
        read_medium(medium, is_heard.then_some(disc), &mut release)
            .map_err(|misread| misread.within_item("media", at))?;
    }
    Ok(release)
}

fn read_medium(value: &Value, disc: Option<u32>, release: &mut Release) -> Result<(), Misread> {
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
    release.media.push(Medium { disc, tracks });
    Ok(())
}

/// The position that the answer states, else the place in its list.
fn position(value: &Value, at: usize) -> u32 {
    let stated = json::optional_integer(value, "position").and_then(|position| u32::try_from(position).ok());
    stated.unwrap_or_else(|| u32::try_from(at + 1).unwrap_or(u32::MAX))
}

/// Reads a search's hits; one without an id or a title is none.
pub fn hits(body: &Value) -> Result<Vec<Option<ReleaseHit>>, Misread> {
    Ok(json::list(body, "releases")?.iter().map(hit).collect())
}

fn hit(value: &Value) -> Option<ReleaseHit> {
    let hit = Hit {
        title: json::optional_text(value, "title")?,
        artists: relations::credited(value),
        tracks: track_count(value),
        barcode: json::optional_text(value, "barcode")
            .as_deref()
            .and_then(Barcode::parse),
        date: json::optional_text(value, "date"),
        official: value["status"].as_str().is_none_or(|status| status == "Official"),
    };
    Some(ReleaseHit { id: mbid(value)?, hit })
}

fn track_count(hit: &Value) -> Option<TrackCount> {
    let count = |of: &Value| json::optional_integer(of, "track-count").and_then(|count| u64::try_from(count).ok());
    let media = hit["media"].as_array().map_or(&[][..], Vec::as_slice);
    let counts: Option<Vec<u64>> = media.iter().map(count).collect();
    let Some(counts) = counts.filter(|counts| !counts.is_empty()) else {
        let all = count(hit)?;
        return Some(TrackCount {
            audio: all,
            all,
            discs: 1,
        });
    };
    let audio: Vec<u64> = media
        .iter()
        .zip(&counts)
        .filter(|(medium, _)| !is_video(medium))
        .map(|(_, count)| *count)
        .collect();
    let all = counts.iter().sum();
    Some(TrackCount {
        audio: if audio.is_empty() { all } else { audio.iter().sum() },
        all,
        discs: u64::try_from(audio.len()).unwrap_or(1).max(1),
    })
}

/// Whether a disc is watched, not only heard. A `DVD-Audio` is heard, and so is a `Blu-spec CD`.
fn is_video(medium: &Value) -> bool {
    const VIDEO: [&str; 10] = [
        "blu-ray",
        "hd-dvd",
        "vhs",
        "laserdisc",
        "vcd",
        "svcd",
        "umd",
        "betamax",
        "vhd",
        "ced",
    ];
    let format = medium["format"].as_str().unwrap_or_default().to_lowercase();
    let other_side_is_heard = format.contains("(cd side)") || format.contains("(vinyl side)");
    !other_side_is_heard
        && (format == "dvd" || format.contains("dvd-video") || VIDEO.iter().any(|video| format.starts_with(video)))
}
