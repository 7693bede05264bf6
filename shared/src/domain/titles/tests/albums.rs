//! Albums, their editions, and what they say of their tracks.

use super::*;

const EDITIONS: &str = "\
    Arrival [Super Deluxe]; Arrival - Deluxe; Arrival (40th Anniversary Edition); Arrival: Deluxe Edition; \
    Arrival (Édition Deluxe); Arrival (Jubiläumsedition); Arrival (Edición Especial); Arrival (Versión Deluxe); \
    Arrival (豪华版); Arrival (初回限定盤); Arrival (通常盤); Arrival (デラックス); \
    Arrival (デラックス・エディション); Arrival (Limited Edition); Arrival (Bonus Track Version); \
    Arrival (Expanded & Remastered); Arrival (Collector's Edition); Arrival (Repackage); \
    Arrival (Deluxe Version); Arrival (Édition collector); Arrival (Deluxe-Edition); Arrival (Mono); \
    Arrival (2011 Remaster); Arrival - EP; Arrival (Digital Edition); Arrival (Japan Version); \
    Arrival (International Version); Arrival (Special Edition); Arrival (Deluxe) [Remastered]; \
    Arrival (Edição Especial); Arrival (Edizione Speciale); Arrival (Luxusedition); Arrival (Speciale Editie); \
    Arrival (Делюкс); Arrival (Переиздание); Arrival (Extended Edition); Arrival (Platinum Edition); \
    Arrival (Complete Edition); Arrival (Legacy Edition); Arrival Deluxe Edition; Arrival (Deluxe Edition; \
    Arrival – Deluxe Edition; Arrival [Limited Edition]; Arrival (특별판); Arrival (리패키지); \
    Arrival (Version longue); Arrival (Original Motion Picture Soundtrack); Arrival (Remastered 2015); \
    Arrival (Deluxe Remastered Edition); Arrival (Tour Edition); Arrival (Deluxe Edition) [Explicit]; \
    Arrival (20 Jahre Edition); Arrival (Édition spéciale); Arrival (Edición Aniversario); \
    Arrival (Edição de Luxo); Arrival (Anniversary Edition) [2021 Remaster]; Arrival (Remastered Deluxe); \
    Arrival - Remastered; Arrival - Super Deluxe Edition; Arrival (디럭스); Arrival (豪華盤); Arrival (特別版); \
    Arrival: Expanded Edition; Arrival Special Edition; Arrival (with Bonus Tracks); Arrival (Bonus Edition); \
    Arrival - Single";

#[test]
fn editions_of_an_album_are_called_so_in_other_languages() {
    let is_arrival = |title: &str| album_key(title) == "arrival";
    assert_eq!(wrong(each(EDITIONS).map(ToOwned::to_owned), is_arrival), [""; 0]);
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
        assert_eq!(versions_of_album(title).iter().collect::<Vec<_>>(), expected, "{title}");
    }
}
