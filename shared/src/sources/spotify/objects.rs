//! Spotify's objects. In development mode many members are missing, and old answers have members that are gone, so all
//! but ids and names are optional.

use serde_json::Value;

use crate::domain::ids::{Barcode, Isrc, SpotifyId};
use crate::sources::json::{self, Misread};

#[derive(Debug, Clone, PartialEq)]
pub struct Artist {
    pub id: SpotifyId,
    pub name: String,
    /// Absent in development mode.
    pub followers: Option<i32>,
    /// 0..=100; absent in development mode.
    pub popularity: Option<i32>,
    pub image_url: Option<String>,
    /// The object, pruned.
    pub object: Value,
}

/// An album; simplified ones (in lists) have no barcode and no tracks.
#[derive(Debug, Clone, PartialEq)]
pub struct Album {
    pub id: SpotifyId,
    pub name: String,
    /// `2004`, `2004-05` or `2004-05-17`
    pub release_date: Option<String>,
    /// `year`, `month` or `day`
    pub release_date_precision: Option<String>,
    pub cover_url: Option<String>,
    pub barcode: Option<Barcode>,
    /// In the album's order.
    pub artist_ids: Option<Vec<SpotifyId>>,
    /// The object, pruned.
    pub object: Value,
}

/// A track; those inside an album have no ISRC and no popularity.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    pub id: SpotifyId,
    pub name: String,
    pub duration_ms: Option<i32>,
    /// 0..=100; absent in development mode.
    pub popularity: Option<i32>,
    /// Well formed.
    pub isrc: Option<Isrc>,
    pub disc_number: Option<i32>,
    /// From 1, within its disc.
    pub track_number: Option<i32>,
    /// Thirty seconds of it.
    pub preview_url: Option<String>,
    /// The object, pruned.
    pub object: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next one begins.
    pub next: Option<u32>,
    /// How many items all pages have together.
    pub total: Option<u32>,
}

/// An album with the first page of its tracks.
#[derive(Debug, Clone, PartialEq)]
pub struct FullAlbum {
    pub album: Album,
    /// Up to 50 tracks.
    pub tracks: Page<Track>,
}

pub fn artist(value: &Value) -> Result<Artist, Misread> {
    let followers = value
        .get("followers")
        .and_then(|followers| json::optional_integer(followers, "total"));
    Ok(Artist {
        id: id(value)?,
        name: name(value)?,
        followers,
        popularity: popularity(value),
        image_url: first_image(value),
        object: pruned(value, &[]),
    })
}

pub fn album(value: &Value) -> Result<Album, Misread> {
    let external_ids = value.get("external_ids");
    let code = external_ids.and_then(|ids| json::optional_text(ids, "upc").or_else(|| json::optional_text(ids, "ean")));
    let artist_ids = value.get("artists").and_then(Value::as_array).map(|artists| {
        let ids = artists.iter().filter_map(|artist| artist.get("id")?.as_str());
        ids.filter_map(SpotifyId::parse).collect()
    });
    Ok(Album {
        id: id(value)?,
        name: name(value)?,
        release_date: json::optional_text(value, "release_date"),
        release_date_precision: json::optional_text(value, "release_date_precision"),
        cover_url: first_image(value),
        barcode: code.as_deref().and_then(Barcode::parse),
        artist_ids,
        object: pruned(value, &["tracks"]),
    })
}

/// Reads an album that was asked for by its id.
pub fn full_album(value: &Value) -> Result<FullAlbum, Misread> {
    let tracks = page(json::object(value, "tracks")?, track).map_err(|misread| misread.within("tracks"))?;
    Ok(FullAlbum {
        album: album(value)?,
        tracks,
    })
}

pub fn track(value: &Value) -> Result<Track, Misread> {
    let isrc = value
        .get("external_ids")
        .and_then(|ids| json::optional_text(ids, "isrc"));
    Ok(Track {
        id: own_id(value)?,
        name: name(value)?,
        duration_ms: json::optional_integer(value, "duration_ms"),
        popularity: popularity(value),
        isrc: isrc.as_deref().and_then(Isrc::parse),
        disc_number: json::optional_integer(value, "disc_number"),
        track_number: json::optional_integer(value, "track_number"),
        preview_url: json::optional_url(value, "preview_url"),
        object: pruned(value, &["album"]),
    })
}

/// Reads a page. A null among the items is passed over; what the answer says of the next page counts, not what was
/// asked.
pub fn page<T>(value: &Value, item: fn(&Value) -> Result<T, Misread>) -> Result<Page<T>, Misread> {
    let listed = json::list(value, "items")?;
    let mut items = Vec::with_capacity(listed.len());
    for (at, listed) in listed.iter().enumerate().filter(|(_, listed)| !listed.is_null()) {
        items.push(item(listed).map_err(|misread| misread.within_item("items", at))?);
    }
    let number = |key| json::optional_integer(value, key).and_then(|number| u32::try_from(number).ok());
    let offset = number("offset").unwrap_or(0);
    let after_these = offset.saturating_add(u32::try_from(listed.len()).unwrap_or(u32::MAX));
    let next = match value.get("next") {
        Some(Value::String(url)) => Some(offset_of(url).unwrap_or(after_these)),
        Some(Value::Null) => None,
        Some(_) => return Err(Misread::at("next", "expected a text or null")),
        None => number("total")
            .is_some_and(|total| total > after_these)
            .then_some(after_these),
    };
    // A next page that is not further on would be read for ever.
    if next.is_some_and(|next| next <= offset) {
        return Err(Misread::at("next", "does not go on"));
    }
    Ok(Page {
        items,
        next,
        total: number("total"),
    })
}

fn offset_of(url: &str) -> Option<u32> {
    let query = url.split_once('?')?.1;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("offset="))?
        .parse()
        .ok()
}

fn id(value: &Value) -> Result<SpotifyId, Misread> {
    let id = json::text(value, "id")?;
    SpotifyId::parse(&id).ok_or_else(|| Misread::at("id", "is no Spotify id"))
}

/// The id under which the album has the track. A track that can't be played in the market is relinked: the answer then
/// has the id of another album's track, which plays in its place (and stays in the kept object), and the track's own id in
/// `linked_from`.
fn own_id(track: &Value) -> Result<SpotifyId, Misread> {
    let plays = id(track)?;
    let own = track.get("linked_from").and_then(|own| json::optional_text(own, "id"));
    Ok(own.as_deref().and_then(SpotifyId::parse).unwrap_or(plays))
}

fn popularity(value: &Value) -> Option<i32> {
    json::optional_integer(value, "popularity").filter(|popularity| *popularity <= 100)
}

/// Spotify blanks the names of what it has withdrawn; nothing in the catalogue is without one.
fn name(value: &Value) -> Result<String, Misread> {
    let name = json::text(value, "name")?;
    Ok(if name.trim().is_empty() {
        "[untitled]".to_owned()
    } else {
        name
    })
}

fn first_image(value: &Value) -> Option<String> {
    let image = value.get("images")?.as_array()?.first()?;
    json::optional_url(image, "url")
}

/// The object as the catalogue keeps it: without markets, and without what has a table of its own.
fn pruned(value: &Value, members: &[&str]) -> Value {
    let mut value = match value {
        Value::Object(all) => {
            let kept = all.iter().filter(|(key, _)| !members.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        other => other.clone(),
    };
    json::prune(&mut value, &["available_markets"]);
    value
}

#[cfg(test)]
mod tests {
    use linernotes_captured::{captured, needs_captured_answers};
    use serde_json::json;

    use super::*;

    #[test]
    fn only_id_and_name_are_needed() {
        let bare = artist(&json!({ "id": "a1", "name": "A", "followers": null, "images": [] })).unwrap();
        assert_eq!((bare.followers, bare.popularity, bare.image_url), (None, None, None));
        let odd =
            track(&json!({ "id": "t1", "name": "T", "external_ids": 7, "popularity": "many", "duration_ms": -1 }))
                .unwrap();
        assert_eq!((odd.isrc, odd.popularity, odd.duration_ms), (None, None, None));
        assert_eq!(track(&json!({ "id": "t1", "name": " " })).unwrap().name, "[untitled]");
        assert_eq!(album(&json!({ "id": "b1" })).unwrap_err().field, "name");
        assert_eq!(album(&json!({ "id": "b/1", "name": "B" })).unwrap_err().field, "id");
    }

    #[test]
    fn the_object_is_kept_without_markets_and_tracks() {
        let value = json!({ "id": "b1", "name": "B", "available_markets": ["US"], "tracks": { "items": [] }, "artists": [{ "id": "a1" }] });
        let read = album(&value).unwrap();
        assert_eq!(
            read.object,
            json!({ "id": "b1", "name": "B", "artists": [{ "id": "a1" }] })
        );
    }

    #[test]
    fn the_answer_says_where_the_next_page_begins() {
        let next = |value: &Value| page(value, artist).map(|page| page.next);
        let items = json!([{ "id": "a1", "name": "A" }, null]);
        let with_next = |next: &str| json!({ "items": items, "next": next, "offset": 0, "limit": 5, "total": 9 });
        assert_eq!(next(&with_next("https://x/v1/y?limit=5&offset=5")), Ok(Some(5)));
        assert_eq!(next(&with_next("https://x/v1/y")), Ok(Some(2)));
        assert_eq!(next(&json!({ "items": items, "next": null, "total": 9 })), Ok(None));
        assert_eq!(next(&json!({ "items": items, "total": 9 })), Ok(Some(2)));
        assert_eq!(next(&json!({ "items": items, "total": 2 })), Ok(None));
        assert_eq!(next(&with_next("https://x/v1/y?offset=0")).unwrap_err().field, "next");
        assert_eq!(next(&json!({ "items": null })).unwrap_err().field, "items");
        assert_eq!(next(&json!({ "items": [{}] })).unwrap_err().field, "items[0].id");
    }

    #[test]
    fn a_relinked_track_keeps_its_own_id() {
        let relinked = json!({ "id": "plays", "name": "T", "linked_from": { "id": "own", "type": "track" } });
        let read = track(&relinked).unwrap();
        assert_eq!((read.id.as_str(), &read.object["id"]), ("own", &json!("plays")));
        for nothing in [json!(null), json!({}), json!({ "id": "no/id" }), json!("own")] {
            let plain = track(&json!({ "id": "plays", "name": "T", "linked_from": nothing })).unwrap();
            assert_eq!(plain.id.as_str(), "plays", "{nothing}");
        }
    }

    #[needs_captured_answers]
    #[test]
    fn captured_answers_are_read() {
        let pitbull = artist(&captured("spotify/find_artist.json")).unwrap();
        assert_eq!(
            (pitbull.name.as_str(), pitbull.followers, pitbull.popularity),
            ("Pitbull", Some(2_265_279), Some(97))
        );
        let read = full_album(&captured("spotify/find_album.json")).unwrap();
        assert_eq!(read.album.name, "She's So Unusual");
        assert_eq!(read.album.release_date_precision.as_deref(), Some("year"));
        assert_eq!(read.album.barcode, Barcode::parse("5099749994324"));
        assert_eq!(read.tracks.items.len(), 13);
        assert!(read.album.object.get("tracks").is_none() && read.album.object.get("available_markets").is_none());
        let albums = captured("spotify/find_albums.json");
        assert!(
            json::list(&albums, "albums")
                .unwrap()
                .iter()
                .all(|album| full_album(album).is_ok())
        );
        let tracks = page(&captured("spotify/find_album_tracks.json"), track);
        assert_eq!(tracks.unwrap().next, Some(1));
        let track = track(&captured("spotify/find_track.json"));
        assert_eq!(track.unwrap().isrc.unwrap().as_str(), "USRC11301695");
        let found = page(&captured("spotify/search_artist.json")["artists"], artist);
        assert_eq!(found.unwrap().items[0].name, "Tania Bowra");
    }
}
