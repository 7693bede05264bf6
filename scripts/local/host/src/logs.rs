//! What components print: to the host's standard error, and to one file a stream where a folder for them is given.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A line that does not end is written in pieces of this size.
const LONGEST_LINE: usize = 64 * 1024;

/// Where one stream of a component goes.
#[derive(Debug, Clone, Default)]
pub struct Log {
    file: Option<Arc<File>>,
}

impl Log {
    /// The log of a component's `stdout` or `stderr`; without a folder it goes to standard error only.
    pub fn open(folder: Option<&Path>, component: &str, stream: &str) -> Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self::default());
        };
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        let path = folder.join(format!("{component}_{stream}.txt"));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("{} cannot be opened", path.display()))?;
        Ok(Self {
            file: Some(Arc::new(file)),
        })
    }

    /// The stream as one instance writes it: whole lines, so that those of concurrent instances do not mix.
    pub fn for_instance(&self) -> InstanceLog {
        InstanceLog(Arc::new(Mutex::new(Lines {
            log: self.clone(),
            pending: Vec::new(),
        })))
    }

    fn write(&self, lines: &[u8]) {
        // A log that cannot be written is no reason to stop a component.
        let _ = std::io::stderr().lock().write_all(lines);
        if let Some(file) = &self.file {
            let _ = file.as_ref().write_all(lines);
        }
    }
}

/// One instance's side of a [`Log`].
#[derive(Clone)]
pub struct InstanceLog(Arc<Mutex<Lines>>);

struct Lines {
    log: Log,
    pending: Vec<u8>,
}

impl Lines {
    fn add(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        let whole = match self.pending.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last + 1,
            None if self.pending.len() > LONGEST_LINE => self.pending.len(),
            None => return,
        };
        self.log.write(&self.pending[..whole]);
        self.pending.drain(..whole);
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.pending.push(b'\n');
            self.log.write(&self.pending);
        }
    }
}

impl IsTerminal for InstanceLog {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for InstanceLog {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Only WASI 0.3 calls this, and this host does not link it.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for InstanceLog {
    async fn ready(&mut self) {}
}

impl OutputStream for InstanceLog {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.add(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LONGEST_LINE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_whole() {
        let folder = std::env::temp_dir().join(format!("linernotes-host-logs-{}", std::process::id()));
        let log = Log::open(Some(&folder), "one", "stderr").unwrap();
        let read = || std::fs::read_to_string(folder.join("one_stderr.txt")).unwrap();
        let mut first = log.for_instance();
        let mut second = log.for_instance();
        first.write("a".into()).unwrap();
        second.write("b\nb".into()).unwrap();
        assert_eq!(read(), "b\n");
        first.write("a\n".into()).unwrap();
        assert_eq!(read(), "b\naa\n");
        drop(second);
        assert_eq!(read(), "b\naa\nb\n");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
