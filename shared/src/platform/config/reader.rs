//! One provider at a time: its variables, and what is wrong with them.

use super::values::{Origin, Secret, UNSET_HOST};
use super::{Database, Genius, Instagram, MusicBrainz, Problem, Redis, Spotify, Wikidata};
use crate::platform::ports::Variables;

/// Reads variables one provider at a time and collects what is wrong.
pub(super) struct Reader<'a> {
    variables: &'a dyn Variables,
    /// In the order in which they were met.
    pub(super) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variables: &'a dyn Variables) -> Self {
        Self {
            variables,
            problems: Vec::new(),
        }
    }

    fn text(&self, variable: &str) -> Option<String> {
        let value = self.variables.get(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn complain(&mut self, variable: &'static str, problem: impl Into<String>) {
        self.problems.push(Problem {
            variable,
            problem: problem.into(),
        });
    }

    /// `None` when it is not set, stands for "not set", or is wrong (then there is a problem too).
    fn origin(&mut self, variable: &'static str, schemes: &[&str]) -> Option<Origin> {
        let value = self.text(variable)?;
        match Origin::parse(&value, schemes) {
            Ok(origin) => (!origin.is_unset()).then_some(origin),
            // Any scheme may stand before the host that means "not set".
            Err(_) if value.ends_with(&format!("://{UNSET_HOST}")) => None,
            Err(problem) => {
                self.complain(variable, problem);
                None
            }
        }
    }

    fn web_origin(&mut self, variable: &'static str) -> Option<Origin> {
        self.origin(variable, &["http", "https"])
    }

    /// An HTTP header carries it, so it is visible ASCII.
    fn secret(&mut self, variable: &'static str) -> Option<Secret> {
        let value = self.text(variable)?;
        if value.chars().all(|c| c.is_ascii_graphic()) {
            return Some(Secret::new(value));
        }
        self.complain(variable, "holds characters that can't stand in an HTTP header");
        None
    }

    /// Both or neither; one alone is an error of the other.
    fn pair<A, B>(
        &mut self,
        (first_name, first): (&'static str, Option<A>),
        (second_name, second): (&'static str, Option<B>),
    ) -> Option<(A, B)> {
        match (first, second) {
            (Some(first), Some(second)) => return Some((first, second)),
            (Some(_), None) => {
                self.complain(second_name, format!("missing, but {first_name} is set"));
            }
            (None, Some(_)) => {
                self.complain(first_name, format!("missing, but {second_name} is set"));
            }
            (None, None) => {}
        }
        None
    }

    pub(super) fn database(&mut self) -> Option<Database> {
        let before = self.problems.len();
        let url = self.web_origin("supabase_url");
        let secret_key = self.secret("supabase_secret_key");
        if self.problems.len() == before {
            if url.is_none() {
                self.complain("supabase_url", "missing");
            }
            if secret_key.is_none() {
                self.complain("supabase_secret_key", "missing");
            }
        }
        if secret_key
            .as_ref()
            .is_some_and(|key| key.expose().starts_with("sb_publishable_"))
        {
            self.complain(
                "supabase_secret_key",
                "is a publishable key; the functions need the secret one",
            );
        }
        Some(Database {
            url: url?,
            secret_key: secret_key?,
        })
    }

    pub(super) fn redis(&mut self) -> Option<Redis> {
        let before = self.problems.len();
        let url = self.origin("redis_url", &["redis", "rediss"]);
        let password = self.text("redis_password").map(Secret::new);
        if url.is_none() && password.is_some() && self.problems.len() == before {
            self.complain("redis_url", "missing, but redis_password is set");
        }
        Some(Redis { url: url?, password })
    }

    pub(super) fn functions_url(&mut self) -> Option<Origin> {
        self.web_origin("functions_url")
    }

    pub(super) fn spotify(&mut self) -> Option<Spotify> {
        let client_id = self.text("spotify_client_id");
        let client_secret = self.secret("spotify_client_secret");
        let api = self.web_origin("spotify_api_url");
        let accounts = self.web_origin("spotify_accounts_url");
        let market = self.text("spotify_market").unwrap_or_else(|| "US".into());
        if market.len() != 2 || !market.bytes().all(|b| b.is_ascii_uppercase()) {
            self.complain("spotify_market", "is not a country code such as US");
        }
        let (client_id, client_secret) = self.pair(
            ("spotify_client_id", client_id),
            ("spotify_client_secret", client_secret),
        )?;
        let (api, accounts) = self.pair(("spotify_api_url", api), ("spotify_accounts_url", accounts))?;
        Some(Spotify {
            api,
            accounts,
            client_id,
            client_secret,
            market,
        })
    }

    pub(super) fn musicbrainz(&mut self) -> Option<MusicBrainz> {
        let url = self.web_origin("musicbrainz_url");
        let contact = self.contact();
        let requests_per_second = match self
            .text("musicbrainz_requests_per_second")
            // As JSON writes numbers: those are read anyway, and a second reader of fractions would be 16 kB.
            .map(|rate| serde_json::from_str::<f64>(&rate))
        {
            None => 1.0,
            Some(Ok(rate)) if (0.0..=1000.0).contains(&rate) => rate,
            Some(_) => {
                self.complain(
                    "musicbrainz_requests_per_second",
                    "is not a number from 0 (no limit) to 1000",
                );
                return None;
            }
        };
        Some(MusicBrainz {
            url: url?,
            contact: contact?,
            requests_per_second,
        })
    }

    fn contact(&mut self) -> Option<String> {
        let contact = self.text("musicbrainz_contact")?;
        if contact
            .chars()
            .all(|c| (c.is_ascii_graphic() || c == ' ') && !"()".contains(c))
        {
            return Some(contact);
        }
        let problem = "holds characters that can't stand in a User-Agent";
        // Two providers read it; one complaint is enough.
        if !self.problems.iter().any(|p| p.variable == "musicbrainz_contact") {
            self.complain("musicbrainz_contact", problem);
        }
        None
    }

    pub(super) fn genius(&mut self) -> Option<Genius> {
        let url = self.web_origin("genius_url");
        let access_token = self.secret("genius_access_token");
        Some(Genius {
            url: url?,
            access_token: access_token?,
        })
    }

    pub(super) fn wikidata(&mut self) -> Option<Wikidata> {
        let url = self.web_origin("wikidata_url");
        let contact = self.contact();
        Some(Wikidata { url: url?, contact })
    }

    pub(super) fn instagram(&mut self) -> Option<Instagram> {
        let url = self.web_origin("instagram_graph_url");
        let access_token = self.secret("instagram_access_token");
        let account_id = self.text("instagram_account_id");
        let (access_token, account_id) = self.pair(
            ("instagram_access_token", access_token),
            ("instagram_account_id", account_id),
        )?;
        if !account_id.bytes().all(|b| b.is_ascii_digit()) {
            self.complain("instagram_account_id", "is not a number");
        }
        Some(Instagram {
            url: url?,
            access_token,
            account_id,
        })
    }
}
