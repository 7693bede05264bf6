//! Every promise of the API's functions as a test of its own, named `<function>::<promise>`.
//!
//! Each is a transaction as `service_role` which is rolled back, so all of them share one database. One of them is run
//! by its whole name, as `cargo nextest list` shows it.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use linernotes_tests::database::{SharedDatabase, ask, keep, keeper_of};
use linernotes_tests::promises;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// The database that the tests of this process share, once one of them has asked for it.
type Shared = Arc<OnceCell<SharedDatabase>>;

fn main() -> Result<ExitCode> {
    let runtime = Arc::new(Runtime::new()?);
    if let Some(folder) = keeper_of() {
        runtime.block_on(keep(&folder))?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = Arguments::from_args();
    let shared = Shared::default();
    let trial = |name: String, test: Test| {
        let (runtime, shared) = (runtime.clone(), shared.clone());
        Trial::test(name, move || runtime.block_on(run(&shared, test)).map_err(failed))
    };
    let mut trials = vec![trial(
        "every_function_of_the_api_promises_something".to_owned(),
        Test::EveryFunction,
    )];
    for (function, promises) in promises::read()? {
        for (promise, sql) in promises.sections {
            trials.push(trial(format!("{function}::{promise}"), Test::Promise(sql)));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The database has to stop, and its files have to go, before this process ends. Its connections close on a runtime.
    let _runtime = runtime.enter();
    drop(shared);
    Ok(conclusion.exit_code())
}

enum Test {
    Promise(String),
    EveryFunction,
}

async fn run(shared: &Shared, test: Test) -> Result<()> {
    let database = shared.get_or_try_init(SharedDatabase::join).await?;
    let _turn = database.turn()?;
    // Each in a session of its own: session locks and settings end with it.
    let mut connection = PgConnection::connect(&database.url).await?;
    match test {
        Test::Promise(sql) => is_kept(&mut connection, &sql).await?,
        Test::EveryFunction => every_function(&mut connection).await?,
    }
    Ok(connection.close().await?)
}

async fn is_kept(connection: &mut PgConnection, sql: &str) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    raw_sql("SET LOCAL ROLE service_role")
        .execute(&mut *transaction)
        .await?;
    raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    transaction.rollback().await
}

async fn every_function(connection: &mut PgConnection) -> Result<()> {
    let api = "SELECT array_agg(DISTINCT proname ORDER BY proname) FROM pg_proc \
               WHERE pronamespace = 'public'::regnamespace AND proowner = 'postgres'::regrole";
    let functions: Vec<String> = serde_json::from_value(ask(connection, api).await?)?;
    let with_file: Vec<String> = promises::read()?.into_keys().collect();
    ensure!(
        with_file == functions,
        "tests/database/promises has files for {with_file:?}, and the API has {functions:?}"
    );
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // `map_err` hands it over
fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}
