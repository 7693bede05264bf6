//! Resources: what a user may attach to a conversation by its address, `linernotes://producer/{id}` and its like.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::mcp::answers;
use crate::mcp::calls::{Catalogue, Refusal, text};
use crate::mcp::shape::Shape;
use crate::mcp::tools::NOTICE;

const SCHEME: &str = "linernotes://";
const CATALOGUE: &str = "linernotes://catalogue";
const JSON: &str = "application/json";

struct Template {
    kind: &'static str,
    title: &'static str,
    description: &'static str,
    function: &'static str,
    argument: &'static str,
    answer: Shape,
}

const TEMPLATES: [Template; 4] = [
    Template {
        kind: "producer",
        title: "Producer",
        description: "Somebody behind the music: names, roles, years, artists, profiles elsewhere",
        function: "get_producer",
        argument: "producer_id",
        answer: Shape::Object(&answers::PRODUCER),
    },
    Template {
        kind: "artist",
        title: "Artist",
        description: "An artist with albums and the people behind them",
        function: "get_artist",
        argument: "artist_id",
        answer: Shape::Object(&answers::ARTIST),
    },
    Template {
        kind: "album",
        title: "Album",
        description: "Liner notes of an album, track by track",
        function: "get_album",
        argument: "album_id",
        answer: Shape::Object(&answers::ALBUM_PAGE),
    },
    Template {
        kind: "track",
        title: "Track",
        description: "Who made a track, by which sources, with the evidence",
        function: "get_track",
        argument: "track_id",
        answer: Shape::Object(&answers::TRACK),
    },
];

pub fn listed() -> Value {
    json!([{
        "uri": CATALOGUE,
        "name": "catalogue",
        "title": "Catalogue",
        "description": "How much the catalogue holds, its newest artists, its foremost producers",
        "mimeType": JSON,
    }])
}

pub fn templates() -> Value {
    TEMPLATES
        .iter()
        .map(|template| {
            json!({
                "uriTemplate": format!("{SCHEME}{}/{{id}}", template.kind),
                "name": template.kind,
                "title": template.title,
                "description": template.description,
                "mimeType": JSON,
            })
        })
        .collect()
}

/// The contents behind an address; `None` where there is nothing.
pub async fn read(catalogue: &Catalogue<'_>, uri: &str) -> Result<Option<Value>, Refusal> {
    let (answer, shape): (Value, Shape) = if uri == CATALOGUE {
        let stats = catalogue.rpc.call("get_catalogue_stats", &json!({})).await?;
        (stats, Shape::Object(&answers::STATS))
    } else {
        let named = uri.strip_prefix(SCHEME).and_then(|rest| rest.split_once('/'));
        let found = named.and_then(|(kind, id)| {
            let template = TEMPLATES.iter().find(|template| template.kind == kind)?;
            Some((template, Uuid::try_parse(id).ok()?))
        });
        let Some((template, id)) = found else {
            return Ok(None);
        };
        let arguments = Map::from_iter([(template.argument.to_owned(), json!(id))]);
        (
            catalogue.rpc.call(template.function, &arguments).await?,
            template.answer,
        )
    };
    let Value::Object(mut members) = shape.cut(&answer, catalogue.origin) else {
        return Ok(None);
    };
    members.insert("notice".into(), json!(NOTICE));
    Ok(Some(json!([{"uri": uri, "mimeType": JSON, "text": text(&members)}])))
}
