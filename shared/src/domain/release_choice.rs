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

/// How many tracks a release has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackCount {
    /// On discs that are heard.
    pub audio: u64,
    /// On all discs, those with pictures (DVD, Blu-ray) included.
    pub all: u64,
    /// Discs that are heard. Each may have a pregap (something before its first track), which search hits count.
    pub discs: u64,
}

impl TrackCount {
    fn is(self, tracks: usize) -> bool {
        [self.audio, self.all]
            .iter()
            .any(|count| usize::try_from(*count) == Ok(tracks))
    }

    /// Whether pregaps can be the difference.
    fn may_be(self, tracks: usize) -> bool {
        let tracks = u64::try_from(tracks).unwrap_or(u64::MAX);
        (tracks..=tracks.saturating_add(self.discs)).contains(&self.audio)
    }
}

/// The hit that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its index.
    pub at: usize,
    /// Its number of tracks fits only if it has pregaps, which the release itself has to show.
    pub unless_pregaps: bool,
}

/// A search hit.
#[derive(Debug, Clone)]
pub struct Hit {
    /// As MusicBrainz spells it.
    pub title: String,
    /// Everybody in its artist credit, by both names, and the credit as a whole.
    pub artists: Vec<String>,
    /// `None`: the hit does not tell.
    pub tracks: Option<TrackCount>,
    /// Where it has one.
    pub barcode: Option<Barcode>,
    /// ISO date, or the beginning of one.
    pub date: Option<String>,
    /// `Official`, as opposed to a bootleg.
    pub official: bool,
}

/// The hit whose artist, title and number of tracks fit; of several the one with the same barcode, then one whose number
/// is the same without a doubt, then an official one, then the same date, then the first.
pub fn choose(wanted: &Wanted<'_>, hits: &[Hit]) -> Option<Choice> {
    let fits: Vec<usize> = (0..hits.len()).filter(|at| fits(wanted, &hits[*at])).collect();
    let rank = |at: usize| {
        let hit = &hits[at];
        let same_barcode = wanted.barcode.is_some() && wanted.barcode == hit.barcode;
        let same_date = wanted.date.is_some() && wanted.date == hit.date.as_deref();
        (same_barcode, is_same_count(wanted, hit), hit.official, same_date)
    };
    // The first of equals: `max_by_key` would take the last.
    let at = fits.into_iter().rev().max_by_key(|at| rank(*at))?;
    Some(Choice {
        at,
        unless_pregaps: !is_same_count(wanted, &hits[at]),
    })
}

fn fits(wanted: &Wanted<'_>, hit: &Hit) -> bool {
    let same_artist = || {
        let together = credit_key(&wanted.artists.join(" & "));
        hit.artists.iter().any(|theirs| {
            let one = wanted.artists.iter().any(|ours| same_artist(ours, theirs));
            one || !together.is_empty() && credit_key(theirs) == together
        })
    };
    let count_fits = hit
        .tracks
        .is_none_or(|count| count.is(wanted.tracks) || count.may_be(wanted.tracks));
    count_fits && album_key(wanted.title) == album_key(&hit.title) && same_artist()
}

fn is_same_count(wanted: &Wanted<'_>, hit: &Hit) -> bool {
    hit.tracks.is_none_or(|count| count.is(wanted.tracks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(title: &str, artist: &str, tracks: u64) -> Hit {
        Hit {
            title: title.to_owned(),
            artists: vec![artist.to_owned()],
            tracks: Some(TrackCount {
                audio: tracks,
                all: tracks,
                discs: 1,
            }),
            barcode: None,
            date: None,
            official: true,
        }
    }

    fn chosen(wanted: &Wanted<'_>, hits: &[Hit]) -> Option<usize> {
        choose(wanted, hits).map(|choice| choice.at)
    }

    #[test]
    fn discs_with_pictures_and_pregaps_do_not_break_the_count() {
        let artists = ["The Velvet".to_owned()];
        let wanted = |tracks| Wanted {
            title: "T",
            artists: &artists,
            tracks,
            barcode: None,
            date: None,
        };
        let with = |audio, all, discs| Hit {
            tracks: Some(TrackCount { audio, all, discs }),
            ..hit("T", "Velvet", 0)
        };
        let sure = |at| {
            Some(Choice {
                at,
                unless_pregaps: false,
            })
        };
        let unsure = |at| {
            Some(Choice {
                at,
                unless_pregaps: true,
            })
        };
        // A DVD of twelve beside ten tracks; whoever counts all has the release, too.
        assert_eq!(choose(&wanted(10), &[with(10, 22, 1)]), sure(0));
        assert_eq!(choose(&wanted(22), &[with(10, 22, 1)]), sure(0));
        // A pregap on each of two discs, and one track more than that.
        assert_eq!(choose(&wanted(20), &[with(22, 22, 2)]), unsure(0));
        assert_eq!(choose(&wanted(20), &[with(23, 23, 2)]), None);
        assert_eq!(choose(&wanted(20), &[with(19, 19, 2)]), None);
        assert_eq!(choose(&wanted(20), &[with(21, 21, 2), with(20, 20, 2)]), sure(1));
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
            hit("Arrival", "Abba", 13),
            hit("Arrival", "Somebody", 10),
            hit("Departure", "ABBA", 10),
        ];
        assert_eq!(choose(&wanted, &hits), None);
        hits.push(hit("ARRIVAL", "Abba", 10));
        hits.push(hit("ARRIVAL", "Abba", 10));
        assert_eq!(chosen(&wanted, &hits), Some(3));
        hits[4].date = Some("1976-10-11".to_owned());
        assert_eq!(chosen(&wanted, &hits), Some(4));
        hits[4].official = false;
        assert_eq!(chosen(&wanted, &hits), Some(3));
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
        assert_eq!(chosen(&wanted, &hits), Some(1));
    }
}
