//! `scripts/bench`: the figures of this system, measured on this machine, with the goals beside them.

mod crawl;
mod figures;
mod size;

use anyhow::{Result, bail};

use figures::Figures;

#[tokio::main]
async fn main() -> Result<()> {
    let mut figures = Figures::new();
    match std::env::args().nth(1).as_deref() {
        None => crawl::measure(&mut figures).await?,
        Some("size") => size::measure(&mut figures).await?,
        Some(_) => bail!("usage: scripts/bench [size]"),
    }
    println!("{figures}");
    Ok(())
}
