//! Spans of what happens here, for a collector of OpenTelemetry (OTLP over HTTP, in JSON) where the environment names one,
//! as Spin sends its own: one for each request to a component, and one for each request that the component sends.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::outbound::OutboundClient;

/// The variable that Spin takes, too.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const HEADER: &str = "traceparent";
/// Spans wait this long for others, to be sent together.
const INTERVAL: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_IN_A_BATCH: usize = 512;
/// More that wait are dropped: a collector that is slow keeps nobody here waiting.
const MOST_WAITING: usize = 8192;

/// Where spans go.
#[derive(Clone)]
pub struct Traces(mpsc::Sender<Value>);

impl Traces {
    /// `None` where nobody wants to see any.
    pub fn from_environment(client: &OutboundClient, lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let Some(endpoint) = lookup(ENDPOINT).filter(|endpoint| !endpoint.is_empty()) else {
            return Ok(None);
        };
        let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let address = address
            .parse::<Uri>()
            .ok()
            .filter(|address| address.host().is_some() && matches!(address.scheme_str(), Some("http" | "https")))
            .with_context(|| format!("{ENDPOINT} is no http address"))?;
        let (sender, spans) = mpsc::channel(MOST_WAITING);
        tokio::spawn(export(spans, address, client.clone()));
        Ok(Some(Self(sender)))
    }

    /// The span of a request to a component: in the caller's trace, or in one of its own.
    pub fn of_request<B>(&self, request: &Request<B>, component: &str) -> Span {
        let caller = Place::read(request.headers());
        let (method, path) = (request.method().as_str(), request.uri().path());
        let mut span = self.begin(
            Kind::Server,
            caller.map_or_else(random_trace, |caller| caller.trace),
            caller.map(|caller| caller.span),
            format!("{method} {path}"),
        );
        span.say("http.request.method", method);
        span.say("url.path", path);
        span.say("component_id", component);
        span
    }

    fn begin(&self, kind: Kind, trace: u128, parent: Option<u64>, name: String) -> Span {
        Span {
            traces: self.clone(),
            place: Place { trace, span: random() },
            parent,
            kind,
            name,
            attributes: Vec::new(),
            began: SystemTime::now(),
            status: AtomicU16::new(0),
            failed: AtomicBool::new(false),
        }
    }
}

/// What happens from its making until it is dropped for the last time.
pub struct Span {
    traces: Traces,
    place: Place,
    parent: Option<u64>,
    kind: Kind,
    name: String,
    attributes: Vec<Value>,
    began: SystemTime,
    /// The status of the answer, once there is one.
    status: AtomicU16,
    failed: AtomicBool,
}

/// By the numbers of the protocol.
#[derive(Clone, Copy)]
enum Kind {
    Server = 2,
    Client = 3,
}

impl Span {
    /// The span of a request that the component sends. Its query is left out: it holds what people search for.
    pub fn of_sent(&self, method: &Method, uri: &Uri) -> Self {
        let Place { trace, span } = self.place;
        let mut sent = self.traces.begin(Kind::Client, trace, Some(span), method.to_string());
        sent.say("http.request.method", method.as_str());
        sent.say("server.address", uri.host().unwrap_or_default());
        sent.say("url.path", uri.path());
        sent
    }

    fn say(&mut self, key: &str, value: &str) {
        self.attributes.push(attribute(key, value));
    }

    /// Tells whoever gets these headers to which trace they belong.
    pub fn hand_on(&self, headers: &mut HeaderMap) {
        let Place { trace, span } = self.place;
        if let Ok(value) = HeaderValue::try_from(format!("00-{trace:032x}-{span:016x}-01")) {
            headers.insert(HEADER, value);
        }
    }

    pub fn answered(&self, status: http::StatusCode) {
        self.status.store(status.as_u16(), Ordering::Relaxed);
    }

    pub fn failed(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    fn told(&mut self) -> Value {
        let status = self.status.load(Ordering::Relaxed);
        let mut attributes = std::mem::take(&mut self.attributes);
        if status > 0 {
            attributes.push(json!({"key": "http.response.status_code", "value": {"intValue": status.to_string()}}));
        }
        // A refusal is the fault of whoever asked, and no answer that of the one who was asked.
        let first_bad = match self.kind {
            Kind::Server => 500,
            Kind::Client => 400,
        };
        let failed = status >= first_bad || self.failed.load(Ordering::Relaxed);
        json!({
            "traceId": format!("{:032x}", self.place.trace),
            "spanId": format!("{:016x}", self.place.span),
            "parentSpanId": self.parent.map_or_else(String::new, |parent| format!("{parent:016x}")),
            "name": self.name,
            "kind": self.kind as i32,
            "startTimeUnixNano": nanoseconds(self.began),
            "endTimeUnixNano": nanoseconds(SystemTime::now()),
            "attributes": attributes,
            "status": if failed { json!({"code": 2}) } else { json!({}) },
        })
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let span = self.told();
        let _ = self.traces.0.try_send(span);
    }
}

/// A point in a trace, as the header `traceparent` names it (W3C Trace Context).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    trace: u128,
    span: u64,
}

impl Place {
    fn read(headers: &HeaderMap) -> Option<Self> {
        let mut parts = headers.get(HEADER)?.to_str().ok()?.split('-');
        let mut hex = |digits: usize| {
            let is_hex = |part: &&str| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
            u128::from_str_radix(parts.next().filter(is_hex)?, 16).ok()
        };
        let (_version, trace, span, _flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let span = u64::try_from(span).ok()?;
        (trace > 0 && span > 0).then_some(Self { trace, span })
    }
}

/// Random enough for numbers that only have to differ: each of these hashers has keys of its own.
fn random() -> u64 {
    RandomState::new().hash_one(SystemTime::now()).max(1)
}

fn random_trace() -> u128 {
    (u128::from(random()) << 64) | u128::from(random())
}

fn nanoseconds(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_string()
}

fn attribute(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

async fn export(mut spans: mpsc::Receiver<Value>, address: Uri, client: OutboundClient) {
    let mut batch = Vec::new();
    let mut is_taken = true;
    while spans.recv_many(&mut batch, MOST_IN_A_BATCH).await > 0 {
        let was_taken = std::mem::replace(&mut is_taken, send(&client, &address, &mut batch).await);
        if was_taken && !is_taken {
            eprintln!("linernotes-host: {address} does not take spans");
        }
        sleep(INTERVAL).await;
    }
}

/// Whether they were taken; they are gone either way.
async fn send(client: &OutboundClient, address: &Uri, batch: &mut Vec<Value>) -> bool {
    let body = json!({"resourceSpans": [{
        "resource": {"attributes": [attribute("service.name", "linernotes")]},
        "scopeSpans": [{"scope": {"name": env!("CARGO_PKG_NAME")}, "spans": std::mem::take(batch)}],
    }]});
    let body = Full::new(Bytes::from(body.to_string()));
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.map_err(|never| match never {}).boxed());
    let Ok(request) = request else {
        return false;
    };
    let answer = timeout(PATIENCE, client.request(request)).await;
    matches!(answer, Ok(Ok(answer)) if answer.status().is_success())
}

/// A span that several hold: it ends when the last of them lets it go.
pub type Shared = Option<Arc<Span>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &'static str) -> Option<Place> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static(value));
        Place::read(&headers)
    }

    #[test]
    fn a_trace_is_read_from_its_header() {
        let place = read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(place.trace, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(place.span, 0xb7ad_6b71_6920_3331);
        // A later version may say more.
        assert!(read("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more").is_some());
    }

    #[test]
    fn what_is_no_trace_begins_a_new_one() {
        for value in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            assert_eq!(read(value), None, "{value}");
        }
        assert_ne!(random_trace(), random_trace());
    }
}
