//! Whose profile it is, and who knows it.

mod failing;
mod genius;
mod merged;
mod sources;
mod taking_back;

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::pipeline::outcome::ProfileRow;
use crate::stages::testing::{World, delivery};

const BENNY: &str = "2f031686-3f01-4f33-a4fc-fb3944532efa";
const BJORN: &str = "ffb77292-9712-4d03-94aa-bdb1d4771d38";

/// Instagram shows nobody, Genius has no page.
fn world() -> World {
    let world = World::default();
    world.instagram.on(
        "/v21.0/",
        400,
        &json!({ "error": { "message": "Invalid user id", "type": "OAuthException", "code": 110, "error_subcode": 2_207_013,
                            "error_user_title": "Cannot find User" } }),
    );
    let missing = json!({ "meta": { "status": 404, "message": "Not found" } });
    world.genius.on("/artists/", 404, &missing);
    world
}

fn subject(number: u128, musicbrainz_id: Option<&str>) -> Subject {
    Subject {
        former_musicbrainz_ids: vec![],
        id: Uuid::from_u128(number),
        name: "Benny Andersson".to_owned(),
        musicbrainz_id: musicbrainz_id.map(ToOwned::to_owned),
        instagram_handle: None,
        instagram_bio: None,
        image_url: None,
        email: None,
        enriched_at: None,
        metadata: None,
        profile_version: None,
        genius_version: None,
        aliases: Vec::new(),
        genius_artist_ids: Vec::new(),
        credited_tracks: Vec::new(),
    }
}

fn message(subject: Subject) -> Delivery<Message, Subject> {
    rest(subject, None)
}

/// A message for the sources that are left.
fn rest(subject: Subject, sources: Option<Vec<ProfileSource>>) -> Delivery<Message, Subject> {
    let producer_id = subject.id;
    let message = Message { producer_id, sources };
    delivery(&producer_id.as_u128().to_string(), message, Some(subject))
}

fn page(id: &str, links: &[(&str, &str)]) -> Value {
    let relations = links
        .iter()
        .map(|(kind, url)| json!({ "type": kind, "ended": false, "url": { "resource": url } }));
    json!({ "id": id, "name": "Benny Andersson", "aliases": [{ "name": "Göran Bror Benny Andersson", "type": "Legal name" }],
            "relations": relations.collect::<Vec<_>>() })
}

fn musicbrainz(world: &World, links: &[(&str, &str)]) {
    world
        .musicbrainz
        .on(&format!("/ws/2/artist/{BENNY}"), 200, &page(BENNY, links));
}

/// An item of Wikidata, with these claims.
fn wikidata(world: &World, claims: &Value) {
    let entities = json!({ "entities": { "Q1": { "claims": claims } } });
    world.wikidata.on("/w/api.php", 200, &entities);
}

fn claim(value: &str) -> Value {
    json!([{ "rank": "normal", "mainsnak": { "datavalue": { "value": value } } }])
}

fn genius(world: &World, id: u64, handle: Option<&str>, image: &str) {
    let artist = json!({ "id": id, "name": "Benny A.", "alternate_names": ["B. A."], "instagram_name": handle, "image_url": image });
    let body = json!({ "meta": { "status": 200 }, "response": { "artist": artist } });
    world.genius.on(&format!("/artists/{id}?"), 200, &body);
}

fn account_path(handle: &str) -> String {
    format!("/v21.0/17841400000000000?fields=business_discovery.username%28{handle}%29")
}

fn account(world: &World, handle: &str, biography: &str) {
    let picture = format!("https://scontent.cdninstagram.com/{handle}.jpg?oe=1");
    let shown = json!({ "username": handle, "name": "Benny", "biography": biography, "profile_picture_url": picture, "followers_count": 7 });
    let body = json!({ "business_discovery": shown, "id": "17841400000000000" });
    world.instagram.on(&account_path(handle), 200, &body);
}

const LINKED: (&str, &str) = ("wikidata", "https://www.wikidata.org/wiki/Q1");
const HANDLE: (&str, &str) = ("social network", "https://www.instagram.com/benny/");

/// The only message's outcome.
fn run(world: &World, subject: Subject) -> Outcome {
    let outcomes = world.run::<SocialEnrichment>(vec![message(subject)]);
    outcomes.into_values().next().unwrap()
}

fn profile(outcome: &Outcome) -> &ProfileRow {
    match outcome {
        Outcome::Done { rows, .. } => rows.profile.as_ref().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The sources that the message which follows asks.
fn pending(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Done { follow_ups, .. } => {
            let sources = follow_ups.iter().map(|follow_up| &follow_up.message["sources"]);
            sources
                .flat_map(|sources| sources.as_array().unwrap())
                .map(|source| source.as_str().unwrap().to_owned())
                .collect()
        }
        other => panic!("{other:?}"),
    }
}

/// With these values stored, each as its source stated it.
fn stored(mut subject: Subject, values: &[(&str, &str, &str)]) -> Subject {
    let mut metadata = json!({ "sources": {}, "kept": 1 });
    for (field, value, source) in values {
        let place = match *field {
            "instagram_handle" => &mut subject.instagram_handle,
            "instagram_bio" => &mut subject.instagram_bio,
            "image_url" => &mut subject.image_url,
            "email" => &mut subject.email,
            other => panic!("{other}"),
        };
        *place = Some((*value).to_owned());
        metadata["sources"][field] = json!(source);
    }
    subject.metadata = Some(metadata);
    subject
}
