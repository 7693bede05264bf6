//! Spotify's Web API, for both kinds of app. Spotify refuses batch reads and large pages to an app in development mode;
//! by these refusals the kind is recognised.

mod config;
pub mod objects;
mod token;

pub use config::Config;

use http::StatusCode;
use serde_json::Value;

use crate::domain::ids::SpotifyId;
use crate::platform::ports::KeyValue;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::json::{self, Misread};
use crate::sources::spotify::objects::{Album, Artist, FullAlbum, Page, Track};
use crate::sources::spotify::token::Tokens;
use crate::sources::{Provider, Refusals, SourceError, concurrently, divided, escaped};

/// `GET /albums?ids=` and its like: refused in development mode.
pub const BATCH_READS: &str = "batch_reads";
/// Pages of fifty albums: refused in development mode.
pub const LARGE_ALBUM_PAGES: &str = "album_pages_of_50";
/// Pages of fifty tracks: allowed in both kinds of app, as far as is known.
const LARGE_TRACK_PAGES: &str = "track_pages_of_50";

const LARGE_PAGE: u32 = 50;
/// What both kinds of app allow.
const SMALL_PAGE: u32 = 10;

pub struct Spotify<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
    refusals: &'a dyn Refusals,
    tokens: Tokens<'a>,
}

/// A kind of object that can be asked for by ids.
struct Kind<T> {
    /// The name in the path, and of the member in a batch's answer.
    name: &'static str,
    at_most: usize,
    read: fn(&Value) -> Result<T, Misread>,
}

const ARTISTS: Kind<Artist> = Kind {
    name: "artists",
    at_most: 50,
    read: objects::artist,
};
const ALBUMS: Kind<FullAlbum> = Kind {
    name: "albums",
    at_most: 20,
    read: objects::full_album,
};
const TRACKS: Kind<Track> = Kind {
    name: "tracks",
    at_most: 50,
    read: objects::track,
};

/// For each id asked for: the object, `None` when there is none, or why that is not known.
pub type Found<T> = Vec<Result<Option<T>, SourceError>>;

impl<'a> Spotify<'a> {
    pub fn new(
        client: ProviderClient<'a>,
        config: &'a Config,
        keys: &'a dyn KeyValue,
        refusals: &'a dyn Refusals,
    ) -> Self {
        Self {
            client,
            config,
            refusals,
            tokens: Tokens::new(client, config, keys),
        }
    }

    /// Whether batch reads were refused lately.
    pub fn refuses_batches(&self) -> bool {
        self.refusals.refused(Provider::Spotify, BATCH_READS)
    }

    /// A page of the artists that Spotify finds for `name`. Ten hits are what both kinds of app allow.
    pub async fn search_artists(&self, name: &str, offset: u32) -> Result<Page<Artist>, SourceError> {
        let offset = if offset == 0 {
            String::new()
        } else {
            format!("&offset={offset}")
        };
        let path = format!("/search?q={}&type=artist&limit={SMALL_PAGE}{offset}", escaped(name));
        let answer = self.get(&path).await?;
        let body = answer.json()?;
        let read = json::object(&body, "artists")
            .and_then(|artists| objects::page(artists, objects::artist).map_err(|misread| misread.within("artists")));
        read.map_err(|misread| answer.malformed(misread))
    }

    /// The artists with these ids.
    pub async fn artists(&self, ids: &[SpotifyId]) -> Found<Artist> {
        self.by_ids(&ARTISTS, ids, true).await
    }

    /// A page of the albums in an artist's list; `None`: there is no such artist. All of them are the artist's, whoever
    /// stands first in their credit.
    pub async fn albums_of(&self, artist: &SpotifyId, offset: u32) -> Result<Option<Page<Album>>, SourceError> {
        let path = format!("/artists/{artist}/albums?include_groups=album,single,compilation");
        self.page(&path, offset, LARGE_ALBUM_PAGES, objects::album).await
    }

    /// The albums with these ids, each with the first page of its tracks.
    pub async fn albums(&self, ids: &[SpotifyId]) -> Found<FullAlbum> {
        self.by_ids(&ALBUMS, ids, true).await
    }

    pub async fn all_tracks(&self, album: &FullAlbum) -> Result<Vec<Track>, SourceError> {
        let mut tracks = album.tracks.items.clone();
        let mut next = album.tracks.next;
        while let Some(offset) = next {
            let path = format!("/albums/{}/tracks?", album.album.id);
            // The album was there a moment ago: this 404 is not true, or the next attempt sees that it is.
            let Some(page) = self.page(&path, offset, LARGE_TRACK_PAGES, objects::track).await? else {
                return Err(SourceError::Status {
                    url: format!("{path}offset={offset}"),
                    status: StatusCode::NOT_FOUND.as_u16(),
                    message: "a page of the album's tracks is missing".to_owned(),
                });
            };
            tracks.extend(page.items);
            next = page.next.filter(|next| *next > offset);
        }
        Ok(tracks)
    }

    /// The tracks with these ids; one request for each where batches are refused.
    pub async fn tracks(&self, ids: &[SpotifyId]) -> Found<Track> {
        self.by_ids(&TRACKS, ids, true).await
    }

    /// The tracks with these ids as far as batches can tell: `None` for all where they are refused.
    pub async fn tracks_in_batches(&self, ids: &[SpotifyId]) -> Option<Found<Track>> {
        if self.refuses_batches() {
            return None;
        }
        let found = self.by_ids(&TRACKS, ids, false).await;
        (!self.refuses_batches()).then_some(found)
    }

    /// A page as large as the app allows; `None` for a 404.
    async fn page<T>(
        &self,
        path: &str,
        offset: u32,
        large: &'static str,
        item: fn(&Value) -> Result<T, Misread>,
    ) -> Result<Option<Page<T>>, SourceError> {
        let separator = if path.ends_with('?') { "" } else { "&" };
        loop {
            let refused = self.refusals.refused(Provider::Spotify, large);
            let limit = if refused { SMALL_PAGE } else { LARGE_PAGE };
            let answer = self
                .get(&format!("{path}{separator}limit={limit}&offset={offset}"))
                .await?;
            if answer.status == StatusCode::NOT_FOUND {
                return Ok(None);
            }
            let too_large =
                answer.status == StatusCode::BAD_REQUEST && answer.message().to_lowercase().contains("limit");
            if too_large && limit == LARGE_PAGE {
                self.refusals.refuse(Provider::Spotify, large);
                continue;
            }
            let body = answer.json()?;
            return objects::page(&body, item)
                .map(Some)
                .map_err(|misread| answer.malformed(misread));
        }
    }

    /// As few requests as the app allows. `singles`: where batches are refused, each is asked for by itself.
    async fn by_ids<T: Clone>(&self, kind: &Kind<T>, ids: &[SpotifyId], singles: bool) -> Found<T> {
        let mut found: Vec<Option<Result<Option<T>, SourceError>>> = Vec::with_capacity(ids.len());
        // A single read costs the same as a batch of one, and no app refuses it.
        if !self.refuses_batches() && (ids.len() > 1 || !singles) {
            let limit = self.client.concurrency;
            for (part, answer) in divided(ids, kind.at_most, limit, |part| self.batch(kind, part)).await {
                match answer {
                    Ok(Some(items)) => found.extend(items.into_iter().map(Some)),
                    Ok(None) => found.extend(part.iter().map(|_| None)),
                    Err(error) => found.extend(part.iter().map(|_| Some(Err(error.clone())))),
                }
            }
        }
        found.resize(ids.len(), None);
        if singles || !self.refuses_batches() {
            let left: Vec<usize> = (0..ids.len()).filter(|at| found[*at].is_none()).collect();
            let requests = left.iter().map(|at| self.single(kind, &ids[*at]));
            let answers = concurrently(self.client.concurrency, requests).await;
            for (at, answer) in left.into_iter().zip(answers) {
                found[at] = Some(answer);
            }
        }
        found.into_iter().map(|found| found.unwrap_or(Ok(None))).collect()
    }

    /// One answer for each id; `None`: ask for each by itself.
    async fn batch<T>(&self, kind: &Kind<T>, ids: &[SpotifyId]) -> Result<Option<Found<T>>, SourceError> {
        // Another batch of this run may have been refused meanwhile.
        if self.refuses_batches() {
            return Ok(None);
        }
        let list: Vec<&str> = ids.iter().map(SpotifyId::as_str).collect();
        let answer = self.get(&format!("/{}?ids={}", kind.name, list.join(","))).await?;
        match answer.status {
            StatusCode::FORBIDDEN if answer.pause.is_none() => {
                self.refusals.refuse(Provider::Spotify, BATCH_READS);
                return Ok(None);
            }
            // One id can spoil a whole batch.
            StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND if answer.pause.is_none() => return Ok(None),
            _ => {}
        }
        let body = answer.json()?;
        let items = json::list(&body, kind.name).map_err(|misread| answer.malformed(misread))?;
        if items.len() != ids.len() {
            let problem = format!("expected {} items, found {}", ids.len(), items.len());
            return Err(answer.malformed(Misread::at(kind.name, problem)));
        }
        let read = items.iter().enumerate().map(|(at, item)| {
            if item.is_null() {
                return Ok(None);
            }
            let read = (kind.read)(item).map(Some);
            read.map_err(|misread| answer.malformed(misread.within_item(kind.name, at)))
        });
        Ok(Some(read.collect()))
    }

    async fn single<T>(&self, kind: &Kind<T>, id: &SpotifyId) -> Result<Option<T>, SourceError> {
        let answer = self.get(&format!("/{}/{id}?", kind.name)).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let body = answer.json()?;
        (kind.read)(&body)
            .map(Some)
            .map_err(|misread| answer.malformed(misread))
    }

    /// `path` below `/v1`, with a query (which may be empty) to which the market is added. A refused token is replaced
    /// once.
    async fn get(&self, path: &str) -> Result<ProviderAnswer, SourceError> {
        let token = self.tokens.current().await?;
        let mut answer = self.client.send(self.config.request(path, &token)?).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            let token = self.tokens.replace(&token).await?;
            answer = self.client.send(self.config.request(path, &token)?).await?;
        }
        // This error is plain text at times, so only the message is looked at.
        if answer.status == StatusCode::FORBIDDEN && answer.message().to_lowercase().contains("premium") {
            let message = format!("Spotify refuses this app: {}", answer.message());
            return Err(SourceError::Misconfigured {
                code: "spotify_premium_required",
                message,
            });
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests;
