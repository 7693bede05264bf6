//! Words in brackets and after dashes that belong to the title.

use super::*;

const OWN_WORDS: &str = "\
    (Live Your Life); (Live It Up); (Live Forever); (Live to Tell); (Live and Let Die); (Where We Live); \
    (Hey Mr. Postman); (The Expedition); (A Lullaby); (A Tribute); (The Concert); (Diversion); \
    (The Way We Live); (Long Live); (Born to Live); (For You); (Because of You); (Para Ti); (Pour toi); \
    (Für dich); (By Your Side); (With Love); (with love); (Con Amor); (Mit Liebe); (Mit dir); (avec le temps); \
    (Com Você); (com você); (From Here); (From Now On); (From the Start); (Under Cover); (In the Mix); \
    (Turn It Up); (Slow Down); (Speed of Life); (Demolition); (A Cover Is Not the Book); (Part II); (Pt. 2); \
    (Take It Easy); (Take 5 Minutes); (Con Te Partirò); (z Tobą); (met jou); (med dig); (Feature Film); \
    (Featherweight); (Feat of Strength); (Product of You); (Produce); (In Your Version of Love); \
    (My Version of You); (Mr. Brightside); (Mister Sandman); (Live Like You Were Dying); (Learn to Live); \
    (We Live for Love); (Cover Me); (Cover Me Up); (Blow My Cover); \
    (Remind Me); (Fast Car); (Slow Dancing); (Speed Demon); (Piano Man); (Guitar Town); (Strings of Life); \
    (My Guitar Gently Weeps); (The Harp That Once); (Mix Tape); (Mixed Emotions); (Mixed Up); \
    (Edited Memories); (Instrument of Peace); (With or Without You); \
    (With a Little Help from My Friends); (without You); (con calma); (Con Mis Manos); (Avec Nous); \
    (Mit Dir allein); (Med Dej); (For Her); (For Whom the Bell Tolls); (For Piano Lovers); (Para Siempre); \
    (Pour Que Tu M'aimes); (Für Immer); (Per Sempre)";

#[test]
fn words_that_look_like_an_addition_are_the_titles_own() {
    let is_own = |title: &str| versions(title).is_empty() && !is_song(title);
    assert_eq!(wrong(songs(OWN_WORDS), is_own), [""; 0]);
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
fn whole_titles_are_no_additions() {
    const TITLES: &str = "\
        Mix Tape; The Edit; Demo; Demos; Live Forever; Cover Me; Remix; The Remix; Instrumental; Acoustic; Karaoke; Live; \
        Radio Edit; Extended; Piano; Slowed; Sped Up; Mashup; Unplugged; Session; Intro; Outro; Interlude; Reprise; \
        E-40; X-Ray; Mono; Stereo; Clean; Explicit; Version; Prod.; Feat.; With You; Con Te Partirò; Y La Bamba";
    let is_original = |title: &str| versions(title).is_empty() && !Title::read(title).same_song(&Title::read("Song"));
    assert_eq!(wrong(each(TITLES).map(ToOwned::to_owned), is_original), [""; 0]);
    for one in each(TITLES) {
        let same = each(TITLES).filter(|other| Title::read(one).same_song(&Title::read(other)));
        assert_eq!(same.collect::<Vec<_>>(), [one]);
    }
}
