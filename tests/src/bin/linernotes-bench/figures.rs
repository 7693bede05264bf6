//! The table of figures, and how times are written.

use std::fmt;
use std::time::Duration;

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

/// What was measured, what it came to, and what it should reach.
pub struct Figures(Table);

impl Figures {
    pub fn new() -> Self {
        let mut table = Table::new();
        table
            .load_preset(UTF8_HORIZONTAL_ONLY)
            .set_header(["what", "measured", "goal"]);
        Self(table)
    }

    /// Adds a line, and shows it at once: the whole takes minutes.
    pub fn add(&mut self, what: impl Into<String>, measured: impl Into<String>, goal: &str) {
        let (what, measured) = (what.into(), measured.into());
        eprintln!("{what}: {measured}");
        self.0.add_row([what, measured, goal.to_owned()]);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The time that so many percent of all stay below.
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

/// `12.3 ms`
pub fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// `12.3 s`
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
