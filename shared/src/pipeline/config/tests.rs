use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

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

/// A legacy key: a JWT whose payload is `{"role": …}`, as the platform signs them.
fn legacy_key(role: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(json!({ "iss": "supabase", "role": role }).to_string());
    format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl")
}

/// Whatever one can get wrong is named, in one line that shows no value, before anything is done.
#[test]
fn each_bad_value_is_named() {
    let (anon, service) = (legacy_key("anon"), legacy_key("service_role"));
    for (variable, value, problem) in [
        ("supabase_url", "", "missing"),
        ("supabase_url", "http://unset.invalid", "missing"),
        ("supabase_url", "pr0ject.example", "has no scheme"),
        ("supabase_url", "https://pr0ject.example/rest/v1", "has a path"),
        ("supabase_url", "https://pr0ject.example/", "has a path"),
        ("supabase_url", "https://me:pr0@ject.example", "has user info"),
        ("supabase_url", "https://pr0 ject.example", "has no valid host"),
        ("supabase_url", "https://pr0ject.example:https", "has no valid port"),
        ("supabase_url", "postgres://pr0ject.example", "has the scheme postgres"),
        ("supabase_secret_key", "", "missing"),
        (
            "supabase_secret_key",
            "sb_publishable_pr0",
            "is a publishable key, and has to be the secret one",
        ),
        ("supabase_secret_key", &anon, "is a publishable key"),
        ("supabase_secret_key", "sb_secret_pr0 ject", "holds characters"),
        (
            "supabase_publishable_key",
            "sb_secret_pr0",
            "is a secret key, and has to be the publishable one",
        ),
        ("supabase_publishable_key", &service, "is a secret key"),
        ("function_secret", " , ", "missing"),
        ("function_secret", "pr0,two,three", "has more than two values"),
        ("function_secret", "pr0 ject", "holds characters"),
        ("console_viewer_secret", "s3cret", "is function_secret, too"),
        ("functions_url", "https://pr0ject.example/functions/v1", "has a path"),
        ("chained_functions", "*.pr0", "has no scheme"),
        ("chained_functions", "http://*.pr0/v1", "has a path"),
        ("answer_early", "pr0", "must be true or false"),
        ("redis_url", "https://pr0ject.example", "has the scheme https"),
        ("redis_url", "redis://pr0ject.example/1", "has a path"),
        ("redis_password", "pr0", "redis_url: missing, but redis_password is set"),
        ("spotify_market", "pr0", "is not a country code"),
        (
            "spotify_api_url",
            "http://unset.invalid",
            "missing, but spotify_accounts_url is set",
        ),
        ("spotify_client_secret", " ", "missing, but spotify_client_id is set"),
        ("spotify_client_secret", "pr\u{f6}", "holds characters"),
        ("musicbrainz_requests_per_second", "-1", "is not a number from 0"),
        ("musicbrainz_requests_per_second", "1,5", "is not a number from 0"),
        ("musicbrainz_requests_per_second", "1001", "is not a number from 0"),
        ("musicbrainz_contact", "me (pr0)", "holds characters"),
        ("genius_access_token", "Bearer pr0", "holds characters"),
        ("instagram_account_id", "17", "instagram_access_token: missing"),
    ] {
        let good = [
            ("function_secret", "s3cret"),
            ("supabase_publishable_key", "sb_publishable_x"),
            ("chained_functions", "http://*.spin.internal"),
        ];
        let mut all = variables(&[&SPOTIFY[..], &good].concat());
        assert_eq!(check(&all), Ok(()));
        all.0.insert(variable.to_owned(), value.to_owned());
        let said = check(&all).unwrap_err().to_string();
        assert!(
            said.contains(variable) && said.contains(problem),
            "{variable}={value:?}: {said}"
        );
        assert!(!said.contains("pr0") && !said.contains('\n'), "{said}");
    }
}

#[test]
fn a_legacy_key_is_as_good_as_a_new_one() {
    let service = legacy_key("service_role");
    assert_eq!(
        config(&[("supabase_secret_key", &service)]).database.key.expose(),
        service
    );
}
