//! Spotify as the demo plays it: both kinds of app, paging, limits, tokens.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Served, calm, encoded};
use linernotes_demo::{NO_SUCH_ARTIST, Settings, SpotifyApp};
use serde_json::json;

#[tokio::test]
async fn albums_come_page_by_page_and_next_leads_through_all_of_them() {
    for (app, limit, pages) in [(SpotifyApp::Extended, 50, 2), (SpotifyApp::Development, 10, 6)] {
        let demo = Served::start(calm(app)).await;
        let id = demo.artist("Kestrel Arcade").await;
        let mut next = Some(format!(
            "/v1/artists/{id}/albums?include_groups=album,single,compilation&limit={limit}&market=US"
        ));
        let (mut seen, mut asked) = (std::collections::HashSet::new(), 0);
        while let Some(path) = next {
            let page = demo.ok(&path).await;
            assert_eq!(
                (page["total"].as_u64(), page["limit"].as_u64()),
                (Some(53), Some(limit))
            );
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            next = page["next"]
                .as_str()
                .map(|next| next.strip_prefix(&demo.url).unwrap().to_owned());
            asked += 1;
        }
        assert_eq!((seen.len(), asked), (53, pages));
    }
}

#[tokio::test]
async fn development_mode_refuses_batches_and_large_pages_and_leaves_fields_out() {
    let demo = Served::start(calm(SpotifyApp::Development)).await;
    let id = demo.artist("Velvet Harbor").await;
    let forbidden = (403, json!({"error": {"status": 403, "message": "Forbidden"}}));
    for path in ["albums", "tracks", "artists"] {
        assert_eq!(demo.get(&format!("/v1/{path}?ids={id}")).await, forbidden);
    }
    let (status, error) = demo.get("/v1/search?q=velvet&type=artist&limit=11").await;
    assert_eq!((status, &error["error"]["message"]), (400, &json!("Invalid limit")));
    assert_eq!(demo.get(&format!("/v1/artists/{id}/albums?limit=50")).await.0, 400);

    let albums = demo.ok(&format!("/v1/artists/{id}/albums")).await;
    assert_eq!(
        (albums["limit"].as_u64(), albums["items"].as_array().unwrap().len()),
        (Some(5), 5)
    );
    let album = demo
        .ok(&format!("/v1/albums/{}", albums["items"][0]["id"].as_str().unwrap()))
        .await;
    let track = demo
        .ok(&format!(
            "/v1/tracks/{}",
            album["tracks"]["items"][0]["id"].as_str().unwrap()
        ))
        .await;
    let artist = demo.ok(&format!("/v1/artists/{id}")).await;
    for (object, absent) in [
        (&artist, &["followers", "popularity"][..]),
        (&album, &["popularity", "available_markets", "label", "album_group"]),
        (&track, &["popularity", "available_markets"]),
        (&albums["items"][0], &["album_group", "available_markets"]),
    ] {
        for field in absent {
            assert!(object.get(field).is_none(), "{field} in {object}");
        }
    }
    assert!(album["external_ids"]["upc"].is_string() && track["external_ids"]["isrc"].is_string());
}

#[tokio::test]
async fn extended_quota_reads_in_batches_with_null_for_unknown_ids() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let id = demo.artist("Velvet Harbor").await;
    let albums = demo.ok(&format!("/v1/artists/{id}/albums?limit=50")).await;
    assert_eq!(albums["total"], 10);
    let mut ids: Vec<&str> = albums["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    ids.push("0000000000000000000000");
    let batch = demo.ok(&format!("/v1/albums?ids={}&market=US", ids.join(","))).await;
    let batch = batch["albums"].as_array().unwrap();
    assert_eq!((batch.len(), batch[10].is_null()), (11, true));
    let tracks: u64 = batch[..10]
        .iter()
        .map(|album| album["tracks"]["total"].as_u64().unwrap())
        .sum();
    assert_eq!(tracks, 120);
    assert_eq!(
        demo.get(&format!("/v1/albums?ids={}", vec![ids[0]; 21].join(",")))
            .await
            .0,
        400
    );
    assert_eq!(
        demo.get(&format!("/v1/tracks?ids={}", vec![ids[0]; 51].join(",")))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn an_album_brings_fifty_tracks_and_the_rest_by_page() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let id = demo.artist("Marisol Anker").await;
    let albums = demo.ok(&format!("/v1/artists/{id}/albums?limit=50")).await;
    let large = albums["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["total_tracks"] == 62)
        .unwrap();
    let album = demo.ok(&format!("/v1/albums/{}", large["id"].as_str().unwrap())).await;
    assert_eq!(album["tracks"]["items"].as_array().unwrap().len(), 50);
    let next = album["tracks"]["next"]
        .as_str()
        .unwrap()
        .strip_prefix(&demo.url)
        .unwrap();
    let rest = demo.ok(next).await;
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), rest["next"].is_null()),
        (12, true)
    );
    assert_eq!(
        (&rest["items"][11]["disc_number"], &rest["items"][11]["track_number"]),
        (&json!(2), &json!(31))
    );
}

#[tokio::test]
async fn the_search_ranks_by_popularity_and_knows_filters() {
    for app in [SpotifyApp::Extended, SpotifyApp::Development] {
        let demo = Served::start(calm(app)).await;
        let found = demo.ok("/v1/search?q=Moth+Lantern&type=artist").await;
        let names: Vec<&str> = found["artists"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names[..4],
            [
                "The Moth Lantern Orchestra",
                "Moth Lantern Tribute Ensemble",
                "Moth Lantern",
                "Moth Lantern"
            ]
        );
        let found = demo
            .ok(&format!("/v1/search?q={}&type=artist", encoded(NO_SUCH_ARTIST)))
            .await;
        assert_eq!(
            found["artists"]["items"][0]["name"], "Velvet Harbor",
            "others, but not this one"
        );
        assert_eq!(found["artists"]["total"], 1);
        // Every artist can be found by name, in the first page of a development-mode app.
        for name in demo.demo.current().0.artist_names() {
            demo.artist(name).await;
        }
        let truth = demo.demo.current().0.truth(&["Marisol Anker"], app);
        let isrc = truth.tracks[0].isrc.as_ref().unwrap();
        let found = demo.ok(&format!("/v1/search?q=isrc:{isrc}&type=track")).await;
        assert!(found["tracks"]["total"].as_u64().unwrap() >= 1);
        let upc = truth.albums.iter().find_map(|album| album.upc.as_ref()).unwrap();
        assert_eq!(
            demo.ok(&format!("/v1/search?q=upc%3A{upc}&type=album")).await["albums"]["total"],
            1
        );
    }
}

#[tokio::test]
async fn tokens_are_given_for_the_secret_and_expire() {
    let demo = Served::start(Settings {
        spotify_token_seconds: 1,
        ..calm(SpotifyApp::Extended)
    })
    .await;
    let (status, error) = demo.token_answer("demo", "wrong").await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_client")));
    demo.ok("/v1/search?q=velvet&type=artist").await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let (status, error) = demo.get("/v1/search?q=velvet&type=artist").await;
    assert_eq!(
        (status, &error["error"]["message"]),
        (401, &json!("The access token expired"))
    );
}

#[tokio::test]
async fn above_the_rate_limit_everybody_is_refused_with_retry_after() {
    let settings = Settings {
        spotify_per_30s: 3,
        spotify_window_seconds: 1.0,
        ..calm(SpotifyApp::Development)
    };
    let demo = Served::start(settings).await;
    let path = "/v1/search?q=velvet&type=artist";
    for _ in 0..3 {
        demo.ok(path).await;
    }
    let answer = demo.raw(path).await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "1")
    );
    assert_eq!(
        answer.json::<serde_json::Value>().await.unwrap()["error"]["reason"],
        "QUOTA_EXCEEDED"
    );
    tokio::time::sleep(std::time::Duration::from_millis(1050)).await;
    demo.ok(path).await;
    let stats = demo.demo.stats();
    let spotify = &stats.providers[&linernotes_demo::Provider::Spotify];
    assert_eq!(
        (
            spotify.endpoints["search"].requests,
            spotify.rejected,
            spotify.called_while_paused
        ),
        (4, 1, 0)
    );
}

#[tokio::test]
async fn an_unknown_id_gets_the_error_that_spotify_gives() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    assert_eq!(demo.get("/v1/albums/0000000000000000000000").await.0, 404);
    assert_eq!(demo.get("/v1/albums/short").await.0, 400);
    let (status, error) = demo.get("/v1/nonsense").await;
    assert_eq!((status, &error["error"]["status"]), (404, &json!(404)));
    demo.configure(&json!({"spotify_premium_missing": true}));
    let (status, text) = demo.get("/v1/artists/0000000000000000000000").await;
    assert!(
        status == 403
            && text
                .as_str()
                .unwrap()
                .starts_with("Active premium subscription required")
    );
}
