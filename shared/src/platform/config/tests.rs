use std::collections::BTreeMap;

use super::*;

struct Map<'v>(BTreeMap<&'v str, &'v str>);

impl Variables for Map<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(ToString::to_string)
    }
}

fn variables<'v>(given: &[(&'v str, &'v str)]) -> Map<'v> {
    Map(given.iter().copied().collect())
}

#[test]
fn an_address_must_be_an_origin_without_path_or_user_info() {
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
fn only_the_connection_url_shows_the_redis_password() {
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
fn there_may_be_one_or_two_function_secrets() {
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
