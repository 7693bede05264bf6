//! `/demo/…`: what was asked, what to do differently, and what the truth is.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use super::Demo;
use crate::upstreams::SpotifyApp;
use crate::upstreams::call::pairs;

pub fn routes() -> Router<Arc<Demo>> {
    Router::new()
        .route("/demo/stats", get(stats))
        .route("/demo/reset-stats", post(reset_stats))
        .route("/demo/config", get(settings).post(configure))
        .route("/demo/artists", get(artists))
        .route("/demo/truth", get(truth))
}

async fn stats(State(demo): State<Arc<Demo>>) -> Response {
    Json(demo.stats()).into_response()
}

async fn reset_stats(State(demo): State<Arc<Demo>>) -> Response {
    demo.reset_stats();
    Json(json!({"success": true})).into_response()
}

async fn settings(State(demo): State<Arc<Demo>>) -> Response {
    Json(demo.current().1.as_ref()).into_response()
}

async fn configure(State(demo): State<Arc<Demo>>, body: Bytes) -> Response {
    let members: Result<Value, _> = serde_json::from_slice(&body);
    match members
        .map_err(|error| error.to_string())
        .and_then(|members| demo.configure(&members))
    {
        Ok(settings) => Json(settings).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response(),
    }
}

async fn artists(State(demo): State<Arc<Demo>>) -> Response {
    Json(demo.current().0.artist_names()).into_response()
}

/// `?artist=NAME&artist=…&app=extended|development`; without an artist: all of them; without an app: the current kind.
async fn truth(State(demo): State<Arc<Demo>>, RawQuery(query): RawQuery) -> Response {
    let (world, settings) = demo.current();
    let mut app = settings.spotify_app;
    let mut names = Vec::new();
    for (key, value) in pairs(query.as_deref().unwrap_or_default()) {
        match (key.as_str(), value.as_str()) {
            ("artist", _) => names.push(value),
            ("app", "extended") => app = SpotifyApp::Extended,
            ("app", "development") => app = SpotifyApp::Development,
            _ => {
                let error = format!("{key}: expected artist=NAME or app=extended|development");
                return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
            }
        }
    }
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        names = world.artist_names();
    }
    Json(world.truth(&names, app)).into_response()
}
