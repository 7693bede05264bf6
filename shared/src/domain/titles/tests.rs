//! Which titles are the same.

use super::*;

fn versions(title: &str) -> Vec<Version> {
    Title::read(title).versions.into_iter().collect()
}

fn close(one: &str, other: &str) -> bool {
    Title::read(one).closeness(&Title::read(other)).is_some()
}

#[test]
fn versions_are_read_from_additions_only() {
    assert_eq!(versions("Ignition (Remix)"), [Version::Remix]);
    assert_eq!(versions("Show Me Love - Stonebridge Club Mix"), [Version::Remix]);
    assert_eq!(versions("Song [Original Mix]"), []);
    assert_eq!(versions("Song - Live at Wembley / 1986"), [Version::Live]);
    assert_eq!(versions("Live and Let Die"), []);
    assert_eq!(versions("Live Forever - Remastered"), []);
    assert_eq!(versions("Song (Instrumental)"), [Version::Instrumental]);
    assert_eq!(versions("Song - Sped Up"), [Version::SpedUp]);
    assert_eq!(
        versions("Song (Karaoke Version) [In the Style of X]"),
        [Version::Karaoke]
    );
    assert_eq!(versions("Fearless (Taylor’s Version)"), [Version::Rerecorded]);
    assert_eq!(versions("Instrumental"), []);
    assert_eq!(versions("Remix"), []);
    assert_eq!(versions("Song Remix"), [Version::Remix]);
}

#[test]
fn additions_that_change_nothing_are_taken_off() {
    for (one, other) in [
        ("Timber (feat. Ke$ha)", "Timber"),
        ("Timber feat. Kesha", "Timber"),
        ("Song - 2011 Remaster", "Song"),
        ("Song (Radio Edit)", "Song"),
        ("Skyfall (From \"Skyfall\")", "Skyfall"),
        ("Song [prod. X]", "song"),
        ("(I Can't Get No) Satisfaction - Mono", "I Can’t Get No Satisfaction"),
        ("Knowing Me, Knowing You", "Knowing Me Knowing You"),
        ("Colour of the Night", "Color of the Night"),
    ] {
        assert!(close(one, other), "{one} / {other}");
    }
}

#[test]
fn other_titles_are_not_close() {
    for (one, other) in [
        ("Part 1", "Part 2"),
        ("Interlude", "Intro"),
        ("Money", "Money, Money, Money"),
        ("24/7", "24/8"),
        ("", "x"),
    ] {
        assert!(!close(one, other), "{one} / {other}");
    }
}

#[test]
fn a_comment_tells_the_version() {
    let original = Title::read("Song");
    let remix = Title::with_comment("Song", "X remix, explicit");
    assert!(!original.same_version(&remix));
    assert!(original.same_version(&Title::with_comment("Song", "original studio stereo mix")));
    assert!(Title::read("Song - Live").same_version(&Title::with_comment("Song", "live, 1986-07-12: Wembley")));
}

#[test]
fn an_album_is_the_same_in_its_editions() {
    assert_eq!(album_key("÷ (Deluxe)"), album_key("÷"));
    assert_eq!(album_key("Arrival (Deluxe Edition)"), album_key("ARRIVAL"));
    assert_eq!(album_key("Timber (feat. Ke$ha) - Single"), album_key("Timber"));
    assert_eq!(album_key("Arrival - 30th Anniversary"), album_key("Arrival"));
    assert_ne!(album_key("1989 (Taylor's Version)"), album_key("1989"));
    assert_eq!(album_key("(Deluxe)"), "deluxe");
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
        "İ feat. X",
        "\u{301}",
    ] {
        let _ = Title::read(title);
        let _ = album_key(title);
    }
}
