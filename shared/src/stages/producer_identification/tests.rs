//! Which requests are made, and which credits come of the answers.

mod adding_a_source;
mod genius;
mod label;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::pipeline::outcome::{CreditRow, Rows};
use crate::sources::testing::fixture;
use crate::stages::testing::{World, code, delivery, retry};

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
    world.config.genius = None;
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
            owed: None,
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
fn said(rows: &Rows) -> BTreeMap<String, f64> {
    let line = |credit: &CreditRow| {
        let track = credit.track_id.as_u128() % 1000;
        (
            format!("{track}/{}/{}/{}", credit.source, credit.role, credit.person.name),
            credit.confidence,
        )
    };
    rows.credits.iter().map(line).collect()
}

fn keys(said: &BTreeMap<String, f64>) -> Vec<&str> {
    said.keys().map(String::as_str).collect()
}

#[test]
fn an_album_is_two_requests() {
    let world = without_genius();
    let id = uuid(100);
    world.musicbrainz.on(
        "/ws/2/release?query=barcode%3A0602537347131&",
        200,
        &release_hits(&id, 2),
    );
    let work = json!({ "id": uuid(50), "relations": [relation("writer", MAX, "Max Martin", &[], ""), relation("translator", STIG, "Stig", &[], "")] });
    let performance = json!({ "type": "performance", "target-type": "work", "attributes": ["cover"], "work": work });
    let recordings = [
        recording(
            1,
            "One",
            &[],
            &[
                relation("producer", MAX, "Max Martin", &[], "Martin"),
                relation("engineer", STIG, "Stig", &[], ""),
                performance,
            ],
        ),
        recording(
            2,
            "Two",
            &[],
            &[
                relation("producer", SHELLBACK, "Shellback", &["co"], ""),
                relation("producer", VARIOUS, "Various Artists", &[], ""),
            ],
        ),
    ];
    let whole = [
        relation("producer", MAX, "Max Martin", &[], ""),
        relation("producer", STIG, "Stig", &["executive"], ""),
    ];
    world.musicbrainz.on(
        &format!("/ws/2/release/{id}?inc=recordings+artist-credits+isrcs+recording-level-rels"),
        200,
        &release(&id, &whole, &recordings),
    );
    let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    let rows = rows(&outcomes["1"]);
    let said = said(rows);
    let expected = [
        ("1/musicbrainz/executive_producer/Stig", 0.7),
        ("1/musicbrainz/producer/Max Martin", 0.95),
        ("1/musicbrainz/writer/Max Martin", 0.95),
        ("2/musicbrainz/co_producer/Shellback", 0.95),
        ("2/musicbrainz/executive_producer/Stig", 0.7),
        ("2/musicbrainz/producer/Max Martin", 0.7),
    ];
    assert_eq!(
        said,
        expected
            .iter()
            .map(|(line, weight)| ((*line).to_owned(), *weight))
            .collect()
    );
    let max = rows.credits.iter().find(|credit| credit.role == "producer").unwrap();
    assert_eq!(max.person.aliases, ["Martin"]);
    assert_eq!(max.evidence["match"], json!({ "by": "position", "score": 1.0 }));
    let levels: Vec<_> = max.evidence["seen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seen| seen["level"].clone())
        .collect();
    assert_eq!(levels, ["recording", "release"]);
    assert_eq!(world.musicbrainz.asked().len(), 2);
    assert!(world.spotify.asked().is_empty());
    assert!(matches!(&outcomes["1"], Outcome::Done { follow_ups, .. } if follow_ups[0].for_each == Some("producers")));
}

#[test]
fn barcodes_of_the_batch_are_searched_together() {
    let world = without_genius();
    let one = Setup {
        upc: Some("0111"),
        ..Setup::default()
    };
    let other = Setup {
        upc: Some("222"),
        ..Setup::default()
    };
    let mut hits = release_hits(&uuid(100), 2);
    hits["releases"][0]["barcode"] = json!("111");
    let mut others = release_hits(&uuid(200), 2);
    others["releases"][0]["barcode"] = json!("222");
    hits["releases"]
        .as_array_mut()
        .unwrap()
        .insert(0, others["releases"][0].clone());
    world.musicbrainz.on(
        "/ws/2/release?query=barcode%3A0111%20OR%20barcode%3A222&limit=100&",
        200,
        &hits,
    );
    for (id, name) in [(100, "Max"), (200, "Stig")] {
        let recordings = [recording(id, "One", &[], &[relation("producer", MAX, name, &[], "")])];
        world.musicbrainz.on(
            &format!("/ws/2/release/{}", uuid(id)),
            200,
            &release(&uuid(id), &[], &recordings),
        );
    }
    world.spotify.on("/v1/tracks", 200, &json!({ "tracks": [null, null] }));
    let outcomes = world.run::<ProducerIdentification>(vec![one.message(1), other.message(2)]);
    assert_eq!(keys(&said(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(keys(&said(rows(&outcomes["2"]))), ["1/musicbrainz/producer/Stig"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn without_a_fitting_barcode_artist_and_title_are_asked() {
    let world = without_genius();
    let id = uuid(100);
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode", 200, &release_hits(&uuid(99), 13));
    world.musicbrainz.on(
        "/ws/2/release?query=release%3A%22Album%22%20AND%20artist%3A%22Velvet%22",
        200,
        &release_hits(&id, 2),
    );
    let recordings = [
        recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]),
        recording(2, "Two", &[], &[]),
    ];
    world
        .musicbrainz
        .on(&format!("/ws/2/release/{id}"), 200, &release(&id, &[], &recordings));
    let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    assert_eq!(keys(&said(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn leftovers_of_the_batch_are_searched_together() {
    let world = without_genius();
    let setup = Setup {
        titles: vec!["One"],
        isrcs: vec![Some("SEAYD7601020")],
        upc: None,
        ..Setup::default()
    };
    let other = Setup {
        titles: vec!["Two", "Same"],
        isrcs: vec![Some("SEAYD7601030"), Some("SEAYD7601020")],
        upc: None,
        ..Setup::default()
    };
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let remix = json!({ "id": uuid(3), "title": "One", "disambiguation": "club remix", "isrcs": ["SEAYD7601020"] });
    let hits = json!({ "count": 3, "recordings": [remix, recording(1, "One", &["SEAYD7601020"], &[]), recording(2, "Two", &["SEAYD7601030"], &[])] });
    world.musicbrainz.on(
        "/ws/2/recording?query=isrc%3ASEAYD7601020%20OR%20isrc%3ASEAYD7601030&",
        200,
        &hits,
    );
    for (number, name) in [(1, "Max"), (2, "Shellback")] {
        let found = recording(
            number,
            "x",
            &[],
            &[relation(
                "producer",
                if number == 1 { MAX } else { SHELLBACK },
                name,
                &[],
                "",
            )],
        );
        world.musicbrainz.on(
            &format!(
                "/ws/2/recording/{}?inc=artist-rels+work-rels+work-level-rels&",
                uuid(number)
            ),
            200,
            &found,
        );
    }
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1), other.message(2)]);
    assert_eq!(keys(&said(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(
        keys(&said(rows(&outcomes["2"]))),
        ["1/musicbrainz/producer/Shellback", "2/musicbrainz/producer/Max"]
    );
    // Two titles, one search, two recordings.
    assert_eq!(world.musicbrainz.asked().len(), 5);
    assert_eq!(rows(&outcomes["1"]).credits[0].evidence["match"]["by"], "isrc");
}

#[test]
fn recordings_that_stand_on_one_release_are_read_from_it() {
    let world = without_genius();
    let setup = Setup {
        isrcs: vec![Some("SEAYD7601020"), Some("SEAYD7601030")],
        upc: None,
        ..Setup::default()
    };
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let on = |mut hit: Value, releases: Value| {
        hit["releases"] = releases;
        hit
    };
    let shared = json!([{ "id": uuid(100), "track-count": 12 }, { "id": uuid(101), "track-count": 900 }]);
    let hits = json!({ "count": 2, "recordings": [
        on(recording(1, "One", &["SEAYD7601020"], &[]), shared.clone()), on(recording(2, "Two", &["SEAYD7601030"], &[]), shared) ] });
    world.musicbrainz.on("/ws/2/recording?query", 200, &hits);
    let recordings = [
        recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]),
        recording(2, "Two", &[], &[]),
    ];
    let whole = [relation("producer", STIG, "Stig", &[], "")];
    world.musicbrainz.on(
        &format!("/ws/2/release/{}", uuid(100)),
        200,
        &release(&uuid(100), &whole, &recordings),
    );
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    // That release is not the album: who produced it as a whole says nothing of the album.
    assert_eq!(keys(&said(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn in_development_mode_only_leftovers_ask_for_their_isrc() {
    let world = without_genius();
    world.abilities.refuse(
        crate::platform::config::Provider::Spotify,
        crate::sources::spotify::BATCH_READS,
    );
    let id = uuid(100);
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode", 200, &release_hits(&id, 2));
    let mut far = recording(2, "Two (Remix)", &[], &[]);
    far["length"] = json!(400_000);
    let recordings = [
        recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]),
        far,
    ];
    world
        .musicbrainz
        .on(&format!("/ws/2/release/{id}"), 200, &release(&id, &[], &recordings));
    let track = json!({ "id": "t1x2", "name": "Two", "external_ids": { "isrc": "SEAYD7601030" }, "track_number": 2 });
    world.spotify.on("/v1/tracks/t1x2?", 200, &track);
    let hits = json!({ "count": 1, "recordings": [recording(5, "Two", &["SEAYD7601030"], &[])] });
    world
        .musicbrainz
        .on("/ws/2/recording?query=isrc%3ASEAYD7601030&", 200, &hits);
    let found = recording(5, "Two", &[], &[relation("remixer", SHELLBACK, "Shellback", &[], "")]);
    world
        .musicbrainz
        .on(&format!("/ws/2/recording/{}", uuid(5)), 200, &found);
    let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    let rows = rows(&outcomes["1"]);
    assert_eq!(
        keys(&said(rows)),
        ["1/musicbrainz/producer/Max", "2/musicbrainz/remixer/Shellback"]
    );
    assert_eq!(rows.tracks.len(), 1);
    assert_eq!(
        (rows.tracks[0].isrc.as_deref(), rows.tracks[0].spotify_id.as_str()),
        (Some("SEAYD7601030"), "t1x2")
    );
    assert_eq!(world.spotify.asked().len(), 2);
}

#[test]
fn who_has_no_isrc_is_not_asked_for_it_again() {
    let world = without_genius();
    let mut message = Setup::default().message(1);
    for track in &mut message.subject.as_mut().unwrap().tracks {
        track.isrc_asked = true;
    }
    let none = json!({ "releases": [] });
    world.musicbrainz.on("/ws/2/release?query=", 200, &none);
    let outcomes = world.run::<ProducerIdentification>(vec![message]);
    assert!(rows(&outcomes["1"]).credits.is_empty());
    assert!(world.spotify.asked().is_empty());
}

#[test]
fn a_recording_that_another_album_brought_needs_no_request() {
    let world = without_genius();
    let isrcs = vec![Some("SEAYD7601020"), Some("SEAYD7601030")];
    let album = Setup {
        isrcs,
        ..Setup::default()
    };
    let single = Setup {
        titles: vec!["One"],
        isrcs: vec![Some("SEAYD7601020")],
        upc: None,
        ..Setup::default()
    };
    let id = uuid(100);
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode", 200, &release_hits(&id, 2));
    world
        .musicbrainz
        .on("/ws/2/release?query=release", 200, &json!({ "releases": [] }));
    let recordings = [
        recording(
            1,
            "One",
            &["SEAYD7601020"],
            &[relation("producer", MAX, "Max", &[], "")],
        ),
        recording(2, "Two", &["SEAYD7601030"], &[]),
    ];
    world.musicbrainz.on(
        &format!("/ws/2/release/{id}"),
        200,
        &release(&id, &[relation("producer", STIG, "Stig", &[], "")], &recordings),
    );
    let outcomes = world.run::<ProducerIdentification>(vec![album.message(1), single.message(2)]);
    assert_eq!(keys(&said(rows(&outcomes["2"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn titles_are_read_with_names_known_from_the_album_and_the_catalogue() {
    let mut world = without_genius();
    world.config.musicbrainz = None;
    let setup = Setup {
        titles: vec!["One (prod. Tyler, The Creator & Max)", "Two (Live at Prod. Studio)"],
        known_names: vec!["Tyler, The Creator"],
        ..Setup::default()
    };
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    let rows = rows(&outcomes["1"]);
    assert_eq!(
        keys(&said(rows)),
        ["1/title/producer/Max", "1/title/producer/Tyler, The Creator"]
    );
    assert_eq!(
        rows.credits[0].evidence["seen"][0]["url"],
        "https://open.spotify.com/track/t1x1"
    );
    assert!(rows.credits.iter().all(|credit| (credit.confidence - 0.6).abs() < 1e-9));
    assert!(world.musicbrainz.asked().is_empty() && world.spotify.asked().is_empty());
}

#[test]
fn an_album_that_nobody_knows_is_done_without_credits() {
    let world = without_genius();
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    world
        .musicbrainz
        .on("/ws/2/recording?query", 200, &json!({ "recordings": [], "count": 0 }));
    let setup = Setup {
        isrcs: vec![Some("SEAYD7601020"), Some("SEAYD7601030")],
        ..Setup::default()
    };
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(
        outcomes["1"],
        Outcome::Done {
            rows: Rows::default(),
            follow_ups: vec![]
        }
    );
    let gone = delivery(
        "2",
        Message {
            album_id: Uuid::nil(),
            owed: None,
        },
        None,
    );
    assert_eq!(
        code(&world.run::<ProducerIdentification>(vec![gone])["2"]),
        "album_unknown"
    );
}

#[test]
fn a_failure_is_one_messages_own() {
    let world = without_genius();
    let good = Setup {
        upc: Some("111"),
        ..Setup::default()
    };
    let bad = Setup {
        upc: Some("222"),
        ..Setup::default()
    };
    let id = uuid(100);
    let malformed = json!({ "release": [] });
    world.musicbrainz.on(
        "/ws/2/release?query=barcode%3A111%20OR%20barcode%3A222&",
        200,
        &malformed,
    );
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode%3A111&", 200, &release_hits(&id, 2));
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode%3A222&", 200, &malformed);
    let recordings = [
        recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]),
        recording(2, "Two", &[], &[]),
    ];
    world
        .musicbrainz
        .on(&format!("/ws/2/release/{id}"), 200, &release(&id, &[], &recordings));
    let outcomes = world.run::<ProducerIdentification>(vec![good.message(1), bad.message(2)]);
    assert_eq!(rows(&outcomes["1"]).credits.len(), 1);
    let (failure, _, counts) = retry(&outcomes["2"]);
    assert!(
        failure.message.contains("releases: missing") && failure.message.contains("barcode%3A222"),
        "{failure}"
    );
    assert!(counts);
}

#[test]
fn what_the_run_has_no_time_for_goes_on_in_the_next() {
    let world = without_genius();
    let setup = Setup {
        isrcs: vec![Some("SEAYD7601020"), Some("SEAYD7601030")],
        upc: None,
        ..Setup::default()
    };
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let hits = json!({ "count": 2, "recordings": [recording(1, "One", &["SEAYD7601020"], &[]), recording(2, "Two", &["SEAYD7601030"], &[])] });
    world.musicbrainz.on("/ws/2/recording?query", 200, &hits);
    let found = recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]);
    world
        .musicbrainz
        .on(&format!("/ws/2/recording/{}", uuid(1)), 200, &found);
    let late = format!("/ws/2/recording/{}", uuid(2));
    world
        .musicbrainz
        .on_raw(&late, Err(crate::platform::ports::HttpError::OutOfTime));
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    let Outcome::Done { rows, follow_ups } = &outcomes["1"] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(rows.credits.len(), 1);
    let rest = &follow_ups[1].message;
    assert_eq!(
        *rest,
        json!({ "albumId": Uuid::from_u128(1), "owed": { "musicbrainz": [Uuid::from_u128(1002)] } })
    );

    let world = without_genius();
    world
        .musicbrainz
        .on("/ws/2/recording?query=isrc%3ASEAYD7601030&", 200, &hits);
    world.musicbrainz.on(
        &late,
        200,
        &recording(2, "Two", &[], &[relation("producer", STIG, "Stig", &[], "")]),
    );
    let message = serde_json::from_value(rest.clone()).unwrap();
    let outcomes = world.run::<ProducerIdentification>(vec![delivery("2", message, Some(setup.subject(1)))]);
    assert_eq!(keys(&said(self::rows(&outcomes["2"]))), ["2/musicbrainz/producer/Stig"]);
    assert_eq!(world.musicbrainz.asked().len(), 2);
}

#[test]
fn an_album_is_not_begun_when_its_time_is_needed_for_others() {
    let mut world = without_genius();
    world.config.musicbrainz.as_mut().unwrap().requests_per_second = 1.0;
    world.deadline = Duration::from_secs(2);
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let setup = Setup {
        upc: None,
        ..Setup::default()
    };
    world.config.spotify = None;
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1), setup.message(2)]);
    assert!(matches!(outcomes["1"], Outcome::Done { .. }));
    assert!(!outcomes.contains_key("2"));
}

#[test]
fn captured_recordings_give_their_makers() {
    let (Some(abba), Some(sheeran)) = (
        fixture("musicbrainz/recording_credits.json"),
        fixture("musicbrainz/recording.json"),
    ) else {
        return;
    };
    let world = without_genius();
    let setup = Setup {
        titles: vec!["Knowing Me, Knowing You", "Thinking out Loud"],
        isrcs: vec![Some("SEAYD7601030"), Some("GBAHS1400099")],
        upc: None,
        ..Setup::default()
    };
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let mut abba_hit = abba.clone();
    abba_hit["isrcs"] = json!(["SEAYD7601030"]);
    world.musicbrainz.on(
        "/ws/2/recording?query",
        200,
        &json!({ "count": 2, "recordings": [abba_hit, sheeran] }),
    );
    world
        .musicbrainz
        .on(&format!("/ws/2/recording/{}", abba["id"].as_str().unwrap()), 200, &abba);
    world.musicbrainz.on(
        &format!("/ws/2/recording/{}", sheeran["id"].as_str().unwrap()),
        200,
        &sheeran,
    );
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(
        keys(&said(rows(&outcomes["1"]))),
        [
            "1/musicbrainz/arranger/Benny Andersson",
            "1/musicbrainz/arranger/Björn Ulvaeus",
            "1/musicbrainz/producer/Benny Andersson",
            "1/musicbrainz/producer/Björn Ulvaeus",
            "2/musicbrainz/writer/Amy Wadge",
            "2/musicbrainz/writer/Ed Sheeran",
        ]
    );
}
