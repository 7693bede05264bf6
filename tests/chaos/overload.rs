//! More than the machine can do: everybody enqueues at once, and clients ask without pause. Nothing falls over, and the
//! pipeline goes on. `scripts/test overload` does the whole of what `docs/size.md` tells, every test run a tenth.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::size::DataSet;
use linernotes_tests::{Setup, figure};
use serde_json::{Value, json};
use sqlx::Connection;
use tokio::task::JoinSet;

use crate::seeded::number;

const PRODUCERS: u64 = 10_000;

/// How long the clients ask.
const LENGTH: Duration = Duration::from_secs(30);

/// When the database gives up on a question of the public key; before, it may wait as long for a connection.
const TIMEOUT: Duration = Duration::from_secs(3);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Of searches under load.
const LONGEST_P95: Duration = Duration::from_secs(5);

/// What is asked for with the public key, again and again.
struct Questions {
    function: &'static str,
    arguments: Vec<Value>,
}

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    /// Each answer's time, refusals among them.
    took: Vec<Duration>,
    refused_after: Vec<Duration>,
    /// What the last refusal said.
    refusal: String,
}

impl Seen {
    fn percentile(&self, percent: usize) -> Duration {
        let at = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(at).copied().unwrap_or_default()
    }

    fn tell(&self, what: &str) {
        println!(
            "{what}: {} answers, {} of them refusals {}, p50 {:.1?}, p95 {:.1?}, longest {:.1?}",
            self.took.len(),
            self.refused_after.len(),
            self.refusal,
            self.percentile(50),
            self.percentile(95),
            self.percentile(100)
        );
    }
}

#[tokio::test]
async fn an_overload_lets_the_pipeline_go_on() -> Result<()> {
    let messages = i64::try_from(number("LINERNOTES_OVERLOAD_MESSAGES")?.unwrap_or(100_000))?;
    let clients = number("LINERNOTES_OVERLOAD_CLIENTS")?.unwrap_or(50);
    let setup = Setup::start(|options| options.demo.latency_ms = 20).await?;
    let data = DataSet::load(setup, PRODUCERS, 10).await?;
    data.vacuum().await?;
    let setup = &data.setup;
    let search = searches(&data).await?;
    let producer: String = sqlx::query_scalar("SELECT size.id(0)::text")
        .fetch_one(&setup.pool)
        .await?;
    let dearest = Questions {
        function: "get_collaboration_graph",
        arguments: vec![json!({"kind": "producer", "id": producer, "depth": 3, "limit_count": 1000})],
    };
    setup.set("wake_ups_enabled", json!(true)).await?;

    let alone = search.ask(setup, 1, Duration::from_secs(5)).await?;
    alone.tell("search, one client and nothing else");
    let dearest_alone = dearest.ask(setup, 1, Duration::from_secs(5)).await?;
    dearest_alone.tell("the dearest question, one client and nothing else");
    let mut asked = Vec::new();
    for name in setup.world.artist_names().into_iter().take(5) {
        asked.push(setup.discover(name).await?);
    }
    let begin = Instant::now();
    sqlx::query(
        "SELECT pgmq.send_batch('artist_discovery', ARRAY( \
           SELECT jsonb_build_object('artistName', 'Nobody ' || n) FROM generate_series(1, $1) AS n))",
    )
    .bind(messages)
    .execute(&setup.pool)
    .await?;
    println!("{messages} messages enqueued in {:.1?}", begin.elapsed());

    let before = waiting(setup).await?;
    let (searched, dear, memory) = tokio::join!(
        search.ask(setup, clients, LENGTH),
        dearest.ask(setup, clients / 10, LENGTH),
        memory(setup, LENGTH),
    );
    let (searched, dear, memory) = (searched?, dear?, memory?);
    let done = before - waiting(setup).await?;
    searched.tell(&format!("search, {clients} clients"));
    dear.tell(&format!("the dearest question, {} clients", clients / 10));
    println!("pipeline: {done} messages done in {} s", LENGTH.as_secs());
    for (part, megabytes, most) in &memory {
        println!("{part}: {megabytes} MB of at most {most}");
        ensure!(megabytes <= most, "{part} has {megabytes} MB");
    }
    // Who found no connection within that time was told so. On a machine with other work there may be a few.
    let refused = searched.refused_after.len() + dear.refused_after.len();
    let answers = searched.took.len() + dear.took.len();
    ensure!(refused * 100 <= answers, "{refused} of {answers} were refused");
    let p95 = searched.percentile(95);
    ensure!(p95 < LONGEST_P95, "{p95:?}");
    let longest = searched.percentile(100).max(dear.percentile(100));
    ensure!(longest < LONGEST_WAIT + TIMEOUT + Duration::from_secs(2), "{longest:?}");
    ensure!(
        done > 5 * i64::try_from(LENGTH.as_secs())?,
        "only {done} messages were done"
    );
    let start = Instant::now();
    for message in asked {
        loop {
            let discovery = setup.rpc("get_discovery", json!({"message_id": message})).await?;
            if discovery["state"] == "completed" {
                break;
            }
            ensure!(start.elapsed() < Duration::from_mins(1), "{message}: {discovery}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let most: u64 = memory.iter().map(|(_, megabytes, _)| megabytes).sum();
    figure(
        "overload",
        &format!(
            "{messages} messages and {clients} clients: {} searches with a p95 of {p95:.1?}, {done} messages done in {} s, \
             {most} MB for everything",
            searched.took.len(),
            LENGTH.as_secs(),
        ),
    )
}

/// All connections of clients wait for a lock: each is told so after its timeout, and nobody else is kept waiting.
#[tokio::test]
async fn clients_whose_questions_hang_take_no_connection_from_the_pipeline() -> Result<()> {
    const HANGS: Duration = Duration::from_secs(7);
    let setup = Setup::start(|_| ()).await?;
    let data = DataSet::load(setup, 1_000, 10).await?;
    let setup = &data.setup;
    let search = searches(&data).await?;
    let mut admin = data.admin().await?;
    let mut held = admin.begin().await?;
    sqlx::query("LOCK TABLE linernotes.producer_counts IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await?;
    let others = async {
        let (start, mut longest) = (Instant::now(), Duration::ZERO);
        while start.elapsed() < HANGS {
            let begin = Instant::now();
            setup.rpc("get_pipeline_status", json!({})).await?;
            longest = longest.max(begin.elapsed());
        }
        held.rollback().await?;
        anyhow::Ok(longest)
    };
    let (clients, others) = tokio::join!(search.ask(setup, 50, HANGS), others);
    let (clients, others) = (clients?, others?);
    clients.tell("search of 50 clients, which hangs");
    println!("the pipeline's question meanwhile: {others:?} at most");
    ensure!(others < Duration::from_secs(2), "{others:?}");
    let longest = clients.percentile(100);
    ensure!(longest < LONGEST_WAIT + TIMEOUT + Duration::from_secs(2), "{longest:?}");
    ensure!(clients.refusal.contains("57014"), "refused: {}", clients.refusal);
    let first = clients.refused_after.iter().min().context("nobody was refused")?;
    ensure!((TIMEOUT..TIMEOUT + Duration::from_secs(2)).contains(first), "{first:?}");
    Ok(())
}

/// What people search for, and what is hard to find.
async fn searches(data: &DataSet) -> Result<Questions> {
    let terms = data.terms().await?.into_iter();
    let terms = terms.filter(|(kind, _)| !matches!(kind.as_str(), "long" | "blank"));
    Ok(Questions {
        function: "search_producers",
        arguments: terms.map(|(_, term)| json!({"search_term": term})).collect(),
    })
}

/// Messages that wait in the queue of the flood.
async fn waiting(setup: &Setup) -> Result<i64> {
    setup.count("SELECT count(*) FROM pgmq.q_artist_discovery").await
}

impl Questions {
    /// So many clients ask with the public key, without pause.
    async fn ask(&self, setup: &Setup, clients: u64, length: Duration) -> Result<Seen> {
        let end = Instant::now() + length;
        let mut all = JoinSet::new();
        for client in 0..clients {
            let url = format!("{}/rest/v1/rpc/{}", setup.info().api_url, self.function);
            let key = setup.info().publishable_key.clone();
            let arguments = self.arguments.clone();
            all.spawn(async move {
                let http = reqwest::Client::new();
                let mut seen = Seen::default();
                let from = usize::try_from(client)? * 7;
                for arguments in arguments.iter().cycle().skip(from) {
                    let begin = Instant::now();
                    if begin > end {
                        break;
                    }
                    let request = http.post(&url).header("apikey", &key).json(arguments);
                    let answer = request.send().await?;
                    let status = answer.status();
                    let body = answer.text().await?;
                    seen.took.push(begin.elapsed());
                    if !status.is_success() {
                        seen.refused_after.push(begin.elapsed());
                        seen.refusal = format!("({status} {body})");
                    }
                }
                anyhow::Ok(seen)
            });
        }
        let mut seen = Seen::default();
        while let Some(client) = all.join_next().await {
            let client = client??;
            seen.took.extend(client.took);
            seen.refused_after.extend(client.refused_after);
            if !client.refusal.is_empty() {
                seen.refusal = client.refusal;
            }
        }
        seen.took.sort();
        Ok(seen)
    }
}

/// The most that each part had at a time, and may have, in megabytes.
async fn memory(setup: &Setup, length: Duration) -> Result<Vec<(String, u64, u64)>> {
    let mut parts = Vec::new();
    for (service, most) in [
        (Service::Postgres, 1_500),
        (Service::Functions, 500),
        (Service::Redis, 200),
        (Service::Demo, 300),
    ] {
        let pid = setup.stack.pid(service).await?;
        parts.push((service.to_string(), pid.context("it does not run")?, 0, most));
    }
    // The gateway, pg_net's stand-in, and the clients of this test.
    parts.push(("gateway".to_owned(), std::process::id(), 0, 500));
    let end = Instant::now() + length;
    while Instant::now() < end {
        for (name, pid, megabytes, _) in &mut parts {
            let all = if name.as_str() == "gateway" {
                vec![*pid]
            } else {
                with_children(*pid)?
            };
            let kilobytes: u64 = all.into_iter().map(proportional_set).sum();
            *megabytes = u64::max(*megabytes, kilobytes / 1024);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(parts
        .into_iter()
        .map(|(name, _, megabytes, most)| (name, megabytes, most))
        .collect())
}

/// The memory of a process in kilobytes, shared pages by their share; 0 where it has ended.
fn proportional_set(pid: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

fn with_children(parent: u32) -> Result<Vec<u32>> {
    let mut all = vec![parent];
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let of = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        if of.is_some_and(|of| of.trim() == parent.to_string()) {
            all.push(pid);
        }
    }
    Ok(all)
}
