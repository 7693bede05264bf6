//! `functions/mcp/openapi.json` says what runs: the signatures and comments of the live catalogue, the checks of the
//! arguments as the database's tests try them, the forms of the answers, and examples that were really answered.
//! `UPDATE_OPENAPI=1` writes it anew.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use linernotes::mcp::answers;
use linernotes::mcp::shape::Reader;
use linernotes_tests::{Setup, checkout};
use serde_json::{Map, Value, json};

use crate::calls::CALLS;
use crate::contract;
use crate::kinds::Kind;

const FILE: &str = "functions/mcp/openapi.json";

/// What clients with the public key may call, with the arguments: name, type, whether there is a default and which.
const SIGNATURES: &str = "
    SELECT jsonb_agg(jsonb_build_object(
      'name', routine.proname,
      'comment', obj_description(routine.oid, 'pg_proc'),
      'arguments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'name', argument.name,
          'type', argument.type::regtype,
          'default', pg_get_function_arg_default(routine.oid, argument.ordinality::INT)
        ) ORDER BY argument.ordinality), '[]')
        FROM unnest(routine.proargnames[:routine.pronargs], routine.proargtypes::OID[])
          WITH ORDINALITY AS argument (name, type, ordinality)
      )
    ) ORDER BY routine.proname)::text
    FROM pg_proc AS routine
    WHERE routine.pronamespace = 'public'::regnamespace
      AND has_function_privilege('anon', routine.oid, 'EXECUTE')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e')";

/// Writes or compares the document, and sees that the door serves it. Returns it as it would be served with the examples
/// of this run, and with arguments that are ids narrowed to ids that are there.
pub async fn check(setup: &Setup, world: &Value) -> Result<String> {
    let document = write(setup, world).await?;
    let path = checkout()?.join(FILE);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, document.to_string() + "\n")?;
        bail!("{FILE} is written; build the components, and run without UPDATE_OPENAPI");
    }
    let stored: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    if let Some(place) = difference("", &document, &stored) {
        bail!(
            "{FILE} is out of date at {place}\n\
             UPDATE_OPENAPI=1 cargo nextest run --test mcp writes it anew; then the components are built again"
        );
    }
    let served = reqwest::get(format!("{}/openapi.json", setup.info().api_url)).await?;
    ensure!(served.status() == 200 && served.headers()["content-type"] == "application/json");
    let served = served.text().await?;
    ensure!(!served.contains(".invalid"), "a place stands in what is served");
    let served: Value = serde_json::from_str(&served)?;
    ensure!(served["info"] == stored["info"]);
    ensure!(served["servers"][0]["url"] == json!(setup.info().api_url));
    let origin = setup.info().api_url.as_str();
    let document = narrowed(document, world).to_string();
    Ok(document
        .replace("https://api.invalid", origin)
        .replace("https://functions.invalid", origin))
}

fn narrowed(mut document: Value, world: &Value) -> Value {
    let known: Vec<&Value> = ["producer", "other", "artist", "album", "track"]
        .map(|of| &world[of]["id"])
        .into();
    for path in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let arguments = &mut path["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"];
        for argument in arguments.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if argument["format"] == "uuid" {
                argument["enum"] = json!(known);
            }
        }
    }
    document
}

/// Where two documents differ, but for their examples: those have ids and times of the run that they were made in.
fn difference(place: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            names.filter(|name| *name != "example").find_map(|name| {
                let of = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or_default();
                difference(&format!("{place}/{name}"), &of(one), &of(other))
            })
        }
        (one, other) => (one != other).then(|| format!("{place}: {one}, and in the file {other}")),
    }
}

async fn write(setup: &Setup, world: &Value) -> Result<Value> {
    let signatures: String = sqlx::query_scalar(SIGNATURES).fetch_one(&setup.pool).await?;
    let signatures: Vec<Value> = serde_json::from_str(&signatures)?;
    let mut paths = Map::new();
    for signature in &signatures {
        let name = signature["name"].as_str().context("a function has no name")?;
        paths.insert(
            format!("/rest/v1/rpc/{name}"),
            client_function(setup, world, name, signature).await?,
        );
    }
    for function in contract::FUNCTIONS {
        paths.insert(
            format!("/functions/v1/{}", function.name),
            contract::path(setup, function).await?,
        );
    }
    let error = |members: &[&str]| {
        let members: Map<String, Value> = members
            .iter()
            .map(|member| ((*member).to_owned(), json!({"type": ["string", "null"]})))
            .collect();
        json!({"type": "object", "properties": members})
    };
    let mut refusal = error(&["error", "field"]);
    refusal["properties"]["success"] = json!({"const": false});
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Linernotes",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Who produced and wrote the music: credits of tracks, with the source and the confidence of \
                each. Functions under /rest/v1/rpc read the catalogue with the project's publishable key; functions under \
                /functions/v1 are an operator's, and want the function secret. Not known is not nobody: an empty list \
                says that no source which was asked names anybody. Assistants find the same at /mcp.",
        },
        "servers": [{"url": "https://api.invalid", "description": "The project's API"}],
        "tags": [
            {"name": "catalogue", "description": "For everybody"},
            {"name": "operation", "description": "For operators"},
        ],
        "paths": paths,
        "components": {
            "schemas": {
                "Error": error(&["code", "message", "details", "hint"]),
                "Refusal": refusal,
            },
            "responses": {
                "Error": response("An argument that can't be, or a key that is none; message says which", &json!({"$ref": "#/components/schemas/Error"})),
                "Refusal": response("What is wrong, and in which field", &json!({"$ref": "#/components/schemas/Refusal"})),
            },
            "securitySchemes": {
                "publishableKey": {"type": "apiKey", "in": "header", "name": "apikey"},
                "functionSecret": {"type": "http", "scheme": "bearer"},
            },
        },
    }))
}

pub fn response(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

async fn client_function(setup: &Setup, world: &Value, name: &str, signature: &Value) -> Result<Value> {
    let shape = answers::FUNCTIONS.iter().find(|(known, _)| *known == name);
    let (_, shape) = shape.with_context(|| format!("shared/src/mcp/answers does not say what {name} answers"))?;
    let call = CALLS.iter().find(|call| call.function == name);
    let call = call.with_context(|| format!("tests/database/calls.rs does not have {name}"))?;
    let mut properties = Map::new();
    let mut required = Vec::new();
    for argument in signature["arguments"].as_array().into_iter().flatten() {
        let named = argument["name"].as_str().unwrap_or_default();
        let (.., kind) = call
            .arguments
            .iter()
            .find(|(known, ..)| *known == named)
            .with_context(|| format!("{name} has no {named} in calls.rs"))?;
        let mut schema = argument_schema(argument["type"].as_str().unwrap_or_default(), *kind)?;
        match argument["default"].as_str() {
            None => required.push(named),
            Some(default) => {
                if let Ok(number) = default.parse::<i64>() {
                    schema["default"] = json!(number);
                }
            }
        }
        properties.insert(named.to_owned(), schema);
    }
    let mut arguments = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        arguments["required"] = json!(required);
    }
    let (asked, answered) = example(setup, world, name).await?;
    let mut answer = response("The answer", &shape.schema(Reader::Program));
    answer["content"]["application/json"]["example"] = answered;
    Ok(json!({"post": {
        "operationId": name,
        "tags": ["catalogue"],
        "summary": signature["comment"].as_str().and_then(|comment| comment.split([':', '.']).next()),
        "description": signature["comment"],
        "security": [{"publishableKey": []}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": arguments, "example": asked}}},
        "responses": {"200": answer, "4XX": {"$ref": "#/components/responses/Error"}},
    }}))
}

fn argument_schema(kind: &str, check: Kind) -> Result<Value> {
    let mut schema = match kind {
        "uuid" => json!({"type": "string", "format": "uuid"}),
        "uuid[]" => json!({"type": "array", "items": {"type": "string", "format": "uuid"}}),
        "text" => json!({"type": "string"}),
        "text[]" => json!({"type": "array", "minItems": 1, "items": {"type": "string"}}),
        "integer" => json!({"type": "integer"}),
        other => bail!("an argument of type {other}"),
    };
    match check {
        Kind::Number(least, most) | Kind::NumberOrNull(least, most) => {
            schema["minimum"] = json!(least);
            schema["maximum"] = json!(most);
        }
        Kind::Word(words) | Kind::WordOrNull(words) => schema["enum"] = json!(words),
        Kind::WordsOrNull(words) => schema["items"]["enum"] = json!(words),
        Kind::FewIdsOrNull(most) => schema["maxItems"] = json!(most),
        _ => {}
    }
    Ok(schema)
}

/// A question, and what was really answered.
async fn example(setup: &Setup, world: &Value, name: &str) -> Result<(Value, Value)> {
    let id = |of: &str| world[of]["id"].clone();
    let asked = match name {
        "find_connection" => json!({"from_id": id("producer"), "to_id": id("other")}),
        "get_album" => json!({"album_id": id("small_album")}),
        "get_artist" => json!({"artist_id": id("artist")}),
        "get_artist_producers" => json!({"artist_id": id("artist"), "limit_count": 2}),
        "get_catalogue_stats" => json!({}),
        "get_collaboration_graph" => json!({"kind": "producer", "id": id("producer"), "depth": 1, "limit_count": 3}),
        "get_collaborators" | "get_producer_credits" => json!({"producer_id": id("producer"), "limit_count": 2}),
        "get_producer" | "get_producer_collaborations" => json!({"producer_id": id("small_producer")}),
        "get_track" | "get_track_credits" => json!({"track_id": id("track")}),
        "search_catalogue" => json!({"term": world["producer"]["name"], "limit_count": 2}),
        "search_producers" => json!({"search_term": world["producer"]["name"]}),
        other => bail!("there is no example for {other}"),
    };
    let answer = reqwest::Client::new()
        .post(format!("{}/rest/v1/rpc/{name}", setup.info().api_url))
        .header("apikey", &setup.info().publishable_key)
        .json(&asked)
        .send()
        .await?;
    ensure!(answer.status() == 200, "{name}: {}", answer.status());
    let answer: Value = answer.json().await?;
    ensure!(
        !answer.is_null() && answer != json!([]),
        "{name} has nothing to show: {asked}"
    );
    Ok((asked, answer))
}
