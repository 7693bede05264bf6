//! MusicBrainz' web service, version 2.

mod inc;
pub mod lucene;
mod objects;
mod search;

use serde_json::{Value, json};

use super::call::encoded;
use super::{Answer, Call, Method};
use crate::world::World;
use crate::world::model::Release;
use inc::Inc;
use objects::Shape;

/// The largest page, and the one without a limit.
const PAGE: (usize, usize) = (100, 25);
/// A release with more recordings leaves their relations out, without a word.
const MOST_RECORDINGS_WITH_RELATIONS: usize = 500;

pub fn error(status: u16, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"error": message, "help": "For usage, please see: https://musicbrainz.org/development/mmd"}),
    )
}

/// What a path after `/ws/2` is about.
pub fn endpoint(parts: &[&str], call: &Call) -> &'static str {
    match parts {
        ["release"] => "release_search",
        ["release", _] => "release",
        ["recording"] if call.value("query").is_some() => "recording_search",
        ["recording"] => "recording_browse",
        ["recording", _] => "recording",
        ["isrc", _] => "isrc",
        ["artist", _] => "artist",
        _ => "unknown",
    }
}

/// The answer to a caller within its rate.
pub fn answer(world: &World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    if call.method != Method::Get {
        return error(405, "Method not allowed");
    }
    let answer = match parts.as_slice() {
        ["ws", "2", "release"] => search::releases(world, call),
        ["ws", "2", "recording"] if call.value("query").is_some() => search::recordings(world, call),
        ["ws", "2", "recording"] => browse(world, call),
        ["ws", "2", "release", id] => release(world, call, id),
        ["ws", "2", "recording", id] => recording(world, call, id),
        ["ws", "2", "isrc", isrc] => by_isrc(world, call, isrc),
        ["ws", "2", "artist", id] => artist(world, call, id),
        _ => Err(error(404, "Not Found")),
    };
    match answer {
        // Without `fmt=json` it is XML, which nobody here reads.
        Ok(_) if call.value("fmt") != Some("json") => Answer::text(
            200,
            "application/xml; charset=utf-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata xmlns=\"http://musicbrainz.org/ns/mmd-2.0#\"/>",
        ),
        Ok(value) => Answer::json(200, &value),
        Err(error) => error,
    }
}

type Result = std::result::Result<Value, Answer>;

fn well_formed(id: &str) -> std::result::Result<(), Answer> {
    let good = id.len() == 36 && uuid::Uuid::try_parse(id).is_ok();
    if good { Ok(()) } else { Err(error(400, "Invalid mbid.")) }
}

/// `limit` and `offset`; the largest page is what anybody gets who asks for more.
fn page(call: &Call) -> std::result::Result<(usize, usize), Answer> {
    let number = |name: &str| call.number(name).map_err(|()| error(400, &format!("Invalid {name}.")));
    Ok((
        number("limit")?.unwrap_or(PAGE.1).clamp(1, PAGE.0),
        number("offset")?.unwrap_or(0),
    ))
}

/// 301 for an id that was merged into another, to the same question about that one.
fn not_merged(world: &World, call: &Call, id: &str) -> std::result::Result<(), Answer> {
    let Some(now) = world.merged.get(id) else {
        return Ok(());
    };
    let entity = call.path.get(2).map_or("", String::as_str);
    let query: Vec<String> = call
        .query
        .iter()
        .map(|(key, value)| format!("{key}={}", encoded(value)))
        .collect();
    let location = format!("{}/ws/2/{entity}/{now}?{}", call.origin, query.join("&"));
    Err(Answer::json(301, &json!({})).header("location", &location))
}

fn release(world: &World, call: &Call, id: &str) -> Result {
    well_formed(id)?;
    not_merged(world, call, id)?;
    let inc = Inc::of(call, "release")?;
    let release = world.release(id).ok_or_else(|| error(404, "Not Found"))?;
    let inc = if release.track_count() > MOST_RECORDINGS_WITH_RELATIONS {
        inc.without_recording_relations()
    } else {
        inc
    };
    Ok(Shape { world, inc: &inc }.release(release))
}

fn recording(world: &World, call: &Call, id: &str) -> Result {
    well_formed(id)?;
    not_merged(world, call, id)?;
    let inc = Inc::of(call, "recording")?;
    let recording = world.recording(id).ok_or_else(|| error(404, "Not Found"))?;
    Ok(Shape { world, inc: &inc }.recording(recording))
}

/// The recordings of a release, page by page.
fn browse(world: &World, call: &Call) -> Result {
    let id = call
        .value("release")
        .ok_or_else(|| error(400, "query is a required parameter."))?;
    well_formed(id)?;
    let inc = Inc::of(call, "recording")?;
    let (limit, offset) = page(call)?;
    let release: &Release = world.release(id).ok_or_else(|| error(404, "Not Found"))?;
    let mut recordings: Vec<usize> = release.media.iter().flatten().map(|recording| recording.0).collect();
    // MusicBrainz gives each recording once, in the order of its own rows.
    recordings.sort_unstable();
    recordings.dedup();
    let shape = Shape { world, inc: &inc };
    let items: Vec<Value> = recordings
        .iter()
        .skip(offset)
        .take(limit)
        .map(|at| shape.recording(&world.recordings[*at]))
        .collect();
    Ok(json!({"recording-count": recordings.len(), "recording-offset": offset, "recordings": items}))
}

fn by_isrc(world: &World, call: &Call, isrc: &str) -> Result {
    let isrc = isrc.to_ascii_uppercase();
    let good = isrc.len() == 12
        && isrc.chars().all(|character| character.is_ascii_alphanumeric())
        && isrc[..2].chars().all(|character| character.is_ascii_alphabetic())
        && isrc[5..].chars().all(|character| character.is_ascii_digit());
    if !good {
        return Err(error(400, "Invalid isrc."));
    }
    let inc = Inc::of(call, "isrc")?;
    let shape = Shape { world, inc: &inc };
    let recordings: Vec<Value> = world
        .recordings_with_isrc(&isrc)
        .map(|it| shape.recording(it))
        .collect();
    if recordings.is_empty() {
        return Err(error(404, "Not Found"));
    }
    Ok(json!({"isrc": isrc, "recordings": recordings}))
}

fn artist(world: &World, call: &Call, id: &str) -> Result {
    well_formed(id)?;
    not_merged(world, call, id)?;
    let inc = Inc::of(call, "artist")?;
    let person = world.person(id).ok_or_else(|| error(404, "Not Found"))?;
    Ok(Shape { world, inc: &inc }.artist(person))
}
