//! Who may come to the gateway: every kind of key, and tokens of every kind of forgery.

use anyhow::Result;

use crate::tokens::signed;
use linernotes_tests::database::Database;

const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A client of the gateway, with one key and perhaps a token.
pub struct Caller {
    pub name: &'static str,
    pub key: String,
    pub token: Option<String>,
    /// Refused before any role is known.
    pub turned_away: bool,
}

impl Caller {
    pub fn show(&self, mut request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        if !self.key.is_empty() {
            request = request.header("apikey", &self.key);
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

#[allow(clippy::too_many_lines)] // a list
pub async fn callers(database: &Database) -> Result<Vec<Caller>> {
    let publishable = &database.info().publishable_key;
    let secret = database.info().jwt_secret.clone();
    let user = r#"{"role":"authenticated","sub":"00000000-0000-4000-8000-0000000000f1","exp":4102444800}"#;
    let expired = r#"{"role":"authenticated","sub":"00000000-0000-4000-8000-0000000000f1","exp":1577836800}"#;
    let raised = r#"{"role":"service_role","exp":4102444800}"#;
    let later = r#"{"role":"service_role","exp":4102444800,"nbf":4102444000}"#;
    let owner = r#"{"role":"postgres","exp":4102444800}"#;
    let unheard_of = r#"{"role":"x\"; SET ROLE postgres; --","exp":4102444800}"#;
    let foreign = "another secret, long enough to sign with";
    let unsigned = |token: &str| {
        token
            .rsplit_once('.')
            .map(|(body, _)| format!("{body}."))
            .unwrap_or_default()
    };
    let of_a_user = signed(database, HS256, user, &secret).await?;
    let of_the_service = signed(database, HS256, raised, foreign).await?;
    // The claims of the one with the signature of the other.
    let mixed = [
        unsigned(&of_the_service),
        of_a_user.rsplit('.').next().unwrap_or_default().to_owned(),
    ]
    .concat();
    let none = signed(database, r#"{"alg":"none","typ":"JWT"}"#, raised, &secret).await?;
    let other_algorithm = r#"{"alg":"RS256","typ":"JWT"}"#;
    let token = |name, token, turned_away| Caller {
        name,
        key: publishable.clone(),
        token: Some(token),
        turned_away,
    };
    let key = |name, key, turned_away| Caller {
        name,
        key,
        token: None,
        turned_away,
    };
    Ok(vec![
        Caller {
            name: "publishable key",
            key: publishable.clone(),
            token: None,
            turned_away: false,
        },
        key(
            "a legacy key",
            signed(
                database,
                HS256,
                r#"{"iss":"supabase","role":"anon","exp":4102444800}"#,
                &secret,
            )
            .await?,
            false,
        ),
        token("a user", of_a_user.clone(), false),
        token(
            "an expired user",
            signed(database, HS256, expired, &secret).await?,
            true,
        ),
        token(
            "a user of elsewhere",
            signed(database, HS256, user, foreign).await?,
            true,
        ),
        token("a forged service_role", of_the_service.clone(), true),
        token(
            "a service_role of tomorrow",
            signed(database, HS256, later, &secret).await?,
            true,
        ),
        token("another's signature", mixed, true),
        token("half a signature", of_a_user[..of_a_user.len() - 8].to_owned(), true),
        token("alg none", unsigned(&none), true),
        token("alg none, signed", none, true),
        token(
            "alg RS256, signed by HS256",
            signed(database, other_algorithm, raised, &secret).await?,
            true,
        ),
        token("the owner's role", signed(database, HS256, owner, &secret).await?, true),
        token(
            "a role that is SQL",
            signed(database, HS256, unheard_of, &secret).await?,
            true,
        ),
        token("no token at all", "nonsense".to_owned(), true),
        token("the secret key as a token", database.info().secret_key.clone(), true),
        token(
            "the functions' secret as a token",
            database.info().function_secret.clone(),
            true,
        ),
        key("a forged legacy key", of_the_service, true),
        key(
            "a legacy key of tomorrow",
            signed(database, HS256, later, &secret).await?,
            true,
        ),
        key(
            "a legacy key of the owner",
            signed(database, HS256, owner, &secret).await?,
            true,
        ),
        key("a user's token as a key", of_a_user, true),
        key(
            "nearly the secret key",
            database.info().secret_key[..database.info().secret_key.len() - 1].to_owned(),
            true,
        ),
        key(
            "the secret key and more",
            format!("{}0", database.info().secret_key),
            true,
        ),
        key(
            "the secret key in capitals",
            database.info().secret_key.to_uppercase(),
            true,
        ),
        key("what signs the tokens", secret.clone(), true),
        key("the functions' secret", database.info().function_secret.clone(), true),
        Caller {
            name: "unknown key",
            key: "sb_secret_0000".to_owned(),
            token: None,
            turned_away: true,
        },
        Caller {
            name: "no key",
            key: String::new(),
            token: None,
            turned_away: true,
        },
    ])
}
