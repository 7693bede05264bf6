//! The ways in which MusicBrainz states something about a person, and beside each what it means for the catalogue.
//!
//! This table is half of the truth; the other half stands in `shaped/`, next to the traps.

use serde::{Deserialize, Serialize};

/// A role of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Producer,
    CoProducer,
    ExecutiveProducer,
    Writer,
    Composer,
    Lyricist,
    Arranger,
    Remixer,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub relation: &'static str,
    /// The type's id on MusicBrainz.
    pub type_id: &'static str,
    pub attributes: &'static [&'static str],
    /// The text of the attribute `task`.
    pub task: Option<&'static str>,
    /// The role it gives; `None`: no credit of authorship.
    pub means: Option<Role>,
}

const fn kind(
    relation: &'static str,
    type_id: &'static str,
    attributes: &'static [&'static str],
    means: Option<Role>,
) -> Kind {
    Kind {
        relation,
        type_id,
        attributes,
        task: None,
        means,
    }
}

const RECORDING_PRODUCER: &str = "5c0ceac3-feb4-41f0-868d-dc06f6e27fc0";
const RELEASE_PRODUCER_ID: &str = "8bf377ba-8d71-4ecc-97f2-7bb2d8a2a75f";

// On recordings.

pub static PRODUCER: Kind = kind("producer", RECORDING_PRODUCER, &[], Some(Role::Producer));
pub static CO_PRODUCER: Kind = kind("producer", RECORDING_PRODUCER, &["co"], Some(Role::CoProducer));
pub static EXECUTIVE_PRODUCER: Kind = kind(
    "producer",
    RECORDING_PRODUCER,
    &["executive"],
    Some(Role::ExecutiveProducer),
);
/// An additional producer, who counts as a producer.
pub static ADDITIONAL_PRODUCER: Kind = kind("producer", RECORDING_PRODUCER, &["additional"], Some(Role::Producer));
/// An associate producer is a producer.
pub static ASSOCIATE_PRODUCER: Kind = kind("producer", RECORDING_PRODUCER, &["associate"], Some(Role::Producer));
/// An assistant producer, who counts as no producer.
pub static ASSISTANT_PRODUCER: Kind = kind("producer", RECORDING_PRODUCER, &["assistant"], None);
/// Vocal production has no type of its own: it is a task.
pub static VOCAL_PRODUCER: Kind = Kind {
    relation: "producer",
    type_id: RECORDING_PRODUCER,
    attributes: &["task"],
    task: Some("vocal producer"),
    means: Some(Role::Producer),
};
pub static ARRANGER: Kind = kind(
    "arranger",
    "22661fb8-cdb7-4f67-8385-b2a8be6c9f0d",
    &[],
    Some(Role::Arranger),
);
pub static STRING_ARRANGER: Kind = kind(
    "instrument arranger",
    "4820daa1-98d6-4f8b-aa4b-6895c5b79b27",
    &["strings"],
    Some(Role::Arranger),
);
pub static VOCAL_ARRANGER: Kind = kind(
    "vocal arranger",
    "8a2799e8-a7a2-41ce-a7ba-b5f9f2e2f1ae",
    &[],
    Some(Role::Arranger),
);
pub static ORCHESTRATOR: Kind = kind(
    "orchestrator",
    "38fa7405-f9a8-4d2a-9ef8-d1d0ee9f0e4d",
    &[],
    Some(Role::Arranger),
);
pub static REMIXER: Kind = kind(
    "remixer",
    "7950be4d-13a3-48e7-906b-5af562e39544",
    &[],
    Some(Role::Remixer),
);
/// An engineer: one of those who get no credit here.
pub static ENGINEER: Kind = kind("engineer", "5dcc52af-7064-4051-8d62-7d80f4c3c907", &[], None);
/// Nor are those who recorded it,
pub static RECORDED_BY: Kind = kind("recording", "a01ee869-80a8-45ef-9447-c59e91aa7926", &[], None);
/// Who mixed it, and gets no credit here.
pub static MIX: Kind = kind("mix", "3e3102e1-1896-4f50-b5b2-dd9824e46efe", &[], None);
/// those who programmed the drums (engineering, says MusicBrainz),
pub static PROGRAMMING: Kind = kind("programming", "36c50022-44e0-488d-994b-33f11d20301e", &[], None);
/// Who mastered it, and gets no credit here.
pub static MASTERING: Kind = kind("mastering", "30adb2d7-dbcc-4393-9230-2098510ce3c1", &[], None);
/// Who played, and gets no credit here.
pub static GUITAR: Kind = kind(
    "instrument",
    "59054b12-01ac-43ee-a618-285fd397e461",
    &["electric guitar"],
    None,
);
/// Who sang, and gets no credit here.
pub static LEAD_VOCALS: Kind = kind("vocal", "0fdbe3c6-7700-4a31-ae54-b53f06ae1cfa", &["lead vocals"], None);
/// A conductor, who is a performer and gets no credit here.
pub static CONDUCTOR: Kind = kind("conductor", "234670ce-5f22-4fd0-921b-ef1662695c5d", &[], None);

// On releases: they stand for every recording on it.

pub static RELEASE_PRODUCER: Kind = kind("producer", RELEASE_PRODUCER_ID, &[], Some(Role::Producer));
/// Was executive producer of the album.
pub static RELEASE_EXECUTIVE_PRODUCER: Kind = kind(
    "producer",
    RELEASE_PRODUCER_ID,
    &["executive"],
    Some(Role::ExecutiveProducer),
);
pub static RELEASE_CO_PRODUCER: Kind = kind("producer", RELEASE_PRODUCER_ID, &["co"], Some(Role::CoProducer));
pub static RELEASE_ENGINEER: Kind = kind("engineer", "87e922ba-872e-418a-9f41-0a63aa3c30cc", &[], None);
pub static RELEASE_PHOTOGRAPHY: Kind = kind("photography", "0b58dc9b-9c49-4b19-bb58-9c06d41c8fbf", &[], None);

// On works.

pub static WRITER: Kind = kind(
    "writer",
    "a255bca1-b157-4518-9108-7b147dc3fc68",
    &[],
    Some(Role::Writer),
);
pub static COMPOSER: Kind = kind(
    "composer",
    "d59d99ea-23d4-4a80-b066-edca32ee158f",
    &[],
    Some(Role::Composer),
);
pub static LYRICIST: Kind = kind(
    "lyricist",
    "3e48faba-ec01-47fd-8e89-30e81161661c",
    &[],
    Some(Role::Lyricist),
);
/// A librettist, who counts as a lyricist.
pub static LIBRETTIST: Kind = kind(
    "librettist",
    "7474ab81-486f-40b5-8685-3a4f8ea624cb",
    &[],
    Some(Role::Lyricist),
);
pub static WORK_ARRANGER: Kind = kind(
    "arranger",
    "d3fd781c-5894-47e2-8c12-86cc0e2c8d08",
    &[],
    Some(Role::Arranger),
);
/// Translators are no authors of ours,
pub static TRANSLATOR: Kind = kind("translator", "da6c5d8a-ce13-474d-9375-61feb29039a5", &[], None);
/// A reviser, who is no author.
pub static REVISED_BY: Kind = kind("revised by", "1e75fe2b-6dcd-4ab2-9bc4-6b9a3b0f5d2c", &[], None);
/// nor those who were once thought to be the author,
pub static PREVIOUS_ATTRIBUTION: Kind = kind(
    "previous attribution",
    "a2af367a-b040-46f8-af21-310f92dfe97b",
    &[],
    None,
);
/// A publisher, who is no author.
pub static PUBLISHING: Kind = kind("publishing", "a442b140-830b-30b0-a4aa-2e36cc098aac", &[], None);
/// nor those it is dedicated to,
pub static DEDICATION: Kind = kind("dedication", "e4d9ac1b-a3b6-4d1e-8ae0-2f4bb1e9d5a6", &[], None);
/// nor those who commissioned it.
pub static COMMISSIONED: Kind = kind("commissioned", "5c7ed2bb-9a3e-4e2a-9ff5-8c6f5d0d2c1f", &[], None);

/// Leads from a recording to a work: type and its id.
pub const PERFORMANCE: (&str, &str) = ("performance", "a3005666-a872-32c3-ad06-98af558e99b0");
