//! `stack.json`: what others need to know about a running stack.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Addresses and keys of a running stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StackInfo {
    /// The gateway's origin, for `createClient(api_url, …)`.
    pub api_url: String,
    /// Where the functions answer; ends in `/functions/v1`.
    pub functions_url: String,
    /// The key for browsers: role `anon`.
    pub publishable_key: String,
    /// The key for servers: role `service_role`.
    pub secret_key: String,
    pub function_secret: String,
    /// Signs users' tokens and legacy keys (HS256).
    pub jwt_secret: String,
    /// The database as role `postgres`, which owns the project and is not a superuser.
    pub database_url: String,
    pub redis_url: String,
    /// The demo upstreams, where they are running.
    pub demo_url: Option<String>,
    pub pid: u32,
}

impl StackInfo {
    /// Reads a `stack.json`; `None` where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        match fs::read(path) {
            Ok(json) => Ok(Some(
                serde_json::from_slice(&json).with_context(|| format!("{} is damaged", path.display()))?,
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Writes `stack.json`, readable by its owner only.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        write_private(path, &serde_json::to_vec_pretty(self)?)
    }
}

/// Writes a file that only its owner can read. It appears whole or not at all, because others wait for it to appear.
pub(crate) fn write_private(path: &Path, contents: &[u8]) -> Result<()> {
    let draft = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(contents)?;
        file.write_all(b"\n")?;
        fs::rename(&draft, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
