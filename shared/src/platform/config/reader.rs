//! Reads variables by kind, and keeps what is wrong with them.

use super::keys::KeyKind;
use super::values::{Origin, Secret, UNSET_HOST};
use super::{Database, NO_HEADER, Problem, Redis, is_visible};
use crate::platform::ports::Variables;

/// Reads variables and collects what is wrong with them, so that all of it can be reported at once.
pub struct Reader<'a> {
    variables: &'a dyn Variables,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(variables: &'a dyn Variables) -> Self {
        Self {
            variables,
            problems: Vec::new(),
        }
    }

    /// Returns all problems, in the order in which they were met.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Returns the value without spaces around it, `None` where it is not set or empty.
    pub fn text(&self, variable: &str) -> Option<String> {
        let value = self.variables.get(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Notes what is wrong with a variable. The first problem of a variable is kept, since two providers may read it.
    pub fn complain(&mut self, variable: &'static str, problem: impl Into<String>) {
        if self.problems.iter().any(|known| known.variable == variable) {
            return;
        }
        self.problems.push(Problem {
            variable,
            problem: problem.into(),
        });
    }

    /// Returns `None` where it is not set, stands for "not set", or is wrong; then the problem is noted.
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

    /// Reads an origin of the web.
    pub fn web_origin(&mut self, variable: &'static str) -> Option<Origin> {
        self.origin(variable, &["http", "https"])
    }

    /// Reads a secret.
    pub fn secret(&mut self, variable: &'static str) -> Option<Secret> {
        let value = self.text(variable)?;
        if is_visible(&value) {
            return Some(Secret::new(value));
        }
        self.complain(variable, NO_HEADER);
        None
    }

    /// Takes two values of which neither is of use alone. Where one is set, the other is noted as missing.
    pub fn pair<A, B>(
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

    /// The project with the key of this kind that `variable` holds.
    pub fn database(&mut self, variable: &'static str, kind: KeyKind) -> Option<Database> {
        let before = self.problems.len();
        let url = self.web_origin("supabase_url");
        let key = self.secret(variable);
        if self.problems.len() == before {
            if url.is_none() {
                self.complain("supabase_url", "missing");
            }
            if key.is_none() {
                self.complain(variable, "missing");
            }
        }
        let other = key.as_ref().and_then(|key| KeyKind::of(key.expose()));
        if let Some(other) = other.filter(|other| *other != kind) {
            self.complain(
                variable,
                format!("is a {} key, and has to be the {} one", other.name(), kind.name()),
            );
        }
        Some(Database { url: url?, key: key? })
    }

    pub fn redis(&mut self) -> Option<Redis> {
        let before = self.problems.len();
        let url = self.origin("redis_url", &["redis", "rediss"]);
        let password = self.text("redis_password").map(Secret::new);
        if url.is_none() && password.is_some() && self.problems.len() == before {
            self.complain("redis_url", "missing, but redis_password is set");
        }
        Some(Redis { url: url?, password })
    }

    /// Reads a text that can stand in a `User-Agent`, in which brackets have a meaning.
    pub fn contact(&mut self, variable: &'static str) -> Option<String> {
        let contact = self.text(variable)?;
        if contact
            .chars()
            .all(|c| (c.is_ascii_graphic() || c == ' ') && !"()".contains(c))
        {
            return Some(contact);
        }
        self.complain(variable, "holds characters that can't stand in a User-Agent");
        None
    }

    /// Reads a number of requests a second, of which 0 means no limit. `None` stands for a wrong one.
    pub fn rate(&mut self, variable: &'static str, default: f64) -> Option<f64> {
        // It is read as JSON, because a component holds that code anyway, and `f64::from_str` would add 16 kB.
        let rate = self.text(variable).map(|rate| serde_json::from_str::<f64>(&rate));
        match rate {
            None => Some(default),
            Some(Ok(rate)) if (0.0..=1000.0).contains(&rate) => Some(rate),
            Some(_) => {
                self.complain(variable, "is not a number from 0 (no limit) to 1000");
                None
            }
        }
    }
}
