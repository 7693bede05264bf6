//! The four children of a stack, by name.

use std::fmt;
use std::path::{Path, PathBuf};

/// A child of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Postgres,
    Redis,
    Demo,
    /// The functions' host: Spin or the embedded one.
    Functions,
}

impl Service {
    /// All of them, in the order in which they are stopped: whoever calls goes before whom it calls.
    pub(crate) const STOP_ORDER: [Self; 4] = [Self::Functions, Self::Demo, Self::Redis, Self::Postgres];

    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::Demo => "demo",
            Self::Functions => "functions",
        }
    }

    pub(crate) fn log(self, logs: &Path) -> PathBuf {
        logs.join(format!("{}.log", self.name()))
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
