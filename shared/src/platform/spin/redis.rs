//! Redis, as the host connects to it.

use std::cell::RefCell;
use std::time::Duration;

use spin_sdk::redis::{Connection, RedisParameter, RedisResult};

use crate::platform::config;
use crate::platform::ports::{KeyValue, KeyValueError, ScanStep};

/// Connects to Redis at the first command, and connects again when a command finds the connection broken.
pub(super) struct SpinRedis {
    redis: Option<config::Redis>,
    connection: RefCell<Option<Connection>>,
}

impl SpinRedis {
    pub(super) fn new(redis: Option<config::Redis>) -> Self {
        Self {
            redis,
            connection: RefCell::default(),
        }
    }

    fn open(&self) -> Result<Connection, KeyValueError> {
        let redis = self.redis.as_ref().ok_or(KeyValueError::NotConfigured)?;
        Connection::open(redis.connection_url().expose()).map_err(redis_error)
    }

    fn execute(&self, command: &str, arguments: &[&str]) -> Result<Vec<RedisResult>, KeyValueError> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| RedisParameter::Binary(argument.as_bytes().to_vec()))
            .collect();
        if let Some(connection) = self.connection.take()
            && let Ok(answer) = connection.execute(command, &arguments)
        {
            self.connection.replace(Some(connection));
            return Ok(answer);
        }
        let connection = self.open()?;
        let answer = connection.execute(command, &arguments).map_err(redis_error)?;
        self.connection.replace(Some(connection));
        Ok(answer)
    }
}

impl KeyValue for SpinRedis {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let values = self.execute("MGET", &keys)?;
        if values.len() != keys.len() {
            return Err(KeyValueError::Failed("MGET answered another number of values".into()));
        }
        Ok(values.into_iter().map(text).collect())
    }

    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError> {
        let seconds = ttl.as_secs().max(1).to_string();
        self.execute("SET", &[key, value, "EX", &seconds]).map(|_| ())
    }

    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError> {
        let answer = self.execute("SCAN", &[cursor, "MATCH", pattern, "COUNT", &count.to_string()])?;
        // Redis answers `[cursor, [key, …]]`; Spin hands it over as one flat list.
        let mut values = answer.into_iter().map(text);
        let next = values.next().flatten();
        let next = next.ok_or_else(|| KeyValueError::Failed("SCAN answered without a cursor".into()))?;
        Ok(ScanStep {
            next: (next != "0").then_some(next),
            keys: values.flatten().collect(),
        })
    }

    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        match self.execute("UNLINK", &keys)?.as_slice() {
            [RedisResult::Int64(gone)] => Ok((*gone).try_into().unwrap_or(0)),
            _ => Err(KeyValueError::Failed("UNLINK answered without a number".into())),
        }
    }
}

fn text(value: RedisResult) -> Option<String> {
    match value {
        RedisResult::Binary(bytes) => String::from_utf8(bytes).ok(),
        RedisResult::Status(text) => Some(text),
        RedisResult::Int64(number) => Some(number.to_string()),
        RedisResult::Nil => None,
    }
}

/// The error in words. They never hold the address, because the password stands in it.
fn redis_error(error: spin_sdk::redis::Error) -> KeyValueError {
    use spin_sdk::redis::Error;
    KeyValueError::Failed(match error {
        Error::InvalidAddress => "the address is invalid, or not allowed by spin.toml".into(),
        Error::TooManyConnections => "too many connections".into(),
        Error::TypeError => "a value of another type".into(),
        Error::Other(error) => error,
    })
}
