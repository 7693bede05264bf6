//! Release dates as Spotify gives them, and the day that each means.

/// How precise a date is.
pub fn precision(date: &str) -> &'static str {
    match date.matches('-').count() {
        0 => "year",
        1 => "month",
        _ => "day",
    }
}

/// The first day that a date of Spotify's can mean; `None` for one that is no date.
pub fn released(date: &str) -> Option<String> {
    let day = match precision(date) {
        "year" => format!("{date}-01-01"),
        "month" => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let possible = chrono::NaiveDate::parse_from_str(&day, "%Y-%m-%d").is_ok() && !day.starts_with("0000");
    possible.then_some(day)
}
