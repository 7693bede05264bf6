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

#[derive(Debug, Clone)]
pub struct Artist {
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// 0 to 100.
    pub popularity: i32,
    pub followers: i64,
    /// As extended-quota apps see them.
    pub genres: Vec<String>,
    /// The largest image, if any.
    pub image_url: Option<String>,
    pub person: PersonIx,
    /// Whether it is there to be looked for; the others only stand in the way.
    pub listed: bool,
}

#[derive(Debug, Clone)]
pub struct Album {
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// `album`, `single` or `compilation`.
    pub kind: &'static str,
    /// Its own artists, in order.
    pub artists: Vec<ArtistIx>,
    /// In whose lists it stands: its own artists, or a guest of a compilation.
    pub listed_under: Vec<ArtistIx>,
    pub release_date: String,
    /// `year`, `month` or `day`.
    pub precision: &'static str,
    /// The truth: the day that the database must hold, if the date is possible.
    pub released: Option<String>,
    /// Barcode; absent from `external_ids` where it is `None`.
    pub upc: Option<String>,
    /// 0 to 100.
    pub popularity: i32,
    pub label: String,
    pub cover_url: Option<String>,
    /// Its tracks, in order.
    pub tracks: Vec<Track>,
}

#[derive(Debug, Clone)]
pub struct Track {
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// The track of another album that plays in its place in the market: the answer has that one's id.
    pub plays_as: Option<String>,
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
    pub who: Who,
    pub role: Role,
    /// `musicbrainz`, `genius` or `title`.
    pub source: &'static str,
}

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
    pub mbid: String,
    pub name: String,
    /// Family name first.
    pub sort_name: String,
    /// `Person`, `Group` or `Other`.
    pub kind: &'static str,
    /// Tells namesakes apart.
    pub disambiguation: String,
    pub aliases: Vec<String>,
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
    pub url: String,
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
    pub person: PersonIx,
    /// How the person is credited there; empty: by the artist's name.
    pub credited_as: String,
    /// First and last day, of a session that is long over.
    pub dates: Option<(&'static str, &'static str)>,
    /// The person's id is the one from before a merge, as a mirror that lags behind has it.
    pub by_former_id: bool,
}

impl Statement {
    /// Without a spelling of its own and without dates, as most are.
    pub fn plain(kind: &'static Kind, person: PersonIx) -> Self {
        Self {
            kind,
            person,
            credited_as: String::new(),
            dates: None,
            by_former_id: false,
        }
    }
}

/// A name in an artist credit.
#[derive(Debug, Clone)]
pub struct CreditedName {
    pub person: PersonIx,
    /// As printed there.
    pub name: String,
    /// What stands between this name and the next.
    pub join: String,
}

#[derive(Debug, Clone)]
pub struct Recording {
    pub mbid: String,
    pub title: String,
    /// Milliseconds, where it is known.
    pub length: Option<i64>,
    pub isrcs: Vec<String>,
    /// Tells it from others of the title.
    pub disambiguation: String,
    pub artist_credit: Vec<CreditedName>,
    pub statements: Vec<Statement>,
    pub performances: Vec<Performance>,
}

/// That a recording performs a work.
#[derive(Debug, Clone)]
pub struct Performance {
    pub work: WorkIx,
    /// `cover`, `medley`, `live` …
    pub attributes: &'static [&'static str],
}

#[derive(Debug, Clone)]
pub struct Work {
    pub mbid: String,
    pub title: String,
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub struct Release {
    pub mbid: String,
    pub title: String,
    pub barcode: Option<String>,
    pub artist_credit: Vec<CreditedName>,
    /// As far as MusicBrainz knows it.
    pub date: String,
    /// `Album`, `Single`, `EP`.
    pub primary_type: &'static str,
    pub media: Vec<Vec<RecordingIx>>,
    /// A disc with pictures, which no album of Spotify has.
    pub video: Option<Video>,
    /// What is heard before the first track of the first disc.
    pub pregap: Option<RecordingIx>,
    /// Who did what for all of it.
    pub statements: Vec<Statement>,
}

/// A disc with pictures.
#[derive(Debug, Clone, Copy)]
pub struct Video {
    /// `DVD-Video`, `Blu-ray`
    pub format: &'static str,
    /// Whether it is the first disc; else it is the last.
    pub first: bool,
    pub tracks: usize,
}

impl Release {
    /// How many tracks it has on all its discs.
    pub fn track_count(&self) -> usize {
        let audio: usize = self.media.iter().map(Vec::len).sum();
        audio + self.video.map_or(0, |video| video.tracks) + usize::from(self.pregap.is_some())
    }
}

#[derive(Debug, Clone)]
pub struct Entity {
    /// `Q…`
    pub id: String,
    pub claims: Vec<Claim>,
}

#[derive(Debug, Clone)]
pub struct Claim {
    /// `P2003` …
    pub property: &'static str,
    /// The text; `None`: there is some value and Wikidata does not know it, or there is none (`is_none`).
    pub value: Option<String>,
    /// Wikidata knows that there is no value.
    pub is_none: bool,
    /// `preferred`, `normal` or `deprecated`.
    pub rank: &'static str,
    /// Whether it has an end time.
    pub ended: bool,
}

#[derive(Debug, Clone)]
pub struct Song {
    pub id: u64,
    pub title: String,
    /// Whose it is; the first is its primary artist. Nobody's: a page that somebody began.
    pub artists: Vec<GeniusIx>,
    pub producers: Vec<GeniusIx>,
    pub writers: Vec<GeniusIx>,
    pub performances: Vec<(&'static str, Vec<GeniusIx>)>,
    /// What is read more stands first among the hits of a search.
    pub views: u32,
    /// The search still has it, but it was deleted.
    pub gone: bool,
    /// What Genius often leaves out is left out, or null.
    pub sparse: bool,
}

#[derive(Debug, Clone)]
pub struct GeniusArtist {
    pub id: u64,
    /// Its name there; empty: null.
    pub name: String,
    pub alternate_names: Vec<String>,
    /// The Instagram name, if Genius knows it.
    pub instagram_name: Option<String>,
    /// The picture; `None`: the default avatar.
    pub image_url: Option<String>,
    pub description: String,
    /// What Genius often leaves out is left out, or null.
    pub sparse: bool,
    /// Songs still name it, but its page is gone.
    pub gone: bool,
}

/// A professional account on Instagram.
#[derive(Debug, Clone)]
pub struct Account {
    pub username: String,
    /// The name that is shown.
    pub name: String,
    /// A few words, at times with an e-mail address; left out where there are none.
    pub biography: Option<String>,
    /// The picture, without what signs its address; left out where there is none.
    pub picture_url: Option<String>,
    pub website: Option<String>,
    pub followers: u64,
}
