//! The variables that `spin.toml` declares, each with the comment above it: what documents and examples are made from.

use std::fmt::Write;

use anyhow::{Context, Result};

/// Variables that stand together under one comment.
pub struct Group {
    /// In one line.
    pub comment: String,
    pub variables: Vec<Variable>,
}

pub struct Variable {
    pub name: String,
    /// `None` where a value is required.
    pub default: Option<String>,
    pub is_secret: bool,
}

/// Reads the section `[variables]`.
pub fn read(manifest: &str) -> Result<Vec<Group>> {
    let section = manifest
        .split("\n[variables]\n")
        .nth(1)
        .and_then(|rest| rest.split("\n# ---").next())
        .context("spin.toml has no section [variables]")?;
    let mut groups: Vec<Group> = Vec::new();
    let mut comment = Vec::new();
    for line in section.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("# ") {
            comment.push(text);
            continue;
        }
        if !comment.is_empty() {
            let comment = std::mem::take(&mut comment).join(" ");
            groups.push(Group {
                comment,
                variables: Vec::new(),
            });
        }
        let (name, value) = line.split_once(" = ").with_context(|| format!("{line}: no variable"))?;
        let group = groups.last_mut().with_context(|| format!("{name} has no comment"))?;
        group.variables.push(Variable {
            name: name.to_owned(),
            default: value
                .split("default = \"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .map(str::to_owned),
            is_secret: value.contains("secret = true"),
        });
    }
    Ok(groups)
}

/// The rows of `docs/configuration.md`.
pub fn table(groups: &[Group]) -> String {
    let mut rows = String::new();
    for group in groups {
        for (index, variable) in group.variables.iter().enumerate() {
            let default = match variable.default.as_deref() {
                None => "required".to_owned(),
                Some("") => String::new(),
                Some(default) => format!("`{default}`"),
            };
            let secret = if variable.is_secret { "secret" } else { "" };
            let comment = if index == 0 {
                group.comment.replace('|', "\\|")
            } else {
                String::new()
            };
            let _ = writeln!(rows, "| `{}` | {default} | {secret} | {comment} |", variable.name);
        }
    }
    rows
}

/// A file of environment variables: what is required stands open, the rest as comments with its default.
pub fn environment(groups: &[Group]) -> String {
    let mut text = String::from(
        "# The variables of Linernotes for a host that takes them from a file. Copy it, fill it in, and keep the copy to\n\
         # yourself (chmod 600): it holds secrets. docs/configuration.md says more.\n",
    );
    for group in groups {
        text.push('\n');
        for line in wrapped(&group.comment, 110) {
            let _ = writeln!(text, "# {line}");
        }
        for variable in &group.variables {
            let name = variable.name.to_uppercase();
            let _ = match &variable.default {
                None => writeln!(text, "SPIN_VARIABLE_{name}="),
                Some(default) => writeln!(text, "#SPIN_VARIABLE_{name}={default}"),
            };
        }
    }
    text
}

/// The variables of a `SpinApp`, each from the Secret that the file of environment variables was made into.
pub fn of_a_spin_app(groups: &[Group]) -> String {
    let mut text = String::new();
    for variable in groups.iter().flat_map(|group| &group.variables) {
        let _ = writeln!(
            text,
            "    - name: {}\n      valueFrom:\n        secretKeyRef:\n          name: linernotes\n          \
             key: SPIN_VARIABLE_{}",
            variable.name,
            variable.name.to_uppercase()
        );
        if variable.default.is_some() {
            text.push_str("          optional: true\n");
        }
    }
    text
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, String::len);
        if last > 0 && last + 1 + word.len() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
