//! Relations → credits. A relation that is incomplete, or of a kind that is unknown here, is passed over.

use serde_json::{Map, Value, json};

use crate::domain::confidence::Basis;
use crate::domain::credits::{Credit, Person};
use crate::domain::ids::MusicBrainzId;
use crate::domain::roles::{self, Role};
use crate::domain::special_artists;
use crate::sources::json;

/// Which role a relation's type and attributes state.
type RoleOf = fn(&str, &[String]) -> Option<Role>;

/// Who made the recording and who wrote what it performs. A medley performs several works; a cover performs somebody
/// else's: its writers are the work's, its producers the recording's.
pub fn of_recording(id: MusicBrainzId, relations: &[Value]) -> Vec<Credit> {
    let url = format!("https://musicbrainz.org/recording/{id}");
    let place = |level: &str, url: &str| {
        let mut seen = Map::new();
        seen.insert("level".into(), json!(level));
        seen.insert("url".into(), json!(url));
        seen
    };
    let seen = place("recording", &url);
    let mut credits: Vec<Credit> = relations
        .iter()
        .filter_map(|relation| credit(relation, &seen, Basis::RecordingRelation, roles::on_recording))
        .collect();
    for performance in relations.iter().filter(|relation| relation["type"] == "performance") {
        let work = &performance["work"];
        let (Some(id), Some(authors)) = (mbid(work), work["relations"].as_array()) else {
            continue;
        };
        let mut seen = place("work", &format!("https://musicbrainz.org/work/{id}"));
        seen.insert("recording_url".into(), json!(url));
        credits.extend(
            authors
                .iter()
                .filter_map(|relation| credit(relation, &seen, Basis::WorkRelation, roles::on_work)),
        );
    }
    credits
}

/// Who produced a release as a whole.
pub fn of_release(id: MusicBrainzId, relations: &[Value]) -> Vec<Credit> {
    let mut seen = Map::new();
    seen.insert("level".into(), json!("release"));
    seen.insert("url".into(), json!(format!("https://musicbrainz.org/release/{id}")));
    relations
        .iter()
        .filter_map(|relation| credit(relation, &seen, Basis::ReleaseRelation, roles::on_release))
        .collect()
}

fn credit(relation: &Value, seen: &Map<String, Value>, basis: Basis, role_of: RoleOf) -> Option<Credit> {
    let attributes = json::texts(relation, "attributes");
    let kind = relation["type"].as_str()?;
    let role = role_of(kind, &attributes)?;
    let person = person(relation)?;
    let mut seen = seen.clone();
    seen.insert("relation".into(), json!(kind));
    if !attributes.is_empty() {
        seen.insert("attributes".into(), json!(attributes));
    }
    if let Some(task) = relation["attribute-values"]["task"].as_str() {
        seen.insert("task".into(), json!(task.replace('\0', "")));
    }
    if let Some(spelling) = json::optional_text(relation, "target-credit") {
        seen.insert("credited_as".into(), json!(spelling));
    }
    Some(Credit {
        person,
        role,
        basis,
        seen: Value::Object(seen),
    })
}

/// The person whom the relation names; `None` for MusicBrainz' placeholders, such as [unknown].
fn person(relation: &Value) -> Option<Person> {
    let artist = relation.get("artist")?;
    let id = mbid(artist).filter(|id| !special_artists::is_special(*id))?;
    let name = json::optional_name(artist, "name")?;
    let mut aliases: Vec<String> = json::optional_name(relation, "target-credit").into_iter().collect();
    aliases.extend(self::aliases(artist));
    aliases.retain(|alias| *alias != name);
    Some(Person {
        name,
        musicbrainz_id: Some(id),
        aliases,
    })
}

/// The names that an artist goes by. Search hints are misspellings and parts of names: they help to find somebody and
/// prove nothing.
pub fn aliases(artist: &Value) -> Vec<String> {
    let listed = artist["aliases"].as_array().map_or(&[][..], Vec::as_slice);
    let names = listed
        .iter()
        .filter(|alias| alias["type"] != "Search hint")
        .filter_map(|alias| json::optional_name(alias, "name"));
    let mut aliases: Vec<String> = Vec::new();
    for name in names {
        if !aliases.contains(&name) {
            aliases.push(name);
        }
    }
    aliases
}

/// The id of an entity, if it has one.
pub fn mbid(entity: &Value) -> Option<MusicBrainzId> {
    MusicBrainzId::parse(entity["id"].as_str()?)
}

/// Everybody in the artist credit, by the name there and by their own, and the credit as a whole.
pub fn credited(value: &Value) -> Vec<String> {
    let credit = value["artist-credit"].as_array().map_or(&[][..], Vec::as_slice);
    let mut names = Vec::new();
    let mut whole = String::new();
    for artist in credit {
        let own = json::optional_text(&artist["artist"], "name");
        let here = json::optional_text(artist, "name").or_else(|| own.clone());
        whole.push_str(here.as_deref().unwrap_or_default());
        whole.push_str(&json::text(artist, "joinphrase").unwrap_or_default());
        names.extend(own.into_iter().chain(here));
        names.extend(aliases(&artist["artist"]));
    }
    if !whole.is_empty() {
        names.push(whole);
    }
    names
}
