//! Calls a function with a scripted API, a Redis and a clock, for the tests of workers and operations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use bytes::Bytes;
use serde_json::Value;

use crate::pipeline::fakes::{FakeClock, FakeKeys, FakeLog, Script, answer};
use crate::platform::ports::{Function, Http, Platform, Reply, Variables};

pub struct Map(pub BTreeMap<&'static str, &'static str>);

impl Variables for Map {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| (*value).to_owned())
    }
}

pub struct Harness {
    pub clock: FakeClock,
    pub api: Script,
    pub keys: FakeKeys,
    pub log: FakeLog,
    pub variables: Map,
}

impl Harness {
    /// The API gives these answers, one after another.
    pub fn new<const N: usize>(answers: [Value; N]) -> Self {
        let harness = Self {
            clock: FakeClock::default(),
            api: Script::default(),
            keys: FakeKeys::default(),
            log: FakeLog::default(),
            variables: Map(BTreeMap::from([
                ("supabase_url", "http://db.example"),
                ("supabase_secret_key", "sb_secret_x"),
                ("function_secret", "s,old"),
            ])),
        };
        for body in answers {
            harness.api_says(200, &body.to_string());
        }
        harness
    }

    pub fn api_says(&self, status: u16, body: &str) {
        self.api.then(answer(status, &[], body));
    }

    /// Calls `function`, whose requests go out through `http`, and returns the status and the body of its response.
    pub fn call(&self, function: &dyn Function, http: &dyn Http, prefer: &str, body: &str) -> (u16, Value) {
        let request = http::Request::post("/functions/v1/x")
            .header("authorization", "Bearer s")
            .header("x-correlation-id", "c-1")
            .header("prefer", prefer)
            .body(Ok(Bytes::from(body.to_owned())))
            .unwrap();
        let platform = Platform {
            http,
            clock: &self.clock,
            keys: &self.keys,
            log: &self.log,
            variables: &self.variables,
        };
        let answered = Rc::new(RefCell::new(None));
        let seen = answered.clone();
        let reply: Reply = Box::new(move |response| *seen.borrow_mut() = Some(response));
        self.clock.run(function.serve(&platform, request, reply));
        let response = answered.take().unwrap();
        assert_eq!(response.headers()["x-correlation-id"], "c-1");
        let body = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    }
}
