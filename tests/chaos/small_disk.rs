//! A disk that can be filled: a file system in memory that holds one stack's data.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use tempfile::TempDir;

/// What a crawl writes fits in several times.
const SIZE: &str = "size=768m";

/// It is unmounted with this value, so the stack on it must have stopped.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `None` where this machine does not let us mount one (in a container, as a user).
    pub fn mount() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "linernotes-chaos"])
            .arg(folder.path())
            .output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Ok(Some(Self { folder }));
        }
        println!("no file system can be mounted here: a full disk is not tried");
        Ok(None)
    }

    /// Where a stack may keep its data.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// For so long there is no byte left.
    pub async fn full_for(&self, length: Duration) -> Result<()> {
        let filler = self.folder.path().join("filler");
        let path = filler.clone();
        tokio::task::spawn_blocking(move || {
            let mut file = File::create(path)?;
            for length in [1 << 20, 4096] {
                while file.write_all(&vec![0; length]).is_ok() {}
            }
            anyhow::Ok(())
        })
        .await??;
        tokio::time::sleep(length).await;
        Ok(std::fs::remove_file(filler)?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is left mounted is lost with the machine's next start at the latest.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
