//! Artists: people, under the name that Genius shows.

use serde_json::Value;

use crate::domain::instagram;
use crate::sources::SourceError;
use crate::sources::genius::{Genius, id};
use crate::sources::json::{self, Misread};

/// Where Genius keeps its own pictures, the default avatar among them.
const ASSETS: &str = "assets.genius.com/";

/// An artist's page. Its description is written by Genius' users, so an address in it is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistPage {
    /// Genius' id; another than was asked for when two were merged.
    pub id: u64,
    pub name: String,
    pub alternate_names: Vec<String>,
    /// The account that the page states.
    pub instagram_handle: Option<String>,
    pub image_url: Option<String>,
}

impl Genius<'_> {
    /// An artist's page; `None`: there is none.
    pub async fn artist(&self, id: u64) -> Result<Option<ArtistPage>, SourceError> {
        self.get(&format!("/artists/{id}?text_format=plain"), |response| {
            let artist = json::object(response, "artist")?;
            read(artist).map_err(|misread| misread.within("artist"))
        })
        .await
    }
}

fn read(artist: &Value) -> Result<ArtistPage, Misread> {
    let handle = json::optional_text(artist, "instagram_name");
    let image = json::optional_url(artist, "image_url");
    Ok(ArtistPage {
        id: id(artist).ok_or_else(|| Misread::at("id", "is no number"))?,
        name: json::text(artist, "name")?,
        alternate_names: json::texts(artist, "alternate_names"),
        instagram_handle: handle.and_then(|name| instagram::handle(&name)),
        image_url: image.filter(|url| !url.contains(ASSETS) && !url.contains("/default_avatar")),
    })
}

#[cfg(test)]
mod tests {
    use linernotes_captured::{captured, needs_captured_answers};
    use serde_json::json;

    use super::*;
    use crate::sources::testing::{Script, TestClock, block_on, client};

    fn ask(script: &Script) -> Result<Option<ArtistPage>, SourceError> {
        let (clock, config) = (
            TestClock::default(),
            crate::stages::testing::config().providers.genius.unwrap(),
        );
        block_on(Genius::new(client(crate::sources::Provider::Genius, script, &clock), &config).artist(101))
    }

    fn artist(body: &Value) -> Result<Option<ArtistPage>, SourceError> {
        let script = Script::default();
        script.on(
            "/artists/101?text_format=plain",
            200,
            &json!({ "meta": { "status": 200 }, "response": { "artist": body } }),
        );
        ask(&script)
    }

    #[test]
    fn a_page_is_read() {
        let page = artist(&json!({
            "id": 101, "name": "Py Testerson", "alternate_names": ["pytestguru", null], "instagram_name": "@Py.Testerson",
            "image_url": "https://images.genius.com/1.jpg", "description": { "plain": "Write to py@example.org" },
        }));
        let page = page.unwrap().unwrap();
        assert_eq!(page.instagram_handle.as_deref(), Some("py.testerson"));
        assert_eq!(page.image_url.as_deref(), Some("https://images.genius.com/1.jpg"));
        assert_eq!((page.id, page.alternate_names), (101, vec!["pytestguru".to_owned()]));
    }

    #[test]
    fn a_bare_page_states_nothing() {
        for (handle, image) in [
            (
                json!(null),
                json!("https://assets.genius.com/images/default_avatar_300.png?1588262610"),
            ),
            (json!(""), json!("https://mirror.example/images/default_avatar_300.png")),
            (json!("https://www.instagram.com/p/Bx1/"), json!(null)),
            (json!(7), json!("nonsense")),
        ] {
            let page = artist(&json!({ "id": 101, "name": "Py", "instagram_name": handle, "image_url": image }));
            let page = page.unwrap().unwrap();
            assert_eq!((page.instagram_handle, page.image_url), (None, None), "{handle}");
        }
        for body in [
            json!({ "id": 101 }),
            json!({ "name": "Py" }),
            json!({ "id": "101", "name": "Py" }),
            json!([]),
        ] {
            assert!(matches!(artist(&body), Err(SourceError::Malformed { .. })), "{body}");
        }
    }

    #[test]
    fn who_is_gone_is_an_answer() {
        let script = Script::default();
        script.on(
            "/artists/101",
            404,
            &json!({ "meta": { "status": 404, "message": "Not found" } }),
        );
        assert_eq!(ask(&script), Ok(None));
    }

    #[needs_captured_answers]
    #[test]
    fn a_captured_page_is_read() {
        let body = captured("genius/artist_info_mocked.json");
        let page = read(&body).unwrap();
        assert_eq!((page.name.as_str(), page.alternate_names.len()), ("Py Testerson", 2));
        assert!(page.image_url.is_some());
    }
}
