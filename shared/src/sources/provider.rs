//! The providers, and what the pipeline knows of each without knowing any of them.
//!
//! All that is to be known of a provider stands in its own module: which variables it has, how fast it may be asked,
//! which of its answers ask for a pause or refuse the credentials, and how to see whether it answers (`ProviderSpec`).
//! The list at the end of this file names the modules; the compiler asks each for the rest.

use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use http::{Response, StatusCode};

use crate::platform::config::Reader;
use crate::platform::ports::HttpError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::{SourceError, genius, instagram, musicbrainz, spotify, wikidata};

/// A provider, described by its configuration.
pub trait ProviderSpec: Sized {
    /// Its name for people.
    const TITLE: &'static str;

    /// Reads its variables. `None`: it is off. What is wrong with them, the reader keeps.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// How fast all runs together may ask it; 0: as fast as it answers.
    fn requests_per_second(&self) -> f64 {
        0.0
    }

    /// Asks one cheap question with the credentials. Its answer is returned whatever its status.
    fn probe<'a>(&'a self, client: ProviderClient<'a>) -> LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>>;

    /// How the answer to a probe says that the credentials are refused, in a few words without secrets; `None`: it does
    /// not say so.
    fn refusal(answer: &ProviderAnswer) -> Option<String> {
        let refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        refused.then(|| format!("status {}", answer.status.as_u16()))
    }

    /// The pause that an answer asks for in the provider's own way. A `Retry-After` and status 429 are read for
    /// everybody.
    fn own_pause(_response: &Response<Bytes>) -> Option<Duration> {
        None
    }
}

/// A question that was asked, and becomes its answer.
pub type Question<'a> = Option<LocalBoxFuture<'a, Result<ProviderAnswer, SourceError>>>;

/// How a provider is, going by its answer to the probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    Answering,
    /// It was not asked: it is paused, or others have taken its next slots.
    NotAsked,
    /// It does not take the credentials; why, in a few words.
    Refused(String),
    /// It does not answer as it should; why, in a few words.
    Failing(String),
}

/// A provider that needs longer for its probe does not work as it should.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

const LEFT_ALONE: &str = "asks to be left alone for a while";

fn judge<S: ProviderSpec>(answer: Result<ProviderAnswer, SourceError>) -> Probe {
    let answer = match answer {
        Ok(answer) => answer,
        // Addresses and whatever a provider wrote stay out of what an operator is shown.
        Err(SourceError::NoAnswer { problem, .. }) => return Probe::Failing(format!("does not answer: {problem}")),
        Err(SourceError::OutOfTime) => {
            let problem = HttpError::Timeout(PROBE_TIMEOUT);
            return Probe::Failing(format!("does not answer: {problem}"));
        }
        Err(SourceError::Paused { .. }) => return Probe::Failing(LEFT_ALONE.to_owned()),
        Err(SourceError::Misconfigured { code, .. }) => {
            return Probe::Failing(format!("can't be asked as it is configured ({code})"));
        }
        Err(_) => return Probe::Failing("gives an answer that can't be read".to_owned()),
    };
    if let Some(reason) = S::refusal(&answer).filter(|_| answer.pause.is_none()) {
        return Probe::Refused(format!("refuses what is configured ({reason})"));
    }
    if answer.pause.is_some() {
        return Probe::Failing(LEFT_ALONE.to_owned());
    }
    // What was asked for need not be there.
    if answer.status.is_success() || answer.status == StatusCode::NOT_FOUND {
        return Probe::Answering;
    }
    Probe::Failing(format!("answers with status {}", answer.status.as_u16()))
}

macro_rules! providers {
    ($($(#[$doc:meta])* $variant:ident => $module:ident,)+) => {
        /// The services that the pipeline reads from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Provider {
            $($(#[$doc])* $variant,)+
        }

        impl Provider {
            pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];

            /// The name in Postgres, in JSON, and in front of the provider's variables.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($module),)+
                }
            }

            /// The name for people.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $module::Config::TITLE,)+
                }
            }

            /// The type of the issue that is open while only the operator can help.
            pub fn misconfigured(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!(stringify!($module), "_misconfigured"),)+
                }
            }

            /// The pause that an answer asks for in the provider's own way.
            pub fn own_pause(self, response: &Response<Bytes>) -> Option<Duration> {
                match self {
                    $(Self::$variant => $module::Config::own_pause(response),)+
                }
            }
        }

        /// How each provider is configured; `None`: it is off.
        #[derive(Debug, Clone, PartialEq)]
        pub struct ProviderConfigs {
            $(
                pub $module: Option<$module::Config>,
            )+
        }

        impl ProviderConfigs {
            /// Reads the variables of all of them. One whose variables are wrong is off.
            pub fn read(reader: &mut Reader<'_>) -> Self {
                Self {
                    $($module: $module::Config::read(reader),)+
                }
            }

            /// Whether `provider` is configured.
            pub fn has(&self, provider: Provider) -> bool {
                match provider {
                    $(Provider::$variant => self.$module.is_some(),)+
                }
            }

            /// How fast all runs together may ask `provider`; 0: as fast as it answers.
            pub fn requests_per_second(&self, provider: Provider) -> f64 {
                match provider {
                    $(Provider::$variant => self.$module.as_ref().map_or(0.0, ProviderSpec::requests_per_second),)+
                }
            }

            /// Asks the client's provider one cheap question; `None`: it is off, or none of those that `may` be asked.
            /// (A component holds the questions to those only, since the compiler sees which they are.)
            pub fn ask<'a>(&'a self, client: ProviderClient<'a>, may: impl Fn(Provider) -> bool) -> Question<'a> {
                Some(match client.provider {
                    $(Provider::$variant if may(Provider::$variant) => self.$module.as_ref()?.probe(client),)+
                    _ => return None,
                })
            }

            /// Asks the client's provider one cheap question, and judges the answer; `None`: it is off.
            pub async fn probe(&self, client: ProviderClient<'_>) -> Option<Probe> {
                let provider = client.provider;
                let answer = self.ask(client, |_| true)?.await;
                Some(match provider {
                    $(Provider::$variant => judge::<$module::Config>(answer),)+
                })
            }
        }
    };
}

// Each line is a variant and its module. Rows of `linernotes.providers`, variables and allowed hosts go by these names.
providers! {
    /// Artists, albums, tracks.
    Spotify => spotify,
    /// Credits, identities, links.
    Musicbrainz => musicbrainz,
    /// Credits.
    Genius => genius,
    /// Profiles.
    Wikidata => wikidata,
    /// Profiles.
    Instagram => instagram,
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::platform::ports::Variables;

    /// Notes what is asked for, and has nothing.
    #[derive(Default)]
    struct Noting(RefCell<BTreeSet<String>>);

    impl Variables for Noting {
        fn get(&self, name: &str) -> Option<String> {
            self.0.borrow_mut().insert(name.to_owned());
            None
        }
    }

    fn checkout(path: &str) -> String {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    #[test]
    fn every_provider_stands_in_all_the_places_that_the_guide_names() {
        let variables = Noting::default();
        ProviderConfigs::read(&mut Reader::new(&variables));
        let variables = variables.0.into_inner();
        let (manifest, demo, migrations) = (
            checkout("spin.toml"),
            checkout("scripts/local/demo/src/upstreams/mod.rs"),
            checkout("migrations/20261124000121_pipeline_tables.sql"),
        );
        for provider in Provider::ALL {
            let name = provider.name();
            let own: Vec<&String> = variables.iter().filter(|variable| variable.starts_with(name)).collect();
            let addresses: Vec<&&String> = own.iter().filter(|variable| variable.ends_with("_url")).collect();
            assert!(!addresses.is_empty(), "{name} has no address");
            for variable in &own {
                let in_components = format!("{variable} = \"{{{{ {variable} }}}}\"");
                assert!(
                    manifest.contains(&format!("\n{variable} = {{ default")),
                    "{variable} has no default"
                );
                assert!(manifest.contains(&in_components), "no component is given {variable}");
            }
            for address in addresses {
                let host = format!("    \"{{{{ {address} }}}}\",");
                assert!(manifest.contains(&host), "no component may ask {address}");
            }
            let variant = format!("{provider:?},");
            assert!(demo.contains(&variant), "the demo world does not answer for {name}");
            assert!(
                migrations.contains(&format!("('{name}')")),
                "{name} has no row from the start"
            );
        }
        // Nothing is read that belongs to nobody.
        let owned = |variable: &&String| {
            Provider::ALL
                .iter()
                .any(|provider| variable.starts_with(provider.name()))
        };
        assert!(variables.iter().all(|variable| owned(&variable)), "{variables:?}");
    }
}
