//! Arguments are checked first: what can't be is refused with SQLSTATE 22023 and the argument's name, and nothing has
//! changed; whatever text is data.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::calls::{CALLS, Call};
use linernotes_tests::database::{Database, ask};

/// Rows of every table that a function could have written to, as one number a table.
const FINGERPRINT: &str = "SELECT jsonb_object_agg(name, (xpath('/row/c/text()', query_to_xml( \
    format('SELECT count(*) || md5(coalesce(string_agg(t::text, '','' ORDER BY t::text), '''')) AS c FROM %s AS t', name), \
    FALSE, TRUE, '')))[1]::text) \
    FROM (SELECT oid::regclass AS name FROM pg_class WHERE relkind = 'r' \
          AND relnamespace IN ('public'::regnamespace, 'linernotes'::regnamespace, 'pgmq'::regnamespace)) AS tables";

#[tokio::test]
async fn a_bad_argument_is_named_and_changes_nothing() -> Result<()> {
    let database = Database::start().await?;
    database.run("SELECT checks.catalogue()").await?;
    every_argument_is_here(&database).await?;

    let before = database.ask(FINGERPRINT).await?;
    let mut connection = PgConnection::connect(&database.info().database_url).await?;
    raw_sql("SET ROLE service_role").execute(&mut connection).await?;
    let mut wrong = Vec::new();
    for call in CALLS {
        for (position, (name, _, kind)) in call.arguments.iter().enumerate() {
            for value in kind.refused() {
                let statement = statement(call, Some((position, &value)));
                match outcome(&mut connection, &statement).await? {
                    Some((state, message)) if state == "22023" && message.starts_with(name) => {}
                    given => wrong.push(format!("{statement}\n    wanted 22023 {name}…, got {given:?}")),
                }
            }
        }
    }
    raw_sql("RESET ROLE").execute(&mut connection).await?;
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        before,
        ask(&mut connection, FINGERPRINT).await?,
        "a refused call has changed something"
    );

    // Arguments that are data are taken whatever they hold. Each call is rolled back.
    for call in CALLS {
        ensure_taken(&mut connection, &statement(call, None), &mut wrong).await?;
        for (position, (_, _, kind)) in call.arguments.iter().enumerate() {
            for value in kind.taken() {
                ensure_taken(&mut connection, &statement(call, Some((position, &value))), &mut wrong).await?;
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// The table of calls against the catalogue: each function, each argument, in order; one that has no default can't be
/// left out.
async fn every_argument_is_here(database: &Database) -> Result<()> {
    const SIGNATURES: &str = "SELECT jsonb_object_agg(proname, jsonb_build_array( \
        to_jsonb(coalesce(proargnames[1:pronargs], '{}')), pronargs - pronargdefaults)) \
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = 'postgres'::regrole";
    let signatures: BTreeMap<String, (Vec<String>, usize)> = serde_json::from_value(database.ask(SIGNATURES).await?)?;
    let described: BTreeMap<String, Vec<String>> = CALLS
        .iter()
        .map(|call| {
            (
                call.function.to_owned(),
                call.arguments.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            )
        })
        .collect();
    let there: BTreeMap<_, _> = signatures
        .iter()
        .map(|(name, (arguments, _))| (name.clone(), arguments.clone()))
        .collect();
    assert_eq!(described, there, "calls.rs describes the functions of the API");

    let mut connection = database.owner.acquire().await?;
    for call in CALLS {
        let (_, needed) = &signatures[call.function];
        for left_out in 0..*needed {
            let arguments = call
                .arguments
                .iter()
                .enumerate()
                .filter(|(position, _)| *position != left_out);
            let arguments: Vec<String> = arguments
                .map(|(_, (name, value, _))| format!("{name} => {value}"))
                .collect();
            let statement = format!("SELECT public.{}({})", call.function, arguments.join(", "));
            let given = outcome(&mut connection, &statement).await?;
            ensure!(
                given.as_ref().is_some_and(|(state, _)| state == "42883"),
                "{statement}: {given:?}"
            );
        }
    }
    Ok(())
}

/// The call with all its arguments, one of them another value.
fn statement(call: &Call, other: Option<(usize, &str)>) -> String {
    let arguments = call.arguments.iter().enumerate().map(|(position, (name, good, _))| {
        let value = other
            .filter(|(changed, _)| *changed == position)
            .map_or(*good, |(_, value)| value);
        format!("{name} => {value}")
    });
    format!(
        "SELECT public.{}({})",
        call.function,
        arguments.collect::<Vec<_>>().join(", ")
    )
}

/// SQLSTATE and message of the error, if the statement fails.
async fn outcome(connection: &mut PgConnection, statement: &str) -> Result<Option<(String, String)>> {
    match raw_sql(AssertSqlSafe(statement)).execute(connection).await {
        Ok(_) => Ok(None),
        Err(sqlx::Error::Database(error)) => Ok(Some((
            error.code().unwrap_or_default().into_owned(),
            error.message().to_owned(),
        ))),
        Err(other) => Err(other.into()),
    }
}

async fn ensure_taken(connection: &mut PgConnection, statement: &str, wrong: &mut Vec<String>) -> Result<()> {
    let mut transaction = connection.begin().await?;
    raw_sql("SET LOCAL ROLE service_role")
        .execute(&mut *transaction)
        .await?;
    if let Some(error) = outcome(&mut transaction, statement).await? {
        wrong.push(format!("{statement}\n    wanted an answer, got {error:?}"));
    }
    transaction.rollback().await?;
    Ok(())
}
