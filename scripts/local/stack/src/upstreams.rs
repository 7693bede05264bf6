//! The functions' variables: what the user gave, what the demo stands in for, what is left to the manifest.

use crate::options::{Options, Upstream};
use anyhow::{Result, bail};
use std::collections::BTreeMap;

type Variables = BTreeMap<String, String>;

/// An upstream, the variables that make it live, and what the demo takes their place with.
struct Provider {
    name: &'static str,
    /// Origins: the demo's own origin stands in for each.
    addresses: &'static [&'static str],
    /// Credentials and the demo's value of each. `musicbrainz_contact` counts as one: MusicBrainz asks for nothing
    /// else.
    credentials: &'static [(&'static str, &'static str)],
}

const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Spotify",
        addresses: &["spotify_api_url", "spotify_accounts_url"],
        credentials: &[("spotify_client_id", "demo"), ("spotify_client_secret", "demo-secret")],
    },
    Provider {
        name: "MusicBrainz",
        addresses: &["musicbrainz_url"],
        credentials: &[("musicbrainz_contact", "linernotes-demo@example.org")],
    },
    Provider {
        name: "Genius",
        addresses: &["genius_url"],
        credentials: &[("genius_access_token", "demo-genius")],
    },
    Provider {
        name: "Wikidata",
        addresses: &["wikidata_url"],
        credentials: &[],
    },
    Provider {
        name: "Instagram",
        addresses: &["instagram_graph_url"],
        credentials: &[
            ("instagram_access_token", "demo-instagram"),
            ("instagram_account_id", "17841400000000000"),
        ],
    },
];

/// Every variable of the product that a user may give.
const KNOWN: &[&str] = &[
    "function_secret",
    "redis_url",
    "redis_password",
    "spotify_client_id",
    "spotify_client_secret",
    "spotify_api_url",
    "spotify_accounts_url",
    "spotify_market",
    "musicbrainz_url",
    "musicbrainz_contact",
    "musicbrainz_requests_per_second",
    "genius_url",
    "genius_access_token",
    "wikidata_url",
    "instagram_graph_url",
    "instagram_access_token",
    "instagram_account_id",
];

/// Given to `up` they would contradict what it is: a project of its own.
const OF_THE_STACK: &[&str] = &["supabase_url", "supabase_secret_key", "functions_url"];

/// What was decided about the upstreams.
#[derive(Debug)]
pub(crate) struct Upstreams {
    /// Providers that the demo stands in for.
    pub demo: Vec<&'static str>,
    /// Providers that are asked themselves.
    pub live: Vec<&'static str>,
    /// Providers that are live but have no credentials.
    pub off: Vec<&'static str>,
    /// The variables for the functions.
    pub variables: Variables,
}

impl Upstreams {
    /// Decides; an error is one line about a missing or contradictory variable.
    pub fn decide(options: &Options, demo_url: &str) -> Result<Self> {
        let given = &options.variables;
        check_given(given)?;
        let mut decided = Self {
            demo: Vec::new(),
            live: Vec::new(),
            off: Vec::new(),
            variables: given.clone(),
        };
        for provider in PROVIDERS {
            let own = provider.given(given);
            let is_live = match (options.upstream, own) {
                (Upstream::Live, _) | (Upstream::Auto, Some(_)) => true,
                (Upstream::Auto | Upstream::Demo, None) => false,
                (Upstream::Demo, Some(variable)) => bail!(
                    "{} is given, and --upstream demo leaves {} to the demo: take one of the two away",
                    spelled(variable),
                    provider.name
                ),
            };
            if !is_live {
                decided.demo.push(provider.name);
                provider.stand_in(demo_url, &mut decided.variables);
            } else if provider.is_off(given) {
                decided.off.push(provider.name);
            } else {
                decided.live.push(provider.name);
            }
        }
        // The demo's own pace, 0 (no limit) included; the real MusicBrainz allows one request a second.
        let is_demo = decided.demo.contains(&"MusicBrainz");
        let pace = if is_demo {
            options.demo.musicbrainz_per_second
        } else {
            1
        }
        .to_string();
        decided
            .variables
            .entry("musicbrainz_requests_per_second".to_owned())
            .or_insert(pace);
        Ok(decided)
    }
}

impl Provider {
    /// The first variable that was given for it.
    fn given(&self, given: &Variables) -> Option<&'static str> {
        let credentials = self.credentials.iter().map(|(name, _)| *name);
        self.addresses
            .iter()
            .copied()
            .chain(credentials)
            .find(|name| given.contains_key(*name))
    }

    fn stand_in(&self, demo_url: &str, variables: &mut Variables) {
        for address in self.addresses {
            variables.insert((*address).to_owned(), demo_url.to_owned());
        }
        for (credential, value) in self.credentials {
            variables.insert((*credential).to_owned(), (*value).to_owned());
        }
    }

    fn is_off(&self, given: &Variables) -> bool {
        self.credentials.iter().any(|(name, _)| !given.contains_key(*name))
    }
}

/// The rules that a person can break, each with its own sentence.
fn check_given(given: &Variables) -> Result<()> {
    for (name, value) in given {
        if OF_THE_STACK.contains(&name.as_str()) {
            bail!(
                "{} names a project elsewhere, and a local stack is a project of its own: unset it",
                spelled(name)
            );
        }
        if !KNOWN.contains(&name.as_str()) {
            bail!(
                "{} is not a variable of Linernotes: see the variables in spin.toml",
                spelled(name)
            );
        }
        if value.is_empty() {
            bail!("{} is empty: give it a value or unset it", spelled(name));
        }
        if name.ends_with("_url") && !is_origin(value) {
            bail!(
                "{} must be an origin like https://api.example.org, without path or user",
                spelled(name)
            );
        }
    }
    for provider in PROVIDERS {
        let (have, lack): (Vec<_>, Vec<_>) = provider
            .credentials
            .iter()
            .map(|(name, _)| *name)
            .partition(|name| given.contains_key(*name));
        if let (Some(have), Some(lack)) = (have.first(), lack.first()) {
            bail!(
                "{} is given without {}: {} needs both",
                spelled(have),
                spelled(lack),
                provider.name
            );
        }
    }
    if let Some(pace) = given.get("musicbrainz_requests_per_second")
        && !pace.parse::<f64>().is_ok_and(|pace| (0.0..=1000.0).contains(&pace))
    {
        bail!(
            "{} must be a number from 0 (no limit) to 1000",
            spelled("musicbrainz_requests_per_second")
        );
    }
    if given.contains_key("redis_password") && !given.contains_key("redis_url") {
        bail!(
            "{} is given without {}",
            spelled("redis_password"),
            spelled("redis_url")
        );
    }
    Ok(())
}

/// Spin's allow-list takes origins only, and one bad value blocks everything that a component sends.
fn is_origin(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        ["http", "https", "redis", "rediss"].contains(&scheme)
            && !rest.is_empty()
            && !rest.contains(|c: char| "/@?#".contains(c) || c.is_whitespace())
    })
}

fn spelled(variable: &str) -> String {
    format!("SPIN_VARIABLE_{}", variable.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = "http://127.0.0.1:9";

    fn decide(upstream: Upstream, given: &[(&str, &str)]) -> Result<Upstreams> {
        let mut options = Options::new("unused");
        options.upstream = upstream;
        options.variables = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Upstreams::decide(&options, DEMO)
    }

    #[test]
    fn the_demo_stands_in_for_what_is_not_given() {
        let decided = decide(
            Upstream::Auto,
            &[("musicbrainz_url", "http://127.0.0.1:5"), ("musicbrainz_contact", "me")],
        );
        let decided = decided.unwrap();
        assert_eq!(decided.live, ["MusicBrainz"]);
        assert_eq!(decided.demo, ["Spotify", "Genius", "Wikidata", "Instagram"]);
        assert_eq!(decided.variables["spotify_api_url"], DEMO);
        assert_eq!(decided.variables["musicbrainz_url"], "http://127.0.0.1:5");
        assert_eq!(decided.variables["musicbrainz_requests_per_second"], "1");
    }

    #[test]
    fn the_demos_pace_is_the_one_that_it_allows() {
        let decided = decide(Upstream::Demo, &[]).unwrap();
        assert_eq!(decided.variables["musicbrainz_requests_per_second"], "50");
        assert!(decided.live.is_empty() && decided.off.is_empty());
    }

    #[test]
    fn live_providers_without_credentials_are_off() {
        let decided = decide(Upstream::Live, &[]).unwrap();
        assert_eq!(decided.off, ["Spotify", "MusicBrainz", "Genius", "Instagram"]);
        assert_eq!(decided.live, ["Wikidata"]);
        assert!(!decided.variables.contains_key("spotify_client_id"));
    }

    #[test]
    fn contradictions_are_one_clear_line() {
        for (given, part) in [
            (
                ("spotify_client_id", "x"),
                "without SPIN_VARIABLE_SPOTIFY_CLIENT_SECRET",
            ),
            (("supabase_url", "https://x.supabase.co"), "project of its own"),
            (("genius_url", "https://api.genius.com/v1"), "must be an origin"),
            (("redis_url", "redis://:secret@host:1"), "must be an origin"),
            (("musicbrainz_requests_per_second", "-1"), "from 0"),
            (("spotfy_client_id", "x"), "is not a variable"),
            (("genius_access_token", ""), "is empty"),
        ] {
            let refusal = decide(Upstream::Auto, &[given]).unwrap_err().to_string();
            assert!(refusal.contains(part) && !refusal.contains('\n'), "{refusal}");
        }
        let refusal = decide(Upstream::Demo, &[("genius_access_token", "x")])
            .unwrap_err()
            .to_string();
        assert!(refusal.contains("--upstream demo"), "{refusal}");
    }
}
