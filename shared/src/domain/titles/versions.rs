//! The words by which titles and comments say how a version differs from the original recording.

use crate::domain::titles::version::Version;
use crate::domain::word_list::{Phrases, Words};

/// Words and phrases, as keys, that say of which kind a version is wherever they stand in an addition.
pub const SAID_BY: [(Version, Phrases); 12] = [
    (
        Version::Mix,
        Phrases::of(
            "\
            dolby atmos, atmos, spatial audio, surround, binaural, 360 reality audio, 360 ra",
        ),
    ),
    (
        Version::Karaoke,
        Phrases::of(
            "\
            karaoke, in the style of, backing track, backing version, made famous by, originally performed by, \
            tribute to, sing along, singalong, カラオケ, 노래방, karaokeversion, караоке, 卡拉ok",
        ),
    ),
    (
        Version::Remix,
        Phrases::of(
            "\
            remix, remixed, remixes, rmx, rework, reworked, bootleg, mashup, mash up, megamix, refix, re edit, \
            reedit, re mix, remezcla, remixado, remixe, リミックス, 리믹스, ремикс, re rub, rerub, re work, \
            re worked, re mixed, remixada, remiksi, remiks, re fix, 混音, ремейк",
        ),
    ),
    (
        Version::Instrumental,
        Phrases::of(
            "\
            instrumental, instrumentals, instrumentale, instrumentaal, strumentale, off vocal, offvocal, vocal off, \
            no vocal, no vocals, without vocal, without vocals, less vocal, minus one, inst, インスト, \
            インストゥルメンタル, インストルメンタル, 인스트, 인스트루멘탈, 伴奏, инструментал, минус, instr, \
            sin voz, sem voz, 纯音乐, 純音樂, sans paroles, senza voce, ohne gesang, zonder zang, \
            instrumentalversion, instrumentalni, instrumentalna, playback, オフボーカル, バックトラック, 반주, \
            instru, sem vocais, sin voces, 無人声, 器乐",
        ),
    ),
    (
        Version::SpedUp,
        Phrases::of(
            "\
            nightcore, sped up, spedup, sped, speed up, speeded up, speedup, fast version, faster version, \
            accelerated, acelerado, acelerada, accelere, acceleree, accelerato, accelerata, beschleunigt, \
            hizlandirilmis, ускоренная, speed ver, speed version, スピードアップ, 倍速",
        ),
    ),
    (
        Version::Slowed,
        Phrases::of(
            "\
            slowed, slow version, slow ver, slowed down, chopped and screwed, chopped screwed, daycore, \
            ralentizado, ralentizada, ralenti, ralentie, rallentato, rallentata, verlangsamt, yavaslatilmis, замедленная, \
            slowed n reverb",
        ),
    ),
    (
        Version::Acapella,
        Phrases::of(
            "\
            acapella, acappella, a cappella, a capella, vocals only, vocal only, акапелла, アカペラ, accapella, \
            acapela, a capela, acappela, accappella, isolated vocals, isolated vocal, vocal track, solo voz",
        ),
    ),
    (
        Version::Live,
        Phrases::of(
            "\
            unplugged, session, sessions, live version, live ver, live at, live from, live in, live on, \
            live session, live acoustic, acoustic live, recorded at, in concert, in concerto, en concert, \
            en concierto, im konzert, en vivo, en directo, ao vivo, dal vivo, na zywo, canli, ライブ, ライヴ, \
            라이브, 现场, 現場, концерт, вживую, живая версия, концертная, nazivo, tiny desk, live lounge, \
            live room, live performance, live recording, live medley, recorded live, performed live, \
            concert version, concert recording, en public, en directe, i konsert, livena, uzivo, \
            elo felvetel, zive, kexp, audiotree, на концерте, \
            live bootleg, 实况, 實況, コンサート, 콘서트",
        ),
    ),
    (
        Version::Acoustic,
        Phrases::of(
            "\
            acoustic, acustico, acustica, acoustique, akustik, akustisch, akustisk, stripped, アコースティック, \
            어쿠스틱, акустика, акустическая, akoestisch, 弾き語り, acustic, akusticno, akusticka, akustiska, akusticna, \
            akusztikus, akustyczna, akustinen, stripped back, stripped down, 不插电, 不插電",
        ),
    ),
    (
        Version::Demo,
        Phrases::of(
            "\
            demo, demos, rough mix, worktape, work tape, maqueta, デモ, 데모, демо, demoversion, maquette, maketa, \
            voice memo, voice note, work in progress, rough version, rough demo, rough cut, songwriting tape, 小样",
        ),
    ),
    (
        Version::Rerecorded,
        Phrases::of(
            "\
            rerecorded, re recorded, re recording, rerecording, newly recorded, new recording, re record, \
            regrabado, regravado, regrabada, reenregistrado, \
            nouvel enregistrement, neuaufnahme, nieuwe opname, nueva grabacion, nova gravacao",
        ),
    ),
    (
        Version::Cover,
        Phrases::of(
            "\
            cover version, cover ver, cover by, cover of, covered by, coverversion, originally by, カバー, 커버, \
            翻唱, кавер",
        ),
    ),
];

/// Likewise, of which each is a version by its own words.
pub const ANOTHER: Phrases = Phrases::of(
    "\
    alternate, alternative version, alternative take, alternative mix, alt version, alt take, outtake, \
    rehearsal, early version, lofi, lo fi, 8d, 8d audio, bass boosted, reimagined, different version, phonk, \
    hardstyle, 8 bit",
);

/// How titles without brackets end: `Song Remix`. The first word alone is a title.
pub const AT_THE_END: [(Version, Phrases); 10] = [
    (Version::Remix, Phrases::of("remix, rmx, bootleg")),
    (Version::Karaoke, Phrases::of("karaoke version")),
    (Version::Instrumental, Phrases::of("instrumental version, off vocal")),
    (
        Version::SpedUp,
        Phrases::of("sped up, sped up version, spedup, nightcore, nightcore version"),
    ),
    (Version::Slowed, Phrases::of("slowed, slowed and reverb, slowed reverb")),
    (Version::Acoustic, Phrases::of("acoustic version, acoustic ver")),
    (Version::Live, Phrases::of("live version")),
    (Version::Demo, Phrases::of("demo version")),
    (Version::Cover, Phrases::of("cover version")),
    (Version::Rerecorded, Phrases::of("re recorded")),
];

/// Words that say with what a version was played, where they stand alone or before `version`.
pub const PLAYED_ON: Words = Words::of(
    "\
    piano guitar orchestral orchestra symphonic strings string violin cello harp organ ukulele viola flute sax \
    saxophone trumpet brass banjo mandolin accordion harmonica clarinet marimba kalimba harpsichord lute pianoforte \
    chitarra violino arpa archi orchestre guitare violon orgue cordes klavier gitarre geige orgel orchester \
    streicher guitarra orquesta orquestra violao organo fortepian gitara orkiestra фортепиано пианино гитара \
    гитары оркестр ピアノ ギター 钢琴 鋼琴 吉他 피아노 기타",
);
/// Words that stand beside these: `(Solo Piano)`, `(Piano & Voice)`, `(Arr. for String Quartet)`.
pub const BESIDE_INSTRUMENTS: Words = Words::of(
    "\
    solo duo duet trio quartet quintet ensemble voice vocal vocals only and n y e et und with two four hands \
    pianos guitars violins cellos harps acoustic electric classical grand upright voz voix voce stimme i",
);
/// Words before the instruments for which a piece is arranged.
pub const ARRANGED_FOR: Words = Words::of("for fur pour para per voor for dla til");
/// Words that may stand before those.
pub const ARRANGED: Words =
    Words::of("arr arranged arrangement transcribed transcription transcr version ver arrangiert arrange");

/// Words for a version, which stand last (`Drill Version`) or, in some languages, first (`Versión Acústica`).
pub const A_VERSION: Words = Words::of(
    "\
    versio versiyon verzio verze variant version ver versions versao versione versie versjon versiunea verzija wersja take rendition cut 版 版本 \
    バージョン ヴァージョン 버전 версия",
);

/// Endings that are glued to the word before, the longer ones first.
pub const GLUED: Words = Words::of("バージョン ヴァージョン サイズ 버전 版本 版 version versjon edit mix ver");
/// Words for what somebody makes of a recording.
pub const A_MIX: Words =
    Words::of("mix edit mixx dub vip flip reboot redo revision reinterpretation retouch reconstruction");
/// Words before `cover` that make a saying of it: `(Take Cover)`.
pub const SAYINGS_OF_COVER: Words = Words::of("take under no deep break run blow for my");

/// Words by which the same recording comes out in other forms.
const SAME_RECORDING: Words = Words::of(
    "\
    do da du del della der des albumowa radiowa singlowa oryginalna albumova radiova 앨범 싱글 라디오 radio single album tv television clean explicit dirty censored uncensored short shortened extended long \
    longer full length original originale main stereo mono lp ep cd vinyl 7 12 7inch 12inch inch video clip \
    music official audio lyric lyrics visualizer edit edited version ver mix cut size promo bonus track deluxe \
    edition remaster remastered digital digitally expanded studio standard regular complete uncut airplay \
    commercial film movie soundtrack radiofonica corta courte corto larga longue longa lunga curta breve kurz \
    kurze lang lange extendida estendida estesa explicita explicite remasterizada remasterizado de アルバム \
    シングル 专辑 專輯 单曲 單曲 電視 电视 完整 サイズ the of from",
);

/// Words by which mixes of one recording differ.
const TECHNICAL: Words = Words::of(
    "dolby atmos surround spatial binaural 360 5 51 1 us usa uk european japanese japan international new hd hq",
);

/// Words that say of what kind a version is, and not which one.
const OF_ANY_VERSION: Words = Words::of(
    "\
    for arr arranged solo a acapella acappella acoustic and at by capella cappella cover covers demo demos down en from in inst \
    instrumental karaoke less live minus mix nightcore no of off on re recorded recording reedit remix remixed \
    rerecorded reverb rework reworked rmx session sessions slow slowed sped spedup speed stripped take the to \
    track up ver version vivo vocal vocals edit",
);

/// Whether a word (of a key) leaves the recording what it is.
pub fn is_of_the_same_recording(word: &str) -> bool {
    SAME_RECORDING.has(word)
}

/// Whether a word only tells mixes of one recording apart: a year, a place, a technique.
pub fn is_technical(word: &str) -> bool {
    TECHNICAL.has(word) || is_year(word)
}

/// Whether a word says which version this is, among others of its kind.
pub fn is_particular(word: &str) -> bool {
    let neutral = is_of_the_same_recording(word) || matches!(word, "stereo" | "mono");
    !neutral && !OF_ANY_VERSION.has(word)
}

pub fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && (word.starts_with("19") || word.starts_with("20"))
}

/// `Spanish Version`, `Versión en español`, and how Genius calls translations and romanizations.
pub fn is_in_another_language(words: &[&str], key: &str) -> bool {
    const TRANSLATIONS: Words = Words::of(
        "\
        translation traduccion traducao traduction traduzione ubersetzung ceviri cevirisi tlumaczenie vertaling \
        перевод romanized romanization romanizacion romanizacao",
    );
    const LANGUAGES: Words = Words::of(
        "\
        english spanish french german italian portuguese dutch swedish norwegian danish finnish polish greek \
        turkish hebrew japanese korean chinese mandarin cantonese thai hindi tamil telugu arabic russian \
        ukrainian espanol espanola spanglish ingles inglesa italiano francais \
        francaise anglais anglaise espagnol espagnole allemand allemande deutsch deutsche englisch englische \
        franzosisch franzosische spanisch spanische italienisch inglese francese spagnolo tedesco italiana \
        portugues portuguesa frances francesa aleman alemana svensk svenska engelsk engelska dansk norsk suomi \
        suomenkielinen polska polski angielska nederlands nederlandse engelse turkce ingilizce русская русский \
        английская українська ukrainska eng kor jpn jp bahasa indonesia tagalog vietnamese catalan catala galego \
        euskara hungarian magyar czech cesky romanian romana serbian croatian hrvatski icelandic welsh irish \
        gaelic latin swahili yoruba zulu bengali punjabi urdu farsi persian malay 日本語 日本语 韓国語 韓語 韩语 \
        英語 英语 中国語 中文 國語 国语 粵語 粤语 한국어 일본어 영어 중국어",
    );
    const SAID: Phrases = Phrases::of(
        "en espanol, em portugues, in italiano, en francais, auf deutsch, en ingles, em ingles, en anglais, auf englisch, in inglese, pa svenska, po polsku, на русском, in english, in spanish, in french",
    );
    let spoken = |word: &&str| LANGUAGES.has(word);
    words.iter().any(|word| TRANSLATIONS.has(word))
        || (words.iter().any(spoken) && (words.len() == 1 || words.iter().any(|word| A_VERSION.has(word))))
        || SAID.stand_in(key)
}
