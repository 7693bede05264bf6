//! Spotify's Web API, for both kinds of app.

mod objects;
mod search;

use serde_json::{Value, json};

use super::{Answer, Call, Method, SpotifyApp};
use crate::world::World;
use objects::Shape;

pub fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"error": {"status": status, "message": message}}))
}

/// What a path after `/v1` is about.
pub fn endpoint(parts: &[&str]) -> &'static str {
    match parts {
        ["search"] => "search",
        ["artists"] => "artist_batch",
        ["artists", _] => "artist",
        ["artists", _, "albums"] => "artist_albums",
        ["albums"] => "album_batch",
        ["albums", _] => "album",
        ["albums", _, "tracks"] => "album_tracks",
        ["tracks"] => "track_batch",
        ["tracks", _] => "track",
        _ => "unknown",
    }
}

/// The answer to a caller with a good token.
pub fn answer(world: &World, app: SpotifyApp, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let shape = Shape {
        world,
        app,
        origin: &call.origin,
        market: call.value("market").is_some(),
    };
    let answer = match parts.as_slice() {
        ["v1", rest @ ..] if call.method == Method::Get => match rest {
            ["search"] => search::answer(&shape, call),
            ["artists"] => batch(&shape, call, 50, "artists", &|id| {
                world.artist(id).map(|it| shape.artist(it))
            }),
            ["artists", id] => one(id, world.artist(id).map(|it| shape.artist(it))),
            ["artists", id, "albums"] => artist_albums(&shape, call, id),
            ["albums"] => batch(&shape, call, 20, "albums", &|id| {
                world.album(id).map(|it| shape.full_album(it))
            }),
            ["albums", id] => one(id, world.album(id).map(|it| shape.full_album(it))),
            ["albums", id, "tracks"] => album_tracks(&shape, call, id),
            ["tracks"] => batch(&shape, call, 50, "tracks", &|id| {
                world.track(id).map(|(album, it)| shape.full_track(album, it))
            }),
            ["tracks", id] => one(id, world.track(id).map(|(album, it)| shape.full_track(album, it))),
            _ => Err(error(404, "Service not found")),
        },
        _ => Err(error(405, "Method not allowed")),
    };
    answer.map_or_else(|error| error, |value| Answer::json(200, &value))
}

type Result = std::result::Result<Value, Answer>;

fn one(id: &str, found: Option<Value>) -> Result {
    well_formed(id)?;
    found.ok_or_else(|| error(404, "Resource not found"))
}

fn well_formed(id: &str) -> std::result::Result<(), Answer> {
    let good = id.len() == 22 && id.chars().all(|character| character.is_ascii_alphanumeric());
    if good {
        Ok(())
    } else {
        Err(error(400, "Invalid base62 id"))
    }
}

fn batch(shape: &Shape, call: &Call, most: usize, member: &str, find: &dyn Fn(&str) -> Option<Value>) -> Result {
    if shape.app == SpotifyApp::Development {
        return Err(error(403, "Forbidden"));
    }
    let ids: Vec<&str> = call
        .value("ids")
        .unwrap_or_default()
        .split(',')
        .filter(|id| !id.is_empty())
        .collect();
    if ids.is_empty() {
        return Err(error(400, "Missing required field: ids"));
    }
    if ids.len() > most {
        return Err(error(400, "Too many ids requested"));
    }
    for id in &ids {
        well_formed(id)?;
    }
    let found: Vec<Value> = ids.iter().map(|id| find(id).unwrap_or(Value::Null)).collect();
    Ok(json!({ member: found }))
}

/// `limit` and `offset` of a call.
struct Page {
    limit: usize,
    offset: usize,
}

impl Page {
    fn of(call: &Call, default: usize, most: usize) -> std::result::Result<Self, Answer> {
        let limit = call
            .number("limit")
            .map_err(|()| error(400, "Invalid limit"))?
            .unwrap_or(default);
        let offset = call
            .number("offset")
            .map_err(|()| error(400, "Invalid offset"))?
            .unwrap_or(0);
        if limit == 0 || limit > most {
            return Err(error(400, "Invalid limit"));
        }
        Ok(Self { limit, offset })
    }

    /// A paging object; `address` is the path with every other parameter.
    fn object(&self, origin: &str, address: &str, total: usize, items: Vec<Value>) -> Value {
        let at = |offset: usize| {
            let join = if address.contains('?') { '&' } else { '?' };
            format!("{origin}{address}{join}offset={offset}&limit={}", self.limit)
        };
        let next = self.offset + self.limit;
        let mut object = json!({
            "href": at(self.offset),
            "limit": self.limit,
            "next": (next < total).then(|| at(next)),
            "offset": self.offset,
            "previous": (self.offset > 0).then(|| at(self.offset.saturating_sub(self.limit))),
            "total": total,
        });
        object["items"] = Value::Array(items);
        object
    }

    fn slice<'a, T>(&self, items: &'a [T]) -> impl Iterator<Item = &'a T> {
        items.iter().skip(self.offset).take(self.limit)
    }
}

/// The largest page of searches and of an artist's albums, and the one without a limit.
fn pages(app: SpotifyApp) -> (usize, usize) {
    match app {
        SpotifyApp::Extended => (50, 20),
        SpotifyApp::Development => (10, 5),
    }
}

fn artist_albums(shape: &Shape, call: &Call, id: &str) -> Result {
    well_formed(id)?;
    let world = shape.world;
    let artist = world.artists.iter().position(|artist| artist.spotify_id == id);
    let Some(artist) = artist.map(crate::world::model::ArtistIx) else {
        return Err(error(404, "Resource not found"));
    };
    let (most, default) = pages(shape.app);
    let page = Page::of(call, default, most)?;
    let groups = call
        .value("include_groups")
        .unwrap_or("album,single,appears_on,compilation");
    let mut albums: Vec<_> = world
        .albums
        .iter()
        .filter(|album| album.listed_under.contains(&artist) && groups.split(',').any(|group| group == album.kind))
        .collect();
    // By group, the newest first.
    albums.sort_by(|one, other| {
        one.kind
            .cmp(other.kind)
            .then_with(|| other.release_date.cmp(&one.release_date))
    });
    let items = page.slice(&albums).map(|album| shape.listed_album(album)).collect();
    let address = format!(
        "/v1/artists/{id}/albums?include_groups={}{}",
        super::call::encoded(groups),
        objects::market_of(call)
    );
    Ok(page.object(shape.origin, &address, albums.len(), items))
}

fn album_tracks(shape: &Shape, call: &Call, id: &str) -> Result {
    well_formed(id)?;
    let album = shape.world.album(id).ok_or_else(|| error(404, "Resource not found"))?;
    let page = Page::of(call, 20, 50)?;
    Ok(shape.tracks_of(album, &page, &objects::market_of(call)))
}
