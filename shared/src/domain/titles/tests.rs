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
        ("B*tch", "Bitch"),
        ("Sh**", "Shit"),
        ("F@ck", "Fuck"),
        ("F#@k", "Fuck"),
        ("N***a", "Nigga"),
        ("f_ck", "fuck"),
        ("Mother****er", "Motherfucker"),
        ("M***********r", "Motherfucker"),
        ("A**hole", "Asshole"),
        ("P*ssy", "Pussy"),
        ("F**kin' Perfect", "Fuckin' Perfect"),
        ("F✱✱k", "Fuck"),
        ("F∗∗k", "Fuck"),
        ("F••k", "Fuck"),
        ("Sh■t", "Shit"),
        ("S**t", "Shit"),
        ("D**n", "Damn"),
        ("F.U.", "FU"),
        ("ｆ＊＊ｋ", "fuck"),
        ("F\u{200B}**k", "Fuck"),
        ("What the F***?", "What the Fuck?"),
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
fn guests_are_named_in_other_languages_and_widths() {
    for title in [
        "Song (feat Demo Taped)",
        "Song (ft Demo Taped)",
        "Song [feat. Live]",
        "Song (featuring Remix Kings)",
        "Song (avec Live Band)",
        "Song (con Los Demos)",
        "Song (con Los Ángeles Azules)",
        "Song (con La Mala)",
        "Song (avec Les Enfoirés)",
        "Song (mit Die Fantastischen Vier)",
        "Song (mit Den Toten Hosen)",
        "Song (com Os Paralamas)",
        "Song (WITH LITTLE MIX)",
        "Song (junto a Tainy)",
        "Song (при участии Земфиры)",
        "Song (совместно с Земфирой)",
        "Song (с участием Земфиры)",
        "Song (amb Rosalía)",
        "Song (cu Inna)",
        "Song (피처링 지코)",
        "Song (피쳐링 지코)",
        "Song (Ｆｅａｔ． Ado)",
        "Song（ｆｅａｔ．Ado）",
        "Song (FEAT. X)",
        "Song (Ft X)",
        "Song (f/ X)",
        "Song (feat: X)",
        "Song (Part. Anitta)",
        "Song (participação Anitta)",
        "Song (participação de Anitta)",
        "Song (Part. Esp. Anitta)",
        "Song (partic. Anitta)",
        "Song (en duo avec X)",
        "Song (insieme a Mina)",
        "Song (gościnnie Dawid)",
        "Song (gośc. Dawid)",
        "Song《feat. X》",
        "Song『feat. X』",
        "Song {feat. X}",
        "Song - feat. X",
        "Song ft X",
        "Song feat X",
        "Song (vs Remix Kings)",
        "Song (vs. Live)",
        "Song (with Live & Demo)",
        "Song (feat. Dub Pistols)",
        "Song (feat. Cover Drive)",
        "Song (feat. The Acoustics) - Radio Edit",
        "Song (with Demi Lovato)",
    ] {
        assert!(Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
}

#[test]
fn the_same_recording_is_called_so_in_other_languages() {
    for title in [
        "Song (Remastered Version)",
        "Song (Versión Remasterizada)",
        "Song (remastérisé)",
        "Song (Remasterisé 2011)",
        "Song (Album-Version)",
        "Song (Albumversion)",
        "Song (Radio-Edit)",
        "Song (Radioversion)",
        "Song (Single-Version)",
        "Song (Singleversion)",
        "Song (Versión de radio)",
        "Song (Versión radio)",
        "Song (Versão Rádio)",
        "Song (Radio Versie)",
        "Song (Versione radio)",
        "Song (TV Ver.)",
        "Song (Album ver.)",
        "Song (アルバムバージョン)",
        "Song (TVサイズ)",
        "Song (TVバージョン)",
        "Song (专辑版)",
        "Song (单曲版)",
        "Song (電視版)",
        "Song (Lyric Video)",
        "Song (Official Audio)",
        "Song (Kurzversion)",
        "Song (Versión corta)",
        "Song (Version courte)",
        "Song (Version longue)",
        "Song (Langversion)",
        "Song (Versión extendida)",
        "Song (Versión original)",
        "Song (Version originale)",
        "Song (Originalversion)",
        "Song (Original Version)",
        "Song (Clean)",
        "Song (Explicit)",
        "Song (Edited Version)",
        "Song (Versión explícita)",
        "Song (Bonus)",
        "Song (Titre bonus)",
        "Song (Pista adicional)",
        "Song (ボーナストラック)",
        "Song - 2009 Digital Remaster",
        "Song - Digitally Remastered",
        "Song (Remaster 2020)",
        "Song (24-Bit Remaster)",
        "Song (24bit Digitally Remastered)",
        "Song (Mono Version)",
        "Song - Mono / 2009 Remaster",
        "Song (12'' Mix)",
        "Song (7'' Version)",
        "Song (7”)",
        "Song - 7 Inch Version",
        "Song (Video Version)",
        "Song (Movie Version)",
        "Song (Film Version)",
        "Song (Soundtrack Version)",
        "Song (Full Version)",
        "Song (Long Version)",
        "Song (LP Mix)",
        "Song (Airplay Mix)",
        "Song (Radio Version)",
        "Song (Radio Cut)",
        "Song (Short Cut)",
        "Song (Original Radio Edit)",
        "Song (Rádio Edit)",
        "Song (Ｒａｄｉｏ Ｅｄｉｔ)",
    ] {
        assert!(Title::read(title).same_song(&Title::read("SONG")), "{title}");
    }
}

const OTHER_RECORDINGS: &[(&str, Version)] = &[
    ("Song - Solomun Edit", Version::Remix),
    ("Song (X Rework)", Version::Remix),
    ("Song (X Refix)", Version::Remix),
    ("Song (X Reboot)", Version::Remix),
    ("Song (X Redo)", Version::Remix),
    ("Song (X Revision)", Version::Remix),
    ("Song (X Reinterpretation)", Version::Remix),
    ("Song (Amapiano Remix)", Version::Remix),
    ("Song (Phonk)", Version::Another),
    ("Song (Phonk Version)", Version::Another),
    ("Song (Hardstyle)", Version::Another),
    ("Song (Ballad Version)", Version::Another),
    ("Song (8-Bit Version)", Version::Another),
    ("Song (Lullaby Version)", Version::Another),
    ("Song (Versión Cumbia)", Version::Another),
    ("Song (Versão Pagode)", Version::Another),
    ("Song (Version Acoustique)", Version::Acoustic),
    ("Song (Acoustique)", Version::Acoustic),
    ("Song (Akustik Version)", Version::Acoustic),
    ("Song (Akustikversion)", Version::Acoustic),
    ("Song (Akustik)", Version::Acoustic),
    ("Song (Akustisk)", Version::Acoustic),
    ("Song (Akoestisch)", Version::Acoustic),
    ("Song (Live-Version)", Version::Live),
    ("Song (Liveversion)", Version::Live),
    ("Song (Versión en vivo)", Version::Live),
    ("Song (Ao Vivo em Goiânia)", Version::Live),
    ("Song (Live à l'Olympia)", Version::Live),
    ("Song (En directo)", Version::Live),
    ("Song (En Concert)", Version::Live),
    ("Song (En concierto)", Version::Live),
    ("Song (dal vivo)", Version::Live),
    ("Song (na żywo)", Version::Live),
    ("Song (naživo)", Version::Live),
    ("Song (Живой концерт)", Version::Live),
    ("Song (живая версия)", Version::Live),
    ("Song (концертная версия)", Version::Live),
    ("Song (акустическая версия)", Version::Acoustic),
    ("Song (акустика)", Version::Acoustic),
    ("Song (ремикс)", Version::Remix),
    ("Song (アコースティック)", Version::Acoustic),
    ("Song (アコースティックver.)", Version::Acoustic),
    ("Song (现场版)", Version::Live),
    ("Song (现场)", Version::Live),
    ("Song (現場版)", Version::Live),
    ("Song (伴奏)", Version::Instrumental),
    ("Song (伴奏版)", Version::Instrumental),
    ("Song (纯音乐)", Version::Instrumental),
    ("Song (カラオケ)", Version::Karaoke),
    ("Song (라이브)", Version::Live),
    ("Song (어쿠스틱)", Version::Acoustic),
    ("Song (어쿠스틱 버전)", Version::Acoustic),
    ("Song (리믹스)", Version::Remix),
    ("Song (DJ版)", Version::Another),
    ("Song (女声版)", Version::Another),
    ("Song (Instrumentale)", Version::Instrumental),
    ("Song (Strumentale)", Version::Instrumental),
    ("Song (Instrumentaal)", Version::Instrumental),
    ("Song (минус)", Version::Instrumental),
    ("Song (инструментал)", Version::Instrumental),
    ("Song (Instr.)", Version::Instrumental),
    ("Song (Sin voz)", Version::Instrumental),
    ("Song (Inst)", Version::Instrumental),
    ("Song (Acappella)", Version::Acapella),
    ("Song (A capella)", Version::Acapella),
    ("Song (アカペラ)", Version::Acapella),
    ("Song (Vocals Only)", Version::Acapella),
    ("Song (Maqueta)", Version::Demo),
    ("Song (Demoversion)", Version::Demo),
    ("Song (Démo)", Version::Demo),
    ("Song (демо)", Version::Demo),
    ("Song (デモ)", Version::Demo),
    ("Song (Rough Mix)", Version::Demo),
    ("Song (Regrabado)", Version::Rerecorded),
    ("Song (Re-record)", Version::Rerecorded),
    ("Song (2021 Re-Recording)", Version::Rerecorded),
    ("Song (New Recording)", Version::Rerecorded),
    ("Song (Accelerated)", Version::SpedUp),
    ("Song (Speed Up Ver.)", Version::SpedUp),
    ("Song (spedup)", Version::SpedUp),
    ("Song (Super Slowed)", Version::Slowed),
    ("Song (Ultra Slowed)", Version::Slowed),
    ("Song (Slow Version)", Version::Slowed),
    ("Song - Slowed Down", Version::Slowed),
    ("Song (tribute to X)", Version::Karaoke),
    ("Song (X Tribute)", Version::Cover),
    ("Song (in the style of X)", Version::Karaoke),
    ("Song (Versión karaoke)", Version::Karaoke),
    ("Song (노래방)", Version::Karaoke),
    ("Song (Orchestral Version)", Version::Acoustic),
    ("Song (Symphonic Version)", Version::Acoustic),
    ("Song (Unplugged)", Version::Live),
    ("Song (Live Session)", Version::Live),
    ("Song (Live @ Wembley)", Version::Live),
    ("Song (Live 1999)", Version::Live),
    ("Song (Live Aid)", Version::Live),
    ("Song (In Concert)", Version::Live),
    ("Song (Tiny Desk Concert)", Version::Live),
    ("Song (from Tiny Desk)", Version::Live),
];

#[test]
fn other_recordings_are_called_so_in_other_languages() {
    for &(title, version) in OTHER_RECORDINGS {
        assert_eq!(versions(title), [version], "{title}");
        assert!(!Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
}

#[test]
fn words_that_look_like_an_addition_are_the_titles_own() {
    for title in [
        "Song (Live Your Life)",
        "Song (Live It Up)",
        "Song (Live Forever)",
        "Song (Live to Tell)",
        "Song (Live and Let Die)",
        "Song (Where We Live)",
        "Song (Hey Mr. Postman)",
        "Song (The Expedition)",
        "Song (A Lullaby)",
        "Song (A Tribute)",
        "Song (The Concert)",
        "Song (Diversion)",
        "Song (The Way We Live)",
        "Song (Long Live)",
        "Song (Born to Live)",
        "Song (For You)",
        "Song (Because of You)",
        "Song (Para Ti)",
        "Song (Pour toi)",
        "Song (Für dich)",
        "Song (By Your Side)",
        "Song (With Love)",
        "Song (with love)",
        "Song (Con Amor)",
        "Song (Mit Liebe)",
        "Song (Mit dir)",
        "Song (avec le temps)",
        "Song (Com Você)",
        "Song (com você)",
        "Song (From Here)",
        "Song (From Now On)",
        "Song (From the Start)",
        "Song (Under Cover)",
        "Song (In the Mix)",
        "Song (Turn It Up)",
        "Song (Slow Down)",
        "Song (Speed of Life)",
        "Song (Demolition)",
        "Song (A Cover Is Not the Book)",
        "Song (Part II)",
        "Song (Pt. 2)",
        "Song (Take It Easy)",
        "Song (Take 5 Minutes)",
        "Song (Con Te Partirò)",
        "Song (z Tobą)",
        "Song (met jou)",
        "Song (med dig)",
        "Song (Feature Film)",
        "Song (Featherweight)",
        "Song (Feat of Strength)",
        "Song (Product of You)",
        "Song (Produce)",
        "Song (In Your Version of Love)",
        "Song (My Version of You)",
    ] {
        assert_eq!(versions(title), [], "{title}");
        assert!(!Title::read(title).same_song(&Title::read("Song")), "{title}");
    }
}

#[test]
fn editions_of_an_album_are_called_so_in_other_languages() {
    for title in [
        "Arrival [Super Deluxe]",
        "Arrival - Deluxe",
        "Arrival (40th Anniversary Edition)",
        "Arrival: Deluxe Edition",
        "Arrival (Édition Deluxe)",
        "Arrival (Jubiläumsedition)",
        "Arrival (Edición Especial)",
        "Arrival (Versión Deluxe)",
        "Arrival (豪华版)",
        "Arrival (初回限定盤)",
        "Arrival (通常盤)",
        "Arrival (デラックス)",
        "Arrival (デラックス・エディション)",
        "Arrival (Limited Edition)",
        "Arrival (Bonus Track Version)",
        "Arrival (Expanded & Remastered)",
        "Arrival (Collector's Edition)",
        "Arrival (Repackage)",
        "Arrival (Deluxe Version)",
        "Arrival (Édition collector)",
        "Arrival (Deluxe-Edition)",
        "Arrival (Mono)",
        "Arrival (2011 Remaster)",
        "Arrival - EP",
        "Arrival (Digital Edition)",
        "Arrival (Japan Version)",
        "Arrival (International Version)",
        "Arrival (Special Edition)",
        "Arrival (Deluxe) [Remastered]",
        "Arrival (Edição Especial)",
        "Arrival (Edizione Speciale)",
        "Arrival (Luxusedition)",
        "Arrival (Speciale Editie)",
        "Arrival (Делюкс)",
        "Arrival (Переиздание)",
        "Arrival (Extended Edition)",
        "Arrival (Platinum Edition)",
        "Arrival (Complete Edition)",
        "Arrival (Legacy Edition)",
        "Arrival Deluxe Edition",
        "Arrival (Deluxe Edition",
        "Arrival – Deluxe Edition",
        "Arrival [Limited Edition]",
        "Arrival (특별판)",
        "Arrival (리패키지)",
        "Arrival (Version longue)",
        "Arrival (Original Motion Picture Soundtrack)",
    ] {
        assert_eq!(album_key(title), "arrival", "{title}");
    }
}

#[test]
fn widths_tones_and_frames_of_characters_do_not_matter() {
    for (one, other) in [
        ("👍🏽", "👍"),
        ("👍🏽", "👍🏿"),
        ("I ❤️‍🔥 U", "I ❤🔥 U"),
        ("❤️‍🔥", "❤🔥"),
        ("👩‍🚀", "👩🚀"),
        ("1️⃣", "1"),
        ("☎︎", "☎️"),
        ("✌🏻️", "✌️"),
        ("ａｂｃ", "abc"),
        ("ｱﾆﾒ", "アニメ"),
        ("ｶﾞｰﾙ", "ガール"),
        ("Ⅱ", "II"),
        ("ﬁre", "fire"),
        ("№ 1", "No 1"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
        ("ΆΓΙΟΣ", "Άγιος"),
        ("Straße", "STRASSE"),
        ("ẞ", "ß"),
        ("IŞIN", "ışın"),
        ("Rock ’n’ Roll", "Rock 'n' Roll"),
        ("Rock & Roll", "Rock and Roll"),
        ("Don’t", "Dont"),
        ("Naïve", "Naive"),
        ("Ёлка", "ЕЛКА"),
        ("الإسلام", "الاسلام"),
        ("한글", "한글"),
        ("Việt", "Viet"),
        ("Ｇ＆Ｂ", "G & B"),
    ] {
        assert!(Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
    for (one, other) in [
        ("👍", "👎"),
        ("👍🏽", "👎🏽"),
        ("🏽", "🏿"),
        ("🇫🇷", "🇩🇪"),
        ("1️⃣", "2️⃣"),
        ("か", "が"),
        ("🤷‍♀️", "🤷‍♂️"),
    ] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
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
