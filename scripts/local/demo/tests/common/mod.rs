//! A demo on a free port, and a client that behaves.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use linernotes_demo::{Demo, Settings, SpotifyApp, serve};
use serde_json::Value;

pub struct Served {
    pub demo: Arc<Demo>,
    pub url: String,
    client: reqwest::Client,
    token: Option<String>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn calm(app: SpotifyApp) -> Settings {
    Settings {
        spotify_app: app,
        musicbrainz_per_second: 0.0,
        musicbrainz_busy_percent: 0.0,
        wikidata_per_minute: 0,
        ..Settings::default()
    }
}

impl Served {
    pub async fn start(settings: Settings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let demo = Demo::new(settings);
        let task = tokio::spawn(serve(listener, demo.clone()));
        let client = reqwest::Client::builder()
            .user_agent("demo-tests/0.1 ( tests@example.org )")
            .build()
            .unwrap();
        let mut served = Self {
            demo,
            url,
            client,
            token: None,
            task,
        };
        let answer = served.token_answer("demo", "demo-secret").await;
        served.token = answer.1["access_token"].as_str().map(str::to_owned);
        served
    }

    pub async fn token_answer(&self, id: &str, secret: &str) -> (u16, Value) {
        let request = self
            .client
            .post(format!("{}/api/token", self.url))
            .basic_auth(id, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn raw(&self, path: &str) -> reqwest::Result<reqwest::Response> {
        let token = if path.starts_with("/v1") {
            self.token.as_deref().unwrap_or("none")
        } else {
            "demo-genius"
        };
        self.client
            .get(format!("{}{path}", self.url))
            .bearer_auth(token)
            .send()
            .await
    }

    /// Status and JSON (a string, where it is something else).
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.raw(path).await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The JSON of a good answer.
    pub async fn ok(&self, path: &str) -> Value {
        let (status, value) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    pub fn configure(&self, members: &Value) {
        self.demo.configure(members).unwrap();
    }

    /// The id of the first artist of exactly this name.
    pub async fn artist(&self, name: &str) -> String {
        let found = self
            .ok(&format!("/v1/search?type=artist&limit=10&q={}", encoded(name)))
            .await;
        let items = found["artists"]["items"].as_array().unwrap();
        let hit = items
            .iter()
            .find(|item| item["name"] == name)
            .unwrap_or_else(|| panic!("{name} among {found}"));
        hit["id"].as_str().unwrap().to_owned()
    }
}

pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
