//! Whose profile it is, and who knows it.

use serde_json::json;

use super::*;
use crate::pipeline::outcome::ProfileRow;
use crate::stages::testing::{World, code, delivery, retry};

const BENNY: &str = "2f031686-3f01-4f33-a4fc-fb3944532efa";
const BJORN: &str = "ffb77292-9712-4d03-94aa-bdb1d4771d38";

fn subject(number: u128, musicbrainz_id: Option<&str>) -> Subject {
    Subject {
        id: Uuid::from_u128(number),
        name: "Benny Andersson".to_owned(),
        musicbrainz_id: musicbrainz_id.map(ToOwned::to_owned),
        instagram_handle: None,
        image_url: None,
        email: None,
        enriched_at: None,
        metadata: None,
    }
}

fn message(subject: Subject) -> Delivery<Message, Subject> {
    let id = subject.id;
    delivery(&id.as_u128().to_string(), Message { producer_id: id }, Some(subject))
}

fn page(id: &str, links: &[(&str, &str)]) -> Value {
    let relations = links
        .iter()
        .map(|(kind, url)| json!({ "type": kind, "ended": false, "url": { "resource": url } }));
    json!({ "id": id, "name": "Benny Andersson", "aliases": [{ "name": "Göran Bror Benny Andersson", "type": "Legal name" }],
            "relations": relations.collect::<Vec<_>>() })
}

fn claim(value: &str) -> Value {
    json!([{ "rank": "normal", "mainsnak": { "datavalue": { "value": value } } }])
}

fn profile(outcome: &Outcome) -> &ProfileRow {
    match outcome {
        Outcome::Done { rows, .. } => rows.profile.as_ref().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn links_and_items_together_make_a_profile() {
    let world = World::default();
    let links = [
        ("social network", "https://www.instagram.com/p/Bx1/"),
        ("social network", "https://www.instagram.com/BennyA/"),
        ("wikidata", "https://www.wikidata.org/wiki/Q1"),
        ("wikidata", "https://www.wikidata.org/wiki/nonsense"),
    ];
    world.musicbrainz.on(
        &format!("/ws/2/artist/{BENNY}?inc=url-rels+aliases"),
        200,
        &page(BENNY, &links),
    );
    world.musicbrainz.on(
        &format!("/ws/2/artist/{BJORN}"),
        200,
        &page(BJORN, &[("wikidata", "https://www.wikidata.org/wiki/Q2")]),
    );
    let entities = json!({ "entities": {
        "Q1": { "claims": { "P2003": claim("somebody.else"), "P968": claim("mailto:benny@example.org"), "P434": claim(BENNY) } },
        "Q2": { "claims": { "P2003": claim("not.his"), "P434": claim(BENNY) } },
    } });
    world
        .wikidata
        .on("/w/api.php?action=wbgetentities&ids=Q1%7CQ2&", 200, &entities);
    let outcomes =
        world.run::<SocialEnrichment>(vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN)))]);
    let benny = profile(&outcomes["1"]);
    assert_eq!(benny.instagram_handle.as_deref(), Some("bennya"));
    assert_eq!(benny.email.as_deref(), Some("benny@example.org"));
    assert_eq!(benny.aliases, ["Göran Bror Benny Andersson"]);
    assert_eq!(
        benny.metadata["sources"],
        json!({ "instagram_handle": "musicbrainz", "email": "wikidata" })
    );
    assert_eq!(benny.failed, None);
    // The item says that it is somebody else's.
    let bjorn = profile(&outcomes["2"]);
    assert_eq!(bjorn.instagram_handle, None);
    assert!(bjorn.failed.as_deref().unwrap().contains("know no handle"));
    assert_eq!(world.wikidata.asked().len(), 1);
}

#[test]
fn who_is_unknown_fails_only_when_nothing_is_stored() {
    let world = World::default();
    world.musicbrainz.on("/ws/2/artist", 404, &json!({}));
    let mut stored = subject(2, Some(BJORN));
    stored.image_url = Some("https://i/1".to_owned());
    let outcomes = world.run::<SocialEnrichment>(vec![
        message(subject(1, None)),
        message(stored),
        message(subject(3, Some(BENNY))),
    ]);
    assert!(profile(&outcomes["1"]).failed.is_some() && profile(&outcomes["3"]).failed.is_some());
    assert_eq!(profile(&outcomes["2"]).failed, None);
    assert_eq!(world.musicbrainz.asked().len(), 2);
}

#[test]
fn a_worse_source_does_not_replace_a_better_one() {
    let world = World::default();
    world.musicbrainz.on(
        "/ws/2/artist",
        200,
        &page(BENNY, &[("wikidata", "https://www.wikidata.org/wiki/Q1")]),
    );
    let entities = json!({ "entities": { "Q1": { "claims": { "P2003": claim("wikis"), "P18": claim("A b.jpg") } } } });
    world.wikidata.on("/w/api.php", 200, &entities);
    let mut stored = subject(1, Some(BENNY));
    stored.instagram_handle = Some("brainz".to_owned());
    stored.image_url = Some("https://i/1".to_owned());
    stored.metadata = Some(json!({ "sources": { "instagram_handle": "musicbrainz" }, "kept": 1 }));
    let outcomes = world.run::<SocialEnrichment>(vec![message(stored)]);
    let profile = profile(&outcomes["1"]);
    assert_eq!(profile.instagram_handle, None);
    assert!(profile.image_url.as_deref().unwrap().contains("A_b.jpg"));
    assert_eq!(
        profile.metadata["sources"],
        json!({ "instagram_handle": "musicbrainz", "image_url": "wikidata" })
    );
    assert_eq!(profile.metadata["kept"], 1);
}

#[test]
fn a_source_that_does_not_answer_is_not_one_that_knows_nothing() {
    let world = World::default();
    world.musicbrainz.on(&format!("/ws/2/artist/{BENNY}"), 500, &json!({}));
    world.musicbrainz.on(
        &format!("/ws/2/artist/{BJORN}"),
        200,
        &page(BJORN, &[("wikidata", "https://www.wikidata.org/wiki/Q1")]),
    );
    world.wikidata.on_raw("/w/api.php", Ok((429, Some("9"), String::new())));
    let gone = delivery(
        "3",
        Message {
            producer_id: Uuid::nil(),
        },
        None,
    );
    let batch = vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN))), gone];
    let outcomes = world.run::<SocialEnrichment>(batch);
    assert_eq!(code(&outcomes["1"]), "provider_failed");
    assert_eq!(retry(&outcomes["2"]).1.unwrap().as_secs(), 9);
    assert_eq!(code(&outcomes["3"]), "producer_unknown");
}

#[test]
fn time_is_left_for_wikidata() {
    let world = World::default();
    let page_of = |id| page(id, &[("wikidata", "https://www.wikidata.org/wiki/Q1")]);
    world
        .musicbrainz
        .on(&format!("/ws/2/artist/{BENNY}"), 200, &page_of(BENNY));
    // Its slot does not come before the end.
    world.musicbrainz.on_never(&format!("/ws/2/artist/{BJORN}"));
    let entities = json!({ "entities": { "Q1": { "claims": { "P2003": claim("benny") } } } });
    world.wikidata.on("/w/api.php", 200, &entities);
    let outcomes =
        world.run::<SocialEnrichment>(vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN)))]);
    assert_eq!(profile(&outcomes["1"]).instagram_handle.as_deref(), Some("benny"));
    assert!(!outcomes.contains_key("2"));
}

#[test]
fn a_picture_is_the_file_and_not_its_page() {
    let links = [("image", "https://commons.wikimedia.org/wiki/File:Bj%C3%B6rn_U.jpg#x")];
    let world = World::default();
    world.musicbrainz.on("/ws/2/artist", 200, &page(BENNY, &links));
    let outcomes = world.run::<SocialEnrichment>(vec![message(subject(1, Some(BENNY)))]);
    let image = profile(&outcomes["1"]).image_url.clone().unwrap();
    assert_eq!(
        image,
        "https://commons.wikimedia.org/wiki/Special:FilePath/Bj%C3%B6rn_U.jpg?width=600"
    );
}
