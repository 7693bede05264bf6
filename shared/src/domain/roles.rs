//! What a person did on a track, and what the sources call it.

use crate::domain::names::name_key;

/// The roles of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Made the recording.
    Producer,
    /// Made it with others, and is credited so.
    CoProducer,
    /// Had it made.
    ExecutiveProducer,
    /// Wrote words or music.
    Writer,
    /// Wrote the music.
    Composer,
    /// Wrote the words.
    Lyricist,
    /// Arranged it.
    Arranger,
    /// Made a new mix of it.
    Remixer,
}

impl Role {
    /// Whether it says who made the recording.
    pub fn is_production(self) -> bool {
        matches!(self, Self::Producer | Self::CoProducer | Self::ExecutiveProducer)
    }

    /// Whether it says who wrote what is heard.
    pub fn is_authorship(self) -> bool {
        matches!(self, Self::Writer | Self::Composer | Self::Lyricist)
    }

    /// As `track_producers.role` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::CoProducer => "co_producer",
            Self::ExecutiveProducer => "executive_producer",
            Self::Writer => "writer",
            Self::Composer => "composer",
            Self::Lyricist => "lyricist",
            Self::Arranger => "arranger",
            Self::Remixer => "remixer",
        }
    }
}

/// The role that a relation of a MusicBrainz recording states; engineers, mixers and performers have none.
pub fn on_recording(relation: &str, attributes: &[String]) -> Option<Role> {
    match relation {
        "producer" => production(attributes),
        "arranger" | "instrument arranger" | "vocal arranger" | "orchestrator" => {
            unless_assistant(Role::Arranger, attributes)
        }
        "remixer" => unless_assistant(Role::Remixer, attributes),
        _ => None,
    }
}

/// The role that a relation of a MusicBrainz work states. `previous attribution`, `dedication`, `publishing`,
/// `commissioned`, `translator` and `revised by` are not authorship.
pub fn on_work(relation: &str, attributes: &[String]) -> Option<Role> {
    let role = match relation {
        "writer" => Role::Writer,
        "composer" => Role::Composer,
        "lyricist" | "librettist" => Role::Lyricist,
        "arranger" | "instrument arranger" | "vocal arranger" | "orchestrator" => Role::Arranger,
        _ => return None,
    };
    unless_assistant(role, attributes)
}

/// The role that a relation of a MusicBrainz release states; it stands for every recording on it.
pub fn on_release(relation: &str, attributes: &[String]) -> Option<Role> {
    if relation == "producer" {
        production(attributes)
    } else {
        None
    }
}

/// The role that a label of Genius states, beside its lists of producers and writers. Everything else there is
/// engineering, an instrument, or of the video.
pub fn on_genius_song(label: &str) -> Option<Role> {
    match name_key(label).as_str() {
        "co producer" | "co producers" => Some(Role::CoProducer),
        "executive producer" | "executive producers" => Some(Role::ExecutiveProducer),
        _ => None,
    }
}

/// `additional`, `associate` and a text `task` ("vocal") leave a producer a producer; an assistant is none.
fn production(attributes: &[String]) -> Option<Role> {
    let has = |name: &str| attributes.iter().any(|attribute| attribute == name);
    let role = if has("executive") {
        Role::ExecutiveProducer
    } else if has("co") {
        Role::CoProducer
    } else {
        Role::Producer
    };
    unless_assistant(role, attributes)
}

fn unless_assistant(role: Role, attributes: &[String]) -> Option<Role> {
    let assists = attributes.iter().any(|attribute| attribute == "assistant");
    (!assists).then_some(role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn producer(attributes: &[&str]) -> Option<Role> {
        let attributes: Vec<_> = attributes.iter().map(ToString::to_string).collect();
        on_recording("producer", &attributes)
    }

    #[test]
    fn attributes_decide_the_kind_of_producer() {
        assert_eq!(producer(&[]), Some(Role::Producer));
        assert_eq!(producer(&["additional"]), Some(Role::Producer));
        assert_eq!(producer(&["associate", "task"]), Some(Role::Producer));
        assert_eq!(producer(&["co"]), Some(Role::CoProducer));
        assert_eq!(producer(&["executive"]), Some(Role::ExecutiveProducer));
        assert_eq!(producer(&["co", "executive"]), Some(Role::ExecutiveProducer));
        assert_eq!(producer(&["assistant"]), None);
    }

    #[test]
    fn only_authorship_counts_on_works_and_only_making_on_recordings() {
        assert_eq!(on_work("librettist", &[]), Some(Role::Lyricist));
        for none in [
            "translator",
            "revised by",
            "previous attribution",
            "dedication",
            "publishing",
        ] {
            assert_eq!(on_work(none, &[]), None);
        }
        assert_eq!(on_recording("orchestrator", &[]), Some(Role::Arranger));
        for none in ["engineer", "mix", "programming", "vocal", "performer", "writer"] {
            assert_eq!(on_recording(none, &[]), None);
        }
        assert_eq!(on_release("mix", &[]), None);
    }

    #[test]
    fn of_genius_labels_two_are_roles() {
        assert_eq!(on_genius_song("Co-Producer"), Some(Role::CoProducer));
        assert_eq!(on_genius_song("Executive Producer"), Some(Role::ExecutiveProducer));
        for none in [
            "Additional Production",
            "Video Producer",
            "Mixing Engineer",
            "Drums",
            "Programmer",
            "Assistant Producer",
            "Publisher",
            "",
        ] {
            assert_eq!(on_genius_song(none), None, "{none}");
        }
    }
}
