//! Which statements a call really runs, and by which plans: Postgres' own `auto_explain`, nested statements included.

use std::io::{Read, Seek, SeekFrom};

use anyhow::Result;
use linernotes_stack::Service;
use sqlx::{AssertSqlSafe, Connection, raw_sql};

use super::DataSet;

/// One statement that was run.
pub struct Statement {
    /// What the server wrote of it: its duration, its text, its plan.
    pub report: String,
}

impl Statement {
    /// Whether it reads or writes a table for us: not the evaluation of a function's expression, and not Postgres' own
    /// look-up of a foreign key.
    pub fn touches_tables(&self) -> bool {
        let reads_table =
            |line: &str| line.contains(" Scan") && !line.contains("Function Scan") && !line.contains("Subquery Scan");
        let mut plan = self.report.lines().skip_while(|line| !line.contains("(cost="));
        plan.any(|line| line.contains("Insert on ") || reads_table(line)) && !self.report.contains("SELECT 1 FROM ONLY")
    }
}

impl Statement {
    /// How many pages of tables and indexes it touched, those of the statements within it included: the same on a busy
    /// machine as on an idle one.
    pub fn pages(&self) -> u64 {
        let buffers = self
            .report
            .lines()
            .find_map(|line| line.trim().strip_prefix("Buffers: shared "));
        let counts = buffers.unwrap_or_default().split(',').next().unwrap_or_default();
        counts
            .split(' ')
            .filter_map(|count| count.strip_prefix("hit=").or_else(|| count.strip_prefix("read=")))
            .filter_map(|count| count.parse::<u64>().ok())
            .sum()
    }
}

/// Runs a statement in a transaction that is rolled back, and returns what was run for it, the innermost first.
pub async fn explained(data: &DataSet, statement: &str) -> Result<Vec<Statement>> {
    let mut log = std::fs::File::open(data.setup.stack.log(Service::Postgres))?;
    log.seek(SeekFrom::End(0))?;
    let mut session = data.admin().await?;
    raw_sql(
        "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; \
         SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off; SET auto_explain.log_buffers = on; \
         SET log_min_messages = log",
    )
    .execute(&mut session)
    .await?;
    let (process,): (i32,) = sqlx::query_as("SELECT pg_backend_pid()")
        .fetch_one(&mut session)
        .await?;
    raw_sql("BEGIN").execute(&mut session).await?;
    raw_sql(AssertSqlSafe(statement)).execute(&mut session).await?;
    raw_sql("ROLLBACK").execute(&mut session).await?;
    session.close().await?;

    let mut written = Vec::new();
    log.read_to_end(&mut written)?;
    Ok(reports(&String::from_utf8_lossy(&written), process))
}

/// The log's entries of one session; lines that begin with no time go on with the entry above.
fn reports(log: &str, process: i32) -> Vec<Statement> {
    let own = format!(" [{process}] ");
    let mut statements: Vec<Statement> = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        if line.starts_with("20") && line.contains("] ") {
            inside = line.contains(&own) && line.contains("plan:") && !line.contains("pg_backend_pid");
            if inside {
                let report = line
                    .split_once("LOG:")
                    .map_or(line, |(_, report)| report)
                    .trim()
                    .to_owned();
                statements.push(Statement { report });
            }
        } else if inside && let Some(statement) = statements.last_mut() {
            statement.report.push('\n');
            statement.report.push_str(line);
        }
    }
    statements
}
