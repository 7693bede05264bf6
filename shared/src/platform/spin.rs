//! The ports on Spin: the one place that names `spin-sdk` (but for the attribute that exports a component).
//!
//! The functions are WASI 0.2 components. What this file works around:
//! - `spin_sdk::http::send` has no timeout, so it races a timer of WASI's monotonic clock;
//! - received as `http::Response`, a body that breaks off panics, so `IncomingResponse` is read here;
//! - the executor knows nothing of futures that wake themselves, see [`Settled`].

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Write;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures::future::{Either, LocalBoxFuture, select};
use futures::{FutureExt, StreamExt};
use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use spin_sdk::http::{
    ErrorCode, Headers, IncomingRequest, IncomingResponse, OutgoingBody, OutgoingRequest, OutgoingResponse,
    ResponseOutparam, Scheme, SendError,
};
use spin_sdk::redis::{Connection, RedisParameter, RedisResult};
use wasi::clocks::monotonic_clock;
use wasi::io::streams::OutputStream;

use crate::platform::config;
use crate::platform::ports::{
    ANSWER_LIMIT, BODY_LIMIT, BodyError, Clock, Function, Http, HttpError, KeyValue, KeyValueError, Level, Log,
    Platform, Request, ScanStep, Variables,
};
use crate::platform::repeat::Repeating;

/// How long a caller may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves one request by `function`. What that does after its answer goes on while the caller has the answer already.
pub async fn serve(request: IncomingRequest, response: ResponseOutparam, function: &dyn Function) {
    let platform = Platform {
        http: &Repeating(SpinHttp),
        clock: &SpinClock,
        keys: &SpinRedis::new(config::redis(&SpinVariables)),
        log: &SpinLog,
        variables: &SpinVariables,
    };
    let reply = Box::new(move |answer| write_answer(response, &answer));
    let work = async {
        let request = read_request(request).await;
        function.serve(&platform, request, reply).await;
    };
    Settled::new(work).await;
}

async fn read_request(request: IncomingRequest) -> Request {
    let mut head = http::Request::new(());
    *head.method_mut() = request.method().into();
    if let Ok(uri) = request.path_with_query().unwrap_or_default().parse() {
        *head.uri_mut() = uri;
    }
    for (name, value) in request.headers().entries() {
        let name = http::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            head.headers_mut().append(name, value);
        }
    }
    let body = read_body(request);
    let body = match select(pin!(body), SpinClock.sleep(BODY_TIMEOUT)).await {
        Either::Left((body, _)) => body,
        Either::Right(_) => Err(BodyError::Incomplete),
    };
    head.map(|()| body)
}

async fn read_body(request: IncomingRequest) -> Result<Bytes, BodyError> {
    let mut body = Vec::new();
    let mut chunks = pin!(request.into_body_stream());
    while let Some(chunk) = chunks.next().await {
        body.extend(chunk.map_err(|_| BodyError::Incomplete)?);
        if body.len() > BODY_LIMIT {
            return Err(BodyError::TooLarge);
        }
    }
    Ok(body.into())
}

/// Writes the body and lets go of it before the response is set: head and body then leave in one packet.
fn write_answer(out: ResponseOutparam, answer: &http::Response<Bytes>) {
    let mut headers: Vec<(String, Vec<u8>)> = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned()))
        .collect();
    let content = answer.body();
    // Without it, a component that dies in the middle of its body looks like a complete answer.
    headers.push(("content-length".into(), content.len().to_string().into_bytes()));
    let response = OutgoingResponse::new(Headers::from_list(&headers).unwrap_or_else(|_| Headers::new()));
    // It refuses only what is no status at all.
    let _ = response.set_status_code(answer.status().as_u16());
    let Ok(body) = response.body() else { return };
    let Ok(stream) = body.write() else { return };
    // Before the response is set nobody reads: what the host buffers (a megabyte) can be written, no more.
    let room = stream
        .check_write()
        .ok()
        .and_then(|room| usize::try_from(room).ok())
        .unwrap_or(0);
    let (first, rest) = content.split_at(content.len().min(room));
    let _ = stream.write(first);
    if rest.is_empty() {
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
        out.set(response);
    } else {
        out.set(response);
        // An error means that the caller has hung up.
        let _ = rest
            .chunks(4096)
            .try_for_each(|chunk| stream.blocking_write_and_flush(chunk));
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

/// Polls a future again as long as it wakes itself.
///
/// `spin_executor` polls only after one of WASI's pollables is ready, and its waker does nothing. A future that gives
/// way to its neighbours (`FuturesUnordered` does, and a queue for a permit) would sleep until some request is
/// answered, or, with none under way, end the component.
struct Settled<F> {
    future: Pin<Box<F>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<F: Future> Settled<F> {
    fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            woken: Arc::new(Woken(AtomicBool::new(false))),
        }
    }
}

impl<F: Future> Future for Settled<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        let waker = Waker::from(self.woken.clone());
        loop {
            self.woken.0.store(false, Ordering::Relaxed);
            match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Pending if self.woken.0.load(Ordering::Relaxed) => {}
                state => return state,
            }
        }
    }
}

struct SpinHttp;

impl Http for SpinHttp {
    fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let answer = pin!(exchange(request));
            // The one that loses is dropped: a request that is too late is cut.
            match select(answer, SpinClock.sleep(timeout)).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(HttpError::Timeout(timeout)),
            }
        }
        .boxed_local()
    }
}

async fn exchange(request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
    let (request, content) = outgoing(request)?;
    // Before the request is sent, as far as the host buffers it (a megabyte): head and body then leave in one packet.
    // Of two, Spin sends the second when the first is acknowledged, which takes up to 40 ms.
    let body = BodyWriter::new(&request)?;
    let written = body.write_at_once(&content);
    let answer = if written == content.len() {
        body.finish();
        spin_sdk::http::send::<_, IncomingResponse>(request).await
    } else {
        // The request goes first, so that its error is seen and not that of the body nobody wants.
        let send = pin!(spin_sdk::http::send::<_, IncomingResponse>(request));
        let write = pin!(body.write_rest(&content[written..]));
        match select(send, write).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), send)) => send.await,
        }
    };
    let answer = answer.map_err(send_error)?;
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = http::StatusCode::from_u16(answer.status())
        .map_err(|_| HttpError::Connection("the status is no HTTP status".into()))?;
    for (name, value) in answer.headers().entries() {
        let name = http::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = read_answer(&answer).await?;
    Ok(response)
}

async fn read_answer(answer: &IncomingResponse) -> Result<Bytes, HttpError> {
    let mut content = Vec::new();
    let mut chunks = pin!(answer.take_body_stream());
    while let Some(chunk) = chunks.next().await {
        content.extend(chunk.map_err(|_| HttpError::Connection("the answer broke off".into()))?);
        if content.len() > ANSWER_LIMIT {
            return Err(HttpError::TooLarge);
        }
    }
    Ok(content.into())
}

/// The body of a request to others.
struct BodyWriter {
    // Dropped first, as the host wants it.
    stream: OutputStream,
    body: OutgoingBody,
}

impl BodyWriter {
    fn new(request: &OutgoingRequest) -> Result<Self, HttpError> {
        let invalid = |()| HttpError::Connection("the request's body is invalid".into());
        let body = request.body().map_err(invalid)?;
        let stream = body.write().map_err(invalid)?;
        Ok(Self { stream, body })
    }

    /// Writes what the host takes without waiting; how much that was.
    fn write_at_once(&self, content: &[u8]) -> usize {
        let room = self.stream.check_write().unwrap_or(0);
        let length = content.len().min(usize::try_from(room).unwrap_or(0));
        self.stream.write(&content[..length]).map_or(0, |()| length)
    }

    /// Writes the rest as the other side takes it. Its errors are not looked at: the request's own says more.
    async fn write_rest(self, mut content: &[u8]) {
        while !content.is_empty() {
            let mut token: Option<CancelOnDropToken> = None;
            let room = poll_fn(|context| match self.stream.check_write() {
                Ok(0) => {
                    let writable = self.stream.subscribe();
                    token = Some(push_waker_and_get_token(writable, context.waker().clone()).into());
                    Poll::Pending
                }
                room => Poll::Ready(room),
            });
            if room.await.is_err() {
                return;
            }
            let written = self.write_at_once(content);
            if written == 0 {
                return;
            }
            content = &content[written..];
        }
        self.finish();
    }

    fn finish(self) {
        drop(self.stream);
        let _ = OutgoingBody::finish(self.body, None);
    }
}

fn outgoing(request: http::Request<Bytes>) -> Result<(OutgoingRequest, Vec<u8>), HttpError> {
    let invalid = |part: &str| HttpError::Connection(format!("the request's {part} is invalid"));
    let (head, content) = request.into_parts();
    let mut headers: Vec<(String, Vec<u8>)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned()))
        .collect();
    if !head.headers.contains_key(http::header::CONTENT_LENGTH) {
        headers.push(("content-length".into(), content.len().to_string().into_bytes()));
    }
    let request = OutgoingRequest::new(Headers::from_list(&headers).map_err(|_| invalid("headers"))?);
    request
        .set_method(&head.method.into())
        .map_err(|()| invalid("method"))?;
    let scheme = if head.uri.scheme_str() == Some("http") {
        Scheme::Http
    } else {
        Scheme::Https
    };
    request.set_scheme(Some(&scheme)).map_err(|()| invalid("scheme"))?;
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    request.set_authority(authority).map_err(|()| invalid("host"))?;
    let path = head.uri.path_and_query().map(http::uri::PathAndQuery::as_str);
    request.set_path_with_query(path).map_err(|()| invalid("path"))?;
    Ok((request, content.into()))
}

fn send_error(error: SendError) -> HttpError {
    match error {
        SendError::Http(ErrorCode::HttpRequestDenied) => HttpError::Denied,
        SendError::Http(code) => HttpError::Connection(format!("{code:?}").replace("ErrorCode::", "")),
        SendError::Io(_) => HttpError::Connection("the request broke off".into()),
        SendError::RequestConversion(error) | SendError::ResponseConversion(error) => {
            HttpError::Connection(error.to_string())
        }
    }
}

struct SpinClock;

impl Clock for SpinClock {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let until = monotonic_clock::now().saturating_add(nanos);
        Box::pin(Sleep { until, token: None })
    }
}

/// Waits for an instant of the monotonic clock.
struct Sleep {
    until: monotonic_clock::Instant,
    /// Replaced at each poll and cancelled with the timer: a pollable that is only pushed would stay with the executor.
    token: Option<CancelOnDropToken>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.token = None;
        if monotonic_clock::now() >= self.until {
            return Poll::Ready(());
        }
        let pollable = monotonic_clock::subscribe_instant(self.until);
        self.token = Some(push_waker_and_get_token(pollable, context.waker().clone()).into());
        Poll::Pending
    }
}

/// Redis, opened when it is first needed, and once more when the connection broke meanwhile.
struct SpinRedis {
    redis: Option<config::Redis>,
    connection: RefCell<Option<Connection>>,
}

impl SpinRedis {
    fn new(redis: Option<config::Redis>) -> Self {
        Self {
            redis,
            connection: RefCell::default(),
        }
    }

    fn open(&self) -> Result<Connection, KeyValueError> {
        let redis = self.redis.as_ref().ok_or(KeyValueError::NotConfigured)?;
        Connection::open(redis.connection_url().expose()).map_err(redis_error)
    }

    fn execute(&self, command: &str, arguments: &[&str]) -> Result<Vec<RedisResult>, KeyValueError> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| RedisParameter::Binary(argument.as_bytes().to_vec()))
            .collect();
        if let Some(connection) = self.connection.take()
            && let Ok(answer) = connection.execute(command, &arguments)
        {
            self.connection.replace(Some(connection));
            return Ok(answer);
        }
        let connection = self.open()?;
        let answer = connection.execute(command, &arguments).map_err(redis_error)?;
        self.connection.replace(Some(connection));
        Ok(answer)
    }
}

impl KeyValue for SpinRedis {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let values = self.execute("MGET", &keys)?;
        if values.len() != keys.len() {
            return Err(KeyValueError::Failed("MGET answered another number of values".into()));
        }
        Ok(values.into_iter().map(text).collect())
    }

    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError> {
        let seconds = ttl.as_secs().max(1).to_string();
        self.execute("SET", &[key, value, "EX", &seconds]).map(|_| ())
    }

    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError> {
        let answer = self.execute("SCAN", &[cursor, "MATCH", pattern, "COUNT", &count.to_string()])?;
        // `[cursor, [key, …]]` arrives as one flat list.
        let mut values = answer.into_iter().map(text);
        let next = values.next().flatten();
        let next = next.ok_or_else(|| KeyValueError::Failed("SCAN answered without a cursor".into()))?;
        Ok(ScanStep {
            next: (next != "0").then_some(next),
            keys: values.flatten().collect(),
        })
    }

    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        match self.execute("UNLINK", &keys)?.as_slice() {
            [RedisResult::Int64(gone)] => Ok((*gone).try_into().unwrap_or(0)),
            _ => Err(KeyValueError::Failed("UNLINK answered without a number".into())),
        }
    }
}

fn text(value: RedisResult) -> Option<String> {
    match value {
        RedisResult::Binary(bytes) => String::from_utf8(bytes).ok(),
        RedisResult::Status(text) => Some(text),
        RedisResult::Int64(number) => Some(number.to_string()),
        RedisResult::Nil => None,
    }
}

/// Never the address: the password stands in it.
fn redis_error(error: spin_sdk::redis::Error) -> KeyValueError {
    use spin_sdk::redis::Error;
    KeyValueError::Failed(match error {
        Error::InvalidAddress => "the address is invalid, or not allowed by spin.toml".into(),
        Error::TooManyConnections => "too many connections".into(),
        Error::TypeError => "a value of another type".into(),
        Error::Other(error) => error,
    })
}

struct SpinVariables;

impl Variables for SpinVariables {
    fn get(&self, name: &str) -> Option<String> {
        // One that is not mapped for this component is not set.
        spin_sdk::variables::get(name).ok().filter(|value| !value.is_empty())
    }
}

struct SpinLog;

impl Log for SpinLog {
    fn write(&self, level: Level, event: &str, fields: serde_json::Value) {
        let mut line = serde_json::json!({
            "at": SpinClock.now().as_secs_f64(),
            "level": level,
            "event": event,
        });
        if let (Some(line), serde_json::Value::Object(fields)) = (line.as_object_mut(), fields) {
            line.extend(fields);
        }
        // In one piece: `eprintln!` hands over each bracket and each comma, Spin writes each of them twice, and lines
        // of other instances come in between.
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
}
