//! One line for each thing that was looked at.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::text::{count, harmless};

/// Something that was looked at, as `diagnose_installation` words it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finding {
    /// What it belongs to.
    pub area: String,
    /// What was looked at.
    pub name: String,
    /// Whether it is as it should be; none where nobody could look.
    pub ok: Option<bool>,
    /// What was found.
    pub found: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn right(area: &str, name: &str, found: &str) -> Self {
        Self::new(area, name, Some(true), found, None)
    }

    /// Not as it should be.
    pub fn wrong(area: &str, name: &str, found: impl Into<String>, advice: &str) -> Self {
        Self::new(area, name, Some(false), found, Some(advice.to_owned()))
    }

    /// Not looked at.
    pub fn unknown(area: &str, name: &str, why: &str) -> Self {
        Self::new(area, name, None, why, None)
    }

    fn new(area: &str, name: &str, ok: Option<bool>, found: impl Into<String>, advice: Option<String>) -> Self {
        Self {
            area: area.to_owned(),
            name: name.to_owned(),
            ok,
            found: found.into(),
            advice,
        }
    }
}

/// All of them on one screen.
pub fn draw(findings: &[Finding], address: &str) -> String {
    let mut text = format!("{}\n", harmless(address));
    let width = findings
        .iter()
        .map(|finding| finding.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut area = "";
    for finding in findings {
        if finding.area != area {
            area = &finding.area;
            let _ = writeln!(text, "\n{}", harmless(area));
        }
        let mark = match finding.ok {
            Some(true) => "ok",
            Some(false) => "!!",
            None => "??",
        };
        let (name, found) = (harmless(&finding.name), harmless(&finding.found));
        let _ = writeln!(text, "  {mark}  {name:<width$}  {found}");
        if let Some(advice) = finding.advice.as_ref().filter(|_| finding.ok == Some(false)) {
            let _ = writeln!(text, "      → {}", harmless(advice));
        }
    }
    let wrong = findings.iter().filter(|finding| finding.ok == Some(false)).count();
    let unseen = findings.iter().filter(|finding| finding.ok.is_none()).count();
    let verdict = match (wrong, unseen) {
        (0, 0) => "All is well.".to_owned(),
        (0, _) => "What was looked at is well; lines with ?? were not.".to_owned(),
        (wrong, _) => format!("{} to mend.", count(wrong as u64, "thing")),
    };
    let _ = writeln!(text, "\n{verdict}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_looked_at_is_not_called_well() {
        let asked = Finding::right("schema", "release", "0.1.0");
        assert!(draw(&[asked], "a").ends_with("\nAll is well.\n"));
        let unasked = Finding::unknown("redis", "checkPipeline", "not asked");
        assert!(draw(&[unasked], "a").ends_with("\nWhat was looked at is well; lines with ?? were not.\n"));
    }

    #[test]
    fn a_fault_stands_with_what_to_do_and_is_counted() {
        let findings = [
            Finding::right("queues", "artist_discovery", "wired"),
            Finding::wrong("queues", "album\u{1b}[2J", "does not exist", "Make it again."),
            Finding::unknown("functions", "checkPipeline", "not asked"),
        ];
        let text = draw(&findings, "http://127.0.0.1/");
        assert_eq!(
            text,
            "http://127.0.0.1/\n\nqueues\n  ok  artist_discovery  wired\n  !!  album\u{fffd}[2J         does not exist\n      \
             → Make it again.\n\nfunctions\n  ??  checkPipeline     not asked\n\n1 thing to mend.\n"
        );
    }
}
