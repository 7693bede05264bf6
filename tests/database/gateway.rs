//! The same roles through the gateway: whatever a client shows, only the functions for clients answer it. The functions
//! and tables are those of the catalogue, so that what is added is tried without anybody thinking of it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::callers::{Caller, callers};
use crate::calls::CALLS;
use crate::kinds::Kind;
use crate::roles::CLIENT_FUNCTIONS;
use crate::tokens::prepare;
use linernotes_tests::database::Database;
use linernotes_tests::figure;

/// What a request may ask for, and what says that it was refused.
struct Target {
    schema: String,
    name: String,
    is_function: bool,
    body: Value,
}

/// Each function, with a value of its type for each argument that must be given, and each table and view.
const TARGETS: &str = "
    SELECT nspname::text, proname::text, TRUE, coalesce((
        SELECT jsonb_object_agg(name, CASE
          WHEN type::regtype::text LIKE '%[]' THEN '[]'::jsonb
          ELSE coalesce(('{\"uuid\": \"00000000-0000-4000-8000-000000000001\", \"jsonb\": {}, \"boolean\": false, \"integer\": 1,
                           \"bigint\": 1, \"numeric\": 1, \"timestamp with time zone\": \"2026-01-01T00:00:00Z\"}'::jsonb)
                        -> type::regtype::text, '\"x\"') END)
        FROM unnest(proargnames, proargtypes::oid[]) WITH ORDINALITY AS argument (name, type, place)
        WHERE type IS NOT NULL AND name <> '' AND place <= pronargs - pronargdefaults), '{}')::text
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname IN ('public', 'linernotes', 'pgmq', 'net', 'vault', 'cron') AND prokind = 'f'
      AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
    UNION ALL
    SELECT nspname, relname, FALSE, '{}'
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('public', 'linernotes', 'pgmq', 'net', 'vault', 'cron', 'supabase_migrations')
      AND relkind IN ('r', 'p', 'v', 'm')";

#[tokio::test]
async fn the_publishable_key_reads_the_catalogue_and_nothing_else() -> Result<()> {
    let database = Database::start_with_stack().await?;
    database.run("SELECT checks.catalogue()").await?;
    prepare(&database).await?;
    let rows: Vec<(String, String, bool, String)> = sqlx::query_as(TARGETS).fetch_all(&database.owner).await?;
    let targets: Vec<Target> = rows
        .into_iter()
        .map(|(schema, name, is_function, body)| {
            let known = is_function && schema == "public" && CALLS.iter().any(|call| call.function == name);
            let body = if known {
                body_of(&name)
            } else {
                serde_json::from_str(&body).unwrap_or_default()
            };
            Target {
                schema,
                name,
                is_function,
                body,
            }
        })
        .collect();
    let callers = Box::pin(callers(&database)).await?;
    let client = reqwest::Client::new();
    let (mut tried, mut wrong) = (0, Vec::new());
    for caller in &callers {
        for target in &targets {
            // One of each other schema shows whether a caller is let in at all.
            if caller.turned_away && target.schema != "public" {
                continue;
            }
            for method in target.methods() {
                tried += 1;
                let (status, answer) = target.ask(&client, &database, caller, method).await?;
                if !target.is_as_decided(caller, status, &answer) {
                    wrong.push(format!(
                        "{}: {method} {}.{}: {status} {answer}",
                        caller.name, target.schema, target.name
                    ));
                }
            }
        }
    }
    let (kinds, all) = (callers.len(), targets.len());
    figure(
        "gateway",
        &format!("{tried} requests by {kinds} kinds of caller to {all} functions, tables and views"),
    )?;
    ensure!(
        wrong.is_empty(),
        "{} wrong, first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );

    // The secret key is the service's: everything answers, with the role's own time limit.
    let secret = Caller {
        name: "secret key",
        key: database.info().secret_key.clone(),
        token: None,
        turned_away: false,
    };
    for call in CALLS.iter().filter(|call| call.arguments.is_empty()) {
        let (status, code) = post(&database, &secret, call.function, json!({})).await?;
        ensure!(status == 200, "{}: {status} {code}", call.function);
    }
    let (status, code) = post(
        &database,
        &secret,
        "pg_enqueue",
        json!({"queue_name": "nowhere", "message_body": {}}),
    )
    .await?;
    ensure!((status, code.as_str()) == (400, "22023"), "{status} {code}");
    Ok(())
}

#[tokio::test]
async fn a_client_reads_who_made_a_track() -> Result<()> {
    let database = Database::start_with_stack().await?;
    database.run("SELECT checks.catalogue()").await?;
    let anybody = Caller {
        name: "publishable key",
        key: database.info().publishable_key.clone(),
        token: None,
        turned_away: false,
    };
    let known = "00000000-0000-4000-8000-0000000000c1";
    let (status, rows) = answer(&database, &anybody, "get_track_credits", json!({ "track_id": known })).await?;
    ensure!(status == 200, "{status} {rows}");
    let row = &rows[0];
    ensure!(rows.as_array().map(Vec::len) == Some(1), "{rows}");
    ensure!(
        row["name"] == "Ludwig Göransson"
            && row["confidence"] == 0.98
            && row["sources"] == json!(["musicbrainz", "title"]),
        "{row}"
    );
    ensure!(row["evidence"]["title"]["confidence"] == 0.6, "{row}");

    let unknown = json!({ "track_id": "00000000-0000-4000-8000-000000000000" });
    let (status, rows) = answer(&database, &anybody, "get_track_credits", unknown).await?;
    ensure!((status, &rows) == (200, &json!([])), "{status} {rows}");
    for hostile in [
        json!("x'; DROP TABLE tracks; --"),
        json!(""),
        json!(7),
        json!({ "a": 1 }),
        json!([known]),
        json!(format!("{known}{known}")),
        json!("x".repeat(100_000)),
    ] {
        let (status, body) = answer(&database, &anybody, "get_track_credits", json!({ "track_id": hostile })).await?;
        ensure!((400..500).contains(&status), "{hostile}: {status} {body}");
        ensure!(!body.to_string().contains("PL/pgSQL"), "{body}");
    }
    ensure!(database.ask("SELECT count(*) FROM tracks").await? == 4);
    Ok(())
}

impl Target {
    fn methods(&self) -> &'static [&'static str] {
        if self.is_function {
            &["POST"]
        } else {
            &["GET", "POST", "PATCH", "DELETE"]
        }
    }

    async fn ask(
        &self,
        client: &reqwest::Client,
        database: &Database,
        caller: &Caller,
        method: &str,
    ) -> Result<(u16, Value)> {
        let folder = if self.is_function { "rpc/" } else { "" };
        let url = format!("{}/rest/v1/{folder}{}", database.info().api_url, self.name);
        let mut request = caller.show(client.request(method.parse()?, url));
        if self.schema != "public" {
            request = request
                .header("accept-profile", &self.schema)
                .header("content-profile", &self.schema);
        }
        if method != "GET" && method != "DELETE" {
            request = request.json(&self.body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((
            status,
            serde_json::from_str(&answer.text().await?).unwrap_or(Value::Null),
        ))
    }

    fn is_as_decided(&self, caller: &Caller, status: u16, answer: &Value) -> bool {
        let code = answer["code"].as_str().unwrap_or_default();
        let no_such_role = answer["message"]
            .as_str()
            .is_some_and(|message| message.contains("set role"));
        let for_clients = self.is_function && self.schema == "public" && CLIENT_FUNCTIONS.contains(&self.name.as_str());
        if caller.turned_away {
            // Let in as somebody it would be a permission that is lacking.
            status == 401 && (code != "42501" || no_such_role) || status == 403
        } else if for_clients {
            status == 200
        } else if self.schema == "public" {
            code == "42501" && (status == 401 || status == 403)
        } else {
            // The API has no such schema, so that not even the right to something in it opens it.
            (400..500).contains(&status)
        }
    }
}

/// Arguments as JSON, good enough to be looked up as this function.
fn body_of(function: &str) -> Value {
    let call = CALLS.iter().find(|call| call.function == function);
    let mut body = serde_json::Map::new();
    for (name, good, kind) in call.into_iter().flat_map(|call| call.arguments) {
        let value = match good.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(text) => serde_json::from_str::<Value>(text)
                .ok()
                .filter(|json| !json.is_number())
                .unwrap_or(json!(text)),
            None => serde_json::from_str(&good.to_lowercase()).unwrap_or(Value::Null),
        };
        // The local gateway takes null for text only; every other argument that is NULL here has a default.
        if !value.is_null() || matches!(kind, Kind::AnyText | Kind::TextOrNull(_)) {
            body.insert((*name).to_owned(), value);
        }
    }
    Value::Object(body)
}

async fn post(database: &Database, caller: &Caller, function: &str, body: Value) -> Result<(u16, String)> {
    let (status, body) = answer(database, caller, function, body).await?;
    Ok((status, body["code"].as_str().unwrap_or_default().to_owned()))
}

async fn answer(database: &Database, caller: &Caller, function: &str, body: Value) -> Result<(u16, Value)> {
    let url = format!("{}/rest/v1/rpc/{function}", database.info().api_url);
    let answer = caller.show(reqwest::Client::new().post(url).json(&body)).send().await?;
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await?).unwrap_or(Value::Null);
    Ok((status, body))
}
