//! Other forms of one recording.

use super::*;

const SAME: &str = "\
    - Remastered 2011; (2009 Remaster); - Radio Edit; (Single Version); - Album Version; (Original Mix); \
    - Mono; (Bonus Track); [Explicit]; (feat. X) [prod. Y]; (co-prod. Y); (exec. prod. Y); (w/ X); prod. Y; \
    ft. X prod. by Y; (Single Ver.); (Short Ver.); -TV Size-; (TV Edit); (Clean Version); (Clean Edit); \
    (Explicit Album Version); - Short Edit; (Extended Version); (Extended Mix); - Extended; (7\" Edit); \
    (12\" Version); (LP Version); (Radio Mix); (Main Version); (Full Length Version); (Official Video); \
    (Mixed); (Edit); — 2011 Remaster; (Remasterizado 2009); 〈2020 Remaster〉; -Single Ver.-; \
    (Remastered Version); (Versión Remasterizada); (remastérisé); (Remasterisé 2011); (Album-Version); \
    (Albumversion); (Radio-Edit); (Radioversion); (Single-Version); (Singleversion); (Versión de radio); \
    (Versión radio); (Versão Rádio); (Radio Versie); (Versione radio); (TV Ver.); (Album ver.); \
    (アルバムバージョン); (TVサイズ); (TVバージョン); (专辑版); (单曲版); (電視版); (Lyric Video); \
    (Official Audio); (Kurzversion); (Versión corta); (Version courte); (Version longue); (Langversion); \
    (Versión extendida); (Versión original); (Version originale); (Originalversion); (Original Version); \
    (Clean); (Explicit); (Edited Version); (Versión explícita); (Bonus); (Titre bonus); (Pista adicional); \
    (ボーナストラック); - 2009 Digital Remaster; - Digitally Remastered; (Remaster 2020); (24-Bit Remaster); \
    (24bit Digitally Remastered); (Mono Version); - Mono / 2009 Remaster; (12'' Mix); (7'' Version); (7”); \
    - 7 Inch Version; (Video Version); (Movie Version); (Film Version); (Soundtrack Version); (Full Version); \
    (Long Version); (LP Mix); (Airplay Mix); (Radio Version); (Radio Cut); (Short Cut); (Original Radio Edit); \
    (Rádio Edit); (Ｒａｄｉｏ Ｅｄｉｔ); (2012 Remastered Version); (Remastered 2009 Version); (Radioedit); \
    (Albummix); (Official Lyric Video); (Official Music Video); (Visualizer); (Studio Version); \
    (Standard Version); (Uncut); (Dirty); (Dirty Version); (Censored); (Uncensored Version); (Promo Edit); \
    (CD Version); (Vinyl Version); (Original Album Version); (Versión álbum); (Versión single); \
    (Version album); (Version single); (Versione album); (Versão do álbum); (Wersja albumowa); (Radio versio); \
    (Long Edit); (TV Mix); (完整版); (シングルバージョン); (앨범 버전); (Hi-Res Remaster); \
    (50th Anniversary Remaster); (2023 Stereo Remaster); - Single; - Bonus Track; - From the Vault; \
    - 1999 Remaster / Mono; (Album Edit)";

#[test]
fn other_forms_of_one_recording_are_the_same_song() {
    let is_same = |title: &str| versions(title).is_empty() && is_song(title);
    assert_eq!(wrong(songs(SAME), is_same), [""; 0]);
    for title in ["Song (Spanish Eyes)", "Song (Interlude)"] {
        assert!(!is_song(title), "{title}");
    }
    assert!(!Title::read("").same_song(&Title::read("")));
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
            one.agreement(Versions::default(), &other, Versions::default()),
            Agreement::Same,
            "{title} / {comment}: {one:?} {other:?}"
        );
    }
    let (one, other) = (Title::read("Song (X Remix)"), Title::with_comment("Song", "Y remix"));
    assert_eq!(
        one.agreement(Versions::default(), &other, Versions::default()),
        Agreement::OtherOfItsKind
    );
}

fn close(one: &str, other: &str) -> bool {
    Title::read(one).closeness(&Title::read(other)).is_some()
}
