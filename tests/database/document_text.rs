//! The text of `docs/database.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::{Value, from_value};

use crate::calls::{CALLS, Call, DOCUMENTED};
use crate::roles::CLIENT_FUNCTIONS;
use linernotes_tests::database::Database;
use linernotes_tests::promises::Promises;

const HEAD: &str = "# The database

Two schemas: `public` is the API, `linernotes` what the pipeline keeps for itself, which is not exposed.

This page is written by a test from the live catalogue, its comments and the tests themselves, and the test fails when
the page is out of date; `UPDATE_DOCUMENT=1 cargo nextest run --test database the_document_is` writes it
anew. The tests are in `tests/database/`; `schema.rs` there compares tables and functions with the documented ones.

*Everybody* may call the functions for clients, with the publishable key or a user's token; *service* is the secret key
(role `service_role`). The publishable key has no grant on any table. Errors are raised with an SQLSTATE, which PostgREST
gives as `code`: `22023` for a bad argument, whose name comes first in the message (nothing has changed then), `42501`
for a caller who may not. Names that an application passes are data, whatever they hold.
";

const ELSEWHERE: &[(&str, &[&str])] = &[
    (
        "concurrency.rs",
        &[
            "process_artist_atomic",
            "process_album_atomic",
            "process_track_atomic",
            "process_producer_atomic",
            "pg_enqueue",
            "start_artist_discovery",
            "acquire_processing_lock",
            "claim_stale_lock",
            "pg_dequeue",
            "pg_try_advisory_lock",
            "pg_advisory_lock_timeout",
            "pg_advisory_unlock",
            "pg_advisory_lock_exists",
            "pg_force_advisory_unlock_all",
            "ensure_message_deleted",
        ],
    ),
    (
        "wake_ups.rs",
        &[
            "pg_enqueue",
            "start_artist_discovery",
            "dequeue_batch",
            "commit_batch",
            "pause_queue",
            "resume_queue",
        ],
    ),
];

pub async fn write(database: &Database, promises: &BTreeMap<String, Promises>) -> Result<String> {
    let signatures: BTreeMap<String, (String, String, String)> = from_value(database.ask(
        "SELECT jsonb_object_agg(proname, jsonb_build_array(pg_get_function_arguments(oid), pg_get_function_result(oid), \
         obj_description(oid, 'pg_proc'))) FROM pg_proc \
         WHERE pronamespace = 'public'::regnamespace AND proowner = 'postgres'::regrole",
    ).await?)?;
    let mut page = HEAD.to_owned();
    writeln!(page, "\n## Documented functions: {0} of {0}\n", DOCUMENTED.len())?;
    page.push_str("| # | function | may call | tested in `tests/database/` |\n|---|---|---|---|\n");
    for (number, function) in DOCUMENTED.iter().enumerate() {
        let tests = tests_of(function).join("`, `");
        writeln!(
            page,
            "| {} | [`{function}`](#{function}) | {} | `{tests}` |",
            number + 1,
            may_call(function)
        )?;
    }
    page.push_str(
        "\n## Functions\n\nThe documented ones in their order, then what the pipeline and its operators need beyond.\n",
    );
    for call in CALLS {
        let (arguments, result, comment) = signatures.get(call.function).context(call.function)?;
        write_function(&mut page, call, arguments, result, comment, &promises[call.function])?;
    }
    write_tables(
        &mut page,
        database,
        "public",
        "Tables of the API",
        "Read and written by the service only; row level security is on.",
    )
    .await?;
    write_tables(
        &mut page,
        database,
        "linernotes",
        "Tables of the pipeline",
        "In the schema `linernotes`, which the API does not expose.",
    )
    .await?;
    write_settings(&mut page, database).await?;
    Ok(page)
}

fn may_call(function: &str) -> &'static str {
    if CLIENT_FUNCTIONS.contains(&function) {
        "everybody"
    } else {
        "service"
    }
}

fn tests_of(function: &str) -> Vec<String> {
    let mut tests = vec![format!("promises/{function}.sql")];
    if CALLS
        .iter()
        .any(|call| call.function == function && !call.arguments.is_empty())
    {
        tests.push("arguments.rs".to_owned());
    }
    tests.extend(["roles.rs", "gateway.rs"].map(str::to_owned));
    tests.extend(
        ELSEWHERE
            .iter()
            .filter(|(_, functions)| functions.contains(&function))
            .map(|(file, _)| (*file).to_owned()),
    );
    tests
}

fn write_function(
    page: &mut String,
    call: &Call,
    arguments: &str,
    result: &str,
    comment: &str,
    promises: &Promises,
) -> Result<()> {
    let arguments = arguments
        .replace("::text", "")
        .replace("::integer", "")
        .replace("::uuid", "")
        .replace("::jsonb", "");
    let arguments = arguments.replace("::bigint[]", "").replace("::bigint", "");
    let spread = if arguments.len() > 60 {
        format!("\n  {}\n", arguments.replace(", ", ",\n  "))
    } else {
        arguments
    };
    let result = if result.len() > 60 {
        result
            .replace("TABLE(", "TABLE (\n  ")
            .replace(", ", ",\n  ")
            .replace("))", ")\n)")
    } else {
        result.to_owned()
    };
    writeln!(
        page,
        "\n### {}\n\n```sql\n{}({spread}) RETURNS {result}\n```\n",
        call.function, call.function
    )?;
    writeln!(page, "{comment}")?;
    let rules: Vec<_> = call
        .arguments
        .iter()
        .filter_map(|(name, _, kind)| Some(format!("`{name}`: {}", kind.rule()?)))
        .collect();
    if !rules.is_empty() {
        writeln!(page, "\nRefused with 22023: {}.", rules.join("; "))?;
    }
    writeln!(page, "\nPromised and tried in `{}`:\n", promises.file)?;
    for (promise, _) in &promises.sections {
        writeln!(page, "- {promise}")?;
    }
    Ok(())
}

type Column = (String, String, String);

async fn write_tables(page: &mut String, database: &Database, schema: &str, title: &str, intro: &str) -> Result<()> {
    let query = format!(
        "SELECT jsonb_object_agg(relname, jsonb_build_array(obj_description(oid, 'pg_class'), ( \
         SELECT jsonb_agg(jsonb_build_array(attname, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, \
             coalesce(col_description(pg_class.oid, attnum), '')) ORDER BY attnum) \
         FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped))) \
         FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r'"
    );
    let tables: BTreeMap<String, (String, Vec<Column>)> = from_value(database.ask(&query).await?)?;
    writeln!(page, "\n## {title}\n\n{intro}")?;
    for (table, (comment, columns)) in &tables {
        writeln!(page, "\n### {schema}.{table}\n\n{comment}\n")?;
        for (column, kind, comment) in columns {
            let comment = if comment.is_empty() {
                String::new()
            } else {
                format!(": {comment}")
            };
            writeln!(page, "- `{column}` {kind}{comment}")?;
        }
    }
    Ok(())
}

async fn write_settings(page: &mut String, database: &Database) -> Result<()> {
    page.push_str("\n## Settings\n\nRows of `linernotes.settings`; each queue may have its own (`name.queue`).\n\n| name | default | what it does |\n|---|---|---|\n");
    let query = "SELECT jsonb_object_agg(name, jsonb_build_array(value, description)) FROM linernotes.settings";
    let settings: BTreeMap<String, (Value, String)> = from_value(database.ask(query).await?)?;
    for (name, (value, description)) in &settings {
        // The test itself has switched the wake-ups off.
        let value = if name == "wake_ups_enabled" {
            "true".to_owned()
        } else {
            value.to_string()
        };
        writeln!(page, "| `{name}` | {value} | {description} |")?;
    }
    Ok(())
}
