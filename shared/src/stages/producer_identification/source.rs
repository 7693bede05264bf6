//! What a source of credits is. `docs/adding-a-source.md` shows how to add one.

use futures::future::LocalBoxFuture;

use crate::domain::credits::{Credit, Source};
use crate::domain::matching::Match;
use crate::pipeline::outcome::TrackRow;
use crate::sources::SourceError;
use crate::sources::titles::KnownNames;
use crate::stages::producer_identification::{Subject, Track};

/// A source of credits, for one run.
pub trait CreditSource {
    /// Whose statements these are.
    fn source(&self) -> Source;

    /// Whether it could add something to what others have said of the track. If not, it is not asked.
    fn could_add(&self, _question: &Question<'_>) -> bool {
        true
    }

    /// An answer to each question, in their order. The whole batch comes at once, so that requests can be merged.
    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<Answer>>;
}

/// Who made this track?
pub struct Question<'a> {
    /// Its album, with all tracks.
    pub subject: &'a Subject,
    /// The track.
    pub track: &'a Track,
    /// An earlier run has asked for the album already, and this is what it left.
    pub is_rest: bool,
    /// What the sources before this one say of the track.
    pub said: &'a [Said],
    /// Names that are known for the album so far.
    pub names: &'a KnownNames,
    /// More names may come to be known in a later run.
    pub more_to_come: bool,
}

/// What a source answers.
pub struct Answer {
    /// Nothing found is an answer, too; an error is for later.
    pub said: Result<Said, SourceError>,
    /// The track, where more was learned of it on the way.
    pub learned: Option<TrackRow>,
}

/// What a source says of a track.
#[derive(Default)]
pub struct Said {
    /// Who did what.
    pub credits: Vec<Credit>,
    /// Why this is the track.
    pub matched: Option<Match>,
    /// Other names that it states for the track's album, once for an album: they are kept whole in titles.
    pub names: Vec<String>,
}

impl From<Result<Said, SourceError>> for Answer {
    fn from(said: Result<Said, SourceError>) -> Self {
        Self { said, learned: None }
    }
}
