//! A connection to Redis and its protocol ([RESP2]), as much as Spin's interface needs. The usual client, which has all of
//! Redis' commands, would be a fiftieth of the first build.
//!
//! [RESP2]: https://redis.io/docs/latest/develop/reference/protocol-spec/

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::time::Duration;

use http::Uri;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::time::timeout;

const DEFAULT_PORT: u16 = 6379;

/// Redis' own limits: a value's bytes; and a line holds a number, a status or an error.
const LONGEST_VALUE: u64 = 512 << 20;
const LONGEST_LINE: u64 = 64 << 10;

/// How deep arrays may lie in one another. No command that a component sends has more than two.
const DEEPEST: usize = 8;

/// Where a Redis is, and who asks: `redis://[user][:password]@host[:port][/database]`.
#[derive(Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
    /// `AUTH` with these.
    credentials: Vec<String>,
    /// `SELECT` with it, where it is not the first.
    database: Option<u32>,
}

/// An answer that is no error.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    Nil,
    Status(String),
    Int(i64),
    Bytes(Vec<u8>),
    Array(Vec<Self>),
}

/// What Redis answered, or the error that it answered with.
type Answer = std::result::Result<Reply, String>;

type Reading<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

pub struct Connection {
    stream: BufStream<TcpStream>,
    answer_timeout: Option<Duration>,
    /// An answer that was not read to its end would be taken for the next one's.
    is_whole: bool,
}

impl Address {
    /// `None` where the text is no address of a Redis by TCP.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("redis"))?.as_str();
        let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
        let credentials = match authority.rsplit_once('@') {
            None => Vec::new(),
            Some((login, _)) => {
                let (user, password) = login.split_once(':').unwrap_or(("", login));
                let user = Some(user).filter(|user| !user.is_empty());
                user.into_iter().chain([password]).map(decoded).collect::<Option<_>>()?
            }
        };
        let database = match uri.path().trim_matches('/') {
            "" => None,
            number => Some(number.parse().ok()?),
        };
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
        Some(Self {
            host: host.to_owned(),
            port: uri.port_u16().unwrap_or(DEFAULT_PORT),
            credentials,
            database,
        })
    }
}

impl Connection {
    /// Without a time limit it waits for good.
    pub async fn open(
        address: &Address,
        connect_timeout: Option<Duration>,
        answer_timeout: Option<Duration>,
    ) -> Result<Self> {
        let connect = TcpStream::connect((address.host.as_str(), address.port));
        let stream = within(connect_timeout, connect).await?;
        stream.set_nodelay(true)?;
        let mut connection = Self {
            stream: BufStream::new(stream),
            answer_timeout,
            is_whole: true,
        };
        if !address.credentials.is_empty() {
            connection.ask("AUTH", &address.credentials).await?;
        }
        if let Some(database) = address.database {
            connection.ask("SELECT", &[database.to_string()]).await?;
        }
        Ok(connection)
    }

    /// Sends a command and reads its answer.
    pub async fn ask(&mut self, command: &str, arguments: &[impl AsRef<[u8]>]) -> Result<Reply> {
        if !self.is_whole {
            return Err(Error::new(ErrorKind::NotConnected, "an earlier command has failed"));
        }
        self.is_whole = false;
        let patience = self.answer_timeout;
        let reply = within(patience, async {
            let mut sent = format!("*{}\r\n", 1 + arguments.len()).into_bytes();
            for part in [command.as_bytes()]
                .into_iter()
                .chain(arguments.iter().map(AsRef::as_ref))
            {
                sent.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
                sent.extend_from_slice(part);
                sent.extend_from_slice(b"\r\n");
            }
            self.stream.write_all(&sent).await?;
            self.stream.flush().await?;
            self.read_reply(DEEPEST).await
        })
        .await?;
        self.is_whole = true;
        reply.map_err(Error::other)
    }

    fn read_reply(&mut self, depth: usize) -> Reading<'_> {
        Box::pin(async move {
            let line = self.read_line().await?;
            let number = |text: &str| text.parse::<i64>().map_err(|_| malformed());
            let rest = line.get(1..).unwrap_or_default();
            Ok(Ok(match line.bytes().next() {
                Some(b'+') => Reply::Status(rest.to_owned()),
                Some(b'-') => return Ok(Err(rest.to_owned())),
                Some(b':') => Reply::Int(number(rest)?),
                Some(b'$' | b'*') if number(rest)? < 0 => Reply::Nil,
                Some(b'$') => Reply::Bytes(self.read_bytes(number(rest)?.unsigned_abs()).await?),
                Some(b'*') if depth > 0 => {
                    let mut replies = Vec::new();
                    let mut failed = None;
                    for _ in 0..number(rest)? {
                        match self.read_reply(depth - 1).await? {
                            Ok(reply) => replies.push(reply),
                            Err(error) => failed = Some(error),
                        }
                    }
                    if let Some(error) = failed {
                        return Ok(Err(error));
                    }
                    Reply::Array(replies)
                }
                _ => return Err(malformed()),
            }))
        })
    }

    async fn read_line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        (&mut self.stream)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await?;
        let line = line.strip_suffix(b"\r\n").ok_or_else(malformed)?;
        String::from_utf8(line.to_vec()).map_err(|_| malformed())
    }

    /// A length that is a lie costs no memory: only what comes is kept.
    async fn read_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        if length > LONGEST_VALUE {
            return Err(malformed());
        }
        let mut bytes = Vec::new();
        (&mut self.stream).take(length + 2).read_to_end(&mut bytes).await?;
        let is_whole = bytes.len() as u64 == length + 2 && bytes.ends_with(b"\r\n");
        bytes.truncate(bytes.len().saturating_sub(2));
        is_whole.then_some(bytes).ok_or_else(malformed)
    }
}

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = Result<T>>) -> Result<T> {
    match limit {
        None => work.await,
        Some(limit) => timeout(limit, work)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, "Redis does not answer in time"))),
    }
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidData, "Redis gave no answer of its protocol")
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn addresses_name_host_login_and_database() {
        let address = |host: &str, port, credentials: &[&str], database| {
            Some(Address {
                host: host.to_owned(),
                port,
                credentials: credentials.iter().map(ToString::to_string).collect(),
                database,
            })
        };
        for (text, parsed) in [
            ("redis://127.0.0.1", address("127.0.0.1", 6379, &[], None)),
            ("redis://[::1]:1/2", address("::1", 1, &[], Some(2))),
            ("redis://:p%40ss@cache:1/", address("cache", 1, &["p@ss"], None)),
            ("redis://me:p:s@cache", address("cache", 6379, &["me", "p:s"], None)),
            ("redis://cache/first", None),
            ("rediss://cache", None),
            ("unix:///tmp/redis", None),
            ("redis:///1", None),
            ("cache:6379", None),
            ("", None),
        ] {
            assert_eq!(Address::parse(text), parsed, "{text}");
        }
    }

    /// What a connection makes of a server that answers its first command with this and its second with `+OK`.
    async fn asked(answer: &'static str) -> (Result<Reply>, Result<Reply>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in [answer, "+OK\r\n"] {
                if stream.read(&mut [0; 100]).await.unwrap() == 0 {
                    break;
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        };
        let client = async {
            let address = Address::parse(&format!("redis://127.0.0.1:{port}")).unwrap();
            let patience = Some(Duration::from_millis(200));
            let mut connection = Connection::open(&address, patience, patience).await.unwrap();
            let none: &[&str] = &[];
            (connection.ask("A", none).await, connection.ask("B", none).await)
        };
        tokio::join!(server, client).1
    }

    #[tokio::test]
    async fn answers_are_read_to_their_end() {
        let text = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
        for (answer, reply) in [
            ("+QUEUED\r\n", Reply::Status("QUEUED".to_owned())),
            (":-7\r\n", Reply::Int(-7)),
            ("$-1\r\n", Reply::Nil),
            ("$4\r\na\r\nb\r\n", text("a\r\nb")),
            ("$0\r\n\r\n", text("")),
            ("*0\r\n", Reply::Array(Vec::new())),
            (
                "*2\r\n$1\r\n0\r\n*2\r\n:1\r\n$-1\r\n",
                Reply::Array(vec![text("0"), Reply::Array(vec![Reply::Int(1), Reply::Nil])]),
            ),
        ] {
            let (first, second) = asked(answer).await;
            assert_eq!(first.unwrap(), reply, "{answer}");
            assert_eq!(second.unwrap(), Reply::Status("OK".to_owned()), "{answer}");
        }
        for error in ["-ERR no\r\n", "*2\r\n-ERR no\r\n:1\r\n"] {
            let (first, second) = asked(error).await;
            assert_eq!(first.unwrap_err().to_string(), "ERR no");
            assert_eq!(second.unwrap(), Reply::Status("OK".to_owned()), "{error}");
        }
    }

    #[tokio::test]
    async fn after_an_answer_that_is_none_nothing_is_read_any_more() {
        for answer in [
            "?\r\n",
            "\r\n",
            ":many\r\n",
            "$3\r\nabcde",
            "$99999999999\r\n",
            "$5\r\nab",
            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
            "+no end",
        ] {
            let (first, second) = asked(answer).await;
            let first = first.unwrap_err().kind();
            assert!(
                matches!(first, ErrorKind::InvalidData | ErrorKind::TimedOut),
                "{answer}: {first}"
            );
            assert_eq!(second.unwrap_err().kind(), ErrorKind::NotConnected, "{answer}");
        }
    }
}
