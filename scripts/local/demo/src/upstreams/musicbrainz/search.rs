//! MusicBrainz' search: releases and recordings.

use serde_json::{Value, json};

use super::lucene::Query;
use super::objects::track_id;
use super::{Result, error, page};
use crate::upstreams::Call;
use crate::upstreams::text::{contains_phrase, words};
use crate::world::model::{CreditedName, Person, Recording, Release};
use crate::world::{Appearance, World};

/// When the index was built.
const CREATED: &str = "2026-11-24T00:00:00.000Z";

fn query(call: &Call) -> std::result::Result<Query, super::Answer> {
    let text = call
        .value("query")
        .ok_or_else(|| error(400, "query is a required parameter."))?;
    Query::parse(text).ok_or_else(|| error(400, "Unable to parse search query."))
}

/// Releases by barcode, title, artist.
pub fn releases(world: &World, call: &Call) -> Result {
    let query = query(call)?;
    let (limit, offset) = page(call)?;
    let mut hits: Vec<&Release> = world
        .releases
        .iter()
        .filter(|release| query.matches(&|field, text| release_holds(world, release, field, text)))
        .collect();
    // All of them score the same; which comes first means nothing.
    hits.sort_by(|one, other| one.mbid.cmp(&other.mbid));
    let items: Vec<Value> = hits
        .iter()
        .skip(offset)
        .take(limit)
        .map(|release| found_release(world, release))
        .collect();
    Ok(json!({"created": CREATED, "count": hits.len(), "offset": offset, "releases": items}))
}

/// Recordings by ISRC, title, artist.
pub fn recordings(world: &World, call: &Call) -> Result {
    let query = query(call)?;
    let (limit, offset) = page(call)?;
    let hits: Vec<&Recording> = world
        .recordings
        .iter()
        .filter(|recording| query.matches(&|field, text| recording_holds(world, recording, field, text)))
        .collect();
    let items: Vec<Value> = hits
        .iter()
        .skip(offset)
        .take(limit)
        .map(|recording| found_recording(world, recording))
        .collect();
    Ok(json!({"created": CREATED, "count": hits.len(), "offset": offset, "recordings": items}))
}

fn release_holds(world: &World, release: &Release, field: &str, text: &str) -> bool {
    match field {
        "barcode" => release
            .barcode
            .as_deref()
            .is_some_and(|barcode| same_barcode(barcode, text)),
        "release" | "releaseaccent" | "title" | "" => contains_phrase(&words(&release.title), &words(text)),
        "tracks" => text.parse() == Ok(release.track_count()),
        "mediums" => text.parse() == Ok(release.media.len()),
        "reid" => release.mbid == text,
        "date" => release.date.starts_with(text),
        "primarytype" => release.primary_type.eq_ignore_ascii_case(text),
        "status" => text.eq_ignore_ascii_case("official"),
        _ => artist_holds(world, &release.artist_credit, field, text),
    }
}

fn recording_holds(world: &World, recording: &Recording, field: &str, text: &str) -> bool {
    match field {
        "isrc" => recording.isrcs.iter().any(|isrc| isrc.eq_ignore_ascii_case(text)),
        "recording" | "recordingaccent" | "title" | "" => contains_phrase(&words(&recording.title), &words(text)),
        "rid" => recording.mbid == text,
        "video" => text == "false",
        _ => artist_holds(world, &recording.artist_credit, field, text),
    }
}

fn artist_holds(world: &World, credit: &[CreditedName], field: &str, text: &str) -> bool {
    let people = || credit.iter().map(|name| &world.people[name.person.0]);
    let phrase = words(text);
    match field {
        // The credit as a whole, or any of its artists' names.
        "artist" | "creditname" => {
            let whole: String = credit
                .iter()
                .flat_map(|name| [name.name.as_str(), name.join.as_str()])
                .collect();
            contains_phrase(&words(&whole), &phrase)
                || people().any(|person| contains_phrase(&words(&person.name), &phrase))
        }
        "artistname" => people().any(|person: &Person| contains_phrase(&words(&person.name), &phrase)),
        "arid" => people().any(|person| person.mbid == text),
        _ => false,
    }
}

/// The index drops zeros in front, and spaces.
fn same_barcode(one: &str, other: &str) -> bool {
    let plain = |barcode: &str| barcode.replace(' ', "").trim_start_matches('0').to_owned();
    !plain(other).is_empty() && plain(one) == plain(other)
}

fn artist_credit(world: &World, credit: &[CreditedName]) -> Value {
    credit
        .iter()
        .map(|name| {
            let person = &world.people[name.person.0];
            let mut object = json!({
                "name": name.name,
                "artist": {
                    "id": person.mbid,
                    "name": person.name,
                    "sort-name": person.sort_name,
                    "disambiguation": person.disambiguation,
                },
            });
            if !name.join.is_empty() {
                object["joinphrase"] = json!(name.join);
            }
            object
        })
        .collect()
}

fn found_release(world: &World, release: &Release) -> Value {
    let mut media: Vec<Value> = release
        .media
        .iter()
        .map(|tracks| json!({"format": "Digital Media", "disc-count": 0, "track-count": tracks.len()}))
        .collect();
    if let (Some(_), Some(first)) = (release.pregap, release.media.first()) {
        media[0]["track-count"] = json!(first.len() + 1);
    }
    if let Some(video) = release.video {
        let medium = json!({"format": video.format, "disc-count": 0, "track-count": video.tracks});
        media.insert(if video.first { 0 } else { media.len() }, medium);
    }
    let mut object = json!({
        // The index lags behind.
        "id": world.former_id(&release.mbid).unwrap_or(&release.mbid),
        "score": 100,
        "status-id": "4e304316-386d-3409-af2e-78857eec5cfe",
        "count": media.len(),
        "title": release.title,
        "status": "Official",
        "text-representation": {"language": "eng", "script": "Latn"},
        "artist-credit": artist_credit(world, &release.artist_credit),
        "release-group": {"id": track_id(&release.mbid, 0, 0), "title": release.title, "primary-type": release.primary_type},
        "country": "XW",
        "track-count": release.track_count(),
        "media": media,
    });
    // The index leaves out what is not known.
    if let Some(barcode) = &release.barcode {
        object["barcode"] = json!(barcode);
    }
    if !release.date.is_empty() {
        object["date"] = json!(release.date);
    }
    object
}

fn found_recording(world: &World, recording: &Recording) -> Value {
    json!({
        "id": world.former_id(&recording.mbid).unwrap_or(&recording.mbid),
        "score": 100,
        "title": recording.title,
        "length": recording.length,
        "video": null,
        "artist-credit": artist_credit(world, &recording.artist_credit),
        "isrcs": recording.isrcs,
        "releases": world.appearances(recording).iter().map(|at| appearance(world, recording, *at)).collect::<Vec<_>>(),
    })
}

/// A release in a recording's hit: with the one track that is the recording.
fn appearance(world: &World, recording: &Recording, at: Appearance) -> Value {
    let release = &world.releases[at.release.0];
    let mut object = found_release(world, release);
    object["media"] = json!([{
        "position": at.medium + 1,
        "format": "Digital Media",
        "track": [{
            "id": track_id(&release.mbid, at.medium, at.track),
            "number": (at.track + 1).to_string(),
            "title": recording.title,
            "length": recording.length,
        }],
        "track-count": release.media[at.medium].len(),
        "track-offset": at.track,
    }]);
    for absent in ["score", "barcode", "text-representation"] {
        if let Value::Object(object) = &mut object {
            object.remove(absent);
        }
    }
    object
}
