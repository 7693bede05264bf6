//! Which search hit is the release of an album.

use crate::domain::ids::Barcode;
use crate::domain::names::{credit_key, same_artist};
use crate::domain::titles::album_key;

/// An album of the catalogue.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// As Spotify spells it.
    pub title: &'a str,
    /// Its artists.
    pub artists: &'a [String],
    /// How many tracks it has.
    pub tracks: usize,
    /// Where it has one.
    pub barcode: Option<Barcode>,
    /// ISO date, or the beginning of one.
    pub date: Option<&'a str>,
}

/// A search hit.
#[derive(Debug, Clone)]
pub struct Hit {
    /// As MusicBrainz spells it.
    pub title: String,
    /// Everybody in its artist credit, by both names, and the credit as a whole.
    pub artists: Vec<String>,
    /// Over all media.
    pub tracks: Option<u64>,
    /// Where it has one.
    pub barcode: Option<Barcode>,
    /// ISO date, or the beginning of one.
    pub date: Option<String>,
    /// `Official`, as opposed to a bootleg.
    pub official: bool,
}

/// The index of the hit whose artist, title and number of tracks fit; of several the one with the same barcode, then an
/// official one, then the same date, then the first.
pub fn choose(wanted: &Wanted<'_>, hits: &[Hit]) -> Option<usize> {
    let fits: Vec<usize> = (0..hits.len()).filter(|at| fits(wanted, &hits[*at])).collect();
    let rank = |at: usize| {
        let hit = &hits[at];
        let same_barcode = wanted.barcode.is_some() && wanted.barcode == hit.barcode;
        let same_date = wanted.date.is_some() && wanted.date == hit.date.as_deref();
        (same_barcode, hit.official, same_date)
    };
    // The first of equals: `max_by_key` would take the last.
    fits.into_iter().rev().max_by_key(|at| rank(*at))
}

fn fits(wanted: &Wanted<'_>, hit: &Hit) -> bool {
    let same_artist = || {
        let together = credit_key(&wanted.artists.join(" & "));
        hit.artists.iter().any(|theirs| {
            let one = wanted.artists.iter().any(|ours| same_artist(ours, theirs));
            one || !together.is_empty() && credit_key(theirs) == together
        })
    };
    let same_count = hit
        .tracks
        .is_none_or(|tracks| usize::try_from(tracks) == Ok(wanted.tracks));
    same_count && album_key(wanted.title) == album_key(&hit.title) && same_artist()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(title: &str, artist: &str, tracks: u64) -> Hit {
        Hit {
            title: title.to_owned(),
            artists: vec![artist.to_owned()],
            tracks: Some(tracks),
            barcode: None,
            date: None,
            official: true,
        }
    }

    #[test]
    fn artist_title_and_count_must_fit() {
        let artists = ["ABBA".to_owned()];
        let wanted = Wanted {
            title: "Arrival (Deluxe)",
            artists: &artists,
            tracks: 10,
            barcode: None,
            date: Some("1976-10-11"),
        };
        let mut hits = vec![
            hit("Arrival", "Abba", 12),
            hit("Arrival", "Somebody", 10),
            hit("Departure", "ABBA", 10),
        ];
        assert_eq!(choose(&wanted, &hits), None);
        hits.push(hit("ARRIVAL", "Abba", 10));
        hits.push(hit("ARRIVAL", "Abba", 10));
        assert_eq!(choose(&wanted, &hits), Some(3));
        hits[4].date = Some("1976-10-11".to_owned());
        assert_eq!(choose(&wanted, &hits), Some(4));
        hits[4].official = false;
        assert_eq!(choose(&wanted, &hits), Some(3));
    }

    #[test]
    fn the_same_barcode_comes_first() {
        let artists = ["A".to_owned(), "B".to_owned()];
        let wanted = Wanted {
            title: "T",
            artists: &artists,
            tracks: 1,
            barcode: Barcode::parse("0123"),
            date: None,
        };
        let mut hits = vec![hit("T", "A and B", 1), hit("T", "B", 1)];
        hits[1].barcode = Barcode::parse("123");
        assert_eq!(choose(&wanted, &hits), Some(1));
    }
}
