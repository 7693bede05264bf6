//! Which titles are the same.

use super::*;

fn versions(title: &str) -> Vec<Version> {
    Title::read(title).versions().iter().copied().collect()
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
    assert_eq!(
        album_key("Second Helping: Special Edition"),
        album_key("Second Helping")
    );
    assert_eq!(album_key("Alba：Edición Deluxe"), album_key("Alba"));
    assert_ne!(album_key("Drive: Original Soundtrack"), album_key("Drive"));
    assert_ne!(album_key("Ocean: Blue"), album_key("Ocean"));
    assert_eq!(album_key(": Deluxe"), "deluxe");
    assert_ne!(album_key("1989 (Taylor's Version)"), album_key("1989"));
    assert_eq!(album_key("(Deluxe)"), "deluxe");
}

#[test]
fn guests_make_no_other_version() {
    for title in [
        "Song (with Little Mix)",
        "Song (feat. Demo Taped)",
        "Song (feat. Session Victim)",
        "Song (ft. Live)",
        "Song [prod. DJ Remix]",
        "Song (Prod. by The Instrumentals)",
        "Song (feat.Ado)",
        "Song (ft.Acoustic Alchemy)",
        "Song (prod.X)",
        "Song feat.Demo Taped",
        "Song (feat：X)",
        "Song［feat. X］",
        "Song〔feat. X〕",
        "Song <feat. X>",
        "Song【feat. X】",
        "Song「feat. X」",
        "Song (con Ozuna)",
        "Song (avec Angèle)",
        "Song (mit Nena)",
        "Song (com Anitta)",
        "Song (med Veronica Maggio)",
        "Song (vs. Remix Kings)",
        "Song (with The Weeknd)",
        "Song (With Selena Gomez)",
        "Song (w/ Demo Queen)",
        "Song (part. Anitta)",
        "Song (duet with Live Oak)",
        "Song (Exec-produced by X)",
        "Song (coprod. X)",
        "Song (Producido por X)",
    ] {
        assert_eq!(versions(title), [], "{title}");
        assert!(Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
    // Who is known to sing on it is a guest in any spelling.
    let artists = ["Velvet".to_owned(), "Rosalía".to_owned(), "Wings".to_owned()];
    for title in ["Song (Con Rosalia)", "Song (With Wings)", "Song (With Wings & Velvet)"] {
        assert!(Title::of(title, &artists).same_song(&Title::read("Song")), "{title}");
        assert!(
            !Title::read(title).same_song(&Title::read("Song")) || title.contains('&'),
            "{title}"
        );
    }
}

#[test]
fn own_words_are_no_addition() {
    for (one, other) in [
        ("Alone (With You)", "Alone"),
        ("Alone (with you)", "Alone"),
        ("Letters (From Me to You)", "Letters"),
        ("Letters - From Me to You", "Letters"),
        ("Dance (With a Stranger)", "Dance"),
        ("Sleep (With the Lights On)", "Sleep"),
        ("Solo (Con Te)", "Solo"),
        ("Seul (Avec toi)", "Seul"),
        ("Allein (Mit Dir)", "Allein"),
        ("Fiesta (Con Altura)", "Fiesta"),
        ("Message (From Above)", "Message"),
        ("Run (Take Cover)", "Run"),
        ("Fall (Back Flip)", "Fall"),
        ("Part (Part 2)", "Part"),
        ("Love (<3)", "Love"),
    ] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
        assert_eq!(versions(one), [], "{one}");
    }
    for from in [
        "Song (From \"Skyfall\")",
        "Song (from the Motion Picture Drive)",
        "Song - From Evita",
        "Song (from Frozen)",
    ] {
        assert!(Title::read(from).same_song(&Title::read("Song")), "{from}");
    }
}

#[test]
fn what_somebody_made_of_it_is_another_recording() {
    for (title, version) in [
        ("Song - Four Tet Edit", Version::Remix),
        ("Song (X Re-Edit)", Version::Remix),
        ("Song (Reedit)", Version::Remix),
        ("Song (Flume Flip)", Version::Remix),
        ("Song - Dub", Version::Remix),
        ("Song (Club Edit)", Version::Remix),
        ("Song (Vocal Mix)", Version::Remix),
        ("Song (Remezcla)", Version::Remix),
        ("Song (リミックス)", Version::Remix),
        ("Song (Lo-Fi Version)", Version::Another),
        ("Song (Drill Version)", Version::Another),
        ("Song (Lofi)", Version::Another),
        ("Song (8D Audio)", Version::Another),
        ("Song (Alternate Take)", Version::Another),
        ("Song - Take 3", Version::Another),
        ("Song - Director's Cut", Version::Another),
        ("Song (Versión Salsa)", Version::Another),
        ("Song (Rock Versjon)", Version::Another),
        ("Song (Cover Version)", Version::Cover),
        ("Song (Cover)", Version::Cover),
        ("Song (Nirvana Cover)", Version::Cover),
        ("Song (Cover of Nirvana)", Version::Cover),
        ("Song - 2019 Mix", Version::Mix),
        ("Song (US Mix)", Version::Mix),
        ("Song (Dolby Atmos)", Version::Mix),
        ("Song (Off Vocal)", Version::Instrumental),
        ("Song (オフボーカル) [Instrumental]", Version::Instrumental),
        ("Song (インスト)", Version::Instrumental),
        ("Song -Inst.-", Version::Instrumental),
        ("Song〜Piano Ver.〜", Version::Acoustic),
        ("Song ～Piano Ver.～", Version::Acoustic),
        ("Song ~Acoustic Ver.~", Version::Acoustic),
        ("Song — Live", Version::Live),
        ("Song—Live", Version::Live),
        ("Song ‐ Live", Version::Live),
        ("Song | Live", Version::Live),
        ("Song［Live］", Version::Live),
        ("Song〔Demo〕", Version::Demo),
        ("Song <Acoustic>", Version::Acoustic),
        ("Song「Live」", Version::Live),
        ("Song (Canlı)", Version::Live),
        ("Song (ライブ)", Version::Live),
        ("Song (Acústico)", Version::Acoustic),
        ("Song (Remix) feat. Demo Taped", Version::Remix),
        ("Song (Remix feat. Demo Taped)", Version::Remix),
    ] {
        assert_eq!(versions(title), [version], "{title}");
        assert!(!Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
    assert_eq!(versions("Song (Live Acoustic)"), [Version::Live, Version::Acoustic]);
}

#[test]
fn other_forms_of_one_recording_are_the_same() {
    for title in [
        "Song (Single Ver.)",
        "Song (Short Ver.)",
        "Song -TV Size-",
        "Song (TV Edit)",
        "Song (Clean Version)",
        "Song (Clean Edit)",
        "Song (Explicit Album Version)",
        "Song - Short Edit",
        "Song (Extended Version)",
        "Song (Extended Mix)",
        "Song - Extended",
        "Song (7\" Edit)",
        "Song (12\" Version)",
        "Song (LP Version)",
        "Song (Radio Mix)",
        "Song (Main Version)",
        "Song (Full Length Version)",
        "Song (Official Video)",
        "Song (Mixed)",
        "Song (Edit)",
        "Song — 2011 Remaster",
        "Song (Remasterizado 2009)",
        "Song〈2020 Remaster〉",
        "Song -Single Ver.-",
    ] {
        assert_eq!(versions(title), [], "{title}");
        assert!(Title::read(title).same_song(&Title::read("SONG")), "{title}");
    }
}

#[test]
fn comments_say_the_same_in_other_words() {
    for (title, comment) in [
        ("Song - 2019 Mix", "2019 stereo mix"),
        ("Song (Instrumental)", "off vocal"),
        ("Song (Live Acoustic)", "live, acoustic"),
        ("Song", "part of a “Ministry of Sound: The Annual, Live” DJ-mix"),
        ("Song (Extended Mix)", "extended"),
        ("Song (Petra Quill Remix)", "Petra Quill remix"),
        ("Song", "album version, clean"),
    ] {
        let (one, other) = (Title::read(title), Title::with_comment("Song", comment));
        assert_eq!(
            one.agreement(&BTreeSet::new(), &other, &BTreeSet::new()),
            Agreement::Same,
            "{title} / {comment}: {one:?} {other:?}"
        );
    }
    let (one, other) = (Title::read("Song (X Remix)"), Title::with_comment("Song", "Y remix"));
    assert_eq!(
        one.agreement(&BTreeSet::new(), &other, &BTreeSet::new()),
        Agreement::OtherOfItsKind
    );
}

#[test]
fn hidden_letters_are_found_again() {
    for (hidden, open) in [
        ("F**k You", "Fuck You"),
        ("F*** You", "Fuck You"),
        ("F*k You", "FUCK YOU"),
        ("Sh*t (feat. X)", "Shit"),
        ("B**** Better Have My Money", "Bitch Better Have My Money"),
        ("Sh#t", "Shit"),
        ("F--k It", "Fuck It"),
        ("Sh!t", "Shit"),
        ("N*****s in Paris", "Niggas in Paris"),
        ("F**k You", "F*ck You"),
        ("F**k You - Live", "Fuck You (Live)"),
        ("M*A*S*H", "MASH"),
        ("＊NSYNC Song", "*NSYNC Song"),
        ("П**дец", "Пиздец"),
    ] {
        assert!(Title::read(hidden).same_song(&Title::read(open)), "{hidden} / {open}");
        assert!(Title::read(open).same_song(&Title::read(hidden)), "{open} / {hidden}");
    }
    for (one, other) in [
        ("F**k You", "Fork Me"),
        ("F**k You", "Thank You"),
        ("F**k", "Duck"),
        ("Sh*t", "Shop"),
        ("****", "Fuck"),
        ("Jay-Z", "Jazz"),
        ("F**k You", "Fuck You (Remix)"),
        ("***Flawless", "Flaw"),
    ] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
}

#[test]
fn other_scripts_and_symbols_are_read() {
    for (one, other) in [
        ("ΕΛΕΝΑ", "Έλενα"),
        ("Ёлка", "Елка"),
        ("I ❤️ U", "I ❤ U"),
        ("❤️", "❤"),
        ("❤️ (feat. X)", "❤"),
        ("أحبك", "احبك"),
    ] {
        assert!(Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
    for (one, other) in [("❤️", "☀️"), ("☀️", "✌️"), ("❤️ (Live)", "☀️ (Live)")] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
}

#[test]
fn albums_speak_for_their_tracks() {
    for (title, expected) in [
        ("Demos", &[Version::Demo][..]),
        ("Live at Leeds", &[Version::Live]),
        ("MTV Unplugged", &[Version::Live, Version::Acoustic]),
        ("The Instrumentals", &[Version::Instrumental]),
        ("Live Forever and Ever", &[Version::Live]),
        ("Song (Dusk Remix)", &[]),
        ("Alive", &[]),
        ("Album (Deluxe Edition)", &[]),
    ] {
        assert_eq!(
            versions_of_album(title).into_iter().collect::<Vec<_>>(),
            expected,
            "{title}"
        );
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
