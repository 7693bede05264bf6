//! An album's release: how it is found, and the credits that it brings.

use linernotes_captured::{captured, needs_captured_answers};

use super::*;
use crate::stages::testing::code;

#[test]
fn an_album_takes_two_requests() {
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
    let credited = credited(rows);
    let expected = [
        ("1/musicbrainz/executive_producer/Stig", 0.7),
        ("1/musicbrainz/producer/Max Martin", 0.95),
        ("1/musicbrainz/writer/Max Martin", 0.95),
        ("2/musicbrainz/co_producer/Shellback", 0.95),
        ("2/musicbrainz/executive_producer/Stig", 0.7),
        ("2/musicbrainz/producer/Max Martin", 0.7),
    ];
    assert_eq!(
        credited,
        expected
            .iter()
            .map(|(line, weight)| ((*line).to_owned(), *weight))
            .collect()
    );
    let max = rows.credits.iter().find(|credit| credit.role == "producer").unwrap();
    assert_eq!(max.person.aliases, ["Martin"]);
    assert_eq!(
        max.evidence["matched"],
        json!({ "by": "position", "score": 0.75, "for": ["place", "title", "length", "version"], "against": [] })
    );
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
    assert_eq!(keys(&credited(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(keys(&credited(rows(&outcomes["2"]))), ["1/musicbrainz/producer/Stig"]);
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
    assert_eq!(keys(&credited(rows(&outcomes["1"]))), ["1/musicbrainz/producer/Max"]);
    assert_eq!(world.musicbrainz.asked().len(), 3);
}

#[test]
fn an_album_is_looked_for_by_its_title_without_the_edition() {
    for (name, title) in [
        ("Harbour (Deluxe Edition)", "Harbour"),
        ("Harbour [2011 Remaster]", "Harbour"),
        ("Harbour - Expanded Edition", "Harbour"),
        ("Deluxe", "Deluxe"),
    ] {
        let mut world = without_genius();
        world.config.providers.spotify = None;
        let hits = json!({ "releases": [] });
        let address = format!("/ws/2/release?query=release%3A%22{title}%22%20AND%20artist%3A%22Velvet%22&");
        world.musicbrainz.on(&address, 200, &hits);
        let mut message = Setup {
            upc: None,
            ..Setup::default()
        }
        .message(1);
        message.subject.as_mut().unwrap().album.name = name.to_owned();
        world.run::<ProducerIdentification>(vec![message]);
        assert_eq!(world.musicbrainz.asked().len(), 1, "{name}");
    }
}

#[test]
fn a_release_with_a_track_more_is_taken_only_if_that_is_a_pregap() {
    let id = uuid(100);
    let tracks = [
        recording(1, "One", &[], &[relation("producer", MAX, "Max", &[], "")]),
        recording(2, "Two", &[], &[]),
    ];
    let bonus = recording(3, "Three", &[], &[]);
    let credits = |release: &Value| {
        let mut world = without_genius();
        world.config.providers.spotify = None;
        world.musicbrainz.on("/ws/2/release?query=", 200, &release_hits(&id, 3));
        world.musicbrainz.on(&format!("/ws/2/release/{id}"), 200, release);
        let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
        rows(&outcomes["1"]).credits.len()
    };
    let mut with_pregap = release(&id, &[], &tracks);
    with_pregap["media"][0]["pregap"] = json!({ "position": 0, "title": "Coughing", "recording": bonus });
    assert_eq!(credits(&with_pregap), 1);
    let mut with_bonus = tracks.to_vec();
    with_bonus.push(bonus);
    assert_eq!(credits(&release(&id, &[], &with_bonus)), 0);
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
            pending: None,
        },
        None,
    );
    assert_eq!(
        code(&world.run::<ProducerIdentification>(vec![gone])["2"]),
        "album_unknown"
    );
}

#[needs_captured_answers]
#[test]
fn captured_recordings_give_their_makers() {
    let abba = captured("musicbrainz/recording_credits.json");
    let sheeran = captured("musicbrainz/recording.json");
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
    let mut message = setup.message(1);
    for track in message.subject.iter_mut().flat_map(|subject| &mut subject.tracks) {
        track.artist_names = vec!["ABBA".to_owned(), "Ed Sheeran".to_owned()];
        track.duration_ms = None;
    }
    let outcomes = world.run::<ProducerIdentification>(vec![message]);
    assert_eq!(
        keys(&credited(rows(&outcomes["1"]))),
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
