#[path = "../../shared/build/assets.rs"]
mod assets;

fn main() -> std::io::Result<()> {
    assets::embed(&["assets"], "/assets")
}
