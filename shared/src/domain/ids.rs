//! The ids by which the providers know things. A value of these types is well formed: it can stand in a URL.

use std::fmt;

use uuid::Uuid;

use crate::domain::names::narrow;

/// Spotify's id of an artist, an album or a track: letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpotifyId(String);

impl SpotifyId {
    /// Real ids have 22 characters; mirrors and older ones may differ, so only the alphabet is checked.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }

    /// As Spotify writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SpotifyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An MBID: a UUID, in lower case with hyphens when written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MusicBrainzId(Uuid);

impl MusicBrainzId {
    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text).ok().map(Self)
    }

    /// For ids that are written in the source.
    pub const fn from_u128(value: u128) -> Self {
        Self(Uuid::from_u128(value))
    }
}

impl fmt::Display for MusicBrainzId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The code of a recording, upper case and without hyphens: `GBAHS1400099`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Isrc(String);

impl Isrc {
    /// Takes the written forms too (`gb-ahs-14-00099`, `ISRC: GBAHS1400099`).
    pub fn parse(text: &str) -> Option<Self> {
        let written = characters_of(text).to_ascii_uppercase();
        // Codes of Iceland may begin like the prefix, which is told by the length.
        let code = match written.strip_prefix("ISRC") {
            Some(rest) if written.len() > 12 => rest.strip_prefix("CODE").unwrap_or(rest),
            _ => &written,
        };
        let (country, rest) = code.split_at_checked(2)?;
        let (registrant, number) = rest.split_at_checked(3)?;
        let fits = country.bytes().all(|b| b.is_ascii_alphabetic())
            && registrant.bytes().all(|b| b.is_ascii_alphanumeric())
            && number.len() == 7
            && number.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self(code.to_owned()))
    }

    /// Twelve characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Isrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A barcode (UPC or EAN). Two are equal whatever their leading zeros, which differ between catalogues.
#[derive(Debug, Clone)]
pub struct Barcode(String);

impl Barcode {
    /// Digits, whatever stands between them, and words for them in front (`UPC: …`, `EAN-13 …`, `Barcode (GTIN) …`).
    pub fn parse(text: &str) -> Option<Self> {
        // The longer ones first: the digits behind `ean` may begin with 13.
        const WORDS: [&str; 13] = [
            "barcode", "gtin12", "gtin13", "gtin14", "ean13", "ean8", "upca", "code", "gtin", "ean", "jan", "upc", "no",
        ];
        let written = characters_of(text).to_ascii_lowercase();
        let mut digits = written.as_str();
        while let Some(rest) = WORDS.iter().find_map(|word| digits.strip_prefix(word)) {
            digits = rest;
        }
        let barcode = Self(digits.to_owned());
        let fits = (1..=18).contains(&barcode.significant().len())
            && barcode.0.len() <= 32
            && barcode.0.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(barcode)
    }

    /// The digits as they were given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn significant(&self) -> &str {
        self.0.trim_start_matches('0')
    }
}

impl PartialEq for Barcode {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Barcode {}

/// The letters and digits of a code, of whatever width, without all that people and word processors put between and around
/// them: hyphens, spaces, full stops, brackets, what has no width.
fn characters_of(code: &str) -> String {
    code.chars().map(narrow).filter(|c| c.is_alphanumeric()).collect()
}

/// A Wikidata item: `Q42`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WikidataId(String);

impl WikidataId {
    /// `Q` and a number; one malformed id fails a whole request, so nothing else passes.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_prefix(['Q', 'q'])?;
        let fits =
            (1..=10).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
        fits.then(|| Self(format!("Q{number}")))
    }

    /// From the address of the item's page.
    pub fn from_url(url: &str) -> Option<Self> {
        let rest = url.trim().split_once("://")?.1;
        let (host, path) = rest.split_once('/')?;
        let path = path.split(['?', '#']).next()?.trim_end_matches('/');
        let is_wikidata = matches!(host, "www.wikidata.org" | "wikidata.org" | "m.wikidata.org");
        let id = path.rsplit('/').next()?;
        if is_wikidata { Self::parse(id) } else { None }
    }

    /// `Q42`
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WikidataId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_what_their_providers_write_and_nothing_else() {
        assert!(SpotifyId::parse("0sNOF9WDwhWunNAHPD3Baj").is_some());
        assert!(SpotifyId::parse("a/b").is_none());
        assert!(SpotifyId::parse("").is_none());
        let id = MusicBrainzId::parse("2F031686-3f01-4f33-a4fc-fb3944532efa");
        assert_eq!(id.unwrap().to_string(), "2f031686-3f01-4f33-a4fc-fb3944532efa");
        assert!(MusicBrainzId::parse("2f0316863f014f33a4fcfb3944532efa").is_none());
        assert_eq!(Isrc::parse("gb-ahs-14-00099").unwrap().as_str(), "GBAHS1400099");
        for bad in ["", "GBAHS140009", "GBAHS14000999", "1BAHS1400099", "GBAHS14000é9", "éé"] {
            assert!(Isrc::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Barcode::parse("0 602537-347 1").unwrap().as_str(), "06025373471");
        assert_eq!(Barcode::parse("06025373471"), Barcode::parse("6025373471"));
        for bad in ["", "000", "12a", "upc", "12345678901234567890123", "٠٦٠٢٥"] {
            assert!(Barcode::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn codes_are_read_however_they_are_written() {
        for text in [
            "GB\u{2010}AHS\u{2010}14\u{2010}00099",
            "GB\u{2011}AHS\u{2011}14\u{2011}00099",
            "GB–AHS–14–00099",
            "GB\u{2212}AHS\u{2212}14\u{2212}00099",
            "gb－ahs－14－00099",
            "\u{FEFF}GBAHS\u{200B}1400099\u{200E}",
            "GB\u{A0}AHS\u{202F}14\u{2009}00099",
            "GBAHS1400099\r\n",
            "ISRC GBAHS1400099",
            "ISRC: GB-AHS-14-00099",
            "isrc:gbahs1400099",
            "ISRC\u{A0}GBAHS1400099",
            "ISRC-GBAHS1400099",
            "\u{2066}ISRC GBAHS1400099\u{2069}",
            "ＧＢＡＨＳ１４０００９９",
            "(ISRC GB.AHS.14.00099)",
            "ISRC-Code: GB/AHS/14/00099;",
            "\"GB·AHS·14·00099\"",
        ] {
            assert_eq!(
                Isrc::parse(text).map(|isrc| isrc.to_string()).as_deref(),
                Some("GBAHS1400099"),
                "{text:?}"
            );
        }
        assert_eq!(Isrc::parse("ISRC11400099").unwrap().as_str(), "ISRC11400099");
        assert_eq!(Isrc::parse("ISRC ISRC11400099").unwrap().as_str(), "ISRC11400099");
        for bad in [
            "ISRC",
            "ISRC:",
            "ISRC GBAHS140009",
            "ISWC GBAHS1400099",
            "GBAHS1400099 / GBAHS1400100",
            "GBAHS14000.990",
            "GBAHS١400099",
        ] {
            assert_eq!(Isrc::parse(bad), None, "{bad}");
        }
        for text in [
            "0602537\u{2010}3471",
            "0\u{A0}602537\u{202F}3471",
            "\u{200B}06025373471\u{FEFF}",
            "UPC: 06025373471",
            "EAN-13: 06025373471",
            "ean 06025373471",
            "Barcode 0 6025 37347 1",
            "Barcode (EAN): 06025373471.",
            "GTIN-13 0.6025.37347.1",
            "UPC/EAN 06025373471",
            "upc code #06025373471",
            "０６０２５３７３４７１",
            "'06025373471",
        ] {
            assert_eq!(Barcode::parse(text), Barcode::parse("06025373471"), "{text:?}");
            assert_eq!(Barcode::parse(text).unwrap().as_str(), "06025373471", "{text:?}");
        }
    }

    #[test]
    fn a_wikidata_id_is_taken_from_its_page_only() {
        let id = |url| WikidataId::from_url(url).map(|id| id.to_string());
        assert_eq!(id("https://www.wikidata.org/wiki/Q152222").as_deref(), Some("Q152222"));
        assert_eq!(id("https://www.wikidata.org/entity/q7/#x").as_deref(), Some("Q7"));
        assert_eq!(id("https://www.wikidata.org/wiki/Property:P434"), None);
        assert_eq!(id("https://example.org/wiki/Q1"), None);
        assert_eq!(WikidataId::parse("Q0"), None);
        assert_eq!(WikidataId::parse("Q1|Q2"), None);
    }
}
