//! Writing a result to standard output.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write};

use serde_json::Value;

use crate::failure::Failure;
use crate::text::is_harmful;

/// Writes the result; a reader that has seen enough (`| head`) is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Usage(format!("standard output: {error}"))),
        _ => Ok(()),
    }
}

/// The value as JSON that is the same value to a program and harmless to a terminal.
pub fn json(value: &Value) -> String {
    // The line breaks here are those of the layout; in strings they are escaped already.
    let mut text = String::new();
    for character in format!("{value:#}\n").chars() {
        if is_harmful(character) && character != '\n' {
            // All of them are in the basic plane, so one escape is enough.
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_for_a_terminal_is_the_same_value() {
        let value = serde_json::json!({"name": "a\u{1b}[2J\u{9b}2J\u{202e}\nb\u{7f}ö"});
        let text = json(&value);
        assert!(
            !text.trim_end().contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7f}']),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
