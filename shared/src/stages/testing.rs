//! A world of scripted providers, in which a stage runs.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::abilities::Abilities;
use crate::pipeline::config::Config;
use crate::pipeline::issues::Issues;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Failure, Outcome};
use crate::pipeline::stage::{Context, Providers, Stage};
use crate::platform::ports::{Http, Level, Log, Variables};
use crate::sources::Provider;
use crate::sources::testing::{Script, TestClock, TestKeys, block_on};

/// Scripts for the providers, and all else that a run has.
pub struct World {
    /// Gives tokens already.
    pub spotify: Script,
    pub musicbrainz: Script,
    pub genius: Script,
    pub wikidata: Script,
    pub instagram: Script,
    pub clock: TestClock,
    pub keys: TestKeys,
    pub abilities: Abilities,
    pub issues: Issues,
    /// Everything is on; MusicBrainz has no rate.
    pub config: Config,
    pub genius_always: bool,
    pub deadline: Duration,
}

impl Default for World {
    fn default() -> Self {
        let spotify = Script::default();
        spotify.on(
            "/api/token",
            200,
            &json!({ "access_token": "token-1", "token_type": "Bearer", "expires_in": 3600 }),
        );
        Self {
            spotify,
            musicbrainz: Script::default(),
            genius: Script::default(),
            wikidata: Script::default(),
            instagram: Script::default(),
            clock: TestClock::default(),
            keys: TestKeys::default(),
            abilities: Abilities::new(Duration::from_hours(24)),
            issues: Issues::default(),
            config: config(),
            genius_always: false,
            deadline: Duration::from_secs(25),
        }
    }
}

impl World {
    /// Runs a batch; outcomes by message id.
    pub fn run<S: Stage>(&self, batch: Vec<Delivery<S::Message, S::Subject>>) -> BTreeMap<String, Outcome> {
        block_on(S::run(&self.context(), batch))
            .into_iter()
            .map(|(id, outcome)| (id.0, outcome))
            .collect()
    }

    /// What a stage may use.
    pub fn context(&self) -> Context<'_> {
        Context {
            config: &self.config,
            providers: self,
            clock: &self.clock,
            keys: &self.keys,
            log: &NoLog,
            abilities: &self.abilities,
            issues: &self.issues,
            genius_always: self.genius_always,
            concurrency: 6,
            deadline: self.deadline,
        }
    }
}

impl Providers for World {
    fn http(&self, provider: Provider) -> &dyn Http {
        match provider {
            Provider::Spotify => &self.spotify,
            Provider::Musicbrainz => &self.musicbrainz,
            Provider::Genius => &self.genius,
            Provider::Wikidata => &self.wikidata,
            Provider::Instagram => &self.instagram,
        }
    }
}

struct NoLog;

impl Log for NoLog {
    fn write(&self, _: Level, _: &str, _: Value) {}
}

struct Map(HashMap<&'static str, &'static str>);

impl Variables for Map {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(ToString::to_string)
    }
}

/// Every provider is on.
pub fn config() -> Config {
    let variables = Map(HashMap::from([
        ("supabase_url", "http://database.test"),
        ("supabase_secret_key", "sb_secret_x"),
        ("spotify_client_id", "id"),
        ("spotify_client_secret", "secret"),
        ("spotify_api_url", "http://api.spotify.test"),
        ("spotify_accounts_url", "http://accounts.spotify.test"),
        ("musicbrainz_url", "http://musicbrainz.test"),
        ("musicbrainz_contact", "tests@example.org"),
        ("musicbrainz_requests_per_second", "0"),
        ("genius_url", "http://genius.test"),
        ("genius_access_token", "genius-token"),
        ("wikidata_url", "http://wikidata.test"),
        ("instagram_graph_url", "http://instagram.test"),
        ("instagram_access_token", "instagram-token"),
        ("instagram_account_id", "17841400000000000"),
    ]));
    Config::from_variables(&variables).unwrap()
}

pub fn delivery<M, S>(id: &str, message: M, subject: Option<S>) -> Delivery<M, S> {
    Delivery {
        msg_id: MessageId(id.to_owned()),
        read_ct: 1,
        attempt: 1,
        key: None,
        force: false,
        completed: false,
        message,
        subject,
    }
}

/// What a retry says.
pub fn retry(outcome: &Outcome) -> (&Failure, Option<Duration>, bool) {
    match outcome {
        Outcome::Retry { error, after, counts } => (error, *after, *counts),
        other => panic!("not a retry: {other:?}"),
    }
}

/// The code of an outcome that failed.
pub fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Retry { error, .. } | Outcome::NotFound(error) | Outcome::Dead(error) => error.code,
        done @ Outcome::Done { .. } => panic!("not a failure: {done:?}"),
    }
}
