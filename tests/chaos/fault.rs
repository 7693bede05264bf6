//! What can go wrong, and how it is brought about on a running stack.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::{SecondHost, Setup};
use serde_json::json;

use crate::hostile;

/// A fault; the numbers are how long it lasts, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    FunctionsKilled,
    FunctionsHang(u64),
    PostgresCrashes,
    ConnectionsTerminated,
    RedisKilled(u64),
    RedisFlushed,
    RedisHangs(u64),
    CallsLost,
    CallsDoubled,
    SecondHostComesAndGoes(u64),
    ProviderDown(usize, u64),
}

const PROVIDERS: [&str; 5] = ["spotify", "musicbrainz", "genius", "wikidata", "instagram"];

/// A sequence of numbers that its seed decides (splitmix64).
pub struct Draw(pub u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `least` to `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    pub fn fault(&mut self) -> Fault {
        let lasts = self.between(500, 4000);
        match self.between(0, 10) {
            0 => Fault::FunctionsKilled,
            1 => Fault::FunctionsHang(lasts),
            2 => Fault::PostgresCrashes,
            3 => Fault::ConnectionsTerminated,
            4 => Fault::RedisKilled(lasts),
            5 => Fault::RedisFlushed,
            6 => Fault::RedisHangs(lasts),
            7 => Fault::CallsLost,
            8 => Fault::CallsDoubled,
            9 => Fault::SecondHostComesAndGoes(lasts),
            _ => Fault::ProviderDown(usize::try_from(self.between(0, 4)).unwrap_or(0), lasts * 2),
        }
    }
}

impl Fault {
    /// Its name, without numbers.
    pub fn kind(self) -> String {
        let text = format!("{self:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    }

    /// Brings it about, and ends it.
    pub async fn strike(self, setup: &Setup) -> Result<()> {
        match self {
            Self::FunctionsKilled => restart_after(setup, Service::Functions, 0).await,
            Self::FunctionsHang(ms) => hang(setup, Service::Functions, ms).await,
            Self::PostgresCrashes => {
                // Immediate shutdown: no checkpoint, and recovery from the log when the supervisor starts it again.
                signal(pid(setup, Service::Postgres).await?, "QUIT")
            }
            Self::ConnectionsTerminated => {
                run(
                    setup,
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
                )
                .await
            }
            Self::RedisKilled(ms) => restart_after(setup, Service::Redis, ms).await,
            Self::RedisFlushed => flush(setup).await,
            Self::RedisHangs(ms) => hang(setup, Service::Redis, ms).await,
            Self::CallsLost => run(setup, "DELETE FROM net.http_request_queue").await,
            Self::CallsDoubled => {
                run(
                    setup,
                    "INSERT INTO net.http_request_queue (method, url, headers, body, timeout_milliseconds) \
                     SELECT method, url, headers, body, timeout_milliseconds FROM net.http_request_queue",
                )
                .await
            }
            Self::SecondHostComesAndGoes(ms) => second_host(setup, ms).await,
            Self::ProviderDown(which, ms) => {
                let mut faults =
                    vec![json!({"path": "/", "provider": PROVIDERS[which], "kind": "status", "status": 500})];
                faults.extend(hostile::faults());
                setup.configure_demo(json!({"faults": faults})).await?;
                pause(ms).await;
                setup.configure_demo(json!({"faults": hostile::faults()})).await
            }
        }
    }
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

async fn pid(setup: &Setup, service: Service) -> Result<u32> {
    let pid = setup.stack.pid(service).await?;
    pid.with_context(|| format!("{service:?} is not running"))
}

fn signal(pid: u32, name: &str) -> Result<()> {
    let signal = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()?;
    ensure!(signal.success(), "{signal}");
    Ok(())
}

async fn restart_after(setup: &Setup, service: Service, ms: u64) -> Result<()> {
    setup.stack.kill(service).await?;
    pause(ms).await;
    setup.stack.restart(service).await
}

async fn hang(setup: &Setup, service: Service, ms: u64) -> Result<()> {
    let pid = pid(setup, service).await?;
    signal(pid, "STOP")?;
    pause(ms).await;
    signal(pid, "CONT")
}

/// As superuser. A database that was crashed a moment ago may not answer yet; then this fault has nothing to strike.
async fn run(setup: &Setup, statement: &'static str) -> Result<()> {
    let admin = sqlx::PgPool::connect(setup.stack.admin_database_url()).await;
    if let Ok(admin) = admin {
        let _ = sqlx::query(statement).execute(&admin).await;
    }
    Ok(())
}

async fn flush(setup: &Setup) -> Result<()> {
    let url = setup.info().redis_url.clone();
    let client = redis::Client::open(url)?;
    // Where Redis is away, there is nothing to flush.
    if let Ok(mut connection) = client.get_multiplexed_async_connection().await {
        let _: redis::RedisResult<()> = redis::cmd("FLUSHALL").query_async(&mut connection).await;
    }
    Ok(())
}

/// A host with a worker of the stack's own: it takes its turn, and is killed with what it holds.
async fn second_host(setup: &Setup, ms: u64) -> Result<()> {
    let Some(demo) = setup.info().demo_url.clone() else {
        return Ok(());
    };
    let own = [
        ("spotify_api_url", demo.as_str()),
        ("spotify_accounts_url", &demo),
        ("spotify_client_id", "demo"),
        ("spotify_client_secret", "demo-secret"),
    ];
    let host = SecondHost::start(setup, &["track-discovery", "album-discovery"], &own).await?;
    let end = tokio::time::Instant::now() + Duration::from_millis(ms);
    while tokio::time::Instant::now() < end {
        for function in ["trackDiscovery", "albumDiscovery"] {
            // It may well fail, since it is not the only fault.
            let body = json!({});
            let call = host.call(function, &body);
            let _ = tokio::time::timeout(Duration::from_millis(ms), call).await;
        }
    }
    Ok(())
}
