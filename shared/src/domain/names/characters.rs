//! The classes of characters on which the key of a name rests: the same that stand in `linernotes.normalize_name`.
//!
//! They are spelled out instead of asking the standard library, because Rust and Postgres may know different versions of
//! Unicode, and the two keys must not differ by that.

use std::sync::LazyLock;

/// Ranges of characters, ascending.
struct Class(LazyLock<Vec<(char, char)>>);

impl Class {
    const fn new(read: fn() -> Vec<(char, char)>) -> Self {
        Self(LazyLock::new(read))
    }

    fn contains(&self, c: char) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= c);
        after > 0 && c <= self.0[after - 1].1
    }
}

/// Reads `first-last` and single characters, with spaces between them.
fn ranges(text: &str) -> Vec<(char, char)> {
    let each = text.split(' ').filter_map(|range| {
        let first = range.chars().next()?;
        Some((first, range.chars().nth(2).unwrap_or(first)))
    });
    each.collect()
}

static SYMBOLS: Class = Class::new(|| ranges(SYMBOL_RANGES));
static MARKS: Class = Class::new(|| ranges(MARK_RANGES));
static LATIN: Class = Class::new(|| ranges(LATIN_RANGES));
static INVISIBLE: Class = Class::new(|| ranges(INVISIBLE_RANGES));

/// Punctuation, symbols, separators and controls that NFKC leaves alone (general categories P, S, Z and Cc of Unicode 14
/// and the emoji blocks). A range may run over characters that are unassigned or that NFKC replaces.
pub fn is_symbol(c: char) -> bool {
    SYMBOLS.contains(c)
}

/// Combining marks that are not a script's own.
pub fn is_mark(c: char) -> bool {
    MARKS.contains(c)
}

/// Letters that lose their marks.
pub fn is_latin(c: char) -> bool {
    LATIN.contains(c)
}

/// Nothing that a reader sees, and what only colours or frames a symbol: format characters, joiners, fillers, variation
/// selectors, tones of skin, the frame of a key.
pub fn is_invisible(c: char) -> bool {
    INVISIBLE.contains(c)
}

/// What is a space where a name of punctuation only stays itself.
pub fn is_space(c: char) -> bool {
    matches!(c, '\u{1}'..=' ' | '\u{7F}'..='\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}'
        | '\u{202F}' | '\u{205F}' | '\u{2800}' | '\u{3000}')
}

/// Apostrophes and what is typed for them, full stops: `D'Mile`, `D’Mile` and `DMile` are one name.
pub fn is_dropped(c: char) -> bool {
    "'’‘‛′‵`ʹʻʼʽʾʿˈ՚׳״Ꞌꞌ.。".contains(c)
}

/// The plain letter of a Latin letter whose mark is part of it (`ø`), or of a ligature (`æ`).
pub fn plain(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return None;
    }
    if let Some((_, letters)) = LIGATURES.iter().find(|(ligature, _)| *ligature == c) {
        return Some(*letters);
    }
    let at = MARKED_LETTERS.chars().position(|marked| marked == c)?;
    PLAIN_LETTERS.get(at..=at)
}

const MARKED_LETTERS: &str = "ðøđħıĸłŋŧƀƃƈƌƒƙƚƞƥƫƭƴƶǥȡȥȴȵȶȷȼȿɀɇɉɋɍɏɓɕɖɗɟɠɦɨɫɬɭɱɲɳɵɼɽɾʂʈʉʋʐʑʝʠᵬᵭᵮᵯᵰᵱᵲᵳᵴᵵᵶᵹ\
    ᵽᶀᶁᶂᶃᶄᶅᶆᶇᶈᶉᶊᶌᶍᶎᶏᶑᶒᶖᶙỿⱡⱥⱦⱨⱪⱬⱱⱳⱴⱸⱺꝁꝃꝅꝉꝋꝍꝑꝓꝕꝗꝙꝟꝺꝼꞃꞅꞇꞎꞑꞓꞔꞕꞗꞙꞡꞣꞥꞧꞩꞹꟈꟊꬴꬷꬸꬹꬺꬻꭉꭎꭒꭖꭗ\
    ꭘꭙꭚ𝼉𝼑𝼓𝼖𝼚𝼛𝼝𝼞";
const PLAIN_LETTERS: &str = "dodhiklntbbcdfklnpttyzgdzlntjcszejqrybcddjghilllmnnorrrstuvzzjqbdfmnprrstzg\
    pbdfgklmnprsvxzadeiuylathkzvwveokkkloopppqqvdfrstlncchbfgknrsudselllmnruuxx\
    xxytllriocs";
const LIGATURES: [(char, &str); 12] = [
    ('æ', "ae"),
    ('œ', "oe"),
    ('ß', "ss"),
    ('þ', "th"),
    ('ꜳ', "aa"),
    ('ꜵ', "ao"),
    ('ꜷ', "au"),
    ('ꝏ', "oo"),
    ('ꜹ', "av"),
    ('ꜻ', "av"),
    ('ꜽ', "ay"),
    ('ꜩ', "tz"),
];

const MARK_RANGES: &str = "\u{300}-\u{36F} \u{1AB0}-\u{1AFF} \u{1DC0}-\u{1DFF} \u{20D0}-\u{20FF} \u{FE20}-\u{FE2F}";
const LATIN_RANGES: &str = "a-z \u{DF}-\u{2AF} \u{1D00}-\u{1DBF} \u{1E00}-\u{1EFF} \u{2C60}-\u{2C7F} \
    \u{A722}-\u{A7FF} \u{AB30}-\u{AB6F}";
const INVISIBLE_RANGES: &str = "\u{AD} \u{61C} \u{115F}-\u{1160} \u{17B4}-\u{17B5} \u{180B}-\u{180F} \
    \u{200B}-\u{200F} \u{202A}-\u{202E} \u{2060}-\u{206F} \u{20E3} \u{3164} \u{FE00}-\u{FE0F} \u{FEFF} \u{FFA0} \
    \u{FFF0}-\u{FFFB} \u{1BCA0}-\u{1BCA3} \u{1D173}-\u{1D17A} \u{1F3FB}-\u{1F3FF} \u{E0000}-\u{E0FFF}";
const SYMBOL_RANGES: &str = "\u{1}-\u{2F} \u{3A}-\u{40} \u{5B}-\u{60} \u{7B}-\u{AC} \u{AE}-\u{BF} \u{D7}-\u{D7} \u{F7}-\u{F7} \
    \u{2C2}-\u{2C5} \u{2D2}-\u{2EB} \u{2ED}-\u{2ED} \u{2EF}-\u{2FF} \u{375}-\u{375} \u{3F6}-\u{3F6} \u{482}-\u{482} \
    \u{55A}-\u{55F} \u{589}-\u{58F} \u{5BE}-\u{5BE} \u{5C0}-\u{5C0} \u{5C3}-\u{5C3} \u{5C6}-\u{5C6} \u{5F3}-\u{5F4} \
    \u{606}-\u{60F} \u{61B}-\u{61B} \u{61D}-\u{61F} \u{66A}-\u{66D} \u{6D4}-\u{6D4} \u{6DE}-\u{6DE} \u{6E9}-\u{6E9} \
    \u{6FD}-\u{6FE} \u{700}-\u{70D} \u{7F6}-\u{7F9} \u{7FE}-\u{7FF} \u{830}-\u{83E} \u{85E}-\u{85E} \u{888}-\u{888} \
    \u{964}-\u{965} \u{970}-\u{970} \u{9F2}-\u{9F3} \u{9FA}-\u{9FB} \u{9FD}-\u{9FD} \u{A76}-\u{A76} \u{AF0}-\u{AF1} \
    \u{B70}-\u{B70} \u{BF3}-\u{BFA} \u{C77}-\u{C77} \u{C7F}-\u{C7F} \u{C84}-\u{C84} \u{D4F}-\u{D4F} \u{D79}-\u{D79} \
    \u{DF4}-\u{DF4} \u{E3F}-\u{E3F} \u{E4F}-\u{E4F} \u{E5A}-\u{E5B} \u{F01}-\u{F17} \u{F1A}-\u{F1F} \u{F34}-\u{F34} \
    \u{F36}-\u{F36} \u{F38}-\u{F38} \u{F3A}-\u{F3D} \u{F85}-\u{F85} \u{FBE}-\u{FC5} \u{FC7}-\u{FDA} \
    \u{104A}-\u{104F} \u{109E}-\u{109F} \u{10FB}-\u{10FB} \u{1360}-\u{1368} \u{1390}-\u{1399} \u{1400}-\u{1400} \
    \u{166D}-\u{166E} \u{1680}-\u{1680} \u{169B}-\u{169C} \u{16EB}-\u{16ED} \u{1735}-\u{1736} \u{17D4}-\u{17D6} \
    \u{17D8}-\u{17DB} \u{1800}-\u{180A} \u{1940}-\u{1945} \u{19DE}-\u{19FF} \u{1A1E}-\u{1A1F} \u{1AA0}-\u{1AA6} \
    \u{1AA8}-\u{1AAD} \u{1B5A}-\u{1B6A} \u{1B74}-\u{1B7E} \u{1BFC}-\u{1BFF} \u{1C3B}-\u{1C3F} \u{1C7E}-\u{1C7F} \
    \u{1CC0}-\u{1CC7} \u{1CD3}-\u{1CD3} \u{2010}-\u{2029} \u{2030}-\u{205E} \u{20A0}-\u{20C0} \u{2104}-\u{212E} \
    \u{213A}-\u{214D} \u{214F}-\u{214F} \u{218A}-\u{244A} \u{2500}-\u{2775} \u{2794}-\u{2BFF} \u{2CE5}-\u{2CEA} \
    \u{2CF9}-\u{2CFC} \u{2CFE}-\u{2CFF} \u{2D70}-\u{2D70} \u{2E00}-\u{2E2E} \u{2E30}-\u{3004} \u{3008}-\u{3020} \
    \u{3030}-\u{3030} \u{3037}-\u{3037} \u{303D}-\u{303F} \u{30A0}-\u{30A0} \u{30FB}-\u{30FB} \u{3190}-\u{3191} \
    \u{31C0}-\u{31E3} \u{327F}-\u{327F} \u{4DC0}-\u{4DFF} \u{A490}-\u{A4C6} \u{A4FE}-\u{A4FF} \u{A60D}-\u{A60F} \
    \u{A673}-\u{A673} \u{A67E}-\u{A67E} \u{A6F2}-\u{A716} \u{A720}-\u{A721} \u{A789}-\u{A78A} \u{A828}-\u{A82B} \
    \u{A836}-\u{A839} \u{A874}-\u{A877} \u{A8CE}-\u{A8CF} \u{A8F8}-\u{A8FA} \u{A8FC}-\u{A8FC} \u{A92E}-\u{A92F} \
    \u{A95F}-\u{A95F} \u{A9C1}-\u{A9CD} \u{A9DE}-\u{A9DF} \u{AA5C}-\u{AA5F} \u{AA77}-\u{AA79} \u{AADE}-\u{AADF} \
    \u{AAF0}-\u{AAF1} \u{AB5B}-\u{AB5B} \u{AB6A}-\u{AB6B} \u{ABEB}-\u{ABEB} \u{FBB2}-\u{FDFF} \u{FE45}-\u{FE46} \
    \u{FFFC}-\u{FFFD} \u{10100}-\u{10102} \u{10137}-\u{1013F} \u{10179}-\u{10189} \u{1018C}-\u{101FC} \
    \u{1039F}-\u{1039F} \u{103D0}-\u{103D0} \u{1056F}-\u{1056F} \u{10857}-\u{10857} \u{10877}-\u{10878} \
    \u{1091F}-\u{1091F} \u{1093F}-\u{1093F} \u{10A50}-\u{10A58} \u{10A7F}-\u{10A7F} \u{10AC8}-\u{10AC8} \
    \u{10AF0}-\u{10AF6} \u{10B39}-\u{10B3F} \u{10B99}-\u{10B9C} \u{10EAD}-\u{10EAD} \u{10F55}-\u{10F59} \
    \u{10F86}-\u{10F89} \u{11047}-\u{1104D} \u{110BB}-\u{110BC} \u{110BE}-\u{110C1} \u{11140}-\u{11143} \
    \u{11174}-\u{11175} \u{111C5}-\u{111C8} \u{111CD}-\u{111CD} \u{111DB}-\u{111DB} \u{111DD}-\u{111DF} \
    \u{11238}-\u{1123D} \u{112A9}-\u{112A9} \u{1144B}-\u{1144F} \u{1145A}-\u{1145D} \u{114C6}-\u{114C6} \
    \u{115C1}-\u{115D7} \u{11641}-\u{11643} \u{11660}-\u{1166C} \u{116B9}-\u{116B9} \u{1173C}-\u{1173F} \
    \u{1183B}-\u{1183B} \u{11944}-\u{11946} \u{119E2}-\u{119E2} \u{11A3F}-\u{11A46} \u{11A9A}-\u{11A9C} \
    \u{11A9E}-\u{11AA2} \u{11C41}-\u{11C45} \u{11C70}-\u{11C71} \u{11EF7}-\u{11EF8} \u{11FD5}-\u{11FFF} \
    \u{12470}-\u{12474} \u{12FF1}-\u{12FF2} \u{16A6E}-\u{16A6F} \u{16AF5}-\u{16AF5} \u{16B37}-\u{16B3F} \
    \u{16B44}-\u{16B45} \u{16E97}-\u{16E9A} \u{16FE2}-\u{16FE2} \u{1BC9C}-\u{1BC9C} \u{1BC9F}-\u{1BC9F} \
    \u{1CF50}-\u{1D15D} \u{1D16A}-\u{1D16C} \u{1D183}-\u{1D184} \u{1D18C}-\u{1D1A9} \u{1D1AE}-\u{1D241} \
    \u{1D245}-\u{1D245} \u{1D300}-\u{1D356} \u{1D800}-\u{1D9FF} \u{1DA37}-\u{1DA3A} \u{1DA6D}-\u{1DA74} \
    \u{1DA76}-\u{1DA83} \u{1DA85}-\u{1DA8B} \u{1E14F}-\u{1E14F} \u{1E2FF}-\u{1E2FF} \u{1E95E}-\u{1E95F} \
    \u{1ECAC}-\u{1ECAC} \u{1ECB0}-\u{1ECB0} \u{1ED2E}-\u{1ED2E} \u{1EEF0}-\u{1FBCA}";
