//! Tracks that the release of their album does not have.

use super::*;

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
        titles: vec!["Two", "One"],
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
    assert_eq!(keys(&credited(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(
        keys(&credited(rows(&outcomes["2"]))),
        ["1/musicbrainz/producer/Shellback", "2/musicbrainz/producer/Max"]
    );
    // Two titles, one search, two recordings.
    assert_eq!(world.musicbrainz.asked().len(), 5);
    assert_eq!(rows(&outcomes["1"]).credits[0].evidence["matched"]["by"], "isrc");
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
    assert_eq!(keys(&credited(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn in_development_mode_only_leftovers_ask_for_their_isrc() {
    let world = without_genius();
    world
        .abilities
        .refuse(crate::sources::Provider::Spotify, crate::sources::spotify::BATCH_READS);
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
        keys(&credited(rows)),
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
fn a_track_without_an_isrc_is_not_asked_for_it_again() {
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
fn a_recording_that_another_album_brought_takes_no_request() {
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
    assert_eq!(keys(&credited(rows(&outcomes["2"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}
