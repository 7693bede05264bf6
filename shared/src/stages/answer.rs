//! What became of a question to a source, in one vocabulary for both stages that ask several sources one after another.

use crate::sources::SourceError;

/// A source's answer to one question of a task.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// The source was not asked: it is off, it could add nothing, or nothing leads to it.
    NotAsked,
    /// The source is asked in a later run, because its question depends on a source that has not answered yet.
    Pending,
    /// The source can't be asked as it is configured. The operator was told, and the task goes on without it.
    Misconfigured,
    /// The source was asked and did not answer; a later run asks again.
    Failed(SourceError),
    /// The source answered. Nothing found is an answer, too.
    Given(T),
}

impl<T> Answer<T> {
    /// The answer's content, where there is one.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(content) => Some(content),
            _ => None,
        }
    }

    /// Why the source did not answer.
    pub fn failure(&self) -> Option<&SourceError> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Whether a later run has to ask the source.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending | Self::Failed(_))
    }

    /// The same without its content, to compare the answers of different sources.
    pub fn without_content(&self) -> Answer<()> {
        match self {
            Self::NotAsked => Answer::NotAsked,
            Self::Pending => Answer::Pending,
            Self::Misconfigured => Answer::Misconfigured,
            Self::Failed(error) => Answer::Failed(error.clone()),
            Self::Given(_) => Answer::Given(()),
        }
    }
}

impl<T> Answer<Option<T>> {
    /// What the source found, if it answered and found something.
    pub fn found(&self) -> Option<&T> {
        self.given()?.as_ref()
    }
}

impl<T> From<Result<T, SourceError>> for Answer<T> {
    fn from(result: Result<T, SourceError>) -> Self {
        result.map_or_else(Self::Failed, Self::Given)
    }
}
