//! The five stages as a person sees them: a live table on a terminal, plain lines elsewhere. Both go to standard error;
//! standard output is for the result.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::answers::{Counts, Stage};
use crate::text::{count, harmless};

/// The stages in their order, to be drawn before the first answer.
const STAGES: [&str; 5] = [
    "artist_discovery",
    "album_discovery",
    "track_discovery",
    "producer_identification",
    "social_enrichment",
];
/// A log is read, not watched.
const LINES_APART: Duration = Duration::from_secs(1);
const SPINNER_TICK: Duration = Duration::from_millis(100);

/// What is shown while a request is under way.
pub enum Progress {
    Table(Table),
    /// One line for each change of a stage.
    Lines(Lines),
}

impl Progress {
    /// Draws the empty table, where there is a terminal to draw on.
    pub fn start() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Table(Table::start())
        } else {
            Self::Lines(Lines::default())
        }
    }

    pub fn show(&mut self, stages: &[Stage], counts: Counts) {
        match self {
            Self::Table(table) => table.show(stages, counts),
            Self::Lines(lines) => lines.show(stages),
        }
    }

    /// Says that no answer comes, without losing what was shown.
    pub fn show_silence(&mut self, reason: &str) {
        match self {
            Self::Table(table) => table.total.set_message(format!("no answer: {reason}")),
            Self::Lines(lines) => lines.show_silence(reason),
        }
    }

    /// Leaves the last state on the screen.
    pub fn finish(mut self, stages: &[Stage], counts: Counts) {
        match &mut self {
            Self::Table(table) => {
                table.show(stages, counts);
                table.close();
            }
            Self::Lines(lines) => {
                lines.printed = None;
                lines.show(stages);
                eprintln!("{}", describe_counts(counts));
            }
        }
    }
}

/// The live table: a head, a line for each stage, a line with what was found.
pub struct Table {
    head: ProgressBar,
    stages: Vec<ProgressBar>,
    total: ProgressBar,
}

impl Table {
    fn start() -> Self {
        let screen = MultiProgress::new();
        let add = |style: &ProgressStyle| screen.add(ProgressBar::no_length().with_style(style.clone()));
        let plain = style("{msg}");
        let head = add(&plain);
        head.set_message(format!(
            "{:25} {:>8} {:>12} {:>9} {:>6} {:>7} {:>5}",
            "", "waiting", "in progress", "retrying", "done", "failed", "dead"
        ));
        let stages = STAGES
            .iter()
            .map(|name| {
                let bar = add(&plain);
                bar.set_prefix(name.replace('_', " "));
                bar
            })
            .collect();
        let total = add(&style("{spinner} {msg} {elapsed}"));
        total.set_message("waiting for the first answer");
        let table = Self { head, stages, total };
        table.show_stages(&[]);
        table.total.enable_steady_tick(SPINNER_TICK);
        table
    }

    fn show(&self, stages: &[Stage], counts: Counts) {
        self.show_stages(stages);
        self.total.set_message(describe_counts(counts));
    }

    fn show_stages(&self, stages: &[Stage]) {
        for (name, bar) in STAGES.iter().zip(&self.stages) {
            let stage = stages.iter().find(|stage| stage.queue_name == *name);
            bar.set_message(stage_line(&name.replace('_', " "), stage));
        }
    }

    fn close(&self) {
        self.head.abandon();
        for bar in &self.stages {
            bar.abandon();
        }
        self.total.abandon();
    }
}

impl Drop for Table {
    /// Also on the way out with an error: what was drawn stays, and the cursor stands below it.
    fn drop(&mut self) {
        self.close();
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are constants of this file; the default style would show the same text less neatly.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn stage_line(label: &str, stage: Option<&Stage>) -> String {
    let Some(stage) = stage else {
        return format!("· {label}");
    };
    let mark = if stage.open() > 0 {
        "›"
    } else if stage.dead > 0 || stage.failed > 0 {
        "✗"
    } else if stage.done > 0 {
        "✓"
    } else {
        "·"
    };
    format!(
        "{mark} {label:23} {:>8} {:>12} {:>9} {:>6} {:>7} {:>5}",
        stage.waiting, stage.in_progress, stage.retrying, stage.done, stage.failed, stage.dead
    )
}

fn describe_counts(counts: Counts) -> String {
    [
        count(counts.albums, "album"),
        count(counts.tracks, "track"),
        count(counts.credits, "credit"),
        count(counts.producers, "producer"),
    ]
    .join(", ")
}

/// Plain lines, one for each stage that changed, at most once a second.
#[derive(Default)]
pub struct Lines {
    shown: Vec<Stage>,
    printed: Option<Instant>,
    silent: bool,
}

impl Lines {
    fn show(&mut self, stages: &[Stage]) {
        self.silent = false;
        if self.printed.is_some_and(|at| at.elapsed() < LINES_APART) {
            return;
        }
        for line in self.changes(stages) {
            eprintln!("{line}");
        }
        self.printed = Some(Instant::now());
    }

    fn show_silence(&mut self, reason: &str) {
        if !self.silent {
            eprintln!("no answer: {reason}");
        }
        self.silent = true;
    }

    fn changes(&mut self, stages: &[Stage]) -> Vec<String> {
        let changed = stages
            .iter()
            .filter(|stage| stage.open() + stage.closed() > 0 && !self.shown.contains(stage))
            .map(|stage| {
                format!(
                    "{}: {} waiting, {} in progress, {} retrying, {} done, {} failed, {} dead",
                    harmless(&stage.queue_name.replace('_', " ")),
                    stage.waiting,
                    stage.in_progress,
                    stage.retrying,
                    stage.done,
                    stage.failed,
                    stage.dead
                )
            })
            .collect();
        self.shown = stages.to_vec();
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(waiting: u64, done: u64, dead: u64) -> Stage {
        Stage {
            queue_name: "album_discovery".to_owned(),
            waiting,
            in_progress: 0,
            retrying: 0,
            done,
            failed: 0,
            dead,
        }
    }

    #[test]
    fn a_stage_is_marked_by_what_stands_in_it() {
        let line = |stage: &Stage| stage_line("album discovery", Some(stage));
        assert!(line(&stage(1, 4, 0)).starts_with('›'));
        assert!(line(&stage(0, 4, 0)).starts_with('✓'));
        assert!(line(&stage(0, 4, 1)).starts_with('✗'));
        assert!(line(&stage(0, 0, 0)).starts_with('·'));
    }

    #[test]
    fn a_stage_line_fits_a_terminal_of_eighty_columns() {
        let line = stage_line("producer identification", Some(&stage(12_345_678, 123_456, 99_999)));
        assert!(line.chars().count() < 80, "{line}");
    }

    #[test]
    fn plain_lines_tell_changes_only() {
        let mut lines = Lines::default();
        assert_eq!(lines.changes(&[stage(0, 0, 0)]), Vec::<String>::new());
        assert_eq!(
            lines.changes(&[stage(1, 0, 0)]),
            ["album discovery: 1 waiting, 0 in progress, 0 retrying, 0 done, 0 failed, 0 dead"]
        );
        assert_eq!(lines.changes(&[stage(1, 0, 0)]), Vec::<String>::new());
    }
}
