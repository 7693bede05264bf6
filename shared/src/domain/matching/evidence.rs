//! What speaks for a recording and against it, and how much.

/// A piece of evidence about whether a recording is the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The track's ISRC is one of the recording's.
    Code,
    /// Disc and track number are the same on the album's own release.
    Place,
    /// The titles have the same words.
    SameTitle,
    /// The titles' words are nearly the same.
    CloseTitle,
    /// The lengths agree.
    Length,
    /// Both say the same of the version.
    SameVersion,
    /// One of the track's artists is the recording's.
    Artist,
    /// The recording has codes, and the track's is none of them.
    OtherCode,
    /// It stands at another place of the release.
    OtherPlace,
    /// The titles have other words.
    OtherTitle,
    /// The lengths differ by more than they do between catalogues.
    OtherLength,
    /// The lengths differ by far.
    FarLength,
    /// Only one of the two says what is often left out.
    UnsaidVersion,
    /// Both are remixes (or live, …), each by somebody (or somewhere) else.
    OtherOfItsKind,
    /// One is a remix (instrumental, sped up, …), and the other is not.
    OtherVersion,
    /// Neither of the track's artists is the recording's.
    OtherArtist,
}

/// A recording is the track from this sum on.
pub const THRESHOLD: i32 = 60;

impl Evidence {
    /// All of it, what speaks for a recording first.
    pub const ALL: [Self; 16] = [
        Self::Code,
        Self::Place,
        Self::SameTitle,
        Self::CloseTitle,
        Self::Length,
        Self::SameVersion,
        Self::Artist,
        Self::OtherCode,
        Self::OtherPlace,
        Self::OtherTitle,
        Self::OtherLength,
        Self::FarLength,
        Self::UnsaidVersion,
        Self::OtherOfItsKind,
        Self::OtherVersion,
        Self::OtherArtist,
    ];

    /// In hundredths; below zero it speaks against the recording. The document on credits shows this table.
    pub fn weight(self) -> i32 {
        match self {
            Self::Code => 50,
            Self::Place | Self::SameTitle => 25,
            Self::CloseTitle => 18,
            Self::Length => 15,
            Self::SameVersion => 10,
            Self::Artist => 5,
            Self::OtherCode | Self::OtherPlace | Self::UnsaidVersion => -5,
            Self::OtherLength => -10,
            Self::OtherOfItsKind => -20,
            Self::OtherTitle => -40,
            Self::FarLength => -45,
            Self::OtherArtist => -50,
            Self::OtherVersion => -70,
        }
    }

    /// As the stored evidence has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "isrc",
            Self::Place => "place",
            Self::SameTitle => "title",
            Self::CloseTitle => "close_title",
            Self::Length => "length",
            Self::SameVersion => "version",
            Self::Artist => "artist",
            Self::OtherCode => "other_isrc",
            Self::OtherPlace => "other_place",
            Self::OtherTitle => "other_title",
            Self::OtherLength => "other_length",
            Self::FarLength => "far_length",
            Self::UnsaidVersion => "unsaid_version",
            Self::OtherOfItsKind => "other_of_its_kind",
            Self::OtherVersion => "other_version",
            Self::OtherArtist => "other_artist",
        }
    }
}
