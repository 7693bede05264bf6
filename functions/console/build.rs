#[path = "../../shared/build/assets.rs"]
mod assets;

/// The console has the explorer's look, and what is its own.
fn main() -> std::io::Result<()> {
    let explorer = "../explorer/assets";
    assets::embed(
        &[
            &format!("{explorer}/explorer.css"),
            &format!("{explorer}/mark.svg"),
            "assets",
        ],
        "/console/assets",
    )
}
