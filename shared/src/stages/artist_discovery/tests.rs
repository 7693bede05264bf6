//! Who is found, who is not, and what goes wrong.

use serde_json::Value;

use super::*;
use crate::platform::ports::HttpError;
use crate::stages::testing::{World, code, delivery, retry};

fn named(id: &str, name: &str) -> Delivery<Message, Subject> {
    delivery(
        id,
        Message {
            artist_name: Some(name.to_owned()),
            spotify_id: None,
        },
        None,
    )
}

fn by_id(id: &str, spotify_id: &str) -> Delivery<Message, Subject> {
    delivery(
        id,
        Message {
            artist_name: None,
            spotify_id: Some(spotify_id.to_owned()),
        },
        None,
    )
}

fn hits(artists: &[(&str, &str, Option<i32>)]) -> Value {
    let items = artists
        .iter()
        .map(|(id, name, popularity)| json!({ "id": id, "name": name, "popularity": popularity }));
    json!({ "artists": { "items": items.collect::<Vec<_>>(), "next": null, "offset": 0, "limit": 10 } })
}

#[test]
fn the_batch_has_one_token_and_one_request_a_name() {
    let world = World::default();
    world.spotify.on(
        "/v1/search?q=Air&",
        200,
        &hits(&[("x", "Air Supply", Some(90)), ("a", "AIR", None)]),
    );
    world
        .spotify
        .on("/v1/search?q=D%27Mile&", 200, &hits(&[("d", "DMile", None)]));
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "  Air "), named("2", "D'Mile")]);
    let Outcome::Done { rows, follow_ups } = &outcomes["1"] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(rows.artists[0].spotify_id, "a");
    assert_eq!(follow_ups[0].message, json!({ "offset": 0 }));
    assert!(matches!(&outcomes["2"], Outcome::Done { rows, .. } if rows.artists[0].name == "DMile"));
    assert_eq!(
        world.spotify.asked(),
        [
            "/api/token",
            "/v1/search?q=Air&type=artist&limit=10&market=US",
            "/v1/search?q=D%27Mile&type=artist&limit=10&market=US"
        ]
    );
}

#[test]
fn no_acceptable_hit_is_not_found_and_names_what_came_back() {
    let world = World::default();
    world.spotify.on(
        "/v1/search",
        200,
        &hits(&[("x", "Genesis Owusu", Some(9)), ("y", "Genesis P-Orridge", None)]),
    );
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "Genesis")]);
    let Outcome::NotFound(failure) = &outcomes["1"] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(
        failure.to_string(),
        "artist_not_found: no artist is called Genesis; Spotify found: Genesis Owusu, Genesis P-Orridge"
    );
}

#[test]
fn a_second_page_is_looked_at_when_the_first_has_nobody() {
    let world = World::default();
    let mut first = hits(&[("x", "Genesis Owusu", None)]);
    first["artists"]["next"] = json!("https://api/v1/search?offset=10&limit=10");
    world
        .spotify
        .on("/v1/search", 200, &first)
        .on("/v1/search", 200, &hits(&[("g", "Genesis", None)]));
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "Genesis")]);
    assert!(matches!(&outcomes["1"], Outcome::Done { rows, .. } if rows.artists[0].spotify_id == "g"));
    assert!(world.spotify.asked()[2].contains("offset=10"));
}

#[test]
fn a_short_name_is_found_by_a_search_in_names_only() {
    let world = World::default();
    let others = hits(&[("x", "Leather Apron", Some(90)), ("y", "Lea Michele", Some(80))]);
    world.spotify.on("/v1/search?q=LEA&", 200, &others).on(
        "/v1/search?q=artist%3A%22LEA%22&",
        200,
        &hits(&[("l", "LEA", None)]),
    );
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "LEA")]);
    assert!(matches!(&outcomes["1"], Outcome::Done { rows, .. } if rows.artists[0].spotify_id == "l"));
}

#[test]
fn a_name_with_query_syntax_is_looked_for_in_names_first() {
    for (name, query) in [
        ("-Ø-", "artist%3A%22-%C3%98-%22"),
        ("Nikki:A.M.", "artist%3A%22Nikki%3AA.M.%22"),
        ("The \"Blue\" Notes", "artist%3A%22The%20%20Blue%20%20Notes%22"),
        ("NOT Tonight", "artist%3A%22NOT%20Tonight%22"),
    ] {
        let world = World::default();
        let found = hits(&[("f", name, None)]);
        world.spotify.on(&format!("/v1/search?q={query}&"), 200, &found);
        let outcomes = world.run::<ArtistDiscovery>(vec![named("1", name)]);
        assert!(matches!(outcomes["1"], Outcome::Done { .. }), "{name}");
        assert_eq!(world.spotify.asked().len(), 2, "{name}");
    }
}

#[test]
fn what_somebody_types_for_a_name_is_a_last_try() {
    for (typed, found, is_found) in [
        (
            "Nite Owls",
            vec![("n", "The Nite-Owls", None), ("x", "Night Owl", None)],
            true,
        ),
        ("ab12", vec![("n", "AB/12", None)], true),
        ("ab12", vec![("n", "AB/12", None), ("m", "A.B. 12", None)], false),
    ] {
        let world = World::default();
        // By the plain search and by the one in names only.
        world
            .spotify
            .on("/v1/search", 200, &hits(&found))
            .on("/v1/search", 200, &hits(&found));
        let outcomes = world.run::<ArtistDiscovery>(vec![named("1", typed)]);
        let done = matches!(&outcomes["1"], Outcome::Done { rows, .. } if rows.artists[0].spotify_id == "n");
        assert_eq!(done, is_found, "{typed}: {outcomes:?}");
    }
}

#[test]
fn one_malformed_answer_does_not_touch_the_others() {
    let world = World::default();
    world
        .spotify
        .on("/v1/search?q=Bad", 200, &json!({ "artists": { "items": null } }));
    world
        .spotify
        .on_raw("/v1/search?q=Cut", Ok((200, None, "{\"artists\": {".to_owned())));
    world
        .spotify
        .on("/v1/search?q=Good", 200, &hits(&[("g", "Good", None)]));
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "Bad"), named("2", "Good"), named("3", "Cut")]);
    let (failure, after, counts) = retry(&outcomes["1"]);
    assert_eq!((failure.code, after, counts), ("provider_answer_malformed", None, true));
    assert!(failure.message.contains("/v1/search?q=Bad"), "{failure}");
    assert!(
        failure.message.contains("artists.items: expected a list, found null"),
        "{failure}"
    );
    assert!(!failure.message.contains("token-1"), "{failure}");
    assert!(matches!(outcomes["2"], Outcome::Done { .. }));
    assert_eq!(code(&outcomes["3"]), "provider_answer_malformed");
}

#[test]
fn ids_are_one_request() {
    let world = World::default();
    world.spotify.on(
        "/v1/artists?ids=a,b&",
        200,
        &json!({ "artists": [{ "id": "a", "name": "A" }, null] }),
    );
    let outcomes = world.run::<ArtistDiscovery>(vec![by_id("1", "a"), by_id("2", "b"), by_id("3", "no/id")]);
    assert!(matches!(outcomes["1"], Outcome::Done { .. }));
    assert_eq!(retry(&outcomes["2"]).0.code, "artist_not_found");
    assert!(matches!(outcomes["3"], Outcome::Dead(_)));
}

#[test]
fn a_pause_is_not_counted_and_a_spent_budget_gives_back() {
    let world = World::default();
    world
        .spotify
        .on_raw("/v1/search?q=Slow", Ok((429, Some("30"), String::new())));
    world.spotify.on_raw("/v1/search?q=Late", Err(HttpError::OutOfTime));
    world
        .spotify
        .on_raw("/v1/search?q=Gone", Err(HttpError::Connection("reset".to_owned())));
    world
        .spotify
        .on_raw("/v1/search?q=Sick", Ok((503, Some("7"), String::new())));
    let batch = vec![
        named("1", "Slow"),
        named("2", "Late"),
        named("3", "Gone"),
        named("4", "Sick"),
        named("5", " "),
    ];
    let outcomes = world.run::<ArtistDiscovery>(batch);
    let (failure, after, counts) = retry(&outcomes["1"]);
    assert_eq!(
        (failure.code, after.unwrap().as_secs(), counts),
        ("provider_paused", 30, false)
    );
    assert!(!outcomes.contains_key("2"));
    assert_eq!(code(&outcomes["3"]), "provider_unreachable");
    assert_eq!(retry(&outcomes["4"]).1.unwrap().as_secs(), 7);
    assert_eq!(code(&outcomes["5"]), "message_invalid");
}

#[test]
fn without_credentials_everything_waits() {
    let mut world = World::default();
    world.config.providers.spotify = None;
    let outcomes = world.run::<ArtistDiscovery>(vec![named("1", "Air")]);
    let (failure, after, counts) = retry(&outcomes["1"]);
    assert_eq!((failure.code, counts), ("spotify_not_configured", false));
    assert!(after.is_some() && world.spotify.asked().is_empty());
}
