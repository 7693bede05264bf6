//! Names and templates of application variables, by Spin's rules.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// The values of all application variables.
pub type Values = BTreeMap<String, String>;

/// Text with `{{ variable }}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads a template; a variable that is not named correctly or a brace that is not closed is an error.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                bail!("{text:?} has a {{{{ without }}}}");
            };
            let name = name.trim();
            check_name(name)?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Variable(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The variables that the template names.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with values in it; `None` when one of its variables has no value.
    pub fn fill(&self, values: &Values) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Variable(name) => values.get(name).map(String::as_str),
            })
            .collect()
    }
}

/// Checks a variable's name: lower-case ASCII letters, digits and single underscores, a letter first.
pub fn check_name(name: &str) -> Result<()> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(allowed)
        && !name.ends_with('_')
        && !name.contains("__")
    {
        return Ok(());
    }
    bail!("{name:?} is not a variable's name: lower-case letters, digits and single underscores, a letter first");
}

/// The name of the environment variable that gives an application variable its value.
pub fn environment_name(variable: &str) -> String {
    format!("SPIN_VARIABLE_{}", variable.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_template_is_filled_with_values() {
        let template = Template::parse("http://{{ host }}:{{port}}/").unwrap();
        assert_eq!(template.variables().collect::<Vec<_>>(), ["host", "port"]);
        let filled = template.fill(&values(&[("host", "a.test"), ("port", "81")]));
        assert_eq!(filled.as_deref(), Some("http://a.test:81/"));
        assert_eq!(template.fill(&values(&[("host", "a.test")])), None);
    }

    #[test]
    fn text_without_variables_stays_as_it_is() {
        let template = Template::parse("a } b { c }}").unwrap();
        assert_eq!(template.fill(&Values::new()).as_deref(), Some("a } b { c }}"));
        assert_eq!(Template::parse("").unwrap().fill(&Values::new()).as_deref(), Some(""));
    }

    #[test]
    fn broken_templates_are_refused() {
        for text in ["{{ open", "{{ }}", "{{ Upper }}", "{{ a b }}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_follow_spin() {
        for name in ["a", "a1", "redis_url", "a_1_b"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "_a", "a_", "a__b", "1a", "A", "a-b", "é"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert_eq!(environment_name("redis_url"), "SPIN_VARIABLE_REDIS_URL");
    }
}
