//! A Redis that says what comes to its mind: it knows what it was never told, and forgets what it was told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::fault::Draw;

/// Listens where the URL says, for so long.
pub async fn serve_for(url: &str, length: Duration) -> Result<()> {
    let address = url.rsplit_once('@').context("Redis has no password")?.1;
    let listener = TcpListener::bind(address).await.context("the place of Redis")?;
    let mut connections = JoinSet::new();
    let mut seed = 0;
    let serve = async {
        loop {
            if let Ok((connection, _)) = listener.accept().await {
                seed += 1;
                connections.spawn(lie(connection, seed));
            }
        }
    };
    let _: Result<(), _> = tokio::time::timeout(length, serve).await;
    connections.shutdown().await;
    Ok(())
}

async fn lie(connection: TcpStream, seed: u64) -> Result<()> {
    let mut connection = BufReader::new(connection);
    let mut draw = Draw(seed);
    loop {
        let command = command(&mut connection).await?;
        let answer = answer(&command, &mut draw);
        connection.write_all(answer.as_bytes()).await?;
    }
}

/// A command with its arguments: an array of strings, as clients send it.
async fn command(connection: &mut BufReader<TcpStream>) -> Result<Vec<String>> {
    let count = number(connection).await?;
    let mut words = Vec::new();
    for _ in 0..count {
        let length = number(connection).await?;
        let mut word = vec![0; length + 2];
        connection.read_exact(&mut word).await?;
        words.push(String::from_utf8_lossy(&word[..length]).into_owned());
    }
    Ok(words)
}

/// Of a line like `*3` or `$11`.
async fn number(connection: &mut BufReader<TcpStream>) -> Result<usize> {
    let mut line = String::new();
    connection.read_line(&mut line).await?;
    let digits = line.get(1..).context("it hung up")?;
    Ok(digits.trim().parse()?)
}

fn answer(command: &[String], draw: &mut Draw) -> String {
    let (name, arguments) = command.split_first().map_or(("", &[][..]), |(name, rest)| (name, rest));
    match (name.to_ascii_uppercase().as_str(), draw.between(0, 11)) {
        // To be believed at all.
        ("AUTH" | "CLIENT" | "HELLO" | "SELECT" | "PING", _) => "+OK\r\n".to_owned(),
        (_, 0) => "-LOADING Redis is loading the dataset in memory\r\n".to_owned(),
        (_, 1) => "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(),
        ("MGET", 2) => array((1..arguments.len()).map(|_| bulk("1"))),
        ("MGET", 3) => array(arguments.iter().map(|_| ":7\r\n".to_owned())),
        ("MGET", 4) => "$-1\r\n".to_owned(),
        ("MGET", _) => array(arguments.iter().map(|_| value(draw))),
        // What it is told it does not keep.
        ("SET", _) => "+OK\r\n".to_owned(),
        _ => ":1\r\n".to_owned(),
    }
}

fn value(draw: &mut Draw) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    match draw.between(0, 6) {
        0 => "$-1\r\n".to_owned(),
        1 => bulk(""),
        2 => bulk("1"),
        3 => bulk("\u{0}\u{202e}token"),
        4 => bulk(&now.as_secs().to_string()),
        // A pause that ends in a day.
        5 => bulk(&(now.as_millis() + 86_400_000).to_string()),
        _ => bulk("99999999999999999999999999"),
    }
}

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

fn array(items: impl ExactSizeIterator<Item = String>) -> String {
    let mut text = format!("*{}\r\n", items.len());
    text.extend(items);
    text
}
