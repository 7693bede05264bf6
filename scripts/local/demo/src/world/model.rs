//! What the world consists of: Spotify's side, MusicBrainz' side, what others know, and the truth beside each thing.

use super::statements::{Kind, Role};

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub usize);
    };
}

index!(
    /// Which of `World::people`.
    PersonIx
);
index!(
    /// Which of `World::artists`.
    ArtistIx
);
index!(
    /// Which of `World::albums`.
    AlbumIx
);
index!(
    /// Which of `World::recordings`.
    RecordingIx
);
index!(
    /// Which of `World::works`.
    WorkIx
);
index!(
    /// Which of `World::releases`.
    ReleaseIx
);
index!(
    /// Which of `World::genius_artists`.
    GeniusIx
);

/// An artist on Spotify.
#[derive(Debug, Clone)]
pub struct Artist {
    /// Spotify's id.
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// 0 to 100.
    pub popularity: i32,
    /// Grows with the popularity.
    pub followers: i64,
    /// As extended-quota apps see them.
    pub genres: Vec<String>,
    /// The largest image, if any.
    pub image_url: Option<String>,
    /// The artist of MusicBrainz.
    pub person: PersonIx,
    /// Whether it is there to be looked for; the others only stand in the way.
    pub listed: bool,
}

/// An album on Spotify.
#[derive(Debug, Clone)]
pub struct Album {
    /// Spotify's id.
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// `album`, `single` or `compilation`.
    pub kind: &'static str,
    /// Its own artists, in order.
    pub artists: Vec<ArtistIx>,
    /// In whose lists it stands: its own artists, or a guest of a compilation.
    pub listed_under: Vec<ArtistIx>,
    /// As Spotify gives it.
    pub release_date: String,
    /// `year`, `month` or `day`.
    pub precision: &'static str,
    /// The truth: the day that the database must hold, if the date is possible.
    pub released: Option<String>,
    /// Barcode; absent from `external_ids` where it is `None`.
    pub upc: Option<String>,
    /// 0 to 100.
    pub popularity: i32,
    /// The label's name.
    pub label: String,
    /// The largest image.
    pub cover_url: Option<String>,
    /// Its tracks, in order.
    pub tracks: Vec<Track>,
}

/// A track on Spotify.
#[derive(Debug, Clone)]
pub struct Track {
    /// Spotify's id.
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// From 1.
    pub disc: i32,
    /// From 1, within the disc.
    pub number: i32,
    /// Milliseconds.
    pub duration_ms: i64,
    /// As Spotify gives it (at times with hyphens, in lower case).
    pub isrc: Option<String>,
    /// 0 to 100.
    pub popularity: i32,
    /// Its artists, in order.
    pub artists: Vec<ArtistIx>,
    /// The truth: the credits that the database must hold.
    pub credits: Vec<Credit>,
}

/// The truth about one person in one role on one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Who.
    pub who: Who,
    /// As what.
    pub role: Role,
    /// `musicbrainz`, `genius` or `title`.
    pub source: &'static str,
}

/// Whom a credit names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody whom MusicBrainz names by id.
    Person(PersonIx),
    /// Somebody whom a title or Genius names.
    Named {
        /// As it is spelled there.
        name: String,
        /// The name by which the catalogue knows those without an id.
        normalized: String,
        /// Who that is, once the catalogue knows the id.
        is: Option<PersonIx>,
    },
}

/// Somebody (or a group) on MusicBrainz.
#[derive(Debug, Clone)]
pub struct Person {
    /// MusicBrainz' id.
    pub mbid: String,
    /// The artist's name there.
    pub name: String,
    /// Family name first.
    pub sort_name: String,
    /// `Person`, `Group` or `Other`.
    pub kind: &'static str,
    /// Tells namesakes apart.
    pub disambiguation: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Relations to URLs.
    pub links: Vec<Link>,
    /// One of MusicBrainz' artists that stand for nobody.
    pub special: bool,
    /// The truth: what the catalogue must know about this person in the end.
    pub profile: Profile,
}

/// A relation of an artist to a URL.
#[derive(Debug, Clone)]
pub struct Link {
    /// `social network`, `wikidata`, `image`, `official homepage`, `soundcloud`, `youtube` …
    pub relation: &'static str,
    /// The address.
    pub url: String,
    /// Whether it is over.
    pub ended: bool,
}

/// The truth about a producer's profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Without `@`, lower case.
    pub instagram_handle: Option<String>,
    /// Without the width that is asked for.
    pub image_url: Option<String>,
    /// Without `mailto:`.
    pub email: Option<String>,
    /// As it stands on Instagram.
    pub instagram_bio: Option<String>,
}

impl Profile {
    /// Whether no source knows anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What MusicBrainz states about a person: on a recording, a work or a release.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The relation, its attributes, and what it means.
    pub kind: &'static Kind,
    /// Who.
    pub person: PersonIx,
    /// How the person is credited there; empty: by the artist's name.
    pub credited_as: String,
    /// First and last day, of a session that is long over.
    pub dates: Option<(&'static str, &'static str)>,
}

impl Statement {
    /// Without a spelling of its own and without dates, as most are.
    pub fn plain(kind: &'static Kind, person: PersonIx) -> Self {
        Self {
            kind,
            person,
            credited_as: String::new(),
            dates: None,
        }
    }
}

/// A name in an artist credit.
#[derive(Debug, Clone)]
pub struct CreditedName {
    /// Who.
    pub person: PersonIx,
    /// As printed there.
    pub name: String,
    /// What stands between this name and the next.
    pub join: String,
}

/// A recording on MusicBrainz.
#[derive(Debug, Clone)]
pub struct Recording {
    /// MusicBrainz' id.
    pub mbid: String,
    /// Its title there.
    pub title: String,
    /// Milliseconds, where it is known.
    pub length: Option<i64>,
    /// Its ISRCs.
    pub isrcs: Vec<String>,
    /// Tells it from others of the title.
    pub disambiguation: String,
    /// Whose it is.
    pub artist_credit: Vec<CreditedName>,
    /// Who did what.
    pub statements: Vec<Statement>,
    /// The works it performs.
    pub performances: Vec<Performance>,
}

/// That a recording performs a work.
#[derive(Debug, Clone)]
pub struct Performance {
    /// Which.
    pub work: WorkIx,
    /// `cover`, `medley`, `live` …
    pub attributes: &'static [&'static str],
}

/// A work on MusicBrainz.
#[derive(Debug, Clone)]
pub struct Work {
    /// MusicBrainz' id.
    pub mbid: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub statements: Vec<Statement>,
}

/// A release on MusicBrainz.
#[derive(Debug, Clone)]
pub struct Release {
    /// MusicBrainz' id.
    pub mbid: String,
    /// Its title there.
    pub title: String,
    /// Its barcode there.
    pub barcode: Option<String>,
    /// Whose it is.
    pub artist_credit: Vec<CreditedName>,
    /// As far as MusicBrainz knows it.
    pub date: String,
    /// `Album`, `Single`, `EP`.
    pub primary_type: &'static str,
    /// Discs with their recordings.
    pub media: Vec<Vec<RecordingIx>>,
    /// Who did what for all of it.
    pub statements: Vec<Statement>,
}

impl Release {
    /// How many tracks it has on all its discs.
    pub fn track_count(&self) -> usize {
        self.media.iter().map(Vec::len).sum()
    }
}

/// An item of Wikidata.
#[derive(Debug, Clone)]
pub struct Entity {
    /// `Q…`
    pub id: String,
    /// Its statements.
    pub claims: Vec<Claim>,
}

/// A statement of Wikidata.
#[derive(Debug, Clone)]
pub struct Claim {
    /// `P2003` …
    pub property: &'static str,
    /// The text; `None`: Wikidata knows that there is some value, not which.
    pub value: Option<String>,
    /// `preferred`, `normal` or `deprecated`.
    pub rank: &'static str,
    /// Whether it has an end time.
    pub ended: bool,
}

/// A song on Genius.
#[derive(Debug, Clone)]
pub struct Song {
    /// Genius' id.
    pub id: u64,
    /// Its title there.
    pub title: String,
    /// Whose it is; the first is its primary artist. Nobody's: a page that somebody began.
    pub artists: Vec<GeniusIx>,
    /// Who produced it.
    pub producers: Vec<GeniusIx>,
    /// Who wrote it.
    pub writers: Vec<GeniusIx>,
    /// Other credits.
    pub performances: Vec<(&'static str, Vec<GeniusIx>)>,
    /// What is read more stands first among the hits of a search.
    pub views: u32,
    /// The search still has it, but it was deleted.
    pub gone: bool,
    /// What Genius often leaves out is left out, or null.
    pub sparse: bool,
}

/// An artist on Genius.
#[derive(Debug, Clone)]
pub struct GeniusArtist {
    /// Genius' id.
    pub id: u64,
    /// Its name there; empty: null.
    pub name: String,
    /// Other names.
    pub alternate_names: Vec<String>,
    /// The Instagram name, if Genius knows it.
    pub instagram_name: Option<String>,
    /// The picture; `None`: the default avatar.
    pub image_url: Option<String>,
    /// A few words.
    pub description: String,
    /// What Genius often leaves out is left out, or null.
    pub sparse: bool,
    /// Songs still name it, but its page is gone.
    pub gone: bool,
}

/// A professional account on Instagram.
#[derive(Debug, Clone)]
pub struct Account {
    /// The handle.
    pub username: String,
    /// The name that is shown.
    pub name: String,
    /// A few words, at times with an e-mail address; left out where there are none.
    pub biography: Option<String>,
    /// The picture, without what signs its address; left out where there is none.
    pub picture_url: Option<String>,
    /// A site.
    pub website: Option<String>,
    /// How many follow it.
    pub followers: u64,
}
