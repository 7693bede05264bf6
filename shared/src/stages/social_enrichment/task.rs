//! One message (a producer) on its way through the sources.

use serde::{Deserialize, Serialize};

use crate::domain::ids::WikidataId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::stage::Context;
use crate::sources::genius;
use crate::sources::instagram::Account;
use crate::sources::musicbrainz::ArtistPage;
use crate::sources::wikidata::Item;
use crate::sources::{Provider, SourceError};
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::{Message, Subject};

/// The sources of profiles, the best first: what a better one states replaces what a worse one stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileSource {
    /// Edited by people who care for identity.
    Musicbrainz,
    /// Edited by everybody, with an item that MusicBrainz leads to.
    Wikidata,
    /// Edited by fans.
    Genius,
    /// What an account says of itself. Which account is the producer's, only the other sources know.
    Instagram,
}

impl ProfileSource {
    pub const ALL: [Self; 4] = [Self::Musicbrainz, Self::Wikidata, Self::Genius, Self::Instagram];

    /// As it stands in `metadata.sources`.
    pub fn name(self) -> &'static str {
        self.provider().name()
    }

    pub fn provider(self) -> Provider {
        match self {
            Self::Musicbrainz => Provider::Musicbrainz,
            Self::Wikidata => Provider::Wikidata,
            Self::Genius => Provider::Genius,
            Self::Instagram => Provider::Instagram,
        }
    }
}

/// The result of a question as an answer. Where only the operator can help, the operator is told.
pub fn answer_of<T>(
    context: &Context<'_>,
    source: ProfileSource,
    result: Result<Option<T>, SourceError>,
) -> Answer<Option<T>> {
    match result {
        Ok(found) => {
            context.issues.works(source.provider());
            Answer::Given(found)
        }
        Err(SourceError::Misconfigured { message, .. }) => {
            context.issues.misconfigured(source.provider(), message);
            Answer::Misconfigured
        }
        Err(error) => Answer::Failed(error),
    }
}

/// A producer, and what the sources have answered so far. An answer without content says that the source knows nobody
/// who is this producer.
pub struct ProducerTask {
    pub msg_id: MessageId,
    pub producer: Subject,
    /// The sources that this message asks, as far as they are configured.
    sources: Vec<ProfileSource>,
    pub page: Answer<Option<ArtistPage>>,
    pub item: Answer<Option<(WikidataId, Item)>>,
    pub genius: Answer<Option<genius::ArtistPage>>,
    pub account: Answer<Option<Account>>,
}

impl ProducerTask {
    /// `None`: there is no such producer.
    pub fn new(context: &Context<'_>, delivery: Delivery<Message, Subject>) -> Option<Self> {
        let wanted = |source: &ProfileSource| match &delivery.message.sources {
            Some(sources) => sources.contains(source),
            None => true,
        };
        let sources = ProfileSource::ALL.into_iter().filter(wanted);
        let sources = sources.filter(|source| context.config.providers.has(source.provider()));
        Some(Self {
            msg_id: delivery.msg_id,
            sources: sources.collect(),
            producer: delivery.subject?,
            page: Answer::NotAsked,
            item: Answer::NotAsked,
            genius: Answer::NotAsked,
            account: Answer::NotAsked,
        })
    }

    /// Whether `source` is to be asked. While MusicBrainz has not answered, nobody else is.
    pub fn asks(&self, source: ProfileSource) -> bool {
        self.sources.contains(&source) && self.page.failure().is_none()
    }

    /// What `source` answered, without the content.
    pub fn answer(&self, source: ProfileSource) -> Answer<()> {
        match source {
            ProfileSource::Musicbrainz => self.page.without_content(),
            ProfileSource::Wikidata => self.item.without_content(),
            ProfileSource::Genius => self.genius.without_content(),
            ProfileSource::Instagram => self.account.without_content(),
        }
    }

    /// The sources of this message whose answer is such.
    pub fn sources_with(&self, is_such: impl Fn(&Answer<()>) -> bool) -> Vec<ProfileSource> {
        let sources = self.sources.iter().copied();
        sources.filter(|source| is_such(&self.answer(*source))).collect()
    }
}
