//! What can go wrong, and how it is brought about on a running stack.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::Setup;
use serde_json::{Value, json};

use crate::small_disk::SmallDisk;
use crate::{calls, hostile, lying_redis, second_host};

/// A fault; the numbers are how long it lasts, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    FunctionsKilled,
    FunctionsHang(u64),
    PostgresCrashes,
    DiskFull(u64),
    ConnectionsTerminated,
    RedisKilled(u64),
    RedisFlushed,
    RedisHangs(u64),
    RedisLies(u64),
    CallsLost(u64),
    CallsDoubled(u64),
    CallsLate(u64),
    GatewayAway(u64),
    SecondHostComesAndGoes(u64),
    /// And its clock is so many seconds ahead.
    SecondHostWithWrongClock(u64, i64),
    ProviderDown(&'static str, u64),
    TokensRefused(u64),
}

const PROVIDERS: [&str; 5] = ["spotify", "musicbrainz", "genius", "wikidata", "instagram"];

/// A sequence of numbers that its seed decides (splitmix64).
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
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

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.next() % length.max(1) as u64).unwrap_or_default()
    }

    /// One fault of each kind, and `more` besides, in any order.
    pub fn faults(&mut self, more: usize) -> Vec<Fault> {
        let mut faults = self.one_of_each();
        for _ in 0..more {
            let again = self.one_of_each();
            faults.push(again[self.index(again.len())]);
        }
        for last in (1..faults.len()).rev() {
            let other = self.index(last + 1);
            faults.swap(last, other);
        }
        faults
    }

    fn one_of_each(&mut self) -> Vec<Fault> {
        let provider = PROVIDERS[self.index(PROVIDERS.len())];
        let wrong_by = [-3600, -600, 600, 3600][self.index(4)];
        let mut ms = || self.between(500, 3500);
        vec![
            Fault::FunctionsKilled,
            Fault::FunctionsHang(ms()),
            Fault::PostgresCrashes,
            Fault::DiskFull(ms()),
            Fault::ConnectionsTerminated,
            Fault::RedisKilled(ms()),
            Fault::RedisFlushed,
            Fault::RedisHangs(ms()),
            Fault::RedisLies(ms()),
            Fault::CallsLost(ms()),
            Fault::CallsDoubled(ms()),
            Fault::CallsLate(ms()),
            Fault::GatewayAway(ms()),
            Fault::SecondHostComesAndGoes(ms()),
            Fault::SecondHostWithWrongClock(ms(), wrong_by),
            Fault::ProviderDown(provider, ms() * 2),
            Fault::TokensRefused(ms() * 2),
        ]
    }
}

impl Fault {
    /// Its name, without numbers.
    pub fn kind(self) -> String {
        let text = format!("{self:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    }

    /// Brings it about, and ends it.
    pub async fn strike(self, setup: &Setup, disk: Option<&SmallDisk>) -> Result<()> {
        if self.kind().starts_with("Redis") {
            // After a fault of before, the runs may have left Redis alone for ten minutes.
            run(setup, "DELETE FROM linernotes.redis_quarantine").await;
            pause(500).await;
        }
        match self {
            Self::FunctionsKilled => restart_after(setup, Service::Functions, 0).await,
            Self::FunctionsHang(ms) => hang(setup, Service::Functions, ms).await,
            Self::PostgresCrashes => {
                // Immediate shutdown: no checkpoint, and recovery from the log when the supervisor starts it again.
                signal(pid(setup, Service::Postgres).await?, "QUIT")
            }
            Self::DiskFull(ms) => match disk {
                Some(disk) => disk.full_for(Duration::from_millis(ms)).await,
                None => Ok(()),
            },
            Self::ConnectionsTerminated => {
                let others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
                run(setup, others).await;
                Ok(())
            }
            Self::RedisKilled(ms) => restart_after(setup, Service::Redis, ms).await,
            Self::RedisFlushed => flush(setup).await,
            Self::RedisHangs(ms) => hang(setup, Service::Redis, ms).await,
            Self::RedisLies(ms) => {
                setup.stack.kill(Service::Redis).await?;
                lying_redis::serve_for(&setup.info().redis_url, Duration::from_millis(ms)).await?;
                setup.stack.restart(Service::Redis).await
            }
            Self::CallsLost(ms) => calls::held_for(setup, ms, 0).await,
            Self::CallsLate(ms) => calls::held_for(setup, ms, 1).await,
            Self::CallsDoubled(ms) => calls::held_for(setup, ms, 2).await,
            Self::GatewayAway(ms) => {
                setup.stack.take_gateway_away(true);
                pause(ms).await;
                setup.stack.take_gateway_away(false);
                Ok(())
            }
            Self::SecondHostComesAndGoes(ms) => second_host::for_a_while(setup, ms, 0).await,
            Self::SecondHostWithWrongClock(ms, seconds) => second_host::for_a_while(setup, ms, seconds).await,
            Self::ProviderDown(provider, ms) => {
                let fault = json!({"path": "/", "provider": provider, "kind": "status", "status": 500});
                provider_fault(setup, fault, ms).await
            }
            Self::TokensRefused(ms) => {
                let fault = json!({"path": "/api/token", "kind": "status", "status": 503});
                provider_fault(setup, fault, ms).await
            }
        }
    }
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

async fn provider_fault(setup: &Setup, fault: Value, ms: u64) -> Result<()> {
    let mut faults = vec![fault];
    faults.extend(hostile::faults());
    setup.configure_demo(json!({"faults": faults})).await?;
    pause(ms).await;
    setup.configure_demo(json!({"faults": hostile::faults()})).await
}

/// Of a service that a fault of before may have ended: its supervisor starts it again, later each time.
async fn pid(setup: &Setup, service: Service) -> Result<u32> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if let Some(pid) = setup.stack.pid(service).await? {
            return Ok(pid);
        }
        pause(50).await;
    }
    None.with_context(|| format!("{service} is not running"))
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

/// As superuser. A database that was crashed a moment ago may not answer yet; then there is nothing to strike.
async fn run(setup: &Setup, statement: &'static str) {
    if let Ok(admin) = sqlx::PgPool::connect(setup.stack.admin_database_url()).await {
        let _ = sqlx::query(statement).execute(&admin).await;
    }
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
