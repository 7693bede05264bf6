//! The commands that documents show: in blocks of `sh` (a script), `console` (behind `$`, with what they print) and `sql`,
//! and between backticks. `tests/handbook.rs` runs them. A block that it does not run says why behind its language: ```` ```sh not run: needs a cluster ````.

use std::collections::BTreeMap;

/// What a command can be run with.
const LANGUAGES: [&str; 3] = ["sh", "console", "sql"];

pub struct Block {
    /// Of its first line, from 1.
    pub line: usize,
    pub language: String,
    /// Why no test runs it.
    pub not_run: Option<String>,
    pub text: String,
    /// What stands behind the language and is no reason.
    unknown: String,
}

impl Block {
    pub fn has_commands(&self) -> bool {
        LANGUAGES.contains(&self.language.as_str())
    }

    /// What a person types.
    pub fn commands(&self) -> Vec<String> {
        let lines = self.text.lines().filter(|line| !line.trim().is_empty());
        match self.language.as_str() {
            "console" => lines
                .filter_map(|line| line.strip_prefix("$ "))
                .map(str::to_owned)
                .collect(),
            "sql" => lines.map(str::to_owned).collect(),
            // An `export` holds for the lines after it, so these are one script.
            _ => vec![lines.collect::<Vec<_>>().join("\n")],
        }
    }
}

/// The blocks of a document.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        let Some(info) = line.trim_start().strip_prefix("```") else {
            if let Some(block) = &mut open {
                block.text.push_str(line.trim_start_matches("   "));
                block.text.push('\n');
            }
            continue;
        };
        if let Some(block) = open.take() {
            blocks.push(block);
            continue;
        }
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        let reason = rest.strip_prefix("not run:").map(|reason| reason.trim().to_owned());
        open = Some(Block {
            line: number + 2,
            language: language.to_owned(),
            unknown: if reason.is_some() {
                String::new()
            } else {
                rest.to_owned()
            },
            not_run: reason,
            text: String::new(),
        });
    }
    blocks
}

/// A command in the middle of a sentence.
pub struct Typed<'a> {
    pub line: usize,
    pub language: &'static str,
    pub command: &'a str,
}

/// The scripts that look at a project; the others build, start or end something.
const FOR_A_PROJECT: [&str; 6] = ["status", "doctor", "dead-letters", "pause", "resume", "discover"];
const STATEMENTS: [&str; 4] = ["SELECT ", "UPDATE ", "ALTER DATABASE ", "NOTIFY "];

/// The commands between backticks that leave nothing out and give no choice.
pub fn in_prose(text: &str) -> Vec<Typed<'_>> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        for command in text.split('`').skip(1).step_by(2) {
            let is_whole = !command.contains(['…', '|']) && !command.contains(" [");
            let script = command.strip_prefix("scripts/").and_then(|rest| rest.split(' ').next());
            let language = if script.is_some_and(|name| FOR_A_PROJECT.contains(&name)) || command.starts_with("curl ") {
                "sh"
            } else if STATEMENTS.iter().any(|verb| command.starts_with(verb)) {
                "sql"
            } else {
                continue;
            };
            if is_whole {
                found.push(Typed {
                    line,
                    language,
                    command,
                });
            }
        }
    }
    found
}

/// What there is to be called.
pub struct Known {
    /// The scripts, each with the comment at its head, which says how it is called.
    pub scripts: BTreeMap<String, String>,
    /// The manifest, whose routes are the functions.
    pub manifest: String,
    /// The migrations, which make the functions for clients.
    pub migrations: String,
    /// The names of test targets, and the sources in which tests have their names.
    pub targets: Vec<String>,
    pub sources: String,
}

/// What a document shows and nobody could type.
pub fn wrong(text: &str, known: &Known) -> Vec<String> {
    let mut wrong = Vec::new();
    for block in blocks(text) {
        let mut say = |what: &str| wrong.push(format!("{}: {what}", block.line));
        if block.not_run.as_deref() == Some("") {
            say("`not run:` without a reason");
        }
        if !block.unknown.is_empty() {
            say(&format!("what is {:?} behind a language?", block.unknown));
        }
        let has_prompts = block.text.lines().any(|line| line.starts_with("$ "));
        if has_prompts && block.language != "console" {
            say("commands behind `$`: the language is console");
        }
        if block.language == "console" && !has_prompts {
            say("a console without a command behind `$`");
        }
        for (offset, line) in block.text.lines().enumerate() {
            let shown = if block.language == "console" {
                line.strip_prefix("$ ").unwrap_or_default()
            } else {
                line
            };
            wrong.extend(wrong_command(shown, known).map(|what| format!("{}: {what}", block.line + offset)));
        }
    }
    for (number, line) in prose(text) {
        for code in line.split('`').skip(1).step_by(2) {
            wrong.extend(wrong_command(code, known).map(|what| format!("{number}: {what}")));
        }
    }
    wrong
}

/// The lines outside of blocks, numbered from 1.
pub fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_block = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        (!in_block && !is_fence).then_some((number + 1, line))
    })
}

/// The first thing in a command that there is not.
fn wrong_command(line: &str, known: &Known) -> Option<String> {
    let line = line.split(" # ").next().unwrap_or_default();
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || "[]|;,\"'()".contains(c))
        .collect();
    let mut script: Option<(&str, &String)> = None;
    for word in &words {
        if let Some(name) = word
            .strip_prefix("scripts/")
            .filter(|name| !name.contains(['/', '.', '*']))
        {
            if name.is_empty() {
                continue;
            }
            let Some(usage) = known.scripts.get(name) else {
                return Some(format!("there is no scripts/{name}"));
            };
            script = Some((name, usage));
        } else if let Some((name, usage)) = script.filter(|_| word.starts_with("--")) {
            let flag = word.split(['=', '`']).next().unwrap_or_default();
            if !is_word(usage, flag) {
                return Some(format!("scripts/{name} has no {flag}"));
            }
        } else if ["&&", "||"].contains(word) {
            script = None;
        }
        for start in ["/functions/v1/", "$functions_url/"] {
            let called = word
                .split_once(start)
                .map(|(_, name)| name.trim_matches(|c: char| !c.is_alphanumeric()));
            let is_meant = |name: &&str| !name.is_empty() && !word.contains('<');
            if let Some(name) = called.filter(is_meant)
                && !known.manifest.contains(&format!("\"/functions/v1/{name}\""))
            {
                return Some(format!("there is no function {name}"));
            }
        }
    }
    for name in line.split("rpc(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !known.migrations.contains(&format!("FUNCTION public.{name}(")) {
            return Some(format!("there is no function {name} for clients"));
        }
    }
    wrong_test(&words, known)
}

/// A target or test that a `cargo nextest run` names and that there is not.
fn wrong_test(words: &[&str], known: &Known) -> Option<String> {
    let start = words.iter().position(|word| *word == "nextest")?;
    let mut words = words[start + 1..]
        .iter()
        .filter(|word| !word.is_empty() && **word != "run");
    while let Some(word) = words.next() {
        match *word {
            "--test" => {
                let target = words.next()?;
                if !known.targets.iter().any(|known| known == target) {
                    return Some(format!("there is no test target {target}"));
                }
            }
            "-E" | "--lib" | "--no-fail-fast" | "test" => {}
            name if is_name(name) && !known.sources.contains(name) => return Some(format!("no test is called {name}")),
            _ => {}
        }
    }
    None
}

fn is_name(word: &str) -> bool {
    word.len() > 2
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-';
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            scripts: BTreeMap::from([("up".to_owned(), "# scripts/up [--detach] [--port 1]".to_owned())]),
            manifest: "route = \"/functions/v1/checkPipeline\"".to_owned(),
            migrations: "CREATE FUNCTION public.search_producers(".to_owned(),
            targets: vec!["database".to_owned()],
            sources: "fn the_document_is() mod roles".to_owned(),
        }
    }

    #[test]
    fn what_can_be_typed_is_right() {
        let text = "Call `scripts/up [--detach]`, `POST /functions/v1/checkPipeline`, `rpc(\"search_producers\")`.\n\
                    ```sh\nscripts/up --port 1 && claude --anything   # --what\ncargo nextest run --test database roles\n```\n\
                    ```console\n$ curl $functions_url/checkPipeline\n{\"a\":1}\n```\n\
                    ```sh not run: needs a cluster\nkubectl get pods\n```\n";
        assert_eq!(wrong(text, &known()), Vec::<String>::new());
    }

    #[test]
    fn a_planted_fault_of_each_kind_is_found() {
        for (text, fault) in [
            ("`scripts/upp`", "there is no scripts/upp"),
            ("`scripts/up --detached`", "scripts/up has no --detached"),
            ("```sh\nscripts/up --dettach\n```", "scripts/up has no --dettach"),
            (
                "```console\n$ curl $functions_url/checkPipelines\n```",
                "there is no function checkPipelines",
            ),
            ("`POST /functions/v1/check`", "there is no function check"),
            (
                "```js\nlinernotes.rpc(\"search_producer\")\n```",
                "there is no function search_producer for clients",
            ),
            (
                "```sh\ncargo nextest run --test databases\n```",
                "there is no test target databases",
            ),
            (
                "```sh\ncargo nextest run --test database rolls\n```",
                "no test is called rolls",
            ),
            ("```\n$ ls\n```", "the language is console"),
            ("```console\nls\n```", "without a command"),
            ("```sh not run:\nls\n```", "without a reason"),
            ("```sh skip\nls\n```", "behind a language"),
        ] {
            let wrong = wrong(text, &known());
            assert!(wrong.len() == 1 && wrong[0].contains(fault), "{text}: {wrong:?}");
        }
    }

    #[test]
    fn a_script_is_typed_as_a_whole_and_other_lines_one_by_one() {
        let text =
            "```sh\nexport B=1\n\necho $B\n```\n```console\n$ ls …\n$ ls\na\n```\n```sql\nSELECT 1;\nSELECT 2;\n```";
        let typed: Vec<_> = blocks(text).iter().map(Block::commands).collect();
        assert_eq!(
            typed,
            [
                vec!["export B=1\necho $B"],
                vec!["ls …", "ls"],
                vec!["SELECT 1;", "SELECT 2;"]
            ]
        );
    }

    #[test]
    fn a_statement_or_a_script_in_prose_is_typed_if_it_is_whole() {
        let text = "`scripts/status`, `scripts/up`, `scripts/pause QUEUE\\|--all [--drain]`, `scripts/discover … --force`,\n\
                    `SELECT a()`, `SELECT a()`, `SELECT …`, `sel`\n```sql\n`SELECT b()`\n```";
        let found: Vec<_> = in_prose(text)
            .into_iter()
            .map(|typed| (typed.line, typed.command))
            .collect();
        assert_eq!(found, [(1, "scripts/status"), (2, "SELECT a()"), (2, "SELECT a()")]);
    }
}
