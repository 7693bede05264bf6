//! The door over HTTP: what it refuses, and what many calls at once and one call cost.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use linernotes_tests::{Setup, figure};
use reqwest::{Body, Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a call may take beyond the RPC that it makes.
const OVERHEAD: Duration = Duration::from_millis(30);

pub struct Door {
    pub url: String,
    client: Client,
}

impl Door {
    pub fn new(setup: &Setup) -> Self {
        Self {
            url: format!("{}/mcp", setup.info().api_url),
            client: Client::new(),
        }
    }

    fn post(&self, body: impl Into<Body>) -> RequestBuilder {
        self.client
            .post(&self.url)
            .header("content-type", "application/json")
            .body(body)
    }

    async fn call(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                             "params": {"name": tool, "arguments": arguments}});
        let answer = self.post(message.to_string()).send().await?;
        ensure!(answer.status() == StatusCode::OK, "{tool}: {}", answer.status());
        Ok(answer.json::<Value>().await?["result"].take())
    }

    pub async fn refuses_what_is_no_message(&self) -> Result<()> {
        let small = ping(100);
        let version = "mcp-protocol-version";
        let own = self.url.trim_end_matches("/mcp");
        let to = |path: &str| self.client.post(format!("{own}{path}")).body(ping(100));
        for (request, status, code) in [
            (self.post(small.clone()), 200, 0),
            (self.post(format!("[{small}]")), 400, -32600),
            (self.post("{"), 400, -32700),
            (self.post(ping(65_536)), 200, 0),
            (self.post(ping(65_537)), 413, -32600),
            (self.post(small.clone()).header("content-encoding", "gzip"), 415, -32600),
            (self.post(small.clone()).header("origin", own), 200, 0),
            (self.post(small.clone()).header("origin", "null"), 403, -32600),
            (
                self.post(small.clone()).header("origin", "http://localhost.evil"),
                403,
                -32600,
            ),
            (
                self.post(small.clone()).header("origin", "http://127.0.0.1:9"),
                403,
                -32600,
            ),
            (
                self.post(small.clone()).header("origin", "https://evil.example"),
                403,
                -32600,
            ),
            (self.post(small.clone()).header(version, "1900-01-01"), 400, -32022),
            (self.post(small.clone()).header(version, "2026-07-28"), 400, -32602),
            (self.client.get(&self.url), 405, -32600),
            (self.client.delete(&self.url), 405, -32600),
            (self.client.post(&self.url).body(small.clone()), 415, -32600),
        ] {
            let answer = request.send().await?;
            let got = answer.status().as_u16();
            let allow = answer.headers().get("allow").cloned();
            let body: Value = answer.json().await?;
            ensure!(got == status, "{status} expected, {got}: {body}");
            ensure!(
                body["error"]["code"].as_i64().unwrap_or_default() == code,
                "{code}: {body}"
            );
            ensure!((status == 405) == allow.is_some_and(|allow| allow == "POST"), "{body}");
        }
        for (size, status) in [(65_536, 200), (65_537, 413), (1_000_000, 413)] {
            let got = self.status_of_pieces(&ping(size)).await?;
            ensure!(got == status, "{size} bytes in pieces: {got}");
        }
        for path in ["/openapi.json", "/openapi.json/"] {
            let status = to(path).send().await?.status();
            ensure!(status == StatusCode::METHOD_NOT_ALLOWED, "POST {path}: {status}");
        }
        Ok(())
    }

    /// Sends a body in chunks, so that no header says how long it is.
    async fn status_of_pieces(&self, body: &str) -> Result<u16> {
        let address = self.url.trim_start_matches("http://").trim_end_matches("/mcp");
        let mut stream = TcpStream::connect(address).await?;
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
        let mut request = head.into_bytes();
        for piece in body.as_bytes().chunks(1000) {
            request.extend(format!("{:x}\r\n", piece.len()).as_bytes());
            request.extend(piece);
            request.extend(b"\r\n");
        }
        request.extend(b"0\r\n\r\n");
        let (mut reader, mut writer) = stream.split();
        // Who has refused reads no more, and the rest can't be written.
        let (_, answer) = tokio::join!(writer.write_all(&request), async {
            let mut start = [0; 12];
            reader.read_exact(&mut start).await.map(|_| start)
        });
        Ok(String::from_utf8_lossy(&answer?)[9..].parse()?)
    }

    pub async fn answers_a_hundred_at_once(&self, world: &Value) -> Result<()> {
        let arguments = json!({"kind": "producer", "id": world["producer"]["id"], "depth": 3, "limit_count": 100});
        let calls = (0..100).map(|_| self.call("get_collaboration_graph", &arguments));
        let start = Instant::now();
        let answers = futures::future::try_join_all(calls).await?;
        for answer in &answers {
            ensure!(answer["isError"] == false, "{answer}");
            ensure!(answer == &answers[0], "one differs: {answer}");
        }
        ensure!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        Ok(())
    }

    /// Interleaved, so that a busy machine makes both slower; the best of some rounds, since it may be busier in one.
    pub async fn is_hardly_slower_than_its_rpc(&self, setup: &Setup, world: &Value) -> Result<()> {
        let arguments = json!({"track_id": world["track"]["id"]});
        let rpc = format!("{}/rest/v1/rpc/get_track", setup.info().api_url);
        let key = &setup.info().publishable_key;
        let mut overheads = Vec::new();
        for _ in 0..3 {
            let (mut own, mut others) = (Vec::new(), Vec::new());
            for _ in 0..100 {
                let start = Instant::now();
                let answer = self.call("get_track_credits", &arguments).await?;
                own.push(start.elapsed());
                ensure!(answer["isError"] == false, "{answer}");
                let start = Instant::now();
                let request = self.client.post(&rpc).header("apikey", key).json(&arguments);
                request.send().await?.error_for_status()?.bytes().await?;
                others.push(start.elapsed());
            }
            overheads.push(p95(own).saturating_sub(p95(others)));
        }
        let best = overheads.iter().min().copied().unwrap_or_default();
        figure("assistants", &format!("{best:.1?} more"))?;
        ensure!(best < OVERHEAD, "{overheads:?}");
        Ok(())
    }
}

fn p95(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 95 / 100]
}

/// A ping of so many bytes.
fn ping(size: usize) -> String {
    let around = json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"x": ""}}).to_string();
    around.replace(":\"\"", &format!(":\"{}\"", "x".repeat(size - around.len())))
}

impl Door {
    /// What a model may get wrong is answered in words by which it can go on, and never as a fault of the server.
    pub async fn says_how_to_mend_arguments(&self, world: &Value) -> Result<()> {
        let id = &world["producer"]["id"];
        let list = self
            .call("list_producer_credits", &json!({"producer_id": id, "limit_count": 1}))
            .await?;
        let cursor = &list["structuredContent"]["next_cursor"];
        ensure!(cursor.is_string(), "{list}");
        let written = format!("urn:uuid:{}", id.as_str().unwrap_or_default());
        let same = self.call("get_producer", &json!({"producer_id": written})).await?;
        ensure!(same["structuredContent"]["id"] == *id, "{same}");

        let search = |more: Value| ("search_catalogue", with(json!({"term": "a"}), &more));
        let credits = |more: Value| ("list_producer_credits", with(json!({"producer_id": id}), &more));
        for ((tool, arguments), word) in [
            (search(json!({"cursor": cursor})), "cursor: "),
            (search(json!({"cursor": "garbage"})), "cursor: "),
            (credits(json!({"limit_count": 0})), "limit_count: "),
            (credits(json!({"limit_count": -1})), "limit_count: "),
            (credits(json!({"limit_count": 1_000_000_000})), "limit_count: "),
            (
                credits(json!({"producer_id": world["artist"]["id"]})),
                "producer_id: nobody",
            ),
            (
                credits(json!({"producer_id": "Ivo Hart"})),
                "producer_id: must be an id",
            ),
            (
                credits(json!({"producer_id": "' OR 1=1 --"})),
                "producer_id: must be an id",
            ),
            (credits(json!({"unheard_of": 1})), "\"unheard_of\" is no argument"),
            (search(json!({"kinds": ["artists", "artists"]})), "kinds: "),
            (search(json!({"term": "a\0b"})), "term: "),
            (search(json!({"term": "x".repeat(513)})), "term: "),
        ] {
            let answer = self.call(tool, &arguments).await?;
            let words = answer["content"][0]["text"].as_str().unwrap_or_default();
            ensure!(
                answer["isError"] == true && words.starts_with(word),
                "{arguments}: {answer}"
            );
        }
        Ok(())
    }
}

fn with(mut arguments: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        arguments[name] = value.clone();
    }
    arguments
}
