//! The data sets of the size figures, and what is asked of them: in full by `scripts/bench size`, at one hundredth by
//! the tests.

mod explain;
mod waits;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

pub use explain::{Statement, explained};
pub use waits::LockWaits;

use crate::Setup;

/// A stack with a data set in it. Wake-ups and jobs are off: nobody works on what lies in the queues.
pub struct DataSet {
    pub setup: Setup,
    /// Producers in the catalogue; a tenth as many albums, ten times as many credits.
    pub producers: u64,
    /// Messages in the queues, states in `processing_status`; ten times as many metrics.
    pub messages: u64,
}

impl DataSet {
    /// Loads both parts into a new stack.
    pub async fn load(setup: Setup, producers: u64, messages: u64) -> Result<Self> {
        sqlx::query("SELECT public.unschedule_jobs()")
            .execute(&setup.pool)
            .await?;
        setup.set("wake_ups_enabled", false.into()).await?;
        let data = Self {
            setup,
            producers,
            messages,
        };
        for part in [
            include_str!("numbers.sql"),
            include_str!("batches.sql"),
            include_str!("catalogue.sql"),
            include_str!("operations.sql"),
        ] {
            data.run(part).await?;
        }
        Ok(data)
    }

    /// Adds messages that are stuck, in a queue that held none.
    pub async fn add_stuck(&self, messages: u64) -> Result<()> {
        self.run(&include_str!("stuck.sql").replace(":stuck", &messages.to_string()))
            .await
    }

    async fn run(&self, part: &str) -> Result<()> {
        let part = part
            .replace(":producers", &self.producers.to_string())
            .replace(":messages", &self.messages.to_string());
        let mut admin = self.admin().await?;
        raw_sql(AssertSqlSafe(part)).execute(&mut admin).await?;
        Ok(admin.close().await?)
    }

    /// What autovacuum does within minutes.
    pub async fn vacuum(&self) -> Result<()> {
        let mut admin = self.admin().await?;
        sqlx::query("VACUUM (ANALYZE)").execute(&mut admin).await?;
        Ok(admin.close().await?)
    }

    /// A worker that takes batches and skips what is in them, for so long: how long each round trip took.
    pub async fn worker_for(&self, period: Duration) -> Result<Vec<Duration>> {
        let mut session = self.session("service_role").await?;
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < period {
            let begin = Instant::now();
            let dequeued: Value = sqlx::query_scalar("SELECT public.dequeue_batch('social_enrichment', 20)")
                .fetch_one(&mut session)
                .await?;
            times.push(begin.elapsed());
            let messages = dequeued["messages"].as_array().context("no list of messages")?;
            let outcomes: Vec<Value> = messages
                .iter()
                .map(
                    |message| json!({"msg_id": message["msg_id"], "read_ct": message["read_ct"], "outcome": "skipped"}),
                )
                .collect();
            let begin = Instant::now();
            sqlx::query("SELECT public.commit_batch('social_enrichment', gen_random_uuid(), $1)")
                .bind(Value::from(outcomes))
                .execute(&mut session)
                .await?;
            times.push(begin.elapsed());
        }
        session.close().await?;
        Ok(times)
    }

    /// A session of the superuser.
    pub async fn admin(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect(self.setup.stack.admin_database_url()).await?)
    }

    /// A session as a role of the API.
    pub async fn session(&self, role: &str) -> Result<PgConnection> {
        let mut session = PgConnection::connect(&self.setup.info().database_url).await?;
        sqlx::query(AssertSqlSafe(format!("SET ROLE {role}")))
            .execute(&mut session)
            .await?;
        Ok(session)
    }

    /// Search terms by kind: what people type, and what is hard to find.
    pub async fn terms(&self) -> Result<Vec<(String, String)>> {
        let terms = include_str!("terms.sql").replace(":producers", &self.producers.to_string());
        let mut admin = self.admin().await?;
        Ok(sqlx::query_as(AssertSqlSafe(terms)).fetch_all(&mut admin).await?)
    }

    /// Puts messages for so many albums into the queue of a stage, takes them, and has a function of `batches.sql` make
    /// outcomes of them: the arguments of `commit_batch`.
    pub async fn batch(&self, queue: &str, first_album: u64, albums: u32, outcomes: &str) -> Result<Batch> {
        let mut session = self.admin().await?;
        // Messages that an earlier batch has left are hidden, so that the dequeue finds the new ones only.
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE pgmq.q_{queue} SET vt = 'infinity' WHERE vt < 'infinity'"
        )))
        .execute(&mut session)
        .await?;
        sqlx::query(
            "SELECT count(public.pg_enqueue($1, jsonb_build_object('albumId', size.album_id(n), '_correlationId', 'size'))) \
             FROM generate_series($2, $2 + $3 - 1) AS n",
        )
        .bind(queue)
        .bind(i64::try_from(first_album)?)
        .bind(i64::from(albums))
        .execute(&mut session)
        .await?;
        let start = Instant::now();
        let dequeued: Value = sqlx::query_scalar("SELECT public.dequeue_batch($1, $2)")
            .bind(queue)
            .bind(i32::try_from(albums)?)
            .fetch_one(&mut session)
            .await?;
        let dequeue = start.elapsed();
        let taken = dequeued["messages"].as_array().map_or(0, Vec::len);
        ensure!(
            taken == albums as usize,
            "{taken} of {albums} messages came: {dequeued}"
        );
        let outcomes: Value = sqlx::query_scalar(AssertSqlSafe(format!("SELECT size.{outcomes}")))
            .bind(&dequeued)
            .fetch_one(&mut session)
            .await?;
        let known = dequeued["messages"].as_array().into_iter().flatten();
        let known = known.flat_map(|message| message["subject"]["known_names"].as_array().into_iter().flatten());
        let known_names = known.filter_map(|name| Some(name.as_str()?.to_owned())).collect();
        Ok(Batch {
            queue: queue.to_owned(),
            dequeue,
            known_names,
            outcomes,
        })
    }
}

/// A batch that was taken and worked on.
pub struct Batch {
    queue: String,
    /// How long the dequeue took.
    pub dequeue: Duration,
    /// Stored names that the dequeue found in the titles.
    pub known_names: Vec<String>,
    outcomes: Value,
}

impl Batch {
    /// The commit as SQL, for `explained`.
    pub fn statement(&self) -> String {
        let outcomes = self.outcomes.to_string().replace('\'', "''");
        format!(
            "SELECT public.commit_batch('{}', gen_random_uuid(), '{outcomes}')",
            self.queue
        )
    }

    /// Commits, and returns how long that took.
    pub async fn commit(&self, session: &mut PgConnection) -> Result<Duration> {
        let start = Instant::now();
        let answer: Value = sqlx::query_scalar("SELECT public.commit_batch($1, gen_random_uuid(), $2)")
            .bind(&self.queue)
            .bind(&self.outcomes)
            .fetch_one(session)
            .await?;
        let took = start.elapsed();
        let done = answer["processed"].as_array().context("no list of what was done")?;
        ensure!(
            Some(done.len()) == self.outcomes.as_array().map(Vec::len),
            "not everything was done: {answer}"
        );
        Ok(took)
    }
}

/// Runs a statement so many times and returns each time.
pub async fn timed(session: &mut PgConnection, statement: &str, times: u32) -> Result<Vec<Duration>> {
    let mut all = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&mut *session)
            .await
            .with_context(|| statement.to_owned())?;
        all.push(start.elapsed());
    }
    Ok(all)
}
