//! What a source of credits is. `docs/adding-a-source.md` shows how to add one.

use futures::future::LocalBoxFuture;

use crate::domain::credits::{Credit, Source};
use crate::domain::matching::Match;
use crate::pipeline::outcome::TrackRow;
use crate::sources::SourceError;
use crate::sources::titles::KnownNames;
use crate::stages::answer::Answer;
use crate::stages::producer_identification::{Subject, Track};

/// A source of credits, for one run.
pub trait CreditSource {
    /// The name under which its credits are stored.
    fn source(&self) -> Source;

    /// Whether the source could add something to what the sources before it found. If not, it is not asked.
    fn could_add(&self, _question: &Question<'_>) -> bool {
        true
    }

    /// Answers all questions of a batch, in their order. They come together so that requests can be merged.
    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<TrackAnswer>>;
}

/// Who made this track?
pub struct Question<'a> {
    /// The track's album, with all its tracks.
    pub subject: &'a Subject,
    pub track: &'a Track,
    /// An earlier run asked about the whole album; this question is one that it left pending.
    pub is_follow_up: bool,
    /// What the sources before this one found out about the track.
    pub found: Vec<&'a Findings>,
    /// The names of people that are known for the album so far.
    pub names: &'a KnownNames,
    /// Another source has not answered yet, so a later run may know more names.
    pub names_pending: bool,
}

/// A source's answer to one question.
pub struct TrackAnswer {
    pub answer: Answer<Findings>,
    /// The track's row, where the source learned something that the catalogue lacks (an ISRC).
    pub learned: Option<TrackRow>,
}

/// What a source found out about a track.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    pub credits: Vec<Credit>,
    /// Why the source's recording or song is this track.
    pub matched: Option<Match>,
    /// Names that the source states without crediting them. They are kept whole when the album's titles are read; it is
    /// enough to state them for one track of the album.
    pub names: Vec<String>,
}

impl From<Result<Findings, SourceError>> for TrackAnswer {
    fn from(findings: Result<Findings, SourceError>) -> Self {
        Self {
            answer: findings.into(),
            learned: None,
        }
    }
}
