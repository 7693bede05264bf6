//! Whose value a field of the profile gets.
//!
//! The value of the best source that states one. A source that has no say this time (it is off, it does not answer, it
//! answered an earlier message) keeps what it stated before; a source that was asked and does not state it any more
//! takes it back: an account that its own source has ended is not theirs any longer.

use crate::domain::{email, instagram};
use crate::sources::musicbrainz::ArtistPage;
use crate::stages::social_enrichment::links;
use crate::stages::social_enrichment::work::{Source, Word, Work};

/// A field that several sources may state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `instagram_handle`
    Handle,
    /// `instagram_bio`
    Bio,
    /// `image_url`
    Image,
    /// `email`
    Email,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Handle, Self::Bio, Self::Image, Self::Email];

    /// Its column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handle => "instagram_handle",
            Self::Bio => "instagram_bio",
            Self::Image => "image_url",
            Self::Email => "email",
        }
    }
}

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// What is stored stays, if anything is.
    Keep,
    /// The source states this.
    Set(Source, String),
    /// Its own source does not state it any more, and nobody else does.
    Clear,
}

impl Work {
    /// What is stored.
    pub fn stored(&self, field: Field) -> Option<&str> {
        let producer = &self.producer;
        let stored = match field {
            Field::Handle => &producer.instagram_handle,
            Field::Bio => &producer.instagram_bio,
            Field::Image => &producer.image_url,
            Field::Email => &producer.email,
        };
        stored.as_deref()
    }

    /// Who stated what is stored; `None`: nobody of ours, so that any of ours may replace it, and nobody takes it back.
    fn stated_by(&self, field: Field) -> Option<Source> {
        self.stored(field)?;
        let sources = self.producer.metadata.as_ref()?.get("sources")?;
        let stated = sources.get(field.name())?.as_str()?;
        Source::ALL.into_iter().find(|source| source.name() == stated)
    }

    /// What becomes of `field`, going by what has been said so far.
    pub fn decide(&self, field: Field) -> Decision {
        let stated_by = self.stated_by(field);
        let mut taken_back = false;
        for source in Source::ALL {
            match self.statement(source, field) {
                Statement::Value(value) => return Decision::Set(source, value),
                Statement::Nothing => taken_back |= stated_by == Some(source),
                // A worse one does not replace it.
                Statement::NoSay if stated_by == Some(source) => return Decision::Keep,
                Statement::NoSay => {}
            }
        }
        if taken_back { Decision::Clear } else { Decision::Keep }
    }

    /// Who states what `field` gets or keeps.
    pub fn source_of(&self, field: Field) -> Option<Source> {
        match self.decide(field) {
            Decision::Keep => self.stated_by(field),
            Decision::Set(source, _) => Some(source),
            Decision::Clear => None,
        }
    }

    /// What the profile has in `field` then.
    pub fn outlook(&self, field: Field) -> Option<String> {
        match self.decide(field) {
            Decision::Keep => self.stored(field).map(ToOwned::to_owned),
            Decision::Set(_, value) => Some(value),
            Decision::Clear => None,
        }
    }

    /// What `source` states.
    fn statement(&self, source: Source, field: Field) -> Statement {
        match source {
            // Where MusicBrainz has no page any more it takes nothing back: a mirror may lag behind.
            Source::Musicbrainz => match (self.page.said(), field) {
                (Some(page), Field::Handle) => handle(page).into(),
                (Some(page), Field::Image) => links::image(page).into(),
                (Some(page), Field::Email) => links::email(page).into(),
                (None, _) | (_, Field::Bio) => Statement::NoSay,
            },
            // Where no item is theirs (any more), none of its statements is.
            Source::Wikidata => {
                let Word::Said(item) = &self.item else {
                    return Statement::NoSay;
                };
                let item = item.as_ref().map(|(_, item)| item);
                match field {
                    Field::Handle => item.and_then(|item| item.instagram_handle.clone()).into(),
                    Field::Image => item.and_then(|item| item.image_url.clone()).into(),
                    Field::Email => item.and_then(|item| item.email.clone()).into(),
                    Field::Bio => Statement::NoSay,
                }
            }
            // Where no page was found this time it takes nothing back: by which songs it is looked for changes. Whatever
            // address stands there, somebody else wrote it down.
            Source::Genius => match (self.genius.said(), field) {
                (Some(page), Field::Handle) => page.instagram_handle.clone().into(),
                (Some(page), Field::Image) => page.image_url.clone().into(),
                (None, _) | (_, Field::Email | Field::Bio) => Statement::NoSay,
            },
            // The picture's address is dead some days later, so every other source's is better.
            Source::Instagram => match (self.account.said(), field) {
                (_, Field::Handle) => Statement::NoSay,
                (Some(account), Field::Bio) => account.biography.clone().into(),
                (Some(account), Field::Image) => account.picture_url.clone().into(),
                (Some(account), Field::Email) => account.biography.as_deref().and_then(email::published).into(),
                // What is stored was said by the account that is not theirs any more.
                (None, _) if self.outlook(Field::Handle).as_deref() != self.stored(Field::Handle) => Statement::Nothing,
                (None, _) => Statement::NoSay,
            },
        }
    }
}

/// What a source states of a field.
enum Statement {
    /// It was not asked, did not answer, or never speaks of that.
    NoSay,
    /// None.
    Nothing,
    /// This.
    Value(String),
}

impl From<Option<String>> for Statement {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Nothing, Self::Value)
    }
}

fn handle(page: &ArtistPage) -> Option<String> {
    page.urls("social network").find_map(instagram::handle_from_url)
}
