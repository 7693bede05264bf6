//! The truth: the rows that the database must hold once these artists are through.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::upstreams::SpotifyApp;
use crate::world::World;
use crate::world::model::{Album, ArtistIx, Person, PersonIx, Profile, Track, Who};
use crate::world::statements::Role;

/// What the database must hold, each list in the order of its ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Names that no artist has.
    pub not_found: Vec<String>,
    pub artists: Vec<TrueArtist>,
    pub albums: Vec<TrueAlbum>,
    pub album_artists: Vec<TrueAlbumArtist>,
    pub tracks: Vec<TrueTrack>,
    pub credits: Vec<TrueCredit>,
    pub producers: Vec<TrueProducer>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueArtist {
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// Unknown to an app in development mode.
    pub followers: Option<i64>,
    /// Unknown to an app in development mode.
    pub popularity: Option<i32>,
    /// The first image.
    pub image_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueAlbum {
    pub spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// The first of its own artists that is in the catalogue; `None`: it is nobody's own (any artist will do).
    pub artist_spotify_id: Option<String>,
    /// The day, or the first of the year or month; `None`: the date is impossible.
    pub release_date: Option<String>,
    /// `year`, `month` or `day`, as Spotify says (of an impossible date too).
    pub release_date_precision: String,
    pub upc: Option<String>,
    /// The first image.
    pub cover_url: Option<String>,
}

/// That an album is an artist's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueAlbumArtist {
    pub album_spotify_id: String,
    pub artist_spotify_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueTrack {
    pub spotify_id: String,
    pub album_spotify_id: String,
    /// As Spotify spells it.
    pub name: String,
    /// Milliseconds.
    pub duration_ms: i64,
    /// From 1.
    pub disc_number: i32,
    /// From 1, within its disc.
    pub track_number: i32,
    /// Upper case without hyphens.
    pub isrc: Option<String>,
    /// True in development mode: the ISRC may be missing, because it costs a request a track.
    pub isrc_optional: bool,
    /// Unknown to an app in development mode.
    pub popularity: Option<i32>,
}

/// One person in one role on one track, as one source states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueCredit {
    pub track_spotify_id: String,
    /// `TrueProducer::key`
    pub person: String,
    pub role: Role,
    /// `musicbrainz`, `genius` or `title`
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrueProducer {
    /// The MusicBrainz id, or the normalized name of one who has none.
    pub key: String,
    /// The MusicBrainz artist's name; of somebody whom only Genius and titles name, one of `spellings`.
    pub name: String,
    /// All spellings there of somebody who has no id; any of them may be the stored name.
    pub spellings: Vec<String>,
    pub musicbrainz_id: Option<String>,
    /// Without `@`.
    pub instagram_handle: Option<String>,
    /// As it stands on Instagram.
    pub instagram_bio: Option<String>,
    /// Compare with `same_image`: the width is the product's.
    pub image_url: Option<String>,
    /// Published by themselves.
    pub email: Option<String>,
    /// Every source answered, and none knew.
    pub enrichment_failed: bool,
}

impl World {
    /// What the database must hold once exactly these artists are through.
    pub fn truth(&self, names: &[&str], app: SpotifyApp) -> Truth {
        let mut truth = Truth::default();
        let mut asked: BTreeSet<ArtistIx> = BTreeSet::new();
        for name in names {
            match self.meant_by(name) {
                Some(artist) => _ = asked.insert(artist),
                None => truth.not_found.push((*name).to_owned()),
            }
        }
        let albums: Vec<&Album> = self
            .albums
            .iter()
            .filter(|album| album.listed_under.iter().any(|artist| asked.contains(artist)))
            .collect();
        let extended = app == SpotifyApp::Extended;
        for artist in &asked {
            let artist = &self.artists[artist.0];
            truth.artists.push(TrueArtist {
                spotify_id: artist.spotify_id.clone(),
                name: artist.name.clone(),
                followers: extended.then_some(artist.followers),
                popularity: extended.then_some(artist.popularity),
                image_url: artist.image_url.clone(),
            });
        }
        for album in &albums {
            self.album_rows(&mut truth, album, &asked, extended);
        }
        self.credit_rows(&mut truth, &albums, extended);
        truth.sort();
        truth
    }

    /// Of several artists of one name, the most popular.
    fn meant_by(&self, name: &str) -> Option<ArtistIx> {
        let name = name.to_lowercase();
        (0..self.artists.len())
            .filter(|at| self.artists[*at].name.to_lowercase() == name)
            .max_by_key(|at| self.artists[*at].popularity)
            .map(ArtistIx)
    }

    fn album_rows(&self, truth: &mut Truth, album: &Album, asked: &BTreeSet<ArtistIx>, extended: bool) {
        let spotify_id = |artist: &ArtistIx| self.artists[artist.0].spotify_id.clone();
        truth.albums.push(TrueAlbum {
            spotify_id: album.spotify_id.clone(),
            name: album.name.clone(),
            artist_spotify_id: album
                .artists
                .iter()
                .find(|artist| asked.contains(artist))
                .map(spotify_id),
            release_date: album.released.clone(),
            release_date_precision: album.precision.to_owned(),
            upc: album.upc.clone(),
            cover_url: album.cover_url.clone(),
        });
        truth.album_artists.extend(
            album
                .listed_under
                .iter()
                .filter(|artist| asked.contains(artist))
                .map(|artist| TrueAlbumArtist {
                    album_spotify_id: album.spotify_id.clone(),
                    artist_spotify_id: spotify_id(artist),
                }),
        );
        truth.tracks.extend(album.tracks.iter().map(|track| {
            TrueTrack {
                spotify_id: stored_id(track, extended),
                album_spotify_id: album.spotify_id.clone(),
                name: track.name.clone(),
                duration_ms: track.duration_ms,
                disc_number: track.disc,
                track_number: track.number,
                isrc: track
                    .isrc
                    .as_ref()
                    .map(|isrc| isrc.replace('-', "").to_ascii_uppercase()),
                isrc_optional: !extended,
                popularity: extended.then_some(track.popularity),
            }
        }));
    }

    fn credit_rows(&self, truth: &mut Truth, albums: &[&Album], extended: bool) {
        let credits = || {
            albums
                .iter()
                .flat_map(|album| &album.tracks)
                .flat_map(|track| track.credits.iter().map(move |it| (track, it)))
        };
        // Whose id the catalogue gets to know.
        let identified: BTreeSet<PersonIx> = credits()
            .filter_map(|(_, credit)| match credit.who {
                Who::Person(person) => Some(person),
                Who::Named { .. } => None,
            })
            .collect();
        let mut producers: BTreeMap<String, TrueProducer> = identified
            .iter()
            .map(|person| {
                let producer = identified_producer(&self.people[person.0]);
                (producer.key.clone(), producer)
            })
            .collect();
        for (track, credit) in credits() {
            let key = match &credit.who {
                Who::Person(person) => self.people[person.0].mbid.clone(),
                Who::Named { is: Some(person), .. } if identified.contains(person) => {
                    self.people[person.0].mbid.clone()
                }
                Who::Named { name, normalized, .. } => {
                    let producer = producers
                        .entry(normalized.clone())
                        .or_insert_with(|| named_producer(name, normalized, &Profile::default()));
                    // A title leads nowhere; a song on Genius leads to the person's page.
                    if credit.source == "genius"
                        && let Some(profile) = self.named_profiles.get(normalized)
                    {
                        let spellings = std::mem::take(&mut producer.spellings);
                        *producer = named_producer(name, normalized, profile);
                        producer.spellings = spellings;
                    }
                    if !producer.spellings.contains(name) {
                        producer.spellings.push(name.clone());
                    }
                    normalized.clone()
                }
            };
            truth.credits.push(TrueCredit {
                track_spotify_id: stored_id(track, extended),
                person: key,
                role: credit.role,
                source: credit.source.to_owned(),
            });
        }
        truth.producers = producers.into_values().collect();
    }
}

/// The id under which a track is stored: its own, where Spotify says it.
fn stored_id(track: &Track, extended: bool) -> String {
    let told = track.plays_as.as_ref().filter(|_| !extended);
    told.unwrap_or(&track.spotify_id).clone()
}

impl Truth {
    fn sort(&mut self) {
        self.artists.sort();
        self.albums.sort();
        self.album_artists.sort();
        self.tracks.sort();
        self.credits.sort();
        self.credits.dedup();
        self.producers.sort();
    }
}

fn identified_producer(person: &Person) -> TrueProducer {
    TrueProducer {
        musicbrainz_id: Some(person.mbid.clone()),
        ..named_producer(&person.name, &person.mbid, &person.profile)
    }
}

fn named_producer(name: &str, key: &str, profile: &Profile) -> TrueProducer {
    TrueProducer {
        key: key.to_owned(),
        name: name.to_owned(),
        spellings: Vec::new(),
        musicbrainz_id: None,
        instagram_handle: profile.instagram_handle.clone(),
        instagram_bio: profile.instagram_bio.clone(),
        image_url: profile.image_url.clone(),
        email: profile.email.clone(),
        enrichment_failed: profile.is_empty(),
    }
}
