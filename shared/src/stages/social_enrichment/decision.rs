//! Which source's value a field of the profile gets: that of the best source that states one.
//!
//! A source that is not heard this time (it is off, it does not answer, it answered an earlier message) keeps what it
//! stated before. A source that answers and no longer states its value retracts it: an account that its own source has
//! ended is not the producer's any longer.

use crate::domain::{email, instagram};
use crate::sources::musicbrainz::ArtistPage;
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::links;
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource};

/// A field that several sources may state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Handle,
    Bio,
    Image,
    Email,
}

impl Field {
    pub const ALL: [Self; 4] = [Self::Handle, Self::Bio, Self::Image, Self::Email];

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
    /// The stored value stays, if there is one.
    Keep,
    Set(ProfileSource, String),
    /// The source of the stored value no longer states it, and no other source states one.
    Clear,
}

impl ProducerTask {
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

    /// The source of the stored value. `None` where no source of ours stated it: then any may replace it, and none retracts
    /// it.
    fn stated_by(&self, field: Field) -> Option<ProfileSource> {
        self.stored(field)?;
        let sources = self.producer.metadata.as_ref()?.get("sources")?;
        let stated = sources.get(field.name())?.as_str()?;
        ProfileSource::ALL.into_iter().find(|source| source.name() == stated)
    }

    /// What becomes of `field`, going by the answers so far.
    pub fn decide(&self, field: Field) -> Decision {
        let stated_by = self.stated_by(field);
        let mut retracted = false;
        for source in ProfileSource::ALL {
            match self.statement(source, field) {
                Statement::Value(value) => return Decision::Set(source, value),
                Statement::Nothing => retracted |= stated_by == Some(source),
                // A worse source does not replace the value of one that is not heard this time.
                Statement::Unknown if stated_by == Some(source) => return Decision::Keep,
                Statement::Unknown => {}
            }
        }
        if retracted { Decision::Clear } else { Decision::Keep }
    }

    /// The source of the value that `field` gets or keeps.
    pub fn source_of(&self, field: Field) -> Option<ProfileSource> {
        match self.decide(field) {
            Decision::Keep => self.stated_by(field),
            Decision::Set(source, _) => Some(source),
            Decision::Clear => None,
        }
    }

    /// The value that the profile has in `field` after the decision.
    pub fn outlook(&self, field: Field) -> Option<String> {
        match self.decide(field) {
            Decision::Keep => self.stored(field).map(ToOwned::to_owned),
            Decision::Set(_, value) => Some(value),
            Decision::Clear => None,
        }
    }

    /// What `source` states.
    fn statement(&self, source: ProfileSource, field: Field) -> Statement {
        match source {
            // A page that is missing at MusicBrainz retracts nothing, because a mirror may lag behind.
            ProfileSource::Musicbrainz => match (self.page.found(), field) {
                (Some(page), Field::Handle) => handle(page).into(),
                (Some(page), Field::Image) => links::image(page).into(),
                (Some(page), Field::Email) => links::email(page).into(),
                (None, _) | (_, Field::Bio) => Statement::Unknown,
            },
            // Where no item is the producer's, or none is any longer, all that Wikidata stated is retracted.
            ProfileSource::Wikidata => {
                let Answer::Given(item) = &self.item else {
                    return Statement::Unknown;
                };
                let item = item.as_ref().map(|(_, item)| item);
                match field {
                    Field::Handle => item.and_then(|item| item.instagram_handle.clone()).into(),
                    Field::Image => item.and_then(|item| item.image_url.clone()).into(),
                    Field::Email => item.and_then(|item| item.email.clone()).into(),
                    Field::Bio => Statement::Unknown,
                }
            }
            // A page that was not found retracts nothing, because the songs by which it is looked for change. An e-mail
            // address on the page is not read, because Genius' users wrote it.
            ProfileSource::Genius => match (self.genius.found(), field) {
                (Some(page), Field::Handle) => page.instagram_handle.clone().into(),
                (Some(page), Field::Image) => page.image_url.clone().into(),
                (None, _) | (_, Field::Email | Field::Bio) => Statement::Unknown,
            },
            // Instagram's pictures come last, because their addresses stop working some days later.
            ProfileSource::Instagram => match (self.account.found(), field) {
                (_, Field::Handle) => Statement::Unknown,
                (Some(account), Field::Bio) => account.biography.clone().into(),
                (Some(account), Field::Image) => account.picture_url.clone().into(),
                (Some(account), Field::Email) => account.biography.as_deref().and_then(email::published).into(),
                // The handle changes, so what the former account said is retracted.
                (None, _) if self.outlook(Field::Handle).as_deref() != self.stored(Field::Handle) => Statement::Nothing,
                (None, _) => Statement::Unknown,
            },
        }
    }
}

/// What a source states of a field.
enum Statement {
    /// The source was not asked, did not answer, or never states this field.
    Unknown,
    /// The source answered and states no value.
    Nothing,
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
