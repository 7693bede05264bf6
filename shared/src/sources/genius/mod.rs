//! Genius' API: songs, and what their people are called there.

mod artist;
mod config;
mod song;

pub use artist::ArtistPage;
pub use config::Config;
pub use song::{Artist, Song};

use std::cell::RefCell;

use http::StatusCode;
use serde_json::Value;

use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::json::{self, Misread};

pub struct Genius<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
    /// The refusal of the token, after which this run sends no further request.
    refused: RefCell<Option<SourceError>>,
}

impl<'a> Genius<'a> {
    pub fn new(client: ProviderClient<'a>, config: &'a Config) -> Self {
        Self {
            client,
            config,
            refused: RefCell::default(),
        }
    }

    /// What stands under `response` in the answer for `path`; `None` for a 404.
    async fn get<T>(&self, path: &str, read: fn(&Value) -> Result<T, Misread>) -> Result<Option<T>, SourceError> {
        let Some((answer, body)) = self.answer(path).await? else {
            return Ok(None);
        };
        let read = json::object(&body, "response").and_then(|response| {
            let read = read(response);
            read.map_err(|misread| misread.within("response"))
        });
        read.map(Some).map_err(|misread| answer.malformed(misread))
    }

    /// `None` for a 404.
    async fn answer(&self, path: &str) -> Result<Option<(ProviderAnswer, Value)>, SourceError> {
        if let Some(error) = self.refused.borrow().clone() {
            return Err(error);
        }
        let (url, token) = (format!("{}{path}", self.config.url), &self.config.access_token);
        let answer = self.client.get_with(&url, token, "genius_access_token").await?;
        if answer.status == StatusCode::NOT_FOUND && answer.pause.is_none() {
            return Ok(None);
        }
        if answer.status == StatusCode::UNAUTHORIZED && answer.pause.is_none() {
            let error = SourceError::Misconfigured {
                code: "genius_refused",
                message: format!("Genius refuses genius_access_token: {}", said(&answer)),
            };
            self.refused.replace(Some(error.clone()));
            return Err(error);
        }
        let body = answer.json()?;
        Ok(Some((answer, body)))
    }
}

/// What Genius says in an error: `{"meta": {"status": 401, "message": "…"}}`, or OAuth's `error_description`.
fn said(answer: &ProviderAnswer) -> String {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let meta = body.and_then(|body| json::optional_text(body.get("meta")?, "message"));
    meta.unwrap_or_else(|| answer.message())
}

/// Genius' ids are whole numbers.
fn id(object: &Value) -> Option<u64> {
    object.get("id").and_then(Value::as_u64)
}

#[cfg(test)]
mod tests;
