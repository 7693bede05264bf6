//! The same roles through the gateway: whatever a client shows, only the functions for clients answer it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::calls::CALLS;
use crate::kinds::Kind;
use crate::roles::CLIENT_FUNCTIONS;
use crate::tokens::{prepare, signed};
use linernotes_tests::database::Database;

const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A client of the gateway, with one key and perhaps a token.
struct Caller {
    name: &'static str,
    key: String,
    token: Option<String>,
    /// The status of a refusal before any role is known; `None` for those who are let in.
    turned_away: bool,
}

#[tokio::test]
async fn the_publishable_key_reads_the_catalogue_and_nothing_else() -> Result<()> {
    let database = Database::start_with_stack().await?;
    database.run("SELECT checks.catalogue()").await?;
    prepare(&database).await?;
    let mut wrong = Vec::new();
    for caller in callers(&database).await? {
        for call in CALLS {
            let (status, code) = post(&database, &caller, call.function, body_of(call.function)).await?;
            let for_clients = CLIENT_FUNCTIONS.contains(&call.function);
            let as_it_should = if caller.turned_away {
                status == 401 && code != "42501"
            } else if for_clients {
                status == 200
            } else {
                code == "42501" && (status == 401 || status == 403)
            };
            if !as_it_should {
                wrong.push(format!("{} calls {}: {status} {code}", caller.name, call.function));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));

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

async fn callers(database: &Database) -> Result<Vec<Caller>> {
    let publishable = &database.info().publishable_key;
    let secret = database.info().jwt_secret.clone();
    let user = r#"{"role":"authenticated","sub":"00000000-0000-4000-8000-0000000000f1","exp":4102444800}"#;
    let expired = r#"{"role":"authenticated","sub":"00000000-0000-4000-8000-0000000000f1","exp":1577836800}"#;
    let raised = r#"{"role":"service_role","exp":4102444800}"#;
    let unsigned = signed(database, r#"{"alg":"none","typ":"JWT"}"#, raised, &secret).await?;
    let unsigned = unsigned
        .rsplit_once('.')
        .map(|(body, _)| format!("{body}."))
        .unwrap_or_default();
    let token = |name, token, turned_away| Caller {
        name,
        key: publishable.clone(),
        token: Some(token),
        turned_away,
    };
    Ok(vec![
        Caller {
            name: "publishable key",
            key: publishable.clone(),
            token: None,
            turned_away: false,
        },
        token("a user", signed(database, HS256, user, &secret).await?, false),
        token(
            "an expired user",
            signed(database, HS256, expired, &secret).await?,
            true,
        ),
        token(
            "a user of elsewhere",
            signed(database, HS256, user, "another secret, long enough to sign with").await?,
            true,
        ),
        token(
            "a forged service_role",
            signed(database, HS256, raised, "another secret, long enough to sign with").await?,
            true,
        ),
        token("alg none", unsigned, true),
        token("no token at all", "nonsense".to_owned(), true),
        Caller {
            name: "unknown key",
            key: "sb_secret_0000".to_owned(),
            token: None,
            turned_away: true,
        },
        Caller {
            name: "no key",
            key: String::new(),
            token: None,
            turned_away: true,
        },
    ])
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
    let mut request = reqwest::Client::new().post(url).json(&body);
    if !caller.key.is_empty() {
        request = request.header("apikey", &caller.key);
    }
    if let Some(token) = &caller.token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await?).unwrap_or(Value::Null);
    Ok((status, body))
}
