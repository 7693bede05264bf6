//! Prompts: what a user may start a conversation with.

use serde_json::{Map, Value, json};

use crate::mcp::protocol::Fault;

const NAME: &str = "liner_notes";
const TITLE: &str = "Liner notes of an album";
const DESCRIPTION: &str = "Writes the liner notes of an album: who made each track, how surely, by which source.";
const LONGEST: usize = 512;

pub fn listed() -> Value {
    json!([{
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "arguments": [
            {"name": "album", "title": "Album", "description": "The album's title", "required": true},
            {"name": "artist", "title": "Artist", "description": "Whose album it is", "required": false},
        ],
    }])
}

pub fn get(params: &Map<String, Value>) -> Result<Value, Fault> {
    if params.get("name").and_then(Value::as_str) != Some(NAME) {
        return Err(Fault::invalid_params(format!("Unknown prompt; there is one, {NAME}")));
    }
    let empty = Map::new();
    let given = match params.get("arguments") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(given)) => given,
        Some(_) => return Err(Fault::invalid_params("arguments must be an object")),
    };
    let Some(album) = text(given, "album")? else {
        return Err(Fault::invalid_params("album: is missing; give the album's title"));
    };
    // As JSON, so that a title with quotation marks and line breaks stays one title.
    let mut wanted = format!("the album {}", json!(album));
    if let Some(artist) = text(given, "artist")? {
        wanted = format!("{wanted} by {}", json!(artist));
    }
    let task = format!(
        "Write the liner notes of {wanted}.\n\n\
         1. Find the album with search_catalogue (kinds [\"albums\"]). If several fit, ask me which one.\n\
         2. Read its credits with get_album_credits, all pages.\n\
         3. List the tracks in their order, each with the people and what they did. Mark every credit with a \
         confidence below 0.7 as unsure.\n\
         4. Where a track has no credits, write \"not known\", never \"nobody\".\n\
         5. Close with the sources that state the credits, and the page of the album."
    );
    Ok(json!({
        "description": DESCRIPTION,
        "messages": [{"role": "user", "content": {"type": "text", "text": task}}],
    }))
}

fn text<'a>(given: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Fault> {
    match given.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= LONGEST => {
            Ok(Some(text.trim()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(Fault::invalid_params(format!(
            "{name}: must be a text of at most {LONGEST} characters"
        ))),
    }
}
