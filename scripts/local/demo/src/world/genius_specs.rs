//! How songs and artists of Genius are written down before they get ids.

use super::model::{GeniusArtist, GeniusIx, Song};

/// An artist's page to be built.
#[derive(Debug, Clone)]
pub struct PageSpec(pub(super) GeniusArtist);

impl PageSpec {
    /// A page that says nothing.
    pub fn new(name: &str) -> Self {
        Self(GeniusArtist {
            id: 0,
            name: name.to_owned(),
            alternate_names: Vec::new(),
            instagram_name: None,
            image_url: None,
            description: "?".to_owned(),
            sparse: false,
            gone: false,
        })
    }

    #[must_use]
    pub fn also(mut self, name: &str) -> Self {
        self.0.alternate_names.push(name.to_owned());
        self
    }

    /// The Instagram name, as somebody typed it.
    #[must_use]
    pub fn instagram(mut self, name: &str) -> Self {
        self.0.instagram_name = Some(name.to_owned());
        self
    }

    /// A picture of their own.
    #[must_use]
    pub fn image(mut self, url: &str) -> Self {
        self.0.image_url = Some(url.to_owned());
        self
    }

    #[must_use]
    pub fn description(mut self, words: &str) -> Self {
        words.clone_into(&mut self.0.description);
        self
    }

    /// Members are missing or null.
    #[must_use]
    pub fn sparse(mut self) -> Self {
        self.0.sparse = true;
        self
    }

    /// Genius answers 404 for the page, though songs still name the artist.
    #[must_use]
    pub fn gone(mut self) -> Self {
        self.0.gone = true;
        self
    }
}

/// A song to be built.
#[derive(Debug, Clone)]
pub struct SongSpec(pub(super) Song);

impl SongSpec {
    /// A song of these artists, the primary one first.
    pub fn new(title: &str, artists: &[GeniusIx]) -> Self {
        Self(Song {
            id: 0,
            title: title.to_owned(),
            artists: artists.to_vec(),
            producers: Vec::new(),
            writers: Vec::new(),
            performances: Vec::new(),
            views: 5_000,
            gone: false,
            sparse: false,
        })
    }

    #[must_use]
    pub fn produced_by(mut self, people: &[GeniusIx]) -> Self {
        self.0.producers.extend(people);
        self
    }

    #[must_use]
    pub fn written_by(mut self, people: &[GeniusIx]) -> Self {
        self.0.writers.extend(people);
        self
    }

    /// Adds a credit with a label of its own.
    #[must_use]
    pub fn performance(mut self, label: &'static str, people: &[GeniusIx]) -> Self {
        self.0.performances.push((label, people.to_vec()));
        self
    }

    /// Read by more people than most, so that searches name it first.
    #[must_use]
    pub fn famous(mut self) -> Self {
        self.0.views = 250_000;
        self
    }

    /// Deleted, but the search does not know it yet.
    #[must_use]
    pub fn gone(mut self) -> Self {
        self.0.gone = true;
        self
    }

    /// Members are missing or null.
    #[must_use]
    pub fn sparse(mut self) -> Self {
        self.0.sparse = true;
        self
    }
}
