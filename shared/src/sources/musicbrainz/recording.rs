//! Recordings.

use serde_json::Value;

use crate::domain::credits::Credit;
use crate::domain::ids::{Isrc, MusicBrainzId};
use crate::sources::json::{self, Misread};
use crate::sources::musicbrainz::relations::{self, mbid};

/// A recording and who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    pub id: MusicBrainzId,
    pub title: String,
    /// Tells it from others of the same title: `live, 1986-07-12`.
    pub comment: String,
    pub isrcs: Vec<Isrc>,
    pub length_ms: Option<u64>,
    /// Every name under which its artists are known; none where the answer has no artist credit.
    pub artists: Vec<String>,
    pub credits: Vec<Credit>,
    /// Whether the answer had them.
    pub has_relations: bool,
}

/// A search hit: a recording without relations, and the releases that it is on.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingHit {
    /// Without credits.
    pub recording: Recording,
    /// The releases that the hit names.
    pub releases: Vec<ReleaseOfHit>,
}

/// A release that a search hit names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseOfHit {
    pub id: MusicBrainzId,
    /// On all media together.
    pub tracks: Option<i32>,
}

/// Reads a recording; `None` for one without an id or a title, which can't be matched to anything.
pub fn read(value: &Value) -> Result<Option<Recording>, Misread> {
    let (Some(id), Some(title)) = (mbid(value), json::optional_text(value, "title")) else {
        return Ok(None);
    };
    let relations = json::optional_list(value, "relations")?;
    let isrcs = json::optional_list(value, "isrcs")?.unwrap_or_default();
    // An ISRC is a text; in older search answers it is an object with an id.
    let isrcs = isrcs
        .iter()
        .filter_map(|isrc| isrc.as_str().or_else(|| isrc["id"].as_str()))
        .filter_map(Isrc::parse);
    Ok(Some(Recording {
        id,
        title,
        comment: json::optional_text(value, "disambiguation").unwrap_or_default(),
        isrcs: isrcs.collect(),
        length_ms: length(value),
        artists: relations::credited(value),
        credits: relations
            .map(|relations| relations::of_recording(id, relations))
            .unwrap_or_default(),
        has_relations: relations.is_some(),
    }))
}

/// The length in milliseconds. MusicBrainz writes 0 for an unknown one.
pub fn length(value: &Value) -> Option<u64> {
    json::optional_integer(value, "length")
        .and_then(|length| u64::try_from(length).ok())
        .filter(|length| *length > 0)
}

/// Reads a page of a release's recordings, each with its relations.
pub fn page(body: &Value) -> Result<Vec<Option<Recording>>, Misread> {
    items(body, |item| match read(item)? {
        Some(recording) if !recording.has_relations => Err(Misread::at("relations", "missing")),
        read => Ok(read),
    })
}

pub fn hits(body: &Value) -> Result<Vec<Option<RecordingHit>>, Misread> {
    items(body, |item| {
        let Some(recording) = read(item)? else { return Ok(None) };
        let releases = json::optional_list(item, "releases")?.unwrap_or_default();
        let releases = releases.iter().filter_map(|release| {
            Some(ReleaseOfHit {
                id: mbid(release)?,
                tracks: json::optional_integer(release, "track-count"),
            })
        });
        Ok(Some(RecordingHit {
            recording,
            releases: releases.collect(),
        }))
    })
}

fn items<T>(body: &Value, read: impl Fn(&Value) -> Result<T, Misread>) -> Result<Vec<T>, Misread> {
    let items = json::list(body, "recordings")?.iter().enumerate();
    items
        .map(|(at, item)| read(item).map_err(|misread| misread.within_item("recordings", at)))
        .collect()
}
