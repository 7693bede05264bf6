//! A real Prometheus scrapes a stack during a crawl and an outage.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_tests::{Setup, checkout};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::{dashboard, logs};

struct Prometheus {
    address: String,
    http: reqwest::Client,
    // Ends with this value.
    _process: Child,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    /// Scrapes the stack each second, by the rules that operators get, their times made short.
    async fn watch(setup: &Setup, secret: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let rules = fs::read_to_string(checkout()?.join("deploy/prometheus/linernotes.rules.yml"))?;
        fs::write(folder.path().join("rules.yml"), in_a_hurry(&rules))?;
        fs::write(folder.path().join("secret"), secret)?;
        let functions = setup.info().functions_url.trim_start_matches("http://").to_owned();
        let (host, path) = functions.split_once('/').context("functions_url")?;
        fs::write(
            folder.path().join("prometheus.yml"),
            format!(
                "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\nscrape_configs:\n  \
                 - job_name: linernotes\n    metrics_path: /{path}/metrics\n    authorization: {{credentials_file: secret}}\n    \
                 static_configs: [{{targets: ['{host}']}}]\n"
            ),
        )?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let process = start(folder.path(), &address)?;
        let watching = Self {
            address: format!("http://{address}"),
            http: reqwest::Client::new(),
            _process: process,
            _folder: folder,
        };
        watching.becomes("up", |found| !found.is_empty()).await?;
        Ok(watching)
    }

    /// What an expression is now: labels and value.
    async fn ask(&self, query: &str) -> Result<Vec<(Value, f64)>> {
        let url = format!("{}/api/v1/query", self.address);
        let answer: Value = self
            .http
            .post(url)
            .form(&[("query", query)])
            .send()
            .await?
            .json()
            .await?;
        ensure!(answer["status"] == "success", "{query}: {answer}");
        let result = answer["data"]["result"].as_array().context("no result")?;
        result
            .iter()
            .map(|sample| {
                let value = sample["value"][1].as_str().context("no value")?.parse()?;
                Ok((sample["metric"].clone(), value))
            })
            .collect()
    }

    async fn becomes(&self, query: &str, enough: impl Fn(&[(Value, f64)]) -> bool) -> Result<Vec<(Value, f64)>> {
        let start = Instant::now();
        loop {
            let found = self.ask(query).await.unwrap_or_default();
            if enough(&found) {
                return Ok(found);
            }
            ensure!(start.elapsed() < Duration::from_mins(1), "{query} is {found:?}");
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits until an alert fires, and returns its labels.
    async fn fires(&self, alert: &str) -> Result<Value> {
        let query = format!("ALERTS{{alertname=\"{alert}\",alertstate=\"firing\"}}");
        let found = self.becomes(&query, |found| !found.is_empty()).await?;
        println!("{alert} fires");
        Ok(found[0].0.clone())
    }
}

fn start(folder: &Path, address: &str) -> Result<Child> {
    Command::new("prometheus")
        .arg("--config.file=prometheus.yml")
        .arg("--storage.tsdb.path=data")
        .arg(format!("--web.listen-address={address}"))
        .arg("--log.level=error")
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("prometheus (Debian's package)")
}

/// The same rules, with seconds for minutes and less for hours.
fn in_a_hurry(rules: &str) -> String {
    let mut text = rules.to_owned();
    for (from, to) in [
        ("[10m]", "[10s]"),
        ("[30m]", "[30s]"),
        ("> 900", "> 3"),
        ("> 3600", "> 30"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text.lines()
        .map(|line| {
            if line.trim().starts_with("for: ") {
                "        for: 2s\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect()
}

#[tokio::test]
async fn a_crawl_and_an_outage_are_seen_and_the_right_alerts_fire() -> Result<()> {
    let data = tempfile::tempdir()?;
    let setup = Setup::start(|options| {
        options.data_dir = data.path().to_owned();
        options.demo.latency_ms = 20;
    })
    .await?;
    let secret = setup.info().function_secret.clone();
    let prometheus = Prometheus::watch(&setup, &secret).await?;

    // A crawl: counters rise, no alert fires.
    let names = setup.world.artist_names();
    for name in &names[..3] {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(1)).await?;
    prometheus
        .becomes(
            "sum(linernotes_messages_processed_total{outcome=\"done\"}) > 10",
            |found| !found.is_empty(),
        )
        .await?;
    prometheus
        .becomes(
            "sum by (provider) (linernotes_provider_requests_total{status_class=\"2xx\"}) > 0",
            |found| found.len() >= 4,
        )
        .await?;
    ensure!(prometheus.ask("ALERTS{alertstate=\"firing\"}").await?.is_empty());

    // An outage of Spotify, a paused queue, a message that nobody can read.
    setup
        .configure_demo(json!({"faults": [{"provider": "spotify", "path": "/", "kind": "status", "status": 503}]}))
        .await?;
    setup
        .rpc("pause_queue", json!({"queue_name": "social_enrichment"}))
        .await?;
    setup
        .rpc(
            "pg_enqueue",
            json!({"queue_name": "producer_identification", "message_body": {"nonsense": true}}),
        )
        .await?;
    for name in &names[3..5] {
        setup.discover(name).await?;
    }
    let down = prometheus.fires("LinernotesProviderDown").await?;
    ensure!(down["provider"] == "spotify", "{down}");
    let paused = prometheus.fires("LinernotesQueuePaused").await?;
    ensure!(paused["queue"] == "social_enrichment", "{paused}");
    let dead = prometheus.fires("LinernotesDeadLettersRising").await?;
    ensure!(dead["queue"] == "producer_identification", "{dead}");
    let stalled = prometheus.fires("LinernotesQueueStalled").await?;
    ensure!(stalled["queue"] == "artist_discovery", "{stalled}");

    // Every panel has something to show.
    setup
        .count(
            "SELECT 1::bigint FROM linernotes.raise_issue('artistDiscovery', 'redis_unavailable', 'Redis: timed out')",
        )
        .await?;
    prometheus
        .becomes("linernotes_worker_issues_open", |found| !found.is_empty())
        .await?;
    for query in dashboard::queries()? {
        prometheus
            .becomes(&query, |found| !found.is_empty())
            .await
            .with_context(|| format!("the dashboard's {query}"))?;
    }

    // The provider is back: its alert ends.
    setup.configure_demo(json!({"faults": []})).await?;
    prometheus
        .becomes("absent(ALERTS{alertname=\"LinernotesProviderDown\"})", |found| {
            !found.is_empty()
        })
        .await?;

    logs::check(&fs::read_to_string(data.path().join("logs/functions.log"))?)?;

    // All of it is gone.
    drop(setup);
    prometheus.fires("LinernotesDown").await?;
    Ok(())
}

#[tokio::test]
async fn a_scraper_with_a_wrong_secret_sees_nothing() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let prometheus = Prometheus::watch(&setup, "wrong").await?;
    prometheus.becomes("up == 0", |found| !found.is_empty()).await?;
    ensure!(prometheus.ask("linernotes_build_info").await?.is_empty());
    Ok(())
}
