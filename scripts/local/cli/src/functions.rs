//! The functions that an operator's commands call: `checkPipeline`, which sees what the database can't (whether Redis and
//! the providers answer, and which version runs), and `clearQueueDeduplication`.

use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};

use crate::rest::causes;
use crate::text::harmless;

/// It asks every provider, and waits a few seconds for a slow one; longer than this only a host takes that hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The functions of a project.
#[derive(Debug, Clone)]
pub struct Functions {
    client: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
}

impl Functions {
    /// `url` ends as Vault's entry does, in `/functions/v1`, or is an origin, as the functions' own variable is; of two
    /// secrets the first is the new one.
    pub fn new(url: &str, secret: &str, local: bool) -> Result<Self, String> {
        let base = base(url).map_err(|error| format!("the functions' address: {error}"))?;
        let secret = secret.split(',').next().unwrap_or_default().trim();
        let mut authorization = HeaderValue::from_str(&format!("Bearer {secret}"))
            .map_err(|_| "the functions' secret has characters that no secret has".to_owned())?;
        authorization.set_sensitive(true);
        let mut builder = reqwest::Client::builder()
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        if local {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            base,
            authorization,
        })
    }

    /// What `checkPipeline` answers, or why it does not.
    pub async fn check(&self) -> Result<Value, String> {
        self.call("checkPipeline", &json!({})).await
    }

    /// Takes what Redis remembers of a message out.
    pub async fn forget_key(&self, queue: &str, key: &str) -> Result<(), String> {
        let body = json!({ "queue_name": queue, "idempotency_key": key });
        self.call("clearQueueDeduplication", &body).await.map(drop)
    }

    async fn call(&self, function: &str, body: &Value) -> Result<Value, String> {
        let url = self.base.join(function).map_err(|error| error.to_string())?;
        let call = self.client.post(url).json(body);
        let answer = call.header("authorization", self.authorization.clone()).send().await;
        let answer = answer.map_err(|error| causes(&error))?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if status == StatusCode::OK && body.is_object() {
            return Ok(body);
        }
        let error = body["error"].as_str().unwrap_or("no reason is given");
        Err(harmless(&format!("status {status}: {error}")))
    }
}

fn base(url: &str) -> Result<Url, String> {
    let base = Url::parse(&format!("{}/", url.trim().trim_end_matches('/'))).map_err(|error| error.to_string())?;
    if base.path() == "/" {
        return base.join("functions/v1/").map_err(|error| error.to_string());
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_and_an_address_with_its_path_are_the_same() {
        for url in [
            "https://a.test",
            "https://a.test/",
            " https://a.test/functions/v1 ",
            "https://a.test/functions/v1/",
        ] {
            assert_eq!(
                base(url).map(String::from),
                Ok("https://a.test/functions/v1/".to_owned()),
                "{url}"
            );
        }
        assert!(base("a.test").is_err());
    }
}
