//! The functions' variables: what the user gave, what the demo stands in for, what is left to the manifest.
//!
//! `spin.toml` is the only list of variables. What stands before the first `_` of a variable's name is whose it is; a
//! provider's addresses end in `_url`, and its credentials are what has no value by default.

use crate::options::{Options, Upstream};
use anyhow::{Context, Result, bail};
use linernotes::pipeline::config;
use linernotes::platform::ports;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

type Variables = BTreeMap<String, String>;

/// Given to `up` they would contradict what it is: a project of its own.
const OF_THE_STACK: &[&str] = &["supabase_url", "supabase_secret_key", "functions_url"];

/// Whose variables are no provider's.
const NO_PROVIDERS: &[&str] = &[
    "supabase",
    "function",
    "functions",
    "chained",
    "answer",
    "console",
    "redis",
];

/// The variables of `spin.toml`.
struct Manifest {
    /// Every variable that there is, with its default where it has one.
    variables: BTreeMap<String, Option<String>>,
    providers: Vec<Provider>,
}

/// A provider: the variables that make it live.
struct Provider {
    name: String,
    /// Origins: the demo's own origin stands in for each.
    addresses: Vec<String>,
    /// `musicbrainz_contact` is one, too: MusicBrainz asks for nothing else.
    credentials: Vec<String>,
}

impl Manifest {
    fn read(repository: &Path) -> Result<Self> {
        let path = repository.join("spin.toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let document: Table = text.parse().with_context(|| path.display().to_string())?;
        let variables = document.get("variables").and_then(Value::as_table);
        let variables = variables.with_context(|| format!("{} has no variables", path.display()))?;
        let mut providers: Vec<Provider> = Vec::new();
        for (name, variable) in variables {
            let owner = name.split('_').next().unwrap_or_default();
            if NO_PROVIDERS.contains(&owner) {
                continue;
            }
            if providers.iter().all(|known| known.name != owner) {
                providers.push(Provider {
                    name: owner.to_owned(),
                    addresses: Vec::new(),
                    credentials: Vec::new(),
                });
            }
            let Some(provider) = providers.iter_mut().find(|known| known.name == owner) else {
                continue;
            };
            if name.ends_with("_url") {
                provider.addresses.push(name.clone());
            } else if variable.get("default").and_then(Value::as_str) == Some("") {
                provider.credentials.push(name.clone());
            }
        }
        let default = |variable: &Value| Some(variable.get("default")?.as_str()?.to_owned());
        let variables = variables
            .iter()
            .map(|(name, variable)| (name.clone(), default(variable)));
        Ok(Self {
            variables: variables.collect(),
            providers,
        })
    }
}

/// What was decided about the upstreams.
#[derive(Debug)]
pub(crate) struct Upstreams {
    /// Providers that the demo stands in for.
    pub demo: Vec<String>,
    /// Providers that are asked themselves.
    pub live: Vec<String>,
    /// Providers that are live but have no credentials.
    pub off: Vec<String>,
    /// The variables for the functions.
    pub variables: Variables,
    /// What they are where nobody says it.
    defaults: Variables,
}

/// The variables as a function sees them.
struct Given<'a>(&'a Variables, &'a Variables);

impl ports::Variables for Given<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).or_else(|| self.1.get(name)).cloned()
    }
}

impl Upstreams {
    /// Decides; an error is one line about a missing or contradictory variable.
    pub fn decide(options: &Options, demo_url: &str) -> Result<Self> {
        let given = &options.variables;
        let manifest = Manifest::read(&options.repository)?;
        check_given(given, &manifest)?;
        let mut decided = Self {
            demo: Vec::new(),
            live: Vec::new(),
            off: Vec::new(),
            variables: given.clone(),
            defaults: manifest
                .variables
                .into_iter()
                .filter_map(|(name, default)| Some((name, default?)))
                .collect(),
        };
        for provider in manifest.providers {
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
                provider.stand_in(demo_url, &mut decided.variables)?;
                decided.demo.push(provider.name);
            } else if provider.is_off(given) {
                decided.off.push(provider.name);
            } else {
                decided.live.push(provider.name);
            }
        }
        // The demo's own pace, 0 (no limit) included; the real MusicBrainz allows one request a second.
        let is_demo = decided.demo.iter().any(|name| name == "musicbrainz");
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

    /// Whether the functions can read these variables; the error is one line that names those they can't.
    pub fn check(&self, variables: &Variables) -> Result<()> {
        let Err(error) = config::check(&Given(variables, &self.defaults)) else {
            return Ok(());
        };
        let lines = error
            .0
            .iter()
            .map(|wrong| format!("{}: {}", spelled(wrong.variable), wrong.problem));
        bail!("{}", lines.collect::<Vec<_>>().join("; "))
    }
}

impl Provider {
    /// The first variable that was given for it.
    fn given(&self, given: &Variables) -> Option<&String> {
        let mut own = self.addresses.iter().chain(&self.credentials);
        own.find(|name| given.contains_key(*name))
    }

    /// Puts the demo in the provider's place.
    fn stand_in(&self, demo_url: &str, variables: &mut Variables) -> Result<()> {
        for address in &self.addresses {
            variables.insert(address.clone(), demo_url.to_owned());
        }
        for credential in &self.credentials {
            let taken = linernotes_demo::CREDENTIALS.iter().find(|(name, _)| name == credential);
            let (_, value) = taken.with_context(|| format!("the demo knows no {credential}"))?;
            variables.insert(credential.clone(), (*value).to_owned());
        }
        Ok(())
    }

    fn is_off(&self, given: &Variables) -> bool {
        self.credentials.iter().any(|name| !given.contains_key(name))
    }
}

/// What can be wrong with variables for the stack, whatever the functions say of them.
fn check_given(given: &Variables, manifest: &Manifest) -> Result<()> {
    for (name, value) in given {
        if OF_THE_STACK.contains(&name.as_str()) {
            bail!(
                "{} names a project elsewhere, and a local stack is a project of its own: unset it",
                spelled(name)
            );
        }
        if !manifest.variables.contains_key(name) {
            bail!(
                "{} is not a variable of Linernotes: see the variables in spin.toml",
                spelled(name)
            );
        }
        if value.is_empty() {
            bail!("{} is empty: give it a value or unset it", spelled(name));
        }
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
        assert_eq!(decided.live, ["musicbrainz"]);
        assert_eq!(decided.demo, ["genius", "instagram", "spotify", "wikidata"]);
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
        assert_eq!(decided.off, ["genius", "instagram", "musicbrainz", "spotify"]);
        assert_eq!(decided.live, ["wikidata"]);
        assert!(!decided.variables.contains_key("spotify_client_id"));
    }

    #[test]
    fn contradictions_are_one_clear_line() {
        for (given, part) in [
            (("supabase_url", "https://x.supabase.co"), "project of its own"),
            (("redis_password", "x"), "without SPIN_VARIABLE_REDIS_URL"),
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

    /// What the functions can't read costs no start either; the product's own tests have all of it.
    #[test]
    fn what_the_functions_refuse_is_refused_before_the_start() {
        for (given, said) in [
            (
                ("spotify_client_id", "x"),
                "SPIN_VARIABLE_SPOTIFY_CLIENT_SECRET: missing, but spotify_client_id is set",
            ),
            (
                ("genius_url", "https://api.genius.com/v1"),
                "SPIN_VARIABLE_GENIUS_URL: has a path; only an origin (scheme://host[:port]) is allowed",
            ),
            (
                ("function_secret", "a,b,c"),
                "SPIN_VARIABLE_FUNCTION_SECRET: has more than two values",
            ),
        ] {
            let decided = decide(Upstream::Auto, &[given]).unwrap();
            let mut variables = decided.variables.clone();
            for (name, value) in [
                ("supabase_url", "http://127.0.0.1:1"),
                ("supabase_secret_key", "sb_secret_x"),
                ("supabase_publishable_key", "sb_publishable_x"),
                ("function_secret", "x"),
            ] {
                variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
            assert_eq!(decided.check(&variables).unwrap_err().to_string(), said);
        }
    }
}
