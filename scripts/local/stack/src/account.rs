//! The account that Postgres and Redis run as.

use anyhow::{Context, Result};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

/// PostgreSQL refuses to run as root, and nothing that listens should: root starts the services as the user `postgres`
/// that Debian's package made; anybody else starts them as oneself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    Own,
    Other { uid: u32, gid: u32 },
}

impl Account {
    pub fn for_services() -> Result<Self> {
        if !rustix::process::getuid().is_root() {
            return Ok(Self::Own);
        }
        let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        users
            .lines()
            .find_map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                (*fields.first()? == "postgres").then_some(())?;
                Some(Self::Other {
                    uid: fields.get(2)?.parse().ok()?,
                    gid: fields.get(3)?.parse().ok()?,
                })
            })
            .context(
                "there is no user `postgres`: PostgreSQL does not run as root. Install Debian's package `postgresql` \
                 or start the stack as an ordinary user",
            )
    }

    /// `setpriv`'s arguments that become this account.
    pub fn setpriv_arguments(self) -> Vec<OsString> {
        match self {
            Self::Own => Vec::new(),
            Self::Other { uid, gid } => {
                vec![
                    format!("--reuid={uid}").into(),
                    format!("--regid={gid}").into(),
                    "--init-groups".into(),
                ]
            }
        }
    }

    /// Makes a folder that only this account can enter.
    pub fn own_folder(self, path: &Path) -> Result<()> {
        let make = || -> std::io::Result<()> {
            fs::create_dir_all(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
            self.give(path)
        };
        make().with_context(|| format!("cannot make {}", path.display()))
    }

    /// Hands a file over to this account.
    pub fn give(self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(uid), Some(gid)),
        }
    }

    /// Whether this account gets to `path` through all the folders above it.
    pub fn reaches(self, path: &Path) -> bool {
        match self {
            Self::Own => true,
            Self::Other { .. } => Command::new("setpriv")
                .args(self.setpriv_arguments())
                .args(["--", "test", "-x"])
                .arg(path)
                .current_dir("/")
                .status()
                .is_ok_and(|status| status.success()),
        }
    }
}
