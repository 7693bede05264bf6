//! Spin's own interfaces, `fermyon:spin/variables` and `fermyon:spin/redis` 2.0.0, for one instance of a component.

use std::time::Duration;

use wasmtime::component::{HasSelf, Linker, Resource};

use self::bindings::fermyon::spin::redis::{
    Error as RedisFault, Host as RedisHost, HostConnection, Payload, RedisParameter, RedisResult,
};
use self::bindings::fermyon::spin::variables::{Error as VariablesFault, Host as VariablesHost};
use crate::redis::{Address, Connection, Reply};
use crate::state::State;
use crate::variables::check_name;

#[allow(clippy::pedantic)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: { default: async | trappable },
        with: { "fermyon:spin/redis/connection": crate::redis::Connection },
    });
}

/// What an instance may hold open at once.
const MOST_CONNECTIONS: usize = 64;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Offers both interfaces to components.
pub fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    bindings::Host_::add_to_linker::<State, HasSelf<State>>(linker, |state| state)
}

impl VariablesHost for State {
    async fn get(&mut self, name: String) -> wasmtime::Result<Result<String, VariablesFault>> {
        if let Err(problem) = check_name(&name) {
            return Ok(Err(VariablesFault::InvalidName(problem.to_string())));
        }
        Ok(match self.component.variables.get(&name) {
            Some(value) => Ok(value.clone()),
            None => Err(VariablesFault::Undefined(format!(
                "component {:?} has no variable {name:?}",
                self.component.id
            ))),
        })
    }
}

type RedisAnswer<T> = wasmtime::Result<Result<T, RedisFault>>;

impl State {
    async fn ask<T>(
        &mut self,
        connection: &Resource<Connection>,
        command: &str,
        arguments: &[impl AsRef<[u8]>],
        read: impl FnOnce(Reply) -> Option<T>,
    ) -> RedisAnswer<T> {
        let connection = self.table.get_mut(connection)?;
        let reply = connection.ask(command, arguments).await;
        Ok(reply
            .map_err(|error| RedisFault::Other(error.to_string()))
            .and_then(|reply| read(reply).ok_or(RedisFault::TypeError)))
    }

    async fn connect(&mut self, address: &str) -> Result<Connection, RedisFault> {
        if self.redis_connections >= MOST_CONNECTIONS {
            return Err(RedisFault::TooManyConnections);
        }
        let address = Address::parse(address).ok_or(RedisFault::InvalidAddress)?;
        if !self.component.may_send("redis", &address.host, Some(address.port)) {
            self.component
                .denied(&format!("redis://{}:{}", address.host, address.port));
            return Err(RedisFault::InvalidAddress);
        }
        let limit = |time| self.redis_timeouts.then_some(time);
        Connection::open(&address, limit(CONNECT_TIMEOUT), limit(ANSWER_TIMEOUT))
            .await
            .map_err(|error| RedisFault::Other(error.to_string()))
    }
}

impl RedisHost for State {}

impl HostConnection for State {
    async fn open(&mut self, address: String) -> RedisAnswer<Resource<Connection>> {
        match self.connect(&address).await {
            Ok(connection) => {
                self.redis_connections += 1;
                Ok(Ok(self.table.push(connection)?))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }

    async fn publish(
        &mut self,
        connection: Resource<Connection>,
        channel: String,
        payload: Payload,
    ) -> RedisAnswer<()> {
        let arguments = [channel.into_bytes(), payload];
        self.ask(&connection, "PUBLISH", &arguments, anything).await
    }

    async fn get(&mut self, connection: Resource<Connection>, key: String) -> RedisAnswer<Option<Payload>> {
        let read = |reply| match reply {
            Reply::Nil => Some(None),
            Reply::Bytes(bytes) => Some(Some(bytes)),
            _ => None,
        };
        self.ask(&connection, "GET", &[key], read).await
    }

    async fn set(&mut self, connection: Resource<Connection>, key: String, value: Payload) -> RedisAnswer<()> {
        let arguments = [key.into_bytes(), value];
        self.ask(&connection, "SET", &arguments, anything).await
    }

    async fn incr(&mut self, connection: Resource<Connection>, key: String) -> RedisAnswer<i64> {
        self.ask(&connection, "INCR", &[key], number).await
    }

    async fn del(&mut self, connection: Resource<Connection>, keys: Vec<String>) -> RedisAnswer<u32> {
        self.ask(&connection, "DEL", &keys, number).await
    }

    async fn sadd(&mut self, connection: Resource<Connection>, key: String, values: Vec<String>) -> RedisAnswer<u32> {
        self.ask(&connection, "SADD", &of_key(key, values), number).await
    }

    async fn smembers(&mut self, connection: Resource<Connection>, key: String) -> RedisAnswer<Vec<String>> {
        self.ask(&connection, "SMEMBERS", &[key], texts).await
    }

    async fn srem(&mut self, connection: Resource<Connection>, key: String, values: Vec<String>) -> RedisAnswer<u32> {
        self.ask(&connection, "SREM", &of_key(key, values), number).await
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        command: String,
        arguments: Vec<RedisParameter>,
    ) -> RedisAnswer<Vec<RedisResult>> {
        let arguments: Vec<Vec<u8>> = arguments
            .into_iter()
            .map(|argument| match argument {
                RedisParameter::Int64(number) => number.to_string().into_bytes(),
                RedisParameter::Binary(bytes) => bytes,
            })
            .collect();
        let read = |reply| {
            let mut flat = Vec::new();
            flatten(reply, &mut flat);
            Some(flat)
        };
        self.ask(&connection, &command, &arguments, read).await
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        self.redis_connections -= 1;
        Ok(())
    }
}

fn of_key(key: String, values: Vec<String>) -> Vec<String> {
    [vec![key], values].concat()
}

#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)] // as `ask` calls it
fn anything(_: Reply) -> Option<()> {
    Some(())
}

#[allow(clippy::needless_pass_by_value)] // as `ask` calls it
fn number<T: TryFrom<i64>>(reply: Reply) -> Option<T> {
    match reply {
        Reply::Int(number) => number.try_into().ok(),
        _ => None,
    }
}

fn texts(reply: Reply) -> Option<Vec<String>> {
    let Reply::Array(replies) = reply else { return None };
    let text = |reply| match reply {
        Reply::Bytes(bytes) => String::from_utf8(bytes).ok(),
        _ => None,
    };
    replies.into_iter().map(text).collect()
}

/// Puts an answer's values behind one another, nested arrays too, as Spin does.
fn flatten(reply: Reply, into: &mut Vec<RedisResult>) {
    match reply {
        Reply::Nil => into.push(RedisResult::Nil),
        Reply::Int(number) => into.push(RedisResult::Int64(number)),
        Reply::Bytes(bytes) => into.push(RedisResult::Binary(bytes)),
        Reply::Status(text) => into.push(RedisResult::Status(text)),
        Reply::Array(replies) => replies.into_iter().for_each(|reply| flatten(reply, into)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_answers_are_flattened() {
        let reply = Reply::Array(vec![
            Reply::Bytes(b"0".to_vec()),
            Reply::Array(vec![Reply::Int(7), Reply::Nil]),
            Reply::Status("OK".to_owned()),
        ]);
        let mut flat = Vec::new();
        flatten(reply, &mut flat);
        let [
            RedisResult::Binary(cursor),
            RedisResult::Int64(7),
            RedisResult::Nil,
            RedisResult::Status(status),
        ] = flat.as_slice()
        else {
            panic!("{flat:?}");
        };
        assert_eq!((cursor.as_slice(), status.as_str()), (b"0".as_slice(), "OK"));
    }
}
