//! A dead letter, as the project gives it and as a person reads it.

use std::fmt::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::output;
use crate::text::{harmless, moment};

/// A row of `list_dead_letters`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Letter {
    pub queue: String,
    /// The message's id in that queue.
    pub message_id: i64,
    pub message: Value,
    /// What the last attempt ended with.
    pub error: Option<String>,
    pub attempts: Option<i64>,
    /// The discovery that it belongs to.
    pub correlation_id: Option<String>,
    pub enqueued_at: Option<String>,
    /// When it was given up.
    pub dead_at: String,
}

impl Letter {
    /// The row as it came.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Everything that is known of it, a line each, then the message.
    pub fn describe(&self) -> String {
        let time = |time: &Option<String>| time.as_deref().map(moment);
        let lines = [
            ("queue", Some(harmless(&self.queue))),
            ("message", Some(self.message_id.to_string())),
            ("error", self.error.as_deref().map(harmless)),
            ("attempts", self.attempts.map(|attempts| attempts.to_string())),
            ("enqueued", time(&self.enqueued_at)),
            ("given up", Some(moment(&self.dead_at))),
            ("correlation", self.correlation_id.as_deref().map(harmless)),
        ];
        let mut text = String::new();
        for (name, value) in lines {
            if let Some(value) = value {
                let _ = writeln!(text, "{name:<12} {value}");
            }
        }
        text + &output::json(&self.message)
    }
}

pub fn table(letters: &[Letter]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["queue", "message", "given up", "attempts", "error"]);
    for letter in letters {
        let attempts = letter.attempts.map(|attempts| attempts.to_string());
        table.add_row([
            Cell::new(harmless(&letter.queue)),
            Cell::new(letter.message_id).set_alignment(CellAlignment::Right),
            Cell::new(moment(&letter.dead_at)),
            Cell::new(attempts.unwrap_or_default()).set_alignment(CellAlignment::Right),
            Cell::new(harmless(letter.error.as_deref().unwrap_or("unknown"))),
        ]);
    }
    table
}
