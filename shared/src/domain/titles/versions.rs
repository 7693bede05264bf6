//! The words by which titles and comments say how a version differs from the original recording.

/// How a version differs from the original recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// Made anew by somebody from the original: a remix, an edit by a DJ, a mashup.
    Remix,
    /// Mixed anew from the same takes: `2019 Mix`, `Dolby Atmos Mix`.
    Mix,
    /// Before an audience.
    Live,
    /// Without the voice.
    Instrumental,
    /// Faster.
    SpedUp,
    /// Slower.
    Slowed,
    /// To sing to.
    Karaoke,
    /// With other instruments.
    Acoustic,
    /// A sketch of it.
    Demo,
    /// The voice alone.
    Acapella,
    /// Made again by the same artist: `(Taylor's Version)`.
    Rerecorded,
    /// Sung in another language, or its words translated: `(Spanish Version)`, `(Traducción al Español)`.
    OtherLanguage,
    /// Somebody else's song.
    Cover,
    /// Another one, which its own words tell: `(Drill Version)`, `(Alternate Take)`.
    Another,
}

impl Version {
    /// Sites often don't say it of the same recording, so that saying it on one side only is no contradiction.
    pub fn is_often_left_out(self) -> bool {
        matches!(self, Self::Live | Self::OtherLanguage | Self::Mix)
    }
}

/// Words and phrases, as keys, that say of which kind a version is wherever they stand in an addition.
pub const SAID_BY: [(Version, &[&str]); 12] = [
    (
        Version::Mix,
        &[
            "dolby atmos",
            "atmos",
            "spatial audio",
            "surround",
            "binaural",
            "360 reality audio",
            "360 ra",
        ],
    ),
    (
        Version::Karaoke,
        &[
            "karaoke",
            "in the style of",
            "backing track",
            "backing version",
            "made famous by",
            "originally performed by",
            "tribute to",
            "sing along",
            "singalong",
            "カラオケ",
            "노래방",
        ],
    ),
    (
        Version::Remix,
        &[
            "remix",
            "remixed",
            "remixes",
            "rmx",
            "rework",
            "reworked",
            "bootleg",
            "mashup",
            "mash up",
            "megamix",
            "refix",
            "re edit",
            "reedit",
            "re mix",
            "remezcla",
            "remixado",
            "remixe",
            "リミックス",
            "리믹스",
            "ремикс",
        ],
    ),
    (
        Version::Instrumental,
        &[
            "instrumental",
            "instrumentals",
            "instrumentale",
            "instrumentaal",
            "strumentale",
            "off vocal",
            "offvocal",
            "vocal off",
            "no vocal",
            "no vocals",
            "without vocal",
            "without vocals",
            "less vocal",
            "minus one",
            "inst",
            "インスト",
            "インストゥルメンタル",
            "インストルメンタル",
            "인스트",
            "인스트루멘탈",
            "伴奏",
            "инструментал",
            "минус",
        ],
    ),
    (
        Version::SpedUp,
        &[
            "nightcore",
            "sped up",
            "spedup",
            "sped",
            "speed up",
            "speeded up",
            "speedup",
            "fast version",
            "faster version",
        ],
    ),
    (
        Version::Slowed,
        &[
            "slowed",
            "slow version",
            "slow ver",
            "slowed down",
            "chopped and screwed",
            "chopped screwed",
            "daycore",
        ],
    ),
    (
        Version::Acapella,
        &[
            "acapella",
            "acappella",
            "a cappella",
            "a capella",
            "vocals only",
            "vocal only",
            "акапелла",
            "アカペラ",
        ],
    ),
    (
        Version::Live,
        &[
            "unplugged",
            "session",
            "sessions",
            "live version",
            "live ver",
            "live at",
            "live from",
            "live in",
            "live on",
            "live session",
            "live acoustic",
            "acoustic live",
            "recorded at",
            "in concert",
            "in concerto",
            "en concert",
            "en concierto",
            "im konzert",
            "en vivo",
            "en directo",
            "ao vivo",
            "dal vivo",
            "na zywo",
            "canli",
            "ライブ",
            "ライヴ",
            "라이브",
            "现场",
            "現場",
            "концерт",
            "вживую",
        ],
    ),
    (
        Version::Acoustic,
        &[
            "acoustic",
            "acustico",
            "acustica",
            "acoustique",
            "akustik",
            "akustisch",
            "akustisk",
            "stripped",
            "アコースティック",
            "어쿠스틱",
            "акустика",
            "弾き語り",
        ],
    ),
    (
        Version::Demo,
        &[
            "demo",
            "demos",
            "rough mix",
            "worktape",
            "work tape",
            "maqueta",
            "デモ",
            "데모",
            "демо",
        ],
    ),
    (
        Version::Rerecorded,
        &[
            "rerecorded",
            "re recorded",
            "re recording",
            "rerecording",
            "newly recorded",
            "new recording",
        ],
    ),
    (
        Version::Cover,
        &[
            "cover version",
            "cover ver",
            "cover by",
            "cover of",
            "covered by",
            "coverversion",
            "originally by",
            "カバー",
            "커버",
            "翻唱",
            "кавер",
        ],
    ),
];

/// Likewise, of which each is a version by its own words.
pub const ANOTHER: [&str; 16] = [
    "alternate",
    "alternative version",
    "alternative take",
    "alternative mix",
    "alt version",
    "alt take",
    "outtake",
    "rehearsal",
    "early version",
    "lofi",
    "lo fi",
    "8d",
    "8d audio",
    "bass boosted",
    "reimagined",
    "different version",
];

/// How titles without brackets end: `Song Remix`. The first word alone is a title.
pub const AT_THE_END: [(&str, Version); 20] = [
    (" remix", Version::Remix),
    (" rmx", Version::Remix),
    (" bootleg", Version::Remix),
    (" karaoke version", Version::Karaoke),
    (" instrumental version", Version::Instrumental),
    (" off vocal", Version::Instrumental),
    (" sped up", Version::SpedUp),
    (" sped up version", Version::SpedUp),
    (" spedup", Version::SpedUp),
    (" nightcore", Version::SpedUp),
    (" nightcore version", Version::SpedUp),
    (" slowed", Version::Slowed),
    (" slowed and reverb", Version::Slowed),
    (" slowed reverb", Version::Slowed),
    (" acoustic version", Version::Acoustic),
    (" acoustic ver", Version::Acoustic),
    (" live version", Version::Live),
    (" demo version", Version::Demo),
    (" cover version", Version::Cover),
    (" re recorded", Version::Rerecorded),
];

/// Words that say with what a version was played, where they stand alone or before `version`.
pub const PLAYED_ON: [&str; 12] = [
    "piano",
    "guitar",
    "orchestral",
    "orchestra",
    "symphonic",
    "strings",
    "string",
    "violin",
    "cello",
    "harp",
    "organ",
    "ukulele",
];

/// Words for a version, which stand last (`Drill Version`) or, in some languages, first (`Versión Acústica`).
pub const A_VERSION: [&str; 19] = [
    "version",
    "ver",
    "versions",
    "versao",
    "versione",
    "versie",
    "versjon",
    "versiunea",
    "verzija",
    "wersja",
    "take",
    "rendition",
    "cut",
    "版",
    "版本",
    "バージョン",
    "ヴァージョン",
    "버전",
    "версия",
];

/// Of these, the ones that are glued to the word before.
pub const GLUED: [&str; 5] = ["版", "版本", "バージョン", "ヴァージョン", "버전"];

/// Words for what somebody makes of a recording.
pub const A_MIX: [&str; 6] = ["mix", "edit", "mixx", "dub", "vip", "flip"];

/// Words before `cover` that make a saying of it: `(Take Cover)`.
pub const SAYINGS_OF_COVER: [&str; 9] = ["take", "under", "no", "deep", "break", "run", "blow", "for", "my"];

/// Words by which the same recording comes out in other forms.
const SAME_RECORDING: [&str; 66] = [
    "radio",
    "single",
    "album",
    "tv",
    "television",
    "clean",
    "explicit",
    "dirty",
    "censored",
    "uncensored",
    "short",
    "shortened",
    "extended",
    "long",
    "longer",
    "full",
    "length",
    "original",
    "originale",
    "main",
    "stereo",
    "mono",
    "lp",
    "ep",
    "cd",
    "vinyl",
    "7",
    "12",
    "7inch",
    "12inch",
    "inch",
    "video",
    "clip",
    "music",
    "official",
    "audio",
    "lyric",
    "lyrics",
    "visualizer",
    "edit",
    "edited",
    "version",
    "ver",
    "mix",
    "cut",
    "size",
    "promo",
    "bonus",
    "track",
    "deluxe",
    "edition",
    "remaster",
    "remastered",
    "digital",
    "digitally",
    "expanded",
    "studio",
    "standard",
    "regular",
    "complete",
    "uncut",
    "airplay",
    "commercial",
    "the",
    "of",
    "from",
];

/// Words by which mixes of one recording differ.
const TECHNICAL: [&str; 18] = [
    "dolby",
    "atmos",
    "surround",
    "spatial",
    "binaural",
    "360",
    "5",
    "51",
    "1",
    "us",
    "usa",
    "uk",
    "european",
    "japanese",
    "international",
    "new",
    "hd",
    "hq",
];

/// Words that say of what kind a version is, and not which one.
const OF_ANY_VERSION: [&str; 59] = [
    "a",
    "acapella",
    "acappella",
    "acoustic",
    "and",
    "at",
    "by",
    "capella",
    "cappella",
    "cover",
    "covers",
    "demo",
    "demos",
    "down",
    "en",
    "from",
    "in",
    "inst",
    "instrumental",
    "karaoke",
    "less",
    "live",
    "minus",
    "mix",
    "nightcore",
    "no",
    "of",
    "off",
    "on",
    "re",
    "recorded",
    "recording",
    "reedit",
    "remix",
    "remixed",
    "rerecorded",
    "reverb",
    "rework",
    "reworked",
    "rmx",
    "session",
    "sessions",
    "slow",
    "slowed",
    "sped",
    "spedup",
    "speed",
    "stripped",
    "take",
    "the",
    "to",
    "track",
    "up",
    "ver",
    "version",
    "vivo",
    "vocal",
    "vocals",
    "edit",
];

/// Whether a word (of a key) leaves the recording what it is.
pub fn is_of_the_same_recording(word: &str) -> bool {
    SAME_RECORDING.contains(&word)
}

/// Whether a word only tells mixes of one recording apart: a year, a place, a technique.
pub fn is_technical(word: &str) -> bool {
    TECHNICAL.contains(&word) || is_year(word)
}

/// Whether a word says which version this is, among others of its kind.
pub fn is_particular(word: &str) -> bool {
    let neutral = is_of_the_same_recording(word) || matches!(word, "stereo" | "mono");
    !neutral && !OF_ANY_VERSION.contains(&word)
}

pub fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && (word.starts_with("19") || word.starts_with("20"))
}

/// `Spanish Version`, `Versión en español`, and how Genius calls translations and romanizations.
pub fn is_in_another_language(words: &[&str], padded: &str) -> bool {
    const TRANSLATIONS: [&str; 15] = [
        "translation",
        "traduccion",
        "traducao",
        "traduction",
        "traduzione",
        "ubersetzung",
        "ceviri",
        "cevirisi",
        "tlumaczenie",
        "vertaling",
        "перевод",
        "romanized",
        "romanization",
        "romanizacion",
        "romanizacao",
    ];
    const LANGUAGES: [&str; 34] = [
        "english",
        "spanish",
        "french",
        "german",
        "italian",
        "portuguese",
        "dutch",
        "swedish",
        "norwegian",
        "danish",
        "finnish",
        "polish",
        "greek",
        "turkish",
        "hebrew",
        "japanese",
        "korean",
        "chinese",
        "mandarin",
        "cantonese",
        "thai",
        "hindi",
        "tamil",
        "telugu",
        "arabic",
        "russian",
        "ukrainian",
        "espanol",
        "espanola",
        "spanglish",
        "ingles",
        "inglesa",
        "italiano",
        "francais",
    ];
    let spoken = |word: &&str| LANGUAGES.contains(word);
    words.iter().any(|word| TRANSLATIONS.contains(word))
        || (words.iter().any(spoken) && (words.len() == 1 || words.iter().any(|word| A_VERSION.contains(word))))
        || [
            " en espanol ",
            " em portugues ",
            " in italiano ",
            " en francais ",
            " auf deutsch ",
        ]
        .iter()
        .any(|phrase| padded.contains(phrase))
}
