//! A functions' host beside the stack's own, with some of the components and variables of its own.

use std::process::{Child, Command, Stdio};

use crate::{Setup, checkout};
use anyhow::{Context, Result};
use linernotes_stack::own_program;
use serde_json::Value;

/// The host; it ends with this value.
pub struct SecondHost {
    url: String,
    secret: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl SecondHost {
    /// Starts a host that has just these components, on the stack's database. Of two values of a variable the last one
    /// holds.
    pub async fn start(setup: &Setup, components: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_with(setup, components, variables, &[]).await
    }

    /// Starts it with more arguments of the host's.
    pub async fn start_with(
        setup: &Setup,
        components: &[&str],
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let manifest = folder.path().join("spin.toml");
        std::fs::write(&manifest, only(components)?)?;
        let info = setup.info();
        let mut command = Command::new(own_program("linernotes-host", &checkout()?)?);
        command
            .arg("--manifest")
            .arg(&manifest)
            .args(["--listen", "127.0.0.1:0", "--state-dir"])
            // Where the stack's own host keeps them, too, so that nothing is compiled twice.
            .arg(checkout()?.join("target/linernotes-host"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.path().join("log"))?);
        let own = [
            ("supabase_url", info.api_url.as_str()),
            ("supabase_secret_key", &info.secret_key),
            ("function_secret", &info.function_secret),
        ];
        for (name, value) in own.iter().chain(variables) {
            command.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        let mut process = command.spawn().context("the second host does not start")?;
        let output = process.stdout.take().context("it has no output")?;
        let ready = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line)?;
            anyhow::Ok(line)
        });
        let ready: Value = serde_json::from_str(&ready.await??).context("it does not get ready")?;
        let address = ready["listening"]
            .as_str()
            .context("it does not say where it listens")?;
        Ok(Self {
            url: format!("http://{address}"),
            secret: info.function_secret.clone(),
            process,
            _folder: folder,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Calls a function there and waits for its whole answer.
    pub async fn call(&self, function: &str, body: &Value) -> Result<(u16, Value)> {
        let call = reqwest::Client::new()
            .post(format!("{}/functions/v1/{function}", self.url))
            .bearer_auth(&self.secret)
            .json(body);
        let answer = call.send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }
}

impl Drop for SecondHost {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `spin.toml` with these components alone.
fn only(components: &[&str]) -> Result<String> {
    let repository = checkout()?;
    let manifest = std::fs::read_to_string(repository.join("spin.toml"))?;
    let mut parts = manifest.split("[[trigger.http]]");
    let mut text = parts.next().context("there is nothing in spin.toml")?.to_owned();
    for part in parts {
        let is_wanted = |name: &&str| part.contains(&format!("\ncomponent = \"{name}\"\n"));
        if components.iter().any(is_wanted) {
            text.push_str("[[trigger.http]]");
            text.push_str(part);
        }
    }
    let built = format!("\"{}/target/", repository.display());
    Ok(text.replace("\"target/", &built))
}
