//! Compresses the description of the API, which would be a seventh of the component.

use std::io::Write as _;
use std::path::Path;
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=openapi.json");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let file = fs::File::create(Path::new(&out).join("openapi.json.gz"))?;
    let mut gzip = GzEncoder::new(file, Compression::best());
    gzip.write_all(&fs::read("openapi.json")?)?;
    gzip.finish()?;
    Ok(())
}
