//! Which titles are the same, and what they say of the version.
//!
//! Lists are texts with semicolons between the titles; `songs` reads additions to one.

mod albums;
mod guests;
mod other_recordings;
mod own_words;
mod same_recording;
mod words;

use super::*;

fn versions(title: &str) -> Vec<Version> {
    Title::read(title).versions().iter().collect()
}

fn is_song(title: &str) -> bool {
    Title::read(title).same_song(&Title::read("SONG"))
}

/// The titles of a list.
fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim)
}

/// `Song` with each addition of a list.
fn songs(additions: &str) -> impl Iterator<Item = String> {
    each(additions).map(|addition| format!("Song {addition}"))
}

/// The titles of which `holds` is not true.
fn wrong(titles: impl Iterator<Item = String>, holds: impl Fn(&str) -> bool) -> Vec<String> {
    titles.filter(|title| !holds(title)).collect()
}

#[test]
fn a_search_is_for_the_words_and_the_version() {
    for (title, words) in [
        ("One (prod. Tyler)", "One"),
        ("One feat. X", "One"),
        ("One (feat. X) [2011 Remaster]", "One"),
        ("Ignition (Remix)", "Ignition Remix"),
        ("One - Live at Wembley", "One Live at Wembley"),
        ("(I Can't Get No) Satisfaction", "I Can't Get No Satisfaction"),
        ("One prod. by Y", "One"),
        ("(Remastered)", "(Remastered)"),
    ] {
        assert_eq!(search_words(title), words, "{title}");
    }
}

#[test]
fn odd_input_is_read_too() {
    for title in [
        "",
        "(",
        "((((",
        ")",
        "a (b",
        "- - -",
        " - ",
        "（",
        "<",
        "a > b < c",
        "〜",
        "-",
        "-a",
        "- -a- -",
        "*",
        "a*",
        "\u{FE0F}",
        "İ feat. X",
        "\u{301}",
    ] {
        let _ = Title::read(title);
        let _ = album_key(title);
        let _ = search_words(title);
    }
}
