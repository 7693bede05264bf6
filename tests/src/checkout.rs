//! Where the checkout is, and what its folders say.

use std::path::PathBuf;

use anyhow::{Context, Result};

pub fn checkout() -> Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    folder.canonicalize().with_context(|| folder.display().to_string())
}

/// The components' names: each has a folder in `functions/`.
pub fn components() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in std::fs::read_dir(checkout()?.join("functions"))? {
        names.push(folder?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The function that a component answers to: `artistDiscovery` for `artist-discovery`.
pub fn function(component: &str) -> String {
    let mut words = component.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_uppercase() + rest
    })
}

/// A program of the newest PostgreSQL on this machine: an older `pg_dump` refuses a newer server.
pub fn postgres_program(program: &str) -> PathBuf {
    let mut versions: Vec<u32> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|folders| {
            folders
                .flatten()
                .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
                .collect()
        })
        .unwrap_or_default();
    versions.sort_unstable();
    match versions.last() {
        Some(version) => PathBuf::from(format!("/usr/lib/postgresql/{version}/bin/{program}")),
        None => PathBuf::from(program),
    }
}
