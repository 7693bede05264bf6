//! Who waited long for a lock: the server writes it down.

use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use anyhow::Result;
use linernotes_stack::Service;
use sqlx::{AssertSqlSafe, Connection};

use super::DataSet;

/// The server's log, from when it began to write down long waits.
pub struct LockWaits(std::fs::File);

impl LockWaits {
    /// Has the server write down each wait for a lock that takes longer than this.
    pub async fn watch(data: &DataSet, longer_than: Duration) -> Result<Self> {
        let mut admin = data.admin().await?;
        for setting in [
            "ALTER SYSTEM SET log_lock_waits = on".to_owned(),
            format!("ALTER SYSTEM SET deadlock_timeout = {}", longer_than.as_millis()),
            "SELECT pg_reload_conf()".to_owned(),
        ] {
            sqlx::query(AssertSqlSafe(setting)).execute(&mut admin).await?;
        }
        admin.close().await?;
        // Sessions take the new value before their next statement.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut log = std::fs::File::open(data.setup.stack.log(Service::Postgres))?;
        log.seek(SeekFrom::End(0))?;
        Ok(Self(log))
    }

    pub fn count(mut self) -> Result<usize> {
        let mut written = Vec::new();
        self.0.read_to_end(&mut written)?;
        Ok(String::from_utf8_lossy(&written).matches(" still waiting for ").count())
    }
}
