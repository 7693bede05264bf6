//! Artist names → artists of Spotify.

use futures::future::join;
use serde::Deserialize;
use serde_json::json;

use crate::domain::artist_choice::{self, Hit};
use crate::domain::ids::SpotifyId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{ArtistRow, FollowUp, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::sources::Provider;
use crate::sources::spotify::Spotify;
use crate::sources::spotify::objects::Artist;
use crate::sources::{SourceError, concurrently};
use crate::stages::failures::{all_wait_for_spotify, dead, not_found, outcome_of_failure};

/// Spotify's search takes no longer ones, and no artist has one.
const LONGEST_NAME: usize = 512;

/// Pages of hits that are looked through for one name.
const MOST_PAGES: usize = 2;

/// `{artistName}` or `{spotifyId}`; both: the id counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// As somebody typed it.
    pub artist_name: Option<String>,
    pub spotify_id: Option<String>,
}

/// Nothing in the catalogue stands behind this message.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {}

/// Finds the artist that a message names, and no other.
pub struct ArtistDiscovery;

impl Stage for ArtistDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::ArtistDiscovery;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Message, Subject>>) -> Vec<(MessageId, Outcome)> {
        let Some(config) = &context.config.providers.spotify else {
            return all_wait_for_spotify(batch);
        };
        let spotify = Spotify::new(
            context.client(Provider::Spotify),
            config,
            context.keys,
            context.abilities,
        );
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut names = Vec::new();
        let mut ids = Vec::new();
        for delivery in batch {
            match wanted(&delivery.message) {
                Ok(Wanted::Id(id)) => ids.push((delivery.msg_id, id)),
                Ok(Wanted::Name(name)) => names.push((delivery.msg_id, name)),
                Err(problem) => outcomes.push((delivery.msg_id, dead("message_invalid", problem))),
            }
        }
        let searches = names.iter().map(|(_, name)| search(&spotify, name));
        let searches = concurrently(context.concurrency, searches);
        let wanted_ids: Vec<SpotifyId> = ids.iter().map(|(_, id)| id.clone()).collect();
        let (by_name, by_id) = join(searches, spotify.artists(&wanted_ids)).await;

        let by_name = names
            .into_iter()
            .zip(by_name)
            .map(|((msg_id, _), outcome)| (msg_id, outcome));
        let by_id = ids.into_iter().zip(by_id).map(|((msg_id, id), found)| {
            let outcome = found.map(|found| match found {
                Some(artist) => done(artist),
                None => not_found("artist_not_found", format!("Spotify has no artist with the id {id}")),
            });
            (msg_id, outcome)
        });
        for (msg_id, outcome) in by_name.chain(by_id) {
            let outcome = outcome.map_or_else(|error| outcome_of_failure(&error), Some);
            outcomes.extend(outcome.map(|outcome| (msg_id, outcome)));
        }
        outcomes
    }
}

enum Wanted {
    Id(SpotifyId),
    Name(String),
}

fn wanted(message: &Message) -> Result<Wanted, &'static str> {
    if let Some(id) = &message.spotify_id {
        let id = SpotifyId::parse(id.trim()).ok_or("spotifyId: is no Spotify id")?;
        return Ok(Wanted::Id(id));
    }
    let name = message.artist_name.as_deref().unwrap_or_default();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("artistName: missing or empty"),
        1..=LONGEST_NAME => Ok(Wanted::Name(name)),
        _ => Err("artistName: longer than 512 characters"),
    }
}

/// The first hits have the artist nearly always; for a name that many share, the next ones are looked at too.
async fn search(spotify: &Spotify<'_>, name: &str) -> Result<Outcome, SourceError> {
    let mut offset = 0;
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..MOST_PAGES {
        let mut page = spotify.search_artists(name, offset).await?;
        if let Some(at) = choose(name, &page.items) {
            return Ok(done(page.items.swap_remove(at)));
        }
        seen.extend(page.items.into_iter().map(|artist| artist.name));
        let Some(next) = page.next else { break };
        offset = next;
    }
    seen.truncate(10);
    let found = if seen.is_empty() {
        "nothing".to_owned()
    } else {
        seen.join(", ")
    };
    Ok(not_found(
        "artist_not_found",
        format!("no artist is called {name}; Spotify found: {found}"),
    ))
}

fn choose(name: &str, artists: &[Artist]) -> Option<usize> {
    let hits = artists.iter().map(|artist| Hit {
        name: &artist.name,
        followers: artist.followers.map(i64::from),
        popularity: artist.popularity,
    });
    artist_choice::choose(name, &hits.collect::<Vec<_>>())
}

fn done(artist: Artist) -> Outcome {
    let row = ArtistRow {
        spotify_id: artist.id.to_string(),
        name: artist.name,
        followers: artist.followers.map(i64::from),
        popularity: artist.popularity,
        image_url: artist.image_url,
        metadata: artist.object,
    };
    Outcome::Done {
        rows: Rows {
            artists: vec![row],
            ..Rows::default()
        },
        follow_ups: vec![FollowUp {
            queue_name: Queue::AlbumDiscovery,
            for_each: Some("artists"),
            message: json!({ "offset": 0 }),
        }],
    }
}

#[cfg(test)]
mod tests;
