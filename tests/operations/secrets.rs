//! No secret is left anywhere that somebody reads who need not know it: logs, tables, answers, the list of processes.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::{Setup, figure};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Every table there is but Vault's: there the functions' secret belongs, and the local stand-in does not encrypt it.
const TABLES: &str = "
    SELECT format('%I.%I', nspname, relname)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'vault') AND nspname !~ '^pg_'";

#[tokio::test]
async fn no_secret_is_left_where_others_read() -> Result<()> {
    let setup = Setup::start(|options| {
        let variables = &mut options.variables;
        variables.insert("console_viewer_secret".into(), "viewers-own-secret-of-the-test".into());
    })
    .await?;
    // A whole crawl, and everything that goes wrong and says so.
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_mins(2)).await?;
    let secrets = secrets(&setup)?;
    let mut answers = provoke(&setup, &secrets).await?;
    for function in [
        "get_pipeline_status",
        "get_system_health",
        "list_settings",
        "diagnose_installation",
    ] {
        answers.push((function.to_owned(), setup.rpc(function, json!({})).await?.to_string()));
    }

    let mut found = Vec::new();
    let mut look = |place: &str, text: &[u8]| {
        for (name, secret) in &secrets {
            if text.windows(secret.len()).any(|window| window == secret.as_bytes()) {
                found.push(format!("{name} in {place}"));
            }
        }
    };
    for (question, answer) in &answers {
        look(&format!("the answer to {question}"), answer.as_bytes());
    }
    let logs = setup.stack.log(Service::Functions);
    let logs = logs.parent().context("logs have a folder")?;
    let mut files = 0;
    for file in walk(logs)? {
        look(&file.display().to_string(), &fs::read(&file)?);
        files += 1;
    }
    ensure!(files > 5, "{files} logs");
    for process in fs::read_dir("/proc")? {
        let line = process?.path().join("cmdline");
        // Others end while one looks.
        if let Ok(line) = fs::read(&line) {
            look("the list of processes", &line);
        }
    }
    ensure!(found.is_empty(), "{found:#?}");

    let mut admin = PgConnection::connect(setup.stack.admin_database_url()).await?;
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut admin).await?;
    ensure!(tables.len() > 50, "{tables:?}");
    for table in &tables {
        for (name, secret) in &secrets {
            let query = format!("SELECT count(*) FROM {table} AS one WHERE position($1 IN one::text) > 0");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(query))
                .bind(secret)
                .fetch_one(&mut admin)
                .await?;
            ensure!(rows == 0, "{name} stands in {rows} rows of {table}");
        }
    }
    let (count, asked, tables) = (secrets.len(), answers.len(), tables.len());
    figure(
        "secrets",
        &format!("{count} secrets, in none of {asked} answers, {files} logs and {tables} tables"),
    )?;
    Ok(())
}

fn secrets(setup: &Setup) -> Result<Vec<(&'static str, String)>> {
    let info = setup.info();
    let password = |url: &str| {
        let rest = url.split_once("://")?.1;
        Some(rest.split_once('@')?.0.split_once(':')?.1.to_owned())
    };
    let secrets = vec![
        ("the secret key", info.secret_key.clone()),
        ("the functions' secret", info.function_secret.clone()),
        ("what signs tokens", info.jwt_secret.clone()),
        (
            "the owner's password",
            password(&info.database_url).context("a password")?,
        ),
        (
            "the superuser's password",
            password(setup.stack.admin_database_url()).context("a password")?,
        ),
        ("Redis' password", password(&info.redis_url).context("a password")?),
        ("the viewers' secret", "viewers-own-secret-of-the-test".to_owned()),
    ];
    ensure!(secrets.iter().all(|(_, secret)| secret.len() > 12), "{secrets:?}");
    Ok(secrets)
}

/// Requests that are refused, or fail, each with a secret in some place of it.
async fn provoke(setup: &Setup, secrets: &[(&'static str, String)]) -> Result<Vec<(String, String)>> {
    let (api, functions) = (&setup.info().api_url, &setup.info().functions_url);
    let client = reqwest::Client::new();
    let mut answers = Vec::new();
    for (name, secret) in secrets {
        for (place, request) in [
            (
                "a function, as its secret and more",
                client
                    .post(format!("{functions}/queueMonitor"))
                    .bearer_auth(format!("{secret}0")),
            ),
            (
                "a function, in its address",
                client.post(format!("{functions}/queueMonitor?token={secret}")),
            ),
            (
                "the console, in its cookie",
                client
                    .get(format!("{api}/console"))
                    .header("cookie", format!("console={secret}")),
            ),
            (
                "the API, as a key",
                client
                    .post(format!("{api}/rest/v1/rpc/get_catalogue_stats"))
                    .header("apikey", format!("{secret}0")),
            ),
            (
                "the API, as a token",
                client
                    .post(format!("{api}/rest/v1/rpc/get_catalogue_stats"))
                    .header("apikey", &setup.info().publishable_key)
                    .bearer_auth(format!("{secret}0")),
            ),
            (
                "the door for assistants, as a token",
                client.get(format!("{api}/mcp")).bearer_auth(secret),
            ),
        ] {
            let answer = request.send().await?;
            ensure!(answer.status() != 500, "{place}: {}", answer.status());
            answers.push((format!("{name} to {place}"), answer.text().await?));
        }
    }
    Ok(answers)
}

fn walk(folder: &std::path::Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(walk(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
