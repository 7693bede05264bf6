//! Wikidata: what is stated of a person's accounts, picture and address.

mod config;

pub use config::Config;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::domain::email;
use crate::domain::ids::{MusicBrainzId, WikidataId};
use crate::domain::instagram;
use crate::sources::client::ProviderClient;
use crate::sources::json::{self, Misread};
use crate::sources::{SourceError, divided, escaped};

const IDS_PER_REQUEST: usize = 50;

/// Requests that Wikidata wants to see at once from one client.
const AT_ONCE: usize = 3;

/// The pause after a limit that does not say how long it lasts: the seconds that are asked for with `maxlag`.
const PAUSE: Duration = Duration::from_secs(5);

/// Width of pictures, in pixels.
const PICTURE_WIDTH: u32 = 600;

pub struct Wikidata<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
}

/// What is stated of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// P2003
    pub instagram_handle: Option<String>,
    /// P856
    pub website: Option<String>,
    /// P968
    pub email: Option<String>,
    /// P18
    pub image_url: Option<String>,
    /// P6351: the person's numeric ids at Genius.
    pub genius_ids: Vec<u64>,
    /// P434: whose item this is.
    pub musicbrainz_ids: Vec<MusicBrainzId>,
}

impl<'a> Wikidata<'a> {
    pub fn new(client: ProviderClient<'a>, config: &'a Config) -> Self {
        Self { client, config }
    }

    /// The items with these ids; those that don't exist are left out.
    pub async fn items(&self, ids: &[WikidataId]) -> BTreeMap<WikidataId, Result<Item, SourceError>> {
        let limit = AT_ONCE.min(self.client.concurrency);
        let mut items = BTreeMap::new();
        for (part, answer) in divided(ids, IDS_PER_REQUEST, limit, |part| self.request(part)).await {
            match answer {
                Ok(found) => items.extend(found.into_iter().map(|(id, item)| (id, Ok(item)))),
                Err(error) => items.extend(part.iter().map(|id| (id.clone(), Err(error.clone())))),
            }
        }
        items
    }

    async fn request(&self, ids: &[WikidataId]) -> Result<BTreeMap<WikidataId, Item>, SourceError> {
        let mut ids = ids.to_vec();
        loop {
            if ids.is_empty() {
                return Ok(BTreeMap::new());
            }
            let list: Vec<&str> = ids.iter().map(WikidataId::as_str).collect();
            let url = format!(
                "{}/w/api.php?action=wbgetentities&ids={}&props=claims&format=json&maxlag=5",
                self.config.url,
                escaped(&list.join("|"))
            );
            let answer = self.client.send(self.config.request(&url)?).await?;
            let body = answer.json()?;
            if let Some(error) = body.get("error") {
                // One unknown id fails the whole request; the error names it.
                let unknown = error["id"].as_str().and_then(WikidataId::parse);
                if let Some(at) = ids
                    .iter()
                    .position(|id| error["code"] == "no-such-entity" && Some(id) == unknown.as_ref())
                {
                    ids.remove(at);
                    continue;
                }
                let code = error["code"].as_str().unwrap_or_default();
                let info = error["info"].as_str().unwrap_or_default();
                let limited = matches!(code, "maxlag" | "ratelimited");
                // Errors come with status 200; `maxlag` with a `Retry-After`, mostly.
                return Err(match answer.pause.or(limited.then_some(PAUSE)) {
                    Some(after) => SourceError::Paused { url, after },
                    None => SourceError::Status {
                        url,
                        // One of the ids is at fault: the halves are asked for.
                        status: if code.contains("entity") {
                            400
                        } else {
                            answer.status.as_u16()
                        },
                        message: format!("{code}: {info}"),
                    },
                });
            }
            return read(&body, &ids).map_err(|misread| answer.malformed(misread));
        }
    }
}

fn read(body: &Value, ids: &[WikidataId]) -> Result<BTreeMap<WikidataId, Item>, Misread> {
    let entities = json::object(body, "entities")?;
    let found = ids
        .iter()
        .filter_map(|id| Some((id.clone(), item(entities.get(id.as_str())?)?)));
    Ok(found.collect())
}

/// Reads an item; `None` where no item has the id.
fn item(entity: &Value) -> Option<Item> {
    // An item without claims has an empty list in their place.
    let claims = entity.get("claims").filter(|claims| !claims.is_null())?;
    let text = |property| best(claims, property).into_iter().next();
    let image = text("P18")
        .map(|name| commons_picture(&name))
        .filter(|url| json::is_url(url));
    Some(Item {
        instagram_handle: best(claims, "P2003").iter().find_map(|name| instagram::handle(name)),
        website: text("P856").filter(|url| json::is_url(url)),
        email: best(claims, "P968").iter().find_map(|address| email::address(address)),
        image_url: image,
        genius_ids: best(claims, "P6351").iter().filter_map(|id| genius_id(id)).collect(),
        musicbrainz_ids: all(claims, "P434")
            .iter()
            .filter_map(|id| MusicBrainzId::parse(id))
            .collect(),
    })
}

/// The values of the best rank that is there. A preferred "no value" or "unknown value" counts: what it replaces is
/// over.
fn best(claims: &Value, property: &str) -> Vec<String> {
    let valid = valid(claims, property);
    let has_preferred = valid.iter().any(|statement| statement["rank"] == "preferred");
    let best = valid
        .into_iter()
        .filter(|statement| !has_preferred || statement["rank"] == "preferred");
    best.filter_map(value).collect()
}

fn all(claims: &Value, property: &str) -> Vec<String> {
    valid(claims, property).into_iter().filter_map(value).collect()
}

/// The statements that are neither deprecated nor over.
fn valid<'c>(claims: &'c Value, property: &str) -> Vec<&'c Value> {
    let statements = claims[property].as_array().map_or(&[][..], Vec::as_slice).iter();
    statements
        .filter(|statement| statement["rank"] != "deprecated" && statement["qualifiers"]["P582"].is_null())
        .collect()
}

/// `None` for "no value" and "unknown value".
fn value(statement: &Value) -> Option<String> {
    json::optional_text(&statement["mainsnak"]["datavalue"], "value")
}

/// A numeric id at Genius. (Names at Genius have another property, P2373.)
fn genius_id(text: &str) -> Option<u64> {
    let fits = text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|id| fits && *id > 0)
}

/// The address under which Commons gives a file's picture.
pub fn commons_picture(file: &str) -> String {
    format!(
        "https://commons.wikimedia.org/wiki/Special:FilePath/{}?width={PICTURE_WIDTH}",
        escaped(&file.replace(' ', "_"))
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sources::Provider;
    use crate::sources::testing::{Script, TestClock, block_on, client};

    fn config() -> Config {
        crate::stages::testing::config().providers.wikidata.unwrap()
    }

    fn claim(value: &str, rank: &str) -> Value {
        json!({ "rank": rank, "mainsnak": { "snaktype": "value", "datavalue": { "type": "string", "value": value } } })
    }

    fn ids(ids: &[&str]) -> Vec<WikidataId> {
        ids.iter().map(|id| WikidataId::parse(id).unwrap()).collect()
    }

    #[test]
    fn ranks_and_ends_are_respected() {
        let mut ended = claim("old.name", "preferred");
        ended["qualifiers"] = json!({ "P582": [{}] });
        let entity = json!({ "claims": {
            "P2003": [claim("wrong", "deprecated"), claim("second", "normal"), claim("First", "preferred"), ended],
            "P968": [claim("https://example.org", "normal"), claim("mailto:me@Example.org", "normal"), claim("mailto:old@example.org", "deprecated")],
            "P18": [claim("Max Martin 2019.jpg", "normal")],
            "P856": [{ "rank": "normal", "mainsnak": { "snaktype": "somevalue" } }],
            "P6351": [claim("Max-martin", "normal"), claim("16775", "normal"), claim("0", "normal"), claim("7", "deprecated")],
            "P434": [claim("2f031686-3f01-4f33-a4fc-fb3944532efa", "normal")],
        } });
        let item = item(&entity).unwrap();
        assert_eq!(item.instagram_handle.as_deref(), Some("first"));
        assert_eq!(item.email.as_deref(), Some("me@example.org"));
        assert_eq!(
            item.image_url.as_deref(),
            Some("https://commons.wikimedia.org/wiki/Special:FilePath/Max_Martin_2019.jpg?width=600")
        );
        assert_eq!(item.website, None);
        assert_eq!(item.genius_ids, [16775]);
        assert_eq!(item.musicbrainz_ids.len(), 1);
    }

    #[test]
    fn a_preferred_statement_without_a_value_counts() {
        let none = |snak: &str| json!({ "rank": "preferred", "mainsnak": { "snaktype": snak } });
        let mut ended = none("novalue");
        ended["qualifiers"] = json!({ "P582": [{}] });
        let entity = json!({ "claims": {
            "P2003": [claim("old.name", "normal"), none("novalue")],
            "P968": [none("somevalue"), claim("mailto:old@example.org", "normal")],
            "P856": [none("novalue"), claim("https://example.org", "preferred"), claim("https://old.example.org", "normal")],
            "P18": [ended, claim("Still There.jpg", "normal")],
        } });
        let item = item(&entity).unwrap();
        assert_eq!((item.instagram_handle, item.email), (None, None));
        assert_eq!(item.website.as_deref(), Some("https://example.org"));
        assert!(item.image_url.is_some());
    }

    #[test]
    fn an_unknown_id_does_not_fail_the_others() {
        let script = Script::default();
        script
            .on(
                "/w/api.php?action=wbgetentities&ids=Q1%7CQ2",
                200,
                &json!({ "error": { "code": "no-such-entity", "id": "Q2" } }),
            )
            .on(
                "/w/api.php?action=wbgetentities&ids=Q1&",
                200,
                &json!({ "entities": { "Q1": { "claims": [] }, "Q9": {} } }),
            );
        let (clock, config) = (TestClock::default(), config());
        let wikidata = Wikidata::new(client(Provider::Wikidata, &script, &clock), &config);
        let items = block_on(wikidata.items(&ids(&["Q1", "Q2"])));
        assert_eq!(items.into_values().collect::<Vec<_>>(), [Ok(Item::default())]);
        assert!(script.headers("user-agent")[0].contains("(tests@example.org)"));
    }

    #[test]
    fn a_bad_id_that_is_not_named_does_not_fail_the_others() {
        let script = Script::default();
        let error = json!({ "error": { "code": "no-such-entity", "info": "Could not find an entity" } });
        script
            .on("/w/api.php?action=wbgetentities&ids=Q1%7CQ2&", 200, &error)
            .on("/w/api.php?action=wbgetentities&ids=Q2&", 200, &error)
            .on(
                "/w/api.php?action=wbgetentities&ids=Q1&",
                200,
                &json!({ "entities": { "Q1": { "claims": [] } } }),
            );
        let (clock, config) = (TestClock::default(), config());
        let wikidata = Wikidata::new(client(Provider::Wikidata, &script, &clock), &config);
        let items = block_on(wikidata.items(&ids(&["Q1", "Q2"])));
        assert_eq!(items[&WikidataId::parse("Q1").unwrap()], Ok(Item::default()));
        assert!(items[&WikidataId::parse("Q2").unwrap()].is_err());
    }

    #[test]
    fn lag_is_a_pause_and_a_missing_member_is_malformed() {
        let script = Script::default();
        let lag = json!({ "error": { "code": "maxlag", "info": "waiting" } }).to_string();
        script
            .on_raw("/w/api.php", Ok((200, Some("5"), lag)))
            .on("/w/api.php", 200, &json!({}));
        let (clock, config) = (TestClock::default(), config());
        let wikidata = Wikidata::new(client(Provider::Wikidata, &script, &clock), &config);
        let error = || {
            let items = block_on(wikidata.items(&ids(&["Q1"])));
            items.into_values().next().unwrap().unwrap_err()
        };
        assert!(matches!(error(), SourceError::Paused { .. }));
        let error = error();
        assert!(error.to_string().contains("entities: missing"), "{error}");
    }
}
