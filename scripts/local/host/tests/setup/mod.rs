//! What the tests stand on: a host's process, an upstream that misbehaves on demand, a Redis of their own.

use std::collections::HashMap;
use std::fs::File;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// Two components of the same code: `one` is public, `two` is not.
const MANIFEST: &str = r#"
spin_manifest_version = 2

[application]
name = "test"

[variables]
upstream = { default = "http://unset.invalid" }
redis = { default = "redis://unset.invalid" }
secret = { required = true }

[[trigger.http]]
route = "/one/..."
component = "one"

[[trigger.http]]
route = { private = true }
component = "two"

[component.one]
source = "given.wasm"
environment = { GIVEN = "yes" }
allowed_outbound_hosts = ["{{ upstream }}", "{{ redis }}", "redis://127.0.0.1:1", "http://127.0.0.1:1", "http://*.spin.internal"]
variables = { secret = "{{ secret }}", both = "<{{ secret }}>" }

[component.two]
source = "given.wasm"
"#;

/// The test component, built once.
static COMPONENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--release", "--target", "wasm32-wasip2"])
        .args(["-p", "host-test-component"])
        .current_dir(&root)
        .status()
        .unwrap();
    assert!(built.success());
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("wasm32-wasip2/release/host_test_component.wasm")
});

/// One folder for all tests: what is compiled once is there for the others.
const SHARED_STATE: &str = env!("CARGO_TARGET_TMPDIR");

/// Tries until it is so, for a few seconds.
pub async fn eventually<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        if is_so().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

pub struct Host {
    pub client: reqwest::Client,
    url: String,
    process: Child,
    folder: TempDir,
}

impl Host {
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_with(variables, &[]).await
    }

    pub async fn start_with(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_in(variables, arguments, &[]).await
    }

    /// In an environment of its own.
    pub async fn start_in(variables: &[(&str, &str)], arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = folder(MANIFEST);
        let mut command = command(&folder, SHARED_STATE, variables);
        // Tests take the time of requests, and a first one would wait for compilation.
        command.arg("--compile-first").args(arguments);
        command.envs(environment.iter().copied());
        Self::run(folder, command).await
    }

    /// Without the code of any component.
    pub async fn start_uncompiled() -> Self {
        let folder = folder(MANIFEST);
        let command = command(&folder, "state", &[]);
        Self::run(folder, command).await
    }

    async fn run(folder: TempDir, mut command: Command) -> Self {
        let mut process = command
            .env("SPIN_VARIABLE_SECRET", "s3cret")
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).await.unwrap();
        let ready: HashMap<String, String> = serde_json::from_str(&line).unwrap();
        Self {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: format!("http://{}", ready["listening"]),
            process,
            folder,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn text(&self, path: &str) -> String {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// What the host has written to its standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub async fn logged(&self, text: &str) {
        let found = eventually(|| async { self.log().contains(text) }).await;
        assert!(found, "{text} in {}", self.log());
    }

    /// What the public component has printed.
    pub async fn printed(&self, text: &str) {
        let file = self.folder.path().join("logs/one_stdout.txt");
        let read = || std::fs::read_to_string(&file).unwrap();
        let found = eventually(|| async { read().contains(text) }).await;
        assert!(found, "{text} in {}", read());
    }

    pub async fn terminate(&mut self) -> ExitStatus {
        let id = self.process.id().unwrap().to_string();
        let kill = Command::new("kill").arg(id).status().await.unwrap();
        assert!(kill.success());
        self.process.wait().await.unwrap()
    }
}

/// Starts a host, which is to fail, with a changed manifest: how it ended and what it said.
pub async fn start(from: &str, to: &str, variables: &[(&str, &str)]) -> (ExitStatus, String) {
    let folder = folder(&MANIFEST.replace(from, to));
    let output = command(&folder, SHARED_STATE, variables).output().await.unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

fn folder(manifest: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("spin.toml"), manifest).unwrap();
    std::os::unix::fs::symlink(&*COMPONENT, folder.path().join("given.wasm")).unwrap();
    // A component in which nothing is, and nothing answers.
    std::fs::write(folder.path().join("empty.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    folder
}

fn command(folder: &TempDir, state: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linernotes-host"));
    command
        .current_dir(folder.path())
        .args(["--listen", "127.0.0.1:0", "--component-log-dir", "logs"])
        .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
        .args(["--state-dir", state])
        .kill_on_drop(true);
    for (name, value) in variables {
        command.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
    }
    command
}

/// An HTTP server: `/stall…` never ends its answer and notes when it was cut, `/half` breaks off in the middle of a
/// body, everything else is answered with the request's first line.
pub struct Upstream {
    pub url: String,
    connections: Arc<AtomicUsize>,
    cuts: Arc<Mutex<HashMap<String, Duration>>>,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let upstream = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            connections: Arc::default(),
            cuts: Arc::default(),
        };
        let (connections, cuts) = (upstream.connections.clone(), upstream.cuts.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(stream, cuts.clone()));
            }
        });
        upstream
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How long after its request's arrival the connection was closed.
    pub async fn cut(&self, path: &str) -> Duration {
        let cut = || self.cuts.lock().unwrap().get(path).copied();
        eventually(|| async { cut().is_some() }).await;
        cut().unwrap_or(Duration::MAX)
    }
}

async fn answer(stream: TcpStream, cuts: Arc<Mutex<HashMap<String, Duration>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        stream.read_line(&mut first).await.ok().filter(|read| *read > 0)?;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        }
        let text = first.trim_end();
        let path = text.split(' ').nth(1)?.trim_start_matches('/').to_owned();
        let head = |length: usize| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let whole = match path.as_str() {
            "stall" => String::new(),
            "stall-in-body" | "half" => head(100) + "half",
            _ => head(text.len()) + text,
        };
        stream.write_all(whole.as_bytes()).await.ok()?;
        if path == "half" {
            return None;
        }
        if path.starts_with("stall") {
            let asked = Instant::now();
            let _ = stream.read_u8().await;
            cuts.lock().unwrap().insert(path, asked.elapsed());
            return None;
        }
    }
}

/// A Redis server with a password.
pub struct Redis {
    port: u16,
    _process: Child,
    _folder: TempDir,
}

impl Redis {
    pub async fn start() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--requirepass", "pass", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let up = eventually(|| async { TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() });
        assert!(up.await, "redis-server did not start");
        Self {
            port,
            _process: process,
            _folder: folder,
        }
    }

    /// As it stands in `allowed_outbound_hosts`.
    pub fn origin(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// As a component opens it.
    pub fn address(&self) -> String {
        format!("redis://:pass@127.0.0.1:{}/1", self.port)
    }
}
