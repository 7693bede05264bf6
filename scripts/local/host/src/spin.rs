//! Spin's own interfaces, `fermyon:spin/variables` and `fermyon:spin/redis` 2.0.0, for one instance of a component.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, RedisError};
use wasmtime::component::{HasSelf, Linker, Resource};

use self::bindings::fermyon::spin::redis::{
    Error as RedisFault, Host as RedisHost, HostConnection, Payload, RedisParameter, RedisResult,
};
use self::bindings::fermyon::spin::variables::{Error as VariablesFault, Host as VariablesHost};
use crate::state::State;
use crate::variables::check_name;

#[allow(clippy::pedantic)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: { default: async | trappable },
        with: { "fermyon:spin/redis/connection": redis::aio::MultiplexedConnection },
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
    async fn ask<T: FromRedisValue>(
        &mut self,
        connection: &Resource<MultiplexedConnection>,
        command: Cmd,
    ) -> RedisAnswer<T> {
        let connection = self.table.get_mut(connection)?;
        Ok(command.query_async(connection).await.map_err(fault))
    }

    async fn connect(&mut self, address: &str) -> Result<MultiplexedConnection, RedisFault> {
        if self.redis_connections >= MOST_CONNECTIONS {
            return Err(RedisFault::TooManyConnections);
        }
        let client = redis::Client::open(address).map_err(|_| RedisFault::InvalidAddress)?;
        // What the client will connect to is checked, not what the text looks like; a Unix socket is no origin.
        let target = client.get_connection_info().addr();
        let allowed = match target {
            ConnectionAddr::Tcp(host, port) => self.component.may_send("redis", host, Some(*port)),
            _ => false,
        };
        if !allowed {
            self.component.denied(&format!("redis://{target}"));
            return Err(RedisFault::InvalidAddress);
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(self.redis_timeouts.then_some(CONNECT_TIMEOUT))
            .set_response_timeout(self.redis_timeouts.then_some(ANSWER_TIMEOUT));
        client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(fault)
    }
}

impl RedisHost for State {}

impl HostConnection for State {
    async fn open(&mut self, address: String) -> RedisAnswer<Resource<MultiplexedConnection>> {
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
        connection: Resource<MultiplexedConnection>,
        channel: String,
        payload: Payload,
    ) -> RedisAnswer<()> {
        self.ask(&connection, Cmd::publish(channel, payload)).await
    }

    async fn get(&mut self, connection: Resource<MultiplexedConnection>, key: String) -> RedisAnswer<Option<Payload>> {
        self.ask(&connection, Cmd::get(key)).await
    }

    async fn set(
        &mut self,
        connection: Resource<MultiplexedConnection>,
        key: String,
        value: Payload,
    ) -> RedisAnswer<()> {
        self.ask(&connection, Cmd::set(key, value)).await
    }

    async fn incr(&mut self, connection: Resource<MultiplexedConnection>, key: String) -> RedisAnswer<i64> {
        self.ask(&connection, Cmd::incr(key, 1)).await
    }

    async fn del(&mut self, connection: Resource<MultiplexedConnection>, keys: Vec<String>) -> RedisAnswer<u32> {
        self.ask(&connection, Cmd::del(keys)).await
    }

    async fn sadd(
        &mut self,
        connection: Resource<MultiplexedConnection>,
        key: String,
        values: Vec<String>,
    ) -> RedisAnswer<u32> {
        self.ask(&connection, Cmd::sadd(key, values)).await
    }

    async fn smembers(&mut self, connection: Resource<MultiplexedConnection>, key: String) -> RedisAnswer<Vec<String>> {
        self.ask(&connection, Cmd::smembers(key)).await
    }

    async fn srem(
        &mut self,
        connection: Resource<MultiplexedConnection>,
        key: String,
        values: Vec<String>,
    ) -> RedisAnswer<u32> {
        self.ask(&connection, Cmd::srem(key, values)).await
    }

    async fn execute(
        &mut self,
        connection: Resource<MultiplexedConnection>,
        command: String,
        arguments: Vec<RedisParameter>,
    ) -> RedisAnswer<Vec<RedisResult>> {
        let mut ask = redis::cmd(&command);
        for argument in arguments {
            match argument {
                RedisParameter::Int64(number) => ask.arg(number),
                RedisParameter::Binary(bytes) => ask.arg(bytes),
            };
        }
        Ok(self.ask(&connection, ask).await?.and_then(|value| {
            let mut flat = Vec::new();
            flatten(value, &mut flat)?;
            Ok(flat)
        }))
    }

    async fn drop(&mut self, connection: Resource<MultiplexedConnection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        self.redis_connections -= 1;
        Ok(())
    }
}

/// Puts an answer's values behind one another, nested arrays too, as Spin does.
fn flatten(value: redis::Value, into: &mut Vec<RedisResult>) -> Result<(), RedisFault> {
    match value {
        redis::Value::Nil => into.push(RedisResult::Nil),
        redis::Value::Int(number) => into.push(RedisResult::Int64(number)),
        redis::Value::BulkString(bytes) => into.push(RedisResult::Binary(bytes)),
        redis::Value::SimpleString(text) => into.push(RedisResult::Status(text)),
        redis::Value::Okay => into.push(RedisResult::Status("OK".to_owned())),
        redis::Value::Array(values) => {
            for value in values {
                flatten(value, into)?;
            }
        }
        redis::Value::ServerError(error) => return Err(fault(error.into())),
        // The rest is RESP3's, which is not asked for.
        _ => return Err(RedisFault::TypeError),
    }
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` calls it
fn fault(error: RedisError) -> RedisFault {
    match error.kind() {
        ErrorKind::UnexpectedReturnType => RedisFault::TypeError,
        _ => RedisFault::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_answers_are_flattened() {
        let value = redis::Value::Array(vec![
            redis::Value::BulkString(b"0".to_vec()),
            redis::Value::Array(vec![redis::Value::Int(7), redis::Value::Nil]),
            redis::Value::Okay,
        ]);
        let mut flat = Vec::new();
        flatten(value, &mut flat).unwrap();
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
