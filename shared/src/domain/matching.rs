//! Which recording a track is.

use crate::domain::ids::Isrc;
use crate::domain::titles::Title;

/// Lengths of one recording differ this much between catalogues, in milliseconds.
const LENGTH_TOLERANCE_MS: u64 = 5_000;

/// A track of Spotify, as far as it tells one recording from another.
#[derive(Debug, Clone)]
pub struct TrackFacts {
    /// Read.
    pub title: Title,
    /// Where the catalogue has it.
    pub isrc: Option<Isrc>,
    /// Disc and track number, from 1.
    pub position: Option<(u32, u32)>,
    /// Milliseconds.
    pub length_ms: Option<u64>,
}

/// A recording of MusicBrainz, likewise; `position` is the one on the release at hand.
#[derive(Debug, Clone)]
pub struct RecordingFacts {
    /// Read, with its comment.
    pub title: Title,
    /// All that it has.
    pub isrcs: Vec<Isrc>,
    /// Medium and track number, from 1; `None` apart from a release.
    pub position: Option<(u32, u32)>,
    /// Milliseconds.
    pub length_ms: Option<u64>,
}

/// How a track was matched, for the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What the match rests on.
    pub by: Reason,
    /// How well title and length agree, 0..=1.
    pub score: f64,
}

/// What a match rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The code is the recording's.
    Isrc,
    /// Disc, track number, title and length agree.
    Position,
    /// Title, version and artist are equal.
    Title,
}

impl Reason {
    /// As the evidence has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Isrc => "isrc",
            Self::Position => "position",
            Self::Title => "title",
        }
    }
}

/// The recording that `track` is: by its ISRC first, else by its place with a close title and length. Of several the
/// best; its index in `recordings`.
pub fn best_match(track: &TrackFacts, recordings: &[RecordingFacts]) -> Option<(usize, Match)> {
    best_by(track, recordings, matches_isrc, Reason::Isrc)
        .or_else(|| best_by(track, recordings, matches_position, Reason::Position))
}

fn best_by(
    track: &TrackFacts,
    recordings: &[RecordingFacts],
    score: fn(&TrackFacts, &RecordingFacts) -> Option<f64>,
    by: Reason,
) -> Option<(usize, Match)> {
    let mut best: Option<(usize, Match)> = None;
    for (at, recording) in recordings.iter().enumerate() {
        let Some(score) = score(track, recording) else {
            continue;
        };
        // The first of equals stays.
        if best.as_ref().is_none_or(|(_, best)| score > best.score) {
            best = Some((at, Match { by, score }));
        }
    }
    best
}

/// The code decides; title, place and length only choose among several recordings that carry it. A remix that carries
/// the original's code by mistake is not the original.
fn matches_isrc(track: &TrackFacts, recording: &RecordingFacts) -> Option<f64> {
    let isrc = track.isrc.as_ref()?;
    if !recording.isrcs.contains(isrc) || !track.title.same_version(&recording.title) {
        return None;
    }
    let title = track.title.closeness(&recording.title).unwrap_or(0.0);
    let length = match length_difference(track, recording) {
        Some(difference) if difference <= LENGTH_TOLERANCE_MS => 1.0,
        Some(_) => 0.0,
        None => 0.5,
    };
    let version = f64::from(u8::from(track.title.versions() == recording.title.versions()));
    let place = f64::from(u8::from(
        track.position.is_some() && track.position == recording.position,
    ));
    Some(0.6 + 0.15 * title + 0.1 * length + 0.1 * version + 0.05 * place)
}

fn matches_position(track: &TrackFacts, recording: &RecordingFacts) -> Option<f64> {
    let here = track.position.is_some() && track.position == recording.position;
    if !here || !track.title.same_version(&recording.title) {
        return None;
    }
    let title = track.title.closeness(&recording.title)?;
    match length_difference(track, recording) {
        Some(difference) if difference <= LENGTH_TOLERANCE_MS => Some(title),
        Some(_) => None,
        // Not stated by one of the two: the title has to be the same.
        None => (title >= 1.0).then_some(0.9),
    }
}

fn length_difference(track: &TrackFacts, recording: &RecordingFacts) -> Option<u64> {
    Some(track.length_ms?.abs_diff(recording.length_ms?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(title: &str, isrc: Option<&str>) -> TrackFacts {
        TrackFacts {
            title: Title::read(title),
            isrc: isrc.and_then(Isrc::parse),
            position: Some((1, 3)),
            length_ms: Some(200_000),
        }
    }

    fn recording(
        title: &str,
        comment: &str,
        isrc: Option<&str>,
        position: (u32, u32),
        length_ms: u64,
    ) -> RecordingFacts {
        RecordingFacts {
            title: Title::with_comment(title, comment),
            isrcs: isrc.and_then(Isrc::parse).into_iter().collect(),
            position: Some(position),
            length_ms: Some(length_ms),
        }
    }

    const CODE: Option<&str> = Some("GBAHS1400099");

    #[test]
    fn the_code_counts_more_than_the_place() {
        let recordings = [
            recording("Song", "", None, (1, 3), 200_000),
            recording("Song", "", CODE, (1, 4), 203_000),
        ];
        let (at, matched) = best_match(&track("Song", CODE), &recordings).unwrap();
        assert_eq!((at, matched.by), (1, Reason::Isrc));
    }

    #[test]
    fn of_several_with_the_code_the_same_version_is_taken() {
        let recordings = [
            recording("Song", "club remix", CODE, (1, 3), 200_000),
            recording("Song", "", CODE, (2, 1), 201_000),
        ];
        assert_eq!(best_match(&track("Song", CODE), &recordings).unwrap().0, 1);
        assert_eq!(best_match(&track("Song", CODE), &recordings[..1]), None);
        let live = [
            recording("Song", "", CODE, (1, 1), 200_000),
            recording("Song", "live, 1990", CODE, (1, 2), 200_000),
        ];
        assert_eq!(best_match(&track("Song - Live", CODE), &live).unwrap().0, 1);
    }

    #[test]
    fn a_place_needs_title_version_and_length() {
        let at_its_place =
            |title: &str, length| best_match(&track("Song", None), &[recording(title, "", None, (1, 3), length)]);
        assert_eq!(at_its_place("Song", 204_000).unwrap().1.by, Reason::Position);
        assert_eq!(at_its_place("Song", 206_000), None);
        assert_eq!(at_its_place("Other", 200_000), None);
        assert_eq!(at_its_place("Song (Remix)", 200_000), None);
        let elsewhere = [recording("Song", "", None, (2, 3), 200_000)];
        assert_eq!(best_match(&track("Song", None), &elsewhere), None);
    }

    #[test]
    fn what_was_made_anew_is_not_the_original() {
        for version in [
            "Song (Remix)",
            "Song - Instrumental",
            "Song - Sped Up",
            "Song (Slowed + Reverb)",
            "Song (Karaoke Version)",
            "Song (Velvet's Version)",
            "Song - Demo",
            "Song (Acoustic)",
        ] {
            for recording in [
                recording(version, "", CODE, (1, 3), 200_000),
                recording(version, "", None, (1, 3), 200_000),
            ] {
                assert_eq!(
                    best_match(&track("Song", CODE), std::slice::from_ref(&recording)),
                    None,
                    "{version}"
                );
                assert!(best_match(&track(version, CODE), &[recording]).is_some(), "{version}");
            }
        }
        for edition in [
            "Song - 2011 Remaster",
            "Song (Radio Edit)",
            "Song (Album Version)",
            "Song [Explicit]",
        ] {
            let original = recording("Song", "", None, (1, 3), 200_000);
            let (_, matched) = best_match(&track(edition, None), &[original]).unwrap();
            assert!((matched.score - 1.0).abs() < 1e-9, "{edition}");
        }
    }

    #[test]
    fn without_a_length_the_title_must_be_the_same() {
        let mut unknown = recording("Song", "", None, (1, 3), 0);
        unknown.length_ms = None;
        assert!(best_match(&track("Song", None), std::slice::from_ref(&unknown)).is_some());
        assert!(best_match(&track("Songs of the year", None), &[unknown]).is_none());
    }
}
