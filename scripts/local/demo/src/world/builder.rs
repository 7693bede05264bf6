//! Makes a world out of what `shaped/` and `generated` write down: ids, both catalogues, and the truth between them.

use std::collections::BTreeSet;

use super::World;
use super::dates::{precision, released};
use super::genius_specs::{PageSpec, SongSpec};
use super::ids::Ids;
use super::model::{
    Account, Album, AlbumIx, Artist, ArtistIx, Claim, Credit, CreditedName, Entity, GeniusIx, Link, Performance,
    Person, PersonIx, Profile, Recording, RecordingIx, Release, ReleaseIx, Statement, Track, Who, Work, WorkIx,
};
use super::person_spec::{OnInstagram, PersonSpec, claim};
use super::specs::{AlbumSpec, Heard, IsrcSpelling, Known, TrackSpec, Upc};
use super::statements::{Kind, Role};

/// A world in the making.
pub struct Builder {
    pub ids: Ids,
    /// What there is so far.
    pub world: World,
}

impl Builder {
    pub fn new(seed: u64) -> Self {
        Self {
            ids: Ids::new(seed),
            world: World::default(),
        }
    }

    /// Adds somebody to MusicBrainz, to Wikidata where there are claims, and to Instagram where the truth has a handle.
    pub fn person(&mut self, mut spec: PersonSpec) -> PersonIx {
        self.account(&mut spec);
        let label = format!("{}/{}", spec.name, spec.disambiguation);
        let mbid = self.ids.mbid("artist", &label);
        if spec.merged {
            self.merge("artist", &label, &mbid);
        }
        let mut links: Vec<Link> = spec
            .links
            .into_iter()
            .map(|(relation, url, ended)| Link { relation, url, ended })
            .collect();
        if let Some(claims) = spec.claims {
            let id = format!("Q{}", 700_000_000 + self.ids.number("entity", &label, 90_000_000));
            links.push(Link {
                relation: "wikidata",
                url: format!("https://www.wikidata.org/wiki/{id}"),
                ended: false,
            });
            let former = self.world.former_id(&mbid).filter(|_| spec.item_has_former_id);
            let owner = spec.item_of.as_deref().or(former).unwrap_or(&mbid).to_owned();
            self.entity(id, &owner, claims);
        }
        self.add_person(Person {
            mbid,
            sort_name: spec.sort_name.unwrap_or_else(|| sort_name(&spec.name, spec.group)),
            name: spec.name,
            kind: if spec.group { "Group" } else { "Person" },
            disambiguation: spec.disambiguation,
            aliases: spec.aliases,
            links,
            special: false,
            profile: spec.profile,
        })
    }

    /// Adds one of the artists that stand for nobody; their ids are MusicBrainz' own.
    pub fn nobody(&mut self, mbid: &str, name: &str) -> PersonIx {
        self.add_person(Person {
            mbid: mbid.to_owned(),
            name: name.to_owned(),
            sort_name: name.to_owned(),
            kind: "Other",
            disambiguation: "a special purpose artist, not to be edited".to_owned(),
            aliases: Vec::new(),
            links: Vec::new(),
            special: true,
            profile: Profile::default(),
        })
    }

    /// What the catalogue must know of somebody without an id, by the normalized name: Genius leads to it, once it
    /// credits them.
    pub fn known_by_name(&mut self, normalized: &str, mut spec: PersonSpec) {
        self.account(&mut spec);
        self.world.named_profiles.insert(normalized.to_owned(), spec.profile);
    }

    /// Gives somebody with a handle the account that Instagram shows. Its words are in the catalogue in the end; its
    /// picture is where nobody else has one.
    fn account(&mut self, spec: &mut PersonSpec) {
        let Some(username) = spec.profile.instagram_handle.clone() else {
            return;
        };
        let (biography, picture) = match std::mem::take(&mut spec.on_instagram) {
            OnInstagram::Usual => (Some(format!("{} makes records.", spec.name)), true),
            OnInstagram::Says { biography, picture } => (biography, picture),
            OnInstagram::Absent => return,
        };
        let picture_url = picture.then(|| format!("https://scontent.cdninstagram.com/v/t51.2885-19/{username}.jpg"));
        spec.profile.instagram_bio.clone_from(&biography);
        if spec.profile.image_url.is_none() {
            spec.profile.image_url.clone_from(&picture_url);
        }
        let followers = u64::try_from(self.ids.number("followers", &username, 90_000)).unwrap_or(0);
        self.world.accounts.push(Account {
            username,
            name: spec.name.clone(),
            biography,
            picture_url,
            website: None,
            followers,
        });
    }

    /// Adds an artist's page to Genius.
    pub fn page(&mut self, spec: PageSpec) -> GeniusIx {
        let at = self.world.genius_artists.len();
        let id = 8_100_001 + u64::try_from(at).unwrap_or(0);
        self.world
            .genius_artists
            .push(super::model::GeniusArtist { id, ..spec.0 });
        GeniusIx(at)
    }

    /// The first page of this name; one that says nothing where there is none.
    pub fn page_of(&mut self, name: &str) -> GeniusIx {
        let pages = &self.world.genius_artists;
        match pages.iter().position(|page| page.name == name) {
            Some(at) => GeniusIx(at),
            None => self.page(PageSpec::new(name)),
        }
    }

    /// Genius' id of a page, as Wikidata has it.
    pub fn genius_id(&self, page: GeniusIx) -> String {
        self.world.genius_artists[page.0].id.to_string()
    }

    /// Adds a song to Genius.
    pub fn song(&mut self, spec: SongSpec) {
        let id = 9_100_001 + u64::try_from(self.world.songs.len()).unwrap_or(0);
        self.world.songs.push(super::model::Song { id, ..spec.0 });
    }

    /// Another entity of MusicBrainz was merged into this one.
    fn merge(&mut self, kind: &str, label: &str, mbid: &str) {
        let former = self.ids.mbid(&format!("former {kind}"), label);
        self.world.merged.insert(former, mbid.to_owned());
    }

    fn add_person(&mut self, person: Person) -> PersonIx {
        self.world.people.push(person);
        PersonIx(self.world.people.len() - 1)
    }

    fn entity(&mut self, id: String, mbid: &str, mut claims: Vec<Claim>) {
        claims.push(claim("P434", mbid));
        self.world.entities.push(Entity { id, claims });
    }

    /// Adds an artist to Spotify, who is `person` on MusicBrainz.
    pub fn artist(&mut self, name: &str, popularity: i32, person: PersonIx) -> ArtistIx {
        // Two artists of one name are told apart by how popular they are.
        let label = format!("{name}/{popularity}");
        let spread = i64::try_from(self.ids.number("followers", &label, 900)).unwrap_or(0);
        let image = self.ids.hex("artist image", &label, 40);
        self.world.artists.push(Artist {
            spotify_id: self.ids.spotify("artist", &label),
            name: name.to_owned(),
            popularity,
            followers: i64::from(popularity) * i64::from(popularity) * 40 + spread,
            genres: vec!["dream pop".to_owned(), "harbour wave".to_owned()],
            image_url: Some(format!("https://i.scdn.co/image/{image}")),
            person,
            listed: false,
        });
        ArtistIx(self.world.artists.len() - 1)
    }

    /// Adds an artist to Spotify and a group of the same name to MusicBrainz.
    pub fn band(&mut self, name: &str, popularity: i32) -> ArtistIx {
        let person = self.person(PersonSpec::new(name).group().told_apart_by("demo band"));
        self.artist(name, popularity, person)
    }

    /// The artist is there to be looked for.
    pub fn list(&mut self, artist: ArtistIx) {
        self.world.artists[artist.0].listed = true;
    }

    /// Who the artist is on MusicBrainz.
    pub fn person_of(&self, artist: ArtistIx) -> PersonIx {
        self.world.artists[artist.0].person
    }

    pub fn work(&mut self, title: &str, authors: &[(&'static Kind, PersonIx)]) -> WorkIx {
        let statements = authors
            .iter()
            .map(|(kind, person)| Statement::plain(kind, *person))
            .collect();
        self.add_work(title, statements)
    }

    fn add_work(&mut self, title: &str, statements: Vec<Statement>) -> WorkIx {
        let label = format!("{title}/{}", self.world.works.len());
        self.world.works.push(Work {
            mbid: self.ids.mbid("work", &label),
            title: title.to_owned(),
            statements,
        });
        WorkIx(self.world.works.len() - 1)
    }

    /// Adds an album to Spotify and, as far as MusicBrainz knows it, to MusicBrainz.
    pub fn album(&mut self, spec: AlbumSpec) -> AlbumIx {
        let label = format!("{:?}/{}/{}", spec.artists, spec.name, spec.date);
        let whose = spec.artists.clone();
        let mut recordings = Vec::new();
        let mut discs: Vec<Vec<RecordingIx>> = vec![Vec::new()];
        let mut tracks = Vec::new();
        for (at, track) in spec.tracks.into_iter().enumerate() {
            if track.next_disc {
                discs.push(Vec::new());
            }
            let track_label = format!("{label}/{at}");
            let unheard = track.heard == Heard::Nowhere || spec.known == Known::Unknown;
            let performers = track.artists.as_ref().unwrap_or(&whose);
            let recording = (!unheard).then(|| self.recording(&track, &track_label, performers));
            if let (Some(recording), Some(disc)) = (recording, discs.last_mut()) {
                disc.push(recording);
            }
            recordings.push(recording);
            tracks.push((track, track_label));
        }
        let upc = match spec.upc {
            Upc::Plain => Some(self.ids.barcode(&label, false)),
            Upc::LeadingZero => Some(self.ids.barcode(&label, true)),
            Upc::Absent => None,
        };
        if matches!(spec.known, Known::ByBarcode | Known::ByTitle) {
            if let (Some((one, other)), Some(disc)) = (spec.swapped, discs.first_mut()) {
                disc.swap(one, other);
            }
            let barcode = upc.as_ref().filter(|_| spec.known == Known::ByBarcode);
            let mbid = self.ids.mbid("release", &label);
            if spec.merged {
                self.merge("release", &label, &mbid);
            }
            let pregap = spec.pregap.map(|title| {
                let hidden = TrackSpec::new(title, 95).isrc_unknown_to_musicbrainz();
                self.recording(&hidden, &format!("{label}/pregap"), &whose)
            });
            self.release(Release {
                mbid,
                video: spec.video,
                pregap,
                title: spec.release_title.unwrap_or_else(|| spec.name.clone()),
                // MusicBrainz has it as printed on the sleeve, without the zero in front.
                barcode: barcode.map(|upc| upc.trim_start_matches('0').to_owned()),
                artist_credit: self.artist_credit(&whose),
                date: if released(&spec.date).is_some() {
                    spec.date.clone()
                } else {
                    String::new()
                },
                primary_type: spec.primary_type,
                media: discs,
                statements: spec.statements.clone(),
            });
        }
        let (mut disc, mut number) = (1, 0);
        let mut built = Vec::new();
        for ((track, track_label), recording) in tracks.into_iter().zip(recordings) {
            (disc, number) = if track.next_disc {
                (disc + 1, 1)
            } else {
                (disc, number + 1)
            };
            let credits = self.truth_of(&track, recording, spec.known, &spec.statements);
            built.push(self.track(track, recording, &track_label, (disc, number), &whose, credits));
        }
        let popularity = i32::try_from(self.ids.number("album popularity", &label, 70)).unwrap_or(0);
        let cover = self.ids.hex("cover", &label, 40);
        self.world.albums.push(Album {
            spotify_id: self.ids.spotify("album", &label),
            name: spec.name,
            kind: spec.album_type,
            listed_under: whose.iter().chain(&spec.guests).copied().collect(),
            artists: whose,
            precision: precision(&spec.date),
            released: released(&spec.date),
            release_date: spec.date,
            upc,
            popularity,
            label: "Slow Tide Records".to_owned(),
            cover_url: Some(format!("https://i.scdn.co/image/{cover}")),
            tracks: built,
        });
        AlbumIx(self.world.albums.len() - 1)
    }

    /// Adds a release to MusicBrainz that no album of Spotify is.
    pub fn release(&mut self, release: Release) -> ReleaseIx {
        self.world.releases.push(release);
        ReleaseIx(self.world.releases.len() - 1)
    }

    /// Adds a recording to MusicBrainz that is on no release, but has the ISRC of another.
    pub fn double(&mut self, of: RecordingIx, title: &str, seconds: i64, statements: &[(&'static Kind, PersonIx)]) {
        let original = self.world.recordings[of.0].clone();
        let statements = statements
            .iter()
            .map(|(kind, person)| Statement::plain(kind, *person))
            .collect();
        self.world.recordings.push(Recording {
            mbid: self.ids.mbid("double", title),
            title: title.to_owned(),
            length: Some(seconds * 1000),
            statements,
            performances: Vec::new(),
            ..original
        });
    }

    /// MusicBrainz has the ISRC of a track (from 0) of an album at this recording, too.
    pub fn also_has_code_of(&mut self, recording: RecordingIx, album: AlbumIx, track: usize) {
        let isrc = self.world.albums[album.0]
            .tracks
            .get(track)
            .and_then(|track| track.isrc.clone());
        self.world.recordings[recording.0].isrcs.extend(isrc);
    }

    /// The recording of a track (from 0) of an album that MusicBrainz knows.
    pub fn recording_of(&self, album: AlbumIx, track: usize) -> Option<RecordingIx> {
        let isrc = self.world.albums[album.0].tracks.get(track)?.isrc.as_ref()?;
        self.world
            .recordings
            .iter()
            .position(|recording| recording.isrcs.contains(isrc))
            .map(RecordingIx)
    }

    /// The names of an artist credit.
    pub fn artist_credit(&self, artists: &[ArtistIx]) -> Vec<CreditedName> {
        let last = artists.len().saturating_sub(1);
        artists
            .iter()
            .enumerate()
            .map(|(at, artist)| {
                let artist = &self.world.artists[artist.0];
                let join = if at == last { "" } else { " & " };
                CreditedName {
                    person: artist.person,
                    name: artist.name.clone(),
                    join: join.to_owned(),
                }
            })
            .collect()
    }

    fn recording(&mut self, track: &TrackSpec, label: &str, artists: &[ArtistIx]) -> RecordingIx {
        if let Some(recording) = track.again {
            return recording;
        }
        let mut performances = track.performances.clone();
        if !track.authors.is_empty() {
            let work = self.add_work(&track.title, track.authors.clone());
            performances.push(Performance { work, attributes: &[] });
        }
        let mbid = self.ids.mbid("recording", label);
        if track.merged {
            self.merge("recording", label, &mbid);
        }
        self.world.recordings.push(Recording {
            mbid,
            title: track.title.clone(),
            length: track.drift.map(|_| track.seconds * 1000),
            isrcs: if track.isrc_on_musicbrainz {
                vec![self.ids.isrc(label)]
            } else {
                Vec::new()
            },
            disambiguation: track.comment.clone(),
            artist_credit: self.artist_credit(artists),
            statements: track.statements.clone(),
            performances,
        });
        RecordingIx(self.world.recordings.len() - 1)
    }

    /// What the database must hold of a track: what MusicBrainz states of the recording and of the release, as far as
    /// it can be led to them, whom its song on Genius credits, and what the title names.
    fn truth_of(
        &self,
        track: &TrackSpec,
        recording: Option<RecordingIx>,
        known: Known,
        release: &[Statement],
    ) -> Vec<Credit> {
        let mut stated: BTreeSet<(PersonIx, Role)> = BTreeSet::new();
        if let Some(recording) = recording.filter(|_| track.heard == Heard::Itself) {
            let recording = &self.world.recordings[recording.0];
            let works = recording
                .performances
                .iter()
                .flat_map(|performed| &self.world.works[performed.work.0].statements);
            stated.extend(self.credits_in(recording.statements.iter().chain(works)));
        }
        if matches!(known, Known::ByBarcode | Known::ByTitle) && track.heard != Heard::Another {
            stated.extend(self.credits_in(release.iter()));
        }
        let songs = track.on_genius.iter().map(|(role, who)| Credit {
            who: who.clone(),
            role: *role,
            source: "genius",
        });
        let titles = track.titled.iter().map(|who| Credit {
            who: who.clone(),
            role: Role::Producer,
            source: "title",
        });
        stated
            .into_iter()
            .map(|(person, role)| Credit {
                who: Who::Person(person),
                role,
                source: "musicbrainz",
            })
            .chain(songs)
            .chain(titles)
            .collect()
    }

    fn credits_in<'a>(
        &'a self,
        statements: impl Iterator<Item = &'a Statement> + 'a,
    ) -> impl Iterator<Item = (PersonIx, Role)> + 'a {
        statements
            .filter(|statement| !self.world.people[statement.person.0].special)
            .filter_map(|statement| statement.kind.means.map(|role| (statement.person, role)))
    }

    fn track(
        &self,
        spec: TrackSpec,
        recording: Option<RecordingIx>,
        label: &str,
        (disc, number): (i32, i32),
        whose: &[ArtistIx],
        credits: Vec<Credit>,
    ) -> Track {
        let recording = recording.map(|recording| &self.world.recordings[recording.0]);
        let code = spec.code_of.map(|other| &self.world.recordings[other.0]).or(recording);
        let isrc = code
            .and_then(|recording| recording.isrcs.first().cloned())
            .unwrap_or_else(|| self.ids.isrc(label));
        let length = recording.and_then(|it| it.length).unwrap_or(spec.seconds * 1000) + spec.drift.unwrap_or(0) * 1000;
        let drift = i64::try_from(self.ids.number("length", label, 900)).unwrap_or(0);
        Track {
            spotify_id: self.ids.spotify("track", label),
            name: spec
                .shown_as
                .or_else(|| recording.map(|it| it.title.clone()))
                .unwrap_or(spec.title),
            plays_as: spec.plays_as,
            disc,
            number,
            // The two catalogues never agree to the millisecond.
            duration_ms: length + drift,
            isrc: match spec.isrc_spelling {
                IsrcSpelling::Plain => Some(isrc),
                IsrcSpelling::Hyphens => Some(with_hyphens(&isrc)),
                IsrcSpelling::Absent => None,
            },
            popularity: i32::try_from(self.ids.number("track popularity", label, 80)).unwrap_or(0),
            artists: spec.artists.unwrap_or_else(|| whose.to_vec()),
            credits,
        }
    }
}

/// `QZABC1900001` as `qz-abc-19-00001`.
fn with_hyphens(isrc: &str) -> String {
    let lower = isrc.to_ascii_lowercase();
    [lower.get(..2), lower.get(2..5), lower.get(5..7), lower.get(7..)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("-")
}

fn sort_name(name: &str, group: bool) -> String {
    match name.rsplit_once(' ') {
        Some((given, family)) if !group && name.is_ascii() => format!("{family}, {given}"),
        _ => name.to_owned(),
    }
}
