//! MusicBrainz' objects, with what `inc` asks for and nothing else.

use serde_json::{Map, Value, json};

use super::inc::Inc;
use crate::world::World;
use crate::world::model::{CreditedName, Link, Performance, Person, Recording, Release, Statement, Video, Work};
use crate::world::statements::PERFORMANCE;

/// Makes objects for one lookup.
pub struct Shape<'a> {
    pub world: &'a World,
    pub inc: &'a Inc,
}

impl Shape<'_> {
    /// An artist, as it stands in credits and relations.
    fn short_artist(&self, person: &Person) -> Value {
        let mut object = json!({
            "id": person.mbid,
            "name": person.name,
            "sort-name": person.sort_name,
            "disambiguation": person.disambiguation,
            "type": person.kind,
            "type-id": type_id(person.kind),
            "country": null,
        });
        if self.inc.has("aliases") {
            object["aliases"] = aliases(person);
        }
        object
    }

    pub fn artist(&self, person: &Person) -> Value {
        let mut object = self.short_artist(person);
        for (key, value) in [
            ("gender", Value::Null),
            ("gender-id", Value::Null),
            ("area", Value::Null),
            ("begin-area", Value::Null),
            ("end-area", Value::Null),
            ("isnis", json!([])),
            ("ipis", json!([])),
            ("life-span", json!({"begin": null, "end": null, "ended": false})),
        ] {
            object[key] = value;
        }
        if self.inc.relations() {
            let links = person
                .links
                .iter()
                .filter(|_| self.inc.has("url-rels"))
                .map(link)
                .collect();
            object["relations"] = Value::Array(links);
        }
        object
    }

    fn artist_credit(&self, names: &[CreditedName]) -> Value {
        names
            .iter()
            .map(|name| {
                let artist = self.short_artist(&self.world.people[name.person.0]);
                json!({"name": name.name, "joinphrase": name.join, "artist": artist})
            })
            .collect()
    }

    fn statement(&self, statement: &Statement) -> Value {
        let kind = statement.kind;
        let values: Map<String, Value> = kind.task.iter().map(|task| ("task".to_owned(), json!(task))).collect();
        let ids: Map<String, Value> = kind
            .attributes
            .iter()
            .map(|name| ((*name).to_owned(), attribute_id(name)))
            .collect();
        json!({
            "type": kind.relation,
            "type-id": kind.type_id,
            "target-type": "artist",
            "direction": "backward",
            "attributes": kind.attributes,
            "attribute-ids": ids,
            "attribute-values": values,
            "begin": statement.dates.map(|(begin, _)| begin),
            "end": statement.dates.map(|(_, end)| end),
            "ended": statement.dates.is_some(),
            "source-credit": "",
            "target-credit": statement.credited_as,
            "artist": self.artist_of(statement),
        })
    }

    fn artist_of(&self, statement: &Statement) -> Value {
        let person = &self.world.people[statement.person.0];
        let mut artist = self.short_artist(person);
        if let Some(former) = self.world.former_id(&person.mbid).filter(|_| statement.by_former_id) {
            artist["id"] = json!(former);
        }
        artist
    }

    fn performance(&self, performance: &Performance) -> Value {
        let ids: Map<String, Value> = performance
            .attributes
            .iter()
            .map(|name| ((*name).to_owned(), attribute_id(name)))
            .collect();
        json!({
            "type": PERFORMANCE.0,
            "type-id": PERFORMANCE.1,
            "target-type": "work",
            "direction": "forward",
            "attributes": performance.attributes,
            "attribute-ids": ids,
            "attribute-values": {},
            "begin": null,
            "end": null,
            "ended": false,
            "source-credit": "",
            "target-credit": "",
            "work": self.work(&self.world.works[performance.work.0]),
        })
    }

    fn work(&self, work: &Work) -> Value {
        let mut object = json!({
            "id": work.mbid,
            "title": work.title,
            "type": "Song",
            "type-id": "f061270a-2fd6-32f1-a641-f0f8676d14e6",
            "disambiguation": "",
            "language": "eng",
            "languages": ["eng"],
            "iswcs": [],
            "attributes": [],
        });
        if self.inc.has("work-level-rels") {
            let statements = work.statements.iter().filter(|_| self.inc.has("artist-rels"));
            object["relations"] = statements.map(|it| self.statement(it)).collect();
        }
        object
    }

    pub fn recording(&self, recording: &Recording) -> Value {
        let mut object = json!({
            "id": recording.mbid,
            "title": recording.title,
            "length": recording.length,
            "disambiguation": recording.disambiguation,
            "video": false,
            "first-release-date": "",
        });
        if self.inc.artist_credits() {
            object["artist-credit"] = self.artist_credit(&recording.artist_credit);
        }
        if self.inc.has("isrcs") {
            object["isrcs"] = json!(recording.isrcs);
        }
        if self.inc.has("aliases") {
            object["aliases"] = json!([]);
        }
        if self.inc.relations() {
            let brings = self.inc.recording_relations();
            let people = recording
                .statements
                .iter()
                .filter(|_| brings && self.inc.has("artist-rels"));
            let works = recording
                .performances
                .iter()
                .filter(|_| brings && self.inc.has("work-rels"));
            let relations: Vec<Value> = people
                .map(|it| self.statement(it))
                .chain(works.map(|it| self.performance(it)))
                .collect();
            object["relations"] = Value::Array(relations);
        }
        object
    }

    pub fn release(&self, release: &Release) -> Value {
        let mut object = json!({
            "id": release.mbid,
            "title": release.title,
            "status": "Official",
            "status-id": "4e304316-386d-3409-af2e-78857eec5cfe",
            "disambiguation": "",
            "quality": "normal",
            "packaging": null,
            "packaging-id": null,
            "barcode": release.barcode,
            "asin": null,
            "country": "XW",
            "date": release.date,
            "text-representation": {"language": "eng", "script": "Latn"},
            "cover-art-archive": {"artwork": false, "back": false, "count": 0, "darkened": false, "front": false},
            "release-events": [{"date": release.date, "area": {
                "id": "525d4e18-3d00-31b9-a58b-a146a916de8f", "name": "[Worldwide]", "sort-name": "[Worldwide]",
                "disambiguation": "", "iso-3166-1-codes": ["XW"], "type": null, "type-id": null,
            }}],
        });
        if self.inc.artist_credits() {
            object["artist-credit"] = self.artist_credit(&release.artist_credit);
        }
        if self.inc.has("aliases") {
            object["aliases"] = json!([]);
        }
        if self.inc.has("recordings") || self.inc.has("media") {
            let shift = usize::from(release.video.is_some_and(|video| video.first));
            let media = release.media.iter().enumerate();
            let mut media: Vec<Value> = media
                .map(|(at, tracks)| self.medium(release, at, at + shift + 1, tracks))
                .collect();
            if let Some(video) = release.video {
                let at = if video.first { 0 } else { media.len() };
                media.insert(at, Self::video(release, video, at));
            }
            object["media"] = Value::Array(media);
        }
        if self.inc.relations() {
            let statements = release.statements.iter().filter(|_| self.inc.has("artist-rels"));
            object["relations"] = statements.map(|it| self.statement(it)).collect();
        }
        object
    }

    /// A disc with pictures: its tracks are recordings that are nowhere else.
    fn video(release: &Release, video: Video, at: usize) -> Value {
        let tracks = (0..video.tracks).map(|number| {
            let id = track_id(&release.mbid, 100 + at, number);
            let title = format!("Scene {}", number + 1);
            let recording = json!({"id": id, "title": title, "length": 240_000, "disambiguation": "", "video": true,
                                   "isrcs": [], "relations": []});
            json!({"id": id, "position": number + 1, "number": (number + 1).to_string(), "title": title,
                   "length": 240_000, "recording": recording})
        });
        json!({"position": at + 1, "title": "", "format": video.format, "track-count": video.tracks,
               "track-offset": 0, "tracks": tracks.collect::<Vec<_>>()})
    }

    fn medium(
        &self,
        release: &Release,
        at: usize,
        position: usize,
        tracks: &[crate::world::model::RecordingIx],
    ) -> Value {
        let mut object = json!({
            "position": position,
            "title": "",
            "format": "Digital Media",
            "format-id": "907a28d9-b3b2-3ef6-89a8-7b18d91d4794",
            "track-count": tracks.len(),
            "track-offset": 0,
        });
        if let Some(pregap) = release.pregap.filter(|_| at == 0 && self.inc.has("recordings")) {
            let recording = &self.world.recordings[pregap.0];
            object["track-count"] = json!(tracks.len() + 1);
            object["pregap"] = json!({
                "id": track_id(&release.mbid, at, 999), "position": 0, "number": "0", "title": recording.title,
                "length": recording.length, "recording": self.recording(recording),
            });
        }
        if self.inc.has("recordings") {
            object["tracks"] = tracks
                .iter()
                .enumerate()
                .map(|(number, recording)| {
                    let recording = &self.world.recordings[recording.0];
                    let mut track = json!({
                        "id": track_id(&release.mbid, at, number),
                        "position": number + 1,
                        "number": (number + 1).to_string(),
                        "title": recording.title,
                        "length": recording.length,
                        "recording": self.recording(recording),
                    });
                    if self.inc.artist_credits() {
                        track["artist-credit"] = self.artist_credit(&recording.artist_credit);
                    }
                    track
                })
                .collect();
        }
        object
    }
}

/// MusicBrainz gives tracks ids of their own; ours follow from the release's.
pub fn track_id(release: &str, medium: usize, track: usize) -> String {
    crate::world::ids::Ids::new(0).mbid("track", &format!("{release}/{medium}/{track}"))
}

fn attribute_id(name: &str) -> Value {
    json!(crate::world::ids::Ids::new(0).mbid("attribute", name))
}

fn type_id(kind: &str) -> &'static str {
    match kind {
        "Person" => "b6e035f4-3ce9-331c-97df-83397230b0df",
        "Group" => "e431f5f6-b5d2-343d-8b36-72607fffb74b",
        _ => "ac897045-5043-3294-969b-187360e45d86",
    }
}

fn aliases(person: &Person) -> Value {
    person
        .aliases
        .iter()
        .map(|name| {
            json!({
                "name": name, "sort-name": name, "type": "Artist name",
                "type-id": "894afba6-2816-3c24-8072-eadb66bd04bc",
                "locale": null, "primary": null, "begin": null, "end": null, "ended": false,
            })
        })
        .collect()
}

fn link(link: &Link) -> Value {
    let type_id = match link.relation {
        "social network" => "99429741-f3f6-484b-84f8-23af51991770",
        "official homepage" => "fe33d22f-c3b0-4d68-bd53-a856badf2b15",
        "wikidata" => "689870a4-a1e4-4912-b17f-7b2664215698",
        "image" => "221132e9-e30e-43f2-a741-15afc4c5fa7c",
        "soundcloud" => "89e4a949-0976-440d-bda1-5f772c1e5710",
        _ => "6a540e5b-58c6-4192-b6ba-dbc71ec8fcf0",
    };
    json!({
        "type": link.relation,
        "type-id": type_id,
        "target-type": "url",
        "direction": "forward",
        "attributes": [],
        "attribute-ids": {},
        "attribute-values": {},
        "begin": null,
        "end": link.ended.then_some("2020-06"),
        "ended": link.ended,
        "source-credit": "",
        "target-credit": "",
        "url": {"id": crate::world::ids::Ids::new(0).mbid("url", &link.url), "resource": link.url},
    })
}
