use std::collections::BTreeMap;

use super::*;
use crate::sources::Provider;

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
fn a_provider_without_credentials_is_off() {
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
    assert!(Provider::ALL.iter().all(|provider| !config.providers.has(*provider)));
    assert_eq!(config.redis, None);
}

#[test]
fn variables_that_are_set_are_read() {
    let mut given = SPOTIFY.to_vec();
    given.extend([
        ("musicbrainz_url", "http://127.0.0.1:5000"),
        ("musicbrainz_contact", "me@example.org"),
        ("musicbrainz_requests_per_second", "0"),
        ("wikidata_url", "https://wikidata.example"),
    ]);
    let config = config(&given);
    assert_eq!(config.providers.spotify.as_ref().map(|s| s.market.as_str()), Some("US"));
    assert_eq!(
        config.providers.musicbrainz.as_ref().map(|m| m.requests_per_second),
        Some(0.0)
    );
    assert_eq!(
        config.providers.wikidata.and_then(|w| w.contact).as_deref(),
        Some("me@example.org")
    );
    assert_eq!(
        config.providers.musicbrainz.map(|m| m.url.to_string()).as_deref(),
        Some("http://127.0.0.1:5000")
    );
}

#[test]
fn one_half_of_a_pair_of_variables_is_reported_as_an_error_of_the_other() {
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
fn all_problems_are_reported_at_once_and_no_value_is_shown() {
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
fn a_publishable_key_is_refused_as_the_secret_key() {
    let text = problem(&[("supabase_secret_key", "sb_publishable_x")]);
    assert_eq!(
        text,
        "supabase_secret_key: is a publishable key; the functions need the secret one"
    );
}
