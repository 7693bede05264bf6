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
fn other_recordings_are_told_from_the_original() {
    for (title, version) in [
        ("Song - Sped Up Version", Version::SpedUp),
        ("Song (Speed Up)", Version::SpedUp),
        ("Song sped up", Version::SpedUp),
        ("Song - Nightcore", Version::SpedUp),
        ("Song (Slowed + Reverb)", Version::Slowed),
        ("Song slowed & reverb", Version::Slowed),
        ("Song - Chopped & Screwed", Version::Slowed),
        ("Song (Demo)", Version::Demo),
        ("Song - Home Demo 1986", Version::Demo),
        ("Song (Acoustic)", Version::Acoustic),
        ("Song - Piano Version", Version::Acoustic),
        ("Song (Stripped)", Version::Acoustic),
        ("Song (Inst.)", Version::Instrumental),
        ("Song - A Cappella", Version::Acapella),
        ("Song (Karaoke)", Version::Karaoke),
        ("Song (Originally Performed by Velvet)", Version::Karaoke),
        ("Song (Made Famous by Velvet)", Version::Karaoke),
        ("Song - Extended Club Mix", Version::Remix),
        ("Song (VIP)", Version::Remix),
        ("Song (X Bootleg)", Version::Remix),
        ("Song (MTV Unplugged)", Version::Live),
        ("Song - Recorded at Spotify Studios NYC", Version::Live),
        ("Song - BBC Session", Version::Live),
        ("Song (En Vivo)", Version::Live),
        ("Song (Ao Vivo)", Version::Live),
        ("Song (Re-Recorded)", Version::Rerecorded),
        ("Song (Taylor's Version) [From The Vault]", Version::Rerecorded),
        ("Song - Spanish Version", Version::OtherLanguage),
        ("Song (Versión en Español)", Version::OtherLanguage),
        ("Song (Traducción al Español)", Version::OtherLanguage),
        ("Song (English Translation)", Version::OtherLanguage),
        ("Song (Türkçe Çeviri)", Version::OtherLanguage),
        ("Song (Romanized)", Version::OtherLanguage),
    ] {
        assert_eq!(versions(title), [version], "{title}");
        assert!(!Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
}

#[test]
fn editions_of_a_recording_are_the_same_song() {
    for title in [
        "Song - Remastered 2011",
        "Song (2009 Remaster)",
        "Song - Radio Edit",
        "Song (Single Version)",
        "Song - Album Version",
        "Song (Original Mix)",
        "Song - Mono",
        "Song (Bonus Track)",
        "Song [Explicit]",
        "Song (feat. X) [prod. Y]",
        "Song (co-prod. Y)",
        "Song (exec. prod. Y)",
        "Song (w/ X)",
        "Song prod. Y",
        "Song ft. X prod. by Y",
    ] {
        assert_eq!(versions(title), [], "{title}");
        assert!(Title::read(title).same_song(&Title::read("SONG")), "{title}");
    }
    // Words in brackets that belong to the title do.
    assert!(!Title::read("Song (Spanish Eyes)").same_song(&Title::read("Song")));
    assert!(!Title::read("Song (Interlude)").same_song(&Title::read("Song")));
    assert!(!Title::read("").same_song(&Title::read("")));
}

#[test]
fn versions_of_one_kind_are_told_apart() {
    let same = |one, other| Title::read(one).same_song(&Title::read(other));
    for (one, other) in [
        ("Song (Petra Quill Remix)", "Song - Petra Quill Mix"),
        ("Song - Live at Wembley", "Song (Live from Wembley)"),
        ("Song (Acoustic)", "Song - Acoustic Version"),
        ("Song - Sped Up", "Song (Sped Up Version)"),
        ("Song (Taylor's Version)", "Song (Taylor’s Version) [From the Vault]"),
    ] {
        assert!(same(one, other), "{one} / {other}");
    }
    for (one, other) in [
        ("Song (Petra Quill Remix)", "Song (Slow Tide Mix)"),
        ("Song (Petra Quill Remix)", "Song (Remix)"),
        ("Song - Live at Wembley", "Song - Live in Berlin"),
        ("Song - Live at Wembley", "Song (Live)"),
        ("Song (Spanish Version)", "Song (French Version)"),
    ] {
        assert!(!same(one, other), "{one} / {other}");
        // For one recording by its code or place these are no contradiction.
        assert!(Title::read(one).same_version(&Title::read(other)), "{one} / {other}");
    }
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
        ("The Long Song, Part I", "The Long Song, Part II"),
        ("The Long Song, Pt. IV", "The Long Song, Pt. VI"),
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
    assert!(original.same_version(&Title::with_comment("Song", "Korean ver.")));
    assert!(original.same_version(&Title::with_comment("Song", "album version, remastered")));
    for comment in [
        "instrumental",
        "sped up",
        "demo, 1994",
        "Taylor’s version",
        "karaoke version",
        "acoustic",
    ] {
        assert!(
            !original.same_version(&Title::with_comment("Song", comment)),
            "{comment}"
        );
    }
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
        let _ = search_words(title);
    }
}
