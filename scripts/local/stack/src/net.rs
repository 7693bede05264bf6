//! The sender of `pg_net`'s stand-in. It does what `pg_net`'s worker does, its traits included: it takes up to 200
//! requests, sends them all at once, waits for the slowest answer, then pauses a second unless it is woken; and it may
//! send a request twice, because the answers are written after the sending.

use anyhow::Result;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Map, Value};
use sqlx::postgres::{PgListener, PgPoolOptions, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, PgPool, Row};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const CHANNEL: &str = "net_http_request";
const AT_ONCE: u16 = 200;
const PAUSE: Duration = Duration::from_secs(1);
const TIDY_EVERY: Duration = Duration::from_mins(1);

/// A row of `net.http_request_queue`.
struct Request {
    id: i64,
    method: String,
    url: String,
    headers: Option<Json<Map<String, Value>>>,
    body: Option<Vec<u8>>,
    timeout_milliseconds: i32,
}

impl FromRow<'_, PgRow> for Request {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            method: row.try_get("method")?,
            url: row.try_get("url")?,
            headers: row.try_get("headers")?,
            body: row.try_get("body")?,
            timeout_milliseconds: row.try_get("timeout_milliseconds")?,
        })
    }
}

/// A row of `net._http_response`.
struct Answer {
    id: i64,
    received: Result<Received, Failure>,
}

struct Received {
    status: i32,
    content_type: Option<String>,
    headers: Value,
    content: String,
}

struct Failure {
    timed_out: bool,
    message: String,
}

/// Sends what the database asks for, until dropped. Trouble with the database (it may be restarting) is waited out.
pub(crate) async fn send_requests(admin_url: String) {
    loop {
        let _ = serve(&admin_url).await;
        sleep(PAUSE).await;
    }
}

async fn serve(admin_url: &str) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(2).connect(admin_url).await?;
    let mut wakes = PgListener::connect_with(&pool).await?;
    wakes.listen(CHANNEL).await?;
    let client = Client::builder().no_proxy().redirect(Policy::none()).build()?;
    let mut tidied: Option<Instant> = None;
    loop {
        let took = send_batch(&pool, &client).await?;
        if tidied.is_none_or(|at| at.elapsed() > TIDY_EVERY) {
            sqlx::query("DELETE FROM net._http_response WHERE created < now() - interval '6 hours'")
                .execute(&pool)
                .await?;
            tidied = Some(Instant::now());
        }
        if took < usize::from(AT_ONCE) {
            // Without a wake-up, too, the queue is looked at every second.
            let _ = timeout(PAUSE, wakes.recv()).await;
        }
    }
}

/// One round; returns how many requests it took.
async fn send_batch(pool: &PgPool, client: &Client) -> Result<usize> {
    let requests: Vec<Request> = sqlx::query_as(
        "SELECT id, method::text AS method, url, headers, body, timeout_milliseconds
         FROM net.http_request_queue ORDER BY id LIMIT $1",
    )
    .bind(i64::from(AT_ONCE))
    .fetch_all(pool)
    .await?;
    let ids: Vec<i64> = requests.iter().map(|request| request.id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let mut sending = JoinSet::new();
    for request in requests {
        sending.spawn(send(client.clone(), request));
    }
    let answers = sending.join_all().await;
    store(pool, &ids, answers).await?;
    Ok(ids.len())
}

async fn send(client: Client, request: Request) -> Answer {
    let limit = Duration::from_millis(u64::try_from(request.timeout_milliseconds).unwrap_or(0));
    let id = request.id;
    let received = match timeout(limit, exchange(&client, request)).await {
        Ok(Ok(received)) => Ok(received),
        Ok(Err(error)) => Err(Failure {
            timed_out: false,
            message: cause(&error),
        }),
        Err(_) => Err(Failure {
            timed_out: true,
            message: format!("Timeout of {} ms reached", limit.as_millis()),
        }),
    };
    Answer { id, received }
}

async fn exchange(client: &Client, request: Request) -> Result<Received> {
    let method = Method::from_bytes(request.method.to_ascii_uppercase().as_bytes())?;
    let mut outgoing = client
        .request(method, &request.url)
        .headers(headers(request.headers.map(|json| json.0))?);
    if let Some(body) = request.body {
        outgoing = outgoing.body(body);
    }
    let response = outgoing.send().await?;
    let status = i32::from(response.status().as_u16());
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let headers: Map<String, Value> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    // PostgreSQL's text holds no NUL.
    let content = response.text().await?.replace('\0', "");
    Ok(Received {
        status,
        content_type,
        headers: headers.into(),
        content,
    })
}

fn headers(given: Option<Map<String, Value>>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in given.unwrap_or_default() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(headers)
}

/// The innermost reason ("Connection refused") rather than the outermost ("error sending request").
fn cause(error: &anyhow::Error) -> String {
    error.root_cause().to_string()
}

/// Writes the answers and takes the requests out of the queue.
async fn store(pool: &PgPool, ids: &[i64], answers: Vec<Answer>) -> Result<()> {
    let mut transaction = pool.begin().await?;
    for Answer { id, received } in answers {
        let insert = sqlx::query(
            "INSERT INTO net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let insert = match received {
            Ok(Received {
                status,
                content_type,
                headers,
                content,
            }) => insert
                .bind(id)
                .bind(Some(status))
                .bind(content_type)
                .bind(Some(Json(headers)))
                .bind(Some(content))
                .bind(false)
                .bind(None::<String>),
            Err(Failure { timed_out, message }) => insert
                .bind(id)
                .bind(None::<i32>)
                .bind(None::<String>)
                .bind(None::<Json<Value>>)
                .bind(None::<String>)
                .bind(timed_out)
                .bind(Some(message)),
        };
        insert.execute(&mut *transaction).await?;
    }
    sqlx::query("DELETE FROM net.http_request_queue WHERE id = ANY($1)")
        .bind(ids)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
