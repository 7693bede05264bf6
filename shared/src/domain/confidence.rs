//! How much a kind of evidence weighs: the one table of it.

/// What a credit rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// A relation of the very recording in MusicBrainz: edited by people, open to correction, and about this recording.
    /// Not 1, since a track may have been matched to a wrong recording, and people err.
    RecordingRelation,
    /// A relation of the work that the recording performs. Who wrote it is the same for every recording of it.
    WorkRelation,
    /// A relation of the whole release: true of most of its recordings, not of each.
    ReleaseRelation,
    /// A song's people at Genius: edited by people as at MusicBrainz, and artists confirm some of it. But the song was
    /// found by its title and artist, which a code or a place on an album would tell better, and its people have no
    /// MusicBrainz id: a name leads to somebody else more easily.
    GeniusSong,
    /// `(prod. X)` in the title: stated by the label or the artist, but a name without an id, read by a parser.
    Title,
}

impl Basis {
    /// 0..=1
    pub fn confidence(self) -> f64 {
        match self {
            Self::RecordingRelation | Self::WorkRelation => 0.95,
            Self::GeniusSong => 0.8,
            Self::ReleaseRelation => 0.7,
            Self::Title => 0.6,
        }
    }
}
