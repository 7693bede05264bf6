//! The server: one origin for all providers, by their real paths, and `/demo/…` to steer and observe it.

mod control;
mod garbage;
mod gate;
mod limits;
mod settings;
mod stats;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method as HttpMethod, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

pub use gate::CREDENTIALS;
pub use settings::{Fault, FaultKind, Settings};
pub use stats::{EndpointStats, ProviderStats, Stats};

use crate::upstreams::{Answer, Call, Method, Provider};
use crate::world::World;
use gate::Gate;

/// Nothing that anybody sends to a provider is larger.
const MOST_BODY: usize = 1 << 20;

/// The demo: a world, its providers' moods, and what they remember.
pub struct Demo {
    current: RwLock<(Arc<World>, Arc<Settings>)>,
    gate: Mutex<Gate>,
}

impl Demo {
    /// Builds the world of the settings.
    pub fn new(settings: Settings) -> Arc<Self> {
        let world = world_of(&settings);
        Arc::new(Self {
            current: RwLock::new((Arc::new(world), Arc::new(settings))),
            gate: Mutex::new(Gate::new()),
        })
    }

    /// The world and the settings as they are now.
    pub fn current(&self) -> (Arc<World>, Arc<Settings>) {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes some settings (the members of a JSON object), at once; another seed, another number of artists or other
    /// albums that are not listed make another world.
    pub fn configure(&self, members: &serde_json::Value) -> Result<Settings, String> {
        let (world, settings) = self.current();
        let changed = settings.changed(members)?;
        let makes = |settings: &Settings| (settings.seed, settings.artists, settings.spotify_unlisted.clone());
        let world = if makes(&settings) == makes(&changed) {
            world
        } else {
            Arc::new(world_of(&changed))
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = (world, Arc::new(changed.clone()));
        self.gate().settings_changed();
        Ok(changed)
    }

    /// The counts since the start or the last reset.
    pub fn stats(&self) -> Stats {
        self.gate().stats.clone()
    }

    pub fn reset_stats(&self) {
        self.gate().stats = Stats::default();
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn world_of(settings: &Settings) -> World {
    World::generate(settings.seed, settings.artists).without(&settings.spotify_unlisted)
}

pub fn router(demo: Arc<Demo>) -> Router {
    control::routes().fallback(provider).with_state(demo)
}

/// Serves until the listener breaks; drop the future to stop.
pub async fn serve(listener: TcpListener, demo: Arc<Demo>) -> std::io::Result<()> {
    let listener = listener.tap_io(|connection| {
        // Small answers must not wait for the client's acknowledgement. Without it they only come later.
        _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router(demo)).await
}

async fn provider(State(demo): State<Arc<Demo>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Some(provider) = Provider::of(&path) else {
        return (StatusCode::NOT_FOUND, "No provider has this path. See /demo/stats.\n").into_response();
    };
    demo.gate().enter(provider);
    let (parts, body) = request.into_parts();
    let path_and_query = parts.uri.path_and_query().map_or(path.as_str(), |it| it.as_str());
    let mut call = Call::get(path_and_query);
    call.method = match parts.method {
        HttpMethod::GET | HttpMethod::HEAD => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => Method::Other,
    };
    call.origin = origin(&parts.headers);
    let endpoint = provider.endpoint(&path, &call);
    // Counted whatever happens, also when the caller hangs up while it waits.
    let mut counted = CountedRequest {
        demo: &demo,
        provider,
        endpoint,
        rejected: true,
    };
    let body = axum::body::to_bytes(body, MOST_BODY).await.unwrap_or_default();

    let (world, settings) = demo.current();
    let fault = demo.gate().fault(&settings, provider, path_and_query);
    let late = fault
        .as_ref()
        .filter(|fault| fault.kind == FaultKind::Slow)
        .map_or(0, |fault| fault.ms);
    tokio::time::sleep(Duration::from_millis(settings.latency_ms + late)).await;
    if let Some(fault) = fault.as_ref().filter(|fault| fault.kind == FaultKind::Status) {
        let answer = provider.failure(fault.status);
        return response(match fault.retry_after {
            Some(seconds) => {
                demo.gate().pause(provider, Duration::from_secs(seconds));
                answer.header("retry-after", &seconds)
            }
            None => answer,
        });
    }
    let turned_away = demo
        .gate()
        .turns_away(&settings, provider, &call, &parts.headers, &body);
    let answer = turned_away.unwrap_or_else(|| provider.answer(&world, settings.spotify_app, &call));
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::Malformed) => {
            counted.rejected = false;
            response(garbage::halved(answer))
        }
        Some(FaultKind::Cut) => garbage::cut(answer),
        Some(FaultKind::Html) => {
            counted.rejected = false;
            response(garbage::html())
        }
        Some(FaultKind::WrongTypes) => {
            counted.rejected = false;
            response(garbage::wrong_types(answer))
        }
        Some(FaultKind::Huge) => {
            counted.rejected = false;
            garbage::huge()
        }
        _ => {
            counted.rejected = matches!(answer.status, 401 | 403 | 429 | 500..);
            response(answer)
        }
    }
}

/// A request that is being answered. When this is dropped, its provider counts it as answered or refused.
struct CountedRequest<'a> {
    demo: &'a Demo,
    provider: Provider,
    endpoint: &'static str,
    rejected: bool,
}

impl Drop for CountedRequest<'_> {
    fn drop(&mut self) {
        self.demo.gate().leave(self.provider, self.endpoint, self.rejected);
    }
}

fn origin(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1");
    format!("http://{host}")
}

fn response(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
