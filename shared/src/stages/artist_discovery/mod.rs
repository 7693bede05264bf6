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
use crate::stages::failures::{all_wait_for_spotify, dead, missing, not_found, outcome_of_failure};

/// Spotify's search takes no longer names, and no artist has one.
const LONGEST_NAME: usize = 512;

/// Pages of hits that are looked through for one name.
const MOST_PAGES: usize = 2;

/// `{artistName}` or `{spotifyId}`. Where both are given, the id counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// As somebody typed it.
    pub artist_name: Option<String>,
    pub spotify_id: Option<String>,
}

/// The dequeue looks up no row for this queue.
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
                Ok(Wanted::Id(id)) => ids.push((delivery, id)),
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
        let by_id = ids.into_iter().zip(by_id).map(|((delivery, id), found)| {
            let outcome = found.map(|found| match found {
                Some(artist) => done(artist),
                None => missing(
                    delivery.attempt,
                    "artist_not_found",
                    format!("Spotify has no artist with the id {id}"),
                ),
            });
            (delivery.msg_id, outcome)
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

/// Looks for an artist by name: a plain search first, whose hits have the artist nearly always, and the next page of it
/// for a name that many share; then a search in names only, which finds the short and common ones (`LEA`, `ano`). The
/// order is the other way round for a name in which a plain search would see its own syntax (`-M-`, `Sixx:A.M.`).
async fn search(spotify: &Spotify<'_>, name: &str) -> Result<Outcome, SourceError> {
    let plain = (name.to_owned(), MOST_PAGES);
    // A quotation mark can't be escaped there; it is no part of how names are compared either.
    let by_name = (format!("artist:\"{}\"", name.replace('"', " ").trim()), 1);
    let queries = if has_query_syntax(name) {
        [by_name, plain]
    } else {
        [plain, by_name]
    };
    let mut seen: Vec<Artist> = Vec::new();
    for (query, most_pages) in queries {
        let mut offset = 0;
        for _ in 0..most_pages {
            let mut page = spotify.search_artists(&query, offset).await?;
            if let Some(at) = choose(name, &page.items) {
                return Ok(done(page.items.swap_remove(at)));
            }
            for artist in page.items {
                if seen.iter().all(|known| known.id != artist.id) {
                    seen.push(artist);
                }
            }
            let Some(next) = page.next else { break };
            offset = next;
        }
    }
    // A last try, for who types `ACDC` or `Pink`: the only one of all that were found whom that can mean.
    if let Some(at) = artist_choice::choose_typed(name, &hits(&seen)) {
        return Ok(done(seen.swap_remove(at)));
    }
    let names: Vec<&str> = seen.iter().take(10).map(|artist| artist.name.as_str()).collect();
    let found = if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    };
    Ok(not_found(
        "artist_not_found",
        format!("no artist is called {name}; Spotify found: {found}"),
    ))
}

/// Whether Spotify's search would read a part of the name as its own syntax: a word that is left out (`-word`), a field
/// (`word:`), a phrase, or an operator.
fn has_query_syntax(name: &str) -> bool {
    let operator =
        |word: &str| matches!(word, "NOT" | "OR" | "AND") || word.starts_with('-') || word.contains([':', '"']);
    name.split(' ').any(operator)
}

fn hits(artists: &[Artist]) -> Vec<Hit<'_>> {
    let hits = artists.iter().map(|artist| Hit {
        name: &artist.name,
        followers: artist.followers.map(i64::from),
        popularity: artist.popularity,
    });
    hits.collect()
}

fn choose(name: &str, artists: &[Artist]) -> Option<usize> {
    artist_choice::choose(name, &hits(artists))
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
