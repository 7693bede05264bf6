//! Wikidata's `wbgetentities`.

use serde_json::{Map, Value, json};

use super::{Answer, Call};
use crate::world::World;
use crate::world::model::{Claim, Entity};

/// Without the right to ask for more.
const MOST_IDS: usize = 50;

pub fn answer(world: &World, call: &Call) -> Answer {
    if call.path != ["w", "api.php"] {
        return super::Provider::Wikidata.not_found();
    }
    if call.value("action") != Some("wbgetentities") {
        return error("badvalue", "Unrecognized value for parameter \"action\".", json!({}));
    }
    if call.value("format") != Some("json") {
        // Without a format the answer is a page for people.
        return Answer::text(200, "text/html", "<!DOCTYPE html><title>MediaWiki API result</title>");
    }
    let ids: Vec<&str> = call
        .value("ids")
        .unwrap_or_default()
        .split('|')
        .filter(|id| !id.is_empty())
        .collect();
    if ids.is_empty() {
        return error(
            "param-missing",
            "Either provide the Item \"ids\" or pairs of \"sites\" and \"titles\".",
            json!({}),
        );
    }
    if ids.len() > MOST_IDS {
        let details = json!({"parameter": "ids", "limit": MOST_IDS, "lowlimit": MOST_IDS, "highlimit": 500});
        return error(
            "toomanyvalues",
            "Too many values supplied for parameter \"ids\". The limit is 50.",
            details,
        );
    }
    if let Some(bad) = ids.iter().find(|id| !well_formed(id)) {
        let info = format!("Could not find an entity with the ID \"{bad}\".");
        return error("no-such-entity", &info, json!({"id": bad}));
    }
    let claims = call
        .value("props")
        .is_none_or(|props| props.split('|').any(|prop| prop == "claims"));
    let entities: Map<String, Value> = ids
        .iter()
        .map(|id| {
            let id = id.to_ascii_uppercase();
            let object = match world.entity(&id) {
                Some(entity) => object(entity, claims),
                None => json!({"id": id, "missing": ""}),
            };
            (id, object)
        })
        .collect();
    Answer::json(200, &json!({"entities": entities, "success": 1}))
}

/// `MediaWiki` answers errors with 200.
fn error(code: &str, info: &str, details: Value) -> Answer {
    let mut object = match details {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    object.insert("code".into(), json!(code));
    object.insert("info".into(), json!(info));
    Answer::json(200, &json!({"error": object, "servedby": "mw-api-ext.demo"})).header("MediaWiki-API-Error", &code)
}

fn well_formed(id: &str) -> bool {
    id.strip_prefix(['Q', 'q']).is_some_and(|digits| {
        !digits.is_empty() && !digits.starts_with('0') && digits.chars().all(|digit| digit.is_ascii_digit())
    })
}

fn object(entity: &Entity, with_claims: bool) -> Value {
    let mut object = json!({"type": "item", "id": entity.id});
    if with_claims {
        let mut claims: Map<String, Value> = Map::new();
        for (at, claim) in entity.claims.iter().enumerate() {
            let statement = statement(entity, at, claim);
            if let Value::Array(statements) = claims.entry(claim.property).or_insert_with(|| json!([])) {
                statements.push(statement);
            }
        }
        object["claims"] = Value::Object(claims);
    }
    object
}

fn statement(entity: &Entity, at: usize, claim: &Claim) -> Value {
    let mut statement = json!({
        "mainsnak": snak(claim),
        "type": "statement",
        "id": format!("{}${at:08}-0000-4000-8000-000000000000", entity.id),
        "rank": claim.rank,
    });
    if claim.ended {
        statement["qualifiers"] = json!({"P582": [{
            "snaktype": "value",
            "property": "P582",
            "hash": "0f3c7d0c7d4b5a3f0a3c1f4b9f6d0e8a7b2c1d9e",
            "datavalue": {
                "value": {
                    "time": "+2021-03-01T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 11,
                    "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
                },
                "type": "time",
            },
            "datatype": "time",
        }]});
        statement["qualifiers-order"] = json!(["P582"]);
    }
    statement
}

fn snak(claim: &Claim) -> Value {
    let datatype = match claim.property {
        "P18" => "commonsMedia",
        "P856" | "P968" => "url",
        _ => "external-id",
    };
    let mut snak = json!({"snaktype": "somevalue", "property": claim.property, "datatype": datatype});
    if claim.is_none {
        snak["snaktype"] = json!("novalue");
    }
    if let Some(value) = &claim.value {
        snak["snaktype"] = json!("value");
        snak["datavalue"] = json!({"value": value, "type": "string"});
    }
    snak
}
