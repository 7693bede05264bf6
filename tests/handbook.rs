//! What the documents tell people to type is typed: the commands of all pages, one after the other, on one stack. Where
//! something stands for a reader's own (`…`), the stack's own is put; a block that needs what is not here says so.

#[allow(dead_code)] // `tests/documents/book.rs` looks at what is not run
#[path = "documents/commands.rs"]
mod commands;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use commands::{blocks, in_prose};
use linernotes_tests::{Setup, checkout};
use serde_json::json;
use tokio::process::Command;
use tokio::time::timeout;

const LONGEST_COMMAND: Duration = Duration::from_mins(1);

/// A reader at the stack.
struct Reader {
    setup: Setup,
    data: tempfile::TempDir,
    /// What is written for a reader's own, and what it is here.
    own: Vec<(&'static str, String)>,
    seen: BTreeSet<String>,
    wrong: Vec<String>,
}

#[tokio::test]
async fn the_commands_of_the_documents_work() -> Result<()> {
    let mut reader = Reader::start().await?;
    let began = Instant::now();
    let mut not_run: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages()? {
        let name = page.strip_prefix(checkout()?)?.display().to_string();
        let text = fs::read_to_string(&page)?;
        for block in blocks(&text) {
            if let Some(reason) = block.not_run.clone().filter(|_| block.has_commands()) {
                *not_run.entry(reason).or_default() += 1;
                continue;
            }
            if block.has_commands() {
                for command in block.commands() {
                    reader
                        .types(&format!("{name}:{}", block.line), &block.language, &command)
                        .await?;
                }
            }
        }
        for typed in in_prose(&text) {
            // Seen often, and once is enough.
            if !reader.seen.contains(typed.command) {
                reader
                    .types(&format!("{name}:{}", typed.line), typed.language, typed.command)
                    .await?;
            }
        }
    }
    let (typed, wrong) = (reader.seen.len(), reader.wrong.join("\n"));
    println!(
        "{typed} commands in {:.0} s; and what is not run: {not_run:#?}",
        began.elapsed().as_secs_f64()
    );
    ensure!(wrong.is_empty(), "{} wrong:\n{wrong}", reader.wrong.len());
    ensure!(typed > 25, "{typed} commands: are they still found?");

    for (language, planted) in [
        ("sh", "scripts/statuses"),
        ("sh", "scripts/status --jsonn"),
        ("sh", "scripts/pause artist_discoveries"),
        (
            "console",
            "curl -X POST $functions_url/checkPipelines -H \"Authorization: Bearer $function_secret\"",
        ),
        (
            "console",
            "curl -X POST $functions_url/checkPipeline -H \"Authorization: Bearer $functions_secret\"",
        ),
        ("console", "scripts/discover Nobody\\ At\\ All --follow"),
        ("sql", "SELECT public.repair_installations();"),
        ("sql", "SELECT … FROM producers;"),
    ] {
        reader.wrong.clear();
        reader.types("planted", language, planted).await?;
        ensure!(reader.wrong.len() == 1, "{planted} does nothing wrong");
    }
    Ok(())
}

/// The first page first; the database's own is generated, and no commands but signatures are in it.
fn pages() -> Result<Vec<PathBuf>> {
    let root = checkout()?;
    let mut pages = vec![
        root.join("README.md"),
        root.join("CONTRIBUTING.md"),
        root.join("migrations/README.md"),
    ];
    let mut others = Vec::new();
    for entry in fs::read_dir(root.join("docs"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("database.md") {
            others.push(path);
        }
    }
    others.sort();
    pages.extend(others);
    Ok(pages)
}

impl Reader {
    async fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        // As a person starts one: of a copy of a database made an hour ago the doctor says that its jobs stood still.
        let setup = Setup::start_durable(|options| options.data_dir = data.path().join("data")).await?;
        // A 404 is an error of whoever typed the address.
        fs::write(data.path().join(".curlrc"), "fail-with-body\nsilent\nshow-error\n")?;
        // Somebody to be forgotten, and a message to be released.
        let producer: String = sqlx::query_scalar(
            "INSERT INTO public.producers (name, normalized_name) VALUES ('Somebody', linernotes.normalize_name('Somebody')) \
             RETURNING id::TEXT",
        )
        .fetch_one(&setup.pool)
        .await?;
        let info = setup.info().clone();
        let own = vec![
            ("https://….supabase.co", info.api_url.clone()),
            ("sb_secret_…", info.secret_key.clone()),
            ("https://…/functions/v1", info.functions_url.clone()),
            ("https://app.example/functions/v1", info.functions_url.clone()),
            ("FUNCTION_SECRET=…", format!("FUNCTION_SECRET={}", info.function_secret)),
            (
                "…/logs/functions.log",
                data.path().join("data/logs/functions.log").display().to_string(),
            ),
            ("forget_producer('…'", format!("forget_producer('{producer}'")),
        ];
        Ok(Self {
            setup,
            data,
            own,
            seen: BTreeSet::new(),
            wrong: Vec::new(),
        })
    }

    /// Types a command, and notes what is wrong with what it did.
    async fn types(&mut self, place: &str, language: &str, shown: &str) -> Result<()> {
        self.seen.insert(shown.to_owned());
        let command = self
            .own
            .iter()
            .fold(shown.to_owned(), |text, (written, own)| text.replace(written, own));
        if command.contains('…') {
            self.wrong.push(format!("{place}: {shown}: what does … stand for?"));
            return Ok(());
        }
        let began = Instant::now();
        let problem = match timeout(LONGEST_COMMAND, self.process(language, &command)?.output()).await {
            Err(_) => Some(format!("is not done after {LONGEST_COMMAND:?}")),
            Ok(output) => {
                let output = output?;
                let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                // The day that a document shows may be a bad one: these say by status 1 what there is, or that there is nothing.
                let may_say_1 = ["scripts/status", "scripts/dead-letters", "grep "];
                let is_answer =
                    may_say_1.iter().any(|start| shown.starts_with(start)) && output.status.code() == Some(1);
                let is_right = output.status.success() || is_answer;
                (!is_right).then(|| format!("{}: {}", output.status, said.join("\n")))
            }
        };
        println!("{place}: {shown} ({} ms)", began.elapsed().as_millis());
        self.wrong
            .extend(problem.map(|problem| format!("{place}: {shown}\n{problem}")));
        if shown.contains("/demo/config") {
            self.setup.configure_demo(json!({"faults": []})).await?;
        }
        Ok(())
    }

    /// The command in the checkout, with the stack where the documents have a project.
    fn process(&self, language: &str, command: &str) -> Result<Command> {
        let info = self.setup.info();
        let mut process = if language == "sql" {
            let mut psql = Command::new("psql");
            psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", &info.database_url]);
            // What it does is taken back: the next statement finds the stack as it was.
            psql.args(["--command", &format!("BEGIN; {}\n; ROLLBACK", without_end(command))]);
            psql
        } else {
            let mut shell = Command::new("bash");
            shell.args(["-o", "errexit", "-o", "nounset", "-o", "pipefail", "-c", command]);
            shell
        };
        let demo_url = info.demo_url.as_ref().context("the demo upstreams run")?;
        process.current_dir(checkout()?).kill_on_drop(true);
        process.env("CURL_HOME", self.data.path()).envs([
            ("SPIN_VARIABLE_SUPABASE_URL", &info.api_url),
            ("SPIN_VARIABLE_SUPABASE_SECRET_KEY", &info.secret_key),
            ("SPIN_VARIABLE_FUNCTIONS_URL", &info.functions_url),
            ("SPIN_VARIABLE_FUNCTION_SECRET", &info.function_secret),
            ("DATABASE_URL", &info.database_url),
            ("database_url", &info.database_url),
            ("functions_url", &info.functions_url),
            ("function_secret", &info.function_secret),
            ("demo_url", demo_url),
        ]);
        Ok(process)
    }
}

/// A statement without its semicolon and what is said behind it.
fn without_end(statement: &str) -> &str {
    let code = statement.split(" -- ").next().unwrap_or(statement);
    code.trim().trim_end_matches(';')
}
