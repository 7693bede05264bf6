//! `name_key` in Rust and `linernotes.normalize_name` in SQL are one function: the same names go through both, and what
//! differs must stand in `differences.txt`.

use std::env;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use linernotes::domain::names::name_key;
use linernotes_demo::World;
use sqlx::{PgPool, query_scalar};

use super::pairs;
use linernotes_tests::database::{Database, folder};

/// Ranges of characters that the two may read differently, each with its reason.
fn exceptions() -> Result<Vec<(u32, u32)>> {
    let file = fs::read_to_string(folder().join("names/differences.txt"))?;
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let ranges = lines.map(|line| {
        let (range, reason) = line.split_once(' ').with_context(|| format!("no reason: {line}"))?;
        ensure!(reason.trim().len() > 10, "no reason: {line}");
        let code = |text: &str| u32::from_str_radix(text.trim_start_matches("U+"), 16);
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        Ok((code(first)?, code(last)?))
    });
    ranges.collect()
}

/// The names that the two make differently, exceptions aside.
async fn differences(database: &PgPool, names: &[String]) -> Result<Vec<String>> {
    let exceptions = exceptions()?;
    let is_exception = |c: char| {
        let code = u32::from(c);
        exceptions.iter().any(|(first, last)| (*first..=*last).contains(&code))
    };
    let mut different = Vec::new();
    for names in names.chunks(20_000) {
        let query = "SELECT linernotes.normalize_name(given) FROM unnest($1::TEXT[]) WITH ORDINALITY AS each (given, place) \
                     ORDER BY place";
        let theirs: Vec<String> = query_scalar(query).bind(names).fetch_all(database).await?;
        for (name, theirs) in names.iter().zip(theirs) {
            let ours = name_key(name);
            if ours != theirs && !name.chars().any(is_exception) {
                let codes: Vec<String> = name.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
                different.push(format!("{} {name:?}: Rust {ours:?}, SQL {theirs:?}", codes.join(" ")));
            }
        }
    }
    Ok(different)
}

fn ensure_none(what: &str, different: &[String]) -> Result<()> {
    let shown = &different[..different.len().min(600)];
    ensure!(
        different.is_empty(),
        "{} of {what}:\n{}",
        different.len(),
        shown.join("\n")
    );
    Ok(())
}

#[tokio::test]
async fn rust_and_sql_make_the_same_of_names() -> Result<()> {
    let database = Database::start().await?;
    let pairs = pairs()?;
    let pairs = pairs.as_array().context("a list")?.iter();
    let written: Vec<String> = pairs
        .flat_map(|pair| [&pair[0], &pair[2]])
        .filter_map(|name| name.as_str().map(ToOwned::to_owned))
        .collect();
    ensure_none("the pairs", &differences(&database.owner, &written).await?)?;
    ensure_none("the demo world", &differences(&database.owner, &of_the_world()).await?)?;
    let seed = seed();
    println!("10,000 random names, LINERNOTES_SEED={seed}");
    ensure_none("the random names", &differences(&database.owner, &random(seed)).await?)
}

/// Every character by itself, and between two letters. Where none is assigned, 64 stand together.
#[tokio::test]
async fn slow_rust_and_sql_make_the_same_of_every_character() -> Result<()> {
    let database = Database::start().await?;
    let (mut names, mut block) = (Vec::new(), String::new());
    for c in '\u{1}'..=char::MAX {
        if c < '\u{32000}' || ('\u{E0000}'..'\u{E1000}').contains(&c) {
            names.extend([c.to_string(), format!("a{c}b")]);
            continue;
        }
        block.push(c);
        if u32::from(c) % 64 == 63 {
            names.push(format!("a{}", std::mem::take(&mut block)));
        }
    }
    ensure_none("all characters", &differences(&database.owner, &names).await?)
}

fn of_the_world() -> Vec<String> {
    let world = World::generate(1, linernotes_demo::DEFAULT_ARTISTS);
    let tracks = world.albums.iter().flat_map(|album| &album.tracks);
    let people = world
        .people
        .iter()
        .flat_map(|person| person.aliases.iter().chain([&person.name]));
    let names = world.artists.iter().map(|artist| &artist.name);
    let names = names.chain(world.albums.iter().map(|album| &album.name));
    let names = names.chain(tracks.map(|track| &track.name)).chain(people);
    names.cloned().collect()
}

fn seed() -> u64 {
    let given = env::var("LINERNOTES_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    given.unwrap_or(u64::from(now.subsec_nanos()) | 1)
}

/// Names of letters of all scripts, of what changes its neighbours, and of pieces of names.
fn random(seed: u64) -> Vec<String> {
    const BLOCKS: [(u32, u32); 16] = [
        (0x20, 0x7E),
        (0xA0, 0x24F),
        (0x2B0, 0x52F),
        (0x590, 0x6FF),
        (0x900, 0x97F),
        (0xE00, 0xE7F),
        (0x1100, 0x11FF),
        (0x1D00, 0x1FFF),
        (0x2000, 0x206F),
        (0x20A0, 0x2BFF),
        (0x3000, 0x30FF),
        (0xA720, 0xA7CA),
        (0xAC00, 0xAFFF),
        (0xFE00, 0xFFEF),
        (0x1_D400, 0x1_D7FF),
        (0x1_F300, 0x1_F6FF),
    ];
    const PIECES: [&str; 20] = [
        "$",
        "&",
        "'",
        ".",
        "’",
        "´",
        "\u{300}",
        "\u{308}",
        "\u{345}",
        "\u{FE0F}",
        "\u{200D}",
        "ß",
        "İ",
        "ς",
        "Σ",
        "A$AP",
        "will.i.am",
        " & ",
        "❤️",
        "x",
    ];
    let mut state = seed.max(1);
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap_or(1)).unwrap_or(0)
    };
    let mut name = || {
        let mut name = String::new();
        for _ in 0..=next(11) {
            if next(3) == 0 {
                name.push_str(PIECES[next(PIECES.len())]);
            } else {
                let (first, last) = BLOCKS[next(BLOCKS.len())];
                let letter = first + u32::try_from(next(usize::try_from(last - first).unwrap_or(0) + 1)).unwrap_or(0);
                name.extend(char::from_u32(letter));
            }
        }
        name
    };
    (0..10_000).map(|_| name()).collect()
}
