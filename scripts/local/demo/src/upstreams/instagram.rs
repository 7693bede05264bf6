//! Instagram's business discovery.

use serde_json::json;

use super::{Answer, Call};
use crate::world::World;

/// The Graph API's error object.
pub fn error(status: u16, code: u32, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AdEm0TrAcE0000000000000"}}),
    )
}

/// The one account that asks.
pub const ACCOUNT: &str = "17841400000000000";

pub fn answer(world: &World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let [_, account] = parts.as_slice() else {
        return error(404, 2500, "Unknown path components");
    };
    if *account != ACCOUNT {
        let message = format!(
            "Unsupported get request. Object with ID '{account}' does not exist, cannot be loaded due to missing permissions, or does not support this operation."
        );
        return error(400, 100, &message);
    }
    // `business_discovery.username(NAME){username,name,…}`
    let fields = call.value("fields").unwrap_or_default();
    let asked = fields
        .strip_prefix("business_discovery.username(")
        .and_then(|rest| rest.split_once(')'))
        .and_then(|(name, rest)| Some((name, rest.strip_prefix('{')?.strip_suffix('}')?)));
    let Some((username, wanted)) = asked else {
        return Answer::json(200, &json!({"id": ACCOUNT}));
    };
    let found = world
        .accounts
        .iter()
        .find(|account| account.username.eq_ignore_ascii_case(username));
    let Some(found) = found else {
        // Private, age-gated and personal accounts look the same.
        let message = format!("The user with username: {username} cannot be found.");
        return Answer::json(
            400,
            &json!({"error": {
                "message": "Invalid user id", "type": "OAuthException", "code": 110, "error_subcode": 2_207_013,
                "is_transient": false, "error_user_title": "Cannot find User", "error_user_msg": message,
                "fbtrace_id": "AdEm0TrAcE0000000000000",
            }}),
        );
    };
    let mut discovery = json!({});
    for field in wanted.split(',') {
        discovery[field] = match field {
            "username" => json!(found.username),
            "name" => json!(found.name),
            // What is empty is left out.
            "biography" if found.biography.is_some() => json!(found.biography),
            "website" if found.website.is_some() => json!(found.website),
            "profile_picture_url" => match &found.picture_url {
                Some(url) => json!(format!("{url}?_nc_cat=1&ccb=1-7&_nc_sid=7d201b&oe=6730F1A2")),
                None => continue,
            },
            "followers_count" => json!(found.followers),
            _ => continue,
        };
    }
    discovery["id"] = json!("17841499999999999");
    Answer::json(200, &json!({"business_discovery": discovery, "id": ACCOUNT}))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn ask(name: &str, fields: &str) -> (u16, Value) {
        let path = format!("/v21.0/{ACCOUNT}?fields=business_discovery.username({name}){{{fields}}}");
        let answer = answer(&World::generate(1, 0), &Call::get(&path));
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    #[test]
    fn absent_accounts_are_not_available() {
        for name in ["nobody_at_all", "runasolberg"] {
            let (status, body) = ask(name, "username");
            assert_eq!(
                (status, &body["error"]["code"], &body["error"]["error_subcode"]),
                (400, &json!(110), &json!(2_207_013))
            );
        }
    }

    #[test]
    fn what_is_asked_for_comes_where_there_is_something() {
        let found =
            ask("Aster.Quill", "username,biography,profile_picture_url,website").1["business_discovery"].clone();
        assert_eq!(found["username"], "aster.quill");
        assert!(found["biography"].as_str().unwrap().contains('@'));
        assert!(found["profile_picture_url"].as_str().unwrap().contains("&oe="));
        let bare = ask("lorcandaly", "username,biography,profile_picture_url,website").1["business_discovery"].clone();
        assert_eq!(bare.as_object().unwrap().len(), 2, "{bare}");
    }
}
