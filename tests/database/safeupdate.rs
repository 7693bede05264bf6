//! Hosted Supabase loads `safeupdate` for the API's roles: an UPDATE or a DELETE without WHERE fails there, wherever it
//! stands. Debian has no package of it, so its rule is applied here to what it looks at, too: the parse tree that Postgres
//! itself makes of each statement of each function. (Statements that are put together at run time, of which
//! `states/calls.sql` reads the text, are the exception.)

use std::process::Command;

use anyhow::{Result, ensure};

use linernotes_tests::database::Database;
use linernotes_tests::postgres_program;

/// Has every statement of every function of ours parsed, and the trees told; a function that does wrong is among them.
const PARSE: &str = "\
    BEGIN; \
    CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA extensions; \
    CREATE FUNCTION linernotes.planted_delete() RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN \
      WITH gone AS (DELETE FROM linernotes.runs RETURNING 1) \
      UPDATE linernotes.settings SET value = value WHERE name = 'x'; END $$; \
    CREATE FUNCTION linernotes.planted_update() RETURNS VOID LANGUAGE sql AS \
      'UPDATE linernotes.settings SET value = ''true'''; \
    SET LOCAL client_min_messages = log; SET LOCAL debug_pretty_print = off; SET LOCAL debug_print_parse = on; \
    DO $$ DECLARE routine RECORD; BEGIN \
      FOR routine IN \
        SELECT known.oid, language.lanname, \
          coalesce((SELECT tgrelid FROM pg_trigger WHERE tgfoid = known.oid LIMIT 1), 0) AS of_table \
        FROM pg_proc AS known JOIN pg_language AS language ON language.oid = known.prolang \
        WHERE known.pronamespace IN ('linernotes'::regnamespace, 'public'::regnamespace) \
          AND (known.proowner = 'postgres'::regrole OR known.proname LIKE 'planted%') \
      LOOP \
        RAISE LOG 'statements of %', routine.oid::regprocedure; \
        IF routine.lanname = 'plpgsql' THEN \
          PERFORM extensions.plpgsql_check_function(routine.oid, routine.of_table, fatal_errors => false); \
        ELSE EXECUTE pg_get_functiondef(routine.oid); END IF; \
      END LOOP; END $$; \
    ROLLBACK";

#[tokio::test]
async fn no_statement_updates_or_deletes_without_a_condition() -> Result<()> {
    let database = Database::start().await?;
    let output = Command::new(postgres_program("psql"))
        .args(["--no-psqlrc", "--quiet", "--variable=ON_ERROR_STOP=1", "--command"])
        .args([PARSE, database.admin_url()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", said.lines().last().unwrap_or_default());
    // The server breaks its lines at blanks.
    let said = said.replace('\n', " ");
    let mut changing = 0;
    let mut bare = Vec::new();
    for statements in said.split("LOG:  statements of ").skip(1) {
        let function = statements.split("LOG:").next().unwrap_or_default().trim();
        // UPDATE is 2 among the kinds of command, DELETE 4.
        for kind in ["{QUERY :commandType 2 ", "{QUERY :commandType 4 "] {
            for (at, _) in statements.match_indices(kind) {
                changing += 1;
                let conditions = field(&statements[at..], ":jointree ").and_then(|tree| field(tree, ":quals "));
                if conditions.is_none_or(|conditions| conditions.starts_with("<>")) {
                    bare.push(function);
                }
            }
        }
    }
    bare.sort_unstable();
    bare.dedup();
    ensure!(changing > 50, "only {changing} statements were seen");
    assert_eq!(bare, ["linernotes.planted_delete()", "linernotes.planted_update()"]);
    Ok(())
}

/// What follows the name of a field of the node that the text begins with, not of a node within it.
fn field<'a>(node: &'a str, name: &str) -> Option<&'a str> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in node.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 1 => return None,
            '}' => depth -= 1,
            ':' if depth == 1 && node[at..].starts_with(name) => return Some(&node[at + name.len()..]),
            _ => {}
        }
    }
    None
}
