//! The result as a person reads it: who produced the artist's music.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::answers::Producer;
use crate::text::harmless;

/// The producers of one artist, in the order in which the project gave them.
pub fn producers(rows: &[Producer]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["producer", "roles", "tracks", "artists", "confidence", "profile"]);
    for row in rows {
        table.add_row([
            Cell::new(harmless(&row.name)),
            Cell::new(harmless(&row.roles.join(", "))),
            number(row.track_count.to_string()),
            number(row.artist_count.to_string()),
            number(
                row.confidence
                    .map_or_else(String::new, |confidence| format!("{confidence:.2}")),
            ),
            Cell::new(row.instagram_handle.as_deref().map_or_else(String::new, profile)),
        ]);
    }
    table
}

fn number(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn profile(handle: &str) -> String {
    let handle = harmless(handle);
    let handle = handle.trim().trim_start_matches('@');
    if handle.is_empty() {
        String::new()
    } else {
        format!("@{handle}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_roles_numbers_and_the_handle() {
        let rows = [Producer {
            name: "Ann\u{1b}[2J".to_owned(),
            roles: vec!["producer".to_owned(), "co_producer".to_owned()],
            track_count: 12,
            artist_count: 3,
            confidence: Some(0.954),
            instagram_handle: Some("@ann".to_owned()),
        }];
        let text = producers(&rows).to_string();
        assert!(text.contains("Ann\u{fffd}[2J"), "{text}");
        assert!(text.contains("producer, co_producer"), "{text}");
        assert!(text.contains(" 0.95 "), "{text}");
        assert!(text.contains("@ann"), "{text}");
        assert!(!text.contains("@@"), "{text}");
    }

    #[test]
    fn without_a_handle_the_profile_is_blank() {
        assert_eq!(profile(""), "");
        assert_eq!(profile(" ann "), "@ann");
    }
}
