//! What the pipeline knows of Instagram's Graph API: its token, the professional account that asks, and that limits and
//! refusals are told by a code in the body, whatever the status.

use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::Response;
use serde_json::Value;

use crate::platform::config::{Origin, Reader, Secret};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::escaped;
use crate::sources::instagram::graph_errors::{self, GraphError};
use crate::sources::provider::ProviderSpec;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub url: Origin,
    pub access_token: Secret,
    pub account_id: String,
}

impl ProviderSpec for Config {
    const TITLE: &'static str = "Instagram";

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.web_origin("instagram_graph_url");
        let access_token = reader.secret("instagram_access_token");
        let account_id = reader.text("instagram_account_id");
        let (access_token, account_id) = reader.pair(
            ("instagram_access_token", access_token),
            ("instagram_account_id", account_id),
        )?;
        if !account_id.bytes().all(|b| b.is_ascii_digit()) {
            reader.complain("instagram_account_id", "is not a number");
        }
        Some(Self {
            url: url?,
            access_token,
            account_id,
        })
    }

    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>> {
        async move { self.ask(&client, "id").await }.boxed_local()
    }

    fn refusal(answer: &ProviderAnswer) -> Option<String> {
        if answer.status.is_success() {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let code = body.pointer("/error/code").and_then(Value::as_i64)?;
        (graph_errors::read(&body, None) == Some(GraphError::Refused)).then(|| format!("code {code}"))
    }

    fn own_pause(response: &Response<Bytes>) -> Option<Duration> {
        if response.status().is_success() {
            return None;
        }
        let body: Value = serde_json::from_slice(response.body()).ok()?;
        let usage = response.headers().get("x-business-use-case-usage");
        match graph_errors::read(&body, usage.and_then(|usage| usage.to_str().ok())) {
            Some(GraphError::Limit(pause)) => Some(pause),
            _ => None,
        }
    }
}

impl Config {
    /// Asks for `fields` of the account that the token belongs to.
    pub(super) async fn ask(&self, client: &ProviderClient<'_>, fields: &str) -> Result<ProviderAnswer, SourceError> {
        let (account, fields) = (escaped(&self.account_id), escaped(fields));
        let url = format!("{}/v21.0/{account}?fields={fields}", self.url);
        client
            .get_with(&url, &self.access_token, "instagram_access_token")
            .await
    }
}
