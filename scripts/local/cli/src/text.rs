//! Text from elsewhere, made fit for a terminal.

/// `text` without anything by which a name could steer the terminal that shows it: control characters, and the marks
/// that reorder a line (bidirectional overrides and isolates). White space of every kind becomes one plain space.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
            other if is_harmful(other) => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}

/// Whether a terminal may take the character for more than something to show.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// `1 album`, `2 albums`.
pub fn count(number: u64, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {singular}s")
    }
}

/// A length of time in the largest unit of which there is one: `12 s`, `3 min`, `2 h`, `4 d`.
pub fn duration(seconds: f64) -> String {
    let (length, unit) = match seconds {
        seconds if seconds < 90.0 => (seconds, "s"),
        seconds if seconds < 90.0 * 60.0 => (seconds / 60.0, "min"),
        seconds if seconds < 36.0 * 3600.0 => (seconds / 3600.0, "h"),
        seconds => (seconds / 86400.0, "d"),
    };
    format!("{length:.0} {unit}")
}

/// A moment as the API writes it, to the second.
pub fn moment(timestamp: &str) -> String {
    harmless(timestamp)
        .chars()
        .take(19)
        .collect::<String>()
        .replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(duration(0.4), "0 s");
        assert_eq!(duration(100.0), "2 min");
        assert_eq!(duration(7200.0), "2 h");
        assert_eq!(duration(1e6), "12 d");
        assert_eq!(moment("2026-11-24T09:40:12.12345+00:00"), "2026-11-24 09:40:12");
    }

    #[test]
    fn escape_sequences_and_reordering_marks_lose_their_power() {
        assert_eq!(harmless("a\u{1b}[31mb\u{9b}2Jc"), "a\u{fffd}[31mb\u{fffd}2Jc");
        assert_eq!(harmless("a\r\nb\u{202e}c"), "a  b\u{fffd}c");
    }

    #[test]
    fn names_of_every_script_stay_as_they_are() {
        for name in ["Björk", "坂本龍一", "Σtella", "A$AP Ferg", "عمرو دياب"] {
            assert_eq!(harmless(name), name);
        }
    }
}
