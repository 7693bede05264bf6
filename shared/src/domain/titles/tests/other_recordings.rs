//! Additions that tell of another recording.

use super::*;

const OTHERS: &[(Version, &str)] = &[
    (
        Version::SpedUp,
        "\
            - Sped Up Version; (Speed Up); sped up; - Nightcore; (Accelerated); (Speed Up Ver.); (spedup); \
            (sped-up); (Sped Up + Reverb); (Versión acelerada); (Version accélérée); (Versione accelerata); \
            (Ускоренная версия); (スピードアップ); (Speed-Up Version); (Nightcore Version)",
    ),
    (
        Version::Slowed,
        "\
            (Slowed + Reverb); slowed & reverb; - Chopped & Screwed; (Super Slowed); (Ultra Slowed); \
            (Slow Version); - Slowed Down; (slowed n reverb); (slowed + reverb + bass); (Versión ralentizada); \
            (Version ralentie); (Замедленная версия); (Extra Slowed); (slowed to perfection)",
    ),
    (
        Version::Demo,
        "\
            (Demo); - Home Demo 1986; 〔Demo〕; (Maqueta); (Demoversion); (Démo); (демо); (デモ); (Rough Mix); \
            (Original Demo); (Early Demo); (Demo Version); (Voice Memo); (Work in Progress); (Maquette); \
            (4-Track Demo); (Demo 1997); (Songwriting Demo); (小样)",
    ),
    (
        Version::Acoustic,
        "\
            (Acoustic); - Piano Version; (Stripped); 〜Piano Ver.〜; ～Piano Ver.～; ~Acoustic Ver.~; \
            <Acoustic>; (Acústico); (Version Acoustique); (Acoustique); (Akustik Version); (Akustikversion); \
            (Akustik); (Akustisk); (Akoestisch); (акустическая версия); (акустика); (アコースティック); \
            (アコースティックver.); (어쿠스틱); (어쿠스틱 버전); (Orchestral Version); (Symphonic Version); \
            (For Acoustic Guitar); (For Piano); (For Solo Piano); (Arr. for Strings); \
            (Arr. for String Quartet); (Arranged for Piano); (Transcribed for Guitar); \
            (Arr. for Piano Four Hands); (für Klavier); (pour piano); (para guitarra); (per pianoforte); \
            (för piano); (Solo Piano); (Piano Solo); (Piano & Voice); (Voz y Guitarra); (Piano/Voix); \
            (Guitar Version); (Klavierversion); (Orchesterversion); (Version piano); (Saxophone Version); \
            (Stripped Back); (Stripped Down Version); (Akustična verzija); (Akusticka verze); \
            (ピアノバージョン); (钢琴版); (ギターver.); (Фортепиано)",
    ),
    (
        Version::Instrumental,
        "\
            (Inst.); (Off Vocal); (オフボーカル) [Instrumental]; (インスト); -Inst.-; (伴奏); (伴奏版); \
            (纯音乐); (Instrumentale); (Strumentale); (Instrumentaal); (минус); (инструментал); (Instr.); \
            (Sin voz); (Inst); (Instrumental Version); (Instrumental Mix); [Instrumental]; - Instrumental; \
            (Sans paroles); (Senza voce); (Ohne Gesang); (Instrumentalversion); (Playback); (오프보컬 Inst.); \
            (Versión instrumental); (Versione strumentale); (オフボーカル); (Minus One)",
    ),
    (
        Version::Acapella,
        "\
            - A Cappella; (Acappella); (A capella); (アカペラ); (Vocals Only); (Acapella Version); \
            (Studio Acapella); (Accapella); (Acapela); (Isolated Vocals); (A Cappella Version)",
    ),
    (
        Version::Karaoke,
        "\
            (Karaoke); (Originally Performed by Velvet); (Made Famous by Velvet); (カラオケ); (tribute to X); \
            (in the style of X); (Versión karaoke); (노래방); (Karaoke Version); (Караоке); (卡拉OK); \
            (Karaokeversion); (Backing Track); (Sing-Along Version)",
    ),
    (
        Version::Remix,
        "\
            - Extended Club Mix; (VIP); (X Bootleg); - Four Tet Edit; (X Re-Edit); (Reedit); (Flume Flip); \
            - Dub; (Club Edit); (Vocal Mix); (Remezcla); (リミックス); (Remix) feat. Demo Taped; \
            (Remix feat. Demo Taped); - Solomun Edit; (X Rework); (X Refix); (X Reboot); (X Redo); \
            (X Revision); (X Reinterpretation); (Amapiano Remix); (ремикс); (리믹스); (Remixed by X); \
            (X Re-Work); (Re-Worked); (Jersey Club Edit); (Baile Funk Edit); (X VIP Mix); (Dub Version); \
            (Dub Mix); (Intro Edit); (Outro Edit); (X Bootleg Remix); (Remiks); (混音); (X Mashup); \
            (Tropical House Remix); (Hardwell Edit); (12\" Dub); (X vs Y Mashup)",
    ),
    (
        Version::Live,
        "\
            (MTV Unplugged); - Recorded at Spotify Studios NYC; - BBC Session; (En Vivo); (Ao Vivo); — Live; \
            —Live; ‐ Live; | Live; ［Live］; 「Live」; (Canlı); (ライブ); (Live-Version); (Liveversion); \
            (Versión en vivo); (Ao Vivo em Goiânia); (Live à l'Olympia); (En directo); (En Concert); \
            (En concierto); (dal vivo); (na żywo); (naživo); (Живой концерт); (живая версия); \
            (концертная версия); (现场版); (现场); (現場版); (라이브); (Unplugged); (Live Session); \
            (Live @ Wembley); (Live 1999); (Live Aid); (In Concert); (Tiny Desk Concert); (from Tiny Desk); \
            (BBC Radio 1 Live Lounge); (KEXP Session); (Audiotree Live); (Recorded Live in Austin); \
            (Live from the Basement); (Live im Konzert); (En Public); (Uživo); (Livenä); \
            (コンサート); (现场录音); (Live Medley)",
    ),
    (
        Version::Rerecorded,
        "\
            (Re-Recorded); (Taylor's Version) [From The Vault]; (Regrabado); (Re-record); (2021 Re-Recording); \
            (New Recording); (Re-recorded 2020); (Velvet's Version); (Neuaufnahme); (Nueva grabación); \
            (Nova gravação); (Re-Recorded Version)",
    ),
    (
        Version::OtherLanguage,
        "\
            - Spanish Version; (Versión en Español); (Traducción al Español); (English Translation); \
            (Türkçe Çeviri); (Romanized); (English Version); (English Ver.); (Japanese Ver.); (Korean Version); \
            (Version française); (Deutsche Version); (Versione inglese); (Versión en inglés); \
            (Versão em Português); (Svensk version); (Polska wersja); (Русская версия); (日本語バージョン); \
            (日本語版); (中文版); (한국어 버전); (Türkçe Versiyon); (Auf Deutsch); (In English); \
            (Spanglish Version)",
    ),
    (
        Version::Another,
        "\
            (Lo-Fi Version); (Drill Version); (Lofi); (8D Audio); (Alternate Take); - Take 3; - Director's Cut; \
            (Versión Salsa); (Rock Versjon); (Phonk); (Phonk Version); (Hardstyle); (Ballad Version); \
            (8-Bit Version); (Lullaby Version); (Versión Cumbia); (Versão Pagode); (DJ版); (女声版); \
            (Intro Version); (Outro Version); (Alternate Version); (Take 7); (First Take); (Early Version); \
            (Christmas Version); (Trap Version); (Bossa Version); (Club Version); (Children's Choir Version); \
            (Reimagined); (2012 Version); (女生版); (Phonk Edit Version)",
    ),
    (
        Version::Cover,
        "\
            (Cover Version); (Cover); (Nirvana Cover); (Cover of Nirvana); (X Tribute); (Coverversion); \
            (Metallica Cover); (Cover by X); (Covered by X); (カバー); (翻唱); (кавер); (Originally by X)",
    ),
    (
        Version::Mix,
        "\
            - 2019 Mix; (US Mix); (Dolby Atmos)",
    ),
];

#[test]
fn other_recordings_are_told_from_the_original() {
    let mut wrong = Vec::new();
    for (version, additions) in OTHERS {
        let is_other = |title: &String| versions(title) == [*version] && !is_song(title);
        wrong.extend(
            songs(additions)
                .filter(|title| !is_other(title))
                .map(|title| (version, versions(&title), title)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for title in [
        "Song—Live",
        "Song〜Live Ver.〜",
        "Song［Live］",
        "Song「Live」",
        "Song〔Live〕",
    ] {
        assert_eq!(versions(title), [Version::Live], "{title}");
    }
    assert_eq!(versions("Song (Live Acoustic)"), [Version::Live, Version::Acoustic]);
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
