//! How a title's words are compared.

use super::*;

#[test]
fn other_titles_are_not_close() {
    for (one, other) in [
        ("Part 1", "Part 2"),
        ("The Long Song, Part I", "The Long Song, Part II"),
        ("The Long Song, Pt. IV", "The Long Song, Pt. VI"),
        ("Interlude", "Intro"),
        ("Money", "Money, Money, Money"),
        ("24/7", "24/8"),
        ("", "x"),
    ] {
        assert!(
            Title::read(one).closeness(&Title::read(other)).is_none(),
            "{one} / {other}"
        );
    }
}

#[test]
fn hidden_letters_are_found_again() {
    for (hidden, open) in [
        ("F**k You", "Fuck You"),
        ("B*tch", "Bitch"),
        ("Sh**", "Shit"),
        ("F@ck", "Fuck"),
        ("F#@k", "Fuck"),
        ("N***a", "Nigga"),
        ("f_ck", "fuck"),
        ("Mother****er", "Motherfucker"),
        ("M***********r", "Motherfucker"),
        ("A**hole", "Asshole"),
        ("P*ssy", "Pussy"),
        ("F**kin' Perfect", "Fuckin' Perfect"),
        ("F✱✱k", "Fuck"),
        ("F∗∗k", "Fuck"),
        ("F••k", "Fuck"),
        ("Sh■t", "Shit"),
        ("S**t", "Shit"),
        ("D**n", "Damn"),
        ("F.U.", "FU"),
        ("ｆ＊＊ｋ", "fuck"),
        ("F\u{200B}**k", "Fuck"),
        ("What the F***?", "What the Fuck?"),
        ("F*** You", "Fuck You"),
        ("F*k You", "FUCK YOU"),
        ("Sh*t (feat. X)", "Shit"),
        ("B**** Better Have My Money", "Bitch Better Have My Money"),
        ("Sh#t", "Shit"),
        ("F--k It", "Fuck It"),
        ("Sh!t", "Shit"),
        ("N*****s in Paris", "Niggas in Paris"),
        ("F**k You", "F*ck You"),
        ("F**k You - Live", "Fuck You (Live)"),
        ("M*A*S*H", "MASH"),
        ("＊NSYNC Song", "*NSYNC Song"),
        ("П**дец", "Пиздец"),
    ] {
        assert!(Title::read(hidden).same_song(&Title::read(open)), "{hidden} / {open}");
        assert!(Title::read(open).same_song(&Title::read(hidden)), "{open} / {hidden}");
    }
    for (one, other) in [
        ("F**k You", "Fork Me"),
        ("F**k You", "Thank You"),
        ("F**k", "Duck"),
        ("Sh*t", "Shop"),
        ("****", "Fuck"),
        ("Jay-Z", "Jazz"),
        ("F**k You", "Fuck You (Remix)"),
        ("***Flawless", "Flaw"),
    ] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
}

#[test]
fn other_scripts_and_symbols_are_read() {
    for (one, other) in [
        ("ΕΛΕΝΑ", "Έλενα"),
        ("Ёлка", "Елка"),
        ("I ❤️ U", "I ❤ U"),
        ("❤️", "❤"),
        ("❤️ (feat. X)", "❤"),
        ("أحبك", "احبك"),
    ] {
        assert!(Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
    for (one, other) in [("❤️", "☀️"), ("☀️", "✌️"), ("❤️ (Live)", "☀️ (Live)")] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
}

#[test]
fn widths_tones_and_frames_of_characters_do_not_matter() {
    for (one, other) in [
        ("👍🏽", "👍"),
        ("👍🏽", "👍🏿"),
        ("I ❤️‍🔥 U", "I ❤🔥 U"),
        ("❤️‍🔥", "❤🔥"),
        ("👩‍🚀", "👩🚀"),
        ("1️⃣", "1"),
        ("☎︎", "☎️"),
        ("✌🏻️", "✌️"),
        ("ａｂｃ", "abc"),
        ("ｱﾆﾒ", "アニメ"),
        ("ｶﾞｰﾙ", "ガール"),
        ("Ⅱ", "II"),
        ("ﬁre", "fire"),
        ("№ 1", "No 1"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
        ("ΆΓΙΟΣ", "Άγιος"),
        ("Straße", "STRASSE"),
        ("ẞ", "ß"),
        ("IŞIN", "ışın"),
        ("Rock ’n’ Roll", "Rock 'n' Roll"),
        ("Rock & Roll", "Rock and Roll"),
        ("Don’t", "Dont"),
        ("Naïve", "Naive"),
        ("Ёлка", "ЕЛКА"),
        ("الإسلام", "الاسلام"),
        ("한글", "한글"),
        ("Việt", "Viet"),
        ("Ｇ＆Ｂ", "G & B"),
    ] {
        assert!(Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
    for (one, other) in [
        ("👍", "👎"),
        ("👍🏽", "👎🏽"),
        ("🏽", "🏿"),
        ("🇫🇷", "🇩🇪"),
        ("1️⃣", "2️⃣"),
        ("か", "が"),
        ("🤷‍♀️", "🤷‍♂️"),
    ] {
        assert!(!Title::read(one).same_song(&Title::read(other)), "{one} / {other}");
    }
}
