//! `spin.toml`, manifest version 2, as far as this host goes. What it does not know it refuses, so that nothing is
//! silently left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use indexmap::IndexMap;
use serde::Deserialize;

use crate::allowed_hosts::AllowedHosts;
use crate::routes::Routes;
use crate::variables::{Template, Values, check_name, environment_name};

/// An application as its manifest describes it, checked.
#[derive(Debug)]
pub struct Manifest {
    variables: BTreeMap<String, Variable>,
    pub routes: Routes,
    /// The components that a trigger names, by id, in the order of the triggers.
    pub components: IndexMap<String, Component>,
}

/// One component of the application.
#[derive(Debug)]
pub struct Component {
    pub source: PathBuf,
    /// What the component finds in its environment, and nothing else.
    pub environment: BTreeMap<String, String>,
    variables: BTreeMap<String, Template>,
    allowed_outbound_hosts: Vec<(String, Template)>,
}

#[derive(Debug)]
struct Variable {
    /// `None`: required.
    default: Option<String>,
}

impl Manifest {
    /// Reads and checks a manifest file; sources are relative to its folder.
    pub fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("the manifest {} cannot be read", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).with_context(|| path.display().to_string())
    }

    fn parse(text: &str, folder: &Path) -> Result<Self> {
        let document: Document = toml::from_str(text).map_err(|error| one_line(text, &error))?;
        ensure!(
            document.spin_manifest_version == 2,
            "spin_manifest_version {} is not 2",
            document.spin_manifest_version
        );
        let variables = document
            .variables
            .into_iter()
            .map(|(name, variable)| Ok((variable.check(&name)?, name)))
            .map(|pair| pair.map(|(variable, name)| (name, variable)))
            .collect::<Result<BTreeMap<_, _>>>()?;
        let mut routes = Routes::default();
        let mut components = IndexMap::new();
        let mut written = document.component;
        for trigger in document.trigger.http {
            let id = trigger.component;
            match trigger.route {
                RouteEntry::Public(route) => routes.add(&route, &id)?,
                RouteEntry::Private { private } => ensure!(
                    private,
                    "the route of {id:?} is neither a path nor {{ private = true }}"
                ),
            }
            if components.contains_key(&id) {
                continue;
            }
            let Some(entry) = written.remove(&id) else {
                bail!("a trigger names the component {id:?}, which is not there");
            };
            let component = entry
                .check(&variables, folder)
                .with_context(|| format!("component {id:?}"))?;
            components.insert(id, component);
        }
        Ok(Self {
            variables,
            routes,
            components,
        })
    }

    /// The value of each variable: `lookup` (an environment variable's value by its name), else the default.
    pub fn resolve(&self, lookup: impl Fn(&str) -> Option<String>) -> Result<Values> {
        let mut values = Values::new();
        let mut missing = Vec::new();
        for (name, variable) in &self.variables {
            match lookup(&environment_name(name)).or_else(|| variable.default.clone()) {
                Some(value) => {
                    values.insert(name.clone(), value);
                }
                None => missing.push(environment_name(name)),
            }
        }
        ensure!(
            missing.is_empty(),
            "required variables have no value: set {}",
            missing.join(", ")
        );
        Ok(values)
    }
}

impl Component {
    /// The component's own variables with their values.
    pub fn variables(&self, values: &Values) -> Values {
        self.variables
            .iter()
            .filter_map(|(name, template)| Some((name.clone(), template.fill(values)?)))
            .collect()
    }

    /// Where the component may send. On Spin one bad value blocks everything that the component sends, and it starts
    /// nevertheless: the caller gets the error to report and allows nothing.
    pub fn allowed_hosts(&self, values: &Values) -> Result<AllowedHosts> {
        let mut filled = Vec::new();
        for (text, template) in &self.allowed_outbound_hosts {
            let value = template.fill(values).unwrap_or_default();
            check_host(text, &value)?;
            filled.push(value);
        }
        AllowedHosts::parse(filled)
    }
}

fn check_host(template: &str, value: &str) -> Result<()> {
    match AllowedHosts::parse([value]) {
        Ok(_) => Ok(()),
        Err(problem) => bail!("allowed_outbound_hosts: the value of {template:?} {problem}"),
    }
}

/// A parser's message in one line, with its place.
fn one_line(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map_or(1, |before| before.matches('\n').count() + 1);
    anyhow::anyhow!("line {line}: {}", error.message().replace('\n', " "))
}

// What stands in the file.

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    spin_manifest_version: i64,
    #[serde(rename = "application")]
    _application: toml::Table,
    #[serde(default)]
    variables: BTreeMap<String, VariableEntry>,
    trigger: Triggers,
    component: BTreeMap<String, ComponentEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableEntry {
    required: Option<bool>,
    default: Option<String>,
    #[serde(default, rename = "secret")]
    _secret: bool,
    #[serde(default, rename = "description")]
    _description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    http: Vec<HttpTrigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpTrigger {
    #[serde(default, rename = "id")]
    _id: String,
    route: RouteEntry,
    component: String,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a route is a path or { private = true }")]
enum RouteEntry {
    Public(String),
    Private { private: bool },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComponentEntry {
    #[serde(default, rename = "description")]
    _description: String,
    source: PathBuf,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    // The tables `build` and `tool` are for other programs, so anything may stand in them.
    #[serde(default, rename = "build")]
    _build: toml::Table,
    #[serde(default, rename = "tool")]
    _tool: toml::Table,
}

impl VariableEntry {
    fn check(self, name: &str) -> Result<Variable> {
        check_name(name)?;
        match (self.required.unwrap_or(false), self.default) {
            (true, Some(_)) => {
                bail!("variable {name:?} is required and has a default: one of the two")
            }
            (false, None) => bail!("variable {name:?} is neither required nor has a default"),
            (_, default) => Ok(Variable { default }),
        }
    }
}

impl ComponentEntry {
    fn check(self, known: &BTreeMap<String, Variable>, folder: &Path) -> Result<Component> {
        let read = |text: &str| -> Result<Template> {
            let template = Template::parse(text)?;
            for name in template.variables() {
                ensure!(known.contains_key(name), "{text:?} names the unknown variable {name:?}");
            }
            Ok(template)
        };
        let defaults: Values = known
            .iter()
            .filter_map(|(name, variable)| Some((name.clone(), variable.default.clone()?)))
            .collect();
        let mut variables = BTreeMap::new();
        for (name, text) in &self.variables {
            check_name(name)?;
            variables.insert(name.clone(), read(text)?);
        }
        let mut allowed_outbound_hosts = Vec::new();
        for text in self.allowed_outbound_hosts {
            let template = read(&text)?;
            // An origin that the manifest itself gives, by its text or by defaults, must be one.
            if let Some(value) = template.fill(&defaults) {
                check_host(&text, &value)?;
            }
            allowed_outbound_hosts.push((text, template));
        }
        Ok(Component {
            source: folder.join(self.source),
            environment: self.environment,
            variables,
            allowed_outbound_hosts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"
spin_manifest_version = 2
[application]
name = "test"
version = "0.1.0"
"#;

    const PARTS: &str = r#"
[variables]
redis_url = { default = "redis://unset.invalid" }
function_secret = { required = true, secret = true }
market = { default = "" }

[[trigger.http]]
route = "/functions/v1/one"
component = "one"

[[trigger.http]]
id = "two"
route = { private = true }
component = "two"

[component.one]
source = "target/one.wasm"
environment = { RUST_BACKTRACE = "1" }
allowed_outbound_hosts = ["{{ redis_url }}", "http://*.spin.internal"]
[component.one.variables]
function_secret = "{{ function_secret }}"
where = "at {{ redis_url }}!"
[component.one.build]
command = "cargo build"

[component.two]
source = "two.wasm"
"#;

    fn manifest(text: &str) -> Result<Manifest> {
        Manifest::parse(&format!("{HEAD}{text}"), Path::new("/app"))
    }

    fn refused(text: &str) -> String {
        let error = format!("{:#}", manifest(text).unwrap_err());
        assert!(!error.contains('\n'), "{error}");
        error
    }

    #[test]
    fn an_application_is_read() {
        let manifest = manifest(PARTS).unwrap();
        let values = manifest
            .resolve(|name| (name == "SPIN_VARIABLE_FUNCTION_SECRET").then(|| "s".to_owned()))
            .unwrap();
        let one = &manifest.components["one"];
        assert_eq!(one.source, Path::new("/app/target/one.wasm"));
        assert_eq!(one.environment["RUST_BACKTRACE"], "1");
        let variables = one.variables(&values);
        assert_eq!(variables["function_secret"], "s");
        assert_eq!(variables["where"], "at redis://unset.invalid!");
        assert!(!variables.contains_key("market"));
        let hosts = one.allowed_hosts(&values).unwrap();
        assert!(hosts.allow("redis", "unset.invalid", None));
        assert!(hosts.allow("http", "two.spin.internal", None));
        assert!(manifest.routes.find("/functions/v1/one").is_some());
        assert!(manifest.components.contains_key("two"));
    }

    #[test]
    fn variables_without_a_value_are_named_together() {
        let text = PARTS.replace("market = { default = \"\" }", "market = { required = true }");
        let error = manifest(&text).unwrap().resolve(|_| None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "required variables have no value: set SPIN_VARIABLE_FUNCTION_SECRET, SPIN_VARIABLE_MARKET"
        );
    }

    #[test]
    fn a_bad_allowed_host_is_an_error_that_does_not_repeat_it() {
        let manifest = manifest(PARTS).unwrap();
        for value in ["", "redis://:geheim@127.0.0.1", "127.0.0.1:6379"] {
            let values = manifest.resolve(|_| Some(value.to_owned())).unwrap();
            let error = manifest.components["one"].allowed_hosts(&values).unwrap_err();
            let error = error.to_string();
            assert!(error.contains("{{ redis_url }}"), "{error}");
            assert!(!error.contains("geheim"), "{error}");
            assert!(manifest.components["two"].allowed_hosts(&values).is_ok());
        }
    }

    #[test]
    fn a_manifest_that_contradicts_itself_is_refused() {
        let cases = [
            (
                "secret = true }",
                "secret = true, default = \"x\" }",
                "required and has a default",
            ),
            (
                "{ required = true, secret = true }",
                "{ secret = true }",
                "neither required",
            ),
            ("market =", "Market =", "not a variable's name"),
            ("redis://unset.invalid\" }", "\" }", "{{ redis_url }}\" is empty"),
            ("http://*.spin.internal", "http://a/v1", "has a path"),
            ("{{ redis_url }}!", "{{ redis }}!", "unknown variable \"redis\""),
            (
                "component = \"two\"",
                "component = \"three\"",
                "\"three\", which is not there",
            ),
            ("{ private = true }", "{ private = false }", "neither a path"),
            ("{ private = true }", "\"/functions/v1/one\"", "is given to"),
            ("source = \"two.wasm\"", "files = []", "line"),
            ("source = \"two.wasm\"", "source = { url = \"x\" }", "line"),
            ("[variables]", "[variables", "line"),
        ];
        for (from, to, problem) in cases {
            let error = refused(&PARTS.replace(from, to));
            assert!(error.contains(problem), "{to}: {error}");
        }
        let old = HEAD.replace("= 2", "= 1") + PARTS;
        let error = Manifest::parse(&old, Path::new("")).unwrap_err();
        assert!(error.to_string().contains("is not 2"), "{error}");
    }
}
