//! What is asked, and what is read from the answers.

use linernotes_captured::{captured, needs_captured_answers};
use serde_json::{Value, json};

use super::*;
use crate::domain::song_choice::Wanted;
use crate::domain::titles::Title;
use crate::platform::ports::HttpError;
use crate::sources::Provider;
use crate::sources::testing::{Script, TestClock, block_on, client};

fn config() -> Config {
    crate::stages::testing::config().providers.genius.unwrap()
}

fn artist(id: u64, name: &str) -> Value {
    json!({ "_type": "artist", "api_path": format!("/artists/{id}"), "id": id, "name": name, "is_verified": false,
            "url": format!("https://genius.com/artists/{id}") })
}

fn hit(id: u64, title: &str, artist: &Value) -> Value {
    json!({ "highlights": [], "index": "song", "type": "song",
            "result": { "_type": "song", "id": id, "title": title, "title_with_featured": title,
                        "featured_artists": [], "primary_artist": artist } })
}

fn hits(hits: &[Value]) -> Value {
    json!({ "meta": { "status": 200 }, "response": { "hits": hits } })
}

fn song(id: u64, title: &str) -> Value {
    json!({ "meta": { "status": 200 }, "response": { "song": {
        "_type": "song", "id": id, "title": title, "album": { "id": 3, "name": "Album" }, "description": { "plain": "?" },
        "primary_artist": artist(1, "Velvet"), "primary_artists": [artist(1, "Velvet"), artist(9, "Kesha")],
        "producer_artists": [artist(2, "Max"), artist(3, "Traditional"), { "id": null, "name": "X" }],
        "writer_artists": [artist(4, "Tyler, The Creator")],
        "custom_performances": [
            { "label": "Co-Producer", "artists": [artist(5, "Stig")] },
            { "label": "Mastering Engineer", "artists": [artist(6, "Tom")] },
            { "label": null, "artists": [artist(7, "Nobody")] },
            { "label": "Drums", "artists": null },
        ] } } })
}

/// The songs that `One` of Velvet can be.
fn songs(script: &Script) -> Result<Vec<Song>, SourceError> {
    let (clock, config) = (TestClock::default(), config());
    let genius = Genius::new(client(Provider::Genius, script, &clock), &config);
    let (title, artists) = ("One (feat. Ke$ha) [prod. Max]", ["Velvet".to_owned()]);
    let read = Title::read(title);
    let wanted = Wanted {
        title: &read,
        artists: &artists,
    };
    block_on(genius.songs_of(title, &wanted))
}

#[test]
fn only_the_hit_that_is_the_song_is_read() {
    let script = Script::default();
    let found = [
        hit(
            10,
            "One (Traducción al Español)",
            &artist(8, "Genius Traducciones al Español"),
        ),
        hit(11, "One (Remix)", &artist(1, "Velvet")),
        hit(12, "One", &artist(7, "Somebody")),
        json!({ "type": "song", "result": null }),
        hit(13, "One", &Value::Null),
        hit(14, "One", &artist(1, "VELVET")),
    ];
    script
        .on("/search?q=One%20Velvet", 200, &hits(&found))
        .on("/songs/14?text_format=plain", 200, &song(14, "One"));
    let songs = songs(&script).unwrap();
    assert_eq!(
        script.asked(),
        ["/search?q=One%20Velvet", "/songs/14?text_format=plain"]
    );
    assert_eq!(
        script.headers("authorization"),
        ["Bearer genius-token", "Bearer genius-token"]
    );
    let names = |artists: &[Artist]| artists.iter().map(|artist| artist.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (songs.len(), songs[0].id, songs[0].album.as_deref()),
        (1, 14, Some("Album"))
    );
    assert_eq!(names(&songs[0].artists), ["Velvet", "Kesha"]);
    // Placeholders and people without a page are nobody.
    assert_eq!(names(&songs[0].producers), ["Max"]);
    assert_eq!(names(&songs[0].writers), ["Tyler, The Creator"]);
    let labels: Vec<_> = songs[0].performances.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Co-Producer", "Mastering Engineer"]);
    assert_eq!(songs[0].people().count(), 6);
}

#[test]
fn namesakes_are_all_read_and_nothing_is_no_song() {
    let script = Script::default();
    let found = [
        hit(10, "One", &artist(1, "Velvet")),
        hit(11, "One", &artist(1, "Velvet")),
    ];
    script
        .on("/search", 200, &hits(&found))
        .on(
            "/songs/10",
            404,
            &json!({ "meta": { "status": 404, "message": "Not found" } }),
        )
        .on("/songs/11", 200, &song(11, "One"));
    assert_eq!(
        songs(&script).unwrap().iter().map(|song| song.id).collect::<Vec<_>>(),
        [11]
    );

    let script = Script::default();
    script.on("/search", 200, &hits(&[]));
    assert_eq!(songs(&script), Ok(vec![]));
}

#[test]
fn what_was_asked_for_must_be_there() {
    let one = hits(&[hit(14, "One", &artist(1, "Velvet"))]);
    for (search, song, problem) in [
        (json!({}), Value::Null, "response: missing"),
        (
            json!({ "response": null }),
            Value::Null,
            "response: expected an object, found null",
        ),
        (json!({ "response": {} }), Value::Null, "response.hits: missing"),
        (
            json!({ "response": { "hits": {} } }),
            Value::Null,
            "response.hits: expected a list, found an object",
        ),
        (
            one.clone(),
            json!({ "response": { "song": [] } }),
            "response.song: expected an object, found a list",
        ),
        (
            one.clone(),
            json!({ "response": { "song": { "id": 14 } } }),
            "response.song.producer_artists: missing",
        ),
        (
            one,
            json!({ "response": { "song": { "id": 14, "producer_artists": [], "writer_artists": "X" } } }),
            "response.song.writer_artists: expected a list, found a text",
        ),
    ] {
        let script = Script::default();
        script.on("/search", 200, &search).on("/songs", 200, &song);
        let error = songs(&script).unwrap_err();
        assert!(matches!(error, SourceError::Malformed { .. }), "{error}");
        assert!(error.to_string().ends_with(problem), "{error}");
    }
}

#[test]
fn nothing_that_is_optional_has_to_be_there() {
    let script = Script::default();
    let bare = json!({ "response": { "song": { "id": 14, "title": null, "primary_artist": null, "album": null,
        "producer_artists": [null, 7, {}], "writer_artists": [], "custom_performances": null, "new": [{}] } } });
    script
        .on("/search", 200, &hits(&[hit(14, "One", &artist(1, "Velvet"))]))
        .on("/songs/14", 200, &bare);
    let songs = songs(&script).unwrap();
    assert_eq!((songs[0].album.as_deref(), songs[0].people().count()), (None, 0));
}

#[test]
fn a_refused_token_is_not_shown_again() {
    let script = Script::default();
    let invalid = json!({ "error": "invalid_token", "error_description": "The access token is revoked" });
    script.on("/search", 401, &invalid);
    let (clock, config) = (TestClock::default(), config());
    let genius = Genius::new(client(Provider::Genius, &script, &clock), &config);
    for _ in 0..2 {
        let error = block_on(genius.search("x")).unwrap_err();
        assert!(
            matches!(
                &error,
                SourceError::Misconfigured {
                    code: "genius_refused",
                    ..
                }
            ),
            "{error}"
        );
        let error = error.to_string();
        assert!(error.contains("revoked") && !error.contains("genius-token"), "{error}");
    }
    assert_eq!(script.asked().len(), 1);
}

#[test]
fn pauses_and_failures_are_told_apart() {
    let script = Script::default();
    script
        .on("/search", 429, &json!({}))
        .on_raw("/search", Ok((503, Some("7"), String::new())))
        .on("/search", 500, &json!({ "meta": { "status": 500, "message": "Oh" } }))
        .on_raw("/search", Err(HttpError::OutOfTime));
    let after = |seconds| std::time::Duration::from_secs(seconds);
    assert!(matches!(songs(&script), Err(SourceError::Paused { after: pause, .. }) if pause == after(5)));
    assert!(matches!(songs(&script), Err(SourceError::Paused { after: pause, .. }) if pause == after(7)));
    assert!(matches!(songs(&script), Err(SourceError::Status { status: 500, .. })));
    assert_eq!(songs(&script), Err(SourceError::OutOfTime));
}

#[needs_captured_answers]
#[test]
fn a_captured_song_gives_its_people() {
    let songs = captured("genius/song_info_mocked.json");
    let full = songs.as_array().unwrap().iter().find(|song| song["id"] == 42_424_242);
    let full = full.unwrap();
    let script = Script::default();
    script.on(
        "/songs/42424242",
        200,
        &json!({ "meta": { "status": 200 }, "response": { "song": full } }),
    );
    let (clock, config) = (TestClock::default(), config());
    let song = block_on(Genius::new(client(Provider::Genius, &script, &clock), &config).song(42_424_242));
    let song = song.unwrap().unwrap();
    let people: Vec<_> = song.people().map(|artist| (artist.id, artist.name.as_str())).collect();
    assert_eq!(
        people,
        [
            (424_242, "Py Testerson"),
            (777_777, "Test Producer"),
            (666_666, "Test Writer")
        ]
    );
}
