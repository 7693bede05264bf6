//! Finds the captured answers, again whenever `LINERNOTES_FIXTURES` has changed.

use std::path::{Path, PathBuf};

fn main() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures");
    let folder = std::env::var_os("LINERNOTES_FIXTURES").map_or(beside, PathBuf::from);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LINERNOTES_FIXTURES");
    // A relative path would be another one where the tests run.
    if let Ok(folder) = folder.canonicalize() {
        println!("cargo::rustc-env=CAPTURED_ANSWERS={}", folder.display());
    }
}
