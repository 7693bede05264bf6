//! Spotify's objects, with the fields that the kind of app sees.

use serde_json::{Map, Value, json};

use super::Page;
use crate::upstreams::{Call, SpotifyApp};
use crate::world::World;
use crate::world::model::{Album, Artist, ArtistIx, Track};

/// Makes objects for one call.
pub struct Shape<'a> {
    pub world: &'a World,
    pub app: SpotifyApp,
    pub origin: &'a str,
    /// With a market, `is_playable` stands in place of `available_markets`.
    pub market: bool,
}

const MARKETS: [&str; 12] = ["AT", "AU", "BR", "CA", "DE", "DK", "FR", "GB", "JP", "NO", "SE", "US"];

impl Shape<'_> {
    fn extended(&self) -> bool {
        self.app == SpotifyApp::Extended
    }

    fn base(&self, kind: &str, id: &str, name: &str) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert(
            "external_urls".into(),
            json!({"spotify": format!("https://open.spotify.com/{kind}/{id}")}),
        );
        object.insert("href".into(), json!(format!("{}/v1/{kind}s/{id}", self.origin)));
        object.insert("id".into(), json!(id));
        object.insert("name".into(), json!(name));
        object.insert("type".into(), json!(kind));
        object.insert("uri".into(), json!(format!("spotify:{kind}:{id}")));
        object
    }

    fn markets(&self, object: &mut Map<String, Value>) {
        if self.market {
            object.insert("is_playable".into(), json!(true));
        } else if self.extended() {
            object.insert("available_markets".into(), json!(MARKETS));
        }
    }

    pub fn artist(&self, artist: &Artist) -> Value {
        let mut object = self.base("artist", &artist.spotify_id, &artist.name);
        object.insert("genres".into(), json!(artist.genres));
        object.insert("images".into(), images(artist.image_url.as_ref()));
        if self.extended() {
            object.insert("followers".into(), json!({"href": null, "total": artist.followers}));
            object.insert("popularity".into(), json!(artist.popularity));
        }
        Value::Object(object)
    }

    fn artists(&self, artists: &[ArtistIx]) -> Value {
        artists
            .iter()
            .map(|artist| {
                let artist = &self.world.artists[artist.0];
                Value::Object(self.base("artist", &artist.spotify_id, &artist.name))
            })
            .collect()
    }

    fn simple_album(&self, album: &Album) -> Map<String, Value> {
        let mut object = self.base("album", &album.spotify_id, &album.name);
        object.insert("album_type".into(), json!(album.kind));
        object.insert("artists".into(), self.artists(&album.artists));
        object.insert("images".into(), images(album.cover_url.as_ref()));
        object.insert("release_date".into(), json!(album.release_date));
        object.insert("release_date_precision".into(), json!(album.precision));
        object.insert("total_tracks".into(), json!(album.tracks.len()));
        self.markets(&mut object);
        object
    }

    /// An album in an artist's list.
    pub fn listed_album(&self, album: &Album) -> Value {
        let mut object = self.simple_album(album);
        if self.extended() {
            object.insert("album_group".into(), json!(album.kind));
        }
        Value::Object(object)
    }

    /// An album in a search.
    pub fn found_album(&self, album: &Album) -> Value {
        Value::Object(self.simple_album(album))
    }

    /// The full album, with its first 50 tracks.
    pub fn full_album(&self, album: &Album) -> Value {
        let mut object = self.simple_album(album);
        object.insert(
            "copyrights".into(),
            json!([{"text": format!("(P) {}", album.label), "type": "P"}]),
        );
        if let Some(upc) = &album.upc {
            object.insert("external_ids".into(), json!({"upc": upc}));
        }
        object.insert("genres".into(), json!([]));
        if self.extended() {
            object.insert("label".into(), json!(album.label));
            object.insert("popularity".into(), json!(album.popularity));
        }
        let first = Page { limit: 50, offset: 0 };
        object.insert("tracks".into(), self.tracks_of(album, &first, ""));
        Value::Object(object)
    }

    /// A page of an album's tracks.
    pub fn tracks_of(&self, album: &Album, page: &Page, market: &str) -> Value {
        let items = page
            .slice(&album.tracks)
            .map(|track| Value::Object(self.simple_track(track)))
            .collect();
        let market = if market.is_empty() {
            String::new()
        } else {
            format!("?{}", &market[1..])
        };
        page.object(
            self.origin,
            &format!("/v1/albums/{}/tracks{market}", album.spotify_id),
            album.tracks.len(),
            items,
        )
    }

    fn simple_track(&self, track: &Track) -> Map<String, Value> {
        // Only who names a market is answered with what plays there; an app in development mode is not told of it.
        let relinked = track.plays_as.as_ref().filter(|_| self.market);
        let mut object = self.base("track", relinked.unwrap_or(&track.spotify_id), &track.name);
        if relinked.is_some() && self.extended() {
            let mut own = self.base("track", &track.spotify_id, &track.name);
            own.remove("name");
            object.insert("linked_from".into(), Value::Object(own));
        }
        object.insert("artists".into(), self.artists(&track.artists));
        object.insert("disc_number".into(), json!(track.disc));
        object.insert("duration_ms".into(), json!(track.duration_ms));
        object.insert("explicit".into(), json!(false));
        object.insert("is_local".into(), json!(false));
        object.insert("preview_url".into(), Value::Null);
        object.insert("track_number".into(), json!(track.number));
        self.markets(&mut object);
        object
    }

    pub fn full_track(&self, album: &Album, track: &Track) -> Value {
        let mut object = self.simple_track(track);
        object.insert("album".into(), self.found_album(album));
        if let Some(isrc) = &track.isrc {
            object.insert("external_ids".into(), json!({"isrc": isrc}));
        } else {
            object.insert("external_ids".into(), json!({}));
        }
        if self.extended() {
            object.insert("popularity".into(), json!(track.popularity));
        }
        Value::Object(object)
    }
}

/// The parameter to repeat in the address of the next page.
pub fn market_of(call: &Call) -> String {
    call.value("market")
        .map(|market| format!("&market={}", crate::upstreams::call::encoded(market)))
        .unwrap_or_default()
}

/// One image in three sizes; none where there is none.
fn images(largest: Option<&String>) -> Value {
    let Some(url) = largest else { return json!([]) };
    json!([
        {"height": 640, "url": url, "width": 640},
        {"height": 300, "url": format!("{url}-300"), "width": 300},
        {"height": 64, "url": format!("{url}-64"), "width": 64},
    ])
}
