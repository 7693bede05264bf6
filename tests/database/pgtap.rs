//! `supabase/tests/*_test.sql`: what an operator can check with `supabase test db`, or with Debian's `pg_prove`.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use linernotes_tests::checkout;
use linernotes_tests::database::Database;

#[tokio::test]
async fn the_operators_tests_pass_and_each_finds_its_fault() -> Result<()> {
    let database = Database::start().await?;
    database.run("SELECT public.schedule_jobs()").await?;
    let (passed, said) = prove(&database, "*")?;
    ensure!(passed, "on a sound database they fail:\n{said}");

    for (file, fault, repair) in [
        (
            "jobs",
            "SELECT cron.unschedule('queue-monitor-job')",
            "SELECT public.schedule_jobs()",
        ),
        (
            "queues",
            "DROP INDEX pgmq.q_track_discovery_key",
            "SELECT linernotes.prepare_queue('track_discovery')",
        ),
        (
            "roles",
            "GRANT SELECT ON public.producers TO anon",
            "REVOKE SELECT ON public.producers FROM anon",
        ),
        (
            "message",
            "DELETE FROM linernotes.workers WHERE queue_name = 'artist_discovery'; \
             REVOKE EXECUTE ON FUNCTION public.dequeue_batch FROM service_role",
            "INSERT INTO linernotes.workers VALUES ('artist_discovery', 'artistDiscovery', 1); \
             GRANT EXECUTE ON FUNCTION public.dequeue_batch TO service_role",
        ),
    ] {
        database.run(fault).await?;
        let (passed, said) = prove(&database, file)?;
        ensure!(!passed, "{file}_test.sql does not see this: {fault}\n{said}");
        database.run(repair).await?;
        let (passed, said) = prove(&database, file)?;
        ensure!(passed, "{file}_test.sql fails after the repair:\n{said}");
    }
    Ok(())
}

/// Whether the files pass, and what `pg_prove` says.
fn prove(database: &Database, name: &str) -> Result<(bool, String)> {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("pg_prove --dbname \"$URL\" supabase/tests/{name}_test.sql"))
        .env("URL", &database.info().database_url)
        .current_dir(checkout()?)
        .output()
        .context("pg_prove")?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    ensure!(
        !text.contains("not found") && !text.contains("pgtap.control"),
        "pg_prove or pgTAP is missing (Debian: libtap-parser-sourcehandler-pgtap-perl, postgresql-NN-pgtap): {text}"
    );
    Ok((output.status.success(), text))
}
