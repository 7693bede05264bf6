use std::collections::BTreeMap;

use super::*;

struct Map(BTreeMap<String, String>);

impl Variables for Map {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// The least that a function needs, and `changes` on top.
fn variables(changes: &[(&str, &str)]) -> Map {
    let least = [
        ("supabase_url", "https://project.example"),
        ("supabase_secret_key", "sb_secret_x"),
    ];
    let all = least.iter().chain(changes);
    Map(all
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect())
}

fn config(changes: &[(&str, &str)]) -> Config {
    Config::from_variables(&variables(changes)).unwrap()
}

fn problem(changes: &[(&str, &str)]) -> String {
    Config::from_variables(&variables(changes)).unwrap_err().to_string()
}

const SPOTIFY: [(&str, &str); 4] = [
    ("spotify_api_url", "https://api.spotify.example"),
    ("spotify_accounts_url", "https://accounts.spotify.example"),
    ("spotify_client_id", "id"),
    ("spotify_client_secret", "secret"),
];

#[test]
fn without_credentials_everything_else_is_off() {
    let config = config(&[
        ("redis_url", "http://unset.invalid"),
        ("spotify_api_url", "https://api.spotify.example"),
        ("spotify_accounts_url", "https://accounts.spotify.example"),
        ("spotify_client_id", " "),
        ("musicbrainz_url", "https://mb.example"),
        ("genius_url", "https://genius.example"),
        ("wikidata_url", "http://unset.invalid"),
        ("instagram_graph_url", "https://graph.example"),
    ]);
    assert!(Provider::ALL.iter().all(|provider| !config.has(*provider)));
    assert_eq!(config.redis, None);
}

#[test]
fn reads_what_is_given() {
    let mut given = SPOTIFY.to_vec();
    given.extend([
        ("musicbrainz_url", "http://127.0.0.1:5000"),
        ("musicbrainz_contact", "me@example.org"),
        ("musicbrainz_requests_per_second", "0"),
        ("wikidata_url", "https://wikidata.example"),
    ]);
    let config = config(&given);
    assert_eq!(config.spotify.as_ref().map(|s| s.market.as_str()), Some("US"));
    assert_eq!(config.musicbrainz.as_ref().map(|m| m.requests_per_second), Some(0.0));
    assert_eq!(
        config.wikidata.and_then(|w| w.contact).as_deref(),
        Some("me@example.org")
    );
    assert_eq!(
        config.musicbrainz.map(|m| m.url.to_string()).as_deref(),
        Some("http://127.0.0.1:5000")
    );
}

#[test]
fn half_of_a_providers_credentials_is_an_error_of_one_line() {
    assert_eq!(
        problem(&SPOTIFY[..3]),
        "spotify_client_secret: missing, but spotify_client_id is set"
    );
    assert_eq!(
        problem(&[("instagram_account_id", "17")]),
        "instagram_access_token: missing, but instagram_account_id is set"
    );
    assert_eq!(
        problem(&[("redis_password", "x")]),
        "redis_url: missing, but redis_password is set"
    );
}

#[test]
fn all_problems_are_said_at_once_and_no_value() {
    let text = problem(&[
        ("supabase_url", "project.example"),
        ("spotify_market", "usa"),
        ("musicbrainz_requests_per_second", "fast"),
    ]);
    assert_eq!(
        text,
        "supabase_url: has no scheme; expected http:// or https://host[:port]; \
         spotify_market: is not a country code such as US; \
         musicbrainz_requests_per_second: is not a number from 0 (no limit) to 1000"
    );
    assert_eq!(
        Config::from_variables(&Map(BTreeMap::new())).unwrap_err().to_string(),
        "supabase_url: missing; supabase_secret_key: missing"
    );
}

#[test]
fn an_address_is_an_origin() {
    let web = ["http", "https"];
    for good in [
        "http://localhost",
        "https://api.example.com",
        "http://127.0.0.1:54321",
        "http://[::1]:80",
        "https://[::1]",
        "http://under_score.example",
    ] {
        assert!(Origin::parse(good, &web).is_ok(), "{good}");
    }
    for bad in [
        "api.example.com",
        "redis://host",
        "https://",
        "https://host/",
        "https://host/v1",
        "https://host?x",
        "https://user:pass@host",
        "https://host:0",
        "https://host:99999",
        "https://host:port",
        "https://ho st",
    ] {
        let problem = Origin::parse(bad, &web).unwrap_err();
        assert!(!problem.contains("pass@"), "{problem}");
    }
}

#[test]
fn the_redis_password_stands_in_the_connection_url_only() {
    let redis = redis(&variables(&[
        ("redis_url", "redis://127.0.0.1:6379"),
        ("redis_password", "a/b@c"),
    ]));
    let redis = redis.unwrap();
    assert_eq!(redis.connection_url().expose(), "redis://:a%2Fb%40c@127.0.0.1:6379");
    assert!(!format!("{redis:?}").contains("a/b"));
    let open = super::redis(&variables(&[("redis_url", "redis://h")])).unwrap();
    assert_eq!(open.connection_url().expose(), "redis://h");
}

#[test]
fn one_or_two_function_secrets() {
    let secrets = |value: &str| {
        let secrets = function_secrets(&variables(&[("function_secret", value)]));
        secrets.map(|secrets| secrets.len()).map_err(|error| error.to_string())
    };
    assert_eq!(secrets("one"), Ok(1));
    assert_eq!(secrets("one, two"), Ok(2));
    assert_eq!(
        secrets("a,b,c"),
        Err("function_secret: has more than two values".into())
    );
    assert_eq!(secrets(","), Err("function_secret: missing".into()));
}

#[test]
fn a_publishable_key_is_no_secret_key() {
    let text = problem(&[("supabase_secret_key", "sb_publishable_x")]);
    assert_eq!(
        text,
        "supabase_secret_key: is a publishable key; the functions need the secret one"
    );
}
