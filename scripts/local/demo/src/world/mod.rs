//! The demo world: invented music, what each provider knows of it, and the truth.

mod builder;
mod cast;
mod dates;
mod generated;
mod genius_specs;
pub mod ids;
pub mod model;
mod person_spec;
mod shaped;
mod specs;
pub mod statements;
mod words;

use std::collections::{BTreeMap, HashMap};

use model::{Account, Album, Artist, Entity, GeniusArtist, Person, Profile, Recording, Release, Song, Work};

/// An artist that nobody knows: the search for it brings other names.
pub const NO_SUCH_ARTIST: &str = "Velvet Nobody";

/// How many artists there are to look for, unless told otherwise.
pub const DEFAULT_ARTISTS: usize = 64;

/// Everything that the providers know, and the truth beside it.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub artists: Vec<Artist>,
    /// Spotify's albums with their tracks.
    pub albums: Vec<Album>,
    pub people: Vec<Person>,
    pub recordings: Vec<Recording>,
    pub works: Vec<Work>,
    pub releases: Vec<Release>,
    /// MusicBrainz' ids that were merged into others, of artists, releases and recordings.
    pub merged: BTreeMap<String, String>,
    pub entities: Vec<Entity>,
    pub songs: Vec<Song>,
    pub genius_artists: Vec<GeniusArtist>,
    pub accounts: Vec<Account>,
    /// The truth: what the catalogue must know of people without an id whom Genius credits, by normalized name.
    pub named_profiles: BTreeMap<String, Profile>,
    index: Index,
}

/// Where a recording stands on a release.
#[derive(Debug, Clone, Copy)]
pub struct Appearance {
    /// Which of `World::releases`.
    pub release: model::ReleaseIx,
    /// From 0.
    pub medium: usize,
    /// From 0.
    pub track: usize,
}

/// Where each id is found.
#[derive(Debug, Clone, Default)]
struct Index {
    artists: HashMap<String, usize>,
    albums: HashMap<String, usize>,
    tracks: HashMap<String, (usize, usize)>,
    people: HashMap<String, usize>,
    recordings: HashMap<String, usize>,
    releases: HashMap<String, usize>,
    isrcs: HashMap<String, Vec<usize>>,
    appearances: HashMap<String, Vec<Appearance>>,
    entities: HashMap<String, usize>,
}

impl World {
    /// The world of a seed, with this many artists to look for: the hand-shaped ones (always all of them), then
    /// generated ones.
    pub fn generate(seed: u64, artists: usize) -> Self {
        let mut builder = builder::Builder::new(seed);
        let cast = cast::Cast::new(&mut builder);
        shaped::build(&mut builder, &cast);
        let shaped = builder.world.artists.iter().filter(|artist| artist.listed).count();
        generated::build(&mut builder, &cast, artists.saturating_sub(shaped));
        let mut world = builder.world;
        world.index = Index::new(&world);
        world
    }

    /// The same world while Spotify does not list these albums and tracks (by its ids). Whoever asks for such an album by
    /// its id is answered; what MusicBrainz and others know does not change.
    #[must_use]
    pub fn without(mut self, unlisted: &[String]) -> Self {
        for album in &mut self.albums {
            if unlisted.contains(&album.spotify_id) {
                album.listed_under.clear();
            }
            album.tracks.retain(|track| !unlisted.contains(&track.spotify_id));
        }
        self.index = Index::new(&self);
        self
    }

    /// The artists to look for, the attractive ones first. Two artists of one name are one entry.
    pub fn artist_names(&self) -> Vec<&str> {
        self.artists
            .iter()
            .filter(|artist| artist.listed)
            .map(|artist| artist.name.as_str())
            .collect()
    }

    /// An artist by Spotify's id.
    pub fn artist(&self, spotify_id: &str) -> Option<&Artist> {
        self.artists.get(*self.index.artists.get(spotify_id)?)
    }

    /// An album by Spotify's id.
    pub fn album(&self, spotify_id: &str) -> Option<&Album> {
        self.albums.get(*self.index.albums.get(spotify_id)?)
    }

    /// A track by Spotify's id: the album, and which of its tracks.
    pub fn track(&self, spotify_id: &str) -> Option<(&Album, &model::Track)> {
        let (album, track) = *self.index.tracks.get(spotify_id)?;
        let album = self.albums.get(album)?;
        Some((album, album.tracks.get(track)?))
    }

    pub fn person(&self, mbid: &str) -> Option<&Person> {
        self.people.get(*self.index.people.get(mbid)?)
    }

    /// A recording by MusicBrainz' id.
    pub fn recording(&self, mbid: &str) -> Option<&Recording> {
        self.recordings.get(*self.index.recordings.get(mbid)?)
    }

    /// The id that was merged into this one: what lags behind has it still.
    pub fn former_id(&self, mbid: &str) -> Option<&str> {
        let former = self.merged.iter().find(|(_, now)| *now == mbid);
        former.map(|(former, _)| former.as_str())
    }

    /// A release by MusicBrainz' id.
    pub fn release(&self, mbid: &str) -> Option<&Release> {
        self.releases.get(*self.index.releases.get(mbid)?)
    }

    /// The recordings with an ISRC.
    pub fn recordings_with_isrc(&self, isrc: &str) -> impl Iterator<Item = &Recording> {
        self.index
            .isrcs
            .get(isrc)
            .into_iter()
            .flatten()
            .filter_map(|at| self.recordings.get(*at))
    }

    /// Where a recording is to be heard.
    pub fn appearances(&self, recording: &Recording) -> &[Appearance] {
        self.index.appearances.get(&recording.mbid).map_or(&[], Vec::as_slice)
    }

    /// An item by Wikidata's id.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.entities.get(*self.index.entities.get(id)?)
    }
}

impl Index {
    fn new(world: &World) -> Self {
        let mut isrcs: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, recording) in world.recordings.iter().enumerate() {
            for isrc in &recording.isrcs {
                isrcs.entry(isrc.clone()).or_default().push(at);
            }
        }
        let tracks = world.albums.iter().enumerate().flat_map(|(album, it)| {
            it.tracks
                .iter()
                .enumerate()
                .map(move |(track, it)| (it.spotify_id.clone(), (album, track)))
        });
        Self {
            artists: by_id(world.artists.iter().map(|it| &it.spotify_id)),
            albums: by_id(world.albums.iter().map(|it| &it.spotify_id)),
            tracks: tracks.collect(),
            people: by_id(world.people.iter().map(|it| &it.mbid)),
            recordings: by_id(world.recordings.iter().map(|it| &it.mbid)),
            releases: by_id(world.releases.iter().map(|it| &it.mbid)),
            isrcs,
            appearances: appearances(world),
            entities: by_id(world.entities.iter().map(|it| &it.id)),
        }
    }
}

fn appearances(world: &World) -> HashMap<String, Vec<Appearance>> {
    let mut appearances: HashMap<String, Vec<Appearance>> = HashMap::new();
    for (release, it) in world.releases.iter().enumerate() {
        for (medium, tracks) in it.media.iter().enumerate() {
            for (track, recording) in tracks.iter().enumerate() {
                let here = Appearance {
                    release: model::ReleaseIx(release),
                    medium,
                    track,
                };
                appearances
                    .entry(world.recordings[recording.0].mbid.clone())
                    .or_default()
                    .push(here);
            }
        }
    }
    appearances
}

fn by_id<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    ids.enumerate().map(|(at, id)| (id.clone(), at)).collect()
}

/// The address of a file of Wikimedia Commons, without a width.
pub fn commons_url(file: &str) -> String {
    let name = percent_encoding::utf8_percent_encode(file, percent_encoding::NON_ALPHANUMERIC).to_string();
    // What Commons itself leaves as it is.
    let name = name.replace("%2E", ".").replace("%2D", "-").replace("%5F", "_");
    format!("https://commons.wikimedia.org/wiki/Special:FilePath/{name}")
}

/// Whether two addresses lead to the same file: the width, `File:` or `Special:FilePath/`, and the spelling of a space
/// don't matter.
pub fn same_image(one: &str, other: &str) -> bool {
    let file = |url: &str| {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let name = path.rsplit(['/', ':']).next().unwrap_or(path);
        percent_encoding::percent_decode_str(name)
            .decode_utf8_lossy()
            .replace('_', " ")
    };
    file(one) == file(other)
}
