//! `inc`: what a lookup is to bring besides the thing itself. Each resource takes only some of them.

use super::error;
use crate::upstreams::{Answer, Call};

#[derive(Debug, Clone, Default)]
pub struct Inc {
    names: Vec<String>,
    recording_relations: bool,
}

const EVERYWHERE: [&str; 18] = [
    "aliases",
    "annotation",
    "tags",
    "genres",
    "ratings",
    "area-rels",
    "artist-rels",
    "event-rels",
    "instrument-rels",
    "label-rels",
    "place-rels",
    "recording-rels",
    "release-rels",
    "release-group-rels",
    "series-rels",
    "url-rels",
    "work-rels",
    "user-tags",
];

impl Inc {
    /// Reads the parameter; an include that the resource does not take is refused.
    pub fn of(call: &Call, resource: &str) -> Result<Self, Answer> {
        let also: &[&str] = match resource {
            "release" => &[
                "artists",
                "artist-credits",
                "collections",
                "discids",
                "isrcs",
                "labels",
                "media",
                "recordings",
                "release-groups",
                "recording-level-rels",
                "release-group-level-rels",
                "work-level-rels",
            ],
            "recording" => &[
                "artists",
                "artist-credits",
                "isrcs",
                "releases",
                "release-groups",
                "media",
                "work-level-rels",
            ],
            "isrc" => &[
                "artists",
                "artist-credits",
                "isrcs",
                "releases",
                "release-groups",
                "media",
            ],
            _ => &["recordings", "releases", "release-groups", "works", "various-artists"],
        };
        // `+` separates; who encodes it sends a space or a plus.
        let names: Vec<String> = call
            .value("inc")
            .unwrap_or_default()
            .split([' ', '+'])
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        if let Some(bad) = names
            .iter()
            .find(|name| !EVERYWHERE.contains(&name.as_str()) && !also.contains(&name.as_str()))
        {
            return Err(error(
                400,
                &format!("{bad} is not a valid inc parameter for the {resource} resource."),
            ));
        }
        if resource == "release"
            && !names.iter().any(|name| name == "recordings")
            && names.iter().any(|name| name == "isrcs")
        {
            return Err(error(
                400,
                "isrcs is not a valid inc parameter unless recordings is also included.",
            ));
        }
        // Relations of the recordings of a release come only when they are asked for.
        let recording_relations = resource != "release" || names.iter().any(|name| name == "recording-level-rels");
        Ok(Self {
            names,
            recording_relations,
        })
    }

    /// As if relations of the recordings had not been asked for.
    pub fn without_recording_relations(mut self) -> Self {
        self.recording_relations = false;
        self
    }

    /// Whether this was asked for.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|it| it == name)
    }

    /// Whether any relations were asked for.
    pub fn relations(&self) -> bool {
        self.names
            .iter()
            .any(|name| name.ends_with("-rels") && !name.ends_with("-level-rels"))
    }

    /// Whether recordings bring their relations.
    pub fn recording_relations(&self) -> bool {
        self.recording_relations
    }

    /// Whether the artists of recordings and releases were asked for.
    pub fn artist_credits(&self) -> bool {
        self.has("artist-credits") || self.has("artists")
    }
}
