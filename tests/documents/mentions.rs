//! Where documents and comments name a path, a thing in it, a test, or a table or function of the database.

/// What can stand behind the last point of a file of ours.
const EXTENSIONS: [&str; 14] = [
    "css", "html", "js", "json", "lock", "md", "rs", "sh", "sha256", "sql", "toml", "ts", "txt", "wit",
];

/// A word that names something.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    /// From 1.
    pub line: usize,
    pub word: String,
    /// The word before `in`, which has to stand in that file: `` `Role` in `domain/roles.rs` ``.
    pub holds: Option<String>,
    /// Between backticks, or in a block of code.
    pub is_code: bool,
}

impl Mention {
    /// Whether it can only be meant as a path. Prose has slashes and points, too; code names a file by its name alone.
    pub fn is_path(&self, is_rooted: impl Fn(&str) -> bool) -> bool {
        let word = &self.word;
        let letters = |letter: char| letter.is_alphanumeric() || "_-./*<>…".contains(letter);
        let has_name = word
            .rsplit_once('.')
            .is_some_and(|(name, end)| !name.is_empty() && !name.ends_with('.') && EXTENSIONS.contains(&end));
        word.chars().all(letters)
            && !word.starts_with('/')
            && (self.is_code && has_name || is_rooted(word) && !word.contains("//"))
    }

    /// The name of a thing in the database: `enqueue` for `linernotes.enqueue(TEXT)`.
    pub fn in_database(&self) -> Option<&str> {
        let name = self.word.strip_prefix("linernotes.")?.split(['(', '.']).next()?;
        let is_name = name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        (self.is_code && is_name && name.len() > 1).then_some(name)
    }
}

/// Of a document: code between backticks, and blocks of code.
pub fn in_markdown(text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut in_block = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            read(number + 1, &format!("`{line}`"), &mut mentions);
        } else {
            read(number + 1, line, &mut mentions);
        }
    }
    mentions
}

/// Of a source: its comments, and the comments that SQL gives to functions and tables.
pub fn in_comments(text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut in_comment_on = false;
    for (number, line) in text.lines().enumerate() {
        let start = line.trim_start();
        in_comment_on |= start.starts_with("COMMENT ON ");
        if in_comment_on
            || ["//", "-- ", "# ", "* ", "/**"]
                .iter()
                .any(|mark| start.starts_with(mark))
        {
            read(number + 1, line, &mut mentions);
        }
        in_comment_on &= !line.ends_with(';');
    }
    mentions
}

/// The names that a command line chooses tests by: `the_document` in `-E 'test(the_document)'`.
pub fn chosen_tests(text: &str) -> Vec<&str> {
    text.split("'test(")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0))
        .collect()
}

fn read(line: usize, text: &str, mentions: &mut Vec<Mention>) {
    let mut before: Vec<(&str, bool)> = Vec::new();
    for (part, piece) in text.split('`').enumerate() {
        let is_code = part % 2 == 1;
        for word in piece.split_whitespace() {
            let word = word.trim_matches(|letter| "\"'(),;:!?[]|\\".contains(letter));
            let word = word.strip_suffix('.').unwrap_or(word);
            if word.is_empty() {
                continue;
            }
            let holds = match before.as_slice() {
                [.., (name, is_code), ("in", false)] if is_name(name, *is_code) => Some((*name).to_owned()),
                _ => None,
            };
            mentions.push(Mention {
                line,
                word: word.to_owned(),
                holds,
                is_code,
            });
            before.push((word, is_code));
        }
    }
}

/// Whether a word is a name in a program: code of one word, or a constant's capitals in prose.
fn is_name(word: &str, is_code: bool) -> bool {
    let of = |others: &str, is_letter: fn(&char) -> bool| {
        word.chars().all(|letter| is_letter(&letter) || others.contains(letter))
    };
    if is_code {
        of("_:.", char::is_ascii_alphanumeric) && !word.contains("..")
    } else {
        word.len() > 3 && of("_", char::is_ascii_uppercase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(mentions: &[Mention]) -> Vec<&str> {
        let is_rooted = |word: &str| {
            ["docs/", "shared/", "scripts/"]
                .iter()
                .any(|folder| word.starts_with(folder))
        };
        let named = mentions.iter().filter(|mention| mention.is_path(is_rooted));
        named.map(|mention| mention.word.as_str()).collect()
    }

    #[test]
    fn a_document_names_paths_in_code_and_by_their_folder() {
        let text = "See `shared/src/lib.rs`, `mod.rs` and docs/credits.md.\n\n```sh\nscripts/up --detach\n```\nNot mod.rs, \
                    `a/b`, `application/json`, `https://x.test/a.md`, and/or, `.rs`, or 1.5 and `e.g.`.";
        let found = in_markdown(text);
        assert_eq!(
            paths(&found),
            ["shared/src/lib.rs", "mod.rs", "docs/credits.md", "scripts/up"]
        );
        let up = found.iter().find(|mention| mention.word == "scripts/up");
        assert_eq!(up.map(|mention| mention.line), Some(4));
    }

    #[test]
    fn a_source_names_paths_in_its_comments_only() {
        let text = "//! As `lib.rs` says.\nlet path = `docs/none.md`;\n    // and docs/credits.md\nCOMMENT ON FUNCTION f() IS\n\
                    'As shared/src/roles.rs.';\nSELECT 'docs/none.md';\n-- `a.sql`";
        assert_eq!(
            paths(&in_comments(text)),
            ["lib.rs", "docs/credits.md", "shared/src/roles.rs", "a.sql"]
        );
    }

    #[test]
    fn a_name_before_in_has_to_stand_there() {
        let text = "`Role::Writer` in `roles.rs`, SOURCES in docs/credits.md, `a b` in `roles.rs`, found in `roles.rs`";
        let holds: Vec<_> = in_markdown(text)
            .into_iter()
            .filter_map(|mention| mention.holds)
            .collect();
        assert_eq!(holds, ["Role::Writer", "SOURCES", "b"]);
    }

    #[test]
    fn a_thing_of_the_database_is_recognised_with_and_without_arguments() {
        let text =
            "`linernotes.enqueue(TEXT, INT)` and `linernotes.settings.value`, not `linernotes.rpc` or linernotes.x";
        let found = in_markdown(text);
        let names: Vec<_> = found.iter().filter_map(Mention::in_database).collect();
        assert_eq!(names, ["enqueue", "settings", "rpc"]);
    }

    #[test]
    fn tests_are_chosen_by_parts_of_their_names() {
        assert_eq!(
            chosen_tests("cargo nextest run -E 'test(one) or test(two)' -E 'test(three)'"),
            ["one", "three"]
        );
    }
}
