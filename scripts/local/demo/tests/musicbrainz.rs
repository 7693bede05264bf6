//! MusicBrainz, Wikidata, Genius and Instagram as the demo plays them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Served, calm, encoded};
use linernotes_demo::{Provider, Settings, SpotifyApp};
use serde_json::{Value, json};

const ALL: &str = "recordings+artist-credits+isrcs+recording-level-rels+work-rels+work-level-rels+artist-rels";

fn upc_of(demo: &Served, artist: &str, album: &str) -> String {
    let truth = demo.demo.current().0.truth(&[artist], SpotifyApp::Extended);
    truth
        .albums
        .iter()
        .find(|it| it.name == album)
        .and_then(|it| it.upc.clone())
        .unwrap()
}

async fn release(demo: &Served, query: &str) -> Value {
    demo.ok(&format!("/ws/2/release?fmt=json&query={}", encoded(query)))
        .await
}

#[tokio::test]
async fn an_album_is_two_requests() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    // The barcode starts with a zero at Spotify's; the index doesn't mind.
    let upc = upc_of(&demo, "Velvet Harbor", "Night Ferries");
    assert!(upc.starts_with('0'));
    let found = release(&demo, &format!("barcode:{upc}")).await;
    assert_eq!(
        (&found["count"], &found["releases"][0]["title"]),
        (&json!(1), &json!("Night Ferries"))
    );
    assert_eq!(found["releases"][0]["track-count"], 14);
    let id = found["releases"][0]["id"].as_str().unwrap();
    let album = demo.ok(&format!("/ws/2/release/{id}?fmt=json&inc={ALL}")).await;
    let recording = &album["media"][0]["tracks"][0]["recording"];
    assert!(recording["isrcs"][0].is_string());
    let relations = recording["relations"].as_array().unwrap();
    let types: Vec<&str> = relations.iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        ["vocal", "instrument", "producer", "engineer", "producer", "performance"]
    );
    assert_eq!(relations[4]["attributes"], json!(["co"]));
    let authors = relations[5]["work"]["relations"].as_array().unwrap();
    assert_eq!(
        authors.iter().map(|it| &it["type"]).collect::<Vec<_>>(),
        ["composer", "lyricist"]
    );
}

#[tokio::test]
async fn only_what_inc_asks_for_comes() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let found = release(&demo, "release:\"Saltlight\" AND artist:\"velvet harbor\"").await;
    let titles: Vec<&Value> = found["releases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["title"])
        .collect();
    assert_eq!(found["count"], 2, "{titles:?}");
    let plain = found["releases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["title"] == "Saltlight")
        .unwrap();
    let id = plain["id"].as_str().unwrap();
    let bare = demo.ok(&format!("/ws/2/release/{id}?fmt=json")).await;
    assert!(
        ["media", "relations", "artist-credit"]
            .iter()
            .all(|absent| bare.get(absent).is_none())
    );
    // The release's own people come with artist-rels, the recordings' only with recording-level-rels.
    let album = demo
        .ok(&format!("/ws/2/release/{id}?fmt=json&inc=recordings+artist-rels"))
        .await;
    assert_eq!(album["relations"][0]["attributes"], json!(["executive"]));
    assert_eq!(album["media"][0]["tracks"][0]["recording"]["relations"], json!([]));
    let (status, error) = demo.get(&format!("/ws/2/release/{id}?fmt=json&inc=lyrics")).await;
    assert_eq!(
        (status, &error["error"]),
        (
            400,
            &json!("lyrics is not a valid inc parameter for the release resource.")
        )
    );
}

#[tokio::test]
async fn a_large_release_leaves_recording_relations_out_and_the_browse_has_them() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let upc = upc_of(&demo, "Tidemark Archive", "Five Hundred and Twenty Tides");
    let found = release(&demo, &format!("barcode:{upc}")).await;
    let id = found["releases"][0]["id"].as_str().unwrap();
    let album = demo.ok(&format!("/ws/2/release/{id}?fmt=json&inc={ALL}")).await;
    assert_eq!(album["media"].as_array().unwrap().len(), 13);
    assert_eq!(album["media"][0]["tracks"][39]["recording"]["relations"], json!([]));
    assert_eq!(album["relations"].as_array().unwrap().len(), 1);
    let mut produced = 0;
    for offset in (0..520).step_by(100) {
        let inc = "artist-credits+isrcs+artist-rels+work-rels+work-level-rels";
        let page = demo
            .ok(&format!(
                "/ws/2/recording?fmt=json&release={id}&limit=100&offset={offset}&inc={inc}"
            ))
            .await;
        assert_eq!(page["recording-count"], 520);
        let relations = page["recordings"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|it| it["relations"].as_array().unwrap());
        produced += relations.filter(|relation| relation["type"] == "producer").count();
    }
    assert_eq!(produced, 25);
}

#[tokio::test]
async fn recordings_are_found_by_isrc() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let truth = demo
        .demo
        .current()
        .0
        .truth(&["Basement Telegraph"], SpotifyApp::Extended);
    let isrcs: Vec<&str> = truth.tracks.iter().filter_map(|track| track.isrc.as_deref()).collect();
    let query = isrcs
        .iter()
        .map(|isrc| format!("isrc:{isrc}"))
        .collect::<Vec<_>>()
        .join(" OR ");
    let found = demo
        .ok(&format!("/ws/2/recording?fmt=json&query={}", encoded(&query)))
        .await;
    let titles: Vec<&str> = found["recordings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Morse", "Sounder", "Static", "More Static"]);
    let isrc = found["recordings"][0]["isrcs"][0].as_str().unwrap();
    let by_isrc = demo
        .ok(&format!("/ws/2/isrc/{isrc}?fmt=json&inc=artist-rels+work-rels"))
        .await;
    let performance = &by_isrc["recordings"][0]["relations"][1];
    assert!(performance["type"] == "performance" && performance["work"].get("relations").is_none());
    assert_eq!(
        demo.get(&format!("/ws/2/isrc/{isrc}?fmt=json&inc=work-rels+work-level-rels"))
            .await
            .0,
        400
    );
    assert_eq!(demo.get("/ws/2/isrc/QZAAA9999999?fmt=json").await.0, 404);
    assert_eq!(demo.get("/ws/2/isrc/not-an-isrc?fmt=json").await.0, 400);
    let id = found["recordings"][0]["id"].as_str().unwrap();
    let full = demo
        .ok(&format!(
            "/ws/2/recording/{id}?fmt=json&inc=artist-rels+work-rels+work-level-rels"
        ))
        .await;
    assert_eq!(full["relations"][1]["work"]["relations"][0]["type"], "writer");
    // One ISRC, two recordings.
    let truth = demo.demo.current().0.truth(&["Marisol Anker"], SpotifyApp::Extended);
    let twice = truth
        .tracks
        .iter()
        .find(|track| track.name == "Meridian Line")
        .unwrap()
        .isrc
        .clone()
        .unwrap();
    assert_eq!(
        demo.ok(&format!("/ws/2/isrc/{twice}?fmt=json")).await["recordings"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn hostile_titles_can_be_searched_for() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    for (artist, title) in [
        ("x'; drop table artists; --", "Bobby's Album; -- III"),
        ("\"Quoted\" Hearts", "The \"Album\" III"),
        ("水無月灯と夜汽車", "夜汽車 III"),
        ("🌊🌊🌊", "🌊 III"),
        ("AC/TC", "+/-: what? III"),
        ("Marisol Anker", "Clerk's Lament"),
    ] {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let found = release(
            &demo,
            &format!("release:\"{}\" AND artist:\"{}\"", quoted(title), quoted(artist)),
        )
        .await;
        assert_eq!(found["count"], 1, "{artist}: {found}");
    }
}

#[tokio::test]
async fn a_caller_without_a_user_agent_or_too_quick_is_refused() {
    let demo = Served::start(Settings {
        musicbrainz_per_second: 2.0,
        ..calm(SpotifyApp::Extended)
    })
    .await;
    let nameless = reqwest::get(format!("{}/ws/2/release?fmt=json&query=barcode:1", demo.url))
        .await
        .unwrap();
    assert_eq!(nameless.status().as_u16(), 403);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(demo.get("/ws/2/release?fmt=json&query=barcode:1").await);
    }
    assert_eq!((statuses[0].0, statuses[1].0, statuses[5].0), (200, 200, 503));
    assert!(
        statuses[5].1["error"]
            .as_str()
            .unwrap()
            .contains("exceeding the allowable rate limit")
    );
    demo.configure(&json!({"musicbrainz_per_second": 0, "musicbrainz_busy_percent": 25}));
    demo.demo.reset_stats();
    let mut busy = 0;
    for _ in 0..8 {
        let (status, answer) = demo.get("/ws/2/release?fmt=json&query=barcode:1").await;
        busy += usize::from(status == 503 && answer["error"].as_str().unwrap().contains("currently busy"));
    }
    let stats = demo.demo.stats();
    let counts = &stats.providers[&Provider::Musicbrainz].endpoints["release_search"];
    assert_eq!(
        (
            busy,
            counts.requests,
            counts.rejected,
            stats.musicbrainz_arrivals_ms.len()
        ),
        (2, 6, 2, 8)
    );
}

#[tokio::test]
async fn profiles_lead_from_musicbrainz_to_wikidata() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let truth = demo.demo.current().0.truth(&["Copper Aviary"], SpotifyApp::Extended);
    let id = |name: &str| {
        truth
            .producers
            .iter()
            .find(|it| it.name == name)
            .unwrap()
            .musicbrainz_id
            .clone()
            .unwrap()
    };
    let artist = demo
        .ok(&format!(
            "/ws/2/artist/{}?fmt=json&inc=url-rels+aliases",
            id("Ludvig Åkerström")
        ))
        .await;
    assert_eq!(artist["aliases"][0]["name"], "Ludvig Akerstrom");
    let relations = artist["relations"].as_array().unwrap();
    let item = relations.iter().find(|it| it["type"] == "wikidata").unwrap()["url"]["resource"]
        .as_str()
        .unwrap();
    let item = item.rsplit('/').next().unwrap();
    let path = |ids: &str| format!("/w/api.php?action=wbgetentities&ids={ids}&props=claims&format=json&maxlag=5");
    let found = demo.ok(&path(&format!("{item}%7CQ699999999"))).await;
    let claims = found["entities"][item]["claims"]["P2003"].as_array().unwrap();
    let ranks: Vec<(&str, &str)> = claims
        .iter()
        .map(|it| {
            (
                it["rank"].as_str().unwrap(),
                it["mainsnak"]["datavalue"]["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        ranks,
        [
            ("deprecated", "not.ludvig"),
            ("normal", "ludvig.before"),
            ("preferred", "ludvigmakes")
        ]
    );
    assert!(found["entities"]["Q699999999"].get("missing").is_some());
    assert_eq!(
        demo.ok(&path(&format!("{item}%7CQfinch"))).await["error"]["code"],
        "no-such-entity"
    );
    let many = vec!["Q1"; 51].join("%7C");
    assert_eq!(demo.ok(&path(&many)).await["error"]["code"], "toomanyvalues");
    demo.configure(&json!({"wikidata_lag_seconds": 7.5}));
    assert_eq!(demo.ok(&path(item)).await["error"]["code"], "maxlag");
}

#[tokio::test]
async fn genius_and_instagram_have_their_own_shapes() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let found = demo.ok("/search?q=Cable%20Ship%20Basement%20Telegraph").await;
    // A translation and a cover come first.
    let first = &found["response"]["hits"][2]["result"];
    assert_eq!(
        (&first["title"], &first["primary_artist"]["name"]),
        (&json!("Cable Ship"), &json!("Basement Telegraph"))
    );
    let song = demo.ok(&format!("/songs/{}?text_format=plain", first["id"])).await;
    let song = &song["response"]["song"];
    assert_eq!(song["producer_artists"][1]["name"], "Cy Underhill");
    assert_eq!(song["custom_performances"][0]["label"], "Co-Producer");
    let artist = demo
        .ok(&format!(
            "/artists/{}?text_format=plain",
            song["producer_artists"][1]["id"]
        ))
        .await;
    assert_eq!(artist["response"]["artist"]["instagram_name"], "cy.underhill");
    assert_eq!(demo.get("/songs/1").await.0, 404);

    let fields = encoded("business_discovery.username(cy.underhill){username,name,biography}");
    let path = format!("/v21.0/17841400000000000?fields={fields}&access_token=demo-instagram");
    let found = demo.ok(&path).await;
    assert_eq!(found["business_discovery"]["username"], "cy.underhill");
    assert!(found["business_discovery"].get("website").is_none());

    // Each endpoint is counted by itself.
    let stats = demo.demo.stats();
    let counted = |provider: Provider| -> Vec<(&str, u64)> {
        let endpoints = &stats.providers[&provider].endpoints;
        endpoints
            .iter()
            .map(|(name, counts)| (*name, counts.requests))
            .collect()
    };
    assert_eq!(counted(Provider::Genius), [("artist", 1), ("search", 1), ("song", 2)]);
    assert_eq!(counted(Provider::Instagram), [("business_discovery", 1)]);
}

#[tokio::test]
async fn genius_and_instagram_refuse_wrong_tokens_in_their_own_words() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let ask = |path: &str, token: Option<&'static str>| {
        let request = reqwest::Client::new().get(format!("{}{path}", demo.url));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        async {
            let answer = request.send().await.unwrap();
            (
                answer.status().as_u16(),
                answer.json::<serde_json::Value>().await.unwrap(),
            )
        }
    };
    let (status, body) = ask("/search?q=Drip", Some("wrong")).await;
    assert_eq!((status, &body["error"]), (401, &json!("invalid_token")));
    let (status, body) = ask("/search?q=Drip", None).await;
    assert_eq!((status, &body["meta"]["status"]), (401, &json!(401)));
    let (status, body) = ask("/v21.0/17841400000000000?fields=id", Some("wrong")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(190)));

    demo.configure(
        &json!({"faults": [{"path": "/search", "provider": "genius", "kind": "status", "status": 429, "retry_after": 7, "times": 1}]}),
    );
    demo.artist("Velvet Harbor").await;
    let answer = demo.raw("/search?q=Drip").await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    demo.ok("/search?q=Drip").await;
}

#[tokio::test]
async fn a_fault_strikes_the_configured_path_and_no_other() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let path = "/ws/2/release?fmt=json&query=barcode:5";
    demo.configure(&json!({"faults": [{"path": "/ws/2/release", "kind": "malformed", "times": 1}]}));
    assert!(demo.get(path).await.1.is_string());
    demo.ok(path).await;
    demo.configure(&json!({"faults": [{"path": "barcode:5", "kind": "status", "status": 502, "percent": 50}]}));
    assert_eq!([demo.get(path).await.0, demo.get(path).await.0], [200, 502]);
    demo.configure(&json!({"faults": [{"path": "/ws/", "kind": "cut"}]}));
    assert!(demo.raw(path).await.unwrap().bytes().await.is_err());
    demo.configure(&json!({"faults": [{"path": "/ws/", "kind": "slow", "ms": 120}]}));
    let before = std::time::Instant::now();
    demo.ok(path).await;
    assert!(before.elapsed().as_millis() >= 120);
    let stats = demo.demo.stats();
    let counts = &stats.providers[&Provider::Musicbrainz];
    assert_eq!((counts.requests, counts.rejected, counts.most_at_once), (4, 2, 1));
}

#[tokio::test]
async fn a_merged_id_leads_to_the_entity_that_has_it_now() {
    let demo = Served::start(calm(SpotifyApp::Extended)).await;
    let world = demo.demo.current().0;
    assert!(world.merged.len() >= 4);
    for (former, now) in &world.merged {
        // The client follows the redirect, as ours does.
        let mut entities = 0;
        for entity in ["artist", "release", "recording"] {
            let (status, answer) = demo
                .get(&format!("/ws/2/{entity}/{former}?fmt=json&inc=artist-rels"))
                .await;
            if status == 200 && answer["id"] == now.as_str() {
                entities += 1;
            }
        }
        assert_eq!(entities, 1, "{former}");
    }
}
