//! Which requests are made, and which credits come of the answers.

mod adding_a_source;
mod album_release;
mod genius;
mod label;
mod leftovers;
mod pending;
mod titles;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::pipeline::outcome::{CreditRow, Rows};
use crate::stages::testing::{World, delivery};

const MAX: &str = "2f031686-3f01-4f33-a4fc-fb3944532efa";
const SHELLBACK: &str = "ffb77292-9712-4d03-94aa-bdb1d4771d38";
const STIG: &str = "b8a7c51f-362c-4dcb-a259-bc6e0095f0a6";
const VARIOUS: &str = "89ad4ac3-39f7-470e-963a-56509c546377";

fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A world in which only MusicBrainz and titles are asked.
fn without_genius() -> World {
    let mut world = World::default();
    world.config.providers.genius = None;
    world
}

struct Setup {
    titles: Vec<&'static str>,
    isrcs: Vec<Option<&'static str>>,
    upc: Option<&'static str>,
    known_names: Vec<&'static str>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            titles: vec!["One", "Two"],
            isrcs: vec![None, None],
            upc: Some("0602537347131"),
            known_names: vec![],
        }
    }
}

impl Setup {
    fn subject(&self, number: u128) -> Subject {
        let tracks = self
            .titles
            .iter()
            .zip(&self.isrcs)
            .zip(1_u32..)
            .map(|((title, isrc), at)| Track {
                id: Uuid::from_u128(number * 1000 + u128::from(at)),
                spotify_id: Some(format!("t{number}x{at}")),
                name: (*title).to_owned(),
                isrc: isrc.map(ToOwned::to_owned),
                isrc_asked: false,
                disc_number: Some(1),
                track_number: Some(at),
                duration_ms: Some(200_000),
                artist_names: vec!["Velvet".to_owned()],
            });
        Subject {
            album: Album {
                id: Uuid::from_u128(number),
                spotify_id: Some(format!("b{number}")),
                name: "Album".to_owned(),
                upc: self.upc.map(ToOwned::to_owned),
                release_date: Some("2004-01-01".to_owned()),
                artist_names: vec!["Velvet".to_owned()],
            },
            tracks: tracks.collect(),
            known_names: self.known_names.iter().map(ToString::to_string).collect(),
        }
    }

    fn message(&self, number: u128) -> Delivery<Message, Subject> {
        let message = Message {
            album_id: Uuid::from_u128(number),
            pending: None,
        };
        delivery(&number.to_string(), message, Some(self.subject(number)))
    }
}

fn release_hits(id: &str, tracks: usize) -> Value {
    json!({ "releases": [{ "id": id, "title": "Album", "track-count": tracks,
                           "artist-credit": [{ "name": "Velvet", "artist": { "id": STIG, "name": "Velvet" } }] }] })
}

fn relation(kind: &str, id: &str, name: &str, attributes: &[&str], credited_as: &str) -> Value {
    json!({ "type": kind, "target-type": "artist", "attributes": attributes, "target-credit": credited_as,
            "artist": { "id": id, "name": name } })
}

fn recording(number: u32, title: &str, isrcs: &[&str], relations: &[Value]) -> Value {
    json!({ "id": uuid(number), "title": title, "length": 200_000, "isrcs": isrcs, "relations": relations })
}

fn release(id: &str, relations: &[Value], recordings: &[Value]) -> Value {
    let tracks = recordings
        .iter()
        .zip(1..)
        .map(|(recording, at)| json!({ "position": at, "title": recording["title"], "recording": recording }));
    json!({ "id": id, "title": "Album", "relations": relations,
            "media": [{ "position": 1, "track-count": recordings.len(), "tracks": tracks.collect::<Vec<_>>() }] })
}

fn rows(outcome: &Outcome) -> &Rows {
    match outcome {
        Outcome::Done { rows, .. } => rows,
        other => panic!("{other:?}"),
    }
}

/// `title/role/name` with the confidence.
fn credited(rows: &Rows) -> BTreeMap<String, f64> {
    let line = |credit: &CreditRow| {
        let track = credit.track_id.as_u128() % 1000;
        (
            format!("{track}/{}/{}/{}", credit.source, credit.role, credit.person.name),
            credit.confidence,
        )
    };
    rows.credits.iter().map(line).collect()
}

fn keys(credited: &BTreeMap<String, f64>) -> Vec<&str> {
    credited.keys().map(String::as_str).collect()
}
