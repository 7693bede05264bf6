//! How a version differs from the original recording.

/// How a version differs from the original recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Made anew by somebody from the original: a remix, an edit by a DJ, a mashup.
    Remix,
    /// Mixed anew from the same takes: `2019 Mix`, `Dolby Atmos Mix`.
    Mix,
    /// Before an audience.
    Live,
    /// Without the voice.
    Instrumental,
    /// Faster.
    SpedUp,
    /// Slower.
    Slowed,
    /// To sing to.
    Karaoke,
    /// With other instruments.
    Acoustic,
    /// A sketch of it.
    Demo,
    /// The voice alone.
    Acapella,
    /// Made again by the same artist: `(Taylor's Version)`.
    Rerecorded,
    /// Sung in another language, or its words translated: `(Spanish Version)`, `(Traducción al Español)`.
    OtherLanguage,
    /// Somebody else's song.
    Cover,
    /// Another one, which its own words tell: `(Drill Version)`, `(Alternate Take)`.
    Another,
}

impl Version {
    const ALL: [Self; 14] = [
        Self::Remix,
        Self::Mix,
        Self::Live,
        Self::Instrumental,
        Self::SpedUp,
        Self::Slowed,
        Self::Karaoke,
        Self::Acoustic,
        Self::Demo,
        Self::Acapella,
        Self::Rerecorded,
        Self::OtherLanguage,
        Self::Cover,
        Self::Another,
    ];

    /// Sites often don't say it of the same recording, so that saying it on one side only is no contradiction.
    pub fn is_often_left_out(self) -> bool {
        matches!(self, Self::Live | Self::OtherLanguage | Self::Mix)
    }
}

/// The kinds of version that something is of: `Live Acoustic` has two. None is the original.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions(u16);

impl Versions {
    /// Adds a kind.
    pub fn insert(&mut self, version: Version) {
        self.0 |= Self::from(version).0;
    }

    /// Without this kind.
    pub fn remove(&mut self, version: Version) {
        self.0 &= !Self::from(version).0;
    }

    /// Those of either.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that the other does not have.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it has this kind.
    pub fn has(self, version: Version) -> bool {
        self.0 & Self::from(version).0 != 0
    }

    /// The original.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Version> {
        Version::ALL.into_iter().filter(move |version| self.has(*version))
    }
}

impl From<Version> for Versions {
    fn from(version: Version) -> Self {
        Self(1 << version as u16)
    }
}

impl FromIterator<Version> for Versions {
    fn from_iter<I: IntoIterator<Item = Version>>(versions: I) -> Self {
        let mut set = Self::default();
        versions.into_iter().for_each(|version| set.insert(version));
        set
    }
}

impl std::fmt::Debug for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
