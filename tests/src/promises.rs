//! What the functions of the API promise: `tests/database/promises/<function>.sql`. A section begins with `--> ` and
//! the promise; its SQL fails where the promise is broken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::database::folder;

/// What is promised of one function.
pub struct Promises {
    /// Its file, within the checkout.
    pub file: String,
    /// Promise and the SQL that tries it.
    pub sections: Vec<(String, String)>,
}

/// The sections of such a file: sentence and SQL.
pub fn sections(text: &str) -> Vec<(String, String)> {
    let parts = text.split("\n--> ").skip(1);
    parts
        .map(|section| {
            let (sentence, sql) = section.split_once('\n').unwrap_or((section, ""));
            (sentence.trim().to_owned(), sql.to_owned())
        })
        .collect()
}

pub fn read() -> Result<BTreeMap<String, Promises>> {
    let mut all = BTreeMap::new();
    for file in fs::read_dir(folder().join("promises"))? {
        let path = file?.path();
        let function = path
            .file_stem()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)?;
        let promises = Promises {
            file: format!("tests/database/promises/{function}.sql"),
            sections: sections(&text),
        };
        let different: BTreeSet<_> = promises.sections.iter().map(|(promise, _)| promise).collect();
        ensure!(!different.is_empty(), "{} promises nothing", promises.file);
        ensure!(
            different.len() == promises.sections.len(),
            "{} promises something twice",
            promises.file
        );
        all.insert(function, promises);
    }
    Ok(all)
}
