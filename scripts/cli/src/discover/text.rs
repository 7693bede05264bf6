//! Text from elsewhere, made fit for a terminal.

/// `text` without anything by which a name could steer the terminal that shows it: control characters, and the marks
/// that reorder a line (bidirectional overrides and isolates). White space of every kind becomes one plain space.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => char::REPLACEMENT_CHARACTER,
            other if other.is_control() => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}

/// `1 album`, `2 albums`.
pub fn count(number: u64, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {singular}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
