//! One message on its way through the sources.

use serde::{Deserialize, Serialize};

use crate::domain::ids::WikidataId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::stage::Context;
use crate::platform::config::Provider;
use crate::sources::SourceError;
use crate::sources::genius;
use crate::sources::instagram::Account;
use crate::sources::musicbrainz::ArtistPage;
use crate::sources::wikidata::Item;
use crate::stages::social_enrichment::{Message, Subject};

/// Who knows something of people, the best first: what a better one states replaces what a worse one stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Edited by people who care for identity.
    Musicbrainz,
    /// Edited by everybody, with an item that MusicBrainz leads to.
    Wikidata,
    /// Edited by fans.
    Genius,
    /// What they say of themselves; which account is theirs, only the others know.
    Instagram,
}

impl Source {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Musicbrainz, Self::Wikidata, Self::Genius, Self::Instagram];

    /// As it stands in `metadata.sources`.
    pub fn name(self) -> &'static str {
        self.provider().name()
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Musicbrainz => "MusicBrainz",
            Self::Wikidata => "Wikidata",
            Self::Genius => "Genius",
            Self::Instagram => "Instagram",
        }
    }

    /// The same in the configuration.
    pub fn provider(self) -> Provider {
        match self {
            Self::Musicbrainz => Provider::Musicbrainz,
            Self::Wikidata => Provider::Wikidata,
            Self::Genius => Provider::Genius,
            Self::Instagram => Provider::Instagram,
        }
    }
}

/// What a source has to say of one person.
#[derive(Debug, Clone, PartialEq)]
pub enum Word<T> {
    /// It is not asked: it is off, nothing leads to it, or it can't add anything.
    NotAsked,
    /// It is asked after a source that has not answered yet.
    Waits,
    /// It can't be asked as it is configured; the operator knows.
    Unusable,
    /// It did not answer.
    Failed(SourceError),
    /// All that it knows; `None`: not this person.
    Said(Option<T>),
}

impl<T> Word<T> {
    /// What was said.
    pub fn said(&self) -> Option<&T> {
        match self {
            Self::Said(said) => said.as_ref(),
            _ => None,
        }
    }

    fn without_content(&self) -> Word<()> {
        match self {
            Self::NotAsked => Word::NotAsked,
            Self::Waits => Word::Waits,
            Self::Unusable => Word::Unusable,
            Self::Failed(error) => Word::Failed(error.clone()),
            Self::Said(said) => Word::Said(said.as_ref().map(|_| ())),
        }
    }
}

/// The answer to a question; tells the operator where only they can help.
pub fn heard<T>(context: &Context<'_>, source: Source, answer: Result<Option<T>, SourceError>) -> Word<T> {
    match answer {
        Ok(said) => {
            context.issues.works(source.provider());
            Word::Said(said)
        }
        Err(SourceError::Misconfigured { message, .. }) => {
            context.issues.misconfigured(source.provider(), message);
            Word::Unusable
        }
        Err(error) => Word::Failed(error),
    }
}

/// A producer, and what the sources have said so far.
pub struct Work {
    pub msg_id: MessageId,
    pub producer: Subject,
    /// Those that this message asks.
    sources: Vec<Source>,
    pub page: Word<ArtistPage>,
    pub item: Word<(WikidataId, Item)>,
    pub genius: Word<genius::ArtistPage>,
    pub account: Word<Account>,
}

impl Work {
    /// `None`: there is no such producer.
    pub fn new(context: &Context<'_>, delivery: Delivery<Message, Subject>) -> Option<Self> {
        let wanted = |source: &Source| match &delivery.message.sources {
            Some(sources) => sources.contains(source),
            None => true,
        };
        let sources = Source::ALL.into_iter().filter(wanted);
        let sources = sources.filter(|source| context.config.has(source.provider()));
        Some(Self {
            msg_id: delivery.msg_id,
            sources: sources.collect(),
            producer: delivery.subject?,
            page: Word::NotAsked,
            item: Word::NotAsked,
            genius: Word::NotAsked,
            account: Word::NotAsked,
        })
    }

    /// Whether this message asks `source`. Without MusicBrainz' word it asks nobody else.
    pub fn asks(&self, source: Source) -> bool {
        self.sources.contains(&source) && !matches!(self.page, Word::Failed(_))
    }

    /// What became of the question to `source`.
    pub fn word(&self, source: Source) -> Word<()> {
        match source {
            Source::Musicbrainz => self.page.without_content(),
            Source::Wikidata => self.item.without_content(),
            Source::Genius => self.genius.without_content(),
            Source::Instagram => self.account.without_content(),
        }
    }

    /// The sources of this message whose word is such.
    pub fn those(&self, is_such: impl Fn(&Word<()>) -> bool) -> Vec<Source> {
        let sources = self.sources.iter().copied();
        sources.filter(|source| is_such(&self.word(*source))).collect()
    }
}
