//! How albums and tracks are written down before they get ids.

use super::model::{ArtistIx, Performance, PersonIx, RecordingIx, Statement, Video, Who, WorkIx};
use super::statements::{Kind, Role};

/// How MusicBrainz can be led to an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Its release has the barcode.
    ByBarcode,
    /// Its release has no barcode (or another one), but artist, title and number of tracks fit.
    ByTitle,
    /// It has no release, but its recordings are known by ISRC.
    ByIsrc,
    /// Neither the album nor its recordings are known.
    Unknown,
}

/// An album to be built.
#[derive(Debug, Clone)]
pub struct AlbumSpec {
    pub(super) name: String,
    pub(super) album_type: &'static str,
    pub(super) primary_type: &'static str,
    pub(super) date: String,
    pub(super) artists: Vec<ArtistIx>,
    pub(super) guests: Vec<ArtistIx>,
    pub(super) known: Known,
    pub(super) upc: Upc,
    pub(super) statements: Vec<Statement>,
    pub(super) tracks: Vec<TrackSpec>,
    pub(super) swapped: Option<(usize, usize)>,
    pub(super) release_title: Option<String>,
    pub(super) merged: bool,
    pub(super) video: Option<Video>,
    pub(super) pregap: Option<&'static str>,
}

/// What Spotify says of the barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upc {
    Plain,
    LeadingZero,
    Absent,
}

impl AlbumSpec {
    fn new(
        artists: &[ArtistIx],
        album_type: &'static str,
        primary_type: &'static str,
        name: &str,
        date: &str,
        tracks: Vec<TrackSpec>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            album_type,
            primary_type,
            date: date.to_owned(),
            artists: artists.to_vec(),
            guests: Vec::new(),
            known: Known::ByBarcode,
            upc: Upc::Plain,
            statements: Vec::new(),
            tracks,
            swapped: None,
            release_title: None,
            merged: false,
            video: None,
            pregap: None,
        }
    }

    /// An album, released on a day (`2016-09-23`), in a month or in a year.
    pub fn album(artists: &[ArtistIx], name: &str, date: &str, tracks: Vec<TrackSpec>) -> Self {
        Self::new(artists, "album", "Album", name, date, tracks)
    }

    pub fn single(artists: &[ArtistIx], name: &str, date: &str, tracks: Vec<TrackSpec>) -> Self {
        Self::new(artists, "single", "Single", name, date, tracks)
    }

    /// An EP: a single to Spotify.
    pub fn ep(artists: &[ArtistIx], name: &str, date: &str, tracks: Vec<TrackSpec>) -> Self {
        Self::new(artists, "single", "EP", name, date, tracks)
    }

    pub fn compilation(artists: &[ArtistIx], name: &str, date: &str, tracks: Vec<TrackSpec>) -> Self {
        Self::new(artists, "compilation", "Album", name, date, tracks)
    }

    /// How MusicBrainz knows it (by its barcode, unless said otherwise).
    #[must_use]
    pub fn known(mut self, known: Known) -> Self {
        self.known = known;
        self
    }

    /// Its barcode starts with a zero, which MusicBrainz has not got.
    #[must_use]
    pub fn leading_zero(mut self) -> Self {
        self.upc = Upc::LeadingZero;
        self
    }

    /// Spotify gives no `external_ids` for it.
    #[must_use]
    pub fn without_upc(mut self) -> Self {
        self.upc = Upc::Absent;
        self
    }

    /// Stands in this artist's list too, without being the artist's own.
    #[must_use]
    pub fn listed_under(mut self, guest: ArtistIx) -> Self {
        self.guests.push(guest);
        self
    }

    /// MusicBrainz states this of the whole release.
    #[must_use]
    pub fn says(mut self, kind: &'static Kind, person: PersonIx) -> Self {
        self.statements.push(Statement::plain(kind, person));
        self
    }

    /// On MusicBrainz these two tracks (from 0) stand in each other's place.
    #[must_use]
    pub fn swapped(mut self, one: usize, other: usize) -> Self {
        self.swapped = Some((one, other));
        self
    }

    /// Its release was merged into another: MusicBrainz' search still has the former id.
    #[must_use]
    pub fn merged(mut self) -> Self {
        self.merged = true;
        self
    }

    /// Its release has a disc with pictures, too.
    #[must_use]
    pub fn with_video(mut self, video: Video) -> Self {
        self.video = Some(video);
        self
    }

    /// Its release has something before the first track.
    #[must_use]
    pub fn with_pregap(mut self, title: &'static str) -> Self {
        self.pregap = Some(title);
        self
    }

    /// The release is spelled differently on MusicBrainz.
    #[must_use]
    pub fn release_title(mut self, title: &str) -> Self {
        self.release_title = Some(title.to_owned());
        self
    }
}

/// A track to be built, with its recording and works.
#[derive(Debug, Clone)]
pub struct TrackSpec {
    pub(super) title: String,
    pub(super) shown_as: Option<String>,
    pub(super) seconds: i64,
    pub(super) again: Option<RecordingIx>,
    pub(super) heard: Heard,
    pub(super) statements: Vec<Statement>,
    pub(super) authors: Vec<Statement>,
    pub(super) performances: Vec<Performance>,
    pub(super) titled: Vec<Who>,
    pub(super) on_genius: Vec<(Role, Who)>,
    pub(super) comment: String,
    pub(super) drift: Option<i64>,
    pub(super) code_of: Option<RecordingIx>,
    pub(super) artists: Option<Vec<ArtistIx>>,
    pub(super) isrc_spelling: IsrcSpelling,
    pub(super) isrc_on_musicbrainz: bool,
    pub(super) next_disc: bool,
    pub(super) merged: bool,
    pub(super) plays_as: Option<String>,
}

/// What MusicBrainz has in a track's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Itself,
    Another,
    Nowhere,
}

/// How Spotify spells an ISRC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IsrcSpelling {
    Plain,
    Hyphens,
    Absent,
}

impl TrackSpec {
    /// A track with a recording of its own.
    pub fn new(title: &str, seconds: i64) -> Self {
        Self {
            title: title.to_owned(),
            shown_as: None,
            seconds,
            again: None,
            heard: Heard::Itself,
            statements: Vec::new(),
            authors: Vec::new(),
            performances: Vec::new(),
            titled: Vec::new(),
            on_genius: Vec::new(),
            comment: String::new(),
            drift: Some(0),
            code_of: None,
            artists: None,
            isrc_spelling: IsrcSpelling::Plain,
            isrc_on_musicbrainz: true,
            next_disc: false,
            merged: false,
            plays_as: None,
        }
    }

    /// A recording that came out before: same ISRC, another track.
    pub fn again(recording: RecordingIx) -> Self {
        Self {
            again: Some(recording),
            ..Self::new("", 0)
        }
    }

    /// MusicBrainz has no recording of it.
    #[must_use]
    pub fn nowhere(mut self) -> Self {
        self.heard = Heard::Nowhere;
        self
    }

    /// Spotify's title, where MusicBrainz has another spelling.
    #[must_use]
    pub fn shown_as(mut self, title: &str) -> Self {
        self.shown_as = Some(title.to_owned());
        self
    }

    /// MusicBrainz states this of the recording.
    #[must_use]
    pub fn says(mut self, kind: &'static Kind, person: PersonIx) -> Self {
        self.statements.push(Statement::plain(kind, person));
        self
    }

    /// The same, with the spelling of this credit.
    #[must_use]
    pub fn says_as(mut self, kind: &'static Kind, person: PersonIx, credited_as: &str) -> Self {
        self.statements.push(Statement {
            kind,
            person,
            credited_as: credited_as.to_owned(),
            dates: None,
            by_former_id: false,
        });
        self
    }

    /// The same, with the days of the session.
    #[must_use]
    pub fn says_on(mut self, kind: &'static Kind, person: PersonIx, first: &'static str, last: &'static str) -> Self {
        self.statements.push(Statement {
            kind,
            person,
            credited_as: String::new(),
            dates: Some((first, last)),
            by_former_id: false,
        });
        self
    }

    /// MusicBrainz states this of the work, which this recording is the first to perform.
    #[must_use]
    pub fn by(mut self, kind: &'static Kind, person: PersonIx) -> Self {
        self.authors.push(Statement::plain(kind, person));
        self
    }

    /// It performs a work that exists.
    #[must_use]
    pub fn performs(mut self, work: WorkIx, attributes: &'static [&'static str]) -> Self {
        self.performances.push(Performance { work, attributes });
        self
    }

    /// The truth: its title names this person as a producer.
    #[must_use]
    pub fn title_names(mut self, who: Who) -> Self {
        self.titled.push(who);
        self
    }

    /// The truth: its song on Genius credits this person.
    #[must_use]
    pub fn genius_names(mut self, role: Role, who: Who) -> Self {
        self.on_genius.push((role, who));
        self
    }

    /// What tells the recording from others of its title on MusicBrainz.
    #[must_use]
    pub fn comment(mut self, comment: &str) -> Self {
        comment.clone_into(&mut self.comment);
        self
    }

    /// Spotify's track is this many seconds longer than MusicBrainz has it.
    #[must_use]
    pub fn longer_by(mut self, seconds: i64) -> Self {
        self.drift = Some(seconds);
        self
    }

    /// MusicBrainz does not know how long it is.
    #[must_use]
    pub fn length_unknown(mut self) -> Self {
        self.drift = None;
        self
    }

    /// The truth: what stands in its place on MusicBrainz is another recording, of which nothing may be taken.
    #[must_use]
    pub fn mistaken(mut self) -> Self {
        self.heard = Heard::Another;
        self
    }

    /// Spotify gives it the ISRC of another recording, as distributors do by mistake.
    #[must_use]
    pub fn with_code_of(mut self, other: RecordingIx) -> Self {
        self.code_of = Some(other);
        self
    }

    /// Spotify's artists of the track, where they are not the album's.
    #[must_use]
    pub fn performed_by(mut self, artists: &[ArtistIx]) -> Self {
        self.artists = Some(artists.to_vec());
        self
    }

    /// Spotify spells the ISRC in lower case with hyphens.
    #[must_use]
    pub fn isrc_with_hyphens(mut self) -> Self {
        self.isrc_spelling = IsrcSpelling::Hyphens;
        self
    }

    #[must_use]
    pub fn without_isrc(mut self) -> Self {
        self.isrc_spelling = IsrcSpelling::Absent;
        self
    }

    /// MusicBrainz has no ISRC for the recording.
    #[must_use]
    pub fn isrc_unknown_to_musicbrainz(mut self) -> Self {
        self.isrc_on_musicbrainz = false;
        self
    }

    /// Its recording was merged into another: MusicBrainz' search still has the former id.
    #[must_use]
    pub fn merged(mut self) -> Self {
        self.merged = true;
        self
    }

    /// In the market, this track of another album (by Spotify's id) plays in its place.
    #[must_use]
    pub fn plays_as(mut self, other: &str) -> Self {
        self.plays_as = Some(other.to_owned());
        self
    }

    /// MusicBrainz states this of the recording, under an id of the person from before a merge.
    #[must_use]
    pub fn says_by_former_id(mut self, kind: &'static Kind, person: PersonIx) -> Self {
        self.statements.push(Statement {
            by_former_id: true,
            ..Statement::plain(kind, person)
        });
        self
    }

    /// Another disc begins with it.
    #[must_use]
    pub fn next_disc(mut self) -> Self {
        self.next_disc = true;
        self
    }
}
