//! A source that does not answer: what the others know is stored, and no more is asked again than has to be.

use std::time::Duration;

use super::*;
use crate::stages::testing::{code, retry};

#[test]
fn musicbrainz_is_waited_for() {
    let world = world();
    world.musicbrainz.on(&format!("/ws/2/artist/{BENNY}"), 500, &json!({}));
    let gone = delivery(
        "3",
        Message {
            producer_id: Uuid::nil(),
            sources: None,
        },
        None,
    );
    let mut failing = subject(1, Some(BENNY));
    failing.genius_artist_ids = vec![101];
    failing.instagram_handle = Some("benny".to_owned());
    let outcomes = world.run::<SocialEnrichment>(vec![message(failing), gone]);
    assert_eq!(code(&outcomes["1"]), "provider_failed");
    assert_eq!(code(&outcomes["3"]), "producer_unknown");
    assert!(world.genius.asked().is_empty() && world.instagram.asked().is_empty());
}

#[test]
fn time_is_left_for_the_others() {
    let world = world();
    musicbrainz(&world, &[LINKED]);
    // Its slot does not come before the end.
    world.musicbrainz.on_never(&format!("/ws/2/artist/{BJORN}"));
    wikidata(&world, &json!({ "P2003": claim("benny") }));
    account(&world, "benny", "Piano");
    let batch = vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN)))];
    let outcomes = world.run::<SocialEnrichment>(batch);
    assert_eq!(profile(&outcomes["1"]).instagram_bio.as_deref(), Some("Piano"));
    assert!(!outcomes.contains_key("2"));
}

#[test]
fn what_is_found_is_stored_and_the_rest_follows() {
    let world = world();
    musicbrainz(&world, &[HANDLE, LINKED]);
    world.wikidata.on_raw("/w/api.php", Ok((429, Some("9"), String::new())));
    account(&world, "benny", "Piano. me@example.org");
    let outcome = run(&world, subject(1, Some(BENNY)));
    let row = profile(&outcome);
    assert_eq!(row.instagram_handle.as_deref(), Some("benny"));
    assert_eq!(row.email.as_deref(), Some("me@example.org"));
    assert!(row.incomplete && row.failed.is_none());
    assert_eq!(pending(&outcome), ["wikidata"]);

    // The rest knows the way from what was stored, and does not ask the others again.
    let mut later = stored(
        subject(1, Some(BENNY)),
        &[
            ("instagram_handle", "benny", "musicbrainz"),
            ("instagram_bio", "Piano. me@example.org", "instagram"),
            ("email", "me@example.org", "instagram"),
        ],
    );
    later.metadata.as_mut().unwrap()["links"] = row.metadata["links"].clone();
    let world = self::world();
    wikidata(
        &world,
        &json!({ "P2003": claim("other"), "P968": claim("mailto:item@example.org"), "P434": claim(BENNY) }),
    );
    let outcomes = world.run::<SocialEnrichment>(vec![rest(later, Some(vec![ProfileSource::Wikidata]))]);
    let row = profile(&outcomes["1"]);
    assert_eq!(
        (&row.instagram_handle, row.email.as_deref()),
        (&None, Some("item@example.org"))
    );
    assert_eq!((row.incomplete, row.cleared.as_slice()), (false, &[""; 0][..]));
    assert_eq!(
        row.metadata["sources"],
        json!({ "instagram_handle": "musicbrainz", "instagram_bio": "instagram", "email": "wikidata" })
    );
    assert!(world.musicbrainz.asked().is_empty() && world.instagram.asked().is_empty());
}

#[test]
fn a_source_waits_for_the_one_that_may_tell_it_more() {
    let world = world();
    musicbrainz(&world, &[LINKED]);
    world.wikidata.on("/w/api.php", 500, &json!({}));
    let mut subject = subject(1, Some(BENNY));
    subject.genius_artist_ids = vec![101];
    let outcome = run(&world, subject);
    assert_eq!(pending(&outcome), ["wikidata", "genius", "instagram"]);
    assert!(profile(&outcome).incomplete);
    assert!(world.genius.asked().is_empty());
}

#[test]
fn the_way_to_genius_is_kept_for_the_rest() {
    let world = world();
    musicbrainz(&world, &[LINKED]);
    wikidata(&world, &json!({ "P6351": claim("303") }));
    world.genius.on("/artists/303", 503, &json!({}));
    let outcome = run(&world, subject(1, Some(BENNY)));
    assert_eq!(pending(&outcome), ["genius", "instagram"]);

    let mut later = subject(1, Some(BENNY));
    later.metadata = Some(profile(&outcome).metadata.clone());
    let world = self::world();
    genius(&world, 303, Some("benny"), "https://images.genius.com/3.jpg");
    let sources = vec![ProfileSource::Genius, ProfileSource::Instagram];
    let outcomes = world.run::<SocialEnrichment>(vec![rest(later, Some(sources))]);
    assert_eq!(profile(&outcomes["1"]).instagram_handle.as_deref(), Some("benny"));
    assert!(world.wikidata.asked().is_empty());
}

#[test]
fn a_rest_of_which_nothing_answers_comes_back_itself() {
    let world = world();
    world
        .genius
        .on_raw("/artists/101", Ok((429, Some("60"), String::new())));
    let mut later = subject(1, None);
    later.genius_artist_ids = vec![101];
    let sources = vec![ProfileSource::Genius, ProfileSource::Instagram];
    let outcomes = world.run::<SocialEnrichment>(vec![rest(later, Some(sources)), message(subject(2, None))]);
    let (error, after, counts) = retry(&outcomes["1"]);
    assert_eq!(
        (error.code, after, counts),
        ("provider_paused", Some(Duration::from_mins(1)), false)
    );
    assert!(profile(&outcomes["2"]).failed.is_some());
}

#[test]
fn a_rest_that_nobody_knows_has_failed() {
    let world = world();
    let mut later = subject(1, Some(BENNY));
    later.genius_artist_ids = vec![101];
    let sources = vec![ProfileSource::Genius, ProfileSource::Instagram];
    let outcomes = world.run::<SocialEnrichment>(vec![rest(later, Some(sources))]);
    assert!(profile(&outcomes["1"]).failed.is_some());
    assert!(world.musicbrainz.asked().is_empty());
}

#[test]
fn a_limit_of_instagram_delays_only_instagram() {
    let world = world();
    musicbrainz(&world, &[HANDLE]);
    let limit = json!({ "error": { "code": 4, "message": "(#4) Application request limit reached" } });
    world.instagram.on(&account_path("benny"), 403, &limit);
    let outcome = run(&world, subject(1, Some(BENNY)));
    assert_eq!(profile(&outcome).instagram_handle.as_deref(), Some("benny"));
    assert_eq!(pending(&outcome), ["instagram"]);
}

#[test]
fn refused_credentials_are_an_issue_and_the_profile_goes_without() {
    let world = world();
    world.musicbrainz.on("/ws/2/artist/", 200, &page(BENNY, &[HANDLE]));
    let refused = json!({ "error": { "code": 190, "type": "OAuthException", "message": "Malformed access token instagram-token" } });
    world.instagram.on(&account_path(""), 400, &refused);
    let named = |number, handle: &str| {
        let mut subject = subject(number, None);
        subject.instagram_handle = Some(handle.to_owned());
        subject
    };
    let batch = vec![
        message(subject(1, Some(BENNY))),
        message(named(2, "x")),
        message(named(3, "y")),
    ];
    world.instagram.on(&account_path("benny"), 400, &refused);
    world.instagram.on(&account_path("x"), 400, &refused);
    world.instagram.on(&account_path("y"), 400, &refused);
    let outcomes = world.run::<SocialEnrichment>(batch);
    let row = profile(&outcomes["1"]);
    assert_eq!(row.instagram_handle.as_deref(), Some("benny"));
    // Nothing follows: it would only be refused again.
    assert!(row.incomplete && pending(&outcomes["1"]).is_empty());
    // Who was refused once does not ask again in this run.
    assert_eq!(world.instagram.asked().len(), 1);
    let (open, closed) = world.issues.take();
    assert_eq!((open.len(), open[0].kind), (1, "instagram_misconfigured"));
    assert!(!open[0].message.contains("instagram-token"), "{}", open[0].message);
    assert_eq!(closed, ["musicbrainz_misconfigured"]);
}

#[test]
fn nobody_has_failed_while_a_source_is_refused() {
    let world = world();
    musicbrainz(&world, &[]);
    world
        .genius
        .on("/artists/101", 401, &json!({ "error": "invalid_token" }));
    let mut subject = subject(1, Some(BENNY));
    subject.genius_artist_ids = vec![101];
    let outcome = run(&world, subject);
    assert!(profile(&outcome).incomplete && profile(&outcome).failed.is_none());
    assert_eq!(world.issues.take().0[0].kind, "genius_misconfigured");
}
