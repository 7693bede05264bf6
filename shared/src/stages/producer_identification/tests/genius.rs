//! When Genius is asked, and what becomes of its answers.

use std::time::Duration;

use super::*;
use crate::platform::ports::HttpError;
use crate::stages::testing::{code, retry};

fn artist(id: u64, name: &str) -> Value {
    json!({ "id": id, "name": name, "url": format!("https://genius.com/artists/{id}") })
}

fn hit(id: u64, title: &str) -> Value {
    json!({ "type": "song", "result": { "id": id, "title": title, "primary_artist": artist(1, "Velvet") } })
}

/// What a search for `title` finds.
fn finds(world: &World, title: &str, hits: &[Value]) {
    let address = format!("/search?q={}%20Velvet", title.replace(' ', "%20"));
    world.genius.on(&address, 200, &json!({ "response": { "hits": hits } }));
}

fn song(id: u64, album: Option<&str>, producers: &[Value], writers: &[Value]) -> Value {
    json!({ "response": { "song": {
        "id": id, "title": "?", "album": album.map(|name| json!({ "name": name })), "primary_artist": artist(1, "Velvet"),
        "producer_artists": producers, "writer_artists": writers, "custom_performances": [] } } })
}

fn has_song(world: &World, song: &Value) {
    let address = format!("/songs/{}?text_format=plain", song["response"]["song"]["id"]);
    world.genius.on(&address, 200, song);
}

/// Only Genius and titles are asked.
fn without_musicbrainz() -> World {
    let mut world = World::default();
    world.config.providers.musicbrainz = None;
    world
}

/// MusicBrainz has the album; `One` with a producer and a writer, `Two` with a producer only.
fn with_an_album() -> World {
    let world = World::default();
    let id = uuid(100);
    world
        .musicbrainz
        .on("/ws/2/release?query=barcode", 200, &release_hits(&id, 2));
    let work = json!({ "id": uuid(50), "relations": [relation("writer", MAX, "Max", &[], "")] });
    let performance = json!({ "type": "performance", "target-type": "work", "work": work });
    let producer = relation("producer", MAX, "Max", &[], "");
    let recordings = [
        recording(1, "One", &[], &[producer.clone(), performance]),
        recording(2, "Two", &[], &[producer]),
    ];
    world
        .musicbrainz
        .on(&format!("/ws/2/release/{id}"), 200, &release(&id, &[], &recordings));
    world
}

fn follow_up(outcome: &Outcome) -> Option<&Value> {
    let Outcome::Done { follow_ups, .. } = outcome else {
        panic!("{outcome:?}")
    };
    let rest = follow_ups
        .iter()
        .find(|follow_up| follow_up.queue_name == Queue::ProducerIdentification);
    rest.map(|follow_up| &follow_up.message)
}

/// The message that a follow-up becomes.
fn rest(message: &Value, attempt: u32, setup: &Setup) -> Delivery<Message, Subject> {
    let message = serde_json::from_value(message.clone()).unwrap();
    Delivery {
        attempt,
        ..delivery("9", message, Some(setup.subject(1)))
    }
}

fn track(number: u128) -> Uuid {
    Uuid::from_u128(1000 + number)
}

#[test]
fn only_tracks_that_lack_something_are_asked_for() {
    let world = with_an_album();
    finds(&world, "Two", &[hit(7, "Two")]);
    has_song(
        &world,
        &song(7, Some("Album"), &[artist(3, "Stig")], &[artist(4, "Ann")]),
    );
    let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    let rows = rows(&outcomes["1"]);
    assert_eq!(
        keys(&credited(rows)),
        [
            "1/musicbrainz/producer/Max",
            "1/musicbrainz/writer/Max",
            "2/genius/producer/Stig",
            "2/genius/writer/Ann",
            "2/musicbrainz/producer/Max",
        ]
    );
    assert_eq!(
        world.genius.asked(),
        ["/search?q=Two%20Velvet", "/songs/7?text_format=plain"]
    );
    let stig = rows.credits.iter().find(|credit| credit.person.name == "Stig").unwrap();
    assert!((stig.confidence - 0.8).abs() < 1e-9 && stig.person.musicbrainz_id.is_none());
    assert_eq!(
        stig.evidence,
        json!({ "seen": [{ "level": "song", "song_id": 7, "url": "https://genius.com/songs/7", "artist_id": 3 }],
                "matched": { "by": "title", "score": 1.0, "for": ["title", "version", "artist"], "against": [] } })
    );
    assert_eq!(follow_up(&outcomes["1"]), None);
}

#[test]
fn where_the_setting_says_so_every_track_is_asked_for() {
    let mut world = with_an_album();
    world.genius_always = true;
    finds(&world, "One", &[]);
    finds(&world, "Two", &[]);
    world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    assert_eq!(world.genius.asked().len(), 2);
}

#[test]
fn a_song_is_asked_for_once_in_a_batch() {
    let world = without_musicbrainz();
    let album = Setup {
        titles: vec!["One (prod. Stig)", "Two"],
        ..Setup::default()
    };
    let single = Setup {
        titles: vec!["One - 2011 Remaster", "One - Live"],
        ..Setup::default()
    };
    finds(&world, "One", &[hit(6, "One (Live)"), hit(7, "One")]);
    finds(&world, "One Live", &[hit(7, "One"), hit(6, "One (Live)")]);
    finds(&world, "Two", &[hit(8, "Two (Remix)")]);
    has_song(&world, &song(7, None, &[artist(3, "Stig")], &[]));
    has_song(&world, &song(6, None, &[artist(4, "Ann")], &[]));
    let outcomes = world.run::<ProducerIdentification>(vec![album.message(1), single.message(2)]);
    assert_eq!(world.genius.asked().len(), 5);
    assert_eq!(
        keys(&credited(rows(&outcomes["1"]))),
        ["1/genius/producer/Stig", "1/title/producer/Stig"]
    );
    assert_eq!(
        keys(&credited(rows(&outcomes["2"]))),
        ["1/genius/producer/Stig", "2/genius/producer/Ann"]
    );
}

#[test]
fn of_two_songs_of_one_title_the_albums_own_is_taken() {
    let world = without_musicbrainz();
    let setup = Setup {
        titles: vec!["Intro"],
        ..Setup::default()
    };
    finds(&world, "Intro", &[hit(6, "Intro"), hit(7, "Intro")]);
    has_song(&world, &song(6, Some("Other"), &[artist(4, "Ann")], &[]));
    has_song(&world, &song(7, Some("Album (Deluxe)"), &[artist(3, "Stig")], &[]));
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(keys(&credited(rows(&outcomes["1"]))), ["1/genius/producer/Stig"]);
}

#[test]
fn names_that_genius_states_are_kept_whole_in_titles() {
    let world = without_musicbrainz();
    let setup = Setup {
        titles: vec!["One (prod. Tyler, The Creator)", "Two"],
        ..Setup::default()
    };
    finds(&world, "One", &[]);
    finds(&world, "Two", &[hit(7, "Two")]);
    has_song(&world, &song(7, None, &[], &[artist(5, "Tyler, The Creator")]));
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(
        keys(&credited(rows(&outcomes["1"]))),
        [
            "1/title/producer/Tyler, The Creator",
            "2/genius/writer/Tyler, The Creator"
        ]
    );
}

#[test]
fn a_failing_genius_delays_nobody_and_is_asked_again() {
    let world = with_an_album();
    let setup = Setup {
        titles: vec!["One (prod. Max & Ann)", "Two (prod. Zoe)"],
        ..Setup::default()
    };
    world.genius.on("/search", 500, &json!({}));
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    // A name alone is no matter of names that are not known yet.
    assert_eq!(
        keys(&credited(rows(&outcomes["1"]))),
        [
            "1/musicbrainz/producer/Max",
            "1/musicbrainz/writer/Max",
            "2/musicbrainz/producer/Max",
            "2/title/producer/Zoe",
        ]
    );
    let left = follow_up(&outcomes["1"]).unwrap().clone();
    let album = Uuid::from_u128(1);
    assert_eq!(
        left,
        json!({ "albumId": album, "pending": { "genius": [track(2)], "title": [track(1)] } })
    );

    // It fails again and again: a retry, and a list of names goes on waiting, or `Max & Ann` would become two people.
    for attempt in 1..=5 {
        let outcomes = world.run::<ProducerIdentification>(vec![rest(&left, attempt, &setup)]);
        assert_eq!(code(&outcomes["9"]), "provider_failed");
    }

    // It answers.
    let world = World::default();
    finds(&world, "Two", &[hit(7, "Two")]);
    has_song(&world, &song(7, None, &[artist(3, "Max & Ann")], &[]));
    let outcomes = world.run::<ProducerIdentification>(vec![rest(&left, 1, &setup)]);
    assert_eq!(
        keys(&credited(rows(&outcomes["9"]))),
        ["1/title/producer/Max & Ann", "2/genius/producer/Max & Ann"]
    );
    assert_eq!(follow_up(&outcomes["9"]), None);
    assert!(world.musicbrainz.asked().is_empty());
}

#[test]
fn what_genius_has_no_time_for_goes_on_in_the_next_run() {
    let world = without_musicbrainz();
    finds(&world, "One", &[hit(7, "One")]);
    has_song(&world, &song(7, None, &[artist(3, "Stig")], &[]));
    world.genius.on_raw("/search?q=Two", Err(HttpError::OutOfTime));
    let setup = Setup::default();
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    let left = follow_up(&outcomes["1"]).unwrap();
    assert_eq!(left["pending"], json!({ "genius": [track(2)] }));
    // No time again: given back, uncounted.
    let outcomes = world.run::<ProducerIdentification>(vec![rest(left, 1, &setup)]);
    assert!(outcomes.is_empty());
}

#[test]
fn a_paused_genius_is_waited_for_by_what_it_owes_alone() {
    let world = with_an_album();
    let pause = HttpError::Paused(Duration::from_hours(1));
    world.genius.on_raw("/search", Err(pause));
    let setup = Setup::default();
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(rows(&outcomes["1"]).credits.len(), 3);
    let left = follow_up(&outcomes["1"]).unwrap();
    let outcomes = world.run::<ProducerIdentification>(vec![rest(left, 1, &setup)]);
    let (failure, after, counts) = retry(&outcomes["9"]);
    assert_eq!(
        (failure.code, after, counts),
        ("provider_paused", Some(Duration::from_hours(1)), false)
    );
}

#[test]
fn refused_credentials_are_an_issue_and_no_reason_to_stop() {
    let world = with_an_album();
    let setup = Setup {
        titles: vec!["One (prod. Max & Ann)", "Two"],
        ..Setup::default()
    };
    world.genius.on("/search", 401, &json!({ "error": "invalid_token" }));
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    assert_eq!(rows(&outcomes["1"]).credits.len(), 5);
    assert_eq!(follow_up(&outcomes["1"]), None);
    let (open, closed) = world.issues.take();
    assert_eq!((open[0].kind, closed.len()), ("genius_misconfigured", 0));

    let world = without_musicbrainz();
    finds(&world, "One", &[]);
    finds(&world, "Two", &[]);
    world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    assert_eq!(world.issues.take().1, ["genius_misconfigured"]);
}

#[test]
fn while_musicbrainz_has_not_answered_nobody_else_is_asked() {
    let world = World::default();
    world.musicbrainz.on("/ws/2/release", 500, &json!({}));
    let outcomes = world.run::<ProducerIdentification>(vec![Setup::default().message(1)]);
    assert_eq!(code(&outcomes["1"]), "provider_failed");
    assert!(world.genius.asked().is_empty());
}
