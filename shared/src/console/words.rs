//! How times, ages and states read.

use maud::{Markup, html};

use crate::pages::words::count;

/// Seconds in the largest unit that says enough: `42 s`, `3 min`, `5 h`, `2 d`.
pub fn seconds(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 99.5 {
        format!("{seconds:.0} s")
    } else if seconds < 99.5 * 60.0 {
        format!("{:.0} min", seconds / 60.0)
    } else if seconds < 48.0 * 3600.0 {
        format!("{:.0} h", seconds / 3600.0)
    } else {
        format!("{:.0} d", seconds / 86400.0)
    }
}

/// `2026-11-29T05:43:00.12+00:00` as seconds since 1970. The API writes UTC.
pub fn unix(moment: &str) -> Option<i64> {
    let number = |from: usize, to: usize| moment.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // Days of the Gregorian calendar, in which March is the first month of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719_468;
    Some(days * 86400 + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?)
}

/// How long ago something was, with the moment for whoever wants to know.
#[allow(clippy::cast_precision_loss)] // Seconds since 1970 are far below 2^52.
pub fn ago(moment: &str, now: u64) -> Markup {
    let passed = unix(moment).map(|then| i64::try_from(now).unwrap_or(i64::MAX) - then);
    html! {
        time datetime=(moment) title={ (clock(moment)) " UTC" } {
            span.ago {
                @match passed {
                    Some(passed) if passed >= 0 => { (seconds(passed as f64)) " ago" },
                    Some(passed) => { "in " (seconds(-passed as f64)) },
                    None => (moment),
                }
            }
            // Shown in its place where somebody wants it so.
            span.clock { (clock(moment)) }
        }
    }
}

/// `2026-11-29 05:43:00`, in UTC.
pub fn clock(moment: &str) -> String {
    moment.get(..19).unwrap_or(moment).replacen('T', " ", 1)
}

/// `1 attempt`, `5 attempts`.
pub fn attempts(amount: i64) -> String {
    count(amount.max(0).unsigned_abs(), "attempt")
}

/// `artist_discovery` → `artist discovery`.
pub fn queue(name: &str) -> String {
    name.replace('_', " ")
}

pub fn phase(phase: &str) -> &str {
    match phase {
        "in_progress" => "in progress",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read() {
        for (moment, wanted) in [
            ("1970-01-01T00:00:00+00:00", Some(0)),
            ("2000-02-29T12:30:15.5+00:00", Some(951_827_415)),
            ("2026-11-29T05:43:00+00:00", Some(1_795_930_980)),
            ("2100-03-01T00:00:00Z", Some(4_107_542_400)),
            ("soon", None),
            ("2026-11-29", None),
            ("é026-11-29T05:43:00", None),
        ] {
            assert_eq!(unix(moment), wanted, "{moment}");
        }
    }

    #[test]
    fn ages_have_one_unit() {
        let shown = [0.0, 99.0, 100.0, 3600.0, 86400.0, 400_000.0, -5.0].map(seconds);
        assert_eq!(shown, ["0 s", "99 s", "2 min", "60 min", "24 h", "5 d", "0 s"]);
        let text = ago("1970-01-01T00:01:00+00:00", 240).into_string();
        assert!(text.contains(">3 min ago<"), "{text}");
    }
}
