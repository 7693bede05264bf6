//! Who did what on a track, and where that was seen: statements of sources, merged into one for each person and role.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::confidence::Basis;
use crate::domain::ids::MusicBrainzId;
use crate::domain::matching::{Evidence, Match};
use crate::domain::names::dotted_key;
use crate::domain::roles::Role;

/// A person as a source names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name to show.
    pub name: String,
    /// With it, the person is this id, whatever the spelling.
    pub musicbrainz_id: Option<MusicBrainzId>,
    /// Other spellings: aliases, and how they were credited here.
    pub aliases: Vec<String>,
}

impl Person {
    /// Every spelling that the source gives.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// One statement of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Credit {
    /// Who.
    pub person: Person,
    /// What they did.
    pub role: Role,
    /// What it rests on.
    pub basis: Basis,
    /// Where it was seen: ids, URLs, attributes.
    pub seen: Value,
}

/// The sources of credits, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Relations in MusicBrainz.
    MusicBrainz,
    /// A song's people at Genius.
    Genius,
    /// The track's own title.
    Title,
}

impl Source {
    /// As `track_producers.source` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MusicBrainz => "musicbrainz",
            Self::Genius => "genius",
            Self::Title => "title",
        }
    }
}

/// What the sources together say of one track.
#[derive(Debug, Default)]
pub struct TrackCredits {
    merged: Vec<((Source, Role, PersonKey), Merged)>,
}

/// A person of one source: their id, else their name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PersonKey {
    Id(MusicBrainzId),
    Name(String),
}

/// One person in one role, as one source states it in one place or several.
#[derive(Debug, Clone)]
pub struct Merged {
    /// With all spellings.
    pub person: Person,
    /// The highest of its statements.
    pub confidence: f64,
    /// Of each statement.
    pub seen: Vec<Value>,
    /// How the track was matched to what the source speaks of.
    pub matched: Option<Value>,
}

impl Merged {
    /// `{"seen": [...], "matched": {"by": …, "score": …, "for": [...], "against": [...]}}`
    pub fn evidence(&self) -> Value {
        let mut evidence = json!({ "seen": self.seen });
        if let Some(matched) = &self.matched {
            evidence["matched"] = matched.clone();
        }
        evidence
    }
}

impl TrackCredits {
    /// Adds a statement. The same fact from two places of one source is one fact: the higher confidence counts.
    pub fn add(&mut self, source: Source, credit: &Credit, matched: Option<&Match>) {
        let key = match credit.person.musicbrainz_id {
            Some(id) => PersonKey::Id(id),
            None => PersonKey::Name(dotted_key(&credit.person.name)),
        };
        let key = (source, credit.role, key);
        let at = self.merged.iter().position(|(known, _)| *known == key);
        let at = at.unwrap_or_else(|| {
            let person = Person {
                aliases: Vec::new(),
                ..credit.person.clone()
            };
            let merged = Merged {
                person,
                confidence: 0.0,
                seen: Vec::new(),
                matched: matched.map(explained),
            };
            self.merged.push((key, merged));
            self.merged.len() - 1
        });
        let merged = &mut self.merged[at].1;
        merged.confidence = merged.confidence.max(credit.basis.confidence());
        if !merged.seen.contains(&credit.seen) {
            merged.seen.push(credit.seen.clone());
        }
        for spelling in credit.person.spellings() {
            let known = merged.person.spellings().any(|name| name == spelling);
            if !known {
                merged.person.aliases.push(spelling.to_owned());
            }
        }
    }

    /// One entry for each source, role and person, in a fixed order.
    pub fn entries(&self) -> impl Iterator<Item = (Source, Role, &Merged)> {
        self.merged
            .iter()
            .map(|((source, role, _), merged)| (*source, *role, merged))
    }
}

fn explained(matched: &Match) -> Value {
    let names = |pieces: &[Evidence]| pieces.iter().map(|piece| piece.as_str()).collect::<Vec<_>>();
    json!({
        "by": matched.by.as_str(),
        "score": rounded(matched.score),
        "for": names(&matched.evidence_for),
        "against": names(&matched.evidence_against),
    })
}

/// Two digits are enough for people, and don't differ between runs.
fn rounded(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(name: &str, aliases: &[&str], basis: Basis, at: &str) -> Credit {
        Credit {
            person: Person {
                name: name.to_owned(),
                musicbrainz_id: MusicBrainzId::parse("2f031686-3f01-4f33-a4fc-fb3944532efa"),
                aliases: aliases.iter().map(ToString::to_string).collect(),
            },
            role: Role::Producer,
            basis,
            seen: json!({ "url": at }),
        }
    }

    #[test]
    fn a_source_is_called_the_same_everywhere() {
        for source in [Source::MusicBrainz, Source::Genius, Source::Title] {
            assert_eq!(json!(source), source.as_str());
        }
    }

    #[test]
    fn a_full_stop_inside_a_name_makes_another_person() {
        let mut credits = TrackCredits::default();
        for name in ["William", "will.i.am", "J. Cole", "J.Cole"] {
            let mut credit = credit(name, &[], Basis::Title, name);
            credit.person.musicbrainz_id = None;
            credits.add(Source::Title, &credit, None);
        }
        let names: Vec<&str> = credits
            .entries()
            .map(|(_, _, merged)| merged.person.name.as_str())
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
    }

    #[test]
    fn one_fact_from_two_places_is_one_with_the_higher_confidence() {
        let mut credits = TrackCredits::default();
        credits.add(
            Source::MusicBrainz,
            &credit("Benny", &["B."], Basis::ReleaseRelation, "a"),
            None,
        );
        credits.add(
            Source::MusicBrainz,
            &credit("Benny", &["B.", "Ben"], Basis::RecordingRelation, "b"),
            None,
        );
        credits.add(
            Source::MusicBrainz,
            &credit("Benny", &[], Basis::RecordingRelation, "b"),
            None,
        );
        let entries: Vec<_> = credits.entries().collect();
        assert_eq!(entries.len(), 1);
        let merged = entries[0].2;
        assert!((merged.confidence - 0.95).abs() < 1e-9);
        assert_eq!(merged.person.aliases, ["B.", "Ben"]);
        assert_eq!(merged.evidence(), json!({ "seen": [{ "url": "a" }, { "url": "b" }] }));
    }
}
