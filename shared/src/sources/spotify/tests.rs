//! The protocol: tokens, refusals, pages.

use linernotes_captured::{captured, needs_captured_answers};
use serde_json::json;

use super::*;
use crate::platform::ports::HttpError;
use crate::sources::testing::{Script, TestClock, TestKeys, TestRefusals, block_on, client};

struct Setup {
    script: Script,
    clock: TestClock,
    keys: TestKeys,
    refusals: TestRefusals,
    config: Config,
}

impl Setup {
    fn new() -> Self {
        let script = Script::default();
        let config = crate::stages::testing::config().providers.spotify.unwrap();
        Self {
            script,
            clock: TestClock::default(),
            keys: TestKeys::default(),
            refusals: TestRefusals::default(),
            config,
        }
    }

    fn with_token() -> Self {
        let setup = Self::new();
        setup
            .script
            .on("/api/token", 200, &json!({ "access_token": "one", "expires_in": 3600 }));
        setup
    }

    fn spotify(&self) -> Spotify<'_> {
        Spotify::new(
            client(Provider::Spotify, &self.script, &self.clock),
            &self.config,
            &self.keys,
            &self.refusals,
        )
    }
}

fn ids(ids: &[&str]) -> Vec<SpotifyId> {
    ids.iter().map(|id| SpotifyId::parse(id).unwrap()).collect()
}

#[test]
fn a_token_is_kept_for_the_next_run() {
    let setup = Setup::with_token();
    setup
        .script
        .on("/v1/search", 200, &json!({ "artists": { "items": [] } }));
    block_on(setup.spotify().search_artists("x", 0)).unwrap();
    block_on(setup.spotify().search_artists("x", 0)).unwrap();
    assert_eq!(
        setup
            .script
            .asked()
            .iter()
            .filter(|address| *address == "/api/token")
            .count(),
        1
    );
    assert_eq!(setup.script.headers("authorization")[0], "Basic aWQ6c2VjcmV0");
    let keys: Vec<String> = setup.keys.values.borrow().keys().cloned().collect();
    assert!(
        keys[0].starts_with("linernotes:token:spotify:") && keys[0].len() > 60,
        "{keys:?}"
    );
}

#[test]
fn what_could_not_be_a_token_is_not_taken_for_one() {
    let setup = Setup::new();
    for token in ["one", "two"] {
        setup
            .script
            .on("/api/token", 200, &json!({ "access_token": token, "expires_in": 3600 }));
    }
    setup
        .script
        .on("/v1/search", 200, &json!({ "artists": { "items": [] } }));
    block_on(setup.spotify().search_artists("x", 0)).unwrap();
    // Redis says something else now.
    for value in setup.keys.values.borrow_mut().values_mut() {
        *value = "\u{0}\u{202e}one".to_owned();
    }
    block_on(setup.spotify().search_artists("x", 0)).unwrap();
    assert_eq!(setup.script.headers("authorization").last().unwrap(), "Bearer two");
}

#[test]
fn a_refused_token_is_replaced_once_and_tried_once_more() {
    let setup = Setup::new();
    setup
        .script
        .on("/api/token", 200, &json!({ "access_token": "one", "expires_in": 3600 }));
    setup
        .script
        .on("/api/token", 200, &json!({ "access_token": "two", "expires_in": 3600 }));
    let expired = json!({ "error": { "status": 401, "message": "The access token expired" } });
    setup
        .script
        .on("/v1/search", 401, &expired)
        .on("/v1/search", 200, &json!({ "artists": { "items": [] } }));
    let spotify = setup.spotify();
    block_on(spotify.search_artists("x", 0)).unwrap();
    assert_eq!(setup.script.headers("authorization")[3], "Bearer two");

    let setup = Setup::with_token();
    setup
        .script
        .on("/api/token", 200, &json!({ "access_token": "two", "expires_in": 3600 }));
    setup.script.on("/v1/search", 401, &expired);
    let error = block_on(setup.spotify().search_artists("x", 0)).unwrap_err();
    assert!(matches!(error, SourceError::Status { status: 401, .. }), "{error}");
    assert_eq!(setup.script.asked().len(), 4);
}

#[test]
fn wrong_credentials_are_said_once() {
    let setup = Setup::new();
    setup.script.on(
        "/api/token",
        400,
        &json!({ "error": "invalid_client", "error_description": "Invalid client secret" }),
    );
    let spotify = setup.spotify();
    let error = block_on(spotify.search_artists("x", 0)).unwrap_err();
    let SourceError::Misconfigured { code, message } = &error else {
        panic!("{error}")
    };
    assert_eq!(*code, "spotify_credentials_refused");
    assert!(
        message.ends_with("Invalid client secret") && !message.contains("aWQ6"),
        "{message}"
    );
    assert_eq!(block_on(spotify.search_artists("y", 0)).unwrap_err(), error);
    assert_eq!(setup.script.asked().len(), 1);
}

#[test]
fn an_answer_without_a_token_is_malformed() {
    let setup = Setup::new();
    setup.script.on("/api/token", 200, &json!({ "token": "one" }));
    let error = block_on(setup.spotify().search_artists("x", 0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "http://accounts.spotify.test/api/token: malformed: access_token: missing"
    );
}

#[test]
fn batches_hold_what_the_api_allows() {
    let setup = Setup::with_token();
    let names: Vec<String> = (0..45).map(|number| format!("a{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let nulls = |count: usize| json!({ "albums": vec![Value::Null; count] });
    setup.script.on("/v1/albums?ids=a0,", 200, &nulls(20));
    setup.script.on("/v1/albums?ids=a20,", 200, &nulls(20));
    setup.script.on("/v1/albums?ids=a40,", 200, &nulls(5));
    let found = block_on(setup.spotify().albums(&ids(&names)));
    assert!(found.len() == 45 && found.iter().all(|found| *found == Ok(None)));
    assert_eq!(setup.script.asked().len(), 4);
}

#[test]
fn an_answer_of_another_length_is_malformed_and_asked_for_in_halves() {
    let setup = Setup::with_token();
    setup.script.on("/v1/tracks?ids=a,b,c&", 200, &json!({ "tracks": [] }));
    setup.script.on(
        "/v1/tracks?ids=a&",
        200,
        &json!({ "tracks": [{ "id": "a", "name": "A" }] }),
    );
    setup.script.on("/v1/tracks?ids=b,c&", 200, &json!({ "track": [] }));
    setup.script.on("/v1/tracks?ids=b&", 200, &json!({ "tracks": null }));
    setup.script.on("/v1/tracks?ids=c&", 200, &json!({ "tracks": [null] }));
    let found = block_on(setup.spotify().tracks(&ids(&["a", "b", "c"])));
    assert!(matches!(&found[0], Ok(Some(track)) if track.name == "A"));
    assert!(matches!(&found[1], Err(SourceError::Malformed { misread, .. }) if misread.field == "tracks"));
    assert_eq!((found.len(), &found[2]), (3, &Ok(None)));
}

#[test]
fn one_bad_id_does_not_spoil_a_batch() {
    let setup = Setup::with_token();
    setup.script.on(
        "/v1/tracks?ids=a,b",
        400,
        &json!({ "error": { "message": "Invalid base62 id" } }),
    );
    setup
        .script
        .on("/v1/tracks/a?", 200, &json!({ "id": "a", "name": "A" }));
    setup.script.on("/v1/tracks/b?", 404, &json!({}));
    let found = block_on(setup.spotify().tracks(&ids(&["a", "b"])));
    assert!(matches!(&found[0], Ok(Some(track)) if track.name == "A"));
    assert_eq!(found[1], Ok(None));
    assert!(!setup.spotify().refuses_batches());
}

#[test]
fn where_batches_are_refused_tracks_are_asked_for_only_on_demand() {
    let setup = Setup::with_token();
    setup.script.on(
        "/v1/tracks?ids=a,b",
        403,
        &json!({ "error": { "status": 403, "message": "Forbidden" } }),
    );
    let spotify = setup.spotify();
    assert_eq!(block_on(spotify.tracks_in_batches(&ids(&["a", "b"]))), None);
    assert_eq!(block_on(spotify.tracks_in_batches(&ids(&["a", "b"]))), None);
    assert_eq!(setup.script.asked().len(), 2);
    setup.script.on("/v1/tracks/", 200, &json!({ "id": "a", "name": "A" }));
    assert!(block_on(spotify.tracks(&ids(&["a", "b"]))).iter().all(Result::is_ok));
    assert_eq!(setup.script.asked().len(), 4);
}

#[test]
fn a_spent_quota_pauses_whatever_its_reason() {
    let setup = Setup::with_token();
    let body = json!({ "error": { "status": 429, "reason": "QUOTA_EXCEEDED" } }).to_string();
    setup.script.on_raw("/v1/albums", Ok((429, Some("86400"), body)));
    let found = block_on(setup.spotify().albums(&ids(&["a"])));
    assert!(matches!(&found[0], Err(SourceError::Paused { after, .. }) if after.as_secs() == 86_400));
}

#[test]
fn a_forbidden_page_with_a_pause_is_a_pause() {
    let setup = Setup::with_token();
    setup.script.on_raw("/v1/albums", Ok((403, Some("5"), String::new())));
    let found = block_on(setup.spotify().albums(&ids(&["a", "b"])));
    assert!(matches!(&found[1], Err(SourceError::Paused { .. })));
    assert!(!setup.spotify().refuses_batches());
}

#[test]
fn no_answer_after_the_end_of_the_run_is_nobodys_fault() {
    let setup = Setup::with_token();
    setup.clock.elapsed.set(std::time::Duration::from_secs(25));
    assert_eq!(
        block_on(setup.spotify().search_artists("x", 0)),
        Err(SourceError::OutOfTime)
    );
    assert!(setup.script.asked().is_empty());
    let setup = Setup::with_token();
    setup.script.on_raw("/v1/search", Err(HttpError::Denied));
    let error = block_on(setup.spotify().search_artists("x", 0)).unwrap_err();
    assert!(matches!(
        error,
        SourceError::Misconfigured {
            code: "host_not_allowed",
            ..
        }
    ));
}

#[needs_captured_answers]
#[test]
fn captured_batches_are_read() {
    let tracks = captured("spotify/find_tracks_notfound.json");
    let setup = Setup::with_token();
    setup.script.on("/v1/tracks?ids=a,b", 200, &tracks);
    let found = block_on(setup.spotify().tracks(&ids(&["a", "b"])));
    let brightside = found[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        (brightside.name.as_str(), brightside.track_number),
        ("Mr. Brightside", Some(2))
    );
    assert_eq!(brightside.isrc.as_ref().unwrap().as_str(), "USIR20400274");
    assert!(!brightside.object.to_string().contains("available_markets"));
    assert_eq!(found[1], Ok(None));
}
