//! Instagram: what an account says of itself, by the Graph API's business discovery.
//!
//! Only professional accounts are shown, and not all of them. Who is not shown may well be there: no answer here ever
//! refutes a handle that another source states.

mod config;
mod graph_errors;

pub use config::Config;

use std::cell::RefCell;

use http::StatusCode;
use serde_json::Value;

use crate::domain::instagram;
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::instagram::graph_errors::GraphError;
use crate::sources::json::{self, Misread};

/// The fields of an account that are asked for.
const FIELDS: &str = "username,name,biography,website,profile_picture_url,followers_count";

/// Instagram allows 150 characters.
const LONGEST_BIOGRAPHY: usize = 1000;

pub struct Instagram<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
    /// The refusal of the token, after which this run sends no further request.
    refused: RefCell<Option<SourceError>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// In lower case.
    pub handle: String,
    pub name: Option<String>,
    /// What it says of itself.
    pub biography: Option<String>,
    pub website: Option<String>,
    /// Instagram signs this address, and it stops working some days later.
    pub picture_url: Option<String>,
    pub followers: Option<i32>,
}

impl<'a> Instagram<'a> {
    pub fn new(client: ProviderClient<'a>, config: &'a Config) -> Self {
        Self {
            client,
            config,
            refused: RefCell::default(),
        }
    }

    /// The account with this handle; `None`: it is not shown, or there is none.
    pub async fn account(&self, handle: &str) -> Result<Option<Account>, SourceError> {
        // The handle stands inside a query language: nothing but a well-formed one is sent.
        let Some(handle) = instagram::handle(handle) else {
            return Ok(None);
        };
        if let Some(error) = self.refused.borrow().clone() {
            return Err(error);
        }
        let fields = format!("business_discovery.username({handle}){{{FIELDS}}}");
        let answer = self.config.ask(&self.client, &fields).await?;
        if !answer.status.is_success() {
            return self.refusal(&answer).map_or(Ok(None), Err);
        }
        let body = answer.json()?;
        let account = read(&body, &handle).map_err(|misread| answer.malformed(misread))?;
        Ok(Some(account))
    }

    /// Why the account could not be asked for; `None` where Instagram does not show it.
    fn refusal(&self, answer: &ProviderAnswer) -> Option<SourceError> {
        if answer.pause.is_some() {
            // A pause holds whatever is said beside it.
            return Some(answer.failure());
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match graph_errors::read(&body, None) {
            Some(GraphError::NotAvailable) => None,
            Some(GraphError::Refused) => Some(self.misconfigured(answer)),
            None if answer.status == StatusCode::UNAUTHORIZED => Some(self.misconfigured(answer)),
            Some(GraphError::Limit(_) | GraphError::Other) | None => Some(answer.failure()),
        }
    }

    fn misconfigured(&self, answer: &ProviderAnswer) -> SourceError {
        // "Malformed access token …" repeats the token.
        let said = answer.message().replace(self.config.access_token.expose(), "…");
        let error = SourceError::Misconfigured {
            code: "instagram_refused",
            message: format!("Instagram refuses instagram_access_token or instagram_account_id: {said}"),
        };
        self.refused.replace(Some(error.clone()));
        error
    }
}

fn read(body: &Value, asked: &str) -> Result<Account, Misread> {
    let account = json::object(body, "business_discovery")?;
    let within = |misread: Misread| misread.within("business_discovery");
    let username = json::text(account, "username").map_err(within)?;
    let handle = instagram::handle(&username).filter(|handle| handle == asked);
    let handle = handle.ok_or_else(|| within(Misread::at("username", format!("is not {asked}"))))?;
    let biography = json::optional_text(account, "biography");
    Ok(Account {
        handle,
        name: json::optional_name(account, "name"),
        biography: biography.map(|text| text.trim().chars().take(LONGEST_BIOGRAPHY).collect()),
        website: json::optional_url(account, "website"),
        picture_url: json::optional_url(account, "profile_picture_url"),
        followers: json::optional_integer(account, "followers_count"),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::sources::Provider;
    use crate::sources::testing::{Script, TestClock, block_on, client};

    fn config() -> Config {
        crate::stages::testing::config().providers.instagram.unwrap()
    }

    fn ask(script: &Script, handle: &str) -> Result<Option<Account>, SourceError> {
        let (clock, config) = (TestClock::default(), config());
        block_on(Instagram::new(client(Provider::Instagram, script, &clock), &config).account(handle))
    }

    fn answered(status: u16, body: &Value) -> Result<Option<Account>, SourceError> {
        let script = Script::default();
        script.on("/v21.0/", status, body);
        ask(&script, "name")
    }

    fn error(code: i64, subcode: Option<i64>, message: &str) -> Value {
        json!({ "error": { "message": message, "type": "OAuthException", "code": code, "error_subcode": subcode,
                           "is_transient": false, "fbtrace_id": "AdEm0TrAcE" } })
    }

    #[test]
    fn an_account_is_read_and_the_token_stays_in_its_header() {
        let script = Script::default();
        let body = json!({ "business_discovery": {
            "username": "Some.Name", "name": "Some Name", "biography": " Producer\nmgmt@example.org ", "website": "https://example.org/",
            "profile_picture_url": "https://scontent.cdninstagram.com/v/t51/1.jpg?oh=1&oe=2", "followers_count": 1_234,
            "id": "17841499999999999" }, "id": "17841400000000000" });
        script.on("/v21.0/17841400000000000?fields=", 200, &body);
        let account = ask(&script, "@Some.Name").unwrap().unwrap();
        assert_eq!(account.handle, "some.name");
        assert_eq!(account.biography.as_deref(), Some("Producer\nmgmt@example.org"));
        assert_eq!(
            (account.name.as_deref(), account.followers),
            (Some("Some Name"), Some(1_234))
        );
        assert!(account.website.is_some() && account.picture_url.is_some());
        let expected = "/v21.0/17841400000000000?fields=business_discovery.username%28some.name%29%7Busername%2Cname%2Cbiography\
                        %2Cwebsite%2Cprofile_picture_url%2Cfollowers_count%7D";
        assert_eq!(script.asked(), [expected]);
        assert_eq!(script.headers("authorization"), ["Bearer instagram-token"]);
    }

    #[test]
    fn what_an_account_does_not_say_may_be_missing() {
        let account = |body| answered(200, &json!({ "business_discovery": body }));
        let bare =
            account(json!({ "username": "name", "biography": null, "website": "example.org", "followers_count": "7" }));
        let expected = Account {
            handle: "name".to_owned(),
            ..Account::default()
        };
        assert_eq!(bare, Ok(Some(expected)));
        let long = account(json!({ "username": "name", "biography": "x".repeat(20_000) }))
            .unwrap()
            .unwrap();
        assert_eq!(long.biography.unwrap().len(), LONGEST_BIOGRAPHY);
        for body in [
            json!({ "username": "other" }),
            json!({ "username": null }),
            json!([]),
            json!(null),
        ] {
            assert!(matches!(account(body), Err(SourceError::Malformed { .. })));
        }
        assert!(matches!(
            answered(200, &json!({ "id": "1" })),
            Err(SourceError::Malformed { .. })
        ));
    }

    #[test]
    fn who_is_not_shown_is_an_answer() {
        let body = error(110, Some(2_207_013), "Invalid user id");
        assert_eq!(answered(400, &body), Ok(None));
        // Nothing that is no handle gets into the query language.
        let script = Script::default();
        for bad in [
            "",
            "a b",
            "x){id},business_discovery.username(y",
            "https://www.instagram.com/p/Bx1/",
        ] {
            assert_eq!(ask(&script, bad), Ok(None), "{bad}");
        }
        assert!(script.asked().is_empty());
    }

    #[test]
    fn a_refused_token_is_the_operator_s_and_never_shown() {
        for (status, body) in [
            (
                400,
                error(190, Some(463), "Error validating access token: Session has expired"),
            ),
            (400, error(190, None, "Malformed access token instagram-token")),
            (401, error(190, None, "Invalid OAuth 2.0 Access Token")),
            (
                403,
                error(10, None, "(#10) Application does not have permission for this action"),
            ),
            (403, error(200, None, "(#200) Permissions error")),
            (
                400,
                error(
                    100,
                    Some(33),
                    "Unsupported get request. Object with ID '1' does not exist",
                ),
            ),
            (401, json!({})),
        ] {
            let error = answered(status, &body).unwrap_err();
            assert!(
                matches!(
                    error,
                    SourceError::Misconfigured {
                        code: "instagram_refused",
                        ..
                    }
                ),
                "{body}"
            );
            assert!(error.to_string().contains("instagram_access_token"));
            assert!(!error.to_string().contains("instagram-token"), "{error}");
        }
    }

    #[test]
    fn limits_are_pauses() {
        for code in [4, 17, 32, 613, 80_002] {
            let error = answered(400, &error(code, None, "(#4) Application request limit reached")).unwrap_err();
            assert!(
                matches!(error, SourceError::Paused { after, .. } if after >= Duration::from_mins(5)),
                "{code}"
            );
        }
        assert!(matches!(answered(429, &json!({})), Err(SourceError::Paused { .. })));
        let script = Script::default();
        let body = error(190, None, "x").to_string();
        script.on_raw("/v21.0/", Ok((503, Some("7"), body)));
        let paused = ask(&script, "name").unwrap_err();
        assert!(matches!(paused, SourceError::Paused { after, .. } if after == Duration::from_secs(7)));
    }

    #[test]
    fn other_errors_may_pass() {
        for (status, body) in [
            (500, error(2, None, "Service temporarily unavailable")),
            (502, json!("<html>")),
            (403, json!({})),
        ] {
            assert!(
                matches!(answered(status, &body), Err(SourceError::Status { .. })),
                "{body}"
            );
        }
    }
}
