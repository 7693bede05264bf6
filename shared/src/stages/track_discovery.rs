//! An album → its tracks.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::domain::ids::SpotifyId;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Failure, FollowUp, List, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::sources::spotify::Spotify;
use crate::sources::spotify::objects::{Album, FullAlbum, Track};
use crate::sources::{Provider, SourceError, concurrently};
use crate::stages::failures::{all_wait_for_spotify, missing, outcome_of_failure};
use crate::stages::rows::{album_row, track_row};

/// `{albumId}`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `albums.id`
    pub album_id: Uuid,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// `albums.id`
    pub id: Uuid,
    pub spotify_id: Option<String>,
    pub name: String,
}

/// Reads albums with all their tracks. Where Spotify allows batches, twenty albums are one request, and fifty tracks one
/// more for ISRC and popularity; in development mode an album is one, and ISRCs are asked for only where they are
/// missed (`producer_identification`).
pub struct TrackDiscovery;

impl Stage for TrackDiscovery {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::TrackDiscovery;

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
        let mut wanted = Vec::new();
        for delivery in batch {
            match album_id(&delivery) {
                Ok((album_id, spotify_id)) => wanted.push((delivery, album_id, spotify_id)),
                Err(failure) => outcomes.push((delivery.msg_id, Outcome::NotFound(failure))),
            }
        }
        let ids: Vec<SpotifyId> = wanted.iter().map(|(_, _, id)| id.clone()).collect();
        let albums = spotify.albums(&ids).await;
        let albums = concurrently(
            context.concurrency,
            albums.into_iter().map(|album| with_all_tracks(&spotify, album)),
        )
        .await;
        let full = full_tracks(&spotify, &albums).await;
        // Only a batch can have told which kind of app this is.
        let hides_relinks = spotify.refuses_batches();
        for ((delivery, album_id, spotify_id), album) in wanted.into_iter().zip(albums) {
            let outcome = match album {
                Ok(Some(album)) => {
                    let list = List::Tracks {
                        album_id,
                        market: config.market.clone(),
                        whole: album.whole,
                        hides_relinks,
                    };
                    done(album_id, album, list, full.as_ref())
                }
                Ok(None) => Ok(missing(
                    delivery.attempt,
                    "album_gone",
                    format!("Spotify no longer has the album {spotify_id}"),
                )),
                Err(error) => Err(error),
            };
            let outcome = outcome.map_or_else(|error| outcome_of_failure(&error), Some);
            outcomes.extend(outcome.map(|outcome| (delivery.msg_id, outcome)));
        }
        outcomes
    }
}

/// An album with all its tracks.
struct AlbumAndTracks {
    album: Album,
    tracks: Vec<Track>,
    /// There are as many as Spotify says.
    whole: bool,
}

type Complete = Result<Option<AlbumAndTracks>, SourceError>;

/// What batches say of each track; `None` where Spotify refuses batches.
type FullTracks = Option<HashMap<SpotifyId, Result<Option<Track>, SourceError>>>;

fn album_id(delivery: &Delivery<Message, Subject>) -> Result<(Uuid, SpotifyId), Failure> {
    let Some(album) = &delivery.subject else {
        let message = format!("album {} is not in the catalogue", delivery.message.album_id);
        return Err(Failure {
            code: "album_unknown",
            message,
        });
    };
    let spotify_id = album.spotify_id.as_deref().and_then(SpotifyId::parse);
    let spotify_id = spotify_id.ok_or_else(|| Failure {
        code: "album_without_spotify_id",
        message: format!("{} has no Spotify id", album.name),
    })?;
    Ok((album.id, spotify_id))
}

async fn with_all_tracks(spotify: &Spotify<'_>, album: Result<Option<FullAlbum>, SourceError>) -> Complete {
    let Some(album) = album? else { return Ok(None) };
    let listed = spotify.all_tracks(&album).await?;
    let whole = album.tracks.total.is_some_and(|total| total as usize == listed.len());
    let mut tracks: Vec<Track> = Vec::new();
    for track in listed {
        // Pages may overlap when the album changes between them.
        if tracks.iter().all(|known| known.id != track.id) {
            tracks.push(track);
        }
    }
    Ok(Some(AlbumAndTracks {
        album: album.album,
        tracks,
        whole,
    }))
}

/// The tracks of all albums together, fifty a request.
async fn full_tracks(spotify: &Spotify<'_>, albums: &[Complete]) -> FullTracks {
    let tracks = albums.iter().flatten().flatten().flat_map(|album| &album.tracks);
    let mut ids: Vec<SpotifyId> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for track in tracks {
        if seen.insert(&track.id) {
            ids.push(track.id.clone());
        }
    }
    if ids.is_empty() {
        return None;
    }
    let found = spotify.tracks_in_batches(&ids).await?;
    Some(ids.into_iter().zip(found).collect())
}

fn done(
    album_id: Uuid,
    AlbumAndTracks { album, tracks, .. }: AlbumAndTracks,
    list: List,
    full: Option<&HashMap<SpotifyId, Result<Option<Track>, SourceError>>>,
) -> Result<Outcome, SourceError> {
    let mut rows = Rows {
        albums: vec![album_row(album)],
        list: Some(list),
        ..Rows::default()
    };
    for mut track in tracks {
        match full.and_then(|full| full.get(&track.id)) {
            Some(Err(error)) => return Err(error.clone()),
            Some(Ok(Some(full))) => {
                track.isrc = full.isrc.clone().or(track.isrc);
                track.popularity = full.popularity.or(track.popularity);
                track.preview_url = full.preview_url.clone().or(track.preview_url);
                track.object = full.object.clone();
            }
            Some(Ok(None)) | None => {}
        }
        rows.tracks.push(track_row(track, album_id));
    }
    let message = json!({ "albumId": album_id });
    let follow_ups = vec![FollowUp {
        queue_name: Queue::ProducerIdentification,
        for_each: None,
        message,
    }];
    Ok(Outcome::Done { rows, follow_ups })
}

#[cfg(test)]
mod tests {
    use linernotes_captured::{captured, needs_captured_answers};
    use serde_json::Value;

    use super::*;
    use crate::sources::spotify::BATCH_READS;
    use crate::stages::testing::{World, code, delivery, retry};

    fn message(number: u128, spotify_id: &str) -> Delivery<Message, Subject> {
        let id = Uuid::from_u128(number);
        let subject = Subject {
            id,
            spotify_id: Some(spotify_id.to_owned()),
            name: spotify_id.to_owned(),
        };
        delivery(&number.to_string(), Message { album_id: id }, Some(subject))
    }

    fn album(id: &str, tracks: &[&str], next: Option<&str>) -> Value {
        json!({ "id": id, "name": id, "external_ids": { "upc": "0123456789012" }, "artists": [{ "id": "abba" }],
                "tracks": page(tracks, next) })
    }

    fn page(tracks: &[&str], next: Option<&str>) -> Value {
        let items = tracks.iter().enumerate().map(
            |(at, id)| json!({ "id": id, "name": id, "duration_ms": 1000, "disc_number": 1, "track_number": at + 1 }),
        );
        json!({ "items": items.collect::<Vec<_>>(), "next": next, "offset": 0, "limit": 50 })
    }

    fn full(id: &str, isrc: &str) -> Value {
        json!({ "id": id, "name": id, "popularity": 50, "external_ids": { "isrc": isrc }, "album": { "id": "x" } })
    }

    #[test]
    fn a_batch_is_one_request_for_albums_and_one_for_tracks() {
        let world = World::default();
        let next = "https://api.spotify.com/v1/albums/b1/tracks?offset=50&limit=50";
        let albums = json!({ "albums": [album("b1", &["t1"], Some(next)), null, album("b3", &["t3"], None)] });
        world.spotify.on("/v1/albums?ids=b1,b2,b3&market=US", 200, &albums);
        world
            .spotify
            .on("/v1/albums/b1/tracks?limit=50&offset=50", 200, &page(&["t2"], None));
        let tracks = json!({ "tracks": [full("t1", "SEAYD7601020"), full("t2", "SEAYD7601030"), null] });
        world.spotify.on("/v1/tracks?ids=t1,t2,t3&", 200, &tracks);
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2"), message(3, "b3")]);
        let Outcome::Done { rows, follow_ups } = &outcomes["1"] else {
            panic!("{outcomes:?}")
        };
        assert_eq!(rows.albums[0].upc.as_deref(), Some("0123456789012"));
        assert_eq!(rows.tracks.len(), 2);
        assert_eq!(rows.tracks[1].isrc.as_deref(), Some("SEAYD7601030"));
        assert_eq!(
            (rows.tracks[0].popularity, rows.tracks[0].duration_ms),
            (Some(50), Some(1000))
        );
        assert!(rows.tracks[0].metadata.get("album").is_none());
        assert_eq!(follow_ups[0].message, json!({ "albumId": Uuid::from_u128(1) }));
        assert_eq!(retry(&outcomes["2"]).0.code, "album_gone");
        assert!(matches!(&outcomes["3"], Outcome::Done { rows, .. } if rows.tracks[0].isrc.is_none()));
        assert_eq!(world.spotify.asked().len(), 4);
    }

    #[test]
    fn in_development_mode_albums_are_read_singly_and_tracks_not_at_all() {
        let world = World::default();
        let forbidden = json!({ "error": { "status": 403, "message": "Forbidden" } });
        world.spotify.on("/v1/albums?ids=", 403, &forbidden);
        world.spotify.on("/v1/albums/b1?", 200, &album("b1", &["t1"], None));
        world.spotify.on("/v1/albums/b2?", 200, &album("b2", &["t2"], None));
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2")]);
        assert!(
            outcomes
                .values()
                .all(|outcome| matches!(outcome, Outcome::Done { rows, .. } if rows.tracks.len() == 1))
        );
        assert!(world.abilities.refused(Provider::Spotify, BATCH_READS));
        assert_eq!(
            world.spotify.asked(),
            [
                "/api/token",
                "/v1/albums?ids=b1,b2&market=US",
                "/v1/albums/b1?market=US",
                "/v1/albums/b2?market=US"
            ]
        );
        world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2")]);
        assert_eq!(world.spotify.asked().len(), 6);
    }

    #[test]
    fn a_list_of_tracks_is_whole_when_it_is_as_long_as_spotify_says() {
        for (development, total, whole) in [
            (false, Some(2), true),
            (true, Some(2), true),
            (true, Some(3), false),
            (true, None, false),
        ] {
            let world = World::default();
            let mut album = album("b1", &["t1", "t2"], None);
            album["tracks"]["total"] = json!(total);
            world.spotify.on("/v1/albums/b1?", 200, &album);
            if development {
                world.abilities.refuse(Provider::Spotify, BATCH_READS);
            } else {
                let tracks = json!({ "tracks": [full("t1", "SEAYD7601020"), full("t2", "SEAYD7601030")] });
                world.spotify.on("/v1/tracks?ids=t1,t2&", 200, &tracks);
            }
            let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1")]);
            let Outcome::Done { rows, .. } = &outcomes["1"] else {
                panic!("{outcomes:?}")
            };
            let list = List::Tracks {
                album_id: Uuid::from_u128(1),
                market: "US".to_owned(),
                whole,
                hides_relinks: development,
            };
            assert_eq!(rows.list, Some(list), "{total:?}");
        }
    }

    #[test]
    fn an_album_is_gone_that_was_missing_several_times() {
        let world = World::default();
        world
            .spotify
            .on("/v1/albums/b1?", 404, &json!({ "error": { "status": 404 } }));
        let outcome = |attempt| {
            let mut message = message(1, "b1");
            message.attempt = attempt;
            world.run::<TrackDiscovery>(vec![message]).remove("1").unwrap()
        };
        assert!(matches!(outcome(2), Outcome::Retry { .. }));
        assert!(matches!(outcome(3), Outcome::NotFound(gone) if gone.code == "album_gone"));
    }

    #[test]
    fn a_missing_page_of_tracks_does_not_shorten_the_album() {
        let world = World::default();
        let next = "https://api.spotify.com/v1/albums/b1/tracks?offset=50&limit=50";
        world
            .spotify
            .on("/v1/albums/b1?", 200, &album("b1", &["t1"], Some(next)));
        world
            .spotify
            .on("/v1/albums/b1/tracks", 404, &json!({ "error": { "status": 404 } }));
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1")]);
        assert_eq!(retry(&outcomes["1"]).0.code, "provider_refused");
    }

    #[test]
    fn tracks_that_are_relinked_to_one_target_stay_the_albums_own() {
        for development in [false, true] {
            let world = World::default();
            let own = |own: &str| json!({ "id": "target", "name": "T", "linked_from": { "id": own } });
            let album =
                |id: &str, track: Value| json!({ "id": id, "name": id, "tracks": { "items": [track], "next": null } });
            let (one, two, home) = (
                album("b1", own("t1")),
                album("b2", own("t2")),
                album("b3", json!({ "id": "target", "name": "T" })),
            );
            if development {
                let forbidden = json!({ "error": { "status": 403, "message": "Forbidden" } });
                world.spotify.on("/v1/albums?ids=", 403, &forbidden);
                for (id, album) in [("b1", &one), ("b2", &two), ("b3", &home)] {
                    world.spotify.on(&format!("/v1/albums/{id}?"), 200, album);
                }
            } else {
                world
                    .spotify
                    .on("/v1/albums?ids=", 200, &json!({ "albums": [one, two, home] }));
                let mut full = [own("t1"), own("t2"), full("target", "SEAYD7601020")];
                full[0]["external_ids"] = json!({ "isrc": "SEAYD7601030" });
                world
                    .spotify
                    .on("/v1/tracks?ids=t1,t2,target&", 200, &json!({ "tracks": full }));
            }
            let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2"), message(3, "b3")]);
            let stored = |id: &str| match &outcomes[id] {
                Outcome::Done { rows, .. } => rows.tracks[0].clone(),
                other => panic!("{other:?}"),
            };
            let ids = ["1", "2", "3"].map(|id| stored(id).spotify_id);
            assert_eq!(ids, ["t1", "t2", "target"], "{development}");
            assert_eq!(stored("1").metadata["id"], "target");
            if !development {
                assert_eq!(stored("1").isrc.as_deref(), Some("SEAYD7601030"));
            }
        }
    }

    #[needs_captured_answers]
    #[test]
    fn the_captured_album_of_relinked_tracks_has_all_of_them() {
        let first: Value = captured("spotify/album_32nryzA6XBCX9ZUspVc1yz.json");
        let second: Value = captured("spotify/album_32nryzA6XBCX9ZUspVc1yz_tracks_50.json");
        let world = World::default();
        world.abilities.refuse(Provider::Spotify, BATCH_READS);
        world.spotify.on("/v1/albums/32nry?", 200, &first);
        world
            .spotify
            .on("/v1/albums/32nryzA6XBCX9ZUspVc1yz/tracks", 200, &second);
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "32nry")]);
        let Outcome::Done { rows, .. } = &outcomes["1"] else {
            panic!("{outcomes:?}")
        };
        let own: std::collections::HashSet<&String> = rows.tracks.iter().map(|track| &track.spotify_id).collect();
        assert_eq!((rows.tracks.len(), own.len()), (55, 55));
        let items = first["tracks"]["items"].as_array().unwrap();
        for (item, row) in items.iter().zip(&rows.tracks) {
            assert_eq!(item["linked_from"]["id"], row.spotify_id.as_str());
            assert_eq!(item["id"], row.metadata["id"]);
        }
    }

    #[test]
    fn a_malformed_album_is_retried_alone() {
        let world = World::default();
        let mut broken = album("b2", &["t2"], None);
        broken["tracks"]["items"] = json!({});
        world.spotify.on(
            "/v1/albums?ids=b1,b2",
            200,
            &json!({ "albums": [album("b1", &["t1"], None), broken] }),
        );
        world.spotify.on(
            "/v1/tracks?ids=t1",
            200,
            &json!({ "tracks": [full("t1", "SEAYD7601020")] }),
        );
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2")]);
        assert!(matches!(outcomes["1"], Outcome::Done { .. }));
        let (failure, _, counts) = retry(&outcomes["2"]);
        assert!(
            failure.message.contains("albums[1].tracks.items: expected a list"),
            "{failure}"
        );
        assert!(counts);
    }

    #[test]
    fn no_premium_is_the_operators_matter_and_not_a_refused_batch() {
        let world = World::default();
        let said = "Active premium subscription required for the owner of the app.".to_owned();
        world.spotify.on_raw("/v1/albums", Ok((403, None, said)));
        let outcomes = world.run::<TrackDiscovery>(vec![message(1, "b1"), message(2, "b2")]);
        assert_eq!(code(&outcomes["1"]), "spotify_premium_required");
        assert!(!world.abilities.refused(Provider::Spotify, BATCH_READS));
    }
}
