//! Which recording a track is: what speaks for each recording and against it is weighed, nothing decides by itself.

mod evidence;

use crate::domain::ids::Isrc;
use crate::domain::names::same_artist;
use crate::domain::titles::{Agreement, Title, Versions};

pub use evidence::{Evidence, THRESHOLD};

/// Lengths of one recording differ this much between catalogues, in milliseconds.
const LENGTH_TOLERANCE_MS: u64 = 5_000;
/// Up to here it may be silence or applause.
const FAR_MS: u64 = 15_000;

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
    /// The track's artists, and the album's where it has none of its own.
    pub artists: Vec<String>,
    /// What the album's title says of the version of all its tracks: *Demos*.
    pub of_album: Versions,
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
    /// Every name under which its artists are known; none where the answer did not tell.
    pub artists: Vec<String>,
    /// What the release's title says of the version; nothing apart from a release.
    pub of_album: Versions,
}

/// How a track was matched, for the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What the match rests on.
    pub by: Reason,
    /// The sum of the weights, at most 1.
    pub score: f64,
    /// What speaks for the recording.
    pub evidence_for: Vec<Evidence>,
    /// What speaks against it.
    pub evidence_against: Vec<Evidence>,
}

/// What a match rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The code is the recording's.
    Isrc,
    /// The place on the album, with title and length.
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

impl Match {
    /// A song of a site that knows titles and artists only.
    pub fn by_title(score: f64) -> Self {
        Self {
            by: Reason::Title,
            score,
            evidence_for: vec![Evidence::SameTitle, Evidence::SameVersion, Evidence::Artist],
            evidence_against: Vec::new(),
        }
    }
}

/// The recording that `track` is: the one for which most speaks, if that is enough; its index in `recordings`.
pub fn best_match(track: &TrackFacts, recordings: &[RecordingFacts]) -> Option<(usize, Match)> {
    let mut best: Option<(usize, Vec<Evidence>, i32)> = None;
    for (at, recording) in recordings.iter().enumerate() {
        // A match rests on the code or the place. Both are compared at once, titles and names are not: of a release with
        // five hundred tracks nearly every pair ends here.
        if code(track, recording) != Some(Evidence::Code) && place(track, recording) != Some(Evidence::Place) {
            continue;
        }
        let evidence = evidence(track, recording);
        let sum = evidence.iter().map(|piece| piece.weight()).sum();
        // The first of equals stays.
        if sum >= THRESHOLD && best.as_ref().is_none_or(|(_, _, most)| sum > *most) {
            best = Some((at, evidence, sum));
        }
    }
    let (at, evidence, sum) = best?;
    let by = if evidence.contains(&Evidence::Code) {
        Reason::Isrc
    } else {
        Reason::Position
    };
    let (evidence_for, evidence_against) = evidence.into_iter().partition(|piece| piece.weight() > 0);
    let matched = Match {
        by,
        score: f64::from(sum.min(100)) / 100.0,
        evidence_for,
        evidence_against,
    };
    Some((at, matched))
}

/// All that can be said; what one of the two does not state says nothing.
fn evidence(track: &TrackFacts, recording: &RecordingFacts) -> Vec<Evidence> {
    let pieces = [
        code(track, recording),
        place(track, recording),
        Some(title(track, recording)),
        length(track, recording),
        Some(version(track, recording)),
        artist(track, recording),
    ];
    pieces.into_iter().flatten().collect()
}

fn code(track: &TrackFacts, recording: &RecordingFacts) -> Option<Evidence> {
    let isrc = track.isrc.as_ref()?;
    if recording.isrcs.contains(isrc) {
        Some(Evidence::Code)
    } else {
        (!recording.isrcs.is_empty()).then_some(Evidence::OtherCode)
    }
}

fn place(track: &TrackFacts, recording: &RecordingFacts) -> Option<Evidence> {
    let same = track.position? == recording.position?;
    Some(if same { Evidence::Place } else { Evidence::OtherPlace })
}

fn title(track: &TrackFacts, recording: &RecordingFacts) -> Evidence {
    match track.title.closeness(&recording.title) {
        Some(close) if close >= 1.0 => Evidence::SameTitle,
        Some(_) => Evidence::CloseTitle,
        None => Evidence::OtherTitle,
    }
}

fn length(track: &TrackFacts, recording: &RecordingFacts) -> Option<Evidence> {
    let difference = track.length_ms?.abs_diff(recording.length_ms?);
    Some(if difference <= LENGTH_TOLERANCE_MS {
        Evidence::Length
    } else if difference <= FAR_MS {
        Evidence::OtherLength
    } else {
        Evidence::FarLength
    })
}

fn version(track: &TrackFacts, recording: &RecordingFacts) -> Evidence {
    match track
        .title
        .agreement(track.of_album, &recording.title, recording.of_album)
    {
        Agreement::Same => Evidence::SameVersion,
        Agreement::Unsaid => Evidence::UnsaidVersion,
        Agreement::OtherOfItsKind => Evidence::OtherOfItsKind,
        Agreement::Other => Evidence::OtherVersion,
    }
}

/// Names in two scripts can't be compared.
fn artist(track: &TrackFacts, recording: &RecordingFacts) -> Option<Evidence> {
    let pairs = || {
        let theirs = |ours| recording.artists.iter().map(move |theirs| (ours, theirs));
        track.artists.iter().flat_map(theirs)
    };
    if pairs().any(|(ours, theirs)| same_artist(ours, theirs)) {
        return Some(Evidence::Artist);
    }
    let is_latin = |name: &String| name.chars().any(|c| c.is_ascii_alphabetic());
    pairs()
        .any(|(ours, theirs)| is_latin(ours) == is_latin(theirs))
        .then_some(Evidence::OtherArtist)
}

#[cfg(test)]
mod tests;
