//! `state.json`: what a stack keeps from one start to the next, keys and passwords above all.

use crate::info::write_private;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

/// Generated at the first start and kept: a client that was configured once stays configured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub publishable_key: String,
    pub secret_key: String,
    pub function_secret: String,
    pub jwt_secret: String,
    /// The password of `postgres`.
    pub database_password: String,
    /// The password of `supabase_admin`.
    pub admin_password: String,
    /// The password of `authenticator`.
    pub authenticator_password: String,
    pub redis_password: String,
    /// The ports of the last start, taken again where they are free, so that an open psql or bookmark goes on working.
    pub ports: Ports,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub postgres: u16,
    pub redis: u16,
    pub demo: u16,
    pub functions: u16,
}

impl State {
    /// The kept state, or a fresh one.
    pub fn load(path: &Path) -> Result<Self> {
        match fs::read(path) {
            Ok(json) => serde_json::from_slice(&json).with_context(|| {
                format!(
                    "{} is damaged: delete the data directory to start afresh",
                    path.display()
                )
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::generate()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    pub fn save(&self, path: &Path) -> Result<()> {
        write_private(path, &serde_json::to_vec_pretty(self)?)
    }

    fn generate() -> Self {
        Self {
            publishable_key: format!("sb_publishable_{}", secret()),
            secret_key: format!("sb_secret_{}", secret()),
            function_secret: secret(),
            // HS256 wants at least 256 bits.
            jwt_secret: secret() + &secret(),
            database_password: secret(),
            admin_password: secret(),
            authenticator_password: secret(),
            redis_password: secret(),
            ports: Ports::default(),
        }
    }
}

/// 122 random bits of the operating system's, in hexadecimal, so that they need no escaping in any URL.
fn secret() -> String {
    Uuid::new_v4().simple().to_string()
}
