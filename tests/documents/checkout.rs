//! The files of the checkout, and whether a path or pattern that somebody wrote leads to one of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// What is made here and belongs to nobody's commit.
const LEFT_OUT: [&str; 5] = [".git", "target", "node_modules", ".linernotes", ".spin"];

/// Every file and folder by its path from the root; a folder ends in `/`.
pub struct Checkout {
    root: PathBuf,
    paths: Vec<String>,
}

impl Checkout {
    pub fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let mut paths = Vec::new();
        walk(&root, "", &mut paths)?;
        paths.sort();
        Ok(Self { root, paths })
    }

    #[cfg(test)]
    pub fn of(paths: &[&str]) -> Self {
        Self {
            root: PathBuf::new(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    /// The files with one of these extensions.
    pub fn files<'a>(&'a self, extensions: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let has_one = |path: &&str| path.rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end));
        self.paths.iter().map(String::as_str).filter(has_one)
    }

    pub fn text(&self, path: &str) -> Result<String> {
        Ok(fs::read_to_string(self.root.join(path))?)
    }

    /// Whether the first part of a path is a folder of the root, so that the path can only be meant from there.
    pub fn is_rooted(&self, path: &str) -> bool {
        path.split_once('/')
            .is_some_and(|(first, _)| self.paths.iter().any(|path| path.strip_suffix('/') == Some(first)))
    }

    /// What `written` leads to from the root, or from a folder around the file in which it stands; where it does not
    /// begin with a folder of the root, also by its last parts: `domain/credits.rs`. `*`, `…` and `<name>` stand for
    /// anything within a part.
    pub fn find(&self, file: &str, written: &str) -> Vec<&str> {
        let pattern = pattern(written);
        let around = folder_of(file);
        let folders = around
            .match_indices('/')
            .map(|(end, _)| &around[..end])
            .chain([around, ""]);
        let wanted: Vec<String> = folders.filter_map(|folder| join(folder, &pattern)).collect();
        let by_its_end = !self.is_rooted(written) && !written.starts_with("../");
        let leads = |path: &&str| {
            wanted.iter().any(|pattern| is_at(path, pattern))
                || by_its_end && path.match_indices('/').any(|(at, _)| is_at(&path[at + 1..], &pattern))
        };
        self.paths.iter().map(String::as_str).filter(leads).collect()
    }

    /// Where a link leads that stands in a file.
    pub fn follow(&self, file: &str, link: &str) -> Option<&str> {
        let path = join(folder_of(file), link)?;
        self.paths.iter().map(String::as_str).find(|known| is_at(known, &path))
    }
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn walk(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        // A link to a folder, `supabase/migrations`, counts as the folder, and is not entered.
        if entry.path().is_dir() {
            paths.push(format!("{path}/"));
            if !entry.file_type()?.is_symlink() {
                walk(&entry.path(), &format!("{path}/"), paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// With `*` for all that stands for anything: a name in angle brackets, dots.
fn pattern(written: &str) -> String {
    let mut pattern = String::new();
    let mut in_name = false;
    for letter in written.chars() {
        match letter {
            '<' => in_name = true,
            '>' => {
                in_name = false;
                pattern.push('*');
            }
            _ if in_name => {}
            '…' => pattern.push('*'),
            _ => pattern.push(letter),
        }
    }
    pattern
}

/// A path as seen from a folder; `None` where `..` leads out of the root.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            ".." => {
                parts.pop()?;
            }
            "." => {}
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether the pattern is this path; a folder may be written without its `/`.
fn is_at(path: &str, pattern: &str) -> bool {
    matches(path, pattern) || path.strip_suffix('/').is_some_and(|folder| matches(folder, pattern))
}

fn matches(path: &str, pattern: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return path == pattern;
    };
    let Some(rest) = path.strip_prefix(before) else {
        return false;
    };
    let end = rest.find('/').unwrap_or(rest.len());
    (0..=end).any(|skipped| rest.is_char_boundary(skipped) && matches(&rest[skipped..], after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> Checkout {
        Checkout::of(&[
            "README.md",
            "docs/",
            "docs/credits.md",
            "migrations/",
            "migrations/001_dequeue_batch.sql",
            "shared/",
            "shared/src/",
            "shared/src/domain/",
            "shared/src/domain/credits.rs",
            "tool/tests/",
            "tool/tests/common.rs",
            "tool/src/run.rs",
        ])
    }

    #[test]
    fn a_path_leads_from_the_root_from_around_and_by_its_end() {
        for (file, written) in [
            ("README.md", "docs/credits.md"),
            ("README.md", "docs/"),
            ("README.md", "docs"),
            ("README.md", "domain/credits.rs"),
            ("README.md", "credits.rs"),
            ("docs/credits.md", "../README.md"),
            ("tool/src/run.rs", "tests/common.rs"),
            ("tool/src/run.rs", "run.rs"),
        ] {
            assert!(!checkout().find(file, written).is_empty(), "{file}: {written}");
        }
    }

    #[test]
    fn a_wrong_path_leads_nowhere() {
        for (file, written) in [
            ("README.md", "docs/credit.md"),
            ("README.md", "docs/domain/credits.rs"),
            ("README.md", "redits.rs"),
            ("README.md", "credits.rs/"),
            ("docs/credits.md", "../../README.md"),
            ("docs/credits.md", "../credits.md"),
        ] {
            assert_eq!(checkout().find(file, written), Vec::<&str>::new(), "{file}: {written}");
        }
    }

    #[test]
    fn a_pattern_needs_a_match_within_one_part() {
        let found = |written| checkout().find("README.md", written).len();
        assert_eq!(found("migrations/*_dequeue_batch.sql"), 1);
        assert_eq!(found("migrations/…_dequeue_batch.sql"), 1);
        assert_eq!(found("migrations/<version>_<name>.sql"), 1);
        assert_eq!(found("shared/src/<floor>/credits.rs"), 1);
        assert_eq!(found("migrations/*_dequeue.sql"), 0);
        assert_eq!(found("shared/*/credits.rs"), 0);
    }
}
