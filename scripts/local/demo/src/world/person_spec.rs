//! How people are written down before they get ids, with what Wikidata and Instagram say of them.

use super::model::{Claim, Profile};

/// What Instagram answers about a handle.
#[derive(Debug, Clone, Default)]
pub enum OnInstagram {
    /// A professional account with a picture and a few words, as most have that are known here.
    #[default]
    Usual,
    /// One with these words, or none, and a picture or none.
    Says { biography: Option<String>, picture: bool },
    /// Nothing: it is personal, or shown to grown-ups only, or gone.
    Absent,
}

/// A person to be built.
#[derive(Debug, Clone, Default)]
pub struct PersonSpec {
    pub(super) name: String,
    pub(super) sort_name: Option<String>,
    pub(super) group: bool,
    pub(super) disambiguation: String,
    pub(super) aliases: Vec<String>,
    pub(super) links: Vec<(&'static str, String, bool)>,
    pub(super) claims: Option<Vec<Claim>>,
    pub(super) profile: Profile,
    pub(super) on_instagram: OnInstagram,
    pub(super) item_of: Option<String>,
    pub(super) merged: bool,
    pub(super) item_has_former_id: bool,
}

impl PersonSpec {
    /// Somebody of whom nothing else is known.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn group(mut self) -> Self {
        self.group = true;
        self
    }

    /// Family name first.
    #[must_use]
    pub fn sorted_as(mut self, sort_name: &str) -> Self {
        self.sort_name = Some(sort_name.to_owned());
        self
    }

    /// Tells namesakes apart.
    #[must_use]
    pub fn told_apart_by(mut self, disambiguation: &str) -> Self {
        disambiguation.clone_into(&mut self.disambiguation);
        self
    }

    #[must_use]
    pub fn alias(mut self, name: &str) -> Self {
        self.aliases.push(name.to_owned());
        self
    }

    /// A relation to a URL.
    #[must_use]
    pub fn link(mut self, relation: &'static str, url: &str) -> Self {
        self.links.push((relation, url.to_owned(), false));
        self
    }

    /// A relation to a URL that is over.
    #[must_use]
    pub fn ended_link(mut self, relation: &'static str, url: &str) -> Self {
        self.links.push((relation, url.to_owned(), true));
        self
    }

    /// Wikidata has an item of this person, to which MusicBrainz leads.
    #[must_use]
    pub fn wikidata(mut self, claims: Vec<Claim>) -> Self {
        self.claims = Some(claims);
        self
    }

    /// The truth: the handle that the catalogue must have.
    #[must_use]
    pub fn handle(mut self, handle: &str) -> Self {
        self.profile.instagram_handle = Some(handle.to_owned());
        self
    }

    /// The item says that it is somebody else's: this MusicBrainz id's.
    #[must_use]
    pub fn item_of(mut self, mbid: &str) -> Self {
        self.item_of = Some(mbid.to_owned());
        self
    }

    /// Another artist of MusicBrainz was merged into this one: its id leads here.
    #[must_use]
    pub fn merged(mut self) -> Self {
        self.merged = true;
        self
    }

    /// The item still has the id from before the merge.
    #[must_use]
    pub fn item_has_former_id(mut self) -> Self {
        self.item_has_former_id = true;
        self
    }

    /// These words stand on Instagram (as the truth has them, too), beside a picture.
    #[must_use]
    pub fn biography(mut self, words: &str) -> Self {
        self.on_instagram = OnInstagram::Says {
            biography: Some(words.to_owned()),
            picture: true,
        };
        self
    }

    /// The account shows neither words nor a picture.
    #[must_use]
    pub fn bare_account(mut self) -> Self {
        self.on_instagram = OnInstagram::Says {
            biography: None,
            picture: false,
        };
        self
    }

    /// Instagram does not show the account to anybody who asks by its API.
    #[must_use]
    pub fn absent_account(mut self) -> Self {
        self.on_instagram = OnInstagram::Absent;
        self
    }

    /// The truth: the picture on Genius that the catalogue must have.
    #[must_use]
    pub fn genius_image(mut self, url: &str) -> Self {
        self.profile.image_url = Some(url.to_owned());
        self
    }

    /// The truth: the file on Wikimedia Commons whose address the catalogue must have.
    #[must_use]
    pub fn image(mut self, file: &str) -> Self {
        self.profile.image_url = Some(super::commons_url(file));
        self
    }

    /// The truth: the address that the catalogue must have.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        self.profile.email = Some(address.to_owned());
        self
    }
}

/// A statement of Wikidata of normal rank.
pub fn claim(property: &'static str, value: &str) -> Claim {
    Claim {
        property,
        value: Some(value.to_owned()),
        is_none: false,
        rank: "normal",
        ended: false,
    }
}

/// One of preferred rank.
pub fn preferred(property: &'static str, value: &str) -> Claim {
    Claim {
        rank: "preferred",
        ..claim(property, value)
    }
}

/// One that was found to be wrong.
pub fn deprecated(property: &'static str, value: &str) -> Claim {
    Claim {
        rank: "deprecated",
        ..claim(property, value)
    }
}

pub fn ended(property: &'static str, value: &str) -> Claim {
    Claim {
        ended: true,
        ..claim(property, value)
    }
}

/// One that only says that there is some value.
pub fn unknown_value(property: &'static str) -> Claim {
    Claim {
        value: None,
        ..claim(property, "")
    }
}

/// One of preferred rank that says that there is no value: what others state is over.
pub fn preferred_none(property: &'static str) -> Claim {
    Claim {
        value: None,
        is_none: true,
        ..preferred(property, "")
    }
}
