//! Styles, scripts and pictures: embedded in the component, compressed when it is built, and named by their content, so
//! that a browser may keep them for ever.

/// A file of the pages.
pub struct Asset {
    /// By which the pages name it: `explorer.css`.
    pub name: &'static str,
    /// Under which it is served: `/assets/explorer-0123abcd.css`.
    pub path: &'static str,
    pub content_type: &'static str,
    pub plain: &'static [u8],
    /// The same, compressed; empty where that saves nothing.
    pub gzip: &'static [u8],
    pub brotli: &'static [u8],
}

impl Asset {
    /// The asset that is served at `path`.
    pub fn find(assets: &'static [Self], path: &str) -> Option<&'static Self> {
        assets.iter().find(|asset| asset.path == path)
    }

    /// The path of the asset called `name`; the name itself where there is none, which a test finds.
    pub fn path_of(assets: &'static [Self], name: &'static str) -> &'static str {
        assets
            .iter()
            .find(|asset| asset.name == name)
            .map_or(name, |asset| asset.path)
    }
}
