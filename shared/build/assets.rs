//! For the build scripts of the components with pages: makes a table of their files, each compressed, and named by its
//! content. One asset may name another as `{{name}}`; it is then written with the path under which that one is served.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Embeds these files and those in these folders, which are served under `base`.
pub fn embed(sources: &[&str], base: &str) -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let out = Path::new(&out);
    let mut files = BTreeMap::new();
    for source in sources.iter().map(Path::new) {
        println!("cargo::rerun-if-changed={}", source.display());
        let found = if source.is_dir() {
            fs::read_dir(source)?
                .map(|file| Ok(file?.path()))
                .collect::<io::Result<Vec<_>>>()?
        } else {
            vec![source.to_owned()]
        };
        for file in found {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(file)?);
        }
    }
    let paths = paths(&files, base)?;
    let mut table = String::from("&[\n");
    for (name, (path, content)) in &paths {
        let plain = content.as_bytes();
        let gzip = gzip(plain)?;
        let brotli = brotli(plain)?;
        for (ending, bytes) in [("", plain), (".gz", &gzip), (".br", &brotli)] {
            fs::write(out.join(format!("{name}{ending}")), bytes)?;
        }
        // Where compression saves nothing, the file is sent as it is.
        let embedded = |ending: &str, bytes: &[u8]| {
            if ending.is_empty() || bytes.len() < plain.len() {
                format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{ending}\"))")
            } else {
                "&[]".to_owned()
            }
        };
        let _ = writeln!(
            table,
            "    Asset {{ name: {name:?}, path: {path:?}, content_type: {:?}, plain: {}, gzip: {}, brotli: {} }},",
            content_type(name)?,
            embedded("", plain),
            embedded(".gz", &gzip),
            embedded(".br", &brotli),
        );
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)
}

/// The path of each file and what it holds, once it names the others by their paths.
fn paths(files: &BTreeMap<String, String>, base: &str) -> io::Result<BTreeMap<String, (String, String)>> {
    let mut done: BTreeMap<String, (String, String)> = BTreeMap::new();
    // A file comes after those that it names.
    while done.len() < files.len() {
        let before = done.len();
        for (name, content) in files {
            let mut content = content.clone();
            for (other, (path, _)) in &done {
                content = content.replace(&format!("{{{{{other}}}}}"), path);
            }
            let waits = files.keys().any(|other| content.contains(&format!("{{{{{other}}}}}")));
            if done.contains_key(name) || waits {
                continue;
            }
            let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
            let digest = Sha256::digest(content.as_bytes());
            let tag: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
            done.insert(name.clone(), (format!("{base}/{stem}-{tag}.{ending}"), content));
        }
        if done.len() == before {
            return Err(io::Error::other("assets name each other in a circle"));
        }
    }
    Ok(done)
}

fn content_type(name: &str) -> io::Result<&'static str> {
    match name.rsplit('.').next() {
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("svg") => Ok("image/svg+xml"),
        _ => Err(io::Error::other(format!("assets/{name} has no known type"))),
    }
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

fn brotli(mut plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut plain, &mut compressed, &parameters)?;
    Ok(compressed)
}
