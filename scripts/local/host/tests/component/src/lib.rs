//! A component that does what the last part of a request's path says, with what its query says: all that a component
//! can do to a host, good and bad. `../host.rs` asks it.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use futures::SinkExt;
use spin_sdk::http::{Fields, IncomingRequest, OutgoingResponse, Request, Response, ResponseOutparam};
use spin_sdk::redis::{Connection, Error as RedisError, RedisParameter, RedisResult};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let path = request.path_with_query().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let (task, query) = (path.rsplit('/').next().unwrap_or_default(), query.to_owned());
    match task {
        "echo" => {
            let echo = echo(request).await;
            answer(out, 200, &echo).await;
        }
        "variable" => answer(out, 200, &format!("{:?}", spin_sdk::variables::get(&query))).await,
        "surroundings" => answer(out, 200, &surroundings()).await,
        "get" => answer(out, 200, &get(&query).await).await,
        "get-and-drop" => {
            let mut request = Box::pin(get(&query));
            let _ = futures::poll!(&mut request);
            sleep(100);
            let _ = futures::poll!(&mut request);
            drop(request);
            answer(out, 200, "dropped").await;
            // An instance that ends cuts everything anyway.
            sleep(3000);
        }
        "redis" => {
            let outcome = redis(&query).unwrap_or_else(|error| format!("{error:?}"));
            answer(out, 200, &outcome).await;
        }
        "sleep" => {
            sleep(number(&query));
            answer(out, 200, "slept").await;
            println!("slept {query} ms");
        }
        "answer-then-sleep" => {
            answer(out, 202, "accepted").await;
            sleep(number(&query));
            println!("slept {query} ms");
        }
        "answer-then-panic" => {
            answer(out, 202, "accepted").await;
            panic!("after the answer");
        }
        "half-a-body" => {
            let response = OutgoingResponse::new(Fields::new());
            let mut body = response.take_body();
            out.set(response);
            body.send(vec![b'x'; 1000]).await.unwrap();
            panic!("in the middle of the body");
        }
        "panic" => panic!("on purpose"),
        "end" => {}
        "compute" => loop {
            black_box(0);
        },
        "allocate" => {
            let mut all = Vec::new();
            loop {
                all.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        _ => answer(out, 404, "no such task").await,
    }
}

async fn answer(out: ResponseOutparam, status: u16, text: &str) {
    let headers = Fields::new();
    let length = text.len().to_string();
    headers.append("content-length", length.as_bytes()).unwrap();
    let response = OutgoingResponse::new(headers);
    response.set_status_code(status).unwrap();
    let mut body = response.take_body();
    body.send(text.as_bytes().to_vec()).await.unwrap();
    drop(body);
    out.set(response);
}

async fn echo(request: IncomingRequest) -> String {
    let mut lines = vec![request.path_with_query().unwrap_or_default()];
    for (name, value) in request.headers().entries() {
        lines.push(format!("{name}: {}", String::from_utf8_lossy(&value)));
    }
    lines.push(match request.into_body().await {
        Ok(body) => format!("{} bytes", body.len()),
        Err(error) => format!("no body: {error}"),
    });
    lines.join("\n")
}

fn surroundings() -> String {
    format!(
        "{:?} {} {}",
        std::env::vars().collect::<Vec<_>>(),
        std::fs::read_dir("/").is_ok(),
        std::net::TcpStream::connect("127.0.0.1:80").is_ok(),
    )
}

async fn get(url: &str) -> String {
    match spin_sdk::http::send::<_, Response>(Request::get(url).build()).await {
        Ok(response) => format!("{} {}", response.status(), String::from_utf8_lossy(response.body())),
        Err(error) => format!("{error:?}"),
    }
}

/// Each function of the interface, a line each.
fn redis(address: &str) -> Result<String, RedisError> {
    let connection = Connection::open(address)?;
    let words = |words: &[&str]| -> Vec<RedisParameter> {
        words
            .iter()
            .map(|word| RedisParameter::Binary(word.as_bytes().to_vec()))
            .collect()
    };
    let execute = |command: &str, arguments: &[&str]| {
        connection
            .execute(command, &words(arguments))
            .map(|values| values.iter().map(shown).collect::<Vec<_>>().join(","))
    };
    connection.set("text", &b"abc".to_vec())?;
    let lines = [
        format!("get {:?}", connection.get("text")?),
        format!("get {:?}", connection.get("nothing")?),
        format!("incr {} {}", connection.incr("n")?, connection.incr("n")?),
        format!("incr {}", connection.incr("text").is_err()),
        format!("sadd {}", connection.sadd("set", &["a".into(), "b".into()])?),
        format!("srem {}", connection.srem("set", &["a".into()])?),
        format!("smembers {:?}", connection.smembers("set")?),
        format!("publish {:?}", connection.publish("channel", &b"x".to_vec())),
        format!("SET {}", execute("SET", &["other", "1", "EX", "60"])?),
        format!("MGET {}", execute("MGET", &["text", "nothing", "n"])?),
        format!("SCAN {}", execute("SCAN", &["0", "MATCH", "tex*"])?),
        format!("DBSIZE {}", execute("DBSIZE", &[])?),
        format!("NOSUCH {}", execute("NOSUCH", &[]).is_err()),
        format!("del {}", connection.del(&["text".into(), "nothing".into()])?),
    ];
    Ok(lines.join("\n"))
}

fn shown(value: &RedisResult) -> String {
    match value {
        RedisResult::Nil => "nil".to_owned(),
        RedisResult::Status(text) => format!("status {text}"),
        RedisResult::Int64(number) => number.to_string(),
        RedisResult::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn sleep(milliseconds: u64) {
    wasi::clocks::monotonic_clock::subscribe_duration(milliseconds * 1_000_000).block();
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}
