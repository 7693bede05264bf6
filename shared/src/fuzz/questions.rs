//! Every question that a source asks, with a faithful answer.

use std::fmt::Debug;

use serde_json::{Value, json};

use crate::domain::ids::{Barcode, Isrc, MusicBrainzId, SpotifyId, WikidataId};
use crate::domain::song_choice::Wanted;
use crate::domain::titles::Title;
use crate::fuzz::provider::{CannedAnswer, FakeProvider};
use crate::sources::Provider;
use crate::sources::SourceError;
use crate::sources::genius::Genius;
use crate::sources::instagram::Instagram;
use crate::sources::musicbrainz::MusicBrainz;
use crate::sources::spotify::Spotify;
use crate::sources::spotify::objects::{Album, Artist, FullAlbum, Page, Track};
use crate::sources::testing::{TestClock, TestKeys, TestRefusals, block_on, client};
use crate::sources::wikidata::{Item, Wikidata};
use crate::stages::testing::config;

/// What a source read of the answers, one value a line, or why it could not.
pub type Reading = Vec<Result<String, SourceError>>;

pub struct Question {
    pub name: &'static str,
    /// The beginning of the address whose answer is tested.
    pub address: &'static str,
    /// What the provider really answers there.
    pub answer: &'static str,
    /// Beginnings of other addresses that the source asks on the way, and their true answers.
    pub others: &'static [(&'static str, &'static str)],
    /// Members without which the answer counts as malformed. `[]` stands for any item of a list.
    pub required: &'static [&'static str],
    /// Members that may be missing or null, but neither of another type nor in conflict with the rest of the answer.
    pub typed: &'static [&'static str],
    ask: fn(&FakeProvider<'_>, &TestClock) -> Reading,
}

impl Question {
    pub fn faithful(&self) -> Value {
        serde_json::from_str(self.answer).unwrap()
    }

    /// Asks a provider that gives `answer`, and returns what was read and how many requests that took.
    pub fn ask(&self, answer: CannedAnswer) -> (Reading, usize) {
        let clock = TestClock::default();
        let mut answers = vec![(self.address, answer)];
        answers.extend(
            self.others
                .iter()
                .map(|(address, body)| (*address, CannedAnswer::raw(*body))),
        );
        let provider = FakeProvider::new(answers, &clock);
        let reading = (self.ask)(&provider, &clock);
        (reading, provider.requests())
    }
}

const TOKEN: (&str, &str) = ("/api/token", include_str!("answers/spotify_token.json"));
const ARTIST: &str = "2f031686-3f01-4f33-a4fc-fb3944532efa";
const RELEASE: &str = "0af0dbb5-e9ae-4f5e-a0a0-0de2e63a1c4b";
const RECORDING: &str = "2d40c8b2-7524-49e3-af44-ebb924c5b023";

/// The members that a page needs, and each of its items.
const PAGE: &[&str] = &["items", "items[].id", "items[].name"];

pub const QUESTIONS: &[Question] = &[
    Question {
        name: "spotify: token",
        address: "/api/token",
        answer: TOKEN.1,
        others: &[("/v1/search", include_str!("answers/spotify_search.json"))],
        required: &["access_token"],
        typed: &[],
        ask: |http, clock| {
            spotify(http, clock, async |it| {
                vec![line_of(it.search_artists("abba", 0).await)]
            })
        },
    },
    Question {
        name: "spotify: search",
        address: "/v1/search",
        answer: include_str!("answers/spotify_search.json"),
        others: &[TOKEN],
        required: &["artists", "artists.items", "artists.items[].id", "artists.items[].name"],
        typed: &["artists.next", "artists.offset"],
        ask: |http, clock| {
            spotify(http, clock, async |it| {
                vec![line_of(it.search_artists("abba", 0).await.map(bare_page))]
            })
        },
    },
    Question {
        name: "spotify: artists by id",
        address: "/v1/artists?ids=",
        answer: include_str!("answers/spotify_artists.json"),
        others: &[TOKEN],
        required: &["artists", "artists[].id", "artists[].name"],
        typed: &[],
        ask: |http, clock| {
            spotify(http, clock, async |it| {
                found(it.artists(&spotify_ids(&["one", "two", "three"])).await)
            })
        },
    },
    Question {
        name: "spotify: albums of an artist",
        address: "/v1/artists/one/albums",
        answer: include_str!("answers/spotify_albums_of.json"),
        others: &[TOKEN],
        required: PAGE,
        typed: &["next", "offset"],
        ask: |http, clock| {
            spotify(http, clock, async |it| {
                let page = it.albums_of(&spotify_ids(&["one"])[0], 0).await;
                vec![line_of(page.map(|page| page.map(bare_page)))]
            })
        },
    },
    Question {
        name: "spotify: albums by id",
        address: "/v1/albums?ids=",
        answer: include_str!("answers/spotify_albums.json"),
        others: &[
            TOKEN,
            (
                "/v1/albums/arrival/tracks",
                include_str!("answers/spotify_album_tracks.json"),
            ),
        ],
        required: &[
            "albums",
            "albums[].id",
            "albums[].name",
            "albums[].tracks",
            "albums[].tracks.items",
            "albums[].tracks.items[].id",
            "albums[].tracks.items[].name",
        ],
        typed: &["albums[].tracks.next", "albums[].tracks.offset"],
        ask: |http, clock| spotify(http, clock, async |it| albums(it, &["arrival", "gone"]).await),
    },
    Question {
        name: "spotify: more tracks of an album",
        address: "/v1/albums/arrival/tracks",
        answer: include_str!("answers/spotify_album_tracks.json"),
        others: &[TOKEN, ("/v1/albums?ids=", include_str!("answers/spotify_albums.json"))],
        required: PAGE,
        typed: &["next", "offset"],
        ask: |http, clock| spotify(http, clock, async |it| albums(it, &["arrival", "gone"]).await),
    },
    Question {
        name: "spotify: one album",
        address: "/v1/albums/ring",
        answer: include_str!("answers/spotify_album.json"),
        others: &[TOKEN],
        required: &[
            "id",
            "name",
            "tracks",
            "tracks.items",
            "tracks.items[].id",
            "tracks.items[].name",
        ],
        typed: &["tracks.next", "tracks.offset"],
        ask: |http, clock| spotify(http, clock, async |it| albums(it, &["ring"]).await),
    },
    Question {
        name: "spotify: tracks by id",
        address: "/v1/tracks?ids=",
        answer: include_str!("answers/spotify_tracks.json"),
        others: &[TOKEN],
        required: &["tracks", "tracks[].id", "tracks[].name"],
        typed: &[],
        ask: |http, clock| {
            spotify(http, clock, async |it| {
                found(it.tracks(&spotify_ids(&["t1", "t2"])).await)
            })
        },
    },
    Question {
        name: "musicbrainz: releases by barcode",
        address: "/ws/2/release?query=",
        answer: include_str!("answers/musicbrainz_releases.json"),
        others: &[],
        required: &["releases"],
        typed: &["count"],
        ask: |http, clock| {
            musicbrainz(http, clock, async |it| {
                let barcodes = ["042282331922", "1"].map(|code| Barcode::parse(code).unwrap());
                let found = it.releases_by_barcode(&barcodes).await;
                found.into_iter().map(|(_, hits)| line_of(hits)).collect()
            })
        },
    },
    Question {
        name: "musicbrainz: releases by title",
        address: "/ws/2/release?query=",
        answer: include_str!("answers/musicbrainz_releases.json"),
        others: &[],
        required: &["releases"],
        typed: &[],
        ask: |http, clock| {
            musicbrainz(http, clock, async |it| {
                vec![line_of(it.releases_by_title("Arrival", "ABBA").await)]
            })
        },
    },
    Question {
        name: "musicbrainz: release",
        address: "/ws/2/release/",
        answer: include_str!("answers/musicbrainz_release.json"),
        others: &[(
            "/ws/2/recording?release=",
            include_str!("answers/musicbrainz_recordings_of.json"),
        )],
        required: &["id", "relations", "media", "media[].tracks"],
        typed: &[
            "media[].tracks[].recording.relations",
            "media[].tracks[].recording.isrcs",
        ],
        ask: |http, clock| musicbrainz(http, clock, async |it| vec![line_of(it.release(mbid(RELEASE)).await)]),
    },
    Question {
        name: "musicbrainz: recordings of a release",
        address: "/ws/2/recording?release=",
        answer: include_str!("answers/musicbrainz_recordings_of.json"),
        others: &[(
            "/ws/2/release/",
            include_str!("answers/musicbrainz_release_of_many.json"),
        )],
        required: &["recordings", "recordings[].relations"],
        typed: &["recordings[].isrcs", "recording-count"],
        ask: |http, clock| musicbrainz(http, clock, async |it| vec![line_of(it.release(mbid(RELEASE)).await)]),
    },
    Question {
        name: "musicbrainz: recordings by ISRC",
        address: "/ws/2/recording?query=",
        answer: include_str!("answers/musicbrainz_isrcs.json"),
        others: &[],
        required: &["recordings"],
        typed: &[
            "count",
            "recordings[].isrcs",
            "recordings[].releases",
            "recordings[].relations",
        ],
        ask: |http, clock| {
            musicbrainz(http, clock, async |it| {
                let isrcs = ["SEAYD7601020", "SEAYD7601030"].map(|code| Isrc::parse(code).unwrap());
                let found = it.recordings_by_isrc(&isrcs).await;
                found.into_iter().map(|(_, hits)| line_of(hits)).collect()
            })
        },
    },
    Question {
        name: "musicbrainz: recording",
        address: "/ws/2/recording/",
        answer: include_str!("answers/musicbrainz_recording.json"),
        others: &[],
        required: &["id", "title", "relations"],
        typed: &["isrcs"],
        ask: |http, clock| {
            musicbrainz(http, clock, async |it| {
                vec![line_of(it.recording(mbid(RECORDING)).await)]
            })
        },
    },
    Question {
        name: "musicbrainz: artist",
        address: "/ws/2/artist/",
        answer: include_str!("answers/musicbrainz_artist.json"),
        others: &[],
        required: &["id", "name", "relations"],
        typed: &[],
        ask: |http, clock| musicbrainz(http, clock, async |it| vec![line_of(it.artist(mbid(ARTIST)).await)]),
    },
    Question {
        name: "genius: search",
        address: "/search",
        answer: include_str!("answers/genius_search.json"),
        others: &[("/songs/", include_str!("answers/genius_song.json"))],
        required: &["response", "response.hits"],
        typed: &[],
        ask: |http, clock| genius(http, clock, songs_of),
    },
    Question {
        name: "genius: song",
        address: "/songs/",
        answer: include_str!("answers/genius_song.json"),
        others: &[("/search", include_str!("answers/genius_search.json"))],
        required: &[
            "response",
            "response.song",
            "response.song.id",
            "response.song.producer_artists",
            "response.song.writer_artists",
        ],
        typed: &["response.song.custom_performances"],
        ask: |http, clock| genius(http, clock, songs_of),
    },
    Question {
        name: "genius: artist",
        address: "/artists/",
        answer: include_str!("answers/genius_artist.json"),
        others: &[],
        required: &[
            "response",
            "response.artist",
            "response.artist.id",
            "response.artist.name",
        ],
        typed: &[],
        ask: |http, clock| genius(http, clock, async |it| vec![line_of(it.artist(2).await)]),
    },
    Question {
        name: "instagram: account",
        address: "/v21.0/",
        answer: include_str!("answers/instagram_account.json"),
        others: &[],
        required: &["business_discovery", "business_discovery.username"],
        typed: &[],
        ask: |http, clock| {
            let config = config().providers.instagram.unwrap();
            vec![line_of(block_on(
                Instagram::new(client(Provider::Instagram, http, clock), &config).account("bennyandersson"),
            ))]
        },
    },
    Question {
        name: "wikidata: items",
        address: "/w/api.php",
        answer: include_str!("answers/wikidata_entities.json"),
        others: &[],
        required: &["entities"],
        typed: &[],
        ask: |http, clock| {
            let config = config().providers.wikidata.unwrap();
            let ids = ["Q152222", "Q7", "Q8"].map(|id| WikidataId::parse(id).unwrap());
            let items = block_on(Wikidata::new(client(Provider::Wikidata, http, clock), &config).items(&ids));
            let of_one = |(id, item): (WikidataId, Result<Item, SourceError>)| {
                if let Ok(item) = &item {
                    let urls = [&item.website, &item.image_url].into_iter().flatten();
                    urls.for_each(|url| assert!(url.len() <= 2_000, "{} bytes of address", url.len()));
                }
                line_of(item.map(|item| (id, item)))
            };
            items.into_iter().map(of_one).collect()
        },
    },
];

fn spotify(http: &FakeProvider<'_>, clock: &TestClock, ask: impl AsyncFnOnce(&Spotify<'_>) -> Reading) -> Reading {
    let (config, keys, refusals) = (
        config().providers.spotify.unwrap(),
        TestKeys::default(),
        TestRefusals::default(),
    );
    let spotify = Spotify::new(client(Provider::Spotify, http, clock), &config, &keys, &refusals);
    block_on(ask(&spotify))
}

fn musicbrainz(
    http: &FakeProvider<'_>,
    clock: &TestClock,
    ask: impl AsyncFnOnce(&MusicBrainz<'_>) -> Reading,
) -> Reading {
    let config = config().providers.musicbrainz.unwrap();
    let musicbrainz = MusicBrainz::new(client(Provider::Musicbrainz, http, clock), &config);
    block_on(ask(&musicbrainz))
}

fn genius(http: &FakeProvider<'_>, clock: &TestClock, ask: impl AsyncFnOnce(&Genius<'_>) -> Reading) -> Reading {
    let config = config().providers.genius.unwrap();
    let genius = Genius::new(client(Provider::Genius, http, clock), &config);
    block_on(ask(&genius))
}

async fn songs_of(genius: &Genius<'_>) -> Reading {
    let wanted = Wanted {
        title: &Title::read("Dancing Queen"),
        artists: &["ABBA".to_owned()],
    };
    vec![line_of(genius.songs_of("Dancing Queen", &wanted).await)]
}

async fn albums(spotify: &Spotify<'_>, ids: &[&str]) -> Reading {
    let mut lines = Vec::new();
    for album in spotify.albums(&spotify_ids(ids)).await {
        lines.push(match album {
            Ok(Some(album)) => {
                let tracks = spotify.all_tracks(&album).await;
                line_of(tracks.map(|tracks| {
                    let tracks: Vec<Track> = tracks.into_iter().map(Bare::bare).collect();
                    (album.album.bare(), tracks)
                }))
            }
            Ok(None) => Ok("none".to_owned()),
            Err(error) => Err(error),
        });
    }
    lines
}

fn found<T: Bare + Debug>(found: Vec<Result<Option<T>, SourceError>>) -> Reading {
    found
        .into_iter()
        .map(|found| line_of(found.map(|found| found.map(Bare::bare))))
        .collect()
}

fn line_of<T: Debug>(read: Result<T, SourceError>) -> Result<String, SourceError> {
    read.map(|read| format!("{read:?}"))
}

/// Spotify's objects are stored as they came, with unknown members too, so what was read is compared without them.
trait Bare {
    fn bare(self) -> Self;
}

impl Bare for Artist {
    fn bare(self) -> Self {
        assert_storable(&self.object);
        Self {
            object: json!({}),
            ..self
        }
    }
}

impl Bare for Album {
    fn bare(self) -> Self {
        assert_storable(&self.object);
        Self {
            object: json!({}),
            ..self
        }
    }
}

impl Bare for FullAlbum {
    fn bare(self) -> Self {
        Self {
            album: self.album.bare(),
            tracks: bare_page(self.tracks),
        }
    }
}

impl Bare for Track {
    fn bare(self) -> Self {
        assert_storable(&self.object);
        Self {
            object: json!({}),
            ..self
        }
    }
}

fn bare_page<T: Bare>(page: Page<T>) -> Page<T> {
    Page {
        items: page.items.into_iter().map(Bare::bare).collect(),
        next: page.next,
        total: page.total,
    }
}

/// Postgres stores no NUL.
fn assert_storable(object: &Value) {
    assert!(!object.to_string().contains("\\u0000"), "{object}");
}

fn spotify_ids(ids: &[&str]) -> Vec<SpotifyId> {
    ids.iter().map(|id| SpotifyId::parse(id).unwrap()).collect()
}

fn mbid(id: &str) -> MusicBrainzId {
    MusicBrainzId::parse(id).unwrap()
}
