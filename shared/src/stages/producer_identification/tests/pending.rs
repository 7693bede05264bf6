//! Sources that fail, and runs that end too early.

use std::time::Duration;

use super::*;
use crate::stages::testing::retry;

#[test]
fn a_failure_touches_only_its_own_message() {
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
fn a_follow_up_asks_what_the_run_had_no_time_for() {
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
        json!({ "albumId": Uuid::from_u128(1), "pending": { "musicbrainz": [Uuid::from_u128(1002)] } })
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
    assert_eq!(
        keys(&credited(self::rows(&outcomes["2"]))),
        ["2/musicbrainz/producer/Stig"]
    );
    assert_eq!(world.musicbrainz.asked().len(), 2);
}

#[test]
fn an_album_is_not_begun_when_its_time_is_needed_for_others() {
    let mut world = without_genius();
    world.config.providers.musicbrainz.as_mut().unwrap().requests_per_second = 1.0;
    world.deadline = Duration::from_secs(2);
    world
        .musicbrainz
        .on("/ws/2/release?query", 200, &json!({ "releases": [] }));
    let setup = Setup {
        upc: None,
        ..Setup::default()
    };
    world.config.providers.spotify = None;
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1), setup.message(2)]);
    assert!(matches!(outcomes["1"], Outcome::Done { .. }));
    assert!(!outcomes.contains_key("2"));
}

#[test]
fn a_message_of_an_earlier_version_calls_its_pending_sources_owed() {
    let (album, track) = (Uuid::from_u128(1), Uuid::from_u128(1002));
    for key in ["owed", "pending"] {
        let message: Message = serde_json::from_value(json!({ "albumId": album, key: { "genius": [track] } })).unwrap();
        assert_eq!(
            message.pending,
            Some(BTreeMap::from([(Source::Genius, vec![track])])),
            "{key}"
        );
    }
}
