//! An artist → a page of the albums.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::domain::ids::SpotifyId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{FollowUp, List, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::sources::spotify::Spotify;
use crate::sources::{Provider, SourceError, concurrently};
use crate::stages::failures::{all_wait_for_spotify, missing, not_found, outcome_of_failure};
use crate::stages::rows::album_row;

/// `{artistId, offset}`: one page of the artist's albums.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `artists.id`
    pub artist_id: Uuid,
    /// Where the page begins.
    #[serde(default)]
    pub offset: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `artists.id`
    pub id: Uuid,
    pub spotify_id: Option<String>,
    pub name: String,
}

/// Reads a page of an artist's albums, singles and compilations. How many a page holds, Spotify says.
pub struct AlbumDiscovery;

impl Stage for AlbumDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::AlbumDiscovery;

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
        let pages = batch.iter().map(|delivery| page(&spotify, &config.market, delivery));
        let outcomes = concurrently(context.concurrency, pages).await;
        let outcomes = batch.into_iter().zip(outcomes).filter_map(|(delivery, outcome)| {
            let outcome = outcome.map_or_else(|error| outcome_of_failure(&error), Some);
            Some((delivery.msg_id, outcome?))
        });
        outcomes.collect()
    }
}

async fn page(
    spotify: &Spotify<'_>,
    market: &str,
    delivery: &Delivery<Message, Subject>,
) -> Result<Outcome, SourceError> {
    let message = &delivery.message;
    let Some(artist) = &delivery.subject else {
        return Ok(not_found(
            "artist_unknown",
            format!("artist {} is not in the catalogue", message.artist_id),
        ));
    };
    let Some(id) = artist.spotify_id.as_deref().and_then(SpotifyId::parse) else {
        return Ok(not_found(
            "artist_without_spotify_id",
            format!("{} has no Spotify id", artist.name),
        ));
    };
    let Some(page) = spotify.albums_of(&id, message.offset).await? else {
        return Ok(missing(
            delivery.attempt,
            "artist_gone",
            format!("Spotify no longer has {} ({id})", artist.name),
        ));
    };
    // A next page that does not lie behind this one would be asked for again and again.
    let next = page.next.filter(|next| *next > message.offset);
    let list = List::Albums {
        artist_id: artist.id,
        market: market.to_owned(),
        offset: message.offset,
        items: page.items.len(),
        next,
        total: page.total,
    };
    let mut albums = Vec::with_capacity(page.items.len());
    for album in page.items {
        let mut row = album_row(album);
        row.found_for_artist_id = Some(artist.id);
        // One page may list an album under several groups.
        if albums
            .iter()
            .all(|known: &crate::pipeline::outcome::AlbumRow| known.spotify_id != row.spotify_id)
        {
            albums.push(row);
        }
    }
    let mut follow_ups = Vec::new();
    if !albums.is_empty() {
        follow_ups.push(FollowUp {
            queue_name: Queue::TrackDiscovery,
            for_each: Some("albums"),
            message: json!({}),
        });
    }
    if let Some(next) = next {
        let message = json!({ "artistId": artist.id, "offset": next });
        follow_ups.push(FollowUp {
            queue_name: Queue::AlbumDiscovery,
            for_each: None,
            message,
        });
    }
    Ok(Outcome::Done {
        rows: Rows {
            albums,
            list: Some(list),
            ..Rows::default()
        },
        follow_ups,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sources::spotify::LARGE_ALBUM_PAGES;
    use crate::stages::testing::{World, code, delivery, retry};

    const ARTIST: Uuid = Uuid::from_u128(1);

    fn message(id: &str, offset: u32) -> Delivery<Message, Subject> {
        let subject = Subject {
            id: ARTIST,
            spotify_id: Some("abba".to_owned()),
            name: "ABBA".to_owned(),
        };
        delivery(
            id,
            Message {
                artist_id: ARTIST,
                offset,
            },
            Some(subject),
        )
    }

    #[test]
    fn a_page_gives_its_albums_and_the_next_page() {
        let world = World::default();
        let page = json!({
            "items": [
                { "id": "b1", "name": "Arrival", "release_date": "1976", "release_date_precision": "year",
                  "artists": [{ "id": "abba", "name": "ABBA" }], "images": [{ "url": "https://i/1" }], "available_markets": ["US"] },
                { "id": "b1", "name": "Arrival" },
            ],
            "next": "https://api.spotify.com/v1/artists/abba/albums?offset=50&limit=50", "offset": 0, "limit": 50, "total": 51,
        });
        world.spotify.on("/v1/artists/abba/albums", 200, &page);
        let outcomes = world.run::<AlbumDiscovery>(vec![message("1", 0)]);
        let Outcome::Done { rows, follow_ups } = &outcomes["1"] else {
            panic!("{outcomes:?}")
        };
        assert_eq!(rows.albums.len(), 1);
        let row = &rows.albums[0];
        assert_eq!(row.release_date_precision.as_deref(), Some("year"));
        assert_eq!(row.found_for_artist_id, Some(ARTIST));
        assert_eq!(row.artist_spotify_ids.as_deref(), Some(&["abba".to_owned()][..]));
        assert!(row.metadata.get("available_markets").is_none());
        assert_eq!(follow_ups[0].for_each, Some("albums"));
        assert_eq!(follow_ups[1].message, json!({ "artistId": ARTIST, "offset": 50 }));
        let list = json!({ "albums": { "artist_id": ARTIST, "market": "US", "offset": 0, "items": 2, "next": 50, "total": 51 } });
        assert_eq!(serde_json::to_value(&rows.list).unwrap(), list);
        assert!(
            world.spotify.asked()[1].contains("include_groups=album,single,compilation&limit=50&offset=0&market=US")
        );
    }

    #[test]
    fn in_development_mode_pages_are_smaller_and_that_is_remembered() {
        let world = World::default();
        let refused = json!({ "error": { "status": 400, "message": "Invalid limit" } });
        world.spotify.on(
            "/v1/artists/abba/albums?include_groups=album,single,compilation&limit=50",
            400,
            &refused,
        );
        let page = json!({ "items": [], "next": null, "offset": 10, "limit": 10, "total": 10 });
        world.spotify.on(
            "/v1/artists/abba/albums?include_groups=album,single,compilation&limit=10",
            200,
            &page,
        );
        let outcomes = world.run::<AlbumDiscovery>(vec![message("1", 10)]);
        assert!(
            matches!(&outcomes["1"], Outcome::Done { rows, follow_ups } if rows.albums.is_empty() && follow_ups.is_empty())
        );
        assert!(
            world
                .abilities
                .refused(crate::sources::Provider::Spotify, LARGE_ALBUM_PAGES)
        );
        let before = world.spotify.asked().len();
        world.run::<AlbumDiscovery>(vec![message("2", 10)]);
        assert_eq!(world.spotify.asked().len(), before + 1);
    }

    #[test]
    fn an_item_that_spotify_leaves_blank_is_a_gap_in_the_list() {
        let world = World::default();
        let page = json!({ "items": [{ "id": "b1", "name": "Arrival" }, null], "next": null, "offset": 0, "total": 2 });
        world.spotify.on("/v1/artists/abba/albums", 200, &page);
        let outcomes = world.run::<AlbumDiscovery>(vec![message("1", 0)]);
        let Outcome::Done { rows, .. } = &outcomes["1"] else {
            panic!("{outcomes:?}")
        };
        assert!(matches!(
            rows.list,
            Some(List::Albums {
                items: 1,
                next: None,
                total: Some(2),
                ..
            })
        ));
    }

    #[test]
    fn an_artist_is_gone_who_was_missing_several_times_over_minutes() {
        let world = World::default();
        world.spotify.on(
            "/v1/artists/abba/albums",
            404,
            &json!({ "error": { "message": "not found" } }),
        );
        for (attempt, minutes) in [(1, Some(1)), (2, Some(2)), (3, None), (4, None)] {
            let mut message = message("1", 50);
            message.attempt = attempt;
            let outcomes = world.run::<AlbumDiscovery>(vec![message]);
            assert_eq!(code(&outcomes["1"]), "artist_gone");
            match minutes {
                Some(minutes) => {
                    let (_, after, counts) = retry(&outcomes["1"]);
                    assert_eq!((after, counts), (Some(Duration::from_mins(minutes)), true));
                }
                None => assert!(matches!(outcomes["1"], Outcome::NotFound(_))),
            }
        }
    }

    #[test]
    fn an_artist_that_the_catalogue_lacks_is_not_found() {
        let message = Message {
            artist_id: ARTIST,
            offset: 0,
        };
        let outcomes = World::default().run::<AlbumDiscovery>(vec![delivery("2", message, None)]);
        assert_eq!(code(&outcomes["2"]), "artist_unknown");
        assert!(matches!(outcomes["2"], Outcome::NotFound(_)));
    }
}
