//! MusicBrainz' placeholders. They are nobody and never become producers.

use crate::domain::ids::MusicBrainzId;
use crate::domain::names::name_key;

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

const NAMES: [&str; 10] = [
    "various artists",
    "anonymous",
    "data",
    "dialogue",
    "no artist",
    "traditional",
    "unknown",
    // Pages of Genius.
    "unknown artist",
    "unknown producer",
    "unknown writer",
];

/// Whether `id` is one of them: where there is an id, it alone decides.
pub fn is_special(id: MusicBrainzId) -> bool {
    IDS.contains(&id)
}

/// Whether `name` is one of theirs, brackets or not: for sources that have no such ids.
pub fn is_special_name(name: &str) -> bool {
    NAMES.contains(&name_key(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known_by_id_and_by_name() {
        let id = |text| MusicBrainzId::parse(text).unwrap();
        assert!(is_special(id("89ad4ac3-39f7-470e-963a-56509c546377")));
        assert!(is_special(id("125ec42a-7229-4250-afc5-e057484327fe")));
        assert!(is_special(id("9be7f096-97ec-4615-8957-8d40b5dcbc41")));
        assert!(is_special(id("eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61")));
        assert!(is_special(id("314e1c25-dde7-4e4d-b2f4-0a7b9f7c56dc")));
        assert!(is_special(id("33cf029c-63b0-41a0-9855-be2a3665fb3b")));
        assert!(is_special(id("f731ccc4-e22a-43af-a747-64213329e088")));
        assert!(!is_special(id("2f031686-3f01-4f33-a4fc-fb3944532efa")));
        assert!(is_special_name("[Unknown]") && is_special_name("Various Artists"));
        assert!(!is_special_name("Unknown Mortal Orchestra"));
    }
}
