//! The HTTP contract of an operator's functions, for the description of the API: the fields of their bodies, each of which
//! is tried with a value that it refuses.

use anyhow::{Result, ensure};
use linernotes_tests::Setup;
use serde_json::{Map, Value, json};

use crate::openapi::response;

pub struct Function {
    pub name: &'static str,
    summary: &'static str,
    fields: &'static [Field],
    /// Members of an answer beside `success`.
    answers: &'static [(&'static str, &'static str)],
}

type Field = (&'static str, Form);

enum Form {
    Integer(u32, u32),
    Text(usize),
    Flag,
}

const MINUTES: Form = Form::Integer(1, 5_256_000);

const RUN: &[Field] = &[
    ("batch_size", Form::Integer(1, 1000)),
    ("visibility_timeout", Form::Integer(0, 43_200)),
    ("budget_seconds", Form::Integer(1, 43_200)),
];
const RUN_ANSWERS: &[(&str, &str)] = &[
    ("processed", "integer"),
    ("errors", "integer"),
    ("released", "integer"),
    ("busy", "boolean"),
    ("details", "object"),
];

const fn worker(name: &'static str, summary: &'static str) -> Function {
    Function {
        name,
        summary,
        fields: RUN,
        answers: RUN_ANSWERS,
    }
}

pub const FUNCTIONS: &[Function] = &[
    worker("artistDiscovery", "Finds artists by the names in its queue"),
    worker("albumDiscovery", "Lists the albums of artists"),
    worker("trackDiscovery", "Lists the tracks of albums"),
    worker("producerIdentification", "Finds out who made the tracks of albums"),
    worker("socialEnrichment", "Finds the public profiles of producers"),
    Function {
        name: "cronQueueProcessor",
        summary: "Calls the worker of every queue once",
        fields: &[],
        answers: &[("queues", "array")],
    },
    Function {
        name: "queueMonitor",
        summary: "Finds stuck messages and, with auto_fix, makes them visible again",
        fields: &[
            ("threshold_minutes", MINUTES),
            ("auto_fix", Form::Flag),
            ("queue_name", Form::Text(512)),
        ],
        answers: &[("auto_fix", "boolean"), ("queues", "array")],
    },
    Function {
        name: "clearQueueDeduplication",
        summary: "Removes deduplication keys, so that their messages are worked on again",
        fields: &[
            ("queue_name", Form::Text(512)),
            ("idempotency_key", Form::Text(2048)),
            ("older_than_minutes", MINUTES),
            ("dry_run", Form::Flag),
        ],
        answers: &[("dry_run", "boolean"), ("matched", "integer"), ("deleted", "integer")],
    },
    Function {
        name: "checkPipeline",
        summary: "Shows the state of the pipeline",
        fields: &[],
        answers: &[],
    },
    Function {
        name: "cronCleanupStaleEntities",
        summary: "Removes stale locks and resets stale states",
        fields: &[("threshold_minutes", MINUTES)],
        answers: &[],
    },
];

/// The function's part of the document, with an answer that it gave.
pub async fn path(setup: &Setup, function: &Function) -> Result<Value> {
    let (status, answered) = setup.call(function.name, json!({})).await?;
    ensure!(status == 200, "{}: {status} {answered}", function.name);
    let mut fields = Map::new();
    for (name, form) in function.fields {
        let (schema, wrong) = match form {
            Form::Integer(least, most) => (
                json!({"type": ["integer", "null"], "minimum": least, "maximum": most}),
                json!(i64::from(*most) + 1),
            ),
            Form::Text(longest) => (
                json!({"type": ["string", "null"], "minLength": 1, "maxLength": longest, "pattern": "\\S"}),
                json!("x".repeat(longest + 1)),
            ),
            Form::Flag => (json!({"type": ["boolean", "null"]}), json!("true")),
        };
        let (status, answer) = setup.call(function.name, json!({*name: wrong})).await?;
        ensure!(
            status == 400 && answer["field"] == *name,
            "{} takes {name} = {wrong}: {status} {answer}",
            function.name
        );
        fields.insert((*name).to_owned(), schema);
    }
    let mut members = Map::from_iter([("success".to_owned(), json!({"const": true}))]);
    for (name, kind) in function.answers {
        members.insert((*name).to_owned(), json!({"type": kind}));
    }
    let mut answer = response(
        "What was done",
        &json!({"type": "object", "properties": members, "required": ["success"]}),
    );
    if function.name != "checkPipeline" {
        answer["content"]["application/json"]["example"] = answered;
    }
    let body = json!({"schema": {"type": "object", "properties": fields}, "example": {}});
    Ok(json!({
        "servers": [{"url": "https://functions.invalid", "description": "Where the functions run"}],
        "post": {
            "operationId": function.name,
            "tags": ["operation"],
            "summary": function.summary,
            "description": "With the header \"Prefer: respond-async\" the answer is 202, and the work goes on after it.",
            "security": [{"functionSecret": []}],
            "requestBody": {"content": {"application/json": body}},
            "responses": {
                "200": answer,
                "202": response("Accepted; the work goes on", &json!({"type": "object"})),
                "4XX": {"$ref": "#/components/responses/Refusal"},
                "503": {"$ref": "#/components/responses/Refusal"},
            },
        },
    }))
}
