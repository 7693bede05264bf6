//! Placeholders: what stands where a name should, and is nobody.
//!
//! | where | nobody is |
//! |---|---|
//! | MusicBrainz, which has ids | the seven ids of its special artists, whatever they are called |
//! | Genius and titles, which have names only | those special artists' names, with brackets or without; words for *unknown*, *various* and *traditional* in the languages of music; `N/A` |
//! | titles only, where no page stands behind a word | whoever speaks (`me`, `self`), what is still open (`TBA`, `none`), the rest (`others`, `friends`) |
//!
//! A name that only holds such a word is one: *Unknown Mortal Orchestra*, *Self Esteem*, *TBA Quartet*.

use crate::domain::ids::MusicBrainzId;
use crate::domain::names::name_key;
use crate::domain::word_list::{Phrases, Words};

/// Various Artists, [anonymous], [data], [dialogue], [no artist], [traditional], [unknown].
const IDS: [MusicBrainzId; 7] = [
    MusicBrainzId::from_u128(0x89ad_4ac3_39f7_470e_963a_5650_9c54_6377),
    MusicBrainzId::from_u128(0xf731_ccc4_e22a_43af_a747_6421_3329_e088),
    MusicBrainzId::from_u128(0x33cf_029c_63b0_41a0_9855_be2a_3665_fb3b),
    MusicBrainzId::from_u128(0x314e_1c25_dde7_4e4d_b2f4_0a7b_9f7c_56dc),
    MusicBrainzId::from_u128(0xeec6_3d3c_3b81_4ad4_b1e4_7c14_7d4d_2b61),
    MusicBrainzId::from_u128(0x9be7_f096_97ec_4615_8957_8d40_b5dc_bc41),
    MusicBrainzId::from_u128(0x125e_c42a_7229_4250_afc5_e057_4843_27fe),
];

/// Keys of names.
const NAMES: Phrases = Phrases::of(
    "\
    various artists, various, various producers, various writers, artistes divers, artisti vari, varios, \
    varios artistas, verschiedene interpreten, diverse interpreten, разные исполнители, anonymous, anonimo, \
    anonyme, аноним, data, dialogue, no artist, traditional, trad, tradicional, traditionnel, traditionell, \
    tradizionale, народная, n a, not available, not applicable, desconocido, desconhecido, inconnu, \
    artiste inconnu, artista desconocido, artista desconhecido, sconosciuto, artista sconosciuto, unbekannt, \
    unbekannter interpret, onbekend, nieznany, okand, ukjent, ukendt, неизвестен, неизвестно, \
    неизвестный исполнитель, 不明, 未知, 佚名, 미상",
);
/// Behind `unknown`.
const TRADES: Words = Words::of("artist artists author composer lyricist producer producers songwriter writer writers");
/// Keys of what only a title calls somebody.
const IN_TITLES: Phrases = Phrases::of(
    "\
    me, myself, self, himself, herself, themselves, ourselves, yourself, selbst, moi meme, mi mismo, the artist, \
    tba, tbc, tbd, to be announced, to be confirmed, to be determined, na, none, nobody, no one, null, other, \
    others, and others, more, many more, friends, et al, etc, several, multiple, multiple producers, \
    many producers, studio, studios, by",
);

/// Whether `id` is one of them: where there is an id, it alone decides.
pub fn is_special(id: MusicBrainzId) -> bool {
    IDS.contains(&id)
}

/// Whether `name` is nobody's, brackets or not: for sources that have no such ids.
pub fn is_special_name(name: &str) -> bool {
    let key = name_key(name);
    let unknown = key.strip_prefix("unknown");
    NAMES.has(&key) || unknown.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') && TRADES.has(&rest[1..]))
}

/// Whether `name` is nobody's in a title.
pub fn is_nobody_in_a_title(name: &str) -> bool {
    // Capitals tell the abbreviation from Na, and `et al.` from Al.
    is_special_name(name) || IN_TITLES.has(&name_key(name)) && name != "Na" || matches!(name, "al" | "al.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known_by_id_and_by_name() {
        let id = |text| MusicBrainzId::parse(text).unwrap();
        for placeholder in [
            "89ad4ac3-39f7-470e-963a-56509c546377",
            "125ec42a-7229-4250-afc5-e057484327fe",
            "9be7f096-97ec-4615-8957-8d40b5dcbc41",
            "eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61",
            "314e1c25-dde7-4e4d-b2f4-0a7b9f7c56dc",
            "33cf029c-63b0-41a0-9855-be2a3665fb3b",
            "f731ccc4-e22a-43af-a747-64213329e088",
        ] {
            assert!(is_special(id(placeholder)), "{placeholder}");
        }
        assert!(!is_special(id("2f031686-3f01-4f33-a4fc-fb3944532efa")));
        let everywhere = "[Unknown]; Various Artists; VARIOUS; [traditional]; Trad.; N/A; n/a; Unknown Producer; Artistes \
            divers; Sconosciuto; Unbekannt; Неизвестен; 不明; (anonymous)";
        for name in everywhere.split("; ") {
            assert!(is_special_name(name) && is_nobody_in_a_title(name), "{name}");
        }
        for name in "T.B.A.; tbd; N.A.; NA; na; Self; Me; Nobody; None; Others; Friends; et al.".split("; ") {
            assert!(!is_special_name(name) && is_nobody_in_a_title(name), "{name}");
        }
        let somebody = "Unknown Mortal Orchestra; Self Esteem; Na; Nana; TBA Quartet; Me & My; The Various; Anonymous 4; \
            Unknown T; Traditional Fools; More Eaze; Others Unwell; Noone";
        for name in somebody.split("; ") {
            assert!(!is_special_name(name) && !is_nobody_in_a_title(name), "{name}");
        }
    }
}
