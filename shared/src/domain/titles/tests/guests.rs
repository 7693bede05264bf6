//! Guests and credits make no other version.

use super::*;

const GUESTS: &str = "\
    (with Little Mix); (feat. Demo Taped); (feat. Session Victim); (ft. Live); [prod. DJ Remix]; \
    (Prod. by The Instrumentals); (feat.Ado); (ft.Acoustic Alchemy); (prod.X); feat.Demo Taped; (feat：X); \
    ［feat. X］; 〔feat. X〕; <feat. X>; 【feat. X】; 「feat. X」; (con Ozuna); (avec Angèle); (mit Nena); \
    (com Anitta); (med Veronica Maggio); (vs. Remix Kings); (with The Weeknd); (With Selena Gomez); \
    (w/ Demo Queen); (part. Anitta); (duet with Live Oak); (Exec-produced by X); (coprod. X); \
    (Producido por X); (feat Demo Taped); (ft Demo Taped); [feat. Live]; (featuring Remix Kings); \
    (avec Live Band); (con Los Demos); (con Los Ángeles Azules); (con La Mala); (avec Les Enfoirés); \
    (mit Die Fantastischen Vier); (mit Den Toten Hosen); (com Os Paralamas); (WITH LITTLE MIX); \
    (junto a Tainy); (при участии Земфиры); (совместно с Земфирой); (с участием Земфиры); (amb Rosalía); \
    (cu Inna); (피처링 지코); (피쳐링 지코); (Ｆｅａｔ． Ado); （ｆｅａｔ．Ado）; (FEAT. X); (Ft X); (f/ X); \
    (feat: X); (Part. Anitta); (participação Anitta); (participação de Anitta); (Part. Esp. Anitta); \
    (partic. Anitta); (en duo avec X); (insieme a Mina); (gościnnie Dawid); (gośc. Dawid); 《feat. X》; \
    『feat. X』; {feat. X}; - feat. X; ft X; feat X; (vs Remix Kings); (vs. Live); (with Live & Demo); \
    (feat. Dub Pistols); (feat. Cover Drive); (feat. The Acoustics) - Radio Edit; (with Demi Lovato); \
    (starring Demo Taped); (feat. Acoustic Alchemy & Live); (feat. Sessions); (ft. Karaoke Kings); \
    (featuring The Remixers); (with Nightcore Kid); (w/Slowed Sam); (feat. Mix Master Mike); (con Karol G); \
    (con Los Temerarios y Bronco); (avec Stromae); (mit Herbert Grönemeyer); (med Håkan Hellström); \
    (com Marisa Monte); (met Typhoon); (z Dawidem Podsiadło); (feat. Cover Girls); [with Edit]; \
    (prod. Acoustic Andy); (Produced by The Session); (mixed by Live Wire); (written by X); (arranged by X); \
    (vs. The Edit); - feat. Dub FX; 【feat. 初音ミク】; (feat. 初音ミク); (feat. 아이유)";

#[test]
fn guests_make_no_other_version() {
    let is_same = |title: &str| versions(title).is_empty() && is_song(title);
    assert_eq!(wrong(songs(GUESTS), is_same), [""; 0]);
}

#[test]
fn who_sings_on_it_is_a_guest_in_any_spelling() {
    let artists = ["Velvet".to_owned(), "Rosalía".to_owned(), "Wings".to_owned()];
    for title in ["Song (Con Rosalia)", "Song (With Wings)", "Song (With Wings & Velvet)"] {
        assert!(Title::of(title, &artists).same_song(&Title::read("Song")), "{title}");
        assert!(!is_song(title) || title.contains('&'), "{title}");
    }
}
