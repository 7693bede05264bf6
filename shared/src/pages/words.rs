//! How the catalogue's values read: roles, confidence, dates, durations, numbers.

use std::borrow::Cow;

/// A role as it stands in liner notes.
pub fn role(role: &str) -> &str {
    match role {
        "producer" => "producer",
        "co_producer" => "co-producer",
        "executive_producer" => "executive producer",
        other => other,
    }
}

/// Several, in a row.
pub fn roles<'a>(roles: impl IntoIterator<Item = &'a str>) -> String {
    roles.into_iter().map(role).collect::<Vec<_>>().join(", ")
}

/// The family of a role, which has a colour of its own.
pub fn family(role: &str) -> &'static str {
    match role {
        "producer" | "co_producer" | "executive_producer" => "production",
        "writer" | "composer" | "lyricist" => "writing",
        "arranger" => "arrangement",
        "remixer" => "remix",
        _ => "other",
    }
}

/// The families in the order of the legend, with what each holds.
pub const FAMILIES: [(&str, &str); 4] = [
    ("production", "produced (also co- and executive)"),
    ("writing", "wrote, composed, or the words"),
    ("arrangement", "arranged"),
    ("remix", "remixed"),
];

pub fn source(source: &str) -> &str {
    match source {
        "musicbrainz" => "MusicBrainz",
        "genius" => "Genius",
        "title" => "track title",
        "spotify" => "Spotify",
        "wikidata" => "Wikidata",
        "instagram" => "Instagram",
        "discogs" => "Discogs",
        "youtube" => "YouTube",
        "soundcloud" => "SoundCloud",
        "website" => "website",
        "social" => "social network",
        other => other,
    }
}

/// How sure a credit is, in words.
pub fn confidence(confidence: f64, sources: usize) -> String {
    let agreed = match sources {
        0 | 1 => "one source",
        2 => "verified by two sources",
        3 => "verified by three sources",
        _ => "verified by several sources",
    };
    let sure = if confidence >= 0.9 {
        "very likely"
    } else if confidence >= 0.75 {
        "likely"
    } else if confidence >= 0.5 {
        "plausible"
    } else {
        "uncertain"
    };
    format!("{sure}, {agreed}")
}

/// `0.984` → `98 %`. Only certainty is 100 %.
pub fn percent(confidence: f64) -> String {
    let whole = (confidence.clamp(0.0, 1.0) * 100.0).round();
    let shown = if confidence < 1.0 { whole.min(99.0) } else { whole };
    format!("{shown:.0}\u{a0}%")
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2004-05-01` of precision `month` → `May 2004`; a time of day is left out.
pub fn date(date: &str, precision: Option<&str>) -> String {
    let day = date.get(..10).unwrap_or(date);
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return date.to_owned();
    };
    let year = year.trim_start_matches('0');
    let month = month
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (precision, month) {
        (Some("year"), _) | (_, None) => year.to_owned(),
        (Some("month"), Some(month)) => format!("{month} {year}"),
        (_, Some(month)) => format!("{} {month} {year}", day.trim_start_matches('0')),
    }
}

/// `213000` → `3:33`.
pub fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `1234567` → `1,234,567`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 track`, `12 tracks`.
pub fn count(amount: u64, one: &str) -> String {
    format!("{} {one}{}", number(amount), if amount == 1 { "" } else { "s" })
}

/// The same where no line may end within it.
pub fn amount(amount: u64, one: &str) -> String {
    count(amount, one).replace(' ', "\u{a0}")
}

/// `1999`, `1999–2004`.
pub fn span(first: Option<i32>, last: Option<i32>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) if first == last => Some(first.to_string()),
        (Some(first), Some(last)) => Some(format!("{first}–{last}")),
        (one, other) => one.or(other).map(|year| year.to_string()),
    }
}

/// At most two letters for somebody without a picture.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    let letters: String = first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .take(2)
        .collect();
    if letters.is_empty() { "♪".to_owned() } else { letters }
}

/// One of eight colours for what is drawn in the place of a picture: the same name always has the same.
pub fn tint(name: &str) -> u32 {
    name.chars()
        .fold(7, |sum: u32, letter| sum.wrapping_mul(31).wrapping_add(letter.into()))
        % 8
}

/// A name within a sentence of ours. One that is written from right to left would turn the words around it, so it stands
/// between marks that keep its direction to itself.
pub fn isolated(name: &str) -> Cow<'_, str> {
    let is_from_the_right =
        |letter: char| matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    if name.contains(is_from_the_right) {
        format!("\u{2068}{name}\u{2069}").into()
    } else {
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_precise_as_they_are() {
        assert_eq!(date("2004-05-01", Some("day")), "1 May 2004");
        assert_eq!(date("2004-05-01", Some("month")), "May 2004");
        assert_eq!(date("2004-01-01", Some("year")), "2004");
        assert_eq!(date("2026-11-29T01:47:10.1+00:00", None), "29 November 2026");
        assert_eq!(date("0800-12-31", None), "31 December 800");
        assert_eq!(date("soon", None), "soon");
        assert_eq!(date("2004-99-01", None), "2004");
    }

    #[test]
    fn only_certainty_is_a_hundred_percent() {
        let shown = [0.0, 0.554, 0.98, 0.9996, 1.0, 7.0].map(percent);
        assert_eq!(
            shown,
            ["0", "55", "98", "99", "100", "100"].map(|number| format!("{number}\u{a0}%"))
        );
    }

    #[test]
    fn numbers_and_names_read_well() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!([count(1, "track"), count(2, "track")], ["1 track", "2 tracks"]);
        assert_eq!(amount(1234, "track"), "1,234\u{a0}tracks");
        assert_eq!([213_000, 3_661_000, -5].map(duration), ["3:33", "1:01:01", "0:00"]);
        assert_eq!(
            ["Lena Voss", "D'Mile", "神前暁", "!!!", "the ludwig van göransson"].map(initials),
            ["LV", "D", "神", "♪", "TG"]
        );
        assert_eq!(span(Some(1999), Some(2004)).as_deref(), Some("1999–2004"));
        assert_eq!(span(None, None), None);
        assert_eq!(isolated("Lena Voss"), "Lena Voss");
        assert_eq!(isolated("أم كلثوم"), "\u{2068}أم كلثوم\u{2069}");
    }
}
