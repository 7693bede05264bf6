//! Which songs of a site that knows only titles and artists a track can be.

use crate::domain::names::{credit_key, same_artist};
use crate::domain::titles::{Title, album_key};

/// A track, as far as such a site can tell it from others.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Read.
    pub title: &'a Title,
    /// Its artists' names.
    pub artists: &'a [String],
}

/// Whether a song of this title by these artists is the track's: the same words, the very same version, and one of the
/// track's artists. Nothing else tells it from a cover, a remix, or somebody's translation.
pub fn fits(wanted: &Wanted<'_>, title: &str, artists: &[&str]) -> bool {
    if !wanted.title.same_song(&Title::read(title)) {
        return false;
    }
    let together = credit_key(&wanted.artists.join(" & "));
    artists.iter().any(|theirs| {
        let one = wanted.artists.iter().any(|ours| same_artist(ours, theirs));
        one || !together.is_empty() && credit_key(theirs) == together
    })
}

/// How sure it is that a song which fits is the track's, 0..=1: an artist may have two songs of one title (`Intro`), and
/// then the album tells them apart.
pub fn score(album: &str, song_album: Option<&str>) -> f64 {
    match song_album {
        Some(song_album) if album_key(song_album) == album_key(album) => 1.0,
        _ => 0.9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits_velvet(track: &str, title: &str, artists: &[&str]) -> bool {
        let title_read = Title::read(track);
        let velvet = ["Velvet".to_owned(), "Kesha".to_owned()];
        let wanted = Wanted {
            title: &title_read,
            artists: &velvet,
        };
        fits(&wanted, title, artists)
    }

    #[test]
    fn title_version_and_artist_are_equal() {
        for (track, title, artist) in [
            ("Song (feat. Ke$ha)", "Song", "VELVET"),
            ("Song - 2011 Remaster", "song", "Velvet"),
            ("Song (prod. X)", "Song (Ft. Kesha)", "Ke$ha"),
            ("Song", "Song", "Velvet & Kesha"),
            ("Song - Live at Home", "Song (Live at Home)", "Velvet"),
        ] {
            assert!(fits_velvet(track, title, &[artist]), "{track} / {title} / {artist}");
        }
        for (track, title, artist) in [
            ("Song", "Song (Traducción al Español)", "Genius Traducciones al Español"),
            ("Song", "Song (Traducción al Español)", "Velvet"),
            ("Song", "Song", "Somebody"),
            ("Song", "Song (Remix)", "Velvet"),
            ("Song", "Song (Live)", "Velvet"),
            ("Song - Live", "Song", "Velvet"),
            ("Song - Live", "Song (Live at Home)", "Velvet"),
            ("Song (X Remix)", "Song (Y Remix)", "Velvet"),
            ("Song", "Songs", "Velvet"),
            ("Song", "Song", ""),
        ] {
            assert!(!fits_velvet(track, title, &[artist]), "{track} / {title} / {artist}");
        }
        assert!(fits_velvet("Song", "Song", &["Somebody", "Velvet"]));
    }

    #[test]
    fn artists_are_recognised_in_what_sites_make_of_their_names() {
        for (ours, theirs) in [
            (&["Psychonaut"][..], "Psychonaut (BE)"),
            (&["IU"], "IU (아이유)"),
            (&["아이유"], "IU (아이유)"),
            (&["Smashing Pumpkins"], "The Smashing Pumpkins"),
            (&["The Smashing Pumpkins"], "Smashing Pumpkins"),
            (&["A", "B", "C"], "A, B & C"),
            (&["A", "B"], "A x B"),
            (&["Έλενα"], "ΕΛΕΝΑ"),
        ] {
            let artists: Vec<String> = ours.iter().map(ToString::to_string).collect();
            let title = Title::read("F**k You (feat.Ado)");
            let wanted = Wanted {
                title: &title,
                artists: &artists,
            };
            assert!(fits(&wanted, "Fuck You", &[theirs]), "{theirs}");
            assert!(!fits(&wanted, "Fuck You", &["Somebody Else"]), "{theirs}");
        }
    }

    #[test]
    fn the_album_makes_it_sure() {
        let near = |score: f64, expected: f64| (score - expected).abs() < 1e-9;
        assert!(near(score("Album (Deluxe)", Some("ALBUM")), 1.0));
        assert!(near(score("Album", Some("Best of")), 0.9) && near(score("Album", None), 0.9));
    }
}
