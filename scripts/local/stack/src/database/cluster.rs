//! The cluster's files: `initdb` once, our settings at each start.

use crate::account::Account;
use crate::binaries::Postgres;
use crate::info::write_private;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::process::Command;
use uuid::Uuid;

/// The superuser of the cluster, as hosted Supabase names it.
pub(crate) const ADMIN: &str = "supabase_admin";

const SETTINGS_FILE: &str = "linernotes.conf";

/// Makes the cluster. A first start that was interrupted left a half-made one: it is recognised by the missing last
/// file and made again.
pub(crate) async fn make(
    installation: &Postgres,
    cluster: &Path,
    account: Account,
    admin_password: &str,
) -> Result<()> {
    if cluster.exists() {
        fs::remove_dir_all(cluster).with_context(|| format!("cannot remove {}", cluster.display()))?;
    }
    account.own_folder(cluster)?;
    let password_file = cluster.with_file_name("initial-password");
    write_private(&password_file, admin_password.as_bytes())?;
    account.give(&password_file)?;
    let output = Command::new("setpriv")
        .args(account.setpriv_arguments())
        .args(["--pdeathsig", "KILL", "--"])
        .arg(installation.program("initdb"))
        .args([
            "--username",
            ADMIN,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        ])
        // Losing a cluster that is seconds old costs nothing; the server itself syncs.
        .args(["--no-sync", "--no-instructions"])
        .arg("--pwfile")
        .arg(&password_file)
        .arg("--pgdata")
        .arg(cluster)
        .current_dir("/")
        .kill_on_drop(true)
        .output()
        .await;
    let _ = fs::remove_file(&password_file);
    let output = output.context("cannot start initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let mut configuration = fs::OpenOptions::new()
        .append(true)
        .open(cluster.join("postgresql.conf"))?;
    writeln!(configuration, "\ninclude '{SETTINGS_FILE}'")?;
    Ok(())
}

/// Makes the cluster as a copy of one whose server has stopped, with the owners and modes that it has there.
pub(crate) async fn copy(template: &Path, cluster: &Path) -> Result<()> {
    let output = Command::new("cp")
        .args(["--archive", "--reflink=auto"])
        .args([template, cluster])
        .kill_on_drop(true)
        .output()
        .await
        .context("cannot start cp")?;
    if !output.status.success() {
        bail!("cp failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Whether the cluster was made completely.
pub(crate) fn is_made(cluster: &Path) -> bool {
    cluster.join(SETTINGS_FILE).is_file()
}

/// The script by which Vault gets the cluster's root key, and the key, made once: a new one could read nothing that is
/// stored. Both lie beside the cluster's files, as readable as these.
fn make_vault_key(cluster: &Path, account: Account) -> Result<PathBuf> {
    let key = cluster.join("vault.key");
    if !key.is_file() {
        let digits = [Uuid::new_v4(), Uuid::new_v4()].map(|random| random.simple().to_string());
        write_private(&key, digits.concat().as_bytes())?;
        account.give(&key)?;
    }
    let script = cluster.join("vault-key.sh");
    write_private(&script, b"#!/bin/sh\nexec cat \"$(dirname \"$0\")/vault.key\"")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700))?;
    account.give(&script)?;
    Ok(script)
}

/// Writes our settings.
pub(crate) fn configure(
    installation: &Postgres,
    cluster: &Path,
    account: Account,
    port: u16,
    durable: bool,
) -> Result<()> {
    let mut libraries = vec!["pg_cron"];
    let mut own_settings = String::new();
    if installation.offers("pg_net") {
        libraries.push("pg_net");
        own_settings.push_str("pg_net.database_name = 'postgres'\n");
    }
    if installation.offers("supabase_vault") {
        libraries.push("supabase_vault");
        let script = make_vault_key(cluster, account)?;
        let script = script.to_str().context("the data directory's name is not text")?;
        let _ = writeln!(own_settings, "vault.getkey_script = '{}'", script.replace('\'', "''"));
    }
    if !durable {
        own_settings.push_str("fsync = off\n");
    }
    let libraries = libraries.join(",");
    // pg_cron starts its jobs as background workers: over a connection they would need a password.
    let settings = format!(
        "listen_addresses = '127.0.0.1'
port = {port}
# No socket file: the one way in is loopback with a password.
unix_socket_directories = ''
shared_preload_libraries = '{libraries}'
cron.database_name = 'postgres'
cron.use_background_workers = on
cron.max_running_jobs = 8
max_worker_processes = 20
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
# As on hosted Supabase: compiling costs more than these queries take.
jit = off
{own_settings}"
    );
    let path = cluster.join(SETTINGS_FILE);
    write_private(&path, settings.as_bytes())?;
    account.give(&path)?;
    Ok(())
}
