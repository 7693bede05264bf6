//! A whole stack for one test, and what a test does with it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use linernotes_demo::{SpotifyApp, World};
use linernotes_stack::{Options, Stack, StackInfo};
use serde_json::{Value, json};
use sqlx::postgres::{PgPool, PgPoolOptions};

use crate::catalogue;
use crate::template::template;

/// A running stack with a data directory of its own; both go with this value.
pub struct Setup {
    pub stack: Stack,
    /// Its database, as the role that owns the project.
    pub pool: PgPool,
    /// What the demo upstreams serve.
    pub world: World,
    app: SpotifyApp,
    http: reqwest::Client,
    // Dropped last: the stack stops before its files go.
    _folder: tempfile::TempDir,
}

impl Setup {
    /// Starts a stack with demo upstreams, after `configure` had its say, and as quickly as may be: its database is a
    /// copy of one that was made before, and does not wait for the disk.
    pub async fn start(configure: impl FnOnce(&mut Options)) -> Result<Self> {
        let template = template().await?;
        Self::start_durable(|options| {
            options.template = Some(template);
            options.durable = false;
            configure(options);
        })
        .await
    }

    /// Starts a stack with demo upstreams as a person starts one, for what is measured.
    pub async fn start_durable(configure: impl FnOnce(&mut Options)) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut options = Options::new(folder.path());
        options.demo.musicbrainz_per_second = 0;
        options.compile_first = true;
        configure(&mut options);
        let artists = options.demo.artists.unwrap_or(linernotes_demo::DEFAULT_ARTISTS);
        let world = World::generate(options.demo.seed, artists);
        let app = match options.demo.spotify_app {
            linernotes_stack::SpotifyApp::Extended => SpotifyApp::Extended,
            linernotes_stack::SpotifyApp::Development => SpotifyApp::Development,
        };
        let stack = Stack::start(options).await?;
        let pool = PgPoolOptions::new().max_connections(4);
        let pool = Box::pin(pool.connect(&stack.info.database_url)).await?;
        Ok(Self {
            stack,
            pool,
            world,
            app,
            http: reqwest::Client::new(),
            _folder: folder,
        })
    }

    pub fn info(&self) -> &StackInfo {
        &self.stack.info
    }

    /// Calls a function of the API with the secret key; an `Err` carries the answer's body.
    pub async fn rpc(&self, function: &str, arguments: Value) -> Result<Value> {
        let url = format!("{}/rest/v1/rpc/{function}", self.info().api_url);
        let answer = self
            .http
            .post(url)
            .header("apikey", &self.info().secret_key)
            .json(&arguments)
            .send()
            .await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(status.is_success(), "{function}: {status} {body}");
        Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Calls a function of the pipeline as the database does, but waits for its whole answer.
    pub async fn call(&self, function: &str, body: Value) -> Result<(u16, Value)> {
        let url = format!("{}/{function}", self.info().functions_url);
        let answer = self
            .http
            .post(url)
            .bearer_auth(&self.info().function_secret)
            .json(&body)
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Calls a function again and again as its cron job does, only more often, until the test ends.
    pub fn poke_every(&self, function: &str, period: Duration) {
        let url = format!("{}/{function}", self.info().functions_url);
        let (http, secret) = (self.http.clone(), self.info().function_secret.clone());
        tokio::spawn(async move {
            loop {
                // The next call comes whether this one succeeds or not.
                let _ = http
                    .post(&url)
                    .bearer_auth(&secret)
                    .header("Prefer", "respond-async")
                    .send()
                    .await;
                tokio::time::sleep(period).await;
            }
        });
    }

    /// Calls all workers as cron does, only that nobody wants to wait for its minutes.
    pub fn cron_in_a_hurry(&self) {
        for function in [
            "artistDiscovery",
            "albumDiscovery",
            "trackDiscovery",
            "producerIdentification",
            "socialEnrichment",
        ] {
            self.poke_every(function, Duration::from_secs(1));
        }
    }

    /// Enqueues an artist and returns the message's id.
    pub async fn discover(&self, name: &str) -> Result<i64> {
        let id = self.rpc("start_artist_discovery", json!({"artist_name": name})).await?;
        id.as_i64()
            .or_else(|| id.as_str()?.parse().ok())
            .with_context(|| format!("no message id: {id}"))
    }

    /// Waits until no message is left in any queue, and returns how long that took.
    pub async fn drained(&self, within: Duration) -> Result<Duration> {
        const LEFT: &str = "SELECT (SELECT count(*) FROM pgmq.q_artist_discovery) \
            + (SELECT count(*) FROM pgmq.q_album_discovery) + (SELECT count(*) FROM pgmq.q_track_discovery) \
            + (SELECT count(*) FROM pgmq.q_producer_identification) + (SELECT count(*) FROM pgmq.q_social_enrichment)";
        let start = Instant::now();
        loop {
            // While Postgres is being restarted there is nobody to ask.
            let left: Option<i64> = sqlx::query_scalar(LEFT).fetch_one(&self.pool).await.ok();
            if left == Some(0) {
                return Ok(start.elapsed());
            }
            if start.elapsed() > within {
                bail!(
                    "after {} s the queues still hold {left:?} messages: {}",
                    within.as_secs(),
                    self.state().await
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What an operator would look at first, for the message of a failed test.
    pub async fn state(&self) -> String {
        const STATE: &str = "SELECT jsonb_build_object( \
            'errors', (SELECT jsonb_agg(DISTINCT last_error) FROM public.processing_status WHERE last_error IS NOT NULL), \
            'issues', (SELECT jsonb_agg(message) FROM public.worker_issues WHERE NOT resolved), \
            'messages', (SELECT jsonb_agg(item) FROM (SELECT jsonb_build_object('queue', entity_type, 'key', entity_id, \
              'attempts', attempts, 'state', state, 'error', last_error, 'in', next_attempt_at - clock_timestamp()) AS item \
              FROM public.processing_status WHERE state IN ('PENDING', 'IN_PROGRESS') LIMIT 5) AS list), \
            'transactions', (SELECT jsonb_agg(jsonb_build_object('state', state, 'begun', clock_timestamp() - xact_start, \
              'query', left(query, 200))) FROM pg_stat_activity \
              WHERE xact_start < clock_timestamp() - INTERVAL '5 seconds'), \
            'calls', (SELECT jsonb_agg(to_jsonb(call)) FROM (SELECT created, status_code, error_msg, left(content, 200) AS content \
              FROM net._http_response ORDER BY id DESC LIMIT 5) AS call), \
            'runs', (SELECT jsonb_agg(to_jsonb(runs)) FROM linernotes.runs))::text";
        sqlx::query_scalar(STATE)
            .fetch_one(&self.pool)
            .await
            .unwrap_or_else(|error| error.to_string())
    }

    /// Fails with every row that differs from what the world says of these artists.
    pub async fn assert_truth(&self, names: &[&str]) -> Result<()> {
        let truth = self.world.truth(names, self.app);
        let differences = catalogue::differences(&self.pool, &truth).await?;
        if !differences.is_empty() {
            let shown = differences.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
            bail!(
                "{} differences from the truth:\n{shown}\n{}",
                differences.len(),
                self.state().await
            );
        }
        Ok(())
    }

    /// The demo upstreams' counts of requests.
    pub async fn demo_stats(&self) -> Result<Value> {
        let url = self.info().demo_url.as_ref().context("no demo upstreams are running")?;
        Ok(self.http.get(format!("{url}/demo/stats")).send().await?.json().await?)
    }

    /// All requests to all providers since the last reset, refused ones included.
    pub async fn demo_requests(&self) -> Result<u64> {
        let stats = self.demo_stats().await?;
        let providers = stats["providers"]
            .as_object()
            .context("no providers in the demo's stats")?;
        let counts = providers
            .values()
            .flat_map(|provider| [&provider["requests"], &provider["rejected"]]);
        Ok(counts.filter_map(Value::as_u64).sum())
    }

    /// Sets the demo's counts back to zero.
    pub async fn reset_demo_stats(&self) -> Result<()> {
        self.demo_post("reset-stats", json!({})).await
    }

    /// Changes how the demo upstreams behave from now on.
    pub async fn configure_demo(&self, changes: Value) -> Result<()> {
        self.demo_post("config", changes).await
    }

    async fn demo_post(&self, path: &str, body: Value) -> Result<()> {
        let url = self.info().demo_url.as_ref().context("no demo upstreams are running")?;
        self.http
            .post(format!("{url}/demo/{path}"))
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Changes a setting of the pipeline.
    pub async fn set(&self, name: &str, value: Value) -> Result<()> {
        let done = sqlx::query("UPDATE linernotes.settings SET value = $2 WHERE name = $1")
            .bind(name)
            .bind(value)
            .execute(&self.pool)
            .await?;
        ensure!(done.rows_affected() == 1, "there is no setting {name}");
        Ok(())
    }

    /// Each queue may have eight runs at a time.
    pub async fn eight_runs_each(&self) -> Result<()> {
        sqlx::query("UPDATE public.queue_registry SET max_concurrency = 8")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// One number from the database.
    pub async fn count(&self, query: &'static str) -> Result<i64> {
        Ok(sqlx::query_scalar(query).fetch_one(&self.pool).await?)
    }
}
