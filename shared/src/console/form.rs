//! The fields of a form.

use crate::console::refusal::Refusal;
use crate::platform::ports::Request;

const LONGEST_VALUE: usize = 2000;
/// Twice what a page lists.
const MOST_IDS: usize = 100;

pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn of(request: &Request) -> Result<Self, Refusal> {
        let body = request.body().as_ref().map_err(|_| Refusal::TooLarge)?;
        let fields = form_urlencoded::parse(body);
        Ok(Self(
            fields
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        ))
    }

    /// A field as it was sent, `None` where it is missing or blank.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let value = self
            .0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim());
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        if value.contains('\0') {
            return Err(Refusal::bad(name, "holds a NUL character"));
        }
        if value.chars().count() > LONGEST_VALUE {
            return Err(Refusal::bad(name, "is too long"));
        }
        Ok(Some(value))
    }

    pub fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::bad(name, "is missing"))
    }

    pub fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.text(name)? else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Refusal::bad(
                name,
                &format!("is no whole number from {least} to {most}"),
            )),
        }
    }

    /// The ids of messages that are ticked, each once.
    pub fn ids(&self) -> Result<Vec<i64>, Refusal> {
        let mut ids = Vec::new();
        for (_, value) in self.0.iter().filter(|(known, _)| known == "id") {
            let id = value.parse().map_err(|_| Refusal::bad("id", "is no number"))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
            if ids.len() > MOST_IDS {
                return Err(Refusal::bad("id", &format!("stands there more than {MOST_IDS} times")));
            }
        }
        Ok(ids)
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.0.iter().any(|(known, value)| known == name && !value.is_empty())
    }
}
