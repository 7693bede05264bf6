//! Genius is asked for those who have no handle, and only under an id that is theirs.

use super::*;

fn artist(id: u64, name: &str) -> Value {
    json!({ "id": id, "name": name, "image_url": "https://images.genius.com/x.jpg" })
}

/// A song that Genius has, found by its title.
fn song(world: &World, id: u64, title: &str, producers: &[Value], writers: &[Value]) {
    let abba = artist(1, "ABBA");
    let hit = json!({ "type": "song", "result": { "id": id, "title": title, "primary_artist": abba } });
    let other =
        json!({ "type": "song", "result": { "id": 9, "title": format!("{title} (Remix)"), "primary_artist": abba } });
    let body = json!({ "meta": { "status": 200 }, "response": { "hits": [other, hit] } });
    world
        .genius
        .on(&format!("/search?q={}", title.to_lowercase()), 200, &body);
    world.genius.on(&format!("/search?q={title}"), 200, &body);
    let song = json!({ "id": id, "title": title, "primary_artist": abba, "producer_artists": producers, "writer_artists": writers,
                       "custom_performances": [{ "label": "Vocals", "artists": [artist(77, "Benny Andersson")] }] });
    let body = json!({ "meta": { "status": 200 }, "response": { "song": song } });
    world.genius.on(&format!("/songs/{id}?"), 200, &body);
}

fn made(mut subject: Subject, titles: &[&str]) -> Subject {
    let track = |title: &&str| Track {
        name: (*title).to_owned(),
        artist_names: vec!["ABBA".to_owned()],
    };
    subject.credited_tracks = titles.iter().map(track).collect();
    subject
}

#[test]
fn the_id_of_their_own_credits_comes_first() {
    let world = world();
    musicbrainz(&world, &[LINKED]);
    wikidata(&world, &json!({ "P6351": claim("303") }));
    genius(&world, 101, Some("@Benny"), "https://images.genius.com/1.jpg");
    account(&world, "benny", "Piano");
    let mut subject = made(subject(1, Some(BENNY)), &["Waterloo"]);
    subject.genius_artist_ids = vec![101];
    let outcome = run(&world, subject);
    let profile = profile(&outcome);
    assert_eq!(profile.instagram_handle.as_deref(), Some("benny"));
    assert_eq!(profile.instagram_bio.as_deref(), Some("Piano"));
    assert_eq!(profile.metadata["genius_artist_id"], 101);
    assert_eq!(profile.metadata["sources"]["instagram_handle"], "genius");
    // Its other names would decide identity.
    assert_eq!(profile.aliases, ["Göran Bror Benny Andersson"]);
    assert_eq!(world.genius.asked(), ["/artists/101?text_format=plain"]);
}

#[test]
fn then_the_one_that_wikidata_states() {
    let world = world();
    musicbrainz(&world, &[LINKED]);
    wikidata(&world, &json!({ "P6351": claim("303") }));
    genius(&world, 303, Some("benny"), "https://images.genius.com/3.jpg");
    // Under the first there is no page any more, under the second no handle.
    genius(&world, 202, None, "https://images.genius.com/2.jpg");
    let mut subject = subject(1, Some(BENNY));
    subject.genius_artist_ids = vec![101, 202];
    let outcome = run(&world, subject);
    assert_eq!(profile(&outcome).instagram_handle.as_deref(), Some("benny"));
    assert_eq!(profile(&outcome).metadata["genius_artist_id"], 303);
    assert_eq!(world.genius.asked().len(), 3);
}

#[test]
fn then_that_of_the_only_one_of_their_name_on_a_song_of_theirs() {
    let world = world();
    musicbrainz(&world, &[]);
    // On the first is nobody of the name, on the second the alias; who only sings is not looked at.
    song(&world, 11, "Waterloo", &[artist(5, "Stig Anderson")], &[]);
    song(
        &world,
        12,
        "Fernando",
        &[artist(5, "Stig Anderson")],
        &[artist(101, "Göran Bror Benny Andersson")],
    );
    genius(&world, 101, Some("benny"), "https://images.genius.com/1.jpg");
    let batch = vec![
        message(made(
            subject(1, Some(BENNY)),
            &["Waterloo", "Fernando", "Dancing Queen"],
        )),
        message(made(subject(2, Some(BENNY)), &["Fernando"])),
    ];
    let outcomes = world.run::<SocialEnrichment>(batch);
    for outcome in outcomes.values() {
        assert_eq!(profile(outcome).instagram_handle.as_deref(), Some("benny"));
    }
    // Each song once, and no third one.
    let songs = world
        .genius
        .asked()
        .into_iter()
        .filter(|path| path.starts_with("/songs/"));
    assert_eq!(songs.collect::<Vec<_>>().len(), 2);
}

#[test]
fn two_of_their_name_on_a_song_are_nobody() {
    let world = world();
    musicbrainz(&world, &[]);
    song(
        &world,
        11,
        "Waterloo",
        &[artist(101, "Benny Andersson")],
        &[artist(102, "BENNY ANDERSSON")],
    );
    genius(&world, 101, Some("benny"), "https://images.genius.com/1.jpg");
    genius(&world, 102, Some("benny"), "https://images.genius.com/1.jpg");
    let outcome = run(&world, made(subject(1, Some(BENNY)), &["Waterloo"]));
    assert_eq!(
        profile(&outcome).failed.as_deref(),
        Some("MusicBrainz, Wikidata and Genius know no handle, picture or address")
    );
}

#[test]
fn a_name_alone_leads_nowhere() {
    let world = world();
    let outcome = run(&world, subject(1, None));
    assert!(profile(&outcome).failed.is_some());
    assert!(world.genius.asked().is_empty());
}

#[test]
fn who_has_a_handle_is_not_asked_for() {
    let world = world();
    musicbrainz(&world, &[HANDLE]);
    let mut with_link = made(subject(1, Some(BENNY)), &["Waterloo"]);
    with_link.genius_artist_ids = vec![101];
    // Somebody set this one by hand.
    let mut by_hand = subject(2, None);
    by_hand.instagram_handle = Some("by.hand".to_owned());
    by_hand.genius_artist_ids = vec![101];
    let outcomes = world.run::<SocialEnrichment>(vec![message(with_link), message(by_hand)]);
    assert_eq!(profile(&outcomes["1"]).instagram_handle.as_deref(), Some("benny"));
    assert_eq!(profile(&outcomes["2"]).cleared, [""; 0]);
    assert!(world.genius.asked().is_empty());
    assert_eq!(world.instagram.asked().len(), 2);
}
