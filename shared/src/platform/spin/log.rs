//! The log is the component's standard error, which Spin keeps.

use std::io::Write;

use super::clock::SpinClock;
use crate::platform::ports::{Clock, Level, Log};

pub(super) struct SpinLog;

impl Log for SpinLog {
    fn write(&self, level: Level, event: &str, fields: serde_json::Value) {
        let mut line = serde_json::json!({
            "at": SpinClock.now().as_secs_f64(),
            "level": level,
            "event": event,
        });
        if let (Some(line), serde_json::Value::Object(fields)) = (line.as_object_mut(), fields) {
            line.extend(fields);
        }
        // The line is written in one piece. `eprintln!` would hand over each bracket and comma by itself; Spin writes
        // each piece twice, and lines of other instances would come in between.
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
}
